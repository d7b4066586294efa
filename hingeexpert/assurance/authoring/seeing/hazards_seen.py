"""Hazards looked for in a crowd, for who has no solver: that nobody is found proves nothing.

Masks say who could be one; whether the hazard happens to them the engine says.
"""

from collections.abc import Iterator
from functools import cached_property

from hingeexpert.assurance.authoring.seeing.holding import Kind, Shown
from hingeexpert.assurance.hazards.log import HazardLog
from hingeexpert.assurance.hazards.replay import HazardReplay, claimed, remark_of
from hingeexpert.inference.crowd import Crowd, Judged, judged
from hingeexpert.inference.labels import COACHED, HOME, NOTHING, YES
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.evaluation import first_in, union
from hingeexpert.knowledge.models.hazards import Happens, Hazard

MOST_ASKED = 8
"""People of whom the engine is asked for each hazard; each takes some milliseconds."""


class HazardsSeen:
    """The hazards that happen to somebody of a crowd."""

    proven = False

    def __init__(self, knowledge: KnowledgeBase, log: HazardLog, crowd: Crowd) -> None:
        self._knowledge, self._crowd = knowledge, crowd
        self._hazards = [hazard for hazard in log.hazards if hazard.happens is not None]

    @property
    def asked(self) -> dict[Kind, int]:
        """How many hazards are looked for; safety sentences are not."""
        return {"safety": 0, "hazard": len(self._hazards)}

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        """Those that happen, each with the first person found."""
        return tuple(self._seen())

    def _seen(self) -> Iterator[Shown]:
        replay = HazardReplay(self._knowledge, self._hazards)
        crowd = judged(replay.knowledge, self._crowd)
        for hazard in self._hazards:
            for number in _first_people(_could_be(crowd, hazard)):
                person = self._crowd.form(number)
                if replay.happens(hazard, person):
                    yield Shown("hazard", hazard.id, hazard.harm, person)
                    break


def _could_be(crowd: Judged, hazard: Hazard) -> int:
    """Return the people of whom all is so that masks can say of a hazard."""
    happens = hazard.happens
    assert happens is not None
    people = crowd.crowd.everyone
    for key in claimed(hazard):
        truth = crowd.truth(naming.remark(remark_of(hazard, key)))
        people &= {"true": truth.true, "possible": ~truth.false, "not_true": ~truth.true}[key]
    for mask in _outcomes(crowd, happens):
        people &= mask
    return people


def _outcomes(crowd: Judged, happens: Happens) -> Iterator[int]:
    """Yield the people of whom each thing that labels say of the outcome is so."""
    if happens.coached:
        yield crowd.labels_of(COACHED).get(YES, 0)
    if happens.dose:
        yield ~crowd.labels_of(HOME).get(NOTHING, 0)
    for ladder, names in happens.ladders.items():
        verdicts = crowd.labels_of(ladder)
        yield union(verdicts.get(name, 0) for name in names)


def _first_people(mask: int) -> Iterator[int]:
    """Yield the numbers of the first people of a mask."""
    for _ in range(MOST_ASKED):
        if not mask:
            return
        yield first_in(mask)
        mask &= mask - 1
