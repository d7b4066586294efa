"""The documents say what the program does, and their links lead somewhere."""

import importlib.util
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest
from folders import ROOT

from hingeexpert.cli import main
from hingeexpert.inference import Diagnosis
from hingeexpert.knowledge import KnowledgeBase

FOLDERS = ("benchmarks", "docs", "hingeexpert", "reports", "rules", "tests")
DOCUMENTS = sorted(
    {*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))}
)
REFERENCE = ROOT / "docs" / "form-and-result.md"
MACHINE = (ROOT, ROOT.parent, Path.home(), Path(tempfile.gettempdir()), Path(sys.prefix))
each_document = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix()
)


@pytest.fixture
def make_tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_tables", ROOT / "docs" / "make_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def stale(make_tables: ModuleType, tmp_path: Path) -> Path:
    """Return a document with other tables than the rules give."""
    path = tmp_path / "stale.md"
    path.write_text(
        f"before\n{make_tables.START}\nold\n{make_tables.END}\nafter\n", encoding="utf-8"
    )
    return path


def commands(group: click.Group = main, before: str = "hingeexpert") -> Iterator[tuple[str, str]]:
    """Yield every command that does something: what is typed before its name, and its name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield before, name


def is_shown(before: str, name: str, text: str) -> bool:
    """Whether a command stands in a text, alone or among others as in `rules list|show`."""
    return re.search(rf"\b{before} (?:\w+\\?\|)*{name}\b", text) is not None


def prose(path: Path) -> str:
    """Return a document without its blocks of code."""
    return re.sub(
        r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )


def anchors(path: Path) -> set[str]:
    """Return where links into a document may lead."""
    headings = re.findall(r"^#+ (.*)$", prose(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(path: Path) -> list[str]:
    targets = re.findall(r"\]\(([^)\s]+)\)", prose(path))
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def test_tables_are_those_of_the_rules(make_tables: ModuleType) -> None:
    assert make_tables.main(["--check"]) == 0


def test_stale_tables_are_told(
    make_tables: ModuleType, stale: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make_tables.main(["--check"], stale) == 1
    assert "--write" in capsys.readouterr().err


def test_tables_are_written_between_the_markers_only(make_tables: ModuleType, stale: Path) -> None:
    make_tables.main(["--write"], stale)

    text = stale.read_text(encoding="utf-8")
    assert (
        text.startswith("before\n"),
        text.endswith("\nafter\n"),
        "old" in text.splitlines(),
    ) == (True, True, False)
    assert make_tables.main(["--check"], stale) == 0


def test_every_observable_is_in_a_table(knowledge: KnowledgeBase) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert [name for name in knowledge.observables if f"| `{name}` |" not in text] == []


@pytest.mark.parametrize("document", ["README.md", "docs/form-and-result.md"])
def test_every_command_is_documented(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert [
        f"{before} {name}" for before, name in commands() if not is_shown(before, name, text)
    ] == []


def test_every_key_of_the_result_is_documented() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert [key for key in Diagnosis.model_fields if f"`{key}`" not in text] == []


@each_document
def test_links_lead_to_files(path: Path) -> None:
    files = [target.partition("#")[0] for target in links(path)]
    assert [file for file in files if not (path.parent / file).exists()] == []


@each_document
def test_links_lead_to_headings(path: Path) -> None:
    pairs = [target.partition("#")[::2] for target in links(path) if "#" in target]
    assert [
        anchor
        for file, anchor in pairs
        if anchor not in anchors(path.parent / file if file else path)
    ] == []


@each_document
def test_no_place_on_a_machine_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    places = [str(place) for place in MACHINE if len(place.parts) > 1]
    assert [place for place in places if re.search(rf"(?<![\w.]){re.escape(place)}\b", text)] == []
