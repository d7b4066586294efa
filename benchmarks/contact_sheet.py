"""Print handouts of every kind, look at their pages and fonts, and lay them out side by side.

    python benchmarks/contact_sheet.py -o contact [--group every-fault] [--all]

The folder gets a PDF of each sheet, a PNG of each page, `index.html` with all of them and, where
Playwright and Chromium are installed, `contact-<group>.png`. The forms are those of the worked
cases: for each fault the fullest sheet on which it is the focus, and for each verdict the fullest
sheet that it makes. With `--all` every different sheet of every worked case is printed in every
language, on both sizes of paper and with one and two drills, without pictures.

Ends with exit code 1 where a fault has no sheet, a sheet cannot be printed, a sheet of normal size
has more pages than drills (at least one), or a font is not embedded. Needs `pdfinfo`, `pdffonts`
and `pdftoppm` (Poppler).
"""

import argparse
import base64
import datetime
import itertools
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from handouts import texts

from hingeexpert.assurance import read_cases
from hingeexpert.errors import HingeError
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.pdf import PAPERS
from hingeexpert.forms import Assessment
from hingeexpert.handout import Handout, Wishes, handout, handout_pdf
from hingeexpert.handout.clinic import Clinic, Logo
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.people import People
from hingeexpert.knowledge import KnowledgeBase, in_language, load_knowledge

TOOLS = ("pdfinfo", "pdffonts", "pdftoppm")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
RESOLUTION = 100
"""Dots an inch of a PNG."""
THUMBNAIL = 420
"""Longer side of a page in the overview, in pixels."""
AT_ONCE = 2
NAMES = {
    "60 letters": "Maximiliane Konstantina von Hohenberg-Wittelsbacher y Santos",
    "Arabic": "محمد عبد الرحمن الأنصاري",
    "Chinese": "欧阳娜娜",
    "Vietnamese": "Nguyễn Thị Ánh Tuyết",
    "Hindi": "अनुष्का शर्मा",
    "none": None,
}
LOGO_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30"><rect width="60" height="30" '
    'rx="6" fill="#0b4f6c"/>'
    '<path d="M10 22 L25 8 L38 22 L50 12" fill="none" stroke="#fff" stroke-width="4"/></svg>'
)
LOGO = Logo(format="svg", base64=base64.b64encode(LOGO_SVG.encode()).decode())
CLINIC = Clinic(
    name="Hill Street Clinic",
    phone="01632 960 123",
    emergency_number="999",
    address="4 Hill Street, Newtown",
)
LONG_CLINIC = Clinic(
    name=(
        "Hill Street Practice for Physiotherapy, Strength Training and Return to Work, Newtown "
        "and Oldham Spa"
    ),
    phone="+44 1632 960 123 or +44 1632 960 124",
    emergency_number="999",
    address=(
        "Fourth Floor, Newtown Business and Innovation Centre, 4 to 12 Hill Street, "
        "Newtown-on-Water NT1 2AB"
    ),
)
NEXT = datetime.date(2026, 12, 4)
FULL = Wishes(clinic=CLINIC, logo=LOGO, next_visit=NEXT)
WAYS = {
    "a4": FULL,
    "letter": replace(FULL, paper="us-letter"),
    "two-drills": replace(FULL, drills=2),
    "grey": replace(FULL, grey=True),
    "large": replace(FULL, large=True),
}
CLINICS = {
    "nothing of a clinic": Wishes(),
    "a name only": Wishes(clinic=Clinic(name=CLINIC.name), next_visit=NEXT),
    "no logo": Wishes(clinic=CLINIC, next_visit=NEXT),
    "long lines": Wishes(clinic=LONG_CLINIC, logo=LOGO, next_visit=NEXT),
}
STYLE = """
body { font: 14px sans-serif; margin: 16px; background: #ddd; width: 1900px }
figure { display: inline-block; margin: 6px; vertical-align: top }
img { border: 1px solid #888; margin-right: 3px }
figcaption { max-width: 290px }
.problem, .long { color: #a00; font-weight: bold }
"""


@dataclass(frozen=True)
class Judged:
    """A form and what follows from it.

    Attributes:
        situation: Verdict and kind of the sheet, such as `practice, continue_pattern`.
        fullness: Letters on its sheet.
    """

    file: str
    assessment: Assessment
    diagnosis: Diagnosis
    situation: str
    focus: str | None
    kind: str
    fullness: int


