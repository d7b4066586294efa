"""The network of conditions as rules for CLIPS: for each condition those that conclude it true, and
those that conclude it false. What is unknown is concluded by none.
"""

from collections.abc import Iterator

from hingeexpert.assurance.clips_language import (
    ascending,
    comment,
    condition_fact,
    defrule,
    joined,
    passing,
    truth_word,
)
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Condition, every_part
from hingeexpert.knowledge.network import Node, NodeKind
from hingeexpert.knowledge.wording import in_words


class Conditions:
    """The network of conditions: rules on `known` and `condition` that conclude `condition`."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.network = knowledge.network
        self.names = self.network.names_at
        self.parts: dict[int, tuple[str, Condition]] = {}
        for name, condition in knowledge.conditions.items():
            for number, (position, part) in enumerate(self._unnamed(condition), start=1):
                self.parts.setdefault(position, (f"{name}#{number}", part))

    def _unnamed(self, condition: Condition) -> Iterator[tuple[int, Condition]]:
        """Yield the parts of a condition that have no name of their own, with their positions."""
        for part in every_part(condition):
            position = self.network.position(part)
            if position not in self.names:
                yield position, part

    def blocks(self) -> Iterator[str]:
        """Yield the rules of each condition, parts before wholes.

        A part that is a plain test or a *not* stands where it is used.
        """
        for position, node in enumerate(self.network.nodes):
            if position in self.names or node.kind not in (NodeKind.IS, NodeKind.NOT):
                lines = list(self._comments(position))
                for truth in (True, False):
                    lines += self._rules(position, node, truth)
                yield "\n".join(lines)

    def _comments(self, position: int) -> Iterator[str]:
        for name in self.names.get(position, ()):
            yield comment(f"{name}: {in_words(self.knowledge, self.knowledge.conditions[name])}")
        if position not in self.names:
            label, part = self.parts[position]
            yield comment(f"{label}: {in_words(self.knowledge, part)}")

    def _labels(self, position: int) -> list[str]:
        return self.names.get(position) or [self.parts[position][0]]

    def _rules(self, position: int, node: Node, truth: bool) -> Iterator[str]:
        """Yield the rules that conclude a condition true, or those that conclude it false."""
        labels = self._labels(position)
        if node.kind is NodeKind.AT_LEAST:
            yield from self._counted(labels[0], node, truth)
        name = f"{labels[0]}/{truth_word(truth)}"
        concluded = " ".join(condition_fact(label, truth) for label in labels)
        yield defrule(name, self._patterns(position, node, truth), concluded)

    def _patterns(self, position: int, node: Node, truth: bool) -> list[str]:
        """Return the patterns that must all be met for a condition to have a truth."""
        if node.kind is NodeKind.IS:
            return [self._known(position, truth)]
        if node.kind is NodeKind.NOT:
            return [self._pattern(node.children[0], not truth)]
        if node.kind is NodeKind.AT_LEAST:
            return ascending(self._labels(position)[0], node.needed(truth), truth)
        parts = [self._pattern(child, truth) for child in node.children]
        every = (node.kind is NodeKind.ALL) is truth
        return parts if every else [joined(False, parts)]

    def _counted(self, label: str, node: Node, truth: bool) -> Iterator[str]:
        """Yield one rule for each part of an *at least* condition; what is counted are the numbers
        of its parts, so that the same one is not counted twice: see `ascending`.
        """
        for number, child in enumerate(node.children, start=1):
            part = f"(part (of {label}) (number {number}) (truth {truth_word(truth)}))"
            yield defrule(
                f"{label}/part-{number}/{truth_word(truth)}", [self._pattern(child, truth)], part
            )

    def _pattern(self, position: int, truth: bool) -> str:
        """Return the pattern that is met when a condition has this truth."""
        node = self.network.nodes[position]
        if node.kind is NodeKind.NOT and position not in self.names:
            return self._pattern(node.children[0], not truth)
        if node.kind is NodeKind.IS:
            return self._known(position, truth)
        return condition_fact(self._labels(position)[0], truth)

    def _known(self, position: int, truth: bool) -> str:
        test = self.network.nodes[position].test
        assert test is not None
        value = passing(test, truth, f"?v{position}")
        return f"(known (observable {test.observable}) (value {value}))"
