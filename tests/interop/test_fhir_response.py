"""Answers as a QuestionnaireResponse: out and back the same, and what other systems make of it."""

import json
from collections.abc import Callable

import pytest
from fhir_judges import flaws_of
from folders import DATA
from rewritten import answered, as_record, as_renderer, code, leaves
from shown_forms import shown_forms

from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.interop.brought import Brought, assessment_of
from hingeexpert.interop.fhir.resources import responses_in
from hingeexpert.interop.fhir.response import (
    collection_of,
    not_in_response,
    read_response,
    response_of,
)
from hingeexpert.interop.fhir.words import DATA_ABSENT, DATA_ABSENT_REASONS, Json, coding
from hingeexpert.knowledge import KnowledgeBase

FORMS = 40
Rewrite = Callable[[KnowledgeBase, Json], Json]
LOST, NOT_ASSESSED = code("lost"), {"valueCoding": coding(DATA_ABSENT_REASONS, "asked-declined")}


def read(knowledge: KnowledgeBase, response: Json) -> Brought:
    """Return what is read of a response after its way through a file."""
    return read_response(knowledge, json.loads(json.dumps(response)))


def as_it_is(_: KnowledgeBase, response: Json) -> Json:
    return response


@pytest.mark.parametrize("rewrite", [as_it_is, as_renderer], ids=["own", "renderer"])
def test_out_and_back_is_the_same_form(knowledge: KnowledgeBase, rewrite: Rewrite) -> None:
    for form in shown_forms(knowledge, FORMS):
        brought = read(knowledge, rewrite(knowledge, response_of(knowledge, form)))
        back = assessment_of(knowledge, "response", brought)
        assert (back, brought.notes) == (form, ())
        assert diagnose(knowledge, back).as_json() == diagnose(knowledge, form).as_json()


def test_a_record_may_write_it_in_its_own_way(knowledge: KnowledgeBase) -> None:
    """Only the name has no place but an item."""
    for form in shown_forms(knowledge, FORMS):
        brought = read(knowledge, as_record(knowledge, response_of(knowledge, form)))
        back = assessment_of(knowledge, "response", brought)
        assert back == form
        assert diagnose(knowledge, back).as_json() == diagnose(knowledge, form).as_json()


PRESSED = {
    "patient.id": "P-1",
    "safety.saddle_numbness": "no",
    "context.age_years": 54,
    "symptom.low_back_pain": "yes",
    "stick.done": "yes",
    "stick.sacrum": "lost",
}


@pytest.mark.parametrize("client", ["lhc_forms", "medplum", "smart_forms"])
def test_what_was_pressed_in_a_client_is_read(knowledge: KnowledgeBase, client: str) -> None:
    """One question was pressed as not assessed in each."""
    text = (DATA / "fhir" / f"{client}.json").read_text("utf-8")
    assert DATA_ABSENT_REASONS in text
    brought = read_response(knowledge, json.loads(text))
    answers = {name: value for name, value in brought.cells.items() if name != "date"}
    assert (answers, brought.slips) == (PRESSED, ())


def test_only_answers_are_written_and_in_the_order_of_the_form(knowledge: KnowledgeBase) -> None:
    answers = {"stick.sacrum": "lost", "stick.done": "yes", "safety.past_cancer": "no"}
    form = Assessment(answers, {"phone": "1", "name": "Sam", "id": "P-1"}, "2026-02-30", " ")
    response = response_of(knowledge, form)
    names = [item["linkId"] for item in leaves(response)]
    head = ["patient.id", "patient.name"]
    assert names == [*head, "safety.past_cancer", "stick.done", "stick.sacrum"]
    left_out = [slip.place for slip in not_in_response(knowledge, form)]
    assert left_out == ["patient.phone", "date", "clinician"]
    assert "Sam" not in str(response["subject"])


def test_others_find_nothing_wrong_with_it(knowledge: KnowledgeBase) -> None:
    responses = [response_of(knowledge, form) for form in shown_forms(knowledge, 10)]
    blank = response_of(knowledge, Assessment({}))
    for resource in (*responses, blank, collection_of(responses), collection_of([blank, blank])):
        assert flaws_of(resource) == []
    assert flaws_of(blank | {"status": "done"}) != []


