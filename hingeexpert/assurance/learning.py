"""Learn from one example that a question is useful: which few of its answers make it so.

Every form that leaves the same end open, and that these answers fit, is then known as well, without
looking at it. Judged by the plain evaluation alone.
"""

from collections.abc import Iterator, Mapping, Sequence

from hingeexpert.assurance.ends import Answers, End
from hingeexpert.assurance.lessons import Lesson
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Worlds, evaluate_some

LESSONS = 4
"""Most lessons of one example. The cheapest alone may fit so few other forms that hundreds are
needed; the next cheapest cost little beside finding the example.
"""


class Learner:
    """What can be learnt about one question."""

    def __init__(
        self, knowledge: KnowledgeBase, defaults: Answers, name: str, ends: Sequence[End]
    ) -> None:
        """Take the ends that read the question."""
        self.ends = ends
        self._network, self._defaults = knowledge.network, defaults
        self._name = name
        self._below = sorted(set().union(*(end.below for end in ends)))

    def open_ends(self, known: Answers) -> list[int]:
        """Return the positions of the ends that are open on a form."""
        worlds = Worlds({**self._defaults, **known})
        truths = evaluate_some(self._network, self._below, worlds)
        return [number for number, end in enumerate(self.ends) if not end.settled(truths)]

    def lessons(self, known: Answers, example: Answers) -> list[Lesson]:
        """Keep of an example what the cheapest ends need.

        Args:
            known: What is known on a form.
            example: The same with answers to its blanks and to the question, such that the latter
                settles an end that is open on the form.
        """
        answers = {**self._defaults, **example}
        lessons = [
            Lesson(self._lesson(known, answers, end), example[self._name], end.name)
            for end in self._settled_ends(answers, self.open_ends(known))
        ]
        return sorted(lessons, key=lambda lesson: len(lesson.answers))[:LESSONS]

    def _settled_ends(self, answers: Answers, ends: Sequence[int]) -> Iterator[End]:
        """Yield those of some ends that are open without the answer to the question, and settled
        with it.
        """
        worlds = Worlds(answers, [{self._name: None}])
        truths = evaluate_some(self._network, self._below, worlds)
        for number in ends:
            if self.ends[number].settled(truths) == 0b01:
                yield self.ends[number]

    def _lesson(self, known: Answers, answers: Answers, end: End) -> Answers:
        """Leave out answers as long as the question settles the end on the form with the others.

        Where a question that is not needed was answered, an end can be open with all answers and
        settled with the few that it needs. Then more of them are kept, so that a lesson always fits
        the form that it was learnt on.
        """
        needed = self._needed(answers, end)
        if self._works(known, needed, answers, end):
            return needed
        kept = _without(answers, [self._name])
        for other in list(kept):
            fewer = _without(kept, [other])
            if self._works(known, fewer, answers, end):
                kept = fewer
        return kept

    def _works(self, known: Answers, lesson: Answers, answers: Answers, end: End) -> bool:
        """Return whether on a form with the answers of a lesson, too, the end is open without the
        question and settled with it.
        """
        base = {**self._defaults, **known, **lesson, self._name: answers[self._name]}
        worlds = Worlds(base, [{self._name: None}])
        return end.settled_by(self._network, worlds) == 0b01

    def _needed(self, answers: Answers, end: End) -> Answers:
        """Leave out answers as long as the end stays settled, as many at a time as can go.

        One pass over the network tries to leave out each answer on its own. Those that can go alone
        need not be able to go together, as one may stand in for another: so first all of them are
        tried, then half as many, down to a single one, which can always go. What is left is looked
        at anew, until no answer can go.

        Args:
            answers: Answers that settle the end, with that to the question itself, which stays.
            end: The end.
        """
        answers = {name: value for name, value in answers.items() if name in end.reads}
        while spare := self._spare(answers, end):
            count = len(spare)
            while not self._settles(_without(answers, spare[:count]), end):
                count //= 2
            answers = _without(answers, spare[:count])
        return _without(answers, [self._name])

    def _spare(self, answers: Answers, end: End) -> list[str]:
        """Return the questions of which each could be left out alone."""
        others = [other for other in answers if other != self._name]
        worlds = Worlds(answers, [{other: None} for other in others])
        settled = end.settled_by(self._network, worlds)
        return [other for world, other in enumerate(others, start=1) if settled >> world & 1]

    def _settles(self, answers: Answers, end: End) -> bool:
        return bool(end.settled_by(self._network, Worlds(answers)))


def _without(answers: Mapping[str, Value], left_out: Sequence[str]) -> Answers:
    return {name: value for name, value in answers.items() if name not in left_out}
