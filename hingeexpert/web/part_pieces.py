"""The pieces of the steps of a visit: heads, drawings, clusters, questions, and what leads on.

Owns which pieces there are; their words and looks are `reports/web/`.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.intake.course import AskedPart
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Cluster
from hingeexpert.pictures import draw_body
from hingeexpert.pictures.body_form import BodyDrawing
from hingeexpert.web.layout import PartLayout, PlacedCluster, StepLayout, layout_of
from hingeexpert.web.onward import (
    Onward,
    first_question,
    most_decisive,
    onward_from,
    step_of,
)
from hingeexpert.web.page_state import PageState
from hingeexpert.web.questions import QuestionState, picks, piece_id, spelled_or_none, tone_of

DRAWN = 500
"""Drawings, and clusters with their answers, that are kept at hand."""
AT_HAND = 4000
"""Questions, each with an answer, whose piece is kept at hand."""
NAMED = 4
"""From so many open questions of a step on none is named."""
Answers = tuple[tuple[str, Value], ...]
Render = Callable[..., str]
"""Fills the template of a piece."""


class PartStands(NamedTuple):
    """How a part stands.

    Attributes:
        waits, is_well, differs, settled: See `AskedPart`.
        answers: How many answers its one press gives.
        left_open: The questions that it leaves open.
        again: Which visit it may be answered like, see `Before.stands`; empty where it may not.
    """

    waits: bool
    is_well: bool
    differs: bool
    settled: int
    answers: int
    left_open: tuple[str, ...]
    again: str


class PartPieces:
    """Makes the pieces of the steps."""

    def __init__(self, knowledge: KnowledgeBase, render: Render) -> None:
        self.knowledge, self.render = knowledge, render
        self._groups = {group.group: group for group in knowledge.groups}
        self._layouts = {short: layout_of(knowledge, short) for short in (False, True)}
        # Most questions, and most drawings, are as they were before a press.
        self._question = lru_cache(AT_HAND)(self._rendered_question)
        self._clustered = lru_cache(DRAWN)(self._rendered_cluster)
        self._standing = lru_cache(AT_HAND)(self._rendered_part)
        self._of_values = lru_cache(AT_HAND)(render)
        self._asking_next = lru_cache(AT_HAND)(self._rendered_next)
        self._drawn = lru_cache(DRAWN)(self._draw)

    def layout(self, short: bool) -> tuple[StepLayout, ...]:
        """Return the steps of a visit, or of a short one, with all questions."""
        return self._layouts[short]

    def of(self, shown: PageState) -> Iterator[tuple[str, str]]:
        """Yield every piece of the steps of a visit, with its id."""
        for step in self.layout(shown.short):
            for part in step.parts:
                yield from self._part(part, shown)
            yield from self._leads_on(step.step.id, shown)
        decisive = most_decisive(shown)
        short = "" if decisive is None else shown.report.shorts[decisive]
        yield "next-result", self._next("result", decisive, None, shown, short)

    def _part(self, part: PartLayout, shown: PageState) -> Iterator[tuple[str, str]]:
        name = part.group.group
        if part.whole:
            yield f"head-{name}", self._of_part("part_head", part, shown)
            yield f"rest-{name}", self._of_part("well", part, shown)
        if part.spots:
            yield f"figure-{name}", self._figure(part, shown)
        if part.extra:
            yield f"extra-{name}", self._extra(part, shown)
        for placed in part.clusters:
            yield f"c-{placed.cluster.id}", self._cluster(part, placed, shown)
        for question in part.single:
            for each in question.names:
                yield piece_id(each), self.question(each, shown)

    def question(self, name: str, shown: PageState) -> str:
        """Return the piece of a question; one that shows nothing while it is not asked."""
        state = shown.questions.get(name)
        return nothing(piece_id(name)) if state is None else self._question(state)

    def _rendered_question(self, state: QuestionState) -> str:
        return self.render("question", id=piece_id(state.name), **self.told_of(state))

    def told_of(self, state: QuestionState) -> dict[str, object]:
        """Return what a template needs to show a question."""
        item = self.knowledge.observables[state.name]
        passing = NOT_NOTED if NOT_NOTED in item.values else ""
        return {"item": item, "options": picks(item), "passing": passing, "state": state}

    def _of_part(self, name: str, part: PartLayout, shown: PageState) -> str:
        asked = shown.parts.get(part.group.group)
        is_drill = part.group.not_done_when is not None
        again = shown.before.stands if shown.before and is_drill else ""
        stands = None if asked is None else _stands(asked, again)
        return self._standing(name, part.group.group, stands, shown.closed, shown.short)

    def _rendered_part(
        self, name: str, group: str, stands: PartStands | None, closed: bool, short: bool
    ) -> str:
        observables = self.knowledge.observables
        left_open = () if stands is None else stands.left_open
        return self.render(
            name,
            group=self._groups[group],
            part=stands,
            left_open=[(piece_id(each), observables[each]) for each in left_open],
            closed=closed,
            short=short,
        )

    def _figure(self, part: PartLayout, shown: PageState) -> str:
        """Return the drawing of a part, with a button for each spot; nothing while the part is not
        asked.
        """
        group, asked = part.group, shown.parts.get(part.group.group)
        if asked is None or asked.waits:
            return nothing(f"figure-{group.group}")
        figure = self.knowledge.body.figures[group.group]
        answers = shown.look.state.answers
        before = None if shown.before is None else self._of_figure(part, shown.before.answers)
        drawing = self._drawn(
            group.group, self._of_figure(part, answers), before, _spots_left_out(part, shown)
        )
        labels = {spot.observable: spot.label for spot in figure.spots}
        names = {question.name: question.names for question in part.spots}
        last = {} if shown.before is None else shown.before.answers
        spots = [
            (
                spot,
                labels[spot.observable],
                self.knowledge.observables[spot.observable],
                _said(answers, names[spot.observable]),
                _said(last, names[spot.observable]),
            )
            for spot in drawing.spots
        ]
        # Drawn by the program, which escapes what stands in it.
        svg = Markup(drawing.svg)  # noqa: S704
        return self.render("figure", group=group, svg=svg, spots=spots, closed=shown.closed)

    def _of_figure(self, part: PartLayout, answers: Mapping[str, Value]) -> Answers:
        """Return the answers that the drawing of a part shows."""
        figure = self.knowledge.body.figures[part.group.group]
        return tuple((name, answers[name]) for name in figure.reads if name in answers)

    def _draw(
        self, group: str, answers: Answers, before: Answers | None, left_out: frozenset[str]
    ) -> BodyDrawing:
        figure, unsaid = self.knowledge.body.figures[group], frozenset({NOT_NOTED})
        spots = tuple(spot for spot in figure.spots if spot.observable not in left_out)
        figure = figure.model_copy(update={"spots": spots})
        earlier = None if before is None else dict(before)
        return draw_body(self.knowledge.poses, figure, dict(answers), unsaid, earlier)

    def _cluster(self, part: PartLayout, placed: PlacedCluster, shown: PageState) -> str:
        """Return a cluster with its questions; nothing while none of them is asked."""
        name = f"c-{placed.cluster.id}"
        states = [shown.questions[each] for each in placed.names if each in shown.questions]
        if not states:
            return nothing(name)
        first = self._first_open(part, shown) == placed.cluster.id
        return self._clustered(name, placed.cluster, tuple(states), first)

    def _rendered_cluster(
        self, name: str, cluster: Cluster, states: tuple[QuestionState, ...], first: bool
    ) -> str:
        return self.render(
            "cluster",
            id=name,
            cluster=cluster,
            rows=[(piece_id(state.name), self.told_of(state)) for state in states],
            findings=[state for state in states if self._is_finding(state)],
            open=[state for state in states if not state.settled],
            blank=[state for state in states if not (state.settled or state.follows)],
            first=first,
            observables=self.knowledge.observables,
            closed=states[0].closed,
        )

    def _first_open(self, part: PartLayout, shown: PageState) -> str | None:
        """Return the first cluster of a part in which something is open."""
        for placed in part.clusters:
            states = (shown.questions.get(name) for name in placed.names)
            if any(state is not None and not state.settled for state in states):
                return placed.cluster.id
        return None

    def _is_finding(self, state: QuestionState) -> bool:
        item = self.knowledge.observables[state.name]
        return state.value is not None and tone_of(item, state.value) == "finding"

    def _extra(self, part: PartLayout, shown: PageState) -> str:
        """Return the line above what of a drill may stay blank."""
        names = [name for question in part.extra for name in question.names]
        states = [shown.questions[name] for name in names if name in shown.questions]
        return self._of_values(
            "extra",
            group=part.group.group,
            asked=len(states),
            noted=sum(state.settled for state in states),
            findings=sum(self._is_finding(state) for state in states),
        )

    def _leads_on(self, step: str, shown: PageState) -> Iterator[tuple[str, str]]:
        """Yield what leads from a step to the next one: the question that comes first, for beside
        the result, and the button at the end of the step.
        """
        here = step_of(step, shown)
        onward = onward_from(self.layout(shown.short), step, shown)
        open_ = () if here is None else here.open
        few = open_ if len(open_) < NAMED else ()
        named = tuple(question.item.short or question.item.question for question in few)
        left = len(open_)
        go = self._of_values("go", step=step, left=left, named=named, after=onward)
        yield f"go-{step}", go
        question = None if here is None else first_question(here, shown)
        yield f"next-{step}", self._next(step, question, onward, shown)

    def _next(
        self,
        step: str,
        question: str | None,
        after: Onward | None,
        shown: PageState,
        short: str = "",
    ) -> str:
        """Return the question to ask next, with its answers, or the button to the next step.

        Args:
            step: Beside which step it stands.
            question: Which one, if there is one.
            after: The next step, if there is one.
            shown: The visit.
            short: What the question asks in few words, where its part is named with it.
        """
        state = None if question is None else shown.questions[question]
        return self._asking_next(step, state, short, after, shown.closed, shown.report.hands_over)

    def _rendered_next(
        self,
        step: str,
        state: QuestionState | None,
        short: str,
        after: Onward | None,
        closed: bool,
        hands_over: bool,
    ) -> str:
        return self.render(
            "next",
            step=step,
            told=None if state is None else self.told_of(state),
            short=short,
            after=after,
            closed=closed,
            hands_over=hands_over,
        )


def _spots_left_out(part: PartLayout, shown: PageState) -> frozenset[str]:
    """Return the spots of a drawing that a short visit does not ask about."""
    names = (question.name for question in part.spots if shown.short)
    return frozenset(name for name in names if name not in shown.questions)


def nothing(name: str) -> str:
    """Return a piece that shows nothing, and holds the place of one that may."""
    return f'<div id="{name}"></div>'


def _said(answers: Mapping[str, Value], names: tuple[str, ...]) -> str | None:
    """Return the answers at a spot in words, or nothing where there is none."""
    values = [spelled_or_none(answers.get(name)) for name in names]
    said = [value.replace("_", " ") for value in values if value not in (None, NOT_NOTED)]
    return ", ".join(said) if said else None


def _stands(part: AskedPart, again: str) -> PartStands:
    """Return how a part stands; see `PartStands`."""
    return PartStands(
        waits=part.waits,
        is_well=part.is_well,
        differs=part.differs,
        settled=part.settled,
        answers=len(part.rest.answers),
        left_open=part.rest.left_open,
        again=again,
    )
