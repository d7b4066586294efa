"""What a press on the page does at once, what is told when it was not kept, and how the keys go: in
a real browser.
"""

from collections.abc import Callable, Iterator
from functools import partial

import flows
import pytest
from kinds import ONE_TAB
from visits import Visit, window
from ways import Way

AGAIN = 450
"""Milliseconds after which a second press is one on purpose."""
IN_SIGHT = """item => {
    const box = item.getBoundingClientRect();
    const down = Math.min(box.height, 40) / 2;
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + down);
    return box.bottom <= innerHeight && box.top >= 0 && (top === item || item.contains(top));
}"""
"""Whether an element lies within the window, and nothing covers its upper part."""
FOCUSED = "item => item === document.activeElement"
SHOWN = """[...document.querySelectorAll("#who-open, #who-more-fields summary")]
    .map(item => item.textContent)"""
"""Who it is, as it stands above the steps and above the rest of its fields."""
AGE = '.step [name="context.age_years"]'
IN_ITS_PLACE = """([away, there]) => {
    const gone = document.querySelector(away), comes = document.querySelector(there);
    const box = gone.getBoundingClientRect();
    gone.style.marginLeft = "-2000px";
    Object.assign(comes.style, {
        position: "fixed", zIndex: 99, left: `${box.x}px`, top: `${box.y}px`,
        width: `${box.width}px`, height: `${box.height}px`,
    });
}"""
"""What is pressed goes aside, and something else comes to where it was."""
PRESS_WHEN_KEPT = """selector => new Promise(done => {
    new MutationObserver((_, watching) => {
        if (document.body.dataset.busy === 'yes') return;
        watching.disconnect();
        setTimeout(() => { document.querySelector(selector).click(); done(); }, 50);
    }).observe(document.body, { attributeFilter: ['data-busy'] });
})"""


@pytest.fixture
def blank(way: Way) -> Iterator[Visit]:
    """Open a window, which shows nothing yet."""
    with window(way) as found:
        yield found
        assert [line for line in found.heard if "409" not in line and "422" not in line] == []


@pytest.fixture
def visit(blank: Visit, way: Way) -> Visit:
    """Show a fresh visit."""
    blank.open(way.kept({}))
    return blank


def seen(visit: Visit, selector: str) -> bool:
    found: bool = visit.page.locator(selector).first.evaluate(IN_SIGHT)
    return found


def hold(visit: Visit, selector: str) -> Callable[[], None]:
    """Press the button of the mouse on something, and return how to let it go."""
    visit.page.hover(selector)
    visit.page.mouse.down()
    return visit.page.mouse.up


def touched(visit: Visit, selector: str) -> Callable[[], object]:
    """Put a finger down on something, and return how to lift it."""
    visit.page.locator(selector).scroll_into_view_if_needed()
    box = visit.page.locator(selector).bounding_box()
    assert box is not None
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger = visit.page.context.new_cdp_session(visit.page)
    touch = "Input.dispatchTouchEvent"
    finger.send(touch, {"type": "touchStart", "touchPoints": [point]})
    return partial(finger.send, touch, {"type": "touchEnd", "touchPoints": []})


def test_a_press_shows_at_once_and_its_repeat_leaves_the_first_answer(
    visit: Visit, way: Way
) -> None:
    page, lost = visit.page, '#q-stick-sacrum [data-value="lost"]'
    visit.go("stick")
    sent = way.held(page, "/answer")
    page.click(lost)
    for _ in range(2):
        assert page.get_attribute(lost, "aria-checked") == "true"
        assert page.locator("#kept").inner_text().endswith("saving")
        page.wait_for_timeout(AGAIN)
        page.click(lost)
    assert page.get_attribute(lost, "aria-checked") == "true"
    later = page.evaluate_handle(f"() => ({{ pressed: ({PRESS_WHEN_KEPT})('{lost}') }})")
    sent.go_on()
    later.evaluate("later => later.pressed")
    later.dispose()
    visit.idle()
    assert (visit.picked("stick.sacrum"), sent.count()) == ("lost", 1)
    assert page.locator("#kept").inner_text().endswith("kept")

    sent.end()
    page.wait_for_timeout(AGAIN)
    visit.tap(lost)
    assert visit.picked("stick.sacrum") is None


