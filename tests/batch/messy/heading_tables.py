"""Tables whose headings do not simply stand in the first row, each once."""

from pathlib import Path

from messy import Arguments, as_csv, outcome, workbook, written

HEADINGS = ["patient.id", "date", "wall.hips", "stick.sacrum", "pain.during_drill"]
P1 = ["P1", "2026-11-20", "back", "kept", 2]
P2 = ["P2", "2026-11-21", "back", "lost", 3]
P3 = ["P3", "2026-11-22", "back", "lost", 0]
ROWS = [HEADINGS, P1, P2, P3]
EVERYBODY = ["P1", "P2", "P3"]
QUESTIONS = [
    "Patient number",
    "Date of visit",
    "Did the hips reach the wall?",
    "Did the sacrum stay on the stick?",
    "Pain now, from none to the worst",
]
GROUPS = ["Patient", "", "Wall", "Stick", ""]
CODES = ["Q1", "Q2", "Q3", "Q4", "Q5"]
MAP = """\
columns:
  "Patient number": patient.id
  "Date of visit": date
  "Did the hips reach the wall?": wall.hips
  "Did the sacrum stay on the stick?": stick.sacrum
  "Pain now, from none to the worst": pain.during_drill
"""


@outcome(judged=EVERYBODY, quiet=["headings"])
def clean(folder: Path) -> Arguments:
    return [written(folder / "t.csv", as_csv(ROWS))]


@outcome(judged=EVERYBODY, says=["the headings were found in line 4"])
def a_title_and_notes(folder: Path) -> Arguments:
    title = "Clinic of the Lake, autumn 2026\nExported on 29 November, by the desk\n\n"
    return [written(folder / "t.csv", title + as_csv(ROWS))]


@outcome(judged=EVERYBODY, says=["the headings were found in line 4"])
def a_title_above_semicolons(folder: Path) -> Arguments:
    title = "Clinic of the Lake, autumn 2026\r\nExported, by the desk, on 29 November\r\n\r\n"
    return [written(folder / "t.csv", title + as_csv(ROWS).replace(",", ";"))]


@outcome(judged=EVERYBODY, says=["the headings were found in line 3"])
def a_title_in_a_sheet(folder: Path) -> Arguments:
    return [workbook(folder / "t.xlsx", Forms=[["Clinic of the Lake"], ["Autumn"], *ROWS])]


@outcome(judged=EVERYBODY, says=["the headings were found in line 2"])
def groups_above_the_headings(folder: Path) -> Arguments:
    return [workbook(folder / "t.xlsx", Forms=[GROUPS, *ROWS])]


@outcome(
    judged=EVERYBODY,
    says=["line 2 was taken for a second row of headings, and not read"],
    quiet=["the headings were found"],
)
def questions_below_the_headings(folder: Path) -> Arguments:
    return [written(folder / "t.csv", as_csv([HEADINGS, QUESTIONS, P1, P2, P3]))]


@outcome(judged=EVERYBODY, says=["line 2 was", "line 3 was taken for a second row of headings"])
def questions_and_codes_of_a_survey_tool(folder: Path) -> Arguments:
    imports = [f'{{"ImportId":"{code}"}}' for code in CODES]
    return [written(folder / "t.csv", as_csv([HEADINGS, QUESTIONS, imports, P1, P2, P3]))]


@outcome(judged=EVERYBODY, says=["the headings were found in line 2"])
def codes_above_the_questions(folder: Path) -> Arguments:
    map_ = written(folder / "map.yaml", MAP)
    rows = [CODES, QUESTIONS, P1, P2, P3]
    return [written(folder / "t.csv", as_csv(rows)), "--map", map_]


@outcome(judged=EVERYBODY, says=["line 2 was taken for a second row of headings"])
def questions_below_the_headings_in_a_sheet(folder: Path) -> Arguments:
    return [workbook(folder / "t.xlsx", Forms=[HEADINGS, QUESTIONS, P1, P2, P3])]


@outcome(judged=["P2", "P3"], rejected={"P1": ["unknown_choice", "unknown_choice"]})
def a_person_in_other_words_is_no_heading(folder: Path) -> Arguments:
    first = ["P1", "", "did not get there", "came off the stick", ""]
    return [written(folder / "t.csv", as_csv([HEADINGS, first, P2, P3]))]


@outcome(judged=["P2", "P3"], rejected={"Ann Lee": ["unknown_choice", "unknown_choice"]})
def a_person_without_a_number_and_with_one_answer_is_no_heading(folder: Path) -> Arguments:
    first = ["Ann Lee", "", "did not get there", "came off the stick", 3]
    return [written(folder / "t.csv", as_csv([HEADINGS, first, P2, P3]))]


@outcome(
    judged=["Cem"], rejected={"Ann Lee": ["unknown_choice"] * 2, "Bo Li": ["unknown_choice"] * 2}
)
def names_for_numbers_are_no_headings(folder: Path) -> Arguments:
    first = ["Ann Lee", "", "did not get there", "came off the stick", ""]
    second = ["Bo Li", "", "not quite there", "lost the stick", ""]
    return [written(folder / "t.csv", as_csv([HEADINGS, first, second, ["Cem", *P1[1:]]]))]


@outcome(rejected={"": ["missing_column"]})
def people_above_the_headings_are_not_left_out(folder: Path) -> Arguments:
    headings = ["number", *HEADINGS[1:]]
    return [written(folder / "t.csv", as_csv([headings, P1, HEADINGS, P2]))]


@outcome(judged=EVERYBODY, says=["'Comment'", "'Comment (2)'"])
def two_columns_for_comments(folder: Path) -> Arguments:
    rows = [[*HEADINGS, "Comment", "Comment"], *([*row, "a", "b"] for row in (P1, P2, P3))]
    return [written(folder / "t.csv", as_csv(rows))]


@outcome(rejected={"": ["repeated_heading"]})
def the_same_question_in_two_sections(folder: Path) -> Arguments:
    rows = [[*HEADINGS, "wall.hips"], *([*row, "back"] for row in (P1, P2, P3))]
    return [written(folder / "t.csv", as_csv(rows))]


@outcome(judged=EVERYBODY)
def the_second_of_two_is_named_by_its_number(folder: Path) -> Arguments:
    rows = [[*HEADINGS, "wall.hips"], *([*row, "stuck"] for row in (P1, P2, P3))]
    map_ = written(folder / "map.yaml", 'columns: {"wall.hips (2)": ignore}\n')
    return [written(folder / "t.csv", as_csv(rows)), "--map", map_]


@outcome(judged=EVERYBODY)
def the_second_of_two_is_named_in_a_sheet(folder: Path) -> Arguments:
    rows = [["Q", *HEADINGS, "Q"], *(["x", *row, "yes"] for row in (P1, P2, P3))]
    text = 'columns: {"Q": ignore, "Q (2)": safety.saddle_numbness}\n'
    map_ = written(folder / "map.yaml", text)
    return [workbook(folder / "t.xlsx", Forms=rows), "--map", map_]
