"""A run over tables that also prints the sheet of every person."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from papers import facts, read

from hingeexpert.batch.output_folder import HANDOUTS, WORK
from hingeexpert.cli import main

HEAD = "patient.id,patient.name,date,safety.screen,stick.sacrum,pain.during_drill\n"
TABLE = HEAD + (
    "P1,Zoe Secret,2026-11-20,all_no,lost,2\n"
    "P2,Zoe Secret,2026-13-20,all_no,lost,2\n"
    "P3,Zoe Secret,2026-11-20,all_no,gone,2\n"
    "../P4,Zoe Secret,2026-11-20,all_no,kept,0\n"
    "P1,Zoe Secret,2026-11-27,all_no,kept,0\n"
    "P1,Zoe Secret,2026-11-20,all_no,lost,2\n"
)
GOOD = ["P1_2026-11-20.pdf", "P1_2026-11-27.pdf", "P4_2026-11-20.pdf"]


def batch(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["batch", *map(str, arguments)])


def sheets(out: Path) -> dict[str, bytes]:
    """Return the sheets of a run."""
    return {path.name: path.read_bytes() for path in sorted((out / HANDOUTS).iterdir())}


def written(folder: Path) -> Path:
    path = folder / "forms.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return written(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run over the table, to be looked at."""
    folder = tmp_path_factory.mktemp("made")
    batch(written(folder), "-o", folder / "out", "--handouts")
    return folder / "out"


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder, to be run into again."""
    return Path(shutil.copytree(made, tmp_path / "out"))


def test_every_accepted_row_gets_a_sheet_and_no_other_does(table: Path, tmp_path: Path) -> None:
    result = batch(table, "-o", tmp_path / "out", "--handouts")

    assert result.exit_code == 1
    assert list(sheets(tmp_path / "out")) == GOOD
    assert "Secret" not in result.output
    assert all("Zoe Secret" in read(path) for path in (tmp_path / "out" / HANDOUTS).iterdir())


def test_a_name_that_cannot_be_drawn_is_counted_and_said(tmp_path: Path) -> None:
    """Once more where the results were finished before; never without handouts."""
    table = tmp_path / "forms.csv"
    face = "\N{SLIGHTLY SMILING FACE} Secret"
    rows = f"P1,{face},2026-11-20,all_no,lost,2\nP2,Zoe,2026-11-20,all_no,lost,2\n"
    table.write_text(HEAD + rows, encoding="utf-8")

    for _ in range(2):
        result = batch(table, "-o", tmp_path / "out", "--handouts")
        assert result.exit_code == 1
        assert "1 paper shows no name" in result.stderr
        assert "Secret" not in result.output
    assert "For: P1" in read(tmp_path / "out" / HANDOUTS / "P1_2026-11-20.pdf")
    assert batch(table, "-o", tmp_path / "other").exit_code == 0


def test_without_the_option_there_are_none(table: Path, tmp_path: Path) -> None:
    batch(table, "-o", tmp_path / "out")
    assert not (tmp_path / "out" / HANDOUTS).exists()


def test_a_sheet_is_the_one_that_the_single_form_gives(table: Path, tmp_path: Path) -> None:
    """Byte for byte, with every choice."""
    choices = [
        "--paper",
        "letter",
        "--large-print",
        "--language",
        "es",
        "--next-visit",
        "2026-12-04",
        "--drills",
        "2",
    ]
    form = (
        "patient: {id: P1, name: Zoe Secret}\ndate: 2026-11-20\nsafety: {screen: all_no}\nstick: "
        "{sacrum: lost}\npain: {during_drill: 2}\n"
    )
    (tmp_path / "form.yaml").write_text(form, encoding="utf-8")
    batch(table, "-o", tmp_path / "out", "--handouts", *choices)
    CliRunner().invoke(
        main, ["handout", str(tmp_path / "form.yaml"), "-o", str(tmp_path / "one.pdf"), *choices]
    )

    assert sheets(tmp_path / "out")["P1_2026-11-20.pdf"] == (tmp_path / "one.pdf").read_bytes()
    assert "letter" in facts(tmp_path / "one.pdf")["Page size"]


def test_evidence_changes_no_sheet_and_a_sheet_no_evidence(
    made: Path, table: Path, tmp_path: Path
) -> None:
    batch(table, "-o", tmp_path / "b", "--handouts", "--evidence")
    batch(table, "-o", tmp_path / "c", "--evidence")

    assert sheets(made) == sheets(tmp_path / "b")
    for name in ("results.csv", "rejects.csv", "results.jsonl", "summary.html"):
        assert (tmp_path / "b" / name).read_bytes() == (tmp_path / "c" / name).read_bytes()
    assert not (made / "results.jsonl").exists()


def test_a_second_run_makes_nothing_anew(table: Path, out: Path) -> None:
    before = [path.stat().st_mtime_ns for path in sorted((out / HANDOUTS).iterdir())]

    assert "finished before" in batch(table, "-o", out, "--handouts").stderr
    assert [path.stat().st_mtime_ns for path in sorted((out / HANDOUTS).iterdir())] == before


def test_another_choice_is_another_run(table: Path, out: Path) -> None:
    result = batch(table, "-o", out, "--handouts", "--large-print")
    assert "holds the results of another run" in result.stderr
    assert list(sheets(out)) == GOOD


def test_a_lost_sheet_is_made_again(table: Path, out: Path) -> None:
    (out / HANDOUTS / GOOD[0]).unlink()
    result = batch(table, "-o", out, "--handouts")
    assert "finished before" not in result.stderr
    assert list(sheets(out)) == GOOD


def test_overwriting_leaves_no_sheet_of_the_run_before(out: Path, tmp_path: Path) -> None:
    """Nobody's old sheet lies among the new ones, and none is left where no sheets are wanted."""
    other = tmp_path / "other.csv"
    other.write_text(HEAD + "BOB,,2026-11-20,all_no,lost,2\n", encoding="utf-8")

    batch(other, "-o", out, "--handouts", "--overwrite")
    assert list(sheets(out)) == ["BOB_2026-11-20.pdf"]
    batch(other, "-o", out, "--overwrite")
    assert not (out / HANDOUTS).exists()


