"""The accepted forms of a run once more, by person, month and clinician: who goes first by the
latest form, who moved on the ladder, who waits.

A chunk leaves a few columns of each of its forms; they are read when all chunks are there, as a
person may stand in several. Persons are looked at a share at a time, so that memory does not grow
with the table. Owns what the latest form of a person is.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from hingeexpert.batch.changes import Changes
from hingeexpert.batch.mapping import DATE
from hingeexpert.batch.summary import (
    FormGroup,
    PeopleFacts,
    PersonRow,
    RetestRow,
)
from hingeexpert.batch.who_goes_first import NAMED, rules_of_triage, stopping
from hingeexpert.formats.tables.by_name import scan_parts
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.inference.columns import Columns
from hingeexpert.inference.diagnosis import INCOMPLETE
from hingeexpert.knowledge import KnowledgeBase, naming

PIECE = 500_000
"""Forms that are looked at together, about."""
SEED = 5
NAMED_LATER = 10
"""People who are named of those who moved down, and of those who wait."""
CLINICIANS = 25
"""Clinicians who are shown, those with the most forms first."""
CLINICIAN = "clinician"
RESULTS = ("triage.at_least", "triage.not_ruled_out", "readiness.verdict", "readiness.at_least")
"""Columns of the results that a form leaves."""


def left_by_forms(
    columns: Columns, rows: pl.DataFrame, results: pl.DataFrame, file: str
) -> pl.DataFrame:
    """Return what each form of a chunk leaves for the facts about people.

    Args:
        columns: The expressions of a knowledge base.
        rows: Free columns, answers and shorthands.
        results: What followed from them, with the truths of the rules of triage.
        file: Name of the table, for rows without a file of their own.
    """
    text = {name: pl.lit(None, pl.String) for name in (PATIENT, DATE, CLINICIAN)}
    text |= {name: pl.col(name) for name in text if name in rows.columns}
    own = pl.col("file") if "file" in rows.columns else pl.lit(file)
    left = rows.select(
        *(column.alias(name) for name, column in text.items()),
        own.cast(pl.String).alias("file"),
        pl.col("row").cast(pl.Int64),
    )
    faults = [f"fault.{name}" for name in columns.knowledge.faults]
    left = pl.concat([left, results.select(*RESULTS, *faults)], how="horizontal")
    return left.with_columns(_reasons(columns.knowledge, results))


def _reasons(knowledge: KnowledgeBase, results: pl.DataFrame) -> list[pl.Series]:
    """Return for each form of who goes first the first reason of its level of triage, and how many
    rules of triage are true in all.
    """
    stopped = results.select(_at(stopping(knowledge))).to_series()
    at = pl.int_range(results.height, eager=True).alias("at")
    found = _of_stopped(knowledge, results.filter(stopped)).with_columns(at.filter(stopped))
    every = at.to_frame().join(found, on="at", how="left", maintain_order="left")
    return [every["reason"].cast(pl.String), every["reasons"].cast(pl.UInt32)]


def _of_stopped(knowledge: KnowledgeBase, results: pl.DataFrame) -> pl.DataFrame:
    """Return `reason` and `reasons` of forms that are all of people who go first."""
    names = list(rules_of_triage(knowledge))
    level = pl.col("triage.at_least").cast(pl.String).alias("level")
    return results.select(level, *names).select(
        pl.coalesce(pl.when(_of_level(name)).then(pl.lit(name)) for name in names).alias("reason"),
        pl.sum_horizontal(pl.col(name).fill_null(False) for name in names).alias("reasons"),
    )


def _of_level(rule: str) -> pl.Expr:
    """Return where a rule is true and one of the level that is proven."""
    return pl.col(rule) & (pl.col("level") == naming.parts_of_level_rule(rule)[1])


def _at(verdicts: list[str]) -> pl.Expr:
    """Return whether one of these verdicts of readiness is proven."""
    return pl.col("readiness.at_least").cast(pl.String).is_in(verdicts)


def _holding(knowledge: KnowledgeBase) -> list[str]:
    """Return the verdicts that keep back every cue while they are true."""
    return [level.id for level in knowledge.readiness if level.withholds_cues == "while_true"]


def _ready(knowledge: KnowledgeBase) -> list[str]:
    """Return the verdicts that open more than the lowest rung."""
    rungs = [level.rung for level in knowledge.readiness if level.rung is not None]
    above = min(rungs, default=0)
    return [level.id for level in knowledge.readiness if level.rung and level.rung > above]


def people_facts(
    knowledge: KnowledgeBase, paths: list[Path], rows: int, changes: Changes
) -> PeopleFacts:
    """Return the facts about all people of a run.

    Args:
        knowledge: The knowledge base.
        paths: What the forms of each chunk left, in the order of the input.
        rows: How many forms there are.
        changes: Takes in what changed from form to form.
    """
    forms = scan_parts(paths, row_index_name="place")
    last = forms.select(pl.col(DATE).max()).collect().item()
    tally, passes = _Tally(knowledge, last), 1 + rows // PIECE
    for number in range(passes):
        of_pass = pl.col(PATIENT).hash(SEED) % passes == number
        of_people = with_several(forms.filter(of_pass).collect())
        tally.add(of_people)
        changes.add(of_people)
    months = _groups(knowledge, forms, pl.col(DATE).str.slice(0, 7))
    clinicians = _groups(knowledge, forms, pl.col(CLINICIAN))
    by_forms = sorted(clinicians, key=lambda group: -group.forms)
    facts = tally.facts(months, by_forms)
    return replace(facts, pairs=changes.pairs, fault_changes=changes.faults)


def with_several(forms: pl.DataFrame) -> pl.DataFrame:
    """Return all forms of some people with `several`: whether another is of the same person."""
    patients = forms[PATIENT]
    several = patients.is_duplicated() if patients.n_unique() < forms.height else pl.lit(False)
    return forms.with_columns(several.alias("several"))


def _groups(knowledge: KnowledgeBase, forms: pl.LazyFrame, name: pl.Expr) -> list[FormGroup]:
    """Return the forms of each group, by name; those without one are in none."""
    verdict = pl.col("readiness.verdict")
    proven, worst = pl.col("triage.at_least"), pl.col("triage.not_ruled_out")
    decided = (proven.to_physical() == worst.to_physical()) & (verdict != INCOMPLETE)
    counted = (
        forms.group_by(name.alias("name"))
        .agg(
            pl.len(),
            _at(stopping(knowledge)).sum().alias("first"),
            verdict.cast(pl.String).is_in(_ready(knowledge)).sum().alias("ready"),
            decided.sum().alias("decided"),
        )
        .filter(pl.col("name").is_not_null())
        .sort("name")
    )
    return [FormGroup(*row) for row in counted.collect().iter_rows()]


@dataclass
class _Tally:
    """Adds up the persons of each pass."""

    knowledge: KnowledgeBase
    last: str | None
    people: int = 0
    several: int = 0
    no_longer: int = 0
    by_level: Counter[str] = field(default_factory=Counter)
    by_reason: Counter[str] = field(default_factory=Counter)
    moves: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    down: list[dict[str, Any]] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)

    def add(self, forms: pl.DataFrame) -> None:
        """Take in all forms of some people."""
        severity = pl.col("triage.at_least").to_physical().alias("severity")
        stopped = _at(stopping(self.knowledge)).alias("stopped")
        forms = forms.with_columns(stopped, severity)
        latest = _latest(forms)
        self.people += latest.height
        self._add_first(forms, latest.filter("stopped"))
        self._add_moves(_spans(forms))
        held = latest.filter(_at(_holding(self.knowledge)))
        self.waiting += _counter(held["readiness.at_least"])
        dated = held.filter(pl.col(DATE).is_not_null())
        self.held = _cut(self.held, dated, (DATE, "place"), NAMED_LATER)

    def _add_first(self, forms: pl.DataFrame, first: pl.DataFrame) -> None:
        """Take in who goes first, and how many did on an earlier form only."""
        if forms["several"].any():
            self.no_longer += forms.filter("stopped")[PATIENT].n_unique() - first.height
        self.by_level += _counter(first["triage.at_least"])
        self.by_reason += _counter(first["reason"])
        for level in self.knowledge.triage:
            of_level = first.filter(pl.col("triage.at_least").cast(pl.String) == level.id)
            kept = self.first.get(level.id, [])
            self.first[level.id] = _cut(kept, of_level, ("place",), NAMED)

    def _add_moves(self, spans: pl.DataFrame) -> None:
        """Take in who has several dated forms, and where they were and are."""
        spans = spans.with_columns(_move(len(self.knowledge.readiness)).alias("move"))
        self.several += spans.height
        self.moves += _counter(spans["move"])
        down = spans.filter(pl.col("move") == "down")
        self.down = _cut(self.down, down, ("place",), NAMED_LATER)

    def facts(self, months: list[FormGroup], clinicians: list[FormGroup]) -> PeopleFacts:
        """Return what was added up."""
        return PeopleFacts(
            people=self.people,
            first=[_person(row) for named in self.first.values() for row in named],
            first_by_level=self.by_level,
            first_by_reason=self.by_reason,
            no_longer_first=self.no_longer,
            several=self.several,
            moves=self.moves,
            moved_down=[_moved(row) for row in self.down],
            waiting=self.waiting,
            longest_waiting=[_person(row) for row in self.held],
            last_date=self.last,
            months=months,
            clinicians=clinicians[:CLINICIANS],
            clinicians_left_out=len(clinicians[CLINICIANS:]),
        )


def _move(opened: int) -> pl.Expr:
    """Return where somebody went on the ladder, by the first and the last verdict.

    Args:
        opened: The place of the verdict that is open.
    """
    before, now = pl.col("before").to_physical(), pl.col("now").to_physical()
    known = pl.when(now > before).then(pl.lit("up")).when(now < before).then(pl.lit("down"))
    either_open = (before == opened) | (now == opened)
    return pl.when(either_open).then(pl.lit("open")).otherwise(known.otherwise(pl.lit("same")))


def _latest(forms: pl.DataFrame) -> pl.DataFrame:
    """Return for each person the form of the latest date. A form without a date may be the latest;
    then the one counts that is more severe.
    """
    if not forms["several"].any():
        return forms
    newest = pl.col(DATE) == pl.col(DATE).max().over(PATIENT)
    latest = forms.filter(newest | pl.col(DATE).is_null())
    latest = latest.sort(["stopped", "severity", "place"], descending=[True, False, True])
    return latest.unique(PATIENT, keep="first", maintain_order=True).sort("place")


def _spans(forms: pl.DataFrame) -> pl.DataFrame:
    """Return for each person with several dated forms the first and the last verdict."""
    dated = forms.filter(pl.col(DATE).is_not_null() & pl.col("several"))
    dated = dated.sort(DATE, "place")
    verdict = pl.col("readiness.verdict")
    return (
        dated.group_by(PATIENT, maintain_order=True)
        .agg(
            pl.len().alias("forms"),
            verdict.first().alias("before"),
            verdict.last().alias("now"),
            pl.col(DATE).first().alias("since"),
            pl.col(DATE).last(),
            pl.col("place").last(),
        )
        .filter(pl.col("forms") > 1)
    )


def _counter(column: pl.Series) -> Counter[str]:
    """Count the values of a column."""
    counted = column.cast(pl.String).drop_nulls().value_counts()
    return Counter(dict(counted.iter_rows()))


def _cut(
    kept: list[dict[str, Any]], more: pl.DataFrame, order: tuple[str, ...], most: int
) -> list[dict[str, Any]]:
    """Return the first of those kept and of more, as many as are named."""
    both = [*kept, *more.sort(*order).head(most).iter_rows(named=True)]
    return sorted(both, key=lambda row: [row[name] for name in order])[:most]


def _person(row: dict[str, Any]) -> PersonRow:
    decided = row["triage.at_least"] == row["triage.not_ruled_out"]
    return PersonRow(
        patient=row[PATIENT],
        date=row[DATE],
        triage=row["triage.at_least"],
        readiness=row["readiness.verdict"],
        file=row["file"],
        row=row["row"],
        not_ruled_out=None if decided else row["triage.not_ruled_out"],
        reason=row["reason"],
        reasons=row["reasons"] or 0,
    )


def _moved(row: dict[str, Any]) -> RetestRow:
    return RetestRow(row[PATIENT], row["forms"], row["since"], row["before"], row[DATE], row["now"])
