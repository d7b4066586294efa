"""The table of contacts in the book: which faults follow from each pattern of lost contacts, by
when they went and how deep the person was.

Every cell is what is found by a form that is in order otherwise. What the table goes through stands
in `coaching.yaml`.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference.conclude import infer_plainly
from hingeexpert.inference.found import found_faults
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.conclusions import ContactTable

Cell = tuple[tuple[str, str], ...]
"""The faults that are present, in coaching order, each with its confidence."""


class ContactRow(NamedTuple):
    """What follows from one pattern at some times that all lead to the same.

    Attributes:
        lost: The contacts that went, all at the same time.
        times: When they went; none where none did.
        cells: What follows below the limit of depth, and from it on.
    """

    lost: tuple[str, ...]
    times: tuple[str, ...]
    cells: tuple[Cell, Cell]


def contact_rows(knowledge: KnowledgeBase) -> Iterator[ContactRow]:
    """Yield the rows, the fewest lost contacts first; none where the rules have no such table."""
    table = knowledge.contact_table
    if table is None:
        return
    depths, in_order = _depths(knowledge, table), _in_order(knowledge)
    for lost in _patterns(table):
        times_of: dict[tuple[Cell, Cell], list[str]] = {}
        for time in table.times if lost else ("",):
            answers = {**in_order, **_contacts(table, lost, time)}
            below, beyond = (_cell(knowledge, {**answers, table.depth: depth}) for depth in depths)
            times_of.setdefault((below, beyond), []).append(time)
        for cells, times in times_of.items():
            yield ContactRow(lost, tuple(filter(None, times)), cells)


def _patterns(table: ContactTable) -> Iterator[tuple[str, ...]]:
    """Yield which contacts went: none, then each alone, up to all."""
    for count in range(len(table.contacts) + 1):
        yield from itertools.combinations(table.contacts, count)


def _contacts(table: ContactTable, lost: tuple[str, ...], time: str) -> dict[str, Value]:
    """Return the answers of one pattern."""
    answers: dict[str, Value] = dict.fromkeys(table.contacts, table.kept)
    for name in lost:
        answers |= {name: table.lost, table.contacts[name]: time}
    return answers


def _depths(knowledge: KnowledgeBase, table: ContactTable) -> tuple[Value, Value]:
    """Return a depth just below the limit, and the limit."""
    limit = knowledge.parameters[table.limit].value
    answers = (value for value in knowledge.answers[table.depth] if not isinstance(value, str))
    return max(value for value in answers if value < limit), limit


def _in_order(knowledge: KnowledgeBase) -> dict[str, Value]:
    """Return the good answer to every question that is not assumed while it is blank."""
    return {
        name: item.well
        for name, item in knowledge.observables.items()
        if item.well is not None and item.default is None
    }


def _cell(knowledge: KnowledgeBase, answers: dict[str, Value]) -> Cell:
    """Return what a diagnosis finds present; the rest of a diagnosis takes longer."""
    known = what_is_known(knowledge, answers)
    faults = found_faults(knowledge, infer_plainly(knowledge, known))
    return tuple((fault.id, fault.confidence) for fault in faults if fault.confidence)
