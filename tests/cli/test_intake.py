"""The form at a real pseudo-terminal, key by key."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pexpect
import pytest
from click.testing import CliRunner, Result
from terminal import Forked, started

from hingeexpert.cli import main
from hingeexpert.cli.opening import CHOICE, KEPT_OPEN
from hingeexpert.forms import read_form
from hingeexpert.inference import diagnose
from hingeexpert.intake import Intake
from hingeexpert.intake.events import NewAnswers
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record

CLEAN = ["a", "34\r", "1", "\r", "2", "2", "2", "2", "1", "1", "\r", "a", "a", "0\r"]
"""A first visit of somebody with nothing to note."""
COLUMNS = 80
CONTROL_C, CONTROL_D, BACKSPACE, UP = "\x03", "\x04", "\x7f", "\x1b[A"
FORM = (
    "form: hinge/2\npatient: {id: P-1, name: Sam Example}\ndate: 2026-11-20\nsafety: {screen: "
    "all_no}\nstick: {sacrum: lost}\n"
)
ENDING = r"may stay empty: $"


class Terminal:
    """A person at the keyboard."""

    def __init__(
        self,
        *arguments: str | Path,
        columns: int = COLUMNS,
        way: Callable[..., Forked | pexpect.spawn] = Forked,
        **environment: str,
    ) -> None:
        environment = {"COLUMNS": str(columns), **environment}
        self.child = way("intake", *arguments, size=(40, columns), **environment)

    def shows(self, end: str = r"> $") -> str:
        self.child.expect(end)
        return str(self.child.before)

    def press(self, *keys: str, end: str = r"> $") -> str:
        shown = ""
        for key in keys:
            self.child.send(key)
            shown = self.shows(end)
        return shown

    def leave(self, keys: str) -> tuple[str, int]:
        self.child.send(keys)
        self.child.expect(pexpect.EOF)
        code = self.child.wait()
        self.child.close()
        return str(self.child.before), code

    def finish(self, id_: str = "", name: str = "") -> str:
        self.press("f", f"{name}\r", end=ENDING)
        shown, code = self.leave(f"{id_}\r")
        assert code == 0, shown
        return shown


def question(shown: str) -> str:
    """Return the first line of the question that stands last on the screen."""
    return shown.split("\r\n\r\n")[-1].splitlines()[0]


@pytest.fixture
def unmade(tmp_path: Path) -> Path:
    """Where no record is yet."""
    return tmp_path / "record.sqlite"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A record of which somebody has chosen that it stays open."""
    path = tmp_path / "record.sqlite"
    with closing(Record(path)) as made:
        made.choose(CHOICE, KEPT_OPEN)
    return path


def intake(knowledge: KnowledgeBase, record: Path) -> Intake:
    return Intake(knowledge, Record(record))


def answers(knowledge: KnowledgeBase, record: Path) -> dict[str, object]:
    visits = intake(knowledge, record)
    (visit,) = visits.record.visits()
    return dict(visits.state(visit.id).answers)


def run(*arguments: str | Path, text: str = "") -> Result:
    return CliRunner().invoke(main, ["intake", *map(str, arguments)], input=text)


def test_a_clean_first_visit_takes_few_keys_and_its_form_gives_the_same_result(
    knowledge: KnowledgeBase, record: Path
) -> None:
    form = record.with_name("form.yaml")
    terminal = Terminal("--record", record, "-o", form, way=started)
    terminal.shows()
    assert "Nothing is left to ask." in terminal.press(*CLEAN)
    shown = terminal.finish("P-1", 'Sam "No" Example: 😀')
    visits = intake(knowledge, record)
    (visit,) = visits.record.visits()
    look = visits.look(visit.id)

    assert sum(map(len, CLEAN)) <= 20
    title = next(
        level.title
        for level in knowledge.ladders["readiness"]
        if level.id == look.diagnosis.readiness.verdict
    )
    assert re.search(rf"READINESS +{title}", shown)
    assert f"Record: {visits.record.head()}" in shown
    assert look.state.finished is not None
    assert look.person.name == 'Sam "No" Example: 😀'
    assert "screen: all_no" in form.read_text(encoding="utf-8")
    assert diagnose(knowledge, read_form(knowledge, "form", form.read_bytes())) == look.diagnosis


