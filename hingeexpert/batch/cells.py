"""From the text of cells to answers of the right type, and every defect on the way.

Owns how headings become identifiers and cells become values: letter case and outer blanks do not
count in a choice, flags know a few more spellings, and everything else is strict. Reads no file and
judges nothing.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import polars as pl

from hingeexpert.batch.mapping import DATE, FREE, Mapping, fold, identifiers
from hingeexpert.errors import nearest, nearest_name, shown
from hingeexpert.formats.tables.defects import Defect
from hingeexpert.formats.tables.table import PATIENT, Chunk
from hingeexpert.forms.assessment import MOST_TEXT
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.answers import Number
from hingeexpert.knowledge.models.observables import Observable

FLAGS = {
    "yes": "yes",
    "y": "yes",
    "true": "yes",
    "1": "yes",
    "no": "no",
    "n": "no",
    "false": "no",
    "0": "no",
}
"""Spellings of a flag."""
BLANKS = frozenset({"-", "\N{EN DASH}", "\N{EM DASH}", "?", "na", "n/a"})
"""Spellings of a flag that was not answered."""
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
ISO_DATE = "%Y-%m-%d"
FORM = "form"


class Slip(NamedTuple):
    """Why a cell is refused."""

    code: str
    message: str
    allowed: str = ""
    nearest: str = ""


class Refused(NamedTuple):
    """A cell that was refused: position of its row in the chunk, identifier, text, and why."""

    place: int
    name: str
    value: str
    slip: Slip


@dataclass(frozen=True)
class Layout:
    """What the columns of a table are.

    Attributes:
        columns: Identifier to heading, for the columns that are read.
        unknown: Headings that are nothing known, each with a hint.
        problems: Why the table cannot be read; empty where it can.
    """

    columns: dict[str, str]
    unknown: tuple[tuple[str, str], ...]
    problems: tuple[Slip, ...]


def layout(
    knowledge: KnowledgeBase,
    headings: Sequence[str],
    mapping: Mapping,
    *,
    own_columns: bool = False,
) -> Layout:
    """Find the identifier of each heading.

    Args:
        knowledge: The knowledge base.
        headings: The headings of a table.
        mapping: What other headings mean.
        own_columns: Whether rows name their columns themselves. Then a name is written exactly, as
            on a form, one that cannot be read is a slip of its row and not of the table, and a
            column may be missing.
    """
    known = {name if own_columns else fold(name): name for name in (*identifiers(knowledge), FORM)}
    columns: dict[str, str] = {}
    unknown: list[tuple[str, str]] = []
    problems: list[Slip] = []
    for heading in headings:
        if mapping.ignores(heading):
            continue
        name = mapping.heading(heading) or known.get(heading if own_columns else fold(heading))
        if name is None:
            unknown.append((heading, nearest(heading, known.values())))
        elif name in columns and own_columns:
            unknown.append((heading, f"; it stands for {name}, as {shown(columns[name])} does"))
        elif name in columns:
            problems.append(
                Slip(
                    "repeated_heading",
                    f"two columns are {name}: {shown(columns[name])} and {shown(heading)}",
                )
            )
        else:
            columns[name] = heading
    for heading in () if own_columns else mapping.unused(headings):
        problems.append(
            Slip(
                "missing_column",
                f"the map names a heading that the table does not have: {shown(heading)}",
            )
        )
    if PATIENT not in columns and not own_columns:
        problems.append(
            Slip(
                "missing_column",
                f"no column is {PATIENT}; a map can say which one is (--map, --draft-map)",
            )
        )
    return Layout(columns, tuple(unknown), tuple(problems))


@dataclass(frozen=True)
class Kind:
    """How the cells of one column are read.

    Attributes:
        dtype: Type of the column.
        quick: Reads most cells at once; what it cannot read is null.
        judge: Reads one other cell: its value, `None` for a blank, or why it is refused.
    """

    dtype: pl.DataType
    quick: Callable[[pl.Series], pl.Series]
    judge: Callable[[str], Value | Slip | None]


class CellReader:
    """Reads the cells of one table."""

    def __init__(
        self,
        columns: Columns,
        table: Layout,
        mapping: Mapping,
        file: str,
        *,
        decimal_comma: bool = False,
        own_columns: bool = False,
    ) -> None:
        """Prepare for a table.

        Args:
            columns: The expressions of a knowledge base, for the types of answers and for findings
                that contradict their form.
            table: What the columns of the table are.
            mapping: What other labels mean, and how dates are written.
            file: Name of the table for defects.
            decimal_comma: Whether numbers may be written with a comma.
            own_columns: Whether a row names its columns itself, so that one that is not known is a
                slip of that row.
        """
        self.knowledge = columns.knowledge
        self.columns = columns
        self.table = table
        self.mapping = mapping
        self.file = file
        self.decimal_comma = decimal_comma
        self.own_columns = own_columns
        self.kinds = {name: self._kind(name) for name in table.columns}

    def read(self, chunk: Chunk) -> tuple[pl.DataFrame, list[Defect]]:
        """Read some rows.

        Args:
            chunk: The rows as text.

        Returns:
            The rows without a defect: `row`, `file` where each has its own, the free columns that
            the table has, and the answers with the types that `Columns` asks for; and every defect
            of the others, by row and then by column.
        """
        read: dict[str, pl.Series] = {"row": chunk.rows}
        if chunk.files:
            read["file"] = pl.Series("file", chunk.files, pl.String)
        refused: list[Refused] = []
        for name, heading in self.table.columns.items():
            read[name], slips = self._column(name, chunk.cells[heading])
            refused += slips
        refused += self._not_asked(chunk, read)
        if PATIENT not in read:
            read[PATIENT] = pl.Series(PATIENT, [None] * len(chunk.rows), pl.String)
            refused += _without_id(read[PATIENT])
        if self.own_columns:
            refused += self._unknown(chunk)
        rows = pl.DataFrame(read)
        refused += self._contradictions(rows)
        if not refused:
            return rows, []
        bad = pl.Series("bad", sorted({cell.place for cell in refused}), pl.UInt32)
        good = rows.with_row_index("?").filter(~pl.col("?").is_in(bad.implode())).drop("?")
        return good, list(self._defects(chunk, refused))

    def _column(self, name: str, text: pl.Series) -> tuple[pl.Series, list[Refused]]:
        """Return a column with its type, and the cells that were refused."""
        kind = self.kinds[name]
        quick = kind.quick(text).alias(name)
        odd = text.is_not_null() & quick.is_null()
        refused = []
        if odd.any():
            places, texts = odd.arg_true(), text.filter(odd)
            judged = {one: kind.judge(one) for one in texts.unique()}
            values = {one: value for one, value in judged.items() if not isinstance(value, Slip)}
            if values:
                mended = texts.replace_strict(
                    list(values), list(values.values()), default=None, return_dtype=kind.dtype
                )
                quick = quick.scatter(places, mended)
            slips = {one: slip for one, slip in judged.items() if isinstance(slip, Slip)}
            refused = [
                Refused(place, name, one, slips[one])
                for place, one in zip(places, texts, strict=True)
                if one in slips
            ]
        if name == PATIENT:
            refused += _without_id(text)
        return quick, refused

    def _kind(self, name: str) -> Kind:
        if name in self.knowledge.observables:
            item = self.knowledge.observables[name]
            if isinstance(item.answer, Number):
                return self._number(name, item.answer)
            return self._choice(name, item)
        if name == DATE:
            return self._date()
        if name in FREE:
            return Kind(
                pl.String(),
                _printable,
                lambda _: Slip("bad_text", f"a control character, or over {MOST_TEXT} characters"),
            )
        shorthand = self.columns.shorthands.get(name)
        wanted = self.knowledge.info.form if shorthand is None else shorthand.categories[0]
        return self._constant(name, wanted, shorthand or pl.String())

    def _choice(self, name: str, item: Observable) -> Kind:
        dtype = self.columns.schema[name]
        spelled: dict[str, str | None] = {fold(value): value for value in item.values}
        labels = self.mapping.values.get(name)
        if item.answer.is_flag and not labels:
            spelled = {**dict.fromkeys(BLANKS), **FLAGS, **spelled}

        def judge(text: str) -> Value | Slip | None:
            label = self.mapping.value(name, text)
            if label is not None:
                return label or None
            if fold(text) in spelled:
                return spelled[fold(text)]
            return Slip(
                "unknown_choice",
                item.answer.slip(text) or "",
                item.answer.allowed,
                nearest_name(text, item.values) or "",
            )

        return Kind(
            dtype,
            lambda text: (text.clear(len(text)) if labels else text).cast(dtype, strict=False),
            judge,
        )

    def _number(self, name: str, answer: Number) -> Kind:
        limits = answer.limits
        dtype = self.columns.schema[name]

        def quick(text: pl.Series) -> pl.Series:
            number = text.cast(dtype, strict=False)
            return number.set(~number.is_between(limits.least, limits.most), None)

        def judge(text: str) -> Value | Slip | None:
            written = text.strip().replace(",", ".") if self.decimal_comma else text.strip()
            if not NUMBER.fullmatch(written):
                return Slip("wrong_type", answer.slip(text) or "", answer.allowed)
            number = float(written)
            value = int(number) if answer.whole and number.is_integer() else number
            slip = answer.slip(value)
            code = "wrong_type" if answer.whole and isinstance(value, float) else "out_of_range"
            return Slip(code, slip, answer.allowed) if slip else value

        return Kind(dtype, quick, judge)

    def _date(self) -> Kind:
        format_ = self.mapping.date_format

        def quick(text: pl.Series) -> pl.Series:
            right = (
                text.str.len_chars().eq(10) & text.str.to_date(ISO_DATE, strict=False).is_not_null()
            )
            return text.set(~right | (format_ is not None), None)

        formats = [format_ or ISO_DATE]
        if format_ and not format_.startswith(ISO_DATE[:2]):
            formats.append(ISO_DATE)

        def judge(text: str) -> Value | Slip | None:
            for one in formats:
                try:
                    return datetime.strptime(text.strip(), one).date().isoformat()
                except ValueError:
                    continue
            else:
                hint = "" if format_ else "; other ways of writing a date need date_format in a map"
                return Slip(
                    "bad_date",
                    f"{shown(text)} is not a date as {format_ or 'YYYY-MM-DD'}{hint}",
                    format_ or "YYYY-MM-DD",
                )

        return Kind(pl.String(), quick, judge)

    def _constant(self, name: str, wanted: str, dtype: pl.DataType) -> Kind:
        def judge(text: str) -> Value | Slip | None:
            if fold(text) == fold(wanted) or fold(self.mapping.value(name, text) or "") == fold(
                wanted
            ):
                return wanted
            near = nearest_name(text, [wanted]) or ""
            return Slip(
                "unknown_choice", f"{shown(text)} is not allowed; allowed: {wanted}", wanted, near
            )

        return Kind(dtype, lambda text: text.set(text.ne(wanted), None).cast(dtype), judge)

    def _not_asked(self, chunk: Chunk, read: dict[str, pl.Series]) -> Iterator[Refused]:
        """Yield the flags that say they were not asked while a shorthand answers all of their
        group.
        """
        for group in self.knowledge.groups:
            said = read.get(f"{group.group}.{group.shorthand.key}") if group.shorthand else None
            if said is None or group.shorthand is None:
                continue
            slip = Slip(
                "not_asked",
                (
                    f"not asked, while {said.name} is {group.shorthand.value}; answer it, or "
                    "answer each on its own"
                ),
            )
            for name in group.observables:
                if name in read:
                    text = chunk.cells[self.table.columns[name]]
                    for place in (
                        text.is_not_null() & read[name].is_null() & said.is_not_null()
                    ).arg_true():
                        if not isinstance(self.kinds[name].judge(text[place]), Slip):
                            yield Refused(place, name, text[place], slip)

    def _unknown(self, chunk: Chunk) -> Iterator[Refused]:
        """Yield the cells that stand under a name that is not known."""
        for heading, hint in self.table.unknown:
            slip = Slip("unknown_identifier", f"there is no observable {shown(heading)}{hint}")
            for place in chunk.cells[heading].is_not_null().arg_true():
                yield Refused(place, heading, chunk.cells[heading][place], slip)

    def _contradictions(self, rows: pl.DataFrame) -> Iterator[Refused]:
        """Yield the findings of drills that were not done."""
        slip = Slip(
            "drill_not_done",
            "a finding of a drill that was not done; leave it out, or say that the drill was done",
        )
        wrong = self.columns.contradictions(rows.lazy()).collect()
        for name in wrong.columns:
            for place in wrong[name].arg_true():
                yield Refused(place, name, str(rows[name][place]), slip)

    def _defects(self, chunk: Chunk, refused: list[Refused]) -> Iterator[Defect]:
        """Yield the defects of the refused cells, by row and then as the columns stand."""
        order = {name: number for number, name in enumerate(self.table.columns)}
        refused.sort(key=lambda cell: (cell.place, order.get(cell.name, len(order)), cell.name))
        places = list(dict.fromkeys(cell.place for cell in refused))
        raw = dict(zip(places, chunk.raw(places), strict=True))
        patient = (
            chunk.cells[self.table.columns[PATIENT]] if PATIENT in self.table.columns else None
        )
        for place, name, value, slip in refused:
            yield Defect(
                file=chunk.files[place] if chunk.files else self.file,
                line=chunk.lines[place],
                row=chunk.rows[place],
                patient=None if patient is None else patient[place],
                column=self.table.columns.get(name, name),
                value=value,
                code=slip.code,
                message=slip.message,
                raw=raw[place],
                allowed=slip.allowed,
                nearest=slip.nearest,
            )


def _without_id(text: pl.Series) -> list[Refused]:
    """Refuse the blank cells of the patient's identifier."""
    missing = Slip("missing_id", f"{PATIENT} is blank; every row needs one")
    return [Refused(place, PATIENT, "", missing) for place in text.is_null().arg_true()]


def _printable(text: pl.Series) -> pl.Series:
    """Return text without outer blanks, null where it cannot be a name or an id."""
    text = text.str.strip_chars()
    return text.set(text.str.len_chars().gt(MOST_TEXT) | text.str.contains(r"\p{Cc}"), None)
