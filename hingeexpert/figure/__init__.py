"""A person in a hinge, drawn from joint angles as SVG."""

from hingeexpert.figure.drawing import HIGHEST, PANEL, WIDTH, Side, draw, draw_blank

__all__ = ["HIGHEST", "PANEL", "WIDTH", "Side", "draw", "draw_blank"]