def test_no_line_is_wider_than_the_page_and_nothing_moves_the_cursor(record: Path) -> None:
    terminal = Terminal("--record", record, TERM="dumb", NO_COLOR="1")
    shown = terminal.shows() + terminal.press("?") + terminal.press(*CLEAN[:-1])

    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) < COLUMNS


@pytest.mark.parametrize(("size", "width"), [(60, 58), (30, 40)])
def test_text_is_as_wide_as_the_terminal(record: Path, size: int, width: int) -> None:
    terminal = Terminal("--record", record, columns=size)
    shown = terminal.shows() + terminal.press("?", "1")
    shown += terminal.press("b", "2") + terminal.press(*CLEAN)
    shown += terminal.finish("x" * 50)

    assert width - 12 <= max(map(len, shown.splitlines())) <= max(width, 52)


def test_what_is_asked_of_a_new_record_is_as_wide_as_the_terminal(unmade: Path) -> None:
    shown = Terminal("--record", unmade, columns=60).shows(r"\[y/N\]: ")

    assert "encrypted" in shown
    assert max(map(len, shown.splitlines())) <= 58


def test_each_question_says_its_place_among_all(record: Path) -> None:
    terminal = Terminal("--record", record)
    shown = terminal.shows()
    all_ = re.findall(r"^1 of (\d+)  ", question(shown))

    assert len(all_) == 1
    assert question(terminal.press("2")).startswith(f"2 of {all_[0]}  ")


def test_that_nobody_looked_is_offered_once(knowledge: KnowledgeBase, record: Path) -> None:
    form = record.with_name("form.yaml")
    form.write_text(FORM, encoding="utf-8")
    terminal = Terminal("--record", record, "--from", form)
    shown = terminal.shows()
    while "Where do the eyes go" not in question(shown):
        shown = terminal.press("\r")
    terminal.press("\r")
    terminal.leave("q")
    visits = intake(knowledge, record)
    state = visits.state(visits.record.visits()[0].id)

    assert "not noted" not in shown
    assert "stick.gaze" in state.passed


def test_what_cannot_be_answered_at_once_says_how_to_go_on(record: Path) -> None:
    terminal = Terminal("--record", record)
    terminal.shows()
    shown = terminal.press("a", "a")

    assert "cannot be answered at once. Enter leaves this question" in " ".join(shown.split())


def test_a_file_that_is_there_is_told_before_the_first_question(unmade: Path) -> None:
    out = unmade.with_name("out.yaml")
    out.write_text("kept", encoding="utf-8")
    shown, code = Terminal("--record", unmade, "-o", out).leave("")

    assert code == 2
    assert "--overwrite" in shown
    assert not unmade.exists()


def test_a_file_that_came_meanwhile_is_not_overwritten(
    knowledge: KnowledgeBase, record: Path
) -> None:
    out = record.with_name("out.yaml")
    terminal = Terminal("--record", record, "-o", out)
    terminal.shows()
    out.write_text("kept", encoding="utf-8")
    terminal.press("2")
    terminal.press("f", "\r", end=ENDING)
    shown, code = terminal.leave("\r")

    assert code == 2
    assert "--overwrite" in shown
    assert out.read_text(encoding="utf-8") == "kept"
    assert answers(knowledge, record)


def test_back_asks_again_and_again_gives_it_back(knowledge: KnowledgeBase, record: Path) -> None:
    terminal = Terminal("--record", record)
    first = terminal.shows()
    assert "Nothing was answered before this." in terminal.press("b")
    terminal.press("1")
    assert "Taken back: 1 answer." in terminal.press(BACKSPACE)
    assert question(first) == question(terminal.press(BACKSPACE))
    terminal.press("2")
    terminal.press("b")
    terminal.press("r")
    terminal.leave("q")

    assert list(answers(knowledge, record).values()) == ["no", "first"]