@dataclass(frozen=True)
class Sheet:
    """A sheet to be printed.

    Attributes:
        most: Most pages, or `None` for as many as it takes.
    """

    group: str
    caption: str
    handout: Handout
    wishes: Wishes

    @property
    def most(self) -> int | None:
        """Most pages, or `None` for as many as it takes."""
        drills = sum(part.id == "drill" for part in self.handout.sections)
        return None if self.wishes.large else max(1, drills)


def main() -> None:
    """Make the folder; print how many sheets and pages there are, and every problem."""
    options = asked()
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        sys.exit(
            f"{', '.join(missing)}: not found; install Poppler (Debian: apt install "
            "poppler-utils; macOS: brew install poppler)"
        )
    problems: list[str] = []
    sheets = sheets_for(options, problems)
    shutil.rmtree(options.output, ignore_errors=True)
    options.output.mkdir(parents=True)
    pages = [
        printed(sheet, options.output / f"{number:03}-{slug(sheet)}.pdf", problems)
        for number, sheet in enumerate(sheets, 1)
    ]
    if not options.all:
        overview(sheets, options.output, pages, problems)
    print(f"{len(sheets)} sheets, {counted(pages)}: {options.output}")
    print(*problems, sep="\n", file=sys.stderr)
    sys.exit(bool(problems))


def asked() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, required=True, help="a folder")
    parser.add_argument("--group", action="append", help="only groups whose name begins so")
    parser.add_argument(
        "--all",
        action="store_true",
        help="check every different sheet of the worked cases; no pictures",
    )
    return parser.parse_args()


def sheets_for(options: argparse.Namespace, problems: list[str]) -> list[Sheet]:
    """Return the sheets to be printed."""
    rules = data_folder("rules")
    knowledge = load_knowledge(rules)
    people = judged(knowledge, rules)
    sheets = (
        every_sheet(knowledge, people)
        if options.all
        else chosen_sheets(knowledge, people, problems)
    )
    begins = tuple(options.group or [""])
    return [sheet for sheet in sheets if sheet.group.startswith(begins)]


def counted(pages: Sequence[Sequence[Path]]) -> str:
    """Say how many sheets have how many pages."""
    counts = Counter(map(len, pages))
    return ", ".join(f"{times} of {count} pages" for count, times in sorted(counts.items()))


def judged(knowledge: KnowledgeBase, rules: Path) -> list[Judged]:
    """Judge every worked case."""
    cases, _ = read_cases(knowledge, rules / "cases")
    with People(knowledge, rules) as people:
        found = people.each([case.assessment for case in cases], both)
        return [
            of_case(case.file, case.assessment, *pair)
            for case, pair in zip(cases, found, strict=True)
        ]


def both(
    knowledge: KnowledgeBase, assessment: Assessment, diagnosis: Diagnosis
) -> tuple[Diagnosis, Handout]:
    """Return what follows from a form, and its sheet."""
    return diagnosis, handout(knowledge, assessment, diagnosis, Wishes(drills=2))


def of_case(file: str, assessment: Assessment, diagnosis: Diagnosis, sheet: Handout) -> Judged:
    """Put together what is chosen from."""
    verdict = diagnosis.triage if sheet.kind == "referral" else diagnosis.readiness
    ends = (
        verdict.at_least
        if verdict.decided
        else f"open from {verdict.at_least} to {verdict.not_ruled_out}"
    )
    focus = diagnosis.focus.fault if diagnosis.focus else None
    letters = sum(len(text) for text in texts(sheet))
    return Judged(file, assessment, diagnosis, f"{sheet.kind}, {ends}", focus, sheet.kind, letters)


def fullest(people: Iterable[Judged], key: Callable[[Judged], str | None]) -> dict[str, Judged]:
    """Return for each value the person with the most words on the sheet."""
    found: dict[str, Judged] = {}
    for person in people:
        name = key(person)
        if name is not None and (name not in found or person.fullness > found[name].fullness):
            found[name] = person
    return dict(sorted(found.items()))


def chosen_sheets(
    knowledge: KnowledgeBase, people: Sequence[Judged], problems: list[str]
) -> Iterator[Sheet]:
    """Yield what the overview shows, group by group."""
    faults = with_each_focus(knowledge, people, problems)
    verdicts = fullest(people, lambda person: person.situation)
    for way, wishes in WAYS.items():
        yield from for_each(knowledge, f"every-fault-{way}", faults, wishes)
    for way in ("a4", "large"):
        yield from for_each(knowledge, f"every-verdict-{way}", verdicts, WAYS[way])
    for code in knowledge.languages:
        for way in ("a4", "two-drills"):
            yield from for_each(knowledge, f"{code}-every-fault-{way}", faults, WAYS[way], code)
        yield from for_each(knowledge, f"{code}-every-verdict", verdicts, FULL, code)
        some = dict(itertools.islice(faults.items(), 3))
        yield from for_each(knowledge, f"{code}-large", some, WAYS["large"], code)
    longest = max(faults.values(), key=lambda person: person.fullness)
    yield from with_names(knowledge, longest)
    yield from with_clinics(knowledge, longest)


