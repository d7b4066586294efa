"""The page of a visit in pieces, each with an id of its own, so that after an answer only what has
changed is sent.

Owns which pieces there are; their words and looks are `reports/web/`. The same visit gives the same
pieces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from hingeexpert.formats.templates import render
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.intake import Intake
from hingeexpert.intake.comparing import Before, compared
from hingeexpert.intake.course import Asked, Part
from hingeexpert.intake.events import drilled
from hingeexpert.intake.visits import Look
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Group, Observable
from hingeexpert.pictures import draw_body
from hingeexpert.pictures.body_form import BodyDrawing
from hingeexpert.reporting.view import Report, view

SENT = 16
"""Versions of visits whose pieces are kept, to send only what differs."""
RESULT = ("triage", "readiness", "say", "before", "faults", "next", "remarks")
"""The pieces of the result, in their order."""
DRAWN = 500
"""Drawings that are kept at hand."""
AT_HAND = 4000
"""Questions, each with an answer, whose piece is kept at hand."""


@dataclass(frozen=True)
class Option:
    """One answer to pick: what it is on the form, what stands on it, and what it means."""

    value: str
    label: str
    means: str | None


def options(item: Observable) -> tuple[Option, ...]:
    """Return the answers that a question offers to pick; for a number whole ones in a row, or its
    marks.
    """
    return tuple(
        Option(spelled, spelled.replace("_", " "), item.values.get(spelled))
        for spelled in map(spelling, item.answer.picks())
        if spelled != NOT_NOTED
    )


def spelling(value: Value) -> str:
    """Return an answer as the form writes it."""
    return f"{value:g}" if isinstance(value, int | float) else value


def written(value: Value | None) -> str | None:
    """Return an answer as the form writes it, or nothing where there is none."""
    return None if value is None else spelling(value)


def piece_id(name: str) -> str:
    """Return the id of the piece of a question."""
    return "q-" + name.replace(".", "-")


class Pieces:
    """Makes the pieces of visits."""

    def __init__(self, intake: Intake, templates: Path | None) -> None:
        self.intake, self.templates = intake, templates
        self._question = lru_cache(AT_HAND)(self._rendered_question)
        self._drawn = lru_cache(DRAWN)(self._draw)

    def of(self, look: Look, everything: bool) -> dict[str, str]:
        """Return every piece of the page of a visit, by its id and in its order.

        Args:
            look: The visit as it stands.
            everything: Show every question of the form.
        """
        knowledge = self.intake.knowledge
        parts = {part.group.group: part for part in self.intake.parts(look, everything)}
        before = self.intake.before(look)
        report = view(knowledge, look.diagnosis)
        pieces = {
            "bar": self._render(
                "bar", look=look, report=report, drilled=drilled(knowledge, look.state.answers)
            )
        }
        pieces["map"] = self._render("map", parts=parts.values())
        for group in knowledge.groups:
            part = parts.get(group.group)
            pieces[f"head-{group.group}"] = self._render(
                "part_head", group=group, part=part, everything=everything
            )
            if group.group in knowledge.body.figures:
                pieces[f"figure-{group.group}"] = self._figure(group, part, look)
            asked = (
                {}
                if part is None
                else {question.name: question for question in (*part.asked, *part.refining)}
            )
            for name in group.observables:
                pieces[piece_id(name)] = self._piece(name, asked.get(name), part, before, look)
        return pieces | self._result(look, report, parts, before)

    def _render(self, name: str, /, **context: Any) -> str:
        return render(f"web/pieces/{name}.html", context, self.templates).strip()

    def _figure(self, group: Group, part: Part | None, look: Look) -> str:
        """Return the drawing of a part, with a button for each spot; nothing while the part is not
        asked.
        """
        knowledge = self.intake.knowledge
        figure = knowledge.body.figures[group.group]
        if part is None or part.waits:
            return f'<div id="figure-{group.group}"></div>'
        answers = look.state.answers
        names = (
            *(spot.observable for spot in figure.spots),
            *([figure.lean] if figure.lean else []),
        )
        drawing = self._drawn(
            group.group, tuple((name, answers[name]) for name in names if name in answers)
        )
        spots = [
            (
                placed,
                knowledge.observables[placed.observable],
                written(answers.get(placed.observable)),
            )
            for placed in drawing.spots
        ]
        closed = look.state.finished is not None
        return self._render(
            "figure",
            group=group,
            svg=Markup(drawing.svg),  # noqa: S704
            spots=spots,
            closed=closed,
        )

    def _draw(self, group: str, answers: tuple[tuple[str, Value], ...]) -> BodyDrawing:
        knowledge = self.intake.knowledge
        return draw_body(
            knowledge.poses, knowledge.body.figures[group], dict(answers), frozenset({NOT_NOTED})
        )

    def _piece(
        self, name: str, asked: Asked | None, part: Part | None, before: Before | None, look: Look
    ) -> str:
        if asked is None or part is None:
            return f'<div id="{piece_id(name)}"></div>'
        last = written(before.answers.get(name)) if before is not None else None
        closed = look.state.finished is not None
        return self._question(
            name,
            written(asked.value),
            asked.passed,
            asked.at_once,
            asked.fallen,
            asked.void,
            part.waits,
            last,
            closed,
        )

    def _rendered_question(
        self,
        name: str,
        value: str | None,
        passed: bool,
        at_once: bool,
        fallen: bool,
        void: bool,
        waits: bool,
        last: str | None,
        closed: bool,
    ) -> str:
        item = self.intake.knowledge.observables[name]
        state = {
            "value": value,
            "passed": passed,
            "at_once": at_once,
            "fallen": fallen,
            "void": void,
            "waits": waits,
            "closed": closed,
        }
        passing = NOT_NOTED if NOT_NOTED in item.values else ""
        return self._render(
            "question",
            id=piece_id(name),
            name=name,
            item=item,
            options=options(item),
            passing=passing,
            last=last,
            **state,
        )

    def _result(
        self, look: Look, report: Report, parts: Mapping[str, Part], before: Before | None
    ) -> dict[str, str]:
        knowledge = self.intake.knowledge
        on_page = {
            question.name
            for part in parts.values()
            if not part.waits
            for question in (*part.asked, *part.refining)
        }
        comparison = (
            None
            if before is None
            else compared(knowledge, before, look.state.answers, look.diagnosis)
        )
        places = {name: piece_id(name) for name in knowledge.observables}
        listed = {fault.id for fault in look.diagnosis.faults}
        ruled_out = [
            (name, fault.title) for name, fault in knowledge.faults.items() if name not in listed
        ]
        context = {
            "look": look,
            "report": report,
            "on_page": on_page,
            "places": places,
            "comparison": comparison,
            "ruled_out": ruled_out,
        }
        return {f"result-{name}": self._render(f"result/{name}", **context) for name in RESULT}

    def who(self, look: Look, again: bool = False) -> str:
        """Return the fields of who a visit is of; `again` to take the place of those on the
        page.
        """
        return self._render("who_fields", look=look, again=again)

    def told(self, status: int, problems: Sequence[str]) -> str:
        """Return the piece that says why a change was not kept, or takes that away again.

        Args:
            status: 200 it was kept, 409 somebody else was first, 422 it is not allowed.
            problems: What is not allowed.
        """
        return self._render("told", status=status, problems=problems).replace(
            'id="told"', 'id="told" hx-swap-oob="true"', 1
        )


def page_of(knowledge: KnowledgeBase, pieces: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the parts of the form with the pieces of their heads and questions, in order."""
    return [
        {
            "group": group,
            "head": Markup(pieces[f"head-{group.group}"]),  # noqa: S704 - made by our templates, which escape
            "figure": Markup(pieces.get(f"figure-{group.group}", "")),  # noqa: S704
            "questions": [
                Markup(pieces[piece_id(name)])  # noqa: S704
                for name, item in group.observables.items()
                if item.blank == "unknown"
            ],
            "refining": [
                Markup(pieces[piece_id(name)])  # noqa: S704
                for name, item in group.observables.items()
                if item.blank != "unknown"
            ],
        }
        for group in knowledge.groups
    ]


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Return the pieces that are not as they were, each marked to take the place of the one with
    its id.
    """
    changed = [(name, html) for name, html in after.items() if before.get(name) != html]
    return "\n".join(
        html.replace(f'id="{name}"', f'id="{name}" hx-swap-oob="true"', 1) for name, html in changed
    )


class Sent:
    """What browsers were sent of each visit, by its version: what they need not be sent again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int, bool], dict[str, str]] = {}

    def of(self, visit: str, version: int, everything: bool) -> Mapping[str, str]:
        """Return the pieces of a version, none where that is not known any more."""
        return self._kept.get((visit, version, everything), {})

    def keep(self, look: Look, everything: bool, pieces: dict[str, str]) -> dict[str, str]:
        """Keep the pieces of a visit as it stands, and return them; the oldest kept are
        forgotten.
        """
        self._kept[look.visit.id, look.state.version, everything] = pieces
        for key in list(self._kept)[:-SENT]:
            self._kept.pop(key, None)
        return pieces

    def forget(self) -> None:
        """Forget everything."""
        self._kept.clear()
