"""The command that prints sheets to take home, as a user meets it."""

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
from papers import CLINIC, FORMS, NAMES, ROUTINE, facts, form, read, sheet

from hingeexpert.cli import main
from hingeexpert.handout import Wishes, handout_html, handout_pdf
from hingeexpert.handout.folder import ACCOUNT, Names
from hingeexpert.knowledge import KnowledgeBase

FORM = (
    "patient: {id: %s, name: Zoe Secret}\ndate: 2026-11-20\nsafety: {screen: all_no}\nstick: "
    "{sacrum: lost}\n"
)
BRIEF = "patient: {id: %s, name: Zoe Secret}\ndate: 2026-11-20\nsafety: {saddle_numbness: yes}\n"
"""Who is sent on at once: the sheet that is printed the quickest, where it is about files alone."""
FACE = "\N{SLIGHTLY SMILING FACE}"
BAD = "patient: {id: P9, name: Sam Secret}\nstick: {sacrum: gone}\n"


def run(*arguments: object, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["handout", *map(str, arguments)], input=text)


def forms(folder: Path, *patients: str, text: str = FORM) -> Path:
    """Write a form for each patient's number; return their folder."""
    folder.mkdir(exist_ok=True)
    for number, patient in enumerate(patients):
        (folder / f"{number:04}.yaml").write_text(text % json.dumps(patient), encoding="utf-8")
    return folder


def made(folder: Path) -> dict[str, bytes]:
    """Return the sheets in a folder."""
    return {
        path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != ACCOUNT
    }


def test_one_form_gives_one_pdf(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    result = run(FORMS / "fault.yaml", "-o", tmp_path / "sheet.pdf")

    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "sheet.pdf").read_bytes() == handout_pdf(
        [sheet(knowledge, "fault")], Wishes()
    )


def with_a_face(folder: Path) -> Path:
    """Write a form whose name holds an emoji."""
    path = forms(folder, "P-77") / "0000.yaml"
    path.write_text(FORM.replace("Zoe", FACE) % "P-77", encoding="utf-8")
    return path


@pytest.mark.parametrize("output", [["sheet.pdf"], ["sheets"], ["all.pdf", "--merge"]])
def test_a_name_that_cannot_be_drawn_is_said_and_the_sheet_is_written(
    tmp_path: Path, output: list[str]
) -> None:
    """The name itself is never said."""
    result = run(with_a_face(tmp_path / "forms"), "-o", tmp_path / output[0], *output[1:])
    written = tmp_path / output[0]

    assert result.exit_code == 1
    assert "1 paper shows no name: the shipped fonts cannot draw" in result.stderr
    assert "Secret" not in result.output
    assert "For: P-77" in read(written if written.is_file() else next(written.glob("*.pdf")))


def test_a_page_for_a_browser_shows_every_name(tmp_path: Path) -> None:
    result = run(with_a_face(tmp_path / "forms"), "-o", tmp_path / "sheet.html")

    assert (result.exit_code, result.output) == (0, "")
    assert f"{FACE} Secret" in (tmp_path / "sheet.html").read_text(encoding="utf-8")


CALENDAR = ("--next-visit", "2026-12-04", "--calendar")


def test_the_next_visit_is_written_for_a_calendar(tmp_path: Path) -> None:
    form_, entry = forms(tmp_path / "forms", "P-77") / "0000.yaml", tmp_path / "visit.ics"
    result = run(form_, "-o", tmp_path / "sheet.html", *CALENDAR, entry, "--language", "es")

    assert (result.exit_code, result.output) == (0, "")
    assert b"SUMMARY:Su pr\xc3\xb3xima cita\r\n" in entry.read_bytes()
    assert b"Secret" not in entry.read_bytes()


