"""The condition algebra: what a rule may say about observables and about other, named conditions.

Owns the shapes. What they mean, and how all conditions of a knowledge base hang together, is
`evaluation.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Value = str | int | float
"""An answer: a word of a closed list, or a number."""
Facts = Mapping[str, Value]
"""What is known of one person: observable to value, answered or assumed. A blank observable is not
in it.
"""


class _Shape:
    """Pickles as its class and its fields, which is read back twice as quickly as what dataclasses
    do.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        fields: tuple[str, ...] = self.__match_args__  # type: ignore[attr-defined]  # every dataclass has them
        return type(self), tuple(getattr(self, name) for name in fields)


@dataclass(frozen=True, slots=True)
class OneOf(_Shape):
    """The value is one of these words."""

    values: frozenset[str]

    def accepts(self, value: Value) -> bool:
        """Return whether the value passes; total, never raises."""
        return value in self.values


@dataclass(frozen=True, slots=True)
class Between(_Shape):
    """The number lies in an interval, in the unit of its observable.

    Attributes:
        least: Lower end, or `None`.
        most: Upper end, or `None`.
        least_included: Whether the lower end itself passes.
        most_included: Whether the upper end itself passes.
        least_name: The parameter that the lower end was written as. Names change no meaning: tests
            that differ in them alone are equal.
        most_name: The parameter that the upper end was written as.
    """

    least: float | None = None
    most: float | None = None
    least_included: bool = True
    most_included: bool = True
    least_name: str | None = field(default=None, compare=False)
    most_name: str | None = field(default=None, compare=False)

    def accepts(self, value: Value) -> bool:
        """Return whether the value passes; total, never raises."""
        if isinstance(value, str):
            return False
        return self._is_above_least(value) and self._is_below_most(value)

    def _is_above_least(self, value: float) -> bool:
        """Return whether a number is not too small."""
        if self.least is None or value > self.least:
            return True
        return self.least_included and value == self.least

    def _is_below_most(self, value: float) -> bool:
        """Return whether a number is not too large."""
        if self.most is None or value < self.most:
            return True
        return self.most_included and value == self.most


@dataclass(frozen=True, slots=True)
class Is(_Shape):
    """An observable's value passes a test."""

    observable: str
    test: OneOf | Between


@dataclass(frozen=True, slots=True)
class Holds(_Shape):
    """A named condition holds, such as `finding:stick_slipped` or `fault:lumbar_flexion`."""

    name: str


@dataclass(frozen=True, slots=True)
class AllOf(_Shape):
    """All parts are true. Without parts it is true."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf(_Shape):
    """At least one part is true. Without parts it is false."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not(_Shape):
    """The part is false."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class AtLeast(_Shape):
    """At least `count` of the parts are true.

    `count_name` is the parameter that it was written as; it changes no meaning.
    """

    count: int
    parts: tuple["Condition", ...]
    count_name: str | None = field(default=None, compare=False)


Condition = Is | Holds | AllOf | AnyOf | Not | AtLeast


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """Return the direct parts of a condition; none for `Is` and `Holds`."""
    match condition:
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            return parts
        case Not(part):
            return (part,)
    return ()


def every_part(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and all that it consists of, each whole before its parts."""
    yield condition
    for part in parts_of(condition):
        yield from every_part(part)


def leaves(condition: Condition) -> Iterator[Is | Holds]:
    """Yield every `Is` and `Holds` in a condition, in order."""
    for part in every_part(condition):
        if isinstance(part, Is | Holds):
            yield part


def parameters_in(condition: Condition) -> Iterator[str]:
    """Yield the parameters that a condition was written with, in order."""
    for part in every_part(condition):
        match part:
            case Is(_, Between() as test):
                yield from (name for name in (test.least_name, test.most_name) if name is not None)
            case AtLeast(count_name=str(name)):
                yield name


def observables_in(condition: Condition) -> set[str]:
    """Return the observables that a condition names itself, not through named conditions."""
    return {leaf.observable for leaf in leaves(condition) if not isinstance(leaf, Holds)}
