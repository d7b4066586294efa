"""Sound files for each reader of `fuzz.py`, and the damage that is done to them."""

import base64
import gzip
import io
import json
import os
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter

from hingeexpert.formats.files import data_folder

ROOT = Path(__file__).parent.parent
ROWS: list[list[object]] = [
    ["patient.id", "date", "wall.done", "wall.hips", "stick.depth_degrees", "safety.screen"],
    ["P1", "2026-11-20", "yes", "back", 60, "all_no"],
    ["P2", "2026-11-21", "yes", "down", 42.5, "all_no"],
    ["P3", "", "no", "", "", ""],
]
FORM = "form: hinge/2\npatient: {id: P1}\nwall: {done: yes, hips: back, clean_reps: 10}\n"
MAP = (
    "columns: {Who: patient.id, Hips: wall.hips}\ndate_format: '%d/%m/%Y'\nblank: [N/A]\n"
    "values:\n  wall.hips: {Good: back, Bad: down}\n"
)
CLINIC = "name: Clinic\nphone: '1 23'\nfigure: {body: first, skin: mid}\n"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
OLD_WORKBOOK = """
eNrt2kuIW2UUB/Bz804m79dMMjOZTCaTtNMHNulz0U4VtCtL7UYRoU6bQUOn0zKOSF1otXYpCK4UN4W6cFN14wNd6M6FUFFBEI
RWl64EBRdt4/f952SYf/2EDmihcr8hJzffPeeX29xzb5ObfHMtd/3yh9Ubcsc4JEG5PYhLZMOcZ2654YOsmPWDgV0c3pspGfjj
vhrxmNlrkbB8lvo6aveh3d83JCAfhL40UeRnc3tKzsnRs8uL9Xs4HsI2LHh2Gw6a6Mk7ZiYtFWxVHvEUYgHxfWR+jngYM68jHj
S5170n5dr80bn92sVPBBpYlxbrfoyaHzGzS0ryle3il9/w1nLD8uBKf2HpPltRCyXlipgdemRxeXHFPs7Iu5IQOW/GjjNndvR6
16VodvYV+WNQF/l9eFR/Uffn7+28J2b+T56P/sN8zOzEO+ffDIRELsjgaRwklyQusfBaLzx4U5recbO43dzMvj+3sNpfXF7d2e
+Zit7C6mJc5IWFpaWdz/bPPZez6/vLO3vPr/SXnznRW+kvLZkj4tguk3ty4dRpu9yxoWvDbhv22LDXhn027LfhQNDWPIC4C7GD
2EXcjbgHcS/iPsT9iKjtoLaD2g5qO6jtoLaD2g5qO6jtoLaD2i5qu6jtoraL2i5qu6jtoraL2i5quwfMayNr58EsnQdTOD8kTe
xJBss5nCWyZkfcfO+3bx89eWz+BGYumJnh/5CzdofIQF6xFaY4jTVbEO2aOVRsQ3wV6jiWq4hFcwib+9axki48chE5r2FtyzxP
F+O7+faG5S1m+dKvj31Su/TL/FazfPXIjReLV3+YvywN0xA9U2//Lsp2b7v39lt2fDo/vPf0bPoTYuVvZ9ZYIKvbPtC3ARm5Zf
tp/d3A2iP76njrjwL6Wq09CppHQbU8h7X2zsK+Oi8FEtjWvMx9H9B11gqvr7NWRK2AwwrAimh+gKwAWQFYCbWCDisIK6r5QbKC
ZAVhpdUKOawQrJjmh8gKkRWClVcr7LDCsOKaHyYrTFYYVlmtiMOKwEpofoSsCFkRWFW1og4rCmtE86NkRcmKwqqpFXNYMVhJzY
+RFSMrBquhVtxhxWGlND9OVpysOKyWWgmHlYCV1vwEWQmyErCGx9CIwxqBldH8EbJGyBqhvk86rCSsrOYnyUqSlaS+TzmsFKyc
5qfISpGVor5PO6w0rLzmp8lKk5Wmvs84rAysguZnyMqQlaG+zzqsLKyi5mfJypKVpb7POawcrJLm58jKkZWjvs87rDyssubnyc
qTlae+LzisAqxRzS+QVSCrQH1fdFhFWGOaXySrSFaR+r7ksEqwKppfIqtEVon6vuywyrCqml8mq0xWmfp+1GGNwhrX/FGyRska
pb4fc1hjsCY0f4ysMbLGqO8rDqsCa1LzK2RVyKpQ31cdVhVWTfOrZFXJqlLfjzuscVhTmj9O1jhZ49T3Ew5rAlZd8yfImiBrgv
p+0mFNwprW/EmyJsmapL6vOawarIbm18iqkVWjvp9yWFOwZjR/iqwpsqao7+sOqw6rqfl1supk1anvpx3WNKxZzZ8ma5qsaer7
hsNqwGppfoOsBlkN6vsZhzUDq635M2TNkDVDfd90WE1YWzS/SVaTrCb1/azDmoW1VfNnyZola5b6vuWwWrDmNL9FVousFvV922
G1YW3T/DZZbbLa631/KJCXj2zTyuEN1/oS4g9/+MMf/vCHP/zhD3/4wx/++D8ND9/ViH77Ifh8aK862Cv59gp8XD8L2ivVSXwn
Jvj0b6/E2t993DK32/7PKO7bcVzOmr9VqcvDsmzuV+T8pvqnLGFvaHl3WTP8vZAdj5tnX5HTchLbcXrT/ZuXgLfx33PXhfV/7x
Da7PPf3sx2/sfP/xfVicRV
"""
"""A workbook of the old kind, packed."""
SETTINGS = {"map": [MAP], "clinic": [CLINIC], "yaml": [FORM], "explain": [FORM], "forms": [FORM]}
WORDS = [
    *(b"XFD1048576", b"A99999999999", b"ZZZ9", b"A0", b"1", b"AAAAAAAA1", b"-1", b"0", b"''", b'"'),
    *(b"99999999999999999999", b"2147483647", b"4294967296", b"1e999", b"NaN", b"0x", b"\0", b"\r"),
    *(b"\xff\xfe", b"\xed\xa0\x80", b"\\ud800", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"<a>"),
    *(b"]]>", b"{", b"}", b"[", b"]", b",", b":", b"\n", b"\t", b"&x", b"*x", b"!x", b"? ", b"- "),
    *(b"encoding='klingon'", b"encoding='utf-16'", b"t='e'", b"r='A99999999999'", b"_x000D_", b"="),
    *(b'"item": [', b'"answer": []', b'"valueBoolean": true,', b"all_no", b"not_assessed", b"UNK"),
    *(b"null", b"true", b"yes", b"1900-02-30", b"9999-12-31", b"=1+1", b"%", b"\xe2\x80\xa8"),
]
"""What is put where it does not belong."""


