"""YAML changed in place: what is asked for changes, and not one other character."""

import random
from typing import Any

import pytest

from hingeexpert.formats.documents import Path as Place
from hingeexpert.formats.documents import read_document
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.yaml_edit import EditError, edited, put_in, taken_out
from hingeexpert.formats.yaml_spans import laid_out

RULES = data_folder("rules")
FILE = """\
# all of it
entries:
  # the first
  - id: one   # beside
    when:
      # why so
      any:
        - {a.b: yes}
        - {c.d: [no, 'maybe']}
    say: >-
      A text that is folded over
      two lines.
    tags: [x, y]
  - id: two
    say: "In quotes: one line."
limits: {low: 1, high: 2.5, unit: "a, b"}
empty: []
last: plain
"""
CONTENT = FILE.encode()


def change(path: Place, value: object) -> str:
    return edited("f.yaml", CONTENT, {path: value}).decode()


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("last",), "other", "last: plain", "last: other"),
        (("last",), "yes: no", "last: plain", 'last: "yes: no"'),
        (("last",), "1", "last: plain", 'last: "1"'),
        (("last",), " true\n", "last: plain", 'last: " true\\n"'),
        (("limits", "low"), 2, "low: 1", "low: 2"),
        (("limits", "high"), 3.0, "high: 2.5", "high: 3.0"),
        (("limits", "unit"), 'c "d"', '"a, b"', '"c \\"d\\""'),
        (("limits", "unit"), "c", '"a, b"', '"c"'),
        (("entries", 0, "tags"), ["x", "z"], "tags: [x, y]", "tags: [x, z]"),
        (("entries", 0, "tags"), ["x"], "tags: [x, y]", "tags: [x]"),
        (("entries", 0, "when", "any", 1, "c.d", 1), "it, is", "'maybe'", "'it, is'"),
        (("empty",), {"a b": [None, True]}, "empty: []", "empty: {a b: [null, true]}"),
    ],
    ids=["plain", "quoted", "number", "blank", "int", "float", "escaped", "kept", "part", "shorter",
         "single", "map"],
)  # fmt: skip
def test_one_value_changes_and_nothing_else(path: Place, value: object, old: str, new: str) -> None:
    assert change(path, value) == FILE.replace(old, new)


def test_a_folded_text_is_folded_again() -> None:
    words = "word " * 60
    new = change(("entries", 0, "say"), words.strip())

    assert "    say: >-\n      word" in new
    assert max(map(len, new.splitlines())) <= 100
    assert "\n    tags: [x, y]\n" in new


def test_a_comment_in_a_condition_that_is_replaced_moves_above_its_key() -> None:
    new = change(("entries", 0, "when"), {"not": {"a.b": "yes"}})

    assert "    # why so\n    when: {not: {a.b: yes}}\n    say: >-\n" in new


def test_a_condition_of_the_same_shape_keeps_its_lines() -> None:
    value = {"any": [{"a.b": "no"}, {"c.d": ["no", "maybe"]}]}

    assert change(("entries", 0, "when"), value) == FILE.replace("{a.b: yes}", "{a.b: no}")


def test_several_changes_at_once() -> None:
    changes: dict[Place, object] = {("last",): "end", ("limits", "low"): 0, ("empty",): ["x"]}
    new = edited("f.yaml", CONTENT, changes).decode()

    assert new == FILE.replace("plain", "end").replace("low: 1", "low: 0").replace("[]", "[x]")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("nowhere",), 1, "there is no such place"),
        (("last",), "half \ud83d", "without changing something else"),
    ],
    ids=["no_place", "surrogate"],
)
def test_what_cannot_be_is_refused(path: Place, value: object, message: str) -> None:
    with pytest.raises(EditError, match=message):
        change(path, value)


def test_two_changes_inside_one_another_are_refused() -> None:
    with pytest.raises(EditError, match="inside one another"):
        edited("f.yaml", CONTENT, {("limits",): {"low": 3}, ("limits", "low"): 4})


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("entries", 0), {"id": "new", "say": "A: b"}, '  - id: new\n    say: "A: b"\n'),
        (("entries", 1), {"id": "n", "when": {"a.b": "yes"}}, "  - id: n\n    when: {a.b: yes}\n"),
        (("entries", 2), {"id": "new"}, "  - id: new\n"),
        (("entries", 0, "when", "any", 2), {"e": "no"}, "        - {e: no}\n"),
        (("entries", 0, "tags", 0), "w", "[w, x, y]"),
        (("limits", "mid"), 2, ', mid: 2}'),
        (("empty", 0), "first", "empty: [first]"),
        (("entries", 1, "tags"), ["q"], "    tags: [q]\n"),
        (("more",), "text", "more: text\n"),
    ],
    ids=["first", "between", "end", "in_condition", "flow", "flow_key", "empty", "key", "top"],
)  # fmt: skip
def test_what_is_put_in_is_written_as_its_neighbours_and_comes_out_again(
    path: Place, value: object, line: str, newline: str
) -> None:
    content = FILE.replace("\n", newline).encode()
    new = put_in("f.yaml", content, path, value)

    assert line.replace("\n", newline) in new.decode()
    assert taken_out("f.yaml", new, path) == content


def test_a_key_follows_the_one_that_it_should() -> None:
    new = put_in("f.yaml", CONTENT, ("entries", 0, "act"), "Now.", after="id").decode()

    assert "  - id: one   # beside\n    act: Now.\n    when:\n" in new


def test_what_holds_a_comment_is_not_taken_out() -> None:
    with pytest.raises(EditError, match="a comment stands inside"):
        taken_out("f.yaml", CONTENT, ("entries", 0))


def texts_and_numbers(data: Any, path: Place = ()) -> list[Place]:
    if not isinstance(data, dict | list):
        return [path]
    found: list[Place] = []
    for step in data if isinstance(data, dict) else range(len(data)):
        found += texts_and_numbers(data[step], (*path, step))
    return found


def at(data: Any, path: Place) -> Any:
    for step in path:
        data = data[step]
    return data


OTHERS = ("other", "with: colon", "a # b", "1.5", 'it\'s "it"', "x, y]", "- a", "é\u00a0ö", " ")


@pytest.mark.parametrize("file", ["triage.yaml", "parameters.yaml", "drills/wall_drill.yaml"])
def test_any_value_of_the_rules_changes_alone(file: str) -> None:
    """Before and behind the value stand the same characters as before."""
    content = (RULES / file).read_bytes()
    data, layout = read_document(file, content).data, laid_out(file, content)
    chance = random.Random(file)
    for path in chance.sample(texts_and_numbers(data), 12):
        old = at(data, path)
        value = chance.choice(OTHERS) if isinstance(old, str) else old + 1
        new, span = edited(file, content, {path: value}).decode(), layout.spans[path]

        assert new.startswith(layout.text[: span.start])
        assert new.endswith(layout.text[span.end :])
        assert at(read_document(file, new.encode()).data, path) == value


def test_a_file_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(EditError):
        edited("f.yaml", b"a: [", {("a",): 1})
