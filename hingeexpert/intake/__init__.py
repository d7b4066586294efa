"""Filling a form with the person in the room: what to ask now, every answer kept at once, visits
compared. It draws and prints nothing.
"""

from hingeexpert.intake.visits import Intake

__all__ = ["Intake"]
