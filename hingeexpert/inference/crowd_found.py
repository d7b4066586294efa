"""What was found of many people at once, as masks of people: where they stand, what is present and
how surely, and what is coached first.

Must agree with `conclude.py` and `found.py`, which say the same of one person.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from hingeexpert.inference.found import coaching_turns
from hingeexpert.inference.grading import LAST, Requirement, requirements
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.evaluation import Truth, counted, union


class CrowdFound:
    """What was found of many people."""

    def __init__(self, knowledge: KnowledgeBase, truths: Sequence[Truth], everyone: int) -> None:
        """Take the truth of each node of the network, and the mask of all people."""
        self.knowledge, self.everyone = knowledge, everyone
        self._truths = truths

    def truth(self, name: str) -> Truth:
        """Return the truth of a named condition."""
        return self._truths[self.knowledge.network.names[name]]

    def at_least(self, ladder: str) -> list[int]:
        """Return for each level of a ladder the people of whom it is the first that is proven."""
        return self._firsts(level.true for level in self._levels(ladder))

    def not_ruled_out(self, ladder: str) -> list[int]:
        """Return for each level of a ladder the people of whom it is the first that is not
        disproven.
        """
        return self._firsts(self.everyone & ~level.false for level in self._levels(ladder))

    def _levels(self, ladder: str) -> Iterator[Truth]:
        for level in self.knowledge.ladders[ladder]:
            yield self.truth(naming.level(ladder, level.id))

    def _firsts(self, masks: Iterable[int]) -> list[int]:
        """Return for each mask the people whose first it is."""
        firsts, rest = [], self.everyone
        for mask in masks:
            firsts.append(mask & rest)
            rest &= ~mask
        return firsts

    def decided(self, ladder: str) -> list[int]:
        """Return for each level of a ladder the people of whom it is the verdict."""
        ends = zip(self.at_least(ladder), self.not_ruled_out(ladder), strict=True)
        return [proven & possible for proven, possible in ends]

    @cached_property
    def confidences(self) -> dict[str, list[int]]:
        """For each fault and contributor the people of whom it is present, by confidence."""
        return {name: self.by_confidence(name) for name in self.knowledge.conclusions}

    def by_confidence(self, name: str) -> list[int]:
        """Return for each confidence the people of whom a conclusion is present just so surely."""
        conclusion = self.knowledge.conclusions[name]
        rest = self.present(name)
        masks = []
        for place in range(LAST):
            sure = union(map(self._met, requirements(conclusion, name, place)))
            masks.append(sure & rest)
            rest &= ~sure
        return [*masks, rest]

    def _met(self, required: Requirement) -> int:
        """Return the people of whom a rule is true and keeps a confidence."""
        met = self.truth(required.rule).true
        for name in required.limits:
            met &= ~self.truth(name).true
        lowering = [self.truth(name).true for name in required.lowers]
        if len(lowering) > required.most:
            met &= ~counted(required.most + 1, lowering, self.everyone)
        return met

    @cached_property
    def withheld(self) -> int:
        """The people who may not be coached: see `homework.cues_withheld`."""
        withheld = 0
        for level in self.knowledge.readiness:
            stands = self.truth(naming.level("readiness", level.id))
            if level.withholds_cues == "until_ruled_out":
                withheld |= self.everyone & ~stands.false
            elif level.withholds_cues == "while_true":
                withheld |= stands.true
        return withheld

    @cached_property
    def focus(self) -> dict[str, int]:
        """For each fault the people whom it is coached in first."""
        focus = dict.fromkeys(self.knowledge.faults, 0)
        rest = self.everyone & ~self.withheld
        for name, places in coaching_turns(self.knowledge):
            for place in places:
                first = rest & self.confidences[name][place]
                focus[name] |= first
                rest ^= first
        return focus

    def present(self, name: str) -> int:
        """Return the people of whom a fault or contributor is present."""
        return self.truth(self.knowledge.present(name)).true
