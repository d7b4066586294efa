"""What is drawn, as SVG: a person in a hinge, the body to press, the ladder over time, what depends
on what.
"""

from hingeexpert.pictures.body_form import draw_body, draw_seen
from hingeexpert.pictures.drawing import HIGHEST, PANEL, Side, draw, draw_blank
from hingeexpert.pictures.looks import Looks, Skin

__all__ = [
    "HIGHEST",
    "PANEL",
    "Looks",
    "Side",
    "Skin",
    "draw",
    "draw_blank",
    "draw_body",
    "draw_seen",
]