SAID_ABSENT = {"extension": [{"url": DATA_ABSENT, "valueCode": "unknown"}]}
REFUSED = {
    "unknown link id": ({"stick__sacrm": LOST}, "stick.sacrm: the form has no item 'stick.sacrm'"),
    "retired": ({"safety__tearing_or_pulsating_pain": code("yes")}, "is retired since hinge/2"),
    "two answers": ({"stick__sacrum": [LOST, code("kept")]}, "stick.sacrum: 2 answers stand here"),
    "two values": ({"stick__sacrum": {**LOST, "valueString": "lost"}}, "2 values stand in one"),
    "letter case": ({"stick__sacrum": code("Lost")}, "'Lost' is not allowed; allowed: kept, lost"),
    "another system": (
        {"stick__sacrum": {"valueCoding": coding("urn:other", "lost")}},
        "code 'lost' of the system 'urn:other' is not known here",
    ),
    "2.5 for a whole number": (
        {"stick__depth_degrees": {"valueDecimal": 2.5}},
        "'2.5' is not allowed; allowed: a whole number from 0 to 120",
    ),
    "out of range": ({"pain__during_drill": {"valueInteger": 11}}, "'11' is not allowed"),
    "text for a number": ({"pain__during_drill": {"valueString": "3"}}, "found 'valueString'"),
    "number for a code": ({"stick__sacrum": {"valueInteger": 1}}, "a code is needed"),
    "no code": ({"stick__sacrum": {"valueCoding": {"display": "lost"}}}, "the coding has no code"),
    "answer to a group": ({"stick": LOST}, "stick: this is a part of the form"),
    "no day": ({"date": {"valueDate": "2026-02"}}, "date: a whole day is needed here"),
    "not a list of maps": ({"stick__sacrum": ["lost"]}, "an answer is a map with a value"),
    "absent, and an answer": (
        {"safety__past_cancer": code("yes") | SAID_ABSENT},
        "safety.past_cancer: an answer stands beside the reason",
    ),
    "absent, and another value": (
        {"safety__past_cancer": NOT_ASSESSED | {"valueBoolean": True}},
        "2 values stand in one",
    ),
    "absent coding with a code": (
        {"safety__past_cancer": {"valueCoding": {"code": "yes"} | SAID_ABSENT}},
        "an answer stands beside the reason",
    ),
    "changed meaning": (
        {"stick__sacrum": LOST | {"modifierExtension": [{"url": "urn:x"}]}},
        "stick.sacrum: a modifierExtension stands here",
    ),
    "not assessed and all no": (
        {"safety__screen": code("all_no"), "safety__past_cancer": NOT_ASSESSED},
        "safety.past_cancer: not assessed, while safety.screen is all_no",
    ),
}


