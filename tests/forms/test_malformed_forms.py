"""No form, however broken, is read wrongly or raises anything but an error that says what to
mend.
"""

import json
import math
import random
import time
from collections.abc import Callable

import pytest
from counts import examples
from hypothesis import example, given
from hypothesis import strategies as st

from hingeexpert.errors import InputError, Problem
from hingeexpert.forms import Assessment, read_form
from hingeexpert.knowledge import KnowledgeBase

SEED = 20261120
EACH = 35
"""Malformed forms of each kind."""
GOOD = """\
form: hinge/2
patient: {id: P-014, name: Sam Example}
date: 2026-11-20
clinician: Ann Other
context: {visit: retest, age_years: 29, stage: grind}
safety:
  screen: all_no
  height_loss_or_deformity: no
symptom: {low_back_pain: yes, pain_now: 2, groin_pinch: left}
wall:
  done: yes
  distance_feet: 1.25
  hips: back
  clean_reps: 7
stick: {done: yes, hold: secure, sacrum: lost, sacrum_when: middle, head: kept, depth_degrees: 30}
pain: {during_drill: 3, behaviour: steady}
practice:
  days_last_week: 5
"""
GOOD_DATA: dict[str, object] = {
    "form": "hinge/2",
    "patient": {"id": "P-014", "name": "Sam Example"},
    "context": {"visit": "first", "age_years": 29},
    "safety": {"screen": "all_no"},
    "wall": {"done": "yes", "distance_feet": 1.25, "hips": "back"},
    "stick": {"done": "yes", "sacrum": "lost", "depth_degrees": 30},
}
NAMES_WHAT_IS_ALLOWED = (
    "allowed",
    "a form is a map with groups such as",
    "needed",
    "did you mean",
    "at most",
    "are read",
    "first in line",
    "in quotes",
    "leave it out",
    "one file holds one",
    "save the file as UTF-8",
    "this is not YAML or JSON",
    "must be a word",
)
"""Words of which each message has one: it says what is allowed, or what to do."""
OF_THE_WHOLE_FILE = ("bytes; at most", "the PDF", "it is a table")
"""Words of the messages that have no place in a file."""
Kind = Callable[[random.Random], str | bytes]
KINDS: dict[str, Kind] = {}


def kind(make: Kind) -> Kind:
    """List a kind of malformed form."""
    KINDS[make.__name__] = make
    return make


def position(rng: random.Random, text: str) -> int:
    return rng.randrange(len(text) + 1)


def put(rng: random.Random, text: str, what: str) -> str:
    at = position(rng, text)
    return text[:at] + what + text[at:]


def with_value(rng: random.Random, value: str) -> str:
    """Return the good form with one of its values replaced."""
    lines = GOOD.splitlines()
    number = rng.choice([number for number, line in enumerate(lines) if ": " in line])
    key, _, rest = lines[number].rpartition(": ")
    lines[number] = f"{key}: {value}" + "}" * rest.count("}")
    return "\n".join(lines)


@kind
def wrong_types(rng: random.Random) -> str:
    return with_value(
        rng,
        rng.choice(
            [
                "[]",
                "[yes]",
                "{}",
                "{a: b}",
                "true",
                "False",
                "1",
                "-7",
                "2.5",
                "''",
                "Yes",
                "null",
                "[[[]]]",
                "'30'",
            ]
        ),
    )


@kind
def huge_numbers(rng: random.Random) -> str:
    digits = "9" * rng.choice([3, 10, 39, 41, 400, 20_000])
    return with_value(rng, rng.choice(["", "-", "0x", "1e"]) + digits)


@kind
def no_numbers(rng: random.Random) -> str:
    return with_value(
        rng,
        rng.choice(
            [
                ".nan",
                ".NaN",
                ".inf",
                "-.Inf",
                "+.INF",
                "NaN",
                "Infinity",
                "1e999",
                "0x",
                "1_0",
                "١٢",
                "²",
                "--5",
                "0o9",
            ]
        ),
    )


