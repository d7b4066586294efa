"""What the columns of a table are: the identifier of each heading, and what is wrong with them."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from hingeexpert.batch.mapping import Mapping, fold, identifiers, spelled
from hingeexpert.batch.slips import Slip
from hingeexpert.errors import nearest, shown
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.forms.older import retired_slip
from hingeexpert.knowledge import KnowledgeBase

_NUMBERED = re.compile(r"\s*\(\d+\)$")
"""What makes a heading that stands more than once differ from the first."""
_MOST_HINTS = 50
"""Headings that are nothing known for which the nearest name is looked for, as that takes long."""
FORM = "form"
"""Column with the tag of the form of each row; it may be left out."""


@dataclass(frozen=True)
class Layout:
    """What the columns of a table are.

    Attributes:
        columns: Identifier to heading, for the columns that are read.
        unknown: Headings that are nothing known, each with a hint.
        problems: Why the table cannot be read; empty where it can.
        notes: What a user should know of how the headings were read.
    """

    columns: dict[str, str]
    unknown: tuple[tuple[str, str], ...]
    problems: tuple[Slip, ...]
    notes: tuple[str, ...] = ()


def layout(
    knowledge: KnowledgeBase,
    headings: Sequence[str],
    mapping: Mapping,
    *,
    own_columns: bool = False,
) -> Layout:
    """Find the identifier of each heading.

    Args:
        knowledge: The knowledge base.
        headings: The headings of a table.
        mapping: What other headings mean.
        own_columns: Whether rows name their columns themselves. Then a name is written exactly, as
            on a form, one that cannot be read is a slip of its row and not of the table, and a
            column may be missing.
    """
    find = _Headings(knowledge, headings, mapping, own_columns=own_columns)
    found = find.all([heading for heading in headings if not mapping.ignores(heading)])
    retired = tuple(_retired(knowledge, found.unknown))
    if own_columns:  # a slip of the rows that answer it; where it is always blank, just a note
        return replace(found, notes=tuple(slip.message for slip in retired))
    missing = _missing(knowledge, found.columns, headings, mapping)
    return replace(
        found,
        problems=(*found.problems, *retired, *missing),
        notes=tuple(_notes(found.columns, mapping)),
    )


class _Headings:
    """Finds the identifiers of the headings of one table.

    Attributes:
        names: Every name that a heading may have.
    """

    def __init__(
        self,
        knowledge: KnowledgeBase,
        headings: Sequence[str],
        mapping: Mapping,
        *,
        own_columns: bool,
    ) -> None:
        """Arguments: see `layout`."""
        self.names = (*identifiers(knowledge), FORM)
        self._mapping, self._exactly = mapping, own_columns
        self._folded = {fold(heading) for heading in headings}
        self._spelled = {spelled(name): name for name in self.names}

    def all(self, headings: Sequence[str]) -> Layout:
        """Return the columns of some headings, those that are unknown, and those that stand for an
        identifier which an earlier one stands for.
        """
        columns: dict[str, str] = {}
        unknown: list[tuple[str, str]] = []
        problems: list[Slip] = []
        for heading in headings:
            name = self.identifier(heading)
            if name is None:
                hint = nearest(heading, self.names) if len(unknown) < _MOST_HINTS else ""
                unknown.append((heading, hint))
            elif name not in columns:
                columns[name] = heading
            elif self._exactly:
                unknown.append((heading, f"; it stands for {name}, as {shown(columns[name])} does"))
            else:
                problems.append(_two_columns(name, columns[name], heading))
        return Layout(columns, tuple(unknown), tuple(problems))

    def identifier(self, heading: str) -> str | None:
        """Return the identifier that a heading stands for, or `None` where it stands for none."""
        name = self._mapping.heading(heading)
        if name is not None:
            return name
        if self._exactly:
            return heading if heading in self.names else None
        return self._spelled.get(spelled(heading)) or self._repeated(heading)

    def _repeated(self, heading: str) -> str | None:
        """Return the identifier of a heading that stands a second time, and was given a number for
        that.
        """
        first = fold(_NUMBERED.sub("", heading))
        if first == fold(heading) or first not in self._folded:
            return None
        return self._mapping.heading(first) or self._spelled.get(spelled(first))


def _two_columns(name: str, first: str, second: str) -> Slip:
    """Say that two headings stand for one identifier."""
    both = f"{shown(first)} and {shown(second)}"
    message = f"two columns are {name}: {both}; set one of them to ignore in a map"
    return Slip("repeated_heading", message)


def _notes(columns: dict[str, str], mapping: Mapping) -> Iterator[str]:
    """Yield that headings were read which are an identifier in another spelling."""
    respelt = [
        f"{shown(heading)} as {name}"
        for name, heading in columns.items()
        if mapping.heading(heading) is None and fold(heading) != name
    ]
    if respelt:
        more = f" and {len(respelt) - 1} more" if len(respelt) > 1 else ""
        yield f"headings are spelled otherwise and were read: {respelt[0]}{more}"


def _retired(knowledge: KnowledgeBase, unknown: Sequence[tuple[str, str]]) -> Iterator[Slip]:
    """Yield the headings that are identifiers which forms no longer have."""
    for heading, _ in unknown:
        if slip := retired_heading_slip(knowledge, heading):
            yield Slip("retired_identifier", slip)


def retired_heading_slip(knowledge: KnowledgeBase, heading: str) -> str | None:
    """Say what took the place of an identifier, however it is spelled; `None` where it is not
    retired.
    """
    by_spelling = {spelled(name): name for name in knowledge.retired}
    return retired_slip(knowledge, by_spelling.get(spelled(heading), ""))


def _missing(
    knowledge: KnowledgeBase,
    columns: Collection[str],
    headings: Sequence[str],
    mapping: Mapping,
) -> Iterator[Slip]:
    """Yield the columns that a table must have and has not.

    Args:
        knowledge: The knowledge base.
        columns: The identifiers of its headings.
        headings: Its headings.
        mapping: What other headings mean.
    """
    for heading in mapping.unused(headings):
        message = f"the map names a heading that the table does not have: {shown(heading)}"
        yield Slip("missing_column", message)
    if PATIENT not in columns:
        common = set(map(fold, knowledge.tables.headings_of(PATIENT)))
        likely = next((shown(one) for one in headings if fold(one) in common), None)
        hint = f"is it {likely}? --draft-map" if likely else "--draft-map"
        message = f"no column is {PATIENT}; {hint} writes a map to correct, and --map reads it"
        yield Slip("missing_column", message)
