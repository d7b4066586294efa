"""The mapping that is proposed for a table: readable as it is, sure of nothing that is not, silent
on people.
"""

import pytest
from counts import examples
from hypothesis import given
from hypothesis import strategies as st

from hingeexpert.batch.drafting import draft_mapping
from hingeexpert.batch.labels import LabelReader
from hingeexpert.batch.mapping import Mapping, fold, identifiers
from hingeexpert.batch.mapping_file import read_mapping
from hingeexpert.knowledge import KnowledgeBase

HEADINGS = {
    "Patient number": "patient.id",
    "Visit date": "date",
    "Therapist": "clinician",
    "Age (years)": "context.age_years",
    "First visit or retest?": "context.visit",
    "Did the hips go straight back?": "wall.hips",
    "Wall drill: knees": "wall.knees",
    "Stick drill - knees": "stick.knees",
    "Did the stick stay on the sacrum?": "stick.sacrum",
    "When was sacrum contact lost?": "stick.sacrum_when",
    "Numbness in the saddle area": "safety.saddle_numbness",
    "Any new bladder problems?": "safety.bladder_change",
    "Fever or chills": "safety.fever_or_chills",
    "Unexplained weight loss": "safety.weight_loss",
    "Osteoporosis?": "safety.osteoporosis",
    "Low back pain": "symptom.low_back_pain",
    "Pain right now (0-10)": "symptom.pain_now",
    "Average pain last week": "symptom.pain_average",
    "Pain during the drill (0-10)": "pain.during_drill",
    "Clean reps wall": "wall.clean_reps",
    "Clean reps with the stick, out of 10": "stick.clean_reps",
    "Days practised last week": "practice.days_last_week",
    "Straight leg raise (degrees)": "screen.leg_raise_degrees",
    "Single leg stance seconds": "screen.single_leg_stance_s",
    "Wheight shift (wall)": "wall.weight_shift",
    "Safety screen": "safety.screen",
    "wall_barefoot": "wall.barefoot",
}
STRANGERS = ("Timestamp", "Comments", "Email address", "Phone", "Date of birth", "BMI")


def read_back(
    knowledge: KnowledgeBase, columns: list[str], samples: dict[str, list[str]]
) -> tuple[str, Mapping]:
    text = draft_mapping(knowledge, columns, samples)
    return text, read_mapping(knowledge, "draft.yaml", text.encode())


def line_of(text: str, start: str) -> str:
    return next(line.strip() for line in text.splitlines() if line.strip().startswith(start))


def test_headings_in_other_words_find_their_identifier(knowledge: KnowledgeBase) -> None:
    _, mapping = read_back(knowledge, [*HEADINGS, *STRANGERS], {})
    assert mapping.columns == HEADINGS
    assert mapping.ignored == set(STRANGERS)


def test_every_question_and_identifier_finds_itself_surely(knowledge: KnowledgeBase) -> None:
    """A table whose headings are the questions of the form needs no correction, nor does one with
    the identifiers.
    """
    questions = {item.question: name for name, item in knowledge.observables.items()}
    for headings in (questions, {name: name for name in identifiers(knowledge)}):
        text, mapping = read_back(knowledge, list(headings), {})
        assert mapping.columns == headings
        assert "check" not in text.split("columns:")[1]


def test_an_identifier_goes_to_the_best_heading_only(knowledge: KnowledgeBase) -> None:
    text, mapping = read_back(knowledge, ["Low back pain, any", "Low back pain"], {})
    assert mapping.columns == {"Low back pain": "symptom.low_back_pain"}
    assert line_of(text, '"Low back pain, any"') == (
        '"Low back pain, any": ignore  # check this: like symptom.low_back_pain, given to '
        "another heading"
    )


def test_what_could_be_two_questions_names_both(knowledge: KnowledgeBase) -> None:
    text, _ = read_back(knowledge, ["Knees"], {"Knees": ["Soft", "Locked"]})
    assert line_of(text, '"Knees"') == '"Knees": wall.knees  # check this: also stick.knees'


def test_a_retired_question_is_given_to_none_of_its_successors(knowledge: KnowledgeBase) -> None:
    retired = "safety.tearing_or_pulsating_pain"
    line = line_of(draft_mapping(knowledge, [retired], {}), f'"{retired}"')

    assert ": safety." not in line
    assert "answer safety.tearing_pain and safety.pulsating_belly instead" in line


