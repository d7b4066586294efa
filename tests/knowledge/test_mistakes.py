"""Every mistake in the rules is told with its file, its line, its path and what to do.

The tables in `mistakes` list the mistakes by what they are about. Each is made in a copy of the
small knowledge base, or of the shipped one where it says `base: shipped`: in a `file` a text that
stands there once is replaced, or something is appended, or the file gets a content of its own; a
mistake that needs several files lists them under `edits`. `told` lists every problem that must be
told, no more and no fewer: in that file where none is named, with these words among others.
"""

import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from small import SMALL, copied

from hingeexpert.errors import KnowledgeError, Problem
from hingeexpert.formats.documents import MOST_BYTES, MOST_VALUES
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import load_knowledge
from hingeexpert.knowledge.loading import FOLDERS, SINGLE_FILES, Loader
from hingeexpert.knowledge.rule_files import read_rule_files

TABLES = Path(__file__).parent / "mistakes"
Mistake = dict[str, Any]


def mistakes() -> dict[str, Mistake]:
    """Return every mistake of the tables, by its name."""
    found: dict[str, Mistake] = {}
    for path in sorted(TABLES.glob("*.yaml")):
        for mistake in yaml.safe_load(path.read_text(encoding="utf-8")):
            assert mistake["name"] not in found, mistake["name"]
            found[mistake["name"]] = mistake
    return found


