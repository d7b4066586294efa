"""Reading tables: every kind of file, sound rows whole, every structural defect with its line and
row.
"""

import codecs
import csv
import datetime
import io
import itertools
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from counts import examples
from folders import ROOT
from hypothesis import given
from hypothesis import strategies as st

from hingeexpert.formats.files import form_files
from hingeexpert.formats.tables.defects import CODES, SHOWN, Defect
from hingeexpert.formats.tables.encodings import WESTERN
from hingeexpert.formats.tables.opening import open_table
from hingeexpert.formats.tables.parquet import ParquetTable
from hingeexpert.formats.tables.quoted_lines import MOST_RECORD
from hingeexpert.formats.tables.screening import MOST_CELL
from hingeexpert.formats.tables.single_forms import JsonLinesTable
from hingeexpert.formats.tables.table import Table, without_blanks

BLOCKS = (1 << 24, 64, 7, 1)
Row = tuple[Any, ...]


class Read:
    """Everything that a table gives."""

    def __init__(self, table: Table, rows: int = 100_000) -> None:
        self.table = table
        chunks = list(table.chunks(rows))
        self.sizes = [chunk.cells.height for chunk, _ in chunks]
        self.cells: list[Row] = [row for chunk, _ in chunks for row in chunk.cells.rows()]
        self.named: list[dict[str, Any]] = [
            row for chunk, _ in chunks for row in chunk.cells.rows(named=True)
        ]
        self.lines = [line for chunk, _ in chunks for line in chunk.lines]
        self.rows = [row for chunk, _ in chunks for row in chunk.rows]
        self.raw = [raw for chunk, _ in chunks for raw in chunk.raw(range(chunk.cells.height))]
        self.files = [file for chunk, _ in chunks for file in chunk.files or ()]
        self.defects: list[Defect] = [
            *table.header_defects,
            *(defect for _, defects in chunks for defect in defects),
        ]

    @property
    def found(self) -> list[tuple[int | None, int | None, str, str]]:
        return [(defect.line, defect.row, defect.column, defect.code) for defect in self.defects]


def read(
    folder: Path,
    text: str | bytes,
    name: str = "t.csv",
    block: int = BLOCKS[0],
    rows: int = 100_000,
) -> Read:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Read(open_table(path, block=block), rows)


