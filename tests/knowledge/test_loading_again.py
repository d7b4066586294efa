"""Loading a changed folder again gives what loading it for the first time gives."""

import dataclasses
import random
from collections.abc import Callable

import pytest
from small import SMALL

from hingeexpert.errors import KnowledgeError, Problem
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge.knowledge_base import KnowledgeBase
from hingeexpert.knowledge.loading import Loader, knowledge_of
from hingeexpert.knowledge.rule_files import RuleFiles, read_rule_files

Contents = dict[str, bytes]
EDITS = 60


def loaded(load: Callable[[RuleFiles], KnowledgeBase], contents: Contents) -> object:
    """Return the fields of the knowledge base, or its problems."""
    try:
        knowledge = load(RuleFiles(contents, {}, ()))
    except KnowledgeError as error:
        return error.problems
    fields = {field.name: getattr(knowledge, field.name) for field in dataclasses.fields(knowledge)}
    return fields | {"conditions": knowledge.conditions, "nodes": knowledge.network.nodes}


def line_gone(lines: list[bytes], at: int, _: random.Random) -> list[bytes]:
    return [*lines[:at], *lines[at + 1 :]]


def line_twice(lines: list[bytes], at: int, _: random.Random) -> list[bytes]:
    return [*lines[: at + 1], *lines[at:]]


def line_indented(lines: list[bytes], at: int, _: random.Random) -> list[bytes]:
    return [*lines[:at], b" " + lines[at], *lines[at + 1 :]]


def words_swapped(lines: list[bytes], at: int, chance: random.Random) -> list[bytes]:
    """Put a word of another line in place of the last of this one."""
    (other,) = chance.choice([line for line in lines if line.split()]).split()[-1:]
    kept = lines[at].rstrip().rsplit(b" ", 1)[0]
    return [*lines[:at], kept + b" " + other + b"\n", *lines[at + 1 :]]


def digit_moved(lines: list[bytes], at: int, chance: random.Random) -> list[bytes]:
    """Change a digit of a line, often of the numbers that others mention."""
    digits = [place for place, byte in enumerate(lines[at]) if chr(byte).isdigit()]
    if not digits:
        return lines
    place = chance.choice(digits)
    moved = lines[at][:place] + b"%d" % chance.randrange(1, 10) + lines[at][place + 1 :]
    return [*lines[:at], moved, *lines[at + 1 :]]


def edited(contents: Contents, original: Contents, chance: random.Random) -> Contents:
    """Return the files after one edit: of a line, of a whole file, or one taken back."""
    file = chance.choice([*original, *["parameters.yaml"] * 8])
    kind = chance.random()
    if kind < 0.05:
        return {name: content for name, content in contents.items() if name != file}
    if kind < 0.4 or file not in contents:
        return dict(sorted((contents | {file: original[file]}).items()))
    lines = contents[file].splitlines(keepends=True)
    change = chance.choice(
        [line_gone, line_twice, line_indented, words_swapped, *[digit_moved] * 4]
    )
    changed = change(lines, chance.randrange(len(lines)), chance)
    return contents | {file: b"".join(changed)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_edits_load_as_if_for_the_first_time(seed: int) -> None:
    chance = random.Random(seed)
    original = read_rule_files(SMALL).contents
    again, contents, outcomes = Loader(), original, set()
    for _ in range(EDITS):
        contents = edited(contents, original, chance)
        if chance.random() < 0.2:
            contents = original
        cold = loaded(knowledge_of, contents)
        assert loaded(again.knowledge_of, contents) == cold
        outcomes.add(type(cold))
    assert outcomes == {dict, tuple}, "the edits must break the rules, and leave them whole"


def test_a_moved_number_reaches_conditions_and_sentences_of_other_files() -> None:
    again = Loader()
    original = read_rule_files(data_folder("rules")).contents
    before = again.knowledge_of(RuleFiles(original, {}, ()))
    was = b'{value: 5, unit: "points of pain, 0 to 10",'
    assert was in original["parameters.yaml"]
    numbers = original["parameters.yaml"].replace(was, was.replace(b"5", b"6"), 1)
    moved = original | {"parameters.yaml": numbers}
    after = loaded(again.knowledge_of, moved)
    assert after == loaded(knowledge_of, moved)
    assert isinstance(after, dict)
    assert after["conditions"] != before.conditions
    assert after["drills"] != before.drills


def test_only_what_changed_is_parsed_and_checked_again() -> None:
    again = Loader()
    original = read_rule_files(SMALL).contents
    before = again.knowledge_of(RuleFiles(original, {}, ()))
    file = next(name for name in original if name.startswith("faults/"))
    after = again.knowledge_of(RuleFiles(original | {file: original[file] + b"\n"}, {}, ()))
    fault = file.removeprefix("faults/").removesuffix(".yaml")
    same = {name for name in before.faults if after.faults[name] is before.faults[name]}
    assert same == before.faults.keys() - {fault}
    assert after.words is before.words


def test_a_broken_file_tells_its_line_and_the_mended_one_nothing() -> None:
    again = Loader()
    original = read_rule_files(SMALL).contents
    again.knowledge_of(RuleFiles(original, {}, ()))
    broken = original | {"findings.yaml": b"findings:\n  one: {when: [\n"}
    problems = loaded(again.knowledge_of, broken)
    assert isinstance(problems, tuple)
    assert all(isinstance(problem, Problem) for problem in problems)
    assert any(problem.file == "findings.yaml" and problem.line for problem in problems)
    assert isinstance(loaded(again.knowledge_of, original), dict)
