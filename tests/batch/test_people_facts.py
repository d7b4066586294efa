"""Each person once, by the latest form; nobody who was stopped disappears."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from hingeexpert.batch import people_facts as module
from hingeexpert.batch.changes import Changes
from hingeexpert.batch.people_facts import left_by_forms, people_facts
from hingeexpert.batch.summary import FormGroup, PeopleFacts
from hingeexpert.batch.who_goes_first import NAMED, rules_of_triage
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase

CLEAR = {"safety.screen": "all_no"}
TEARING = {**CLEAR, "safety.tearing_pain": "yes"}
CALF = {**CLEAR, "safety.calf_swollen_hot": "yes"}
HELD = {**CLEAR, "pain.during_drill": "8"}

Row = tuple[str, str | None, Mapping[str, str]]


def facts_of(knowledge: KnowledgeBase, folder: Path, *chunks: list[Row]) -> PeopleFacts:
    """Judge chunks of rows, and return the facts about their people."""
    columns = Columns(knowledge)
    dtypes = {**columns.schema, **columns.shorthands}
    paths, rows = [], 0
    for number, chunk in enumerate(chunks):
        names = dict.fromkeys(name for _, _, answers in chunk for name in answers)
        table = pl.DataFrame(
            {
                "row": list(range(1, len(chunk) + 1)),
                "patient.id": [patient for patient, _, _ in chunk],
                "date": pl.Series([date for _, date, _ in chunk], dtype=pl.String),
                "clinician": ["Dr. A" if place % 2 else None for place in range(len(chunk))],
                **{
                    name: pl.Series([answers.get(name) for _, _, answers in chunk]).cast(
                        dtypes[name]
                    )
                    for name in names
                },
            }
        )
        results = columns.conclude(table.lazy(), *rules_of_triage(knowledge)).collect()
        paths.append(folder / f"{number}.forms")
        left_by_forms(columns, table, results, "clinic.csv").write_ipc(paths[-1])
        rows += len(chunk)
    return people_facts(knowledge, paths, rows, Changes(knowledge, folder / "changes.csv"))


def test_a_person_is_named_once_by_the_latest_form(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    """Also where the forms stand in different chunks."""
    facts = facts_of(
        knowledge,
        tmp_path,
        [("P-1", "2026-03-01", CALF), ("P-2", "2026-01-01", CLEAR)],
        [("P-1", "2026-02-01", TEARING), ("P-1", "2026-01-01", CALF)],
    )
    (person,) = facts.first
    assert (person.patient, person.date, person.triage) == ("P-1", "2026-03-01", "urgent")
    assert (person.reason, person.reasons) == ("triage.urgent.hot_calf", 1)
    assert (person.file, person.row) == ("clinic.csv", 1)
    assert facts.first_by_level == {"urgent": 1}
    assert facts.people == 2


def test_the_reason_is_one_of_the_level_that_is_proven(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    both = {**CALF, "safety.tearing_pain": "yes"}
    facts = facts_of(knowledge, tmp_path, [("P-1", "2026-03-01", both)])
    assert facts.first[0].reason == "triage.emergency.tearing_or_chest_pain"
    assert facts.first[0].reasons == 2


def test_who_went_first_before_is_counted(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    facts = facts_of(
        knowledge, tmp_path, [("P-1", "2026-01-01", TEARING), ("P-1", "2026-02-01", CLEAR)]
    )
    assert (list(facts.first), facts.no_longer_first) == ([], 1)


@pytest.mark.parametrize("undated", [TEARING, CLEAR])
def test_a_form_without_a_date_hides_no_emergency(
    knowledge: KnowledgeBase, tmp_path: Path, undated: Mapping[str, str]
) -> None:
    """It may be the latest or not, so the more severe of the two counts."""
    dated = CLEAR if undated is TEARING else TEARING
    facts = facts_of(knowledge, tmp_path, [("P-1", None, undated), ("P-1", "2026-02-01", dated)])
    assert facts.first_by_level == {"emergency": 1}


def test_as_many_are_named_of_each_level(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """The most severe first, each level in the order of the input; all are counted."""
    rows: list[Row] = [(f"U-{number:03}", "2026-01-01", CALF) for number in range(NAMED + 5)]
    rows.append(("E-1", "2026-01-01", TEARING))
    facts = facts_of(knowledge, tmp_path, rows)
    assert [person.patient for person in facts.first[:3]] == ["E-1", "U-000", "U-001"]
    assert len(facts.first) == NAMED + 1
    assert facts.first_by_level == {"emergency": 1, "urgent": NAMED + 5}


def test_moves_go_from_the_first_to_the_last_form(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """Held, then stopped, is a step down; an open verdict is compared with nothing."""
    rows: list[Row] = [
        ("P-1", "2026-02-01", TEARING),
        ("P-1", "2026-01-01", HELD),
        ("P-2", "2026-01-01", TEARING),
        ("P-2", "2026-01-05", HELD),
        ("P-3", "2026-01-01", CLEAR),
        ("P-3", "2026-01-05", HELD),
        ("P-4", "2026-01-05", HELD),
    ]
    facts = facts_of(knowledge, tmp_path, rows)
    assert facts.several == 3
    assert facts.moves == {"down": 1, "up": 1, "open": 1}
    (moved,) = facts.moved_down
    assert (moved.patient, moved.since, moved.before, moved.date, moved.now) == (
        "P-1",
        "2026-01-01",
        "hold_reassess",
        "2026-02-01",
        "stop_refer",
    )


def test_who_waits_stands_by_the_latest_form(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    rows: list[Row] = [
        ("P-1", "2026-02-01", HELD),
        ("P-2", "2026-01-01", HELD),
        ("P-3", "2026-01-01", HELD),
        ("P-3", "2026-03-01", TEARING),
    ]
    facts = facts_of(knowledge, tmp_path, rows)
    assert [person.patient for person in facts.longest_waiting] == ["P-2", "P-1"]
    assert facts.waiting == {"hold_reassess": 2}
    assert facts.last_date == "2026-03-01"


def test_months_and_clinicians_are_counted(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """Forms without a clinician or a date are in no group."""
    rows: list[Row] = [
        ("P-1", "2026-01-01", CLEAR),
        ("P-2", "2026-01-31", TEARING),
        ("P-3", "2026-02-01", HELD),
        ("P-4", None, HELD),
    ]
    facts = facts_of(knowledge, tmp_path, rows)
    assert [(group.name, group.forms, group.first) for group in facts.months] == [
        ("2026-01", 2, 1),
        ("2026-02", 1, 0),
    ]
    (clinician,) = facts.clinicians
    assert isinstance(clinician, FormGroup)
    assert (clinician.name, clinician.forms, clinician.first) == ("Dr. A", 2, 1)


def test_a_long_table_is_looked_at_in_shares(
    knowledge: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Persons are not torn apart by it: every number is the same."""
    rows: list[Row] = [
        (f"P-{number % 7}", f"2026-01-{number + 1:02}", (CALF, HELD, TEARING)[number % 3])
        for number in range(28)
    ]
    whole = facts_of(knowledge, tmp_path, rows)
    monkeypatch.setattr(module, "PIECE", 5)
    assert facts_of(knowledge, tmp_path, rows) == whole
