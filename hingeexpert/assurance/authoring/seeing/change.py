"""What one change of the rules does: errors, people, worked cases, texts, and what is proven no
more.

Each part is worked out when it is first asked for, so that the quick ones are shown first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from hingeexpert.assurance.authoring.seeing.cases_moved import (
    FIRST,
    CaseMoved,
    CasesMoved,
    rewritten,
)
from hingeexpert.assurance.authoring.seeing.holding import Fallen, fallen
from hingeexpert.assurance.authoring.seeing.nobody import Anybody, anybody
from hingeexpert.assurance.authoring.seeing.people_moved import PeopleMoved, people_moved
from hingeexpert.assurance.authoring.seeing.states import RulesState, Snapshot, StateReader
from hingeexpert.assurance.authoring.seeing.telling import (
    Moved,
    ShownPerson,
    changed_conditions,
    telling,
)
from hingeexpert.assurance.authoring.seeing.texts_moved import TextMoved, texts_moved
from hingeexpert.assurance.invented import invented
from hingeexpert.errors import KnowledgeError, Problem
from hingeexpert.inference.crowd import Crowd, judged
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.sources import Parameter


@dataclass(frozen=True)
class NumberMoved:
    """A parameter that came, went or changed."""

    name: str
    was: Parameter | None
    now: Parameter | None


class RulesChange:
    """A change between two states of the rules.

    Attributes:
        before: The rules before it.
        snapshot: The files after it.
        crowd: The invented people who are judged by both.
        problems: What is wrong with the rules, or with their worked cases, each at its line.
    """

    def __init__(
        self,
        before: RulesState,
        after: RulesState | Snapshot,
        crowd: Crowd,
        problems: Iterable[Problem] = (),
    ) -> None:
        """Take two states; of one that cannot be used its files, and what is wrong with them."""
        self.before, self.crowd = before, crowd
        self._after = after if isinstance(after, RulesState) else None
        self.snapshot = after.snapshot if isinstance(after, RulesState) else after
        self.problems = (
            *problems,
            *(self._after.beside.problems if self._after is not None else ()),
        )

    @property
    def files(self) -> tuple[str, ...]:
        """The files that differ."""
        return self.before.snapshot.differing(self.snapshot)

    @property
    def usable(self) -> bool:
        """Whether the rules can be used after it; else there are just the problems."""
        return self._after is not None

    @property
    def after(self) -> RulesState:
        """The rules after it, which must be usable."""
        assert self._after is not None
        return self._after

    @cached_property
    def people(self) -> PeopleMoved:
        """The invented people who are judged otherwise."""
        return people_moved(self.before.judged(self.crowd), self.after.judged(self.crowd))

    @cached_property
    def shown(self) -> tuple[ShownPerson, ...]:
        """The few people who tell most."""
        names = changed_conditions(self.before.knowledge, self.after.knowledge)
        before, after = self.before.judged(self.crowd), self.after.judged(self.crowd)
        return tuple(telling(before, after, names, self.people.moves))

    @cached_property
    def _cases(self) -> tuple[PeopleMoved, list[int]]:
        """What is said otherwise of the worked cases, and which are touched: those of whom most
        conclusions differ first.
        """
        crowd = self.after.beside.case_crowd
        moved = people_moved(self.before.judged(crowd), self.after.judged(crowd))
        touched = set(rewritten(self.before.beside.cases.cases, self.after.beside.cases.cases))
        touched.update(place for place in range(moved.of) if moved.mask >> place & 1)
        return moved, sorted(touched)

    @cached_property
    def first_cases(self) -> CasesMoved:
        """The worked cases that come out otherwise, the first of them run."""
        return self._run(FIRST)

    @cached_property
    def cases(self) -> CasesMoved:
        """The worked cases that come out otherwise, all of them run."""
        return self._run(len(self.after.beside.cases.cases))

    def _run(self, most: int) -> CasesMoved:
        moved, touched = self._cases
        cases = tuple(self._case(moved, place) for place in touched[:most])
        return CasesMoved(moved.of, len(touched), cases)

    def _case(self, moved: PeopleMoved, place: int) -> CaseMoved:
        case = self.after.beside.cases.cases[place]
        old = self.before.cases_by_name.get(case.name)
        before = None if old is None else partial(self.before.outcome, old)
        return CaseMoved(moved.of_one(place), self.after.outcome(case), before)

    @cached_property
    def anybody(self) -> Anybody:
        """Whether anybody at all can be judged otherwise."""
        return anybody(self.before.knowledge, self.after.knowledge)

    @property
    def unshown(self) -> Mapping[str, Value] | None:
        """A person who is judged otherwise where no worked case is; `None` where one is, or nobody
        is known.
        """
        if self.first_cases.moved:
            return None
        return self.shown[0].answers if self.people.count else self.anybody.answers

    def moves_of(self, answers: Mapping[str, Value]) -> tuple[Moved, ...]:
        """Return what is said otherwise of one form."""
        one = Crowd([answers])
        before, after = (judged(state.knowledge, one) for state in (self.before, self.after))
        return people_moved(before, after).moves

    @cached_property
    def fallen(self) -> Fallen:
        """Which safety sentences and hazards hold no more."""
        return fallen(self.before.holding(self.crowd), self.after.holding(self.crowd))

    @cached_property
    def numbers(self) -> tuple[NumberMoved, ...]:
        """The parameters whose value or status differs, or that only one of the two has."""
        old, new = self.before.knowledge.parameters, self.after.knowledge.parameters
        names = dict.fromkeys((*new, *old))
        numbers = (NumberMoved(name, old.get(name), new.get(name)) for name in names)
        return tuple(number for number in numbers if number.was != number.now)

    @cached_property
    def texts(self) -> tuple[TextMoved, ...]:
        """The texts that differ."""
        return tuple(texts_moved(self.before.knowledge, self.after.knowledge))


def told_of_change(before: Path | Snapshot, after: Path | Snapshot, people: int) -> RulesChange:
    """Return what changed between two states of a folder of rules.

    Args:
        before: A folder, or its files as they were or would be; it must be usable.
        after: The same after the change.
        people: How many invented people are judged; made from the questions of `before`.

    Raises:
        KnowledgeError: `before` cannot be used, or has no `crowd.yaml`.
    """
    reader = StateReader()
    old = reader.read(_snapshot(before))
    crowd = invented(old.snapshot.folder, old.knowledge, people)
    return changed(reader, old, _snapshot(after), crowd)


def _snapshot(rules: Path | Snapshot) -> Snapshot:
    return rules if isinstance(rules, Snapshot) else Snapshot.of(rules)


def changed(reader: StateReader, before: RulesState, after: Snapshot, crowd: Crowd) -> RulesChange:
    """Return the change to a state that may not be usable."""
    try:
        return RulesChange(before, reader.read(after), crowd)
    except KnowledgeError as error:
        return RulesChange(before, after, crowd, error.problems)
