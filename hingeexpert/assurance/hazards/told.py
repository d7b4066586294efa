"""Which texts of the ladder of readiness are told of a person: `Suited.in_words` as formulas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hingeexpert.assurance.formulas import all_of, any_of, no
from hingeexpert.assurance.hazards.ladder_texts import texts_at_either_end, texts_once_decided
from hingeexpert.knowledge import naming
from hingeexpert.knowledge.models.ladders import Said, Verdict

if TYPE_CHECKING:
    from hingeexpert.assurance.hazards.claims import HazardClaims


class ToldFormulas:
    """The formulas of what is told of the ladder of readiness."""

    def __init__(self, claims: HazardClaims) -> None:
        self.claims = claims

    def any_of_these(self, texts: tuple[str, ...]) -> Any:
        """Return the formula that one of these texts is told."""
        told = (item for verdict in self.claims.knowledge.readiness for item in self._of(verdict))
        return any_of(formula for text, formula in told if text in texts)

    def _of(self, verdict: Verdict) -> Iterator[tuple[str | None, Any]]:
        """Yield each text of a verdict and the formula that it is told."""
        at_either_end = self.claims.at_either_end("readiness", [verdict.id])
        decided = self.claims.verdict("readiness", [verdict.id])
        for worded, spoken in self._ways_to_say(verdict):
            for text in texts_at_either_end(worded):
                yield text, all_of(at_either_end, spoken)
            for text in texts_once_decided(worded):
                yield text, all_of(decided, spoken)
        above: list[Any] = []
        for item in verdict.meanwhile:
            holds = self._true(naming.meanwhile(verdict.id, item.id))
            for text in (item.say, item.patient):
                yield text, all_of(decided, holds, *map(no, above))
            above.append(holds)

    def _ways_to_say(self, verdict: Verdict) -> Iterator[tuple[Verdict, Any]]:
        """Yield a verdict in the words for each kind of people, and the formula that they are for
        the person: with what it opens, and for whom none of its drills suits without.
        """
        waits = self._waits(verdict)
        for said, spoken in self._said(verdict):
            worded = verdict.in_words_of(said)
            yield worded, all_of(spoken, no(waits))
            yield worded.opening_nothing(), all_of(spoken, waits)

    def _said(self, verdict: Verdict) -> Iterator[tuple[Said | None, Any]]:
        above: list[Any] = []
        for item in verdict.said:
            holds = self._true(naming.said(verdict.id, item.id))
            yield item, all_of(holds, *map(no, above))
            above.append(holds)
        yield None, no(any_of(above))

    def _waits(self, verdict: Verdict) -> Any:
        """Return the formula that no drill of a verdict suits: see `Suited.waits`."""
        suits = any_of(map(self.claims.suits, verdict.drills))
        return no(suits) if verdict.drills else False

    def _true(self, name: str) -> Any:
        return self.claims.solver.condition(name).true
