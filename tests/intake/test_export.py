"""What is packed to take away: whole, of one moment, piece by piece; of one person only theirs."""

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from desk import desk, give

from hingeexpert.cli.record import record as record_group
from hingeexpert.forms import read_form
from hingeexpert.intake import Intake
from hingeexpert.intake.export import export
from hingeexpert.knowledge import KnowledgeBase


@pytest.fixture
def intake(knowledge: KnowledgeBase, tmp_path: Path) -> Iterator[Intake]:
    with desk(knowledge, tmp_path) as opened:
        yield opened


def visit(intake: Intake, name: str, person: str | None = None) -> str:
    begun = intake.begin(person)
    intake.describe(begun, {"name": name, "patient_id": name[:2]})
    give(intake, begun, {"stick.sacrum": "lost"})
    return begun


def packed(raw: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_what_is_written_meanwhile_is_not_in_it(intake: Intake) -> None:
    for number in range(3):
        visit(intake, f"A{number} Before")
    told: list[tuple[int, int]] = []

    def meanwhile(done: int, visits: int) -> None:
        told.append((done, visits))
        give(intake, visit(intake, f"B{len(told)} After"), {"wall.knees": "locked"})

    with intake.record.unchanged() as reader:
        files = packed(b"".join(export(intake.knowledge, reader, meanwhile)))

    assert (told[0], told[-1]) == ((0, 3), (3, 3))
    assert len([name for name in files if name.startswith("forms/")]) == 3
    assert [json.loads(line)["name"] for line in files["people.jsonl"].splitlines()] == [
        "A2 Before",
        "A1 Before",
        "A0 Before",
    ]
    assert "After" not in str(files)
    assert len(intake.record.people()) == 3 + len(told)


def test_each_event_is_as_the_record_has_it(intake: Intake) -> None:
    begun = visit(intake, "Nín Núñez")
    with intake.record.unchanged() as reader:
        files = packed(b"".join(export(intake.knowledge, reader, lambda *_: None)))
        head = reader.head()
    lines = [json.loads(line) for line in files["events.jsonl"].splitlines()]

    assert files["head.txt"] == f"Record: {head}\n"
    assert [(line["visit"], line["number"], line["kind"], line["data"]) for line in lines] == [
        (begun, event.number, event.kind, event.data) for event in intake.record.events(begun)
    ]


def test_a_form_says_what_was_answered_at_once(intake: Intake) -> None:
    begun, flag = intake.begin(), "safety.gait_change"
    intake.all_well(begun, intake.state(begun).version, "safety")
    give(intake, begun, {flag: None})
    with intake.record.unchanged() as reader:
        files = packed(b"".join(export(intake.knowledge, reader, lambda *_: None)))
    (form,) = [text for name, text in files.items() if name.startswith("forms/")]

    assert read_form(intake.knowledge, "form", form.encode()).at_once == {
        name for name in intake.knowledge.shorthands["safety.screen"].flags if name != flag
    }


def test_a_long_one_comes_in_pieces(intake: Intake) -> None:
    """Its first piece is there long before its last, and no piece is long."""
    for number in range(3):
        begun = visit(intake, f"P{number} Long")
        for event in range(3):
            state = intake.state(begun)
            # What cannot be packed smaller.
            data = {"given": {}, "passed": [], "at_once": False, "x": bytes_of(number, event)}
            intake.record.add(begun, state.version, "answer", data)
    with intake.record.unchanged() as reader:
        pieces = list(export(intake.knowledge, reader, lambda *_: None))

    assert len(pieces) > 3
    assert max(map(len, pieces)) < sum(map(len, pieces)) / 2


def bytes_of(number: int, event: int) -> str:
    """Return a long text that does not repeat itself."""
    return Random(10 * number + event).randbytes(60_000).hex()


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(record_group, ["export", *map(str, arguments)])
    return done.exit_code, done.output


def test_a_person_takes_only_what_is_theirs(intake: Intake, tmp_path: Path) -> None:
    first = visit(intake, "P1 First")
    visit(intake, "P1 First", intake.record.visit(first).person)
    visit(intake, "P2 Second")
    file, record = tmp_path / "out.zip", intake.record.path
    assert run(file, "--person", "p1", "--record", record)[0] == 0
    files = packed(file.read_bytes())

    assert "Second" not in str(files)
    assert len(files["visits.jsonl"].splitlines()) == 2
    assert len([name for name in files if name.startswith("forms/")]) == 2
    assert run(file, "--record", record)[0] == 2  # is there already
    assert run(file, "--overwrite", "--record", record)[0] == 0
    assert "P2 Second" in packed(file.read_bytes())["people.jsonl"]


def test_who_cannot_be_told_apart_is_asked_for_by_the_id_of_the_record(
    intake: Intake, tmp_path: Path
) -> None:
    twins = [visit(intake, f"PX {name}") for name in ("One", "Two")]
    ids = [intake.record.visit(twin).person for twin in twins]
    file, record = tmp_path / "out.zip", intake.record.path
    code, told = run(file, "--person", "PX", "--record", record)
    nobody = run(file, "--person", "P9", "--record", record)
    nowhere = run(file, "--record", tmp_path / "none.sqlite")

    assert code == 1
    assert all(id_ in told for id_ in ids)
    assert "nobody in the record has the id" in nobody[1]
    assert "there is no such record" in nowhere[1]
    assert not (tmp_path / "none.sqlite").exists()
    assert not file.exists()
    assert run(file, "--person", ids[1], "--record", record)[0] == 0
    assert "PX Two" in packed(file.read_bytes())["people.jsonl"]
