"""Read a text file in blocks of UTF-8, whatever its encoding.

Owns the detection of the encoding. A byte order mark decides. Without one a file is UTF-8 unless
most of what is not ASCII in it is not UTF-8, or none is and every such byte reads as a letter or
mark of Western European text (Windows-1252); so one damaged row does not turn a whole file into
another encoding. What cannot be read comes out as bytes that are no UTF-8, for the row that holds
them to be refused.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

SAMPLE = 1 << 20
"""Bytes that are looked at in one go."""
ENOUGH = 10_000
"""Characters outside ASCII that decide."""

MOST_ASCII = 0x7F
"""Last character of ASCII."""

UTF_8, WESTERN = "utf-8", "windows-1252"
_MARKS = {
    codecs.BOM_UTF8: UTF_8,
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_WESTERN_TABLE = "".join(
    bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)
)
# A byte that is no UTF-8, say 0xE9, is decoded to the character 0xDCE9 ("surrogateescape"), so that
# both kinds can be counted in one text: characters outside ASCII, and bytes that are no UTF-8.
_NOT_ASCII = re.compile(r"[^\x00-\x7f\udc80-\udcff]")
_NOT_UTF_8 = re.compile(r"[\udc80-\udcff]")

# Such a byte, read as Windows-1252, with what stands beside it. 0xC0 to 0xDE are capitals with an
# accent, 0xDF is the sharp s, 0xE0 to 0xFD are small letters, and 0xD7 and 0xF7 are the signs of
# multiplication and division.
_LETTER = r"A-Za-z\udcc0-\udcfd"
_SMALL = r"\udce0-\udcf6\udcf8-\udcfd"
_WESTERN_TEXT = re.compile(
    rf"(?<=[{_LETTER}])[{_SMALL}\udcdf]"  # a small letter behind a letter: café
    rf"|[{_SMALL}](?=[A-Za-z\udce0-\udcfd])"  # or before one: été
    rf"|(?<![a-z])[\udcc0-\udcd6\udcd8-\udcde](?=[{_LETTER}])"  # a capital before one: Öl
    r"|[\udc80\udc82-\udc8c\udc91-\udc9c\udc9f-\udcbf]"  # the euro, dashes, quotation marks, ½
)


def detect(path: Path) -> tuple[str, int]:
    """Find the encoding of a text file.

    Args:
        path: The file. It is read until enough is known, in blocks.

    Returns:
        Its encoding, and the length of its byte order mark.
    """
    with path.open("rb") as file:
        start = file.read(4096)
        for mark, encoding in _MARKS.items():
            if start.startswith(mark):
                return encoding, len(mark)
        for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            if _mostly_zeros(start[offset::2]):
                return encoding, 0
        file.seek(0)
        return (WESTERN if _is_western(file) else UTF_8), 0


def _mostly_zeros(half: bytes) -> bool:
    """Return whether every other byte of a text is zero, as in UTF-16 that is mostly ASCII."""
    return len(half) > 1 and half.count(0) * 10 > len(half) * 9


def _is_western(file: BinaryIO) -> bool:
    """Return whether a file without a byte order mark is Windows-1252 and not UTF-8."""
    decoder = codecs.getincrementaldecoder(UTF_8)("surrogateescape")
    good = bad = likely = 0  # characters; bytes that are none; those of them that may be Western
    while good + bad < ENOUGH and (block := file.read(SAMPLE)):
        if not block.isascii():
            text = decoder.decode(_around_others(block))
            good += len(_NOT_ASCII.findall(text))
            bad += len(_NOT_UTF_8.findall(text))
            likely += len(_WESTERN_TEXT.findall(text))
    return bad > good if good else 0 < bad == likely


def _around_others(block: bytes) -> bytes:
    """Return the bytes outside ASCII with their neighbours; the others say nothing of the
    encoding.
    """
    near = np.frombuffer(block, np.uint8) > MOST_ASCII
    near[1:] |= near[:-1].copy()
    near[:-1] |= near[1:].copy()
    return np.frombuffer(block, np.uint8)[near].tobytes()


def blocks(path: Path, encoding: str, skip: int, size: int) -> Iterator[bytes]:
    """Read a file in blocks of UTF-8.

    Args:
        path: The file.
        encoding: As `detect` gives it.
        skip: Bytes at the beginning that are left out.
        size: Bytes that are read for a block.
    """
    with path.open("rb") as file:
        file.seek(skip)
        if encoding.startswith("utf-16"):
            yield from _from_utf_16(file, encoding, size)
            return
        while block := file.read(size):
            if encoding == WESTERN and not block.isascii():
                block = codecs.charmap_decode(block, "strict", _WESTERN_TABLE)[0].encode()
            yield block


def _from_utf_16(file: BinaryIO, encoding: str, size: int) -> Iterator[bytes]:
    """Read UTF-16; a half character that stands alone, or half a unit at the end, comes out as
    bytes that are no UTF-8.
    """
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    while block := file.read(size):
        yield decoder.decode(block).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        yield b"\xff"
