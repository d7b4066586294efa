"""The cards of CDS Hooks: what they say of a form, and what they never say."""

import json
import random
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from counts import count, thorough
from fhir_judges import flaws_of
from folders import DATA
from markdown_it import MarkdownIt
from shown_forms import NAMES, shown_forms
from small import copied

from hingeexpert.formats.documents import Document
from hingeexpert.formats.templates import in_markdown
from hingeexpert.forms import Assessment, read_form
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.interop.cards import MOST_ASKED, cards_of
from hingeexpert.interop.fhir.response import response_of
from hingeexpert.interop.fhir.words import addresses
from hingeexpert.interop.hook_call import HookCall, read_call
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.reporting.view import view

Json = dict[str, Any]
Judged = tuple[Assessment, Diagnosis, list[Json]]
CARDS = jsonschema.Draft202012Validator(
    json.loads((DATA / "cds" / "cards.schema.json").read_text(encoding="utf-8"))
)
PATIENT = "pat-1"
MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})
CALM = b"safety: {screen: all_no}\n"
INDICATORS = {"emergency": "critical", "urgent": "critical", "routine_referral": "warning"}


def cards_for(knowledge: KnowledgeBase, response: Json | None, instance: str = "one") -> list[Json]:
    return cards_of(knowledge, HookCall(instance, PATIENT, response))


def cards_from(knowledge: KnowledgeBase, form: bytes) -> dict[str, Json]:
    """Return the cards of a form by their topic."""
    response = response_of(knowledge, read_form(knowledge, "form", form))
    return {card["source"]["topic"]["code"]: card for card in cards_for(knowledge, response)}


@pytest.fixture(scope="module")
def judged(knowledge: KnowledgeBase) -> list[Judged]:
    """Random forms with what follows from each, and their cards."""
    forms = shown_forms(knowledge, count(quick=40, thorough=160), seed=11)
    return [
        (form, diagnose(knowledge, form), cards_for(knowledge, response_of(knowledge, form)))
        for form in forms
    ]


@thorough
def test_cards_are_as_the_standard_has_them_and_name_nobody(judged: list[Judged]) -> None:
    for form, _, cards in judged:
        CARDS.validate({"cards": cards})
        written = json.dumps(cards, ensure_ascii=False)
        assert not [name for name in (*NAMES, "Weiß", form.patient["id"]) if name in written]
        assert len({card["uuid"] for card in cards}) == len(cards)


@thorough
def test_the_triage_says_how_urgent_it_is_and_proposes_what_the_rules_refer(
    knowledge: KnowledgeBase, judged: list[Judged]
) -> None:
    seen = set()
    for _, diagnosis, cards in judged:
        level, first = diagnosis.triage.at_least, cards[0]
        seen.add(level)
        assert first["source"]["topic"]["code"] == "triage"
        assert first["indicator"] == INDICATORS.get(level, "info")
        assert ("suggestions" in first) == (level in knowledge.exchange.result.referrals)
        if level in INDICATORS:
            assert all(reason.because in read(first) for reason in of_level(diagnosis, level))
        for action in (
            one for suggested in first.get("suggestions", ()) for one in suggested["actions"]
        ):
            assert flaws_of(action["resource"]) == []
            assert action["resource"]["subject"] == {"reference": f"Patient/{PATIENT}"}
            assert "urn:uuid:" not in json.dumps(action)

    assert seen >= INDICATORS.keys()


def of_level(diagnosis: Diagnosis, level: str) -> list[Any]:
    return [reason for reason in diagnosis.triage.evidence if reason.level == level]


def read(card: Json) -> str:
    """Return what somebody reads of a card, without its marks, on one line."""
    texts: list[str] = []
    for token in MARKDOWN.parse(card["detail"]):
        texts += [child.content for child in token.children or () if child.type != "softbreak"]
        assert not token.type.startswith("html")
    return " ".join("".join(texts).split())


