"""A visit on the page in a real browser: by the body alone, undone, here again; nothing lost."""

import itertools
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from served import started
from visits import CLEAN, CLUSTERS, Visit, window
from ways import Way

from hingeexpert.forms import read_form
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase

LEAST = 48
NAME = '<img src=x onerror="alert(1)"> Zebedee \u202eQ'
ALL = ("wall", "stick")


@pytest.fixture
def visit(way: Way) -> Iterator[Visit]:
    """Open a window, which shows nothing yet."""
    with window(way) as found:
        yield found
        assert found.heard == []


def clean(way: Way, **more: object) -> str:
    """Write a clean first visit, and return its id."""
    return way.kept(CLEAN, groups=ALL, clusters=CLUSTERS, **more)  # type: ignore[arg-type]


def test_one_lost_contact_is_told_by_the_body_and_the_counts(visit: Visit, way: Way) -> None:
    visit.open(clean(way))
    visit.answer("stick.sacrum", "lost")
    visit.answer("stick.depth_degrees", "40")
    visit.answer("stick.clean_reps", "6")

    assert visit.verdict() == "Pattern, go on"


def test_the_body_and_the_list_are_always_in_step(
    visit: Visit, way: Way, knowledge: KnowledgeBase
) -> None:
    visit.open(way.kept({}))
    for figure in knowledge.body.figures.values():
        for spot in figure.spots:
            well = str(knowledge.observables[spot.observable].well)
            told = visit.page.locator(f"#spot-{spot.observable.replace('.', '-')} .unseen")
            for value in (*spot.shows, well):
                visit.answer(spot.observable, value)
                assert visit.picked(spot.observable) == value
                text = (told.text_content() or "").split(": ")[-1]
                assert text.split(", ")[0] == value.replace("_", " ")


def test_the_body_alone_can_tell_a_fault(visit: Visit, way: Way) -> None:
    visit.open(way.kept({}))
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.go("wall")
    visit.tap("#spot-wall-knees")
    visit.tap('.at-spot [data-value="locked"]')

    assert "locked" in visit.page.locator("#spot-wall-knees").inner_text()
    assert "Knees locked" in (visit.page.locator("#sight-seen").text_content() or "")


def test_the_spots_are_large_and_lie_apart_on_a_phone(visit: Visit, way: Way) -> None:
    visit.open(way.kept({}))
    visit.page.set_viewport_size({"width": 320, "height": 700})
    for group in ("wall", "stick"):
        visit.go(group)
        found = [item.bounding_box() for item in visit.page.locator(f"#figure-{group} .spot").all()]
        boxes = [box for box in found if box]
        assert len(boxes) == len(found) > 3
        assert all(min(box["width"], box["height"]) >= LEAST for box in boxes)
        for one, other in itertools.combinations(boxes, 2):
            apart = ((one["x"] - other["x"]) ** 2 + (one["y"] - other["y"]) ** 2) ** 0.5
            assert apart >= LEAST - 1


@pytest.mark.every_kind
def test_undo_goes_back_to_the_beginning_and_redo_to_the_end(visit: Visit, way: Way) -> None:
    visit.open(way.kept({}))
    visit.none_of("hospital")
    visit.all_well("wall")
    visit.answer("stick.head", "lost")
    visit.answer("stick.head", "kept")
    for _ in range(4):
        visit.tap("#undo")
    assert visit.page.locator("#undo").is_disabled()
    assert visit.picked("stick.head") is None
    for _ in range(4):
        visit.tap("#redo")
    assert visit.page.locator("#redo").is_disabled()
    assert visit.picked("stick.head") == "kept"


@pytest.mark.every_kind
def test_not_assessed_is_kept_and_is_not_no(visit: Visit, way: Way) -> None:
    visit.open(way.kept({}))
    visit.answer("safety.fever_or_chills", "")
    visit.reload()

    assert visit.picked("safety.fever_or_chills") == ""
    assert visit.triage().startswith("Open")


@pytest.mark.only_on("server", why="ends the server")
def test_a_killed_server_loses_nothing_and_what_could_not_be_sent_is_sent_again(
    browser: Browser, tmp_path: Path
) -> None:
    record = str(tmp_path / "record.sqlite")
    context = browser.new_context()
    visit = Visit(context.new_page())
    with started(tmp_path, "--record", record) as first:
        visit.page.goto(first.address)
        visit.tap("text=New person")
        visit.all_well("wall")
        visit.answer("wall.hips", "down")
        port = first.port
        first.process.kill()
    lifted = visit.page.locator('#q-wall-feet [data-value="toes_lift"]')
    lifted.click()
    visit.page.locator("#lost").wait_for(state="visible")
    assert lifted.get_attribute("aria-checked") == "true"
    with started(tmp_path, "--record", record, "--port", str(port)) as second:
        visit.page.locator("#again").click()
        visit.page.locator("#lost").wait_for(state="visible")
        fresh = Visit(context.new_page())
        fresh.page.goto(second.address)
        fresh.page.goto(visit.page.url)
        kept = [fresh.picked(f"wall.{name}") for name in ("hips", "knees", "feet")]
        assert kept == ["down", "soft", "flat"]
        visit.tap("#again")
        assert visit.page.locator("#lost").is_hidden()
        visit.page.reload()
        assert visit.picked("wall.feet") == "toes_lift"
    context.close()


