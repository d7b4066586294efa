"""Invented people: forms as a clinic may fill them, made from the shares of `crowd.yaml`.

They are for counting who is judged otherwise when a rule changes, and nobody's measurement: that
none of them shows something proves nothing. They are asked as the rules ask, in the order in which
questions depend on each other. The same rules and shares give the same people.
"""

import hashlib
import pickle
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from hingeexpert.assurance.chance import Chance
from hingeexpert.assurance.shares import Answering, CrowdShares, Shares, read_shares
from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.cache import keep, key_of, recall
from hingeexpert.formats.files import read_plain
from hingeexpert.inference.crowd import Crowd, CrowdWorlds, judged
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value, observables_in
from hingeexpert.knowledge.evaluation import Truth, evaluate
from hingeexpert.knowledge.models.crowd import ANYBODY, Kinds
from hingeexpert.knowledge.network import Network
from hingeexpert.knowledge.rule_files import CROWD

KIND, MOST = "crowd", 3
"""What a crowd is called in the cache, and how many of them are kept."""
LAZY = "leaves something blank"


def invented(folder: Path, knowledge: KnowledgeBase, people: int) -> Crowd:
    """Return so many invented people, as they were kept or made anew.

    Args:
        folder: The folder of rules, with its `crowd.yaml`.
        knowledge: What stands in it.
        people: How many.

    Raises:
        KnowledgeError: With every problem of the shares, or there are none.
    """
    key = key_of(knowledge.sha256, _hash(folder / CROWD), str(people))
    kept = recall(KIND, key)
    if kept is not None:
        return Crowd.of_answers(people, pickle.loads(kept))  # noqa: S301 - ours alone, see cache.py
    crowd = Inventor(knowledge, read_shares(folder, knowledge), people).crowd()
    keep(KIND, key, pickle.dumps(crowd.answers, pickle.HIGHEST_PROTOCOL), MOST)
    return crowd


def crowd_of(folder: Path, knowledge: KnowledgeBase, people: int) -> Crowd:
    """Return so many invented people; nobody where a folder has no shares to make them from.

    Raises:
        KnowledgeError: With every problem of the shares.
    """
    return invented(folder, knowledge, people) if (folder / CROWD).exists() else Crowd(())


def _hash(path: Path) -> str:
    """Return the hash of a file; that of nothing where there is none."""
    try:
        content = read_plain(path) if path.exists() else b""
    except OSError as error:
        raise KnowledgeError.about(path, f"this file cannot be read: {error.strerror}") from None
    return hashlib.sha256(content).hexdigest()


