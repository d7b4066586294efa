"""The person of a report as the answers of each drill say, beside each other.

Owns which answers are drawn and what is said below; how they look stands in the rules and in
`pictures`.
"""

from collections.abc import Callable, Iterator, Mapping

from markupsafe import Markup

from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.body import BodyFigure
from hingeexpert.pictures import draw_seen
from hingeexpert.reporting.parts import AnswerInWords, ShownFigure

Worded = Callable[[Mapping[str, Value]], tuple[AnswerInWords, ...]]
"""Puts answers into words, in the order of the form."""


def shown_figures(
    knowledge: KnowledgeBase, given: Mapping[str, Value], worded: Worded
) -> Iterator[ShownFigure]:
    """Yield a picture for each drill of which something that can be drawn was answered.

    Args:
        knowledge: The knowledge base.
        given: The answers that somebody gave, by observable.
        worded: Puts them into words.
    """
    for group in knowledge.groups:
        figure = knowledge.body.figures.get(group.group)
        if figure is None:
            continue
        drawn = {name: value for name, value in given.items() if value != NOT_NOTED}
        said = tuple(_said(figure, worded(drawn)))
        alt = f"{figure.alt} {'; '.join(f'{what}: {value}' for what, value in said)}."
        svg = draw_seen(knowledge.poses, figure, drawn, alt)
        if svg is not None:
            # Drawn by the program, which escapes what stands in it.
            yield ShownFigure(group.title, Markup(svg), said, _unsaid(figure, drawn))  # noqa: S704


def _unsaid(figure: BodyFigure, drawn: Mapping[str, Value]) -> tuple[str, ...]:
    """Return where nothing was answered that a figure could show."""
    return tuple(spot.label for spot in figure.spots if spot.observable not in drawn)


def _said(figure: BodyFigure, answers: tuple[AnswerInWords, ...]) -> Iterator[tuple[str, str]]:
    """Yield the answers that a figure shows, each with what it is about."""
    by_name = {answer.observable: answer for answer in answers}
    for spot in figure.spots:
        if spot.observable in by_name:
            yield spot.label, by_name[spot.observable].value
    if figure.lean is not None and figure.lean in by_name:
        yield by_name[figure.lean].short, by_name[figure.lean].value
