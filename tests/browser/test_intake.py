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
from playwright.sync_api import Browser, Page
from served import Live
from visits import Visit, begun, serving

from hingeexpert.forms import read_form
from hingeexpert.intake import Intake, Record
from hingeexpert.knowledge import KnowledgeBase

FINGER = 44
SCREENS = [(320, 640), (768, 1024), (1180, 820)]
HOSTILE = '<img src=x onerror="alert(1)"> <b>Quillon</b> \u202eabc'
FOCUS = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const at = document.activeElement;
    const drawn = at.matches('input[type=radio]') ? at.nextElementSibling : at;
    const style = getComputedStyle(drawn), box = drawn.getBoundingClientRect();
    const bar = document.getElementById('bar');
    const sticky = getComputedStyle(bar).position === 'sticky';
    const covered = sticky ? bar.getBoundingClientRect().bottom : 0;
    return {id: at.id || at.dataset.group || at.dataset.do || at.dataset.name || '',
            body: at === document.body,
            ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
            free: box.bottom > covered && box.top < innerHeight && box.top >= covered - 1}
}"""
SMALL = """least => [...document.querySelectorAll('a, button, summary, select, label.choice, ' +
        'input:not([type=radio]):not([type=hidden])')]
    .filter(item => item.checkVisibility({visibilityProperty: true}))
    .filter(item => !item.matches('.skip, .why, .how summary, p > a, .tick input'))
    .map(item => [Math.round(item.getBoundingClientRect().height), item.outerHTML.slice(0, 120)])
    .filter(([high]) => high < least)"""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("record") / "record.sqlite"


@pytest.fixture(scope="module")
def here(knowledge: KnowledgeBase, record: Path) -> Iterator[Live]:
    with serving(knowledge, record) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, here: Live) -> Iterator[Visit]:
    with begun(browser, here) as found:
        yield found
        assert found.heard == []


def finish(visit: Visit) -> str:
    """Finish the visit and return its address."""
    address = visit.page.url
    visit.page.click("#bar >> text=Finish")
    visit.page.wait_for_url("**/done")
    return address


def addresses(visit: Visit, here: Live) -> list[str]:
    """Return the address of every page that shows the person of a finished visit; the visit stands
    on its last page.
    """
    address = visit.page.url.removesuffix("/done")
    person = visit.page.get_attribute("main a[href^='/people/']", "href")
    return [
        here.origin,
        address,
        f"{address}?everything=yes",
        f"{address}/done",
        f"{here.origin}{person}",
        f"{here.origin}{person}/delete",
    ]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_focus_stays_where_it_was_is_seen_and_is_not_covered(
    browser: Browser, here: Live, screen: tuple[int, int]
) -> None:
    with begun(browser, here, viewport={"width": screen[0], "height": screen[1]}) as visit:

        def pressed(selector: str, key: str) -> None:
            visit.page.focus(selector)
            visit.page.keyboard.press("Shift+Tab")
            visit.page.keyboard.press("Tab")
            before = visit.page.evaluate(FOCUS)
            assert (before["ring"], before["free"]) == (True, True), (selector, before)
            visit.page.keyboard.press(key)
            visit.idle()
            after = visit.page.evaluate(FOCUS)
            assert not after["body"]
            assert after["ring"], (selector, after)
            assert after["id"] == before["id"] or key == "ArrowRight", (before, after)

        pressed('[data-do="all-well"][data-group="safety"]', "Enter")
        pressed('input[name="symptom.low_back_pain"]', "Space")
        pressed('input[name="pain.during_drill"]', "Space")
        pressed('[data-do="all-well"][data-group="stick"]', "Space")
        pressed("#spot-stick-sacrum", "Enter")
        pressed("#spot-stick-knees", "Space")
        pressed('[data-do="step"][data-name="stick.depth_degrees"][data-by="1"]', "Enter")
        assert visit.picked("stick.sacrum") == "lost"


def test_the_body_follows_every_answer_of_the_list(visit: Visit, knowledge: KnowledgeBase) -> None:
    for figure in knowledge.body.figures.values():
        for spot in figure.spots:
            for value in (*spot.shows, str(knowledge.observables[spot.observable].well)):
                visit.answer(spot.observable, value)
                told = (
                    visit.page.get_attribute(
                        f"#spot-{spot.observable.replace('.', '-')}", "aria-label"
                    )
                    or ""
                )
                assert told.endswith(f": {value.replace('_', ' ')}")


def test_no_cue_of_the_rules_stands_anywhere_while_a_referral_comes_first(
    visit: Visit, knowledge: KnowledgeBase
) -> None:
    visit.clean()
    visit.tap("#spot-stick-sacrum")
    visit.page.locator(".correct summary").first.click()
    visit.answer("safety.saddle_numbness", "yes")
    text = visit.page.locator("body").text_content() or ""

    assert not [
        cue.say for fault in knowledge.faults.values() for cue in fault.cues if cue.say in text
    ]
    shown = visit.page.locator('.part[data-stands~="shown"]')
    handed_over = knowledge.triage[0].hands_over
    assert handed_over is not None
    needed = [*handed_over.groups, *(name.partition(".")[0] for name in handed_over.then)]
    assert [item.get_attribute("id") for item in shown.all()] == [
        f"part-{group}" for group in needed
    ]


def test_no_paper_tells_a_name_in_its_headers_and_the_handout_is_tagged(
    visit: Visit, here: Live, tmp_path: Path
) -> None:
    visit.named("Quillon Zebedee")
    visit.clean()
    address = finish(visit)
    papers = [
        f"{address}/{paper}"
        for paper in ("form.yaml", "report.txt", "report.html", "handout.html", "handout.pdf")
    ]
    answers = [visit.page.request.get(paper) for paper in (*papers, f"{here.origin}/export.zip")]

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


def test_the_export_holds_every_person_visit_and_event(
    visit: Visit, here: Live, record: Path, knowledge: KnowledgeBase
) -> None:
    visit.named("Exported Person")
    visit.clean()
    finish(visit)
    packed = visit.page.request.get(f"{here.origin}/export.zip").body()
    kept = Record(record)
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


def fits(page: Page, width: int) -> list[object]:
    """Return what of a page reaches beyond the edge, or is too small for a finger."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    small = {tuple(item) for item in page.evaluate(SMALL, FINGER)}
    return [*([f"{wide} wide"] if wide > width else []), *sorted(small)]


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_fits_the_screen_and_the_finger(
    browser: Browser, here: Live, screen: tuple[int, int]
) -> None:
    with begun(browser, here, viewport={"width": screen[0], "height": screen[1]}) as visit:
        found = {"new": fits(visit.page, screen[0])}
        visit.named("W" * 120)
        visit.clean()
        visit.tap("#spot-stick-sacrum")
        found["filled"] = fits(visit.page, screen[0])
        visit.page.locator("[data-why]").first.click()
        visit.page.locator("dialog[open]").wait_for()
        found["why"] = fits(visit.page, screen[0])
        visit.page.keyboard.press("Escape")
        finish(visit)
        for address in [*addresses(visit, here), f"{here.origin}/nowhere"]:
            visit.page.goto(address)
            found[address] = fits(visit.page, screen[0])

    assert {place: slips for place, slips in found.items() if slips} == {}


