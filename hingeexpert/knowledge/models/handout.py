"""The frozen models of `handout.yaml`: the words of what a patient takes home.

Owns shapes only. Which texts a translation must have, and putting them in place, is
`translation.py`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from hingeexpert.knowledge.condition import Condition
from hingeexpert.knowledge.models.base import (
    DrillId,
    Entry,
    FaultId,
    GroupId,
    Id,
    LevelId,
    ObservableId,
    Sentence,
    Sources,
    When,
)
from hingeexpert.knowledge.models.letter import LetterWords
from hingeexpert.knowledge.models.today import Today
from hingeexpert.knowledge.models.traits import FOR_PERSON, ON_PAPER

PLACES = (
    "name",
    "date",
    "number",
    "phone",
    "clinic",
    "page",
    "pages",
    "step",
    "steps",
    "drill",
    "then",
    "now",
    "day",
    "month",
    "year",
    "count",
    "answer",
    "least",
    "most",
)
"""What may stand in square brackets in a text, to be filled in for one person."""
DAY = ("day", "month", "year")


def _known_places(text: str, _: ValidationInfo) -> str:
    unknown = sorted(places_in(text) - set(PLACES))
    if unknown:
        raise PydanticCustomError(
            "place",
            "[{found}] is no place to be filled in; allowed: {allowed}",
            {"found": unknown[0], "allowed": _named(PLACES)},
        )
    return text


def _whole_day(text: str, _: ValidationInfo) -> str:
    lost = [place for place in DAY if place not in places_in(text)]
    if lost:
        raise PydanticCustomError(
            "place",
            "a day is written with {needed}; {lost} is missing",
            {"needed": _named(DAY), "lost": _named(lost)},
        )
    return text


def _named(places: Sequence[str]) -> str:
    return ", ".join(f"[{place}]" for place in places)


_Filled = Annotated[Sentence, AfterValidator(_known_places)]
Phrase = Annotated[_Filled, FOR_PERSON]
"""What the person reads."""
PaperPhrase = Annotated[_Filled, ON_PAPER]
"""What stands on paper besides."""
DayPhrase = Annotated[PaperPhrase, AfterValidator(_whole_day)]
"""How a day is written."""


def places_in(text: str) -> set[str]:
    """Return the places in a text that are to be filled in."""
    return set(re.findall(r"\[([^\]]*)\]", text))


def filled(phrase: str, **values: str) -> str:
    """Put values in the places of a phrase.

    Args:
        phrase: Such as `Page [page] of [pages]`.
        values: Place to what stands there.
    """
    return re.sub(r"\[(\w+)\]", lambda place: values.get(place[1], place[0]), phrase)


class CareItem(Entry):
    """A line of a card.

    Attributes:
        when: What the line says, in answers of the form.
        beyond: What it says in place of `say` beside a drill of a rung beyond the pattern.
    """

    say: Phrase
    beyond: Phrase | None = None
    when: When | None = None


class CareLevel(Entry):
    """One level of the box that says when to stop and whom to call, the most urgent first.

    Attributes:
        heading: Whom to turn to, and "if".
        heading_with_number: The same where the number to call is known.
        tone: Whose colour it has on the sheet.
        promise: Nobody of whom a line is true is coached, so that each line has a condition.
        on_referral: Levels of triage on whose referral sheet it stands.
    """

    id: Id
    tone: Literal["emergency", "doctor", "clinician"]
    heading: Phrase
    heading_with_number: Phrase | None = None
    promise: Literal["yes"] | None = None
    on_referral: tuple[LevelId, ...] = ()
    items: Annotated[tuple[CareItem, ...], Field(min_length=1, max_length=5)]
    sources: Sources

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of its lines."""
        return tuple(item.when for item in self.items if item.when is not None)


class Headings(Entry):
    """What stands above the parts of a handout; `drills` is that of each where there are two."""

    seen: Phrase
    cue: Phrase
    drill: Phrase
    drills: Annotated[tuple[Phrase, ...], Field(min_length=2, max_length=2)]
    log: Phrase
    next: Phrase
    check: Phrase
    care: Phrase
    found: Phrase
    worse: Phrase
    later: Phrase
    tell: Phrase
    until: Phrase


class Labels(Entry):
    """Short words beside a value or a blank line."""

    name: Phrase
    date: Phrase
    next_visit: Phrase
    phone: Phrase
    page: Phrase
    seen_by: Phrase
    day: Phrase
    boxes: Phrase
    started: Phrase
    some_pain: Phrase
    need: Phrase
    dose: Phrase
    feel: Phrase
    before: Phrase
    load: Phrase
    step_up: Phrase
    rung: Phrase
    record: Phrase


class Titles(Entry):
    """The title of each kind of sheet.

    Attributes:
        practice: The aim; `practice_with` is that of a fault in focus that has another.
    """

    practice: Phrase
    practice_with: dict[FaultId, Phrase] = {}
    pause: Phrase
    referral: Phrase
    form: Phrase


class Dates(Entry):
    """How a day is written.

    Attributes:
        months: The names of the months as they stand in a date, January first.
        on_paper: Each size of paper to how the day is written where that paper is used.
    """

    months: Annotated[tuple[PaperPhrase, ...], Field(min_length=12, max_length=12)]
    on_paper: Annotated[dict[Literal["a4", "us-letter"], DayPhrase], Field(min_length=2)]


class PaperWords(Entry):
    """Words of the blank form on paper."""

    intro: PaperPhrase
    mark: PaperPhrase
    circles: Annotated[tuple[PaperPhrase, ...], Field(min_length=3, max_length=3)]
    shorthand: PaperPhrase
    hints: PaperPhrase
    hints_of: PaperPhrase
    sometimes: PaperPhrase
    name: PaperPhrase
    patient_id: PaperPhrase
    date: PaperPhrase
    clinician: PaperPhrase
    notes: PaperPhrase


