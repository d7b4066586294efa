"""What would have to change for another verdict: the smallest set of changeable answers that
reaches it.

Owns the search. Red flags, age and history are not changeable (the observables say so); what stands
in the way among them is named. The search is exact: it deepens by one change at a time, and
branches only on answers without which a condition that stands in the way cannot give way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference.diagnosis import Result
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.network import Node, NodeKind, Worlds, evaluate

MOST_EVALUATIONS = 1000
"""Passes over the network before the search gives up; each pass tries all values of a set of
answers at once.
"""

Answers = Mapping[str, Value]


class ChangedAnswer(Result):
    """One answer that would be different."""

    observable: str
    question: str
    now: Value | None
    then: Value


class WhatIf(Result):
    """What would reach a verdict.

    Attributes:
        reachable: Whether changeable answers can reach it; `None` where the search gave up.
        changes: The smallest set of changes, none where it is the verdict already.
        in_the_way: Observables that cannot be changed and keep it from being reached.
    """

    verdict: str
    reachable: bool | None
    changes: list[ChangedAnswer]
    in_the_way: list[str]


class _GaveUpError(Exception):
    pass


@dataclass(frozen=True)
class _Need:
    """A condition that must get a truth: its position, and which."""

    position: int
    truth: bool


def what_if(knowledge: KnowledgeBase, assessment: Assessment, verdict: str) -> WhatIf:
    """Find the smallest set of changeable answers that makes a level or verdict the decided one.

    Args:
        knowledge: The knowledge base.
        assessment: A checked form.
        verdict: The id of a triage level or a verdict of readiness.

    Raises:
        KeyError: There is no such verdict.
    """
    search = _Search(knowledge, verdict)
    try:
        found = search.smallest(assessment.answers)
    except _GaveUpError:
        return WhatIf(verdict=verdict, reachable=None, changes=[], in_the_way=[])
    if found is None:
        return WhatIf(
            verdict=verdict,
            reachable=False,
            changes=[],
            in_the_way=search.in_the_way(assessment.answers),
        )
    changes = [
        ChangedAnswer(
            observable=name,
            question=knowledge.observables[name].question,
            now=assessment.answers.get(name),
            then=found[name],
        )
        for name in knowledge.observables
        if name in found
    ]
    return WhatIf(verdict=verdict, reachable=True, changes=changes, in_the_way=[])


@dataclass(frozen=True)
class _World:
    """Answers, and the truth of every condition that follows."""

    answers: Answers
    truths: Sequence[bool | None]


class _Search:
    def __init__(self, knowledge: KnowledgeBase, verdict: str) -> None:
        self.knowledge = knowledge
        self.network = knowledge.network
        self.needs = _needs(knowledge, verdict)
        self.left = MOST_EVALUATIONS
        self.cut = False
        self.place = {name: place for place, name in enumerate(knowledge.observables)}

    def smallest(self, answers: Answers) -> dict[str, Value] | None:
        """Return the changes, or `None` where none reach the verdict."""
        (start,) = self._evaluate(answers, [{}])
        for most in range(len(self.knowledge.observables) + 1):
            self.cut = False
            found = self._deepen(start, {}, most)
            if found is not None or not self.cut:
                return found
        return None

    def _deepen(self, at: _World, changes: dict[str, Value], left: int) -> dict[str, Value] | None:
        """Search with at most `left` more changes; notes in `cut` where more could have helped."""
        needs = self._open(at)
        if not needs:
            return changes
        blames = [
            self._cone(need.position, need.truth, at, changeable=True) - changes.keys()
            for need in needs
        ]
        if not all(blames):
            return None
        if _disjoint(blames) > left:
            self.cut = True
            return None
        smallest = min(blames, key=len)
        names = sorted(smallest, key=self.place.__getitem__)
        trials = [
            {name: value}
            for name in names
            for value in self.knowledge.answers[name]
            if value != at.answers.get(name)
        ]
        tried = zip(trials, self._evaluate(at.answers, trials), strict=True)
        for trial, state in sorted(tried, key=lambda pair: len(self._open(pair[1]))):
            found = self._deepen(state, {**changes, **trial}, left - 1)
            if found is not None:
                return found
        return None

    def _open(self, at: _World) -> list[_Need]:
        return [need for need in self.needs if at.truths[need.position] is not need.truth]

    def _evaluate(self, answers: Answers, trials: Sequence[Answers]) -> list[_World]:
        """Return the state after each trial's changes, all in one pass over the network."""
        self.left -= 1
        if self.left < 0:
            raise _GaveUpError
        after = [{**answers, **trial} for trial in trials]
        facts = [what_is_known(self.knowledge, tried).facts for tried in after]
        base = facts[0]
        changes = [
            {name: fact.get(name) for name in {*base, *fact} if fact.get(name) != base.get(name)}
            for fact in facts[1:]
        ]
        truths = evaluate(self.network, Worlds(base, changes))
        return [
            _World(tried, [truth.in_world(world) for truth in truths])
            for world, tried in enumerate(after)
        ]

    def _cone(self, position: int, truth: bool, at: _World, changeable: bool) -> set[str]:
        """Return observables on which it hangs that a condition has not got a truth.

        Args:
            position: The condition, which does not have the truth.
            truth: The truth it should have.
            at: Answers and truths.
            changeable: Look for changeable observables, as few as must contain a change; else for
                all that are not changeable.
        """
        node = self.network.nodes[position]
        if node.kind is NodeKind.IS:
            return self._of_test(node, truth, at, changeable)
        if node.kind is NodeKind.NOT:
            return self._cone(node.children[0], not truth, at, changeable)
        cones = [
            self._cone(child, truth, at, changeable)
            for child in node.children
            if at.truths[child] is not truth
        ]
        all_must = (
            node.kind in (NodeKind.ALL, NodeKind.ANY) and (node.kind is NodeKind.ALL) is truth
        )
        if all_must and changeable:
            return min(cones, key=len, default=set())
        return set().union(*cones)

    def _of_test(self, node: Node, truth: bool, at: _World, changeable: bool) -> set[str]:
        assert node.test is not None
        name = node.test.observable
        named = {name, *self._void_causes(name)}
        found = {
            other
            for other in named
            if (self.knowledge.observables[other].changeable == "yes") is changeable
        }
        if not truth and name not in at.answers:
            for child in node.children:
                found |= self._cone(child, False, at, changeable)
        return found

    def _void_causes(self, name: str) -> Iterator[str]:
        network = self.knowledge.form_network
        stack = [network.names[naming.void(name)]] if naming.void(name) in network.names else []
        while stack:
            node = network.nodes[stack.pop()]
            if node.test is not None:
                yield node.test.observable
            stack.extend(node.children)

    def in_the_way(self, answers: Answers) -> list[str]:
        """Return what cannot be changed and stands in the way, in form order."""
        (at,) = self._evaluate(answers, [{}])
        found: set[str] = set()
        for need in self._open(at):
            if not self._cone(need.position, need.truth, at, changeable=True):
                found |= self._cone(need.position, need.truth, at, changeable=False)
        return sorted(found, key=self.place.__getitem__)


def _needs(knowledge: KnowledgeBase, verdict: str) -> list[_Need]:
    """Return what must be so for a verdict: every rule of the entries before it is false, its own
    condition is true.
    """
    names = knowledge.network.names
    for ladder, levels in knowledge.ladders.items():
        ids = [level.id for level in levels]
        if verdict in ids:
            above = levels[: ids.index(verdict)]
            false = [
                names[naming.level_rule(ladder, level.id, rule.id)]
                for level in above
                for rule in level.rules
            ]
            return [
                *(_Need(position, False) for position in dict.fromkeys(false)),
                _Need(names[naming.level(ladder, verdict)], True),
            ]
    raise KeyError(verdict)


def _disjoint(blames: Sequence[set[str]]) -> int:
    """Return a number of changes that cannot be beaten: how many of the blames have nothing in
    common, chosen greedily.
    """
    used: set[str] = set()
    count = 0
    for blame in sorted(blames, key=len):
        if not used & blame:
            used |= blame
            count += 1
    return count
