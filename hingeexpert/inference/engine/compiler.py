"""From a network to the fact classes and rules of experta."""

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hingeexpert.inference.engine.door import experta
from hingeexpert.inference.facts import NOT_NEEDED, Blank, Concluded, EngineFact, Firing, Observed
from hingeexpert.knowledge.condition import Is, Value
from hingeexpert.knowledge.network import Network, Node, NodeKind

Pattern = tuple[Any, Any]
"""A class of facts, and the predicate that their value must pass, or `None`."""


class Compiler:
    """Makes the fact classes and rules of a network.

    Attributes:
        rules: The rules, in the order in which those of a wave fire.
        blanks: For each observable that is not always needed the fact that it is blank.
    """

    def __init__(self, network: Network) -> None:
        """Compile every condition; about 0.05 ms per rule."""
        self.nodes = network.nodes
        self.rules: list[Any] = []
        self._observed: dict[str, type] = {}
        self._concluded: dict[tuple[int, bool], type] = {}
        self._facts: dict[tuple[int, bool], Any] = {}
        self._tests: dict[tuple[int, bool], Pattern] = {}
        self._bound: dict[tuple[type, int], Any] = {}
        self.blanks = {
            name: _fact_class(f"Blank_{name}", Blank(name))() for name in network.ask_when
        }
        self._compile_blanks(network)
        for position, node in enumerate(self.nodes):
            # A test that has no name is met where it stands, and is no fact of its own.
            if node.kind is not NodeKind.IS or position in network.names_at:
                self._conclude(position, node, True)
                self._conclude(position, node, False)

    def _compile_blanks(self, network: Network) -> None:
        """Add the rules that conclude that a blank is not needed."""
        for observable, position in network.ask_when.items():
            conclude = functools.partial(self.observed, observable, NOT_NEEDED)
            blank: Pattern = type(self.blanks[observable]), None
            patterns = [self._pattern(position, False), blank]
            self._rule(Observed(observable, NOT_NEEDED), conclude, patterns)

    def observed(self, observable: str, value: Value) -> Any:
        """Return a new fact that an observable has a value."""
        fact = self._observed_class(observable)(value=value)
        fact.meaning = Observed(observable, value)
        return fact

    def _observed_class(self, observable: str) -> type:
        if observable not in self._observed:
            self._observed[observable] = _fact_class(f"Observed_{observable}", None)
        return self._observed[observable]

    def concluded(self, position: int, truth: bool) -> Any:
        """Return the fact that a condition has a truth. It says nothing of anybody, so that it is
        made once; where no rule reads its class, not before it is needed.
        """
        if (position, truth) not in self._facts:
            self._facts[position, truth] = self._concluded_class(position, truth)()
        return self._facts[position, truth]

    def _concluded_class(self, position: int, truth: bool) -> type:
        if (position, truth) not in self._concluded:
            name = f"Concluded_{position}_{truth}"
            self._concluded[position, truth] = _fact_class(name, Concluded(position, truth))
        return self._concluded[position, truth]

    def _conclude(self, position: int, node: Node, truth: bool) -> None:
        """Add the rules that conclude that a condition has a truth, one for each way to it."""
        meaning = Concluded(position, truth)
        conclude = functools.partial(self.concluded, position, truth)
        for patterns in self._ways(position, node, truth):
            self._rule(meaning, conclude, patterns)

    def _ways(self, position: int, node: Node, truth: bool) -> Iterator[Sequence[Pattern]]:
        """Yield each way in which a condition gets a truth, as patterns that must all be met."""
        parts = [self._pattern(child, truth) for child in node.children]
        match node.kind:
            case NodeKind.IS:
                yield [self._pattern(position, truth)]
            case NodeKind.NOT:
                yield [self._pattern(node.children[0], not truth)]
            case NodeKind.ALL | NodeKind.ANY if (node.kind is NodeKind.ALL) is truth:
                yield parts
            case NodeKind.ALL | NodeKind.ANY:
                for part in parts:
                    yield [part]
            case NodeKind.AT_LEAST:
                yield from itertools.combinations(parts, node.needed(truth))

    def _pattern(self, position: int, truth: bool) -> Pattern:
        """Return the pattern that is met when the condition has this truth."""
        node = self.nodes[position]
        if node.kind is NodeKind.NOT:
            return self._pattern(node.children[0], not truth)
        if node.test is None:
            return self._concluded_class(position, truth), None
        if (position, truth) not in self._tests:
            self._tests[position, truth] = self._pattern_of_test(node.test, truth)
        return self._tests[position, truth]

    def _pattern_of_test(self, test: Is, truth: bool) -> Pattern:
        """Return the pattern for an observable; one predicate per test, so that the matcher shares
        its nodes.
        """
        accepts = test.test.accepts

        def met(value: Value) -> bool:
            return (value != NOT_NEEDED and accepts(value)) is truth

        return self._observed_class(test.observable), experta.P(met)

    def _rule(
        self, meaning: EngineFact, conclude: Callable[[], Any], patterns: Sequence[Pattern]
    ) -> None:
        """Add a rule; every pattern is bound to its name."""
        bound = [self._bind(pattern) for pattern in patterns]
        rule = WaveRule(*bound or ["initial" << experta.InitialFact()])
        rule.order = len(self.rules)
        rule.meaning, rule.conclude = meaning, conclude
        rule.names = [pattern.__bind__ for pattern in bound]
        premises = tuple(kind.meaning for kind, _ in patterns)
        rule.firing = None if None in premises else Firing(meaning, premises)
        self.rules.append(rule)

    def _bind(self, pattern: Pattern) -> Any:
        """Return a pattern under a name of its own, the same object for all rules that have it."""
        kind, predicate = pattern
        # Each test has one predicate, so that its identity says as much as its meaning.
        key = kind, id(predicate)
        if key not in self._bound:
            fact = kind() if predicate is None else kind(value=predicate)
            self._bound[key] = f"f{len(self._bound)}" << fact
        return self._bound[key]


def _fact_class(name: str, meaning: EngineFact | None) -> type:
    """Return a new class of facts; `meaning` is shared by all facts of the class unless each has
    its own.
    """
    return type(name, (experta.Fact,), {"meaning": meaning})


class WaveRule(experta.Rule):  # type: ignore[misc]
    """A rule whose right-hand side concludes one fact.

    Equal only to itself, which spares hashing its patterns at every match.

    Attributes:
        order: When it fires among those of a wave.
        meaning: What it concludes.
        conclude: Gives the fact of experta that says so.
        names: Under which its patterns bind the facts that met them.
        firing: The record of its firing, where it is always the same: it reads no answer.
    """

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __call__(self, engine: Any, **bound: Any) -> None:
        """Fire: conclude the fact from those that met the patterns."""
        engine.conclude(self.conclude(), self.firing or self._firing_of(bound))

    def _firing_of(self, bound: Mapping[str, Any]) -> Firing:
        return Firing(self.meaning, tuple([bound[name].meaning for name in self.names]))
