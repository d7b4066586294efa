"""The book to sign in an hour: what decides, in tables, and every sentence that a person is told.

What is signed in the hour ends with the signature. The further rungs and the questions come next,
signed apart in half an hour, then the annex. Decides nothing and writes no sentence; the words are
those of `rules/`, of `book_words.py` for conditions, and of the templates.
"""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import NamedTuple

from hingeexpert.assurance.book import Book
from hingeexpert.assurance.book_drills import (
    DrillRow,
    RowText,
    SaidOnce,
    drill_rows,
    of_rungs,
    stops,
)
from hingeexpert.assurance.book_proposals import Proposals, proposals
from hingeexpert.assurance.book_told import ToldGroup, told_groups
from hingeexpert.assurance.book_words import in_plain_words
from hingeexpert.assurance.contact_table import ContactRow
from hingeexpert.formats.documents import Path
from hingeexpert.formats.templates import render
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.for_templates import cited, for_templates
from hingeexpert.knowledge.models.ladders import LADDERS, Level, LevelRule
from hingeexpert.knowledge.models.sources import Parameter

Places = Mapping[str, Mapping[Path, str]]
"""File to place to the name of the place."""


class ReasonRow(NamedTuple):
    """A reason for a level.

    Attributes:
        row: Its number, such as `T2.1`.
        name: Its name, such as `triage.urgent.fall`.
        condition: When it holds, in one line.
    """

    row: str
    name: str
    rule: LevelRule
    condition: str


class LevelTable(NamedTuple):
    """A level, and its reasons.

    Attributes:
        at: Its place in its file, to which the keys of a part may be added.
    """

    row: str
    level: Level
    reasons: tuple[ReasonRow, ...]
    file: str
    at: Path


class CueRow(NamedTuple):
    """The cues of a fault; `row` is its number, such as `F2`."""

    row: str
    cues: tuple[RowText, ...]


class ToldDrills(NamedTuple):
    """Drills, and what is signed with them.

    Attributes:
        stops: The lines that end a drill, those of most drills first.
        start: The number of the first of these lines.
        numbers: Parameters, by name.
        told: Folder or file to the texts for the person that stand in no row.
    """

    stops: tuple[RowText, ...]
    start: int
    drills: tuple[DrillRow, ...]
    numbers: Mapping[str, Parameter]
    told: Mapping[str, tuple[ToldGroup, ...]]


@dataclass(frozen=True)
class BookToSign:
    """What the template reads as `signed`, beside the book in full and the knowledge base.

    Attributes:
        full: What it has in common with the book in full.
        contacts: The rows of the table of contacts, by which contacts went.
        cues: Fault to its cues, in coaching order.
        pattern: What is signed of drills and numbers in the first hour, and all else that is told.
        further: The same of the further rungs alone.
        standing: Parameter to what it stands on: its status, or the kinds of its sources.
        asked: The questions, as they are asked.
        annex: Texts that stand on no sheet: what is said while a drill is taught, and pictures in
            words.
        places: File to place to its name in the workbook of the rules; empty where there are none.
    """

    full: Book
    proposals: tuple[Proposals, ...]
    ladders: Mapping[str, tuple[LevelTable, ...]]
    contacts: Mapping[tuple[str, ...], tuple[ContactRow, ...]]
    cues: Mapping[str, CueRow]
    pattern: ToldDrills
    further: ToldDrills
    standing: Mapping[str, tuple[str, ...]]
    asked: tuple[ToldGroup, ...]
    annex: tuple[ToldGroup, ...]
    places: Places

    def place(self, file: str, path: Path, *steps: str | int) -> str:
        """Return the name of a place, which the margin prints; empty where it has none."""
        return self.places.get(file, {}).get((*path, *steps), "")


def book_to_sign(book: Book, places: Places | None = None) -> BookToSign:
    """Gather what the book to sign says.

    Args:
        book: The book in full, with the worked cases.
        places: The names of places, see `BookToSign`; without them the margin stays blank.
    """
    knowledge = book.knowledge
    rows = dict(_rows(knowledge))
    once = SaidOnce(knowledge)
    cues = dict(_cues(knowledge, once))
    pattern, further = _drills(book, once)
    return BookToSign(
        full=book,
        proposals=tuple(proposals(knowledge)),
        ladders={name: tuple(_tables(knowledge, name, rows)) for name in knowledge.ladders},
        contacts={
            lost: tuple(inside)
            for lost, inside in itertools.groupby(book.contacts, key=lambda row: row.lost)
        },
        cues=cues,
        pattern=pattern,
        further=further,
        standing={name: _standing(knowledge, item) for name, item in knowledge.parameters.items()},
        asked=tuple(told_groups(knowledge, "asked")),
        annex=tuple(told_groups(knowledge, "annex")),
        places=places or {},
    )


