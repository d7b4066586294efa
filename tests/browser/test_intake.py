"""The pages of intake in a real browser: where the focus is, what fits, what leaves the server, and
names that are markup.
"""

import json
import subprocess
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flows import DRAWN
from kinds import ONE_TAB
from playwright.sync_api import Page
from visits import CLEAN, CLUSTERS, Visit, window
from ways import ServerWay, Way

from hingeexpert.forms import read_form
from hingeexpert.intake import Intake
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record

FINGER = 44
SCREENS = [(320, 640), (768, 1024), (1180, 820)]
HOSTILE = '<img src=x onerror="alert(1)"> <b>Quillon</b> \u202eabc'
FOCUS = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const at = document.activeElement;
    const style = getComputedStyle(at), box = at.getBoundingClientRect();
    const strip = document.getElementById('side');
    const below = getComputedStyle(strip).position === 'fixed' && !strip.contains(at)
        ? strip.getBoundingClientRect().top : innerHeight;
    const above = at.closest('#top') ? 0
        : document.getElementById('top').getBoundingClientRect().bottom;
    return {id: at.id, body: at === document.body,
            ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
            free: box.top >= above - 1 && Math.min(box.bottom, box.top + 44) <= below + 1}
}"""
SMALL = """least => [...document.querySelectorAll(
        'a, button, summary, select, input:not([type=hidden])')]
    .filter(item => item.checkVisibility({visibilityProperty: true}))
    .filter(item => !item.matches('.skip, .why, p > a, li > a, .tick input'))
    .map(item => [Math.round(item.getBoundingClientRect().height), item.outerHTML.slice(0, 120)])
    .filter(([high]) => high < least)"""


@pytest.fixture
def blank(way: Way) -> Iterator[Visit]:
    """Open a window, which shows nothing yet."""
    with window(way) as found:
        yield found
        assert found.heard == []


@pytest.fixture
def visit(blank: Visit, way: Way) -> Visit:
    """Show a fresh visit."""
    blank.open(way.kept({}))
    return blank


def clean(way: Way, end: bool = False, **head: str) -> str:
    """Write a clean first visit with a fault, and return its id."""
    answers = {**CLEAN, "stick.sacrum": "lost"}
    return way.kept(answers, groups=("wall", "stick"), clusters=CLUSTERS, end=end, **head)


def addresses(visit: Visit) -> list[str]:
    """Return the address of every page that shows the person of a finished visit; the visit stands
    on its last page.
    """
    address = visit.address().removesuffix("/done")
    person = visit.page.get_attribute("main a[href^='/people/']", "href")
    return [
        "/",
        address,
        f"{address}?everything=yes",
        f"{address}/done",
        str(person),
        f"{person}/delete",
    ]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_focus_stays_where_it_was_is_seen_and_is_not_covered(
    visit: Visit, screen: tuple[int, int]
) -> None:
    visit.page.set_viewport_size({"width": screen[0], "height": screen[1]})

    def pressed(selector: str, key: str, moves: bool = False) -> None:
        visit.page.focus(selector)
        visit.page.keyboard.press("Shift+Tab")
        visit.page.keyboard.press("Tab")
        before = visit.page.evaluate(FOCUS)
        assert (before["ring"], before["free"]) == (True, True), (selector, before)
        visit.page.keyboard.press(key)
        visit.idle()
        after = visit.page.evaluate(FOCUS)
        assert not after["body"]
        assert (after["ring"], after["free"]) == (True, True), (selector, after)
        assert moves or after["id"] == before["id"], (before, after)

    pressed("#q-safety-saddle_numbness-box", "Space")
    pressed("#undo", "Enter", moves=True)
    pressed("#c-hospital-none", "Enter", moves=True)
    visit.go("person")
    pressed("#q-symptom-groin_pinch [tabindex='0']", "Space")
    visit.go("stick")
    pressed("#well-stick", "Space", moves=True)
    pressed("#spot-stick-sacrum", "Enter", moves=True)
    visit.page.keyboard.press("ArrowRight")
    pressed("#q-stick-sacrum [tabindex='0']", "Space")
    assert visit.picked("stick.sacrum") == "lost"
    visit.page.keyboard.press("Escape")
    pressed('#q-stick-depth_degrees [data-do="step"][data-by="1"]', "Enter")
    visit.go("after")
    pressed("#q-pain-during_drill [tabindex='0']", "Space")


@pytest.mark.only_on("server", why="the headers of a server, and a PDF")
def test_no_paper_tells_a_name_in_its_headers_and_the_handout_is_tagged(
    blank: Visit, way: ServerWay, tmp_path: Path
) -> None:
    address = f"/visits/{clean(way, end=True, name='Quillon Zebedee')}"
    papers = [
        f"{address}/{paper}"
        for paper in ("form.yaml", "report.txt", "report.html", "handout.html", "handout.pdf")
    ]
    ask = blank.page.request
    answers = [ask.get(way.here.origin + paper) for paper in (*papers, "/export.zip")]

    assert [answer.status for answer in answers] == [200] * 6
    assert not [
        answer.url
        for answer in answers
        if "quillon" in json.dumps([answer.url, answer.headers]).lower()
    ]
    pdf = tmp_path / "handout.pdf"
    pdf.write_bytes(answers[4].body())
    told = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    assert "Tagged:          yes" in told
    assert "Quillon" not in told


@pytest.mark.only_on("server", why="reads the file of the record beside the server")
def test_the_export_holds_every_person_visit_and_event(
    visit: Visit, way: ServerWay, knowledge: KnowledgeBase
) -> None:
    clean(way, end=True, name="Exported Person")
    visit.answer("wall.knees", "locked")
    packed = visit.fetched("/export.zip")
    kept = Record(way.intake.record.path)
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        rows = {
            table: archive.read(f"{table}.jsonl").decode().splitlines()
            for table in ("people", "visits", "events")
        }
        forms = [entry for entry in archive.namelist() if entry.startswith("forms/")]
        read = {
            Path(entry).stem[11:]: read_form(knowledge, entry, archive.read(entry))
            for entry in forms
        }
    intake = Intake(knowledge, kept)

    assert [len(rows["people"]), len(rows["visits"])] == [len(kept.people()), len(kept.visits())]
    assert len(rows["events"]) == sum(len(list(kept.events(item.id))) for item in kept.visits())
    assert {id_: form.answers for id_, form in read.items()} == {
        item.id: intake.look(item.id).assessment.answers for item in kept.visits()
    }


def fits(page: Page) -> list[object]:
    """Return what of a page reaches beyond the edge of a screen, or is too small for a finger on
    it; the page ends on the first screen.
    """
    found: list[object] = []
    for width, height in reversed(SCREENS):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(DRAWN)
        wide = page.evaluate("document.documentElement.scrollWidth")
        small = {tuple(item) for item in page.evaluate(SMALL, FINGER)}
        found.extend(
            (width, slip) for slip in [*([f"{wide} wide"] if wide > width else []), *small]
        )
    return found


def test_every_page_fits_the_screen_and_the_finger(way: Way) -> None:
    """Each page is shown once, on the narrow screen, and looked at on every one."""
    with window(way, viewport={"width": SCREENS[0][0], "height": SCREENS[0][1]}) as visit:
        filled, page = clean(way), visit.page
        visit.open(f"{way.kept({})}?everything=yes")
        found = {"everything": fits(page)}
        visit.open(filled)
        visit.named("W" * 120)
        for step in ("safety", "person", "wall", "stick", "after", "result"):
            visit.go(step)
            found[step] = fits(page)
        visit.go("stick")
        page.click("#spot-stick-sacrum")
        found["spot"] = fits(page)
        visit.go("result")
        page.locator("[data-why]:visible").first.click()
        page.locator("dialog[open]").wait_for()
        found["why"] = fits(page)
        page.keyboard.press("Escape")
        visit.answer("safety.saddle_numbness", "yes")
        found["stopped"] = fits(page)
        visit.tap("#undo")
        visit.finish()
        for address in [*addresses(visit), "/nowhere"]:
            visit.goto(address)
            found[address] = fits(page)

    assert {place: slips for place, slips in found.items() if slips} == {}


@pytest.mark.every_kind
def test_a_hostile_name_is_text_in_its_own_direction_on_every_page(visit: Visit, way: Way) -> None:
    visit.named(HOSTILE)
    address = visit.finish()
    shown = {}
    for place in [*addresses(visit), f"{address}/report.html", f"{address}/handout.html"]:
        page = visit.shown(place)
        inside = "item => [item.textContent.includes('Quillon'), item.querySelector('*') === null]"
        shown[place] = [
            page.locator("bdi").evaluate_all(f"items => items.map({inside})"),
            page.locator("img, main b").count(),
        ]
        outside = """() => { const copy = document.body.cloneNode(true);
            copy.querySelectorAll('bdi').forEach(item => item.remove());
            return copy.textContent.includes('Quillon') }"""
        assert not page.evaluate(outside), place

    assert {
        place for place, (names, images) in shown.items() if [True, True] not in names or images
    } == set()


@pytest.mark.parametrize("screen", SCREENS)
def test_what_is_pressed_stays_under_the_finger(
    blank: Visit, way: Way, screen: tuple[int, int]
) -> None:
    blank.page.set_viewport_size({"width": screen[0], "height": screen[1]})
    blank.open(way.kept({"wall.knees": "locked"}, clusters=OTHERS))

    def moved(selector: str) -> float:
        item = blank.page.locator(selector).first
        item.scroll_into_view_if_needed()
        before = (item.bounding_box() or {})["y"]
        item.click()
        blank.idle()
        return abs((item.bounding_box() or {})["y"] - before)

    far = {}
    for step, presses in PRESSES.items():
        blank.go(step)
        for selector in presses:
            if (distance := moved(selector)) > 1.5:
                far[selector] = distance

    assert far == {}


HITS = """selector => {
    window.hits = [];
    new MutationObserver(() => {
        const item = document.querySelector(selector), box = item.getBoundingClientRect();
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        window.hits.push([document.body.classList.contains('settling'), item.contains(top)]);
    }).observe(document.body, { attributeFilter: ['class'] });
}"""
"""Whether a finger hits an element, at the beginning and the end of the moment after a press."""


def test_a_finger_that_still_presses_hits_nothing_of_what_comes_next(visit: Visit) -> None:
    visit.page.evaluate(HITS, "#c-nerves-head")
    visit.page.click("#c-hospital-none")
    visit.page.wait_for_function("() => window.hits.length === 2")

    assert visit.page.evaluate("window.hits") == [[True, False], [False, True]]


OTHERS = [cluster for cluster in CLUSTERS if cluster != "infection"]
PRESSES = {
    "safety": ["#q-safety-iv_drug_use-box", "#q-safety-recent_infection-box", "#c-bone-head"],
    "person": ["#q-symptom-leg_symptoms-2", "#q-symptom-groin_pinch-2"],
}


@pytest.mark.only_on("server", why=ONE_TAB)
def test_a_name_typed_in_another_tab_is_not_overwritten(visit: Visit) -> None:
    visit.named("Anna Alpha")
    other = Visit(visit.page.context.new_page())
    other.page.goto(visit.page.url)
    other.named("Anna Beta")
    visit.named("Bert Gamma")

    assert "changed elsewhere" in visit.page.locator("#told").inner_text()
    assert visit.page.input_value("#who-name") == "Anna Beta"
    assert visit.page.locator("#who-shown").inner_text() == "Anna Beta"
    for text in ("Anna Epsilon  ", "Anna Delta"):
        visit.named(text)
    assert not visit.page.locator("#told").is_visible()
    visit.reload()
    assert visit.page.locator("#who-shown").inner_text() == "Anna Delta"
    visit.heard[:] = [message for message in visit.heard if "409" not in message]


@pytest.mark.only_on("server", why=ONE_TAB)
def test_a_press_on_a_visit_that_was_deleted_elsewhere_says_so(visit: Visit) -> None:
    person = visit.page.get_attribute('#who a[href^="/people/"]', "href")
    other = visit.page.context.new_page()
    other.goto(visit.page.url.split("/visits")[0] + f"{person}/delete")
    other.click("text=Delete for good")
    visit.page.click("#c-hospital-none")
    visit.page.get_by_role("heading", name="There is no such page").wait_for()
    visit.heard[:] = [message for message in visit.heard if "404" not in message]
