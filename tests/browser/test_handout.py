"""The sheet to take home, and the form on paper, in a real Chromium; and the same words on the page
as in print.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe import WIDE, Look, Violations
from counts import count, thorough
from papers import (
    CLINIC,
    ROUTINE,
    clinic_with_logo,
    facts,
    form,
    languages,
    read,
    sheet,
    sheet_of,
    typed,
)
from playwright.sync_api import Browser, Page, expect
from shipped import shipped

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.formats.pdf import PAPERS, Paper
from hingeexpert.handout import Wishes, handout_html, handout_pdf
from hingeexpert.handout.hint_card import hints_html, hints_pdf
from hingeexpert.handout.letter import letter, letter_html
from hingeexpert.handout.paper_form import PaperForm, paper_form, paper_html, paper_pdf
from hingeexpert.handout.quick_card import quick_card, quick_html, quick_pdf
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase

CODES = languages(shipped())
LONG = "W" * 130
NARROW = Look("light", 320, ("target-size",))
PLAIN = {
    "practice": "fault",
    "easier": "regress",
    "pause": "hold",
    "open": "sparse",
    "referral": "emergency",
}
"""Page to form."""
NAMES = (
    "\u0645\u062d\u0645\u062f \u0639\u0644\u064a",
    "\u738b\u5c0f\u660e",
    "Maximiliane-Theodora von Hohenstein-Falkenburg y Montemayor",
    '<b>&"#*_$',
    "= + \\ // @x {{7*7}} [name] 'Ann'",
)
"""An Arabic name, a Chinese one, one of sixty letters, and two full of marks that mean something to
a printer.
"""

PAPER = "rgb(255, 255, 255)"
NARROW_AND_PAPER = """[
  document.documentElement.scrollWidth <= 320, getComputedStyle(document.body).backgroundColor]"""
BETWEEN_MARGINS = {"A4": (680, 725), "Letter": (703, 748)}
"""Pixels between the margins of a sheet, and between those of the form."""


@pytest.fixture(scope="module")
def pages(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Write every kind of page; return the address of each."""
    folder = tmp_path_factory.mktemp("pages")
    clinic = clinic_with_logo(folder)
    ways = {name: (chosen, Wishes(), "en") for name, chosen in PLAIN.items()}
    ways |= {
        "two": ("clean", replace(clinic, drills=2), "en"),
        "large": ("fault", replace(clinic, large=True), "en"),
    }
    ways |= {
        "grey": ("fault", replace(clinic, grey=True), "en"),
        "large referral": ("emergency", Wishes(large=True), "en"),
    }
    ways |= {
        f"{name} in {code}": (name, clinic, code)
        for code in CODES
        for name in ("fault", "urgent_open")
    }
    made = {
        name: handout_html(sheet(knowledge, chosen, wishes, code), wishes)
        for name, (chosen, wishes, code) in ways.items()
    }
    made["long name"] = handout_html(
        sheet(knowledge, form(knowledge, "fault", name=LONG)), Wishes()
    )
    routine = typed(knowledge, ROUTINE)
    text = letter(knowledge, routine, diagnose(knowledge, routine), clinic)
    made["letter"] = letter_html(text, clinic)
    made |= {f"form in {code}": paper_html(paper_form(knowledge, code), "a4") for code in CODES}
    for name, page in made.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in made}


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """Open one window for all that is only looked at, for to open one is slow."""
    opened = browser.new_page()
    yield opened
    opened.close()


def shown(window: Page, address: str, width: int = 1200) -> Page:
    """Show a page in the window, made so wide."""
    window.set_viewport_size({"width": width, "height": 800})
    window.goto(address)
    return window


EACH_KIND = (
    "practice",
    "easier",
    "pause",
    "open",
    "referral",
    "two",
    "large",
    "grey",
    "large referral",
    "letter",
    *(f"{name} in {code}" for name in ("fault", "urgent_open") for code in CODES),
    f"form in {CODES[0]}",
)
"""The form, which is slow, is looked at in one language."""


@pytest.mark.parametrize(
    ("name", "look"),
    [
        *((name, WIDE) for name in EACH_KIND),
        *((name, NARROW) for name in ("pause", "two", "large", "large referral", "fault in en")),
    ],
)
def test_every_page_is_accessible(
    violations: Callable[[str, Look], Violations], pages: dict[str, str], name: str, look: Look
) -> None:
    """axe finds no violation of WCAG 2.2 AA or of its best practices.

    Paper is light whatever the screen is.
    """
    assert violations(pages[name], look) == []


