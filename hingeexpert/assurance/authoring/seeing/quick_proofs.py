"""The quick proofs of one state of the rules: safety sentences and hazards, each that does not hold
with a person who shows it.

All sentences of a kind are one question to the solver, asked singly only where one does not hold.
Everything is proven of the rules as entered. Needs the extra `verify`.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from hingeexpert.assurance.authoring.seeing.holding import Kind, Shown
from hingeexpert.assurance.formulas import all_of, any_of
from hingeexpert.assurance.hazards.claims import HazardClaims
from hingeexpert.assurance.hazards.log import HazardLog
from hingeexpert.assurance.proofs import Prover
from hingeexpert.assurance.solver import Solver, UndecidedError
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.hazards import Happens, Hazard


class QuickProofs:
    """The quick proofs of one state of the rules."""

    proven = True

    def __init__(self, knowledge: KnowledgeBase, log: HazardLog) -> None:
        self._knowledge, self._log = knowledge, log

    @property
    def asked(self) -> dict[Kind, int]:
        """How many sentences of each kind are asked for."""
        never = [item for item in self._knowledge.properties if item.never is not None]
        return {"safety": len(never), "hazard": len(self._claimed)}

    @cached_property
    def _claimed(self) -> list[tuple[Hazard, Happens]]:
        """The hazards that claim something of forms, and what they claim."""
        hazards = self._log.hazards
        return [(item, item.happens) for item in hazards if item.happens is not None]

    @cached_property
    def _solver(self) -> Solver:
        """One solver for both kinds, over answers that hazards tell apart as well."""
        return Solver(self._knowledge, self._log.answers(self._knowledge))

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        """What does not hold."""
        return (*self._safety(), *self._hazards())

    def _safety(self) -> Iterator[Shown]:
        for proof in Prover(self._knowledge, solver=self._solver).safety():
            if proof.outcome != "proven":
                people = [finding.answers for finding in proof.findings]
                item = proof.property
                yield Shown("safety", item.id, item.sentence, people[0] if people else None)

    def _hazards(self) -> Iterator[Shown]:
        """Yield the hazards that happen; those that are known to be open are always asked singly,
        or they would answer for all, and with anybody: such a person is hardly ever told.
        """
        claims = HazardClaims(self._solver)
        happening = [(item, all_of(*claims.of_hazard(happens))) for item, happens in self._claimed]
        settled = [claim for item, claim in happening if item.known_open is None]
        if not self._is_possible(any_of(settled)):
            happening = [pair for pair in happening if pair[0].known_open is not None]
        for hazard, claim in happening:
            try:
                found = self._solver.any_form if hazard.known_open else self._solver.form
                person = found(claim)
            except UndecidedError:
                yield Shown("hazard", hazard.id, hazard.harm, None)
                continue
            if person is not None:
                yield Shown("hazard", hazard.id, hazard.harm, person)

    def _is_possible(self, claim: Any) -> bool:
        """Return whether a claim can hold; what is not decided in time counts as possible."""
        try:
            return self._solver.possible(claim)
        except UndecidedError:
            return True
