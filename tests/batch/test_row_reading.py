"""Cells become answers strictly: every slip of every row is found, and good rows are not touched by
bad ones.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest

from hingeexpert.batch.layout import layout
from hingeexpert.batch.mapping import Mapping, identifiers, spelled
from hingeexpert.batch.row_reading import CellReader
from hingeexpert.formats.tables.defects import FEW_OF_A_ROW, MANY, MOST_OF_A_ROW, Defect, cut
from hingeexpert.formats.tables.table import Chunk
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.tables import FlagSpellings, TableFile


@pytest.fixture(scope="module")
def columns(knowledge: KnowledgeBase) -> Columns:
    return Columns(knowledge)


def chunk(cells: dict[str, list[str | None]]) -> Chunk:
    """Return cells as a chunk that begins on line 2."""
    count = len(next(iter(cells.values())))

    def raw(places: Sequence[int]) -> list[str]:
        return [f"row {place}" for place in places]

    frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))
    return Chunk(
        frame,
        pl.Series(range(2, count + 2), dtype=pl.Int64),
        pl.Series(range(1, count + 1), dtype=pl.Int64),
        raw,
    )


def read(
    columns: Columns,
    cells: dict[str, list[str | None]],
    mapping: Mapping | None = None,
    *,
    comma: bool = False,
) -> tuple[pl.DataFrame, list[Defect]]:
    """Read cells; a patient's identifier is added where there is none."""
    count = len(next(iter(cells.values())))
    cells = (
        cells
        if "patient.id" in cells
        else {"patient.id": [f"P{number}" for number in range(count)], **cells}
    )
    found = layout(columns.knowledge, list(cells), mapping or Mapping())
    reader = CellReader(columns, found, mapping or Mapping(), "t.csv", decimal_comma=comma)
    return reader.read(chunk(cells))[:2]


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("safety.thoracic_pain", "Y", "yes"),
        ("safety.thoracic_pain", " True ", "yes"),
        ("safety.thoracic_pain", "1", "yes"),
        ("safety.thoracic_pain", "0", "no"),
        ("safety.thoracic_pain", "N", "no"),
        ("safety.thoracic_pain", "FALSE", "no"),
        ("safety.thoracic_pain", "n/a", None),
        ("safety.thoracic_pain", "-", None),
        ("safety.thoracic_pain", None, None),
        ("stick.sacrum", "LOST ", "lost"),
        ("pain.during_drill", "2", 2),
        ("pain.during_drill", "2.0", 2),
        ("pain.during_drill", " 2 ", 2),
        ("wall.distance_feet", "0.5", 0.5),
        ("wall.distance_feet", "1", 1.0),
        ("date", "2026-11-20", "2026-11-20"),
        ("date", "2026-11-20 14:05", "2026-11-20"),
        ("date", " 2026-11-20T23:30:00.123-05:00", "2026-11-20"),
        ("date", "2026-11-20T00:30:00Z", "2026-11-20"),
        ("date", "2026-11-20 00:30:00 +0200", "2026-11-20"),
        ("patient.name", "Ann\nExample", "Ann Example"),
        ("patient.id", "P\t1 \r\n 2", "P 1 2"),
        ("clinician", "A\vB", "A B"),
        ("safety.screen", "All_No", "all_no"),
        ("form", "Hinge/1", "hinge/1"),
        ("form", "hinge/2", "hinge/2"),
    ],
)
def test_spellings_that_are_understood(
    columns: Columns, column: str, cell: str | None, value: object
) -> None:
    rows, defects = read(columns, {column: [cell]})

    assert (rows[column].to_list(), defects) == ([value], [])


