"""Tables that are read straight into answers, against the same tables read as text."""

import random
from pathlib import Path

import polars as pl
import pytest

from hingeexpert.batch.layout import layout
from hingeexpert.batch.mapping import Mapping
from hingeexpert.batch.row_reading import ChunkReader
from hingeexpert.formats.tables.defects import Defect
from hingeexpert.formats.tables.delimited import DelimitedTable
from hingeexpert.formats.tables.parquet import ParquetTable
from hingeexpert.inference.columns import Columns

HEADINGS = (
    "patient.id",
    "date",
    "safety.screen",
    "context.done",
    "context.age_years",
    "symptom.pain_now",
    "wall.done",
    "wall.distance_feet",
    "wall.hips",
    "wall.knees",
    "stick.depth_degrees",
)
MAPPING = Mapping(
    values={
        "wall.hips": {"Went back, all the way": "back", "Down": "down", "not seen": ""},
        "wall.knees": {"a lot": "bend_a_lot"},
    }
)
ODD = (
    *("", " ", "\u00a0", "\t", "YES", "Yes", " yes", "yes ", "Y", "n/a", "?", "-", "1", "maybe"),
    *("+5", "05", "5.0", "5.", ".5", "1e1", "0x5", "5 ", " 5", "-1", "99", "1_0", "NaN", "inf"),
    *("1,25", '"1,25"', '"yes"', '""', '"yes" ', '"', 'a"b', '"a\nb"', "all_no", "Down", "back"),
    *("Went back, all the way", '"Went back, all the way"', "a lot", "not seen", "é", "\u0665"),
    *("2026-11-20", "\0", "wall.hips", "x,y", "x\ny", "x\r\ny", "x\ry", "#"),
)
ODD_LINES = ("", " ", ",,,,,,,,,,", ",".join(HEADINGS), "P1", '"', "\ufeff")
BLOCK = 1500
APART = 15
"""Rows from one odd cell to the next."""
PARQUET_ROWS = 21_000
"""More than the rows for which no words are expected."""


@pytest.fixture(scope="module")
def columns(knowledge):
    """The expressions of the shipped knowledge base."""
    return Columns(knowledge)


def read(columns: Columns, path: Path, *, with_words: bool) -> tuple[pl.DataFrame, list[Defect]]:
    """Return every sound row of a table, and every defect."""
    table = DelimitedTable(path, "t.csv", block=BLOCK)
    first = layout(columns.knowledge, table.columns, MAPPING)
    reader = ChunkReader(columns, MAPPING, table, first)
    if not with_words:
        table.words = None
    frames, defects = [], []
    for chunk, wrong in table.chunks():
        rows, slips, _ = reader.read(chunk)
        frames.append(rows)
        defects += [*wrong, *slips]
    return pl.concat(frames), defects


def read_parquet(columns: Columns, path: Path, *, with_words: bool) -> tuple[pl.DataFrame, list]:
    """Return every sound row of a Parquet file, and every defect."""
    table = ParquetTable(path, "t.parquet", slice_rows=8_000)
    reader = ChunkReader(columns, MAPPING, table, layout(columns.knowledge, table.columns, MAPPING))
    if not with_words:
        table.words = None
    pieces = [(reader.read(chunk), wrong) for chunk, wrong in table.chunks()]
    defects = [defect for (_, slips, _), wrong in pieces for defect in (*wrong, *slips)]
    return pl.concat([rows for (rows, _, _), _ in pieces]), defects


def typed_chunks(columns: Columns, path: Path) -> int:
    """Return how many chunks hold a column that was read into its words."""
    table = DelimitedTable(path, "t.csv", block=BLOCK)
    ChunkReader(columns, MAPPING, table, layout(columns.knowledge, table.columns, MAPPING))
    return sum(pl.Enum in chunk.cells.dtypes for chunk, _ in table.chunks())


def table_of(seed: int, knowledge) -> bytes:
    """Return a table, most of it sound, with a few odd cells and lines."""
    chance = random.Random(seed)
    delimiter, end = chance.choice([",", ",", ";", "\t"]), chance.choice(["\n", "\r\n"])
    share = chance.choice([0.0, 0.001, 0.01])
    quoted, lone_blanks = chance.choice([0, 0.5, 1]), chance.choice([0, 0, 0.05])
    lines = [delimiter.join(HEADINGS)]
    for number in range(120):
        cells = [f"P{number}", "2026-11-20", "all_no"]
        for name in HEADINGS[3:]:
            is_done = name.endswith(".done")
            cells.append("yes" if is_done else chance.choice(answers(knowledge, name)))
        cells = [chance.choice(ODD) if chance.random() < share else cell for cell in cells]
        cells[3:] = ["" if chance.random() < 0.05 else cell for cell in cells[3:]]
        cells[3:] = [" " if chance.random() < lone_blanks else cell for cell in cells[3:]]
        cells = [in_quotes(cell) if chance.random() < quoted else cell for cell in cells]
        lines.append(delimiter.join(cells))
        if chance.random() < share / 2:
            lines.append(chance.choice(ODD_LINES))
    text = end.join(lines) + chance.choice(["", end])
    hint = f"sep={delimiter}{end}" if chance.random() < 0.2 else ""
    return chance.choice([b"", b"\xef\xbb\xbf"]) + (hint + text).encode()


