"""Visits that were filled on an older form: shown as they were, opened again without what is no
longer asked.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from served import live
from small import SMALL

from hingeexpert.forms import Assessment
from hingeexpert.intake import Intake
from hingeexpert.intake.events import NewAnswers
from hingeexpert.intake.older import not_taken
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.record import Record
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import Settings

DAY = "2025-03-01"
OLD_RESULT = {
    "knowledge": {"version": "1.4.0", "sha256": "0" * 64},
    "triage": "clear",
    "readiness": "ready_dance",
    "faults": {"breath_holding": "high", "heel_lift": "low"},
}
"""As a program kept it that knew one form only."""


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    return load_knowledge(SMALL)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with closing(Record(tmp_path / "record.sqlite")) as opened:
        yield opened


@pytest.fixture
def intake(small: KnowledgeBase, record: Record) -> Intake:
    return Intake(small, record)


def old(record: Record, *answers: NewAnswers, finished: bool = True) -> str:
    """Write a visit as an older program did, and return its id."""
    visit = record.begin(None, DAY, [change.data() for change in answers])
    if finished:
        record.add(visit, len(answers), "finish", OLD_RESULT)
    return visit


PRESSED = NewAnswers({"stick.hold": "secure", "stick.drift": "left"}, at_once=True)


def test_a_finished_visit_is_shown_as_it_was_answered_and_judged(
    intake: Intake, record: Record
) -> None:
    found = intake.old(intake.look(old(record, PRESSED, NewAnswers({"stick.depth_degrees": 40}))))

    assert found is not None
    assert (found.rules, found.triage, found.readiness) == (
        "1.4.0",
        intake.knowledge.level("triage", "clear").title,
        "ready dance",
    )
    title = intake.knowledge.faults["breath_holding"].title
    assert found.faults == ((title, "high"), ("heel lift", "low"))
    assert [(answer.asked, answer.value) for answer in found.parts["Stick drill"]] == [
        ("Stick sits", "secure"),
        ("Forward lean", 40),
        ("Drift left or right", "left"),
    ]


def test_an_answer_that_is_ruled_out_by_now_is_shown_as_it_was_given(
    intake: Intake, record: Record
) -> None:
    visit = old(record, NewAnswers({"context.visit": "first", "retest.clean_uncued": "yes"}))
    found = intake.old(intake.look(visit))

    assert found is not None
    assert [answer.value for answer in found.parts["Retest"]] == ["yes"]


def test_opened_again_a_retired_answer_is_dropped_and_told_in_words(
    intake: Intake, record: Record
) -> None:
    visit = old(record, PRESSED)
    intake.step(visit, 2, "reopen")
    state = intake.state(visit)

    assert intake.old(intake.look(visit)) is None
    assert state.answers == {"stick.hold": "secure"}
    assert [
        (item.asked, item.value, item.successors) for item in not_taken(intake.knowledge, state)
    ] == [("Drift left or right", "left", ("Drift", "Stick sits"))]


def test_what_is_new_on_the_form_is_blank_until_it_is_pressed_today(
    intake: Intake, record: Record
) -> None:
    """The press of then answered the flags of then, which have other names."""
    visit = old(record, NewAnswers({"safety.cough": "no"}, at_once=True))
    intake.step(visit, 2, "reopen")
    assert intake.knowledge.newer_than("small/1") == {"safety.numbness"}
    assert "safety.numbness" not in intake.state(visit).answers

    intake.all_well(visit, 3, "safety")

    assert intake.state(visit).answers["safety.numbness"] == "no"


def test_finished_anew_it_is_a_visit_of_today(intake: Intake, record: Record) -> None:
    visit = old(record, PRESSED)
    intake.step(visit, 2, "reopen")
    intake.finish(visit, 3)
    look = intake.look(visit)

    assert intake.old(look) is None
    assert look.state.finished is not None
    assert look.state.finished["form"] == "small/2"


def test_undoing_what_answered_a_retired_question_takes_it_away(
    intake: Intake, record: Record
) -> None:
    visit = old(record, NewAnswers({"stick.hold": "secure"}), PRESSED, finished=False)
    intake.step(visit, 2, "undo")

    assert not_taken(intake.knowledge, intake.state(visit)) == ()


def test_a_form_of_the_older_kind_leaves_what_is_new_to_be_asked(intake: Intake) -> None:
    flags = dict.fromkeys(("safety.numbness",), "no")
    form = Assessment(flags, at_once=frozenset(flags), older_form="small/1")

    assert intake.state(intake.take(form)).answers == {}


def test_the_page_shows_an_old_visit_and_gives_no_papers_until_it_is_opened_again(
    small: KnowledgeBase, record: Record
) -> None:
    visit = old(record, PRESSED)
    with (
        live(small, page_routes(Settings(small, 0, print), record)) as here,
        here.friend(headers={"Origin": here.origin, "Sec-Fetch-Site": "same-origin"}) as browser,
    ):
        pages = [browser.get(f"/visits/{visit}{end}") for end in ("", "/done")]
        for page in pages:
            assert page.status_code == 200
            assert "judged by version 1.4.0 of the rules" in page.text
            assert "Drift left or right" in page.text
        papers = [
            browser.get(f"/visits/{visit}/{name}")
            for name in ("report.html", "report.txt", "handout.html", "form.yaml")
        ]
        assert {paper.status_code for paper in papers} == {422}
        assert "finished on an older form" in papers[0].text

        assert browser.post(f"/visits/{visit}/reopen", data={"version": 2}).status_code == 303
        opened = browser.get(f"/visits/{visit}")
        assert "Answers of an older form" in opened.text
        assert (
            "<strong>Drift left or right: left</strong>; ask instead: Drift, Stick sits"
            in opened.text
        )
