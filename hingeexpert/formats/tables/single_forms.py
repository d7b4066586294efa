"""Forms as rows of a table: JSON Lines, and a folder of single forms.

Owns how the groups of a form become columns. What an identifier may be is not known here.
"""

import json
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from hingeexpert.formats.documents import Document, read_document
from hingeexpert.formats.tables.defects import CODES, Defect, cut
from hingeexpert.formats.tables.delimited import is_text, text_of
from hingeexpert.formats.tables.screening import screened
from hingeexpert.formats.tables.table import PATIENT, SPACES, Chunk, Table

SUFFIXES = (".json", ".yaml", ".yml")
"""Endings of the names of single forms."""
MOST_LINE = 2_000_000
"""Bytes of the longest line that is read."""
FORMS = 20_000
"""Forms that are read at a time."""
_FIRST_FORMS = 200


@dataclass
class _Row:
    """One form on its way into a chunk."""

    file: str
    line: int | None
    raw: str
    cells: dict[str, str | None] = field(default_factory=dict)
    faults: list[tuple[str, str, str, str]] = field(default_factory=list)

    def add(self, code: str, column: str = "", value: str = "", more: str = "") -> None:
        self.faults.append((column, value, code, f"{CODES[code]}{more}"))

    def place(self, column: str, value: str | None) -> None:
        """Put a value into its column."""
        if any("\ud800" <= letter <= "\udfff" for letter in column + (value or "")):
            self.add("bad_encoding", more="; half of a character stands in it")
        elif column in self.cells:
            self.add("repeated_key", column, value or "", "; each may stand once")
        else:
            self.cells[column] = value


class _FormsTable(Table):
    """A table whose rows name their own columns; a chunk has those of all its rows."""

    one_file = True
    own_columns = True
    forms = FORMS

    @abstractmethod
    def _rows(self) -> Iterator[_Row]:
        """Read the forms from the first."""

    def _look(self) -> None:
        """Set the columns by the first rows."""
        first = [row for row, _ in zip(self._rows(), range(_FIRST_FORMS), strict=False)]
        self.columns = list(dict.fromkeys(column for row in first for column in row.cells))
        if not first:
            self.header_defects.append(self.defect("empty_file", "no form was found"))

    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        number, block = 0, []
        for row in self._rows():
            block.append(row)
            if len(block) == self.forms:
                yield self._chunk(block, number)
                number, block = number + len(block), []
        if block:
            yield self._chunk(block, number)

    def _chunk(self, block: list[_Row], number: int) -> tuple[Chunk, list[Defect]]:
        good = [place for place, row in enumerate(block) if not row.faults]
        columns = dict.fromkeys(self.columns) | dict.fromkeys(
            column for place in good for column in block[place].cells
        )
        cells = pl.DataFrame(
            [[block[place].cells.get(column) for place in good] for column in columns],
            schema=dict.fromkeys(columns, pl.String),
        )
        chunk = Chunk(
            cells,
            pl.Series([block[place].line for place in good], dtype=pl.Int64),
            pl.Series([number + place + 1 for place in good], dtype=pl.Int64),
            _Raw([block[place].raw for place in good]),
            None if self.one_file else [block[place].file for place in good],
        )
        sound, others = screened(self, chunk)
        return sound, [
            defect
            for place, row in enumerate(block)
            for defect in self._defects(row, number + place + 1)
        ] + others

    def _defects(self, row: _Row, number: int) -> Iterator[Defect]:
        patient = cut((row.cells.get(self.patient) or "").strip())
        for column, value, code, message in row.faults:
            yield Defect(
                row.file, row.line, number, patient, column, cut(value), code, message, row.raw
            )


