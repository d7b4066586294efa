"""How a command ends that somebody stops: in order and soon, with one line and an exit code of its
own.

What asks people or serves pages ends by itself, see `left_to_command`. Imports hardly anything, as
nothing before it can be stopped so.
"""

from __future__ import annotations

import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from types import FrameType
    from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE = 1.2
"""Seconds in which a command ends in order. A library that works in its own code hears nothing
meanwhile; no file is ever half written, so that it may be cut short.
"""
AGAIN = 0.05
"""Seconds after which an interruption comes again that came where none can be raised."""
SAYS = [True]
"""Emptied by who says that the work was broken off: one line is enough."""
GOES_ON = "the same command goes on from here"


class Stop(BaseException):
    """Somebody asked the program to end. What is kept open is closed; nobody else takes it.

    Attributes:
        number: Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def listen() -> None:
    """Have Ctrl-C and SIGTERM end the program in order; one that was to be ignored still is."""
    heard = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    for number in heard:
        signal.signal(number, _stop)


def watch() -> None:
    """Have them end it all the same where that takes too long. Opens a pipe, so that the streams
    must have their places by now.
    """
    import threading

    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(ours,), daemon=True).start()
    sys.unraisablehook = _unraisable


def left_to_command() -> None:
    """Leave it to the command what Ctrl-C and SIGTERM do: both interrupt it."""
    signal.set_wakeup_fd(-1)
    if sys.unraisablehook is _unraisable:
        sys.unraisablehook = _interrupt_again
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def end(stop: Stop) -> None:
    """Say that the work was broken off, and end."""
    _say("; ".join(["broken off", *getattr(stop, "__notes__", ())]))
    sys.exit(128 + stop.number)


def _stop(number: int, _: FrameType | None) -> None:
    """Begin to end; a second time changes nothing."""
    for one in SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    raise Stop(number)


def _watch(signals: int) -> None:
    """End the program where it has not ended in time."""
    number = 0
    while number not in SIGNALS:
        number = os.read(signals, 1)[0]
    time.sleep(GRACE)
    for child in _children():
        child.kill()
    _say("broken off")
    os._exit(128 + number)


def _children() -> list[BaseProcess]:
    """Return the processes that were started. Loads nothing: what was being loaded when the signal
    came stays half loaded.
    """
    starts = sys.modules.get("multiprocessing.process")
    found: list[BaseProcess] = getattr(starts, "active_children", list)()
    return found


def _say(text: str) -> None:
    """Write the one line, below what a terminal shows of Ctrl-C and of a bar."""
    line = f"\n{text}\n" if os.isatty(2) else f"{text}\n"
    try:
        while SAYS:
            SAYS.pop()
            os.write(2, line.encode())
    except OSError:
        pass


def _unraisable(failure: Any) -> None:
    """Tell of an error where none can be raised, but for the end that was asked for there: what
    watches brings it about.
    """
    if not isinstance(failure.exc_value, Stop | KeyboardInterrupt):
        sys.__unraisablehook__(failure)


def _interrupt_again(failure: Any) -> None:
    """Tell of an error where none can be raised; an interruption, which would be lost there, comes
    once more.
    """
    if isinstance(failure.exc_value, KeyboardInterrupt):
        import threading

        threading.Timer(AGAIN, _interrupt).start()
    else:
        sys.__unraisablehook__(failure)


def _interrupt() -> None:
    import _thread

    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        os.kill(os.getpid(), signal.SIGINT)  # what waits for a key hears it, too