@pytest.mark.parametrize(
    ("column", "cell", "code", "allowed", "nearest"),
    [
        ("stick.sacrum", "lots", "unknown_choice", "kept, lost", "lost"),
        ("stick.sacrum", "yes", "unknown_choice", "kept, lost", ""),
        ("stick.sacrum", "n/a", "unknown_choice", "kept, lost", ""),
        ("safety.thoracic_pain", "maybe", "unknown_choice", "yes, no", ""),
        ("safety.screen", "all no", "unknown_choice", "all_no", "all_no"),
        ("pain.during_drill", "yes", "wrong_type", "a whole number from 0 to 10", ""),
        ("pain.during_drill", "2.5", "wrong_type", "a whole number from 0 to 10", ""),
        ("pain.during_drill", "44", "out_of_range", "a whole number from 0 to 10", ""),
        ("pain.during_drill", "-1", "out_of_range", "a whole number from 0 to 10", ""),
        ("wall.distance_feet", "0,5", "wrong_type", "a number from", ""),
        ("wall.distance_feet", "nan", "wrong_type", "a number from", ""),
        ("wall.distance_feet", "inf", "wrong_type", "a number from", ""),
        ("wall.distance_feet", "1_0", "wrong_type", "a number from", ""),
        ("date", "20/11/2026", "bad_date", "YYYY-MM-DD", ""),
        ("date", "2026-02-30", "bad_date", "YYYY-MM-DD", ""),
        ("date", "2026-1-5x", "bad_date", "YYYY-MM-DD", ""),
        ("date", "2026-11-20T25:00", "bad_date", "YYYY-MM-DD", ""),
        ("date", "2026-11-20 at noon", "bad_date", "YYYY-MM-DD", ""),
        ("date", "N/A", "bad_date", "YYYY-MM-DD", ""),
        ("date", "46346", "bad_date", "YYYY-MM-DD", ""),
        ("patient.name", "\v", "bad_text", "", ""),
        ("patient.name", "a\x07b", "bad_text", "", ""),
        ("clinician", "x" * 201, "bad_text", "", ""),
        ("form", "hinge/3", "unknown_choice", "hinge/2, hinge/1", "hinge/2"),
    ],
)
def test_slips_are_named(
    columns: Columns, column: str, cell: str, code: str, allowed: str, nearest: str
) -> None:
    rows, (defect,) = read(columns, {column: [None, cell]})

    assert rows["row"].to_list() == [1]
    assert (defect.file, defect.line, defect.row, defect.patient, defect.column) == (
        "t.csv",
        3,
        2,
        "P1",
        column,
    )
    assert (defect.value, defect.code, defect.nearest, defect.raw) == (
        cut(cell),
        code,
        nearest,
        "row 1",
    )
    assert defect.allowed.startswith(allowed)


def test_every_defect_of_a_row_is_found_in_order(columns: Columns) -> None:
    cells: dict[str, list[str | None]] = {
        "patient.id": [None, "P2", "P3"],
        "date": ["never", "2026-11-20", "2026-11-20"],
        "stick.sacrum": ["lost", "lots", "lost"],
        "pain.during_drill": ["x", "11", "1"],
    }
    rows, defects = read(columns, cells)

    assert rows["patient.id"].to_list() == ["P3"]
    assert [(defect.row, defect.column, defect.code) for defect in defects] == [
        (1, "patient.id", "missing_id"),
        (1, "date", "bad_date"),
        (1, "pain.during_drill", "wrong_type"),
        (2, "stick.sacrum", "unknown_choice"),
        (2, "pain.during_drill", "out_of_range"),
    ]


def test_findings_of_a_drill_that_was_not_done_are_refused(columns: Columns) -> None:
    rows, defects = read(
        columns, {"stick.done": ["no", "no", "yes"], "stick.sacrum": ["lost", None, "lost"]}
    )

    assert rows["row"].to_list() == [2, 3]
    assert [(defect.row, defect.column, defect.value, defect.code) for defect in defects] == [
        (1, "stick.sacrum", "lost", "drill_not_done")
    ]


def test_an_answer_that_the_age_rules_out_is_refused(columns: Columns) -> None:
    rows, defects = read(
        columns,
        {"context.age_years": ["29", "45", None], "spa.onset_under_45": ["no", "no", "no"]},
    )

    assert rows["row"].to_list() == [2, 3]
    (defect,) = defects
    assert (defect.row, defect.column, defect.code) == (
        1,
        "spa.onset_under_45",
        "impossible_answer",
    )
    assert defect.message == (
        "'no' is not possible while context.age_years is below 45; correct one of the two"
    )


