"""The person of a report: drawn as the answers say, and not where they say nothing; and what of the
answers shows a fault.
"""

import re
from collections.abc import Mapping

import pytest
from folders import FORMS

from hingeexpert.forms import read_form
from hingeexpert.forms.assessment import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.pictures import draw_seen
from hingeexpert.reporting import render_html, render_text
from hingeexpert.reporting.view import Report, view


def report_of(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> Report:
    return view(knowledge, diagnose(knowledge, Assessment(dict(answers))))


def report_of_form(knowledge: KnowledgeBase, name: str) -> Report:
    path = FORMS / f"{name}.yaml"
    return view(knowledge, diagnose(knowledge, read_form(knowledge, path.name, path.read_bytes())))


def test_nobody_is_drawn_where_nothing_of_a_drill_was_answered(knowledge: KnowledgeBase) -> None:
    assert report_of(knowledge, {"wall.done": "yes", "stick.done": "yes"}).figures == ()


def test_only_the_drill_that_was_answered_is_drawn(knowledge: KnowledgeBase) -> None:
    (figure,) = report_of(knowledge, {"stick.done": "yes", "stick.sacrum": "lost"}).figures
    assert figure.said == (("Sacrum", "lost"),)
    assert figure.unsaid == ("Head", "Mid-back", "Low back", "Knees")
    assert "Sacrum: lost." in figure.drawing


def test_an_answer_that_says_nothing_is_not_drawn(knowledge: KnowledgeBase) -> None:
    answers = {"stick.done": "yes", "stick.visible_rounding": "not_noted"}
    assert report_of(knowledge, answers).figures == ()


def test_nobody_is_drawn_while_a_referral_comes_first(knowledge: KnowledgeBase) -> None:
    answers = {"stick.done": "yes", "stick.sacrum": "lost", "safety.tearing_pain": "yes"}
    assert report_of(knowledge, answers).figures == ()


def test_a_stick_needs_every_contact(knowledge: KnowledgeBase) -> None:
    """With a contact unanswered it is not known where the stick lay, so it is left out."""
    figure = knowledge.body.figures["stick"]
    contacts: dict[str, Value] = {"stick.head": "kept", "stick.sacrum": "lost"}
    some = draw_seen(knowledge.poses, figure, contacts, "Some.")
    every = draw_seen(knowledge.poses, figure, {**contacts, "stick.midback": "kept"}, "Some.")
    assert some is not None
    assert every is not None
    assert some.count("<path") < every.count("<path")


def test_a_wall_needs_the_touch(knowledge: KnowledgeBase) -> None:
    figure = knowledge.body.figures["wall"]
    hips: dict[str, Value] = {"wall.hips": "back"}
    without = draw_seen(knowledge.poses, figure, hips, "Some.")
    with_wall = draw_seen(knowledge.poses, figure, {**hips, "wall.touch": "light"}, "Some.")
    assert without is not None
    assert with_wall is not None
    assert len(without) < len(with_wall)


@pytest.mark.parametrize("lost", ["head", "midback", "sacrum"])
def test_each_lost_contact_changes_the_picture(knowledge: KnowledgeBase, lost: str) -> None:
    figure = knowledge.body.figures["stick"]
    kept: dict[str, Value] = {f"stick.{name}": "kept" for name in ("head", "midback", "sacrum")}
    usual = draw_seen(knowledge.poses, figure, kept, "Some.")
    assert draw_seen(knowledge.poses, figure, {**kept, f"stick.{lost}": "lost"}, "Some.") != usual


def test_a_fault_is_shown_by_what_is_not_as_it_should_be(knowledge: KnowledgeBase) -> None:
    """The contacts that were kept belong to the rule, and stand apart from the one that was
    lost.
    """
    path = FORMS / "fault.yaml"
    diagnosis = diagnose(knowledge, read_form(knowledge, path.name, path.read_bytes()))
    text = " ".join(render_text(knowledge, diagnosis).split())
    assert "- stick sacrum: lost." in text
    assert "no sign of it: Hold of the stick: secure; Stick on the head: kept" in text
    page = render_html(knowledge, diagnosis)
    card = page[page.index('id="fault-lumbar_flexion"') :]
    rows = card[card.index("What shows it") : card.index("Noted beside it, and no sign of it")]
    assert "The sacrum is off the stick" in rows
    assert "mid-back stays" not in rows


def test_a_reason_of_readiness_is_followed_by_what_speaks_for_it(knowledge: KnowledgeBase) -> None:
    report = report_of_form(knowledge, "fault")
    reason = report.readiness.reasons[0]
    names = [answer.name for answer in report.showing(reason.observations)]
    assert "stick sacrum" in names
    assert "stick hold" not in names


def test_a_reason_without_bad_news_keeps_its_answers(knowledge: KnowledgeBase) -> None:
    report = report_of_form(knowledge, "fault")
    assert [answer.name for answer in report.showing({"stick.head": "kept"})] == ["stick head"]


def test_every_step_of_readiness_has_its_name(knowledge: KnowledgeBase) -> None:
    path = FORMS / "fault.yaml"
    diagnosis = diagnose(knowledge, read_form(knowledge, path.name, path.read_bytes()))
    page = render_html(knowledge, diagnosis)
    (steps,) = re.findall(r'<ol class="steps".*?</ol>', page, flags=re.DOTALL)
    assert re.findall("<li.*?>(.*?)</li>", steps) == [each.title for each in knowledge.readiness]
    assert steps.count('class="here"') == 1