def samples(name: str, folder: Path) -> Iterator[bytes]:
    """Yield sound files for a reader.

    Args:
        name: Of the reader.
        folder: Where there is room to make some.
    """
    if name in SETTINGS:
        yield from (text.encode() for text in SETTINGS[name])
    if name in ("yaml", "explain", "forms"):
        yield (data_folder("rules") / "demo.yaml").read_bytes()
        yield from (path.read_bytes() for path in (ROOT / "tests/data/forms").glob("*.yaml"))
    text = "".join(",".join(f"{cell}" for cell in row) + "\n" for row in ROWS).encode()
    groups = [{"patient": {"id": f"P{n}"}, "wall": {"done": True, "hips": "back"}} for n in "123"]
    match name:
        case "csv":
            yield from (text, text.replace(b",", b";"), text.decode().encode("utf-16"))
            yield '\ufeffpatient.id,wall.hips,clinician\n"P""1",back,"Zoë\n=1"\n'.encode()
        case "jsonl":
            yield "".join(json.dumps(group) + "\n" for group in groups).encode()
        case "json":
            yield json.dumps(groups, indent=1).encode()
        case "xlsx":
            yield _workbook(in_memory=True)
            yield _workbook(in_memory=False)
        case "ods":
            yield _open_document()
        case "xls":
            yield zlib.decompress(base64.b64decode("".join(OLD_WORKBOOK.split())))
        case "parquet":
            yield from _parquet(folder)
        case "zip":
            yield zipped({"t.csv": text})
        case "gz":
            yield gzip.compress(text)
        case "logo":
            yield PIXEL
        case "pdf":
            yield _fillable(folder)
        case "rules":
            yield from _rule_files()


