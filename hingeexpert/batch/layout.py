"""What the columns of a table are: the identifier of each heading, and what is wrong with them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from hingeexpert.batch.mapping import Mapping, fold, identifiers
from hingeexpert.batch.slips import Slip
from hingeexpert.errors import nearest, shown
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.forms.older import retired_slip
from hingeexpert.knowledge import KnowledgeBase

FORM = "form"
"""Column that says which form the table holds; it may be left out."""


@dataclass(frozen=True)
class Layout:
    """What the columns of a table are.

    Attributes:
        columns: Identifier to heading, for the columns that are read.
        unknown: Headings that are nothing known, each with a hint.
        problems: Why the table cannot be read; empty where it can.
    """

    columns: dict[str, str]
    unknown: tuple[tuple[str, str], ...]
    problems: tuple[Slip, ...]


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
    names = (*identifiers(knowledge), FORM)
    known = {name if own_columns else fold(name): name for name in names}
    columns: dict[str, str] = {}
    unknown: list[tuple[str, str]] = []
    problems: list[Slip] = []
    for heading in headings:
        if mapping.ignores(heading):
            continue
        name = mapping.heading(heading) or known.get(heading if own_columns else fold(heading))
        if name is None:
            unknown.append((heading, nearest(heading, known.values())))
        elif name not in columns:
            columns[name] = heading
        elif own_columns:
            unknown.append((heading, f"; it stands for {name}, as {shown(columns[name])} does"))
        else:
            both = f"{shown(columns[name])} and {shown(heading)}"
            problems.append(Slip("repeated_heading", f"two columns are {name}: {both}"))
    if not own_columns:
        problems += _retired(knowledge, unknown)
        problems += _missing(columns, headings, mapping)
    return Layout(columns, tuple(unknown), tuple(problems))


def _retired(knowledge: KnowledgeBase, unknown: Sequence[tuple[str, str]]) -> Iterator[Slip]:
    """Yield the headings that are identifiers which forms no longer have."""
    known = {fold(name): name for name in knowledge.retired}
    for heading, _ in unknown:
        if slip := retired_slip(knowledge, known.get(fold(heading), "")):
            yield Slip("retired_identifier", slip)


def _missing(columns: Collection[str], headings: Sequence[str], mapping: Mapping) -> Iterator[Slip]:
    """Yield the columns that a table must have and has not.

    Args:
        columns: The identifiers of its headings.
        headings: Its headings.
        mapping: What other headings mean.
    """
    for heading in mapping.unused(headings):
        message = f"the map names a heading that the table does not have: {shown(heading)}"
        yield Slip("missing_column", message)
    if PATIENT not in columns:
        message = f"no column is {PATIENT}; a map can say which one is (--map, --draft-map)"
        yield Slip("missing_column", message)