MISTAKES = mistakes()


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a copy of the small knowledge base that may be broken."""
    return copied(tmp_path)


@cache
def loader_of(base: Path) -> Loader:
    """Return the loader of the copies of a knowledge base."""
    return Loader()


def problems_of(rules: Path, loader: Loader | None = None) -> tuple[Problem, ...]:
    """Return what is told of rules by a loader, a new one unless given."""
    with pytest.raises(KnowledgeError) as caught:
        (loader or Loader()).knowledge_of(read_rule_files(rules))
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return caught.value.problems


def make(rules: Path, mistake: Mistake) -> None:
    """Make a mistake in a copy of the rules."""
    for edit in mistake.get("edits", [mistake]):
        path = rules / edit["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(edited(path, edit), encoding=edit.get("encoding", "utf-8"))


def edited(path: Path, edit: dict[str, Any]) -> str:
    """Return the text of a file after one edit."""
    if "content" in edit:
        return str(edit["content"])
    text = path.read_text(encoding="utf-8")
    if "append" in edit:
        return f"{text}{edit['append']}"
    assert text.count(edit["replace"]) == 1, f"must stand once in {path}: {edit['replace']}"
    return text.replace(edit["replace"], edit["with"] * edit.get("times", 1))


def fits(problem: Problem, wanted: dict[str, Any], file: str | None) -> bool:
    place = (wanted.get("file", file), wanted.get("line"), wanted.get("path", ""))
    return (problem.file, problem.line, problem.path) == place and all(
        words in problem.message for words in wanted["words"]
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_told_with_file_line_path_and_words(name: str, tmp_path: Path) -> None:
    mistake = MISTAKES[name]
    base = data_folder("rules") if mistake.get("base") == "shipped" else SMALL
    rules = copied(tmp_path, base)
    make(rules, mistake)
    problems = problems_of(rules, loader_of(base))
    for wanted in mistake["told"]:
        assert any(fits(problem, wanted, mistake.get("file")) for problem in problems), (
            f"not told: {wanted}\ntold:\n" + "\n".join(map(str, problems))
        )
    assert len(problems) == len(mistake["told"]), "told too much:\n" + "\n".join(map(str, problems))


def test_unbroken_copy_loads(rules: Path) -> None:
    load_knowledge(rules)


def test_mistakes_in_three_files_are_told_in_one_error(rules: Path) -> None:
    make(rules, MISTAKES["five_mistakes_in_three_files"])
    problems = problems_of(rules)
    assert len(problems) == 5
    assert {problem.file for problem in problems} == {
        "coaching.yaml",
        "contributors/guarding.yaml",
        "faults/breath_holding.yaml",
    }


def test_mistakes_of_the_text_the_shape_the_names_and_a_circle_are_told_in_one_error(
    rules: Path,
) -> None:
    for name in (
        "repeated_key",
        "unknown_key_of_a_dose",
        "fault_not_coached",
        "circle_of_a_finding",
        "unreadable_questions_alone_are_told",
    ):
        make(rules, MISTAKES[name])
    files = [
        "coaching.yaml",
        "drills/toes_raised_hinge.yaml",
        "faults/breath_holding.yaml",
        "findings.yaml",
        "observables/retest.yaml",
    ]
    assert [problem.file for problem in problems_of(rules)] == files


@pytest.mark.parametrize("file", SINGLE_FILES)
def test_missing_file_is_told(file: str, rules: Path) -> None:
    (rules / file).unlink()
    (problem,) = problems_of(rules)
    assert str(problem) == f"{file}: this file is missing"


@pytest.mark.parametrize("folder", [name for name in FOLDERS if name != "languages"])
def test_missing_folder_is_told_where_its_names_are_used(folder: str, rules: Path) -> None:
    shutil.rmtree(rules / folder)
    assert any(" is no " in problem.message for problem in problems_of(rules))


def test_missing_group_is_told_where_groups_are_listed(rules: Path) -> None:
    (rules / "observables" / "retest.yaml").unlink()
    told = {problem.file: problem.message for problem in problems_of(rules)}
    assert "'retest' is no group with a file in observables" in told["knowledge.yaml"]


def test_missing_rules_are_told(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="nowhere: there is no such folder of rules"):
        load_knowledge(tmp_path / "nowhere")


def test_empty_rules_are_told_file_by_file(tmp_path: Path) -> None:
    assert [problem.file for problem in problems_of(tmp_path)] == sorted(SINGLE_FILES)


def test_file_of_ten_megabytes_is_refused_by_its_size(rules: Path) -> None:
    (rules / "remarks.yaml").write_bytes(b"remarks: []\n" + b"#" * 10_000_000)
    (problem,) = problems_of(rules)
    assert (
        str(problem) == f"remarks.yaml: the file has 10000012 bytes; at most {MOST_BYTES} are read"
    )


def test_file_of_very_many_keys_is_refused_where_it_grows_too_long(rules: Path) -> None:
    (rules / "remarks.yaml").write_text("".join(f"k{number}: 1\n" for number in range(100_000)))
    (problem,) = problems_of(rules)
    assert problem.line == MOST_VALUES // 2
    assert f"more than {MOST_VALUES} keys and values" in problem.message


@pytest.mark.parametrize(
    "content",
    [b"", b"- a list\n", b"[" * 500, b"a: &a [*a]\n", "observables: {}\n".encode("utf-16")],
    ids=["empty", "a list", "deep", "hostile", "UTF-16"],
)
def test_questions_that_cannot_be_read_at_all_are_told(rules: Path, content: bytes) -> None:
    """Every other file may name them, and what they are is looked up in many checks."""
    for path in (rules / "observables").iterdir():
        whole = path.read_bytes()
        for ruined in (content, whole[: len(whole) // 2]):
            path.write_bytes(ruined)
            assert f"observables/{path.name}" in {problem.file for problem in problems_of(rules)}
        path.write_bytes(whole)


def test_file_that_leads_nowhere_is_told(rules: Path) -> None:
    (rules / "faults" / "new.yaml").symlink_to(rules / "nowhere")
    (problem,) = problems_of(rules)
    assert str(problem).startswith("faults/new.yaml: this file cannot be read: ")


def test_file_name_that_is_not_utf8_is_told_and_printable(rules: Path) -> None:
    (rules / "faults" / os.fsdecode(b"b\xfcck.yaml")).write_text("fault: back\n")
    for problem in problems_of(rules):
        str(problem).encode()


def test_hidden_files_worked_cases_and_the_demo_are_no_knowledge(rules: Path) -> None:
    (rules / ".cache").write_text("x")
    (rules / "cases").mkdir()
    (rules / "cases" / "bad.yaml").write_text(": : :")
    assert load_knowledge(rules).sha256 == load_knowledge(SMALL).sha256


def test_hash_changes_with_any_byte_of_a_knowledge_file(rules: Path) -> None:
    before = load_knowledge(rules).sha256
    with (rules / "remarks.yaml").open("ab") as file:
        file.write(b"# seen\n")
    assert load_knowledge(rules).sha256 != before
