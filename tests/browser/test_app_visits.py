"""The same presses give the same pages in the program and in the app."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from app_ways import AppWay
from counts import count, thorough
from playwright.sync_api import Browser
from same_visits import VisitsOfBoth, program_and_app

from hingeexpert.knowledge import KnowledgeBase

pytestmark = pytest.mark.only_on("folder")
SEED = 22


@thorough
def test_every_answer_is_the_same(
    app: Callable[[str], AppWay],
    kind: str,
    browser: Browser,
    knowledge: KnowledgeBase,
    tmp_path: Path,
) -> None:
    with program_and_app(knowledge, tmp_path, browser, app(kind).url) as both:
        VisitsOfBoth(both, Random(SEED)).make(count(quick=8, thorough=20))

    assert both.found == []
    pages = {page.rpartition("/")[2].partition("?")[0] for page in both.asked}
    wanted = {"answer", "undo", "finish", "why", "done", "report.html", "handout.html", "form.yaml"}
    assert wanted <= pages
    assert both.asked["GET /export.zip"]
