"""Tables whose cells are not written as a form writes them, with and without a map."""

from pathlib import Path

from messy import Arguments, as_csv, as_json_lines, outcome, written

HEAD = ["patient.id", "date", "clinician", "safety.screen", "stick.sacrum", "wall.distance_feet"]
P1 = ["P1", "2026-11-20", "Ann", "all_no", "kept", "1"]


def mapped(folder: Path, mapping: str, *rows: list[str], head: list[str] = HEAD) -> Arguments:
    """Write a table, and the map that goes with it."""
    table = written(folder / "t.csv", as_csv([head, *rows]))
    return [table, "--map", written(folder / "map.yaml", mapping)]


@outcome(judged=["P1", "P2"], quiet=["note:"])
def line_breaks_in_names(folder: Path) -> Arguments:
    rows = [HEAD, P1, ["P2\n", "2026-11-21", "Ann\nB.\tExample", "all_no", "lost", "1"]]
    return [written(folder / "t.csv", as_csv(rows))]


@outcome(
    judged=["P1", "P2", "P3", "P4"],
    cells={"date": ["2026-11-20", "2026-11-20", "2026-11-21", "2026-11-22"]},
)
def dates_with_time_and_zone(folder: Path) -> Arguments:
    rows = [
        ["P1", "2026-11-20T09:30:00.000Z"],
        ["P2", "2026-11-20T23:59:59-08:00"],
        ["P3", "2026-11-21 07:05"],
        ["P4", "2026-11-22"],
    ]
    return [written(folder / "t.csv", as_csv([HEAD[:2], *rows]))]


@outcome(
    judged=["P1", "P2", "P3"], cells={"date": ["2026-11-20", "2026-11-21", "2026-11-22"]}, says=[]
)
def dates_in_several_ways(folder: Path) -> Arguments:
    rows = [["P1", "20/11/2026"], ["P2", "46347"], ["P3", "2026-11-22 00:00:00"]]
    mapping = 'date_format: ["%d/%m/%Y", excel]\n'
    return mapped(folder, mapping, *rows, head=HEAD[:2])


@outcome(rejected={"P1": ["bad_date"]})
def numbers_of_days(folder: Path) -> Arguments:
    return [written(folder / "t.csv", as_csv([HEAD[:2], ["P1", "46346"]]))]


@outcome(judged=["P1"], rejected={"P2": ["wrong_type"]})
def decimal_comma_is_not_guessed(folder: Path) -> Arguments:
    rows = [HEAD, P1, ["P2", "", "", "", "", "0,75"]]
    return [written(folder / "t.csv", as_csv(rows))]


@outcome(judged=["P1", "P2"])
def decimal_comma_of_a_map(folder: Path) -> Arguments:
    return mapped(folder, "decimal: comma\n", P1, ["P2", "", "", "", "", "0,75"])


@outcome(judged=["P1", "P2", "P3"])
def words_for_a_blank(folder: Path) -> Arguments:
    blank = ["P2", "N/A", "unknown", "-", "Unknown", "999"]
    mapping = "blank: ['N/A', unknown, '-', 999]\n"
    return mapped(folder, mapping, P1, blank, ["P3", "", "", "N/A", "lost", "n/a"])


@outcome(judged=["P1", "P2"])
def a_shorthand_that_is_blank(folder: Path) -> Arguments:
    mapping = "values: {safety.screen: {'No': blank, 'None of these': all_no}}\n"
    none = ["P1", "2026-11-20", "Ann", "None of these", "kept", "1"]
    return mapped(folder, mapping, none, ["P2", "2026-11-21", "Ann", "No", "kept", "1"])


@outcome(judged=["P1"], says=["'patient_id' as patient.id and 1 more"])
def underscores(folder: Path) -> Arguments:
    return [written(folder / "t.csv", as_csv([["patient_id", "stick_sacrum"], ["P1", "lost"]]))]


@outcome(judged=["P1"], says=["'Patient/ID' as patient.id and 1 more"])
def slashes(folder: Path) -> Arguments:
    return [written(folder / "t.csv", as_csv([["Patient/ID", "Stick/Sacrum"], ["P1", "lost"]]))]


@outcome(rejected={"": ["repeated_heading"]})
def one_identifier_in_two_spellings(folder: Path) -> Arguments:
    head = ["patient.id", "stick_sacrum", "stick/sacrum"]
    return [written(folder / "t.csv", as_csv([head, ["P1", "lost", "kept"]]))]


@outcome(rejected={"": ["retired_identifier"]})
def a_retired_column_with_underscores(folder: Path) -> Arguments:
    head = ["patient_id", "safety_tearing_or_pulsating_pain"]
    return [written(folder / "t.csv", as_csv([head, ["P1", ""]]))]


@outcome(rejected={"P1": ["retired_identifier"]})
def a_retired_name_in_json_lines(folder: Path) -> Arguments:
    form = {"patient.id": "P1", "safety_tearing_or_pulsating_pain": "no"}
    return [written(folder / "t.jsonl", as_json_lines([form]))]


@outcome(judged=["P1"], says=["'safety.tearing_or_pulsating_pain' is retired"])
def a_retired_name_that_is_blank(folder: Path) -> Arguments:
    form = {"patient.id": "P1", "safety.tearing_or_pulsating_pain": None}
    return [written(folder / "t.jsonl", as_json_lines([form]))]
