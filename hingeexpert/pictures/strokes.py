"""Paths of SVG: smooth closed outlines, lines and texts as short text, the same bytes for the same
points.

Owns the written form only; it knows neither body nor picture. Points are complex numbers in units
of the paper, down the page positive.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from html import escape

TENSION = 6
"""Catmull-Rom spline as cubic Bezier curves: a control point lies a sixth of the way between the
neighbours from its point.
"""
FILE: Mapping[str, str] = {"xmlns": "http://www.w3.org/2000/svg"}
"""What a drawing begins with that stands in a file of its own or in an `img`."""


def number(value: float) -> str:
    """Return a number with at most one decimal, without what SVG does not need."""
    text = f"{value:.1f}".removesuffix(".0")
    if text in ("-0", "0"):
        return "0"
    if text.startswith(("0.", "-0.")):
        return text.replace("0.", ".", 1)
    return text


@cache
def _tenths_written(tenths: int) -> str:
    """Return so many tenths as a number; those of drawings are few, and come again and again."""
    return number(tenths / 10)


def smooth(points: Sequence[complex], corners: Collection[int] = ()) -> str:
    """Return the path of a smooth closed curve through points: the Catmull-Rom spline, in steps
    from point to point.

    Its tangents are those of the step before, so that all steps but the first and those after a
    corner leave their first control point out.

    Args:
        points: At least three points.
        corners: Which of them are corners, where the curve is not smooth.
    """
    across, down = _in_tenths(points[0])
    path = [f"M{_tenths_written(across)} {_tenths_written(down)}"]
    for index in range(len(points)):
        letter, step = "c", _bezier(points, corners, index)
        if index and index not in corners:
            letter, step = "s", step[1:]
        places = [_in_tenths(point) for point in step]
        pairs = [f"{_tenths_written(x - across)} {_tenths_written(y - down)}" for x, y in places]
        path += letter, " ".join(pairs)
        across, down = places[-1]
    return "".join(path).replace(" -", "-") + "z"


def _bezier(points: Sequence[complex], corners: Collection[int], index: int) -> tuple[complex, ...]:
    """Return both control points and the end of the step that begins at a point.

    A corner forgets its neighbour on the other side, so that the curve heads straight for it.
    """
    size = len(points)
    coming = (index + 1) % size
    before, start = points[index - 1], points[index]
    end, after = points[coming], points[(index + 2) % size]
    if index in corners:
        before = start
    if coming in corners:
        after = end
    return start + (end - before) / TENSION, end - (after - start) / TENSION, end


def straight(*points: complex) -> str:
    """Return the path of straight lines through points."""
    return f"M{_pairs(points)}"


def _in_tenths(point: complex) -> tuple[int, int]:
    """Return a point in whole tenths, rounded as a number is when it is written."""
    return round(round(point.real, 1) * 10), round(round(point.imag, 1) * 10)


def _pairs(points: Iterable[complex]) -> str:
    """Return numbers in a row; a minus parts two of them as well as a space does."""
    pairs = [f"{number(point.real)} {number(point.imag)}" for point in points]
    return " ".join(pairs).replace(" -", "-")


def element(name: str, **attributes: str | float) -> str:
    """Return an empty element; `_` in a name of an attribute stands for `-`."""
    return f"<{name}{_written(attributes)}/>"


def line(path: str, ink: str, width: float, **attributes: str | float) -> str:
    """Return a path in ink."""
    return element("path", d=path, stroke=ink, stroke_width=width, **attributes)


def unfilled(path: str, ink: str, width: float, **attributes: str | float) -> str:
    """Return a path in ink with nothing inside, for what bends or has several parts."""
    return element("path", d=path, fill="none", stroke=ink, stroke_width=width, **attributes)


def group(inside: Iterable[str], **attributes: str | float) -> str:
    """Return a group with what is inside."""
    return f"<g{_written(attributes)}>{''.join(inside)}</g>"


def nested(inside: Iterable[str], x: float, y: float, width: float, height: float) -> str:
    """Return what is inside, cut at the edges of a box and nowhere moved."""
    box = f"{x:g} {y:g} {width:g} {height:g}"
    size: dict[str, str | float] = {
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "viewBox": box,
    }
    return f"<svg{_written(size)}>{''.join(inside)}</svg>"


def words(text: str, at: complex, **attributes: str | float) -> str:
    """Return a line of text that begins at a point, escaped."""
    return (
        f'<text x="{number(at.real)}" '
        f'y="{number(at.imag)}"{_written(attributes)}>{escape(text)}</text>'
    )


def svg(
    alt: str | None,
    size: tuple[float, float],
    inside: Iterable[str],
    first: Mapping[str, str] = FILE,
    **attributes: str | float,
) -> str:
    """Return a whole drawing, its alternative text in the title.

    Args:
        alt: What it shows, for who cannot see it; `None` where that is said beside it.
        size: Width and height of the page.
        inside: What is drawn.
        first: Attributes before all others.
        attributes: Attributes after the size; they hold for all that is inside.
    """
    box = f"0 0 {size[0]:g} {size[1]:g}"
    told: dict[str, str] = {"aria-hidden": "true"} if alt is None else {"role": "img"}
    head = _written({**first, **told, "viewBox": box, **attributes})
    title = "" if alt is None else f"<title>{escape(alt)}</title>"
    return f"<svg{head}>{title}{''.join(inside)}</svg>"


def _written(attributes: Mapping[str, str | float]) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for name, value in attributes.items()
    )