SACRUM = {"stick.sacrum": "lost", "stick.depth_degrees": 40, "stick.clean_reps": 6}


@pytest.mark.every_kind
def test_a_retest_shows_the_last_visit_beside_today(visit: Visit, way: Way) -> None:
    then = {**CLEAN, **SACRUM, "context.age_years": 42}
    first = way.kept(then, groups=ALL, clusters=CLUSTERS, end=True, date="2026-11-01")
    person = way.person_of(first)
    visit.goto(f"/people/{person}")
    visit.follow("text=New visit")
    assert visit.page.locator("body").get_attribute("data-step") == "since"
    visit.go("person")
    age = visit.page.locator("#q-context-age_years")
    assert "taken over from last time" in age.inner_text()
    assert age.locator("input").input_value() == "42"
    visit.go("wall")
    visit.tap("#same-wall")
    assert visit.picked("wall.knees") == "soft"
    visit.go("stick")
    assert visit.page.locator("#figure-stick svg [opacity]").count()
    visit.tap("#well-stick")
    assert "last time: lost" in visit.page.locator("#q-stick-sacrum").inner_text()
    for cluster in (*CLUSTERS, "complaints"):
        visit.none_of(cluster)
    visit.answer("pain.during_drill", "0")
    visit.go("result")
    assert (
        "No longer seen: Low back bends more than the hips"
        in visit.page.locator("#result-before").inner_text()
    )
    visit.finish()
    sheet = visit.shown(visit.address().replace("/done", "/handout.html"))
    assert re.search(
        r"Good bends with the stick: 6 of 10 on .+, 10 of 10 today\.",
        sheet.locator("body").inner_text(),
    )
    visit.follow("text=All visits")
    assert visit.page.locator(".chart svg title").count() == 1
    assert visit.page.locator(
        "th:has-text('Low back bends more than the hips') ~ td"
    ).all_inner_texts() == ["seen", "not seen"]


@pytest.mark.every_kind
def test_the_form_file_gives_the_same_result(
    visit: Visit, way: Way, knowledge: KnowledgeBase
) -> None:
    visit.open(clean(way))
    visit.answer("wall.feet", "toes_lift")
    visit.finish()
    with visit.page.expect_download() as download:
        visit.page.click("text=The answers as a file")
    raw = Path(download.value.path()).read_bytes()
    result = diagnose(knowledge, read_form(knowledge, "form.yaml", raw))

    assert [fault.title for fault in result.faults if fault.status == "present"] == [
        "Weight rolls onto the heels"
    ]
    assert not result.screenings[0].at_once
    assert result.screenings[0].flags


@pytest.mark.every_kind
def test_a_name_is_text_everywhere_and_in_no_address_or_title(visit: Visit, way: Way) -> None:
    visit.open(way.kept({}))
    visit.named(NAME)
    address = visit.finish()
    pages = []
    for opened in (
        address,
        f"{address}/done",
        f"{address}/report.html",
        f"{address}/handout.html",
        "/",
    ):
        shown = visit.shown(opened)
        pages.append((shown.url, shown.title()))
        assert not shown.locator("img").count()
    visit.follow("text=Zebedee")
    pages.append((visit.page.url, visit.page.title()))

    assert not [page for page in pages if "Zebedee" in "".join(page)]


@pytest.mark.every_kind
def test_deleting_says_what_was_deleted_and_leaves_nothing(visit: Visit, way: Way) -> None:
    done = clean(way, name="Gone Person", end=True)
    visit.goto(f"/visits/{done}/done")
    visit.follow("text=All visits")
    visit.follow("text=Delete this person for good")
    visit.follow("text=Delete for good")

    assert re.match(
        r"Deleted for good: 1 person, 1 visit, \d+ changes\.",
        visit.page.locator(".notice").inner_text(),
    )
    assert "Gone Person" not in visit.page.locator("main").inner_text()
    packed = visit.fetched("/export.zip")
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert "events.jsonl" in archive.namelist()
        assert not [name for name in archive.namelist() if b"Gone Person" in archive.read(name)]


def test_why_and_why_not_are_told(visit: Visit, way: Way) -> None:
    visit.open(way.kept({"wall.knees": "locked"}))
    visit.go("result")
    visit.page.locator("#result-faults .why").first.click()
    visit.page.locator("dialog[open]").wait_for()

    assert "Knees locked" in visit.page.locator("#why-title").inner_text()
    assert (
        "Knees on the way down (Wall drill): locked" in visit.page.locator("#why-body").inner_text()
    )
    visit.page.keyboard.press("Escape")
    visit.page.locator("#readiness-more > summary").click()
    visit.page.locator("[data-why-select]").select_option(label="Ready for Grind")
    visit.page.locator("#why-title:has-text('Ready for Grind')").wait_for()
    assert "it cannot be better than" in visit.page.locator("#why-body").inner_text()
