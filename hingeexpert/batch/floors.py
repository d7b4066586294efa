"""What rejected rows prove all the same: a wrong cell must hide no emergency.

A cell that cannot be read is unknown: no default stands in for it, no shorthand, and not that it
was not needed. What the other cells prove then holds whatever the cell meant. Where two answers
contradict each other, neither is read; where a name is not known, every blank may be what it meant.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs

from hingeexpert.batch.known_rows import bit_mask, known_rows
from hingeexpert.batch.mapping import DATE
from hingeexpert.batch.slips import Refused, RejectedCells
from hingeexpert.batch.summary import PersonRow, RejectedFacts
from hingeexpert.batch.who_goes_first import NAMED, rules_of_triage, stopping
from hingeexpert.formats.tables.by_name import scan_parts
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.evaluation import Truth, evaluate
from hingeexpert.knowledge.models.observables import Group

FLOOR = "triage.at_least"
VISIT = (PATIENT, DATE)
"""Columns that make a visit."""
ANY = ""
"""Stands for any question whose cell is blank."""
PIECE = 20_000
"""Rows that are judged together, to bound the memory."""
SCHEMA = {
    PATIENT: pl.String(),
    DATE: pl.String(),
    "file": pl.String(),
    "row": pl.Int64(),
    FLOOR: pl.String(),
    "stopped": pl.Boolean(),
    "reason": pl.String(),
    "reasons": pl.UInt32(),
}
"""Columns of the floors: of `FLOOR` a level, null for the mildest, which is never proven by what
is missing; `stopped` for who goes first; and the first reason of the level.
"""


def no_floors() -> pl.DataFrame:
    """Return the floors of no rows."""
    return pl.DataFrame(schema=SCHEMA)


def floors_of(columns: Columns, rejected: RejectedCells, file: str) -> pl.DataFrame:
    """Return what rejected rows prove: a row for each, in their order.

    Args:
        columns: The expressions of a knowledge base.
        rejected: The rows, and which of their cells were refused.
        file: Name of the table, for rows without a file of their own.
    """
    if not rejected.rows.height:
        return no_floors()
    whose = _whose(rejected.rows, file)
    every = pl.concat([whose, _proven(columns, rejected)], how="horizontal")
    return every.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def _whose(rows: pl.DataFrame, file: str) -> pl.DataFrame:
    """Return whose form each row is, of which day, and where it stands."""
    own = pl.coalesce(cs.by_name("file", require_all=False), pl.lit(file))
    visit = [pl.col(name) if name in rows.columns else pl.lit(None).alias(name) for name in VISIT]
    return rows.select(*visit, own.alias("file"), "row")


def _proven(columns: Columns, rejected: RejectedCells) -> pl.DataFrame:
    """Return the columns of the floors that follow from the answers."""
    knowledge, hidden = columns.knowledge, _hidden_cells(columns, rejected)
    answers = columns.complete(rejected.rows.lazy()).collect()
    pieces = []
    for start in range(0, answers.height, PIECE):
        part = answers.slice(start, PIECE)
        masks = {name: bit_mask(flags[start : start + PIECE]) for name, flags in hidden.items()}
        truths = evaluate(knowledge.network, known_rows(knowledge, part, masks))
        pieces.append(_Proven(knowledge, truths, part.height).frame())
    return pl.concat(pieces)


def _hidden_cells(columns: Columns, rejected: RejectedCells) -> dict[str, np.ndarray]:
    """Return for each observable the rows in which its answer cannot be read."""
    rows, flags = rejected.rows, _unread_cells(columns.knowledge, rejected)
    # What stands for several questions at once, and what may be any of them, hides their blanks.
    any_blank = flags.get(ANY, np.zeros(rows.height, bool))
    hidden: dict[str, np.ndarray] = {}
    for name, group in _questions(columns.knowledge):
        at_once = any_blank | flags.get(_shorthand_of(group, name), False)
        found = flags.get(name, False) | (at_once & _blank(rows, name))
        if found.any():
            hidden[name] = found
    return hidden


def _unread_cells(
    knowledge: KnowledgeBase, rejected: RejectedCells
) -> dict[str | None, np.ndarray]:
    """Return for each column, and for `ANY`, the rows in which a refused cell leaves it unread."""
    places = defaultdict[str, list[int]](list)
    for cell in rejected.refused:
        for name in _touched(knowledge, cell):
            places[name].append(cell.place)
    return {name: _flags(found, rejected.rows.height) for name, found in places.items()}


def _questions(knowledge: KnowledgeBase) -> Iterator[tuple[str, Group]]:
    """Yield every question with the part of the form that it stands in."""
    for group in knowledge.groups:
        for name in group.observables:
            yield name, group


def _shorthand_of(group: Group, name: str) -> str | None:
    """Return the column that may answer a question together with others; `None` where it says of
    this one nothing but what is assumed of its blank anyway.
    """
    item, shorthand = group.observables[name], group.shorthand
    if shorthand is None or not item.answer.is_flag or item.default == shorthand.answers:
        return None
    return group.shorthand_column


def _blank(rows: pl.DataFrame, name: str) -> np.ndarray:
    """Return the rows in which a question has no answer of its own."""
    if name not in rows.columns:
        return np.ones(rows.height, bool)
    return rows[name].is_null().to_numpy()


def _flags(places: Sequence[int], count: int) -> np.ndarray:
    flags = np.zeros(count, bool)
    flags[places] = True
    return flags


def _touched(knowledge: KnowledgeBase, cell: Refused) -> Iterator[str]:
    """Yield what cannot be read where a cell was refused: itself, and what it contradicts."""
    network = knowledge.form_network
    yield cell.name
    match cell.slip.code:
        case "unknown_identifier" | "retired_identifier":
            yield ANY
        case "impossible_answer":
            place = network.names[naming.impossible(cell.name, cell.value)]
            yield from network.observables_below(place)
        case "drill_not_done":
            for group in knowledge.drills_of_form:
                if cell.name in group.drill_findings:
                    place = network.names[naming.not_done(group.group)]
                    yield from network.observables_below(place)
        case "not_asked":
            yield from knowledge.shorthands


class _Proven:
    """What the truths of some rows prove."""

    def __init__(self, knowledge: KnowledgeBase, truths: Sequence[Truth], count: int) -> None:
        self._knowledge, self._truths, self._count = knowledge, truths, count

    def _true(self, name: str) -> np.ndarray:
        """Return the rows in which a named condition is true."""
        mask = self._truths[self._knowledge.network.names[name]].true
        raw = np.frombuffer(mask.to_bytes(self._count // 8 + 1, "little"), np.uint8)
        return np.unpackbits(raw, count=self._count, bitorder="little").astype(bool)

    def _at_least(self, ladder: str) -> list[str]:
        """Return the level of a ladder that is proven in each row."""
        levels = [level.id for level in self._knowledge.ladders[ladder]]
        place = np.full(self._count, len(levels) - 1)
        for number in reversed(range(len(levels) - 1)):
            place[self._true(naming.level(ladder, levels[number]))] = number
        return [levels[number] for number in place.tolist()]

    def frame(self) -> pl.DataFrame:
        """Return the columns of `SCHEMA` that follow from the truths."""
        mildest = self._knowledge.triage[-1].id
        levels = self._at_least("triage")
        stops = stopping(self._knowledge)
        stopped = [verdict in stops for verdict in self._at_least("readiness")]
        reasons = self._reasons(levels)
        return pl.DataFrame(
            {
                FLOOR: [None if level == mildest else level for level in levels],
                "stopped": stopped,
                "reason": [reason for reason, _ in reasons],
                "reasons": [count for _, count in reasons],
            },
            schema={name: SCHEMA[name] for name in (FLOOR, "stopped", "reason", "reasons")},
        )

    def _reasons(self, levels: Sequence[str]) -> list[tuple[str | None, int]]:
        """Return for each row the first true rule of its level of triage, and how many of triage
        are true.
        """
        first: list[str | None] = [None] * self._count
        counts = np.zeros(self._count, np.int64)
        for name in rules_of_triage(self._knowledge):
            true = self._true(name)
            counts += true
            level = naming.parts_of_level_rule(name)[1]
            for place in np.flatnonzero(true).tolist():
                if first[place] is None and levels[place] == level:
                    first[place] = name
        return list(zip(first, counts.tolist(), strict=True))


def rejected_facts(
    knowledge: KnowledgeBase, paths: list[Path], not_looked_at: int, refused: list[list[str]]
) -> RejectedFacts:
    """Return the facts about the rejected rows of a run.

    Args:
        knowledge: The knowledge base.
        paths: What those of each chunk prove whose person goes first, in the order of the input.
        not_looked_at: Rows of which no cell could be read.
        refused: Of each table that could not be read its name, a code and why.
    """
    rows = scan_parts(paths)
    counted = rows.group_by(FLOOR).len().collect()
    counts = dict(counted.iter_rows())
    named = list(_named(knowledge, rows))
    by_level = {level.id: counts[level.id] for level in knowledge.triage if level.id in counts}
    told = [(name, message) for name, _, message in refused]
    return RejectedFacts(named, by_level, not_looked_at, told)


def _named(knowledge: KnowledgeBase, rows: pl.LazyFrame) -> Iterator[PersonRow]:
    """Yield the people who are named for each level, those of the most severe first."""
    for level in knowledge.triage:
        of_level = rows.filter(pl.col(FLOOR) == level.id).head(NAMED).collect()
        yield from map(_rejected_person, of_level.iter_rows(named=True))


def _rejected_person(row: dict[str, Any]) -> PersonRow:
    return PersonRow(
        patient=row[PATIENT] or "",
        date=row[DATE],
        triage=row[FLOOR],
        readiness="",
        file=row["file"],
        row=row["row"],
        reason=row["reason"],
        reasons=row["reasons"] or 0,
    )
