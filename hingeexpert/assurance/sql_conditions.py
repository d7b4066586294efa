"""A network of conditions as SQL: for each condition a column that is true, false, or null for
unknown. `AND`, `OR` and `NOT` of SQL are the Kleene tables.

A condition with a name has a column, and so has a part that is used more than once. Every other
part stands where it is used.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from hingeexpert.assurance.sql_language import Dialect, case, inside, joined, number_true, passes
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.network import Network, Node, NodeKind

Written = tuple[list[str], str, str]
"""The names of a condition, the first being that of its column, its column, and what stands in
it.
"""


class SqlConditions:
    """Some named conditions of a network, and all that they consist of."""

    def __init__(
        self,
        network: Network,
        observables: Mapping[str, Observable],
        dialect: Dialect,
        known: Callable[[str], str],
        wanted: Iterable[str] = (),
    ) -> None:
        """Find out which conditions have a column.

        Args:
            network: The network.
            observables: Every question.
            dialect: Of SQL.
            known: Writes what is known of an observable.
            wanted: The conditions that somebody reads; none of them, and nothing has a column.
        """
        self._network, self._observables, self._dialect = network, observables, dialect
        self._known = known
        self._used = self._reached(wanted)
        several = self._read_several_times()
        self._with_column = {
            place
            for place in self._used
            if place in network.names_at or (place in several and not self._is_short(place))
        }

    def _reached(self, wanted: Iterable[str]) -> list[int]:
        """Return the positions of conditions and all their parts, parts before wholes."""
        reached: set[int] = set()
        waiting = [self._network.names[name] for name in wanted]
        while waiting:
            place = waiting.pop()
            if place not in reached:
                reached.add(place)
                waiting += self._network.nodes[place].children
        return sorted(reached)

    def _read_several_times(self) -> set[int]:
        """Return the positions of the parts that several wholes read, or one that counts them: that
        reads each for true and for false.
        """
        times = Counter[int]()
        for place in self._used:
            node = self._network.nodes[place]
            for child in node.children:
                times[child] += 2 if node.kind is NodeKind.AT_LEAST else 1
        return {place for place, count in times.items() if count > 1}

    def _is_short(self, place: int) -> bool:
        """Whether a part is so short that it may stand there several times."""
        node = self._network.nodes[place]
        if node.kind is NodeKind.NOT:
            return node.children[0] in self._network.names_at or self._is_short(node.children[0])
        return node.kind is NodeKind.IS and not node.children

    def layers(self) -> list[list[Written]]:
        """Return the conditions that read earlier ones only, together."""
        depths: dict[int, int] = {}
        layers: list[list[Written]] = []
        for place in self._used:
            node = self._network.nodes[place]
            below = [depths[child] + (child in self._with_column) for child in node.children]
            depths[place] = max(below, default=0)
            if place in self._with_column:
                layers += [[] for _ in range(depths[place] + 1 - len(layers))]
                layers[depths[place]].append(self._in_a_column(place))
        return layers

    def _in_a_column(self, place: int) -> Written:
        names = self._network.names_at.get(place, [self._network.labels[place]])
        return names, self._column(place), self._expression(self._network.nodes[place])

    def truth(self, name: str) -> str:
        """Write the truth of a named condition."""
        return self._written(self._network.names[name])

    def whole(self, name: str) -> str:
        """Write a named condition with all that it consists of."""
        return self._expression(self._network.nodes[self._network.names[name]])

    def _column(self, place: int) -> str:
        return self._dialect.name(self._network.labels[place])

    def _written(self, place: int) -> str:
        """Write a condition: its column, or itself."""
        if place in self._with_column:
            return self._column(place)
        return self._expression(self._network.nodes[place])

    def _part(self, place: int) -> str:
        """Write a condition as a part of another."""
        written, node = self._written(place), self._network.nodes[place]
        is_plain = place in self._with_column or node.kind in (NodeKind.AT_LEAST, NodeKind.NOT)
        if is_plain or (node.kind is NodeKind.IS and " AND " not in written):
            return written
        return inside(written)

    def _expression(self, node: Node) -> str:
        match node.kind:
            case NodeKind.IS:
                return self._observable(node)
            case NodeKind.NOT:
                return f"NOT {self._part(node.children[0])}"
            case NodeKind.ALL:
                return joined("AND", map(self._part, node.children))
            case NodeKind.ANY:
                return joined("OR", map(self._part, node.children))
            case NodeKind.AT_LEAST:
                return self._at_least(node)

    def _observable(self, node: Node) -> str:
        """Judge an observable: by its value where there is one; blank, false where it is not
        needed, else unknown.
        """
        assert node.test is not None
        name = node.test.observable
        words = self._observables[name].answer.categories
        passing = passes(self._dialect, node.test, self._known(name), words)
        if name in self._network.optional:
            return f"COALESCE({passing}, FALSE)"
        if not node.children:
            return passing
        asked = self._part(node.children[0])
        return f"COALESCE({passing}, CASE WHEN NOT {asked} THEN FALSE END)"

    def _at_least(self, node: Node) -> str:
        """Write true where enough are true, false where too many are false."""
        parts = [self._part(child) for child in node.children]
        enough = f"{number_true(parts)} >= {node.count}"
        too_many = f"{number_true(f'NOT {part}' for part in parts)} >= {node.needed(False)}"
        return case([(enough, "TRUE"), (too_many, "FALSE")])
