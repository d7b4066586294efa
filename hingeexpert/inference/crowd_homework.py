"""Which drills suit many people at once, and which of them go home, as masks of people.

Must agree with `homework.Suited`, which says the same of one person: each step here has the name of
the step there.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from hingeexpert.inference.crowd_found import CrowdFound
from hingeexpert.inference.homework import MOST_AT_HOME
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.evaluation import union
from hingeexpert.knowledge.models.conclusions import CONFIDENCES

Names = tuple[str, ...]
Some = tuple[str, int]
"""A drill, and the people who have it at this place of their list."""
List = list[Some]


class CrowdHomework:
    """What suits the people of a crowd."""

    def __init__(self, knowledge: KnowledgeBase, found: CrowdFound) -> None:
        """Take what was found of them."""
        self.knowledge, self.found = knowledge, found
        self._everyone = found.everyone
        self._suits = {name: self._suiting(name) for name in knowledge.drills}

    def _suiting(self, name: str) -> int:
        """Return the people whom a drill suits."""
        drill = self.knowledge.drills[name]
        suits = self._everyone
        if drill.enter is not None:
            suits &= self.found.truth(naming.enter(name)).true
        for other in drill.not_with:
            suits &= ~self.found.present(other)
        return suits

    @cached_property
    def _opened_lists(self) -> list[tuple[int, List]]:
        """Groups of people, each with the drills that their verdict opens, easiest first."""
        lists = []
        verdicts = self.found.decided("readiness")
        for level, mask in zip(self.knowledge.readiness, verdicts, strict=True):
            if level.withholds_cues is None and mask:
                lists.append((mask, self._or_general(level.drills, self._suits, mask)))
        return lists

    def _or_general(self, names: Iterable[str], having: dict[str, int], among: int) -> List:
        """Return drills with the people who have them; for who has none of them, those for
        everybody.
        """
        own, nothing = [], among
        for name in names:
            own.append((name, having[name] & among))
            nothing &= ~having[name]
        general = [(name, having[name] & nothing) for name in self.knowledge.handout.drills]
        return _somebody([*own, *general])

    @cached_property
    def opened(self) -> dict[Names, int]:
        """The drills that the verdict opens, each list with the people who have it."""
        opened: dict[Names, int] = {}
        for mask, drills in self._opened_lists:
            _add(opened, _lists(mask, drills, len(drills)))
        return opened

    @cached_property
    def _given(self) -> dict[str, int]:
        """For each drill the people to whom it may be given apart from the verdict."""
        beyond: dict[str, int] = {}
        for _, drills in self._opened_lists:
            for name, mask in drills:
                beyond[name] = beyond.get(name, 0) | mask
        return {
            name: suits if self.knowledge.drills[name].rung is None else suits & beyond.get(name, 0)
            for name, suits in self._suits.items()
        }

    @cached_property
    def exercised(self) -> int:
        """The people who are told what may be done for a contributor."""
        contributors = self.knowledge.contributors.items()
        told = (self.found.present(name) for name, item in contributors if item.exercise)
        return union(told) & ~self.found.withheld

    @cached_property
    def at_home(self) -> dict[Names, int]:
        """The drills that go home, each list with the people who have it."""
        home: dict[Names, int] = {}
        for some, own, opened in self._beginnings(self._of_homework("easier")):
            _add(home, self._one_easier(some, own, opened))
        for some, own, _ in self._beginnings(self._of_homework(None)):
            _add(home, self._practised(some, own))
        return home

    @cached_property
    def _going_home(self) -> list[int]:
        """For each verdict the people of whom it is proven, and no open one speaks of homework."""
        ladder = self.knowledge.readiness
        at_least = self.found.at_least("readiness")
        going = []
        for place, proven in enumerate(at_least):
            settled = proven & ~self.found.withheld
            for first, possible in enumerate(self.found.not_ruled_out("readiness")[:place]):
                if any(level.homework for level in ladder[first : place + 1]):
                    settled &= ~possible
            going.append(settled)
        return going

    def _of_homework(self, kind: str | None) -> int:
        """Return the people whose proven verdict says this of homework."""
        verdicts = zip(self.knowledge.readiness, self._going_home, strict=True)
        return union(going for level, going in verdicts if level.homework == kind)

    def _beginnings(self, among: int) -> Iterator[tuple[int, List, List]]:
        """Yield groups of people with the same focus, each with what is its own, and what the
        verdict opens.
        """
        opened = [(name, mask & among) for _, drills in self._opened_lists for name, mask in drills]
        rest = among
        for name, mask in self.found.focus.items():
            if some := mask & among:
                rest &= ~some
                drills = self.knowledge.faults[name].drills
                yield some, self._or_general(drills, self._given, some), _among(opened, some)
        if rest:
            yield rest, self._first_opened(rest), _among(opened, rest)

    def _first_opened(self, among: int) -> List:
        """Return the first drill that the verdict opens, with the people who have it."""
        first = []
        for name, mask in _among(
            [some for _, drills in self._opened_lists for some in drills], among
        ):
            first.append((name, mask & among))
            among &= ~mask
        return _somebody(first)

    def _one_easier(self, among: int, own: List, opened: List) -> dict[Names, int]:
        """Return one easier drill, for each the people who have it."""
        last = self.knowledge.handout.easier_drill
        easier = [
            (name, mask)
            for name, mask in (*own, *opened, (last, among))
            if self.knowledge.drills[name].easier
        ]
        return _lists(among, easier, 1)

    def _practised(self, among: int, own: List) -> dict[Names, int]:
        """Return the drills to practise: their own, then those for everybody; what is done for a
        contributor comes behind the first.
        """
        general = [(name, self._given[name] & among) for name in self.knowledge.handout.drills]
        names = [*own, *general]
        home: dict[Names, int] = {}
        for place, (first, mask) in enumerate(names):
            if begins := mask & among:
                among &= ~mask
                order = [(first, begins), *self._exercises(begins), *names[place + 1 :]]
                _add(home, self._brief(begins, order))
        _add(home, self._brief(among, self._exercises(among)))
        return home

    def _brief(self, among: int, order: Sequence[Some]) -> dict[Names, int]:
        """Return the first drills of a list that have words for a sheet."""
        brief = [(name, mask) for name, mask in order if self.knowledge.drills[name].brief]
        return _lists(among, brief, MOST_AT_HOME)

    def _exercises(self, among: int) -> List:
        """Return what is done for contributors that are present and surer than a guess, as the list
        has it: each is put before the one before it, so the surest stands last.
        """
        exercises = []
        for place in range(len(CONFIDENCES) - 1):
            for name, item in self.knowledge.contributors.items():
                drill = item.exercise.drill if item.exercise is not None else None
                if drill is not None:
                    sure = self.found.confidences[name][place]
                    exercises.append((drill, sure & self._given[drill] & among))
        return _somebody(reversed(exercises))


def _somebody(drills: Iterable[Some]) -> List:
    """Return the drills that somebody has."""
    return [(name, mask) for name, mask in drills if mask]


def _among(drills: Iterable[Some], people: int) -> List:
    """Return the drills that some people have."""
    return _somebody((name, mask & people) for name, mask in drills)


def _lists(people: int, drills: Sequence[Some], most: int) -> dict[Names, int]:
    """Return the first drills of each person, each list with the people who have it; none twice.

    Args:
        people: Who they are.
        drills: In their order; each with the people who have it.
        most: How many a list has at the most.
    """
    lists: dict[Names, int] = {(): people}
    for name, mask in drills:
        for names, having in list(lists.items()):
            more = having & mask
            if more and name not in names and len(names) < most:
                lists[names] ^= more
                _add(lists, {(*names, name): more})
    return {names: having for names, having in lists.items() if names and having}


def _add(lists: dict[Names, int], more: dict[Names, int]) -> None:
    for names, mask in more.items():
        lists[names] = lists.get(names, 0) | mask