def _rule_files() -> Iterator[bytes]:
    rules = data_folder("rules")
    for path in sorted(rules.rglob("*.yaml")):
        name = path.relative_to(rules).as_posix()
        if not name.startswith("cases/"):
            yield name.encode() + b"\n" + path.read_bytes()


def _workbook(*, in_memory: bool) -> bytes:
    """Return a workbook with a date, a hidden row, an error and zeros before a number."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": in_memory, "constant_memory": not in_memory})
    sheet, zeros = book.add_worksheet("Forms"), book.add_format({"num_format": "00000"})
    for place, row in enumerate(ROWS):
        sheet.write_row(place, 0, row)
    if in_memory:
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(7, 9, None, None, {"hidden": True})
        sheet.write_formula(3, 3, "=1/0", None, "#DIV/0!")
        sheet.write_number(4, 0, 42, zeros)
        book.add_worksheet("Other").write_row(0, 0, ["a", "b"])
    book.close()
    return written.getvalue()


def _open_document() -> bytes:
    """Return a spreadsheet of LibreOffice."""
    sys.path.insert(0, str(ROOT / "tests/support"))
    from messy import open_document

    path = Path(os.devnull).with_name("shm") / f"fuzz-{os.getpid()}.ods"
    try:
        open_document(path, ROWS, {(1, 3): ('office:value-type="error"', "#DIV/0!")}, {2})
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)


def _parquet(folder: Path) -> Iterator[bytes]:
    """Yield tables of all types; they are written in another process, see `fuzz_readers.py`."""
    path = folder / "sound.parquet"
    code = """
