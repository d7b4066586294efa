"""Single keys of the terminal, as they are pressed and without Enter.

Owns the state of the terminal while keys are read. It stays the same between two keys, so that none
is lost to somebody who types fast. Knows nothing of what a key means.
"""

import os
import re
import sys
from types import TracebackType

import click

if sys.platform != "win32":
    import termios
    import tty

ENTER = "\r\n"
BACKSPACE = "\x7f\b"
_END = "\x04"
_ARROWS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?")
"""What arrows and the like send; none of it may be taken for letters."""
_CHUNK = 1024


class Keyboard:
    """The keys of standard input, inside a `with`."""

    def __init__(self) -> None:
        self._waiting = ""

    if sys.platform == "win32":

        def __enter__(self) -> "Keyboard":
            return self

        def _more(self) -> str:
            return click.getchar()

        def forget(self) -> None:
            """Drop keys that were pressed before what is now shown."""

    else:

        def __enter__(self) -> "Keyboard":
            self._file = sys.stdin.fileno()
            self._before = termios.tcgetattr(self._file)
            tty.setcbreak(self._file, termios.TCSADRAIN)
            return self

        def _more(self) -> str:
            return os.read(self._file, _CHUNK).decode(errors="replace") or _END

        def forget(self) -> None:
            """Drop keys that were pressed before what is now shown."""
            self._waiting = ""
            termios.tcflush(self._file, termios.TCIFLUSH)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if sys.platform != "win32":
            termios.tcsetattr(self._file, termios.TCSADRAIN, self._before)

    def key(self) -> str:
        """Wait for a key.

        Raises:
            EOFError: Ctrl-D, or the terminal is gone.
        """
        while not self._waiting:
            self._waiting = _ARROWS.sub("", self._more())
        key, self._waiting = self._waiting[0], self._waiting[1:]
        if key == _END:
            raise EOFError
        return key

    def line(self, first: str) -> str:
        """Return what is typed up to Enter, shown as it is typed; nothing where all of it was taken
        back.

        Args:
            first: The key that began it.
        """
        text, key = "", first
        while key not in ENTER:
            if key in BACKSPACE:
                click.echo("\b \b" if text else "", nl=False)
                text = text[:-1]
            elif key.isprintable():
                click.echo(key, nl=False)
                text += key
            if not text:
                break
            key = self.key()
        click.echo()
        return text
