"""The frozen models of a body in the pictures: its lengths, its forms, and what each of several
bodies has of its own.

Owns shapes; poses and pictures are `poses.py`.
"""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import Entry

Number = Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)]
Length = Annotated[float, Field(ge=-2, le=2, allow_inf_nan=False)]
"""In body heights."""
Share = Annotated[float, Field(ge=0, le=1)]
BodyName = Literal["first", "second"]
"""The bodies that can be drawn."""
Hair = Literal["short", "tied"]
"""How the hair is worn."""
Row = tuple[Length, Length, Length]
Profile = Annotated[tuple[Row, ...], Field(min_length=3)]
"""The form of a part of the body: how far along it, and how far the skin lies to the back and to
the front of its middle line there.
"""


class Proportions(Entry):
    """Lengths in body heights."""

    foot_height: Share
    foot_length: Share
    heel: Share
    shank: Share
    thigh: Share
    sacrum: Share
    lumbar: Share
    thoracic: Share
    neck: Share
    shoulder: Share
    upper_arm: Share
    forearm: Share
    hand: Share
    head: Share
    hip_breadth: Share


class Neutral(Entry):
    """The neutral curve: degrees that the middle line of the back leans forward of the pelvis, from
    the sacrum up to the head.
    """

    sacrum: Number
    waist: Number
    shoulders: Number
    skull: Number
    head: Number


class Forms(Entry):
    """The form of the skin."""

    trunk: Profile
    thigh: Profile
    shank: Profile
    upper_arm: Profile
    forearm: Profile
    hand: Profile
    neck: Profile


class Build(Entry):
    """What a body has of its own.

    Attributes:
        hair: How the hair is worn.
        hip_breadth: From hip to hip, in body heights.
    """

    hair: Hair = "short"
    hip_breadth: Share | None = None
    trunk: Profile | None = None
    thigh: Profile | None = None


class LeanLimits(Entry):
    """Degrees of forward lean that a picture can show, both ends included."""

    least: Number
    most: Number

    def hold(self, degrees: float) -> float:
        """Return the nearest lean that can be shown."""
        return min(max(degrees, self.least), self.most)


class Region(Entry):
    """From where to where on the back, in body heights above the hip along its middle line."""

    least: Length
    most: Length


class Regions(Entry):
    """Where on the back the stick may touch, and the low back between."""

    midback: Region
    sacrum: Region
    low_back: Region
