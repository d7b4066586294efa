"""The drills in short, a row each, for the book to sign.

Owns what stands in a row, and that no text for the person stands in two of them.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from hingeexpert.assurance.book_told import ROWS, plain, told_texts
from hingeexpert.assurance.book_words import in_plain_words
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.drills import Drill

FURTHER = ("rung", "enter", "not_with", "before", "load", "step_up", "cue", "cues")
"""Keys of a drill that only some drills have."""
FEW_WORDS = 4
"""A text of no more words is said again sooner than looked up."""
LISTED = "listed"
"""In place of a row, for a text that stands in the list of what is told."""


class RowText(NamedTuple):
    """A text in a row.

    Attributes:
        told: A person is told it, and it stands nowhere before.
        row: The row in which it stands already, where that is the better place to read it; or that
            it is listed.
    """

    text: str
    told: bool
    row: str | None = None


class DrillRow(NamedTuple):
    """A drill in short.

    Attributes:
        row: Its number, such as `D2`.
        further: What stands under the keys that only some drills have, by key.
        stops: The numbers of the lines that end it, first and last of each run, in the list of
            these lines.
    """

    row: str
    drill: Drill
    how: RowText
    further: Mapping[str, tuple[RowText, ...]]
    stops: tuple[tuple[int, int], ...]


class SaidOnce:
    """Knows which texts stand in a row already, and in which."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        told = told_texts(knowledge)
        self.open = {text for text, item in told.items() if item.part in ROWS}
        self.row_of: dict[str, str] = {}
        for text, item in told.items():
            if item.part == "list" and len(text.split()) > FEW_WORDS:
                self.row_of[text] = LISTED

    def text(self, text: str, row: str | None = None) -> RowText:
        """Return a text for a row, or for what bears no number; from then on it stands there."""
        words = plain(text)
        told = words in self.open
        self.open.discard(words)
        before = self.row_of.get(words)
        if row is not None and len(words.split()) > FEW_WORDS:
            self.row_of.setdefault(words, row)
        return RowText(words, told, before)


class Stops(NamedTuple):
    """The lines that end a drill, those of most drills first.

    Attributes:
        lines: Those of the pattern.
        further: Those of the further rungs alone; their numbers go on.
    """

    lines: tuple[str, ...]
    further: tuple[str, ...]


def of_rungs(knowledge: KnowledgeBase, further: bool) -> list[Drill]:
    """Return the drills of the further rungs, or those of the pattern, in their order."""
    return [drill for drill in knowledge.drills.values() if (drill.rung is not None) == further]


def stops(knowledge: KnowledgeBase) -> Stops:
    """Return the lines that end a drill."""
    lines = _most_used(of_rungs(knowledge, further=False))
    beyond = _most_used(of_rungs(knowledge, further=True))
    return Stops(tuple(lines), tuple(line for line in beyond if line not in lines))


def _most_used(drills: Iterable[Drill]) -> list[str]:
    used = Counter(plain(line.do) for drill in drills for line in drill.stop)
    return sorted(used, key=lambda line: -used[line])


def drill_rows(knowledge: KnowledgeBase, once: SaidOnce) -> Iterator[DrillRow]:
    """Yield a row for each drill, those of the pattern first."""
    ends_of = stops(knowledge)
    lines = (*ends_of.lines, *ends_of.further)
    drills = (*of_rungs(knowledge, further=False), *of_rungs(knowledge, further=True))
    for number, drill in enumerate(drills, 1):
        row = f"D{number}"
        ends = sorted(lines.index(plain(line.do)) + 1 for line in drill.stop)
        how = once.text(drill.dose.how, row)
        further = dict(_further(knowledge, drill, once, row))
        yield DrillRow(row, drill, how, further, tuple(_runs(ends)))


def _further(
    knowledge: KnowledgeBase, drill: Drill, once: SaidOnce, row: str
) -> Iterator[tuple[str, tuple[RowText, ...]]]:
    for key in FURTHER:
        if texts := tuple(_said(knowledge, getattr(drill, key, None))):
            yield key, tuple(once.text(text, row) for text in texts)


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of numbers that follow each other."""
    placed = enumerate(numbers)
    for _, run in itertools.groupby(placed, key=lambda item: item[1] - item[0]):
        inside = [number for _, number in run]
        yield inside[0], inside[-1]


def _said(knowledge: KnowledgeBase, value: Any) -> Iterator[str]:
    """Yield what stands under a key in words: a drill or a fault by its title."""
    match value:
        case None:
            return
        case str() if value in knowledge.drills:
            yield knowledge.drills[value].title
        case str() if value in knowledge.conclusions:
            yield knowledge.conclusions[value].title
        case str():
            yield value
        case tuple():
            for item in value:
                yield from _said(knowledge, item)
        case Mapping():
            yield from _said(knowledge, tuple(value.values()))
        case Entry():
            shown = (name for name in type(value).model_fields if name != "sources")
            yield from _said(knowledge, tuple(getattr(value, name) for name in shown))
        case _:
            yield in_plain_words(knowledge, value)
