"""The rule engine: every condition of the knowledge base compiled to experta, run for one person at
a time.

This is the only module that imports experta. Each condition of the network becomes rules that can
conclude *true* and rules that can conclude *false*; what is unknown is concluded by none. Rules
only add facts: no NOT, no retract, no salience, so that order cannot matter. Every fact has a class
of its own (one per observable, one per condition and truth), and every pattern is bound, so that a
firing carries exactly the facts that met it.

One engine serves one thread; `Engine.infer` holds a lock. Facts of a person are dropped before it
returns.
"""

import collections
import contextlib
import functools
import itertools
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from hingeexpert.inference.facts import (
    NOT_NEEDED,
    Blank,
    Concluded,
    EngineFact,
    Firing,
    Inference,
    Observed,
)
from hingeexpert.knowledge.condition import Facts, Is, Value
from hingeexpert.knowledge.network import Network, Node, NodeKind


@contextlib.contextmanager
def _without_side_effects() -> Iterator[None]:
    """Import experta without its side effects.

    Its dependency frozendict 1.2 reads `collections.Mapping`, which Python dropped in 3.10, and
    experta itself installs a root log handler; both are undone. Its loggers print every fact, names
    included, so they are silenced for good.
    """
    handlers = list(logging.root.handlers)
    missing = not hasattr(collections, "Mapping")
    if missing:
        collections.Mapping = Mapping  # type: ignore[attr-defined]
    try:
        yield
    finally:
        if missing:
            del collections.Mapping  # type: ignore[attr-defined]
    for handler in logging.root.handlers[:]:
        if handler not in handlers:
            logging.root.removeHandler(handler)
    for name in (
        "experta",
        *(name for name in logging.root.manager.loggerDict if name.startswith("experta.")),
    ):
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False


with _without_side_effects():
    import experta
    from experta.activation import Activation
    from experta.matchers.rete import ReteMatcher, mixins, nodes


class Engine:
    """A network compiled to experta. Build it once per process."""

    def __init__(self, network: Network) -> None:
        """Compile the network; about 0.05 ms per rule."""
        self.network = network
        self._lock = threading.Lock()
        self._compiled = _Compiler(network)
        self._blankable = frozenset(network.ask_when)
        self._tested = frozenset(
            node.test.observable for node in network.nodes if node.test is not None
        )
        self._engine = _WaveEngine(self._compiled.rules)

    def infer(self, facts: Facts) -> Inference:
        """Run all rules for one person.

        Args:
            facts: What is known.

        Returns:
            Every truth that follows, with its firings.
        """
        with self._lock:
            try:
                firings = self._engine.infer(self._initial(facts))
            finally:
                self._engine.reset()
        truths = {
            fact.position: fact.truth
            for firing in firings
            if isinstance(fact := firing.concluded, Concluded)
        }
        return Inference(self.network, truths, firings)

    def _initial(self, facts: Facts) -> Iterator[Any]:
        """Yield the facts to begin with, one of a class for each observable."""
        yield experta.InitialFact()
        for observable in sorted(self._tested):
            if observable in facts:
                yield self._compiled.observed(observable, facts[observable])
            elif observable in self.network.optional:
                yield self._compiled.observed(observable, NOT_NEEDED)
            elif observable in self._blankable:
                yield self._compiled.blanks[observable]()


_Pattern = tuple[type, Any]
"""A class of facts, and the predicate that their value must pass, or `None`."""


