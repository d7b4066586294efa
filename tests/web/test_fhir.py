"""The interface for programs of FHIR, asked over a real connection."""

import json
import random
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest
from counts import count, thorough
from fhir_judges import flaws_of
from locked import serving_locked
from served import GENEROUS, Live, live
from shown_forms import shown_forms

from hingeexpert.errors import InputError
from hingeexpert.inference import diagnose
from hingeexpert.interop.fhir.bundle import bundle_text, result_bundle
from hingeexpert.interop.fhir.questionnaire import questionnaire_resource
from hingeexpert.interop.fhir.response import response_of
from hingeexpert.interop.fhir.server import extracted
from hingeexpert.interop.fhir.words import addresses
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.web.settings import ServerLimits

EXTRACT = "/fhir/QuestionnaireResponse/$extract"
FHIR = "application/fhir+json"
NAME = "Ada Lovelace"
STRANGE = (
    None,
    True,
    -1,
    2.5,
    1e300,
    "",
    "\0",
    "x" * 300,
    [],
    {},
    [[]],
    [{}],
    {"item": []},
    "2026-02-30",
)
RESPONSE = {
    "resourceType": "QuestionnaireResponse",
    "status": "completed",
    "item": [
        {"linkId": "patient.name", "answer": [{"valueString": NAME}]},
        {"linkId": "stick.sacrum", "answer": [{"valueCoding": {"code": "lost"}}]},
    ],
}


@pytest.fixture(scope="module")
def here(knowledge: KnowledgeBase) -> Iterator[Live]:
    with live(knowledge, fhir=True) as running:
        yield running


@pytest.fixture(scope="module")
def program(here: Live) -> Iterator[httpx.Client]:
    with here.program() as client:
        yield client


def sent(program: httpx.Client, what: Any, kind: str = FHIR) -> httpx.Response:
    raw = what if isinstance(what, bytes) else json.dumps(what).encode()
    return program.post(EXTRACT, content=raw, headers={"Content-Type": kind})


def problems(answer: httpx.Response) -> list[str]:
    """Return what an answer says went wrong; it is sound to the judges of others."""
    outcome = answer.json()
    assert answer.headers["content-type"] == FHIR
    assert outcome["resourceType"] == "OperationOutcome"
    assert flaws_of(outcome) == []
    return [issue["details"]["text"] for issue in outcome["issue"]]


def with_answers(*answers: tuple[str, Any]) -> dict[str, Any]:
    items = [{"linkId": name, "answer": [answer]} for name, answer in answers]
    return {"resourceType": "QuestionnaireResponse", "item": items}


@pytest.mark.parametrize("kind", [FHIR, "application/json; charset=utf-8"])
def test_a_response_gives_what_the_command_line_gives(
    knowledge: KnowledgeBase, program: httpx.Client, kind: str
) -> None:
    for form in shown_forms(knowledge, 3, seed=5):
        answer = sent(program, response_of(knowledge, form), kind)

        bundle = result_bundle(knowledge, form, diagnose(knowledge, form))
        assert answer.status_code == 200
        assert answer.headers["content-type"] == FHIR
        assert answer.headers["cache-control"] == "no-store"
        assert answer.text == bundle_text(bundle)


def test_parameters_with_a_response_are_taken(program: httpx.Client) -> None:
    part = {"name": "questionnaire-response", "resource": RESPONSE}
    answer = sent(program, {"resourceType": "Parameters", "parameter": [part]})

    assert answer.text == sent(program, RESPONSE).text


