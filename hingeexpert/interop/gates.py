"""Conditions of the rules for systems that know no third truth: each becomes two of theirs.

Other form systems know true, false and an empty answer. A condition of the rules becomes one that
holds where it is certainly true, and one that holds where it is certainly false; where neither does
it is unknown. Owns the terms of which these are made, and what they mean; writing them down in a
language is left to each format.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Between,
    Condition,
    Holds,
    Is,
    Not,
    OneOf,
    Value,
)
from hingeexpert.knowledge.models.observables import Group, Observable

Operator = Literal[">=", ">", "<=", "<"]
OPPOSITE: Mapping[Operator, Operator] = {">=": "<", "<": ">=", ">": "<=", "<=": ">"}
Cells = Mapping[str, Value]
"""What stands on a form: identifier to code or number, also that of a shorthand. Blank cells and
*not assessed* are left out.
"""


@dataclass(frozen=True, slots=True)
class Picked:
    """An item is answered with this code."""

    identifier: str
    code: str


@dataclass(frozen=True, slots=True)
class Empty:
    """An item has no answer; *not assessed* is none."""

    identifier: str


@dataclass(frozen=True, slots=True)
class Compared:
    """An item has a number, on this side of another."""

    identifier: str
    operator: Operator
    number: float


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold. Without parts it holds."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds. Without parts it does not."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """At least so many of the parts hold."""

    least: int
    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A named condition has this truth; its own term stands elsewhere."""

    name: str
    truth: bool


Term = Picked | Empty | Compared | Every | Some | Counted | Named
ALWAYS, NEVER = Every(()), Some(())


def every(parts: Iterable[Term]) -> Term:
    """Return that all parts hold, as short as it goes."""
    flat: tuple[Term, ...] = _flat(parts, Every)
    if NEVER in flat:
        return NEVER
    return flat[0] if len(flat) == 1 else Every(flat)


def some(parts: Iterable[Term]) -> Term:
    """Return that at least one part holds, as short as it goes."""
    flat = _flat(parts, Some)
    if ALWAYS in flat:
        return ALWAYS
    return flat[0] if len(flat) == 1 else Some(flat)


def _flat(parts: Iterable[Term], kind: type[Every] | type[Some]) -> tuple[Term, ...]:
    """Return the parts with those of parts of the same kind in their place, each once."""
    flat: dict[Term, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, kind) else (part,)))
    return tuple(flat)


def counted(least: int, parts: Iterable[Term]) -> Term:
    """Return that at least so many parts hold, as short as it goes."""
    given = tuple(parts)
    sure = sum(part == ALWAYS for part in given)
    open_ = tuple(part for part in given if part not in (ALWAYS, NEVER))
    needed = least - sure
    if needed <= 0:
        return ALWAYS
    if needed > len(open_):
        return NEVER
    if needed == 1:
        return some(open_)
    return every(open_) if needed == len(open_) else Counted(needed, open_)


def leaves(term: Term) -> Iterator[Picked | Empty | Compared | Named]:
    """Yield the parts of a term that have none themselves, as often as they stand there."""
    if isinstance(term, Every | Some | Counted):
        for part in term.parts:
            yield from leaves(part)
    else:
        yield term


def items_read(term: Term) -> frozenset[str]:
    """Return the items that a term asks for, without what its names stand for."""
    return frozenset(leaf.identifier for leaf in leaves(term) if not isinstance(leaf, Named))


def holds(term: Term, cells: Cells, named: Callable[[Named], bool] | None = None) -> bool:
    """Return whether a term holds of a form.

    Args:
        term: What is asked.
        cells: The form.
        named: Tells of the names that the term was made with, if there are any.
    """
    match term:
        case Picked(identifier, code):
            return cells.get(identifier) == code
        case Empty(identifier):
            return identifier not in cells
        case Compared(identifier, operator, number):
            return _compares(cells.get(identifier), operator, number)
        case Every(parts):
            return all(holds(part, cells, named) for part in parts)
        case Some(parts):
            return any(holds(part, cells, named) for part in parts)
        case Counted(least, parts):
            return sum(holds(part, cells, named) for part in parts) >= least
        case Named():
            assert named is not None
            return named(term)


def _compares(value: Value | None, operator: Operator, number: float) -> bool:
    if value is None or isinstance(value, str):
        return False
    match operator:
        case ">=":
            return value >= number
        case ">":
            return value > number
        case "<=":
            return value <= number
        case "<":
            return value < number


