"""Forms as rows of a table: JSON Lines, and a folder of single forms.

Owns how the groups of a form become columns. What an identifier may be is not known here.
"""

import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from hingeexpert.formats.documents import Document, read_document
from hingeexpert.formats.tables.defects import CODES, Defect, Flaw, RejectedRow, cut
from hingeexpert.formats.tables.screening import screened
from hingeexpert.formats.tables.splitting import is_text, text_of
from hingeexpert.formats.tables.table import PATIENT, SPACES, Chunk, Table

MOST_LINE = 2_000_000
"""Bytes of the longest line that is read."""
FORMS = 20_000
"""Forms that are read at a time."""
_FIRST_FORMS = 200
"""Forms whose columns a table has before it is read."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass
class _FormRow:
    """One form on its way into a chunk."""

    file: str
    line: int | None
    raw: str
    cells: dict[str, str | None] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)

    def add(self, code: str, column: str = "", value: str = "", more: str = "") -> None:
        """Add something that is wrong with the form."""
        self.flaws.append(Flaw(column, value, code, f"{CODES[code]}{more}"))

    def place(self, column: str, value: str | None) -> None:
        """Put a value into its column."""
        if _has_half_a_character(column) or _has_half_a_character(value or ""):
            self.add("bad_encoding", more="; half of a character stands in it")
        elif column in self.cells:
            self.add("repeated_key", column, value or "", "; each may stand once")
        else:
            self.cells[column] = value

    def defects(self, number: int, patient: str) -> Iterator[Defect]:
        """Yield what is wrong with the form.

        Args:
            number: Of its row, from 1.
            patient: Column that says whose form it is.
        """
        whose = cut((self.cells.get(patient) or "").strip())
        return RejectedRow(self.file, self.line, number, whose, self.raw).defects(self.flaws)


class _FormsTable(Table):
    """A table whose rows name their own columns; a chunk has those of all its rows."""

    one_file = True
    own_columns = True
    forms = FORMS

    @abstractmethod
    def _rows(self) -> Iterator[_FormRow]:
        """Read the forms from the first."""

    def _look(self) -> None:
        """Set the columns by the first rows."""
        first = [row for row, _ in zip(self._rows(), range(_FIRST_FORMS), strict=False)]
        self.columns = list(dict.fromkeys(column for row in first for column in row.cells))
        if not first:
            self.header_defects.append(self.defect("empty_file", "no form was found"))

    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        done, block = 0, []
        for row in self._rows():
            block.append(row)
            if len(block) == self.forms:
                yield self._rejecting(block, done)
                done, block = done + len(block), []
        if block:
            yield self._rejecting(block, done)

    def _rejecting(self, block: list[_FormRow], done: int) -> tuple[Chunk, list[Defect]]:
        """Return the sound forms of a block, and the defects of the others.

        Args:
            block: Forms one behind the other.
            done: Forms before them.
        """
        defects: list[Defect] = []
        for number, row in enumerate(block, done + 1):
            defects += row.defects(number, self.patient)
        sound, others = screened(self, self._chunk(block, done))
        return sound, defects + others

    def _chunk(self, block: list[_FormRow], done: int) -> Chunk:
        """Return the forms without a flaw; each keeps its number."""
        good = [(number, row) for number, row in enumerate(block, done + 1) if not row.flaws]
        rows = [row for _, row in good]
        cells = _as_frame(self.columns, [row.cells for row in rows])
        lines = pl.Series([row.line for row in rows], dtype=pl.Int64)
        numbers = pl.Series([number for number, _ in good], dtype=pl.Int64)
        texts = [row.raw for row in rows]
        files = None if self.one_file else [row.file for row in rows]
        return Chunk(cells, lines, numbers, partial(_at, texts), files)


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

    def _rows(self) -> Iterator[_FormRow]:
        with self._path.open("rb") as file:
            number = 0
            while line := file.readline(MOST_LINE):
                number += 1
                whole = line.endswith(b"\n")
                line = line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line
                if len(line) >= MOST_LINE and not whole:
                    yield self._too_long(line, number)
                elif line.strip():
                    yield self._row(line.rstrip(b"\r\n"), number, whole=whole)
                while not whole and (rest := file.readline(MOST_LINE)):
                    whole = rest.endswith(b"\n")

    def _too_long(self, line: bytes, number: int) -> _FormRow:
        row = _FormRow(self.name, number, text_of(line))
        most = f"a line may have at most {MOST_LINE} bytes, and this one is cut there"
        row.add("long_cell", more=f"; {most}")
        return row

    def _row(self, line: bytes, number: int, *, whole: bool) -> _FormRow:
        """Read a line.

        Args:
            line: Without its line break.
            number: Of the line, from 1.
            whole: Whether a line break ends it; the last line of a file that broke off has none.
        """
        row = _FormRow(self.name, number, text_of(line))
        if not is_text(line):
            row.add("bad_encoding", more="; save the file as UTF-8 text")
            return row
        try:
            form = _read_json(row.raw)
        except (json.JSONDecodeError, RecursionError):
            row.add("bad_json" if whole else "truncated")
            return row
        if isinstance(form, _Pairs):
            _flatten_pairs(row, form.pairs, "")
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

    def _rows(self) -> Iterator[_FormRow]:
        for path in self._paths:
            yield _form_of(path)


def _form_of(path: Path) -> _FormRow:
    """Read a single form; with problems its line is that of the last."""
    raw = path.read_bytes()
    document = read_document(path.name, raw)
    row = _FormRow(path.name, 1, text_of(raw.removeprefix(_BYTE_ORDER_MARK)))
    if isinstance(document.data, dict):
        _flatten_document(row, document, document.data, ())
    elif not document.problems:
        row.add("bad_document", more=": groups with answers are needed")
    for problem in document.problems:
        row.line = problem.line or 1
        row.flaws.append(Flaw(problem.path, "", "bad_document", problem.message))
    return row


class _Pairs:
    """A JSON object with its keys as they stand, also those that stand twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.pairs = pairs


def _as_frame(columns: Sequence[str], rows: Sequence[Mapping[str, str | None]]) -> pl.DataFrame:
    """Return rows that name their columns as a frame with these columns and all of theirs."""
    names = dict.fromkeys(columns)
    for row in rows:
        names |= dict.fromkeys(row)
    cells = [[row.get(name) for row in rows] for name in names]
    return pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String))


def _at(texts: Sequence[str], places: Sequence[int]) -> list[str]:
    return [texts[place] for place in places]


def _has_half_a_character(text: str) -> bool:
    """Return whether half of a surrogate pair stands alone in a text; JSON can write one."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _read_json(text: str) -> Any:
    """Read JSON with its numbers as they are written, and its objects as `_Pairs`."""
    return json.loads(
        text,
        object_pairs_hook=_Pairs,
        parse_int=str,
        parse_float=_number,
        parse_constant=str,
    )


def _number(text: str) -> str:
    """Write a number as it stands, a whole one without its decimal part."""
    whole, _, decimals = text.partition(".")
    return whole if decimals and not decimals.strip("0") else text


def _flatten_pairs(row: _FormRow, pairs: list[tuple[str, Any]], prefix: str) -> None:
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
    row: _FormRow, document: Document, data: dict[str, Any], path: tuple[str | int, ...]
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