@kind
def unknown_identifiers(rng: random.Random) -> str:
    lines = GOOD.splitlines()
    number = rng.randrange(len(lines))
    letters = list(lines[number])
    for _ in range(rng.randint(1, 4)):
        letters[rng.randrange(len(letters))] = rng.choice("abcxyz_. ")
    lines[number] = "".join(letters)
    return "\n".join(lines)


@kind
def swapped_groups(rng: random.Random) -> str:
    groups = [
        "safety",
        "symptom",
        "wall",
        "stick",
        "pain",
        "practice",
        "context",
        "patient",
        "form",
        "date",
        "spa",
        "load",
    ]
    first, second = rng.sample(groups, 2)
    return (
        GOOD.replace(f"{first}:", "@:")
        .replace(f"{second}:", f"{first}:")
        .replace("@:", f"{second}:")
    )


@kind
def repeated_keys(rng: random.Random) -> str:
    lines = GOOD.splitlines()
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return "\n".join(lines)


@kind
def truncated(rng: random.Random) -> bytes:
    return GOOD.encode()[: position(rng, GOOD)]


@kind
def truncated_json(rng: random.Random) -> str:
    text = json.dumps(GOOD_DATA, indent=rng.choice([None, 2]))
    return text[: position(rng, text)]


@kind
def damaged_json(rng: random.Random) -> str:
    text = json.dumps(GOOD_DATA)
    at = rng.randrange(len(text))
    return (
        text[:at]
        + rng.choice(["", "{", "}", "[", '"', ",", ":", "\\", "\\u12", "\\ud83d", "\t", "NaN", "0"])
        + text[at + rng.randint(0, 2) :]
    )


@kind
def control_characters(rng: random.Random) -> str:
    return put(
        rng,
        GOOD,
        rng.choice(
            [
                "\x00",
                "\x01",
                "\x07",
                "\x08",
                "\x0b",
                "\x1b[2J",
                "\x7f",
                "\x85",
                "\u2028",
                "\ufeff",
                "\ufffe",
                "\t",
            ]
        ),
    )


@kind
def escaped_control_characters(rng: random.Random) -> str:
    escape = rng.choice(
        [
            "\\0",
            "\\a",
            "\\e[2J",
            "\\x7f",
            "\\r\\n",
            "\\u0085",
            "\\ud800",
            "\\U0010ffff",
            "\\U00110000",
            "\\q",
        ]
    )
    return with_value(rng, f'"Sam{escape}Example"')


@kind
def turned_around(rng: random.Random) -> str:
    return put(
        rng,
        GOOD,
        rng.choice(
            ["\u202e", "\u200f", "\u2066", "\u2069", "\u061c", "\u202eelpmaxE maS", "\u0627\u0644"]
        ),
    )


@kind
def markup(rng: random.Random) -> str:
    markups = [
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "{% for x in y %}",
        "'; DROP TABLE forms; --",
        "${jndi:ldap://x}",
        "=cmd|' /C calc'!A0",
        "%s%n",
        "../../etc",
    ]
    return with_value(rng, json.dumps(rng.choice(markups)))


@kind
def bare_markup(rng: random.Random) -> str:
    return with_value(
        rng,
        rng.choice(
            [
                "{{ patient }}",
                "<b>",
                "{% raw %}",
                "`id`",
                "@x",
                "%x",
                "|",
                ">",
                "!x",
                "&x",
                "*x",
                "- - -",
                "? :",
            ]
        ),
    )


@kind
def alias_bombs(rng: random.Random) -> str:
    width, depth = rng.randint(2, 20), rng.randint(1, 20)
    bomb = f"k0: &k0 [{', '.join(['ha'] * width)}]\n" + "".join(
        f"k{level}: &k{level} [{', '.join([f'*k{level - 1}'] * width)}]\n"
        for level in range(1, depth)
    )
    return rng.choice([bomb + GOOD, GOOD + bomb, f"patient: &p {{name: *p}}\nstick: *p\n{bomb}"])


@kind
def tags(rng: random.Random) -> str:
    return with_value(
        rng,
        rng.choice(
            [
                "!!python/object/apply:os.system [echo]",
                "!!int '5'",
                "!x yes",
                "!!binary aGk=",
                "!!set {a}",
                "!<x> no",
                "! yes",
            ]
        ),
    )