class Gates:
    """The conditions of one knowledge base as terms."""

    def __init__(self, knowledge: KnowledgeBase, names: Collection[str] = ()) -> None:
        """Prepare for a knowledge base.

        Args:
            knowledge: As loaded.
            names: Named conditions whose terms are written once, elsewhere: a term that reads one
                names it. All others are put in where they are read.
        """
        self.knowledge = knowledge
        self._names = frozenset(names)
        self._whole = Gates(knowledge) if names else self
        self._made: dict[tuple[str, bool], Term] = {}

    def of(self, name: str, truth: bool) -> Term:
        """Return when a named condition is certainly true, or certainly false.

        Raises:
            KeyError: There is no such condition.
        """
        if (name, truth) not in self._made:
            self._made[name, truth] = self.term(self.knowledge.conditions[name], truth)
        return self._made[name, truth]

    def shown(self, identifier: str) -> Term:
        """Return when an item is shown: once it is certain that it is asked, and in a drill that
        was not left out. `ALWAYS` for most, and for the head and a shorthand.
        """
        item = self.knowledge.observables.get(identifier)
        if item is None:
            return ALWAYS
        asked = ALWAYS if item.ask_when is None else self.term(item.ask_when, True)
        group = self.knowledge.part_of[identifier]
        if group.not_done_when is None or identifier in group.markers:
            return asked
        return every((self.negated(self._whole.term(group.not_done_when, True)), asked))

    def term(self, condition: Condition, truth: bool) -> Term:
        """Return when a condition is certainly true, or certainly false."""
        match condition:
            case Is(observable, test):
                return self._answered(observable, test, truth)
            case Holds(name):
                return Named(name, truth) if name in self._names else self.of(name, truth)
            case Not(part):
                return self.term(part, not truth)
            case AllOf(parts):
                return (every if truth else some)(self.term(part, truth) for part in parts)
            case AnyOf(parts):
                return (some if truth else every)(self.term(part, truth) for part in parts)
            case AtLeast(count, parts):
                needed = count if truth else len(parts) - count + 1
                return counted(needed, [self.term(part, truth) for part in parts])

    def _answered(self, name: str, test: OneOf | Between, truth: bool) -> Term:
        """Return when the value of an observable certainly passes a test, or does not."""
        item = self.knowledge.observables[name]
        passing = self._passing(name, item, test, truth)
        void = NEVER if item.void_when is None else self._whole.term(item.void_when, True)
        readable = every((passing, self.negated(void)))
        unread = some((self._blank(name), void))
        return some((readable, every((unread, self._decides_blank(item, test, truth)))))

    def _decides_blank(self, item: Observable, test: OneOf | Between, truth: bool) -> Term:
        """Return when a blank has a truth: by its default, or where it is not needed."""
        if item.default is not None:
            return ALWAYS if test.accepts(item.default) == truth else NEVER
        return NEVER if truth else self._needless(item)

    def _needless(self, item: Observable) -> Term:
        """Return when a blank counts as one that is not needed."""
        if item.blank == "not_needed":
            return ALWAYS
        return NEVER if item.ask_when is None else self.term(item.ask_when, False)

    def _passing(self, name: str, item: Observable, test: OneOf | Between, truth: bool) -> Term:
        """Return when what stands on the form passes a test, or does not."""
        if isinstance(test, Between):
            ends = list(_ends(name, test))
            return every(ends) if truth else some(map(_opposite, ends))
        codes = [code for code in item.answer.categories if test.accepts(code) == truth]
        return some(self._picked(name, code) for code in codes)

    def _picked(self, name: str, code: str) -> Term:
        """Return when an observable has a value: by its own answer, or by the shorthand."""
        group, picked = self._shorthand_of(name), Picked(name, code)
        if group is None or group.shorthand is None or code != group.shorthand.answers:
            return picked
        at_once = Picked(str(group.shorthand_column), group.shorthand.value)
        return some((picked, every((Empty(name), at_once))))

    def _blank(self, name: str) -> Term:
        """Return when nothing answers an observable."""
        group = self._shorthand_of(name)
        if group is None:
            return Empty(name)
        return every((Empty(name), Empty(str(group.shorthand_column))))

    def _shorthand_of(self, name: str) -> Group | None:
        """Return the part whose shorthand may answer an observable."""
        group = self.knowledge.part_of[name]
        return group if group.shorthand is not None and name in group.flags else None

    def negated(self, term: Term) -> Term:
        """Return a term that holds exactly where another does not, without a *not*: what clients
        make of one beside an empty answer differs.

        Raises:
            ValueError: A name stands in it, which says nothing of where it does not hold.
        """
        match term:
            case Picked(identifier, code):
                others = [one for one in self._codes(identifier) if one != code]
                return some((*(Picked(identifier, one) for one in others), Empty(identifier)))
            case Empty(identifier):
                return self._filled(identifier)
            case Compared(identifier):
                return some((_opposite(term), Empty(identifier)))
            case Every(parts):
                return some(map(self.negated, parts))
            case Some(parts):
                return every(map(self.negated, parts))
            case Counted(least, parts):
                return counted(len(parts) - least + 1, map(self.negated, parts))
        raise ValueError(term)

    def _codes(self, identifier: str) -> tuple[str, ...]:
        """Return the codes of an item that is picked."""
        group = self.knowledge.shorthands.get(identifier)
        if group is not None and group.shorthand is not None:
            return (group.shorthand.value,)
        return self.knowledge.observables[identifier].answer.categories

    def _filled(self, identifier: str) -> Term:
        """Return that an item has an answer."""
        item = self.knowledge.observables.get(identifier)
        if item is not None and item.range is not None:
            return Compared(identifier, ">=", item.range.least)
        return some(Picked(identifier, code) for code in self._codes(identifier))


def _ends(name: str, test: Between) -> Iterator[Compared]:
    """Yield what must hold of a number that lies in an interval."""
    if test.least is not None:
        yield Compared(name, ">=" if test.least_included else ">", test.least)
    if test.most is not None:
        yield Compared(name, "<=" if test.most_included else "<", test.most)


def _opposite(term: Compared) -> Compared:
    """Return that an item has a number, on the other side."""
    return Compared(term.identifier, OPPOSITE[term.operator], term.number)
