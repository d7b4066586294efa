"""The engine at work: the facts of a person declared, and all rules run to the end.

One engine serves one thread at a time; `Engine.infer` holds a lock. Facts of a person are dropped
before it returns.
"""

import threading
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from hingeexpert.inference.engine.compiler import Compiler
from hingeexpert.inference.engine.door import FactList, experta
from hingeexpert.inference.engine.matcher import WaveMatcher
from hingeexpert.inference.facts import NOT_NEEDED, Concluded, Firing, Inference
from hingeexpert.knowledge.condition import Facts
from hingeexpert.knowledge.network import Network

IN_ORDER = attrgetter("rule.order")
"""What the activations of a wave are sorted by."""


class Engine:
    """A network compiled to experta. Build it once per process."""

    def __init__(self, network: Network) -> None:
        """Compile the network; about 0.05 ms per rule."""
        self.network = network
        self.compiled = Compiler(network)
        self._lock = threading.Lock()
        self._engine = WaveEngine(self.compiled.rules)
        self._tested = sorted(
            {node.test.observable for node in network.nodes if node.test is not None}
        )

    def infer(self, facts: Facts) -> Inference:
        """Run all rules for one person, and return every truth that follows, with its firings."""
        with self._lock:
            try:
                firings = self._engine.infer(self.initial_facts(facts))
            finally:
                self._engine.reset()
        truths = {}
        for firing in firings:
            if isinstance(firing.concluded, Concluded):
                truths[firing.concluded.position] = firing.concluded.truth
        return Inference(self.network, truths, firings)

    def initial_facts(self, facts: Facts) -> Iterator[Any]:
        """Yield the facts of experta to begin with, one of a class for each observable."""
        yield experta.InitialFact()
        for observable in self._tested:
            if observable in facts:
                yield self.compiled.observed(observable, facts[observable])
            elif observable in self.network.optional:
                yield self.compiled.observed(observable, NOT_NEEDED)
            elif observable in self.network.ask_when:
                yield self.compiled.blanks[observable]


class WaveEngine(experta.KnowledgeEngine):  # type: ignore[misc]
    """Fires all activations of a wave before it asks for the next, which changes nothing where
    rules only add.
    """

    __matcher__ = WaveMatcher

    def __init__(self, rules: list[Any]) -> None:
        """Wire the rules."""
        self._rules = rules
        self._firings: list[Firing] = []
        super().__init__()
        self.reset()

    def get_rules(self) -> list[Any]:
        """Return the rules, which experta would look for among the methods of its subclass."""
        return self._rules

    def get_deffacts(self) -> list[Any]:
        """Return no facts to begin with: `infer` is given all of them."""
        return []

    def reset(self, **_: Any) -> None:
        """Forget the person."""
        self._firings = []
        super().reset()
        self.facts = _OneOfEach()

    def infer(self, facts: Iterable[Any]) -> tuple[Firing, ...]:
        """Declare the facts and run to the end; a run is as many waves as the longest chain of
        rules.
        """
        for fact in facts:
            self.facts.declare(fact)
        while added := self.get_activations()[0]:
            for activation in sorted(added, key=IN_ORDER):
                activation.rule(self, **activation.context)
        return tuple(self._firings)

    def conclude(self, fact: Any, firing: Firing) -> None:
        """Record a firing and declare its conclusion; an equal fact that is already there is
        kept.
        """
        self._firings.append(firing)
        self.facts.declare(fact)


class _OneOfEach(FactList):  # type: ignore[misc]
    """Facts of which each has a class of its own, by which it is known. experta would hash what it
    says, check fields that ours do not have, and number it to be retracted.
    """

    def declare(self, fact: Any) -> None:
        """Take over a fact, unless its like is there."""
        kind = type(fact)
        if kind not in self:
            self[kind] = fact
            self.added.append(fact)
