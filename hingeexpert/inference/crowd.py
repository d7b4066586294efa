"""Many forms at once, as big integers: one bit a person.

The plain evaluation works on masks over worlds; here each person is a world. It counts and compares
without a library, where `columns` gives a row for each form. Must agree with both and with the
engine on every form. What follows from the truths is `crowd_labels.py`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hingeexpert.inference.crowd_labels import CrowdLabels
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Truth, Worlds, evaluate, union

Masks = Mapping[Value, int]
"""Answers to one question, each with the people who gave it."""
Given = list[tuple[Value, int]]
"""Those of the answers to one question that have an effect of their own, with the people."""


class Crowd:
    """Many people, each with a form.

    Attributes:
        count: How many; each has a bit of every mask, the first the lowest.
        everyone: The mask of all of them.
        answers: Observable to answer to the people who gave it; a blank stands nowhere.
    """

    def __init__(self, forms: Sequence[Mapping[str, Value]]) -> None:
        """Take forms as they were filled, before defaults: observable to value."""
        numbers: dict[str, dict[Value, list[int]]] = {}
        for number, form in enumerate(forms):
            for name, value in form.items():
                numbers.setdefault(name, {}).setdefault(value, []).append(number)
        answers = {
            name: {value: _mask(people) for value, people in values.items()}
            for name, values in numbers.items()
        }
        self._take(len(forms), answers)

    @classmethod
    def of_answers(cls, count: int, answers: Mapping[str, Masks]) -> "Crowd":
        """Return the crowd in which these people gave these answers.

        Args:
            count: How many people there are.
            answers: Observable to answer to the people who gave it.
        """
        crowd = cls(())
        crowd._take(count, answers)
        return crowd

    def _take(self, count: int, answers: Mapping[str, Masks]) -> None:
        self.count, self.answers = count, answers
        self.everyone = (1 << count) - 1
        self._merged: dict[tuple[object, ...], Given] = {}

    def form(self, number: int) -> dict[str, Value]:
        """Return the form of one person.

        Args:
            number: Which, from 0.
        """
        return {
            name: value
            for name, values in self.answers.items()
            for value, mask in values.items()
            if mask >> number & 1
        }

    def given(self, knowledge: KnowledgeBase, name: str) -> Given:
        """Return what people answered to a question, answers of the same effect together; without
        those that the knowledge base does not allow.
        """
        values = self.answers.get(name, {})
        answer = knowledge.observables[name].answer
        if answer.categories:
            return [(value, mask) for value, mask in values.items() if value in answer.categories]
        key = (name, answer.ends, answer.whole, *knowledge.tests[name])
        if key not in self._merged:
            allowed = {value: mask for value, mask in values.items() if answer.accepts(value)}
            self._merged[key] = _merged(knowledge, name, allowed)
        return self._merged[key]


def _mask(people: Iterable[int]) -> int:
    """Return the mask of some people; shifting in one bit at a time would copy the mask each
    time.
    """
    people = list(people)
    octets = bytearray(max(people) // 8 + 1)
    for number in people:
        octets[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(octets, "little")


def _merged(knowledge: KnowledgeBase, name: str, values: Masks) -> Given:
    """Return answers with those of the same effect together."""
    merged: dict[Value, int] = {}
    for value, mask in values.items():
        same = knowledge.same_effect(name, value)
        merged[same] = merged.get(same, 0) | mask
    return list(merged.items())


class CrowdWorlds(Worlds):
    """A world for each person of a crowd."""

    def __init__(self, everyone: int, given: Callable[[str], Given]) -> None:
        """Take the mask of all people, and what gives the answers to a question."""
        super().__init__({})
        self.everywhere, self.count = everyone, everyone.bit_length()
        self._given = given

    def values(self, observable: str) -> Given:
        """Return the answers to a question, each with the people who gave it."""
        return self._given(observable)


class KnownOfCrowd:
    """What the forms of a crowd make known: see `forms.assessment.what_is_known`."""

    def __init__(self, knowledge: KnowledgeBase, crowd: Crowd) -> None:
        """Look which answers cannot be read."""
        self.knowledge, self.crowd = knowledge, crowd
        self._void = dict(self._unreadable())

    def _unreadable(self) -> Iterator[tuple[str, int]]:
        """Yield the people whose answer to a question cannot be read."""
        network = self.knowledge.form_network
        worlds = CrowdWorlds(self.crowd.everyone, self._answered)
        truths = evaluate(network, worlds)
        for name, item in self.knowledge.observables.items():
            if item.void_when is not None:
                yield name, truths[network.names[naming.void(name)]].true

    def _answered(self, name: str) -> Given:
        """Return the answers to a question, with its default for those who gave none."""
        return self._with_default(name, self.crowd.given(self.knowledge, name))

    def facts(self, name: str) -> Given:
        """Return what is known of a question: the answers that can be read, and the default."""
        void = self._void.get(name, 0)
        given = self.crowd.given(self.knowledge, name)
        if void:
            given = [(value, mask & ~void) for value, mask in given]
        return self._with_default(name, given)

    def _with_default(self, name: str, given: Given) -> Given:
        default = self.knowledge.observables[name].default
        if default is None:
            return given
        blank = self.crowd.everyone & ~union(mask for _, mask in given)
        return [*given, (default, blank)]


@dataclass(frozen=True)
class Judged:
    """A crowd as a knowledge base judges it.

    Attributes:
        knowledge: The knowledge base.
        crowd: The people.
        truths: The truth of each node of its network, a bit for each person.
    """

    knowledge: KnowledgeBase
    crowd: Crowd
    truths: Sequence[Truth]

    @property
    def count(self) -> int:
        """How many people there are."""
        return self.crowd.count

    @cached_property
    def labels(self) -> dict[str, dict[str, int]]:
        """Conclusion to label to the people of whom it is said; see `labels.labels_of`. Each person
        has one label of every conclusion; a label that nobody has is left out.
        """
        return self._labels.all()

    def labels_of(self, name: str) -> dict[str, int]:
        """Return the labels of one conclusion, sooner than those of all."""
        known = self.__dict__.get("labels")
        return self._labels.of(name) if known is None else known.get(name, {})

    @cached_property
    def _labels(self) -> CrowdLabels:
        return CrowdLabels(self.knowledge, self.truths, self.crowd.everyone)

    def truth(self, name: str) -> Truth:
        """Return the truth of a named condition."""
        return self.truths[self.knowledge.network.names[name]]


def judged(knowledge: KnowledgeBase, crowd: Crowd) -> Judged:
    """Judge everybody of a crowd.

    Args:
        knowledge: The knowledge base; what it does not allow as an answer is blank for it.
        crowd: Forms that it accepts otherwise.
    """
    known = KnownOfCrowd(knowledge, crowd)
    truths = evaluate(knowledge.network, CrowdWorlds(crowd.everyone, known.facts))
    return Judged(knowledge, crowd, truths)
