"""Everything in a record, or all of one person, packed to take away.

Owns what stands in the package: each visit as a form, and people, visits and events as they are
kept. It is written as it goes, so that nothing has to be held as a whole.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from hingeexpert.forms import Assessment, form_of
from hingeexpert.intake.events import replay
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import RecordedPerson, RecordReader, Visit

PIECE = 1 << 16
"""Bytes that are given on together."""
HEAD_FILE = "head.txt"
Told = Callable[[int, int], None]
"""Is told, visit by visit, how many are packed, and how many there are."""


class _Pieces(io.RawIOBase):
    """What is written, until somebody takes it; nobody can go back in it."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        """Return that it takes what is written."""
        return True

    def write(self, raw: Any) -> int:
        """Keep bytes until they are taken."""
        self.waiting += raw
        return len(raw)

    def taken(self, least: int = 1) -> Iterator[bytes]:
        """Yield what waits, where that is enough to give on."""
        if len(self.waiting) >= least:
            yield bytes(self.waiting)
            self.waiting.clear()


def export(
    knowledge: KnowledgeBase,
    reader: RecordReader,
    told: Told,
    person: str | None = None,
) -> Iterator[bytes]:
    """Yield a ZIP file, piece by piece.

    Args:
        knowledge: The knowledge base.
        reader: The record at one moment.
        told: Is told how far it is.
        person: Whose visits; of everybody where nobody is named.

    Raises:
        MissingError: There is no such person.
    """
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(HEAD_FILE, f"Record: {reader.head()}\n")
        for _ in _packed(knowledge, reader, archive, told, person):
            yield from pieces.taken(PIECE)
    yield from pieces.taken()


def _packed(
    knowledge: KnowledgeBase,
    reader: RecordReader,
    archive: zipfile.ZipFile,
    told: Told,
    person: str | None,
) -> Iterator[None]:
    """Pack, and yield whenever a little more is packed."""
    people = reader.people() if person is None else [reader.person(person)]
    visits = reader.visits(person)
    yield from _table(archive, "people", map(_line, people))
    yield from _table(archive, "visits", map(_line, visits))
    yield from _table(archive, "events", _events(reader, visits, told))
    of_visit = {entry.id: entry for entry in people}
    for done, visit in enumerate(visits, start=1):
        form = form_of(knowledge, filled(knowledge, reader, of_visit[visit.person], visit))
        archive.writestr(f"forms/{visit.date}-{visit.id}.yaml", form)
        told(done, len(visits))
        yield


def _events(reader: RecordReader, visits: list[Visit], told: Told) -> Iterator[str]:
    """Yield the events of each visit; nothing is packed as a form meanwhile."""
    for visit in visits:
        yield reader.event_lines(visit.id)
        told(0, len(visits))


def _line(row: RecordedPerson | Visit) -> str:
    return f"{json.dumps(asdict(row), ensure_ascii=False)}\n"


def _table(archive: zipfile.ZipFile, name: str, lines: Iterable[str]) -> Iterator[None]:
    """Pack a table, a line of JSON for each row."""
    with archive.open(f"{name}.jsonl", "w", force_zip64=True) as file:
        for text in lines:
            file.write(text.encode())
            yield


def filled(
    knowledge: KnowledgeBase, reader: RecordReader, person: RecordedPerson, visit: Visit
) -> Assessment:
    """Return a visit as a form that `batch` reads: who has no patient id gets the one of the
    record.
    """
    state = replay(knowledge, reader.events(visit.id))
    return state.assessment(
        {"id": person.id, **person.patient}, visit.date, visit.clinician or None
    )
