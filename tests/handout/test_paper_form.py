"""The form on paper: four sides, every question in intake order, and every code as a table of forms
takes it.
"""

import csv
import itertools
import json
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pdfua
import pikepdf
import pytest
from click.testing import CliRunner
from papers import facts, languages, read, tool
from shipped import shipped
from small import SMALL

from hingeexpert.cli import main
from hingeexpert.errors import KnowledgeError
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.forms.writing import csv_form
from hingeexpert.handout.paper_form import (
    PaperForm,
    QuestionLine,
    paper_form,
    paper_html,
    paper_pdf,
)
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

PAPERS = {"a4": "595.276 x 841.89 pts (A4)", "us-letter": "612 x 792 pts (letter)"}
LINE = 1.362
"""Height of a line of Noto Sans for each point of its letters, as poppler gives it."""
TIMES = 12
"""How often the first side stands on a form that is too long for its sides."""
WAYS = list(itertools.product(languages(shipped()), PAPERS))


@pytest.fixture(scope="module")
def printed(
    knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Path]:
    """Print the form in every language on every paper."""
    folder, made = tmp_path_factory.mktemp("form"), {}
    for language, paper in WAYS:
        made[language, paper] = folder / f"{language}-{paper}.pdf"
        made[language, paper].write_bytes(paper_pdf(paper_form(knowledge, language), paper))  # type: ignore[arg-type]
    return made


def lines(form: PaperForm) -> list[tuple[str, QuestionLine]]:
    """Return each question with its name in a table of forms."""
    return [
        (f"{portion.key}.{line.key}", line)
        for side in form.sides
        for portion in side
        for line in portion.lines
    ]


@pytest.mark.parametrize(("language", "paper"), WAYS)
def test_the_form_has_four_sides_of_the_paper(
    printed: dict[tuple[str, str], Path], language: str, paper: str
) -> None:
    told = facts(printed[language, paper])
    assert (told["Pages"], told["Page size"], told["Tagged"]) == ("4", PAPERS[paper], "yes")


@pytest.mark.parametrize("language", languages(shipped()))
def test_every_question_stands_there_in_intake_order(
    knowledge: KnowledgeBase, language: str
) -> None:
    assert [name for name, _ in lines(paper_form(knowledge, language))] == list(
        knowledge.observables
    )


@pytest.mark.parametrize("language", languages(shipped()))
def test_every_answer_that_can_be_given_has_a_box_with_its_code(
    knowledge: KnowledgeBase, language: str
) -> None:
    """All but a default that says nothing was noted, which is what a blank line means; a number has
    its range.
    """
    for name, line in lines(paper_form(knowledge, language)):
        item = knowledge.observables[name]
        blank = item.default == NOT_NOTED
        expected = (
            []
            if item.range
            else [value for value in item.values if not (blank and value == NOT_NOTED)]
        )
        assert [box.code for box in line.boxes] == expected, name
        assert bool(line.range) == (item.range is not None), name


@pytest.mark.parametrize(("language", "paper"), WAYS)
def test_every_key_and_code_is_printed_as_it_is_typed(
    knowledge: KnowledgeBase, printed: dict[tuple[str, str], Path], language: str, paper: str
) -> None:
    """Whole, as often as the form has it, on the side on which it stands."""
    form = paper_form(knowledge, language)
    for number, side in enumerate(form.sides, start=1):
        found = Counter(
            tool("pdftotext", "-raw", "-f", number, "-l", number, printed[language, paper], "-")
            .decode()
            .split()
        )
        wanted = Counter(portion.key + "." for portion in side)
        for portion in side:
            wanted.update(line.key for line in portion.lines)
            wanted.update(line.range for line in portion.lines if line.range)
            wanted.update(box.code for line in portion.lines for box in line.boxes)
            wanted.update(
                [f"{portion.shorthand.key}:", portion.shorthand.code] if portion.shorthand else []
            )
        assert wanted - found == Counter()


def test_the_shorthands_are_those_of_the_rules(knowledge: KnowledgeBase) -> None:
    given = {
        portion.key: portion.shorthand
        for side in paper_form(knowledge, "en").sides
        for portion in side
    }
    for group in knowledge.groups:
        short = given[group.group]
        assert (short is None) == (group.shorthand is None)
        if short and group.shorthand:
            assert (short.key, short.code) == (group.shorthand.key, group.shorthand.value)