import datetime, sys
import polars as pl
path, kind = sys.argv[1:]
day = datetime.date(2026, 11, 20)
rows = 3 if kind == "small" else 400
frame = pl.DataFrame({
    "patient.id": [f"P{n}" for n in range(rows)],
    "date": [day] * rows,
    "wall.done": [True, None, False] + [None] * (rows - 3),
    "stick.depth_degrees": [60.0, float("nan"), 0.5] * (rows // 3) + [1.0] * (rows % 3),
    "wall.hips": pl.Series(["back", "down", None] + ["back"] * (rows - 3), dtype=pl.Categorical),
    "other": [[1], [], None] + [[2, 3]] * (rows - 3),
    "time": [datetime.datetime(2026, 1, 1)] * rows,
    "bytes": [b"x"] * rows,
})
compression = {"small": "uncompressed", "zstd": "zstd", "snappy": "snappy"}[kind]
frame.write_parquet(path, compression=compression, row_group_size=150)
"""
    for kind in ("small", "zstd", "snappy"):
        subprocess.run([sys.executable, "-c", code, path, kind], check=True)
        yield path.read_bytes()


def _fillable(folder: Path) -> bytes:
    """Return a form to fill in as a PDF."""
    path = folder / "form.pdf"
    code = "from hingeexpert.cli import run; run()"
    words = ["form", "--format", "pdf", "--fillable", "-o", path, "--overwrite"]
    subprocess.run([sys.executable, "-c", code, *words], check=True, capture_output=True)
    return path.read_bytes()


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return a zip archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


class Damage:
    """Damages files, by chance."""

    def __init__(self, chance: random.Random) -> None:
        self.random = chance

    def of(self, name: str, sound: bytes) -> bytes:
        """Return a damaged copy of a file for a reader."""
        if name == "rules":
            file, _, content = sound.partition(b"\n")
            return file + b"\n" + self._rubbish(content)
        if name in ("xlsx", "ods") and self.random.random() < 0.8:
            return self._inside(sound)
        if name == "parquet" and self.random.random() < 0.6:
            return self._foot(sound)
        return self._several(sound)

    def _several(self, content: bytes) -> bytes:
        for _ in range(self.random.choice((1, 1, 1, 2, 3, 8))):
            content = self._once(content)
        return content

    def _rubbish(self, content: bytes) -> bytes:
        """Return what may stand in the place of a whole file: nothing, half of it, another kind."""
        kinds = (
            lambda: b"",
            lambda: content[: self.random.randrange(len(content))],
            lambda: b"{" * 4000,
            lambda: b"a: &a [*a]\n",
            lambda: b"!!python/object/apply:os.system ['true']\n",
            lambda: content.decode().encode("utf-16"),
            lambda: b"- just\n- a list\n",
            lambda: b"\x00\x01\xff",
            lambda: self._without_a_key(content),
            lambda: self._several(content),
            lambda: self._several(content),
        )
        return self.random.choice(kinds)()

    def _without_a_key(self, content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        heads = [place for place, line in enumerate(lines) if line[:1].isalpha()]
        place = self.random.choice(heads or [0])
        return b"".join(lines[:place] + lines[place + 1 :])

    def _inside(self, sound: bytes) -> bytes:
        """Return an archive with one of its parts damaged, missing, or doubled."""
        with zipfile.ZipFile(io.BytesIO(sound)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        likely = [name for name in parts if "sheet" in name or "content" in name]
        names: Sequence[str] = likely if self.random.random() < 0.6 else list(parts)
        name = self.random.choice(list(names))
        if self.random.random() < 0.04:
            del parts[name]
        else:
            parts[name] = self._several(parts[name])
        return zipped(parts)

    def _foot(self, sound: bytes) -> bytes:
        """Return a Parquet file with a change in its foot, whose length it keeps or lies about."""
        (length,) = struct.unpack("<I", sound[-8:-4])
        start = len(sound) - 8 - length
        changed = self._several(sound[start:-8])
        said = len(changed) if self.random.random() < 0.95 else self.random.getrandbits(32)
        return sound[:start] + changed + struct.pack("<I", said) + sound[-4:]

    def _once(self, content: bytes) -> bytes:
        """Change one thing."""
        size = len(content)
        if not size:
            return self.random.choice(WORDS)
        at = self.random.randrange(size)
        length = min(self.random.choice((1, 1, 2, 4, 8, 60, 2000)), size - at)
        kinds = (
            lambda: (
                content[:at]
                + bytes([content[at] ^ (1 << self.random.randrange(8))])
                + content[at + 1 :]
            ),
            lambda: content[:at] + self.random.randbytes(length) + content[at + length :],
            lambda: content[:at] + content[at + length :],
            lambda: content[:at] + self.random.choice(WORDS) + content[at:],
            lambda: content[:at] + self.random.choice(WORDS) + content[at + length :],
            lambda: content[:at] + content[at : at + length] * 3 + content[at + length :],
            lambda: self._other_value(content),
            lambda: self._other_value(content),
            lambda: content[:at],
            lambda: content[:at] + content[at : at + 1] * 3000 + content[at:],
        )
        return self.random.choice(kinds)()

    def _other_value(self, content: bytes) -> bytes:
        """Put a word in the place of what stands between two marks."""
        marks = [place for place, byte in enumerate(content) if byte in b"\"'<>:,[]{}\n "]
        if len(marks) < 2:
            return self.random.choice(WORDS)
        place = self.random.randrange(len(marks) - 1)
        start, end = marks[place] + 1, marks[place + 1]
        return content[:start] + self.random.choice(WORDS) + content[end:]
