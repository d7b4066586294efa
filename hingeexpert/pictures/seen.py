"""The picture of a fault made of the answers of a form: the first panel is the person as they were
seen, and shows nothing that an answer denies.

Owns that choice, and what a panel states. Which drawing a fault is seen in stands in its file, what
an answer changes in `body.yaml`; where the wall is, is `wall_fit.py`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.body import BodyFigure, WallDistance
from hingeexpert.knowledge.models.poses import CONTACTS, FaultPicture, Panel
from hingeexpert.knowledge.models.seen import SeenPicture, Sighting
from hingeexpert.pictures.wall_fit import AtTheWall, at_the_wall, how_far


@dataclass(frozen=True)
class Seen:
    """A picture of a fault, and what its first panel states.

    Attributes:
        picture: The picture; its label says no more than its first panel.
        shows: Observable to the answers for which the panel may be taken; none where every answer
            denies it. What is not named here is not shown.
        distance: How far the wall is drawn in foot lengths, where that is shown, and what decides
            whether an answer denies it.
    """

    picture: FaultPicture
    shows: Mapping[str, frozenset[str]]
    distance: tuple[float, WallDistance] | None = None

    def denied_by(
        self, answers: Mapping[str, Value], limits: Mapping[str, float]
    ) -> tuple[str, ...]:
        """Return the observables of which an answer denies what is shown.

        Args:
            answers: What was given: nothing assumed, nothing void.
            limits: Parameter to its value.
        """
        denied = [
            name
            for name, values in self.shows.items()
            if name in answers and str(answers[name]) not in values
        ]
        if self.distance is not None:
            drawn, told = self.distance
            given = answers.get(told.of)
            if isinstance(given, int | float) and _parted(drawn, given, told, limits):
                denied.append(told.of)
        return tuple(denied)


def _parted(drawn: float, given: float, told: WallDistance, limits: Mapping[str, float]) -> bool:
    """Whether a limit lies between two distances."""
    return any((drawn > limits[name]) != (given > limits[name]) for name in told.limits)


def seen_picture(
    knowledge: KnowledgeBase,
    picture: SeenPicture,
    answers: Mapping[str, Value],
    things: Collection[str] | None = None,
) -> Seen | None:
    """Return the picture of a fault as the answers say, or as it stands in the rules where they do
    not say enough; `None` where an answer denies that, too.

    Args:
        knowledge: The knowledge base.
        picture: What the file of the fault says.
        answers: What was given: nothing assumed, nothing void.
        things: What may be in the picture, or `None` for anything.
    """
    limits = {name: item.value for name, item in knowledge.parameters.items()}
    for made in _ways(knowledge, picture, answers, limits):
        fits = things is None or made.picture.needs <= set(things)
        if fits and not made.denied_by(answers, limits):
            return made
    return None


def _ways(
    knowledge: KnowledgeBase,
    picture: SeenPicture,
    answers: Mapping[str, Value],
    limits: Mapping[str, float],
) -> Iterator[Seen]:
    """Yield the pictures that there may be, the best first, the fault's own last."""
    for sighting in picture.seen:
        if sighting.fits(answers, limits):
            yield _made(knowledge, picture, sighting, answers)
    yield as_it_stands(knowledge, picture)


def as_it_stands(knowledge: KnowledgeBase, picture: SeenPicture) -> Seen:
    """Return the picture of a fault as the rules draw it, with what it states: of a stick what it
    touches, of a wall how far it is.
    """
    declared = {name: frozenset(values) for name, values in picture.shows.items()}
    touched = _touched(picture.first)
    # Where the words say something else than the stick, an answer denies one of the two.
    shows = {
        **declared,
        **{name: values & declared.get(name, values) for name, values in touched.items()},
    }
    return Seen(picture.drawn, shows, _far(knowledge, picture.first))


def _far(knowledge: KnowledgeBase, panel: Panel) -> tuple[float, WallDistance] | None:
    """Return how far the wall of a panel is drawn, and what decides whether an answer denies it."""
    told = (figure.distance for figure in knowledge.body.figures.values())
    distance = next(filter(None, told), None)
    if panel.wall is None or distance is None:
        return None
    return how_far(knowledge.poses, panel), distance


def _touched(panel: Panel) -> dict[str, frozenset[str]]:
    """Return what the stick of a panel states of its contacts."""
    if panel.stick is None:
        return {}
    return {
        f"stick.{contact}": frozenset({"kept" if contact in panel.stick.kept else "lost"})
        for contact in CONTACTS
    }


def _made(
    knowledge: KnowledgeBase,
    picture: SeenPicture,
    sighting: Sighting,
    answers: Mapping[str, Value],
) -> Seen:
    """Return the picture of a way in which a fault was seen."""
    figure = _drawn_as(knowledge.body.figure(sighting.figure), sighting)
    drawn = {**sighting.suppose, **answers}
    placed = at_the_wall(knowledge.poses, figure, drawn)
    panel, distance = placed.panel, placed.distance
    well = {name: str(knowledge.observables[name].well) for name in figure.shows}
    second = _second(picture, sighting)
    # How much of the person is shown, and beside what, is the same on both sides.
    as_second = {name: getattr(second, name) for name in ("view", "ghost", "measure")}
    marks = (*sighting.marks, *panel.marks)
    made = {
        "alt": sighting.alt or picture.alt,
        "label": sighting.label,
        "aim": sighting.aim or picture.aim,
        "first": panel.model_copy(update={"marks": marks, **as_second}),
        "second": second,
    }
    return Seen(
        picture.drawn.model_copy(update=made),
        _shown(figure, placed, drawn, well),
        None if distance is None or figure.distance is None else (distance, figure.distance),
    )


def _shown(
    figure: BodyFigure, placed: AtTheWall, answers: Mapping[str, Value], well: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Return what a person before a wall shows: in a bend that is small, nothing of the knees."""
    shows = figure.says(placed.panel, answers, well)
    if figure.distance is not None and placed.share < figure.distance.least:
        shows |= dict.fromkeys(figure.bending(answers), frozenset())
    return shows


def _second(picture: SeenPicture, sighting: Sighting) -> Panel:
    """Return what is wanted, where the fault was seen like this."""
    second = sighting.second or picture.second
    if sighting.arrows is None:
        return second
    return second.model_copy(update={"arrows": sighting.arrows})


def _drawn_as(figure: BodyFigure, sighting: Sighting) -> BodyFigure:
    """Return a figure with what this picture draws in its own way."""
    if not sighting.draws:
        return figure
    spots = (
        spot.model_copy(
            update={"shows": dict.fromkeys(spot.shows, sighting.draws[spot.observable])}
        )
        if spot.observable in sighting.draws
        else spot
        for spot in figure.spots
    )
    return figure.model_copy(update={"spots": tuple(spots)})
