"""Which observables the truth of a condition rests on, and what speaks for or against one that is
still open.

Reads the network only. What is made of it in words is `telling.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.forms.assessment import Known
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Truth
from hingeexpert.knowledge.network import Network, Node, NodeKind

Names = tuple[str, ...]
"""Observables, each once."""


@dataclass(frozen=True)
class Leaning:
    """Answers that speak for a condition, and answers that speak against it."""

    speaks_for: Names = ()
    against: Names = ()

    def turned(self) -> "Leaning":
        """Return the same for the opposite of the condition."""
        return Leaning(self.against, self.speaks_for)

    def __add__(self, other: "Leaning") -> "Leaning":
        return Leaning(
            _once(self.speaks_for + other.speaks_for), _once(self.against + other.against)
        )


class Deciding:
    """What the truths of one form rest on."""

    def __init__(self, network: Network, known: Known, truths: Sequence[Truth]) -> None:
        """Take over what is known, and the truth of every condition in world 0."""
        self.network, self.known, self._truths = network, known, truths
        self.facts: Mapping[str, Value] = known.facts
        self._rests_on: dict[int, Names] = {}

    def truth(self, position: int) -> bool | None:
        """Return the truth of a condition, `None` for unknown."""
        return self._truths[position].in_world(0)

    def rests_on(self, position: int) -> Names:
        """Return the observables that make a condition true, of every part that does; or those
        that suffice to make it false: of one part where one is enough, rather answered than
        assumed, and few. None where it is unknown, or false of a blank that nobody needs.
        """
        if position not in self._rests_on:
            self._rests_on[position] = self._found(self.network.nodes[position], position)
        return self._rests_on[position]

    def _found(self, node: Node, position: int) -> Names:
        truth = self.truth(position)
        if truth is None:
            return ()
        if node.test is not None and node.test.observable in self.facts:
            return (node.test.observable,)
        parts = node.children
        if node.kind in (NodeKind.ALL, NodeKind.ANY, NodeKind.AT_LEAST):
            parts = tuple(child for child in parts if self.truth(child) is truth)
        below = [self.rests_on(child) for child in parts]
        if node.kind is NodeKind.ALL and truth is False:
            return min(below, key=self._cost)
        return _joined(below)

    def _cost(self, names: Names) -> tuple[bool, int, int]:
        """Return how little is said by these: nothing at all, many assumed, many in all."""
        return not names, sum(name in self.known.assumed for name in names), len(names)

    def leaning(self, position: int) -> Leaning:
        """Return what is answered of a condition that is unknown: the parts that are met speak for
        it, the parts that failed speak against it, and what is just assumed says nothing. All that
        a condition rests on speaks for a true one, and against a false one.
        """
        truth, rests_on = self.truth(position), self.rests_on(position)
        if truth is not None:
            return Leaning(speaks_for=rests_on) if truth else Leaning(against=rests_on)
        return self._leaning_of_unknown(self.network.nodes[position])

    def _leaning_of_unknown(self, node: Node) -> Leaning:
        if node.kind is NodeKind.IS:
            return Leaning()
        if node.kind is NodeKind.NOT:
            return self.leaning(node.children[0]).turned()
        leaning = Leaning()
        for child in node.children:
            leaning += self.leaning(child)
        return Leaning(self._answered(leaning.speaks_for), self._answered(leaning.against))

    def _answered(self, names: Names) -> Names:
        return tuple(name for name in names if name not in self.known.assumed)


def _once(names: Iterable[str]) -> Names:
    return tuple(dict.fromkeys(names))


def _joined(several: Iterable[Names]) -> Names:
    """Return all names of some lists, each once."""
    joined: dict[str, None] = {}
    for names in several:
        joined |= dict.fromkeys(names)
    return tuple(joined)