def test_a_retired_column_is_told_with_its_successors(knowledge: KnowledgeBase) -> None:
    headings = ["patient.id", "Safety.Tearing_or_pulsating_pain", "weather"]
    (problem,) = layout(knowledge, headings, Mapping()).problems

    assert problem.code == "retired_identifier"
    assert problem.message == (
        "'safety.tearing_or_pulsating_pain' is retired since hinge/2; answer safety.tearing_pain "
        "and safety.pulsating_belly instead"
    )


def test_decimal_comma_where_the_table_has_it(columns: Columns) -> None:
    rows, defects = read(columns, {"wall.distance_feet": ["0,5", "1.5"]}, comma=True)

    assert (rows["wall.distance_feet"].to_list(), defects) == ([0.5, 1.5], [])


def test_a_map_gives_headings_labels_and_dates(columns: Columns) -> None:
    mapping = Mapping(
        columns={
            "Who": "patient.id",
            "When": "date",
            "Sacrum?": "stick.sacrum",
            "Swelling": "safety.thoracic_pain",
        },
        ignored=frozenset({"Timestamp"}),
        values={
            "stick.sacrum": {"came off": "lost", "not looked": ""},
            "safety.thoracic_pain": {"Yes": "no", "No": "yes"},
        },
        date_formats=("%d/%m/%Y",),
    )
    cells: dict[str, list[str | None]] = {
        "Timestamp": ["x", "y", "z"],
        "WHO": ["P1", "P2", "P3"],
        "When": ["20/11/2026", "11/20/2026", "21/11/2026"],
        "sacrum?": ["Came off", "kept", "not looked"],
        "Swelling": ["yes", "no", "NO"],
    }
    rows, defects = read(columns, cells, mapping)

    assert [(defect.row, defect.code, defect.column) for defect in defects] == [
        (2, "bad_date", "When")
    ]
    assert rows["date"].to_list() == ["2026-11-20", "2026-11-21"]
    assert rows["stick.sacrum"].to_list() == ["lost", None]
    assert rows["safety.thoracic_pain"].to_list() == ["no", "yes"]


def test_layout_names_unknown_and_repeated_columns(knowledge: KnowledgeBase) -> None:
    found = layout(
        knowledge,
        ["stick.sacrm", "stick.head", "Stick.Head "],
        Mapping(columns={"Gone": "wall.hips"}),
    )

    assert found.unknown == (("stick.sacrm", "; did you mean 'stick.sacrum'?"),)
    assert [problem.code for problem in found.problems] == [
        "repeated_heading",
        "missing_column",
        "missing_column",
    ]


def test_what_would_read_a_cell_is_said(columns: Columns) -> None:
    cells: dict[str, list[str | None]] = {
        "date": ["46346", None],
        "wall.distance_feet": [None, "0,75"],
    }
    _, (serial, comma) = read(columns, cells)

    assert serial.message == (
        "'46346' is not a date as YYYY-MM-DD; it looks like the number of a day in Excel, "
        "2026-11-20; date_format: excel in a map reads those"
    )
    assert comma.message.endswith("; is that a decimal comma? decimal: comma in a map reads it")
    rows, defects = read(columns, cells, Mapping(date_formats=("excel",), decimal_comma=True))
    assert defects == []
    assert rows["date"].to_list() == ["2026-11-20", None]
    assert rows["wall.distance_feet"].to_list() == [None, 0.75]


def test_thousands_are_not_guessed(columns: Columns) -> None:
    cells: dict[str, list[str | None]] = {
        "screen.leg_raise_degrees": ["1.000,0", "1,000.0", "80,0"]
    }
    rows, defects = read(columns, cells, Mapping(decimal_comma=True))

    assert [defect.code for defect in defects] == ["wrong_type", "wrong_type"]
    assert rows["screen.leg_raise_degrees"].to_list() == [80]


def test_a_label_of_the_map_is_read_in_any_column(columns: Columns) -> None:
    """Also of a shorthand and of a number, and also where it is a blank."""
    labels = {
        "safety.screen": {"None of these": "all_no", "No": "", "All_no": ""},
        "wall.clean_reps": {"All ten": "10", "9": "", "not counted": ""},
    }
    cells: dict[str, list[str | None]] = {
        "safety.screen": ["no", "NONE of these", "all_no", None],
        "wall.clean_reps": ["all ten", "Not counted", "9", "8"],
    }
    rows, defects = read(columns, cells, Mapping(values=labels))

    assert defects == []
    assert rows["safety.screen"].to_list() == [None, "all_no", None, None]
    assert rows["wall.clean_reps"].to_list() == [10, None, None, 8]