def test_a_hostile_name_is_text_in_its_own_direction_on_every_page(
    visit: Visit, here: Live
) -> None:
    visit.named(HOSTILE)
    visit.clean()
    address = finish(visit)
    shown = {}
    for place in [*addresses(visit, here), f"{address}/report.html", f"{address}/handout.html"]:
        visit.page.goto(place)
        inside = "item => [item.textContent.includes('Quillon'), item.querySelector('*') === null]"
        shown[place] = [
            visit.page.locator("bdi").evaluate_all(f"items => items.map({inside})"),
            visit.page.locator("img, main b").count(),
        ]
        outside = """() => { const copy = document.body.cloneNode(true);
            copy.querySelectorAll('bdi').forEach(item => item.remove());
            return copy.textContent.includes('Quillon') }"""
        assert not visit.page.evaluate(outside), place

    assert {
        place for place, (names, images) in shown.items() if [True, True] not in names or images
    } == set()


@pytest.mark.parametrize("screen", SCREENS)
def test_what_is_pressed_stays_under_the_finger_and_a_part_corrected_stays_open(
    browser: Browser, here: Live, screen: tuple[int, int]
) -> None:
    with begun(browser, here, viewport={"width": screen[0], "height": screen[1]}) as visit:

        def moved(selector: str) -> float:
            item = visit.page.locator(selector).first
            item.scroll_into_view_if_needed()
            before = (item.bounding_box() or {})["y"]
            item.click()
            visit.idle()
            return abs((item.bounding_box() or {})["y"] - before)

        yes, no = (
            f'label:has(input[name="safety.major_trauma"][value="{value}"])'
            for value in ("yes", "no")
        )
        presses = [
            '[data-do="all-well"][data-group="safety"]',
            "#part-safety .correct summary",
            yes,
            no,
        ]
        presses += [
            '[data-do="all-well"][data-group="wall"]',
            "#spot-wall-knees",
            "#spot-wall-knees",
        ]
        visit.answer("symptom.low_back_pain", "no")
        far = {selector: distance for selector in presses if (distance := moved(selector)) > 1.5}
        unfolded = visit.page.locator(no).is_visible()

    assert far == {}
    assert unfolded


def test_a_name_typed_in_another_tab_is_not_overwritten(visit: Visit) -> None:
    visit.named("Anna Alpha")
    other = Visit(visit.page.context.new_page())
    other.page.goto(visit.page.url)
    other.named("Anna Beta")
    visit.page.fill("#who-full", "Bert Gamma")
    visit.page.press("#who-full", "Tab")
    visit.idle()

    assert "changed elsewhere" in visit.page.locator("#told").inner_text()
    assert visit.page.input_value("#who-full") == "Anna Beta"
    for text in ("Anna Epsilon  ", "Anna Delta"):
        visit.page.fill("#who-full", text)
        visit.page.press("#who-full", "Tab")
        visit.idle()
    assert not visit.page.locator("#told").is_visible()
    visit.page.reload()
    assert visit.page.locator("#who-name").inner_text() == "Anna Delta"
    visit.heard[:] = [message for message in visit.heard if "409" not in message]


def test_a_press_on_a_visit_that_was_deleted_elsewhere_says_so(visit: Visit) -> None:
    person = visit.page.get_attribute('#who a[href^="/people/"]', "href")
    other = visit.page.context.new_page()
    other.goto(visit.page.url.split("/visits")[0] + f"{person}/delete")
    other.click("text=Delete for good")
    visit.page.click('[data-do="all-well"][data-group="safety"]')
    visit.page.get_by_role("heading", name="There is no such page").wait_for()
    visit.heard[:] = [message for message in visit.heard if "404" not in message]