@thorough
def test_while_cues_are_withheld_no_card_has_a_cue_a_drill_or_a_dose(
    knowledge: KnowledgeBase, judged: list[Judged]
) -> None:
    cues = {cue.say for fault in knowledge.faults.values() for cue in fault.cues}
    cues |= {cue.say for drill in knowledge.drills.values() for cue in drill.said}
    withheld = given = 0
    for _, diagnosis, cards in judged:
        told = "\n".join(card["detail"] for card in cards)
        if view(knowledge, diagnosis).silencing is None:
            given += "Say: " in told
            continue
        withheld += 1
        assert not [cue for cue in cues if in_markdown(cue) in told]
        assert not {"Say:", "Drill:"} & {line.split(" ")[0] for line in told.splitlines()}

    assert withheld
    assert given


def test_before_a_referral_nothing_is_said_of_the_movement(knowledge: KnowledgeBase) -> None:
    cards = cards_from(knowledge, b"safety: {saddle_numbness: yes}\nstick: {sacrum: lost}\n")

    assert list(cards) == ["triage", "ask_next"]
    assert cards["triage"]["summary"].startswith("Triage: Emergency. Stop.")
    assert "sacrum" not in json.dumps(cards)


def test_what_is_open_is_asked_the_most_decisive_first(knowledge: KnowledgeBase) -> None:
    asked = cards_from(knowledge, CALM)["ask_next"]
    numbered = [line for line in asked["detail"].splitlines() if line[:1].isdigit()]
    first = diagnose(knowledge, read_form(knowledge, "form", CALM)).ask_next[0]

    assert asked["summary"].startswith("Still open: triage and readiness. Ask next: ")
    assert len(numbered) == MOST_ASKED
    assert numbered[0].startswith(f"1. {in_markdown(first.question)}")


def test_a_floor_of_caution_is_no_permission(knowledge: KnowledgeBase) -> None:
    """While triage is open nothing is said of what may be done at the level that is proven."""
    triage = cards_from(knowledge, b"symptom: {low_back_pain: yes}\n")["triage"]

    assert triage["summary"] == "Triage: Open. At least Note; not ruled out: Emergency."
    assert "Coach" not in triage["detail"]
    assert "Safety questions (35): 35 blank" in read(triage)


def test_the_same_call_gives_the_same_cards_and_another_call_other_ids(
    knowledge: KnowledgeBase,
) -> None:
    response = response_of(knowledge, next(shown_forms(knowledge, 1)))
    cards, again, other = (cards_for(knowledge, response, name) for name in ("one", "one", "two"))

    assert json.dumps(cards) == json.dumps(again)
    assert not {card["uuid"] for card in cards} & {card["uuid"] for card in other}


def test_another_knowledge_base_has_its_own_cards(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    shutil.rmtree(folder / "languages")
    small = load_knowledge(folder)
    for form in shown_forms(small, 10):
        cards = cards_for(small, response_of(small, form))
        CARDS.validate({"cards": cards})
        assert small.info.version in cards[0]["detail"]


def test_a_folder_replaces_single_cards(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    own = "{{ report.patient }} ours\n\n{{ report.clinician }}\n"
    (tmp_path / "cards" / "triage.md").write_text(own, encoding="utf-8")
    form = b"patient: {name: Sam Example}\nclinician: Dr. Lee\n"
    response = response_of(knowledge, read_form(knowledge, "form", form))
    first, *_ = cards_of(knowledge, HookCall("one", PATIENT, response), tmp_path)

    assert first["summary"].endswith("ours")
    assert "Sam" not in first["summary"]


def test_without_a_form_there_is_no_card(knowledge: KnowledgeBase) -> None:
    assert cards_for(knowledge, None) == []


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (
            {"linkId": "stick.sacrum", "answer": [{"valueCoding": {"code": "SECRET"}}]},
            "Does the stick stay on the sacrum?",
        ),
        (
            {"linkId": "[x](http://evil.example)", "answer": [{"valueString": "SECRET"}]},
            "An item that is no question of this form",
        ),
        ({"linkId": "patient.name", "answer": [{"valueString": "SECRET\u0007"}]}, "Name"),
        ({"answer": [{"valueString": "SECRET"}]}, "The form was not judged."),
    ],
    ids=["answer", "unknown", "name", "nameless"],
)
def test_a_form_that_cannot_be_read_says_where_and_never_what(
    knowledge: KnowledgeBase, item: Json, told: str
) -> None:
    (card,) = cards_for(knowledge, {"resourceType": "QuestionnaireResponse", "item": [item]})
    written = json.dumps(card)

    CARDS.validate({"cards": [card]})
    assert told in read(card)
    assert card["indicator"] == "info"
    assert "SECRET" not in written
    assert "evil" not in written


