"""The dialog that says why."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from served import live

from hingeexpert.intake import Intake
from hingeexpert.intake.events import NewAnswers
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.record import Record
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import Settings

TWO_FAULTS: dict[str, Value] = {
    "stick.sacrum": "lost",
    "stick.sacrum_when": "middle",
    "wall.knees": "forward",
    "wall.hips": "down",
}


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with closing(Record(tmp_path / "record.sqlite")) as opened:
        yield opened


@pytest.fixture
def browser(knowledge: KnowledgeBase, record: Record) -> Iterator[httpx.Client]:
    routes = page_routes(Settings(knowledge, 0, print), record)
    with live(knowledge, routes) as here:
        headers = {"Origin": here.origin, "Sec-Fetch-Site": "same-origin"}
        with here.friend(headers=headers) as client:
            yield client


class Dialogs:
    """The dialogs of one visit."""

    def __init__(
        self, browser: httpx.Client, intake: Intake, given: dict[str, Value], finished: bool = False
    ) -> None:
        self.browser = browser
        self.visit = intake.begin()
        intake.change(self.visit, intake.state(self.visit).version, NewAnswers(given))
        if finished:
            intake.finish(self.visit, intake.state(self.visit).version)

    def why(self, name: str) -> str:
        answer = self.browser.post(f"/visits/{self.visit}/why", data={"id": name})
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def intake(knowledge: KnowledgeBase, record: Record) -> Intake:
    return Intake(knowledge, record)


def calm(knowledge: KnowledgeBase) -> dict[str, Value]:
    flags: dict[str, Value] = {
        name: "no" for name in knowledge.observables if name.startswith("safety.")
    }
    return {**flags, "symptom.low_back_pain": "no", "context.visit": "first"}


def test_what_is_still_to_ask_is_answered_in_place(
    knowledge: KnowledgeBase, browser: httpx.Client, intake: Intake
) -> None:
    shown = Dialogs(browser, intake, {**calm(knowledge), "wall.knees": "soft"}).why("stiff_knees")

    assert "open, it hangs on one question." in shown
    assert '<div class="why-ask" data-ask="stick.knees">' in shown
    item = knowledge.observables["stick.knees"]
    assert item.question in shown
    buttons = re.findall(
        r'<button type="button" class="choice" data-do="answer" data-name="stick\.knees" '
        r'data-value="(\w+)">',
        shown,
    )
    assert buttons == [value for value in item.values if value != "not_noted"]


def test_a_number_without_answers_to_pick_is_typed(
    knowledge: KnowledgeBase, browser: httpx.Client, intake: Intake
) -> None:
    given = {**calm(knowledge), "safety.thoracic_pain": "yes", "symptom.low_back_pain": "yes"}
    dialogs = Dialogs(browser, intake, given)
    shown = dialogs.why("routine_referral")

    assert 'data-ask="context.age_years"' in shown
    assert re.search(
        r'<input type="text" inputmode="decimal" autocomplete="off" '
        r'name="context\.age_years" data-answer aria-label="[^"]+ From 0 to 120 years">',
        shown,
    )


def test_a_finished_visit_is_not_answered_in_the_dialog(
    knowledge: KnowledgeBase, browser: httpx.Client, intake: Intake
) -> None:
    given = {**calm(knowledge), "wall.knees": "soft"}
    shown = Dialogs(browser, intake, given, finished=True).why("stiff_knees")

    assert 'data-ask="stick.knees"' in shown
    assert "data-do" not in shown


def test_a_long_list_is_cut_and_the_rules_are_folded(
    knowledge: KnowledgeBase, browser: httpx.Client, intake: Intake
) -> None:
    shown = Dialogs(browser, intake, {}).why("hold_reassess")
    before, _, folded = shown.partition("<details")

    assert shown.count('class="why-ask"') == 5
    assert re.search(r"and \d+ more", before)
    assert "Rules and sources" in folded
    assert " open>" not in folded
    assert "data-ask" not in folded


def test_a_source_is_told_where_it_is_named(
    knowledge: KnowledgeBase, browser: httpx.Client, intake: Intake
) -> None:
    shown = Dialogs(browser, intake, {**calm(knowledge), **TWO_FAULTS}).why("regress_pattern")
    fault = Dialogs(browser, intake, {"wall.knees": "locked"}).why("stiff_knees")

    assert "our proposal" in shown
    assert "PROPOSAL" not in shown
    for name in re.findall(r"<abbr title=\"[^\"]+\">([^<]+)</abbr>", fault):
        assert f"<dt>{name}</dt>" in fault
    assert "<abbr" in fault


def test_while_the_ladder_is_open_the_dialog_says_that_nothing_holds(
    knowledge: KnowledgeBase, browser: httpx.Client, intake: Intake
) -> None:
    dialogs = Dialogs(browser, intake, {**calm(knowledge), **TWO_FAULTS})

    assert "holds" not in dialogs.why("ready_grind").partition("<details")[0]
    assert "cannot be better than" in dialogs.why("ready_grind")


@pytest.mark.parametrize("flag", ["safety.tearing_pain", "safety.major_trauma"])
def test_before_a_referral_no_dialog_shows_anything_of_a_drill(
    knowledge: KnowledgeBase, browser: httpx.Client, intake: Intake, flag: str
) -> None:
    dialogs = Dialogs(browser, intake, {**TWO_FAULTS, "wall.clean_reps": 3, flag: "yes"})
    levels = [level.id for levels in knowledge.ladders.values() for level in levels]
    shown = "\n".join(map(dialogs.why, [*levels, *knowledge.faults, *knowledge.contributors]))

    assert "Would change it" not in shown
    for group in knowledge.drills_of_form:
        assert group.title not in shown
        for name, item in group.observables.items():
            assert item.question not in shown
            assert f"{item.short}:" not in shown
            assert name not in shown


def test_what_does_not_exist_is_not_explained(browser: httpx.Client, intake: Intake) -> None:
    visit = Dialogs(browser, intake, {}).visit

    assert browser.post(f"/visits/{visit}/why", data={"id": "nothing"}).status_code == 404