def test_words_for_a_blank_hold_in_every_column_with_answers(columns: Columns) -> None:
    """Not in a name or an identifier; an answer keeps its meaning."""
    cells: dict[str, list[str | None]] = {
        "patient.id": ["999", "P2", "P3"],
        "clinician": ["unknown", "unknown", "unknown"],
        "date": ["N/A", "2026-11-20", "unknown"],
        "safety.screen": ["-", "unknown", "all_no"],
        "stick.sacrum": ["n/a", "lost", "-"],
        "wall.hips": ["unknown", "seen: down", "back"],
        "wall.clean_reps": ["999", "999.0", "10"],
        "symptom.low_back_pain": ["Unknown ", "yes", "?"],
    }
    mapping = Mapping(
        values={"wall.hips": {"seen: down": "down"}},
        blank=frozenset({"N/A", "unknown", "-", "999"}),
    )
    rows, defects = read(columns, cells, mapping)

    assert defects == []
    assert rows["patient.id"].to_list() == ["999", "P2", "P3"]
    assert rows["clinician"].to_list() == ["unknown"] * 3
    assert rows["date"].to_list() == [None, "2026-11-20", None]
    assert rows["safety.screen"].to_list() == [None, None, "all_no"]
    assert rows["stick.sacrum"].to_list() == [None, "lost", None]
    assert rows["wall.hips"].to_list() == [None, "down", "back"]
    assert rows["wall.clean_reps"].to_list() == [None, None, 10]
    assert rows["symptom.low_back_pain"].to_list() == [None, "yes", None]


@pytest.mark.parametrize("between", ["_", "/", " ", ".", " - "])
def test_headings_that_are_identifiers_spelled_otherwise(
    knowledge: KnowledgeBase, between: str
) -> None:
    names = ["patient.id", "stick.sacrum_when", "safety.screen", "form"]
    headings = [name.replace(".", between).title() for name in names]
    found = layout(knowledge, headings, Mapping())

    assert found.columns == dict(zip(names, headings, strict=True))
    assert (found.unknown, found.problems) == ((), ())
    assert len(found.notes) == (0 if between == "." else 1)


def test_no_two_identifiers_are_spelled_alike(knowledge: KnowledgeBase) -> None:
    names = [*identifiers(knowledge), *knowledge.retired]
    assert len({spelled(name) for name in names}) == len(names)


def test_two_headings_for_one_identifier_are_both_named(knowledge: KnowledgeBase) -> None:
    headings = ["patient.id", "stick_sacrum", "stick/sacrum"]
    (problem,) = layout(knowledge, headings, Mapping()).problems

    assert problem.message == (
        "two columns are stick.sacrum: 'stick_sacrum' and 'stick/sacrum'; set one of them to "
        "ignore in a map"
    )
    ignored = Mapping(ignored=frozenset({"stick_sacrum"}))
    assert layout(knowledge, headings, ignored).problems == ()


def test_a_heading_that_stands_twice_is_a_problem_only_where_it_is_read(
    knowledge: KnowledgeBase,
) -> None:
    """The second one bears a number; a map may name it, or leave it out."""
    headings = ["patient.id", "Comment", "Comment (2)", "wall.knees", "wall.knees (2)"]
    (problem,) = layout(knowledge, headings, Mapping()).problems
    assert problem.message.startswith(
        "two columns are wall.knees: 'wall.knees' and 'wall.knees (2)'"
    )

    named = layout(knowledge, headings, Mapping(columns={"wall.knees (2)": "stick.knees"}))
    assert named.problems == ()
    assert named.columns["stick.knees"] == "wall.knees (2)"
    assert [heading for heading, _ in named.unknown] == ["Comment", "Comment (2)"]


