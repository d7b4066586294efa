"""The command line: the only wing that imports click, prints, reads the user's files or decides an
exit code.
"""

from typing import TYPE_CHECKING, Any

from hingeexpert.cli import ending

if TYPE_CHECKING:
    from hingeexpert.cli.program import main

__all__ = ["main", "run"]


def run() -> None:
    """Be the program, in a process of its own; whatever stops it from here on is told in a line."""
    try:
        ending.listen()
        from hingeexpert.cli import streams

        streams.mend()
        ending.watch()
        from hingeexpert.cli.program import program

        program()
    except ending.Stop as stop:
        ending.end(stop)


def __getattr__(name: str) -> Any:
    """Return the command, which takes long to put together."""
    if name != "main":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from hingeexpert.cli.program import main

    return main
