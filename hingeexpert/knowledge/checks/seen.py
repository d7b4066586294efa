"""What the pictures of faults must say so that each can be made of the answers of a form, and be
true to them.
"""

from collections.abc import Iterator

from hingeexpert.errors import Problem, listed, nearest, shown
from hingeexpert.formats.documents import Path
from hingeexpert.knowledge.answer_kinds import not_among
from hingeexpert.knowledge.checks.loaded import LoadedFiles
from hingeexpert.knowledge.models.body import BodyFigure
from hingeexpert.knowledge.models.seen import SeenPicture, Sighting

BODY = "body.yaml"
Slip = tuple[Path, str]


def seen_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Yield what is wrong with how the pictures of faults are made."""
    body = files.models.get(BODY)
    if body is None:
        return
    figures = {**body.figures, **body.pictured}
    for file, _, fault in files.of("faults"):
        if fault.picture is not None:
            for path, message in _slips(files, fault.picture, figures):
                yield files.problem(file, ("picture", *path), message)


def _slips(
    files: LoadedFiles, picture: SeenPicture, figures: dict[str, BodyFigure]
) -> Iterator[Slip]:
    if picture.seen and not picture.shows:
        yield (), "shows is missing: say for which answers the picture as it stands may be taken"
    for name, values in picture.shows.items():
        yield from _value_slips(files, ("shows", name), name, values)
    for number, sighting in enumerate(picture.seen):
        path: Path = ("seen", number)
        if sighting.figure not in figures:
            near = nearest(sighting.figure, figures)
            yield (*path, "figure"), f"there is no drawing {shown(sighting.figure)}{near}"
            continue
        yield from _sighting_slips(files, path, sighting, figures[sighting.figure])
        if sighting.alt is None and sighting.label != picture.label:
            yield path, "alt is missing: the label is another than that of the fault"


def _sighting_slips(
    files: LoadedFiles, path: Path, sighting: Sighting, figure: BodyFigure
) -> Iterator[Slip]:
    told = figure.distance.of if figure.distance is not None else None
    drawn = {*figure.reads, *([] if told is None else [told])}
    if drawn.isdisjoint(sighting.about) and drawn.isdisjoint(sighting.suppose):
        message = f"the drawing shows nothing of {listed(list(sighting.about))}"
        if not sighting.marks:
            yield (*path, "about"), message
    for name, wanted in sighting.about.items():
        values = (wanted,) if isinstance(wanted, str) else wanted
        if isinstance(values, tuple):
            yield from _value_slips(files, (*path, "about", name), name, values)
    for name, value in sighting.suppose.items():
        yield from _value_slips(files, (*path, "suppose", name), name, (value,))


def _value_slips(
    files: LoadedFiles, path: Path, name: str, values: tuple[str, ...]
) -> Iterator[Slip]:
    """Yield answers that a question does not have; an unknown question is told elsewhere."""
    allowed = files.names.values.get(name)
    if allowed is None:
        return
    for value in values:
        if value not in allowed:
            yield path, not_among(value, allowed)
