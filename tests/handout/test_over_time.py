"""The chart of all visits on a sheet: in the person's words, large enough, and only where there are
visits to show.
"""

import re
from pathlib import Path

import pytest
from papers import facts, languages, read, sheet, tool

from hingeexpert.handout import Handout, Wishes, handout_html, handout_pdf
from hingeexpert.handout.document import Chart
from hingeexpert.knowledge import KnowledgeBase

COURSE = (
    ("2026-08-02", "hold_reassess"),
    ("2026-08-20", None),
    ("2026-09-02", "regress_pattern"),
    ("2026-11-20", "ready_grind"),
)


def charts(made: Handout) -> list[Chart]:
    return [block for part in made.sections for block in part.blocks if isinstance(block, Chart)]


def test_there_is_none_before_the_second_visit(knowledge: KnowledgeBase) -> None:
    assert charts(sheet(knowledge, "fault", Wishes(course=COURSE[:1]))) == []
    assert len(charts(sheet(knowledge, "fault", Wishes(course=COURSE[:2])))) == 1


def test_a_referral_has_none(knowledge: KnowledgeBase) -> None:
    assert charts(sheet(knowledge, "emergency", Wishes(course=COURSE))) == []


def test_it_says_the_steps_in_the_words_of_the_person(knowledge: KnowledgeBase) -> None:
    """In every language; a pause and an open verdict are no steps."""
    written = set()
    for code in languages(knowledge):
        (chart,) = charts(sheet(knowledge, "fault", Wishes(course=COURSE), code))
        written.add(" ".join(re.findall(r"<text[^>]*>([^<]*)", chart.svg)))
    english = next(text for text in written if "Drills on hold Not clear yet" in text)

    assert len(written) == len(list(languages(knowledge)))
    assert all(word in english for word in ("Slow lifts", "Learn the move"))


@pytest.mark.parametrize("large", [False, True])
def test_its_letters_are_as_large_as_the_text(
    knowledge: KnowledgeBase, tmp_path: Path, large: bool
) -> None:
    """Asked of poppler: a letter is as high in the chart as below it."""
    wishes, path = Wishes(course=COURSE, large=large), tmp_path / "sheet.pdf"
    path.write_bytes(handout_pdf([sheet(knowledge, "fault", wishes)], wishes))
    last = facts(path)["Pages"]
    words = tool("pdftotext", "-f", last, "-l", last, "-bbox", path, "-").decode()
    (low, high) = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">Sep<', words)[0]
    (below, above) = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">Page<', words)[0]

    assert "Your steps so far" in read(path)
    assert float(high) - float(low) >= float(above) - float(below) - 0.1


def test_the_page_for_a_browser_has_it_too(knowledge: KnowledgeBase) -> None:
    made = sheet(knowledge, "fault", Wishes(course=COURSE))
    assert charts(made)[0].svg.strip() in handout_html(made, Wishes())
