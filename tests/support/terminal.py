"""The command at a pseudo-terminal of its own: started as a user starts it, or forked where all is
loaded that it needs.
"""

import json
import os
import signal
import subprocess
import sys
import termios
import weakref
from functools import cache
from pathlib import Path

import pexpect
from folders import ROOT
from pexpect.fdpexpect import fdspawn

FORKS = ROOT / "tests" / "support" / "terminal_process.py"
LONGEST = 60
"""Seconds to wait for what must come."""
Size = tuple[int, int]
"""Lines and columns."""


def started(*words: str | Path, size: Size, **environment: str) -> pexpect.spawn:
    """Start the command as a user does."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "hingeexpert", *map(str, words)],
        env={**os.environ, **environment},
        encoding="utf-8",
        timeout=LONGEST,
        dimensions=size,
    )
    child.delaybeforesend = None  # who shows that it waits for a key loses none
    child.ptyproc.delayafterclose = 0  # it is closed when it has ended
    return child


class Forked(fdspawn):
    """The command without the time of its start.

    Attributes:
        pid: Of its process.
    """

    def __init__(self, *words: str | Path, size: Size, **environment: str) -> None:
        ours, theirs = os.openpty()
        termios.tcsetwinsize(ours, size)
        asked = [os.ttyname(theirs), [*map(str, words)], {**os.environ, **environment}]
        self.pid = _told(asked)
        os.close(theirs)
        super().__init__(ours, encoding="utf-8", timeout=LONGEST)
        self._left = weakref.finalize(self, _cut_off, self.pid, ours)

    def wait(self) -> int:
        """Wait for its end, and return its exit code."""
        self._left.detach()
        code = _told(self.pid)
        self.close()
        return code


def _cut_off(pid: int, terminal: int) -> None:
    """End what nobody waited for."""
    os.kill(pid, signal.SIGKILL)
    _told(pid)
    os.close(terminal)


def _told(asked: object) -> int:
    """Ask the process that forks commands."""
    process = _process()
    assert process.stdin
    assert process.stdout
    print(json.dumps(asked), file=process.stdin, flush=True)
    answer = process.stdout.readline()
    assert answer, f"no command is forked: {process.wait()}; standard error says why"
    return int(answer)


@cache
def _process() -> subprocess.Popen[str]:
    """Start the process that forks commands, once for all tests of this one; it ends with them."""
    process = subprocess.Popen(
        [sys.executable, FORKS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,  # a Ctrl-C is for the tests
    )
    weakref.finalize(process, process.communicate)  # after the commands, which are newer
    return process
