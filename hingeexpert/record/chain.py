"""The chain: one line of hashes across everything that ever happened in the record.

Owns what a link is and how one is added, and what stays of links whose person is deleted. Checking
is `verifying.py`.

An entry of the chain is an event of a visit (table `event`) or a happening (table `happening`: all
else, see `HappeningKind`). With it stand the number of its link and its salt, 16 random bytes.

    content       the JSON of the list [person, visit, number, at, kind, data]: in ASCII, without
                  blanks, null for what is not there. `person` and `visit` are ids, `number` is that
                  of an event in its visit, `data` is the text of the column, taken as it stands.
    commitment    SHA-256 of salt and content
    head          SHA-256 of the head before, the number of the link as 8 bytes, the most important
                  first, and the commitment; before the first link stand 32 bytes of zero

The table `link` has a row for each link that ever was: its number from 1 without a gap, its head,
and, as a mere pointer, the number of the link with which the visit began. The commitment is not
kept: the content is there to make it anew. The table `tail` holds number and head of the last link.

Deleting a person takes its contents and salts away. Of its links the commitments stay, and no
longer the pointers: without the salt nobody can try out what a commitment stands for, nor do day,
kind and person of a link stand anywhere. The entry of the deletion names the numbers of the links
that it took, so that a content that is missing without a deletion is noticed.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from hingeexpert.record.driver import Connection, DatabaseError
from hingeexpert.record.event import now

HappeningKind = Literal[
    "person",
    "visit",
    "who",
    "date",
    "clinician",
    "deletion",
    "overwritten",
    "migrated",
    "unlock",
    "export",
    "backup",
    "restore",
]
"""What happens beside the events of a visit. `person` and `visit` are the begin of one; `who`,
`date` and `clinician` say what stands there from now on; the rest is of the record as a whole.
"""
NoteKind = Literal["unlock", "export", "backup", "restore"]
"""What is noted when it is done, and changes nothing that is kept."""

SALT_BYTES, HASH_BYTES = 16, 32
NOTHING = bytes(HASH_BYTES)
"""The head before the first link."""
NO_TAIL = "the end of its chain is missing; `hingeexpert record verify` says more"

TAIL = """
    SELECT number, head, (
        SELECT min(link) FROM happening WHERE person = ? AND visit = ? AND kind = 'visit'
    ) FROM tail
"""
"""The last link, and the link with which a visit began."""
CONTENTS = """
    SELECT event.link, event.salt, person, visit, number, at, kind, data
        FROM event JOIN visit ON visit.id = event.visit WHERE person = :person
    UNION ALL
    SELECT link, salt, person, visit, NULL, at, kind, data FROM happening WHERE person = :person
    ORDER BY 1
"""
"""All that is chained of a person."""


class Content(NamedTuple):
    """What an entry of the chain says; `data` is JSON."""

    person: str | None
    visit: str | None
    number: int | None
    at: str
    kind: str
    data: str = "{}"


class Link(NamedTuple):
    """The place of an entry in the chain, and the salt that stands with it."""

    number: int
    salt: bytes


def _odd(value: object) -> list[str]:
    """Return what stands in JSON for a value that this program puts nowhere."""
    return [repr(value)]


_ENCODER = json.JSONEncoder(separators=(",", ":"), default=_odd)


def commitment(salt: bytes, content: Content) -> bytes:
    """Return what a link says of a content to whoever has the salt, and to nobody else."""
    return hashlib.sha256(salt + _ENCODER.encode(content).encode("ascii")).digest()


def next_head(head: bytes, number: int, committed: bytes) -> bytes:
    """Return the head of a link from the one before."""
    return hashlib.sha256(head + number.to_bytes(8, "big") + committed).digest()


def add_link(connection: Connection, content: Content) -> Link:
    """Add a link for a content, which the caller then keeps with it in the same transaction.

    Raises:
        DatabaseError: Somebody took the end of the chain away.
    """
    row = connection.execute(TAIL, (content.person, content.visit)).fetchone()
    if row is None:
        raise DatabaseError(NO_TAIL)
    last, head_before, begun = row
    number, salt = last + 1, secrets.token_bytes(SALT_BYTES)
    head = next_head(head_before, number, commitment(salt, content))
    begun = number if content.kind == "visit" else begun
    connection.execute(
        "INSERT INTO link (number, head, begun) VALUES (?, ?, ?)", (number, head, begun)
    )
    connection.execute("UPDATE tail SET number = ?, head = ?", (number, head))
    return Link(number, salt)


def happen(connection: Connection, content: Content) -> None:
    """Chain and keep a happening; the caller holds a transaction."""
    link = add_link(connection, content)
    connection.execute(
        "INSERT INTO happening (link, salt, person, visit, at, kind, data) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*link, content.person, content.visit, content.at, content.kind, content.data),
    )


def happen_to(
    connection: Connection, kind: HappeningKind, at: str, data: Mapping[str, object] | None = None
) -> None:
    """Chain a happening of the record as a whole; its data stay for good."""
    happen(connection, Content(None, None, None, at, kind, written(data or {})))


def written(data: object) -> str:
    """Return data as the record keeps it."""
    return json.dumps(data, ensure_ascii=False, default=_odd)


def forget(connection: Connection, person: str, at: str) -> None:
    """Chain the deletion of a person, whose rows the caller then deletes, and leave of its links
    what they need to stay links.
    """
    gone = []
    for number, salt, *content in connection.execute(CONTENTS, {"person": person}).fetchall():
        gone.append(number)
        connection.execute(
            "UPDATE link SET commitment = ?, begun = NULL WHERE number = ?",
            (commitment(salt, Content(*content)), number),
        )
    happen_to(connection, "deletion", at, {"links": list(ranges(gone))})


def settle_overdue(connection: Connection, count: int) -> None:
    """Chain that the first so many of those who were deleted are overwritten by now."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        query = "SELECT since FROM overdue ORDER BY rowid LIMIT ?"
        since = [row[0] for row in connection.execute(query, (count,))]
        connection.execute(
            "DELETE FROM overdue WHERE rowid IN (SELECT rowid FROM overdue ORDER BY rowid LIMIT ?)",
            (count,),
        )
        if since:
            happen_to(connection, "overwritten", now(), {"since": since})
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def ranges(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of each row of numbers without a gap; they come in order."""
    first = last = None
    for number in numbers:
        if first is not None and last is not None and number != last + 1:
            yield first, last
            first = number
        first, last = number if first is None else first, number
    if first is not None and last is not None:
        yield first, last
