"""What must fit between `body.yaml` and the rest of the rules: every spot is a question of its
part, and shows each of its findings.
"""

from collections.abc import Iterator, Mapping

from hingeexpert.errors import listed, nearest, shown
from hingeexpert.formats.documents import Path
from hingeexpert.knowledge.models.body import BodyFigure, BodyFile
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.vocabulary import Vocabulary

Slip = tuple[Path, str]


def body_slips(
    body: BodyFile, groups: Mapping[str, Mapping[str, Observable]], names: Vocabulary
) -> Iterator[Slip]:
    """Yield what does not fit: the place in the file, and the message.

    Args:
        body: The drawings.
        groups: Part of the form to its questions.
        names: What other files call things.
    """
    for group, figure in body.figures.items():
        path: Path = ("figures", group)
        if group in groups:
            yield from _figure_slips(path, figure, names)
            yield from _spot_slips(path, figure, groups[group])
        else:
            yield path, f"there is no part of the form {shown(group)}{nearest(group, groups)}"


def _figure_slips(path: Path, figure: BodyFigure, names: Vocabulary) -> Iterator[Slip]:
    numbers = [name for name, words in names.values.items() if not words]
    if figure.lean is not None and figure.lean not in numbers:
        yield (
            (*path, "lean"),
            f"{shown(figure.lean)} is no number of the form{nearest(figure.lean, numbers)}",
        )
    lost = {change.lost for spot in figure.spots for change in spot.shows.values()}
    if (
        figure.panel.stick is not None
        and figure.all_lost is None
        and lost.issuperset(figure.panel.stick.kept)
    ):
        yield path, "the stick can lose every contact, so all_lost must say where it is then"


def _spot_slips(path: Path, figure: BodyFigure, items: Mapping[str, Observable]) -> Iterator[Slip]:
    for place, spot in enumerate(figure.spots):
        at = (*path, "spots", place)
        item = items.get(spot.observable)
        if item is None:
            yield (
                (*at, "observable"),
                (
                    f"{shown(spot.observable)} is no question of this "
                    f"part{nearest(spot.observable, items)}"
                ),
            )
            continue
        findings = [value for value in item.values if value not in (item.well, item.default)]
        if item.well is None or not item.values:
            yield (*at, "observable"), f"{spot.observable} is no choice with an answer under well"
        elif set(spot.shows) != set(findings):
            found = listed(list(spot.shows))
            yield (
                (*at, "shows"),
                (
                    f"every finding must be shown, and nothing else; found: {found}; needed: "
                    f"{listed(findings)}"
                ),
            )