@pytest.mark.every_kind
def test_what_is_pressed_while_another_press_is_under_way_is_kept_in_its_order(
    visit: Visit, way: Way
) -> None:
    page = visit.page
    sent = way.held(page, "/none")
    page.click("#c-hospital-none")
    page.click("#c-cancer-head")
    page.click("#c-cancer-none")
    page.click('#map [data-go="wall"]')
    knees = '#q-wall-knees [data-value="{}"]'
    for value in ("locked", "soft", "locked"):
        page.click(knees.format(value))
    sent.go_on()
    visit.idle()

    assert visit.picked("wall.knees") == "locked"
    assert visit.picked("safety.past_cancer") == visit.picked("safety.tearing_pain") == "no"


@pytest.mark.every_kind
def test_a_press_counts_whose_button_came_anew_under_the_finger(visit: Visit) -> None:
    """Of a field that is left with it: what was typed is kept meanwhile."""
    page, onward = visit.page, '#step-person [data-go="wall"]'
    visit.go("person")
    page.fill(AGE, "42")
    first = page.query_selector(onward)
    lift = hold(visit, onward)
    visit.idle()
    lift()

    assert first is not None
    assert not first.evaluate("item => item.isConnected")
    assert page.get_attribute("body", "data-step") == "wall"


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_a_press_counts_that_moved_away_under_a_still_finger(visit: Visit, touch: bool) -> None:
    """What comes there meanwhile is not pressed by it."""
    page, onward = visit.page, '#step-person [data-go="wall"]'
    visit.go("person")
    page.focus("#title-person")
    lift = touched(visit, onward) if touch else hold(visit, onward)
    page.evaluate(IN_ITS_PLACE, [onward, '#map [data-go="stick"]'])
    lift()
    page.wait_for_timeout(AGAIN)

    assert page.get_attribute("body", "data-step") == "wall"


def test_what_comes_under_a_finger_is_not_pressed(visit: Visit) -> None:
    visit.go("person")
    lift = touched(visit, "#title-person")
    visit.page.evaluate(IN_ITS_PLACE, ["#title-person", '#map [data-go="stick"]'])
    lift()
    visit.page.wait_for_timeout(AGAIN)

    assert visit.page.get_attribute("body", "data-step") == "person"


def test_a_finger_that_leaves_its_button_presses_nothing(visit: Visit) -> None:
    page = visit.page
    visit.go("person")
    lift = hold(visit, '#step-person [data-go="wall"]')
    page.mouse.move(5, 5)
    lift()

    assert page.get_attribute("body", "data-step") == "person"


def test_undo_may_be_pressed_quickly_one_after_the_other(visit: Visit) -> None:
    visit.all_well("wall")
    visit.answer("wall.knees", "locked")
    for _ in range(2):
        visit.tap("#undo")

    assert visit.page.locator("#undo").is_disabled()
    assert visit.picked("wall.knees") is None


@pytest.mark.parametrize("width", [390, 1180])
def test_a_number_out_of_range_is_told_beside_its_field(visit: Visit, width: int) -> None:
    name, field = "stick.depth_degrees", "#q-stick-depth_degrees input"
    page = visit.page
    page.set_viewport_size({"width": width, "height": 820})
    visit.answer(name, "40")
    visit.tap('#q-stick-depth_degrees [data-do="step"][data-by="1"]')
    assert visit.picked(name) == page.input_value(field) == "45"
    visit.typed(name, "300")

    assert page.input_value(field) == "300"
    assert page.get_attribute(field, "aria-invalid") == "true"
    note = page.locator("#q-stick-depth_degrees .q-refused")
    assert "a whole number from 0 to 120" in note.inner_text()
    described = (page.get_attribute(field, "aria-describedby") or "").split()
    assert note.evaluate("item => item.closest('[id]').id") in described
    assert page.locator(field).evaluate(FOCUSED)
    assert seen(visit, field)
    assert page.locator("#told").is_hidden()
    visit.typed(name, "62")
    assert page.input_value(field) == "62"
    assert page.get_attribute(field, "aria-invalid") is None
    visit.reload()
    assert visit.picked(name) == "62"


