"""Paths of SVG: smooth closed outlines, lines and texts as short text, the same bytes for the same
points.

Owns the written form only; it knows neither body nor picture. Points are complex numbers in units
of the paper, down the page positive.
"""

from collections.abc import Collection, Iterable, Sequence
from html import escape

TENSION = 6
"""Catmull-Rom spline as cubic Bezier curves: a control point lies a sixth of the way between the
neighbours from its point.
"""


def number(value: float) -> str:
    """Return a number with at most one decimal, without what SVG does not need."""
    text = f"{value:.1f}".removesuffix(".0")
    return (
        "0"
        if text in ("-0", "0")
        else text.replace("0.", ".", 1)
        if text.startswith(("0.", "-0."))
        else text
    )


def smooth(points: Sequence[complex], corners: Collection[int] = ()) -> str:
    """Return the path of a smooth closed curve through points: the Catmull-Rom spline, in steps
    from point to point.

    Its tangents are those of the step before, so that all steps but the first and those after a
    corner leave their first control point out.

    Args:
        points: At least three points.
        corners: Which of them are corners, where the curve is not smooth.
    """
    size = len(points)
    place = _rounded(points[0])
    path = f"M{_pair(place)}"
    for index in range(size):
        before, start, end, after = (points[(index + step) % size] for step in (-1, 0, 1, 2))
        sharp, sharp_after = index in corners, (index + 1) % size in corners
        controls = [
            _rounded(end - ((end if sharp_after else after) - start) / TENSION),
            _rounded(end),
        ]
        if sharp or not index:
            controls.insert(0, _rounded(start + (end - (start if sharp else before)) / TENSION))
        path += ("c" if sharp or not index else "s") + _joined(
            _pair(control - place) for control in controls
        )
        place = controls[-1]
    return path + "z"


def straight(*points: complex) -> str:
    """Return the path of straight lines through points."""
    return "M" + _joined(_pair(point) for point in points).replace("M ", "M")


def _rounded(point: complex) -> complex:
    return complex(round(point.real, 1), round(point.imag, 1))


def _pair(point: complex) -> str:
    return _joined((number(point.real), number(point.imag)))


def _joined(parts: Iterable[str]) -> str:
    """Return numbers in a row; a minus parts two of them as well as a space does."""
    text = ""
    for part in parts:
        text += part if not text or part.startswith("-") else f" {part}"
    return text


def element(name: str, **attributes: str | float) -> str:
    """Return an empty element; `_` in a name of an attribute stands for `-`."""
    return f"<{name}{_written(attributes)}/>"


def group(inside: Iterable[str], **attributes: str | float) -> str:
    """Return a group with what is inside."""
    return f"<g{_written(attributes)}>{''.join(inside)}</g>"


def words(text: str, at: complex, **attributes: str | float) -> str:
    """Return a line of text that begins at a point, escaped."""
    return (
        f'<text x="{number(at.real)}" '
        f'y="{number(at.imag)}"{_written(attributes)}>{escape(text)}</text>'
    )


def _written(attributes: dict[str, str | float]) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for name, value in attributes.items()
    )
