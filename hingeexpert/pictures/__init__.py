"""What is drawn, as SVG: a person in a hinge, the body to press, the ladder over time, what depends
on what.
"""

from hingeexpert.pictures.body_form import draw_body, draw_seen
from hingeexpert.pictures.drawing import HIGHEST, PANEL, Side, draw, draw_blank
from hingeexpert.pictures.looks import Looks, Skin
from hingeexpert.pictures.seen import Seen, as_it_stands, seen_picture

__all__ = [
    "HIGHEST",
    "PANEL",
    "Looks",
    "Seen",
    "Side",
    "Skin",
    "as_it_stands",
    "draw",
    "draw_blank",
    "draw_body",
    "draw_seen",
    "seen_picture",
]
