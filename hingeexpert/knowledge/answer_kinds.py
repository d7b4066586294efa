"""The kinds of answer that a question may ask for: what is allowed, how it is read and written.

Whatever depends on the kind of an answer is asked of it here. Besides a class of this module a new
kind needs what only others can write: the type of a column, the cells of a table, a pattern of
CLIPS, and a part in the templates that draw a question.
"""

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from hingeexpert.errors import listed, nearest, shown
from hingeexpert.knowledge.condition import Between, OneOf, Value
from hingeexpert.knowledge.models.limits import Range

if TYPE_CHECKING:
    from hingeexpert.knowledge.models.observables import Observable

FLAG = ("yes", "no")
MOST_IN_A_ROW = 12
"""Whole numbers up to so many apart are all offered to pick; of a wider range its marks are."""

Test = OneOf | Between


class Answer(ABC):
    """What a question may be answered with.

    Attributes:
        is_flag: It is yes or no, and a shorthand may answer it.
        is_typed: It is written, and not picked from its words.
        value_type: The Python type of its values.
        categories: The words that are allowed, in their order; none of what is typed.
        whole: Whether it is a number without decimals.
        unit: That of a number; else empty.
    """

    is_flag = False
    is_typed = False
    value_type: type[str | int | float] = str
    categories: tuple[str, ...] = ()
    whole = False
    unit = ""

    @classmethod
    @abstractmethod
    def of(cls, item: "Observable") -> Self:
        """Return the answer of a question in whose keys nothing is wrong."""

    @classmethod
    @abstractmethod
    def misfits(cls, item: "Observable") -> Iterator[tuple[str, str]]:
        """Yield which keys do not fit a question of this kind: the key, or nothing for the whole,
        and the message.
        """

    @property
    def ends(self) -> tuple[str, ...]:
        """The least and the most that is allowed, as they are written; none of words."""
        return ()

    @property
    @abstractmethod
    def allowed(self) -> str:
        """What is allowed, in words for a message."""

    @property
    @abstractmethod
    def allowed_briefly(self) -> str:
        """What is allowed, as the blank form says it."""

    @property
    @abstractmethod
    def space(self) -> Test:
        """The test that every allowed answer passes, but for decimals where none are allowed."""

    @abstractmethod
    def slip(self, raw: Any) -> str | None:
        """Say why a raw value is not allowed, or return `None` where it is.

        Args:
            raw: Plain data: text, number, truth value, list or map.
        """

    @abstractmethod
    def read(self, text: str) -> Value:
        """Return what somebody typed as a value, which may still be one that is not allowed.

        Args:
            text: One of the words, or a number with a point or a comma.
        """

    @abstractmethod
    def words(self, value: Value) -> str:
        """Say an answer in words: what it means, or the number with its unit."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of an answer, or of none."""

    @abstractmethod
    def representatives(self, tests: Sequence[Test]) -> tuple[Value, ...]:
        """Return the least answers such that every allowed one passes the same tests as one of
        them.
        """

    @abstractmethod
    def picks(self) -> tuple[Value, ...]:
        """Return the answers that are offered to pick."""

    def accepts(self, value: Value) -> bool:
        """Return whether this is an allowed answer."""
        return self.slip(value) is None


