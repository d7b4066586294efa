"""One visit at work: the door through which page and terminal read and change the record.

Owns what may be done with a visit and what follows from it at once. Nothing is drawn or printed
here.
"""

import datetime
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from pydantic import ValidationError

from hingeexpert.errors import InputError, Problem, shown
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import MOST_TEXT, plain
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.intake.comparing import Before, Comparison, Summary, compared, summary
from hingeexpert.intake.course import Part, course
from hingeexpert.intake.events import Change, Kind, State, all_well, drilled, replay
from hingeexpert.intake.record import HEAD, Deleted, Person, Record, Visit
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Observable

AT_HAND = 32
"""States, and results, that are kept at hand."""


@dataclass(frozen=True)
class Look:
    """A visit as it stands: who, what is answered, what follows."""

    person: Person
    visit: Visit
    state: State
    assessment: Assessment
    diagnosis: Diagnosis


class Intake:
    """The visits of a record, judged by a knowledge base."""

    def __init__(self, knowledge: KnowledgeBase, record: Record) -> None:
        self.knowledge, self.record = knowledge, record
        self._judged, self._replayed = (
            lru_cache(AT_HAND)(self._judge),
            lru_cache(AT_HAND)(self._replay),
        )

    def begin(self, person: str | None = None) -> str:
        """Begin a visit and return its id; whether an earlier visit in the record saw a drill is
        answered.

        Args:
            person: Who is here again, or `None` for somebody new.
        """
        earlier = () if person is None else self.record.visits(person)
        again = any(drilled(self.knowledge, self.state(visit.id).answers) for visit in earlier)
        given = self.knowledge.intake.next_visit if again else self.knowledge.intake.first_visit
        return self.record.begin(
            person, datetime.date.today().isoformat(), [Change(dict(given), preset=True).data()]
        )

    def take(self, assessment: Assessment) -> str:
        """Begin a visit of somebody new with what a form says, and return its id.

        Args:
            assessment: The form; without a date it is of today. Of what it says of the patient, id
                and name are kept.

        Raises:
            InputError: Its date is no day.
        """
        patient, today = assessment.patient, datetime.date.today().isoformat()
        texts = {"patient_id": patient.get("id", ""), "name": patient.get("name", "")}
        clean = _head(
            {**texts, "date": assessment.date or today, "clinician": assessment.clinician or ""}
        )
        pressed = {
            name: value for name, value in assessment.answers.items() if name in assessment.at_once
        }
        given = {
            name: value
            for name, value in assessment.answers.items()
            if name not in assessment.at_once
        }
        visit = self.record.begin(
            None,
            clean["date"],
            [Change(pressed, at_once=True, preset=True).data(), Change(given, preset=True).data()],
        )
        self.record.describe(visit, clean, {})
        return visit

    def form(self, visit: Visit) -> Assessment:
        """Return a visit as a form that `batch` reads: who has no patient id gets the one of the
        record.
        """
        person = self.record.person(visit.person)
        return self.state(visit.id).assessment(
            {"id": person.id, **person.patient}, visit.date, visit.clinician or None
        )

    def state(self, visit: str) -> State:
        """Return what is answered in a visit."""
        return self._replayed(visit, self.record.version(visit))

    def _replay(self, visit: str, version: int) -> State:
        """Replay a log up to a version; as events are never changed, that need not be done
        twice.
        """
        return replay(
            self.knowledge,
            (event for event in self.record.events(visit) if event.number <= version),
        )

    def look(self, visit: str) -> Look:
        """Return a visit as it stands, judged.

        Raises:
            MissingError: There is no such visit.
        """
        entry = self.record.visit(visit)
        person, state = self.record.person(entry.person), self.state(visit)
        assessment = state.assessment(person.patient, entry.date, entry.clinician or None)
        judged = self._judged(tuple(state.answers.items()), state.at_once)
        head = {
            "patient": person.patient,
            "date": assessment.date,
            "clinician": assessment.clinician,
        }
        return Look(person, entry, state, assessment, judged.model_copy(update=head))

    def _judge(self, answers: tuple[tuple[str, Value], ...], at_once: frozenset[str]) -> Diagnosis:
        return diagnose(self.knowledge, Assessment(dict(answers), at_once=at_once))

    def parts(self, look: Look, everything: bool = False) -> tuple[Part, ...]:
        """Return what to ask now."""
        return course(self.knowledge, look.state, look.diagnosis, everything)

    def change(self, visit: str, version: int, change: Change) -> None:
        """Keep answers.

        Args:
            visit: The visit.
            version: Its version when it was last read.
            change: The answers; they must be allowed.

        Raises:
            InputError: The visit is finished, or an answer is not allowed.
            StaleError: Somebody else has written to it since.
            MissingError: There is no such visit.
        """
        problems = [*self._slips(change), *self._finished(visit)]
        if problems:
            raise InputError(problems)
        self.record.add(visit, version, "answer", change.data())

    def all_well(self, visit: str, version: int, group: str) -> None:
        """Answer the rest of a part as it should be, one explicit answer for each question.

        What was answered or passed over before is kept: a finding is never turned into its opposite
        by the way. Errors: see `change`.
        """
        found = next((item for item in self.knowledge.groups if item.group == group), None)
        given = {} if found is None else all_well(found)
        if not given:
            raise InputError(
                [Problem("visit", None, group, "this part of the form cannot be answered at once")]
            )
        state = self.state(visit)
        rest = {
            name: value
            for name, value in given.items()
            if name not in {*state.answers, *state.passed, *state.fallen}
        }
        if rest:
            self.change(visit, version, Change(rest, at_once=True))

    def step(self, visit: str, version: int, kind: Kind) -> None:
        """Undo, redo, or open a finished visit again. Errors: see `change`."""
        problems, state = list(self._finished(visit)), self.state(visit)
        if kind == "reopen":
            problems = (
                [] if problems else [Problem("visit", None, "", "this visit is not finished")]
            )
        if problems:
            raise InputError(problems)
        if (kind, state.undoable) != ("undo", 0) and (kind, state.redoable) != ("redo", 0):
            self.record.add(visit, version, kind)

    def finish(self, visit: str, version: int) -> None:
        """End a visit, and keep what it came to. Errors: see `change`."""
        if problems := list(self._finished(visit)):
            raise InputError(problems)
        self.record.add(
            visit, version, "finish", summary(self.look(visit).diagnosis).model_dump(mode="json")
        )

    def describe(
        self, visit: str, texts: Mapping[str, str], seen: Mapping[str, str] | None = None
    ) -> None:
        """Write who a visit is of, its day and who made it.

        Args:
            visit: The visit.
            texts: `patient_id`, `name`, `date` (YYYY-MM-DD) and `clinician`, each of at most 200
                characters; what is left out stays.
            seen: What stood there when the texts were written, for those where that matters.

        Raises:
            InputError: With every text that is not allowed.
            StaleError: Something else stands there by now than was seen.
            MissingError: There is no such visit.
        """
        self.record.describe(
            visit, _head(texts), {key: plain(text) for key, text in (seen or {}).items()}
        )

    def delete(self, person: str) -> Deleted:
        """Delete a person with all visits, for good, here and in the record.

        Errors: see `Record.delete`.
        """
        gone = self.record.delete(person)
        self._judged.cache_clear()
        self._replayed.cache_clear()
        return gone

    def _finished(self, visit: str) -> Iterator[Problem]:
        if self.state(visit).finished is not None:
            yield Problem("visit", None, "", "this visit is finished; open it again to change it")

    def _slips(self, change: Change) -> Iterator[Problem]:
        known = self.knowledge.observables
        for name in (*change.given, *change.passed):
            if name not in known:
                yield Problem("visit", None, "", f"there is no observable {shown(name)}")
        for name, value in change.given.items():
            if name in known and value is not None and (slip := known[name].answer.slip(value)):
                yield Problem("visit", None, name, slip)

    def before(self, look: Look) -> Before | None:
        """Return the last finished visit of the person before this one, or `None`."""
        earlier = takewhile(
            lambda visit: visit.id != look.visit.id, self.record.visits(look.person.id)
        )
        return next(
            (kept for visit in reversed(list(earlier)) if (kept := self.kept(visit)) is not None),
            None,
        )

    def kept(self, visit: Visit) -> Before | None:
        """Return what is kept of a visit, or `None` while it is a draft."""
        state = self.state(visit.id)
        if state.finished is None:
            return None
        try:
            return Before(visit.date, state.answers, Summary.model_validate(dict(state.finished)))
        except ValidationError:
            return None

    def compared(self, look: Look) -> Comparison | None:
        """Set a visit beside the one before, or return `None` where there is none."""
        before = self.before(look)
        return (
            None
            if before is None
            else compared(self.knowledge, before, look.state.answers, look.diagnosis)
        )


def _head(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a visit as they are kept, or raise `InputError`.

    What was found is not shown: it may name a person.
    """
    clean = {key: plain(texts[key]) for key in HEAD if key in texts}
    problems: list[Problem] = []
    for key, text in clean.items():
        if len(text) > MOST_TEXT:
            problems.append(
                Problem(
                    "visit", None, key, f"{len(text)} characters; at most {MOST_TEXT} are allowed"
                )
            )
        elif any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            problems.append(
                Problem(
                    "visit", None, key, "a control character stands in it; only text is allowed"
                )
            )
    try:
        clean |= (
            {"date": datetime.date.fromisoformat(clean["date"]).isoformat()}
            if "date" in clean
            else {}
        )
    except ValueError:
        problems.append(Problem("visit", None, "date", "a day is needed here, such as 2026-11-20"))
    if problems:
        raise InputError(problems)
    return clean


def read_value(item: Observable, text: str) -> Value:
    """Read an answer as somebody typed or pressed it.

    Args:
        item: The question.
        text: One of its values, or a number with a point or a comma.

    Raises:
        InputError: It is not allowed; the message says what is.
    """
    value = item.answer.read(text)
    if slip := item.answer.slip(value):
        raise InputError([Problem("answer", None, "", slip)])
    return value
