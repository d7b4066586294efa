"""Ask the solver for the checks of a property, and note what it could not decide in time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from hingeexpert.assurance.formulas import any_of
from hingeexpert.assurance.solver import Solver, UndecidedError
from hingeexpert.knowledge.condition import Value


@dataclass(frozen=True)
class Counterexample:
    """Something that speaks against a property.

    Attributes:
        what: In words.
        answers: A smallest form that shows it, or `None` where there is none to show.
    """

    what: str
    answers: Mapping[str, Value] | None


class Suspicion(NamedTuple):
    """What must hold on no form.

    Attributes:
        what: What is told where it does, in words.
        claim: The formula.
    """

    what: str
    claim: Any


class Decisions:
    """What became of the questions of one property.

    Attributes:
        undecided: What could not be decided in time, in words.
    """

    def __init__(self, solver: Solver) -> None:
        """Begin with nothing undecided."""
        self.undecided: list[str] = []
        self._solver = solver

    def refuted(self, suspicions: Sequence[Suspicion]) -> Iterator[Counterexample]:
        """Yield what holds on some form, each with a smallest one.

        All are asked as one, and singly only where that is not refuted.
        """
        if len(suspicions) > 1 and self.none_holds(suspicions):
            return
        for suspicion in suspicions:
            yield from self.one_refuted(suspicion)

    def none_holds(self, suspicions: Sequence[Suspicion]) -> bool:
        """Return whether it is proven at once that nothing of it holds on any form."""
        try:
            return not self._solver.possible(any_of(suspicion.claim for suspicion in suspicions))
        except UndecidedError:
            return False

    def one_refuted(self, suspicion: Suspicion) -> Iterator[Counterexample]:
        """Yield a finding where there is a form on which something holds."""
        try:
            answers = self._solver.form(suspicion.claim)
        except UndecidedError as error:
            self.note(suspicion.what, error)
            return
        if answers is not None:
            yield Counterexample(suspicion.what, answers)

    def note(self, what: str, error: UndecidedError) -> None:
        """Note what could not be decided."""
        self.undecided.append(f"{what}: {error}")
