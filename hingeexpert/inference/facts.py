"""What the engine knows and concludes, free of the engine itself."""

import collections
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.network import Network

NOT_NEEDED = "not needed"
"""Value of a blank observable whose *ask when* is false. No observable has such a word."""


class Observed(NamedTuple):
    """A fact of the engine: an observable has a value, or is not needed."""

    observable: str
    value: Value

    def __str__(self) -> str:
        return f"{self.observable} is {self.value}"


class Concluded(NamedTuple):
    """A fact of the engine: the condition at a position of the network is true, or false."""

    position: int
    truth: bool


class Blank(NamedTuple):
    """A fact of the engine: an observable that is not always needed has no answer."""

    observable: str

    def __str__(self) -> str:
        return f"{self.observable} is blank"


EngineFact = Observed | Concluded | Blank


class Firing(NamedTuple):
    """One rule fired: what it concluded, and the facts that met it."""

    concluded: EngineFact
    premises: tuple[EngineFact, ...]


@dataclass(frozen=True)
class Inference:
    """What the engine concluded for one person.

    Attributes:
        network: The conditions.
        truths: Position of a condition to its truth; an unknown one is not in it.
        firings: Every firing, in order.
    """

    network: Network
    truths: Mapping[int, bool]
    firings: tuple[Firing, ...]

    def truth(self, name: str) -> bool | None:
        """Return the truth of a named condition, `None` for unknown."""
        return self.truths.get(self.network.names[name])

    @cached_property
    def _by_fact(self) -> Mapping[EngineFact, list[Firing]]:
        """Each fact that was concluded, with the firings that did."""
        by_fact = collections.defaultdict(list)
        for firing in self.firings:
            by_fact[firing.concluded].append(firing)
        return by_fact

    def proof(self, position: int) -> tuple[Firing, ...]:
        """Return the firings that lead to the truth of a condition, premises first."""
        used: dict[Firing, None] = {}
        if position in self.truths:
            self._follow(Concluded(position, self.truths[position]), used)
        return tuple(used)

    def _follow(self, fact: EngineFact, used: dict[Firing, None]) -> None:
        """Add the firings that lead to a fact, premises first."""
        for firing in self._by_fact.get(fact, ()):
            if firing not in used:
                for premise in firing.premises:
                    self._follow(premise, used)
                used[firing] = None

    def observations(self, name: str) -> dict[str, Value]:
        """Return the answers and assumptions that a named condition rests on, by observable."""
        position = self.network.names[name]
        firings = self.proof(position)
        facts = {
            premise
            for firing in firings
            for premise in firing.premises
            if isinstance(premise, Observed)
        }
        return {
            fact.observable: fact.value
            for fact in sorted(facts, key=str)
            if fact.value != NOT_NEEDED
        }
