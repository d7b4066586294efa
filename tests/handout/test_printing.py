"""The printed sheet: one page, large enough to read, accessible, the same bytes each time.

Asked of poppler, pikepdf and pdfua.
"""

import base64
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pdfua
import pikepdf
import pytest
from counts import count, examples, thorough
from folders import FORMS
from hypothesis import example, given
from hypothesis import strategies as st
from papers import (
    CLINIC,
    clinic_with_logo,
    facts,
    form,
    languages,
    read,
    sheet,
    sheet_of,
    texts,
    tool,
)

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.errors import KnowledgeError
from hingeexpert.forms.assessment import plain
from hingeexpert.handout import Handout, Wishes, handout_html, handout_pdf
from hingeexpert.handout.document import Drawing, Log
from hingeexpert.knowledge import KnowledgeBase

KINDS = {"fault": 1, "clean": 2, "regress": 1, "hold": 1, "sparse": 1, "emergency": 1}
"""Form to the most drills wished."""
PAPERS = {"a4": "595.276 x 841.89 pts (A4)", "us-letter": "612 x 792 pts (letter)"}
SMALLEST = {False: 12, True: 18}
"""Points, by whether it is large print: UKAAF G003."""
ZOOM = 3
"""The most that `pdftohtml` takes; sizes are told in whole thirds of a point."""
LEAST_EDGE = 8 / 25.4 * 72
"""Points that printers leave free at an edge, and more."""
MOST_EMPTY = 0.15
"""Of a page, without ink."""
SECRET = "Zoe Secret"


@dataclass(frozen=True)
class Print:
    """A sheet that was printed, and what it was made from."""

    made: Handout
    wishes: Wishes
    drills: int
    path: Path


