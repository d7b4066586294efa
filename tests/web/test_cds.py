"""The door for the records of hospitals, asked over a real connection."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from folders import DATA
from locked import serving_locked
from served import GENEROUS, Live, live, started, usual_trust

from hingeexpert.forms import read_form
from hingeexpert.interop.fhir.response import response_of
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import CardFeedback, Record
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import CdsDoor, Settings
from hingeexpert.web.vault import Vault

EHR, OTHER = "https://ehr.example", "https://evil.example"
HERE = CdsDoor((EHR,))
SERVICE, FEEDBACK = "/cds-services/hip-hinge", "/cds-services/hip-hinge/feedback"
SECRET = "Zebulon Quizzleworth"
CARD = "9368d37b-283f-44a0-93ea-547cebab93ed"
AT = "2026-11-20T10:00:00Z"
REFERRED = b"patient: {id: P-1, name: Zebulon Quizzleworth}\nsafety: {saddle_numbness: yes}\n"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def here(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("record")
    with closing(Record(folder / "record.sqlite")) as record:
        routes = page_routes(Settings(knowledge, 0, print, cds=HERE), record)
        with live(knowledge, routes, cds=HERE) as running:
            yield running


@pytest.fixture
def record_of_hospital(here: Live) -> Iterator[httpx.Client]:
    with asking(here) as client:
        yield client


def asking(here: Live, **headers: str) -> httpx.Client:
    """Return a record of a hospital; what it sends as a token is one of its own."""
    taken = {"Authorization": "Bearer eyJhbGciOiJFUzM4NCJ9.e30.c2ln", **headers}
    where = here.settings.cds_address
    return httpx.Client(base_url=where, headers=taken, timeout=120, verify=usual_trust())


def let_in(here: Live, **headers: str) -> httpx.Client:
    """Return a browser of this server."""
    return here.stranger(cookies={here.settings.cookie: here.let_in()}, headers=headers)


def call(knowledge: KnowledgeBase, form: bytes = REFERRED, **changes: object) -> Json:
    response = response_of(knowledge, read_form(knowledge, "form", form))
    found = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": response}]}
    return {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "fhirServer": "https://127.0.0.1:9/nothing",
        "context": {"userId": "Practitioner/1", "patientId": "pat-1"},
        "prefetch": {"patient": {"resourceType": "Patient"}, "responses": found},
        **changes,
    }


def told(card: str = CARD, outcome: str = "overridden", **more: object) -> Json:
    return {"card": card, "outcome": outcome, "outcomeTimestamp": AT, **more}


def schema(name: str) -> Any:
    return json.loads((DATA / "cds" / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_the_service_is_found(knowledge: KnowledgeBase, record_of_hospital: httpx.Client) -> None:
    found = record_of_hospital.get("/cds-services").json()

    jsonschema.validate(found, schema("discovery"))
    (service,) = found["services"]
    assert (service["id"], service["hook"]) == ("hip-hinge", "patient-view")
    assert list(service["prefetch"]) == ["responses"]
    assert service["prefetch"]["responses"].endswith("&_sort=-authored&_count=1")


def test_a_call_gets_cards_the_same_for_the_same(
    knowledge: KnowledgeBase, record_of_hospital: httpx.Client
) -> None:
    answer, again = (record_of_hospital.post(SERVICE, json=call(knowledge)) for _ in range(2))

    jsonschema.validate(answer.json(), schema("cards"))
    assert answer.content == again.content
    assert [card["indicator"] for card in answer.json()["cards"]] == ["critical", "info"]
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("changes", "status", "path"),
    [
        ({"hook": "order-sign"}, 400, "hook"),
        ({"hook": None}, 422, "hook"),
        ({"prefetch": None}, 412, "prefetch"),
        ({"prefetch": {"patient": {}}}, 412, "prefetch"),
        ({"prefetch": {"responses": {"resourceType": "OperationOutcome"}}}, 412, "prefetch"),
        ({"prefetch": {"responses": {"resourceType": "Patient"}}}, 422, "prefetch.responses"),
        ({"prefetch": {"responses": "text"}}, 422, "prefetch.responses"),
        ({"context": {}}, 422, "context"),
        ({"context": {"patientId": "../x"}}, 422, "context.patientId"),
        ({"hookInstance": ""}, 422, "hookInstance"),
    ],
)
def test_what_cannot_be_answered_is_told(
    knowledge: KnowledgeBase,
    record_of_hospital: httpx.Client,
    changes: Json,
    status: int,
    path: str,
) -> None:
    answer = record_of_hospital.post(SERVICE, json=call(knowledge, **changes))

    assert answer.status_code == status
    assert [problem["path"] for problem in answer.json()["problems"]] == [path]


def test_no_form_yet_is_no_card(knowledge: KnowledgeBase, record_of_hospital: httpx.Client) -> None:
    answer = record_of_hospital.post(SERVICE, json=call(knowledge, prefetch={"responses": None}))

    assert (answer.status_code, answer.json()) == (200, {"cards": []})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/cds-services/other", 404),
        ("POST", "/cds-services/other/feedback", 404),
        ("GET", "/nothing", 404),
        ("GET", "", 404),
        ("GET", SERVICE, 405),
        ("DELETE", SERVICE, 405),
    ],
)
def test_there_is_nothing_else(
    record_of_hospital: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = record_of_hospital.request(method, path)

    assert answer.status_code == status
    assert answer.json()["problems"]


def test_only_json_is_taken_and_not_too_much_of_it(
    here: Live, knowledge: KnowledgeBase, record_of_hospital: httpx.Client
) -> None:
    raw = json.dumps(call(knowledge)).encode()
    response = call(knowledge)["prefetch"]["responses"]["entry"][0]
    thousand = {"resourceType": "Bundle", "entry": [response] * 1000}
    sent = {
        "text/plain": raw,
        "application/json": b"[" * 5000,
        "application/json; charset=utf-8": b" " * (here.settings.limits.bytes + 1),
        "application/JSON": json.dumps(call(knowledge, prefetch={"responses": thousand})).encode(),
    }
    statuses = [
        record_of_hospital.post(SERVICE, content=body, headers={"Content-Type": kind}).status_code
        for kind, body in sent.items()
    ]

    assert statuses == [415, 422, 413, 422]
    assert here.told == []


@pytest.mark.parametrize("path", ["x", "", "x" * 43, "token=1", "é"])
def test_a_wrong_token_finds_nothing(here: Live, path: str) -> None:
    with let_in(here) as friend:
        answer = friend.get(f"/cds/{path}/cds-services")

    assert answer.status_code in (403, 404)
    assert answer.json()["problems"]


def test_each_token_opens_its_own_door_only(here: Live) -> None:
    token = HERE.token
    with here.stranger() as stranger, here.program() as program:
        as_token = {"Authorization": f"Bearer {token}"}
        assert stranger.get("/api/knowledge", headers=as_token).status_code == 401
        assert stranger.get(f"/open?token={token}").status_code == 403
        assert program.get(f"/cds/{here.settings.token}/cds-services").status_code == 403


def test_who_tries_tokens_has_to_wait_and_the_right_one_gets_in(knowledge: KnowledgeBase) -> None:
    limits = replace(GENEROUS, attempts=3)
    with live(knowledge, cds=HERE, limits=limits) as here, here.stranger() as stranger:
        tried = [stranger.get(f"/cds/{number}/cds-services").status_code for number in range(5)]
        right = stranger.get(f"{here.settings.cds_address}/cds-services")

    assert tried == [403, 403, 403, 429, 429]
    assert right.status_code == 404  # there are no routes here; the guard let it through


def test_without_the_option_there_is_no_door(knowledge: KnowledgeBase) -> None:
    with live(knowledge) as here, here.stranger() as stranger:
        ask_before = {"Origin": EHR, "Access-Control-Request-Method": "POST"}
        assert stranger.get(f"/cds/{HERE.token}/cds-services").status_code == 403
        assert stranger.options("/cds/x/cds-services", headers=ask_before).status_code == 403


def test_a_page_of_a_named_origin_may_ask(here: Live, knowledge: KnowledgeBase) -> None:
    site = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    with asking(here, Origin=EHR, **site) as page:
        answers = [
            page.get("/cds-services"),
            page.post(SERVICE, json=call(knowledge)),
            page.post(FEEDBACK, json={"feedback": [told()]}),
            page.post(SERVICE, json={}),
        ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 422]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == EHR
        assert "origin" in answer.headers["vary"].lower()
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [OTHER, "null", f"{EHR}:8443", f"{EHR}.evil.example", "http://ehr.example", EHR.upper(), "*"],
)
def test_a_page_of_any_other_origin_is_refused(
    here: Live, knowledge: KnowledgeBase, origin: str
) -> None:
    ask_before = {"Access-Control-Request-Method": "POST"}
    with asking(here, Origin=origin) as page:
        answers = [
            page.options(SERVICE, headers=ask_before),
            page.get("/cds-services"),
            page.post(SERVICE, json=call(knowledge)),
        ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert not [one for one in answers if "access-control-allow-origin" in one.headers]


def test_a_browser_asks_before_without_a_token(here: Live) -> None:
    headers = {"Origin": EHR, "Access-Control-Request-Method": "POST"}
    with here.stranger(headers=headers) as page:
        answer = page.options("/cds/anything/cds-services")
        elsewhere = page.options("/api/diagnose")
        as_another = page.options("/cds/anything/cds-services", headers={"Host": "evil.example"})

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == EHR
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type"
    assert elsewhere.status_code == 403
    assert as_another.status_code == 400


def test_a_named_origin_may_ask_for_cards_and_for_nothing_else(here: Live) -> None:
    with let_in(here, Origin=EHR) as page:
        answer = page.post("/api/diagnose", json={})

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, ""),
        ({"feedback": []}, "feedback"),
        ({"feedback": [told()] * 101}, "feedback"),
        ({"feedback": [told(card=SECRET)]}, "feedback[0].card"),
        ({"feedback": [told(outcome="ignored")]}, "feedback[0].outcome"),
        (
            {"feedback": [told(outcomeTimestamp="2026-11-20T10:00:00")]},
            "feedback[0].outcomeTimestamp",
        ),
    ],
    ids=["nothing", "none", "many", "card", "outcome", "moment"],
)
def test_feedback_that_is_none_is_told(
    record_of_hospital: httpx.Client, body: Json, path: str
) -> None:
    answer = record_of_hospital.post(FEEDBACK, json=body)

    assert answer.status_code == 422
    assert [problem["path"] for problem in answer.json()["problems"]] == [path]


def test_feedback_is_kept_while_the_record_is_open_without_what_was_typed(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    path = tmp_path / "record.sqlite"
    with closing(Record(path)) as record:
        record.choose("protection", "open")
    with serving_locked(knowledge, path, cds=HERE) as (here, vault), asking(here) as hospital:
        card = hospital.post(SERVICE, json=call(knowledge)).json()["cards"][0]
        reason = {"code": "already_referred", "system": card["overrideReasons"][0]["system"]}
        accepted = {"acceptedSuggestions": [{"id": card["suggestions"][0]["uuid"]}]}
        strange = {"reason": {"code": SECRET}, "userComment": SECRET}
        entries = [
            told(card["uuid"], overrideReason={"reason": reason, "userComment": SECRET}),
            told(card["uuid"], "accepted", **accepted),
            told(overrideReason=strange, outcomeTimestamp="2026-11-20T10:00:00.5+02:00"),
        ]
        assert hospital.post(FEEDBACK, json={"feedback": entries}).status_code == 200
        kept = record_in(vault).feedback()

    at, earlier = "2026-11-20T10:00:00+00:00", "2026-11-20T08:00:00+00:00"
    assert kept == [
        CardFeedback(at, card["uuid"], "triage", "overridden", "already_referred"),
        CardFeedback(at, card["uuid"], "triage", "accepted", ""),
        CardFeedback(earlier, CARD, "", "overridden", "other"),
    ]
    assert not [file for file in tmp_path.iterdir() if SECRET.encode() in file.read_bytes()]


def record_in(vault: Vault) -> Record:
    assert vault.record is not None
    return vault.record


def test_beside_a_locked_record_it_goes_on_and_keeps_nothing(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    path = tmp_path / "record.sqlite"
    with serving_locked(knowledge, path, cds=HERE) as (here, vault), asking(here) as hospital:
        assert hospital.post(SERVICE, json=call(knowledge)).json()["cards"]
        assert hospital.post(FEEDBACK, json={"feedback": [told()]}).status_code == 200
        assert vault.record is None


@pytest.mark.slow
def test_the_token_is_told_at_the_start_and_never_again(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    with started(tmp_path, "--cds", "--cds-origin", EHR) as running:
        assert running.process.stdout is not None
        base = running.process.stdout.readline().split()[0]
        token = base.rpartition("/")[2]
        for number in range(40):
            referer = {"Referer": f"{base}/cds-services", "Origin": (EHR, OTHER)[number % 2]}
            path = (SERVICE, "/cds-services", f"/{SECRET}", FEEDBACK)[number % 4]
            httpx.post(f"{base}{path}", headers=referer, json=call(knowledge), timeout=120)
        said = running.end() + running.process.stdout.read()

    assert base.startswith(f"{running.origin}/cds/")
    assert len(token) == 43
    assert token not in said
    assert SECRET not in said
