"""Send random forms through every door, out and back, and compare each byte of the result.

    python benchmarks/round_trips.py [--forms 500] [--door pdf ...] [--seed 11]

The doors are those of `tests/support/doors.py`, and with Java 17 on the path (Debian: `apt install
openjdk-17-jre-headless`) JavaRosa, which fills the XLSForm as ODK Collect and KoboCollect do. With
`pdftk` and `zbarimg` (`apt install pdftk-java zbar-tools poppler-utils`) a tenth of the forms is
also filled in as PDF by the one, a process for each, and codes on printed sheets are read by the
other and by zxing-cpp. Each half of the forms has heads that are hard to write; a door takes of
them what it has a place for, as `docs/interop.md` tells. It exits with 1 where anything differs.
Needs the extra `test`, and some minutes.
"""

import argparse
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from device import JAVAROSA
from doors import DOORS, Door, Files, in_cells, read_one, without_head
from filled import blank
from shown_forms import cells_of, hard_forms

from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.handout import Handout, Wishes, handout_pdf
from hingeexpert.handout.folder import Write
from hingeexpert.inference import diagnose
from hingeexpert.interop.brought import nested
from hingeexpert.interop.pocket import pocket_text, read_pocket
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

TENTH = 10
"""Of so many forms one is filled in by pdftk."""
SHEETS = 20
"""Printed sheets whose codes are read."""
DPI = 300


def main() -> None:
    """Compare, and print a line for each door."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--forms", type=int, default=500)
    arguments.add_argument("--door", action="append")
    arguments.add_argument("--seed", type=int, default=11)
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it remarks on each name it cannot draw
    chosen = arguments.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    people = list(hard_forms(knowledge, 2 * chosen.forms, chosen.seed))
    doors = [door for door in every_door() if door.name in (chosen.door or (door.name,))]
    trips = RoundTrips(knowledge)
    print(f"{'door':<20}{'forms':>6}{'other':>7}{'results':>9}{'out s':>8}{'back s':>8}")
    different = sum(trips.compared(door, people, chosen.forms // share(door)) for door in doors)
    if chosen.door is None:
        different += sum(scanned(knowledge, people))
    sys.exit(different > 0)


def every_door() -> Iterator[Door]:
    """Yield the doors; one whose other side is not installed is named and left out."""
    yield from DOORS
    for program, door in (("java", JAVAROSA), ("pdftk", BY_PDFTK)):
        if shutil.which(program) is None:
            print(f"{door.name}: no {program} on the path; left out")
        else:
            yield door


def share(door: Door) -> int:
    """Return of how many forms one goes through a door."""
    return TENTH if door == BY_PDFTK else 1


class RoundTrips:
    """Sends forms through doors, and compares."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Begin with nothing judged."""
        self.knowledge = knowledge
        self.judged: dict[str, str] = {}

    def compared(self, door: Door, people: Sequence[Assessment], count: int) -> int:
        """Print a line for so many forms; return how many come back as others, or give other
        bytes.
        """
        sent = door.fit(self.knowledge, people, count)
        start = time.perf_counter()
        files = door.there(self.knowledge, sent)
        written = time.perf_counter()
        came = door.back(self.knowledge, files)
        read = time.perf_counter()
        lost = abs(len(sent) - len(came))
        pairs = list(zip(sent, came, strict=False))
        forms = lost + sum(one != two for one, two in pairs)
        results = lost + sum(self.result(one) != self.result(two) for one, two in pairs)
        line = f"{door.name:<20}{len(sent):>6}{forms:>7}{results:>9}"
        print(f"{line}{written - start:>8.1f}{read - written:>8.1f}", flush=True)
        return forms + results

    def result(self, form: Assessment) -> str:
        """Return what `diagnose --format json` writes. The very same form, in the same order, is
        judged once, however often it comes back.
        """
        entries = [*form.answers.items()], [*form.patient.items()], form.date, form.clinician
        exact = repr((entries, sorted(form.at_once), form.older_form))
        if exact not in self.judged:
            self.judged[exact] = diagnose(self.knowledge, form).as_json()
        return self.judged[exact]


def filled_in(knowledge: KnowledgeBase, people: Sequence[Assessment]) -> Files:
    """Return the form to fill in for each person, as pdftk fills it."""
    return [filled_by_pdftk(knowledge, person) for person in people]


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


BY_PDFTK = Door(
    "pdf, by pdftk",
    filled_in,
    lambda knowledge, files: [read_one(knowledge, file) for file in files],
    in_cells,
)


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
