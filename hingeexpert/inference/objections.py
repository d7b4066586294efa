"""Which answers speak against a fault that others show.

Owns no rule: what speaks against a fault stands with the fault. So that nobody has to look for it,
an answer that was not given by itself may be held back where it would.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.forms.assessment import what_is_known
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Truth, Worlds, evaluate_some, truths_of

NONE, ALL, SINGLE = 0, 1, 2
"""The worlds without any of the answers in question, and with all of them; from `SINGLE` on two for
each answer: with it alone, and with all but it.
"""


def speaking_against(
    knowledge: KnowledgeBase, answers: Mapping[str, Value], candidates: Mapping[str, Value]
) -> set[str]:
    """Return those of some answers that lower or remove a fault which the others show, alone or
    together: without them, no fault is lowered.

    Args:
        knowledge: The knowledge base.
        answers: What is answered besides.
        candidates: The answers in question; none of them stands in `answers`.
    """
    facts = what_is_known(knowledge, answers).facts
    shown = truths_of(knowledge.network, facts)
    faults = [knowledge.network.names[naming.fault(name)] for name in knowledge.faults]
    if not any(shown[fault].true for fault in faults):
        return set()
    left, found, read = dict(candidates), set[str](), _read(knowledge, shown)
    while left and (more := _more(knowledge, facts, left, read)):
        found |= more
        left = {name: value for name, value in left.items() if name not in more}
    return found


def _read(knowledge: KnowledgeBase, shown: Sequence[Truth]) -> list[int]:
    """Return where all stands on which the rules that show a fault hang, and what may speak against
    it; parts before wholes.
    """
    network, found = knowledge.network, set[int]()
    for fault, entry in knowledge.faults.items():
        for rule in entry.rules:
            place = network.names[naming.rule(fault, rule.id)]
            if not shown[place].true:
                continue
            found |= network.places_below(place)
            for item in entry.touching(rule):
                found |= network.places_below(network.names[naming.objection(fault, item.id)])
    return sorted(found)


def _more(
    knowledge: KnowledgeBase,
    facts: Mapping[str, Value],
    candidates: Mapping[str, Value],
    read: Sequence[int],
) -> set[str]:
    """Return what speaks against a fault by itself; where nothing does, what does together."""
    changes: list[Mapping[str, Value | None]] = [candidates]
    for name, value in candidates.items():
        changes += [{name: value}, {**candidates, name: facts.get(name)}]
    truths = evaluate_some(knowledge.network, read, Worlds(facts, changes))
    shown = _Shown(knowledge, truths, list(candidates))
    return set(shown.against_alone()) or set(shown.against_together())


@dataclass(frozen=True)
class _Shown:
    """The faults that are shown without the answers in question, in all worlds.

    Attributes:
        names: The answers in question.
    """

    knowledge: KnowledgeBase
    truths: Sequence[Truth]
    names: Sequence[str]

    def against_alone(self) -> Iterator[str]:
        """Yield the answers that speak against a fault, alone or beside all others."""
        turning = 0
        for worse in self._worse().values():
            turning |= self._turning(worse)
        for place, name in enumerate(self.names):
            if turning >> (SINGLE + 2 * place) & 0b11:
                yield name

    def _turning(self, worse: int) -> int:
        """Return the worlds of single answers that tell that the answer is what makes it worse."""
        alone = sum(1 << (SINGLE + 2 * place) for place in range(len(self.names)))
        all_but = alone << 1
        return (worse & alone) | (all_but & ~worse if worse >> ALL & 1 else 0)

    def against_together(self) -> Iterator[str]:
        """Yield the answers on which it hangs where a fault is lowered by all, and by none of them
        alone.
        """
        network = self.knowledge.network
        for name, worse in self._worse().items():
            if worse >> ALL & 1:
                yield from network.observables_below(network.names[name]).intersection(self.names)

    def _worse(self) -> dict[str, int]:
        """Return for each rule that shows a fault the worlds in which it does not, and for whatever
        may speak against it the worlds in which it newly does.
        """
        worse: dict[str, int] = {}
        for fault, entry in self.knowledge.faults.items():
            for rule in entry.rules:
                shows = self._true(naming.rule(fault, rule.id))
                if not shows >> NONE & 1:
                    continue
                worse[naming.rule(fault, rule.id)] = ~shows
                for item in entry.touching(rule):
                    speaks = self._true(naming.objection(fault, item.id))
                    if not speaks >> NONE & 1:
                        worse[naming.objection(fault, item.id)] = speaks
        return worse

    def _true(self, name: str) -> int:
        """Return the worlds in which something holds."""
        return self.truths[self.knowledge.network.names[name]].true