class _Compiler:
    """Makes the fact classes and rules of a network."""

    def __init__(self, network: Network) -> None:
        self.nodes = network.nodes
        self.rules: list[Any] = []
        self._observed: dict[str, type] = {}
        self._concluded: dict[tuple[int, bool], type] = {}
        self._tests: dict[tuple[int, bool], _Pattern] = {}
        self._bound: dict[tuple[type, int, int], Any] = {}
        self.blanks = {name: _fact_class(f"Blank_{name}", Blank(name)) for name in network.ask_when}
        named = set(network.names.values())
        for observable, position in network.ask_when.items():
            not_needed = functools.partial(self.observed, observable, NOT_NEEDED)
            self._rule(not_needed, self._pattern(position, False), (self.blanks[observable], None))
        for position, node in enumerate(self.nodes):
            if node.kind is NodeKind.IS:
                if position in named:
                    for truth in (True, False):
                        self._rule(
                            self._concluding(position, truth), self._pattern(position, truth)
                        )
            else:
                self._compile(position, node)

    def observed(self, observable: str, value: Value) -> Any:
        """Return a new fact that an observable has a value."""
        kind = self._observed_class(observable)
        fact = kind(value=value)
        fact.meaning = Observed(observable, value)
        return fact

    def _observed_class(self, observable: str) -> type:
        if observable not in self._observed:
            self._observed[observable] = _fact_class(f"Observed_{observable}", None)
        return self._observed[observable]

    def _concluded_class(self, position: int, truth: bool) -> type:
        key = (position, truth)
        if key not in self._concluded:
            self._concluded[key] = _fact_class(
                f"Concluded_{position}_{truth}", Concluded(position, truth)
            )
        return self._concluded[key]

    def _concluding(self, position: int, truth: bool) -> Callable[[], Any]:
        """Return a maker of the fact that a condition has this truth.

        A class that no rule reads is made when it is needed.
        """
        return lambda: self._concluded_class(position, truth)()

    def _pattern(self, position: int, truth: bool) -> _Pattern:
        """Return the pattern that is met when the condition has this truth."""
        node = self.nodes[position]
        if node.kind is NodeKind.NOT:
            return self._pattern(node.children[0], not truth)
        if node.test is None:
            return self._concluded_class(position, truth), None
        if (position, truth) not in self._tests:
            self._tests[position, truth] = self._pattern_of_test(node.test, truth)
        return self._tests[position, truth]

    def _pattern_of_test(self, test: Is, truth: bool) -> _Pattern:
        """Return the pattern for an observable; one predicate per test, so that the matcher shares
        its nodes.
        """
        accepts = test.test.accepts

        def met(value: Value) -> bool:
            return (value != NOT_NEEDED and accepts(value)) is truth

        return self._observed_class(test.observable), experta.P(met)

    def _compile(self, position: int, node: Node) -> None:
        """Add the rules that conclude a condition true, and those that conclude it false."""
        children = node.children
        for truth in (True, False):
            parts = [self._pattern(child, truth) for child in children]
            conclude = self._concluding(position, truth)
            match node.kind:
                case NodeKind.NOT:
                    self._rule(conclude, self._pattern(children[0], not truth))
                case NodeKind.ALL | NodeKind.ANY if (node.kind is NodeKind.ALL) is truth:
                    self._rule(conclude, *parts)
                case NodeKind.ALL | NodeKind.ANY:
                    for part in parts:
                        self._rule(conclude, part)
                case NodeKind.AT_LEAST:
                    needed = node.count if truth else len(children) - node.count + 1
                    self._counting(conclude, parts, needed)

    def _counting(self, conclude: Callable[[], Any], parts: list[_Pattern], needed: int) -> None:
        """Conclude when `needed` of the parts are met: one rule for each way to choose them."""
        for chosen in itertools.combinations(parts, needed):
            self._rule(conclude, *chosen)

    def _rule(self, conclude: Callable[[], Any], *patterns: _Pattern) -> None:
        """Add a rule; every pattern is bound to a name that other rules share."""
        bound = [self._bind(pattern, number) for number, pattern in enumerate(patterns)]
        rule = _Rule(*bound or [experta.InitialFact()])
        rule.order, rule.conclude, rule.names = (
            len(self.rules),
            conclude,
            [pattern.__bind__ for pattern in bound],
        )
        self.rules.append(rule)

    def _bind(self, pattern: _Pattern, number: int) -> Any:
        """Return a pattern under the name of its place in a rule, the same object for all rules
        that have it there.
        """
        kind, predicate = pattern
        key = kind, id(predicate), number
        if key not in self._bound:
            fact = kind() if predicate is None else kind(value=predicate)
            self._bound[key] = f"f{number}" << fact
        return self._bound[key]


def _fact_class(name: str, meaning: EngineFact | None) -> type:
    """Return a new class of facts; `meaning` is shared by all facts of the class unless each has
    its own.
    """
    return type(name, (experta.Fact,), {"meaning": meaning})


class _Rule(experta.Rule):  # type: ignore[misc]
    """A rule whose right-hand side concludes one fact.

    Equal only to itself, which spares hashing its patterns at every match.
    """

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __call__(self, engine: "_WaveEngine", **bound: Any) -> None:
        engine.conclude(self.conclude(), [bound[name] for name in self.names])


