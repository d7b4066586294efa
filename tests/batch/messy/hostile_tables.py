"""Tables that somebody made to do harm, or that are rubbish: told in few lines, and the rest is
judged.
"""

from pathlib import Path

from messy import Arguments, as_csv, as_json_lines, outcome, written

HEAD = ["patient.id", "safety.screen"]
P2 = {"patient.id": "P2", "safety": {"screen": "all_no"}}


@outcome(
    judged=["P1"],
    says=["column 'col19' is not known", "n.csv: 480 more columns are not known"],
    quiet=["'col20'"],
)
def hundreds_of_unknown_columns(folder: Path) -> Arguments:
    more = [f"col{number}" for number in range(500)]
    return [written(folder / "n.csv", as_csv([[*HEAD, *more], ["P1", "all_no", *more]]))]


@outcome(judged=["P2"], rejected={"P1": [*["nul_byte"] * 100, "many_defects"]})
def a_row_of_rubbish(folder: Path) -> Arguments:
    more = [f"col{number}" for number in range(120)]
    rows = [[*HEAD, *more], ["P1", "all_no", *["\0"] * 120], ["P2", "all_no", *[""] * 120]]
    return [written(folder / "t.csv", as_csv(rows))]


@outcome(judged=["P2"], rejected={"P1": ["many_keys"]})
def a_form_of_thousands_of_keys(folder: Path) -> Arguments:
    keys = {f"key{number}": number for number in range(3_000)}
    return [written(folder / "t.jsonl", as_json_lines([{"patient.id": "P1", **keys}, P2]))]


@outcome(judged=["P1", "P2"])
def no_column_of_answers(folder: Path) -> Arguments:
    return [written(folder / "t.csv", "patient.id\nP1\nP2\n")]


@outcome(rejected={"": ["missing_id"] * 3})
def no_column_of_answers_and_no_name(folder: Path) -> Arguments:
    return [written(folder / "t.csv", as_csv([["patient.id", "a"], *[["", "x"]] * 3]))]
