"""The short text and the note: what fits, and what may not stand there."""

import re

import pytest
from folders import FORMS
from hypothesis import given
from hypothesis import strategies as st
from strategies import answers

from hingeexpert.forms import Assessment, read_form
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.reporting import render_note, render_short
from hingeexpert.reporting.fitting import CUT, Room
from hingeexpert.reporting.view import view

NAMES = tuple(sorted(path.stem for path in FORMS.glob("*.yaml")))
COLUMNS, SCREEN, NOTE = 80, 24, range(3, 9)
LONG = {"id": "P-" + "7" * 198, "name": "Maximiliane-Theodora " * 9}
MORE = "hingeexpert diagnose --full form.yaml"


def diagnosis_of(knowledge: KnowledgeBase, name: str) -> Diagnosis:
    path = FORMS / f"{name}.yaml"
    return diagnose(knowledge, read_form(knowledge, path.name, path.read_bytes()))


def flat(text: str) -> str:
    return " ".join(text.split())


def all_wrong(knowledge: KnowledgeBase) -> Diagnosis:
    """Return the diagnosis of somebody in whom everything that can be is amiss; no safety flag
    is.
    """
    given: dict[str, object] = {}
    for name, item in knowledge.observables.items():
        if item.harmful == "higher" and item.range is not None:
            given[name] = item.range.least
        elif item.range is None and not name.startswith("safety."):
            worse = [value for value in item.values if value in (item.harmful or ())]
            given[name] = (worse or [*item.values])[0]
    given |= dict.fromkeys(next(g for g in knowledge.groups if g.shorthand).observables, "no")
    given |= {"wall.done": "yes", "stick.done": "yes", "stick.hold": "secure"}
    return diagnose(knowledge, Assessment(given, LONG, "2026-11-20"))  # type: ignore[arg-type]


def assert_fits(text: str, lines: range) -> None:
    assert len(text.splitlines()) in lines, text
    assert max(map(len, text.splitlines())) <= COLUMNS
    assert not re.search(r"[ \t]\n|\n\n|\A\s", text)
    assert text.endswith("\n")


