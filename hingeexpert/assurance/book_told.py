"""Every text that a person can be told, once, and where in the book to sign it stands.

Which texts these are is said by the models; nothing here knows a text. A text that stands in
several places of the rules is shown in the first of them, and says in how many more it stands.
What is signed apart holds only what nobody is told before it.
"""

import itertools
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from hingeexpert.formats.documents import Path
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.traits import FOR_PERSON
from hingeexpert.knowledge.texts import entries_by_file, places_read, strings

Part = Literal["row", "list", "further row", "further", "asked", "annex"]
"""Where a text stands: in the row of its fault or drill, in the list of what is told; apart from
these in the row of a drill of a further rung, in the list of their sheets, or among the questions;
or in the annex.
"""
PARTS: tuple[Part, ...] = ("row", "list", "further row", "further", "asked", "annex")
"""A text of several places stands in the first of these."""
ROWS: tuple[Part, ...] = ("row", "further row")
"""The parts that are rows of a table."""
IN_ROWS: Mapping[str, tuple[str, ...]] = {
    "faults": ("cues",),
    "drills": ("dose", "stop", "before", "load", "step_up", "cue", "cues"),
}
"""Folder of the rules to the keys whose texts stand in a row of a table."""
SHEET = "brief"
"""The key of a drill with all that a person takes home of it."""
OTHER_WORDS = ("alt", "label", "aim", "short")
"""Keys of a picture in words and of the words in it, and of a question as one line of the paper
form.
"""


class ToldText(NamedTuple):
    """A text for the person.

    Attributes:
        text: The text, blanks made one.
        file: The file in which it stands first.
        path: Its place there.
        part: Where it stands in the book to sign.
        more: In how many other places it stands as well.
    """

    text: str
    file: str
    path: Path
    part: Part
    more: int = 0

    @property
    def kind(self) -> str:
        """The folder or the file."""
        return self.file.partition("/")[0]


class ToldGroup(NamedTuple):
    """The texts of one entry.

    Attributes:
        kind: The folder or the file.
        title: What the entry is called; empty for a file that is one entry.
    """

    kind: str
    title: str
    texts: tuple[ToldText, ...]


def told_texts(knowledge: KnowledgeBase) -> dict[str, ToldText]:
    """Return every text for the person, in the order of the rules."""
    everywhere: dict[str, list[ToldText]] = {}
    for item in _places(knowledge):
        everywhere.setdefault(item.text, []).append(item)
    return {
        text: min(places, key=lambda place: PARTS.index(place.part))._replace(more=len(places) - 1)
        for text, places in everywhere.items()
    }


def _places(knowledge: KnowledgeBase) -> Iterator[ToldText]:
    """Yield each place of a text for the person."""
    for file, entry in entries_by_file(knowledge).items():
        told = places_read(file, entry, FOR_PERSON)
        for path, text in strings(entry):
            if path in told:
                yield ToldText(plain(text), file, path, _part(knowledge, file, path))


def _part(knowledge: KnowledgeBase, file: str, path: Path) -> Part:
    kind, key = file.partition("/")[0], str(path[0])
    further = kind == "drills" and knowledge.drills[_name(file)].rung is not None
    if key in IN_ROWS.get(kind, ()):
        return "further row" if further else "row"
    taught = kind == "drills" and key != SHEET
    if taught or path[-1] in OTHER_WORDS:
        return "annex"
    if kind == "observables":
        return "asked"
    return "further" if further else "list"


def _name(file: str) -> str:
    """Return the name of the entry that is a file."""
    return file.rpartition("/")[2].removesuffix(".yaml")


def plain(text: str) -> str:
    """Return a text with its blanks made one."""
    return " ".join(text.split())


def told_groups(knowledge: KnowledgeBase, part: Part) -> Iterator[ToldGroup]:
    """Yield the texts of one part, those of an entry together, in the order of the rules."""
    texts = [item for item in told_texts(knowledge).values() if item.part == part]
    texts.sort(key=lambda item: list(entries_by_file(knowledge)).index(item.file))
    by_entry = itertools.groupby(texts, key=lambda item: (item.kind, _title(knowledge, item)))
    for (kind, title), inside in by_entry:
        yield ToldGroup(kind, title, tuple(inside))


def _title(knowledge: KnowledgeBase, item: ToldText) -> str:
    """Return what the entry is called in which a text stands."""
    name = _name(item.file)
    if name in knowledge.ladders:
        return knowledge.ladders[name][int(item.path[1])].title
    if item.kind == "observables":
        return next(group.title for group in knowledge.groups if group.group == name)
    if item.kind == "drills":
        return knowledge.drills[name].title
    return knowledge.conclusions[name].title if name in knowledge.conclusions else ""
