"""The form on paper: two sides, every question in intake order, and every code as a table of forms
takes it.
"""

import csv
import itertools
import json
import re
from collections import Counter
from pathlib import Path

import pdfua
import pikepdf
import pytest
from click.testing import CliRunner
from papers import facts, languages, read, tool
from shipped import shipped

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
from hingeexpert.knowledge import KnowledgeBase

PAPERS = {"a4": "595.276 x 841.89 pts (A4)", "us-letter": "612 x 792 pts (letter)"}
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
def test_the_form_has_two_sides_of_the_paper(
    printed: dict[tuple[str, str], Path], language: str, paper: str
) -> None:
    told = facts(printed[language, paper])
    assert (told["Pages"], told["Page size"], told["Tagged"]) == ("2", PAPERS[paper], "yes")


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


def test_words_stand_beside_a_code_only_in_another_language(knowledge: KnowledgeBase) -> None:
    for language in languages(knowledge):
        words = [
            box.words for _, line in lines(paper_form(knowledge, language)) for box in line.boxes
        ]
        assert any(words) == (language != knowledge.info.language)


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
    """A sheet that came apart can be put together again."""
    words = paper_form(knowledge, "en").words
    for side in (1, 2):
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


def test_a_form_that_does_not_fit_takes_more_sides(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    """Longer rules are never cut off: the smallest size is taken, and as many sides as it needs."""
    form = paper_form(knowledge, "en")
    long = form.model_copy(update={"sides": (form.sides[0] * 3, form.sides[1])})
    (tmp_path / "long.pdf").write_bytes(paper_pdf(long, "a4"))
    assert int(facts(tmp_path / "long.pdf")["Pages"]) > 2
    assert read(tmp_path / "long.pdf").count(form.sides[0][0].lines[0].key) == 3


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


def test_a_language_is_for_paper_only() -> None:
    result = CliRunner().invoke(main, ["form", "--language", "en"])
    assert result.exit_code == 2
    assert "--format html or pdf" in result.stderr
    assert CliRunner().invoke(main, ["form", "--format", "pdf", "--language", "xx"]).exit_code == 2
