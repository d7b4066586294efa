"""The parts of a handout: sections of blocks, as every template receives them.

Owns shapes only; what stands in them is `handout.py`.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hingeexpert.clinic import Clinic, Logo


class Part(BaseModel):
    """Base of every part of a handout."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Part):
    """A paragraph."""

    kind: Literal["text"] = "text"
    text: str


class Labelled(Part):
    """A label and what belongs to it, in one line."""

    kind: Literal["labelled"] = "labelled"
    label: str
    text: str


class Cue(Part):
    """The one thing to think of."""

    kind: Literal["cue"] = "cue"
    text: str


class Steps(Part):
    """Numbered steps."""

    kind: Literal["steps"] = "steps"
    items: tuple[str, ...]


class Points(Part):
    """A list in no order."""

    kind: Literal["points"] = "points"
    items: tuple[str, ...]


class Drawing(Part):
    """Two drawings side by side: the SVG of both, what they show in words, and the caption of each."""

    kind: Literal["drawing"] = "drawing"
    svg: str
    alt: str
    captions: tuple[str, str]


class Log(Part):
    """Boxes to tick: so many for each day of the weeks."""

    kind: Literal["log"] = "log"
    weeks: tuple[str, ...]
    days: tuple[str, ...]
    boxes: int


class CareCard(Part):
    """Whom to turn to, and when."""

    level: str
    heading: str
    items: tuple[str, ...]


class Care(Part):
    """When to stop and whom to call, the most urgent first."""

    kind: Literal["care"] = "care"
    cards: tuple[CareCard, ...]


Block = Text | Labelled | Cue | Steps | Points | Drawing | Log | Care


class Section(Part):
    """A heading and what stands under it.

    Attributes:
        id: What it is for: `seen`, `cue`, `drill`, `log`, `next`, `check`, `care`, `found`, `where`, `tell` or `until`.
    """

    id: str
    heading: str
    blocks: tuple[Block, ...]


class Handout(Part):
    """The sheet of one person.

    Attributes:
        kind: `practice` has a drill, `pause` has none, `referral` sends on.
        language: Code of two letters; `direction` is that of its script.
        title: What stands on top, and in the data of a PDF; never the name.
        name, date, next_visit: As they are shown; `None` leaves a line to write on.
        lead: The sheet in one line.
        labels: Words beside a value or a line, by what they are for.
    """

    kind: Literal["practice", "pause", "referral"]
    language: str
    direction: Literal["ltr", "rtl"]
    title: str
    name: str | None
    date: str | None
    next_visit: str | None
    clinic: Clinic | None
    logo: Logo | None
    lead: str
    sections: tuple[Section, ...]
    limits: str
    labels: Mapping[str, str]