def with_each_focus(
    knowledge: KnowledgeBase, people: Sequence[Judged], problems: list[str]
) -> dict[str, Judged]:
    """Return for each fault the person with the fullest sheet with a drill; note what has none."""
    practising = (person for person in people if person.kind == "practice")
    faults = fullest(practising, lambda person: person.focus)
    for name in knowledge.faults:
        if name not in faults:
            problems.append(f"no worked case makes a sheet with a drill and the focus {name}")
    return faults


def for_each(
    knowledge: KnowledgeBase,
    group: str,
    people: Mapping[str, Judged],
    wishes: Wishes,
    code: str | None = None,
) -> Iterator[Sheet]:
    """Yield the sheet of each person, under what they were chosen for."""
    for caption, person in people.items():
        yield written(knowledge, group, caption, person, wishes, code)


def with_names(knowledge: KnowledgeBase, person: Judged) -> Iterator[Sheet]:
    """Yield a sheet under names of many kinds, in every language."""
    wishes = replace(FULL, name_in_file=True)
    for (label, name), code in itertools.product(NAMES.items(), codes(knowledge)):
        yield written(knowledge, "names", f"name: {label}, {code}", person, wishes, code, name)


def with_clinics(knowledge: KnowledgeBase, person: Judged) -> Iterator[Sheet]:
    """Yield a sheet of clinics that say much or little of themselves, on each paper."""
    name = NAMES["60 letters"]
    for (label, wishes), paper in itertools.product(CLINICS.items(), PAPERS.values()):
        caption = f"clinic: {label}, {paper}"
        on_paper = replace(wishes, paper=paper)
        yield written(knowledge, "clinics", caption, person, on_paper, name=name)


def codes(knowledge: KnowledgeBase) -> list[str]:
    """Return the code of every language, that of the rules first."""
    return [knowledge.info.language, *knowledge.languages]


def written(
    knowledge: KnowledgeBase,
    group: str,
    caption: str,
    person: Judged,
    wishes: Wishes,
    code: str | None = None,
    name: str | None = "Ana Lopes",
) -> Sheet:
    """Write a sheet of a worked case under a name."""
    assessment = replace(person.assessment, patient={"name": name} if name else {})
    sheet = handout(
        in_language(knowledge, code or knowledge.info.language),
        assessment,
        person.diagnosis,
        wishes,
    )
    return Sheet(group, f"{caption} ({person.file})", sheet, wishes)


def every_sheet(knowledge: KnowledgeBase, people: Sequence[Judged]) -> Iterator[Sheet]:
    """Yield every different sheet of the worked cases, under the longest name and with a whole
    clinic.
    """
    seen: set[tuple[str, str, Wishes]] = set()
    for code, paper, drills in itertools.product(codes(knowledge), PAPERS.values(), (1, 2)):
        wishes = replace(FULL, paper=paper, drills=drills)
        group = f"{code}-{paper}-{drills}"
        for person in people:
            name = NAMES["60 letters"]
            sheet = written(knowledge, group, person.file, person, wishes, code, name)
            text = sheet.handout.model_copy(update={"date": None}).model_dump_json()
            if (code, text, wishes) not in seen:
                seen.add((code, text, wishes))
                yield sheet


def slug(sheet: Sheet) -> str:
    """Return a name for the files of a sheet."""
    return re.sub(
        r"[^a-z0-9]+", "-", f"{sheet.group} {sheet.caption.partition(' (')[0]}".lower()
    ).strip("-")


def printed(sheet: Sheet, path: Path, problems: list[str]) -> list[Path]:
    """Print a sheet, note what is wrong with it, and return the place of the picture of each
    page.
    """
    try:
        path.write_bytes(handout_pdf([sheet.handout], sheet.wishes))
    except HingeError as error:
        problems.append(f"{path.name}: {error}")
        return []
    pages = pages_of(path)
    if sheet.most is not None and pages > sheet.most:
        problems.append(
            f"{path.name}: {pages} pages; at most {sheet.most} are wanted ({sheet.caption})"
        )
    problems += bad_fonts(path)
    return [path.with_name(f"{path.stem}-{page}.png") for page in range(1, pages + 1)]


