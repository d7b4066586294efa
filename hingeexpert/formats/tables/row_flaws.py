"""What is wrong with one row of delimited text that was refused."""

from collections.abc import Iterator, Sequence

from hingeexpert.formats.tables.defects import CODES, Flaw
from hingeexpert.formats.tables.screening import MOST_CELL, blank_heading, long_cell, nul_byte
from hingeexpert.formats.tables.splitting import is_quoted, is_text, text_of, value_of
from hingeexpert.formats.tables.table import SPACES

REPEATED_HEADINGS = "repeated_header"


def flaws(
    names: Sequence[str], raw: bytes, cells: Sequence[bytes], fault: str | None, *, cut_off: bool
) -> Iterator[Flaw]:
    """Yield what is wrong with a row: first with its shape, then with its cells.

    Args:
        names: The headings; a blank one is empty.
        raw: The row without its line break.
        cells: The same, split.
        fault: Code of what is wrong with its quotation marks.
        cut_off: Whether the file ends inside it.
    """
    if fault:
        yield _quotes(names, cells, fault)
    elif len(cells) < len(names):
        code = "truncated" if cut_off else "short_row"
        yield Flaw(names[len(cells)], "", code, _counts(code, names, cells))
    elif len(cells) > len(names):
        code = "extra_cell"
        yield Flaw("", value_of(cells[len(names)]), code, _counts(code, names, cells))
    elif _repeats_headings(names, cells):
        code = REPEATED_HEADINGS
        yield Flaw("", "", code, f"{CODES[code]}; take it out")
    else:
        yield from _without_heading(names, cells)
    yield from _in_cells(names, raw, cells)


def _quotes(names: Sequence[str], cells: Sequence[bytes], fault: str) -> Flaw:
    """Say that quotation marks are wrong, in the first cell where one is."""
    wrong = (place for place, cell in enumerate(cells) if b'"' in cell and not is_quoted(cell))
    place = next(wrong, 0)
    mend = "put the cell in quotation marks and write each mark inside it twice"
    column = names[place] if place < len(names) else ""
    return Flaw(column, value_of(cells[place]), fault, f"{CODES[fault]}; {mend}")


def _counts(code: str, names: Sequence[str], cells: Sequence[bytes]) -> str:
    return f"{CODES[code]}: {len(cells)} instead of {len(names)}"


def _repeats_headings(names: Sequence[str], cells: Sequence[bytes]) -> bool:
    if names[0] not in text_of(cells[0]):  # quick, and most often so
        return False
    return [value_of(cell).strip(SPACES) for cell in cells] == names


def _without_heading(names: Sequence[str], cells: Sequence[bytes]) -> Iterator[Flaw]:
    for place, (name, cell) in enumerate(zip(names, cells, strict=True), 1):
        if not name and (value := value_of(cell)).strip(SPACES):
            yield blank_heading(value, place)


def _in_cells(names: Sequence[str], raw: bytes, cells: Sequence[bytes]) -> Iterator[Flaw]:
    """Yield what is wrong with the cells of a row, each by itself."""
    has_nul, has_others, is_long = 0 in raw, not is_text(raw), len(raw) > MOST_CELL
    if not (has_nul or has_others or is_long):
        return
    for place, cell in enumerate(cells):
        name, value = names[place] if place < len(names) else "", value_of(cell)
        if has_nul and 0 in cell:
            yield nul_byte(name, value)
        if has_others and not is_text(cell):
            message = f"{CODES['bad_encoding']}; save the file as UTF-8 text"
            yield Flaw(name, value, "bad_encoding", message)
        if is_long and len(cell) > MOST_CELL and len(value) > MOST_CELL:
            yield long_cell(name, value)
