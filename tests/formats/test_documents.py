"""Reading one YAML or JSON document: plain data, a line for every value, and every problem of the
text.
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hingeexpert.errors import (
    SHOWN_LENGTH,
    InputError,
    KnowledgeError,
    Problem,
    listed,
    nearest,
    shown,
)
from hingeexpert.formats.documents import (
    MOST_BYTES,
    MOST_DEPTH,
    MOST_DIGITS,
    MOST_VALUES,
    Document,
    read_document,
    written,
)


def read(text: str | bytes) -> Document:
    return read_document("a.yaml", text if isinstance(text, bytes) else text.encode())


def data_of(text: str | bytes) -> Any:
    document = read(text)
    assert not document.problems, document.problems
    assert document.complete
    return document.data


def problem_of(text: str | bytes) -> Problem:
    (problem,) = read(text).problems
    return problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("off", "off"),
        ("true", True),
        ("False", False),
        ("'true'", "true"),
        ("~", None),
        ("null", None),
        ("", None),
        ("12", 12),
        ("+5", 5),
        ("-3", -3),
        ("007", 7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("2.5", 2.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
        ("'12'", "12"),
        ("2026-11-20", "2026-11-20"),
        ("12:30", "12:30"),
        ("1.0.0", "1.0.0"),
        (">-\n  two\n  lines", "two lines"),
        ('"a\\tb \\u00e9 \\/"', "a\tb \u00e9 /"),
    ],
)
def test_scalar_is_read_by_the_core_schema(text: str, value: Any) -> None:
    found = data_of(f"a: {text}\n")["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_nan_is_read_as_a_number(text: str) -> None:
    found = data_of(f"a: {text}\n")["a"]
    assert found != found


def test_byte_order_mark_is_skipped() -> None:
    assert data_of(b"\xef\xbb\xbfform: hinge/1\n") == {"form": "hinge/1"}


def test_windows_line_ends_keep_the_lines() -> None:
    document = read(b"a: 1\r\nb:\r\n  c: 2\r\n")
    assert document.data == {"a": 1, "b": {"c": 2}}
    assert document.lines[("b", "c")] == 3


def test_json_with_tabs_is_read() -> None:
    assert data_of('{\n\t"stick": {\n\t\t"done":\t"yes",\t"depth_degrees": 30\n\t}\n}\n') == {
        "stick": {"done": "yes", "depth_degrees": 30}
    }


def test_json_character_written_as_two_surrogates_is_read() -> None:
    assert data_of('{"name": "\\ud83d\\ude00 Sam"}') == {"name": "\U0001f600 Sam"}


def test_json_surrogate_without_its_partner_is_a_problem_with_a_line() -> None:
    assert problem_of('{\n"name": "\\ud83d Sam"}').line == 2


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**30), 10**30)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
        ),
        max_leaves=20,
    ).map(lambda inner: {"data": inner}),
    st.sampled_from([None, 1, "\t"]),
    st.booleans(),
)
def test_any_json_is_read_as_python_reads_it(
    data: dict[str, Any], indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    if not ascii_only and not all(
        character.isprintable() or character in "\n\t" for character in text
    ):
        return
    document = read(text)
    assert not document.problems
    assert document.data == data


def test_line_is_that_of_the_key_and_in_a_list_that_of_the_item() -> None:
    document = read("a:\n  b:\n    - x\n    - y: 1\n      z: >-\n        text\nc: [1,\n  2]\n")
    lines = {written(path): line for path, line in document.lines.items()}
    assert lines == {
        "": 1,
        "a": 1,
        "a.b": 2,
        "a.b[0]": 3,
        "a.b[1]": 4,
        "a.b[1].y": 4,
        "a.b[1].z": 5,
        "c": 7,
        "c[0]": 7,
        "c[1]": 8,
    }


def test_problem_at_a_place_without_a_line_takes_the_line_around_it() -> None:
    assert (
        str(read("a: 1\nb:\n  c: 2\n").problem(("b", "d", 0), "is missing"))
        == "a.yaml:2: b.d[0]: is missing"
    )


@pytest.mark.parametrize("text", ["", "\n\n", "# later\n", "---\n", "null", "~\n", "\ufeff"])
def test_empty_file_is_a_problem_of_line_one(text: str) -> None:
    assert str(problem_of(text)) == "a.yaml:1: the file is empty; keys with values are needed"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: b: c\n", 1, "this is not YAML or JSON: mapping values are not allowed"),
        ("a: 1\nb: [\n", 3, "this is not YAML or JSON: did not find expected node content"),
        ('a: 1\nb: "open\n', 3, "this is not YAML or JSON: found unexpected end of stream"),
        (
            "a:\n\tb: 1\n",
            2,
            "this is not YAML or JSON: found character that cannot start any token",
        ),
        ("a: 1\n\nb: \x01\n", 3, "this is not YAML or JSON: control characters are not allowed"),
        ("a: 1\n\x00", 2, "control characters are not allowed"),
        ("ä: ö\nb: \x7f\n", 2, "control characters are not allowed"),
        ("%YAML 3.0\n---\na: 1\n", 1, "found incompatible YAML document"),
        ("a: 1\n---\nb: 2\n", 2, "a second document begins here; one file holds one"),
        ("? [a, b]\n: c\n", 1, "a key must be a word, not a list or a map"),
        ("a: 1\n? {b: c}\n: d\n", 2, "a key must be a word, not a list or a map"),
        (b"a: 1\nb: \xff\n", 2, "byte 8 is not UTF-8; save the file as UTF-8 text"),
        (b"\xef\xbb\xbfa: \xff\n", 1, "byte 6 is not UTF-8"),
        ("a: b".encode("utf-16"), 1, "byte 0 is not UTF-8"),
    ],
)
def test_text_that_cannot_be_read_is_a_problem_with_its_line(
    text: str | bytes, line: int, words: str
) -> None:
    document = read(text)
    assert not document.complete
    assert document.problems[-1].line == line
    assert words in document.problems[-1].message


def test_key_twice_names_both_lines_and_keeps_the_first_value() -> None:
    document = read("a:\n  b: 1\n  c: 2\n  b: 3\n")
    assert [str(problem) for problem in document.problems] == [
        "a.yaml:4: a.b: this key stands twice; first in line 2"
    ]
    assert document.data == {"a": {"b": 1, "c": 2}}


def test_every_repeated_key_is_told() -> None:
    document = read("a: 1\nb: {c: 1, c: 2}\na: {d: 1, d: 2}\na: 3\n")
    assert [problem.line for problem in document.problems] == [2, 3, 3, 4]


def test_equal_keys_in_different_maps_are_no_repetition() -> None:
    assert data_of("- {a: 1}\n- {a: 2}\n") == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    "text",
    [
        "a: !loud b",
        "a: !!str 5",
        "a: !!python/object/apply:os.system [echo]",
        "a: ! b",
        "a: !!map {b: 1}",
        "!!str a: b",
        "!x {a: b}",
    ],
)
def test_tag_is_refused(text: str) -> None:
    assert (
        problem_of(text).message
        == "a tag (!) is not used here; put text that begins with ! in quotes"
    )


@pytest.mark.parametrize("text", ["a: &b c", "a: &b [c]", "&b a: c", "&b {a: c}"])
def test_anchor_is_refused(text: str) -> None:
    assert (
        problem_of(text).message
        == "an anchor (&) is not used here; put text that begins with & in quotes"
    )


@pytest.mark.parametrize("text", ["a: *b", "- *b", "*b : 1"])
def test_alias_is_refused(text: str) -> None:
    assert problem_of(text).message.startswith("an alias (*) is not used here; write the value out")


def test_merge_key_is_a_plain_key() -> None:
    assert data_of("<<: {a: 1}\nb: 2\n") == {"<<": {"a": 1}, "b": 2}


def test_alias_bomb_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    document = read(bomb)
    assert not document.complete
    assert document.data == {"a": ["x"] * 9, "b": []}


TOO_DEEP = f"nested deeper than {MOST_DEPTH} levels; at most {MOST_DEPTH} are read"


@pytest.mark.parametrize("depth", [MOST_DEPTH, 100, 998, 999, 1000, 1001, 100_000])
@pytest.mark.parametrize("step", ["[", "{x: ", "[\n", "- "])
def test_nesting_is_bounded(step: str, depth: int) -> None:
    """By our bound and in our words: a parser has one of its own, and may look far ahead before it
    tells what it saw.
    """
    line = 3 + step.count("\n") * (MOST_DEPTH - 1)
    assert problem_of("a: 1\nb:\n  " + step * depth) == Problem("a.yaml", line, "", TOO_DEEP)


@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_nesting_up_to_the_bound_is_read(brackets: str) -> None:
    first, last = ("{x: ", "}") if brackets == "{}" else brackets
    assert not read(first * MOST_DEPTH + "1" + last * MOST_DEPTH).problems
    assert [
        problem.message
        for problem in read(first * (MOST_DEPTH + 1) + "1" + last * (MOST_DEPTH + 1)).problems
    ] == [TOO_DEEP]


def test_nesting_by_indentation_is_bounded() -> None:
    assert problem_of("".join(f"{' ' * level}x:\n" for level in range(1500))) == Problem(
        "a.yaml", MOST_DEPTH + 1, "", TOO_DEEP
    )


@pytest.mark.parametrize("text", ["'{}'", '"{}"', "# {}\n  a", "|\n  {}", "x{}", ">\n  {}"])
@pytest.mark.parametrize("bracket", ["[", "{", "- ", "]"])
def test_brackets_within_text_and_remarks_are_no_nesting(text: str, bracket: str) -> None:
    assert not read("b: " + text.format(bracket * 2000)).problems


def test_what_stands_too_deep_is_told_before_what_cannot_be_read_behind_it() -> None:
    assert problem_of("a: " + "[" * 40 + " @").message == TOO_DEEP
    assert "@" not in problem_of("a: [[[\n @").message
    assert problem_of("a: [[[\n @").line == 2


def test_size_is_bounded() -> None:
    assert not read("a: " + "x" * (MOST_BYTES - 3)).problems
    assert (
        problem_of(b"a: " + b"x" * MOST_BYTES).message
        == f"the file has {MOST_BYTES + 3} bytes; at most {MOST_BYTES} are read"
    )


def test_number_of_values_is_bounded() -> None:
    assert not read("\n".join(f"- {number}" for number in range(MOST_VALUES - 1))).problems
    assert (
        "more than"
        in problem_of("\n".join(f"- {number}" for number in range(MOST_VALUES + 1))).message
    )


def test_length_of_a_number_is_bounded_and_the_number_not_shown() -> None:
    assert data_of("a: " + "9" * MOST_DIGITS) == {"a": int("9" * MOST_DIGITS)}
    problem = problem_of("a: " + "9" * (MOST_DIGITS + 1))
    assert problem.message == (
        f"a number of {MOST_DIGITS + 1} characters; at most {MOST_DIGITS} are read, so put "
        "text in quotes"
    )


def test_quoted_number_may_be_long() -> None:
    assert data_of("a: '" + "9" * 500 + "'") == {"a": "9" * 500}


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.text("{}[]:,-&*!|>'\"%@`#?~ \n\tab0.", max_size=60).map(str.encode)
)
def test_no_bytes_raise_and_every_problem_has_a_line(raw: bytes) -> None:
    document = read(raw)
    assert document.complete or document.problems
    for problem in document.problems:
        assert problem.line is not None
        assert problem.line >= 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("rules", 0, "when"), "rules[0].when"),
        ((0, "a"), "[0].a"),
        (("a\u202eb\n",), "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"),
        (("x" * 100,), "x" * SHOWN_LENGTH + "…"),
    ],
)
def test_path_is_written_on_one_line(path: tuple[str | int, ...], text: str) -> None:
    assert written(path) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "'a b'"),
        (True, "'true'"),
        (5, "'5'"),
        (2.5, "'2.5'"),
        (None, "nothing"),
        ([1], "a list"),
        ((), "an empty list"),
        ({"a": 1}, "a map"),
        ({}, "an empty map"),
        (
            "\x1b[31m\u202e\r\n",
            "'" + "\N{REPLACEMENT CHARACTER}[31m" + "\N{REPLACEMENT CHARACTER}" * 3 + "'",
        ),
        ("x" * 61, "'" + "x" * 60 + "…'"),
        ("x" * 60, "'" + "x" * 60 + "'"),
    ],
)
def test_wrong_value_is_shown_short_and_on_one_line(value: object, text: str) -> None:
    assert shown(value) == text


@given(st.text() | st.integers() | st.floats() | st.lists(st.text()))
def test_shown_value_is_always_printable_and_short(value: object) -> None:
    assert shown(value).isprintable()
    assert len(shown(value)) <= SHOWN_LENGTH + 3


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("lumbar_flexoin", "; did you mean 'lumbar_flexion'?"),
        ("LUMBAR_FLEXION", "; did you mean 'lumbar_flexion'?"),
        ("seed-3", "; did you mean 'SEED-03'?"),
        (True, "; did you mean 'yes'?"),
        (False, "; did you mean 'no'?"),
        ("zzz", ""),
        ([1], ""),
        (None, ""),
    ],
)
def test_nearest_name_is_offered_where_it_looks_like_a_slip(name: object, hint: str) -> None:
    assert nearest(name, ["lumbar_flexion", "SEED-03", "yes", "no"]) == hint


def test_long_list_of_names_is_cut() -> None:
    assert listed(["a", "b"], 2) == "a, b"
    assert listed(["a", "b", "c"], 2) == "a, b, … (3 in all)"


def test_problem_names_file_line_and_path() -> None:
    assert str(Problem("f.yaml", 3, "stick.done", "is bad")) == "f.yaml:3: stick.done: is bad"
    assert str(Problem("f.yaml", None, "", "is bad")) == "f.yaml: is bad"


def test_file_name_in_a_problem_is_printable() -> None:
    assert (
        str(Problem("a\nb\udcff.yaml", 1, "", "is bad"))
        == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}.yaml:1: is bad"
    )


def test_error_carries_every_problem_and_its_exit_code() -> None:
    problems = [Problem("f", 1, "", "one"), Problem("f", 2, "", "two")]
    assert str(InputError(problems)) == "f:1: one\nf:2: two"
    assert (InputError(problems).exit_code, KnowledgeError("broken").exit_code) == (1, 3)
    assert str(KnowledgeError("broken")) == "broken"
