"""A handout as every template receives it: sections of blocks; and what it is made with besides a
form.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hingeexpert.formats.pdf import Paper
from hingeexpert.handout.clinic import Clinic, Logo
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.ladders import Shape


class SheetPart(BaseModel):
    """Base of every part of a handout."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Paragraph(SheetPart):
    """A paragraph."""

    kind: Literal["text"] = "text"
    text: str


class Labelled(SheetPart):
    """A label and what belongs to it, in one line."""

    kind: Literal["labelled"] = "labelled"
    label: str
    text: str


class Fact(SheetPart):
    """A label and what belongs to it; `None` leaves a line to write on."""

    label: str
    text: str | None


class Facts(SheetPart):
    """Labels, each with what belongs to it or a line to write on, one after the other."""

    kind: Literal["facts"] = "facts"
    items: tuple[Fact, ...]


class KeyCue(SheetPart):
    """The one thing to think of."""

    kind: Literal["cue"] = "cue"
    text: str


class Steps(SheetPart):
    """Numbered steps."""

    kind: Literal["steps"] = "steps"
    items: tuple[str, ...]


class Points(SheetPart):
    """A list in no order."""

    kind: Literal["points"] = "points"
    items: tuple[str, ...]


class DrawnPanel(SheetPart):
    """One panel of a picture.

    Attributes:
        svg: The drawing, without a letter.
        caption: What it is.
        label: What it shows, if that is said.
        good: Whether it shows what is wanted, `None` in a picture that does not judge.
    """

    svg: str
    caption: str
    label: str | None
    good: bool | None


class Drawing(SheetPart):
    """Panels side by side, and what they show together in words."""

    kind: Literal["drawing"] = "drawing"
    alt: str
    panels: tuple[DrawnPanel, ...]


class Chart(SheetPart):
    """The steps of the ladder over time: the SVG, and what it shows in words.

    Its letters are 12 points high where it is `width` points wide, so in a larger print it is wider
    by as much.
    """

    kind: Literal["chart"] = "chart"
    svg: str
    alt: str
    width: int


class Log(SheetPart):
    """Boxes to tick: so many for each day of the weeks.

    Attributes:
        name, dose: Of the drill, where there is more than one log.
        days: Of a week.
        weeks: What the boxes of each day of a week are, in words.
        boxes: How many a day has.
    """

    kind: Literal["log"] = "log"
    name: str | None
    dose: str | None
    days: tuple[str, ...]
    weeks: tuple[str, ...]
    boxes: int


class CareCard(SheetPart):
    """Whom to turn to, and when.

    Attributes:
        call: The number to call where it is more than a number, such as one with hours.
    """

    tone: str
    heading: str
    call: str | None = None
    items: tuple[str, ...]


class Care(SheetPart):
    """When to stop and whom to call, the most urgent first."""

    kind: Literal["care"] = "care"
    cards: tuple[CareCard, ...]


class Alarm(SheetPart):
    """The head of a sheet that sends on: the sign of how urgent it is, and what holds on the
    way.
    """

    shape: Shape
    then: str | None


class PocketCode(SheetPart):
    """The answers as a code to scan, and what is said beside it.

    Attributes:
        svg: The drawing, with the white margin that a reader needs.
        millimetres: How wide and high it is printed.
        margin: How much of it is white on each side.
        alt: The code in words.
        text: What it holds, and who may see it.
    """

    svg: str
    millimetres: float
    margin: float
    alt: str
    text: str


Block = Paragraph | Labelled | Facts | KeyCue | Steps | Points | Drawing | Chart | Log | Care


class Section(SheetPart):
    """A heading and what stands under it.

    Attributes:
        id: What it is for. On a sheet: `seen`, `today`, `cue`, `later`, `drill`, `log`, `next`,
            `check`, `care`, `found`, `tell`, `doctor`, `until` or `over_time`.
    """

    id: str
    heading: str
    blocks: tuple[Block, ...]


class Handout(SheetPart):
    """The sheet of one person.

    Attributes:
        kind: `practice` has a drill, `pause` has none, `referral` sends on.
        language: Code of two letters; `direction` is that of its script.
        title: What stands on top, and in the data of a PDF; never the name.
        name, date, next_visit: As they are shown; `None` leaves a line to write on.
        number: The patient's number, for where the name cannot be shown.
        seen_by: Who saw the person, if that is known.
        alarm: Of a sheet that sends on; its lead is the one action.
        purpose: What a hinge is and what it is good for, where one is practised.
        lead: The sheet in one line.
        record: The head of the record in words, where the sheet comes from one.
        labels: Words beside a value or a line, by what they are for.
        pocket: The answers as a code to scan, where that was wished.
    """

    kind: Literal["practice", "pause", "referral"]
    language: str
    direction: Literal["ltr", "rtl"]
    title: str
    name: str | None
    number: str | None
    date: str | None
    next_visit: str | None
    seen_by: str | None
    clinic: Clinic | None
    logo: Logo | None
    alarm: Alarm | None
    purpose: str | None
    lead: str
    sections: tuple[Section, ...]
    limits: str
    record: str | None
    labels: Mapping[str, str]
    pocket: PocketCode | None = None


class Letter(SheetPart):
    """A letter to a doctor about one person, in the language of the rules.

    Attributes:
        head: To whom, about whom, and when.
        foot: Who saw the person, and a line to sign on.
        record: The head of the record in words, where the letter comes from one.
    """

    language: str
    direction: Literal["ltr", "rtl"]
    title: str
    clinic: Clinic | None
    logo: Logo | None
    head: tuple[Fact, ...]
    sections: tuple[Section, ...]
    foot: tuple[Fact, ...]
    limits: str
    record: str | None
    phone: str


def direction_of(knowledge: KnowledgeBase, language: str) -> Literal["ltr", "rtl"]:
    """Return the direction of the script of a language."""
    translation = knowledge.languages.get(language)
    return translation.direction if translation else "ltr"


@dataclass(frozen=True)
class Earlier:
    """A visit before, as far as a sheet tells of it.

    Attributes:
        date: Its day.
        readiness: Its verdict, or what else was kept in its place.
        answers: Its answers.
    """

    date: str
    readiness: str
    answers: Mapping[str, Value]


@dataclass(frozen=True)
class Wishes:
    """What a clinician chose for a sheet.

    Attributes:
        clinic: Settings of the clinic.
        logo: Its logo.
        next_visit: Day of the next visit.
        drills: Most drills on the sheet, 1 or 2.
        grey: Draw in greys only.
        paper: Size of the paper.
        large: Large print.
        name_in_file: Whether the title in the data of a file, and a name that is made for it, may
            hold the person's name.
        before: The visit before.
        course: Day and verdict of readiness of each visit up to this one, the earliest first; with
            two or more of them there is a chart.
        head: Short head of the record that the sheet comes from.
    """

    clinic: Clinic | None = None
    logo: Logo | None = None
    next_visit: datetime.date | None = None
    drills: int = 1
    grey: bool = False
    paper: Paper = "a4"
    large: bool = False
    name_in_file: bool = False
    before: Earlier | None = None
    course: tuple[tuple[str, str | None], ...] = ()
    head: str | None = None
