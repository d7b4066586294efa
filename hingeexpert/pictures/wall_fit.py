"""A person placed before a wall: the wall as far away as was answered, and the body so that its
bottom meets it, or does not.

Owns that search; how a body is bent is knowledge, and where its skin then lies is `figure.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.base import PoseId
from hingeexpert.knowledge.models.body import BodyFigure, WallDistance
from hingeexpert.knowledge.models.poses import Angles, Panel, PoseFile
from hingeexpert.pictures.figure import Figure

HALVINGS = 14
"""Steps of the search; they leave less than a thousandth of the way."""
ELBOW = 0.01
"""How much farther back than the bottom an elbow may be, in body heights."""


@dataclass(frozen=True)
class AtTheWall:
    """A person before a wall.

    Attributes:
        panel: The drawing.
        distance: How far the wall is in foot lengths, where that was answered.
        share: How much of the way from upright to its bend the person has gone.
    """

    panel: Panel
    distance: float | None = None
    share: float = 1


def at_the_wall(body: PoseFile, figure: BodyFigure, answers: Mapping[str, Value]) -> AtTheWall:
    """Return a figure as the answers say, its wall as far as was answered.

    Args:
        body: The body and its poses.
        figure: The figure.
        answers: Observable to value.
    """
    panel, told = figure.shown(body, answers), figure.distance
    far = answers.get(told.of) if told is not None else None
    if told is None or panel.wall is None or not isinstance(far, int | float):
        return AtTheWall(panel)
    placed = _placed(body, figure, answers, told, far)
    if not _meets_with_the_bottom(body, placed.panel):
        placed = _placed(body, figure, answers, told, far, told.arms)
    return replace(placed, distance=how_far(body, placed.panel))


def _placed(
    body: PoseFile,
    figure: BodyFigure,
    answers: Mapping[str, Value],
    told: WallDistance,
    far: float,
    arms: PoseId | None = None,
) -> AtTheWall:
    """Return the person so far from the wall, as near to that as the body can."""

    def bent(share: float, tip: float = 0) -> Panel:
        panel = figure.shown(body, answers, share, tip)
        return panel if arms is None else _with_arms(body, panel, arms)

    if bent(1).wall != "touched":
        share = _until(bent, 1, min(far, told.most) - told.free, body)
        # Nobody is nearer to the wall than upright.
        off = max(min(far, told.most), _reach(body, bent(share)) + told.free)
        return AtTheWall(bent(share).model_copy(update={"wall": off}), share=share)
    if _reach(body, bent(1)) >= far:
        share = _until(bent, 1, far, body)
        return AtTheWall(bent(share), share=share)
    most = told.tips + sum(change.tips for change in figure.changes(answers))
    return AtTheWall(bent(1, _until(lambda tip: bent(1, tip), most, far, body)))


def _until(drawn: Callable[[float], Panel], most: float, far: float, body: PoseFile) -> float:
    """Return how much, from nothing to the most, does not go beyond a distance."""
    if _reach(body, drawn(most)) <= far:
        return most
    least = 0.0
    for _ in range(HALVINGS):
        middle = (least + most) / 2
        if _reach(body, drawn(middle)) <= far:
            least = middle
        else:
            most = middle
    return least


def _reach(body: PoseFile, panel: Panel) -> float:
    """Return how many foot lengths behind the heels the skin goes."""
    view = Figure(body, body.pose(panel), panel)
    sizes = body.proportions
    return float((-min(point.real for point in view.skin()) - sizes.heel) / sizes.foot_length)


def how_far(body: PoseFile, panel: Panel) -> float:
    """Return how far the wall of a panel is in foot lengths."""
    far = panel.wall if isinstance(panel.wall, int | float) else _reach(body, panel)
    return round(far, 2)


def _meets_with_the_bottom(body: PoseFile, panel: Panel) -> bool:
    """Whether no elbow goes farther back than the bottom."""
    view = Figure(body, body.pose(panel), panel)
    return view.places["bottom"].real - min(point.real for point in view.skin()) < ELBOW


def _with_arms(body: PoseFile, panel: Panel, arms: PoseId) -> Panel:
    """Return the same person with the arms of another pose."""
    own, other = body.poses[panel.pose], body.poses[arms]
    change = {
        name: getattr(panel.change, name) + getattr(own, name) - getattr(other, name)
        for name in Angles.model_fields
    }
    return panel.model_copy(update={"pose": arms, "change": Angles(**change)})
