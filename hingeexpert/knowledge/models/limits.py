"""The frozen model of what a number on the form may be."""

from typing import Annotated

from pydantic import Field

from hingeexpert.knowledge.models.base import Entry, Sentence


class Range(Entry):
    """The allowed values of a number, both ends included; by how much one press of plus or minus
    moves it, and values to pick with one.

    Attributes:
        ucum: The unit as the Unified Code for Units of Measure writes it, in braces where it has
            none.
    """

    least: int | float
    most: int | float
    unit: Sentence
    ucum: Annotated[str, Field(pattern=r"^[!-~]{1,40}$")] | None = None
    step: Annotated[int | float, Field(gt=0)] = 1
    marks: tuple[int | float, ...] = ()
