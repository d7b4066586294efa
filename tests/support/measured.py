"""What a panel shows, read off the drawing itself: which answers of a form it cannot stand for.

Owns a reading that knows nothing of `body.yaml`: it measures where skin, stick and wall lie, and
reads the words of a label.
"""

from collections.abc import Iterator, Mapping

from bodies import gap

from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.poses import CONTACTS, Panel, PoseFile
from hingeexpert.pictures.back_view import BackView
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.scene import wall_at

OFF = 0.02
"""How far a stick or a wall is off what it does not touch, in body heights."""
LIFTED, LOCKED, FORWARD, BENDING = 4, 12, 13, 28
"""Degrees: of a foot off the floor, the most bend of a locked knee, the least lean of a shank whose
knee goes forward, and the bend of a knee that may.
"""
HARDLY = 0.07
"""How far hips go that do not go back or down yet, in body heights."""
BENT = 20
"""Degrees of lean from which the knees are those of a bend, and not of standing."""
NEAR, START = 0.5, 1
"""Foot lengths from the wall: nearer is too near, farther is far."""
Readings = dict[str, frozenset[str]]

LABELS: dict[str, Mapping[str, str]] = {
    "Hips move to your left": {"weight_shift": "left"},
    "Hips move to your right": {"weight_shift": "right"},
    "Hips move to one side": {"weight_shift": "left right"},
    "Stick off your mid-back": {"stick.midback": "lost"},
    "Chin up, stick off mid-back": {"stick.midback": "lost", "stick.gaze": "up"},
    "Chin comes up": {"stick.gaze": "up"},
    "Ribs lift, back arches": {"stick.ribs": "flared", "stick.lumbar_gap": "widens"},
    "Low back arches": {"stick.lumbar_gap": "widens"},
    "Tips back": {"wall.balance": "falls_back"},
    "Tips back to the wall": {"wall.balance": "falls_back", "wall.touch": "light leaning"},
    "Not steady": {"wall.balance": "wobbles"},
    "Breath is held": {"stick.breath": "held"},
    "Heels come up": {"wall.feet": "heels_lift"},
    "Bottom does not get to the wall": {"wall.touch": "not_reached"},
    "Chest drops, hips stay": {"wall.hips": ""},
    "Stick off your tailbone": {"stick.sacrum": "lost"},
    "Low back rounds": {"stick.lumbar_gap": "closes"},
    "Head off the stick": {"stick.head": "lost"},
    "Coming up: chest lifts first": {"stick.return": "chest_first"},
    "Back rounds on the way up": {"stick.return": "back_rounds"},
    "Coming up: stick off your tailbone": {"stick.sacrum": "lost", "stick.sacrum_when": "return"},
    "Coming up: stick off your mid-back": {"stick.midback": "lost", "stick.midback_when": "return"},
    "Coming up: leans back at the top": {"stick.return": "leans_back"},
    "Toes come up": {"wall.feet": "toes_lift"},
    "Bend stops here": {},
    "Bend stops before the wall": {"wall.touch": "not_reached"},
    "Knees forward, hips down": {"wall.hips": "down", "wall.knees": "forward"},
    "Hips go down": {"wall.hips": "down"},
    "Knees go forward": {"knees": "forward"},
    "Knees locked": {"knees": "locked"},
    "Stick slipped": {"stick.hold": "slipped"},
    "Arms are stiff": {"stick.hold": "arms_stiff"},
    "Stick not on your back": {
        "stick.head": "lost",
        "stick.midback": "lost",
        "stick.sacrum": "lost",
    },
    "Stick off head and mid-back": {"stick.head": "lost", "stick.midback": "lost"},
    "Stick not on your head": {"stick.head": "lost", "stick.head_when": "setup"},
    "Stick not on your mid-back": {"stick.midback": "lost", "stick.midback_when": "setup"},
    "Stick not on your tailbone": {"stick.sacrum": "lost", "stick.sacrum_when": "setup"},
    "Upper back rounds": {"stick.shoulders": "rounded"},
    "Too near the wall": {},
    "Too far from the wall": {},
    "How far is the wall?": {},
    "Leaning on the wall": {"wall.touch": "leaning"},
    "Wall is not reached": {"wall.touch": "not_reached"},
}
"""Every label of a first panel, to the answers for which its words can stand, as people read them.
One without a drill may be of either."""


def denied(
    body: PoseFile, panel: Panel, label: str | None, answers: Mapping[str, Value], side: str | None
) -> list[str]:
    """Return the answers that a first panel cannot stand for, as `observable: value`; of a person
    who comes up only the words are judged, for the answers are on the way down.

    Args:
        body: The body and its poses.
        panel: The first panel.
        label: What stands beside it.
        answers: What was given: nothing assumed, nothing void.
        side: The side to which it is drawn.
    """
    coming_up = "stick.return" in LABELS.get(label or "", {})
    told = [*(() if coming_up else _seen(body, panel, side)), *_read(label)]
    found = [
        f"{names[0]}: {answers[names[0]]}"
        for names, values in told
        if all(name in answers for name in names)
        and all(str(answers[name]) not in values for name in names)
    ]
    return found + list(_distances(body, panel, label, answers))


