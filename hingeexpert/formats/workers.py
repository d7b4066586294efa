"""Processes that work side by side, piece by piece, and end with the one that started them.

A worker minds no signal: whoever started it ends it, and where that one is gone, however it went,
the worker ends by itself. Imports nothing heavy, as the beginning of a worker must not take long.
"""

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.connection import wait
from typing import Any, Generic, TypeVar

from hingeexpert.errors import HingeError

Piece = TypeVar("Piece")
Made = TypeVar("Made")
AHEAD = 2
"""Pieces for each worker that may be done, or under way, before the first of them is taken."""
PATIENCE = 1.0
"""Seconds after which one that waits looks up; where Ctrl-C does not interrupt it."""
LOST = (
    "a process that did part of the work was ended from outside, as systems do where memory runs "
    "out"
)
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Workers:
    """Some processes. They start with the first piece, and end with `close`."""

    def __init__(self, processes: int) -> None:
        """Note how many."""
        self._processes = processes
        self._started: dict[Any, Any] = {}

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        for process in self._started.values():
            process.kill()
        for connection, process in self._started.items():
            process.join()
            connection.close()
        self._started = {}

    def each(self, pieces: Iterable[Piece], work: Callable[[Piece], Made]) -> Iterator[Made]:
        """Yield what is made of each piece, in their order.

        Args:
            pieces: Not all of them are taken before the first result is.
            work: What to do; something that can be sent to another process.

        Raises:
            HingeError: A process was ended from outside.
        """
        if not self._started:
            self._start()
        try:
            yield from _Round(list(self._started), iter(pieces), work).made()
        except (EOFError, ConnectionError):
            self.close()
            raise HingeError(LOST) from None
        except BaseException:
            self.close()
            raise

    def only(self) -> Any:
        """Return the connection to the one process, which is started where it is not there."""
        if not self._started:
            self._start()
        (connection,) = self._started
        return connection

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        with _signals_held_back():
            for _ in range(self._processes):
                ours, theirs = context.Pipe()
                process = context.Process(target=_serve, args=(theirs,), daemon=True)
                process.start()
                theirs.close()
                self._started[ours] = process


class Aside:
    """One piece of work at a time in a process of its own, beside what this one does meanwhile.

    What is under way when another piece begins is given up, and its process with it.
    """

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._process = Workers(1)
        self._connection: Any = None

    def begin(self, work: Callable[[Piece], object], piece: Piece) -> None:
        """Have something made of a piece; both can be sent to another process."""
        if self._connection is not None:
            self.stop()
        self._connection = self._process.only()
        self._connection.send((work, piece))

    def made(self) -> tuple[Any, ...]:
        """Return what was made, once and alone in a tuple; an empty one while there is nothing.

        Raises:
            HingeError: The process was ended from outside.
            Exception: What the work could not do.
        """
        if self._connection is None or not self._connection.poll():
            return ()
        try:
            made, error = self._connection.recv()
        except (EOFError, ConnectionError):
            self.stop()
            raise HingeError(LOST) from None
        self._connection = None
        if error is not None:
            raise error
        return (made,)

    def stop(self) -> None:
        """Give up what is under way, and end the process."""
        self._process.close()
        self._connection = None


class _Round(Generic[Piece, Made]):
    """The work on some pieces; a worker has one at a time."""

    def __init__(
        self, idle: list[Any], pieces: Iterator[Piece], work: Callable[[Piece], Made]
    ) -> None:
        self._idle, self._pieces, self._work = idle, pieces, work
        self._most = AHEAD * len(idle)
        self._sent = 0
        self._busy: dict[Any, int] = {}
        self._done: dict[int, Made] = {}

    def made(self) -> Iterator[Made]:
        """Yield what is made of each piece, in their order."""
        for due in count():
            while due not in self._done:
                self._send(due + self._most)
                if not self._busy:
                    return
                self._receive()
            self._send(due + self._most)
            yield self._done.pop(due)

    def _send(self, end: int) -> None:
        """Give pieces to who has none, those before `end`."""
        while self._idle and self._sent < end:
            try:
                piece = next(self._pieces)
            except StopIteration:
                return
            worker = self._idle.pop()
            worker.send((self._work, piece))
            self._busy[worker] = self._sent
            self._sent += 1

    def _receive(self) -> None:
        """Take what is made by now.

        Raises:
            Exception: What a worker could not do.
        """
        ready: list[Any] = wait(list(self._busy), PATIENCE)
        for worker in ready:
            made, error = worker.recv()
            if error is not None:
                raise error
            self._done[self._busy.pop(worker)] = made
            self._idle.append(worker)


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Have processes start deaf to signals, which reach all of a terminal at once. Who starts them
    hears what came meanwhile at the end, with each of them noted.
    """
    with _heard_later():
        if sys.platform == "win32":
            yield
            return
        from multiprocessing.resource_tracker import ensure_running

        ensure_running()  # as it hears signals again at its end
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _heard_later() -> Iterator[None]:
    """Let what signals bring about happen at the end; it happens in the main thread alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: came.append(number)) for number in SIGNALS
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for first in came[:1]:
            signal.raise_signal(first)


def _serve(connection: Any) -> None:
    """Be a worker."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            work, piece = connection.recv()
        except EOFError:
            return
        connection.send(_tried(work, piece))


def _tried(work: Callable[[Any], Any], piece: Any) -> tuple[Any, Exception | None]:
    """Return what is made of a piece, or why not."""
    try:
        return work(piece), None
    except Exception as error:
        error.add_note(traceback.format_exc())
        return None, error


def _end_with_parent() -> None:
    """End at once when who started this process is gone."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