@pytest.mark.every_kind
def test_what_was_typed_and_not_kept_stays_and_is_in_the_way_of_finish(
    visit: Visit, way: Way
) -> None:
    page, field = visit.page, "#q-stick-depth_degrees input"
    visit.named("Sam")
    visit.typed("stick.depth_degrees", "300")
    visit.answer("stick.head", "kept")
    visit.tap("#undo")
    visit.go("result")
    page.click(".button-finish")

    assert page.locator(field).evaluate(FOCUSED)
    assert seen(visit, field)
    assert page.input_value(field) == "300"
    assert page.get_attribute(field, "aria-invalid") == "true"
    assert "0 to 120" in page.locator("#q-stick-depth_degrees .q-refused").inner_text()
    visit.typed("stick.depth_degrees", "")
    assert page.get_attribute(field, "aria-invalid") is None
    visit.finish()
    assert "stick.depth_degrees" not in way.answers(visit.address().split("/")[2])


@pytest.mark.every_kind
def test_finish_waits_for_what_is_typed_and_stays_where_it_was_not_kept(
    visit: Visit, way: Way
) -> None:
    page, date = visit.page, "#who-date"
    visit.named("Sam")
    visit.go("result")
    page.click("#who-more-fields summary")
    sent = way.held(page, "/who")
    page.fill(date, "2099-01-01")
    page.click(".button-finish")
    sent.go_on()
    visit.idle()
    page.wait_for_timeout(AGAIN)
    assert page.input_value(date) == "2099-01-01"
    assert page.locator(date).evaluate(FOCUSED)
    assert page.locator("#who-date-slip").is_visible()
    sent.end()
    page.click(".button-finish")
    assert page.locator(date).evaluate(FOCUSED)


def test_who_it_is_of_stands_above_as_it_is_kept(visit: Visit) -> None:
    page = visit.page
    visit.go("result")
    page.click("#who-more-fields summary")
    typed = {"name": "  Anna   Alpha", "patient_id": "P-7", "clinician": "Dr. Early"}
    for key, text in {**typed, "date": "2026-01-02"}.items():
        page.fill(f"#who-{key}", text)
        page.press(f"#who-{key}", "Tab")
    visit.idle()
    shown = page.evaluate(SHOWN)
    visit.reload()
    assert shown == page.evaluate(SHOWN)
    assert "Anna Alpha" in shown[0]


def test_two_texts_that_are_not_kept_both_stay_in_their_fields(visit: Visit) -> None:
    page = visit.page
    visit.go("result")
    page.click("#who-more-fields summary")
    for key, text in {"date": "2099-01-01", "clinician": "Dr. \u0007"}.items():
        page.fill(f"#who-{key}", text)
        page.press(f"#who-{key}", "Tab")
        visit.idle()
    for key, text in {"date": "2099-01-01", "clinician": "Dr. \u0007"}.items():
        assert page.input_value(f"#who-{key}") == text
        assert page.locator(f"#who-{key}-slip").is_visible()


