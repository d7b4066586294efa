"""Forms as rows of a table: JSON Lines, and a folder of single forms.

Owns the way through lines and files; how one form becomes a row is `form_rows.py`.
"""

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import polars as pl

from hingeexpert.formats.tables.defects import Defect
from hingeexpert.formats.tables.envelopes import without_envelope
from hingeexpert.formats.tables.form_rows import (
    BYTE_ORDER_MARK,
    MOST_FORMS,
    MOST_KEYS,
    FormRow,
    forms_of_file,
    forms_of_json,
    forms_of_line,
)
from hingeexpert.formats.tables.other_forms import OtherForms
from hingeexpert.formats.tables.refused import UnreadableError
from hingeexpert.formats.tables.screening import screened
from hingeexpert.formats.tables.splitting import text_of
from hingeexpert.formats.tables.table import PATIENT, Chunk, Table, frame_of_rows

MOST_LINE = 2_000_000
"""Bytes of the longest line that is read."""
FORMS = 20_000
"""Forms that are read at a time."""
_FIRST_FORMS = 200
"""Forms whose columns a table has before it is read."""
_MANY_NAMES, _MOST_CELLS = 400, 500_000
"""Names of columns, and cells, with both of which a block of forms ends: each name is a column of
all its rows.
"""


class _FormsTable(Table):
    """A table whose rows name their own columns; a chunk has those of all its rows.

    Attributes:
        others: Reads forms of other systems among them.
        noted: Each note on a form, with the number of forms that were read and have it.
    """

    one_file = True
    own_columns = True
    forms = FORMS

    def __init__(self, name: str, patient: str, others: OtherForms | None) -> None:
        super().__init__(name, patient)
        self.others = others
        self.noted = Counter[str]()

    def afterwards(self) -> Iterator[str]:
        """Yield what was to be said of single forms."""
        for note, count in self.noted.items():
            yield f"{count:,} {'form' if count == 1 else 'forms'}: {note}"

    @abstractmethod
    def _rows(self) -> Iterator[FormRow]:
        """Read the forms from the first."""

    def _look(self) -> None:
        """Set the columns by the first rows."""
        first = [row for row, _ in zip(self._rows(), range(_FIRST_FORMS), strict=False)]
        columns = dict.fromkeys(column for row in first for column in row.cells)
        self.columns = list(islice(columns, MOST_KEYS))
        if not first:
            self.header_defects.append(self.defect("empty_file", "no form was found"))

    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        done, block, names = 0, list[FormRow](), set[str]()
        self.noted.clear()
        for row in self._rows():
            block.append(row)
            self.noted.update(row.notes)
            names |= row.cells.keys()
            many = len(names) > _MANY_NAMES and len(names) * len(block) > _MOST_CELLS
            if many or len(block) == self.forms:
                yield self._rejecting(block, done)
                done, block, names = done + len(block), [], set()
        if block:
            yield self._rejecting(block, done)

    def _rejecting(self, block: list[FormRow], done: int) -> tuple[Chunk, list[Defect]]:
        """Return the sound forms of a block, and the defects of the others.

        Args:
            block: Forms one behind the other.
            done: Forms before them.
        """
        defects: list[Defect] = []
        for number, row in enumerate(block, done + 1):
            if row.flaws:
                defects += row.defects(number, self.patient)
        sound, others = screened(self, self._chunk(block, done))
        return sound, defects + others

    def _chunk(self, block: list[FormRow], done: int) -> Chunk:
        """Return the forms without a flaw; each keeps its number."""
        good = [(number, row) for number, row in enumerate(block, done + 1) if not row.flaws]
        rows = [row for _, row in good]
        cells = frame_of_rows(self.columns, [row.cells for row in rows])
        lines = pl.Series([row.line for row in rows], dtype=pl.Int64)
        numbers = pl.Series([number for number, _ in good], dtype=pl.Int64)
        texts = [row.raw for row in rows]
        files = None if self.one_file else [row.file for row in rows]
        flawed = [
            row.flawed(number)
            for number, row in enumerate(block, done + 1)
            if row.flaws and row.cells
        ]
        return Chunk(cells, lines, numbers, partial(_at, texts), files, flawed)


class JsonLinesTable(_FormsTable):
    """A file with one form as a JSON object on each line: in groups, or with identifiers as
    keys.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        patient: str = PATIENT,
        forms: int = FORMS,
        others: OtherForms | None = None,
    ) -> None:
        """Read the first forms.

        Args:
            path: The file, in UTF-8.
            name: Name for defects.
            patient: Name of the patient's identifier.
            forms: Forms that are read at a time.
            others: Reads the forms of other systems.
        """
        super().__init__(name, patient, others)
        self._path = path
        self.forms = forms
        self.encoding = "utf-8"
        self._look()

    def _rows(self) -> Iterator[FormRow]:
        with self._path.open("rb") as file:
            number = 0
            while line := file.readline(MOST_LINE):
                number += 1
                whole = line.endswith(b"\n")
                line = line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line
                if len(line) >= MOST_LINE and not whole:
                    yield self._too_long(line, number)
                elif line.strip():
                    text = line.rstrip(b"\r\n")
                    yield from forms_of_line(self.name, text, number, self.others, whole=whole)
                while not whole and (rest := file.readline(MOST_LINE)):
                    whole = rest.endswith(b"\n")

    def _too_long(self, line: bytes, number: int) -> FormRow:
        row = FormRow(self.name, number, text_of(line))
        most = f"a line may have at most {MOST_LINE} bytes, and this one is cut there"
        row.add("long_cell", more=f"; {most}")
        return row


class JsonTable(_FormsTable):
    """A file that holds a list of forms as JSON, or forms one behind another."""

    def __init__(
        self, path: Path, name: str, patient: str = PATIENT, others: OtherForms | None = None
    ) -> None:
        """Read the first forms.

        Args:
            path: The file, in UTF-8.
            name: Name for defects.
            patient: Name of the patient's identifier.
            others: Reads the forms of other systems.

        Raises:
            UnreadableError: The file is too large, or no text in UTF-8.
        """
        super().__init__(name, patient, others)
        self.encoding = "utf-8"
        self._text = without_envelope(_text_of_json(path))
        self._look()

    def _rows(self) -> Iterator[FormRow]:
        yield from forms_of_json(self.name, self._text, self.others)


def _text_of_json(path: Path) -> str:
    """Return the text of a file.

    Raises:
        UnreadableError: It is too large, or no text in UTF-8.
    """
    with path.open("rb") as file:
        content = file.read(MOST_FORMS + 1)
    if len(content) > MOST_FORMS:
        more = f"a list of forms may have {MOST_FORMS >> 20} MB; write each form on a line (.jsonl)"
        raise UnreadableError(more, alone=True)
    try:
        return content.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError:
        raise UnreadableError("save the file as UTF-8 text", "bad_encoding") from None


class FolderTable(_FormsTable):
    """A folder of single forms, each a row."""

    one_file = False

    def __init__(
        self,
        paths: Sequence[Path],
        name: str,
        patient: str = PATIENT,
        others: OtherForms | None = None,
    ) -> None:
        """Read the first forms.

        Args:
            paths: The forms, in the order of the rows.
            name: Name of the folder for defects.
            patient: Name of the patient's identifier.
            others: Reads the forms of other systems.
        """
        super().__init__(name, patient, others)
        self._paths = paths
        self._look()

    def _rows(self) -> Iterator[FormRow]:
        for path in self._paths:
            yield from forms_of_file(path, self.others)


def _at(texts: Sequence[str], places: Sequence[int]) -> list[str]:
    return [texts[place] for place in places]
