"""The file that says what headings and labels mean: read strictly, looked up folded."""

import json

import pytest

from hingeexpert.batch.date_format import date_format_slip, formats_that_clash
from hingeexpert.batch.mapping import Mapping, choices, identifiers
from hingeexpert.batch.mapping_file import read_mapping
from hingeexpert.errors import InputError
from hingeexpert.forms.writing import csv_form
from hingeexpert.knowledge import KnowledgeBase

GOOD = """\
columns:
  "Timestamp": ignore
  "Did the hips go straight back?": wall.hips
  "Patient number": patient.id
  "Visit date": date
  "Clean bends": wall.clean_reps
  "Safety": safety.screen
date_format: "%d/%m/%Y"
values:
  wall.hips: {"Straight back": back, "Down like a squat": down, "Not seen": blank}
  wall.clean_reps: {"10 (all)": 10}
  safety.screen: {"None of these": all_no}
  symptom.low_back_pain: {"Ja": yes, "Nein": no}
"""


def read(knowledge: KnowledgeBase, text: str) -> Mapping:
    return read_mapping(knowledge, "map.yaml", text.encode())


def problems(knowledge: KnowledgeBase, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(knowledge, text)
    return [str(problem) for problem in caught.value.problems]


def test_mapping_holds_what_stands_in_the_file(knowledge: KnowledgeBase) -> None:
    mapping = read(knowledge, GOOD)
    assert mapping.columns["Did the hips go straight back?"] == "wall.hips"
    assert mapping.ignored == {"Timestamp"}
    assert mapping.values["wall.hips"] == {
        "Straight back": "back",
        "Down like a squat": "down",
        "Not seen": "",
    }
    assert mapping.values["wall.clean_reps"] == {"10 (all)": "10"}
    assert mapping.date_formats == ("%d/%m/%Y",)


def test_json_is_read_as_well(knowledge: KnowledgeBase) -> None:
    assert read(knowledge, json.dumps({"columns": {"Hips?": "wall.hips"}})).columns == {
        "Hips?": "wall.hips"
    }


def test_headings_and_labels_are_folded(knowledge: KnowledgeBase) -> None:
    """Letter case, blanks at the ends and runs of blanks, also unbreakable ones, do not count."""
    mapping = read(knowledge, GOOD)
    assert mapping.heading("\ufeff  did the HIPS\u00a0 go straight back? ") == "wall.hips"
    assert mapping.value("wall.hips", " straight  BACK") == "back"
    assert mapping.value("wall.hips", "not seen") == ""
    assert mapping.value("wall.hips", "sideways") is None
    assert mapping.value("wall.knees", "soft") is None


def test_ignored_and_unknown_headings_are_told_apart(knowledge: KnowledgeBase) -> None:
    mapping = read(knowledge, GOOD)
    assert (mapping.heading("timestamp"), mapping.ignores("timestamp ")) == (None, True)
    assert (mapping.heading("Remarks"), mapping.ignores("Remarks")) == (None, False)
    assert not mapping.ignores("Visit date")


def test_headings_that_a_table_lacks_are_named(knowledge: KnowledgeBase) -> None:
    """A slip in a heading would leave its column unread; a column that is ignored need not be
    there.
    """
    headings = ["did the hips go straight back?", "Patient number", "Visit date", "Clean bends"]
    assert read(knowledge, GOOD).unused(headings) == ("Safety",)


def test_every_column_of_the_blank_form_has_an_identifier(knowledge: KnowledgeBase) -> None:
    assert list(identifiers(knowledge)) == csv_form(knowledge).strip().split(",")
    assert choices(knowledge, "safety.screen") == ("all_no",)
    assert choices(knowledge, "wall.clean_reps") == choices(knowledge, "date") == ()


BAD = {
    "columns: {Hips: wall.hip}": (
        "map.yaml:1: columns.Hips: there is no identifier 'wall.hip'; did you mean 'wall.hips'?"
    ),
    "columns: {Hips: hips}": (
        "map.yaml:1: columns.Hips: there is no identifier 'hips'; did you mean 'wall.hips'?"
    ),
    "columns: {Hips: ignored}": (
        "map.yaml:1: columns.Hips: there is no identifier 'ignored'; did you mean 'ignore'?"
    ),
    "columns: {Hips: }": (
        "map.yaml:1: columns.Hips: there is no identifier nothing; allowed: ignore, or an "
        "identifier of the blank form"
    ),
    "columns: {Hips: [a]}": (
        "map.yaml:1: columns.Hips: there is no identifier a list; allowed: ignore, or an "
        "identifier of the blank form"
    ),
    "columns:\n  A: wall.hips\n  B: wall.hips": (
        "map.yaml:3: columns.B: wall.hips is given to two headings, first in line 2; one column "
        "each, set the other to ignore"
    ),
    "columns:\n  A: wall.hips\n  ' a ': ignore": (
        "map.yaml:3: columns. a : differs from the heading in line 2 in letter case and blanks "
        "only; keep one"
    ),
    "columns: {' ': ignore}": "map.yaml:1: columns. : a heading is needed here; found nothing",
    "columns: [wall.hips]": "map.yaml:1: columns: a map is needed; found a list",
    "column: {}": (
        "map.yaml:1: column: unknown key 'column'; allowed: columns, date_format, decimal, "
        "blank, values; did you mean 'columns'?"
    ),
    "[1]": (
        "map.yaml:1: a map with columns and date_format and decimal and blank and values is "
        "needed here; found a list"
    ),
    "values: {wall.hips: {Back: bak}}": (
        "map.yaml:1: values.wall.hips.Back: 'bak' is not allowed; allowed: back, down; did you "
        "mean 'back'?; "
        "blank for a label that says that nothing was answered"
    ),
    "values: {pain.during_drill: {Worst: 11}}": (
        "map.yaml:1: values.pain.during_drill.Worst: '11' is not allowed; allowed: a whole "
        "number from 0 to 10 "
        "(points on the 0 to 10 scale); blank for a label that says that nothing was answered"
    ),
    "values: {safety.screen: {None: no}}": (
        "map.yaml:1: values.safety.screen.None: 'no' is not allowed; allowed: all_no; blank for "
        "a label that says that nothing was answered"
    ),
    "values: {patient.id: {A: B}}": (
        "map.yaml:1: values.patient.id: its text is free, so that it has no labels"
    ),
    "values: {Hips: {A: back}}": (
        "map.yaml:1: values.Hips: there is no identifier 'Hips'; identifiers stand here, not "
        "headings"
    ),
    "values: {wall.hips: back}": "map.yaml:1: values.wall.hips: a map is needed here; found 'back'",
    "values: {wall.barefoot: {'Yes': no}}": (
        "map.yaml:1: values.wall.barefoot.Yes: 'Yes' is a value itself, here turned into 'no'; "
        "say what the label 'no' means as well"
    ),
    "date_format: 20": "map.yaml:1: date_format: text is needed; found '20'; put it in quotes",
    "date_format: '%d.%m'": (
        "map.yaml:1: date_format: '%d.%m' needs one day (%d), one month (%m, %b or %B) and one "
        "year (%Y or %y), such as %d/%m/%Y, or excel"
    ),
    "date_format: ['%d/%m/%Y', '%m/%d/%Y']": (
        "map.yaml:1: date_format: '%d/%m/%Y' and '%m/%d/%Y' read the same text as two dates; keep "
        "the one that is meant"
    ),
    "date_format: ['%d/%m/%Y', 20]": (
        "map.yaml:1: date_format[1]: text is needed; found '20'; put it in quotes"
    ),
    "decimal: ','": "map.yaml:1: decimal: ',' is not allowed; allowed: comma, point",
    "blank: ['N/A', 'None']": (
        "map.yaml:1: blank[1]: 'None' is an answer to symptom.groin_pinch, symptom.leg_symptoms, "
        "wall.weight_shift, … (7 in all); say blank for it under values, column by column"
    ),
    "blank: 99": (
        "map.yaml:1: blank: '99' is an answer to context.age_years, stick.depth_degrees, "
        "screen.leg_raise_degrees, … (4 in all); say blank for it under values, column by column"
    ),
    "blank: [[999]]": "map.yaml:1: blank[0]: a word is needed here; found a list",
    "columns: {A: safety_tearing_or_pulsating_pain}": (
        "map.yaml:1: columns.A: 'safety.tearing_or_pulsating_pain' is retired since hinge/2; "
        "answer safety.tearing_pain and safety.pulsating_belly instead"
    ),
    "values: {safety.tearing_or_pulsating_pain: {A: yes}}": (
        "map.yaml:1: values.safety.tearing_or_pulsating_pain: 'safety.tearing_or_pulsating_pain' "
        "is retired since hinge/2; answer safety.tearing_pain and safety.pulsating_belly instead"
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD.items())
def test_a_slip_is_named_with_its_place_and_what_is_allowed(
    knowledge: KnowledgeBase, text: str, message: str
) -> None:
    found = problems(knowledge, text)
    assert [
        one.replace(
            "there is no identifier 'Hips'; did you mean 'wall.hips'?",
            "there is no identifier 'Hips'",
        )
        for one in found
    ] == [message]


def test_all_slips_are_named_at_once(knowledge: KnowledgeBase) -> None:
    text = (
        "columns:\n  A: wall.hip\n  A: date\nvalues:\n  wall.hips: {B: bak}\ndate_format: "
        "d/m/y\nmore: 1\n"
    )
    assert [int(problem.split(":")[1]) for problem in problems(knowledge, text)] == [2, 3, 5, 6, 7]


def test_a_broken_file_is_one_problem(knowledge: KnowledgeBase) -> None:
    assert len(problems(knowledge, "columns: {")) == 1
    assert problems(knowledge, "") == ["map.yaml:1: the file is empty; keys with values are needed"]


def test_a_question_asked_the_other_way_round_is_mapped_whole(knowledge: KnowledgeBase) -> None:
    """Both answers may be turned around together."""
    mapping = read(knowledge, "values: {wall.barefoot: {'Yes': no, 'No': yes}}")
    assert (mapping.value("wall.barefoot", "yes"), mapping.value("wall.barefoot", "no")) == (
        "no",
        "yes",
    )


@pytest.mark.parametrize("word", ["no", "N", "0", "1", "All_No", "kept", "7.5", "2026-11-20"])
def test_no_answer_is_a_blank_in_every_column(knowledge: KnowledgeBase, word: str) -> None:
    (problem,) = problems(knowledge, f"blank: ['{word}']")
    assert f"'{word}' is an answer to " in problem


def test_what_holds_for_every_column(knowledge: KnowledgeBase) -> None:
    text = "blank: ['N/A', '-', 999]\ndecimal: comma\ndate_format: ['%d/%m/%Y %z', excel]\n"
    mapping = read(knowledge, text)
    assert mapping.blank == {"N/A", "-", "999"}
    assert mapping.decimal_comma
    assert mapping.date_formats == ("%d/%m/%Y %z", "excel")
    assert read(knowledge, "blank: unknown\ndate_format: '%d.%m.%Y'\n").blank == {"unknown"}


@pytest.mark.parametrize(
    ("formats", "clash"),
    [
        (("%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d"), None),
        (("%d/%m/%y", "%y/%m/%d"), ("%d/%m/%y", "%y/%m/%d")),
        (("%d %B %Y", "%d/%m/%Y", "excel"), None),
        (("excel", "%d%m%y"), ("excel", "%d%m%y")),
    ],
)
def test_no_text_is_two_dates(formats: tuple[str, ...], clash: tuple[str, str] | None) -> None:
    assert formats_that_clash(formats) == clash


@pytest.mark.parametrize(
    "given",
    [
        "%d/%m/%Y %H:%M:%S.%f %z",
        "%d/%m/%Y",
        "%Y-%m-%d",
        "%m/%d/%y %H:%M:%S",
        "%d %B %Y",
        "%d. %b %Y",
        "%Y%m%d",
        "excel",
    ],
)
def test_usual_formats_of_dates_are_allowed(given: str) -> None:
    assert date_format_slip(given) is None


@pytest.mark.parametrize(
    "given",
    [
        "",
        "%d",
        "%d/%m/%Y/%d",
        "%Q/%d/%m/%Y",
        "%x",
        "%d/%m/%Y %",
        "%j %Y",
        "%d/%m/%b/%Y",
        "%-d/%m/%Y",
    ],
)
def test_formats_that_leave_a_date_open_are_refused(given: str) -> None:
    assert date_format_slip(given) is not None
