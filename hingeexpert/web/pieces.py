"""The page of a visit in pieces, each with an id of its own, so that after an answer only what has
changed is sent.

Owns which pieces there are; their words and looks are `reports/web/`. The same visit gives the same
pieces.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from hingeexpert.formats.templates import render
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.intake import Intake
from hingeexpert.intake.comparing import Before, VisitComparison, compared
from hingeexpert.intake.course import AskedPart
from hingeexpert.intake.events import drilled
from hingeexpert.intake.visits import Look
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Group
from hingeexpert.pictures import draw_body
from hingeexpert.pictures.body_form import BodyDrawing
from hingeexpert.reporting.view import Report, view
from hingeexpert.web.questions import (
    QuestionState,
    picks,
    piece_id,
    question_state,
    spelled_or_none,
)
from hingeexpert.web.sent import in_place

RESULT = ("checks", "triage", "readiness", "say", "before", "faults", "next", "remarks")
"""The pieces of the result, in their order."""
DRAWN = 500
"""Drawings that are kept at hand."""
AT_HAND = 4000
"""Questions, each with an answer, whose piece is kept at hand."""


@dataclass(frozen=True)
class _PageState:
    """What the pieces of a page are made from.

    Attributes:
        parts: The parts that are asked, by the id of their group.
        before: The visit before, if there was one.
        everything: Every question of the form is shown.
    """

    look: Look
    report: Report
    parts: Mapping[str, AskedPart]
    before: Before | None
    everything: bool

    @property
    def closed(self) -> bool:
        """Whether the visit is finished."""
        return self.look.state.finished is not None


class Pieces:
    """Makes the pieces of visits."""

    def __init__(self, intake: Intake, templates: Path | None) -> None:
        self.intake, self.knowledge, self.templates = intake, intake.knowledge, templates
        # Most questions, and most drawings, are as they were before a press.
        self._question = lru_cache(AT_HAND)(self._rendered_question)
        self._drawn = lru_cache(DRAWN)(self._draw)

    def of(self, look: Look, everything: bool) -> dict[str, str]:
        """Return every piece of the page of a visit, by its id and in its order.

        Args:
            look: The visit as it stands.
            everything: Show every question of the form.
        """
        shown = _PageState(
            look=look,
            report=view(self.knowledge, look.diagnosis),
            parts={part.group.group: part for part in self.intake.parts(look, everything)},
            before=self.intake.before(look),
            everything=everything,
        )
        pieces = self._top(shown)
        for group in self.knowledge.groups:
            pieces |= self._part(group, shown)
        return pieces | self._result(shown)

    def _render(self, name: str, /, **context: Any) -> str:
        return render(f"web/pieces/{name}.html", context, self.templates).strip()

    def _top(self, shown: _PageState) -> dict[str, str]:
        """Return the bar, and the map of the parts."""
        seen = drilled(self.knowledge, shown.look.state.answers)
        return {
            "bar": self._render("bar", look=shown.look, report=shown.report, drilled=seen),
            "map": self._render("map", parts=shown.parts.values()),
        }

    def _part(self, group: Group, shown: _PageState) -> dict[str, str]:
        """Return the head of a part, its drawing where it has one, and its questions."""
        part = shown.parts.get(group.group)
        head = self._render("part_head", group=group, part=part, everything=shown.everything)
        pieces = {f"head-{group.group}": head}
        if group.group in self.knowledge.body.figures:
            pieces[f"figure-{group.group}"] = self._figure(group, shown)
        for name in group.observables:
            pieces[piece_id(name)] = _nothing(piece_id(name))
        if part is not None:
            for question in part.questions:
                state = question_state(question, part.waits, shown.before, shown.closed)
                pieces[piece_id(question.name)] = self._question(state)
        return pieces

    def _figure(self, group: Group, shown: _PageState) -> str:
        """Return the drawing of a part, with a button for each spot; nothing while the part is not
        asked.
        """
        part = shown.parts.get(group.group)
        if part is None or part.waits:
            return _nothing(f"figure-{group.group}")
        answers = shown.look.state.answers
        drawing = self._drawn(group.group, self._drawn_answers(group, answers))
        spots = [
            (
                spot,
                self.knowledge.observables[spot.observable],
                spelled_or_none(answers.get(spot.observable)),
            )
            for spot in drawing.spots
        ]
        # Drawn by the program, which escapes what stands in it.
        svg = Markup(drawing.svg)  # noqa: S704
        return self._render("figure", group=group, svg=svg, spots=spots, closed=shown.closed)

    def _drawn_answers(
        self, group: Group, answers: Mapping[str, Value]
    ) -> tuple[tuple[str, Value], ...]:
        """Return the answers that the drawing of a part shows."""
        figure = self.knowledge.body.figures[group.group]
        names = [spot.observable for spot in figure.spots]
        if figure.lean:
            names.append(figure.lean)
        return tuple((name, answers[name]) for name in names if name in answers)

    def _draw(self, group: str, answers: tuple[tuple[str, Value], ...]) -> BodyDrawing:
        figure, passed_over = self.knowledge.body.figures[group], frozenset({NOT_NOTED})
        return draw_body(self.knowledge.poses, figure, dict(answers), passed_over)

    def _rendered_question(self, state: QuestionState) -> str:
        item = self.knowledge.observables[state.name]
        return self._render(
            "question",
            id=piece_id(state.name),
            item=item,
            options=picks(item),
            passing=NOT_NOTED if NOT_NOTED in item.values else "",
            **vars(state),
        )

    def _result(self, shown: _PageState) -> dict[str, str]:
        """Return the pieces of the result."""
        context = {
            "look": shown.look,
            "report": shown.report,
            "on_page": _on_page(shown.parts.values()),
            "places": {name: piece_id(name) for name in self.knowledge.observables},
            "comparison": self._comparison(shown),
            "ruled_out": self._not_listed(shown.look),
        }
        return {f"result-{name}": self._render(f"result/{name}", **context) for name in RESULT}

    def _comparison(self, shown: _PageState) -> VisitComparison | None:
        """Set the visit beside the one before, where there was one and nobody is handed over."""
        if shown.before is None or shown.report.hands_over:
            return None
        answers = shown.look.state.answers
        return compared(self.knowledge, shown.before, answers, shown.look.diagnosis)

    def _not_listed(self, look: Look) -> list[tuple[str, str]]:
        """Return id and title of the faults that are ruled out, or that nobody looked at."""
        listed = {fault.id for fault in look.diagnosis.faults}
        faults = self.knowledge.faults
        return [(name, fault.title) for name, fault in faults.items() if name not in listed]

    def who(self, look: Look, again: bool = False) -> str:
        """Return the fields of who a visit is of; `again` to take the place of those on the
        page.
        """
        return self._render("who_fields", look=look, again=again)

    def not_kept(self, status: int, problems: Sequence[str]) -> str:
        """Return the piece that says why a change was not kept, or takes that away again.

        Args:
            status: 200 it was kept, 409 somebody else was first, 422 it is not allowed.
            problems: What is not allowed.
        """
        return in_place("told", self._render("told", status=status, problems=problems))


def _nothing(name: str) -> str:
    """Return a piece that shows nothing, and holds the place of one that may."""
    return f'<div id="{name}"></div>'


def _on_page(parts: Iterable[AskedPart]) -> set[str]:
    """Return the questions that the page shows."""
    names: set[str] = set()
    for part in parts:
        if not part.waits:
            names.update(question.name for question in part.questions)
    return names


def page_of(knowledge: KnowledgeBase, pieces: Mapping[str, Markup]) -> list[dict[str, Any]]:
    """Return the parts of the form with the pieces of their heads and questions, in order."""
    return [_part_of_page(group, pieces) for group in knowledge.groups]


def _part_of_page(group: Group, pieces: Mapping[str, Markup]) -> dict[str, Any]:
    questions: list[Markup] = []
    refining: list[Markup] = []
    for name, item in group.observables.items():
        (questions if item.blank == "unknown" else refining).append(pieces[piece_id(name)])
    return {
        "group": group,
        "head": pieces[f"head-{group.group}"],
        "figure": pieces.get(f"figure-{group.group}", Markup()),
        "questions": questions,
        "refining": refining,
    }