def test_labels_find_their_values(knowledge: KnowledgeBase) -> None:
    """By the value, by what it means, or by alike words, the last to be checked; common answers of
    a flag need no line.
    """
    hips, pinch, pain = "Did the hips go straight back?", "Groin pinch", "Low back pain"
    samples = {
        hips: ["Straight back", "Down like a squat"],
        pinch: ["left", "No pinch in either groin."],
        pain: ["Yes", "No"],
    }
    text, mapping = read_back(knowledge, [*samples], samples)
    assert mapping.values == {
        "wall.hips": {"Straight back": "back", "Down like a squat": "down"},
        "symptom.groin_pinch": {"No pinch in either groin.": "none"},
    }
    assert line_of(text, '"Straight back"') == '"Straight back": back  # check this'
    assert line_of(text, '"No pinch') == '"No pinch in either groin.": none  # sure'


def test_a_label_that_is_not_clear_stays_open(knowledge: KnowledgeBase) -> None:
    """Neither a yes to a question with other answers, nor a label that says that nothing was seen,
    is guessed.
    """
    samples = {
        "Did the stick stay on the sacrum?": ["Yes", "No"],
        "Did the stick stay on the head?": ["Kept", "Lost", "Not seen"],
    }
    text, mapping = read_back(knowledge, [*samples], samples)
    assert mapping.values == {"stick.head": {"Kept": "kept", "Lost": "lost"}}
    assert (
        line_of(text, '# "Yes"')
        == '# "Yes":  # check this: nothing clearly alike; kept, lost, blank'
    )
    assert (
        line_of(text, '# "Not seen"')
        == '# "Not seen":  # check this: nothing clearly alike; kept, lost, blank'
    )


def test_a_denial_is_never_taken_for_its_opposite(knowledge: KnowledgeBase) -> None:
    assert LabelReader(knowledge).alike(knowledge.observables["stick.head"], "Not kept") is None
    text, _ = read_back(knowledge, ["No low back pain"], {"No low back pain": ["Yes", "No"]})
    assert line_of(text, '"No low back pain"').endswith("# check this: asked the other way round?")


def test_several_answers_in_one_cell_are_marked_and_not_guessed(knowledge: KnowledgeBase) -> None:
    samples = {"Where do you feel it?": ["Hamstrings", "Low back", "Hamstrings, Low back"]}
    text, mapping = read_back(knowledge, [*samples], samples)
    assert mapping.columns == {}
    assert line_of(text, '"Where').endswith(
        "# check this: several answers in one cell, not guessed; like stick.feel"
    )


def test_a_meaning_with_a_comma_is_one_answer(knowledge: KnowledgeBase) -> None:
    item = knowledge.observables["wall.knees"]
    _, mapping = read_back(knowledge, [item.question], {item.question: list(item.values.values())})
    assert mapping.values == {
        "wall.knees": {meaning: value for value, meaning in item.values.items()}
    }


def test_the_order_of_dates_is_asked_for_and_not_guessed(knowledge: KnowledgeBase) -> None:
    text, mapping = read_back(knowledge, ["Visit date"], {"Visit date": ["20/11/2026"]})
    assert mapping.date_format is None
    assert "\n# date_format:\n" in text
    assert "date_format" not in draft_mapping(
        knowledge, ["Visit date"], {"Visit date": ["2026-11-20"]}
    )


def test_no_free_text_of_a_patient_is_written_down(knowledge: KnowledgeBase) -> None:
    columns = [
        "Patient number",
        "Full name",
        "Visit date",
        "Therapist",
        "Comments on the wall drill",
        "Pain now",
        "Hips at the wall",
    ]
    text = draft_mapping(
        knowledge, columns, {column: ["Sam Example 3/4/2026", "Sam has 3"] for column in columns}
    )
    assert "Sam" not in text
    assert "2026" not in text


@pytest.mark.parametrize("columns", [[], [""], ["A", " a ", "A"]])
def test_odd_headings_give_a_draft_that_can_be_read(
    knowledge: KnowledgeBase, columns: list[str]
) -> None:
    read_back(knowledge, columns, {})


@examples(quick=10, thorough=25)
@given(st.lists(st.text(max_size=30), max_size=4), st.lists(st.text(max_size=20), max_size=4))
def test_any_heading_and_label_gives_a_draft_that_can_be_read(
    knowledge: KnowledgeBase, headings: list[str], labels: list[str]
) -> None:
    """Quotes, colons, characters that move a cursor or turn text around: every heading stands in
    the draft as it was.
    """
    columns = [*headings, "Wall drill: knees"]
    text, mapping = read_back(
        knowledge, columns, {column: ["Soft", "Locked", "Forward", *labels] for column in columns}
    )
    assert all(
        mapping.heading(heading) or mapping.ignores(heading) for heading in columns if fold(heading)
    )
    assert all(sign.isprintable() or sign == "\n" for sign in text)
