"""What happened in a visit, event by event, and what is answered after all of them.

Owns the meaning of events: the log only grows, and undoing is an event too. Where the log is kept
is the wing `record`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hingeexpert.forms import Assessment
from hingeexpert.forms.contradictions import contradictions
from hingeexpert.intake.at_once import computed, fallen
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.record import Event


@dataclass(frozen=True)
class NewAnswers:
    """Answers given together.

    Attributes:
        answers: Observable to value; `None` takes an answer back.
        passed: Observables of which somebody said that they are not assessed.
        at_once: Whether one press answered them all.
        preset: Whether the visit began with them; then they are no step that can be undone.
        carried: Those of them that are taken over from an earlier visit.
        cluster: Id of the cluster of questions that was shown, and of which none applied.
        short: Whether a visit that begins with them is a short one.
    """

    answers: Mapping[str, Value | None] = field(default_factory=dict, repr=False)
    passed: Sequence[str] = ()
    at_once: bool = False
    preset: bool = False
    carried: Sequence[str] = ()
    cluster: str = ""
    short: bool = False

    def data(self) -> dict[str, Any]:
        """Return it as an event keeps it."""
        rare = {"carried": list(self.carried), "cluster": self.cluster, "short": self.short}
        return {
            "given": dict(self.answers),
            "passed": list(self.passed),
            "at_once": self.at_once,
            "preset": self.preset,
            **{key: value for key, value in rare.items() if value},
        }


@dataclass(frozen=True)
class State:
    """What is answered in a visit.

    Attributes:
        version: Number of the last event, 0 before the first.
        answers: Observable to value, in the order of the form.
        passed: Observables said to be not assessed; for the rules they are blank.
        at_once: Answers that one press gave and nobody has touched since.
        carried: Answers of an earlier visit that nobody has touched since.
        preset: Answers that the visit began with and that nobody has touched since.
        computed: Answers that follow from others; nobody gave them.
        clusters: The clusters of questions that were shown, and of which none applied.
        fallen: Answers of such a press that no longer stand, because something else is not as it
            should be; and answers that others contradict.
        contradicted: These, and why.
        dropped: Answers in the log that these rules do not take: to questions that are retired, or
            with values that are not allowed.
        given: Every answer in the log that was neither changed nor taken back, also those that
            these rules drop or find impossible.
        undoable: How many changes can be undone.
        redoable: How many can be done again.
        finished: What was kept when the visit was finished, or `None` while it is a draft.
        only: What a short visit asks, or `None` where everything is asked.
    """

    version: int
    answers: Mapping[str, Value] = field(repr=False)
    passed: frozenset[str]
    at_once: frozenset[str]
    carried: frozenset[str]
    preset: frozenset[str]
    computed: frozenset[str]
    clusters: frozenset[str]
    fallen: frozenset[str]
    contradicted: Mapping[str, str] = field(repr=False)
    dropped: Mapping[str, Value] = field(repr=False)
    given: Mapping[str, Value] = field(repr=False)
    undoable: int
    redoable: int
    finished: Mapping[str, Any] | None = field(repr=False)
    only: frozenset[str] | None

    @property
    def short(self) -> bool:
        """Whether it is a short visit."""
        return self.only is not None

    @property
    def by_hand(self) -> frozenset[str]:
        """Whatever somebody answered by itself, or passed over."""
        given = self.answers.keys() - self.at_once - self.carried - self.preset - self.computed
        return frozenset(given | self.passed)

    @property
    def touched(self) -> frozenset[str]:
        """Whatever was answered, passed over, or has fallen."""
        return frozenset({*self.answers, *self.passed, *self.fallen} - self.computed)

    def assessment(
        self, patient: Mapping[str, str], date: str | None, clinician: str | None
    ) -> Assessment:
        """Return the form that it makes."""
        return Assessment(self.answers, patient, date, clinician, self.at_once)


def replay(knowledge: KnowledgeBase, events: Iterable[Event]) -> State:
    """Return what is answered after all events of a visit.

    Args:
        knowledge: The knowledge base; answers that it does not allow are dropped and named.
        events: The log, in order.
    """
    log = list(events)
    kept, undone = _kept_and_undone(log)
    version = log[-1].number if log else 0
    only = frozenset(knowledge.quick_asks) if _short(log) else frozenset()
    return _Replayed(knowledge, kept).state(version, undone, _finished(log), only or None)


def _kept_and_undone(events: Iterable[Event]) -> tuple[list[Event], int]:
    """Return the changes that stand, and how many were undone and can be done again."""
    kept: list[Event] = []
    undone: list[Event] = []
    for event in events:
        match event.kind:
            case "answer":
                kept.append(event)
                undone.clear()
            case "undo" if kept and not _preset(kept[-1]):
                undone.append(kept.pop())
            case "redo" if undone:
                kept.append(undone.pop())
    return kept, len(undone)


def _short(events: Iterable[Event]) -> bool:
    """Return whether the visit is a short one."""
    short = False
    for event in events:
        if event.kind in ("short", "full"):
            short = event.kind == "short"
        elif event.data.get("short"):
            short = True
    return short


def _finished(events: Iterable[Event]) -> Mapping[str, Any] | None:
    """Return what was kept when the visit was finished, or `None` while it is a draft."""
    finished: Mapping[str, Any] | None = None
    for event in events:
        if event.kind == "finish":
            finished = event.data
        elif event.kind == "reopen":
            finished = None
    return finished


def _preset(event: Event) -> bool:
    return bool(event.data.get("preset"))


class _Replayed:
    """Changes, added up."""

    def __init__(self, knowledge: KnowledgeBase, changes: Sequence[Event]) -> None:
        self.knowledge, self.changes = knowledge, changes
        self.answers: dict[str, Value] = {}
        self.passed: set[str] = set()
        self.at_once: set[str] = set()
        self.carried: set[str] = set()
        self.preset: set[str] = set()
        self.clusters: set[str] = set()
        self.dropped: dict[str, Value] = {}
        for event in changes:
            self._add(event.data)

    def _add(self, data: Mapping[str, Any]) -> None:
        for name, value in data["given"].items():
            self._forget(name)
            if value is not None:
                self._answer(name, value, data)
        for name in data["passed"]:
            self._forget(name)
            self.passed.add(name)
        if cluster := data.get("cluster"):
            self.clusters.add(cluster)

    def _forget(self, name: str) -> None:
        """Take back whatever was said of a question."""
        self.dropped.pop(name, None)
        self.answers.pop(name, None)
        self.at_once.discard(name)
        self.carried.discard(name)
        self.preset.discard(name)
        self.passed.discard(name)

    def _answer(self, name: str, value: Value, data: Mapping[str, Any]) -> None:
        item = self.knowledge.observables.get(name)
        if item is None or item.answer.slip(value):
            self.dropped[name] = value
            return
        self.answers[name] = value
        if data["at_once"]:
            self.at_once.add(name)
        if name in data.get("carried", ()):
            self.carried.add(name)
        if data.get("preset"):
            self.preset.add(name)

    def state(
        self,
        version: int,
        redoable: int,
        finished: Mapping[str, Any] | None,
        only: frozenset[str] | None,
    ) -> State:
        """Return what stands after all changes; see `State`."""
        contradicted = dict(contradictions(self.knowledge, self.answers))
        gone = self._gone(contradicted)
        stands = {name: value for name, value in self.answers.items() if name not in gone}
        by_itself = self._computed(stands)
        stands |= by_itself
        answers = {name: stands[name] for name in self.knowledge.observables if name in stands}
        return State(
            version=version,
            answers=answers,
            passed=frozenset(self.passed & self.knowledge.observables.keys()),
            at_once=frozenset(self.at_once - gone),
            carried=frozenset(self.carried & answers.keys()),
            preset=frozenset(self.preset & answers.keys()),
            computed=frozenset(by_itself),
            clusters=frozenset(self.clusters),
            fallen=frozenset(gone),
            contradicted=contradicted,
            dropped=self.dropped,
            given=self._given(gone, contradicted),
            undoable=sum(not _preset(change) for change in self.changes),
            redoable=redoable,
            finished=finished,
            only=only,
        )

    def _gone(self, contradicted: Collection[str]) -> set[str]:
        """Return the answers that no longer stand, with those that others contradict."""
        possible = {name: value for name, value in self.answers.items() if name not in contradicted}
        return fallen(self.knowledge, possible, self.at_once).union(contradicted)

    def _computed(self, answers: Mapping[str, Value]) -> dict[str, Value]:
        """Return what follows by itself, where nobody gave an answer or passed the question."""
        said = {*self.answers, *self.passed}
        found = computed(self.knowledge, answers)
        return {name: value for name, value in found.items() if name not in said}

    def _given(self, gone: Collection[str], contradicted: Collection[str]) -> dict[str, Value]:
        """Return every answer that somebody gave and that still stands in the log.

        Also what a press gave and would leave open today: it counted when the visit was judged.
        """
        observables = self.knowledge.observables
        stands = {
            name: value
            for name, value in self.answers.items()
            if name not in gone
            or value in observables[name].impossible_when
            or (name not in contradicted and observables[name].well_while is None)
        }
        return {**stands, **self.dropped}


def drilled(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> bool:
    """Return whether anything was said of a drill."""
    return any(
        not answers.keys().isdisjoint(group.observables) for group in knowledge.drills_of_form
    )
