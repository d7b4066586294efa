"""What can be wrong with a row of a table, and what each code means.

Owns the record of one defect, and how it is made. A defect carries what stands in the row, so it
goes to the table of rejects only, never to a terminal.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

CODES: dict[str, str] = {
    "bad_answer": "a form of another system has an answer that cannot be read",
    "bad_date": "the date is not written as it must be",
    "bad_document": "the form is not YAML or JSON that can be read",
    "bad_encoding": "the row holds bytes that are no text in the file's encoding",
    "bad_json": "the line is not one JSON object",
    "bad_text": "a name, an identifier or a date holds a control character or is too long",
    "blank_heading": "a cell stands in a column without a heading",
    "drill_not_done": "a finding stands for a drill that was not done",
    "empty_file": "the file holds nothing",
    "error_value": "the spreadsheet shows an error instead of a value",
    "extra_cell": "the row has more cells than the table has headings",
    "impossible_answer": "an answer that another answer of the form rules out",
    "long_cell": "a cell is absurdly long",
    "many_defects": "the row has more defects than are told one by one",
    "many_keys": "the form has more keys than any form has questions",
    "missing_column": "a column that is needed is not in the table",
    "missing_id": "the row has no patient.id",
    "missing_sheet": "the workbook has no sheet of this name",
    "nested_list": "a list or a map stands where one value is needed",
    "no_rows": "the file has headings and no row",
    "not_asked": "a flag says it was not asked, while a shorthand answers all of its group",
    "not_calculated": "the cell holds a formula that was never calculated",
    "nul_byte": "the row holds a NUL character",
    "out_of_range": "a number is too small or too large",
    "repeated_header": "the line of headings stands here again",
    "repeated_heading": "two columns have the same heading",
    "repeated_key": "a key stands twice in one form",
    "repeated_visit": "the same patient and date stand in an earlier row",
    "retired_identifier": "an identifier that forms no longer have",
    "short_row": "the row has fewer cells than the table has headings",
    "stray_quote": "a quotation mark stands where none can be",
    "truncated": "the file breaks off inside its last row",
    "unclosed_quote": "a quotation mark opens a cell and none closes it",
    "unknown_identifier": "a form names an observable that there is none of",
    "unknown_choice": "the word is not one of those allowed",
    "unreadable_file": "the file is not what its name says, or is damaged",
    "wrong_type": "something else stands where a number is needed",
}
"""Every code, and its meaning in one line."""

SHOWN = 60
"""Characters of a cell that a defect shows."""
MOST_HEADING = 200
"""Characters of a heading that a defect shows."""
MOST_OF_A_ROW = 100
"""Defects of a row that are told one by one."""
MANY, FEW_OF_A_ROW = 20_000, 3
"""Defects of rows that are read together, and how many of a row are told one by one beyond them."""
MOST_RAW = 30_000
"""Characters of a row that its first defect shows: a cell of a spreadsheet holds hardly more."""
MOST_RAW_AGAIN = 2_000
"""Characters of a row that its other defects show."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong with one row, or with a table as a whole.

    Attributes:
        file: Name of the file.
        line: Line of the file on which the row begins, from 1; for a sheet its row; `None` where
            there are no lines, or for a table as a whole.
        row: Number of the record, from 1, the headings not counted; `None` for a table as a whole.
        patient: The patient's identifier where it could be found.
        column: Heading of the cell; empty where the row as a whole is meant.
        value: What stands in the cell, at most `SHOWN` characters of it.
        code: What is wrong, in one word.
        message: What was found and what is allowed.
        raw: The row as it stands in the file, so that it can be mended and fed in again; so much
            of it as is shown.
        allowed: What is allowed, where that can be said.
        nearest: The allowed value nearest to what stands there, if one is near.
    """

    file: str
    line: int | None
    row: int | None
    patient: str | None
    column: str
    value: str
    code: str
    message: str
    raw: str
    allowed: str = ""
    nearest: str = ""


class Flaw(NamedTuple):
    """One thing that is wrong with a row.

    Attributes:
        column: Heading of the cell; empty where the row as a whole is meant.
        value: What stands in the cell.
        code: One of `CODES`.
        message: What was found and what is allowed.
        allowed: What is allowed, where that can be said.
        nearest: The allowed value nearest to what stands there, if one is near.
    """

    column: str
    value: str
    code: str
    message: str
    allowed: str = ""
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """What every defect of one row says of the row; the attributes are those of `Defect`."""

    file: str
    line: int | None
    row: int
    patient: str | None
    raw: str

    def defects(self, flaws: Iterable[Flaw], most: int = MOST_OF_A_ROW) -> Iterator[Defect]:
        """Yield a defect for each flaw, and one for all those beyond `most`, with so much of the
        cell and of the row as a defect shows.
        """
        raw, left = cut(self.raw, MOST_RAW), iter(flaws)
        for flaw in islice(left, most):
            yield self._defect(flaw, raw)
            raw = cut(self.raw, MOST_RAW_AGAIN)
        more = sum(1 for _ in left)
        if more:
            message = f"{CODES['many_defects']}: {more} more; mend these first"
            yield self._defect(Flaw("", "", "many_defects", message), raw)

    def _defect(self, flaw: Flaw, raw: str) -> Defect:
        column, value, code, message, allowed, nearest = flaw
        place = self.file, self.line, self.row, self.patient and cut(self.patient)
        cell = cut(column, MOST_HEADING), cut(value)
        return Defect(*place, *cell, code, message, raw, allowed, nearest)


def cut(text: str, most: int = SHOWN) -> str:
    """Return at most so many characters of a text."""
    return text if len(text) <= most else text[:most] + "…"
