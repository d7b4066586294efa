"""The program run again and again by a script that has loaded it once: each run is a fork of the
script, so that it begins at once, and opens no module. It ends as the program does, and strace
may watch it from its first step.

For Linux.
"""

import atexit
import base64
import gc
import hashlib
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import types
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TextIO

from hingeexpert.formats.files import data_folder
from hingeexpert.inference.conclude import engine_for
from hingeexpert.knowledge import KnowledgeBase, recalled
from hingeexpert.record import sealed

STEP = 0.002
"""Seconds between two looks at a process."""
LETTERS = (b"-----BEGIN AGE ENCRYPTED FILE-----\n", b"\n-----END AGE ENCRYPTED FILE-----\n")
HEAD = b"age-encryption.org/v1\n-> scrypt quick\n"


class Forked:
    """A run of the program.

    Attributes:
        pid: Of its process.
        stdout: What it prints.
        returncode: How it ended, as that of `subprocess.Popen`; `None` before.
    """

    def __init__(
        self,
        words: Sequence[str],
        told: Path,
        surroundings: Mapping[str, str],
        under: Sequence[str] = (),
    ) -> None:
        """Begin.

        Args:
            words: The command line, without the name of the program.
            told: The file for what it writes to standard error.
            surroundings: Its environment.
            under: The command that watches it, which gets `-p` and the number of its process.
        """
        self.returncode: int | None = None
        ours, theirs = os.pipe()
        waits, goes = os.pipe()
        sys.stdout.flush()
        self.pid = os.fork()
        if not self.pid:
            os.close(ours)
            os.close(goes)
            _be_program(words, told, surroundings, theirs, waits)
        os.close(theirs)
        os.close(waits)
        self.stdout: TextIO = os.fdopen(ours, encoding="utf-8", errors="replace")
        self._watching = subprocess.Popen([*under, "-q", "-p", str(self.pid)]) if under else None
        while under and "TracerPid:\t0\n" in _status(self.pid):
            time.sleep(STEP)
        os.close(goes)

    def poll(self) -> int | None:
        """Return how it ended, `None` before it did."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
                if self._watching is not None:
                    self._watching.wait()
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Return how it ended once it has, or raise `subprocess.TimeoutExpired`."""
        until = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("hingeexpert", timeout)
            time.sleep(STEP)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, where it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def _status(process: int) -> str:
    return Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")


def _be_program(
    words: Sequence[str], told: Path, surroundings: Mapping[str, str], prints: int, waits: int
) -> NoReturn:
    """Run the command line in this process, and end."""
    code = 70
    try:
        _take_place(words, told, surroundings, prints)
        os.read(waits, 1)
        os.close(waits)
        code = _run()
    finally:
        os._exit(code)


def _take_place(
    words: Sequence[str], told: Path, surroundings: Mapping[str, str], prints: int
) -> None:
    """Make this process look as if the program had begun in it."""
    errors = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for number, place in ((os.open(os.devnull, os.O_RDONLY), 0), (prints, 1), (errors, 2)):
        os.dup2(number, place)
        os.close(number)
    os.environ.clear()
    os.environ.update(surroundings)
    tempfile.tempdir = None
    weakref.finalize._registry.clear()  # the folders of the script are not this one's to remove
    sys.argv = ["hingeexpert", *words]
    sys.modules["__main__"] = types.ModuleType("__main__")  # which its workers would load


def _run() -> int:
    from hingeexpert.cli import run

    code: Any = 0
    try:
        run()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    _say_loaded()
    return int(code)


LOADED = "HINGE_BENCHMARK_LOADED"
"""Names the file in which a run writes which modules it had loaded."""


def _say_loaded() -> None:
    if LOADED in os.environ:
        Path(os.environ[LOADED]).write_text(json.dumps(list(sys.modules)), encoding="utf-8")


def load(names: Path) -> None:
    """Load what a run has loaded, so that the next finds it; see `LOADED`."""
    for name in json.loads(names.read_text(encoding="utf-8")):
        if not name.startswith(("__", "six.moves")):
            with suppress(ImportError, AttributeError):
                importlib.import_module(name)
    gc.collect()
    gc.freeze()


def recall_knowledge() -> None:
    """Read the rules and build their engine once, for all runs with the cache that this one has.

    A run with a cache of its own reads them itself.
    """
    rules, here = data_folder("rules"), _cache()
    read = recalled.quick_knowledge
    knowledge = read(rules)
    engine_for(knowledge)

    def quick(folder: Path) -> KnowledgeBase:
        return knowledge if (folder, _cache()) == (rules, here) else read(folder)

    recalled.quick_knowledge = quick


def _cache() -> str:
    return os.environ["XDG_CACHE_HOME"]


def seal_quickly() -> None:
    """Have a passphrase open and seal at once: what slows a guesser would slow every try. What is
    written, and where, stays as it is.
    """
    sealed.seal_by_passphrase = _seal
    sealed.open_by_passphrase = _open


def _lock(passphrase: str) -> bytes:
    return hashlib.sha256(passphrase.encode()).hexdigest().encode() + b"\n"


def _seal(content: bytes, passphrase: str, *, letters: bool = True) -> bytes:
    raw = HEAD + _lock(passphrase) + content
    return base64.encodebytes(raw).strip().join(LETTERS) if letters else raw


def _open(raw: bytes, passphrase: str) -> bytes:
    if raw.startswith(LETTERS[0]):
        raw = base64.b64decode(raw[len(LETTERS[0]) : -len(LETTERS[1])])
    head = HEAD + _lock(passphrase)
    if not raw.startswith(head):
        raise sealed.SealError("wrong" if raw.startswith(HEAD) else "damaged")
    return raw[len(head) :]
