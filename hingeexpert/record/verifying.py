"""Whether the record is as it was written: everything in it is checked against the chain.

Owns the walk over the links and what is said of the first that does not fit. What the chain is
stands in `chain.py`; what must stand in the tables beside it is `replaying.py`. Time and memory
grow with the number of links, 41 bytes for each.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from hingeexpert.record.chain import HASH_BYTES, NOTHING, SALT_BYTES, Content, commitment, next_head
from hingeexpert.record.connection import RecordFile
from hingeexpert.record.driver import DatabaseError, Row
from hingeexpert.record.naming import Moment, day_of, named
from hingeexpert.record.replaying import Altered, Replay
from hingeexpert.record.short_head import matches, read_short_head, short_head
from hingeexpert.record.unopened import DamagedError

HAPPENINGS = "SELECT link, salt, person, visit, at, kind, data FROM happening ORDER BY link"
EVENTS = "SELECT link, salt, visit, number, at, kind, data FROM event ORDER BY visit, number"
LINKS = "SELECT number, head, begun, commitment FROM link ORDER BY number"
OF_LINK = """
    SELECT visit, number, at FROM event WHERE link = ?1
    UNION ALL SELECT visit, NULL, at FROM happening WHERE link = ?1
"""
LATEST = """
    SELECT link, at FROM (
        SELECT link, at FROM event WHERE link <= ?1
        UNION ALL SELECT link, at FROM happening WHERE link <= ?1
    ) ORDER BY link DESC LIMIT 1
"""
ONE, TWICE = 1, 2
"""How many contents claim a link."""


@dataclass(frozen=True)
class Verified:
    """The record is whole.

    Attributes:
        visits: How many it holds.
        links: How long the chain is.
        gone: How many of its links are of deleted people.
        head: Its short head; empty where nothing happened yet.
    """

    visits: int
    links: int
    gone: int
    head: str


@dataclass(frozen=True)
class FoundHead:
    """A short head that the chain holds.

    Attributes:
        day: Day of its link, YYYY-MM-DD.
        exact: Whether that is its own day; else its person is deleted, and it is the day of the
            link before that still has one.
        after: How many links follow.
    """

    day: str
    exact: bool
    after: int


def verify(file: RecordFile) -> Verified | Altered:
    """Check a record, and return what it holds or the first fault in it.

    Args:
        file: Nothing is written to it.
    """
    try:
        file.check_whole()
        with file.unchanged() as connection:
            return _verified(Moment(connection))
    except DamagedError as error:
        return Altered(f"The file is damaged: {error.problems[0].message}.")
    except (DatabaseError, UnicodeDecodeError) as error:
        return Altered(f"The file is damaged: {error}.")


def find_head(file: RecordFile, code: str) -> FoundHead | None:
    """Find a short head in the chain of a record, which should be `verify`-ed before; `None` where
    it does not hold it.

    Raises:
        InputError: That is no short head.
    """
    wanted = read_short_head(code)
    with file.unchanged() as connection:
        moment = Moment(connection)
        rows = moment.rows("SELECT head FROM link WHERE number = ?", wanted.number)
        if not rows or not matches(wanted, rows[0][0]):
            return None
        ((link, at),) = moment.rows(LATEST, wanted.number)
        ((after,),) = moment.rows("SELECT count(*) FROM link WHERE number > ?", wanted.number)
        return FoundHead(day_of(at), link == wanted.number, after)


def _verified(moment: Moment) -> Verified | Altered:
    ((damage,),) = moment.rows("PRAGMA integrity_check(1)")
    if damage != "ok":
        return Altered(f"The file is damaged: {damage}.")
    chain = _Chain(moment)
    altered = chain.fault() or chain.replay.fault() or _schema_fault(moment)
    if altered is not None:
        return altered
    head = short_head(chain.size, chain.head) if chain.size else ""
    return Verified(len(chain.replay.visits), chain.size, chain.gone.count(1), head)


def _schema_fault(moment: Moment) -> Altered | None:
    """Return what is not of this program's schema, as a trigger that somebody else put there."""
    others = ", ".join(moment.foreign())
    if not others:
        return None
    return Altered(f"The record was changed: not as this program makes it: {others}.")