class Choice(Answer):
    """One of a closed list of words."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Take the words, each with what it means."""
        self.values = values
        self.categories = tuple(values)

    @classmethod
    def of(cls, item: "Observable") -> Self:
        """Return the answer of a question with values."""
        return cls(item.values)

    @classmethod
    def misfits(cls, item: "Observable") -> Iterator[tuple[str, str]]:
        """Yield which keys do not fit a question with values."""
        yield from cls._misfit_values(tuple(item.values))
        if item.range is not None:
            yield "range", "a choice has values, not a range"
        for key, value in (("default", item.default), ("well", item.well)):
            if value is not None and value not in item.values:
                yield key, not_among(value, list(item.values))
        for value in item.say:
            if value not in item.values:
                yield "say", not_among(value, list(item.values))

    @classmethod
    def _misfit_values(cls, values: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        if len(values) < 2:
            yield "values", "a choice has at least two values"

    @property
    def allowed(self) -> str:
        """What is allowed, in words for a message."""
        return listed(self.categories)

    @property
    def allowed_briefly(self) -> str:
        """What is allowed, as the blank form says it."""
        return " | ".join(self.categories)

    @property
    def space(self) -> OneOf:
        """The test that every allowed answer passes."""
        return OneOf(frozenset(self.categories))

    def slip(self, raw: Any) -> str | None:
        """Say why a raw value is not allowed, or return `None` where it is."""
        if isinstance(raw, str) and raw in self.values:
            return None
        meant = {True: "yes", False: "no"}.get(raw) if isinstance(raw, bool) else str(raw)
        hint = nearest(meant, self.values) if isinstance(raw, str | int | float) else ""
        return f"{shown(raw)} is not allowed; allowed: {self.allowed}{hint}"

    def read(self, text: str) -> str:
        """Return what somebody typed."""
        return text.strip()

    def words(self, value: Value) -> str:
        """Say what an answer means."""
        return self.values.get(str(value), str(value))

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of an answer, or of none."""
        return {"enum": [*self.categories, None]}

    def representatives(self, tests: Sequence[Test]) -> tuple[Value, ...]:
        """Return every word."""
        return self.categories

    def picks(self) -> tuple[str, ...]:
        """Return every word."""
        return self.categories


class Flag(Choice):
    """Yes or no."""

    is_flag = True

    @classmethod
    def _misfit_values(cls, values: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        if values != FLAG:
            yield "values", "a flag has exactly the values yes and no, in this order"


class Number(Answer):
    """A number within limits, in a unit."""

    is_typed = True
    value_type: type[int | float] = float
    kind = "number"

    def __init__(self, limits: Range) -> None:
        """Take the limits."""
        self.limits = limits
        self.unit = limits.unit

    @classmethod
    def of(cls, item: "Observable") -> Self:
        """Return the answer of a question with a range."""
        assert item.range is not None
        return cls(item.range)

    @classmethod
    def misfits(cls, item: "Observable") -> Iterator[tuple[str, str]]:
        """Yield which keys do not fit a question with a range."""
        if item.range is None or item.means is None:
            yield "", "a number has a range and says under means what it means"
        if item.range is not None:
            yield from _misfit_limits(item.range, item.well)
        if item.values or item.say:
            yield "values" if item.values else "say", "a number has a range, not values"
        if item.default is not None:
            yield "default", "a number has no default; leave it out"

    @property
    def ends(self) -> tuple[str, str]:
        """The least and the most that is allowed, as they are written."""
        return f"{self.limits.least:g}", f"{self.limits.most:g}"

    @property
    def allowed(self) -> str:
        """What is allowed, in words for a message."""
        return f"a {self.kind} from {' to '.join(self.ends)} ({self.unit})"

    @property
    def allowed_briefly(self) -> str:
        """What is allowed, as the blank form says it."""
        return f"{self.kind} {' to '.join(self.ends)}, {self.unit}"

    @property
    def space(self) -> Between:
        """The test that every allowed answer passes, but for decimals where none are allowed."""
        return Between(self.limits.least, self.limits.most)

    def slip(self, raw: Any) -> str | None:
        """Say why a raw value is not allowed, or return `None` where it is."""
        if self._is_of_this_kind(raw) and self.limits.least <= raw <= self.limits.most:
            return None
        return f"{shown(raw)} is not allowed; allowed: {self.allowed}"

    def _is_of_this_kind(self, raw: Any) -> bool:
        """Whether it is a number, and not one that stands for nothing."""
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            return False
        return isinstance(raw, int) or math.isfinite(raw)

    def read(self, text: str) -> Value:
        """Return what somebody typed, as a whole number where it is one."""
        try:
            number = float(text.strip().replace(",", "."))
        except ValueError:
            return text.strip()
        if not math.isfinite(number) or "_" in text:  # Python takes 1_0 for ten
            return text.strip()
        return int(number) if number.is_integer() else number

    def words(self, value: Value) -> str:
        """Say a number with its unit."""
        return (
            f"{value:g} {self.unit}" if isinstance(value, int | float) else f"{value} {self.unit}"
        )

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of an answer, or of none."""
        return {
            "type": ["integer" if self.whole else "number", "null"],
            "minimum": self.limits.least,
            "maximum": self.limits.most,
        }

    def representatives(self, tests: Sequence[Test]) -> tuple[Value, ...]:
        """Return one number of each stretch between the ends that tests name, and those ends."""
        ends = sorted(set(_ends(tests)))
        step = self._step_beside(ends)
        beside = {point for end in ends for point in (end - step, end, end + step)}
        points = map(self._rounded, {self.limits.least, self.limits.most, *beside})
        found: dict[tuple[bool, ...], Value] = {}
        for point in sorted(set(points)):
            if self.limits.least <= point <= self.limits.most:
                found.setdefault(tuple(test.accepts(point) for test in tests), point)
        return tuple(found.values())

    def moved(self, value: Value | None, presses: int) -> float:
        """Return a number after some presses of plus, or of minus where they are negative; without
        a number the one in the middle of the marks.
        """
        limits = self.limits
        if not isinstance(value, int | float):
            return limits.marks[len(limits.marks) // 2] if limits.marks else limits.least
        return min(max(value + presses * limits.step, limits.least), limits.most)

    def _step_beside(self, ends: Sequence[float]) -> float:
        """Return how far beside an end there is a number that no other end lies before."""
        gaps = [after - before for before, after in itertools.pairwise(ends)]
        return 0.5 * min([1.0, *gaps])

    def _rounded(self, point: float) -> float:
        return point

    def picks(self) -> tuple[Value, ...]:
        """Return the marks."""
        return self.limits.marks


class WholeNumber(Number):
    """A number without decimals."""

    whole = True
    value_type = int
    kind = "whole number"

    def accepts(self, value: Value) -> bool:
        """Return whether this is an allowed answer; 30.0 is the whole number 30."""
        is_whole = isinstance(value, float) and value.is_integer()
        return super().accepts(int(value) if is_whole else value)

    def _is_of_this_kind(self, raw: Any) -> bool:
        return isinstance(raw, int) and not isinstance(raw, bool)

    def _step_beside(self, ends: Sequence[float]) -> float:
        return 1

    def _rounded(self, point: float) -> float:
        return math.floor(point)

    def picks(self) -> tuple[Value, ...]:
        """Return all in a row where they are few, else the marks."""
        least, most = int(self.limits.least), int(self.limits.most)
        if self.limits.most - self.limits.least < MOST_IN_A_ROW:
            return tuple(range(least, most + 1))
        return self.limits.marks


KINDS: Mapping[str, type[Answer]] = {
    "choice": Choice,
    "flag": Flag,
    "integer": WholeNumber,
    "number": Number,
}
"""The `type` of a question to the kind of its answer."""


def not_among(value: object, allowed: Sequence[str]) -> str:
    """Say that a word is not one of those that are allowed."""
    return f"{shown(value)} is not allowed; allowed: {listed(allowed)}{nearest(value, allowed)}"


def _misfit_limits(limits: Range, well: Value | None) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the limits of a number, and with what must lie between them."""
    least, most = limits.least, limits.most
    if not -math.inf < least < most < math.inf:
        both = f"{least:g} and {most:g}"
        yield "range", f"least must be below most, and both must be finite; found {both}"
    if any(not least <= mark <= most for mark in limits.marks):
        yield "range", "every value under marks must lie between least and most"
    if well is not None and (isinstance(well, str) or not least <= well <= most):
        between = f"a number from {least:g} to {most:g}"
        yield "well", f"{shown(well)} is not allowed; allowed: {between}"


def _ends(tests: Sequence[Test]) -> Iterator[float]:
    """Yield every end of an interval that a test names."""
    for test in tests:
        if isinstance(test, Between):
            yield from (end for end in (test.least, test.most) if end is not None)
