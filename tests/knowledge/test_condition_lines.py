"""A condition as one line reads back with the same meaning, and a slip in it is told in words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small import SMALL

from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge.condition_lines import LineError, condition_of, line_of
from hingeexpert.knowledge.grammar import Reader
from hingeexpert.knowledge.loading import model_documents
from hingeexpert.knowledge.vocabulary import Vocabulary, vocabulary_of

KEYS = ("when", "not_done_when", "ask_when", "follows", "void_when", "own_look_when")
KEYS_OF_ANSWERS = ("impossible_when", "computed_when")
OTHERS = ("enter", "tried_when", "less_dose_when", "possible", "true")


def conditions(data: Any) -> Iterator[Any]:
    """Yield every condition in plain data of the rules."""
    if isinstance(data, list):
        for part in data:
            yield from conditions(part)
    if isinstance(data, dict):
        for key, value in data.items():
            if key in (*KEYS, *OTHERS) and isinstance(value, dict):
                yield value
            elif key in KEYS_OF_ANSWERS:
                yield from value.values()
            else:
                yield from conditions(value)


def read(folder: Path) -> tuple[Vocabulary, list[Any]]:
    documents = model_documents(folder)
    found = [item for document in documents.values() for item in conditions(document.data)]
    return vocabulary_of(documents), found


@pytest.mark.parametrize("folder", [data_folder("rules"), SMALL], ids=["shipped", "small"])
def test_every_condition_reads_back_with_the_same_meaning(folder: Path) -> None:
    vocabulary, found = read(folder)
    reader = Reader(vocabulary)
    for raw in found:
        condition, problems = reader.read(raw)
        again, _ = reader.read(condition_of(line_of(raw), vocabulary))

        assert problems == []
        assert flat(again) == flat(condition), line_of(raw)
    assert len(found) > (400 if folder != SMALL else 19)


def flat(condition: Any) -> Any:
    """Return a condition with lists in lists of the same kind opened, so that shapes compare."""
    parts = getattr(condition, "parts", None)
    if parts is None:
        part = getattr(condition, "part", None)
        return condition if part is None else (type(condition), flat(part))
    opened: list[Any] = []
    for part in map(flat, parts):
        same = isinstance(part, tuple) and part[:2] == (type(condition), None)
        opened += part[2] if same else [part]
    return (type(condition), getattr(condition, "count", None), opened)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(
        values={"a.b": ("yes", "no"), "a.n": ()},
        parameters={"two": 2.0, "nine": 9.0},
        findings={"f", "g"},
        faults={"bend": "movement"},
        kinds=("movement", "setup", "practice"),
        levels={"urgent": ("fall", "fever")},
    )


@pytest.mark.parametrize(
    ("line", "raw"),
    [
        ("a.b is yes", {"a.b": "yes"}),
        ("A.B IS Yes / no", {"a.b": ["yes", "no"]}),
        ("a.n from two and up to nine", {"a.n": {"from": "two", "up_to": "nine"}}),
        ("finding f and finding g", {"all": [{"finding": "f"}, {"finding": "g"}]}),
        ("finding f and a.b is no", {"finding": "f", "a.b": "no"}),
        (
            "not finding f and (a.b is no or fault bend)",
            {"not": {"finding": "f"}, "any": [{"a.b": "no"}, {"fault": "bend"}]},
        ),
        (
            "at least two of (finding f/g; a.b is yes and a.n over two)",
            {
                "at_least": {
                    "n": "two",
                    "of": [{"finding": ["f", "g"]}, {"a.b": "yes", "a.n": {"over": "two"}}],
                }
            },
        ),
        ("any_fault movement/setup", {"any_fault": ["movement", "setup"]}),
        ("any_reason of urgent but fall", {"any_reason": {"level": "urgent", "but": "fall"}}),
    ],
    ids=["is", "capitals", "band", "twice", "map", "nested", "at_least", "any_fault", "any_reason"],
)
def test_a_line_is_read(line: str, raw: object, vocabulary: Vocabulary) -> None:
    assert condition_of(line, vocabulary) == raw
    assert condition_of(line_of(raw), vocabulary) == raw


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "a question, or a word such as finding or not is needed; found nothing"),
        ("a.b", "one of is, from, over, up_to, below is needed; found nothing"),
        ("a.b iss yes", r'found "iss"; did you mean .is.'),
        ("a.b is yess", "'yess' is no value of a.b; allowed: yes, no; did you mean 'yes'"),
        ("finding f and", 'after "finding f and" a question'),
        ("finding f or finding g and a.b is no", "put brackets around"),
        ("(finding f", r'"\)" is needed; found nothing'),
        ("finding f)", "the end of the line is needed"),
        ("finding h", "'h' is no finding"),
        ("a.n below 5", "the number '5' stands in a condition; give it a name"),
        ("a.n below two below nine", '"below" stands there twice'),
        ("at least two of finding f", r'"\(" is needed; found "finding"'),
        ("any_reason of urgent", '"but" is needed'),
        ("a.b is yes a.n over two", 'found "a.n"'),
        ("a.b is yes = no", 'found "="'),
        ("(" * 40, "more than 30 deep"),
    ],
    ids=["empty", "no_test", "misspelled", "value", "half", "mixed", "open", "closed", "name",
         "number", "twice", "no_list", "no_but", "no_and", "sign", "deep"],
)  # fmt: skip
def test_a_slip_is_told_in_words(line: str, message: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(LineError, match=message):
        condition_of(line, vocabulary)