@pytest.mark.parametrize(
    ("reference", "is_judged"),
    [
        ("Patient/pat-1", True),
        ("https://ehr.example/fhir/Patient/pat-1/_history/3", True),
        ("urn:uuid:5b5b8a52-0000-4000-8000-000000000000", True),
        ("Patient/pat-2", False),
        ("https://ehr.example/fhir/Patient/pat-2", False),
        ("Patient/pat-1\nPatient/pat-2", False),
    ],
)
def test_the_form_of_another_patient_is_not_judged(
    knowledge: KnowledgeBase, reference: str, is_judged: bool
) -> None:
    response = response_of(knowledge, read_form(knowledge, "form", CALM))
    cards = cards_for(knowledge, response | {"subject": {"reference": reference}})

    assert (len(cards) > 1) == is_judged
    assert is_judged or cards[0]["summary"] == "The form that was sent is that of another patient."


def test_the_note_of_a_form_that_is_not_finished_stands_on_its_cards(
    knowledge: KnowledgeBase,
) -> None:
    response = response_of(knowledge, read_form(knowledge, "form", CALM))
    cards = cards_for(knowledge, response | {"status": "in-progress"})

    assert all("the response is not finished" in card["detail"] for card in cards)


def call_with(responses: object) -> Document:
    """Return a call that brings these responses."""
    call = {"hook": "patient-view", "hookInstance": "one", "context": {"patientId": PATIENT}}
    return Document("request", {**call, "prefetch": {"responses": responses}})


def bundle(*resources: Json) -> Json:
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}


def response(name: str, authored: str | None, **more: Any) -> Json:
    given = {} if authored is None else {"authored": authored}
    return {"resourceType": "QuestionnaireResponse", "id": name, **given, **more}


@pytest.mark.parametrize(
    "others",
    [
        [response("day", "2026-11-20"), response("month", "2026-11"), response("year", "2026")],
        [response("zone", "2026-11-21T00:30:00+02:00"), response("utc", "2026-11-20T20:00:00Z")],
        [response("nothing", None), response("no moment", "soon")],
        [response("retracted", "2027-01-01", status="entered-in-error")],
        [response("other form", "2027-01-01", questionnaire="https://x.example/Questionnaire/y")],
        [{"resourceType": "OperationOutcome"}, {"resourceType": "Patient", "authored": "2027"}],
    ],
    ids=["precision", "zones", "without", "retracted", "of another form", "no response"],
)
def test_the_newest_response_to_our_form_counts(
    knowledge: KnowledgeBase, others: list[Json]
) -> None:
    newest = response(
        "newest", "2026-11-20T22:45:00Z", questionnaire=addresses(knowledge).questionnaire
    )
    resources = [*others, bundle(newest)]
    random.Random(1).shuffle(resources)
    call = read_call(knowledge, call_with(bundle(*resources)))

    assert call.response == newest


@pytest.mark.parametrize(
    "responses",
    [
        None,
        bundle(),
        {"resourceType": "Bundle"},
        bundle(response("x", "2026", status="entered-in-error")),
    ],
    ids=["null", "empty", "no entry", "retracted"],
)
def test_no_response_is_none(knowledge: KnowledgeBase, responses: object) -> None:
    assert read_call(knowledge, call_with(responses)).response is None


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>", "**b** _i_ ~~s~~ `c`", "[x](http://evil.example)", "- item",
        "12) item", "1. item", "# title", "> quoted", "&lt;b&gt;", "a | b", "a\n\n    code", "+ x",
        "== x", "![i](x)", "back\\slash \\* end\\",
    ],
)  # fmt: skip
def test_text_is_shown_letter_for_letter(text: str) -> None:
    """A judge of its own: the commonest reader of Markdown finds one paragraph of plain text."""
    _, inline, _ = MARKDOWN.parse(in_markdown(text))
    assert {child.type for child in inline.children or ()} == {"text"}
    assert "".join(child.content for child in inline.children or ()) == " ".join(text.split())
