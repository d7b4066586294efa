"""How people in pictures look: their inks, in colour and in grey.

Owns colours. What bodies there are stands in the rules; the clinic says which is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hingeexpert.knowledge.models.build import BodyName

Skin = Literal["light", "mid", "dark"]
"""Tints of the skin."""
FAR = 0.30
"""How much of the paper is mixed into what is on the far side."""
PAPER = "#ffffff"
THINGS: Mapping[str, str] = {
    "line": "#1d2733", "line_far": "#5f6a76", "shirt": "#7fb3d3", "shorts": "#3b5b7a",
    "stick": "#c98a3a", "prop": "#d9c7a0", "wall": "#d9dde2", "iron": "#6d7a87",
    "ghost": "#d3dae1", "mark": "#a3180f", "pale": "#f6d5d0",
    "good": "#0b5a32", "paper": PAPER,
}  # fmt: skip
THINGS_IN_GREY: Mapping[str, str] = {
    "line": "#000000", "line_far": "#595959", "shirt": "#b4b4b4", "shorts": "#666666",
    "stick": "#909090", "prop": "#cfcfcf", "wall": "#dddddd", "iron": "#808080",
    "ghost": "#d9d9d9", "mark": "#000000", "pale": "#e9e9e9",
    "good": "#000000", "paper": PAPER,
}  # fmt: skip
TINTS: Mapping[Skin, tuple[str, str, str, str]] = {
    "light": ("#f3cfae", "#4a3528", "#efefef", "#3a3a3a"),
    "mid": ("#dfae85", "#3a2a22", "#dcdcdc", "#333333"),
    "dark": ("#a8734c", "#231a17", "#aaaaaa", "#202020"),
}
"""Tint to skin and hair in colour, skin and hair in grey."""


@dataclass(frozen=True)
class Looks:
    """Who is drawn.

    Attributes:
        body: One of the bodies of the rules.
        skin: Its tint.
    """

    body: BodyName = "first"
    skin: Skin = "mid"


NEUTRAL = Looks()
"""Who is drawn where nobody chose."""


def inks(look: Looks = NEUTRAL, *, grey: bool = False) -> Mapping[str, str]:
    """Return what each thing is drawn in."""
    tint = TINTS[look.skin]
    skin, hair = tint[2:] if grey else tint[:2]
    chosen = {**(THINGS_IN_GREY if grey else THINGS), "skin": skin, "hair": hair}
    far = {f"{of}_far": _paler(chosen[of]) for of in ("skin", "shorts", "shirt")}
    return {**chosen, **far}


def _paler(ink: str) -> str:
    """Return an ink with a share of white in it."""
    parts = [int(ink[place : place + 2], 16) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(part + FAR * (255 - part)):02x}" for part in parts)


COLOURS = inks()
GREYS = inks(grey=True)
