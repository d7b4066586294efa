"""Keep changes of a copy of the rules, take all of them back in random order, and compare.

    python benchmarks/history.py --changes 200 --seed 1

Numbers are moved, words changed, lines wrapped, notes put in and taken out, worked cases taken away
and brought back, in one file or several. Each change is kept and taken back as by `rules keep` and
`rules take-back`, by two people; with `--checked N` the first N of each with all proofs, the others
with the check of the rules alone. Ends with exit code 1 where a byte is not as before.
"""

import argparse
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from hingeexpert.assurance.authoring.history.effects import Effects, effects_of
from hingeexpert.assurance.authoring.history.history import files_to_keep
from hingeexpert.assurance.authoring.history.keeping import begin, keep, settled, take_back
from hingeexpert.assurance.authoring.history.signing import signed
from hingeexpert.errors import HingeError, InputError
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import load_knowledge

BOTH = signed("Ada Example", "A change to take back again.", ["PROPOSAL"], "Bo Example")
NUMBER = re.compile(r"(value: )(\d+)(,)")
WORD = re.compile(r"\b(the|a|and)\b")
FOLDED = re.compile(r"^( {4,}[A-Z][a-z]+ [^:#{}\[\]\"']{30,}) ([^:#{}\[\]\"']{20,})$", re.MULTILINE)
NOTE = re.compile(r"^# note \d+\n", re.MULTILINE)
MOST_FILES, MOST_TRIES = 3, 50


def plainly(before: Path, after: Path) -> Effects:
    """Judge a change by whether the rules can be used."""
    return Effects(load_knowledge(before), load_knowledge(after), (), (), None, ())


class Editor:
    """Somebody who edits a folder of rules."""

    def __init__(self, folder: Path, chance: Random) -> None:
        self.folder, self.chance = folder, chance
        self.away: dict[str, bytes] = {}
        self.kinds = (self.number, self.word, self.wrap, self.note, self.no_note, self.case)
        self.edits: Counter[str] = Counter()

    def edit(self) -> None:
        """Make an edit or a few, of which at least one changes something."""
        done = 0
        wanted = self.chance.randint(1, MOST_FILES)
        for _ in range(MOST_TRIES):
            kind = self.chance.choice(self.kinds)
            if kind():
                done += 1
                self.edits[kind.__name__] += 1
            if done >= wanted:
                return

    def file(self) -> Path:
        """Draw a file of the rules."""
        names = [name for name in files_to_keep(self.folder) if not name.startswith("cases/")]
        return self.folder / self.chance.choice(names)

    def replaced(self, path: Path, pattern: re.Pattern[str], new: str) -> bool:
        """Change one place of a file that matches, drawn at random."""
        text = path.read_bytes().decode()
        found = list(pattern.finditer(text))
        if not found:
            return False
        match = self.chance.choice(found)
        text = text[: match.start()] + match.expand(new) + text[match.end() :]
        path.write_bytes(text.encode())
        return True

    def number(self) -> bool:
        """Move a number."""
        new = rf"\g<1>{self.chance.randint(1, 90)}\g<3>"
        return self.replaced(self.folder / "parameters.yaml", NUMBER, new)

    def word(self) -> bool:
        """Change a word of a text or a note."""
        return self.replaced(self.file(), WORD, "one")

    def wrap(self) -> bool:
        """Break a line of a folded text."""
        return self.replaced(self.file(), FOLDED, r"\1\n    \2")

    def note(self) -> bool:
        """Put a note at the top or the end of a file."""
        path, note = self.file(), f"# note {self.chance.randint(0, 999)}\n".encode()
        content = path.read_bytes()
        path.write_bytes(note + content if self.chance.random() < 0.5 else content + note)
        return True

    def no_note(self) -> bool:
        """Take a note out again."""
        return self.replaced(self.file(), NOTE, "")

    def case(self) -> bool:
        """Take a file of worked cases away, or bring one back."""
        if self.away and self.chance.random() < 0.6:
            name = self.chance.choice([*self.away])
            (self.folder / name).write_bytes(self.away.pop(name))
            return True
        names = [name for name in files_to_keep(self.folder) if name.startswith("cases/")]
        name = self.chance.choice(names)
        self.away[name] = (self.folder / name).read_bytes()
        (self.folder / name).unlink()
        return True


def undone(folder: Path) -> None:
    """Bring a folder to what was last kept."""
    kept, there = settled(folder).kept, files_to_keep(folder)
    for name in {*kept, *there}:
        if name not in kept:
            (folder / name).unlink()
        elif kept[name] != there.get(name):
            (folder / name).write_bytes(kept[name])


def kept(folder: Path, chance: Random, changes: int, checked: int) -> Counter[str]:
    """Make changes and keep them; return what they were."""
    editor = Editor(folder, chance)
    done = 0
    while done < changes:
        away = dict(editor.away)
        editor.edit()
        try:
            keep(folder, BOTH, judge=effects_of if done < checked else plainly)
        except HingeError:  # the edits broke the rules, or came to nothing
            undone(folder)
            editor.away = away
        else:
            done += 1
    return editor.edits


def taken_back(folder: Path, chance: Random, checked: int) -> int:
    """Take all changes back in random order; return how often one was in the way of another."""
    standing = list(settled(folder).changes)
    ways = done = 0
    while standing:
        number = chance.choice(standing)
        try:
            take_back(folder, number, BOTH, effects_of if done < checked else plainly)
        except InputError as error:
            if "is in the way" not in str(error):
                raise
            ways += 1
        else:
            standing.remove(number)
            done += 1
    return ways


def main() -> None:
    """Keep, take back, compare, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--checked", type=int, default=0, help="So many with all proofs.")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, begun = Random(options.seed), time.process_time()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(shutil.copytree(data_folder("rules"), Path(work) / "rules"))
        before = files_to_keep(folder)
        begin(folder)
        edits = kept(folder, chance, options.changes, options.checked)
        between = time.process_time()
        ways = taken_back(folder, chance, options.checked)
        differing = sorted(
            name
            for name, content in {**before, **files_to_keep(folder)}.items()
            if before.get(name) != content or files_to_keep(folder).get(name) != content
        )
        numbers = len(settled(folder).changes)
    said = ", ".join(f"{kind} {count}" for kind, count in sorted(edits.items()))
    print(f"{options.changes} changes kept ({said}), {between - begun:.0f} s")
    took = time.process_time() - between
    print(f"all taken back in random order, {ways} times another one first, {took:.0f} s")
    print(f"{numbers} entries in the history, {len(differing)} files that differ {differing}")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
