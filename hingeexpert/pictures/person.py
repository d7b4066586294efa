"""One person seen from the side, and what stands around it, as SVG: outlines in ink, layer on
layer.

Owns colours and the order of layers. Shapes come from `outline.py`; how panels share a picture is
`drawing.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hingeexpert.pictures.back_view import BackView
from hingeexpert.pictures.outline import FAR_LEG, STICK, Figure, Shape, placed
from hingeexpert.pictures.skeleton import heading
from hingeexpert.pictures.strokes import element, group, smooth, straight

COLOURS: Mapping[str, str] = {
    "line": "#1d2733", "skin": "#f3cfae", "skin_far": "#d3a985", "shirt": "#7fb3d3", "shorts": "#3b5b7a", "shorts_far": "#2c4560",  # noqa: E501
    "hair": "#4a3528", "stick": "#c98a3a", "prop": "#e3d6bd", "wall": "#d9dde2",
    "mark": "#a3180f", "good": "#0b5a32", "paper": "#ffffff",
}  # fmt: skip
GREYS: Mapping[str, str] = {
    "line": "#000000", "skin": "#efefef", "skin_far": "#c4c4c4", "shirt": "#b0b0b0", "shorts": "#6b6b6b", "shorts_far": "#555555",  # noqa: E501
    "hair": "#3a3a3a", "stick": "#909090", "prop": "#dcdcdc", "wall": "#dddddd",
    "mark": "#000000", "good": "#000000", "paper": "#ffffff",
}  # fmt: skip
OUTLINE = 1.9
"""Width of the ink around a shape in points; the fill covers its inner half."""
EAR = ((-0.09, 0.06), (-0.03, 0.04), (-0.035, -0.05), (-0.085, -0.10), (-0.125, -0.03))


@dataclass(frozen=True)
class Paper:
    """Where the floor line below the ankle lies on the page, and how many units of it a body height
    has.
    """

    origin: complex
    scale: float

    def at(self, point: complex) -> complex:
        """Return where a point in body heights lies on the page."""
        return self.origin + self.scale * point.conjugate()

    def all(self, points: Iterable[complex]) -> list[complex]:
        """Return where points in body heights lie on the page."""
        return [self.at(point) for point in points]


def person(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> list[str]:
    """Return the person and the stick, from the far side to the near one."""
    near, far = figure.arms
    pose = figure.pose
    layers = [
        _layer(figure.arm(far, pose.far or pose.near), paper, inks, far=True),
        _layer(figure.leg(figure.bones.far, FAR_LEG), paper, inks, far=True),
        _stick(figure, paper, inks),
        _layer((*figure.leg(figure.bones.near), *figure.trunk, *figure.head), paper, inks),
        _details(figure, paper, inks),
        _bag(figure, paper, inks),
        _layer(figure.arm(near, pose.near), paper, inks),
    ]
    return [layer for layer in layers if layer]


def from_behind(view: BackView, paper: Paper, inks: Mapping[str, str]) -> list[str]:
    """Return the person seen from behind, and the line half way between the feet."""
    dashes = element(
        "path",
        d=straight(*paper.all(view.middle)),
        stroke=inks["line"],
        stroke_width=1.6,
        stroke_dasharray="4 3",
    )
    cleft = element(
        "path",
        d=straight(*paper.all(view.cleft)),
        stroke=inks["line"],
        stroke_width=1,
        stroke_linecap="round",
    )
    return [_layer(view.shapes, paper, inks), cleft, dashes]


def _layer(
    shapes: Iterable[Shape], paper: Paper, inks: Mapping[str, str], far: bool = False
) -> str:
    """Return shapes as one body: first the ink around all of them, then all fills, so that no seam
    shows where they overlap.
    """
    drawn = [(shape.of, smooth(paper.all(shape.points), shape.corners)) for shape in shapes]
    inked = element(
        "path",
        d="".join(path for _, path in drawn),
        fill="none",
        stroke=inks["line"],
        stroke_width=OUTLINE,
    )
    fills = (
        element("path", d=path, fill=inks.get(f"{of}_far", inks[of]) if far else inks[of])
        for of, path in drawn
    )
    return group([inked, *fills], stroke_linejoin="round")


def _stick(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> str:
    if figure.stick is None:
        return ""
    path = straight(*paper.all(figure.stick_ends))
    wide = 2 * STICK * paper.scale
    rods = (("line", wide + 1.6), ("stick", wide - 0.2))
    return group(
        (element("path", d=path, stroke=inks[ink], stroke_width=width) for ink, width in rods),
        stroke_linecap="round",
    )


def _details(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> str:
    """Return ear, eye, brow and mouth; the hem of shirt and shorts."""
    frame = figure.head_frame
    brow, mouth, eye = (paper.all(placed(points, *frame)) for points in (
        ((0.20, 0.16), (0.32, 0.15)), ((0.385, -0.275), (0.27, -0.255)), ((0.27, 0.05),),
    ))  # fmt: skip
    leg = figure.leg(figure.bones.near)[3].points
    hem = leg[len(leg) // 2 - 1 : len(leg) // 2 + 1]
    lines = [straight(*brow), straight(*mouth), straight(*paper.all(hem))]
    return group([
        element("path", d=smooth(paper.all(placed(EAR, *frame))), fill=inks["skin"], stroke=inks["line"], stroke_width=0.7),  # noqa: E501
        element("circle", cx=eye[0].real, cy=eye[0].imag, r=0.045 * abs(frame[1]) * paper.scale, fill=inks["line"]),  # noqa: E501
        element("path", d="".join(lines), fill="none", stroke=inks["line"], stroke_width=0.8, stroke_linecap="round"),  # noqa: E501
    ])  # fmt: skip


def _bag(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> str:
    if "bag" not in figure.panel.props:
        return ""
    return element(
        "path",
        d=smooth(paper.all(bag(figure))),
        fill=inks["prop"],
        stroke=inks["line"],
        stroke_width=1,
    )


def bag(figure: Figure) -> tuple[complex, ...]:
    """Return the outline of a bag hugged to the belly."""
    up = heading(figure.bones.spine.lean(0.13))
    middle = figure.bones.spine.at(0.13) - 1j * up * 0.105
    return tuple(
        middle - 1j * up * x + up * y
        for x, y in (
            (-0.05, 0.08),
            (0.03, 0.085),
            (0.055, 0.02),
            (0.05, -0.07),
            (-0.02, -0.085),
            (-0.055, -0.03),
        )
    )