class Inventor:
    """Asks invented people one question after the other."""

    def __init__(self, knowledge: KnowledgeBase, shares: CrowdShares, people: int) -> None:
        """Sort people into their kinds.

        Args:
            knowledge: What is asked.
            shares: How often each answer is given.
            people: How many people there are.
        """
        self.knowledge, self.shares, self.people = knowledge, shares, people
        self.everyone = (1 << people) - 1
        self._kinds = {kinds.id: self._sorted(kinds) for kinds in shares.file.kinds}
        self._leaving = Chance(LAZY, people).below(shares.file.blank.people / 100)
        self._answers: dict[str, dict[Value, int]] = {}

    def _sorted(self, kinds: Kinds) -> dict[str, int]:
        """Return the people of each kind."""
        shares = [(kind, share / 100) for kind, share in kinds.shares.items()]
        chance = Chance(f"kind {kinds.id}", self.people)
        return {str(kind): mask for kind, mask in _spread(chance, shares, self.everyone)}

    def crowd(self) -> Crowd:
        """Return the people with all their answers."""
        waiting = list(self.knowledge.observables)
        while waiting:
            now = [name for name in waiting if self._needed[name].isdisjoint(waiting)] or waiting
            asking = _Asking(self.knowledge, self._so_far())
            for name in now:
                self._ask(name, asking)
            waiting = [name for name in waiting if name not in now]
        return self._so_far()

    def _so_far(self) -> Crowd:
        return Crowd.of_answers(self.people, dict(self._answers))

    @cached_property
    def _needed(self) -> dict[str, set[str]]:
        """For each question those that must be answered before it is asked."""
        network, needed = self.knowledge.network, {}
        for name, item in self.knowledge.observables.items():
            asked = network.ask_when.get(name)
            before = set() if asked is None else network.observables_below(asked)
            group = self.knowledge.part_of[name]
            before |= group.markers if name in group.drill_findings else set()
            for condition in (*item.of_intake.values(), *item.impossible_when.values()):
                before |= observables_in(condition)
            needed[name] = before - {name}
        return needed

    def _ask(self, name: str, asking: "_Asking") -> None:
        """Let people answer a question."""
        chance = Chance(f"blank {name}", self.people)
        blank = self._leaving & chance.below(self.shares.file.blank.questions / 100)
        asked = asking.asked(name) & ~blank
        answers: dict[Value, int] = {}
        for value, mask in asking.computed(name):
            answers[value] = mask & asked
            asked &= ~mask
        for value, mask in self._drawn(name, asked):
            possible = mask & ~asking.impossible(name, value)
            answers[value] = answers.get(value, 0) | possible
        self._answers[name] = {value: mask for value, mask in answers.items() if mask}

    def _drawn(self, name: str, asked: int) -> Iterator[tuple[Value, int]]:
        """Yield answers by their shares, with the people who give them."""
        answering = self.shares.answering[name]
        chance = Chance(name, self.people)
        others = asked
        for kind, shares in answering.kinds.items():
            mask = self._of_kind(answering, kind) & asked
            others &= ~mask
            yield from _spread(chance, shares, mask)
        yield from _spread(chance, answering.others, others)

    def _of_kind(self, answering: Answering, kind: str) -> int:
        if answering.by is None:
            assert kind == ANYBODY
            return self.everyone
        return self._kinds[answering.by].get(kind, 0)


def _spread(chance: Chance, shares: Shares, people: int) -> Iterator[tuple[Value, int]]:
    """Yield each value with those of some people who get it; the last takes who is left."""
    if not people:
        return
    sum_, before = 0.0, 0
    for value, share in shares[:-1]:
        sum_ += share
        below = chance.below(sum_)
        yield value, below & ~before & people
        before = below
    yield shares[-1][0], people & ~before


class _Asking:
    """Who is asked what, after some answers."""

    def __init__(self, knowledge: KnowledgeBase, crowd: Crowd) -> None:
        self.knowledge, self._crowd = knowledge, crowd
        self._judged = judged(knowledge, crowd)
        self._intake = self._of(knowledge.intake_network)
        self._form = self._of(knowledge.form_network)

    def _of(self, network: Network) -> Mapping[str, Truth]:
        """Return the truths of the conditions of a network on the answers alone."""
        worlds = CrowdWorlds(self._crowd.everyone, self._answers)
        truths = evaluate(network, worlds)
        return {name: truths[position] for name, position in network.names.items()}

    def _answers(self, name: str) -> list[tuple[Value, int]]:
        return list(self._crowd.answers.get(name, {}).items())

    def asked(self, name: str) -> int:
        """Return the people who are asked a question."""
        item, asked = self.knowledge.observables[name], self._crowd.everyone
        if item.ask_when is not None:
            asked &= ~self._judged.truth(naming.ask(name)).false
        if item.follows is not None:
            asked &= self._intake[naming.follows(name)].true
        group = self.knowledge.part_of[name]
        if name in group.drill_findings:
            asked &= ~self._form[naming.not_done(group.group)].true
        return asked

    def computed(self, name: str) -> Iterator[tuple[Value, int]]:
        """Yield what follows from other answers, with the people of whom it does."""
        for value in self.knowledge.observables[name].computed_when:
            yield value, self._intake[naming.computed(name, value)].true

    def impossible(self, name: str, value: Value) -> int:
        """Return the people whose other answers rule an answer out."""
        if value not in self.knowledge.observables[name].impossible_when:
            return 0
        return self._form[naming.impossible(name, str(value))].true
