"""A folder of rules that somebody edits: each save is a change from the last state that could be
used.

Whether anything was saved is asked of the system, file by file; that takes less than a millisecond.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from os import DirEntry
from pathlib import Path

from hingeexpert.assurance.authoring.seeing.change import RulesChange, changed
from hingeexpert.assurance.authoring.seeing.states import RulesState, Snapshot, StateReader
from hingeexpert.assurance.invented import invented
from hingeexpert.formats.files import files_below
from hingeexpert.inference.crowd import Crowd

Mark = tuple[int, int, int]
"""The time of a file, its size and its place on the disk."""
NO_FILE: Mark = (0, 0, 0)
Marks = dict[str, Mark]


class LiveRules:
    """Looks at a folder again and again.

    Attributes:
        state: The last state that could be used.
        crowd: The invented people, made of the questions as they were at the beginning.
    """

    def __init__(self, folder: Path, people: int) -> None:
        """Read the folder.

        Args:
            folder: A folder of rules that can be used.
            people: How many invented people are judged at each change, from 1.

        Raises:
            KnowledgeError: With every problem of every file.
        """
        self.folder = folder
        self._reader = StateReader()
        self._marks = self._marked()
        self._seen = self._marks
        self.state: RulesState = self._reader.read(_snapshot(folder))
        self.crowd: Crowd = invented(folder, self.state.knowledge, people)

    def warm(self) -> None:
        """Judge and prove the state as it is, which the first change is compared with."""
        for crowd in (self.crowd, self.state.beside.case_crowd):
            _ = self.state.judged(crowd).labels
        _ = self.state.holding(self.crowd).shown

    def look_twice(self) -> RulesChange | None:
        """Look, but pass over what was not there at the last look: an editor may still write it."""
        marks = self._marked()
        same, self._seen = marks == self._seen, marks
        return self.look() if same else None

    def look(self) -> RulesChange | None:
        """Return what was changed since the last look, or `None` where no file was.

        Its parts are worked out when they are asked for; see `RulesChange`.

        Raises:
            KnowledgeError: The folder is gone, or cannot be looked into.
        """
        marks = self._marked()
        if marks == self._marks:
            return None
        self._marks = marks
        change = changed(self._reader, self.state, _snapshot(self.folder), self.crowd)
        if change.usable:
            self.state = change.after
        return change

    def _marked(self) -> Marks:
        """Return what tells whether a file was saved, for every file of the folder."""
        return dict(_marks(self.folder))


def _snapshot(folder: Path) -> Snapshot:
    """Read a folder without what can be no file of rules, such as the copies of an editor."""
    snapshot = Snapshot.of(folder)
    return replace(snapshot, files=replace(snapshot.files, strangers=()))


def _marks(folder: Path) -> Iterator[tuple[str, Mark]]:
    """Yield the marks of files, as far as the folder can be looked into."""
    with suppress(OSError):
        for name, entry in files_below(folder):
            if name.endswith(".yaml"):
                yield name, _mark(entry)


def _mark(entry: "DirEntry[str]") -> Mark:
    """Return the mark of a file; of one that is gone, or a link to nothing, that of none."""
    try:
        state = entry.stat()
    except OSError:
        return NO_FILE
    return state.st_mtime_ns, state.st_size, state.st_ino
