"""What must stand in the tables that can change, told again from the happenings of the chain.

Owns the comparison of people, visits and what is still to be overwritten with what was chained.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from hingeexpert.record.chain import Content
from hingeexpert.record.naming import Moment, named

PEOPLE = "SELECT id, patient_id, name, begun FROM person ORDER BY rowid"
VISITS = "SELECT id, person, begun, date, clinician FROM visit ORDER BY rowid"
UNREADABLE = "The record was changed: an entry is not as this program writes it (link {})."

Fields = dict[str, Any]


@dataclass(frozen=True)
class Altered:
    """The first thing in a record that is not as it was written.

    Attributes:
        sentence: What it is, without a name and without an answer.
        visit: Id of the visit that is meant, where one is.
    """

    sentence: str
    visit: str | None = None


class Replay:
    """People and visits as the happenings tell them; they are added in the order of the chain."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.people: dict[object, Fields] = {}
        self.visits: dict[object, Fields] = {}
        self.begins: dict[object, tuple[str | None, int]] = {}
        self.overdue: Counter[object] = Counter()
        self.unreadable: int | None = None

    def add(self, link: int, content: Content) -> None:
        """Add a happening; one that says nothing that can be read is remembered."""
        if content.kind == "visit":
            self.begins.setdefault(content.visit, (content.person, link))
        try:
            self._add(content, json.loads(content.data))
        except (ValueError, LookupError, TypeError, AttributeError):
            self.unreadable = self.unreadable or link

    def _add(self, content: Content, said: Fields) -> None:
        match content.kind:
            case "person":
                self.people[content.person] = {
                    "id": content.person,
                    "patient_id": "",
                    "name": "",
                    "begun": content.at,
                }
            case "visit":
                self.visits[content.visit] = {
                    "id": content.visit,
                    "person": content.person,
                    "begun": content.at,
                    "date": said["date"],
                    "clinician": "",
                }
            case "who":
                self.people[content.person].update(said)
            case "date" | "clinician":
                self.visits[content.visit].update(said)
            case "deletion":
                self.overdue[content.at] += 1
            case "overwritten":
                self.overdue.subtract(said["since"])

    def deleted(self, link: int, content: Content) -> Iterator[tuple[int, int]]:
        """Yield first and last of the links that a happening says it took away."""
        if content.kind != "deletion":
            return
        try:
            for first, last in json.loads(content.data)["links"]:
                if 0 < first <= last < link:
                    yield first, last
        except (ValueError, LookupError, TypeError):
            self.unreadable = self.unreadable or link

    def fault(self) -> Altered | None:
        """Return the first row that is not as the happenings tell it."""
        if self.unreadable is not None:
            return Altered(UNREADABLE.format(self.unreadable))
        return (
            self._visit_fault(self._differs(self.visits, VISITS))
            or self._person_fault(self._differs(self.people, PEOPLE))
            or self._overdue_fault()
        )

    def _differs(self, told: Mapping[object, Fields], query: str) -> tuple[object, str] | None:
        """Return the id of the first row of a table that is not as it is told, and how not."""
        rows: Iterable[Any] = map(dict, self.moment.each(query))
        for right, row in zip_longest(told.values(), rows):
            if right != row:
                return self._how(told, query, right, row)
        return None

    def _how(
        self,
        told: Mapping[object, Fields],
        query: str,
        right: Fields | None,
        row: Fields | None,
    ) -> tuple[object, str]:
        if row is not None and row["id"] not in told:
            return row["id"], "was added"
        if right is None:
            return (row or {}).get("id"), "stands twice"
        there = {each["id"] for each in self.moment.each(query)}
        if right["id"] not in there:
            return right["id"], "was taken out"
        if row is not None and row["id"] == right["id"]:
            fields = [field for field, value in right.items() if row[field] != value]
            return right["id"], f"was changed: {', '.join(fields)}"
        return right["id"], "stands in the place of another"

    def _visit_fault(self, differs: tuple[object, str] | None) -> Altered | None:
        if differs is None:
            return None
        visit, how = differs
        return Altered(f"{named(self.moment, visit)} {how}.", _text(visit))

    def _person_fault(self, differs: tuple[object, str] | None) -> Altered | None:
        if differs is None:
            return None
        person, how = differs
        for visit in self.visits.values():
            if visit["person"] == person:
                sentence = f"{named(self.moment, visit['id'])}: the person {how}."
                return Altered(sentence, visit["id"])
        return Altered(f"The record was changed: a person without a visit {how}.")

    def _overdue_fault(self) -> Altered | None:
        there = Counter(row["since"] for row in self.moment.each("SELECT since FROM overdue"))
        if +self.overdue == there and min(self.overdue.values(), default=0) >= 0:
            return None
        return Altered("The record was changed: what is still to be overwritten was.")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
