"""The history of a folder of rules: what was kept, why, and what stood there before.

`history/NNNN.yaml` holds one change each, `history/kept/` the files as they were last kept, so that
whatever changed since is known, byte for byte. Who may keep what is `keeping.py`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hingeexpert.assurance.authoring.history.lines import (
    InTheWayError,
    LinesOverTime,
    OtherLinesError,
    as_before,
    content_of,
    lines_of,
    replaced_between,
)
from hingeexpert.assurance.authoring.history.text import chained
from hingeexpert.errors import InputError, KnowledgeError, Problem, listed
from hingeexpert.formats.files import files_below, read_plain
from hingeexpert.knowledge.beside import read_beside
from hingeexpert.knowledge.models.history import KeptChange, Replaced
from hingeexpert.knowledge.rule_files import HISTORY, PROVEN, hash_of
from hingeexpert.knowledge.vocabulary import Vocabulary

KEPT = f"{HISTORY}/kept"
"""Where the files lie as they were last kept."""
NOT_KEPT = (HISTORY, PROVEN)
"""What has no part in the history: the history itself, and what was computed."""
NUMBERED = re.compile(rf"{HISTORY}/(\d{{4,}})\.yaml")
Files = Mapping[str, bytes]
"""Names below a folder of rules, with `/` between their parts, to what stands there."""


def files_to_keep(folder: Path) -> dict[str, bytes]:
    """Read every YAML file of a folder of rules that a history keeps, by name.

    Raises:
        KnowledgeError: One cannot be read, or is not UTF-8.
    """
    return _read(folder, [name for name, _ in files_below(folder, NOT_KEPT)])


def _kept_files(folder: Path) -> dict[str, bytes]:
    """Read the files as they were last kept."""
    return _read(folder / KEPT, [name for name, _ in files_below(folder / KEPT)])


def _read(folder: Path, names: list[str]) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    problems = []
    for name in sorted(name for name in names if name.endswith(".yaml")):
        try:
            contents[name] = read_plain(folder / name)
            lines_of(contents[name])
        except OSError as error:
            problems.append(Problem(name, None, "", f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError:
            problems.append(Problem(name, None, "", "is not UTF-8; save the file as UTF-8 text"))
    if problems:
        raise KnowledgeError(problems)
    return contents


def hash_of_all(files: Files) -> str:
    """Return the hash of some files, hexadecimal digits, as that of the knowledge is made."""
    return hash_of(dict(sorted(files.items())))


def entry_name(number: int) -> str:
    """Return the name of the file of a change, from the folder of rules."""
    return f"{HISTORY}/{number:04}.yaml"


@dataclass(frozen=True)
class History:
    """All changes that were kept in a folder of rules.

    Attributes:
        changes: By their numbers, from 1 without a gap.
        kept: The files as they were last kept.
    """

    folder: Path
    changes: dict[int, KeptChange]
    kept: Files

    @property
    def next_number(self) -> int:
        """The number of the change that is kept next."""
        return len(self.changes) + 1

    @property
    def chain(self) -> str | None:
        """That of the last change; `None` where there is none."""
        return self.changes[len(self.changes)].chain if self.changes else None

    @cached_property
    def taken_back(self) -> dict[int, int]:
        """For each change that does not stand, the number of the one that took it back."""
        undone: dict[int, int] = {}
        for number, change in reversed(self.changes.items()):
            if change.takes_back is not None and number not in undone:
                undone[change.takes_back] = number
        return undone

    def change(self, number: int) -> KeptChange:
        """Return one change.

        Raises:
            InputError: There is none of this number.
        """
        if number not in self.changes:
            allowed = f"allowed: 1 to {len(self.changes)}" if self.changes else "none was kept yet"
            message = f"there is no change {number}; {allowed}"
            raise InputError.about(self.folder / HISTORY, message)
        return self.changes[number]

    def changed(self, files: Files) -> dict[str, tuple[Replaced, ...]]:
        """Return which lines of which files are others than those that were last kept."""
        names = sorted({*self.kept, *files})
        differing = [name for name in names if self.kept.get(name) != files.get(name)]
        return {
            name: replaced_between(lines_of(self.kept.get(name)), lines_of(files.get(name)))
            for name in differing
        }

    def without(self, number: int) -> dict[str, bytes]:
        """Return the kept files without one of the changes.

        Args:
            number: A change, or one that took another back.

        Raises:
            InputError: There is no such change, or later ones stand in the way.
        """
        files = dict(self.kept)
        ways: dict[int, list[str]] = {}
        for name in self.change(number).files:
            try:
                content = self._without(name, number)
            except InTheWayError as error:
                for later in error.numbers:
                    ways.setdefault(later, []).append(name)
                continue
            if content is None:
                files.pop(name, None)
            else:
                files[name] = content
        if ways:
            raise InputError(self._in_the_way(number, ways))
        return files

    def _without(self, name: str, number: int) -> bytes | None:
        """Return a file without one of the changes."""
        lines = self._over_time(name)
        lines.take_back(number, self.next_number)
        return content_of(lines.standing)

    def _over_time(self, name: str) -> LinesOverTime:
        """Follow the lines of a file through all changes."""
        lines = lines_of(self.kept.get(name))
        touching = {n: one.files[name] for n, one in self.changes.items() if name in one.files}
        try:
            for replaced in reversed(touching.values()):
                lines = as_before(lines, replaced)
            over_time = LinesOverTime.from_start(lines)
            for number, replaced in touching.items():
                undone = self.changes[number].takes_back
                if undone is None:
                    over_time.change(number, replaced)
                else:
                    over_time.take_back(undone, number)
        except (OtherLinesError, InTheWayError):
            raise _not_its_own(self.folder, name) from None
        return over_time

    def _in_the_way(self, number: int, ways: Mapping[int, list[str]]) -> Iterator[Problem]:
        """Yield what keeps a change from being taken back."""
        for later, names in sorted(ways.items()):
            change = self.changes[later]
            if change.takes_back == number:
                message = (
                    f"change {number} was taken back by {later}; take back {later} to have it again"
                )
            else:
                message = (
                    f"change {later} is in the way: {change.reason} It touched the same in "
                    f"{listed(names)}; take it back first"
                )
            yield Problem(entry_name(number), None, "", message)


def _not_its_own(folder: Path, name: str) -> InputError:
    message = f"does not hold the lines that the history of {name} says; somebody changed it"
    return InputError.about(folder / HISTORY, message)


def has_history(folder: Path) -> bool:
    """Return whether something was kept in a folder of rules, be it its beginning."""
    return (folder / KEPT).is_dir()


def read_history(folder: Path) -> History:
    """Read the history of a folder of rules.

    Raises:
        InputError: There is none, or somebody changed it.
        KnowledgeError: A file of it cannot be read, or is not as such a file must be.
    """
    if not has_history(folder):
        message = (
            "has no history yet, so nothing tells what changed; hingeexpert rules copy makes a "
            "folder with one, and hingeexpert rules keep --begin takes this folder as it is"
        )
        raise InputError.about(folder, message)
    entries = read_beside(folder, f"{HISTORY}/*.yaml", KeptChange, Vocabulary())
    changes: dict[int, KeptChange] = {}
    for name, beside in entries.items():
        match = NUMBERED.fullmatch(name)
        if match is None or entry_name(int(match[1])) != name:
            raise InputError.about(folder / name, "is no change; its name must be 0001.yaml or so")
        changes[int(match[1])] = beside.model
    history = History(folder, dict(sorted(changes.items())), _kept_files(folder))
    problems = list(_breaks(history))
    if problems:
        raise InputError(problems)
    return history


def _breaks(history: History) -> Iterator[Problem]:
    """Yield where a history does not hang together."""
    before, chain = None, None
    for place, (number, change) in enumerate(history.changes.items(), 1):
        if number != place:
            yield Problem(entry_name(place), None, "", "is missing; somebody took it away")
            return
        if before not in (None, change.folder.before):
            yield Problem(entry_name(number), None, "folder.before", _OTHER)
        if change.chain != chained(change, chain) or (change.takes_back or 0) >= number:
            yield Problem(entry_name(number), None, "", _NOT_AS_KEPT)
        before, chain = change.folder.after, change.chain
    if before not in (None, hash_of_all(history.kept)):
        yield Problem(KEPT, None, "", _OTHER)


_NOT_AS_KEPT = "is not as it was kept, or the change before it is not; somebody changed the history"
_OTHER = "is not what the change before left; somebody changed the history"