@given(data=st.data())
def test_the_short_text_is_one_screen(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    form = Assessment(data.draw(answers(knowledge)), LONG, "2026-11-20")
    text = render_short(knowledge, diagnose(knowledge, form), MORE)

    assert_fits(text, range(4, SCREEN + 1))
    assert text.endswith(f"\n{MORE}\n")


@given(data=st.data())
def test_the_note_is_short_and_holds_nothing_assumed(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    diagnosis = diagnose(knowledge, Assessment(data.draw(answers(knowledge)), LONG, "2026-11-20"))
    note, shorts = flat(render_note(knowledge, diagnosis)), view(knowledge, diagnosis).shorts

    assert_fits(render_note(knowledge, diagnosis), NOTE)
    for name in diagnosis.assumed:
        assert f"{shorts[name]}: " not in note
    assert f"rules {knowledge.info.id} {knowledge.info.version}" in note


@given(flag=st.sampled_from(["tearing_pain", "major_trauma", "both_legs_pain"]), data=st.data())
def test_nothing_of_a_drill_stands_where_a_referral_comes_first(
    knowledge: KnowledgeBase, flag: str, data: st.DataObject
) -> None:
    drawn = data.draw(answers(knowledge))
    diagnosis = diagnose(knowledge, Assessment({**drawn, f"safety.{flag}": "yes"}))
    written = render_short(knowledge, diagnosis, MORE) + render_note(knowledge, diagnosis)

    for name, drill in knowledge.drills.items():
        assert name not in written
        assert drill.title.casefold() not in flat(written).casefold()
    for fault in knowledge.faults.values():
        assert fault.title not in flat(written)
        assert not any(cue.say in flat(written) for cue in fault.cues)


def test_the_worst_still_fits_and_keeps_what_is_acted_on(knowledge: KnowledgeBase) -> None:
    diagnosis = all_wrong(knowledge)
    text = render_short(knowledge, diagnosis, MORE)

    assert sum(fault.status == "present" for fault in diagnosis.faults) >= 9
    assert_fits(text, range(4, SCREEN + 1))
    for label in ("TRIAGE", "READINESS", "FAULT"):
        assert f"\n{label} " in text
    assert_fits(render_note(knowledge, diagnosis), NOTE)


@pytest.mark.parametrize("columns", [40, 60])
@pytest.mark.parametrize("name", NAMES)
def test_a_narrow_terminal_gets_more_lines(
    knowledge: KnowledgeBase, name: str, columns: int
) -> None:
    diagnosis = diagnosis_of(knowledge, name)
    text = render_short(knowledge, diagnosis, columns=columns)

    assert max(map(len, text.splitlines())) <= columns
    assert flat(text) == flat(render_short(knowledge, diagnosis))


def test_a_fault_is_told_with_its_cue_and_drill(knowledge: KnowledgeBase) -> None:
    diagnosis = diagnosis_of(knowledge, "fault")
    text = flat(render_short(knowledge, diagnosis, MORE))
    focus = diagnosis.focus
    assert focus is not None
    title = knowledge.faults[focus.fault].title

    assert text.startswith("Sam Example, P-002, 2026-11-20 TRIAGE Note. ")
    assert 'Safety questions (35): all at once ("all no")' in text
    assert f'SAY "{focus.cue}" DRILL {knowledge.drills[focus.drill].title}: 5 sets a day' in text
    assert f"FAULT {title} (high). The stick left the sacrum" in text
    assert "2 more: Feet or shoes to set first; Breath held" in text
    assert "MAYBE Skill in standing, more than range (medium); test: Passive hinge" in text


def test_what_is_open_is_told_with_both_bounds(knowledge: KnowledgeBase) -> None:
    text = flat(render_short(knowledge, diagnosis_of(knowledge, "sparse"), MORE))

    assert "TRIAGE Open. At least Note; not ruled out: Emergency." in text
    assert "READINESS Open. Not ruled out: Stop and refer." in text
    assert "3 Stool leaks, or bowel not felt (and 72 more)" in text


def test_the_note_says_what_was_said_seen_concluded_given_and_is_next(
    knowledge: KnowledgeBase,
) -> None:
    note = render_note(knowledge, diagnosis_of(knowledge, "fault"))
    labels = [line.split(":")[0] for line in note.splitlines() if not line.startswith(" ")]

    assert labels == [
        "Said (P-002, 2026-11-20)",
        "Seen",
        "Faults",
        f"Concluded (rules hinge {knowledge.info.version})",
        "Given",
        "Next",
    ]
    for words in ("Low back pain: yes", "Stick on the sacrum: lost", "Readiness: Pattern, go on"):
        assert words in flat(note)


def test_a_referral_tells_what_to_do_what_led_to_it_and_what_is_open(
    knowledge: KnowledgeBase,
) -> None:
    diagnosis = diagnosis_of(knowledge, "emergency")
    text, note = flat(render_short(knowledge, diagnosis)), flat(render_note(knowledge, diagnosis))

    assert "TRIAGE EMERGENCY. Stop." in text
    assert "ANSWERS Numb between the legs: yes; New trouble with peeing: yes" in text
    assert "STILL OPEN How long have you had this back pain?" in text
    assert "Referral: Emergency department now." in note
    assert "Numb between the legs: yes; New trouble with peeing: yes" in note
    assert "Still unanswered: Time with this back pain." in note


def test_a_routine_referral_stands_under_next(knowledge: KnowledgeBase) -> None:
    form = b"safety: {screen: all_no, clinician_concern: yes}\n"
    diagnosis = diagnose(knowledge, read_form(knowledge, "form", form))

    assert diagnosis.triage.verdict == "routine_referral" or not diagnosis.triage.decided
    assert "Next: Referral as the examiner sees fit. " in flat(render_note(knowledge, diagnosis))


def test_answers_that_do_not_fit_are_told(knowledge: KnowledgeBase) -> None:
    form = b"stick: {head: kept, head_when: early}\n"
    diagnosis = diagnose(knowledge, read_form(knowledge, "form", form))

    assert f"CHECK {diagnosis.checks[0].say}" in flat(render_short(knowledge, diagnosis))


def test_an_emergency_tells_what_is_only_assumed_as_such_and_the_note_does_not_tell_it(
    knowledge: KnowledgeBase,
) -> None:
    diagnosis = diagnose(knowledge, Assessment({"safety.saddle_numbness": "yes"}))
    assumed = "Signs all old, unchanged, tested: no"

    assert f"{assumed} (assumed)" in flat(render_short(knowledge, diagnosis))
    assert assumed not in flat(render_note(knowledge, diagnosis))


def test_a_list_is_cut_between_two_items_and_what_may_be_cut_first_is() -> None:
    text = "~Seen:\tone two; three four; five six\nSaid:\tone two three four five six seven\n"
    cut = Room(lines=3, columns=20).fit(text)

    assert cut == f"Seen: one two; {CUT}\nSaid: one two three\nfour five six seven\n"
    assert Room(lines=2, columns=20).fit(text).splitlines()[1] == f"Said: one two three{CUT}"


def test_the_head_of_the_record_stands_on_the_same_screen(knowledge: KnowledgeBase) -> None:
    head = "1234567-ABCD-EFGH-JKMN-PQRS-3"
    text = render_short(knowledge, all_wrong(knowledge), MORE, head=head)

    assert f"Record: {head}" in text.splitlines()
    assert_fits(text, range(20, 25))
