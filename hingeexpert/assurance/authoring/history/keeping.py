"""A change of the rules kept, or taken back: whole or not at all, by one person at a time.

Owns what must be true of the rules before that, and who must sign.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hingeexpert.assurance.authoring.history.changed_places import changed_places
from hingeexpert.assurance.authoring.history.effects import Effects, effects_of
from hingeexpert.assurance.authoring.history.history import (
    KEPT,
    Files,
    History,
    entry_name,
    files_to_keep,
    has_history,
    hash_of_all,
    read_history,
)
from hingeexpert.assurance.authoring.history.lines import numbered
from hingeexpert.assurance.authoring.history.signing import SIGNATURE, source_problems
from hingeexpert.assurance.authoring.history.text import chained, text_of
from hingeexpert.errors import InputError, Problem, listed
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.holding import holding
from hingeexpert.formats.together import NOTED, Contents, finish_together, write_together
from hingeexpert.knowledge.loading import load_knowledge
from hingeexpert.knowledge.models.history import Hashes, KeptChange, Replaced, Signed

MOST_CASES = 5
"""Worked cases that are named where they fail."""
MEANWHILE = "was changed in the meantime; nothing was written, try again"
Judge = Callable[[Path, Path], Effects]
"""What comes of a change: from the folder before it and the one after it."""


@dataclass(frozen=True)
class Draft:
    """Files that are to be written.

    Attributes:
        files: What shall stand in them, by name from the folder.
        made_of: What stood there, in them and others, when they were made.
    """

    files: Files
    made_of: Files


@dataclass(frozen=True)
class Kept:
    """A change that stands in the history now.

    Attributes:
        left: Files that somebody changed while an earlier run wrote them; they stay as they are.
    """

    number: int
    change: KeptChange
    left: tuple[str, ...] = ()


def begin(folder: Path) -> None:
    """Take a folder of rules as it is for the beginning of its history.

    Raises:
        InputError: It has a history, or is the shipped one.
        KnowledgeError: The rules are broken.
    """
    with _held(folder):
        if has_history(folder):
            raise InputError.about(folder, "has a history; hingeexpert rules keep adds to it")
        files = files_to_keep(folder)
        load_knowledge(folder)
        write_together(folder, {f"{KEPT}/{name}": raw for name, raw in files.items()})


def keep(
    folder: Path,
    signature: Signed,
    draft: Draft | None = None,
    judge: Judge = effects_of,
) -> Kept:
    """Keep what changed in a folder of rules since the last time.

    Args:
        folder: A folder with a history.
        signature: Who keeps it, and why.
        draft: Files that are written with it.
        judge: Says what comes of it.

    Raises:
        InputError: Nothing changed; or somebody saved a file meanwhile; or a grave hazard is open
            or a worked case fails, and nobody else signed.
        KnowledgeError: The rules are broken.
    """
    with _held(folder) as left:
        history = read_history(folder)
        there = files_to_keep(folder)
        wanted = _wanted(folder, draft, there)
        files = _with(there, wanted)
        if files == history.kept:
            raise InputError.about(folder, "nothing changed since it was last kept")
        change = _judged(history, files, signature, None, judge)
        _check_as(folder, there)
        return _written(history, files, change, wanted, left)


def write(folder: Path, draft: Draft) -> None:
    """Write files into a folder that has no history.

    Raises:
        InputError: Somebody saved one of them meanwhile.
    """
    with _held(folder):
        write_together(folder, _wanted(folder, draft, files_to_keep(folder)))


def _wanted(folder: Path, draft: Draft | None, there: Files) -> Files:
    """Return the files of a draft, where those that it was made of still stand there."""
    if draft is None:
        return {}
    if any(there.get(name) != draft.made_of.get(name) for name in draft.files):
        raise InputError.about(folder, MEANWHILE)
    return draft.files


def _with(files: Files, draft: Contents) -> dict[str, bytes]:
    """Return files with some written anew, or taken away."""
    after = {**files, **draft}
    return {name: content for name, content in after.items() if content is not None}


def take_back(folder: Path, number: int, signature: Signed, judge: Judge = effects_of) -> Kept:
    """Put the lines that a change replaced back into their places.

    Args:
        folder: A folder with a history, where nothing changed since the last time.
        number: The change.
        signature: Who takes it back, and why.
        judge: Says what comes of it.

    Raises:
        InputError: See `keep`; or later changes are in the way, or something is not kept yet.
        KnowledgeError: The rules would be broken.
    """
    with _held(folder) as left:
        history = read_history(folder)
        _check_all_kept(history)
        files = history.without(number)
        change = _judged(history, files, signature, number, judge)
        _check_all_kept(history)
        return _written(history, files, change, {n: files.get(n) for n in change.files}, left)


def settled(folder: Path) -> History:
    """Return the history of a folder, with all written that an earlier run began to write.

    Raises:
        InputError: There is none, or somebody changed it.
    """
    if (folder / NOTED).exists():
        with _held(folder):
            pass
    return read_history(folder)


def not_kept(folder: Path) -> dict[str, str]:
    """Return for each file that is not as it was last kept how many lines differ, in words."""
    changed = settled(folder).changed(files_to_keep(folder))
    return {name: _told(replaced) for name, replaced in changed.items()}


def _told(changes: Sequence[Replaced]) -> str:
    """Say how many lines were taken out and put in."""
    lines = list(numbered(changes))
    put = sum(line.startswith("+") for line in lines)
    return f"lines: {len(lines) - put} out, {put} in"


@contextmanager
def _held(folder: Path) -> Iterator[tuple[str, ...]]:
    """Hold a folder of rules, with all written that an earlier run began to write."""
    if not folder.is_dir():
        raise InputError.about(folder, "there is no such folder of rules")
    if folder.resolve() == data_folder("rules").resolve():
        message = "is the shipped folder, which stays as it is; hingeexpert rules copy makes yours"
        raise InputError.about(folder, message)
    with holding(folder):
        yield finish_together(folder)


def _check_as(folder: Path, files: Files) -> None:
    """Stop where somebody has saved a file since they were read."""
    if files_to_keep(folder) != files:
        raise InputError.about(folder, MEANWHILE)


def _check_all_kept(history: History) -> None:
    """Stop where the folder is not as it was last kept."""
    changed = sorted(history.changed(files_to_keep(history.folder)))
    if changed:
        message = f"something changed that is not kept yet, in {listed(changed)}; keep it first"
        raise InputError.about(history.folder, message)


def _judged(
    history: History, files: Files, signature: Signed, takes_back: int | None, judge: Judge
) -> KeptChange:
    """Return a change, where it may be kept."""
    with _laid_out(files) as after:
        effects = judge(history.folder / KEPT, after)
    problems = [
        *source_problems(signature, effects.after, needed=takes_back is None),
        *_unsigned(effects, signature),
    ]
    if problems:
        raise InputError(problems)
    change = KeptChange(
        **dict(signature),
        takes_back=takes_back,
        knowledge=Hashes(before=effects.before.sha256, after=effects.after.sha256),
        folder=Hashes(before=hash_of_all(history.kept), after=hash_of_all(files)),
        places=tuple(changed_places(history.kept, files)),
        cases=effects.cases,
        people=effects.people,
        hazards=effects.hazards,
        files=history.changed(files),
    )
    return change.model_copy(update={"chain": chained(change, history.chain)})


@contextmanager
def _laid_out(files: Files) -> Iterator[Path]:
    """Lay files out in a folder that is gone afterwards, so that nobody changes them meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="hingeexpert-"))
    try:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        yield folder
    finally:
        shutil.rmtree(folder)


def _unsigned(effects: Effects, signature: Signed) -> Iterator[Problem]:
    """Yield what only two people together may keep, where one signed."""
    if signature.second is not None:
        return
    for hazard in effects.hazards:
        message = f"by the rules as entered, {hazard}; mend it, or {_TOGETHER}"
        yield Problem(SIGNATURE, None, "second", message)
    for case in effects.failing[:MOST_CASES]:
        message = f"a worked case fails: {case}; mend the rules or the case, or {_TOGETHER}"
        yield Problem(SIGNATURE, None, "second", message)
    more = len(effects.failing) - MOST_CASES
    if more > 0:
        yield Problem(SIGNATURE, None, "second", f"{more} more worked cases fail")


_TOGETHER = "have a second person sign as well"


def _written(
    history: History, files: Files, change: KeptChange, draft: Contents, left: tuple[str, ...]
) -> Kept:
    """Write a change, the files of the folder that come with it, and all as it is kept now."""
    number = history.next_number
    kept = {f"{KEPT}/{name}": files.get(name) for name in change.files}
    entry = {entry_name(number): text_of(entry_name(number), change)}
    write_together(history.folder, {**draft, **kept, **entry})
    return Kept(number, change, left)
