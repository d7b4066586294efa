"""A visit on the page in a real browser: by taps, by keyboard, by the body alone; nothing lost,
nobody overwritten.
"""

import itertools
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from served import Live, started
from visits import NO_PAIN, Visit, begun, serving

from hingeexpert.forms import read_form
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase

MOST_TAPS, MOST_MORE = 15, 3
LEAST = 48
NAME = '<img src=x onerror="alert(1)"> Zebedee \u202eQ'


@pytest.fixture(scope="module")
def here(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(knowledge, tmp_path_factory.mktemp("record") / "record.sqlite") as running:
        yield running


@pytest.fixture
def visit(browser: Browser, here: Live) -> Iterator[Visit]:
    with begun(browser, here) as found:
        yield found
        assert found.heard == []


def test_a_clean_first_visit_takes_few_taps(visit: Visit) -> None:
    visit.clean()
    assert visit.verdict() == "Pattern, make it stick"
    visit.page.click("#bar >> text=Finish")
    with visit.page.expect_popup() as popup:
        visit.page.locator("text=Open as a page").click()

    assert "Your hip hinge" in popup.value.title()
    assert visit.taps + 2 <= MOST_TAPS


def test_one_lost_contact_takes_few_more(visit: Visit) -> None:
    visit.clean()
    before = visit.taps
    visit.tap("#spot-stick-sacrum")
    visit.answer("stick.depth_degrees", "40")
    visit.answer("stick.clean_reps", "6")

    assert visit.verdict() == "Pattern, go on"
    assert visit.taps - before <= MOST_MORE


def test_the_keyboard_alone_is_enough(visit: Visit) -> None:
    def pressed(selector: str, key: str) -> None:
        """Go there with Tab alone, then press a key."""
        for _ in range(400):
            if visit.page.evaluate(
                "selector => document.activeElement.matches(selector)", selector
            ):
                break
            visit.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab never comes to {selector}")
        seen = visit.page.evaluate(
            """() => { const at = document.activeElement, box = at.getBoundingClientRect();
                const down = Math.min(box.height, 40) / 2;
                const top = document.elementFromPoint(box.x + box.width / 2, box.y + down);
                return at === top || at.contains(top) || at.parentElement.contains(top) }"""
        )
        assert seen, f"{selector} has the focus behind something else"
        visit.page.keyboard.press(key)
        visit.idle()
        assert visit.page.evaluate("document.activeElement !== document.body"), (
            f"the focus is lost after {selector}"
        )

    pressed('[data-do="all-well"][data-group="safety"]', "Enter")
    for name in NO_PAIN:
        pressed(f'input[name="symptom.{name}"]', "ArrowRight")
    for name in ("groin_pinch", "leg_symptoms"):
        pressed(f'input[name="symptom.{name}"]', "Space")
    pressed('[data-do="all-well"][data-group="wall"]', "Space")
    pressed('[data-do="all-well"][data-group="stick"]', "Enter")
    pressed('input[name="pain.during_drill"]', "Space")

    assert [visit.picked(f"symptom.{name}") for name in (*NO_PAIN, "leg_symptoms")] == [
        "no"
    ] * 4 + ["none"]
    assert visit.verdict() == "Pattern, make it stick"
    while not visit.page.evaluate("document.activeElement.innerText === 'Finish'"):
        visit.page.keyboard.press("Shift+Tab")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/done")


def test_the_body_and_the_list_are_always_in_step(visit: Visit, knowledge: KnowledgeBase) -> None:
    for figure in knowledge.body.figures.values():
        for spot in figure.spots:
            item, button = (
                knowledge.observables[spot.observable],
                f"#spot-{spot.observable.replace('.', '-')}",
            )
            value: str | None = None
            for _ in range(len(spot.shows) + 2):
                value = spot.after(value, str(item.well))
                visit.tap(button)
                assert visit.picked(spot.observable) == value
                assert value.replace("_", " ") in (
                    visit.page.locator(button).get_attribute("aria-label") or ""
                )
    visit.answer("stick.head", "kept")
    assert "kept" in (visit.page.locator("#spot-stick-head").get_attribute("aria-label") or "")


def test_the_body_alone_can_tell_a_fault(visit: Visit) -> None:
    visit.tap("#spot-wall-knees")

    assert "Knees locked" in visit.page.locator("#result-faults").inner_text()


def test_the_spots_are_large_and_lie_apart_on_a_phone(browser: Browser, here: Live) -> None:
    with begun(browser, here, viewport={"width": 320, "height": 700}) as visit:
        for group in ("wall", "stick"):
            boxes = [
                box
                for item in visit.page.locator(f"#figure-{group} .spot").all()
                if (box := item.bounding_box())
            ]
            assert all(min(box["width"], box["height"]) >= LEAST for box in boxes)
            for one, other in itertools.combinations(boxes, 2):
                apart = ((one["x"] - other["x"]) ** 2 + (one["y"] - other["y"]) ** 2) ** 0.5
                assert apart >= LEAST - 1


def test_a_red_flag_stops_the_page_and_takes_the_cues_away(visit: Visit) -> None:
    visit.clean()
    visit.tap("#spot-stick-sacrum")
    cue = visit.page.locator("#result-say q").inner_text()
    visit.page.locator(".correct summary").first.click()
    visit.answer("safety.saddle_numbness", "yes")

    assert visit.triage() == "Emergency"
    assert "Stop." in visit.page.locator("#bar").inner_text()
    assert cue not in visit.page.locator("body").inner_text()
    assert not visit.page.locator("#figure-stick .spot").count()
    assert not visit.page.locator('input[name="wall.knees"]').first.is_visible()
    visit.tap('[data-do="undo"]')
    assert cue in visit.page.locator("#result-say").inner_text()


def test_one_press_for_all_never_turns_an_answer(visit: Visit) -> None:
    visit.answer("safety.chest_pain_or_faint", "yes")
    visit.all_well("safety")

    assert visit.picked("safety.chest_pain_or_faint") == "yes"
    assert visit.triage() == "Emergency"


def test_undo_goes_back_to_the_beginning_and_redo_to_the_end(visit: Visit) -> None:
    visit.clean()
    visit.tap("#spot-stick-head")
    steps = visit.taps - 1
    for _ in range(steps):
        visit.tap('[data-do="undo"]')
    assert visit.page.locator('[data-do="undo"]').is_disabled()
    assert visit.picked("stick.head") is None
    for _ in range(steps):
        visit.tap('[data-do="redo"]')
    assert visit.page.locator('[data-do="redo"]').is_disabled()
    assert visit.picked("stick.head") == "lost"


def test_numbers_are_picked_moved_and_typed(visit: Visit) -> None:
    name, field = "stick.depth_degrees", '#q-stick-depth_degrees input[type="text"]'
    visit.answer(name, "40")
    visit.tap(f'[data-do="step"][data-name="{name}"][data-by="1"]')
    assert visit.page.input_value(field) == "45"
    visit.page.fill(field, "300")
    visit.page.press(field, "Tab")
    visit.idle()
    assert "a whole number from 0 to 120" in visit.page.locator("#told").inner_text()
    assert visit.page.input_value(field) == "45"
    visit.page.fill(field, "62")
    visit.page.press(field, "Tab")
    visit.idle()
    assert visit.page.locator("#told").is_hidden()
    assert "62" in visit.page.input_value(field)
    visit.heard.clear()  # the browser writes a line about the status 422


def test_not_assessed_is_kept_and_is_not_no(visit: Visit) -> None:
    visit.tap('#q-safety-fever_or_chills label:has(input[value=""])')
    visit.page.reload()

    assert visit.picked("safety.fever_or_chills") == ""
    assert visit.triage() == "Open"


def test_the_second_of_two_windows_is_told_and_overwrites_nothing(visit: Visit, here: Live) -> None:
    other = Visit(visit.page.context.new_page())
    other.page.goto(visit.page.url)
    visit.answer("wall.knees", "soft")
    other.answer("wall.knees", "locked")

    assert "changed elsewhere" in other.page.locator("#told").inner_text()
    assert other.picked("wall.knees") == visit.picked("wall.knees") == "soft"
    other.answer("wall.feet", "flat")
    assert other.page.locator("#told").is_hidden()


def test_a_killed_server_loses_nothing(browser: Browser, tmp_path: Path) -> None:
    record = tmp_path / "record.sqlite"
    context = browser.new_context()
    visit = Visit(context.new_page())
    with started(tmp_path, "--record", str(record)) as first:
        visit.page.goto(first.address)
        visit.tap("text=New person")
        visit.all_well("wall")
        visit.tap("#spot-wall-hips")
        address = re.sub(r".*/visits", "/visits", visit.page.url)
        first.process.kill()
        visit.page.locator('label:has(input[name="wall.feet"][value="toes_lift"])').click()
        visit.page.locator("#lost").wait_for(state="visible")
    with started(tmp_path, "--record", str(record)) as second:
        visit.page.on("dialog", lambda dialog: dialog.accept())
        visit.page.goto(second.address)
        visit.page.goto(second.origin + address)
        assert (
            visit.picked("wall.hips"),
            visit.picked("wall.knees"),
            visit.picked("wall.feet"),
        ) == ("down", "soft", "flat")
    context.close()


def test_a_press_that_could_not_be_sent_is_sent_again(browser: Browser, tmp_path: Path) -> None:
    record = str(tmp_path / "record.sqlite")
    context = browser.new_context()
    visit = Visit(context.new_page())
    with started(tmp_path, "--record", record) as first:
        visit.page.goto(first.address)
        visit.tap("text=New person")
        port = first.port
        first.process.kill()
    visit.page.locator('label:has(input[name="wall.feet"][value="flat"])').click()
    visit.page.locator("#lost").wait_for(state="visible")
    with started(tmp_path, "--record", record, "--port", str(port)) as second:
        visit.page.locator("#again").click()
        visit.page.locator("#lost").wait_for(state="visible")
        fresh = context.new_page()
        fresh.goto(second.address)
        visit.tap("#again")
        assert visit.page.locator("#lost").is_hidden()
        visit.page.reload()
        assert visit.picked("wall.feet") == "flat"
    context.close()


def test_a_retest_shows_the_last_visit_beside_today(visit: Visit) -> None:
    visit.named("Sam Before")
    visit.clean()
    visit.tap("#spot-stick-sacrum")
    visit.answer("stick.depth_degrees", "40")
    visit.answer("stick.clean_reps", "6")
    visit.page.click("#bar >> text=Finish")
    visit.page.click("text=all visits")
    visit.page.click("text=New visit")
    visit.clean()

    assert visit.picked("context.visit") == "retest"
    assert (
        "No longer seen: Low back bends more than the hips"
        in visit.page.locator("#result-before").inner_text()
    )
    assert "last time: lost" in visit.page.locator("#q-stick-sacrum").text_content().replace(
        "\n", " "
    )  # type: ignore[union-attr]
    visit.page.click("#bar >> text=Finish")
    with visit.page.expect_popup() as popup:
        visit.page.click("text=Open as a page")
    assert re.search(
        r"Good bends with the stick: 6 of 10 on .+, 10 of 10 today\.",
        popup.value.locator("body").inner_text(),
    )
    visit.page.click("text=all visits")
    assert visit.page.locator(".chart svg title").count() == 1
    assert visit.page.locator(
        "th:has-text('Low back bends more than the hips') ~ td"
    ).all_inner_texts() == ["seen", "not seen"]


def test_the_form_file_gives_the_same_result(visit: Visit, knowledge: KnowledgeBase) -> None:
    visit.clean()
    visit.tap("#spot-wall-feet")
    visit.page.click("#bar >> text=Finish")
    with visit.page.expect_download() as download:
        visit.page.click("text=Form file")
    raw = Path(download.value.path()).read_bytes()
    result = diagnose(knowledge, read_form(knowledge, "form.yaml", raw))

    assert download.value.suggested_filename.endswith("-form.yaml")
    assert [fault.title for fault in result.faults if fault.status == "present"] == [
        "Weight rolls onto the heels"
    ]
    assert result.screenings[0].at_once == result.screenings[0].flags


def test_a_name_is_text_everywhere_and_in_no_address_or_title(visit: Visit) -> None:
    visit.named(NAME)
    visit.clean()
    address, pages = visit.page.url, []
    visit.page.click("#bar >> text=Finish")
    for opened in (
        address,
        f"{address}/done",
        f"{address}/report.html",
        f"{address}/handout.html",
        address.partition("/visits")[0],
    ):
        visit.page.goto(opened)
        pages.append((visit.page.url, visit.page.title()))
        assert not visit.page.locator("img").count()
    visit.page.click("text=Zebedee")
    pages.append((visit.page.url, visit.page.title()))

    assert not [page for page in pages if "Zebedee" in "".join(page)]


def test_deleting_says_what_was_deleted_and_leaves_nothing(visit: Visit, here: Live) -> None:
    visit.named("Gone Person")
    visit.clean()
    visit.page.click("#bar >> text=Finish")
    visit.page.click("text=all visits")
    visit.page.click("text=Delete this person for good")
    visit.page.click("text=Delete for good")

    assert re.match(
        r"Deleted for good: 1 person, 1 visit, \d+ changes\.",
        visit.page.locator(".notice").inner_text(),
    )
    assert "Gone Person" not in visit.page.locator("main").inner_text()
    packed = visit.page.request.get(f"{here.origin}/export.zip").body()
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert "events.jsonl" in archive.namelist()
        assert not [name for name in archive.namelist() if b"Gone Person" in archive.read(name)]


def test_why_and_why_not_are_told(visit: Visit) -> None:
    visit.tap("#spot-wall-knees")
    visit.page.locator("#result-faults .why").first.click()
    visit.page.locator("dialog[open]").wait_for()

    assert "Knees locked" in visit.page.locator("#why-title").inner_text()
    assert (
        "Knees on the way down (Wall drill): locked" in visit.page.locator("#why-body").inner_text()
    )
    visit.page.keyboard.press("Escape")
    visit.page.locator("[data-why-select]").select_option(label="Ready for Grind")
    visit.page.locator("#why-title:has-text('Ready for Grind')").wait_for()
    assert "it cannot be better than" in visit.page.locator("#why-body").inner_text()


@pytest.mark.parametrize("width", [320, 768, 1180])
def test_nothing_reaches_beyond_the_edge_and_all_targets_are_large(
    browser: Browser, here: Live, width: int
) -> None:
    with begun(browser, here, viewport={"width": width, "height": 900}) as visit:
        visit.page.goto(f"{visit.page.url}?everything=yes")
        small = visit.page.evaluate(
            """() => [...document.querySelectorAll(
                "#visit label.choice, #visit button, #bar .button, .map a")]
                .filter(item => item.checkVisibility() && item.getBoundingClientRect().height < 48)
                .map(item => item.outerHTML)"""
        )
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        assert small == []
