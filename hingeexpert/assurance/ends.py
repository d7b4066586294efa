"""What a question can settle: the ends of a knowledge base.

An *end* is that a person stands at a level of a ladder or a more severe one, a reason for a level,
or that a fault or contributor is present with at least a confidence. It is settled where one of its
conditions is true, or all are false.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.inference.grading import requirements
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Truth, Worlds, evaluate_some
from hingeexpert.knowledge.models.conclusions import CONFIDENCES
from hingeexpert.knowledge.network import Network

Answers = dict[str, Value]


@dataclass(frozen=True)
class End:
    """One end.

    Attributes:
        name: Says which it is, also after the rules were edited.
        places: Positions of its conditions in the network.
        below: Positions of all that it reads, parts before wholes.
        reads: The observables among them.
    """

    name: str
    places: tuple[int, ...]
    below: tuple[int, ...]
    reads: frozenset[str]

    def settled(self, truths: Sequence[Truth]) -> int:
        """Return the worlds in which it is settled, as a mask."""
        true, false = 0, -1
        for place in self.places:
            true |= truths[place].true
            false &= truths[place].false
        return true | false

    def settled_by(self, network: Network, worlds: Worlds) -> int:
        """Return the worlds in which it is settled, from what is known there."""
        return self.settled(evaluate_some(network, self.below, worlds))


def ends_of(knowledge: KnowledgeBase) -> Iterator[End]:
    """Yield the ends of both ladders, then those of faults and contributors.

    What lowers a confidence is left out: an end says what the rules themselves settle.
    """
    network = knowledge.network
    named = {**_ends_of_ladders(knowledge), **_ends_of_conclusions(knowledge)}
    for name, conditions in named.items():
        places = tuple(network.names[condition] for condition in conditions)
        below = sorted(set().union(*map(network.places_below, places)))
        tests = (network.nodes[place].test for place in below)
        reads = frozenset(test.observable for test in tests if test is not None)
        yield End(name, places, tuple(below), reads)


def _ends_of_ladders(knowledge: KnowledgeBase) -> Mapping[str, Sequence[str]]:
    """Return the conditions of each end of a ladder: a level or a more severe one, but for all of
    them; and each rule of a level.
    """
    ends: dict[str, Sequence[str]] = {}
    for ladder, levels in knowledge.ladders.items():
        conditions = [naming.level(ladder, level.id) for level in levels]
        for number, condition in enumerate(conditions[:-1], start=1):
            ends[f"at least {condition}"] = conditions[:number]
        for level in levels:
            rules = [naming.level_rule(ladder, level.id, rule.id) for rule in level.rules]
            ends.update({rule: [rule] for rule in rules})
    return ends


def _ends_of_conclusions(knowledge: KnowledgeBase) -> Mapping[str, Sequence[str]]:
    """Return for each conclusion and confidence the rules that can keep at least that much."""
    ends: dict[str, Sequence[str]] = {}
    for name, conclusion in knowledge.conclusions.items():
        for position, confidence in enumerate(CONFIDENCES):
            rules = [rule.rule for rule in requirements(conclusion, name, position)]
            if rules:
                ends[f"{name} at least {confidence}"] = rules
    return ends