@pytest.mark.only_on("server", why=ONE_TAB)
def test_a_press_on_a_visit_that_was_finished_elsewhere_says_so(visit: Visit) -> None:
    page = visit.page
    other = Visit(page.context.new_page(), visit.way)
    other.page.goto(page.url)
    other.page.wait_for_selector("body[data-step]")
    visit.go("wall")
    other.finish()
    page.click('#q-wall-knees [data-value="locked"]')
    page.wait_for_url("**changed=yes**")

    assert "changed elsewhere" in page.locator("#told").inner_text()
    assert page.locator("text=Open again to change").is_visible()
    assert not page.locator(".button-finish, .extent").count()
    assert visit.picked("wall.knees") is None


@pytest.mark.only_on("server", why=ONE_TAB)
def test_a_page_learns_with_its_next_press_what_another_tab_typed(visit: Visit) -> None:
    other = Visit(visit.page.context.new_page())
    other.page.goto(visit.page.url)
    other.page.wait_for_selector("body[data-step]")
    other.typed("stick.depth_degrees", "300")
    other.named("Anna Alpha")
    visit.answer("wall.knees", "soft")
    shown = visit.page.evaluate(SHOWN)
    assert "Anna Alpha" in shown[0]
    visit.reload()
    assert visit.page.evaluate(SHOWN) == shown


@pytest.mark.only_on("server", why=ONE_TAB)
def test_finish_stays_where_a_press_before_it_was_not_kept(visit: Visit, way: Way) -> None:
    page = visit.page
    visit.named("Sam")
    visit.go("wall")
    other = Visit(page.context.new_page())
    other.page.goto(page.url)
    other.answer("wall.knees", "soft")
    sent = way.held(page, "/answer")
    page.click('#q-wall-knees [data-value="locked"]')
    page.click('#map [data-go="result"]')
    page.click(".button-finish")
    sent.go_on()
    visit.idle()
    page.wait_for_timeout(AGAIN)

    assert "Not kept: Knees on the way down: locked" in page.locator("#told").inner_text()
    assert seen(visit, "#told")
    sent.end()
    visit.finish()


def test_what_comes_while_somebody_types_takes_nothing_away(visit: Visit, way: Way) -> None:
    page, field = visit.page, "#q-stick-depth_degrees input"
    visit.go("stick")
    sent = way.held(page, "/all-well")
    page.click("#well-stick")
    page.focus(field)
    page.keyboard.type("4")
    sent.go_on()
    visit.idle()
    sent.end()
    assert page.input_value(field) == "4"
    page.keyboard.type("0")
    page.keyboard.press("Tab")
    visit.idle()
    assert page.input_value(field) == visit.picked("stick.depth_degrees") == "40"
    visit.typed("stick.depth_degrees", "4e1")
    assert page.input_value(field) == "40"


def test_a_date_after_today_is_told_beside_its_field(visit: Visit) -> None:
    page = visit.page
    step = page.locator("body").get_attribute("data-step")
    page.click("#who-open")
    page.click("#who-more-fields summary")
    today = page.input_value("#who-date")
    page.fill("#who-date", "2099-01-01")
    page.press("#who-date", "Tab")
    visit.idle()

    assert page.input_value("#who-date") == "2099-01-01"
    assert page.get_attribute("#who-date", "aria-invalid") == "true"
    assert f"to today, {today}" in page.locator("#who-date-slip").inner_text()
    assert page.locator("#who-date").evaluate(FOCUSED)
    assert seen(visit, "#who-date")
    assert page.locator("body").get_attribute("data-step") == step
    page.fill("#who-date", today)
    page.press("#who-date", "Tab")
    visit.idle()
    assert page.get_attribute("#who-date", "aria-invalid") is None


def test_an_answer_pressed_again_right_after_undo_is_kept(visit: Visit) -> None:
    lost = '#q-stick-sacrum [data-value="lost"]'
    visit.go("stick")
    visit.page.evaluate(
        f"""async () => {{
            const pressWhenKept = {PRESS_WHEN_KEPT};
            document.querySelector('{lost}').click();
            await pressWhenKept('#undo');
            await pressWhenKept('{lost}');
        }}"""
    )
    visit.idle()
    assert visit.picked("stick.sacrum") == "lost"


