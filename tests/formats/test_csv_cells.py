"""What is written as CSV is read back by every reader, and is no formula to a spreadsheet."""

import csv
from pathlib import Path

import duckdb
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hingeexpert.batch.floors import no_floors
from hingeexpert.batch.results import REJECTS, reject_lines
from hingeexpert.batch.written_cells import add_lines
from hingeexpert.formats.csv_cells import FORMULA, csv_line, harmless_line
from hingeexpert.formats.tables.defects import (
    MOST_OF_A_ROW,
    MOST_RAW,
    MOST_RAW_AGAIN,
    Flaw,
    RejectedRow,
)

SIGNS = "ab=+-@\t\r\n\"',; \0é\x85\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH COMMERCIAL AT}"
CELLS = st.text(SIGNS, max_size=5)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5)


def read_by_all(path: Path) -> list[list[str]]:
    """Return the rows of a file, which three readers see alike."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    options = "all_varchar=true, header=true, delim=',', quote='\"', escape='\"'"
    others = [
        pl.read_csv(path, infer_schema=False).rows(),
        duckdb.sql(f"from read_csv('{path}', {options})").fetchall(),
    ]
    for other in others:
        assert [[cell or "" for cell in row] for row in other] == rows[1:]
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    return rows


@given(rows=ROWS)
def test_every_reader_reads_the_lines_back(tmp_path_factory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("lines") / "t.csv"
    lines = [harmless_line(["end", *row]) for row in [["a", "b", "c"], *rows]]
    path.write_text("".join(lines), encoding="utf-8", newline="")
    read = [[cell.removeprefix("'") for cell in row[1:]] for row in read_by_all(path)]
    assert read[1:] == [[cell.removeprefix("'") for cell in row] for row in rows]


@given(rows=ROWS)
def test_a_frame_is_written_as_its_lines_are(tmp_path_factory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("frame") / "t.csv"
    filled = [["end", *row] for row in rows]
    with path.open("wb") as file:
        file.write(b"end,a,b,c\n")
        add_lines(pl.DataFrame(filled, schema=["end", "a", "b", "c"], orient="row"), file)
    lines = list(csv.reader(harmless_line(row) for row in filled))
    assert read_by_all(path)[1:] == [[f"{cell}" for cell in line] for line in lines]


def test_a_bare_carriage_return_splits_no_row(tmp_path: Path) -> None:
    row = RejectedRow("t.csv", 2, 1, "P1", "P1,x\r=1+1")
    path = tmp_path / "rejects.csv"
    lines = reject_lines(list(row.defects([Flaw("a", "x\r=1+1", "bad_text", "no")])), no_floors())
    path.write_text(csv_line(REJECTS, "\n") + lines, encoding="utf-8", newline="")
    assert len(read_by_all(path)) == 2
    assert '"x\r=1+1"' in lines


def test_a_row_of_rubbish_stays_small_in_the_rejects() -> None:
    row = RejectedRow("t.csv", 2, 1, "P" * 9_000, "x" * 1_000_000)
    flaws = (Flaw("h" * 9_000, "v" * 9_000, "nul_byte", "no") for _ in range(10_000))
    defects = list(row.defects(flaws))
    assert len(defects) == MOST_OF_A_ROW + 1
    assert [len(defect.raw) for defect in defects[:2]] == [MOST_RAW + 1, MOST_RAW_AGAIN + 1]
    assert defects[-1].code == "many_defects"
    assert "9900 more" in defects[-1].message
    assert len(reject_lines(defects, no_floors())) < 400_000