class Measured(Entry):
    """Which answers a picture takes from the person: the forward lean at the hips in degrees, and
    the side that a thing goes to.
    """

    lean: ObservableId
    side: Annotated[tuple[ObservableId, ...], Field(min_length=1)]


class Encouragement(Entry):
    """A line that makes it easier to go on."""

    say: Phrase
    sources: Sources


class Progress(Entry):
    """What is told of the visit before.

    Attributes:
        step, same_step: The steps of the ladder of both visits.
        counts: Observables, whole numbers, that are told for both visits: how each is told.
    """

    step: Phrase
    same_step: Phrase
    chart: Annotated[dict[Literal["heading", "alt", "held", "open"], Phrase], Field(min_length=4)]
    counts: Annotated[dict[ObservableId, Phrase], Field(min_length=1)]


class LogSize(Entry):
    """How large the log of a drill is: most boxes a day, and weeks; and what is said below it.

    There is room for five boxes in a day, and on one page for four weeks.

    Attributes:
        set: What a set is.
        forgotten: What to do where a day or a set was forgotten.
    """

    boxes: Annotated[int, Field(ge=1, le=5)]
    weeks: Annotated[int, Field(ge=1, le=4)]
    set: Phrase
    forgotten: Phrase


class MostTold(Entry):
    """The most that one sheet tells a person.

    Attributes:
        faults: Faults that were seen, and what may contribute to them after these.
        remarks: Remarks of how to do a drill.
        unasked: Questions that were left blank, named for a doctor.
        today: Things to do where no drill goes home.
    """

    faults: Annotated[int, Field(ge=1, le=4)]
    remarks: Annotated[int, Field(ge=0, le=4)]
    unasked: Annotated[int, Field(ge=1, le=8)]
    today: Annotated[int, Field(ge=1, le=3)]


class DoctorWords(Entry):
    """The part of a referral sheet for who sees the person first, and what it tells.

    Attributes:
        signs, examined, tests, pain, not_asked, seen_by, clinic, day, time, signature: What stands
            beside each.
        began: What stands beside a line to write on, where `since` has no answer.
        more: How many were left blank besides those that are named.
        since: The question how long it has been so.
        pains: Questions with a number for pain.
        parts: Parts of the form that count as examined once they have an answer; never a drill.
        tested: The part of the form whose answers are tests.
    """

    heading: Phrase
    signs: Phrase
    began: Phrase
    pain: Phrase
    examined: Phrase
    tests: Phrase
    not_asked: Phrase
    more: Phrase
    seen_by: Phrase
    clinic: Phrase
    day: Phrase
    time: Phrase
    signature: Phrase
    since: ObservableId
    pains: Annotated[tuple[ObservableId, ...], Field(min_length=1)]
    parts: Annotated[tuple[GroupId, ...], Field(min_length=1)]
    tested: GroupId


class CalendarWords(Entry):
    """Words of the entry in a calendar; `title_at` and `change_by_phone` where that is known."""

    title: Phrase
    title_at: Phrase
    bring: Phrase
    change: Phrase
    change_by_phone: Phrase


class Apart(Entry):
    """Texts of which none of the one list ever stands on a sheet with one of the other."""

    one: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    other: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    because: Sentence


class HandoutFile(Entry):
    """`handout.yaml`.

    Attributes:
        drills: What is practised where no fault is in focus, the first first.
        at_home, with_us_first: How the lead names the drills: tried in the room, or not yet.
        easier_drill: What is practised in place of a drill that is still too hard, where no easier
            one suits the person better.
        rungs: The steps of the ladder, in everyday words.
        further_sides: The parts of the form with which its sides begin, but for the first.
        apart: Texts that never stand together.
        purpose: What a hinge is and what it is good for, where a drill is given.
        some_pain: How much pain in a drill is fine.
        encourage: What is said below the log where a drill of the source article is given.
        one_thing_to_try: What is said where the fault in focus is not sure enough to be told.
        check_next: For each part of the form, how a person is told that it is looked at next time.
    """

    titles: Titles
    headings: Headings
    labels: Labels
    dates: Dates
    at_home: Phrase
    with_us_first: Phrase
    open: Phrase
    nothing_seen: Phrase
    not_enough_seen: Phrase
    one_thing_to_try: Phrase
    try_first: Phrase
    rungs: Annotated[tuple[Phrase, ...], Field(min_length=1)]
    check_next: dict[GroupId, Phrase]
    progress: Progress
    care: Annotated[tuple[CareLevel, ...], Field(min_length=3, max_length=3)]
    tell: Annotated[tuple[Phrase, ...], Field(min_length=1)]
    doctor: DoctorWords
    letter: LetterWords
    calendar: CalendarWords
    until: Phrase
    limits: Phrase
    purpose: Encouragement
    some_pain: Encouragement
    today: Today
    encourage: tuple[Encouragement, ...] = ()
    measured: Measured
    drills: Annotated[tuple[DrillId, ...], Field(min_length=1)]
    easier_drill: DrillId
    log: LogSize
    most: MostTold
    paper: PaperWords
    further_sides: Annotated[tuple[GroupId, ...], Field(min_length=1)]
    apart: tuple[Apart, ...] = ()
    sources: Sources

    @property
    def promised(self) -> Iterator[Condition]:
        """Yield the conditions of the lines of which the cards promise that nobody is coached."""
        for card in self.care:
            if card.promise:
                yield from card.conditions
