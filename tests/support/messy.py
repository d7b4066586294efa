"""Messy tables, each with its outcome: how one is declared, and how it is run.

A case is a function in a file `tests/batch/messy/*_tables.py` under the decorator `outcome`. It
writes its table into the folder that it is given, and returns the arguments for `batch`:

    @outcome(judged=["P1"], rejected={"P2": ["bad_date"]}, says=["line 4"])
    def title_above_the_headings(folder: Path) -> Arguments:
        return [written(folder / "t.csv", "...")]

Nothing else is needed: `tests/batch/messy/test_messy.py` runs every case through the command.
"""

import csv
import importlib.util
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from hingeexpert.cli import main

Arguments = list[Path | str]
"""What the command `batch` is given, but for the folder of the results."""


@dataclass
class Outcome:
    """What must come of a messy table.

    Attributes:
        judged: The `patient.id` of every row of results, in order.
        rejected: The `patient.id` of every rejected row to the codes of its defects, in order; the
            empty one stands for the table as a whole.
        says: Texts that the terminal shows.
        quiet: Texts that it does not show.
        cells: Column of the results to its cells, in order.
        standard_input: Given to the command where it reads `-`.
    """

    judged: Sequence[str] = ()
    rejected: Mapping[str, Sequence[str]] = field(default_factory=dict)
    says: Sequence[str] = ()
    quiet: Sequence[str] = ()
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)
    standard_input: bytes | None = None


@dataclass(frozen=True)
class Case:
    """A messy table and its outcome."""

    name: str
    make: Callable[[Path], Arguments]
    outcome: Outcome

    def check(self, folder: Path) -> None:
        """Make the table, run the command over it, and compare what came of it."""
        arguments, wanted, out = self.make(folder), self.outcome, folder / "out"
        result = batch(*arguments, "-o", out, given=wanted.standard_input)
        shown = f"{self.name}\n{result.output}\n{result.exception!r}"
        assert result.exception is None or isinstance(result.exception, SystemExit), shown
        results, rejects = _records(out / "results.csv"), _records(out / "rejects.csv")
        codes: dict[str, list[str]] = {}
        for row in rejects:
            codes.setdefault(row["patient.id"], []).append(row["code"])
        wanted_codes = {patient: list(codes) for patient, codes in wanted.rejected.items()}
        assert codes == wanted_codes, f"{shown}\n{rejects}"
        assert [row["patient.id"] for row in results] == list(wanted.judged), shown
        assert result.exit_code == (1 if wanted.rejected else 0), shown
        for column, cells in wanted.cells.items():
            assert [row[column] for row in results] == list(cells), shown
        assert not [text for text in wanted.says if text not in result.output], shown
        assert not [text for text in wanted.quiet if text in result.output], shown


def batch(*arguments: object, given: bytes | None = None) -> Result:
    """Run the command `batch`."""
    return CliRunner().invoke(main, ["batch", *map(str, arguments)], input=given)


def outcome(**wanted: Any) -> Callable[[Callable[[Path], Arguments]], Case]:
    """Declare a messy table; the arguments are those of `Outcome`."""

    def declared(make: Callable[[Path], Arguments]) -> Case:
        return Case(make.__name__, make, Outcome(**wanted))

    return declared


def cases(folder: Path) -> Iterator[Any]:
    """Yield every case in the files of a folder, as parameters named by file and function."""
    for path in sorted(folder.glob("*_tables.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for item in vars(module).values():
            if isinstance(item, Case):
                yield pytest.param(item, id=f"{path.stem}-{item.name}")


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def written(path: Path, content: str | bytes) -> Path:
    """Write a file."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def as_csv(rows: Sequence[Sequence[object]]) -> str:
    """Write rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def as_json_lines(forms: Sequence[object]) -> str:
    """Write forms as JSON, each on a line."""
    return "".join(json.dumps(form) + "\n" for form in forms)


def workbook(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    """Write a workbook.

    Args:
        path: The file.
        sheets: Rows by the name of their sheet.
    """
    book = xlsxwriter.Workbook(path)
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    book.default_date_format = dates
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    return path


def open_document(
    path: Path,
    rows: Sequence[Sequence[object]],
    special: Mapping[tuple[int, int], tuple[str, str]],
    hidden: set[int],
) -> Path:
    """Write a spreadsheet as LibreOffice does.

    Args:
        path: The file.
        rows: Of its one sheet.
        special: Attributes and shown text of some cells, by row and column from 0.
        hidden: Rows that a filter hides, from 0.
    """
    lines = []
    for row, cells in enumerate(rows):
        state = ' table:visibility="filter"' if row in hidden else ""
        lines.append(f"<table:table-row{state}>")
        for column, cell in enumerate(cells):
            plain = 'office:value-type="string"', str(cell)
            kind, shown = special.get((row, column), plain)
            text = f"<text:p>{shown}</text:p>"
            lines.append(f"<table:table-cell {kind}>{text}</table:table-cell>")
        lines.append("</table:table-row>")
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }
    spaces = " ".join(f'xmlns:{short}="{name}"' for short, name in names.items())
    body = f'<table:table table:name="Sheet1">{"".join(lines)}</table:table>'
    sheets = f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", kind)
        manifest = '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        parts.writestr("META-INF/manifest.xml", manifest)
        parts.writestr(
            "content.xml", f"<office:document-content {spaces}>{sheets}</office:document-content>"
        )
    return path