@kind
def deep_nesting(rng: random.Random) -> str:
    depth = rng.choice([5, 29, 31, 500, 50_000])
    opening = rng.choice(["[", "{a: ", "- ", "? "])
    return rng.choice(["", "stick: ", "patient:\n  "]) + opening * depth


@kind
def several_documents(rng: random.Random) -> str:
    return put(
        rng,
        GOOD,
        rng.choice(["\n---\n", "\n...\n", "\n--- {}\n", "\n%YAML 1.1\n---\n", "\n...\n---\n"]),
    )


@kind
def wrong_indentation(rng: random.Random) -> str:
    return "\n".join(" " * rng.choice([0, 0, 0, 1, 2, 3]) + line for line in GOOD.splitlines())


@kind
def shuffled_lines(rng: random.Random) -> str:
    lines = GOOD.splitlines()
    rng.shuffle(lines)
    return "\n".join(lines)


@kind
def other_encodings(rng: random.Random) -> bytes:
    return put(rng, GOOD, "Zoë Müller").encode(
        rng.choice(["utf-16", "utf-32", "latin-1", "cp1252", "utf-16-le"])
    )


@kind
def random_bytes(rng: random.Random) -> bytes:
    return rng.randbytes(rng.randint(0, 2_000))


@kind
def bytes_in_the_middle(rng: random.Random) -> bytes:
    at = position(rng, GOOD)
    return GOOD.encode()[:at] + rng.randbytes(rng.randint(1, 4)) + GOOD.encode()[at:]


@kind
def yaml_noise(rng: random.Random) -> str:
    return "".join(
        rng.choice("{}[]:,-&*!|>'\"%@`#?~ \n\n  ab0.") for _ in range(rng.randint(1, 120))
    )


@kind
def empty(rng: random.Random) -> str:
    return rng.choice(
        [
            "",
            " ",
            "\n",
            "#",
            "---",
            "null",
            "~",
            "{}",
            "[]",
            "''",
            "...",
            "\ufeff",
            "- ",
            ": ",
            "?",
            "0",
            "yes",
        ]
    ) * rng.randint(1, 2)


@kind
def several_mistakes(rng: random.Random) -> str:
    text = GOOD
    for _ in range(rng.randint(2, 6)):
        text = put(
            rng,
            text,
            rng.choice(
                ["x", ":", "\n", "{", "'", " ", "-", "yes", "true", "9" * 50, "\x01", "\u202e"]
            ),
        )
    return text


@kind
def long_text(rng: random.Random) -> str:
    return with_value(rng, rng.choice(["x", "é", "x ", "'a'", "0", "\\"]) * 50_000)


@kind
def long_keys(rng: random.Random) -> str:
    return GOOD.replace(
        rng.choice(["sacrum", "wall", "name", "screen", "patient"]),
        rng.choice("kä") * rng.choice([100, 1_000, 60_000]),
        1,
    )


def forms(name: str) -> list[bytes]:
    rng = random.Random(f"{SEED} {name}")
    made = [KINDS[name](rng) for _ in range(EACH)]
    return [form.encode(errors="surrogatepass") if isinstance(form, str) else form for form in made]


def assert_useful(problem: Problem) -> None:
    text = str(problem)
    of_it_all = any(words in problem.message for words in OF_THE_WHOLE_FILE)
    assert problem.line is not None or problem.path or of_it_all, text
    assert any(words in problem.message for words in NAMES_WHAT_IS_ALLOWED), text
    assert text.isprintable(), text
    assert len(text) < 1_000, text


def assert_read_or_refused(knowledge: KnowledgeBase, raw: bytes) -> None:
    """A form gives legal answers, or an error that says what to mend; anything else fails the
    test.
    """
    try:
        form = read_form(knowledge, "form.yaml", raw)
    except InputError as error:
        problems = error.problems
    else:
        assert_legal(knowledge, form)
        return
    assert problems
    for problem in problems:
        assert_useful(problem)


