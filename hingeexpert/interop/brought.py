"""What a form of another system says, on its way to a form of ours: the shape that every reader
fills, and that is then read as strictly as any other form.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from hingeexpert.errors import InputError, Problem
from hingeexpert.formats.documents import Document
from hingeexpert.forms import Assessment
from hingeexpert.forms.left_blank import LEFT_BLANK, by_shorthand, left_blank
from hingeexpert.forms.reading import assess
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value


class BroughtSlip(NamedTuple):
    """Why something in such a form cannot be read: where it stands, and the message."""

    place: str
    message: str


@dataclass(frozen=True)
class Brought:
    """What was read of one form.

    Attributes:
        cells: Identifier to code, number or text. Blanks and *not assessed* are left out.
        slips: What could not be read, all of it.
        notes: What a user should know; nothing of the person.
    """

    cells: dict[str, Value]
    slips: tuple[BroughtSlip, ...] = ()
    notes: tuple[str, ...] = ()


def assessment_of(knowledge: KnowledgeBase, file: str, brought: Brought) -> Assessment:
    """Return what was brought as an assessment, once it is sound.

    Args:
        knowledge: The knowledge base.
        file: Name for messages.
        brought: The form.

    Raises:
        InputError: With every problem, of how it was written and of what is in it.
    """
    problems = [Problem(file, None, slip.place, slip.message) for slip in brought.slips]
    try:
        assessment = assess(knowledge, Document(file, nested(brought.cells.items())))
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return assessment


def beside_shorthand(
    knowledge: KnowledgeBase, cells: Mapping[str, Value], absent: Iterable[str]
) -> Iterator[BroughtSlip]:
    """Yield the flags that were said to be not assessed while a shorthand answers all of their
    part.

    Args:
        knowledge: The knowledge base.
        cells: What was read; identifiers to answers.
        absent: Identifiers of what was said to be not assessed.
    """
    for name in absent:
        for short, group in knowledge.shorthands.items():
            if short in cells and name in group.flags:
                message = f"not assessed, while {short} is {cells[short]}"
                yield BroughtSlip(name, f"{message}; answer it, or answer each on its own")


def partly_at_once(knowledge: KnowledgeBase, form: Assessment) -> Iterator[BroughtSlip]:
    """Yield each part of a form whose shorthand left a flag blank. Only YAML and JSON can say it:
    elsewhere the rest would count as asked one by one.
    """
    for group in knowledge.groups:
        if blank := left_blank(group, form):
            so_many = f"{len(by_shorthand(group, form))} flags were answered at once"
            message = f"{so_many} beside {len(blank)} left blank; there is no place to say so"
            yield BroughtSlip(f"{group.group}.{LEFT_BLANK}", message)


def nested(cells: Iterable[tuple[str, Value]]) -> dict[str, Any]:
    """Return cells by identifier as a form has them: in groups."""
    form: dict[str, Any] = {}
    for name, value in cells:
        group, dot, key = name.partition(".")
        if dot:
            form.setdefault(group, {})[key] = value
        else:
            form[name] = value
    return form