@pytest.fixture(params=BLOCKS)
def block(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def test_a_blank_cell_is_null_however_it_is_written(tmp_path: Path, block: int) -> None:
    got = read(tmp_path, 'patient.id,b,c\n1,,""\n2, ,"  "\n3,\t,\u00a0\n4, x,y \n', block=block)
    assert got.cells == [("1", None, None), ("2", None, None), ("3", None, None), ("4", " x", "y ")]


def test_line_and_row_are_right_behind_quoted_line_breaks(tmp_path: Path, block: int) -> None:
    got = read(tmp_path, 'patient.id,b\n1,"x\n\ny"\n\n\n2,z\n3\n"4","a""b"\n', block=block)
    assert got.cells == [("1", "x\n\ny"), ("2", "z"), ("4", 'a"b')]
    assert (got.lines, got.rows) == ([2, 7, 9], [1, 2, 4])
    assert got.raw == ['1,"x\n\ny"', "2,z", '"4","a""b"']
    assert got.found == [(8, 3, "b", "short_row")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_break_ends_a_row(tmp_path: Path, end: str, block: int) -> None:
    text = end.join(["patient.id,b", "1,x", "", '2,"a' + end + 'b"', "3", "4,y", ""])
    got = read(tmp_path, text, block=block)
    assert got.cells == [("1", "x"), ("2", f"a{end}b"), ("4", "y")]
    assert (got.lines, got.rows) == ([2, 4, 7], [1, 2, 4])
    assert got.found == [(6, 3, "b", "short_row")]


def test_rows_of_blanks_only_are_skipped_and_have_no_number(tmp_path: Path, block: int) -> None:
    got = read(tmp_path, 'patient.id,b\n1,x\n,\n   \n" ",""\n2,y\n', block=block)
    assert (got.cells, got.lines, got.rows, got.found) == (
        [("1", "x"), ("2", "y")],
        [2, 6],
        [1, 2],
        [],
    )


def test_the_last_row_needs_no_line_break(tmp_path: Path, block: int) -> None:
    got = read(tmp_path, "patient.id,b\n1,x\n2,y", block=block)
    assert (got.cells, got.found) == ([("1", "x"), ("2", "y")], [])


@pytest.mark.parametrize(
    ("row", "column", "code", "value"),
    [
        (b"2,x", "c", "short_row", ""),
        (b"2,x,y,z", "", "extra_cell", "z"),
        (b"2,5'11\" tall,y", "b", "stray_quote", "5'11\" tall"),
        (b'2,"x"y,y', "b", "stray_quote", '"x"y'),
        (b'2,"x,y', "b", "unclosed_quote", '"x'),
        (b"2,a\0b,y", "b", "nul_byte", "a\0b"),
        (b"2,Jos\xe9,y", "b", "bad_encoding", "Jos\\xe9"),
        (b"2,x," + b"y" * (MOST_CELL + 1), "c", "long_cell", "y" * SHOWN + "…"),
        (b"patient.id,b,c", "", "repeated_header", ""),
    ],
)
def test_a_defect_costs_its_own_row_only(
    tmp_path: Path, row: bytes, column: str, code: str, value: str, block: int
) -> None:
    text = b"patient.id,b,c\n1,\xc3\xa9,x\n" + row + b'\n3,"a ""b""",z\n4,"c\nd",z\n5,,z\n'
    got = read(tmp_path, text, block=block)
    assert got.cells == [("1", "é", "x"), ("3", 'a "b"', "z"), ("4", "c\nd", "z"), ("5", None, "z")]
    assert (got.lines, got.rows) == ([2, 4, 5, 7], [1, 3, 4, 5])
    (defect,) = got.defects
    assert (defect.file, defect.line, defect.row, defect.column, defect.code, defect.value) == (
        "t.csv",
        3,
        2,
        column,
        code,
        value,
    )
    assert defect.raw.encode() == row.replace(b"\xe9", b"\\xe9")
    assert defect.patient == ("patient.id" if code == "repeated_header" else "2")


def test_a_row_has_all_its_defects(tmp_path: Path) -> None:
    got = read(tmp_path, b"patient.id,b,c\n1,\xc3\xa9,\n2,\xff\0,\0,x\n")
    codes = ["extra_cell", "nul_byte", "bad_encoding", "nul_byte"]
    assert [defect.code for defect in got.defects] == codes


def test_the_value_and_the_patient_never_stand_in_the_message(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        'patient.id,b,c\nP-secret,secret\nP-secret,secret,secret,secret\nP-secret,se"cret,x\nP-secret,"secret,x\n',
    )
    assert len(got.defects) == 4
    assert not any("secret" in defect.message for defect in got.defects)


def test_a_row_that_breaks_off_at_the_end_is_told_from_a_short_one(
    tmp_path: Path, block: int
) -> None:
    assert read(tmp_path, "patient.id,b,c\n1,x,y\n2,x", block=block).found == [
        (3, 2, "c", "truncated")
    ]
    assert read(tmp_path, 'patient.id,b,c\n1,x,y\n2,"x', block=block).found == [
        (3, 2, "b", "unclosed_quote")
    ]


def test_a_mark_that_is_never_closed_does_not_swallow_the_rows_behind_it(
    tmp_path: Path, block: int
) -> None:
    got = read(tmp_path, 'patient.id,b\n1,"x\n2,y\n3,"z w"\n4,""\n5,"u\n6,","\n', block=block)
    assert [row[0] for row in got.cells] == ["2", "3", "4", "6"]
    assert got.found == [(2, 1, "b", "unclosed_quote"), (6, 5, "b", "unclosed_quote")]


def test_a_stray_mark_in_a_row_of_several_lines_keeps_the_numbers_right(
    tmp_path: Path, block: int
) -> None:
    got = read(tmp_path, 'patient.id,b,c\n1,"x\ny",5\'11" tall\n2,y,z\n', block=block)
    assert (got.cells, got.lines, got.rows) == ([("2", "y", "z")], [4], [2])
    assert got.found == [(2, 1, "c", "stray_quote")]


def test_a_quoted_cell_may_not_reach_beyond_its_bound(tmp_path: Path) -> None:
    rows = "".join(f"{place},yy\n" for place in range(2, 2 + MOST_RECORD // 5))
    got = read(tmp_path, 'patient.id,b\n1,"x\n' + rows, block=100_000)
    assert got.found == [(2, 1, "b", "unclosed_quote")]
    assert got.cells[0] == ("2", "yy")
    assert len(got.cells) == MOST_RECORD // 5


@pytest.mark.parametrize("kind", ["wide", "few columns"])
def test_a_long_row_is_no_long_cell(tmp_path: Path, kind: str) -> None:
    count = 4000 if kind == "wide" else 2
    cells = ["x" * (MOST_CELL if count == 2 else 5)] * count
    head = ",".join(f"c{place}" for place in range(count))
    got = read(tmp_path, f"{head}\n{','.join(cells)}\n")
    assert (len(got.cells), got.found) == (1, [])


def test_a_heading_that_stands_again_has_a_number(tmp_path: Path) -> None:
    got = read(tmp_path, "patient.id,b, b ,b (2),b,\n1,2,3,4,5,\n")
    assert got.table.columns == ["patient.id", "b", "b (3)", "b (2)", "b (4)"]
    assert (got.cells, got.found) == ([("1", "2", "3", "4", "5")], [])


def test_headings_lose_spaces_and_marks(tmp_path: Path) -> None:
    assert read(tmp_path, '\ufeff patient.id ," b"\n1,2\n').table.columns == ["patient.id", "b"]


def test_a_column_without_a_heading_may_be_empty_only(tmp_path: Path, block: int) -> None:
    got = read(tmp_path, "patient.id,,b,\n1,,x,\n2,lost,y,\n", block=block)
    assert got.table.columns == ["patient.id", "b"]
    assert got.cells == [("1", "x")]
    assert got.found == [(3, 2, "", "blank_heading")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("\n\n", "empty_file"),
        (",,\n", "empty_file"),
        ("patient.id,b\n", "no_rows"),
    ],
)
@pytest.mark.parametrize("name", ["t.csv"])
def test_a_file_without_rows_says_so(tmp_path: Path, text: str, code: str, name: str) -> None:
    assert [defect.code for defect in read(tmp_path, text, name).defects] == [code]


def test_blank_rows_alone_are_no_rows(tmp_path: Path) -> None:
    assert [defect.code for defect in read(tmp_path, "patient.id,b\n,\n \n").defects] == ["no_rows"]


def test_an_unclosed_heading_refuses_the_table(tmp_path: Path) -> None:
    assert [
        defect.code for defect in read(tmp_path, 'patient.id,"b\n1,2\n').table.header_defects
    ] == ["unclosed_quote"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [
        ["patient.id", "wall.distance_feet", "note"],
        ["1", "1.5", '"a, b; c | d"'],
        ["2", "2.5", "x"],
    ]
    got = read(tmp_path, "\n".join(delimiter.join(line) for line in lines))
    assert got.table.delimiter == delimiter
    assert got.table.decimal_comma == (delimiter == ";")
    assert got.cells == [("1", "1.5", "a, b; c | d"), ("2", "2.5", "x")]


def test_commas_in_questions_and_numbers_do_not_hide_a_semicolon(tmp_path: Path) -> None:
    got = read(
        tmp_path, "patient.id;Pain now, from 0 to 10, seated;wall.distance_feet\n1;3;1,5\n2;4;2,5\n"
    )
    assert got.table.delimiter == ";"
    assert got.cells == [("1", "3", "1,5"), ("2", "4", "2,5")]


def test_the_hint_of_a_spreadsheet_is_no_row(tmp_path: Path, block: int) -> None:
    got = read(tmp_path, "sep=|\r\npatient.id|b,c\r\n1|x,y\r\n", block=block)
    assert (got.table.columns, got.cells, got.lines, got.rows) == (
        ["patient.id", "b,c"],
        [("1", "x,y")],
        [3],
        [1],
    )


def test_one_column_is_a_table(tmp_path: Path, block: int) -> None:
    got = read(tmp_path, 'patient.id\n1\n\n""\n2\n', block=block)
    assert (got.cells, got.lines, got.rows) == ([("1",), ("2",)], [2, 5], [1, 2])


@pytest.mark.parametrize(
    ("codec", "mark", "name"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16-le"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("cp1252", b"", WESTERN),
        ("latin-1", b"", WESTERN),
    ],
)
def test_encodings(tmp_path: Path, codec: str, mark: bytes, name: str, block: int) -> None:
    text = 'patient.id,Größe\n1,José\n2,"Ærø\nÅse"\n'
    got = read(tmp_path, mark + text.encode(codec), block=block)
    assert got.table.encoding == name
    assert got.table.columns == ["patient.id", "Größe"]
    assert got.cells == [("1", "José"), ("2", "Ærø\nÅse")]
    assert got.raw[0] == "1,José"
    assert bool(got.table.notes) == (name == WESTERN)


def test_one_damaged_byte_does_not_make_a_file_western(tmp_path: Path) -> None:
    for damaged in (b"\xff\xfe", b"\xc3(", b"\x81", b"Jos\xc3"):
        got = read(tmp_path, b"patient.id,b\n1,x\n2," + damaged + b"\n3,y\n")
        assert got.found == [(3, 2, "b", "bad_encoding")]
    got = read(tmp_path, "patient.id,b\n1,José\n".encode() + b"2,Jos\xe9\n")
    assert got.found == [(3, 2, "b", "bad_encoding")]


def test_half_a_character_of_utf_16_costs_its_row_only(tmp_path: Path, block: int) -> None:
    text = "patient.id,b\n1,x\n2,".encode("utf-16-le") + b"\x00\xd8" + "\n3,y\n".encode("utf-16-le")
    got = read(tmp_path, codecs.BOM_UTF16_LE + text, block=block)
    assert (got.cells, got.found) == ([("1", "x"), ("3", "y")], [(3, 2, "b", "bad_encoding")])


def test_a_chunk_has_at_most_so_many_rows(tmp_path: Path) -> None:
    text = "patient.id,b\n" + "".join(f"{place},x\n" for place in range(25))
    got = read(tmp_path, text, rows=10)
    assert got.sizes == [10, 10, 5]
    assert (got.rows, got.lines) == (list(range(1, 26)), list(range(2, 27)))
    assert got.raw == [f"{place},x" for place in range(25)]


def test_two_marks_that_were_never_closed_swallow_nobody(tmp_path: Path) -> None:
    """Although the cells between them make a row: whole rows stand there."""
    got = read(tmp_path, 'patient.id,b,c\n1,"x,no\n2,y,yes\n3,z",no\n4,w,no\n')

    assert got.cells == [("2", "y", "yes"), ("4", "w", "no")]
    assert [defect.code for defect in got.defects] == ["unclosed_quote", "stray_quote"]
    assert read(tmp_path, 'patient.id,b,c\n1,"x\ny, z",no\n').cells == [("1", "x\ny, z", "no")]


def test_a_table_can_be_read_twice(tmp_path: Path) -> None:
    table = read(tmp_path, "patient.id,b\n1,x\n2\n").table
    assert Read(table).found == Read(table).found
    assert Read(table).cells == [("1", "x")]


plain = st.text(st.sampled_from("ab,;\t |'\"\n\r #é\u2028€"), max_size=6)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(plain, min_size=width, max_size=width), min_size=1, max_size=8)
)


def holds_lines_like_rows(row: list[str]) -> bool:
    """Return whether two lines of a row have as many commas as a row: then whole rows may stand
    between two marks that were never closed, and it is not believed.
    """
    lines = re.split("[\r\n]+", ",".join(row))
    return len(row) > 2 and sum(line.count(",") == len(row) - 1 for line in lines) > 1


@examples(quick=60, thorough=300)
@given(
    rows=tables,
    end=st.sampled_from(["\n", "\r\n"]),
    size=st.sampled_from(BLOCKS),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_a_well_formed_table_is_read_as_pythons_csv_module_reads_it(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    end: str,
    size: int,
    quoting: Any,
) -> None:
    if (
        quoting == csv.QUOTE_MINIMAL and end == "\n"
    ):  # Python 3.11 leaves a carriage return unquoted here
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    width = len(rows[0])
    rows = [row for row in rows if not holds_lines_like_rows(row)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end, quoting=quoting)
    writer.writerow([f"c{place}" for place in range(width)])
    writer.writerows(rows)
    got = read(tmp_path_factory.mktemp("t"), text.getvalue(), block=size)
    expected = [
        row
        for row in csv.reader(io.StringIO(text.getvalue(), newline=""))
        if any(cell.strip(" \t\r\n") for cell in row)
    ][1:]
    assert got.cells == [
        tuple(cell if cell.strip(" \t\r\n") else None for cell in row) for row in expected
    ]
    assert [defect.code for defect in got.defects] == ([] if expected else ["no_rows"])
    assert got.rows == list(range(1, len(expected) + 1))
    again = [next(csv.reader(io.StringIO(raw, newline=""))) for raw in got.raw]
    assert again == expected


broken = st.binary(max_size=60) | st.text(st.sampled_from('a1,"\n\r \0'), max_size=60).map(
    str.encode
)


@examples(quick=60, thorough=300)
@given(body=broken)
def test_no_bytes_break_the_reader_and_the_block_size_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    folder = tmp_path_factory.mktemp("t")
    reads = [read(folder, b"patient.id,b\n" + body, block=size) for size in BLOCKS]
    for got in reads[1:]:
        assert (got.cells, got.lines, got.rows, got.raw) == (
            reads[0].cells,
            reads[0].lines,
            reads[0].rows,
            reads[0].raw,
        )
        assert got.defects == reads[0].defects
    rejected = {defect.row for defect in reads[0].defects if defect.row}
    assert sorted([*reads[0].rows, *rejected]) == list(
        range(1, len(reads[0].rows) + len(rejected) + 1)
    )


def test_bad_rows_among_many_are_all_found(tmp_path: Path) -> None:
    bad = ["{},x", "{},x,y,z", '{},x"y,z', '{},"x,z', "{},\0,z"]
    lines = [
        bad[place // 20 % 5].format(place) if place % 20 == 0 else f"{place},x,y"
        for place in range(1, 5001)
    ]
    got = read(tmp_path, "patient.id,b,c\n" + "\n".join(lines) + "\n", block=5000)
    assert [defect.row for defect in got.defects] == list(range(20, 5001, 20))
    assert (
        [int(row[0]) for row in got.cells]
        == got.rows
        == [place for place in range(1, 5001) if place % 20]
    )


def workbook(
    path: Path, rows: list[list[Any]], formulas: dict[tuple[int, int], str] | None = None
) -> Path:
    book = xlsxwriter.Workbook(path)
    dates, moments = (
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    sheet = book.add_worksheet("forms")
    for (row, cells), column in itertools.product(enumerate(rows), range(max(map(len, rows)))):
        value = cells[column] if column < len(cells) else None
        if isinstance(value, datetime.date):
            sheet.write_datetime(
                row, column, value, moments if isinstance(value, datetime.datetime) else dates
            )
        elif value is not None:
            sheet.write(row, column, value)
    for (row, column), result in (formulas or {}).items():
        sheet.write_formula(row, column, "=1/0", None, result)
    book.add_worksheet("second").write(0, 0, "not read")
    book.close()
    return path


def test_a_workbook_becomes_text(tmp_path: Path) -> None:
    day = datetime.date(2026, 11, 20)
    rows = [
        [],
        [" patient.id", "date", "x", "y"],
        ["P1", day, 3.0, True],
        [],
        [7, datetime.datetime(2026, 1, 2, 3, 4), 2.5, " "],
        ["P3", "3.0", 12345, False],
    ]
    got = Read(open_table(workbook(tmp_path / "t.xlsx", rows)))
    assert got.table.columns == ["patient.id", "date", "x", "y"]
    assert got.cells == [
        ("P1", "2026-11-20 00:00:00", "3", "true"),
        ("7", "2026-01-02 03:04:00", "2.5", None),
        ("P3", "3.0", "12345", "false"),
    ]
    assert (got.lines, got.rows, got.found) == ([3, 5, 6], [1, 2, 3], [])
    assert got.raw[0] == "P1,2026-11-20 00:00:00,3,true"
    assert "2 sheets" in got.table.notes[0]


def test_days_without_a_time_are_days(tmp_path: Path) -> None:
    rows = [["patient.id", "date"], ["P1", datetime.date(2026, 11, 20)], ["P2", "20/11"]]
    got = Read(open_table(workbook(tmp_path / "t.xlsx", rows)))
    assert got.cells == [("P1", "2026-11-20"), ("P2", "20/11")]


def test_defects_of_a_workbook(tmp_path: Path) -> None:
    rows = [
        ["patient.id", "b"],
        ["P1", "x", "beyond"],
        ["P2"],
        ["P3", "y" * (MOST_CELL + 1)],
        ["P4", "z"],
    ]
    got = Read(open_table(workbook(tmp_path / "t.xlsx", rows, {(2, 1): "#DIV/0!"})))
    assert (got.cells, got.lines, got.rows) == ([("P4", "z")], [5], [4])
    assert got.found == [
        (2, 1, "", "blank_heading"),
        (3, 2, "b", "error_value"),
        (4, 3, "b", "long_cell"),
    ]
    assert [defect.patient for defect in got.defects] == ["P1", "P2", "P3"]


@pytest.mark.parametrize("name", ["t.xlsx", "t.parquet"])
def test_a_damaged_file_is_one_defect(tmp_path: Path, name: str) -> None:
    assert [
        defect.code
        for defect in read(
            tmp_path, b"PK\x03\x04 nothing" if name == "t.xlsx" else b"PAR1 x", name
        ).defects
    ] == ["unreadable_file"]


def test_a_workbook_named_csv_is_still_a_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [["patient.id"], ["P1"]]).rename(tmp_path / "t.csv")
    assert Read(open_table(path)).cells == [("P1",)]


def test_a_workbook_without_rows_says_so(tmp_path: Path) -> None:
    assert [
        defect.code
        for defect in Read(open_table(workbook(tmp_path / "t.xlsx", [["patient.id"]]))).defects
    ] == ["no_rows"]
    assert [
        defect.code for defect in Read(open_table(workbook(tmp_path / "u.xlsx", [[None]]))).defects
    ] == ["empty_file"]


def test_parquet_becomes_text(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "patient.id": pl.Series(["P1", "P2", None], dtype=pl.Categorical),
            "date": [datetime.date(2026, 11, 20), None, None],
            "t": [datetime.datetime(2026, 11, 20), datetime.datetime(2026, 11, 20, 3, 4), None],
            "f": [3.0, 2.5, None],
            "n": [float("nan"), 1e300, None],
            "b": [True, False, None],
            "i": pl.Series([1, 2, None], dtype=pl.Int8),
            "s": [" ", b"x".decode(), None],
            "raw": [b"x", b"y", None],
        }
    )
    path = tmp_path / "t.parquet"
    frame.write_parquet(path)
    got = Read(ParquetTable(path, "t.parquet", slice_rows=1))
    assert (
        got.cells
        == [
            ("P1", "2026-11-20", "2026-11-20", "3", None, "true", "1", None, "x"),
            ("P2", None, "2026-11-20 03:04:00", "2.5", "1e300", "false", "2", "x", "y"),
        ]
        or got.cells[1][4] == "1e+300"
    )
    assert (got.lines, got.rows, got.found) == ([None, None], [1, 2], [])


def test_nested_columns_refuse_a_parquet_file(tmp_path: Path) -> None:
    pl.DataFrame({"patient.id": ["1"], "b": [[1]]}).write_parquet(tmp_path / "t.parquet")
    assert Read(open_table(tmp_path / "t.parquet")).found == [(None, None, "b", "nested_list")]


def test_json_lines_flat_or_in_groups(tmp_path: Path) -> None:
    lines = [
        {"patient": {"id": "P1"}, "stick": {"done": "yes", "depth_degrees": 30}},
        {
            "patient.id": "P2",
            "stick.depth_degrees": 30.0,
            "wall.distance_feet": 1.5,
            "flag": True,
            "none": None,
        },
    ]
    got = read(tmp_path, "\n\n".join(map(json.dumps, lines)), "t.jsonl")
    assert got.named == [
        {
            "patient.id": "P1",
            "stick.done": "yes",
            "stick.depth_degrees": "30",
            "wall.distance_feet": None,
            "flag": None,
            "none": None,
        },
        {
            "patient.id": "P2",
            "stick.done": None,
            "stick.depth_degrees": "30",
            "wall.distance_feet": "1.5",
            "flag": "true",
            "none": None,
        },
    ]
    assert (got.lines, got.rows) == ([1, 3], [1, 2])
    assert got.raw[0] == json.dumps(lines[0])


def test_defects_of_json_lines(tmp_path: Path) -> None:
    lines = [
        b'{"patient.id": "1"}',
        b"{oops}",
        b'{"patient.id": "3", "patient": {"id": "4"}}',
        b'{"patient.id": "4", "b": [1]}',
        b"[1]",
        b'{"patient.id": "6\xff"}',
        b'{"patient.id": "7", "b": "a\\u0000"}',
        b"[" * 100_000,
        b'{"patient.id": "9", "b": "' + b"x" * 2_100_000 + b'"}',
        b'{"patient.id": "10", "b": 1, "b": 2}',
        b'{"patient.id": "11"}',
        b'{"patient.id": "12"',
    ]
    got = read(tmp_path, b"\n".join(lines), "t.jsonl")
    assert [row["patient.id"] for row in got.named] == ["1", "11"]
    assert (got.lines, got.rows) == ([1, 11], [1, 11])
    codes = {line: code for line, _, _, code in got.found}
    assert codes == {
        2: "bad_json",
        3: "repeated_key",
        4: "nested_list",
        5: "bad_json",
        6: "bad_encoding",
        7: "nul_byte",
        8: "bad_json",
        9: "long_cell",
        10: "repeated_key",
        12: "truncated",
    }


def test_columns_of_json_lines_may_change_from_chunk_to_chunk(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({"patient.id": str(place), f"c{place // 300}": "x"}) for place in range(600)
        )
    )
    table = JsonLinesTable(path, "t.jsonl", forms=300)
    first, second = (chunk for chunk, _ in table)
    assert first.cells.columns == ["patient.id", "c0"]
    assert second.cells.columns == ["patient.id", "c0", "c1"]


def test_a_folder_of_forms(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("patient: {id: P2}\nstick: {done: no, depth_degrees: 30.0}\n")
    (tmp_path / "a.json").write_text('{"patient": {"id": "P1"}, "wall": {"distance_feet": 1.50}}')
    (tmp_path / "c.yml").write_text("patient: {id: P3}\nstick: [1]\n")
    (tmp_path / "d.yaml").write_text("patient: {id: P4}\npatient: {id: P5}\n")
    (tmp_path / "e.yaml").write_text("- 1\n")
    (tmp_path / "notes.txt").write_text("not a form")
    got = Read(open_table(tmp_path))
    assert [
        (
            row["patient.id"],
            row["stick.done"],
            row["stick.depth_degrees"],
            row["wall.distance_feet"],
        )
        for row in got.named
    ] == [
        ("P1", None, None, "1.50"),
        ("P2", "no", "30", None),
    ]
    assert (got.files, got.rows) == (["a.json", "b.yaml"], [1, 2])
    assert [(defect.file, defect.line, defect.code) for defect in got.defects] == [
        ("c.yml", 1, "nested_list"),
        ("d.yaml", 2, "bad_document"),
        ("e.yaml", 1, "bad_document"),
    ]
    assert got.raw[1] == (tmp_path / "b.yaml").read_text()


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    assert [defect.code for defect in Read(open_table(tmp_path)).defects] == ["empty_file"]


def test_other_endings_are_refused(tmp_path: Path) -> None:
    got = read(tmp_path, "x", "t.docx")
    assert got.found == [(None, None, "", "unreadable_file")]
    assert ".csv" in got.defects[0].message


def test_a_pdf_is_a_single_form(tmp_path: Path) -> None:
    got = read(tmp_path, "x", "t.pdf")
    assert got.found == [(1, 1, "", "bad_document")]


def test_every_code_is_used_and_explained() -> None:
    folders = [ROOT / "hingeexpert" / "formats" / "tables", ROOT / "hingeexpert" / "batch"]
    source = "".join(path.read_text() for folder in folders for path in folder.glob("*.py"))
    unused = [code for code in CODES if source.count(f'"{code}"') < 2 and f"'{code}'" not in source]
    assert unused == []  # once is where it is explained


def test_only_blanks_become_null() -> None:
    frame = pl.DataFrame({"a": ["", " ", "\t", "\u00a0", " x", "!", "\u2028"]})
    assert without_blanks(frame)["a"].to_list() == [None, None, None, None, " x", "!", "\u2028"]


SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def test_errors_are_found_wherever_the_sheet_begins(tmp_path: Path) -> None:
    rows = [
        [None] * 7 + ["patient.id", "b", "c"],
        [None] * 7 + ["P1", "x", "y"],
        [None] * 7 + ["P2", "x", "y"],
    ]
    got = Read(open_table(workbook(tmp_path / "t.xlsx", rows, {(1, 8): "#DIV/0!"})))

    assert (got.cells, got.found) == ([("P2", "x", "y")], [(2, 1, "b", "error_value")])


@pytest.mark.parametrize(("old", "new"), [('t="e"', "t='e'"), ("<c ", "<x:c "), ("", "")])
def test_errors_are_found_however_the_sheet_is_written(tmp_path: Path, old: str, new: str) -> None:
    path, other = (
        workbook(
            tmp_path / "t.xlsx",
            [["patient.id", "b"], ["P1", "x"], ["P2", "y"]],
            {(1, 1): "#DIV/0!"},
        ),
        tmp_path / "o.xlsx",
    )
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(other, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name.endswith("sheet1.xml"):
                text = data.decode().replace(old, new) if old else data.decode()
                if "x:c" in new:
                    text = text.replace("</c>", "</x:c>").replace(
                        "<worksheet ",
                        (
                            "<worksheet "
                            'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
                        ),
                    )
                data = text.encode()
            after.writestr(name, data)
    got = Read(open_table(other))

    assert (got.cells, got.found) == ([("P2", "y")], [(2, 1, "b", "error_value")])


def test_half_a_character_refuses_its_row(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(
        '{"patient.id": "P\\ud800"}\n{"patient.id": "P2"}\n', encoding="utf-8"
    )
    got = Read(open_table(tmp_path / "t.jsonl"))

    assert (got.cells, [found[3] for found in got.found]) == ([("P2",)], ["bad_encoding"])


def test_a_length_of_time_is_text(tmp_path: Path) -> None:
    pl.DataFrame({"patient.id": ["P1"], "b": [datetime.timedelta(hours=1)]}).write_parquet(
        tmp_path / "t.parquet"
    )

    assert Read(open_table(tmp_path / "t.parquet")).cells == [("P1", "1:00:00")]


def test_forms_of_a_folder_are_known_by_their_endings(tmp_path: Path) -> None:
    for name in ("b.yml", "a.YAML", "c.json", ".hidden.yaml", "d.txt"):
        (tmp_path / name).touch()
    (tmp_path / "folder.yaml").mkdir()
    assert [path.name for path in form_files(tmp_path)] == ["a.YAML", "b.yml", "c.json"]