@pytest.mark.only_on("server", why=ONE_TAB)
def test_a_press_on_an_old_version_names_what_was_dropped_in_sight(visit: Visit) -> None:
    other = Visit(visit.page.context.new_page())
    other.page.goto(f"{visit.page.url.partition('#')[0]}?everything=yes")
    visit.answer("wall.knees", "soft")
    other.page.locator('#q-wall-knees [data-value="locked"]').click()
    other.idle()
    told = other.page.locator("#told")

    assert "changed elsewhere" in told.inner_text()
    assert "Not kept: Knees on the way down: locked" in told.inner_text()
    assert other.picked("wall.knees") == visit.picked("wall.knees") == "soft"
    for share in (0, 0.25, 0.5, 0.75, 1):
        other.page.evaluate(f"scrollTo(0, {share} * document.documentElement.scrollHeight)")
        assert seen(other, "#told"), share
        assert told.locator("p").evaluate(flows.IN_SIGHT), share
    other.answer("wall.feet", "flat")
    assert told.is_hidden()
    assert visit.page.locator("#told").is_hidden()


def test_arrow_keys_move_and_space_answers_and_takes_back(visit: Visit) -> None:
    page, place = visit.page, "#q-symptom-groin_pinch"
    visit.go("person")
    page.focus(f"{place}-1")
    page.keyboard.press("ArrowRight")
    assert page.locator(f"{place}-2").evaluate(FOCUSED)
    assert visit.picked("symptom.groin_pinch") is None
    assert page.locator("#undo").is_disabled()
    page.keyboard.press("Space")
    visit.idle()
    value = page.get_attribute(f"{place}-2", "data-value")
    assert visit.picked("symptom.groin_pinch") == value
    assert page.locator(f"{place}-2").evaluate(FOCUSED)
    page.wait_for_timeout(AGAIN)
    page.keyboard.press("Space")
    visit.idle()
    assert visit.picked("symptom.groin_pinch") is None

    visit.go("safety")
    page.focus("#q-safety-saddle_numbness-box")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("#q-safety-bladder_change-box").evaluate(FOCUSED)
    assert visit.picked("safety.bladder_change") is None
    page.keyboard.press("Space")
    visit.idle()
    assert visit.picked("safety.bladder_change") == "yes"


@pytest.mark.parametrize("width", [390, 1180])
def test_the_answers_at_a_spot_open_close_and_are_told(visit: Visit, width: int) -> None:
    page, spot = visit.page, "#spot-stick-sacrum"
    page.set_viewport_size({"width": width, "height": 820})
    visit.go("stick")
    page.click(spot)
    assert page.get_attribute(spot, "aria-expanded") == "true"
    assert page.locator("#asked-stick-sacrum").evaluate(
        "item => item.contains(document.activeElement)"
    )
    assert seen(visit, '#q-stick-sacrum [data-value="lost"]')
    page.keyboard.press("Escape")
    assert page.get_attribute(spot, "aria-expanded") == "false"
    assert page.locator(spot).evaluate(FOCUSED)
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    visit.idle()
    assert visit.picked("stick.sacrum") == "lost"
    assert (
        page.locator("#said")
        .inner_text()
        .startswith("Stick on the sacrum: lost. Triage Open; not ruled out: emergency. Readiness ")
    )
    assert page.get_attribute(spot, "aria-expanded") == "true"
    assert seen(visit, '#q-stick-sacrum_when [data-value="middle"]')
    visit.tap('#q-stick-sacrum_when [data-value="middle"]')
    assert "lost, middle" in page.locator(f"{spot} .unseen").inner_text()


