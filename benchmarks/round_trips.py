"""Send random forms through every door, out and back, and compare each byte of the result.

    python benchmarks/round_trips.py [--forms 500] [--door pdf ...] [--seed 11]

The doors are those of `tests/support/doors.py`; a tenth of the forms goes through those that take
seconds for each. With `pdftk` and `zbarimg` on the path (Debian: `apt install pdftk-java zbar-tools
poppler-utils`) the form to fill in is also filled by the one, and codes on printed sheets are read
by the other and by zxing-cpp. It exits with 1 where anything differs.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from doors import DOORS, MOST, Door, each, without_head, yaml_back
from filled import blank
from shown_forms import cells_of, shown_forms

from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.handout import Handout, Wishes, handout_pdf
from hingeexpert.handout.folder import Write
from hingeexpert.inference import diagnose
from hingeexpert.interop.brought import nested
from hingeexpert.interop.pocket import pocket_text, read_pocket
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

DEAR = 10
"""Of so many forms one goes through a door that is dear."""
SHEETS = 20
"""Printed sheets whose codes are read."""
DPI = 300


def main() -> None:
    """Compare, and print a line for each door."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--forms", type=int, default=500)
    arguments.add_argument("--door", action="append")
    arguments.add_argument("--seed", type=int, default=11)
    chosen = arguments.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    people = list(shown_forms(knowledge, chosen.forms, chosen.seed))
    doors = [door for door in (*DOORS, *by_pdftk()) if door.name in (chosen.door or (door.name,))]
    different = sum(compared(knowledge, door, people[:: steps(door)]) for door in doors)
    if chosen.door is None:
        different += sum(scanned(knowledge, people))
    sys.exit(different > 0)


def steps(door: Door) -> int:
    """Return of how many forms one goes through a door."""
    return 1 if door.most == MOST else DEAR


def compared(knowledge: KnowledgeBase, door: Door, people: Sequence[Assessment]) -> int:
    """Return how many forms come back as others, or give other bytes."""
    start = time.perf_counter()
    came = door.through(knowledge, people)
    took = time.perf_counter() - start
    sent = [door.kept(person) for person in people]
    forms = abs(len(sent) - len(came)) + sum(
        one != two for one, two in zip(sent, came, strict=False)
    )
    results = sum(
        diagnose(knowledge, one).as_json() != diagnose(knowledge, two).as_json()
        for one, two in zip(sent, came, strict=False)
    )
    print(
        f"{door.name}: {len(people)} forms in {took:.1f} s; {forms} other forms, {results} other "
        "results",
        flush=True,
    )
    return forms + results


def by_pdftk() -> Iterator[Door]:
    """Yield the form to fill in, filled by pdftk, where that is installed."""
    if shutil.which("pdftk") is None:
        print("pdftk: not on the path; left out")
        return
    yield each("pdf, by pdftk", filled_by_pdftk, yaml_back, most=1)


def filled_by_pdftk(knowledge: KnowledgeBase, person: Assessment) -> bytes:
    """Return the form to fill in with what stands on a form."""
    with tempfile.TemporaryDirectory() as folder:
        empty, data, full = (Path(folder) / name for name in ("empty.pdf", "data.xfdf", "full.pdf"))
        empty.write_bytes(blank())
        data.write_text(xfdf(knowledge, person), encoding="utf-8")
        subprocess.run(["pdftk", empty, "fill_form", data, "output", full], check=True)
        return full.read_bytes()


def xfdf(knowledge: KnowledgeBase, person: Assessment) -> str:
    """Return what stands on a form as the values of fields."""
    form = nested(cells_of(knowledge, person).items())
    fields = "".join(field(name, value) for name, value in form.items())
    start = '<?xml version="1.0" encoding="UTF-8"?><xfdf xmlns="http://ns.adobe.com/xfdf/">'
    return f"{start}<fields>{fields}</fields></xfdf>"


def field(name: str, value: object) -> str:
    """Return a field, with those below it."""
    if isinstance(value, dict):
        inside = "".join(field(key, below) for key, below in value.items())
    else:
        inside = f"<value>{escape(str(value))}</value>"
    return f'<field name="{name}">{inside}</field>'


def scanned(knowledge: KnowledgeBase, people: Sequence[Assessment]) -> Iterator[int]:
    """Yield for each reader how many codes on printed sheets it does not read as they were."""
    write = Write(Wishes(), "en", pocket_text)
    sheets: list[tuple[Assessment, Handout]] = []
    for person in people:
        sheet = write(knowledge, person, diagnose(knowledge, person))
        if sheet.pocket is not None:
            sheets.append((without_head(person), sheet))
        if len(sheets) == SHEETS:
            break
    with tempfile.TemporaryDirectory() as name:
        pages = printed([sheet for _, sheet in sheets], Path(name))
        for reader, read in (("zbarimg", by_zbar), ("zxing-cpp", by_zxing)):
            if reader == "zbarimg" and shutil.which(reader) is None:
                print("zbarimg: not on the path; left out")
                continue
            codes = [read(page) for page in pages]
            right = sum(
                len(found) == 1 and read_pocket(knowledge, found[0]) == person
                for found, (person, _) in zip(codes, sheets, strict=True)
            )
            print(f"{reader}: {right} of {len(sheets)} codes read off sheets at {DPI} dpi")
            yield len(sheets) - right


def printed(sheets: Sequence[Handout], folder: Path) -> list[Path]:
    """Return a picture of the last page of each sheet."""
    pages = []
    for number, sheet in enumerate(sheets):
        path = folder / f"{number:03}.pdf"
        path.write_bytes(handout_pdf([sheet], Wishes()))
        subprocess.run(
            ["pdftoppm", "-gray", "-r", str(DPI), path, path.with_suffix("")], check=True
        )
        pages.append(sorted(folder.glob(f"{number:03}-*.pgm"))[-1])
    return pages


def by_zbar(page: Path) -> list[str]:
    """Return the codes on a page."""
    line = ["zbarimg", "--quiet", "--raw", "--nodbus", str(page)]
    return subprocess.run(line, capture_output=True, text=True, check=False).stdout.split()


def by_zxing(page: Path) -> list[str]:
    """Return the codes on a page."""
    import numpy as np
    import zxingcpp

    head, _, raw = page.read_bytes().partition(b"\n255\n")
    wide, high = map(int, head.split()[-2:])
    pixels = np.frombuffer(raw, np.uint8).reshape(high, wide)
    return [code.text for code in zxingcpp.read_barcodes(pixels)]


if __name__ == "__main__":
    main()
