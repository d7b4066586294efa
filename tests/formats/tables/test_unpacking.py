"""Packed tables are unpacked where nobody else reads, and only for as long as they are read."""

import gzip
import stat
import zipfile
from pathlib import Path

import pytest

from hingeexpert.formats.tables.opening import open_tables
from hingeexpert.formats.tables.unpacking import Unpacked

TEXT = "patient.id,b\nP1,x\n"


def test_what_was_unpacked_goes_with_its_table(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    tables = open_tables(path)
    kept = tables[0].kept
    assert isinstance(kept, Unpacked)
    folder = kept.path.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [chunk.cells.rows() for chunk, _ in tables[0].chunks()] == [[("P1", "x")]]
    del kept
    tables.clear()
    assert not folder.exists()


@pytest.mark.parametrize("times", [1, 5])
def test_a_table_may_be_packed_in_another_but_not_for_ever(tmp_path: Path, times: int) -> None:
    content = TEXT.encode()
    for _ in range(times):
        content = gzip.compress(content)
    (tmp_path / ("t.csv" + ".gz" * times)).write_bytes(content)
    table = open_tables(tmp_path / ("t.csv" + ".gz" * times))[0]
    assert [defect.code for defect in table.header_defects] == (
        [] if times == 1 else ["unreadable_file"]
    )


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "the archive is empty"),
        (["a.csv", "b.csv", ".hidden"], "holds 2 files: a.csv, b.csv"),
        (["a.docx"], "a table is a folder of forms, or a file that ends in .csv"),
    ],
)
def test_an_archive_that_is_no_table_says_what_it_holds(
    tmp_path: Path, names: list[str], said: str
) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        for name in names:
            archive.writestr(name, TEXT)
        if not names:
            archive.mkdir("folder")
    (defect,) = open_tables(tmp_path / "t.zip")[0].header_defects
    assert said in defect.message


@pytest.mark.parametrize("place", [2, 12, -8, -1])
def test_a_damaged_gzip_is_refused(tmp_path: Path, place: int) -> None:
    packed = bytearray(gzip.compress(TEXT.encode()))
    packed[place] ^= 0x55
    (tmp_path / "t.csv.gz").write_bytes(packed)
    (defect,) = open_tables(tmp_path / "t.csv.gz")[0].header_defects
    assert "pack it again, or unpack it first" in defect.message


def test_a_packed_table_in_an_archive_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("in/t.csv.gz", gzip.compress(TEXT.encode()))
    table = open_tables(tmp_path / "t.zip")[0]
    assert (table.name, table.columns) == ("t.zip[in/t.csv.gz]", ["patient.id", "b"])
