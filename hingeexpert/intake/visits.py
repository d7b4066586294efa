"""One visit at work: the door through which page and terminal read and change the record.

Owns what may be done with a visit and what follows from it at once; what an event means, also one
that undoes, is `events.py`. Nothing is drawn or printed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from pydantic import ValidationError

from hingeexpert.errors import InputError, Problem, shown
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import plain
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.intake.at_once import all_well, following, none_of, rest_of, same_as
from hingeexpert.intake.comparing import (
    Before,
    KeptResult,
    OtherBeforeError,
    VisitComparison,
    compared,
    kept_result,
)
from hingeexpert.intake.course import AskedPart, course
from hingeexpert.intake.events import NewAnswers, State, drilled, replay
from hingeexpert.intake.heads import checked_head, today
from hingeexpert.intake.older import OldVisit, by_press, old_visit
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import forget_truths
from hingeexpert.knowledge.models.observables import Cluster, Group, Observable
from hingeexpert.record import Deleted, EventKind, Record, RecordedPerson, Visit

AT_HAND = 32
"""States, and results, that are kept at hand."""


@dataclass(frozen=True)
class Look:
    """A visit as it stands: who, what is answered, what follows."""

    person: RecordedPerson
    visit: Visit
    state: State
    assessment: Assessment
    diagnosis: Diagnosis


class Intake:
    """The visits of a record, judged by a knowledge base."""

    def __init__(self, knowledge: KnowledgeBase, record: Record) -> None:
        self.knowledge, self.record = knowledge, record
        self._judged = lru_cache(AT_HAND)(self._judge)
        self._replayed = lru_cache(AT_HAND)(self._replay)

    def begin(self, person: str | None = None, short: bool = False) -> str:
        """Begin a visit and return its id; whether an earlier visit in the record saw a drill is
        answered, and what is carried over from the last one.

        Args:
            person: Who is here again, or `None` for somebody new.
            short: Ask the few questions of a short visit, where the rules have such a thing.
        """
        earlier = () if person is None else self.record.visits(person)
        answered = [self.state(visit.id).answers for visit in earlier]
        drills = [visit.date for visit in earlier if self._drilled(visit)]
        carried = self._carried_over(answered)
        preset = {**self._preset(drills), **carried}
        first = NewAnswers(preset, preset=True, carried=[*carried], short=short)
        return self.record.begin(person, today(), [first.data()])

    def _drilled(self, visit: Visit) -> bool:
        return drilled(self.knowledge, self.state(visit.id).answers)

    def _preset(self, drills: Sequence[str]) -> Mapping[str, Value]:
        """Return what a visit answers by itself, by the days on which drills were seen; nothing
        where that was today only: nobody has practised since.
        """
        words = self.knowledge.intake
        if not drills:
            return words.first_visit
        return words.next_visit if min(drills) < today() else {}

    def _carried_over(self, answered: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
        """Return what a visit takes over from those before it, the latest last."""
        last: dict[str, Value] = {}
        for answers in answered:
            last |= answers
        names = self.knowledge.intake.carried_over
        return {name: last[name] for name in names if name in last}

    def take(self, assessment: Assessment) -> str:
        """Begin a visit of somebody new with what a form says, and return its id.

        Args:
            assessment: The form; without a date it is of today. Of what it says of the patient, id
                and name are kept. Flags that an older form did not have are blank, whatever its
                shorthand says: they are asked.

        Raises:
            InputError: Its date is no day.
        """
        head = checked_head(
            {
                "patient_id": assessment.patient.get("id", ""),
                "name": assessment.patient.get("name", ""),
                "date": assessment.date or today(),
                "clinician": assessment.clinician or "",
            }
        )
        pressed, answered = by_press(self.knowledge, assessment)
        first = [
            NewAnswers(pressed, at_once=True, preset=True).data(),
            NewAnswers(answered, preset=True).data(),
        ]
        visit = self.record.begin(None, head["date"], first)
        self.record.describe(visit, head, {})
        return visit

    def state(self, visit: str) -> State:
        """Return what is answered in a visit."""
        return self.state_at(visit, self.record.version(visit))

    def state_at(self, visit: str, version: int) -> State:
        """Return what was answered in a visit when its last event had this number."""
        return self._replayed(visit, version)

    def _replay(self, visit: str, version: int) -> State:
        """Replay a log up to a version; as events are never changed, that need not be done
        twice.
        """
        events = [event for event in self.record.events(visit) if event.number <= version]
        return replay(self.knowledge, events)

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

    def parts(self, look: Look, everything: bool = False) -> tuple[AskedPart, ...]:
        """Return what to ask now."""
        return course(self.knowledge, look.state, look.diagnosis, everything)

    def change(self, visit: str, version: int, change: NewAnswers) -> None:
        """Keep answers.

        Args:
            visit: Its id.
            version: Number of its last event when it was last read.
            change: The answers; they must be allowed.

        Raises:
            InputError: The visit is finished, or an answer is not allowed.
            StaleError: Somebody else has written to it since.
            MissingError: There is no such visit.
        """
        problems = [*self._slips(change), *self._finished(visit)]
        if problems:
            raise InputError(problems)
        self.record.add(visit, version, "answer", self._with_followers(visit, change).data())

    def _with_followers(self, visit: str, change: NewAnswers) -> NewAnswers:
        """Return a change that also takes back what no longer follows: the time of a loss, once the
        contact is kept.
        """
        before = self.state(visit).answers
        after = {**before, **change.answers}
        known = {name: value for name, value in after.items() if value is not None}
        gone = following(self.knowledge, before) - following(self.knowledge, known)
        back = {name: None for name in gone if name in before and name not in change.answers}
        return replace(change, answers={**change.answers, **back}) if back else change

    def all_well(self, visit: str, version: int, group: str) -> None:
        """Answer the rest of a part as it should be, one explicit answer for each question.

        What was answered or passed over before is kept: a finding is never turned into its opposite
        by the way. What would speak against a finding is left open. Errors: see `change`.
        """
        part = self._part(group)
        if part is None or not all_well(part):
            message = "this part of the form cannot be answered at once"
            raise InputError([Problem("visit", None, group, message)])
        state = self.state(visit)
        rest = rest_of(
            self.knowledge, part, state.answers, state.touched, state.at_once, state.only
        )
        if rest.answers:
            self.change(visit, version, NewAnswers(rest.answers, at_once=True))

    def none_of(self, visit: str, version: int, cluster: str) -> None:
        """Answer what is blank in a cluster of questions with its harmless answer, and keep that
        the cluster was shown. Errors: see `change`.
        """
        asked = self._cluster(cluster)
        if asked is None:
            raise InputError.about("visit", f"there is no cluster {shown(cluster)}")
        look = self.look(visit)
        rest = none_of(self.knowledge, asked, self._open(look), look.state.answers)
        if rest:
            self.change(visit, version, NewAnswers(rest, cluster=cluster))

    def _open(self, look: Look) -> set[str]:
        """Return the questions that a visit asks now and of which nothing was said."""
        asked_now = {item.name for part in self.parts(look) for item in part.questions}
        return asked_now - look.state.touched

    def same_as_before(self, visit: str, version: int, group: str, seen: str | None = None) -> None:
        """Answer what is asked now and blank in a part as at the visit before, with what follows
        from that; counts and measures apart.

        Args:
            visit: See `change`, also for other errors.
            version: See `change`.
            group: The part.
            seen: What `Before.stands` said when it was shown; `None` for whatever it says now.

        Raises:
            OtherBeforeError: The visit before is another by now, or was changed.
        """
        look, part = self.look(visit), self._part(group)
        before = self.before(look)
        if seen is not None and seen != (before.stands if before else ""):
            raise OtherBeforeError
        if part is None or before is None or part.asked_first:
            message = "the answers of this part cannot be taken from an earlier visit"
            raise InputError([Problem("visit", None, group, message)])
        state = look.state
        same = same_as(
            self.knowledge, part, before.answers, self._open(look), state.answers, state.touched
        )
        if state.only is not None:
            same = {name: value for name, value in same.items() if name in state.only}
        if same:
            self.change(visit, version, NewAnswers(same))

    def _part(self, name: str) -> Group | None:
        return next((group for group in self.knowledge.groups if group.group == name), None)

    def _cluster(self, name: str) -> Cluster | None:
        clusters = (cluster for group in self.knowledge.groups for cluster in group.clusters)
        return next((cluster for cluster in clusters if cluster.id == name), None)

    def step(self, visit: str, version: int, kind: EventKind) -> None:
        """Undo, redo, open a finished visit again, or make it a short one or a full one. Errors:
        see `change`.
        """
        state = self.state(visit)
        if kind == "reopen":
            self.record.visit(visit)
            if state.finished is None:
                raise InputError.about("visit", "this visit is not finished")
        else:
            self._check_open(visit)
        nothing_to_do = {
            "undo": state.undoable == 0,
            "redo": state.redoable == 0,
            "short": state.short,
            "full": not state.short,
        }
        if not nothing_to_do.get(kind, False):
            self.record.add(visit, version, kind)

    def finish(self, visit: str, version: int) -> None:
        """End a visit, and keep what it came to. Errors: see `change`."""
        self._check_open(visit)
        result = kept_result(self.look(visit).diagnosis)
        self.record.add(visit, version, "finish", result.model_dump(mode="json"))

    def describe(
        self, visit: str, texts: Mapping[str, str], seen: Mapping[str, str] | None = None
    ) -> None:
        """Write who a visit is of, its day and who made it.

        Args:
            visit: Its id.
            texts: `patient_id`, `name`, `date` (YYYY-MM-DD) and `clinician`, each of at most 200
                characters; what is left out stays.
            seen: What stood there when the texts were written, for those where that matters.

        Raises:
            InputError: With every text that is not allowed.
            StaleError: Something else stands there by now than was seen.
            MissingError: There is no such visit.
        """
        stood = {key: plain(text) for key, text in (seen or {}).items()}
        self.record.describe(visit, checked_head(texts), stood)

    def delete(self, person: str, later: bool = False) -> Deleted:
        """Delete a person with all visits, for good, here and in the record.

        Arguments and errors: see `Record.delete`.
        """
        gone = self.record.delete(person, later)
        self._judged.cache_clear()
        self._replayed.cache_clear()
        forget_truths()
        return gone

    def _check_open(self, visit: str) -> None:
        """Raise `InputError` where a visit is finished."""
        if problems := list(self._finished(visit)):
            raise InputError(problems)

    def _finished(self, visit: str) -> Iterator[Problem]:
        if self.state(visit).finished is not None:
            yield Problem("visit", None, "", "this visit is finished; open it again to change it")

    def _slips(self, change: NewAnswers) -> Iterator[Problem]:
        """Yield what is not allowed in new answers."""
        observables = self.knowledge.observables
        for name in (*change.answers, *change.passed):
            if name not in observables:
                yield Problem("visit", None, "", f"there is no observable {shown(name)}")
        for name, value in change.answers.items():
            if name not in observables or value is None:
                continue
            slip = observables[name].answer.slip(value)
            if slip is not None:
                yield Problem("visit", None, name, slip)

    def before(self, look: Look) -> Before | None:
        """Return the last finished visit of the person before this one, or `None`."""
        visits = self.record.visits(look.person.id)
        earlier = takewhile(lambda visit: visit.id != look.visit.id, visits)
        for visit in reversed(list(earlier)):
            before = self.kept(visit)
            if before is not None:
                return before
        return None

    def old(self, look: Look) -> OldVisit | None:
        """Return a visit as it was answered and judged, where it was finished on an older form."""
        return old_visit(self.knowledge, self.kept(look.visit), look.state)

    def kept(self, visit: Visit) -> Before | None:
        """Return what is kept of a visit, or `None` while it is a draft."""
        state = self.state(visit.id)
        if state.finished is None:
            return None
        try:
            result = KeptResult.model_validate(dict(state.finished))
        except ValidationError:
            # An older program kept something else: that visit is as if it were open.
            return None
        return Before(visit.date, state.answers, result, f"{visit.id}.{state.version}")

    def compared(self, look: Look) -> VisitComparison | None:
        """Set a visit beside the one before, or return `None` where there is none."""
        before = self.before(look)
        if before is None:
            return None
        return compared(self.knowledge, before, look.state.answers, look.diagnosis)


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
        raise InputError.about("answer", slip)
    return value