def test_a_table_without_patients_says_which_column_may_be_theirs(
    knowledge: KnowledgeBase,
) -> None:
    (problem,) = layout(knowledge, ["Record ID", "wall.hips"], Mapping()).problems
    assert problem.message == (
        "no column is patient.id; is it 'Record ID'? --draft-map writes a map to correct, and "
        "--map reads it"
    )


@pytest.mark.parametrize(
    "name", ["safety_tearing_or_pulsating_pain", "Safety/Tearing or pulsating pain"]
)
def test_a_retired_identifier_is_known_in_other_spellings(
    knowledge: KnowledgeBase, name: str
) -> None:
    (problem,) = layout(knowledge, ["patient.id", name], Mapping()).problems
    assert problem.code == "retired_identifier"


def test_a_flag_that_was_not_asked_contradicts_all_no(columns: Columns) -> None:
    cells: dict[str, list[str | None]] = {
        "safety.screen": ["all_no", "all_no", None],
        "safety.weight_loss": ["?", None, "n/a"],
    }
    rows, (defect,) = read(columns, cells)

    assert rows["row"].to_list() == [2, 3]
    assert (defect.row, defect.column, defect.value, defect.code) == (
        1,
        "safety.weight_loss",
        "?",
        "not_asked",
    )


def test_blanks_around_an_id_do_not_count(columns: Columns) -> None:
    rows, _ = read(columns, {"patient.id": [" P1 ", "P2"]})

    assert rows["patient.id"].to_list() == ["P1", "P2"]


def test_dates_as_they_are_written_everywhere_beside_a_format(columns: Columns) -> None:
    def dates(form: str) -> list[str | None]:
        return read(columns, {"date": ["2026-11-12", "12/11/2026"]}, Mapping(date_formats=(form,)))[
            0
        ]["date"].to_list()

    assert dates("%d/%m/%Y") == ["2026-11-12", "2026-11-12"]
    assert dates("%Y-%d-%m") == ["2026-12-11"]


def test_dates_are_read_in_several_ways(columns: Columns) -> None:
    """A spreadsheet leaves midnight out; a zone moves no date."""
    formats = ("%d/%m/%Y %H:%M:%S", "%d.%m.%y", "%Y/%m/%dT%H:%M%z")
    cells: list[str | None] = [
        "20/11/2026 09:00:00",
        "20/11/2026",
        "20.11.26",
        "2026/11/20T23:00-08:00",
        "2026-11-20",
        "2026-11-20 09:00:00",
        "11/20/2026",
    ]
    rows, (defect,) = read(columns, {"date": cells}, Mapping(date_formats=formats))

    assert rows["date"].to_list() == ["2026-11-20"] * 6
    assert defect.allowed == "%d/%m/%Y %H:%M:%S, %d.%m.%y, %Y/%m/%dT%H:%M%z"


def test_spellings_of_a_flag_are_those_of_the_rules(knowledge: KnowledgeBase) -> None:
    flag = FlagSpellings(yes=("Ja",), no=("nein",))
    words = TableFile(flag=flag, not_answered=("weiss nicht",), denial="nicht|kein")
    cells: list[str | None] = ["ja", "NEIN", "Weiss nicht", "yes", "y"]

    rows, defects = read(
        Columns(replace(knowledge, tables=words)), {"symptom.low_back_pain": cells}
    )

    assert rows["symptom.low_back_pain"].to_list() == ["yes", "no", None, "yes"]
    assert [(defect.row, defect.code) for defect in defects] == [(5, "unknown_choice")]


def test_a_table_of_rubbish_tells_few_defects_of_each_row_in_the_end(columns: Columns) -> None:
    at_once = MANY // MOST_OF_A_ROW
    rubbish: list[str | None] = ["rubbish"] * (at_once + 50)
    accepted, defects = read(columns, dict.fromkeys(columns.knowledge.observables, rubbish))
    told = Counter(defect.row for defect in defects)
    assert accepted.is_empty()
    assert [told[row] for row in (1, at_once + 50)] == [MOST_OF_A_ROW + 1, FEW_OF_A_ROW + 1]
    assert len(told) == len(rubbish), "every row is told of"
    assert len(defects) < MANY + MOST_OF_A_ROW + 1 + len(rubbish) * (FEW_OF_A_ROW + 1)
    assert defects[-1].code == "many_defects"
