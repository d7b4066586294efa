"""What is drawn, as SVG: a person in a hinge, the body to press, the ladder over time, what depends
on what.
"""

from hingeexpert.pictures.body_form import draw_body
from hingeexpert.pictures.drawing import HIGHEST, PANEL, Side, draw, draw_blank
from hingeexpert.pictures.seen import Seen, as_it_stands, seen_picture

__all__ = [
    "HIGHEST",
    "PANEL",
    "Seen",
    "Side",
    "as_it_stands",
    "draw",
    "draw_blank",
    "draw_body",
    "seen_picture",
]
