"""What would have to change for another verdict, or for a fault to go or come: the smallest set of
changeable answers that does it.

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
from hingeexpert.knowledge.evaluation import Worlds, evaluate
from hingeexpert.knowledge.network import Node, NodeKind

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


def what_if(
    knowledge: KnowledgeBase, assessment: Assessment, verdict: str, most: int = MOST_EVALUATIONS
) -> WhatIf:
    """Find the smallest set of changeable answers that makes a level or verdict the decided one.

    Args:
        knowledge: The knowledge base.
        assessment: A checked form.
        verdict: The level or verdict.
        most: Passes over the network before the search gives up.

    Raises:
        KeyError: There is no level of triage or verdict of readiness with this id.
    """
    return _searched(knowledge, assessment, verdict, _needs(knowledge, verdict), most)


def what_if_beyond(
    knowledge: KnowledgeBase, assessment: Assessment, verdict: str, most: int = MOST_EVALUATIONS
) -> WhatIf:
    """Find the smallest set of changeable answers with which a level or verdict, and all that come
    before it, are ruled out, whichever comes after; see `what_if`.

    Raises:
        KeyError: There is no level of triage or verdict of readiness with this id.
    """
    needs = [*_before(knowledge, verdict), *_ruled_out(knowledge, verdict)]
    return _searched(knowledge, assessment, verdict, needs, most)


def what_if_present(
    knowledge: KnowledgeBase,
    assessment: Assessment,
    name: str,
    present: bool,
    most: int = MOST_EVALUATIONS,
) -> WhatIf:
    """Find the smallest set of changeable answers that brings a fault or contributor, or removes
    it.

    Args:
        knowledge: The knowledge base.
        assessment: A checked form.
        name: Its id, which the result has as `verdict`.
        present: Whether it should be there.
        most: Passes over the network before the search gives up.

    Raises:
        KeyError: There is no fault or contributor with this id.
    """
    position = knowledge.network.names[knowledge.present(name)]
    return _searched(knowledge, assessment, name, [_Need(position, present)], most)


def _searched(
    knowledge: KnowledgeBase,
    assessment: Assessment,
    verdict: str,
    needs: Sequence[_Need],
    most: int,
) -> WhatIf:
    """Search the smallest set of answers that meets all needs of a conclusion."""
    search = _Search(knowledge, needs, most)
    try:
        smallest = search.smallest(assessment.answers)
    except _GaveUpError:
        return WhatIf(verdict=verdict, reachable=None, changes=[], in_the_way=[])
    if smallest is None:
        in_the_way = search.in_the_way(assessment.answers)
        return WhatIf(verdict=verdict, reachable=False, changes=[], in_the_way=in_the_way)
    changes = _in_form_order(knowledge, assessment.answers, smallest)
    return WhatIf(verdict=verdict, reachable=True, changes=changes, in_the_way=[])


def _in_form_order(
    knowledge: KnowledgeBase, answers: Answers, changes: Answers
) -> list[ChangedAnswer]:
    """Tell changes of answers in the order of the form."""
    return [
        ChangedAnswer(
            observable=name,
            question=item.question,
            now=answers.get(name),
            then=changes[name],
        )
        for name, item in knowledge.observables.items()
        if name in changes
    ]


@dataclass(frozen=True)
class _World:
    """Answers, and the truth of every condition that follows."""

    answers: Answers
    truths: Sequence[bool | None]


class _Search:
    """The search for one conclusion.

    Attributes:
        left: Passes over the network that are left.
        cut: Whether the search turned back where more changes could have helped.
    """

    def __init__(self, knowledge: KnowledgeBase, needs: Sequence[_Need], left: int) -> None:
        self.knowledge = knowledge
        self.network = knowledge.network
        self.needs = needs
        self.left = left
        self.cut = False
        self.form_order = {name: number for number, name in enumerate(knowledge.observables)}

    def smallest(self, answers: Answers) -> dict[str, Value] | None:
        """Return the changes, or `None` where none reach the verdict."""
        (start,) = self._evaluate(answers, [{}])
        for most in range(len(self.knowledge.observables) + 1):
            self.cut = False
            changes = self._deepen(start, {}, most)
            if changes is not None or not self.cut:
                return changes
        return None

    def _deepen(
        self, world: _World, changes: dict[str, Value], left: int
    ) -> dict[str, Value] | None:
        """Search with at most `left` more changes; notes in `cut` where more could have helped."""
        needs = self._open(world)
        if not needs:
            return changes
        blames = [self._blame(need, world) - changes.keys() for need in needs]
        if not all(blames):
            return None
        if _disjoint(blames) > left:
            self.cut = True
            return None
        for change, after in self._tried(min(blames, key=len), world):
            complete = self._deepen(after, {**changes, **change}, left - 1)
            if complete is not None:
                return complete
        return None

    def _blame(self, need: _Need, world: _World) -> set[str]:
        """Return the observables of which one at least must change."""
        return self._cone(need.position, need.truth, world, changeable=True)

    def _tried(self, names: set[str], world: _World) -> list[tuple[Answers, _World]]:
        """Return every other answer to one of these, each with what follows, the best first: that
        which leaves the fewest needs open.
        """
        changes: list[Answers] = []
        for name in sorted(names, key=self.form_order.__getitem__):
            for value in self.knowledge.answers[name]:
                if value != world.answers.get(name):
                    changes.append({name: value})
        worlds = self._evaluate(world.answers, changes)
        tried = list(zip(changes, worlds, strict=True))
        return sorted(tried, key=lambda pair: len(self._open(pair[1])))

    def _open(self, world: _World) -> list[_Need]:
        return [need for need in self.needs if world.truths[need.position] is not need.truth]

    def _evaluate(self, answers: Answers, changes: Sequence[Answers]) -> list[_World]:
        """Return the world after each change of the answers, all in one pass over the network.

        A change of an answer may make others readable or not, so that what is known can differ in
        more than the change itself.
        """
        self.left -= 1
        if self.left < 0:
            raise _GaveUpError
        changed = [{**answers, **change} for change in changes]
        first, *others = (what_is_known(self.knowledge, each).facts for each in changed)
        worlds = Worlds(first, [_difference(first, facts) for facts in others])
        truths = evaluate(self.network, worlds)
        return [
            _World(each, [truth.in_world(number) for truth in truths])
            for number, each in enumerate(changed)
        ]

    def _cone(self, position: int, truth: bool, world: _World, changeable: bool) -> set[str]:
        """Return observables on which it hangs that a condition has not got a truth.

        Args:
            position: The condition, which does not have the truth.
            truth: The truth it should have.
            world: Answers and truths.
            changeable: Look for changeable observables, as few as must contain a change; else for
                all that are not changeable.
        """
        node = self.network.nodes[position]
        if node.kind is NodeKind.IS:
            return self._of_test(node, truth, world, changeable)
        if node.kind is NodeKind.NOT:
            return self._cone(node.children[0], not truth, world, changeable)
        cones = [
            self._cone(child, truth, world, changeable)
            for child in node.children
            if world.truths[child] is not truth
        ]
        # Where every part must get the truth, each of their cones must contain a change, so that
        # the smallest of them is enough to branch on. Else the change may lie in any of them.
        if changeable and _all_must(node, truth):
            return min(cones, key=len, default=set())
        return set().union(*cones)

    def _of_test(self, node: Node, truth: bool, world: _World, changeable: bool) -> set[str]:
        assert node.test is not None
        name = node.test.observable
        cone = set()
        for other in {name, *self._void_causes(name)}:
            if (self.knowledge.observables[other].changeable == "yes") is changeable:
                cone.add(other)
        if not truth and name not in world.answers:  # false, too, where it is not asked
            for asked in node.children:
                cone |= self._cone(asked, False, world, changeable)
        return cone

    def _void_causes(self, name: str) -> Iterator[str]:
        """Yield the observables by which an answer to this one can be unreadable."""
        network = self.knowledge.form_network
        stack = [network.names[naming.void(name)]] if naming.void(name) in network.names else []
        while stack:
            node = network.nodes[stack.pop()]
            if node.test is not None:
                yield node.test.observable
            stack.extend(node.children)

    def in_the_way(self, answers: Answers) -> list[str]:
        """Return what cannot be changed and stands in the way, in form order."""
        (world,) = self._evaluate(answers, [{}])
        fixed: set[str] = set()
        for need in self._open(world):
            if not self._cone(need.position, need.truth, world, changeable=True):
                fixed |= self._cone(need.position, need.truth, world, changeable=False)
        return sorted(fixed, key=self.form_order.__getitem__)


def _difference(base: Answers, other: Answers) -> dict[str, Value | None]:
    """Return what differs from the base; `None` where the other has nothing."""
    names = {*base, *other}
    return {name: other.get(name) for name in names if other.get(name) != base.get(name)}


def _all_must(node: Node, truth: bool) -> bool:
    """Return whether a list has a truth only where all of its parts have it."""
    return node.kind is (NodeKind.ALL if truth else NodeKind.ANY)


def _needs(knowledge: KnowledgeBase, verdict: str) -> list[_Need]:
    """Return what must be so for a verdict: every rule of the entries before it is false, its own
    condition is true.
    """
    ladder = _ladder_of(knowledge, verdict)
    own = knowledge.network.names[naming.level(ladder, verdict)]
    return [*_before(knowledge, verdict), _Need(own, True)]


def _before(knowledge: KnowledgeBase, verdict: str) -> Iterator[_Need]:
    """Yield that every rule of the entries before a verdict is false."""
    levels = [*knowledge.levels(_ladder_of(knowledge, verdict))]
    for level in levels[: levels.index(verdict)]:
        yield from _ruled_out(knowledge, level)


def _ruled_out(knowledge: KnowledgeBase, name: str) -> Iterator[_Need]:
    """Yield that every rule of an entry is false."""
    ladder = _ladder_of(knowledge, name)
    for rule in knowledge.level(ladder, name).rules:
        yield _Need(knowledge.network.names[naming.level_rule(ladder, name, rule.id)], False)


def _ladder_of(knowledge: KnowledgeBase, name: str) -> str:
    """Return the ladder on which a level stands."""
    for ladder in knowledge.ladders:
        if name in knowledge.levels(ladder):
            return ladder
    raise KeyError(name)


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
