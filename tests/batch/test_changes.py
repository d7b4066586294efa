"""What changed from form to form: only what is decided on both."""

import csv
import itertools
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from hingeexpert.batch.changes import Changes
from hingeexpert.batch.people_facts import left_by_forms, with_several
from hingeexpert.batch.who_goes_first import rules_of_triage
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase

Row = tuple[str, str | None, Mapping[str, str]]
KEPT = {"stick.done": "yes", "stick.sacrum": "kept", "stick.hold": "secure"}
LOST = {**KEPT, "stick.sacrum": "lost"}
UNSEEN = {"stick.done": "yes", "stick.hold": "secure"}


@pytest.fixture(scope="module")
def columns(knowledge: KnowledgeBase) -> Columns:
    return Columns(knowledge)


def changes_of(columns: Columns, folder: Path, *people: list[Row]) -> tuple[Changes, list[dict]]:
    """Judge the forms of some people after those of others; return the changes and their lines."""
    changes = Changes(columns.knowledge, folder / "changes.csv")
    place = 0
    for rows in people:
        names = dict.fromkeys(name for _, _, answers in rows for name in answers)
        table = pl.DataFrame(
            {
                "row": range(1, len(rows) + 1),
                "patient.id": [patient for patient, _, _ in rows],
                "date": pl.Series([date for _, date, _ in rows], dtype=pl.String),
                **{
                    name: pl.Series([answers.get(name) for _, _, answers in rows])
                    .cast(pl.String)
                    .cast(columns.schema[name])
                    for name in names
                },
            }
        )
        rules = rules_of_triage(columns.knowledge)
        results = columns.conclude(table.lazy(), *rules).collect()
        forms = left_by_forms(columns, table, results, "t.csv").with_row_index("place", place)
        changes.add(with_several(forms))
        place += len(rows)
    with (folder / "changes.csv").open(encoding="utf-8", newline="") as file:
        return changes, list(csv.DictReader(file))


def statuses(columns: Columns, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the status of every fault of one form."""
    table = pl.DataFrame(
        {name: pl.Series([value]).cast(columns.schema[name]) for name, value in answers.items()}
    )
    judged = columns.conclude(table.lazy()).collect().row(0, named=True)
    return {name: judged[f"fault.{name}"] for name in columns.knowledge.faults}


def test_a_fault_is_gone_or_new_only_where_both_forms_say(columns: Columns, tmp_path: Path) -> None:
    rows: list[Row] = [
        ("P-1", "2026-01-03", LOST),
        ("P-1", "2026-01-01", LOST),
        ("P-1", "2026-01-02", KEPT),
        ("P-1", "2026-01-04", UNSEEN),
    ]
    changes, lines = changes_of(columns, tmp_path, rows)
    assert [(line["from"], line["to"]) for line in lines] == [
        ("2026-01-01", "2026-01-02"),
        ("2026-01-02", "2026-01-03"),
        ("2026-01-03", "2026-01-04"),
    ]
    forms = [LOST, KEPT, LOST, UNSEEN]
    for line, (before, now) in zip(lines, itertools.pairwise(forms), strict=True):
        assert line["faults.gone"].split() == became(columns, before, now, "gone")
        assert line["faults.new"].split() == became(columns, before, now, "new")
        assert line["faults.undecided"].split() == became(columns, before, now, "undecided")
    assert "lumbar_flexion" in lines[0]["faults.gone"].split()
    assert "lumbar_flexion" in lines[1]["faults.new"].split()
    assert "lumbar_flexion" in lines[2]["faults.undecided"].split()
    assert changes.faults["undecided"]["lumbar_flexion"] == 1
    assert changes.pairs == 3


def became(
    columns: Columns, before: Mapping[str, str], now: Mapping[str, str], kind: str
) -> list[str]:
    """Return the faults of which this became, by the words of the definition."""
    old, new = statuses(columns, before), statuses(columns, now)
    present = {"high", "medium", "low"}
    found = {
        "gone": lambda name: old[name] in present and new[name] == "absent",
        "new": lambda name: old[name] == "absent" and new[name] in present,
        "undecided": lambda name: (
            {old[name], new[name]} & present and "undetermined" in (old[name], new[name])
        ),
    }[kind]
    return [name for name in columns.knowledge.faults if found(name)]


def test_steps_on_the_ladder(columns: Columns, tmp_path: Path) -> None:
    """Stopped, then held, is a step up; an open verdict makes none."""
    stopped = {"safety.tearing_pain": "yes"}
    held = {**dict.fromkeys(safety(columns), "no"), "pain.during_drill": "8"}
    rows: list[Row] = [
        ("P-1", "2026-01-01", stopped),
        ("P-1", "2026-01-02", held),
        ("P-1", "2026-01-03", stopped),
        ("P-1", "2026-01-04", {}),
    ]
    _, lines = changes_of(columns, tmp_path, rows)
    assert [(line["readiness.from"], line["readiness.to"], line["step"]) for line in lines] == [
        ("stop_refer", "hold_reassess", "1"),
        ("hold_reassess", "stop_refer", "-1"),
        ("stop_refer", "incomplete", ""),
    ]


def safety(columns: Columns) -> list[str]:
    """Return the questions of the safety screen."""
    return [name for name in columns.schema if name.startswith("safety.")]


def test_who_has_one_dated_form_has_no_changes(columns: Columns, tmp_path: Path) -> None:
    """A form without a date is before or after nothing; nobody is mixed with the next."""
    rows: list[Row] = [
        ("P-1", "2026-01-01", LOST),
        ("P-1", None, KEPT),
        ("P-2", "2026-01-02", KEPT),
    ]
    changes, lines = changes_of(columns, tmp_path, rows)
    assert (changes.pairs, lines) == (0, [])


def test_people_stand_in_the_order_of_their_first_form(columns: Columns, tmp_path: Path) -> None:
    """Also those of a later part; no identifier is taken for a formula."""
    first: list[Row] = [
        ("=P-2", "2026-02-01", LOST),
        ("P-1", "2026-01-01", KEPT),
        ("=P-2", "2026-01-01", KEPT),
        ("P-1", "2026-02-01", KEPT),
    ]
    later: list[Row] = [("P-0", "2026-01-01", LOST), ("P-0", "2026-02-01", LOST)]
    _, lines = changes_of(columns, tmp_path, first, later)
    assert [line["patient.id"] for line in lines] == ["'=P-2", "P-1", "P-0"]