def test_what_is_typed_off_the_paper_is_a_valid_table(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    """A row for every box and for both ends of every range, under the names that stand on the
    paper.
    """
    form = paper_form(knowledge, "en")
    answers = [(name, box.code) for name, line in lines(form) for box in line.boxes]
    answers += [
        (name, end) for name, line in lines(form) if line.range for end in line.range.split("-")
    ]
    answers += [
        (f"{part.key}.{part.shorthand.key}", part.shorthand.code)
        for side in form.sides
        for part in side
        if part.shorthand
    ]
    path = tmp_path / "typed.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, csv_form(knowledge).strip().split(","))
        table.writeheader()
        table.writerows(
            {"patient.id": f"P{number}", name: code} for number, (name, code) in enumerate(answers)
        )
    result = CliRunner().invoke(main, ["batch", str(path), "-o", str(tmp_path / "out")])

    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["counts"][
        "accepted"
    ] == len(answers)


def test_every_answer_stands_there_in_words(knowledge: KnowledgeBase) -> None:
    """Never as the program writes it; in those of the question where it has its own."""
    said = {}
    for language in languages(knowledge):
        for name, line in lines(paper_form(knowledge, language)):
            said[language, name] = {box.code: box.words for box in line.boxes}
            assert not any("_" in words for words in said[language, name].values()), name
            assert len(set(said[language, name].values())) == len(line.boxes), name
    assert said["en", "pain.next_morning"]["up_2_or_more"] == "worse by 2 or more"
    assert said["es", "pain.next_morning"]["up_2_or_more"] == "peor en 2 o más"
    assert said["es", "wall.touch"]["not_reached"] == "no llegan"


@pytest.mark.parametrize(("language", "paper"), WAYS)
def test_no_letter_is_smaller_than_the_hints_may_be(
    printed: dict[tuple[str, str], Path], language: str, paper: str
) -> None:
    """Answers and what is asked have ten points, hints and codes nine; those of the drawing are
    signs.
    """
    document = ElementTree.fromstring(
        tool("pdftotext", "-bbox-layout", printed[language, paper], "-")
    )
    heights = [
        float(word.attrib["yMax"]) - float(word.attrib["yMin"])
        for word in document.iter("{http://www.w3.org/1999/xhtml}word")
        if word.text and not word.text.isdigit()
    ]
    points = [round(height / LINE, 1) for height in heights]
    assert min(points) >= 9
    assert sum(size >= 10 for size in points) > len(points) / 3


@pytest.mark.parametrize(("language", "paper"), WAYS)
def test_nothing_stands_where_a_printer_cannot_print(
    printed: dict[tuple[str, str], Path], language: str, paper: str, tmp_path: Path
) -> None:
    """White to eight millimetres from each edge, and a black square in each corner of that."""
    tool("pdftoppm", "-r", 127, "-gray", printed[language, paper], tmp_path / "side")
    sides = sorted(tmp_path.glob("side-*.pgm"))
    assert len(sides) == 4
    edge = 5 * 8
    for side in sides:
        pixels = _pixels(side)
        for turned in (pixels, pixels[::-1], pixels.T, pixels.T[::-1]):
            assert turned[: edge - 1].min() == 255
        for corner in (pixels, pixels[::-1], pixels[:, ::-1], pixels[::-1, ::-1]):
            assert corner[edge + 1 : edge + 19, edge + 1 : edge + 19].max() == 0


def _pixels(path: Path) -> np.ndarray:
    """Return a picture that poppler wrote in greys."""
    _, size, _, raw = path.read_bytes().split(b"\n", 3)
    wide, high = map(int, size.split())
    return np.frombuffer(raw, np.uint8).reshape(high, wide)


@pytest.mark.parametrize("language", languages(shipped()))
def test_what_cannot_wait_stands_first_in_a_frame(knowledge: KnowledgeBase, language: str) -> None:
    """The first group of the safety questions; below the one box that answers all of them."""
    first = paper_form(knowledge, language).sides[0][0]
    (group,) = (group for group in knowledge.groups if group.asked_first)
    assert first.shorthand
    assert [line.name for line in first.lines[: first.boxed]] == list(group.clusters[0].asks)
    assert first.urgent


def test_the_circles_of_the_drawing_are_named(
    knowledge: KnowledgeBase, printed: dict[tuple[str, str], Path]
) -> None:
    for language in languages(knowledge):
        text = " ".join(read(printed[language, "a4"]).split())
        for number, what in enumerate(paper_form(knowledge, language).words["circles"], 1):
            assert f"{number} {what}" in text


@pytest.mark.parametrize(("language", "paper"), WAYS)
def test_the_drawing_to_mark_says_in_words_what_it_shows(
    knowledge: KnowledgeBase, printed: dict[tuple[str, str], Path], language: str, paper: str
) -> None:
    form = paper_form(knowledge, language)
    with pikepdf.open(printed[language, paper]) as pdf:
        figures = [
            str(item.Alt)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]
        assert pdf.Root.Lang == language
        assert str(pdf.docinfo["/Title"]) == form.title
    assert figures == [form.alt]
    assert (form.alt == knowledge.poses.blank_alt) == (language == knowledge.info.language)


@pytest.mark.parametrize(("language", "paper"), WAYS)
def test_an_independent_checker_of_accessible_pdf_finds_nothing(
    printed: dict[tuple[str, str], Path], language: str, paper: str
) -> None:
    report = pdfua.validate(str(printed[language, paper]))
    assert [item for item in report.findings if item.severity.name != "SKIP"] == []


def test_every_font_is_embedded(printed: dict[tuple[str, str], Path]) -> None:
    for path in printed.values():
        fonts = tool("pdffonts", path).decode().splitlines()[2:]
        assert [line.split()[-5:-2] for line in fonts] == [["yes", "yes", "yes"]] * len(fonts)


def test_the_form_asks_for_both_who_and_when_on_each_side(
    knowledge: KnowledgeBase, printed: dict[tuple[str, str], Path]
) -> None:
    """Sheets that came apart can be put together again."""
    words = paper_form(knowledge, "en").words
    for side in (1, 2, 3, 4):
        text = tool("pdftotext", "-raw", "-f", side, "-l", side, printed["en", "a4"], "-").decode()
        assert f"{words['patient_id']}:" in text
        assert f"{words['date']}:" in text


def test_the_same_form_gives_the_same_bytes(knowledge: KnowledgeBase) -> None:
    form = paper_form(knowledge, "en")
    assert paper_pdf(form, "a4") == paper_pdf(form, "a4")


def test_the_page_is_silent_and_complete(knowledge: KnowledgeBase) -> None:
    """No script, no outside address, and every key and code."""
    form = paper_form(knowledge, "en")
    page = paper_html(form, "a4")
    assert not re.search(r"<(script|link|img|iframe)\b|\s(style|on\w+)=|@import", page)
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert {line.key for _, line in lines(form)} | {
        box.code for _, line in lines(form) for box in line.boxes
    } <= set(text.split())


def test_a_form_that_does_not_fit_takes_more_sides(tmp_path: Path) -> None:
    """Longer rules are never cut off: the least room is taken, and as many sides as it needs."""
    form = paper_form(load_knowledge(SMALL), "en")
    long = form.model_copy(update={"sides": (form.sides[0] * TIMES, *form.sides[1:])})
    (tmp_path / "long.pdf").write_bytes(paper_pdf(long, "a4"))
    assert int(facts(tmp_path / "long.pdf")["Pages"]) > len(form.sides)
    assert read(tmp_path / "long.pdf").count(form.sides[0][0].lines[0].key) == TIMES


def test_an_unknown_language_is_told(knowledge: KnowledgeBase) -> None:
    with pytest.raises(KnowledgeError, match="there is no such language; allowed: en"):
        paper_form(knowledge, "xx")


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_the_command_writes_the_form(knowledge: KnowledgeBase, tmp_path: Path, kind: str) -> None:
    """To a file or to standard output, the same."""
    path = tmp_path / f"form.{kind}"
    arguments = ["form", "--format", kind, "--paper", "letter"]
    assert CliRunner().invoke(main, [*arguments, "-o", str(path)]).exit_code == 0
    assert CliRunner().invoke(main, arguments).stdout_bytes == path.read_bytes()
    form = paper_form(knowledge, "en")
    assert path.read_bytes() == (
        paper_pdf(form, "us-letter") if kind == "pdf" else paper_html(form, "us-letter").encode()
    )


def test_a_language_is_for_what_is_in_one() -> None:
    result = CliRunner().invoke(main, ["form", "--language", "en"])
    assert result.exit_code == 2
    assert "--language goes with --format html, pdf," in result.stderr
    assert CliRunner().invoke(main, ["form", "--format", "pdf", "--language", "xx"]).exit_code == 2
