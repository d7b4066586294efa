"""The card of hints beside the form on paper: one sheet, every hint, letters that can be read."""

import itertools
import re
from pathlib import Path

import pdfua
import pytest
from click.testing import CliRunner
from papers import facts, languages, read, tool
from shipped import shipped

from hingeexpert.cli import main
from hingeexpert.handout.hint_card import hints_html, hints_pdf
from hingeexpert.handout.paper_form import PaperForm, paper_form
from hingeexpert.knowledge import KnowledgeBase

WAYS = list(itertools.product(languages(shipped()), ("a4", "us-letter")))
SMALLEST = 9 * 1.362
"""Height of a line of nine points of Noto Sans."""


def hints(form: PaperForm) -> list[str]:
    """Return every hint, with what it is for."""
    return [
        f"{line.short} {line.tip}"
        for side in form.sides
        for portion in side
        for line in portion.lines
        if line.tip
    ]


@pytest.mark.parametrize(("language", "paper"), WAYS)
def test_it_is_one_sheet_with_every_hint_in_letters_of_nine_points(
    knowledge: KnowledgeBase, tmp_path: Path, language: str, paper: str
) -> None:
    form = paper_form(knowledge, language)
    (tmp_path / "hints.pdf").write_bytes(hints_pdf(form, paper))  # type: ignore[arg-type]
    boxes = tool("pdftotext", "-bbox", tmp_path / "hints.pdf", "-").decode()
    heights = [
        float(bottom) - float(top)
        for top, bottom in re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', boxes)
    ]
    text = re.sub(r"\W+", "", read(tmp_path / "hints.pdf"))
    report = pdfua.validate(str(tmp_path / "hints.pdf"))

    assert facts(tmp_path / "hints.pdf")["Pages"] == "2"
    assert min(heights) > SMALLEST - 0.1
    assert len(hints(form)) > 90
    assert [hint for hint in hints(form) if re.sub(r"\W+", "", hint) not in text] == []
    assert [item for item in report.findings if item.severity.name != "SKIP"] == []


def test_the_page_is_silent_and_complete(knowledge: KnowledgeBase) -> None:
    form = paper_form(knowledge, "es")
    page = hints_html(form, "a4")
    assert not re.search(r"<(script|link|img|iframe)\b|\s(style|on\w+)=|@import", page)
    text = re.sub(r"<style>.*?</style>|<[^>]+>", "", page, flags=re.DOTALL)
    assert [hint for hint in hints(form) if hint.partition(" ")[2][-20:] not in text] == []


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_the_command_writes_it(knowledge: KnowledgeBase, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"hints.{kind}"
    arguments = ["form", "--format", kind, "--hints", "--language", "es", "-o", str(path)]
    form = paper_form(knowledge, "es")
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert path.read_bytes() == (
        hints_pdf(form, "a4") if kind == "pdf" else hints_html(form, "a4").encode()
    )


@pytest.mark.parametrize("more", [["--format", "csv"], ["--format", "pdf", "--quick"]])
def test_it_is_for_the_whole_form_on_paper(more: list[str]) -> None:
    result = CliRunner().invoke(main, ["form", "--hints", *more])
    assert result.exit_code == 2
    assert "--hints goes with --format html or pdf, and not with --quick" in result.stderr
