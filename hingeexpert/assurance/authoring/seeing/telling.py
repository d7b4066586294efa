"""The few people who tell most of what a change of the rules does.

Of two judgements of one crowd: what moved, of how many, and of each of the weightiest moves one
person as plain as the move allows. Owns which people are shown; judging them is `crowd.py`, telling
one in a line `people.py`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.assurance.people import good_answers, is_out_of_order, out_of_order, person_line
from hingeexpert.forms.contradictions import contradictions
from hingeexpert.inference.crowd import Crowd, Judged, judged
from hingeexpert.inference.labels import FOCUS, NO, NOT_PRESENT, OPEN, level_ends, present_label
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value, observables_in
from hingeexpert.knowledge.evaluation import first_in, union
from hingeexpert.knowledge.models.conclusions import CONFIDENCES

SHOWN = 3
"""How many people are shown."""
Form = dict[str, Value]


@dataclass(frozen=True)
class Moved:
    """Something that is said differently of some people.

    Attributes:
        conclusion: Of what: `triage`, a fault, see `labels.labels_of`.
        before: What was said of them.
        after: What is said now.
        people: The mask of these people.
    """

    conclusion: str
    before: str
    after: str
    people: int

    @property
    def count(self) -> int:
        """How many people moved so."""
        return self.people.bit_count()


@dataclass(frozen=True)
class ShownPerson:
    """One person who shows a move.

    Attributes:
        moved: What moved, and of whom else.
        answers: Form of the person, as plain as the move allows.
        line: The same in one line.
    """

    moved: Moved
    answers: Mapping[str, Value]
    line: str


def moves(before: Judged, after: Judged) -> list[Moved]:
    """Return everything that is said differently, by conclusion, with the people of whom it is. Of
    a conclusion that one of the two lacks it says what it says of everybody else.
    """
    found = []
    for name in {**before.labels, **after.labels}:
        was, now = (one.labels.get(name) or _lacking(name, one) for one in (before, after))
        found += [Moved(name, *move) for move in _moves(was, now)]
    return found


def _lacking(name: str, one: Judged) -> dict[str, int]:
    """Return what is said of everybody where there is no such fault, contributor or remark."""
    told = naming.kind_and_id(name)[1]
    return {NO if told else NOT_PRESENT: one.crowd.everyone}


def _moves(was: Mapping[str, int], now: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
    """Yield each pair of labels with the people who went from the one to the other."""
    for old, before in was.items():
        gone = before & ~now.get(old, 0)
        if gone:
            for new, after in now.items():
                if both := gone & after:
                    yield old, new, both


def moved_people(found: Iterable[Moved]) -> int:
    """Return the mask of everybody of whom something moved."""
    return union(item.people for item in found)


def changed_conditions(old: KnowledgeBase, new: KnowledgeBase) -> list[str]:
    """Return the named conditions that are not the same in both."""
    names = {**old.conditions, **new.conditions}
    return [name for name in names if old.conditions.get(name) != new.conditions.get(name)]


def telling(
    before: Judged,
    after: Judged,
    changed: Collection[str] = (),
    found: Sequence[Moved] | None = None,
    most: int = SHOWN,
) -> list[ShownPerson]:
    """Return the few people who tell most, each of another move, the weightiest first.

    Args:
        before: A crowd by the old rules.
        after: The same crowd by the new ones.
        changed: Names of the conditions that changed: what they ask is told of each person.
        found: The moves, where they are known already.
        most: How many people at the most.
    """
    teller = _Teller(before, after, changed)
    return list(teller.shown(moves(before, after) if found is None else found, most))


class _Teller:
    """Picks people of a crowd that was judged twice."""

    def __init__(self, before: Judged, after: Judged, changed: Collection[str]) -> None:
        self.before, self.after, self.changed = before, after, changed
        self._weights = _Weights(before.knowledge, after.knowledge)

    def shown(self, found: Sequence[Moved], most: int) -> Iterator[ShownPerson]:
        """Yield one person of each of the weightiest moves."""
        digits = _counted_up(self._wrong()) if found else []
        for item in self._weights.weightiest(found)[:most]:
            answers = self._put_in_order(item, self.after.crowd.form(_plainest(item, digits)))
            also = self._asked(answers)
            yield ShownPerson(item, answers, person_line(self.after.knowledge, answers, also))

    def _wrong(self) -> Iterator[int]:
        """Yield for each question the people whose answer is out of order."""
        knowledge, crowd = self.after.knowledge, self.after.crowd
        for name in knowledge.observables:
            given = crowd.given(knowledge, name)
            wrong = union(mask for value, mask in given if is_out_of_order(knowledge, name, value))
            if wrong:
                yield wrong

    def _put_in_order(self, item: Moved, form: Form) -> Form:
        """Return a form on which the same moves, with as many answers as possible put in order.

        First each by itself, all as one small crowd; those that may need not be put in order
        together, so then as many of them as can, by halves.
        """
        odd = self._odd(judged(self.after.knowledge, Crowd([form])), ())
        while True:
            wrong = out_of_order(self.after.knowledge, form)
            single = [self._in_order(form, [name]) for name in wrong]
            staying = self._staying(item, single, odd)
            free = [name for name, stays in zip(wrong, staying, strict=True) if stays]
            if not free:
                return form
            several = [self._in_order(form, free[:count]) for count in _halves(len(free))]
            form = several[self._staying(item, several, odd).index(True)]

    def _in_order(self, form: Form, names: Sequence[str]) -> Form:
        """Return a form with some answers put in order."""
        knowledge = self.after.knowledge
        return {**form, **{name: good_answers(knowledge, name)[0] for name in names}}

    def _odd(self, one: Judged, known: Collection[str]) -> dict[str, int]:
        """Return the checks that tell of answers which do not fit, with the people of whom they do;
        without those that are known.
        """
        names = (naming.check(check.id) for check in one.knowledge.checks)
        odd = {name: one.truth(name).true for name in names if name not in known}
        return {name: people for name, people in odd.items() if people}

    def _staying(self, item: Moved, forms: Sequence[Form], odd: Mapping[str, int]) -> list[bool]:
        """Return of each form whether the same moves on it, and it is one that somebody may fill:
        its answers fit together as well as those of the person.
        """
        crowd = Crowd(forms)
        people = crowd.everyone
        before, after = judged(self.before.knowledge, crowd), judged(self.after.knowledge, crowd)
        for one, label in ((before, item.before), (after, item.after)):
            people &= one.labels_of(item.conclusion).get(label, 0)
        for mask in self._odd(after, odd).values():
            people &= ~mask
        return [
            bool(people >> number & 1) and not any(contradictions(self.after.knowledge, form))
            for number, form in enumerate(forms)
        ]

    def _asked(self, form: Form) -> set[str]:
        """Return what the changed conditions ask; where some of them turned on a form, just what
        these ask.
        """
        one = Crowd([form])
        before, after = judged(self.before.knowledge, one), judged(self.after.knowledge, one)
        turned = {name for name in self.changed if _truth(before, name) != _truth(after, name)}
        asked: set[str] = set()
        for name in turned or self.changed:
            asked |= _asked_by(self.before.knowledge, name) | _asked_by(self.after.knowledge, name)
        return asked & self.after.knowledge.observables.keys()


class _Weights:
    """How much a move says."""

    def __init__(self, old: KnowledgeBase, new: KnowledgeBase) -> None:
        self._ladders = {
            ladder: (list(old.levels(ladder)), list(new.levels(ladder))) for ladder in new.ladders
        }
        self._conclusions = {*old.conclusions, *new.conclusions}
        self._sure = [present_label(confidence) for confidence in CONFIDENCES]

    def weightiest(self, found: Sequence[Moved]) -> list[Moved]:
        """Return the moves as they are shown: of each conclusion and direction the weightiest
        first, then the second of each.
        """
        turns: Counter[tuple[object, ...]] = Counter()
        placed: list[tuple[tuple[object, ...], Moved]] = []
        for item in sorted(found, key=self._of):
            kind, is_open, severer, *rest = self._of(item)
            turn = turns[item.conclusion, is_open, severer]
            turns[item.conclusion, is_open, severer] += 1
            placed.append(((kind, is_open, turn, severer, *rest), item))
        return [item for _, item in sorted(placed, key=lambda one: one[0])]

    def _of(self, item: Moved) -> tuple[int, bool, bool, int, int]:
        """Return the place of a move, smaller for what is shown sooner: ladders before faults and
        contributors and these before all else, what is open last, what became milder first, then
        more steps, then more people.
        """
        if item.conclusion in self._ladders:
            before, after = self._ladders[item.conclusion]
            (first, was), (last, now) = level_ends(item.before), level_ends(item.after)
            steps = _place(after, now) - _place(before, was)
            return 0, first != was or last != now, steps <= 0, -abs(steps), -item.count
        if item.conclusion in self._conclusions:
            steps = _place(self._sure, item.after) - _place(self._sure, item.before)
            is_open = OPEN in (item.before, item.after)
            return 1, is_open, steps <= 0, -abs(steps), -item.count
        return 2 if item.conclusion == FOCUS else 3, False, False, 0, -item.count


def _place(labels: Sequence[str], label: str) -> int:
    """Return the position of a label; what is none of them comes behind the last."""
    return labels.index(label) if label in labels else len(labels)


def _halves(count: int) -> list[int]:
    """Return a number, half of it, and so on down to one."""
    numbers = []
    while count:
        numbers.append(count)
        count //= 2
    return numbers


def _counted_up(masks: Iterable[int]) -> list[int]:
    """Return in how many masks each person is, as the masks of the binary digits, the first for
    ones.
    """
    digits: list[int] = []
    for mask in masks:
        carried = mask
        for place, digit in enumerate(digits):
            digits[place], carried = digit ^ carried, digit & carried
        if carried:
            digits.append(carried)
    return digits


def _plainest(item: Moved, digits: Sequence[int]) -> int:
    """Return the number of a person of a move whose count is the least."""
    people = item.people
    for digit in reversed(digits):
        people = people & ~digit or people
    return first_in(people)


def _truth(one: Judged, name: str) -> bool | None:
    """Return the truth of a condition for the first person; unknown where there is no such
    condition.
    """
    return one.truth(name).in_world(0) if name in one.knowledge.network.names else None


def _asked_by(knowledge: KnowledgeBase, name: str) -> set[str]:
    """Return the questions that a condition names, or where it names none all that it hangs on."""
    if name not in knowledge.conditions:
        return set()
    network = knowledge.network
    return observables_in(knowledge.conditions[name]) or network.observables_below(
        network.names[name]
    )
