"""Forks commands at terminals: a process of its own, with all loaded that a command needs and a
single thread, as a process of several may hang once it is forked.

    python terminal_process.py < asked.jsonl > told.jsonl

A line asks for a command by the name of its terminal, its words and its environment, and is told
the number of its process; or, by that number, for its exit code, which is told when it has ended.
"""

import json
import os
import runpy
import sys
import threading
from collections.abc import Sequence
from typing import NoReturn

from click.testing import CliRunner

from hingeexpert.cli import main
from hingeexpert.cli.options import collect_late


def load() -> None:
    """Load what a command needs; an example judged once has everything put together."""
    collect_late()
    done = CliRunner().invoke(main, ["demo"])
    assert done.exit_code == 0, done.output
    from hingeexpert.cli import asking  # noqa: F401  # which only a person at a terminal needs


def fork(terminal: str, words: Sequence[str], environment: dict[str, str]) -> int:
    """Start a command, and return the number of its process."""
    assert threading.active_count() == 1
    end = os.open(terminal, os.O_RDWR | os.O_NOCTTY)  # before who asked closes it
    number = os.fork()
    if number == 0:
        be_the_command(end, words, environment)
    os.close(end)
    return number


def be_the_command(end: int, words: Sequence[str], environment: dict[str, str]) -> NoReturn:
    """Be in this process what `python -m hingeexpert` is in its own."""
    os.login_tty(end)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = words
    runpy.run_module("hingeexpert", run_name="__main__", alter_sys=True)
    sys.exit()


def exit_code(number: int) -> int:
    """Wait for the end of a command."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


if __name__ == "__main__":
    load()
    for line in sys.stdin:
        asked = json.loads(line)
        told = exit_code(asked) if isinstance(asked, int) else fork(*asked)
        print(told, flush=True)
