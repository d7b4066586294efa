"""Write everything that the program prints into a folder, to see whether a change of the code
changed a word of it.

    python benchmarks/same.py write BEFORE
    (change the code)
    python benchmarks/same.py write AFTER
    python benchmarks/same.py compare BEFORE AFTER

Every worked case is a form here: its JSON, text and page, for some also why, the sheets in both
languages, all of them as one batch. Beside them stand the book, the CLIPS program, the blank forms,
the schemas, what `rules` tells, and every page of help. The hash of the rules is blanked, and the
book's cases are compared one by one, wherever their files lie.
"""

import argparse
import filecmp
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from hingeexpert.assurance.case_files import written_cases
from hingeexpert.cli import main
from hingeexpert.formats.documents import read_document

CASES = Path(__file__).parent.parent / "rules" / "cases"
RESULT_FORMATS = ("json", "text", "note", "html")
EXPLAINED = 8
"""Of so many forms one is explained, as that takes long."""
LANGUAGES = ("en", "es")
BATCH_FILES = ("results.csv", "rejects.csv", "results.jsonl", "summary.html")
CASE = re.compile(r'<div class="entry case">.*?\n</div>\n', re.DOTALL)
CASE_FILE = re.compile(r" <code>[^<]*\.yaml</code>")
GENERAL = {
    "demo.txt": "demo",
    "demo-full.txt": "demo --full",
    "form.yaml": "form",
    "form-long.yaml": "form --long",
    "form.csv": "form --format csv",
    "form.html": "form --format html",
    "form-es.html": "form --format html --language es",
    "schema-result.json": "schema result",
    "schema-form.json": "schema form",
    "schema-rules.json": "schema rules",
    "rules-list.txt": "rules list",
    "rules-check.txt": "rules check",
    "program.clp": "rules export --to clips",
}
"""Commands that need no form, by the file that takes what they print."""


def told(*arguments: str) -> str:
    """Run one command and return all that it prints, and its exit code where it is not 0."""
    done = CliRunner().invoke(main, arguments)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output if done.exit_code == 0 else f"{done.output}\nexit code {done.exit_code}\n"


def forms(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and form of every worked case."""
    for path in sorted(folder.rglob("*.yaml")):
        for case in written_cases(read_document(path.name, path.read_bytes())):
            yield case.name, case.form


def hash_of_rules() -> str:
    """Return the hash that results name the rules by."""
    return str(json.loads(told("demo", "--format", "json"))["knowledge"]["sha256"])


def every_help(command: click.Command, name: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the help of a command and of all below it."""
    yield told(*name, "--help")
    if isinstance(command, click.Group):
        for below in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), below)
            assert found is not None
            yield from every_help(found, (*name, below))


def write_results(paths: list[Path], folder: Path) -> None:
    """Write what is said of each form, and of some of them why."""
    every = [str(path) for path in paths]
    for form in RESULT_FORMATS:
        told("diagnose", "--format", form, "-o", str(folder / form), *every)
    told("diagnose", "--full", "-o", str(folder / "full"), *every)
    (folder / "why.txt").write_text("\n".join(told("explain", form) for form in every[::EXPLAINED]))


def write_book(folder: Path) -> None:
    """Write the book without its cases, and beside it each case once, without the name of its
    file.
    """
    told("rules", "book", "--no-proofs", "-o", str(folder / "book.html"))
    text = (folder / "book.html").read_text(encoding="utf-8")
    cases = sorted(CASE_FILE.sub("", case) for case in CASE.findall(text))
    (folder / "book-cases.html").write_text("".join(cases), encoding="utf-8")
    (folder / "book.html").write_text(CASE.sub("", text), encoding="utf-8")


def write_batch(paths: list[Path], folder: Path) -> None:
    """Write the results of all forms together, and their sheets to take home."""
    told("batch", str(paths[0].parent), "-o", str(folder / "batch"), "--evidence", "--questions")
    for path in (folder / "batch").iterdir():
        if path.name not in BATCH_FILES:
            path.unlink()
    for language in LANGUAGES:
        sheets = str(folder / f"sheets-{language}")
        told(
            "handout",
            str(paths[0].parent),
            "-o",
            sheets,
            "--format",
            "html",
            "--language",
            language,
        )


def blank(folder: Path, name: str) -> None:
    """Blank the hash of the rules in every file, whole or shortened."""
    shortened = re.compile(rf"{name[:8]}[0-9a-f]*")
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_text(
                shortened.sub("(rules)", path.read_text(encoding="utf-8")), encoding="utf-8"
            )


def write(folder: Path) -> None:
    """Write everything."""
    (folder / "forms").mkdir(parents=True)
    (folder / "results").mkdir()
    paths = []
    for name, form in forms(CASES):
        path = folder / "forms" / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"
        path.write_text(json.dumps(form, ensure_ascii=False, default=str), encoding="utf-8")
        paths.append(path)
    write_results(sorted(paths), folder / "results")
    write_batch(sorted(paths), folder)
    write_book(folder)
    for name, command in GENERAL.items():
        (folder / name).write_text(told(*command.split()), encoding="utf-8")
    (folder / "help.txt").write_text("\n\n".join(every_help(main)), encoding="utf-8")
    blank(folder, hash_of_rules())


def different(before: Path, after: Path) -> list[str]:
    """Return every file that differs, or that stands on one side only."""
    names = {
        path.relative_to(side)
        for side in (before, after)
        for path in side.rglob("*")
        if path.is_file()
    }
    return sorted(str(name) for name in names if not _same(before / name, after / name))


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def run() -> int:
    """Write or compare; exit code 1 where something differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("write").add_argument("folder", type=Path)
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    given = parser.parse_args()
    if given.command == "write":
        write(given.folder)
        return 0
    names = different(given.before, given.after)
    count = sum(path.is_file() for path in given.before.rglob("*"))
    print("\n".join([*names, f"{len(names)} of {count} files differ"]))
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(run())