class JsonLinesTable(_FormsTable):
    """A file with one form as a JSON object on each line: in groups, or with identifiers as
    keys.
    """

    def __init__(self, path: Path, name: str, patient: str = PATIENT, forms: int = FORMS) -> None:
        """Read the first forms.

        Args:
            path: The file, in UTF-8.
            name: Name for defects.
            patient: Name of the patient's identifier.
            forms: Forms that are read at a time.
        """
        super().__init__(name, patient)
        self._path = path
        self.forms = forms
        self.encoding = "utf-8"
        self._look()

    def _rows(self) -> Iterator[_Row]:
        with self._path.open("rb") as file:
            number = 0
            while line := file.readline(MOST_LINE):
                number += 1
                whole = line.endswith(b"\n")
                line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if len(line) >= MOST_LINE and not whole:
                    yield self._too_long(line, number)
                elif line.strip():
                    yield self._row(line.rstrip(b"\r\n"), number, whole=whole)
                while not whole and (rest := file.readline(MOST_LINE)):
                    whole = rest.endswith(b"\n")

    def _too_long(self, line: bytes, number: int) -> _Row:
        row = _Row(self.name, number, text_of(line))
        row.add(
            "long_cell",
            more=f"; a line may have at most {MOST_LINE} bytes, and this one is cut there",
        )
        return row

    def _row(self, line: bytes, number: int, *, whole: bool) -> _Row:
        row = _Row(self.name, number, text_of(line))
        if not is_text(line):
            row.add("bad_encoding", more="; save the file as UTF-8 text")
            return row
        try:
            data = json.loads(
                row.raw,
                object_pairs_hook=_Pairs,
                parse_int=str,
                parse_float=_number,
                parse_constant=str,
            )
        except (json.JSONDecodeError, RecursionError):
            row.add("bad_json" if whole else "truncated")
            return row
        if isinstance(data, _Pairs):
            _flatten_pairs(row, data.pairs, "")
        else:
            row.add("bad_json")
        return row


class FolderTable(_FormsTable):
    """A folder of single forms, each a row."""

    one_file = False

    def __init__(self, paths: Sequence[Path], name: str, patient: str = PATIENT) -> None:
        """Read the first forms.

        Args:
            paths: The forms, in the order of the rows.
            name: Name of the folder for defects.
            patient: Name of the patient's identifier.
        """
        super().__init__(name, patient)
        self._paths = paths
        self._look()

    def _rows(self) -> Iterator[_Row]:
        for path in self._paths:
            raw = path.read_bytes()
            document = read_document(path.name, raw)
            row = _Row(path.name, 1, text_of(raw.removeprefix(b"\xef\xbb\xbf")))
            if isinstance(document.data, dict):
                _flatten_document(row, document, document.data, ())
            elif not document.problems:
                row.add("bad_document", more=": groups with answers are needed")
            for problem in document.problems:
                row.line = problem.line or 1
                row.faults.append((problem.path, "", "bad_document", problem.message))
            yield row


def form_files(folder: Path) -> list[Path]:
    """Return the single forms in a folder, by name."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
    )


class _Pairs:
    """A JSON object with its keys as they stand, also those that stand twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.pairs = pairs


class _Raw:
    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def __call__(self, places: Sequence[int]) -> list[str]:
        return [self._texts[place] for place in places]


def _number(text: str) -> str:
    """Write a number as it stands, a whole one without its decimal part."""
    whole, _, decimals = text.partition(".")
    return whole if decimals and not decimals.strip("0") else text


def _flatten_pairs(row: _Row, pairs: list[tuple[str, Any]], prefix: str) -> None:
    """Put the values of a JSON object into columns named by the keys on the way to them."""
    for key, value in pairs:
        column = prefix + key.strip(SPACES)
        if isinstance(value, _Pairs):
            _flatten_pairs(row, value.pairs, f"{column}.")
        elif isinstance(value, list):
            row.add("nested_list", column)
        elif isinstance(value, bool):
            row.place(column, str(value).lower())
        else:
            row.place(column, value)


def _flatten_document(
    row: _Row, document: Document, data: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    """Put the values of a form into columns named by the keys on the way to them."""
    for key, value in data.items():
        here = (*path, key)
        column = ".".join(str(part).strip(SPACES) for part in here)
        match value:
            case dict():
                _flatten_document(row, document, value, here)
            case list():
                row.add("nested_list", column)
            case bool():
                row.place(column, str(value).lower())
            case float():
                row.place(column, _number(document.texts.get(here, str(value))))
            case None:
                row.place(column, None)
            case _:
                row.place(column, str(value))
