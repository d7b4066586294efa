"""The mapping that is proposed for a table: readable as it is, sure of nothing that is not, silent
on people.
"""

from collections.abc import Sequence

import heading_lists
import pytest
from counts import examples
from hypothesis import given
from hypothesis import strategies as st

from hingeexpert.batch.drafting import draft_mapping
from hingeexpert.batch.labels import LabelReader
from hingeexpert.batch.mapping import Mapping, fold, identifiers
from hingeexpert.batch.mapping_file import read_mapping
from hingeexpert.knowledge import KnowledgeBase, in_language
from hingeexpert.knowledge.translation import spoken, words_in

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


def in_words_of(knowledge: KnowledgeBase, language: str) -> list[str]:
    """Return the headings of `NAMES` as the form asks them: the question, and where only a
    clinician reads it in English, what stands on the form on paper.
    """
    there = in_language(knowledge, language)
    paper, titles = there.handout.paper, {group.group: group.title for group in there.groups}
    found = {"patient.id": paper.patient_id, "date": paper.date, "clinician": paper.clinician}
    found["safety.screen"] = titles["safety"]
    for name in heading_lists.NAMES[6:] + heading_lists.NAMES[3:5]:
        own, item = knowledge.observables[name], there.observables[name]
        is_asked = there is knowledge or item.question != own.question
        found[name] = item.question if is_asked else f"{titles[name.split('.')[0]]}: {item.short}"
    return [found[name] for name in heading_lists.NAMES]


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


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_of_the_form_are_known_in_every_language(
    knowledge: KnowledgeBase, language: str
) -> None:
    headings = in_words_of(knowledge, language)
    text, mapping = read_back(knowledge, headings, {})
    assert mapping.columns == dict(zip(headings, heading_lists.NAMES, strict=True))
    assert "# check this" not in text.split("columns:")[1]


@pytest.mark.parametrize(
    ("headings", "most_missing"),
    [
        (heading_lists.NAMES, 0),
        ([name.replace(".", "_") for name in heading_lists.NAMES], 0),
        ([name.replace(".", "/") for name in heading_lists.NAMES], 0),
        (heading_lists.GOOGLE, 1),
        (heading_lists.SPANISH, 0),
        (heading_lists.GERMAN, 3),
        (heading_lists.ABBREVIATED, 5),
        (heading_lists.SPSS, 5),
    ],
)
def test_headings_of_many_people(
    knowledge: KnowledgeBase, headings: Sequence[str], most_missing: int
) -> None:
    """None is taken for another, and a stranger's for none."""
    strangers = [heading for some in heading_lists.STRANGERS.values() for heading in some]
    _, mapping = read_back(knowledge, [*headings, *strangers], {})
    wanted = dict(zip(headings, heading_lists.NAMES, strict=True))
    assert mapping.columns.items() <= wanted.items()
    assert len(wanted) - len(mapping.columns) <= most_missing


def test_a_line_of_a_question_is_known_by_its_part(knowledge: KnowledgeBase) -> None:
    """Its part may be named, and another part's is not forgotten."""
    knees = knowledge.observables["wall.knees"].question
    text, _ = read_back(knowledge, [f"Wall drill [{knees}]"], {})
    assert line_of(text, '"Wall').endswith(": wall.knees  # sure")
    text, _ = read_back(knowledge, [f"Stick drill [{knees}]"], {})
    assert "# sure" not in text.split("columns:")[1]


def test_two_columns_of_the_same_words_are_to_be_checked(knowledge: KnowledgeBase) -> None:
    text, mapping = read_back(knowledge, ["Rodillas al bajar", "Rodillas al bajar (2)"], {})
    assert mapping.columns == {
        "Rodillas al bajar": "wall.knees",
        "Rodillas al bajar (2)": "stick.knees",
    }
    assert "# sure" not in text.split("columns:")[1]


def test_an_identifier_goes_to_the_best_heading_only(knowledge: KnowledgeBase) -> None:
    text, mapping = read_back(knowledge, ["Low back pain, any", "Low back pain"], {})
    assert mapping.columns == {"Low back pain": "symptom.low_back_pain"}
    assert line_of(text, '"Low back pain, any"') == (
        '"Low back pain, any": ignore  # check this: like symptom.low_back_pain, '
        "stick.lumbar_gap, given to another heading"
    )


def test_our_own_variable_goes_before_another_name_of_the_same(knowledge: KnowledgeBase) -> None:
    text = draft_mapping(knowledge, ["record_id", "patient_id"], {})
    assert '"record_id": ignore' in text
    assert '"patient_id": patient.id  # sure' in text


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


