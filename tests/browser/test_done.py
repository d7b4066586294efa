"""How a visit ends in a real browser: what is asked before it is finished, and the page of what it
came to.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flows import IN_SIGHT, PHONE
from visits import CLEAN, CLUSTERS, Visit, window
from ways import Way

from hingeexpert.cli import main

FAULT = {**CLEAN, "stick.sacrum": "lost", "stick.depth_degrees": 40, "stick.clean_reps": 6}
BRIGHT = """item => {
    const [red, green, blue] = getComputedStyle(item).backgroundColor.match(/\\d+/g).map(Number);
    return (red + green + blue) / 3;
}"""


@pytest.fixture
def visit(way: Way) -> Iterator[Visit]:
    with window(way) as found:
        yield found
        assert found.heard == []


def test_a_visit_without_a_name_is_finished_only_when_that_is_said(visit: Visit, way: Way) -> None:
    visit.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    visit.open(way.kept({}))
    visit.go("result")
    visit.page.click(".button-finish")
    visit.page.locator("#who-asked").wait_for()
    visit.page.wait_for_load_state()
    visit.page.wait_for_function("document.activeElement.id === 'who-name'")
    assert visit.page.locator("#who-asked").evaluate(IN_SIGHT)
    assert visit.page.locator("#undo").count()
    visit.page.check("#nameless")
    visit.page.click(".button-finish")
    way.arrived(visit.page, "/done")


def test_what_to_look_at_before_the_end_is_named(visit: Visit, way: Way) -> None:
    way.kept({}, name="Maria Lopez", patient_id="P-77")
    odd = {"stick.head": "kept", "stick.head_when": "middle", "safety.fever_or_chills": "no"}
    visit.open(way.kept(odd, patient_id="p-77"))
    visit.go("result")
    check = visit.page.locator("#check").inner_text()

    assert "P-77 is Maria Lopez" in check
    assert "Not asked: 33 safety questions" in check
    assert "Numb between the legs" in check
    assert "The head is noted as kept on the stick, and a time is noted" in check
    assert visit.page.locator(".button-finish").inner_text() == "Finish all the same"


@pytest.mark.every_kind
def test_done_says_what_the_sheet_says(visit: Visit, way: Way) -> None:
    address = way.kept(FAULT, groups=("wall", "stick"), clusters=CLUSTERS, end=True)
    page = visit.page
    visit.goto(f"/visits/{address}/done")
    said = page.locator(".done-say q").inner_text()
    inside = "items => items.map(item => item.innerHTML)"
    panels = page.locator(".done-picture svg").evaluate_all(inside)
    paper = visit.shown(f"/visits/{address}/handout.html")
    sheet = paper.locator("body").text_content() or ""

    assert said in sheet
    drawn = paper.locator("svg").evaluate_all(inside)
    assert len(panels) == 2
    assert set(panels) <= set(drawn)


@pytest.mark.every_kind
def test_the_note_is_copied_as_the_command_writes_it(
    visit: Visit, way: Way, tmp_path: Path
) -> None:
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    address = way.kept(FAULT, groups=("wall", "stick"), name="Sam Example", end=True)
    visit.goto(f"/visits/{address}/done")
    visit.page.click("text=Copy for the record")
    visit.page.locator("#copied:has-text('Copied')").wait_for()
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    form = tmp_path / "form.yaml"
    form.write_bytes(visit.fetched(f"/visits/{address}/form.yaml"))
    told = CliRunner().invoke(main, ["diagnose", "--format", "note", str(form)])

    assert told.exit_code == 0
    assert copied == told.stdout


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_drawing_keeps_to_the_colours_of_the_page(way: Way, scheme: str) -> None:
    with window(way, color_scheme=scheme) as visit:
        visit.open(way.kept({}))
        visit.go("wall")
        card = visit.page.locator("#figure-wall").evaluate(BRIGHT)
        page = visit.page.locator("body").evaluate(BRIGHT)

    assert abs(card - page) < 40
