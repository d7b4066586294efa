"""What one change of the rules does: errors, people, worked cases, texts, and what is proven no
more.

Each part is worked out when it is first asked for, so that the quick ones are shown first.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from hingeexpert.assurance.authoring.cases_moved import FIRST, CaseMoved, CasesMoved, rewritten
from hingeexpert.assurance.authoring.nobody import Anybody, anybody
from hingeexpert.assurance.authoring.people_moved import Move, PeopleMoved, people_moved
from hingeexpert.assurance.authoring.states import RulesState, Snapshot, StateReader
from hingeexpert.assurance.authoring.texts_moved import TextMoved, texts_moved
from hingeexpert.assurance.invented import invented
from hingeexpert.errors import KnowledgeError, Problem
from hingeexpert.formats.extras import has
from hingeexpert.inference.crowd import Crowd, judged
from hingeexpert.knowledge.condition import Value

if TYPE_CHECKING:
    from hingeexpert.assurance.authoring.fallen import Fallen


class Change:
    """A change between two states of the rules.

    Attributes:
        before: The rules before it.
        after: The rules after it; `None` where they cannot be used.
        crowd: The invented people who are judged by both.
        problems: What is wrong with the rules, or with their worked cases, each at its line.
    """

    def __init__(
        self,
        before: RulesState,
        after: RulesState | None,
        crowd: Crowd,
        problems: Iterable[Problem] = (),
    ) -> None:
        self.before, self.crowd = before, crowd
        self._after = after
        self.problems = (*problems, *(after.cases.problems if after is not None else ()))

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
    def _cases(self) -> tuple[PeopleMoved, list[int]]:
        """What is said otherwise of the worked cases, and which are touched: those of whom most
        conclusions differ first.
        """
        crowd = self.after.case_crowd
        moved = people_moved(self.before.judged(crowd), self.after.judged(crowd))
        touched = set(rewritten(self.before.cases.cases, self.after.cases.cases))
        touched.update(place for place in range(moved.of) if moved.mask >> place & 1)
        return moved, sorted(touched)

    @cached_property
    def first_cases(self) -> CasesMoved:
        """The worked cases that come out otherwise, the first of them run."""
        return self._run(FIRST)

    @cached_property
    def cases(self) -> CasesMoved:
        """The worked cases that come out otherwise, all of them run."""
        return self._run(len(self.after.cases.cases))

    def _run(self, most: int) -> CasesMoved:
        moved, touched = self._cases
        cases = tuple(self._case(moved, place) for place in touched[:most])
        return CasesMoved(moved.of, len(touched), cases)

    def _case(self, moved: PeopleMoved, place: int) -> CaseMoved:
        case = self.after.cases.cases[place]
        old = self.before.cases_by_name.get(case.name)
        was = self.before.outcome(old) if old is not None else None
        return CaseMoved(moved.of_one(place), was, self.after.outcome(case))

    @cached_property
    def anybody(self) -> Anybody:
        """Whether anybody at all can be judged otherwise."""
        return anybody(self.before.knowledge, self.after.knowledge)

    def moves_of(self, answers: Mapping[str, Value]) -> tuple[Move, ...]:
        """Return what is said otherwise of one form."""
        one = Crowd([answers])
        before, after = (judged(state.knowledge, one) for state in (self.before, self.after))
        return people_moved(before, after).moves

    @cached_property
    def fallen(self) -> "Fallen | None":
        """What is proven no more; `None` where the solver is not installed."""
        if not has("proofs"):
            return None
        from hingeexpert.assurance.authoring.fallen import fallen

        return fallen(self.before.quick_proofs, self.after.quick_proofs)

    @cached_property
    def texts(self) -> tuple[TextMoved, ...]:
        """The texts that differ."""
        return tuple(texts_moved(self.before.knowledge, self.after.knowledge))


def told_of_change(before: Path | Snapshot, after: Path | Snapshot, people: int) -> Change:
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


def changed(reader: StateReader, before: RulesState, after: Snapshot, crowd: Crowd) -> Change:
    """Return the change to a state that may not be usable."""
    try:
        return Change(before, reader.read(after), crowd)
    except KnowledgeError as error:
        return Change(before, None, crowd, error.problems)
