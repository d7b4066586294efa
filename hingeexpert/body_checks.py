"""What must fit between `body.yaml` and the rest of the rules: every spot is a question of its part, and shows each of its findings."""

from collections.abc import Collection, Iterator, Mapping

from hingeexpert.body_rules import BodyFigure, BodyFile
from hingeexpert.documents import Path
from hingeexpert.entries import Observable
from hingeexpert.errors import listed, nearest, shown

Slip = tuple[Path, str]


def body_slips(body: BodyFile, groups: Mapping[str, Mapping[str, Observable]], numbers: set[str], poses: Collection[str]) -> Iterator[Slip]:
    """Yield what does not fit: the place in the file, and the message.

    Args:
        body: The drawings.
        groups: Part of the form to its questions.
        numbers: Every question that is answered with a number.
        poses: What can be drawn.
    """
    for group, figure in body.figures.items():
        path: Path = ("figures", group)
        if group not in groups:
            yield path, f"there is no part of the form {shown(group)}{nearest(group, groups)}"
            continue
        if figure.lean is not None and figure.lean not in numbers:
            yield (*path, "lean"), f"{shown(figure.lean)} is no number of the form{nearest(figure.lean, numbers)}"
        used = [((*path, "panel", "pose"), figure.panel.pose)]
        used += [
            ((*path, "spots", place, "shows", value, "pose"), change.pose)
            for place, spot in enumerate(figure.spots)
            for value, change in spot.shows.items()
            if change.pose is not None
        ]
        yield from ((at, f"there is no pose {shown(name)}{nearest(name, poses)}") for at, name in used if name not in poses)
        yield from _spot_slips(path, figure, groups[group])


def _spot_slips(path: Path, figure: BodyFigure, items: Mapping[str, Observable]) -> Iterator[Slip]:
    for place, spot in enumerate(figure.spots):
        at = (*path, "spots", place)
        item = items.get(spot.observable)
        if item is None:
            yield (*at, "observable"), f"{shown(spot.observable)} is no question of this part{nearest(spot.observable, items)}"
            continue
        findings = [value for value in item.values if value not in (item.well, item.default)]
        if item.well is None or not item.values:
            yield (*at, "observable"), f"{spot.observable} is no choice with an answer under well"
        elif set(spot.shows) != set(findings):
            found = listed(list(spot.shows))
            yield (*at, "shows"), f"every finding must be shown, and nothing else; found: {found}; needed: {listed(findings)}"
