"""The one meaning of a network of conditions: strong Kleene logic over what is known of a person.

A condition is true, false or unknown: unknown spreads unless the rest already decides (S. C.
Kleene, Introduction to Metamathematics, 1952, section 64). Every other evaluator (the rule engine,
a table, a solver) must agree with the plain evaluation here.

A truth is a pair of bit masks over *worlds*: bit *w* of `true` says that the condition is true in
world *w*, bit *w* of `false` that it is false, neither that it is unknown. One pass over the
network evaluates any number of worlds, which is what makes "what could this answer change?" cheap
to ask.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

from hingeexpert.knowledge.condition import Between, Facts, OneOf, Value
from hingeexpert.knowledge.network import Network, Node, NodeKind

_ALL, _ANY, _NOT, _AT_LEAST = NodeKind.ALL, NodeKind.ANY, NodeKind.NOT, NodeKind.AT_LEAST
"""Looked up once: a visit evaluates hundreds of conditions some hundred times."""
AT_HAND = 64
"""People, each with a network, whose truths are kept at hand."""
KnownFacts = frozenset[tuple[str, Value]]


class Truth(NamedTuple):
    """A three-valued truth in each of some worlds, as two bit masks; they overlap only where
    answers are left open (`Choices`).
    """

    true: int
    false: int

    def __invert__(self) -> "Truth":
        return Truth(self.false, self.true)

    def in_world(self, world: int) -> bool | None:
        """Return `True`, `False`, or `None` for unknown."""
        return True if self.true >> world & 1 else False if self.false >> world & 1 else None


UNKNOWN = Truth(0, 0)
"""Neither true nor false in any world."""


_last: WeakKeyDictionary[Network, tuple[KnownFacts, tuple[Truth, ...]]] = WeakKeyDictionary()
"""Of each network what was evaluated last for one person, and the truths."""


class Worlds:
    """What is known in several worlds at once: one base and changes to it.

    World 0 is the base; world *w* is the base with the changes numbered *w* - 1.

    Attributes:
        perhaps_blank: The worlds in which whatever has a value may be blank all the same.
    """

    perhaps_blank = 0

    def __init__(self, base: Facts, changes: Sequence[Mapping[str, Value | None]] = ()) -> None:
        """Lay out the worlds.

        Args:
            base: What is known of the person.
            changes: For each further world the values that differ; `None` makes an observable
                blank.
        """
        self.count = 1 + len(changes)
        self.everywhere = (1 << self.count) - 1
        self._base = base
        self._changed: dict[str, list[tuple[Value | None, int]]] = {}
        for world, change in enumerate(changes, start=1):
            for observable, value in change.items():
                self._changed.setdefault(observable, []).append((value, 1 << world))

    def values(self, observable: str) -> list[tuple[Value, int]]:
        """Return the values of an observable, each with the mask of the worlds that have it."""
        changed = self._changed.get(observable, ())
        rest = self.everywhere
        for _, mask in changed:
            rest &= ~mask
        values = [(value, mask) for value, mask in changed if value is not None]
        if observable in self._base:
            values.append((self._base[observable], rest))
        return values

    def hidden(self, observable: str) -> int:
        """Return the worlds in which an observable has an answer that cannot be read: neither a
        value nor a blank.
        """
        return 0


class Choices(Worlds):
    """One world in which some observables may have any of several values, or stay blank.

    A condition is `true` there where it may become true, and `false` where it may become false, as
    if its parts were chosen apart: what is not there can never be, what is there may still not be.
    """

    def __init__(self, base: Facts, choices: Mapping[str, Sequence[Value]]) -> None:
        """Lay out the world.

        Args:
            base: What is known of the person.
            choices: The values that each open observable may have.
        """
        super().__init__(base)
        self.perhaps_blank = self.everywhere
        self._choices = choices

    def values(self, observable: str) -> list[tuple[Value, int]]:
        """Return every value that an observable may have."""
        if observable not in self._choices:
            return super().values(observable)
        return [(value, self.everywhere) for value in self._choices[observable]]


def evaluate(network: Network, worlds: Worlds) -> list[Truth]:
    """Evaluate every condition of a network in all worlds, by the strong Kleene tables.

    Args:
        network: The conditions.
        worlds: What is known.

    Returns:
        The truth of each node, at its position.
    """
    nodes = network.nodes
    truths = [UNKNOWN] * len(nodes)
    _evaluate_at(range(len(nodes)), truths, network, worlds)
    return truths


def truths_of(network: Network, facts: Facts) -> Sequence[Truth]:
    """Return the truth of each condition of a network for one person, at its position. One press in
    a visit asks for the same some ten times, and changes one answer: the same is evaluated once,
    and of what differs only what reads it.
    """
    return _truths_of(network, frozenset(facts.items()))


@lru_cache(AT_HAND)
def _truths_of(network: Network, facts: KnownFacts) -> tuple[Truth, ...]:
    worlds, last = Worlds(dict(facts)), _last.get(network)
    if last is None:
        truths = evaluate(network, worlds)
    else:
        changed = {name for name, _ in facts ^ last[0]}
        truths = list(last[1])
        _evaluate_at(network.places_above(changed), truths, network, worlds)
    found = tuple(truths)
    _last[network] = facts, found
    return found


def forget_truths() -> None:
    """Forget everybody whose truths are at hand."""
    _truths_of.cache_clear()
    _last.clear()


def evaluate_some(network: Network, positions: Iterable[int], worlds: Worlds) -> list[Truth]:
    """Evaluate some conditions of a network in all worlds.

    Args:
        network: The conditions.
        positions: Which, with all that they read, parts before wholes: `Network.places_below`.
        worlds: What is known.

    Returns:
        The truth of each node, at its position; of those left out it says that it is unknown.
    """
    truths = [UNKNOWN] * len(network.nodes)
    _evaluate_at(positions, truths, network, worlds)
    return truths


def evaluate_answered(network: Network, worlds: Worlds, base: Sequence[Truth]) -> list[Truth]:
    """Evaluate every condition where each world answers nothing but questions that are unknown in
    the base: a truth that is decided there stays, so that only the rest is looked at.

    Args:
        network: The conditions.
        worlds: What is known; its changes are answers to what the base leaves unknown.
        base: The truth of each condition in world 0.
    """
    true, false = Truth(worlds.everywhere, 0), Truth(0, worlds.everywhere)
    truths = [true if is_true else false if is_false else UNKNOWN for is_true, is_false in base]
    open_ = [position for position, truth in enumerate(truths) if truth is UNKNOWN]
    _evaluate_at(open_, truths, network, worlds)
    return truths


def _evaluate_at(
    positions: Iterable[int], truths: list[Truth], network: Network, worlds: Worlds
) -> None:
    """Put the truths of some conditions in their places, parts before wholes."""
    known: dict[str, list[tuple[Value, int]]] = {}
    nodes, everywhere = network.nodes, worlds.everywhere
    for position in positions:
        node = nodes[position]
        parts = [truths[child] for child in node.children]
        if node.test is None:
            truths[position] = combined(node, parts, everywhere)
            continue
        name = node.test.observable
        if name not in known:
            known[name] = worlds.values(name)
        needless = everywhere if name in network.optional else parts[0].false if parts else 0
        if needless:
            needless &= ~worlds.hidden(name)
        truths[position] = _judge(node.test.test, known[name], worlds, needless)


def combined(node: Node, parts: Sequence[Truth], everywhere: int) -> Truth:
    """Return what a condition with parts makes of theirs.

    *All* is true where every part is, false where one is; *any* is its mirror image.
    """
    kind = node.kind
    true, false = everywhere, 0
    if kind is _ALL:
        for is_true, is_false in parts:
            true &= is_true
            false |= is_false
        return Truth(true, false)
    if kind is _ANY:
        for is_true, is_false in parts:
            true &= is_false
            false |= is_true
        return Truth(false, true)
    if kind is _NOT:
        return ~parts[0]
    if kind is _AT_LEAST:
        return _at_least(node, parts, everywhere)
    raise ValueError("an observable has no parts")


def _judge(
    test: OneOf | Between, known: Sequence[tuple[Value, int]], worlds: Worlds, needless: int
) -> Truth:
    """Judge an observable: by its value where there is one; blank, false where it is not needed,
    else unknown.
    """
    true = false = 0
    for value, mask in known:
        if test.accepts(value):
            true |= mask
        else:
            false |= mask
    if needless:
        false |= needless & (worlds.everywhere & ~(true | false) | worlds.perhaps_blank)
    return Truth(true, false)


def _at_least(node: Node, children: Sequence[Truth], everywhere: int) -> Truth:
    """Judge *at least*: false where so many parts are false that too few are left."""
    return Truth(
        counted(node.needed(True), [child.true for child in children], everywhere),
        counted(node.needed(False), [child.false for child in children], everywhere),
    )


def union(masks: Iterable[int]) -> int:
    """Return the worlds in which any of the masks is set."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def first_in(mask: int) -> int:
    """Return the number of the first world in which a mask is set, which must be somewhere."""
    return (mask & -mask).bit_length() - 1


def counted(count: int, masks: Sequence[int], everywhere: int) -> int:
    """Return the worlds in which at least `count` of the masks are set."""
    if count <= 0:
        return everywhere
    # reached[n] holds the worlds in which at least n of the masks read so far are set. One more
    # mask lifts the worlds that it is set in by one step, all of them at once. The steps are taken
    # from above, or a world that was just lifted would be lifted again by the same mask.
    reached = [everywhere] + [0] * count
    for mask in masks:
        for number in range(count, 0, -1):
            reached[number] |= reached[number - 1] & mask
    return reached[count]