@pytest.mark.parametrize(
    "label", ["no?", "No ?", "¿no?", "(no)", "[yes]", "Nein?", "kept?", "sí (?)"]
)
def test_a_label_of_somebody_in_doubt_stays_open(knowledge: KnowledgeBase, label: str) -> None:
    for name in ("safety.saddle_numbness", "stick.sacrum"):
        draft = draft_mapping(knowledge, [name], {name: [label]})
        said = [line for line in draft.splitlines() if label in line]
        assert all(line.lstrip().startswith("#") for line in said), said


def test_pain_of_the_chest_is_no_pain_of_the_back(knowledge: KnowledgeBase) -> None:
    for heading in ("Dolor torácico", "Opresión torácica", "Schmerzen im Brustkorb", "Breast pain"):
        draft = draft_mapping(knowledge, ["patient.id", heading], {heading: ["yes"]})
        assert f'"{heading}": safety.chest_pain_or_faint' in draft


def test_a_column_of_yes_and_no_is_not_passed_over(knowledge: KnowledgeBase) -> None:
    draft = draft_mapping(
        knowledge, ["Xylofon", "Quark"], {"Xylofon": ["Sí", "no"], "Quark": ["7"]}
    )
    assert '"Xylofon": ignore  # check this: it answers yes and no' in draft
    assert '"Quark": ignore  # nothing alike' in draft


def test_a_denial_is_never_taken_for_its_opposite(knowledge: KnowledgeBase) -> None:
    assert LabelReader(knowledge).alike("stick.head", "Not kept") is None
    text, _ = read_back(knowledge, ["No low back pain"], {"No low back pain": ["Yes", "No"]})
    assert line_of(text, '"No low back pain"').endswith("# check this: asked the other way round?")


UNLIKE = {
    "pain.behaviour": ["Got worse", "Got a lot worse from bend to bend", "Empeoró un poco"],
    "pain.next_morning": ["Worse", "One point less", "3 points more than usual", "Peor"],
    "stick.sacrum": ["Not lost", "Stayed off the sacrum", "No se pierde"],
    "wall.hips": ["Forward", "Not straight back"],
    "wall.feet": ["Heels down", "Toes down"],
    "wall.balance": ["Unsteady", "Not steady", "Inestable", "Nicht stabil"],
    "symptom.duration": ["Less than 3 months", "más de 4 semanas", "unter 3 Monate"],
    "screen.hip_rotation": ["More on the left", "Not limited"],
    "screen.toe_turnout": ["Left less", "Menos el izquierdo"],
    "stick.return": ["Hips first"],
    "stick.sacrum_when": ["At the start"],
    "context.visit": ["Not the first visit"],
    "safety.fever_or_chills": ["No sé", "No estoy seguro", "Not asked", "Weiß nicht", "Not sure"],
    "wall.done": ["No sé", "Not sure", "Nicht gefragt"],
}


@pytest.mark.parametrize("name", UNLIKE)
def test_no_answer_is_turned_around(knowledge: KnowledgeBase, name: str) -> None:
    labels = LabelReader(knowledge)
    for label in UNLIKE[name]:
        assert (labels.exact(name, label), labels.alike(name, label)) == (None, None), label


def test_the_denial_of_a_value_is_never_that_value(knowledge: KnowledgeBase) -> None:
    labels = LabelReader(knowledge)
    for name, item in knowledge.observables.items():
        for value in item.values:
            for label in (f"not {value}", f"No es {value}", f"nicht {value}"):
                assert labels.alike(name, label.replace("_", " ")) != value, label


def test_labels_in_every_language_find_their_values(knowledge: KnowledgeBase) -> None:
    """Those of the form on paper in Spanish, and what is common elsewhere."""
    labels, spanish = LabelReader(knowledge), in_language(knowledge, "es")
    say = words_in(knowledge, "es")
    for name, item in knowledge.observables.items():
        for value in item.values:
            printed = spanish.observables[name].say.get(value) or say(spoken(value))
            assert labels.exact(name, printed.capitalize()) == value
    assert labels.exact("stick.sacrum", "verloren") == "lost"
    assert labels.exact("safety.fever_or_chills", "Nein") == "no"
    assert labels.exact("safety.fever_or_chills", "SI") == "yes"
    assert labels.exact("safety.screen", "Alle nein") == "all_no"


def test_a_yes_of_another_language_needs_a_line(knowledge: KnowledgeBase) -> None:
    pain = "¿Tiene dolor en la espalda baja?"
    _, mapping = read_back(knowledge, [pain], {pain: ["Sí", "No"]})
    assert mapping.values == {"symptom.low_back_pain": {"Sí": "yes"}}


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
    assert mapping.date_formats == ()
    assert "\n# date_format:\n" in text
    assert "date_format" not in draft_mapping(
        knowledge, ["Visit date"], {"Visit date": ["2026-11-20", "2026-11-21T09:30:00Z"]}
    )
    text, _ = read_back(knowledge, ["Visit date"], {"Visit date": ["46346", "46347.5"]})
    assert "\n# date_format: excel\n" in text


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
