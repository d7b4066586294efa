"""The matcher: which rules are met by new facts.

A Rete network (C. L. Forgy, Artificial Intelligence 1982) keeps what it found. A fact enters at the
root and reaches the nodes of the patterns it may meet. What meets a pattern goes on as a *token*:
facts, each under the name that it is bound to. A join keeps all tokens that came from its left and
from its right, so that a new one is paired with those of the other side at once, and no pair is
looked at twice. What comes out of the last join of a rule has met all of its patterns.

experta brings such a network for rules of any kind. Ours only add facts, have one class of facts
for each pattern, and never use a name twice in a rule. Three things follow, which make it many
times as fast; `benchmarks/engine.py` measures it. The root sends a fact to the patterns of its own
class. A join takes every pair, as no two bindings can contradict each other. And activations need
no agenda: nothing can take one back, so those of a wave are handed over together.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from hingeexpert.inference.engine.door import Activation, ReteMatcher, mixins, nodes

_VALID, _NO_SET = nodes.Token.TagType.VALID, frozenset[Any]()


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
        # Each test has one predicate, so that its identity says as much as its meaning.
        key = id(predicate), name
        if key not in of_class:
            of_class[key] = _PatternNode(predicate, name)
        return of_class[key]

    def add(self, fact: Any) -> None:
        for node in self.patterns.get(type(fact), {}).values():
            node.offer(fact)


class _PatternNode(nodes.BusNode):  # type: ignore[misc]
    """The one test and the one binding that a pattern of ours has."""

    def __init__(self, predicate: Any, name: str | None) -> None:
        super().__init__()
        self.met = None if predicate is None else predicate.match
        self.name = name
        self.token: Any = None

    def offer(self, fact: Any) -> None:
        """Pass a fact on where it meets the pattern. Without a test it is the one fact of its class
        at all times, so that its token is made once.
        """
        if self.met is None:
            token = self.token = self.token or self._token_of(fact)
        elif self.met(fact["value"]):
            token = self._token_of(fact)
        else:
            return
        for child in self.children:
            child.callback(token)

    def _token_of(self, fact: Any) -> Any:
        return _token({} if self.name is None else {self.name: fact})


def _token(context: dict[str, Any]) -> Any:
    """Return a valid token without the checks of its maker, which would look through all of its
    facts. Nobody changes it. As a set its facts are never asked for, and hashing each would take a
    quarter of the time.
    """
    return tuple.__new__(nodes.Token, (_VALID, _NO_SET, context))


class _Activation(Activation):  # type: ignore[misc]
    """A rule that is met, and by what: nothing that experta's agenda would sort or compare it
    by.
    """

    def __init__(self, rule: Any, context: dict[str, Any]) -> None:
        self.rule, self.context = rule, context


class _JoinNode(nodes.OrdinaryMatchNode):  # type: ignore[misc]
    """Joins every pair of tokens: the patterns of a rule bind different names, so that their
    contexts never contradict each other.
    """

    def __init__(self, used: list[list[Any]]) -> None:
        """Leave out the matcher, which every pair would pass; take the list of all memories that
        hold something.
        """
        super(mixins.HasMatcher, self).__init__()
        self.used = used

    def sides(self) -> tuple[Callable[[Any], None], Callable[[Any], None]]:
        """Return what takes the tokens from the left, and what takes those from the right."""
        left, right = self.left_memory, self.right_memory
        return partial(self._join, left, right), partial(self._join, right, left)

    def _join(self, same_side: list[Any], other_side: list[Any], token: Any) -> None:
        """Keep a token for those that come later, and join it with those that came before."""
        if not same_side:
            self.used.append(same_side)
        same_side.append(token)
        for other in other_side:
            joined = _token(token.context | other.context)
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
        self.wave.append(_Activation(self.rule, token.context))


class WaveMatcher(ReteMatcher):  # type: ignore[misc]
    """The Rete matcher for rules that only add: dispatch by class of fact, and only new activations
    are reported.
    """

    def __init__(self, engine: Any) -> None:
        super(ReteMatcher, self).__init__(engine)  # leaves out building the network of experta
        self.root_node = _RootNode()
        self.wave: list[Any] = []
        self.joins: dict[tuple[int, int], _JoinNode] = {}
        self.used: list[list[Any]] = []
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
