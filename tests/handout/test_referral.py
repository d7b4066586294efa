"""What a referral sheet tells the doctor: the signs, since when, what was examined, what was not
asked, who saw it.
"""

import pytest
from papers import languages, section, sheet, sheet_of, texts, typed

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.handout import Handout
from hingeexpert.handout.document import Facts
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.translation import in_language

KNOWN = (
    "patient: {id: P-1}\ndate: 2026-11-20\nclinician: R. Gray\nsafety: {screen: all_no, "
    "past_cancer: yes, weight_loss: yes}\nsymptom: {low_back_pain: yes, duration: under_4_weeks, "
    "pain_now: 6}\n"
    "screen: {toe_touch: shin}\n"
)
"""All that the part has room for."""


def facts(made: Handout) -> dict[str, str | None]:
    """Return what stands beside each label that may be a line to write on."""
    (part,) = (part for part in made.sections if part.id == "doctor")
    lines = (block for block in part.blocks if isinstance(block, Facts))
    return {fact.label: fact.text for block in lines for fact in block.items}


def short(knowledge: KnowledgeBase, name: str) -> str:
    said = knowledge.observables[name].short
    assert said is not None
    return said


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_doctor_is_told_the_answers_that_led_there_in_the_language_of_the_sheet(
    knowledge: KnowledgeBase, language: str
) -> None:
    made = sheet(knowledge, typed(knowledge, KNOWN), language=language)
    told, spoken = section(made, "doctor"), in_language(knowledge, language)
    for name in ("past_cancer", "weight_loss"):
        assert short(spoken, f"safety.{name}") in told
    assert short(spoken, "safety.major_trauma") not in told
    touch = {"en": "knees straight: shin", "es": "rodillas rectas: espinilla"}[language]
    assert touch in told


def test_what_is_known_stands_beside_its_label(knowledge: KnowledgeBase) -> None:
    words = knowledge.handout.doctor
    assert facts(sheet(knowledge, typed(knowledge, KNOWN))) == {
        short(knowledge, words.since): "under 4 weeks",
        words.pain: f"{short(knowledge, 'symptom.pain_now')}: 6",
        words.seen_by: "R. Gray, 20 November 2026",
    }


def test_what_is_not_known_is_a_line_to_write_on(knowledge: KnowledgeBase) -> None:
    words = knowledge.handout.doctor
    made = sheet(knowledge, "urgent_open")
    assert facts(made) == {words.began: None, words.pain: None, words.seen_by: None}
    assert words.tests not in texts(made)


def test_a_few_blank_questions_are_named_and_the_rest_is_counted(knowledge: KnowledgeBase) -> None:
    blank = sheet(knowledge, "urgent_open")
    told = section(blank, "doctor").partition(f"{knowledge.handout.doctor.not_asked} ")[2]
    named = [item.short for item in knowledge.observables.values() if f"{item.short};" in told]
    assert len(named) == knowledge.handout.most.unasked
    assert named[0] == short(knowledge, "safety.saddle_numbness")
    assert "; and 28 more" in told
    whole = sheet(knowledge, typed(knowledge, KNOWN))
    assert knowledge.handout.doctor.not_asked not in texts(whole)


def test_whether_a_sign_is_old_is_asked_where_it_is_only_assumed(knowledge: KnowledgeBase) -> None:
    """It is never shown as given; where the sign is not there it is no blank question."""
    old = short(knowledge, "safety.cauda_equina_investigated")
    words = knowledge.handout.doctor
    for answered, expected in (("", f"{words.not_asked} {old}"), (", X: no", f"{old}: no")):
        more = answered.replace("X", "cauda_equina_investigated")
        form = typed(knowledge, f"safety: {{saddle_numbness: yes{more}}}\n")
        assert expected in section(sheet(knowledge, form), "doctor")
    assert old not in section(sheet(knowledge, "urgent_open"), "doctor")


def test_no_answer_stands_twice_and_no_drill_at_all(
    knowledge: KnowledgeBase, outcomes: list[Outcome]
) -> None:
    seen = 0
    for language in languages(knowledge):
        spoken = in_language(knowledge, language)
        drills = {drill.brief.name for drill in spoken.drills.values() if drill.brief}
        drills |= {group.title for group in spoken.groups if group.not_done_when is not None}
        for outcome in outcomes:
            made = sheet_of(knowledge, outcome, language=language)
            if made.kind == "referral":
                seen += 1
                told = section(made, "doctor").split("; ")
                assert len(told) == len(set(told)), outcome.case.file
                assert not [name for name in drills if name in " ".join(told)], outcome.case.file
    assert seen > 80
