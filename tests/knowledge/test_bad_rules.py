"""Every mistake in the rules is told with its file, its line, its path and what to do.

A folder below `bad_rules` is one case: the files that differ from the small knowledge base, and
`expected.yaml`, which lists every problem that must be told, no more and no fewer. A file that ends
in `.more` is put behind the file of that name; lines then count from there.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from folders import DATA
from small import SMALL, copied

from hingeexpert.errors import KnowledgeError, Problem
from hingeexpert.formats.documents import MOST_BYTES, MOST_VALUES
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import load_knowledge
from hingeexpert.knowledge.loading import FOLDERS, SINGLE_FILES

BAD_RULES = DATA / "bad_rules"
EXPECTED = "expected.yaml"
OF_THE_SHIPPED_RULES = {"drawing_of_other_questions"}
"""Cases that need more drawings and poses than the small knowledge base has."""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a copy of the small knowledge base that may be broken."""
    return copied(tmp_path)


def problems_of(rules: Path) -> tuple[Problem, ...]:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(rules)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return caught.value.problems


def lay_over(rules: Path, case: Path) -> dict[str, int]:
    """Put the files of a case over the rules; return for each how many lines stand before them."""
    before: dict[str, int] = {}
    for source in case.rglob("*"):
        file = source.relative_to(case).as_posix()
        if source.is_file() and file != EXPECTED:
            target = rules / file.removesuffix(".more")
            there = target.read_bytes() if file.endswith(".more") else b""
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(there + source.read_bytes())
            before[file.removesuffix(".more")] = there.count(b"\n")
    return before


def fits(problem: Problem, wanted: dict[str, Any], before: dict[str, int]) -> bool:
    line = wanted["line"] + before.get(wanted["file"], 0) if "line" in wanted else None
    place = (wanted["file"], line, wanted.get("path", ""))
    return (problem.file, problem.line, problem.path) == place and all(
        words in problem.message for words in wanted["words"]
    )


@pytest.mark.parametrize("name", sorted(folder.name for folder in BAD_RULES.iterdir()))
def test_mistake_is_told_with_file_line_path_and_words(name: str, tmp_path: Path) -> None:
    rules = copied(tmp_path, data_folder("rules") if name in OF_THE_SHIPPED_RULES else SMALL)
    case = BAD_RULES / name
    before = lay_over(rules, case)
    problems = problems_of(rules)
    expected = yaml.safe_load((case / EXPECTED).read_text(encoding="utf-8"))
    for wanted in expected:
        assert any(fits(problem, wanted, before) for problem in problems), (
            f"not told: {wanted}\ntold:\n" + "\n".join(map(str, problems))
        )
    assert len(problems) == len(expected), "told too much:\n" + "\n".join(map(str, problems))


def test_unbroken_copy_loads(rules: Path) -> None:
    load_knowledge(rules)


def test_mistakes_in_three_files_are_told_in_one_error(rules: Path) -> None:
    lay_over(rules, BAD_RULES / "five_mistakes_in_three_files")
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
    for case in (
        "repeated_key",
        "unknown_key_of_a_dose",
        "fault_not_coached",
        "circle_of_a_finding",
        "unreadable_questions_alone_are_told",
    ):
        lay_over(rules, BAD_RULES / case)
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