def test_no_page_scrolls_sideways_on_a_narrow_screen(
    browser: Browser, pages: dict[str, str]
) -> None:
    """At 320 pixels only the log moves, in a frame of its own.

    Paper is light whatever the screen is.
    """
    page = browser.new_page(viewport={"width": 320, "height": 640})
    seen = {}
    for name, address in pages.items():
        page.goto(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            seen[name, scheme] = page.evaluate(NARROW_AND_PAPER)
    page.close()
    assert {place: found for place, found in seen.items() if found != [True, PAPER]} == {}


def test_every_page_is_silent(
    noise: Callable[[str], tuple[list[str], list[str], Page]], pages: dict[str, str]
) -> None:
    """A page asks for nothing but itself, its style applies, and its policy makes no error."""
    for name in ("practice", "two", "grey", "large referral", "long name", f"form in {CODES[-1]}"):
        address = pages[name]
        requests, complaints, page = noise(address)
        assert ([url for url in requests if not url.startswith("data:")], complaints) == (
            [address],
            [],
        ), name
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(22, 32, 42)", name


def test_every_page_fits_the_paper_of_a_browser(browser: Browser, pages: dict[str, str]) -> None:
    """Nothing is cut off at the side, of the form between its narrow margins."""
    page = browser.new_page()
    page.emulate_media(media="print")
    for name, address in pages.items():
        page.goto(address)
        for paper, (narrow, wide) in BETWEEN_MARGINS.items():
            width = wide if name.startswith("form") else narrow
            page.set_viewport_size({"width": width, "height": 900})
            fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert fits, (name, paper)
    assert all(page.pdf(format=paper)[:5] == b"%PDF-" for paper in BETWEEN_MARGINS)
    page.close()


def test_a_grey_page_has_no_colour(window: Page, knowledge: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "grey.html"
    path.write_text(
        handout_html(sheet(knowledge, "fault", Wishes(grey=True)), Wishes(grey=True)),
        encoding="utf-8",
    )
    colours = shown(window, path.as_uri()).evaluate(
        "[...document.querySelectorAll('h1, h2, .cue, .card, .card h3, svg *')].flatMap(item => "
        "{ const style = getComputedStyle(item);"
        " return [style.color, style.backgroundColor, style.borderTopColor, style.fill, "
        "style.stroke] })"
    )
    channels = [
        re.findall(r"\d+", colour)[:3] for colour in set(colours) if colour.startswith("rgb")
    ]
    assert [item for item in channels if len(set(item)) > 1 and item != ["22", "32", "42"]] == []


def test_a_box_of_the_log_is_ticked_by_keyboard(window: Page, pages: dict[str, str]) -> None:
    page = shown(window, pages["fault in en"], 360)
    box = page.get_by_role("checkbox", name="Day 7. Week 2: 5 boxes to tick: 5", exact=True)
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()


@pytest.mark.parametrize("name", ["fault in en", "two", "large"])
def test_the_last_day_of_the_log_is_whole_on_a_phone(
    window: Page, pages: dict[str, str], name: str
) -> None:
    ends = shown(window, pages[name], 360).evaluate(
        "[...document.querySelectorAll('.log th, .log input')]"
        ".map(item => item.getBoundingClientRect().right)"
    )
    assert ends
    assert max(ends) <= 360


def test_the_numbers_of_the_clinic_are_dialled_by_a_press(
    window: Page, pages: dict[str, str]
) -> None:
    page = shown(window, pages["fault in en"])
    links = page.evaluate("[...document.links].map(link => link.href)")
    assert links == ["tel:5550142", "tel:112", "tel:5550142"]


WAYS: tuple[tuple[Paper, int, str], ...] = tuple(
    itertools.product(("a4", "us-letter"), (1, 2), CODES)
)
"""Paper, drills and language."""


@thorough
def test_a_browser_prints_as_many_pages(
    knowledge: KnowledgeBase, outcomes: list[Outcome], browser: Browser, tmp_path: Path
) -> None:
    """As the printer of PDF: one for a drill, two for two; the name is a line to write on. Each
    case is printed in the next two of all ways, in the thorough profile in the next five.
    """
    page, lengths = browser.new_page(), {}
    ways, each = itertools.cycle(WAYS), count(quick=2, thorough=5)
    for outcome in outcomes[:: count(quick=80, thorough=40)]:
        if sheet_of(knowledge, outcome, Wishes()).kind == "referral":
            continue
        for way in itertools.islice(ways, each):
            paper, drills, code = way
            wishes = Wishes(clinic=CLINIC, paper=paper, drills=drills)
            made = sheet_of(knowledge, outcome, wishes, code).model_copy(update={"name": None})
            (tmp_path / "sheet.html").write_text(handout_html(made, wishes), encoding="utf-8")
            page.goto((tmp_path / "sheet.html").as_uri())
            (tmp_path / "browser.pdf").write_bytes(page.pdf(prefer_css_page_size=True))
            (tmp_path / "ours.pdf").write_bytes(handout_pdf([made], wishes))
            lengths[way, outcome.case.file] = [
                facts(tmp_path / f"{name}.pdf")["Pages"] for name in ("browser", "ours")
            ]
    page.close()
    assert {way for way, _ in lengths} == set(WAYS)
    assert {name: pair for name, pair in lengths.items() if len(set(pair)) > 1} == {}


def words(text: str) -> Counter[str]:
    """Return the words, however often each stands there; ligatures are letters, a break after a
    hyphen is none.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u2022", " ")
    return Counter(
        re.sub(r"[\u202a-\u202e\u2066-\u2069\u00ad]", "", re.sub(r"(?<=\w-)\n", "", plain)).split()
    )


def words_shown(window: Page, address: str) -> Counter[str]:
    """Return the words of a page as a reader sees them."""
    return words(shown(window, address).evaluate("document.body.innerText"))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    "name", ["fault", "clean", "hold", "sparse", "urgent_open", "emergency", "regress"]
)
def test_the_page_says_word_for_word_what_is_printed(
    knowledge: KnowledgeBase, window: Page, tmp_path: Path, name: str, code: str
) -> None:
    """But for the numbers of pages and of steps, which a browser makes itself."""
    wishes = clinic_with_logo(tmp_path)
    made = sheet(knowledge, name, wishes, code)
    (tmp_path / "sheet.pdf").write_bytes(handout_pdf([made], wishes))
    (tmp_path / "sheet.html").write_text(handout_html(made, wishes), encoding="utf-8")
    foot = re.escape(made.labels["page"]).replace(r"\[page\]", r"\d+").replace(r"\[pages\]", r"\d+")
    printed = words(re.sub(rf"(?m) ?{foot}$", "", read(tmp_path / "sheet.pdf")))
    numbers = Counter(
        f"{number}."
        for block in (b for s in made.sections for b in s.blocks)
        if block.kind == "steps"
        for number in range(1, len(block.items) + 1)
    )
    assert printed - numbers == words_shown(window, (tmp_path / "sheet.html").as_uri())


@pytest.mark.parametrize("code", CODES)
def test_the_page_of_the_form_says_what_is_printed(
    knowledge: KnowledgeBase, window: Page, tmp_path: Path, code: str
) -> None:
    """The print numbers its sides, and leaves out hints that have no room; the page has all."""
    made = paper_form(knowledge, code)
    (tmp_path / "form.pdf").write_bytes(paper_pdf(made, "a4"))
    (tmp_path / "form.html").write_text(paper_html(made, "a4"), encoding="utf-8")
    printed, page = (
        words(read(tmp_path / "form.pdf")),
        words_shown(window, (tmp_path / "form.html").as_uri()),
    )
    again = words(f"{made.title} · {made.form} · " * 4 + "1/4 2/4 3/4 4/4 1 2 3")
    hints = words(" ".join(hints_of(made)))
    assert page - printed - hints == Counter()
    assert printed - page - again == Counter()


def hints_of(made: PaperForm) -> Iterator[str]:
    """Yield how to look, line by line."""
    for side in made.sides:
        for portion in side:
            yield from (line.tip for line in portion.lines if line.tip)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("code", CODES)
def test_what_a_browser_prints_has_as_many_sides(
    knowledge: KnowledgeBase, window: Page, tmp_path: Path, code: str, paper: str
) -> None:
    """The form, its card of hints and the quick card; no line of them is lost at an edge."""
    form, card = paper_form(knowledge, code), quick_card(knowledge, code)
    size = PAPERS[paper]
    sheets = {
        "form": (paper_pdf(form, size), paper_html(form, size)),
        "hints": (hints_pdf(form, size), hints_html(form, size)),
        "card": (quick_pdf(card, size), quick_html(card, size)),
    }
    sides = {}
    for name, (printed, written) in sheets.items():
        (tmp_path / "made.pdf").write_bytes(printed)
        (tmp_path / f"{name}.html").write_text(written, encoding="utf-8")
        page = shown(window, (tmp_path / f"{name}.html").as_uri())
        page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
        sides[name] = [facts(tmp_path / f"{made}.pdf")["Pages"] for made in ("made", "page")]
    assert sides == {"form": ["4", "4"], "hints": ["2", "2"], "card": ["1", "1"]}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_prints_whole_and_unharmed(
    knowledge: KnowledgeBase, window: Page, tmp_path: Path, name: str
) -> None:
    """In print and on the page, whatever its letters are."""
    made = sheet(knowledge, form(knowledge, "fault", name=name))
    (tmp_path / "sheet.pdf").write_bytes(handout_pdf([made], Wishes()))
    (tmp_path / "sheet.html").write_text(handout_html(made, Wishes()), encoding="utf-8")
    assert made.name == name
    assert words(name) - words(read(tmp_path / "sheet.pdf")) == Counter()
    page = shown(window, (tmp_path / "sheet.html").as_uri())
    assert page.locator(".facts bdi").first.inner_text() == name