def test_undo_and_redo_say_what_changed(visit: Visit) -> None:
    page, told = visit.page, visit.page.locator("#told")
    visit.answer("stick.head", "lost")
    visit.go("safety")
    visit.tap("#undo")
    assert "Undone: Stick on the head: lost" in told.inner_text()
    assert "Undone: Stick on the head: lost" in page.locator("#said").inner_text()
    assert seen(visit, "#told")
    page.keyboard.press("Control+Shift+Z")
    visit.idle()
    assert "Done again: Stick on the head: lost" in told.inner_text()
    page.keyboard.press("Control+z")
    visit.idle()
    assert "Undone: Stick on the head: lost" in told.inner_text()
    page.click("#told >> text=Show")
    assert seen(visit, "#q-stick-head")
    visit.answer("stick.head", "lost")
    told.wait_for(state="hidden")
    page.focus("#q-stick-depth_degrees input")
    page.keyboard.press("Control+z")
    visit.idle()
    assert visit.picked("stick.head") == "lost"


def test_three_tabs_lead_to_the_first_answer_of_a_fresh_visit(visit: Visit) -> None:
    tabs = 0
    while not visit.page.evaluate("document.activeElement.matches('[data-do=answer]')"):
        visit.page.keyboard.press("Tab")
        tabs += 1
        assert tabs <= 3


@pytest.mark.parametrize("width", [390, 1180])
def test_a_link_to_a_question_brings_it_into_sight(blank: Visit, way: Way, width: int) -> None:
    blank.page.set_viewport_size({"width": width, "height": 820})
    blank.open(
        way.kept({"stick.sacrum": "lost", "safety.fever_or_chills": "no"}, groups=("stick",)),
    )
    assert blank.page.locator("body").get_attribute("data-step") == "safety"
    blank.go("stick")
    for link in blank.page.locator("#head-stick .left-open a").all():
        blank.page.evaluate("scrollTo(0, 0)")
        link.click()
        place = link.get_attribute("href") or ""
        assert seen(blank, f"{place} [data-do], {place} input"), place
    blank.go("result")
    assert blank.page.locator("#check a[href^='#q-']").count() > 3
    for link in blank.page.locator("#check a[href^='#q-']").all():
        blank.go("result")
        link.click()
        place = link.get_attribute("href") or ""
        assert seen(blank, f"{place} [data-do], {place} input"), place


def test_a_visit_taken_up_again_opens_at_the_first_step_with_something_open(
    blank: Visit, way: Way
) -> None:
    blank.open(way.kept({}, groups=("safety",)))
    assert way.whole(blank.page).endswith("#step-person")
    assert blank.page.locator("#title-person").is_visible()
    blank.go("stick")
    blank.reload()
    blank.page.locator('body[data-step="stick"]').wait_for()


@pytest.mark.only_on("server", why="the app puts names of its own beside the script")
def test_the_script_leaves_no_names_and_goes_elsewhere_by_the_place_alone(visit: Visit) -> None:
    page = visit.page
    own = "Object.keys(window).filter(name => name !== 'event')"
    with_script = page.evaluate(own)
    page.evaluate("() => { place.go = (address) => { document.body.dataset.asked = address; }; }")
    address = page.url.partition("#")[0]
    person = page.get_attribute("a[href^='/people/']", "href")
    origin = page.url.partition("/visits")[0]
    other = page.context.new_page()
    other.goto(f"{origin}{person}/delete")
    other.click("text=Delete for good")
    page.click("#c-hospital-none")
    page.wait_for_selector("body[data-asked]")
    assert page.get_attribute("body", "data-asked") == address.removeprefix(origin)
    assert page.url.partition("#")[0] == address
    other.route(
        "**/static/page.js*", lambda route: route.fulfill(body="", content_type="text/javascript")
    )
    other.goto(origin)
    assert sorted(with_script) == sorted(other.evaluate(own))
    script = other.request.get(f"{origin}/static/page.js").text()
    ways = ("location", "history", "window.open", "fetch")
    assert not [way for way in ways if way in script]
    visit.heard[:] = [line for line in visit.heard if "404" not in line]
