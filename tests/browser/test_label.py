"""The page of the label in a real Chromium: accessible, and on one side where it is printed."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from axe import DARK_AND_NARROW, WIDE, Look, Violations
from playwright.sync_api import Browser

from hingeexpert.assurance.label.pages import label_html
from hingeexpert.assurance.label.prepared import RulesLabel, label_of
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.pdf import PAPERS
from hingeexpert.knowledge import KnowledgeBase


@pytest.fixture(scope="module")
def label(knowledge: KnowledgeBase) -> RulesLabel:
    return label_of(data_folder("rules"), knowledge)


@pytest.mark.parametrize("paper", PAPERS)
def test_it_is_printed_on_one_side(
    label: RulesLabel, browser: Browser, tmp_path: Path, paper: str
) -> None:
    page, printed = browser.new_page(), tmp_path / "label.pdf"
    page.set_content(label_html(label, PAPERS[paper]))
    page.pdf(path=printed, prefer_css_page_size=True)
    page.close()

    with pikepdf.open(printed) as pdf:
        assert len(pdf.pages) == 1


@pytest.mark.parametrize("look", [WIDE, DARK_AND_NARROW], ids=["wide", "dark"])
def test_it_is_accessible(
    label: RulesLabel, violations: Callable[[str, Look], Violations], tmp_path: Path, look: Look
) -> None:
    file = tmp_path / "label.html"
    file.write_text(label_html(label), encoding="utf-8")

    assert violations(file.as_uri(), look) == []