def in_quotes(cell: str) -> str:
    """Return a cell in quotation marks, where it has none yet."""
    return cell if '"' in cell else f'"{cell}"'


def answers(knowledge, name: str) -> list[str]:
    """Return what the map of these tables and the knowledge base let stand in a column."""
    if name in MAPPING.values:
        return [label for label in MAPPING.values[name] if "," not in label]
    return list(map(str, knowledge.answers[name]))


@pytest.mark.parametrize("seed", range(16))
def test_words_that_are_expected_change_nothing(seed, columns, knowledge, tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(table_of(seed, knowledge))
    with_words, defects = read(columns, path, with_words=True)
    as_text, defects_of_text = read(columns, path, with_words=False)
    assert defects == defects_of_text
    assert with_words.equals(as_text, null_equal=True)
    assert with_words.schema == as_text.schema


def test_an_odd_cell_means_the_same(columns, tmp_path):
    """Each odd cell in one of the columns, some sound rows apart."""
    lines = [",".join(HEADINGS)]
    for number in range(APART * len(ODD)):
        cells = [f"P{number}", "2026-11-20", "all_no", "yes", "40", "3", "yes", "1", "Down"]
        cells += ["a lot", "40"]
        if number % APART == 0:
            cells[number // APART % len(HEADINGS)] = ODD[number // APART]
        lines.append(",".join(cells))
    path = tmp_path / "t.csv"
    path.write_bytes("\n".join(lines).encode())
    with_words, defects = read(columns, path, with_words=True)
    as_text, defects_of_text = read(columns, path, with_words=False)
    assert defects == defects_of_text
    assert with_words.equals(as_text, null_equal=True)


def test_words_that_are_expected_change_nothing_in_parquet(columns, tmp_path):
    places = pl.int_range(PARQUET_ROWS, eager=True)
    forms = pl.DataFrame(
        {
            "patient.id": places.cast(pl.String),
            "safety.screen": ["all_no"] * PARQUET_ROWS,
            "wall.done": ["yes"] * PARQUET_ROWS,
            "wall.hips": pl.Series(["Down", None, " ", "Went back, all the way"]).gather(
                places % 4
            ),
            "wall.distance_feet": (places % 3).cast(pl.Float64) / 2,
            "symptom.pain_now": places % 11,
            "context.age_years": (places == 9_000).cast(pl.Int64) * 100 + 30,
        }
    )
    path = tmp_path / "t.parquet"
    forms.write_parquet(path)
    with_words, defects = read_parquet(columns, path, with_words=True)
    as_text, defects_of_text = read_parquet(columns, path, with_words=False)
    assert with_words.equals(as_text, null_equal=True)
    assert defects == defects_of_text
    assert [defect.row for defect in defects] == [9_001]


@pytest.mark.parametrize(
    "line",
    [
        ",2026-11-20,All_No,YES,40,3,y,0.25,Down,a lot,40",
        ',"2026-11-20","All_No","YES",40,"3","","0.25","Down","a lot","40"',
        ",2026-11-20,All_No,YES, ,3,y,\t ,Down,a lot,  ",
    ],
)
def test_a_sound_table_is_read_into_its_words(line, columns, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("\n".join([",".join(HEADINGS), *(f"P{number}{line}" for number in range(200))]))
    assert typed_chunks(columns, path) > 1


def test_a_column_with_another_word_stays_text_and_the_others_do_not(columns, knowledge, tmp_path):
    path = tmp_path / "t.csv"
    good = ",2026-11-20,all_no,yes,40,3,yes,1,Down,a lot,40"
    lines = [f"P{number}{good}" for number in range(200)]
    lines[3] = lines[3].replace("Down", "Up")
    path.write_text("\n".join([",".join(HEADINGS), *lines]))
    table = DelimitedTable(path, "t.csv", block=BLOCK)
    ChunkReader(columns, MAPPING, table, layout(knowledge, table.columns, MAPPING))
    cells = [chunk.cells for chunk, _ in table.chunks()][-1]
    assert cells["wall.hips"].dtype == pl.String
    assert cells["wall.knees"].dtype == pl.Enum
