"""Where each question stands on the page of a visit: in which step, in which cluster, on the
drawing, or under the question whose answer it follows.

Owns the order of the page, which is the same for every visit; what is asked of it now is
`hingeexpert.intake.course`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import observables_in
from hingeexpert.knowledge.models.intake import VisitStep
from hingeexpert.knowledge.models.observables import Cluster, Group


@dataclass
class PlacedQuestion:
    """A question, and those that follow its answer and stand under it."""

    name: str
    followers: list[str] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        """It, and its followers."""
        return self.name, *self.followers


@dataclass(frozen=True)
class PlacedCluster:
    """A cluster, and the questions that follow one of its answers."""

    cluster: Cluster
    followers: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Its questions, then those that follow."""
        return *self.cluster.asks, *self.followers


@dataclass(frozen=True)
class PartLayout:
    """A part of the form in a step, or the one question that a step takes out of it.

    Attributes:
        whole: It is the part, and not a question out of it.
        clusters: Its clusters.
        spots: Its questions on the drawing of a body.
        main: What is asked besides.
        extra: What of a drill may stay blank: nobody need have looked.
        refining: What just refines, or is assumed where it is blank.
    """

    group: Group
    whole: bool
    clusters: tuple[PlacedCluster, ...] = ()
    spots: tuple[PlacedQuestion, ...] = ()
    main: tuple[PlacedQuestion, ...] = ()
    extra: tuple[PlacedQuestion, ...] = ()
    refining: tuple[PlacedQuestion, ...] = ()

    @property
    def single(self) -> tuple[PlacedQuestion, ...]:
        """Every question in no cluster."""
        return *self.spots, *self.main, *self.extra, *self.refining


@dataclass(frozen=True)
class StepLayout:
    """One screen of a visit."""

    step: VisitStep
    parts: tuple[PartLayout, ...]


def layout_of(knowledge: KnowledgeBase, short: bool = False) -> tuple[StepLayout, ...]:
    """Return the steps of a visit, or of a short one, with all questions."""
    steps = knowledge.intake.screens(short)
    elsewhere = {name for step in steps for name in step.asks if name in knowledge.observables}
    groups = {group.group: group for group in knowledge.groups}
    found: list[StepLayout] = []
    for step in steps:
        parts = [
            _part(knowledge, groups[name], elsewhere)
            if name in groups
            else PartLayout(knowledge.part_of[name], False, main=(PlacedQuestion(name),))
            for name in step.asks
        ]
        found.append(StepLayout(step, tuple(parts)))
    return tuple(found)


def _part(knowledge: KnowledgeBase, group: Group, elsewhere: Collection[str]) -> PartLayout:
    figure = knowledge.body.figures.get(group.group)
    drawn = () if figure is None else tuple(spot.observable for spot in figure.spots)
    names = [name for name in group.observables if name not in elsewhere]
    parents = {name: parent for name in names if (parent := _parent(group, name))}
    clustered = {name for cluster in group.clusters for name in cluster.asks}
    placed = {name: PlacedQuestion(name) for name in names if name not in parents}
    for name, parent in parents.items():
        placed[parent].followers.append(name)
    free = [name for name in placed if name not in clustered]
    return PartLayout(
        group,
        whole=True,
        clusters=tuple(_cluster(cluster, placed) for cluster in group.clusters),
        spots=tuple(placed[name] for name in drawn),
        main=_kind(placed, free, "main", drawn, group),
        extra=_kind(placed, free, "extra", drawn, group),
        refining=_kind(placed, free, "refining", drawn, group),
    )


def _parent(group: Group, name: str) -> str | None:
    """Return the question of the same part whose answer another follows, of several the last."""
    follows = group.observables[name].follows
    read = observables_in(follows) if follows is not None else frozenset()
    return next((other for other in reversed(group.observables) if other in read), None)


def _cluster(cluster: Cluster, placed: dict[str, PlacedQuestion]) -> PlacedCluster:
    followers: list[str] = []
    for name in cluster.asks:
        followers += placed[name].followers
    return PlacedCluster(cluster, tuple(followers))


def _kind(
    placed: dict[str, PlacedQuestion],
    names: Iterable[str],
    kind: str,
    drawn: Collection[str],
    group: Group,
) -> tuple[PlacedQuestion, ...]:
    """Return the questions of one kind, of those that are not on the drawing."""
    return tuple(
        placed[name] for name in names if name not in drawn and _kind_of(group, name) == kind
    )


def _tells_how_it_was_held(group: Group, name: str) -> bool:
    """Whether other answers of the part cannot be read while it is not as it should be."""
    others = (other.void_when for other in group.observables.values())
    return any(name in observables_in(void) for void in others if void is not None)


def _kind_of(group: Group, name: str) -> str:
    item = group.observables[name]
    if item.blank != "unknown":
        return "refining"
    if item.default is None or name in group.markers or _tells_how_it_was_held(group, name):
        return "main"
    return "refining" if group.not_done_when is None else "extra"
