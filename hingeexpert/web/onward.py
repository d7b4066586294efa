"""What leads on from a step of a visit: the question that comes first, and the step after it."""

from collections.abc import Iterable
from typing import NamedTuple

from hingeexpert.intake.course import AskedStep
from hingeexpert.web.layout import StepLayout
from hingeexpert.web.page_state import PageState


class Onward(NamedTuple):
    """The step that a button leads to, and how many questions are open there."""

    step: str
    title: str
    open: int


def step_of(name: str, shown: PageState) -> AskedStep | None:
    """Return a step, where it has something to ask."""
    return next((step for step in shown.steps if step.step.id == name), None)


def onward_from(layout: Iterable[StepLayout], name: str, shown: PageState) -> Onward | None:
    """Return the next step that has something to ask."""
    order = [step.step.id for step in layout]
    later = order[order.index(name) + 1 :]
    for asked in shown.steps:
        if asked.step.id in later and not asked.waits:
            return Onward(asked.step.id, asked.step.title, len(asked.open))
    return None


def first_question(step: AskedStep, shown: PageState) -> str | None:
    """Return the open question of a step that comes first: the most decisive, else the first one
    that is open.
    """
    open_ = [question.name for question in step.open]
    decisive = [name for name in _in_order(shown) if name in open_]
    return next(iter([*decisive, *open_]), None)


def most_decisive(shown: PageState) -> str | None:
    """Return the question that could change most, of those that are asked."""
    return next((name for name in _in_order(shown) if name in shown.questions), None)


def _in_order(shown: PageState) -> list[str]:
    """Return what is still to ask, the most decisive first."""
    diagnosis = shown.look.diagnosis
    asked = diagnosis.ask_for_handover if shown.report.hands_over else diagnosis.ask_next
    return [question.observable for question in asked]