@pytest.fixture(scope="module")
def prints(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> list[Print]:
    """Print each kind on each paper, in each size and language; every other in grey, every third
    with a clinic. In the quick profile half of them, in which any three of these meet.
    """
    folder = tmp_path_factory.mktemp("print")
    clinic, printed = clinic_with_logo(folder), []
    ways = (KINDS, PAPERS, (False, True), languages(knowledge))
    for number, places in enumerate(itertools.product(*(range(len(way)) for way in ways))):
        if sum(places) % count(quick=2, thorough=1):
            continue
        name, paper, large, language = (list(way)[at] for way, at in zip(ways, places, strict=True))
        chosen = clinic if number % 3 == 0 else Wishes()
        wishes = replace(chosen, paper=paper, large=large, grey=number % 2 == 1, drills=KINDS[name])  # type: ignore[arg-type]
        made = sheet(knowledge, form(knowledge, name, name=SECRET), wishes, language)
        path = folder / f"{name}-{paper}-{'large' if large else 'normal'}-{language}.pdf"
        path.write_bytes(handout_pdf([made], wishes))
        printed.append(
            Print(made, wishes, sum(section.id == "drill" for section in made.sections), path)
        )
    return printed


@thorough
def test_the_paper_is_exact_the_file_tagged_and_the_pages_few(prints: list[Print]) -> None:
    """One page for one drill or none, two for two; large print takes what it needs."""
    for one in prints:
        told = facts(one.path)
        assert (told["Tagged"], told["JavaScript"], told["Encrypted"]) == ("yes", "no", "no"), (
            one.path.name
        )
        assert told["Page size"] == PAPERS[one.wishes.paper], one.path.name
        assert int(told["Pages"]) <= (6 if one.wishes.large else max(1, one.drills)), one.path.name


@thorough
def test_every_font_is_embedded_and_known_by_its_letters(prints: list[Print]) -> None:
    for one in prints:
        fonts = tool("pdffonts", one.path).decode().splitlines()[2:]
        assert fonts, one.path.name
        assert [line.split()[-5:-2] for line in fonts] == [["yes", "yes", "yes"]] * len(fonts), (
            one.path.name
        )


@thorough
def test_no_text_is_smaller_than_it_may_be(prints: list[Print]) -> None:
    """12 points, or 18 in large print, the labels of pictures included."""
    for one in prints:
        tree = ElementTree.fromstring(
            tool("pdftohtml", "-xml", "-i", "-zoom", ZOOM, "-stdout", one.path)
        )
        sizes = {
            font.get("id"): int(font.get("size", "0")) / ZOOM for font in tree.iter("fontspec")
        }
        small = [
            "".join(line.itertext())
            for line in tree.iter("text")
            if sizes[line.get("font")] < SMALLEST[one.wishes.large]
        ]
        assert small == [], one.path.name


def lines_of(path: Path) -> Iterator[tuple[int, float, float, float, float, str]]:
    """Yield page, left, top, right and bottom as shares of points, and each word of a PDF."""
    tree = ElementTree.fromstring(
        re.sub(rb' xmlns="[^"]+"', b"", tool("pdftotext", "-bbox", path, "-"))
    )
    for number, page in enumerate(tree.iter("page"), 1):
        for word in page.iter("word"):
            places = [float(word.get(name, "0")) for name in ("xMin", "yMin", "xMax", "yMax")]
            yield number, places[0], places[1], places[2], places[3], word.text or ""


@thorough
def test_no_text_is_nearer_to_an_edge_than_printers_print(prints: list[Print]) -> None:
    """8 millimetres, names and numbers of pages included; the box of a word is taller than its
    letters, by a third of their size.
    """
    for one in prints:
        width, height = (float(part) for part in PAPERS[one.wishes.paper].split()[:3:2])
        loose = SMALLEST[one.wishes.large] / 3
        near = [
            text
            for _, left, top, right, bottom, text in lines_of(one.path)
            if min(left, width - right) < LEAST_EDGE
            or min(top, height - bottom) < LEAST_EDGE - loose
        ]
        assert near == [], one.path.name


def holes(raw: bytes) -> tuple[float, float]:
    """Return the highest band without ink of a page drawn by poppler in greys, and of either half,
    below its first and above its last ink, as shares of the page.
    """
    head, width, height, _ = re.match(rb"(P5)\s+(\d+) (\d+)\s+(\d+)\s", raw).groups()  # type: ignore[union-attr]
    assert head == b"P5"
    pixels = np.frombuffer(raw[-int(width) * int(height) :], np.uint8).reshape(int(height), -1)
    half = pixels.shape[1] // 2
    return highest(pixels), max(highest(pixels[:, :half]), highest(pixels[:, half:]))


def highest(pixels: "np.ndarray[Any, np.dtype[np.uint8]]") -> float:
    """Return the highest band without ink between two rows with ink, as a share of the height."""
    inked = np.flatnonzero((pixels < 200).any(axis=1))
    return float(np.diff(inked).max()) / pixels.shape[0]


@thorough
def test_no_sheet_of_one_page_has_a_hole(
    knowledge: KnowledgeBase, outcomes: list[Outcome], tmp_path: Path
) -> None:
    """Neither all across nor in a column, over the worked cases; nor is the end of the page
    empty.
    """
    for paper in PAPERS:
        wishes = Wishes(clinic=CLINIC, paper=paper)  # type: ignore[arg-type]
        sheets = different(knowledge, outcomes, wishes)
        path = tmp_path / "all.pdf"
        path.write_bytes(handout_pdf(list(sheets.values()), wishes))
        tool("pdftoppm", "-gray", "-r", 40, path, tmp_path / paper)
        pages = sorted(tmp_path.glob(f"{paper}-*.pgm"))
        assert len(pages) == len(sheets)
        found = {name: holes(page.read_bytes()) for name, page in zip(sheets, pages, strict=True)}
        large = {name: pair for name, pair in found.items() if max(pair) > MOST_EMPTY}
        assert large == {}, paper


def different(
    knowledge: KnowledgeBase, outcomes: list[Outcome], wishes: Wishes, language: str = "en"
) -> dict[str, Handout]:
    """Return different sheets with a drill, or of who waits: a share of all, for printing many
    together takes much memory. Those that differ in one language do so in each, on any paper; what
    stands on a sheet is the same in large print.
    """
    seen: dict[tuple[str, ...], Outcome] = {}
    for outcome in outcomes[:: count(quick=8, thorough=1)]:
        made = sheet_of(knowledge, outcome, Wishes(clinic=CLINIC, drills=wishes.drills))
        if made.kind != "referral":
            seen.setdefault(tuple(texts(made)), outcome)
    chosen = [*seen.values()][:: count(quick=5, thorough=8)]
    wishes = replace(wishes, large=False)
    sheets = (sheet_of(knowledge, outcome, wishes, language) for outcome in chosen)
    return dict(zip((outcome.case.file for outcome in chosen), sheets, strict=True))


@thorough
def test_two_drills_take_two_pages_and_each_has_its_own_log(
    knowledge: KnowledgeBase, outcomes: list[Outcome], tmp_path: Path
) -> None:
    wishes = Wishes(clinic=CLINIC, drills=2, paper="us-letter")
    for language in languages(knowledge):
        sheets = {
            name: made
            for name, made in different(knowledge, outcomes, wishes, language).items()
            if [part.id for part in made.sections].count("drill") == 2
        }
        assert sheets
        path = tmp_path / "two.pdf"
        path.write_bytes(handout_pdf(list(sheets.values()), wishes))
        assert int(facts(path)["Pages"]) == 2 * len(sheets), language


@thorough
def test_the_last_page_of_large_print_is_no_line_or_two(
    knowledge: KnowledgeBase, outcomes: list[Outcome], tmp_path: Path
) -> None:
    """It is filled to a quarter at least."""
    wishes = Wishes(clinic=CLINIC, large=True)
    for language in languages(knowledge):
        sheets = different(knowledge, outcomes, wishes, language)
        path = tmp_path / "large.pdf"
        path.write_bytes(handout_pdf(list(sheets.values()), wishes))
        lowest: dict[int, float] = {}
        for page, _, _, _, bottom, _ in lines_of(path):
            lowest.setdefault(page, 0)
            if bottom < 700:
                lowest[page] = max(lowest[page], bottom)
        assert [page for page, bottom in lowest.items() if bottom < 842 / 4] == [], language


@thorough
def test_title_and_language_are_set_and_name_nobody(prints: list[Print]) -> None:
    """The title is that of the sheet; neither the dictionary of the file nor its XMP holds the
    name.
    """
    for one in prints:
        with pikepdf.open(one.path) as pdf:
            assert pdf.Root.Lang == one.made.language, one.path.name
            assert str(pdf.docinfo["/Title"]) == one.made.title, one.path.name
            assert pdf.Root.ViewerPreferences.DisplayDocTitle, one.path.name
            data = pdf.Root.Metadata.read_bytes().decode() + str(dict(pdf.docinfo.items()))
        assert one.made.title in data
        assert "Secret" not in data + one.path.read_bytes().decode("latin-1"), one.path.name


def test_the_name_stands_in_the_title_where_that_was_wished(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    wishes = Wishes(name_in_file=True)
    path = tmp_path / "named.pdf"
    path.write_bytes(
        handout_pdf([sheet(knowledge, form(knowledge, "clean", name=SECRET), wishes)], wishes)
    )
    assert SECRET in facts(path)["Title"]


def elements(node: Any) -> Iterator[Any]:
    """Yield every element of a structure tree."""
    if isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
    below = node.get("/K") if isinstance(node, pikepdf.Dictionary) else None
    for child in list(below) if isinstance(below, pikepdf.Array) else [below]:  # type: ignore[call-overload]
        if isinstance(child, pikepdf.Dictionary):
            yield from elements(child)


def boxes_in_words(made: Handout) -> list[str]:
    """Return what the boxes of each day of a log are."""
    logs = [block for part in made.sections for block in part.blocks if isinstance(block, Log)]
    return [week for log in logs for week in log.weeks for _ in log.days]


@thorough
def test_every_picture_says_in_words_what_it_shows(prints: list[Print]) -> None:
    for one in prints:
        expected = [
            block.alt
            for section in one.made.sections
            for block in section.blocks
            if isinstance(block, Drawing)
        ]
        expected += [one.made.clinic.name] if one.made.clinic else []
        expected += boxes_in_words(one.made)
        with pikepdf.open(one.path) as pdf:
            figures = [
                str(item.get("/Alt", ""))
                for item in elements(pdf.Root.StructTreeRoot)
                if item.S == "/Figure"
            ]
        assert sorted(figures) == sorted(expected), one.path.name


@thorough
def test_headings_descend_by_one_and_lists_and_tables_are_tagged(prints: list[Print]) -> None:
    for one in prints:
        with pikepdf.open(one.path) as pdf:
            roles = [str(item.S)[1:] for item in elements(pdf.Root.StructTreeRoot)]
        levels = [int(role[1]) for role in roles if role[0] == "H" and role[1:].isdigit()]
        assert levels.count(1) == 1, one.path.name
        assert levels[0] == 1, one.path.name
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (
            one.path.name
        )
        assert "L" in roles
        log = any(part.id == "log" for part in one.made.sections)
        assert ("Table" in roles) == log, one.path.name


@thorough
def test_an_independent_checker_of_accessible_pdf_finds_nothing(prints: list[Print]) -> None:
    """A rule that the checker could not evaluate is its own; whatever it found would stand
    there.
    """
    for one in prints:
        report = pdfua.validate(str(one.path))
        assert [item for item in report.findings if item.severity.name != "SKIP"] == [], (
            one.path.name
        )


@pytest.mark.parametrize("kind", ["fault", "emergency", "hold"])
def test_grey_print_has_no_colour_at_all(
    knowledge: KnowledgeBase, tmp_path: Path, kind: str
) -> None:
    """Every pixel is a grey; the same sheet in colour has some that are not."""

    def coloured(grey: bool) -> int:
        wishes = Wishes(grey=grey, drills=2)
        (tmp_path / "grey.pdf").write_bytes(handout_pdf([sheet(knowledge, kind, wishes)], wishes))
        head, _, raw = tool("pdftoppm", "-r", "50", "-singlefile", tmp_path / "grey.pdf").partition(
            b"\n255\n"
        )
        assert head.startswith(b"P6")
        pixels = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        return int((pixels != pixels[:, :1]).any(axis=1).sum())

    assert coloured(grey=True) == 0
    assert coloured(grey=False) > 100


def test_same_bytes_twice_and_in_another_process(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    made = handout_pdf([sheet(knowledge, "fault")], Wishes())
    path = tmp_path / "again.pdf"
    source = FORMS / "fault.yaml"
    program = [sys.executable, "-m", "hingeexpert", "handout", str(source), "-o", str(path)]
    subprocess.run(
        program,
        check=True,
        env={"PYTHONHASHSEED": "99", "TZ": "Asia/Tokyo", "PATH": "", "LANG": "C"},
        cwd=tmp_path,
    )

    assert handout_pdf([sheet(knowledge, "fault")], Wishes()) == made
    assert path.read_bytes() == made


def test_sheets_in_one_file_have_their_own_page_numbers(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    """As many pages as the single files together, each sheet from page one on, nobody in the
    title.
    """
    wishes = Wishes(large=True)
    made = [sheet(knowledge, name, wishes) for name in KINDS] * 2
    path, pages, numbers = tmp_path / "all.pdf", 0, []
    for one in made:
        path.write_bytes(handout_pdf([one], wishes))
        count = int(facts(path)["Pages"])
        pages += count
        numbers += [f"Page {number} of {count}" for number in range(1, count + 1)]
    path.write_bytes(handout_pdf(made, wishes))

    assert int(facts(path)["Pages"]) == pages
    assert re.findall(r"Page \d+ of \d+", read(path)) == numbers
    assert facts(path)["Title"] == made[0].title


@examples(quick=5, thorough=15)
@given(name=st.text(st.characters(codec="utf-8"), max_size=12))
@example(name="Sam \N{SLIGHTLY SMILING FACE}")
@example(
    name="\N{MAN}\u200d\N{WOMAN} "
    "\N{REGIONAL INDICATOR SYMBOL LETTER D}\N{REGIONAL INDICATOR SYMBOL LETTER E} 1\ufe0f\u20e3"
)
@example(name="a\x00\x07\ufffe\u202e\u0cf3\u1ddd")
def test_no_name_keeps_a_sheet_from_being_printed(knowledge: KnowledgeBase, name: str) -> None:
    """Least of all a referral: in place of what no font has stands the number."""
    made = sheet(knowledge, "emergency").model_copy(update={"name": plain(name)})
    assert handout_pdf([made], Wishes()).startswith(b"%PDF-")


def test_only_a_name_that_no_font_has_is_left_out(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    made = sheet(knowledge, form(knowledge, "hold", name="Sam \N{SLIGHTLY SMILING FACE} \u738b"))
    (tmp_path / "name.pdf").write_bytes(handout_pdf([made, sheet(knowledge, "fault")], Wishes()))
    assert f"For: {made.number}" in read(tmp_path / "name.pdf")
    assert "For: Sam Example" in read(tmp_path / "name.pdf")


def test_a_second_page_says_whose_it_is(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "two.pdf"
    wishes = Wishes(drills=2)
    path.write_bytes(
        handout_pdf([sheet(knowledge, form(knowledge, "clean", name=SECRET), wishes)], wishes)
    )
    assert SECRET in tool("pdftotext", "-f", 2, "-l", 2, path, "-").decode()


def test_a_folder_of_templates_replaces_the_looks(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    own = (
        '#let data = json(bytes(sys.inputs.data))\n#set document(title: "Ours")\n'
        "OWN LOOKS #data.sheets.at(0).name\n"
    )
    (tmp_path / "handout.typ").write_text(own, encoding="utf-8")
    (tmp_path / "own.pdf").write_bytes(handout_pdf([sheet(knowledge, "fault")], Wishes(), tmp_path))
    assert "OWN LOOKS Sam Example" in read(tmp_path / "own.pdf")
    assert "OWN" not in handout_html(sheet(knowledge, "fault"), Wishes(), tmp_path)


@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ("fine\n#let", 2, "expected pattern"),
        ("fine\n\n#nothing", 3, "unknown variable"),
        ("#panic(json(bytes(sys.inputs.data)))", 1, "panicked with"),
        ("#float(json(bytes(sys.inputs.data)).sheets.at(0).name)", 1, "invalid float"),
        (
            "#(a: 1).at(json(bytes(sys.inputs.data)).sheets.at(0).name)",
            1,
            "dictionary does not contain key",
        ),
        ("#image(json(bytes(sys.inputs.data)).sheets.at(0).name)", 1, "file not found"),
        ("no title", None, "PDF/UA-1 error: missing document title"),
    ],
)
def test_a_broken_template_names_its_place_and_nothing_of_the_person(
    knowledge: KnowledgeBase, tmp_path: Path, template: str, line: int | None, message: str
) -> None:
    file = tmp_path / "handout.typ"
    file.write_text(template, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message) as caught:
        handout_pdf([sheet(knowledge, "fault")], Wishes(), tmp_path)
    assert str(caught.value).startswith(f"{file}:{line}: " if line else f"{file}: ")
    assert not any(word in str(caught.value) for word in ("Sam", "Example", "2026"))
    assert caught.value.__suppress_context__


def test_a_missing_folder_of_templates_is_an_error(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    with pytest.raises(KnowledgeError, match="there is no such folder of templates"):
        handout_pdf([sheet(knowledge, "fault")], Wishes(), tmp_path / "gone")


@pytest.mark.parametrize("ending", ["svg", "png", "jpg"])
def test_a_logo_of_each_kind_is_printed(
    knowledge: KnowledgeBase, tmp_path: Path, ending: str
) -> None:
    """It is in the file and in the page as it was given, with the name of the clinic in words."""
    wishes = clinic_with_logo(tmp_path, ending)
    made = sheet(knowledge, "hold", wishes)
    assert wishes.logo is not None
    (tmp_path / "logo.pdf").write_bytes(handout_pdf([made], wishes))
    with pikepdf.open(tmp_path / "logo.pdf") as pdf:
        assert [
            str(item.Alt) for item in elements(pdf.Root.StructTreeRoot) if item.S == "/Figure"
        ] == [made.clinic and made.clinic.name]
    assert base64.b64encode((tmp_path / f"logo.{ending}").read_bytes()).decode() in handout_html(
        made, wishes
    )


@pytest.mark.parametrize("name", ["fault", "emergency"])
def test_the_head_of_the_record_stands_at_the_foot_in_one_piece(
    knowledge: KnowledgeBase, tmp_path: Path, name: str
) -> None:
    """It can be copied from the file; the sheet is as long as without it."""
    head = "1234567-ABCD-EFGH-JKMN-PQRS-3"
    for language in languages(knowledge):
        for paper in PAPERS:
            wishes = Wishes(clinic=CLINIC, paper=paper, head=head)  # type: ignore[arg-type]
            made = sheet(knowledge, form(knowledge, name), wishes, language)
            path = tmp_path / "sheet.pdf"
            path.write_bytes(handout_pdf([made], wishes))
            said = tool("pdftotext", "-layout", path, "-").decode().replace("\u200b", "")

            assert facts(path)["Pages"] == "1", (language, paper)
            assert f"{made.labels['record']}: {head}" in said
            assert f'<p class="record">{made.record}</p>' in handout_html(made, wishes)
