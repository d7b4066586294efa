"""All named conditions of a knowledge base as one graph, without repetition.

What the graph means is `evaluation.py`; every other evaluator (the rule engine, a table, a solver)
is compiled from it too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from hingeexpert.knowledge.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Holds,
    Is,
    Not,
)


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
    def statements(self) -> dict[int, tuple[str, str]]:
        """That each condition is false, and that it is true, in words: a trace has some hundred of
        them.
        """
        return {
            position: (f"{label} is false", f"{label} is true")
            for position, label in self.labels.items()
        }

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

    @cached_property
    def _tests_of(self) -> dict[str, list[int]]:
        """Where the tests of each observable stand."""
        found: dict[str, list[int]] = {}
        for position, node in enumerate(self.nodes):
            if node.test is not None:
                found.setdefault(node.test.observable, []).append(position)
        return found

    def __getstate__(self) -> dict[str, object]:
        """Return what is pickled; hashing every node again waits until somebody asks for a
        position.
        """
        apart = ("names_at", "labels", "statements", "depths", "_positions", "_tests_of")
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

    def places_below(self, position: int) -> set[int]:
        """Return where everything stands that a condition reads, and itself."""
        found: set[int] = set()
        waiting = [position]
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                waiting.extend(self.nodes[place].children)
        return found

    def places_above(self, observables: Iterable[str]) -> list[int]:
        """Return where all stands that reads one of some observables, parts before wholes."""
        found: set[int] = set()
        waiting = [place for name in observables for place in self._tests_of.get(name, ())]
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                waiting.extend(self.parents[place])
        return sorted(found)

    def observables_below(self, position: int) -> set[str]:
        """Return every observable that a condition reads, also through named conditions and *ask
        when*.
        """
        tests = (self.nodes[place].test for place in self.places_below(position))
        return {test.observable for test in tests if test is not None}

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
        position = self._positions.setdefault(node, len(self.nodes))
        if position == len(self.nodes):
            self.nodes.append(node)
        return position