def test_names_stand_in_files_where_that_is_wished(table: Path, tmp_path: Path) -> None:
    batch(table, "-o", tmp_path / "out", "--handouts", "--name-in-file")
    assert list(sheets(tmp_path / "out")) == [
        name.replace(".pdf", "__Zoe_Secret.pdf") for name in GOOD
    ]


def test_the_account_names_nobody(made: Path) -> None:
    account = (made / "run.json").read_text(encoding="utf-8")
    assert HANDOUTS in json.loads(account)["outputs"]
    assert "Secret" not in account


def test_bad_choices_are_told_before_the_work(table: Path, tmp_path: Path) -> None:
    assert batch(table, "-o", tmp_path / "out", "--handouts", "--language", "xx").exit_code == 2
    gone = batch(table, "-o", tmp_path / "out", "--handouts", "--clinic", tmp_path / "gone.yaml")
    assert (gone.exit_code, "cannot be read" in gone.stderr) == (1, True)
    assert not (tmp_path / "out").exists()


MANY = "patient.id,date,safety.saddle_numbness\n" + "".join(
    f"P{number % 22},2026-11-{number // 22 + 10},yes\n" for number in range(44)
)
"""People who are sent on at once, whose sheets are printed the quickest."""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Start a run over the many, end it when some sheets are there, and return its folder."""
    folder = tmp_path_factory.mktemp("killed")
    table, out = folder / "many.csv", folder / "out"
    table.write_text(MANY, encoding="utf-8")
    words = ["batch", str(table), "-o", str(out), "--handouts"]
    process = subprocess.Popen(
        [sys.executable, "-m", "hingeexpert", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while process.poll() is None and len(list(out.glob(f"{HANDOUTS}/*.pdf"))) < 3:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert (out / WORK).is_dir()
    return folder


@pytest.fixture
def unfinished(killed: Path, tmp_path: Path) -> Path:
    """Return a copy of what that run left, with its table beside it."""
    return Path(shutil.copytree(killed, tmp_path / "killed"))


def test_what_was_killed_goes_on_and_gives_the_same_sheets(unfinished: Path) -> None:
    for folder in ("out", "whole"):
        result = batch(unfinished / "many.csv", "-o", unfinished / folder, "--handouts")
        assert result.exit_code == 0
    assert sheets(unfinished / "out") == sheets(unfinished / "whole")
    assert len(sheets(unfinished / "out")) == 44
    assert not (unfinished / "out" / WORK).exists()


def test_overwriting_what_was_killed_leaves_none_of_its_sheets(
    table: Path, unfinished: Path
) -> None:
    out = unfinished / "out"
    assert batch(table, "-o", out, "--handouts", "--overwrite").exit_code == 1
    assert list(sheets(out)) == GOOD
