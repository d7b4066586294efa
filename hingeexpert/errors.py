"""Own the whole error tree and the exit codes.

    HingeError                 shown to the user without a traceback
    ├── InputError       (1)   a form, a case or a request was rejected; the rest goes on
    │   └── OutputError  (2)   a path must not be overwritten; nothing was written
    ├── ExtraError       (2)   something was asked for that needs an extra which is not installed
    └── KnowledgeError   (3)   the knowledge base or a template is broken

Anything else that escapes is a bug and keeps its traceback. The errors carry every problem that was
found, not just the first. Messages may show what stands at a finding, never a patient's name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

SHOWN_LENGTH = 60
"""Characters of a wrong value that a message shows."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be, and where.

    Attributes:
        file: Name as the user gave it, or as it stands in the knowledge base.
        line: Line from 1, or `None` where the file as a whole is meant.
        path: Place inside the file, such as `stick.sacrum` or `rules[0].when`; empty for the whole
            file.
        message: What was found and what is allowed.
    """

    file: str
    line: int | None
    path: str
    message: str

    def __str__(self) -> str:
        file = clean(self.file, len(self.file))
        place = file if self.line is None else f"{file}:{self.line}"
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class HingeError(Exception):
    """Base of every error that a user can mend."""

    exit_code: ClassVar[int] = 1

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        self.problems: tuple[Problem, ...] = () if isinstance(problems, str) else tuple(problems)
        super().__init__(
            problems
            if isinstance(problems, str)
            else "\n".join(str(problem) for problem in self.problems)
        )

    @classmethod
    def about(cls, file: object, message: str) -> Self:
        """Return the error for one problem of a file, or of a folder, as a whole.

        Args:
            file: Its path, or the name that the user knows it by.
            message: What was found and what is allowed.
        """
        return cls([Problem(str(file), None, "", message)])


class InputError(HingeError):
    """A form, a case or an argument cannot be used."""

    exit_code = 1


class OutputError(InputError):
    """What stands at a path that the user named must not be overwritten."""

    exit_code = 2


class ExtraError(HingeError, ImportError):
    """A library of an extra is not installed; for programs that is an import that fails."""

    exit_code = 2


class KnowledgeError(HingeError):
    """The knowledge base or a template is broken."""

    exit_code = 3


def shown(value: object) -> str:
    """Quote a wrong value for a message: one line, at most 60 characters, nothing that moves a
    cursor or turns text around.

    Args:
        value: What stood in the file.
    """
    match value:
        case None:
            return "nothing"
        case list() | tuple():
            return "a list" if value else "an empty list"
        case dict():
            return "a map" if value else "an empty map"
        case bool():
            return f"'{value}'".lower()
    return f"'{clean(str(value))}'"


def clean(text: str, most: int = SHOWN_LENGTH) -> str:
    """Return text as it can be printed on one line: cut to a length, nothing in it that moves a
    cursor or turns text around.
    """
    kept = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in text[:most]
    )
    return f"{kept}…" if len(text) > most else kept


def nearest(name: object, allowed: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the allowed name nearest to `name`, or nothing where none is
    near.

    Args:
        name: What stood in the file; a truth value stands for yes or no.
        allowed: The allowed names.
    """
    found = nearest_name(name, allowed)
    return f"; did you mean '{found}'?" if found is not None else ""


def nearest_name(name: object, allowed: Iterable[str]) -> str | None:
    """Return the allowed name nearest to `name`, or `None` where none is near."""
    import difflib  # costs a start 3 ms, and most starts make no slip

    if not isinstance(name, str | bool | int | float):
        return None
    word = (
        {True: "yes", False: "no"}[name]
        if isinstance(name, bool)
        else str(name)[:SHOWN_LENGTH].lower()
    )
    spelled = {known.lower(): known for known in allowed}
    matches = difflib.get_close_matches(word, spelled, n=1, cutoff=0.6)
    return spelled[matches[0]] if matches else None


def listed(names: Sequence[str], most: int = 12) -> str:
    """Join allowed names for a message, cutting a long list."""
    return (
        ", ".join(names)
        if len(names) <= most
        else ", ".join(names[:most]) + f", … ({len(names)} in all)"
    )