@pytest.mark.parametrize(("cells", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_answer_is_refused(knowledge: KnowledgeBase, cells: Json, words: str) -> None:
    brought = read(knowledge, answered(knowledge, **cells))
    told = [f"{slip.place}: {slip.message}" for slip in brought.slips]
    assert len(told) == 1
    assert words in told[0]


AROUND = {
    "other questionnaire": ({"questionnaire": "http://other.example/Questionnaire/gad7"}, "gad7"),
    "entered in error": ({"status": "entered-in-error"}, "is marked as entered-in-error"),
    "no such status": ({"status": "done"}, "'done' is not allowed; allowed: completed"),
    "changed meaning": ({"modifierExtension": [{"url": "urn:x"}]}, "modifierExtension"),
    "items are no list": ({"item": {"linkId": "stick"}}, "a list of items is needed"),
    "not an element": ({"items": [{"linkId": "stick"}]}, "no element 'items' here; did you mean"),
    "a form of ours as well": ({"safety": {"past_cancer": "yes"}}, "no element 'safety' here"),
    "rules of its own": ({"implicitRules": "urn:x"}, "rules of its own"),
    "answer misspelled": (
        {"item": [{"linkId": "safety.past_cancer", "answers": [code("yes")]}]},
        "no element 'answers' here; did you mean 'answer'",
    ),
    "answer set aside": (
        {"item": [{"linkId": "safety.past_cancer", "_answer": [code("yes")]}]},
        "no element '_answer' here",
    ),
    "items as a text": (
        {"item": [{"linkId": "stick", "text": [{"linkId": "stick.sacrum", "answer": [LOST]}]}]},
        "a text is needed in 'text'; found a list",
    ),
    "items as extensions": (
        {"item": [{"linkId": "stick", "extension": [{"linkId": "stick.sacrum"}]}]},
        "an extension is a map in a list, and has an address",
    ),
    "absent, and an answer": (
        {"item": [{"linkId": "stick.sacrum", "answer": [LOST], **SAID_ABSENT}]},
        "an answer stands beside the reason",
    ),
    "changed meaning of a group": (
        {"item": [{"linkId": "stick", "modifierExtension": [{"url": "urn:x"}]}]},
        "modifierExtension",
    ),
    "no link id": ({"item": [{"answer": [LOST]}]}, "an item without a link id"),
}


@pytest.mark.parametrize(("change", "words"), AROUND.values(), ids=AROUND)
def test_what_stands_around_the_answers_is_checked(
    knowledge: KnowledgeBase, change: Json, words: str
) -> None:
    (slip,) = read(knowledge, answered(knowledge) | change).slips
    assert words in slip.message


def test_every_problem_is_told_at_once_and_no_text_of_a_patient(knowledge: KnowledgeBase) -> None:
    secret = {"valueString": "Sam Secret"}
    cells = {"stick__sacrum": secret, "date": secret, "pain__now": secret, "wall__hips": code("x")}
    response = answered(knowledge, **cells) | {"status": "entered-in-error"}
    slips = read(knowledge, response).slips
    assert len(slips) == 5
    assert "Secret" not in str(slips)


NOTED = {
    "in progress": ({"status": "in-progress"}, "not finished: in-progress"),
    "stopped": ({"status": "stopped"}, "not finished: stopped"),
    "earlier version": ({"questionnaire": "Questionnaire/hinge|1.9.0"}, "answers to version 1.9.0"),
}


@pytest.mark.parametrize(("change", "words"), NOTED.values(), ids=NOTED)
def test_what_is_read_all_the_same_is_said(
    knowledge: KnowledgeBase, change: Json, words: str
) -> None:
    brought = read(knowledge, answered(knowledge, stick__sacrum=LOST) | change)
    assert brought.cells == {"stick.sacrum": "lost"}
    assert words in brought.notes[0]


def test_absent_is_blank_for_whatever_reason(knowledge: KnowledgeBase) -> None:
    said = [{"url": DATA_ABSENT, "valueCode": "masked"}]
    response = answered(
        knowledge,
        stick__head=NOT_ASSESSED,
        stick__sacrum={"_valueCoding": {"extension": said}},
        stick__midback={"extension": said},
        wall__hips=[{}],
        safety__past_cancer=NOT_ASSESSED,
    )
    response["item"].append({"linkId": "wall.knees", "extension": said})
    assert read(knowledge, response) == Brought({})


def test_items_say_more_than_what_stands_around_them(knowledge: KnowledgeBase) -> None:
    around = {
        "subject": {"identifier": {"value": "P-2"}, "reference": "Patient/3"},
        "authored": "2026-11-21",
        "author": {"display": "Dr. B"},
    }
    cells = {
        "patient__id": {"valueString": "P-1"},
        "date": {"valueDateTime": "2026-11-20T23:59:00Z"},
    }
    inside = read(knowledge, answered(knowledge, **cells) | around).cells
    assert inside == {"patient.id": "P-1", "date": "2026-11-20", "clinician": "Dr. B"}
    assert read(knowledge, answered(knowledge) | around).cells["patient.id"] == "P-2"


def test_forms_of_a_bundle_within_a_bundle_are_found(knowledge: KnowledgeBase) -> None:
    inner = collection_of([answered(knowledge, stick__sacrum=LOST), {"resourceType": "Patient"}])
    found = responses_in(collection_of([answered(knowledge), inner]))
    assert [place for place, _ in found.responses] == ["entry[0]", "entry[1].entry[0]"]
    assert found.passed_over == 1


def test_items_below_answers_and_far_below_others(knowledge: KnowledgeBase) -> None:
    below = answered(
        knowledge,
        stick__done={**code("yes"), "item": [{"linkId": "stick.sacrum", "answer": [LOST]}]},
    )
    assert read(knowledge, below).cells == {"stick.done": "yes", "stick.sacrum": "lost"}
    alone = answered(knowledge, stick__done=code("yes"))
    inside = {"item": [{"linkId": "stick.sacrum", "answer": LOST}]}
    alone["item"][0]["answer"] = code("yes") | inside
    assert read(knowledge, alone).cells == {"stick.done": "yes", "stick.sacrum": "lost"}
    deep: Json = {"linkId": "stick"}
    for _ in range(100_000):
        deep = {"linkId": "stick", "item": [deep]}
    (slip,) = read_response(knowledge, answered(knowledge) | {"item": [deep]}).slips
    assert "more than 30 deep" in slip.message