def test_a_terminal_is_left_as_it_was_when_the_process_is_asked_to_end(record: Path) -> None:
    terminal = Terminal("--record", record, way=started)
    terminal.shows()
    terminal.child.kill(signal.SIGTERM)
    shown, code = terminal.leave("")

    assert "Everything is kept." in shown
    assert code == 130


def test_leaving_loses_nothing_and_says_how_to_go_on(
    knowledge: KnowledgeBase, record: Path
) -> None:
    """By each of the keys in turn; the next start goes on where the one before was left."""
    resuming: list[str] = []
    for key, code, keys in (
        ("q", 0, CLEAN[:4]),
        (CONTROL_D, 0, CLEAN[4:6]),
        (CONTROL_C, 130, CLEAN[6:8]),
    ):
        terminal = Terminal("--record", record, *resuming)
        terminal.shows()
        terminal.press(*keys)
        shown, ended = terminal.leave(key)
        assert ended == code
        assert "hingeexpert intake --resume" in shown
        assert "Traceback" not in shown
        resuming = ["--resume"]
    again = Terminal("--record", record, "--resume")
    again.shows()
    again.press(*CLEAN[8:])
    again.finish()

    assert intake(knowledge, record).record.visits()[0].date


@pytest.mark.parametrize(("key", "code"), [(CONTROL_D, 0), (CONTROL_C, 130)])
def test_leaving_at_the_name_leaves_the_visit_unfinished(
    knowledge: KnowledgeBase, record: Path, key: str, code: int
) -> None:
    terminal = Terminal("--record", record, way=started)
    terminal.shows()
    terminal.press("f", end=ENDING)
    shown, ended = terminal.leave(key)
    visits = intake(knowledge, record)

    assert ended == code
    assert "Everything is kept." in shown
    assert visits.state(visits.record.visits()[0].id).finished is None


def test_a_kill_half_way_loses_nothing(knowledge: KnowledgeBase, record: Path) -> None:
    terminal = Terminal("--record", record)
    terminal.shows()
    terminal.press(*CLEAN[:6])
    os.kill(terminal.child.pid, signal.SIGKILL)
    terminal.child.wait()
    kept = answers(knowledge, record)
    again = Terminal("--record", record, "--resume")
    again.shows()
    again.press(*CLEAN[6:])
    again.finish()

    assert len(kept) > 30
    assert kept.items() <= answers(knowledge, record).items()


def test_an_emergency_asks_only_what_whoever_takes_over_needs(record: Path) -> None:
    terminal = Terminal("--record", record)
    terminal.shows()
    shown = terminal.press("1")
    assert "TRIAGE: EMERGENCY" in shown
    assert "f finish now, g ask for whoever takes over, b back, q quit" in shown
    assert "Saddle, bladder, bowel, weak or numb legs" in terminal.press("g")
    assert "Open for the handover: 1." in terminal.press("a")
    # No press of a whole part says whether the signs are old: that is asked by itself.
    shown = terminal.press("2", "1")
    assert "Open for the handover: 0." in shown
    assert "Nothing is left to ask." in shown
    assert "Faults" not in shown
    shown = terminal.finish()

    assert re.search(r"ANSWERS +Numb between the legs: yes", shown)


def test_a_referral_by_a_slip_of_the_finger_is_taken_back(record: Path) -> None:
    terminal = Terminal("--record", record)
    terminal.shows()
    terminal.press("1")
    shown = terminal.press("b", "2", "a")

    assert "Triage: open" in shown
    assert "TRIAGE:" not in shown


