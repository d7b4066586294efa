"""The app says of a form what the program says, byte for byte, in another Python, in another time
zone and language.
"""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from app_python import BrowserPython, browser_python
from app_ways import AppWay
from counts import count, thorough
from playwright.sync_api import Browser
from same_bytes import begin, differences, drawn_forms, first_place, worked_forms

from hingeexpert.formats.files import CASES, data_folder
from hingeexpert.knowledge import KnowledgeBase

pytestmark = pytest.mark.only_on("folder")
SEED = 22


@pytest.fixture
def python(app: Callable[[str], AppWay], kind: str, browser: Browser) -> Iterator[BrowserPython]:
    with browser_python(browser, app(kind).url) as running:
        begin(running)
        yield running


@thorough
def test_every_output_is_the_same(python: BrowserPython, knowledge: KnowledgeBase) -> None:
    """Of some worked cases and of some forms drawn; `benchmarks/app_bytes.py` tries all."""
    worked = [*worked_forms([data_folder("rules") / CASES])]
    drawn = drawn_forms(knowledge, count(quick=10, thorough=50), SEED)
    forms = [*enumerate([*worked[:: count(quick=14, thorough=4)], *drawn])]
    made: Counter[str] = Counter()

    found = [*differences(knowledge, python, forms, made)]

    places = [first_place(knowledge, python, forms[one.form], one.output) for one in found[:3]]
    assert not found, (found, places)
    assert {"result as JSON", "report page", "handout page (es)", "letter page", "form"} <= {*made}
