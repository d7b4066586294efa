"""The interface for other programs, asked over a real connection."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import jsonschema
import pytest
from counts import count, thorough
from served import Live, live

from hingeexpert.forms import read_form
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.reporting.schemas import result_schema

PHASES = ("examples,fuzzing", "examples,coverage,fuzzing,stateful")
"""What schemathesis does in the quick profile and in the thorough one: coverage sends every value
that the description names, and not.
"""
FORM = {"patient": {"id": "P-014"}, "safety": {"screen": "all_no"}, "stick": {"sacrum": "lost"}}


@pytest.fixture(scope="module")
def here(knowledge: KnowledgeBase) -> Iterator[Live]:
    with live(knowledge) as running:
        yield running


@pytest.fixture(scope="module")
def program(here: Live) -> Iterator[httpx.Client]:
    with here.program() as client:
        yield client


def sent(program: httpx.Client, raw: bytes, kind: str = "application/json") -> httpx.Response:
    return program.post("/api/diagnose", content=raw, headers={"Content-Type": kind})


def test_a_form_gets_the_same_result_as_on_the_command_line(
    knowledge: KnowledgeBase, program: httpx.Client
) -> None:
    raw = json.dumps(FORM).encode()
    answer = sent(program, raw, "application/json; charset=utf-8")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == diagnose(knowledge, read_form(knowledge, "form", raw)).as_json()
    jsonschema.validate(answer.json(), result_schema())


def test_a_browser_that_is_let_in_may_ask_too(knowledge: KnowledgeBase) -> None:
    with live(knowledge) as running, running.friend() as friend:
        assert friend.post("/api/diagnose", json=FORM).status_code == 200


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "the file is empty"),
        (b"[]", "a form is a map"),
        (b"{", "this is not YAML or JSON"),
        (b'{"stick": {"sacrum": "lost", "sacrum": "kept"}}', "this key stands twice"),
        (b'{"stick": {"sacrum": true}}', "'true' is not allowed"),
        (b'{"stick": {"depth_degrees": NaN}}', "is not allowed"),
        (b'{"stick": {"depth_degrees": 1e999}}', "is not allowed"),
        (b'{"stick": {"depth_degrees": 30.5}}', "a whole number from 0 to 120"),
        (b'{"patient": {"id": "\xff"}}', "is not UTF-8"),
        (b'{"patient": {"\\ud800": "x"}}', "this is not YAML or JSON"),
        (b'{"a":' * 500 + b"1" + b"}" * 500, "nested deeper than 30 levels"),
        (b'{"patient": {"id": "a\\u0000b"}}', "a control character"),
    ],
)
def test_a_form_that_is_wrong_is_refused_in_words(
    program: httpx.Client, raw: bytes, words: str
) -> None:
    answer = sent(program, raw)

    assert answer.status_code == 422
    assert words in answer.json()["problems"][0]["message"]


def test_every_problem_is_told_with_its_place(program: httpx.Client) -> None:
    problems = sent(program, b'{"stick": {"sacrum": "gone",\n"sacrun": "lost"}}').json()["problems"]

    assert [(problem["line"], problem["path"]) for problem in problems] == [
        (1, "stick.sacrum"),
        (2, "stick.sacrun"),
    ]


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/yaml",
        "application/jsonx",
    ],
)
def test_only_json_is_taken(program: httpx.Client, kind: str) -> None:
    assert sent(program, b"{}", kind).status_code == 415


def test_another_method_is_named_as_such(program: httpx.Client) -> None:
    answer = program.get("/api/diagnose")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["problems"][0]["message"] == "Method Not Allowed"


def test_the_rules_are_described_as_they_stand(
    knowledge: KnowledgeBase, program: httpx.Client
) -> None:
    view = program.get("/api/knowledge").json()
    questions = {item["id"]: item for group in view["groups"] for item in group["observables"]}

    assert view["knowledge"] == {"version": knowledge.info.version, "sha256": knowledge.sha256}
    assert list(questions) == list(knowledge.observables)
    assert [item["id"] for item in view["faults"]] == list(knowledge.coaching_order)
    assert [item["id"] for item in view["triage"]] == [
        level.id for level in knowledge.ladders["triage"]
    ]
    assert questions["pain.behaviour"]["ask_when"] == "pain.during_drill is 1 or more"
    assert questions["stick.depth_degrees"]["range"] == {
        "least": 0,
        "most": 120,
        "unit": "degrees of forward lean at the hips",
    }


def test_every_question_that_is_described_can_be_answered(program: httpx.Client) -> None:
    """A program can build a form from the description alone."""
    for group in program.get("/api/knowledge").json()["groups"]:
        form = {
            item["id"].partition(".")[2]: int(item["range"]["least"])
            if item["range"]
            else next(iter(item["values"]))
            for item in group["observables"]
        }
        assert sent(program, json.dumps({group["id"]: form}).encode()).status_code == 200, group[
            "id"
        ]


@pytest.mark.slow
@thorough
def test_the_interface_is_as_it_is_described(here: Live, tmp_path: Path) -> None:
    """Requests are made from the description, allowed and not allowed; each answer must be one that
    it names, in the shape it names.

    One check is left out: a form may be of the right shape and still contradict itself, which is
    refused.
    """
    command = [
        Path(sys.executable).with_name("schemathesis"), "run", f"{here.origin}/api/openapi.json",
        "--header", f"Authorization: Bearer {here.settings.token}",
        "--checks", "all", "--exclude-checks", "positive_data_acceptance",
        "--generation-deterministic", "--max-examples", "20",
        "--phases", PHASES[count(quick=0, thorough=1)],
        "--request-timeout", "300", "--no-color",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert here.told == []