def assert_legal(knowledge: KnowledgeBase, form: Assessment) -> None:
    for name, value in form.answers.items():
        item = knowledge.observables[name]
        if item.range is None:
            assert value in item.values
        else:
            assert type(value) is int or (
                type(value) is float and item.type == "number" and math.isfinite(value)
            )
            assert item.range.least <= value <= item.range.most
    for text in (*form.patient.values(), form.date or "", form.clinician or ""):
        assert type(text) is str
        assert not any(character < " " or "\x7f" <= character < "\xa0" for character in text)


def test_good_form_is_good(knowledge: KnowledgeBase) -> None:
    read_form(knowledge, "form.yaml", GOOD.encode())
    read_form(knowledge, "form.json", json.dumps(GOOD_DATA).encode())


def test_there_are_enough_malformed_forms(knowledge: KnowledgeBase) -> None:
    """At least 500 different forms, of which most are refused."""
    every = {form for name in KINDS for form in forms(name)}
    refused = 0
    for form in every:
        try:
            read_form(knowledge, "form.yaml", form)
        except InputError:
            refused += 1
    assert len(every) >= 600
    assert refused >= 500


@pytest.mark.parametrize("name", KINDS)
def test_malformed_form_is_refused_with_what_to_mend_or_read_as_legal_answers(
    knowledge: KnowledgeBase, name: str
) -> None:
    for form in forms(name):
        assert_read_or_refused(knowledge, form)


@pytest.mark.parametrize(
    "text",
    [
        "patient: {name: '@'}",
        "stick: {sacrum: '@'}",
        "stick: {'@': lost}",
        '{"stick": {"sacrum": "@"}}',
        "@",
    ],
)
def test_form_of_five_megabytes_is_refused_at_once(knowledge: KnowledgeBase, text: str) -> None:
    raw = text.replace("@", "x" * 5_000_000).encode()
    start = time.process_time()
    assert_read_or_refused(knowledge, raw)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "text",
    [
        "stick: {sacrum: '@'}".replace("@", "x" * 1_900_000),
        "stick: {'@': lost}".replace("@", "x" * 1_900_000),
        "[" * 1_900_000,
        "- " * 900_000,
        "{" * 1_900_000,
        "? " * 900_000,
        "stick:\n" + "".join(f"  k{number}: 1\n" for number in range(100_000)),
        "stick:\n" + "".join(f"  depth_in_degrees_{number}: 1\n" for number in range(4_990)),
        "stick:\n" + "  sacrum: lost\n" * 100_000,
        "\n" * 1_900_000 + "stick: 1",
        "patient: &a {b: [" + "*a, " * 400_000,
    ],
    ids=[
        "value",
        "key",
        "lists",
        "dashes",
        "maps",
        "questions",
        "very many keys",
        "unknown keys",
        "repeated keys",
        "blank lines",
        "aliases",
    ],
)
def test_large_form_is_refused_in_a_few_seconds(knowledge: KnowledgeBase, text: str) -> None:
    start = time.process_time()
    assert_read_or_refused(knowledge, text.encode())
    assert time.process_time() - start < 25


@examples(quick=25, thorough=100)
@given(raw=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@example(raw=b"%PDF-")
@example(raw=b"PK\x03\x04")
@example(raw=b"PAR1")
def test_arbitrary_bytes_are_refused(knowledge: KnowledgeBase, raw: bytes) -> None:
    assert_read_or_refused(knowledge, raw)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["yes", "no", "lost", "kept", "all_no"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=8,
)


@examples(quick=25, thorough=100)
@given(data=st.data())
def test_any_value_anywhere_in_a_json_form_is_refused_or_legal(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    groups = ["form", "patient", "date", "clinician", *(group.group for group in knowledge.groups)]
    keys = sorted(
        {name.partition(".")[2] for name in knowledge.observables} | {"screen", "name", "id"}
    )
    entries = st.dictionaries(st.sampled_from(keys) | st.text(max_size=10), ANYTHING, max_size=4)
    form = data.draw(
        st.dictionaries(
            st.sampled_from(groups) | st.text(max_size=10), entries | ANYTHING, max_size=5
        )
    )
    assert_read_or_refused(knowledge, json.dumps(form).encode())
