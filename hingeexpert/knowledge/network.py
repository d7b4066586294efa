"""All named conditions of a knowledge base as one graph, and its one meaning: strong Kleene logic
over what is known of a person.

A condition is true, false or unknown: unknown spreads unless the rest already decides (S. C.
Kleene, Introduction to Metamathematics, 1952, section 64). Every other evaluator (the rule engine,
a table, a solver) is compiled from the same network and must agree with the plain evaluation here.

A truth is a pair of bit masks over *worlds*: bit *w* of `true` says that the condition is true in
world *w*, bit *w* of `false` that it is false, neither that it is unknown. One pass over the
network evaluates any number of worlds, which is what makes "what could this answer change?" cheap
to ask.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from hingeexpert.knowledge.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Facts,
    Holds,
    Is,
    Not,
    Value,
)


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


class NodeKind(Enum):
    """What a node of the network does."""

    IS = "is"
    ALL = "all"
    ANY = "any"
    NOT = "not"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True)
class Node:
    """One condition of the network.

    Attributes:
        kind: What it does.
        children: Positions of its parts, all before its own. For `IS`: of the *ask when* condition,
            if the observable has one.
        test: For `IS`: observable and test.
        count: For `AT_LEAST`: how many.
    """

    kind: NodeKind
    children: tuple[int, ...] = ()
    test: Is | None = None
    count: int = 0

    def needed(self, truth: bool) -> int:
        """Return how many parts of an *at least* condition must have a truth for it to have it
        too.
        """
        return self.count if truth else len(self.children) - self.count + 1


class CycleError(Exception):
    """Named conditions depend on each other in a circle; `names` runs once around it."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(" -> ".join(self.names))


class Network:
    """All named conditions of a knowledge base as one graph without repetition, parts before
    wholes.

    Attributes:
        nodes: The nodes; a child's position is always smaller than its parent's.
        names: Position of each named condition.
        ask_when: Position of the condition under which an observable is needed, for those that have
            one.
        optional: Observables that just refine: blank, they count as not needed.

    Raises:
        CycleError: Names depend on each other in a circle.
        KeyError: A condition holds a name that is not given.
    """

    def __init__(
        self,
        named: Mapping[str, Condition],
        ask_when: Mapping[str, str],
        optional: frozenset[str] = frozenset(),
    ) -> None:
        """Build the graph.

        Args:
            named: Every named condition.
            ask_when: Observable to the name of its *ask when* condition.
            optional: Observables whose blank counts as not needed.
        """
        self.nodes: list[Node] = []
        self.names: dict[str, int] = {}
        self.optional = optional
        self._named = named
        self._asked = ask_when
        for name in named:
            self._position_of_name(name, ())
        self.ask_when = {observable: self.names[name] for observable, name in ask_when.items()}
        self.parents: list[list[int]] = [[] for _ in self.nodes]
        for position, node in enumerate(self.nodes):
            for child in node.children:
                self.parents[child].append(position)

    @cached_property
    def names_at(self) -> dict[int, list[str]]:
        """The names of each condition that has one: several where they mean the same."""
        names: dict[int, list[str]] = {}
        for name, position in self.names.items():
            names.setdefault(position, []).append(name)
        return names

    @cached_property
    def labels(self) -> dict[int, str]:
        """What each condition is called: its first name, or the name of the first condition that it
        is part of, with a number.
        """
        labels = {position: names[0] for position, names in self.names_at.items()}
        parts: Counter[str] = Counter()
        # A whole stands behind its parts: from the end, each part finds its whole labelled.
        for position in reversed(range(len(self.nodes))):
            if position not in labels:
                whole = labels[max(self.parents[position])].partition("#")[0]
                parts[whole] += 1
                labels[position] = f"{whole}#{parts[whole]}"
        return labels

    @cached_property
    def depths(self) -> dict[str, int]:
        """How many questions each observable may have to wait for, one after the other: none
        without an *ask when*, else one more than the deepest that it reads.
        """
        depths: dict[str, int] = {}
        at: list[int] = []
        # A part stands before its whole: what a condition reads was met before it.
        for node in self.nodes:
            deepest = max((at[child] for child in node.children), default=0)
            if node.test is not None:
                deepest += len(node.children)
                depths[node.test.observable] = deepest
            at.append(deepest)
        return depths

    @cached_property
    def _positions(self) -> dict[Node, int]:
        """Where each node stands, so that no condition is there twice."""
        return {node: position for position, node in enumerate(self.nodes)}

    def __getstate__(self) -> dict[str, object]:
        """Return what is pickled; hashing every node again waits until somebody asks for a
        position.
        """
        apart = ("names_at", "labels", "depths", "_positions")
        return {name: value for name, value in self.__dict__.items() if name not in apart}

    def position(self, condition: Condition) -> int:
        """Return where a condition stands, adding nothing to the meaning of the network.

        Args:
            condition: A condition of a name, or a part of one.

        Raises:
            KeyError: It is no part of this network.
        """
        size = len(self.nodes)
        position = self._add(condition, ())
        if position >= size:  # what was added is taken back: it stands in no rule
            for node in self.nodes[size:]:
                del self._positions[node]
            del self.nodes[size:]
            raise KeyError(condition)
        return position

    def observables_below(self, position: int) -> set[str]:
        """Return every observable that a condition reads, also through named conditions and *ask
        when*.
        """
        node = self.nodes[position]
        observables = set() if node.test is None else {node.test.observable}
        return observables.union(*(self.observables_below(child) for child in node.children))

    def _position_of_name(self, name: str, path: tuple[str, ...]) -> int:
        """Return where a named condition stands; add it where it stands nowhere yet.

        `path` is the names on the way here: one that comes back is a circle.
        """
        if name not in self.names:
            if name in path:
                raise CycleError((*path[path.index(name) :], name))
            self.names[name] = self._add(self._named[name], (*path, name))
        return self.names[name]

    def _add(self, condition: Condition, path: tuple[str, ...]) -> int:
        """Return where a condition stands; add it, after its parts, where it stands nowhere yet."""
        match condition:
            case Holds(name):
                return self._position_of_name(name, path)
            case Is(observable, _):
                asked = self._asked.get(observable)
                needed = () if asked is None else (self._position_of_name(asked, path),)
                return self._position_of_node(Node(NodeKind.IS, needed, condition))
            case Not(part):
                return self._position_of_node(Node(NodeKind.NOT, (self._add(part, path),)))
            case AllOf(parts):
                return self._add_list(NodeKind.ALL, parts, path)
            case AnyOf(parts):
                return self._add_list(NodeKind.ANY, parts, path)
            case AtLeast(count, parts):
                children = tuple(self._add(part, path) for part in parts)
                return self._position_of_node(Node(NodeKind.AT_LEAST, children, count=count))

    def _add_list(self, kind: NodeKind, parts: Sequence[Condition], path: tuple[str, ...]) -> int:
        """Add `all` or `any`, each part once; a list of one part is that part."""
        children = tuple(dict.fromkeys(self._add(part, path) for part in parts))
        return children[0] if len(children) == 1 else self._position_of_node(Node(kind, children))

    def _position_of_node(self, node: Node) -> int:
        if node not in self._positions:
            self._positions[node] = len(self.nodes)
            self.nodes.append(node)
        return self._positions[node]


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
    known = {
        node.test.observable: worlds.values(node.test.observable)
        for node in network.nodes
        if node.test is not None
    }
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
            return ~_all([~part for part in parts], everywhere)
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
    """Judge `all`: true where every part is, false where one is; `any` is its mirror image."""
    true, false = everywhere, 0
    for child in children:
        true &= child.true
        false |= child.false
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
