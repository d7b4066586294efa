"""How the panels of a picture share a size: where each person stands on its page, and how near it
is shown.

Owns the sizes of a page. What is drawn on it is `drawing.py`.
"""

from collections.abc import Iterable, Sequence

from hingeexpert.pictures.person import Paper
from hingeexpert.pictures.scene import Extent, View, extent
from hingeexpert.pictures.strokes import element, nested

PANEL = 138
"""Width of a panel in points."""
HIGHEST = 148
"""The most points that a panel is high; a person who lies needs fewer."""
LEAST = 70
"""The least points that it is high."""
EDGE = 3.0
"""Points that the edge of a panel stays free."""
FLOOR = 5.0
"""Points from the floor to the lower edge of a panel."""
LARGEST, NEAREST = 172, 420
"""The most points that a body height may have: of a whole person, of a part."""


def fit(views: Sequence[View]) -> tuple[float, list[Paper]]:
    """Return the height of the panels, and where the people stand.

    They are of one size in all panels, as large as fits, each in the middle of its panel and all on
    one floor.
    """
    extents = [extent(view) for view in views]
    near = any(view.panel.view != "whole" for view in views)
    below = max(room.below for room in extents)
    high = below + max(room.above for room in extents)
    wide = max(room.front - room.back for room in extents)
    most = NEAREST if near else LARGEST
    scale = min(most, (PANEL - 2 * EDGE) / wide, (HIGHEST - FLOOR - EDGE) / high)
    height = max(LEAST, round(EDGE + FLOOR + scale * high))
    floor = height - FLOOR - scale * below
    papers = [_placed(view, room, floor, scale) for view, room in zip(views, extents, strict=True)]
    return height, papers


def _placed(view: View, room: Extent, floor: float, scale: float) -> Paper:
    """Return where a person stands in the middle of a panel.

    Args:
        view: The person.
        room: What it takes.
        floor: Height of the floor on the page.
        scale: Points that a body height has.
    """
    across = PANEL / 2 - scale * (room.back + room.front) / 2
    return Paper(complex(across, floor + scale * view.floor), scale)


def near(inside: Iterable[str], height: float, ink: str) -> list[str]:
    """Return what is shown near, cut at a frame."""
    frame = {"x": 0.5, "y": 0.5, "width": PANEL - 1, "height": height - 1, "rx": 4}
    return [
        nested(inside, 1, 1, PANEL - 2, height - 2),
        element("rect", fill="none", stroke=ink, stroke_width=1, **frame),
    ]
