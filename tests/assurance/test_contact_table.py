"""The table of contacts in the book: what the engine says, cell by cell."""

import itertools
from pathlib import Path

import pytest
from folders import DATA
from small import copied

from hingeexpert.assurance.book import book, render_book
from hingeexpert.assurance.contact_table import ContactRow, contact_rows
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

CONTACTS = ("stick.head", "stick.midback", "stick.sacrum")
TIMES = ("setup", "early", "middle", "end_range", "return", "not_noted")


@pytest.fixture(scope="module")
def rows(knowledge: KnowledgeBase) -> list[ContactRow]:
    return list(contact_rows(knowledge))


def row_of(rows: list[ContactRow], lost: tuple[str, ...], time: str) -> ContactRow:
    (row,) = (row for row in rows if row.lost == lost and time in (*row.times, ""))
    return row


def test_every_pattern_stands_there_at_every_time_once(rows: list[ContactRow]) -> None:
    told = [(row.lost, time) for row in rows for time in row.times]
    patterns = [lost for count in (1, 2, 3) for lost in itertools.combinations(CONTACTS, count)]

    assert sorted(told) == sorted(itertools.product(patterns, TIMES))
    assert [row.times for row in rows if not row.lost] == [()]


@pytest.mark.parametrize(
    ("lost", "time"),
    [
        ((), ""),
        (("stick.sacrum",), "middle"),
        (("stick.midback",), "not_noted"),
        (("stick.head", "stick.midback"), "early"),
        (CONTACTS, "end_range"),
    ],
)
def test_a_cell_is_what_a_diagnosis_of_its_contacts_says(
    knowledge: KnowledgeBase, rows: list[ContactRow], lost: tuple[str, ...], time: str
) -> None:
    """Also where nothing but the contacts and a clean wall drill is known."""
    answers = {name: "lost" if name in lost else "kept" for name in CONTACTS}
    answers |= {f"{name}_when": time for name in lost}
    wall = {"wall.touch": "light", "wall.feet": "flat", "wall.hips": "back", "wall.knees": "soft"}
    for depth, cell in zip((49, 50), row_of(rows, lost, time).cells, strict=True):
        form = Assessment({**wall, **answers, "stick.depth_degrees": depth})
        faults = diagnose(knowledge, form).faults
        assert cell == tuple((fault.id, fault.confidence) for fault in faults if fault.confidence)


def test_a_changed_rule_changes_the_table(tmp_path: Path, rows: list[ContactRow]) -> None:
    rules = copied(tmp_path, data_folder("rules"))
    file = rules / "faults" / "neck_flexion.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("confidence: medium", "confidence: high", 1), encoding="utf-8")
    lost = ("stick.head",)

    after = row_of(list(contact_rows(load_knowledge(rules))), lost, "early")
    assert row_of(rows, lost, "early").cells[0] == (("neck_flexion", "medium"),)
    assert after.cells[0] == (("neck_flexion", "high"),)


def test_rules_without_contacts_have_no_such_table() -> None:
    small = load_knowledge(DATA / "small_rules")

    assert list(contact_rows(small)) == []
    assert "no table of contacts" in render_book(book(small))