def test_what_was_said_while_reading_stands_in_the_bundle(program: httpx.Client) -> None:
    bundle = sent(program, {**RESPONSE, "status": "in-progress"}).json()
    guidance = next(
        entry["resource"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "GuidanceResponse"
    )

    assert "the response is not finished: in-progress" in [
        note["text"] for note in guidance["note"]
    ]


def test_it_says_what_it_can_do(here: Live, program: httpx.Client) -> None:
    statement = program.get("/fhir/metadata").json()

    assert flaws_of(statement) == []
    assert statement["implementation"]["url"] == f"{here.origin}/fhir"


def test_the_form_is_read_and_found(
    knowledge: KnowledgeBase, here: Live, program: httpx.Client
) -> None:
    form = questionnaire_resource(knowledge)
    own = addresses(knowledge).questionnaire

    assert program.get("/fhir/Questionnaire/hinge").json() == form
    for named in ({}, {"url": own}, {"url": f"{own}|{knowledge.info.version}"}):
        found = program.get("/fhir/Questionnaire", params=named).json()
        assert flaws_of(found) == []
        assert [entry["resource"] for entry in found["entry"]] == [form]
        assert found["entry"][0]["fullUrl"] == f"{here.origin}/fhir/Questionnaire/hinge"
    for other in ("", "https://elsewhere.example", f"{own}|0.0.1"):
        none = program.get("/fhir/Questionnaire", params={"url": other}).json()
        (link,) = none.pop("link")
        assert none == {"resourceType": "Bundle", "type": "searchset", "total": 0}
        assert httpx.URL(link["url"]).params["url"] == other


@pytest.mark.parametrize(
    ("raw", "status", "words"),
    [
        (b"", 400, "this is not JSON"),
        (b"{", 400, "this is not JSON"),
        (b"\xff\xfe", 400, "is not UTF-8"),
        (b"[]", 400, "a resource is a map"),
        (b"null", 400, "a resource is a map"),
        (b'{"resourceType": "QuestionnaireResponse", "item": NaN}', 400, "NaN is no number"),
        (b'{"item": 1, "item": 2}', 400, "stands twice"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "nested too deep"),
        (b'{"a": ' + b"9" * 5000 + b"}", 400, "a number of 5000 characters"),
        (b"{}", 422, "one QuestionnaireResponse is needed"),
        (b'{"resourceType": ["QuestionnaireResponse"]}', 422, "one QuestionnaireResponse"),
        (b'{"resourceType": "Bundle"}', 422, "one QuestionnaireResponse is needed"),
        (b'{"resourceType": "Parameters"}', 422, "0 stand in the Parameters"),
        (b'{"resourceType": "Parameters", "parameter": {"a": 1}}', 422, "0 stand"),
        (b'{"resourceType": "QuestionnaireResponse", "item": "all"}', 422, "a list of items"),
        (b'{"resourceType": "QuestionnaireResponse", "item": [null]}', 422, "without a link id"),
        (
            b'{"resourceType": "QuestionnaireResponse", "questionnaire": "https://x.example"}',
            422,
            "these are answers to",
        ),
        (
            b'{"resourceType": "QuestionnaireResponse", "status": "entered-in-error"}',
            422,
            "marked as entered-in-error",
        ),
    ],
    ids=range(18),
)
def test_what_is_no_response_is_refused_in_words(
    program: httpx.Client, raw: bytes, status: int, words: str
) -> None:
    answer = sent(program, raw)

    assert answer.status_code == status
    assert words in problems(answer)[0]


def test_two_responses_are_refused(program: httpx.Client) -> None:
    part = {"name": "questionnaire-response", "resource": RESPONSE}
    answer = sent(program, {"resourceType": "Parameters", "parameter": [part, part]})

    assert answer.status_code == 422
    assert "2 stand in the Parameters" in problems(answer)[0]


def test_every_problem_is_told_and_no_name(program: httpx.Client) -> None:
    wrong = with_answers(
        ("patient.name", {"valueInteger": 7}),
        ("patient.name", {"valueString": NAME + "\0"}),
        ("clinician", {"valueString": NAME * 30}),
        ("date", {"valueString": NAME}),
        ("stick.sacrum", {"valueCoding": {"code": "gone"}}),
        ("stick.depth_degrees", {"valueDecimal": 30.5}),
        ("stick.depth_degree", {"valueInteger": 30}),
        ("safety.tearing_pain", {"valueString": NAME}),
    )
    answer = sent(program, wrong)

    assert answer.status_code == 422
    told = problems(answer)
    places = {text.partition(":")[0] for text in told}
    assert places >= {
        "patient.name",
        "clinician",
        "date",
        "stick.sacrum",
        "stick.depth_degrees",
        "stick.depth_degree",
        "safety.tearing_pain",
    }
    assert NAME not in answer.text


@pytest.mark.parametrize("kind", ["", "text/plain", "application/fhir+xml", "application/jsonx"])
def test_nothing_but_json_is_taken(program: httpx.Client, kind: str) -> None:
    answer = sent(program, RESPONSE, kind)

    assert answer.status_code == 415
    assert problems(answer) == ["Unsupported Media Type"]


@pytest.mark.parametrize(
    ("accept", "query", "status"),
    [
        ("application/fhir+xml", "", 406),
        ("text/html", "", 406),
        ("application/json", "?_format=xml", 406),
        ("application/fhir+xml", "?_format=json", 200),
        ("text/html", "?_format=application/fhir+json", 200),
        ("application/fhir+xml, application/fhir+json;q=0.5", "", 200),
        ("application/json; fhirVersion=4.0", "", 200),
        ("application/*", "", 200),
        ("", "", 200),
    ],
)
def test_it_answers_in_json_alone(
    program: httpx.Client, accept: str, query: str, status: int
) -> None:
    answer = program.get(f"/fhir/metadata{query}", headers={"Accept": accept})

    assert answer.status_code == status
    assert answer.headers["content-type"] == FHIR


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", EXTRACT, 405),
        ("OPTIONS", EXTRACT, 405),
        ("DELETE", "/fhir/Questionnaire/hinge", 405),
        ("PUT", "/fhir/Questionnaire/hinge", 405),
        ("POST", "/fhir/metadata", 405),
        ("GET", "/fhir/Questionnaire/other", 404),
        ("GET", "/fhir/Questionnaire/hinge/", 404),
        ("GET", "/fhir/Patient", 404),
        ("GET", "/fhir/", 404),
        ("POST", "/fhir/", 404),
        ("POST", "/fhir/QuestionnaireResponse", 404),
        ("POST", "/fhir/QuestionnaireResponse/$extract/", 404),
        ("POST", "/fhir/QuestionnaireResponse/$populate", 404),
        ("POST", "/fhir/Questionnaire/$extract", 404),
        ("POST", "/fhir/QuestionnaireResponse/%24%65xtract", 415),
    ],
)
def test_other_paths_and_methods_are_refused(
    program: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = program.request(method, path)

    assert answer.status_code == status
    assert problems(answer)
    assert ("allow" in answer.headers) == (status == 405)


def test_a_dollar_stands_in_no_other_path(here: Live) -> None:
    with here.friend() as friend:
        for path in ("/$extract", "/api/$extract", f"/x{EXTRACT}"):
            assert friend.get(path).status_code == 404


def test_the_head_of_an_answer_is_given_alone(program: httpx.Client) -> None:
    answer = program.head("/fhir/metadata")

    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(program.get("/fhir/metadata").content)


def test_who_has_no_token_is_asked_for_it(here: Live) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": here.settings.token}):
        with here.stranger(headers=headers) as stranger:
            for answer in (stranger.get("/fhir/metadata"), sent(stranger, RESPONSE)):
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"] == "Bearer"
                assert problems(answer) == ["Unauthorized"]


def test_a_page_of_another_site_is_refused(program: httpx.Client) -> None:
    answer = program.post(EXTRACT, json=RESPONSE, headers={"Origin": "https://elsewhere.example"})

    assert answer.status_code == 403
    assert problems(answer) == ["Forbidden"]


def test_a_long_body_is_refused(knowledge: KnowledgeBase) -> None:
    limits = ServerLimits(bytes=2000, rate=GENEROUS.rate, burst=GENEROUS.burst)
    with live(knowledge, fhir=True, limits=limits) as running, running.program() as program:
        assert sent(program, RESPONSE).status_code == 200
        answer = sent(program, {**RESPONSE, "text": "x" * 2000})
        assert answer.status_code == 413
        assert problems(answer) == [HTTPStatus(413).phrase]


def test_many_items_are_read_to_an_end(program: httpx.Client) -> None:
    answer = sent(program, with_answers(*[("stick.sacrum", {"valueBoolean": 1})] * 15_000))

    assert answer.status_code == 422
    assert problems(answer)


def test_a_server_that_was_not_told_so_has_none_of_it(knowledge: KnowledgeBase) -> None:
    with live(knowledge) as running, running.friend() as friend:
        for path in ("/fhir/metadata", "/fhir/Questionnaire/hinge", EXTRACT):
            assert friend.get(path).status_code == 404
        with running.program() as program:
            assert program.get("/fhir/metadata").status_code == 403
            assert sent(program, RESPONSE).status_code == 403


def test_nothing_is_told_of_a_failure(
    here: Live, program: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(NAME)

    monkeypatch.setattr("hingeexpert.interop.fhir.server.diagnose", broken)
    answer = sent(program, RESPONSE)

    assert answer.status_code == 500
    assert problems(answer) == ["Internal Server Error"]
    assert NAME not in answer.text + "".join(here.told)


def test_it_goes_on_while_the_record_is_closed(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    with serving_locked(knowledge, tmp_path / "record.sqlite", fhir=True) as (here, vault):
        with here.friend() as friend:
            assert friend.get("/").headers["location"] == "/protect"
        with here.program() as program:
            assert sent(program, RESPONSE).status_code == 200
            assert program.get("/fhir/Patient").status_code == 404
        assert vault.record is None


@thorough
def test_whatever_stands_in_a_response_it_is_read_or_refused(knowledge: KnowledgeBase) -> None:
    """No answer is a failure of the program, whichever part is replaced by what does not belong."""
    (form,) = shown_forms(knowledge, 1, seed=11)
    text = json.dumps({**response_of(knowledge, form), "author": {"display": "Dr. Who"}})
    rng = random.Random(3)
    for _ in range(count(quick=60, thorough=1000)):
        broken = json.loads(text)
        for _ in range(rng.randint(1, 3)):
            spoil(broken, rng)
        try:
            bundle = extracted(knowledge, broken)
        except InputError:
            continue
        assert flaws_of(bundle) == []


def spoil(part: Any, rng: random.Random) -> None:
    """Replace something inside a response by what does not belong there."""
    while True:
        key = rng.choice(list(part) if isinstance(part, dict) else range(len(part)))
        below = part[key]
        if not (isinstance(below, dict | list) and below) or rng.random() < 0.2:
            part[key] = rng.choice(STRANGE)
            return
        part = below