def test_the_rest_of_a_part_at_once_leaves_what_was_answered(
    knowledge: KnowledgeBase, record: Path
) -> None:
    terminal = Terminal("--record", record)
    terminal.shows()
    terminal.press("1", "g", "\r", "a")
    terminal.leave("q")
    kept = answers(knowledge, record)
    flags = [name for name in kept if kept[name] in ("yes", "no")]

    assert [kept[name] for name in flags].count("yes") == 1
    assert (
        len(flags)
        == len(next(group for group in knowledge.groups if group.shorthand).observables) - 1
    )


def test_what_was_passed_over_leaves_the_others_said_at_once(
    knowledge: KnowledgeBase, record: Path, tmp_path: Path
) -> None:
    out = tmp_path / "form.yaml"
    terminal = Terminal("--record", record, "-o", out)
    terminal.shows()
    terminal.press("\r", "a")
    terminal.finish()
    (screening,) = diagnose(knowledge, read_form(knowledge, out)).screenings

    assert (screening.at_once, screening.one_by_one) == (screening.flags - 1, 0)
    assert len(screening.left_blank) == 1


def test_a_number_that_is_not_allowed_is_told_and_asked_again(record: Path) -> None:
    terminal = Terminal("--record", record)
    terminal.shows()
    asked = terminal.press("a")
    shown = terminal.press("150\r")

    assert "'150' is not allowed; allowed: a whole number from 0 to 120" in shown
    assert question(shown) == question(asked)
    assert "Readiness" in terminal.press("35" + BACKSPACE + "4\r")


def test_what_is_no_answer_changes_nothing(knowledge: KnowledgeBase, record: Path) -> None:
    """Arrows end in letters; none of them is a command."""
    terminal = Terminal("--record", record)
    terminal.shows()
    terminal.child.send(UP)
    assert "The keys here: 1, 2" in terminal.press("7")
    terminal.leave("q")

    assert len(answers(knowledge, record)) == 1


def test_several_drafts_are_listed_to_choose_from(record: Path) -> None:
    for form in (FORM, "stick: {sacrum: lost}\n"):
        run("--no-input", "--from", "-", "--record", record, text=form)
    terminal = Terminal("--record", record, "--resume")
    listed = terminal.shows(r"Which one \[1\]: $")
    shown = terminal.press("2\r")

    assert re.search(r"\n +2  2026-11-20  P-1  Sam Example  36 answers", "\n" + listed)
    assert "SAFETY" not in shown


def test_a_form_at_a_terminal_is_asked_to_its_end(knowledge: KnowledgeBase, record: Path) -> None:
    form = record.with_name("form.yaml")
    out = record.with_name("out.yaml")
    form.write_text(FORM, encoding="utf-8")
    terminal = Terminal("--record", record, "--from", form, "-o", out)
    assert "Is this the first visit" in terminal.shows()
    terminal.press("1")
    terminal.press("f", end=r"Name, may stay empty \[Sam Example\]: $")
    terminal.press("\r", end=r"Patient id, may stay empty \[P-1\]: $")
    terminal.leave("\r")
    read = read_form(knowledge, "form", out.read_bytes())

    assert (read.patient, read.date) == ({"id": "P-1", "name": "Sam Example"}, "2026-11-20")
    assert len(read.answers) == 37


def test_a_name_that_is_too_long_is_asked_again_and_not_shown_in_the_message(record: Path) -> None:
    terminal = Terminal("--record", record)
    terminal.shows()
    terminal.press("f", end=ENDING)
    terminal.press("x" * 201 + "\r", end=ENDING)
    shown = terminal.press("\r", end=r"Name, may stay empty: $")

    assert "name: 201 characters; at most 200 are allowed" in shown


@pytest.mark.parametrize("arguments", [[], ["--resume"], ["--no-input"]])
def test_where_nobody_can_be_asked_it_ends_at_once(unmade: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "hingeexpert", "intake", "--record", unmade, *arguments]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 2
    assert "--from FORM" in done.stderr
    assert not unmade.exists()


