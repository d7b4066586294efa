"""The one meaning of a network of conditions: strong Kleene logic over what is known of a person.

A condition is true, false or unknown: unknown spreads unless the rest already decides (S. C.
Kleene, Introduction to Metamathematics, 1952, section 64). Every other evaluator (the rule engine,
a table, a solver) must agree with the plain evaluation here.

A truth is a pair of bit masks over *worlds*: bit *w* of `true` says that the condition is true in
world *w*, bit *w* of `false` that it is false, neither that it is unknown. One pass over the
network evaluates any number of worlds, which is what makes "what could this answer change?" cheap
to ask.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hingeexpert.knowledge.condition import Facts, Value
from hingeexpert.knowledge.network import Network, Node, NodeKind


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


class Worlds:
    """What is known in several worlds at once: one base and changes to it.

    World 0 is the base; world *w* is the base with the changes numbered *w* - 1.
    """

    def __init__(self, base: Facts, changes: Sequence[Mapping[str, Value | None]] = ()) -> None:
        """Lay out the worlds.

        Args:
            base: What is known of the person.
            changes: For each further world the values that differ; `None` makes an observable
                blank.
        """
        self.count = 1 + len(changes)
        self.everywhere = (1 << self.count) - 1
        self.perhaps_blank = 0
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
    truths: list[Truth] = []
    asked = {node.test.observable for node in network.nodes if node.test is not None}
    known = {observable: worlds.values(observable) for observable in asked}
    for node in network.nodes:
        children = [truths[child] for child in node.children]
        if node.kind is NodeKind.IS:
            truths.append(_judge(network, node, known, children, worlds))
        else:
            truths.append(combined(node, children, worlds.everywhere))
    return truths


def combined(node: Node, parts: Sequence[Truth], everywhere: int) -> Truth:
    """Return what a condition with parts makes of theirs."""
    match node.kind:
        case NodeKind.ALL:
            return _all(parts, everywhere)
        case NodeKind.ANY:
            return _any(parts, everywhere)
        case NodeKind.NOT:
            return ~parts[0]
        case NodeKind.AT_LEAST:
            return _at_least(node, parts, everywhere)
    raise ValueError("an observable has no parts")


def _judge(
    network: Network,
    node: Node,
    known: Mapping[str, list[tuple[Value, int]]],
    asked: Sequence[Truth],
    worlds: Worlds,
) -> Truth:
    """Judge an observable: by its value where there is one; blank, false where it is not needed,
    else unknown.
    """
    assert node.test is not None
    true = false = 0
    for value, mask in known[node.test.observable]:
        if node.test.test.accepts(value):
            true |= mask
        else:
            false |= mask
    blank = worlds.everywhere & ~(true | false) | worlds.perhaps_blank
    if node.test.observable in network.optional:
        false |= blank
    elif asked:
        false |= blank & asked[0].false
    return Truth(true, false)


def _all(children: Sequence[Truth], everywhere: int) -> Truth:
    """Judge `all`: true where every part is, false where one is."""
    true, false = everywhere, 0
    for is_true, is_false in children:
        true &= is_true
        false |= is_false
    return Truth(true, false)


def _any(children: Sequence[Truth], everywhere: int) -> Truth:
    """Judge `any`, the mirror image of `all`."""
    true, false = 0, everywhere
    for is_true, is_false in children:
        true |= is_true
        false &= is_false
    return Truth(true, false)


def _at_least(node: Node, children: Sequence[Truth], everywhere: int) -> Truth:
    """Judge *at least*: false where so many parts are false that too few are left."""
    return Truth(
        _counted(node.needed(True), [child.true for child in children], everywhere),
        _counted(node.needed(False), [child.false for child in children], everywhere),
    )


def _counted(count: int, masks: Sequence[int], everywhere: int) -> int:
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