class _RootNode(nodes.BusNode):  # type: ignore[misc]
    """A root that hands a fact only to the patterns of its own class, instead of offering it to
    every one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.patterns: dict[type, dict[Any, _PatternNode]] = {}

    def terminal(self, pattern: Any) -> "_PatternNode":
        """Return the node of a pattern, shared by all rules that have the same one."""
        predicate, name = pattern.get("value"), pattern.__bind__
        of_class = self.patterns.setdefault(type(pattern), {})
        if (id(predicate), name) not in of_class:
            of_class[id(predicate), name] = _PatternNode(predicate, name)
        return of_class[id(predicate), name]

    def add(self, fact: Any) -> None:
        for node in self.patterns.get(type(fact), {}).values():
            node.offer(fact)


class _PatternNode(nodes.BusNode):  # type: ignore[misc]
    """The one test and the one binding that a pattern of ours has."""

    def __init__(self, predicate: Any, name: str | None) -> None:
        super().__init__()
        self.met = None if predicate is None else predicate.match
        self.name = name

    def offer(self, fact: Any) -> None:
        """Pass a fact on where it meets the pattern."""
        if self.met is None or self.met(fact["value"]):
            token = _token({fact}, {} if self.name is None else {self.name: fact})
            for child in self.children:
                child.callback(token)


def _token(facts: set[Any], context: dict[str, Any]) -> Any:
    """Return a valid token without the checks of its maker, which would look through all of its
    facts. Nobody changes it.
    """
    return tuple.__new__(nodes.Token, (nodes.Token.TagType.VALID, facts, context))


class _JoinNode(nodes.OrdinaryMatchNode):  # type: ignore[misc]
    """Joins every pair of tokens: the patterns of a rule bind different names, so that their
    contexts never contradict each other.
    """

    def __init__(self) -> None:
        """Leave out the matcher, which every pair would pass."""
        super(mixins.HasMatcher, self).__init__()

    def activate_left(self, token: Any) -> None:
        self._join(token, self.left_memory, self.right_memory)

    def activate_right(self, token: Any) -> None:
        self._join(token, self.right_memory, self.left_memory)

    def _join(self, token: Any, own: list[Any], others: list[Any]) -> None:
        own.append(token)
        for other in others:
            joined = _token(token.data | other.data, token.context | other.context)
            for child in self.children:
                child.callback(joined)


class _WaveNode(nodes.ConflictSetNode):  # type: ignore[misc]
    """The end of a rule.

    It adds its activation to the wave; as rules only add and facts are unique, each comes once.
    """

    def __init__(self, rule: Any, wave: list[Any]) -> None:
        super().__init__(rule)
        self.wave = wave

    def activate(self, token: Any) -> None:
        self.wave.append(Activation(self.rule, token.data, token.context))


class _WaveMatcher(ReteMatcher):  # type: ignore[misc]
    """The Rete matcher for rules that only add: dispatch by class of fact, and only new activations
    are reported.
    """

    def __init__(self, engine: Any) -> None:
        super(ReteMatcher, self).__init__(engine)
        self.root_node = _RootNode()
        self.wave: list[Any] = []
        self.joins: dict[tuple[int, int], _JoinNode] = {}
        for rule in engine.get_rules():
            self._wire(rule)

    def _wire(self, rule: Any) -> None:
        """Join the patterns of a rule from left to right; rules that begin alike share their
        joins.
        """
        node, *others = (self.root_node.terminal(pattern) for pattern in rule)
        for other in others:
            node = self._joined(node, other)
        end = _WaveNode(rule, self.wave)
        node.add_child(end, end.activate)

    def _joined(self, left: Any, right: Any) -> Any:
        """Return the node that joins what two nodes let through."""
        key = id(left), id(right)
        if key not in self.joins:
            self.joins[key] = join = _JoinNode()
            left.add_child(join, join.activate_left)
            right.add_child(join, join.activate_right)
        return self.joins[key]

    def changes(
        self, adding: Iterable[Any] | None = None, deleting: Iterable[Any] | None = None
    ) -> tuple[list[Any], list[Any]]:
        """Pass on new facts and return the activations they bring. Nothing is ever deleted."""
        for fact in adding or ():
            self.root_node.add(fact)
        added = self.wave[:]
        self.wave.clear()
        return added, []

    def reset(self) -> None:
        """Forget every fact."""
        for join in self.joins.values():
            join._reset()
        self.wave.clear()


class _WaveEngine(experta.KnowledgeEngine):  # type: ignore[misc]
    """Fires all activations of a wave before it asks for the next, which changes nothing where
    rules only add.
    """

    __matcher__ = _WaveMatcher

    def __init__(self, rules: list[Any]) -> None:
        self._all_rules = rules
        self._firings: list[Firing] = []
        super().__init__()
        self.reset()

    def get_rules(self) -> list[Any]:
        return self._all_rules

    def get_deffacts(self) -> list[Any]:
        return []

    def reset(self, **_: Any) -> None:
        self._firings = []
        super().reset()

    def infer(self, facts: Iterable[Any]) -> tuple[Firing, ...]:
        """Declare the facts and run to the end; a run is as many waves as the longest chain of
        rules.
        """
        for fact in facts:
            self.facts.declare(fact)
        while added := self.get_activations()[0]:
            for activation in sorted(added, key=lambda activation: activation.rule.order):
                activation.rule(self, **activation.context)
        return tuple(self._firings)

    def conclude(self, fact: Any, premises: list[Any]) -> None:
        """Record a firing and declare its conclusion; an equal fact that is already there is
        kept.
        """
        self._firings.append(Firing(fact.meaning, tuple(premise.meaning for premise in premises)))
        self.facts.declare(fact)