def test_without_questions_a_form_is_taken_kept_and_judged(
    knowledge: KnowledgeBase, record: Path
) -> None:
    out = record.with_name("out.yaml")
    done = run("--no-input", "--from", "-", "--record", record, "-o", out, text=FORM)
    told = CliRunner().invoke(main, ["diagnose", "-"], input=FORM)

    assert (done.exit_code, done.stdout) == (0, told.stdout)
    assert "ASK NEXT" in done.stdout
    assert "--resume" in done.stderr
    assert read_form(knowledge, "out", out.read_bytes()) == read_form(
        knowledge, "form", FORM.encode()
    )
    visits = intake(knowledge, record)
    assert visits.look(visits.record.visits()[0].id).diagnosis.screenings[0].at_once == 35


def test_with_no_record_nothing_is_kept(unmade: Path) -> None:
    done = run("--no-input", "--no-record", "--from", "-", "--record", unmade, text=FORM)

    assert (done.exit_code, done.stderr) == (0, "")
    assert not unmade.exists()


@pytest.mark.parametrize("form", ["stick: {sacrum: gone}\n", "date: in spring\n"])
def test_a_form_that_is_refused_is_not_kept(
    knowledge: KnowledgeBase, record: Path, form: str
) -> None:
    done = run(
        "--no-input",
        "--from",
        "-",
        "--record",
        record,
        text=f"patient: {{name: Sam Secret}}\n{form}",
    )

    assert done.exit_code == 1
    assert "Secret" not in done.output
    assert not record.exists() or not intake(knowledge, record).record.people()


def test_a_folder_that_is_not_there_is_told_before_anybody_is_asked(unmade: Path) -> None:
    done = run(
        "--no-input",
        "--from",
        "-",
        "--record",
        unmade,
        "-o",
        unmade.parent / "no" / "form.yaml",
        text=FORM,
    )

    assert done.exit_code == 2
    assert not unmade.exists()


def test_the_written_form_as_json_is_what_the_record_says(record: Path) -> None:
    out = record.with_name("out.yaml")
    terminal = Terminal("--record", record, "-o", out)
    terminal.shows()
    terminal.press("a", "\r", "\r")
    terminal.finish()
    told = json.loads(CliRunner().invoke(main, ["diagnose", str(out), "--format", "json"]).stdout)

    assert told["screenings"][0]["one_by_one"] == 0
    assert told["screenings"][0]["left_blank"] == []


def test_a_key_that_was_not_kept_is_told_and_its_question_asked_again(
    knowledge: KnowledgeBase, record: Path
) -> None:
    terminal = Terminal("--record", record)
    asked = question(terminal.shows())
    elsewhere = intake(knowledge, record)
    (visit,) = elsewhere.record.visits()
    name = next(iter(knowledge.groups[0].observables))
    elsewhere.change(visit.id, 1, NewAnswers({name: "no"}))
    shown = terminal.press("1")

    assert "NOT KEPT: your last key" in shown
    assert question(shown) == asked
    assert "answered elsewhere: no" in shown
    assert question(terminal.press("1")) != asked
    terminal.leave("q")
    assert answers(knowledge, record)[name] == "yes"


def test_the_quick_card_asks_what_stands_on_it(knowledge: KnowledgeBase, record: Path) -> None:
    """The safety questions at once, then low back pain, and a pinch in place of heavy lifts."""
    at = Terminal("--quick", "--record", record)
    at.shows()
    first = at.press("a")
    second = at.press("2")
    assert "low back pain" in first.lower()
    assert "pinch" in question(second).lower()
    assert at.leave("q")[1] == 0
    visits = intake(knowledge, record)
    (visit,) = visits.record.visits()
    assert visits.state(visit.id).short
    assert visits.state(visit.id).by_hand == {"symptom.low_back_pain"}


def test_quick_says_what_is_asked_at_a_terminal() -> None:
    result = CliRunner().invoke(main, ["intake", "--quick", "--no-input", "--from", "form.yaml"])
    assert result.exit_code == 2
    assert "--quick says what is asked at the terminal" in result.stderr