def _rows(knowledge: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """Yield the name of each level and of each of its reasons, and its row."""
    for ladder, levels in knowledge.ladders.items():
        for place, level in enumerate(levels, 1):
            row = f"{ladder[0].upper()}{place}"
            yield naming.level(ladder, level.id), row
            for number, rule in enumerate(level.rules, 1):
                yield naming.level_rule(ladder, level.id, rule.id), f"{row}.{number}"


def _tables(knowledge: KnowledgeBase, ladder: str, rows: Mapping[str, str]) -> Iterator[LevelTable]:
    file = f"{ladder}.yaml"
    for number, level in enumerate(knowledge.ladders[ladder]):
        names = [naming.level_rule(ladder, level.id, rule.id) for rule in level.rules]
        reasons = tuple(
            ReasonRow(rows[name], name, rule, in_plain_words(knowledge, rule.when, rows))
            for name, rule in zip(names, level.rules, strict=True)
        )
        row = rows[naming.level(ladder, level.id)]
        yield LevelTable(row, level, reasons, file, (LADDERS[file], number))


def _cues(knowledge: KnowledgeBase, once: SaidOnce) -> Iterator[tuple[str, CueRow]]:
    for number, name in enumerate(knowledge.coaching_order, 1):
        row, cues = f"F{number}", enumerate(knowledge.faults[name].cues, 1)
        yield name, CueRow(row, tuple(once.text(cue.say, f"{row}.{place}") for place, cue in cues))


def _drills(book: Book, once: SaidOnce) -> tuple[ToldDrills, ToldDrills]:
    """Return what is signed of the pattern, and of the further rungs apart from it."""
    knowledge, ends = book.knowledge, stops(book.knowledge)
    lines, more = (tuple(once.text(line) for line in part) for part in ends)
    rows = tuple(drill_rows(knowledge, once))
    beyond = {drill.drill for drill in of_rungs(knowledge, further=True)}
    apart = {name for name, users in book.uses.items() if _only_in(beyond, users)}
    numbers = knowledge.parameters.items()
    first, second = (_by_kind(told_groups(knowledge, part)) for part in ("list", "further"))
    return (
        ToldDrills(
            lines,
            1,
            tuple(row for row in rows if row.drill.drill not in beyond),
            {name: item for name, item in numbers if name not in apart},
            first,
        ),
        ToldDrills(
            more,
            len(lines) + 1,
            tuple(row for row in rows if row.drill.drill in beyond),
            {name: item for name, item in numbers if name in apart},
            second,
        ),
    )


def _only_in(drills: Collection[str], users: Iterable[tuple[str, str]]) -> bool:
    """Whether a number is used, and by nothing but the doses of these drills."""
    anchors = {anchor for anchor, _ in users}
    return bool(anchors) and anchors <= {f"drill-{name}" for name in drills}


def _by_kind(groups: Iterable[ToldGroup]) -> dict[str, tuple[ToldGroup, ...]]:
    kinds: dict[str, tuple[ToldGroup, ...]] = {}
    for group in groups:
        kinds[group.kind] = (*kinds.get(group.kind, ()), group)
    return kinds


def _standing(knowledge: KnowledgeBase, number: Parameter) -> tuple[str, ...]:
    """Return what a number stands on: for evidence the kinds of its sources."""
    if number.status != "evidence":
        return (number.status,)
    named = cited(knowledge, number.sources).sources
    return tuple(dict.fromkeys(knowledge.sources[name].kind for name in named))


def render_book_to_sign(book: BookToSign, templates: FilePath | None = None) -> str:
    """Write the book to sign as one self-contained page without scripts or outside requests, for
    screen and paper.

    Args:
        book: What it says.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    context = {"signed": book, "book": book.full, **for_templates(book.full.knowledge)}
    return render("book_to_sign.html", context, templates)
