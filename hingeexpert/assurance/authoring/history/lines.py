"""Lines of a file in place of others: what changed between two contents, and back.

A line is what stands between two line breaks, so that the lines joined by line breaks are the file,
byte for byte; a file that is not there has no lines at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from hingeexpert.knowledge.models.history import Replaced

BREAK = "\n"


def lines_of(content: bytes | None) -> list[str]:
    """Return the lines of a file; none where it is not there.

    Raises:
        UnicodeDecodeError: It is not UTF-8.
    """
    return [] if content is None else content.decode("utf-8").split(BREAK)


def content_of(lines: Sequence[str]) -> bytes | None:
    """Return the file that has these lines; see `lines_of`."""
    return BREAK.join(lines).encode() if lines else None


def replaced_between(before: Sequence[str], after: Sequence[str]) -> tuple[Replaced, ...]:
    """Return which lines stand in place of which, from the top."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    changes = []
    for kind, here, there, first, last in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind != "equal":
            out, put = _joined(old[here:there]), _joined(new[first:last])
            changes.append(Replaced(at=start + here + 1, taken_out=out, put_in=put))
    return tuple(changes)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many lines two files have in common at their top."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _joined(lines: Sequence[str]) -> str | None:
    return BREAK.join(lines) if lines else None


def _split(text: str | None) -> list[str]:
    return [] if text is None else text.split(BREAK)


class OtherLinesError(Exception):
    """Other lines stand in a file than a change says."""


def as_before(lines: Sequence[str], changes: Sequence[Replaced]) -> list[str]:
    """Return the lines that a file had before some changes.

    Args:
        lines: Those it has after them.
        changes: From the top of the file.

    Raises:
        OtherLinesError: The lines that were put in do not stand there.
    """
    before: list[str] = []
    rest = 0
    for change in changes:
        begin = rest + change.at - 1 - len(before)
        put = _split(change.put_in)
        if begin < rest or list(lines[begin : begin + len(put)]) != put or begin > len(lines):
            raise OtherLinesError
        before += [*lines[rest:begin], *_split(change.taken_out)]
        rest = begin + len(put)
    return [*before, *lines[rest:]]


@dataclass(eq=False)
class _Line:
    """A line that stands in a file, or stood there once.

    Attributes:
        put: Whether the change that put it in stands; the first lines of a file always are.
        out: The change that took it out; `None` where none that stands did.
    """

    text: str
    put: bool = True
    out: int | None = None

    @property
    def stands(self) -> bool:
        """Whether the file has it now."""
        return self.put and self.out is None


@dataclass
class _Done:
    """A change of a file.

    Attributes:
        out: The lines that it took out.
        put: The lines that it put in.
        whole: Whether the file came or went by it.
        last: The number under which it was made, taken back or made again last.
        stands: Whether it stands.
    """

    out: list[_Line]
    put: list[_Line]
    whole: bool
    last: int
    stands: bool = True

    def turn(self, number: int, by: int) -> None:
        """Take it back where it stands, else make it again."""
        self.stands, self.last = not self.stands, by
        for line in self.put:
            line.put = self.stands
        for line in self.out:
            line.out = number if self.stands else None


class InTheWayError(Exception):
    """Later changes touched what a change touched."""

    def __init__(self, numbers: set[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


@dataclass
class LinesOverTime:
    """The lines of one file through all its changes, those that were taken out among the others.

    So the place of a line is known even where nothing of what stood around it is left.

    Attributes:
        done: Each change, by its number.
        first: For each number the change that is made, taken back or made again under it.
    """

    lines: list[_Line]
    done: dict[int, _Done] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)

    @classmethod
    def from_start(cls, lines: Sequence[str]) -> "LinesOverTime":
        """Begin with a file as it was before its first change."""
        return cls([_Line(text) for text in lines])

    @property
    def standing(self) -> list[str]:
        """The lines as the file has them now."""
        return [line.text for line in self.lines if line.stands]

    def change(self, number: int, changes: Sequence[Replaced]) -> None:
        """Make a change.

        Raises:
            OtherLinesError: The lines that it takes out do not stand there.
        """
        standing = [line for line in self.lines if line.stands]
        out: list[_Line] = []
        put: list[_Line] = []
        for change in changes:
            texts = _split(change.taken_out)
            begin = change.at - 1
            taken = standing[begin : begin + len(texts)]
            if [line.text for line in taken] != texts:
                raise OtherLinesError
            new = [_Line(text) for text in _split(change.put_in)]
            self._put(standing, begin + len(taken), new)
            for line in taken:
                line.out = number
            out, put = out + taken, put + new
        self.first[number] = number
        self.done[number] = _Done(out, put, not standing or not self.standing, number)

    def _put(self, standing: Sequence[_Line], before: int, new: Sequence[_Line]) -> None:
        """Put lines in before one that stands, or at the end."""
        place = self.lines.index(standing[before]) if before < len(standing) else len(self.lines)
        self.lines[place:place] = new

    def take_back(self, number: int, by: int) -> None:
        """Undo a change, or what undid one, where nothing later stands in the way.

        Args:
            number: What is undone.
            by: The number under which that is done.

        Raises:
            InTheWayError: Something does.
            OtherLinesError: There is no such change.
        """
        if number not in self.first:
            raise OtherLinesError
        ways = self._in_the_way(number)
        if ways:
            raise InTheWayError(ways)
        first = self.first[by] = self.first[number]
        self.done[first].turn(first, by)

    def _in_the_way(self, number: int) -> set[int]:
        """Return under which numbers that was done which must be undone before."""
        first = self.first[number]
        done = self.done[first]
        if done.last != number:
            return {done.last}
        touched = done.put if done.stands else done.out
        lines = {self.done[line.out].last for line in touched if line.out is not None}
        return lines or self._whole_in_the_way(first)

    def _whole_in_the_way(self, first: int) -> set[int]:
        """Return the same where a file came or went: then no line says what belongs together, and
        such a change and those that follow it are undone from the last one back.
        """
        done = self.done[first]
        ways = set()
        for one, other in self.done.items():
            later = other.stands if one > first else other.last > done.last
            if one != first and later and (done.whole or other.whole):
                ways.add(other.last)
        return ways


def numbered(changes: Sequence[Replaced]) -> Iterator[str]:
    """Yield some changes as a person reads them, each line with where it stood or stands."""
    shift = 0
    for change in changes:
        out, put = _split(change.taken_out), _split(change.put_in)
        yield from (f"-{change.at + place}: {text}" for place, text in enumerate(out))
        yield from (f"+{change.at + shift + place}: {text}" for place, text in enumerate(put))
        shift += len(put) - len(out)
