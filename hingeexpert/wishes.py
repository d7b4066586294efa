"""What a sheet is made with besides a form: what the clinician chose, and what is known of the visit before. It holds values only."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hingeexpert.clinic import Clinic, Logo
from hingeexpert.condition import Value


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
        name_in_file: Whether the title in the data of a file, and a name that is made for it, may hold the person's name.
        before: The visit before.
    """

    clinic: Clinic | None = None
    logo: Logo | None = None
    next_visit: datetime.date | None = None
    drills: int = 1
    grey: bool = False
    paper: Literal["a4", "us-letter"] = "a4"
    large: bool = False
    name_in_file: bool = False
    before: Earlier | None = None
