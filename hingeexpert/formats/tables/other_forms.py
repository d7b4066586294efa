"""Forms of other systems among the rows of a table: the shape that they come in.

What reads them is handed in by whoever opens the table; nothing of those systems is known here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol


class OtherForm(NamedTuple):
    """One form of another system.

    Attributes:
        cells: Heading to text.
        slips: What is wrong with it: where, and the message.
        raw: What it is as text, to be mended and fed in again.
        notes: What a user should know of it, without anything of the person.
    """

    cells: Mapping[str, str]
    slips: Sequence[tuple[str, str]]
    raw: str
    notes: Sequence[str] = ()


class OtherForms(Protocol):
    """Reads the forms of other systems."""

    def are_in(self, text: str | bytes) -> bool:
        """Return whether forms of another system may stand in a text, or in the start of one."""

    def read(self, text: str | bytes) -> Iterable[OtherForm]:
        """Read them. What is none at all comes as one form with what is wrong."""
