"""A folder of rules that somebody edits: each save is a change from the last state that could be
used.

Whether anything was saved is asked of the system, file by file; that takes less than a millisecond.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from hingeexpert.assurance.authoring.change import Change, changed
from hingeexpert.assurance.authoring.states import RulesState, Snapshot, StateReader
from hingeexpert.assurance.invented import invented
from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.files import files_below
from hingeexpert.inference.crowd import Crowd

Marks = dict[str, tuple[int, int, int]]
"""File to its time, its size and its place on the disk."""


class Live:
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
        self.state: RulesState = self._reader.read(Snapshot.of(folder))
        self.crowd: Crowd = invented(folder, self.state.knowledge, people)

    def look(self) -> Change | None:
        """Return what was changed since the last look, or `None` where no file was.

        Its parts are worked out when they are asked for; see `Change`.
        """
        marks = self._marked()
        if marks == self._marks:
            return None
        self._marks = marks
        try:
            snapshot = Snapshot.of(self.folder)
        except KnowledgeError as error:
            return Change(self.state, None, self.crowd, error.problems)
        change = changed(self._reader, self.state, snapshot, self.crowd)
        if change.usable:
            self.state = change.after
        return change

    def _marked(self) -> Marks:
        """Return what tells whether a file was saved, for every file of the folder."""
        return dict(_marks(self.folder))


def _marks(folder: Path) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """Yield the marks of files; one that is gone in between has none."""
    try:
        for name, _ in files_below(folder):
            state = os.stat(folder / name)
            yield name, (state.st_mtime_ns, state.st_size, state.st_ino)
    except OSError:
        return
