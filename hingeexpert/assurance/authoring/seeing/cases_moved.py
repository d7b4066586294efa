"""The worked cases that a change of the rules, or of the cases, touches: what is said of each
before and after, and which fail now.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hingeexpert.assurance.authoring.seeing.telling import Moved
from hingeexpert.assurance.worked_cases import Outcome, WorkedCase

FIRST = 12
"""Cases that are run for a first answer; each takes some milliseconds."""


@dataclass(frozen=True)
class CaseMoved:
    """A worked case that comes out otherwise, or that is new or written otherwise itself.

    Attributes:
        moves: What is said of it otherwise.
        now: What comes of it.
        before: Runs the case of this name as it was; `None` where there was none.
    """

    moves: tuple[Moved, ...]
    now: Outcome
    before: Callable[[], Outcome] | None

    @cached_property
    def was(self) -> Outcome | None:
        """What came of the case of this name before; `None` where there was none."""
        return None if self.before is None else self.before()

    @property
    def case(self) -> WorkedCase:
        """The case as it is written now."""
        return self.now.case

    @property
    def fails(self) -> bool:
        """Whether it does not come out as it says."""
        return bool(self.now.differences)

    @property
    def failed(self) -> bool:
        """Whether it did not before."""
        return self.was is not None and bool(self.was.differences)


@dataclass(frozen=True)
class CasesMoved:
    """Worked cases that come out otherwise.

    Attributes:
        of: How many cases there are.
        moved: How many come out otherwise, or are new or written otherwise.
        cases: Those that were run: the first of them, or all.
    """

    of: int
    moved: int
    cases: tuple[CaseMoved, ...]

    @property
    def failing(self) -> list[CaseMoved]:
        """Those that fail now, of the ones that were run."""
        return [case for case in self.cases if case.fails]

    @property
    def left(self) -> int:
        """How many were not run yet."""
        return self.moved - len(self.cases)


def rewritten(old: Sequence[WorkedCase], new: Sequence[WorkedCase]) -> Iterator[int]:
    """Yield the places of the cases that are new, or whose form or expectation is another."""
    before = {case.name: case for case in old}
    for place, case in enumerate(new):
        known = before.get(case.name)
        if known is not case and (known is None or _meant(known) != _meant(case)):
            yield place


def _meant(case: WorkedCase) -> tuple[object, ...]:
    return case.assessment, case.expect
