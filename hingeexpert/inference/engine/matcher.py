"""The matcher: which rules are met by new facts.

A Rete network (C. L. Forgy, Artificial Intelligence 1982) keeps what it found. A fact enters at the
root and reaches the nodes of the patterns it may meet. What meets a pattern goes on as a *token*:
facts, each under the name that it is bound to. A join keeps all tokens that came from its left and
from its right, so that a new one is paired with those of the other side at once, and no pair is
looked at twice. What comes out of the last join of a rule has met all of its patterns.

experta brings such a network for rules of any kind. Ours only add facts, each of a class of its
own, and bind each pattern to a name of its own. Four things follow, which make it many times as
fast; `benchmarks/engine.py` measures it. The root sends a fact to the patterns of its own class. A
token is valid for good, so that it need not say so. A join takes every pair, as no two bindings can
contradict each other. And activations need no agenda: nothing can take one back, so those of a wave
are handed over together.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from hingeexpert.inference.engine.door import Activation, ReteMatcher, mixins, nodes

Token = dict[str, Any]
"""From names to the facts that are bound to them. Nobody changes it."""


class _RootNode(nodes.BusNode):  # type: ignore[misc]
    """A root that hands a fact only to the patterns of its own class, instead of offering it to
    every one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.patterns: dict[type, dict[str, _PatternNode]] = {}

    def terminal(self, pattern: Any) -> "_PatternNode":
        """Return the node of a pattern, shared by all rules that have the same one."""
        of_class, name = self.patterns.setdefault(type(pattern), {}), pattern.__bind__
        if name not in of_class:
            of_class[name] = _PatternNode(pattern.get("value"), name)
        return of_class[name]

    def add(self, fact: Any) -> None:
        for node in self.patterns.get(type(fact), {}).values():
            node.offer(fact)


class _PatternNode(nodes.BusNode):  # type: ignore[misc]
    """The one test and the one binding that a pattern of ours has."""

    def __init__(self, predicate: Any, name: str) -> None:
        super().__init__()
        self.met = None if predicate is None else predicate.match
        self.name = name

    def offer(self, fact: Any) -> None:
        """Pass a fact on where it meets the pattern."""
        if self.met is None or self.met(fact["value"]):
            token = {self.name: fact}
            for child in self.children:
                child.callback(token)


class _Activation(Activation):  # type: ignore[misc]
    """A rule that is met, and by what: nothing that experta's agenda would sort or compare it
    by.
    """

    def __init__(self, rule: Any, context: Token) -> None:
        self.rule, self.context = rule, context


class _JoinNode(nodes.OrdinaryMatchNode):  # type: ignore[misc]
    """Joins every pair of tokens, which never contradict each other: a name that is in both is that
    of a pattern which a rule has twice, and binds the one fact of its class.
    """

    def __init__(self, used: list[list[Token]]) -> None:
        """Leave out the matcher, which every pair would pass; take the list of all memories that
        hold something.
        """
        super(mixins.HasMatcher, self).__init__()
        self.used = used

    def sides(self) -> tuple[Callable[[Token], None], Callable[[Token], None]]:
        """Return what takes the tokens from the left, and what takes those from the right."""
        left, right = self.left_memory, self.right_memory
        return partial(self._join, left, right), partial(self._join, right, left)

    def _join(self, same_side: list[Token], other_side: list[Token], token: Token) -> None:
        """Keep a token for those that come later, and join it with those that came before."""
        if not same_side:
            self.used.append(same_side)
        same_side.append(token)
        for other in other_side:
            joined = token | other
            for child in self.children:
                child.callback(joined)


class _WaveNode(nodes.ConflictSetNode):  # type: ignore[misc]
    """The end of a rule.

    It adds its activation to the wave; as rules only add and facts are unique, each comes once.
    """

    def __init__(self, rule: Any, wave: list[Any]) -> None:
        super().__init__(rule)
        self.wave = wave

    def activate(self, token: Token) -> None:
        self.wave.append(_Activation(self.rule, token))


class WaveMatcher(ReteMatcher):  # type: ignore[misc]
    """The Rete matcher for rules that only add: dispatch by class of fact, and only new activations
    are reported.
    """

    def __init__(self, engine: Any) -> None:
        super(ReteMatcher, self).__init__(engine)  # leaves out building the network of experta
        self.root_node = _RootNode()
        self.wave: list[Any] = []
        self.joins: dict[tuple[int, int], _JoinNode] = {}
        self.used: list[list[Token]] = []
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
            self.joins[key] = join = _JoinNode(self.used)
            for side, take in zip((left, right), join.sides(), strict=True):
                side.add_child(join, take)
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
        """Forget every fact, where something was kept of one."""
        for memory in self.used:
            memory.clear()
        self.used.clear()
        self.wave.clear()
