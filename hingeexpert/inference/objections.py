"""Which answers speak against a fault that others show, and which faults read an answer.

Owns no rule: what speaks against a fault stands with the fault. So that nobody has to look for it,
an answer that was not given by itself may be held back where it would.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.forms.assessment import what_is_known
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.conclusions import Fault
from hingeexpert.knowledge.network import Network, Truth, Worlds, evaluate

NONE, ALL = 0, 1
"""The worlds without any of the answers in question, and with all of them; two more follow for each
answer: with it alone, and with all but it.
"""


def speaking_against(
    knowledge: KnowledgeBase, answers: Mapping[str, Value], candidates: Mapping[str, Value]
) -> set[str]:
    """Return those of some answers that lower or remove a fault which is shown, alone or together.

    Args:
        knowledge: The knowledge base.
        answers: What is answered besides.
        candidates: The answers in question; none of them stands in `answers`.
    """
    names = list(candidates)
    facts = what_is_known(knowledge, answers).facts
    without = [{name: facts.get(name)} for name in names]
    changes: list[Mapping[str, Value | None]] = [candidates]
    for name, kept in zip(names, without, strict=True):
        changes += [{name: candidates[name]}, {**candidates, **kept}]
    truths = evaluate(knowledge.network, Worlds(facts, changes))
    shown = _Shown(knowledge.network, truths)
    return {
        name
        for place, name in enumerate(names)
        if any(
            shown.lowered(fault, alone=2 * place + 2, all_but=2 * place + 3)
            for fault in knowledge.faults.items()
        )
    }


@dataclass(frozen=True)
class _Shown:
    """The faults in all worlds."""

    network: Network
    truths: Sequence[Truth]

    def lowered(self, fault: tuple[str, Fault], alone: int, all_but: int) -> bool:
        """Whether an answer speaks against a fault.

        Args:
            fault: Its id, and itself.
            alone: The world with that answer only.
            all_but: The world with every answer in question but that one.
        """
        name, entry = fault
        present = naming.fault(name)
        removed = self._holds(present, NONE) and not self._holds(present, alone)
        removed |= self._holds(present, all_but) and not self._holds(present, ALL)
        if removed:
            return True
        return any(
            (self._holds(objection, alone) and not self._holds(objection, NONE))
            or (self._holds(objection, ALL) and not self._holds(objection, all_but))
            for objection in self._standing(name, entry)
        )

    def _standing(self, name: str, fault: Fault) -> Iterator[str]:
        """Yield what would speak against a rule that shows a fault."""
        for rule in fault.rules:
            place = naming.rule(name, rule.id)
            if self._holds(place, NONE) or self._holds(place, ALL):
                for objection in fault.touching(rule):
                    yield naming.objection(name, objection.id)

    def _holds(self, name: str, world: int) -> bool:
        return self.truths[self.network.names[name]].in_world(world) is True
