"""The lines of delimited text without what says nothing: quotation marks around cells that need
none, and the blanks of cells that hold nothing else.

Quotation marks are left out only where that changes no cell: each stands at one end of a cell, and
no delimiter or line break between the two. Any other mark makes the whole text one that cannot be
read so.
"""

from collections.abc import Sequence

import numpy as np

from hingeexpert.formats.tables.table import Flags

LF, CR, QUOTE, SPACE, TAB = b'\n\r" \t'
PIECE = 1 << 18
"""Bytes that are looked at together: so many stay in the cache of a processor."""
MOST_BLANKS = 100
"""Blanks that are looked through in one cell."""


def bare_lines(text: bytes, delimiter: bytes) -> bytes | None:
    """Return whole lines bare; `None` where a quotation mark is needed, or wrong, or a
    carriage return stands alone.

    Args:
        text: Lines in UTF-8, the first the beginning of a record.
        delimiter: What stands between cells.
    """
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        return None  # one that stood inside a cell would come to stand before a line feed
    if b'"' in text:
        if not _none_needed(text, delimiter[0]):
            return None
        text = text.translate(None, b'"')
    blanks = [blank for blank in (SPACE, TAB) if blank != delimiter[0] and blank in text]
    if any(_begins_a_cell(blank, text, delimiter) for blank in blanks):
        return _without_lone_blanks(text, delimiter[0], blanks)
    return text


def _begins_a_cell(blank: int, text: bytes, delimiter: bytes) -> bool:
    """Return whether a blank stands anywhere at the beginning of a cell."""
    begins = text[0] == blank
    return begins or any(start + bytes([blank]) in text for start in (delimiter, b"\n"))


def _none_needed(text: bytes, delimiter: int) -> bool:
    """Return whether every quotation mark stands at one end of a cell that needs none."""
    buffer, is_inside = np.frombuffer(b"\n" + text + b"\n", np.uint8), False
    for start in range(0, len(text), PIECE):
        piece = buffer[start : start + PIECE + 2]
        marks, ends = piece == QUOTE, _is_end(piece, delimiter)
        behind = ends[2:] | (piece[2:] == CR)
        if (marks[1:-1] & (ends[:-2] == behind)).any():
            return False  # an end of its cell on neither side, or on both
        inside = _inside(_packed(marks[1:-1]), is_inside=is_inside)
        if (inside & _packed(ends[1:-1])).any():
            return False
        is_inside = bool(inside[-1] >> np.uint64(63))
    return not is_inside


def _packed(flags: Flags) -> np.ndarray:
    """Return flags as bits, 64 in a number."""
    packed = np.packbits(flags, bitorder="little")
    return np.pad(packed, (0, -packed.size % 8)).view("<u8")


def _inside(marks: np.ndarray, *, is_inside: bool) -> np.ndarray:
    """Return the bits that stand inside quotation marks.

    Args:
        marks: Those that are one.
        is_inside: Whether the first number begins inside.
    """
    odd = marks  # up to a bit, with it, the marks of its number are odd
    for shift in (1, 2, 4, 8, 16, 32):
        odd = odd ^ (odd << np.uint64(shift))
    after = np.bitwise_xor.accumulate(odd >> np.uint64(63)).astype(bool) ^ is_inside
    before = np.concatenate([[is_inside], after[:-1]])
    return np.where(before, ~odd, odd)


def _is_end(piece: np.ndarray, delimiter: int) -> Flags:
    """Return which bytes end a cell; a carriage return is left to the line feed behind it."""
    ends: Flags = (piece == delimiter) | (piece == LF)
    return ends


def _without_lone_blanks(text: bytes, delimiter: int, blanks: Sequence[int]) -> bytes:
    """Return lines without the blanks of cells that hold nothing else."""
    buffer = np.frombuffer(text + b"\n", np.uint8)
    blank = np.isin(buffer, blanks)
    first = np.flatnonzero(blank)
    first = first[(first == 0) | _is_end(buffer[first - 1], delimiter)]
    left_out = np.zeros(buffer.size, bool)
    left_out[-1] = True
    for length in range(1, MOST_BLANKS + 1 if first.size else 1):
        behind = buffer[first + length]
        alone = first[_is_end(behind, delimiter) | (behind == CR)]
        for place in range(length):
            left_out[alone + place] = True
        first = first[blank[first + length]]
    return buffer[~left_out].tobytes()