Told = tuple[tuple[str, ...], frozenset[str]]
"""Questions, and the answers of which one must be given to at least one of them."""


def _read(label: str | None) -> Iterator[Told]:
    """Yield what the words of a label say."""
    for name, values in LABELS[label].items() if label is not None else ():
        names = (name,) if "." in name else (f"wall.{name}", f"stick.{name}")
        yield names, frozenset(values.split())


def _seen(body: PoseFile, panel: Panel, side: str | None) -> Iterator[Told]:
    """Yield what the drawing shows; a drawing without wall and stick may be of either drill."""
    if panel.behind is not None:
        view = BackView(body, body.pose(panel), panel, side)  # type: ignore[arg-type]
        way = "right" if view.hips.real > 0 else "left"
        yield ("wall.weight_shift", "stick.weight_shift"), frozenset({way})
        return
    figure = Figure(body, body.pose(panel), panel)
    drills = [drill for drill in ("wall", "stick") if getattr(panel, drill) is not None]
    drills = drills or ["wall", "stick"]
    if figure.bones.lean > BENT:
        yield tuple(f"{drill}.knees" for drill in drills), _knees(figure)
    if panel.stick is not None:
        for contact in CONTACTS:
            value = "lost" if gap(figure, contact) > OFF else "kept"
            yield (f"stick.{contact}",), frozenset({value})
    if panel.wall is not None:
        yield ("wall.touch",), _touch(figure)
        yield ("wall.feet",), _feet(figure)
        yield ("wall.hips",), _hips(body, figure)
        yield ("wall.balance",), _balance(panel)


def _knees(figure: Figure) -> frozenset[str]:
    """Return what knees may be taken for: a body that tips takes its shanks with it, and upright
    even soft knees are nearly straight.
    """
    shank = figure.pose.ankle - max(0, -figure.pose.foot) / 3
    taken = {
        "locked": figure.pose.knee < LOCKED,
        "soft": figure.pose.knee > 0 and shank < FORWARD,
        "forward": shank >= FORWARD or figure.pose.knee > BENDING,
    }
    return frozenset(name for name, holds in taken.items() if holds)


def _touch(figure: Figure) -> frozenset[str]:
    free = min(point.real for point in figure.skin()) - wall_at(figure)
    return frozenset({"not_reached"} if free > OFF else {"light", "leaning"})


def _feet(figure: Figure) -> frozenset[str]:
    lifted = figure.pose.foot
    if abs(lifted) < LIFTED:
        return frozenset({"flat"})
    return frozenset({"toes_lift" if lifted > 0 else "heels_lift"})


def _hips(body: PoseFile, figure: Figure) -> frozenset[str]:
    """Return whether the hips went back or down from upright; both where it was about as much, or
    hardly at all, and neither where the chest went alone.
    """
    upright = Figure(body, body.poses[body.upright], figure.panel)
    way = figure.bones.spine.hip - upright.bones.spine.hip
    back, down = -way.real, -way.imag
    if max(back, down) < HARDLY:
        alone = figure.bones.lean > BENT and max(back, down) < OFF
        return frozenset(() if alone else ("back", "down"))
    taken = {"back": back > 0.7 * down, "down": down > 0.3 * back}
    return frozenset(name for name, holds in taken.items() if holds)


def _balance(panel: Panel) -> frozenset[str]:
    if any(mark.kind == "sway" for mark in panel.marks):
        return frozenset({"wobbles"})
    falls = any(arrow.at == "shoulder" and arrow.go[0] < 0 for arrow in panel.arrows)
    return frozenset({"falls_back"} if falls else {"steady", "wobbles"})


def _distances(
    body: PoseFile, panel: Panel, label: str | None, answers: Mapping[str, Value]
) -> Iterator[str]:
    """Yield the distance of the wall where words or drawing say another."""
    far = answers.get("wall.distance_feet")
    if not isinstance(far, int | float):
        return
    words = {"Too near the wall": far < NEAR, "Too far from the wall": far > START}
    drawn = True
    if panel.wall is not None and panel.behind is None:
        figure, sizes = Figure(body, body.pose(panel), panel), body.proportions
        wall = (-wall_at(figure) - sizes.heel) / sizes.foot_length
        drawn = abs(wall - far) < 0.06 or _band(wall) == _band(far)
    if not (words.get(label or "", True) and drawn):
        yield f"wall.distance_feet: {far}"


def _band(far: float) -> int:
    return (round(far, 2) > NEAR) + (round(far, 2) > START)
