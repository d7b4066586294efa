"""Take the rules through workbooks as people and spreadsheets treat them.

    python benchmarks/workbook.py [--part each ...] [--mutated 1000] [--seed 11]

each: every cell changed alone, and nothing else of any file with it. mutated: cells as people and
spreadsheets change them, read out of a workbook, each alone. shuffled: rows sorted, hidden, left
out. at_once: 120 changes at once, one of them where the rules changed meanwhile. office: the same
workbooks saved by LibreOffice (Debian: `apt install libreoffice-calc-nogui`), there as OpenDocument
and back. lists: an entry added to each list of the rules and taken out again. It exits with 1 where
a cell landed as something else. Needs the extra `test`; `each` takes some minutes.
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from workbooks import (
    Target,
    change_cells,
    exported,
    mutated,
    other_text,
    shuffled,
    tables_of,
    targets,
)

from hingeexpert.assurance.authoring.workbook.cell_text import folded, value_of
from hingeexpert.assurance.authoring.workbook.file_edits import FileEdit, with_edits
from hingeexpert.assurance.authoring.workbook.landing import landing
from hingeexpert.assurance.authoring.workbook.reading import ReadWorkbook, read_workbook
from hingeexpert.assurance.authoring.workbook.rows import RuleTables
from hingeexpert.formats.documents import read_document
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.yaml_edit import put_in, taken_out
from hingeexpert.formats.yaml_spans import laid_out
from hingeexpert.knowledge.rule_files import RuleFiles

RULES = data_folder("rules")
AT_ONCE, FILES = 120, 33
"""Changes at once, and files that they are in."""


class Trials:
    """Tries, and counts what came out otherwise."""

    def __init__(self, seed: int, mutations: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.mutations, self.folder = mutations, folder
        self.tables = tables_of(RULES)
        self.workbook = exported(RULES, folder / "rules.xlsx")
        self.wrong = 0

    def parts(self) -> dict[str, Callable[[], str]]:
        """Return each part by its name; it says what it found."""
        return {
            "each": self.each,
            "mutated": self.mutated,
            "shuffled": self.shuffled,
            "at_once": self.at_once,
            "office": self.office,
            "lists": self.lists,
        }

    def each(self) -> str:
        """Change every cell alone, the blank ones that may be filled as well."""
        total = landed = 0
        for blank in (False, True):
            for target in targets(self.tables, blank):
                total += 1
                text = "A new text." if blank else other_text(target, self.tables)
                if blank and target.cell.kind.kind != "text":
                    total -= 1
                    continue
                landed += self._lands_alone(target, text)
        comments = sum(map(_comments, self.tables.files.contents.items()))
        return f"{landed} of {total} land as exactly that change; {comments} comments stay"

    def _lands_alone(self, target: Target, text: str) -> bool:
        cell, file = target.cell, target.row.file
        value = value_of(cell.kind, folded(text, cell.text), self.tables.vocabulary)
        edit = FileEdit("", "", file, cell.path, cell.value, value)
        old = self.tables.files.contents[file]
        new, refused = with_edits(file, old, [edit])
        if (
            refused
            or _lines_changed(old, new, target)
            or _comments((file, new)) != _comments((file, old))
        ):
            self._tell(target, f"{text!r} {refused}")
            return False
        return True

    def mutated(self) -> str:
        """Change cells as people and spreadsheets do, and let each land alone."""
        chosen = self.chance.sample(list(targets(self.tables)), self.mutations)
        changes = {target.at: mutated(target.cell.text, self.chance) for target in chosen}
        path = self.folder / "mutated.xlsx"
        where = change_cells(self.workbook, changes, path)
        read = read_workbook(path)
        counts: Counter[str] = Counter()
        refused = {problem.path for problem in read.problems}
        changed = {(cell.place, cell.heading): cell for cell in read.changed}
        for target in chosen:
            at = where[target.at]
            if at in refused:
                counts["refused by the reader of the workbook"] += 1
            elif target.at not in changed:
                counts["change nothing"] += 1
            else:
                alone = ReadWorkbook("alone.xlsx", [changed[target.at]])
                counts[self._outcome(target, alone)] += 1
        return "; ".join(f"{count} {what}" for what, count in sorted(counts.items()))

    def _outcome(self, target: Target, read: ReadWorkbook) -> str:
        (cell,) = read.changed
        result = landing(self.tables, read)
        if {problem.path for problem in result.problems} - {cell.at}:
            self._tell(target, f"{cell.now!r} refused elsewhere: {result.problems}")
            return "refused elsewhere"
        if result.problems:
            return "refused at their cell"
        if not result.files:
            return "change nothing"
        new = read_document(target.row.file, result.files[target.row.file])
        stands = _found(new.data, target.cell.path)
        value = value_of(target.cell.kind, cell.now, self.tables.vocabulary)
        old = self.tables.files.contents[target.row.file]
        if stands != value or _lines_changed(old, result.files[target.row.file], target):
            self._tell(target, f"{cell.now!r} landed as {stands!r}")
            return "landed wrongly"
        return "land as exactly that change"

    def shuffled(self) -> str:
        """Read a workbook whose rows were sorted, hidden and left out."""
        return f"{self._read(shuffled(self.workbook, self.folder / 's.xlsx', self.chance))} changes"

    def at_once(self) -> str:
        """Make many changes at once, and many where the rules changed at one place meanwhile."""
        path, chosen = self._many(AT_ONCE)
        result = landing(self.tables, read_workbook(path))
        for problem in result.problems:
            print(f"  {problem}")
        self._compare(result.files, chosen, result.landed)
        target = next(item for item in chosen if item.cell.kind.kind == "text")
        meanwhile = FileEdit("", "", target.row.file, target.cell.path, target.cell.text, "Other.")
        new, _ = with_edits(
            target.row.file, self.tables.files.contents[target.row.file], [meanwhile]
        )
        others = landing(_changed(self.tables, {target.row.file: new}), read_workbook(path))
        clashes = [problem for problem in others.problems if "stands there now" in problem.message]
        return (
            f"{len(result.landed)} land in {len(result.files)} files, {len(result.problems)} "
            f"refused; after a change meanwhile {len(others.landed)} land, {len(clashes)} clash"
        )

    def _many(self, count: int) -> tuple[Path, list[Target]]:
        """Change so many texts and sources, spread over the files."""
        plain = [item for item in targets(self.tables) if _is_plain(item)]
        self.chance.shuffle(plain)
        chosen = _spread(plain, count)
        path = self.folder / f"{count}.xlsx"
        texts = {item.at: _plain_change(item, self.tables) for item in chosen}
        change_cells(self.workbook, texts, path)
        return path, chosen

    def _compare(self, files: dict[str, bytes], chosen: list[Target], landed: Any) -> None:
        for target in chosen if len(landed) == len(chosen) else ():
            data = read_document(target.row.file, files[target.row.file]).data
            value = value_of(
                target.cell.kind, _plain_change(target, self.tables), self.tables.vocabulary
            )
            if _found(data, target.cell.path) != value:
                self._tell(target, "landed wrongly")

    def office(self) -> str:
        """Let LibreOffice save the workbooks."""
        if shutil.which("soffice") is None:
            return "LibreOffice is not there; left out"
        saved = self._converted(self.workbook, "xlsx", "saved")
        told = f"{self._read(saved)} changes where it saves the workbook"
        for count in (AT_ONCE, 300):
            path, _ = self._many(count)
            ods = self._converted(path, "ods", "ods")
            back = self._converted(ods, "xlsx", "back")
            result = landing(self.tables, read_workbook(back))
            told += (
                f"; of {count} changes {len(result.landed)} land by way of OpenDocument, "
                f"{len(result.problems)} refused"
            )
        return told

    def _converted(self, path: Path, kind: str, folder: str) -> Path:
        to = self.folder / folder
        subprocess.run(
            ["soffice", "--headless", "--convert-to", kind, "--outdir", to, path],
            check=True,
            capture_output=True,
        )
        return to / path.with_suffix(f".{kind}").name

    def _read(self, path: Path) -> int:
        read = read_workbook(path)
        self.wrong += len(read.changed) + len(read.problems)
        for problem in read.problems[:5]:
            print(f"  {problem}")
        return len(read.changed) + len(read.problems)

    def lists(self) -> str:
        """Add an entry to each list of maps and take it out again, first, in the middle, last."""
        lists = same = 0
        for file, place, count in self._lists():
            lists += 1
            old = self.tables.files.contents[file]
            good = True
            for number in {0, count // 2, count}:
                new = put_in(file, old, (*place, number), _entry(self.tables, file, place))
                good &= taken_out(file, new, (*place, number)) == old
            same += good
        self.wrong += lists - same
        return f"the same bytes for {same} of {lists} lists"

    def _lists(self) -> Iterator[tuple[str, Any, int]]:
        for file, content in self.tables.files.contents.items():
            for path, span in laid_out(file, content).spans.items():
                entry = _at(self.tables.documents[file].data, path)
                if span.kind == "list" and entry and isinstance(entry[0], dict):
                    yield file, path, len(entry)

    def _tell(self, target: Target, what: str) -> None:
        self.wrong += 1
        print(f"  {target.row.place} {target.heading}: {what[:300]}")


def _spread(items: list[Target], count: int) -> list[Target]:
    """Choose so many, from so many files."""
    by_file: dict[str, list[Target]] = {}
    for item in items:
        by_file.setdefault(item.row.file, []).append(item)
    chosen: list[Target] = []
    while len(chosen) < count:
        for waiting in list(by_file.values())[:FILES]:
            if waiting and len(chosen) < count:
                chosen.append(waiting.pop())
    return chosen


def _is_plain(target: Target) -> bool:
    """Return whether a change of the cell touches no other rule."""
    if target.sheet in ("Other texts", "Answers"):
        return False
    value = target.cell.value
    match target.cell.kind.kind:
        case "text":
            return " " in value
        case "names":
            return len(value) > 1
    return False


def _plain_change(target: Target, tables: RuleTables) -> str:
    """Return a change that breaks no rule: another order of sources, a word more."""
    if target.cell.kind.kind == "names":
        return other_text(target, tables)
    return f"{target.cell.text.rstrip('.')} so."


def _changed(tables: RuleTables, files: dict[str, bytes]) -> RuleTables:
    contents = {**tables.files.contents, **files}
    return RuleTables(RuleFiles(contents, {}, ()))


def _at(data: Any, path: Any) -> Any:
    for step in path:
        data = data[step]
    return data


def _entry(tables: RuleTables, file: str, place: Any) -> Any:
    """Return an entry like the first of a list, with another id."""
    first = _at(tables.documents[file].data, place)[0]
    return {**first, "id": "one_more"} if "id" in first else first


def _comments(item: tuple[str, bytes]) -> int:
    return len(laid_out(*item).comments())


def _lines_changed(old: bytes, new: bytes, target: Target) -> bool:
    """Return whether anything but the lines of a value changed, or data other than its own."""
    file, path = target.row.file, target.cell.path
    before, after = read_document(file, old).data, read_document(file, new).data
    while len(path) > 1 and _found(before, path[:-1]) is None:
        path = path[:-1]  # the map around it is new as well
    return _put(before, path, None) != _put(after, path, None)


def _put(data: Any, path: Any, value: object) -> Any:
    """Return data with a value at a place; the data itself changes."""
    above = _found(data, path[:-1])
    if isinstance(above, dict) and value is None:
        above.pop(path[-1], None)
    elif above is not None:
        above[path[-1]] = value
    return data


def _found(data: Any, path: Any) -> Any:
    """Return what stands at a place, or `None`."""
    for step in path:
        if data is None or (isinstance(data, dict) and step not in data):
            return None
        data = data[step]
    return data


def main() -> None:
    """Try each part, and print a line for each."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--part", action="append")
    arguments.add_argument("--mutated", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=11)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trials = Trials(chosen.seed, chosen.mutated, Path(folder))
        for name, part in trials.parts().items():
            if name in (chosen.part or (name,)):
                start = time.process_time()
                told = part()
                print(f"{name}: {told} ({time.process_time() - start:.0f} s)", flush=True)
    sys.exit(1 if trials.wrong else 0)


if __name__ == "__main__":
    main()