class _Chain:
    """The contents of a record, each at its link, and the links."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.size: int = moment.rows("SELECT count(*) FROM link")[0][0]
        self.committed = bytearray(HASH_BYTES * (self.size + 1))
        self.claims, self.gone = bytearray(self.size + 1), bytearray(self.size + 1)
        self.begun = array("q", bytes(8 * (self.size + 1)))
        self.strays: list[tuple[int, Altered]] = []
        self.head = NOTHING
        self.replay = Replay(moment)
        for row in moment.each(HAPPENINGS):
            self._happening(row)
        for link, salt, visit, *said in moment.each(EVENTS):
            person, begun = self.replay.begins.get(visit, (None, 0))
            self._claim(link, salt, Content(person, visit, *said), begun)

    def _happening(self, row: Row) -> None:
        link, salt, person, visit, *said = row
        content = Content(person, visit, None, *said)
        self.replay.add(link, content)
        begun = self.replay.begins.get(visit, (None, 0))[1] if visit is not None else 0
        for first, last in self.replay.deleted(link, content):
            self.gone[first : last + 1] = bytes([1]) * (last + 1 - first)
        self._claim(link, salt, content, begun)

    def _claim(self, link: object, salt: object, content: Content, begun: int) -> None:
        """Put a content to its link."""
        known = isinstance(link, int) and 0 < link <= self.size
        if not known or not isinstance(salt, bytes) or len(salt) != SALT_BYTES:
            who = named(self.moment, content.visit)
            fault = Altered(f"{who} was changed: it has an entry without a link.", content.visit)
            self.strays.append((begun, fault))
            return
        assert isinstance(link, int)
        self.claims[link] = TWICE if self.claims[link] else ONE
        start = HASH_BYTES * link
        self.committed[start : start + HASH_BYTES] = commitment(salt, content)
        self.begun[link] = begun

    def fault(self) -> Altered | None:
        """Return the first thing that does not fit into the chain."""
        number, altered = next(self._faults(), (self.size + 1, None))
        stray = min(self.strays, key=lambda each: each[0], default=None)
        if stray is not None and (altered is None or stray[0] <= number):
            return stray[1]
        return altered

    def _faults(self) -> Iterator[tuple[int, Altered]]:
        """Yield what does not fit, link by link."""
        expected = 1
        for number, head, begun, left in self.moment.each(LINKS):
            if number != expected:
                yield expected, self._told(expected, None, "its link was taken out of the chain")
                return
            fault = self._at(number, head, begun, left)
            if fault:
                yield number, self._told(number, begun, fault)
            self.head = head
            expected += 1
        if not self._ends():
            yield self.size + 1, self._cut_off()

    def _at(self, number: int, head: object, begun: object, left: object) -> str:
        """Return what is wrong with a link: nothing, most of the time."""
        claims, gone = self.claims[number], self.gone[number]
        if not claims and not gone:
            return "an entry was taken out"
        if claims == TWICE or (claims and gone):
            return "an entry was added"
        start = HASH_BYTES * number
        committed = left if gone else bytes(self.committed[start : start + HASH_BYTES])
        points = begun == (self.begun[number] or None)
        if not points or not isinstance(committed, bytes) or (claims and left is not None):
            return "its links were changed"
        if next_head(self.head, number, committed) != head:
            return "what stands there is not what was written"
        return ""

    def _told(self, number: int, begun: object, fault: str) -> Altered:
        """Return the sentence on a fault at a link.

        Args:
            number: The link.
            begun: The link with which its visit began, as far as is known.
            fault: What is wrong.
        """
        for visit, place, at in self.moment.rows(OF_LINK, number):
            entry = f"entry {place}: {fault}" if place is not None else fault
            if visit is not None:
                return Altered(f"{named(self.moment, visit)} was changed: {entry}.", visit)
            return Altered(f"The record was changed: {fault} (link {number}, {day_of(at)}).")
        for visit, _, _ in self.moment.rows(OF_LINK, begun):
            return Altered(f"{named(self.moment, visit)} was changed: {fault}.", visit)
        return Altered(f"The record was changed: {fault} (link {number}{self._near(number)}).")

    def _near(self, number: int) -> str:
        """Return the day near a link that itself has none."""
        rows = self.moment.rows(LATEST, number)
        return f", {day_of(rows[0][1])} or later" if rows else ""

    def _ends(self) -> bool:
        """Return whether the chain ends as was kept."""
        kept = [tuple(row) for row in self.moment.rows("SELECT number, head FROM tail")]
        return kept == [(self.size, self.head)]

    def _cut_off(self) -> Altered:
        """Return the sentence on a chain that does not end as was kept."""
        for row in self.moment.rows("SELECT max(number) FROM tail"):
            if isinstance(row[0], int) and row[0] > self.size:
                missing = row[0] - self.size
                return self._told(self.size, None, f"what followed is cut off, {missing} links")
        return Altered("The record was changed: its end is not the one that was kept.")