def pages_of(path: Path) -> int:
    """Return how many pages a PDF has."""
    match = re.search(r"^Pages:\s+(\d+)", printed_by("pdfinfo", path), re.MULTILINE)
    assert match is not None
    return int(match[1])


def bad_fonts(path: Path) -> Iterator[str]:
    """Yield each font that is not in the PDF, or whose letters cannot be copied out of it."""
    for line in printed_by("pdffonts", path).splitlines()[2:]:
        embedded, _, unicode = line.split()[-5:-2]
        if (embedded, unicode) != ("yes", "yes"):
            yield (
                f"{path.name}: font {line.split()[0]}: embedded {embedded}, letters known {unicode}"
            )


def printed_by(tool: str, path: Path) -> str:
    """Return what a tool says of a PDF."""
    return subprocess.run([tool, str(path)], check=True, capture_output=True, text=True).stdout


def overview(
    sheets: Sequence[Sheet], folder: Path, pages: Sequence[Sequence[Path]], problems: list[str]
) -> None:
    """Draw the pages, and write the page that shows them all."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(drawn, [path for paths in pages for path in paths]))
    groups = list(dict.fromkeys(sheet.group for sheet in sheets))
    count = sum(map(len, pages))
    parts = [f"<h1>Handouts: {len(sheets)} sheets, {count} pages, {len(problems)} problems</h1>"]
    parts += [f"<p class='problem'>{escape(problem)}</p>" for problem in problems]
    parts += [shown(group, sheets, pages) for group in groups]
    head = f"<meta charset='utf-8'><title>Handouts</title><style>{STYLE}</style>"
    text = f"<!DOCTYPE html><html lang='en'>{head}{''.join(parts)}"
    (folder / "index.html").write_text(text, encoding="utf-8")
    photographed(folder, groups)


def shown(group: str, sheets: Sequence[Sheet], pages: Sequence[Sequence[Path]]) -> str:
    """Return all sheets of a group as HTML."""
    figures = [
        figure(sheet, paths)
        for sheet, paths in zip(sheets, pages, strict=True)
        if sheet.group == group
    ]
    return f"<section id='{group}'><h2>{group}</h2>{''.join(figures)}</section>"


def drawn(path: Path) -> None:
    """Draw a page twice: to read, and small."""
    stem, _, page = path.stem.rpartition("-")
    what = ["-f", page, "-l", page, "-singlefile", str(path.with_name(f"{stem}.pdf"))]
    subprocess.run(
        ["pdftoppm", "-png", "-r", str(RESOLUTION), *what, str(path.with_suffix(""))], check=True
    )
    subprocess.run(
        ["pdftoppm", "-jpeg", "-scale-to", str(THUMBNAIL), *what, str(path.with_suffix(""))],
        check=True,
    )


def figure(sheet: Sheet, paths: Sequence[Path]) -> str:
    """Return the pages of a sheet and what it is, as HTML; the small pictures are moved into it."""
    small = []
    for path in paths:
        thumbnail = path.with_suffix(".jpg")
        data = base64.b64encode(thumbnail.read_bytes()).decode()
        thumbnail.unlink()
        small.append(
            f"<a href='{path.name}'><img src='data:image/jpeg;base64,{data}' alt='{path.stem}'></a>"
        )
    pages = f"{len(paths)} {'page' if len(paths) == 1 else 'pages'}"
    long = " class='long'" if sheet.most is not None and len(paths) > sheet.most else ""
    file = f"{paths[0].stem.rpartition('-')[0]}.pdf" if paths else ""
    caption = (
        f"<figcaption><a href='{file}'>{escape(sheet.caption)}</a>, "
        f"<b{long}>{pages}</b></figcaption>"
    )
    return f"<figure>{''.join(small)}{caption}</figure>"


def photographed(folder: Path, groups: Sequence[str]) -> None:
    """Make a PNG of each group, where there is a browser."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        print("no contact-*.png: pip install playwright", file=sys.stderr)
        return
    with sync_playwright() as playwright:
        installed = next(filter(None, map(shutil.which, BROWSERS)), None)
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        try:
            browser = playwright.chromium.launch(executable_path=installed, args=arguments)
        except Error:
            message = "install Chromium, or run `playwright install chromium`"
            print(f"no contact-*.png: {message}", file=sys.stderr)
            return
        page = browser.new_page(viewport={"width": 1940, "height": 1000})
        page.goto((folder / "index.html").resolve().as_uri())
        for group in groups:
            page.locator(f"section[id='{group}']").screenshot(path=folder / f"contact-{group}.png")
        browser.close()


if __name__ == "__main__":
    main()
