"""Answers written as a form, and read back."""

import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from hingeexpert.errors import InputError
from hingeexpert.forms import Assessment, form_of, read_form
from hingeexpert.forms.writing import cells_of
from hingeexpert.inference import diagnose
from hingeexpert.intake.at_once import all_well
from hingeexpert.knowledge import KnowledgeBase

KNOWLEDGE = shipped()
SHORT = next(group for group in KNOWLEDGE.groups if group.shorthand is not None)
PRESSED = all_well(SHORT)
AWKWARD = [
    "no",
    "null",
    "~",
    "",
    " ",
    "007",
    "0o17",
    "2026-11-20",
    ': "x" # y',
    "it's \\n {a: [b",
    "\u2028\ufeff\u200d\xa0",
    "😀 يوسف",
    "- ?",
]


def texts() -> st.SearchStrategy[str]:
    return st.sampled_from(AWKWARD) | st.text(
        st.characters(exclude_categories=("Cc", "Cs")), max_size=200
    )


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    """Draw what a form can say; what was given at once is all or nothing, less the deviations,
    which may be blank.
    """
    answers = draw(strategies.answers(KNOWLEDGE))
    at_once: frozenset[str] = frozenset()
    if draw(st.booleans()):
        deviating = draw(st.sets(st.sampled_from(sorted(PRESSED)), max_size=3))
        answers |= {name: value for name, value in PRESSED.items() if name not in deviating}
        at_once = frozenset(PRESSED.keys() - deviating)
    patient = draw(st.dictionaries(st.sampled_from(["id", "name"]) | texts(), texts(), max_size=3))
    in_order = {name: answers[name] for name in KNOWLEDGE.observables if name in answers}
    return Assessment(
        in_order, patient, draw(st.none() | texts()), draw(st.none() | texts()), at_once
    )


def reread(assessment: Assessment) -> Assessment:
    return read_form(KNOWLEDGE, "form", form_of(KNOWLEDGE, assessment).encode())


@given(assessments())
def test_a_written_form_reads_back_as_the_same(assessment: Assessment) -> None:
    assert reread(assessment) == assessment


@pytest.mark.parametrize("text", AWKWARD)
def test_a_text_of_the_head_is_kept_to_the_letter(text: str) -> None:
    assessment = Assessment({}, {"id": text, "name": text}, text, text)

    assert reread(assessment) == assessment


def test_the_shorthand_is_written_only_where_the_answers_came_from_it(
    knowledge: KnowledgeBase,
) -> None:
    by_hand = form_of(knowledge, Assessment(PRESSED))
    at_once = form_of(knowledge, Assessment(PRESSED, at_once=frozenset(PRESSED)))

    assert "all_no" not in by_hand
    assert at_once.splitlines()[1:] == ["safety: {screen: all_no}"]


def test_what_was_said_at_once_stays_so_beside_a_blank(knowledge: KnowledgeBase) -> None:
    blank, *_ = PRESSED
    rest = {name: value for name, value in PRESSED.items() if name != blank}
    assessment = Assessment(rest, at_once=frozenset(rest))
    (screening,) = diagnose(knowledge, reread(assessment)).screenings

    key = blank.partition(".")[2]
    assert f"safety: {{screen: all_no, left_blank: [{key}]}}" in form_of(knowledge, assessment)
    assert reread(assessment) == assessment
    assert (screening.at_once, screening.one_by_one) == (len(rest), 0)
    assert screening.left_blank == [blank]


def test_a_cell_of_a_table_never_answers_what_is_blank(knowledge: KnowledgeBase) -> None:
    blank, *_ = PRESSED
    rest = {name: value for name, value in PRESSED.items() if name != blank}

    assert cells_of(knowledge, Assessment(rest, at_once=frozenset(rest))) == rest


BLANK_SLIPS = {
    "no list": ("{screen: all_no, left_blank: gait_change}", "a list of keys is needed here"),
    "no shorthand": ("{left_blank: [gait_change]}", "it stands beside screen: all_no only"),
    "no flag": ("{screen: all_no, left_blank: [gait_chang]}", "did you mean 'gait_change'?"),
    "no key": ("{screen: all_no, left_blank: [{gait_change: no}]}", "is not allowed; allowed: "),
    "answered": (
        "{screen: all_no, left_blank: [gait_change], gait_change: yes}",
        "'gait_change' is answered as well; leave one of the two out",
    ),
}


@pytest.mark.parametrize(("safety", "words"), BLANK_SLIPS.values(), ids=BLANK_SLIPS)
def test_what_cannot_be_left_blank_is_refused_in_words(
    knowledge: KnowledgeBase, safety: str, words: str
) -> None:
    with pytest.raises(InputError) as refused:
        read_form(knowledge, "form", f"safety: {safety}\n".encode())

    (problem,) = refused.value.problems
    assert (problem.line, problem.path) == (1, "safety.left_blank")
    assert words in problem.message


def test_an_answer_beside_the_one_press_stands_on_its_own(knowledge: KnowledgeBase) -> None:
    """Also one that agrees with it: it was asked and answered one by one."""
    agreeing, differing, *_ = PRESSED
    assessment = Assessment(
        {**PRESSED, differing: "yes"}, at_once=frozenset(PRESSED.keys() - {agreeing, differing})
    )
    again = reread(assessment)

    assert again == assessment
    assert diagnose(knowledge, again) == diagnose(knowledge, assessment)