def test_a_calendar_that_is_there_is_replaced_only_if_that_is_said(tmp_path: Path) -> None:
    """And no sheet is written before that is known."""
    form_, entry = forms(tmp_path / "forms", "P-77") / "0000.yaml", tmp_path / "visit.ics"
    entry.write_text("mine", encoding="utf-8")
    arguments = (form_, "-o", tmp_path / "sheet.html", *CALENDAR, entry)
    refused = run(*arguments)

    assert (refused.exit_code, entry.read_text(encoding="utf-8")) == (2, "mine")
    assert "visit.ics: is there already" in refused.stderr
    assert not (tmp_path / "sheet.html").exists()
    assert run(*arguments, "--overwrite").exit_code == 0
    assert entry.read_bytes().startswith(b"BEGIN:VCALENDAR")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--calendar", "a.ics"], "add --next-visit"),
        ([*CALENDAR, "a.txt"], "ends in .ics"),
        ([*CALENDAR, "a.ics", "--letter"], "leave out --letter"),
    ],
)
def test_a_calendar_that_does_not_go_with_the_rest_is_refused(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    result = run(FORMS / "fault.yaml", "-o", tmp_path / "sheet.html", *arguments)
    assert (result.exit_code, message in result.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_calendar_is_of_one_person(tmp_path: Path) -> None:
    entry = tmp_path / "a.ics"
    result = run(forms(tmp_path / "f", "A", "B"), "-o", tmp_path / "out", *CALENDAR, entry)
    assert (result.exit_code, "name one form" in result.stderr) == (2, True)


def test_one_form_gives_one_page_of_html(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    assert run(FORMS / "fault.yaml", "-o", tmp_path / "sheet.html").exit_code == 0
    assert (tmp_path / "sheet.html").read_text(encoding="utf-8") == handout_html(
        sheet(knowledge, "fault"), Wishes()
    )


def test_every_choice_reaches_the_sheet(tmp_path: Path) -> None:
    (tmp_path / "clinic.yaml").write_text(
        "".join(f'{key}: "{value}"\n' for key, value in CLINIC if value and key != "figure"),
        encoding="utf-8",
    )
    choices = [
        "--paper",
        "letter",
        "--large-print",
        "--grey",
        "--drills",
        2,
        "--next-visit",
        "2026-12-04",
        "--name-in-file",
    ]
    path = tmp_path / "sheet.pdf"
    result = run(
        FORMS / "clean.yaml",
        "-o",
        path,
        *choices,
        "--language",
        "es",
        "--clinic",
        tmp_path / "clinic.yaml",
    )
    text = read(path)

    assert (result.exit_code, result.output) == (0, "")
    assert "4 de diciembre de 2026" in text
    assert all(word in " ".join(text.split()) for word in ("Hill Street Clinic", "555 0142", "112"))
    assert "Alex Example" in facts(path)["Title"]
    assert "letter" in facts(path)["Page size"]


def test_a_folder_of_forms_gives_a_folder_of_sheets_named_by_number_and_date(
    tmp_path: Path,
) -> None:
    shutil.copytree(FORMS, tmp_path / "forms")
    (tmp_path / "forms" / "notes.txt").write_text("no form", encoding="utf-8")
    result = run(tmp_path / "forms", "-o", tmp_path / "out")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{len(NAMES)} sheets: {tmp_path / 'out'}\n"
    assert list(made(tmp_path / "out")) == [
        "P-001_2026-11-20.pdf",
        "P-002_2026-11-20.pdf",
        "P-003_2026-11-20.pdf",
        "P-004.pdf",
        "P-005.pdf",
        "P-006_2026-11-20.pdf",
    ]


def test_a_folder_may_hold_pages(tmp_path: Path) -> None:
    run(FORMS / "clean.yaml", FORMS / "hold.yaml", "-o", tmp_path / "out", "--format", "html")
    assert [name.rpartition(".")[2] for name in made(tmp_path / "out")] == ["html", "html"]


def test_all_sheets_go_into_one_pdf_for_the_printer(tmp_path: Path) -> None:
    """In the order of the forms, each from page one on, nobody in the title."""
    names = ["hold", "fault", "emergency"]
    result = run(*(FORMS / f"{name}.yaml" for name in names), "-o", tmp_path / "all.pdf", "--merge")

    assert (result.exit_code, result.stdout) == (0, f"3 sheets: {tmp_path / 'all.pdf'}\n")
    assert facts(tmp_path / "all.pdf")["Pages"] == "3"
    assert read(tmp_path / "all.pdf").count("Page 1 of 1") == 3
    assert read(tmp_path / "all.pdf").index("Sam Example") < read(tmp_path / "all.pdf").index(
        "Kim Example"
    )


def test_a_form_may_come_from_standard_input(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    text = (FORMS / "clean.yaml").read_text(encoding="utf-8")
    assert run("-", "-o", tmp_path / "sheet.pdf", text=text).exit_code == 0
    assert (tmp_path / "sheet.pdf").read_bytes() == handout_pdf(
        [sheet(knowledge, "clean")], Wishes()
    )


@pytest.mark.parametrize("merge", [False, True])
def test_a_bad_form_never_stops_a_good_one(tmp_path: Path, merge: bool) -> None:
    folder = forms(tmp_path / "forms", "P1", "P2")
    (folder / "0001a.yaml").write_text(BAD, encoding="utf-8")
    result = run(
        folder,
        "-o",
        tmp_path / "out.pdf" if merge else tmp_path / "out",
        *(["--merge"] if merge else []),
    )

    assert result.exit_code == 1
    assert "0001a.yaml:2: stick.sacrum: 'gone' is not allowed" in result.stderr
    assert "Secret" not in result.output
    assert result.stdout.startswith("2 sheets")


def test_a_single_bad_form_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    assert run(tmp_path / "bad.yaml", "-o", tmp_path / "sheet.pdf").exit_code == 1
    assert not (tmp_path / "sheet.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument"),
        ([FORMS / "clean.yaml"], "Missing option '-o'"),
        (
            [FORMS / "clean.yaml", FORMS / "hold.yaml", "-o", "x.pdf"],
            "2 forms do not go into one file",
        ),
        ([FORMS, "-o", "x.html"], f"{len(NAMES)} forms do not go into one file"),
        ([FORMS, "-o", "x", "--merge"], "name a file that ends in .pdf"),
        ([FORMS, "-o", "x.html", "--merge"], "name a file that ends in .pdf"),
        (["-", "-", "-o", "x"], "can be read once only"),
        ([FORMS, "-o", "x", "--language", "xx"], "there is no language 'xx'; allowed: en"),
        ([FORMS, "-o", "x", "--drills", "3"], "--drills"),
        ([FORMS, "-o", "x", "--paper", "a5"], "--paper"),
        ([FORMS, "-o", "x", "--next-visit", "4.12.2026"], "--next-visit"),
    ],
)
def test_wrong_usage_is_told_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[object], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_forms_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, "-o", tmp_path / "out")
    assert (
        result.exit_code,
        "holds no form; a form ends in .yaml, .yml, .json" in result.stderr,
    ) == (1, True)


def test_bad_settings_of_a_clinic_are_told(tmp_path: Path) -> None:
    (tmp_path / "clinic.yaml").write_text("phone: 555\n", encoding="utf-8")
    result = run(
        FORMS / "clean.yaml", "-o", tmp_path / "sheet.pdf", "--clinic", tmp_path / "clinic.yaml"
    )
    assert result.exit_code == 1
    assert "clinic.yaml:1: phone: text is needed; put a number in quotes" in result.stderr


@pytest.mark.parametrize("target", ["file/sheet.pdf", "file/sheets"])
def test_an_output_that_cannot_be_written_is_told(tmp_path: Path, target: str) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    result = run(FORMS / "clean.yaml", "-o", tmp_path / target)
    assert result.exit_code == 1
    assert f"{tmp_path / target}: cannot be written: " in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    result = run(FORMS / "clean.yaml", "-o", tmp_path / "file")

    assert result.exit_code == 2
    assert "is a file; name a folder" in result.stderr
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


def test_a_second_run_touches_nothing(tmp_path: Path) -> None:
    folder, out = forms(tmp_path / "forms", "P1", "P2"), tmp_path / "out"
    run(folder, "-o", out)
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.pdf")}
    result = run(folder, "-o", out)

    assert "note: 2 of 2 sheets were there already" in result.stderr
    assert {path.name: path.stat().st_mtime_ns for path in out.glob("*.pdf")} == before


def test_what_changed_is_made_anew_and_nothing_else(tmp_path: Path) -> None:
    """A changed form, a lost file, and every sheet where a choice, the clinic or a template is
    another.
    """
    folder, out, templates = (
        forms(tmp_path / "forms", "P1", "P2", "P3"),
        tmp_path / "out",
        tmp_path / "templates",
    )
    (templates / "handout").mkdir(parents=True)
    run(folder, "-o", out, "--templates", templates)
    (folder / "0000.yaml").write_text(
        FORM % "P1" + "clinician: R. Example\npain: {during_drill: 9}\n", encoding="utf-8"
    )
    (out / "P2_2026-11-20.pdf").unlink()

    assert "note: 1 of 3" in run(folder, "-o", out, "--templates", templates).stderr
    assert "note: 3 of 3" in run(folder, "-o", out, "--templates", templates).stderr
    (templates / "handout" / "picture.png").write_bytes(b"\x89PNG")
    assert "note" not in run(folder, "-o", out, "--templates", templates).stderr
    assert "note" not in run(folder, "-o", out, "--large-print").stderr
    assert len(made(out)) == 3


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of so many forms that several processes make their sheets."""
    patients = [f"P{number}" for number in range(43)]
    folder = forms(tmp_path_factory.mktemp("many") / "forms", *patients, text=BRIEF)
    shutil.copy(FORMS / "fault.yaml", folder / "fault.yaml")
    return folder


@pytest.fixture(scope="module")
def whole(many: Path) -> Path:
    """Return the folder of their sheets."""
    run(many, "-o", many.with_name("whole"))
    return many.with_name("whole")


def test_many_forms_give_the_same_bytes_as_one(knowledge: KnowledgeBase, whole: Path) -> None:
    """The other processes load the same knowledge."""
    assert len(made(whole)) == 44
    assert made(whole)["P-002_2026-11-20.pdf"] == handout_pdf(
        [sheet(knowledge, form(knowledge, "fault"))], Wishes()
    )


def test_what_was_broken_off_goes_on_and_gives_the_same_files(
    many: Path, whole: Path, tmp_path: Path
) -> None:
    """Killed in the middle of the work, in several processes; nothing half written is left, and no
    file differs.
    """
    out = tmp_path / "out"
    program = [sys.executable, "-m", "hingeexpert", "handout", str(many), "-o", str(out)]
    process = subprocess.Popen(
        program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while process.poll() is None and len(list(out.glob("*.pdf"))) < 5:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    first = len(list(out.glob("*.pdf")))
    result = run(many, "-o", out)

    assert 5 <= first < 44
    assert "were there already" in result.stderr
    assert made(out) == made(whole)
    assert (out / ACCOUNT).read_bytes() == (whole / ACCOUNT).read_bytes()


def test_an_account_that_was_damaged_costs_only_time(tmp_path: Path) -> None:
    folder, out = forms(tmp_path / "forms", "P1", "P2"), tmp_path / "out"
    run(folder, "-o", out)
    (out / ACCOUNT).write_bytes((out / ACCOUNT).read_bytes()[:-20] + b"\n[]\n3\n{}\n")
    assert "note: 1 of 2" in run(folder, "-o", out).stderr


def test_no_name_of_a_file_holds_the_name_of_a_person(tmp_path: Path) -> None:
    folder = forms(tmp_path / "forms", "P1")
    result = run(folder, "-o", tmp_path / "out")
    everything = result.output + " ".join(
        path.name + path.read_bytes().decode("latin-1") for path in (tmp_path / "out").iterdir()
    )
    assert "Secret" not in everything


def test_a_name_stands_in_title_and_file_where_that_is_wished(tmp_path: Path) -> None:
    run(forms(tmp_path / "forms", "P1"), "-o", tmp_path / "out", "--name-in-file")
    assert list(made(tmp_path / "out")) == ["P1_2026-11-20__Zoe_Secret.pdf"]
    assert "Zoe Secret" in facts(tmp_path / "out" / "P1_2026-11-20__Zoe_Secret.pdf")["Title"]


HOSTILE = (
    *("../x", "..", "/etc/passwd", "CON", "com1", "a:b*c?", "a\\b", ".hidden"),
    *("X" * 149, "王" * 149, "P1", "p1", "A_2026-11-20", "handout-0001"),
)


def test_hostile_numbers_stay_in_the_folder_and_apart(tmp_path: Path) -> None:
    """A file for each, in the folder, by names that every system takes; a page has the name that a
    PDF would have, and is made sooner.
    """
    folder = forms(tmp_path / "forms", *HOSTILE, *HOSTILE, text=BRIEF)
    result = run(folder, "-o", tmp_path / "out", "--format", "html")
    names = list(made(tmp_path / "out"))

    assert (result.exit_code, result.stderr) == (0, "")
    assert len(names) == len({name.casefold() for name in names}) == 2 * len(HOSTILE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["forms", "out"]
    assert not [
        name
        for name in names
        if len(name.encode()) > 200 or name.startswith(".") or set(name) & set('<>:"/\\|?*')
    ]
    assert not {name.split(".")[0].lower() for name in names} & {"con", "com1"}


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([("P", None, None), ("P", None, None), ("P-2", None, None)], ["P", "P-2", "P-2-2"]),
        ([("A", None, "B C"), ("A_B", None, "C")], ["A__B_C", "A_B__C"]),
        (
            [(None, "2026-11-20", None), (None, None, "Sam"), ("handout-0001", None, None)],
            ["handout-0001", "handout-0002__Sam", "handout-0001-2"],
        ),
        ([("con", None, None), ("nul.x", None, None)], ["_con", "_nul.x"]),
        ([("A" * 100, "2026-11-20", None)], ["A" * 61 + "-d82c6aa1_2026-11-20"]),
        ([("-rf", None, "-rf"), ("--x", "-1", None)], ["rf__rf", "x_1"]),
    ],
)
def test_names_for_files_never_meet(
    people: list[tuple[str | None, str | None, str | None]], expected: list[str]
) -> None:
    names = Names()
    assert [names.new(*person) for person in people] == expected


@pytest.fixture
def routine(tmp_path: Path) -> Path:
    """Write a form of who has a reason for a routine referral."""
    path = tmp_path / "routine.yaml"
    path.write_text(ROUTINE, encoding="utf-8")
    return path


@pytest.mark.parametrize("ending", ["pdf", "html"])
def test_a_letter_takes_the_place_of_the_sheet(
    knowledge: KnowledgeBase, routine: Path, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"letter.{ending}"
    result = run(routine, "-o", path, "--letter", "--paper", "letter")

    assert (result.exit_code, result.output) == (0, "")
    text = read(path) if ending == "pdf" else path.read_text(encoding="utf-8")
    for words in (knowledge.handout.letter.title, "Robin Example", "November 20, 2026"):
        assert words in text


def test_without_a_reason_there_is_no_letter(tmp_path: Path) -> None:
    result = run(FORMS / "clean.yaml", "-o", tmp_path / "letter.html", "--letter")

    assert result.exit_code == 2
    assert "clean.yaml: no reason for a routine referral is true" in result.output
    assert not (tmp_path / "letter.html").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("-o", "letters"), "--letter writes one letter"),
        (("-o", "letters.pdf", "--merge"), "--letter writes one letter"),
        (("-o", "letter.html", "--large-print"), "leave out --large-print"),
        (("-o", "letter.html", "--language", "es"), "leave out --language"),
    ],
)
def test_a_letter_does_not_go_with_every_option(
    routine: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(routine, "--letter", *options)

    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert list(tmp_path.iterdir()) == [routine]
