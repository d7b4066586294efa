"""Damaged and hostile files end with a sentence, and take neither the memory nor the process."""

import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from folders import DATA

from hingeexpert.batch.known_headings import KnownHeadings
from hingeexpert.batch.mapping import Mapping
from hingeexpert.formats.tables.headings import Recogniser
from hingeexpert.formats.tables.opening import open_tables
from hingeexpert.formats.tables.single_forms import JsonLinesTable
from hingeexpert.knowledge import KnowledgeBase

DAMAGED = DATA / "damaged"
FAR = "XFD1048576"


def refusals(path: Path, known: Recogniser | None = None) -> list[str]:
    """Return what is said of a file as a whole, or of rows that could not be read."""
    (table,) = open_tables(path, known=known)
    found = [*table.header_defects, *(defect for _, some in table.chunks() for defect in some)]
    assert {defect.code for defect in found} <= {"unreadable_file"}
    return [defect.message for defect in found]


def workbook(path: Path, old: bytes = b"", new: bytes = b"", part: str = "sheet1.xml") -> Path:
    """Write a workbook with a cell far away, and something else in place of a text in a part."""
    sound = path.with_name("sound.xlsx")
    with xlsxwriter.Workbook(sound) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["patient.id", "wall.hips"])
        sheet.write_row(1, 0, ["P1", "back"])
        sheet.write(FAR, "x")
    with zipfile.ZipFile(sound) as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as to:
        for name in parts.namelist():
            content = parts.read(name)
            to.writestr(name, content.replace(old, new) if old and name.endswith(part) else content)
    return path


@pytest.mark.parametrize("address", [FAR, "A99999999999"])
@pytest.mark.slow
def test_a_cell_far_away_takes_neither_the_process_nor_the_memory(
    tmp_path: Path, address: str
) -> None:
    path = workbook(tmp_path / "t.xlsx", FAR.encode(), address.encode())
    (said,) = refusals(path)
    assert "copy the table alone into a new workbook" in said


@pytest.mark.slow
def test_a_part_that_unpacks_to_far_more_is_not_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", b"</sheetData>", b" " * (65 << 20) + b"</sheetData>")
    (said,) = refusals(path)
    assert "more than 60 times its size" in said


@pytest.mark.slow
@pytest.mark.parametrize("name", ["panics.xls", "memory.xls", "panics.parquet"])
def test_what_panics_or_asks_for_all_memory_is_told_in_one_sentence(
    name: str, knowledge: KnowledgeBase, capfd: pytest.CaptureFixture[str]
) -> None:
    assert len(refusals(DAMAGED / name, KnownHeadings(knowledge, Mapping()))) == 1
    assert capfd.readouterr() == ("", "")


def test_a_zip_of_a_kind_to_come_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("t.csv", "patient.id\nP1\n")
    raw = bytearray(path.read_bytes())
    raw[raw.rindex(b"PK\x01\x02") + 6] = 88  # the version that is needed to unpack it
    path.write_bytes(raw)
    assert refusals(path) == ["the file is not what its name says, or is damaged; pack it again"]


def json_lines(path: Path, *forms: object) -> JsonLinesTable:
    path.write_text("".join(json.dumps(form) + "\n" for form in forms), encoding="utf-8")
    return JsonLinesTable(path, path.name)


def test_a_form_of_thousands_of_keys_is_one_defect(tmp_path: Path) -> None:
    keys = {f"key{number}": number for number in range(5_000)}
    table = json_lines(tmp_path / "t.jsonl", {"patient.id": "P1", **keys}, {"patient.id": "P2"})
    ((chunk, defects),) = table.chunks()
    assert [(defect.code, defect.patient) for defect in defects] == [("many_keys", "P1")]
    assert chunk.cells["patient.id"].to_list() == ["P2"]
    assert chunk.cells.width < 2_001


def test_forms_of_other_keys_each_do_not_multiply(tmp_path: Path) -> None:
    forms = [{"patient.id": f"P{number}", f"key{number}": 1} for number in range(1_500)]
    chunks = [chunk.cells for chunk, _ in json_lines(tmp_path / "t.jsonl", *forms).chunks()]
    assert sum(cells.height for cells in chunks) == len(forms)
    assert max(cells.width * cells.height for cells in chunks) < 1_000_000


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ('{"a": ' * 200 + "1" + "}" * 200, "nested_list"),
        ('{"\\ud800": [1]}', "nested_list"),
        ('{"a": "\\ud800"}', "bad_encoding"),
    ],
)
def test_what_cannot_be_written_is_not_in_a_defect(tmp_path: Path, form: str, code: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(f"{form}\n", encoding="utf-8")
    ((_, (defect,)),) = JsonLinesTable(path, "t").chunks()
    assert defect.code == code
    assert f"{defect}".encode()


def test_a_form_that_may_not_be_read_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("patient: {id: P1}\n", encoding="utf-8")
    (tmp_path / "b.yaml").symlink_to("/proc/self/mem")  # an error at the first byte, for anybody
    with (tmp_path / "c.yaml").open("wb") as file:
        file.truncate(3 << 30)
    (table,) = open_tables(tmp_path)
    ((chunk, defects),) = table.chunks()
    assert chunk.cells["patient.id"].to_list() == ["P1"]
    assert [(defect.file, defect.code) for defect in defects] == [
        ("b.yaml", "bad_document"),
        ("c.yaml", "bad_document"),
    ]
