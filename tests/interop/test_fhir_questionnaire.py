"""The form as a Questionnaire: others find nothing wrong, and it shows what the rules ask."""

import json
import random
from collections import Counter
from dataclasses import replace

import pytest
from counts import count
from fhir_defects import DEFECTS, Defect, damaged, sound
from fhir_forms import evaluated, expression_of, is_shown, items_of, response_to
from fhir_judges import Json, fhirkit_flaws, flaws_of, schema_flaws
from shown_forms import shown_cells

from hingeexpert.formats.documents import Document
from hingeexpert.forms.reading import assess
from hingeexpert.inference import diagnose
from hingeexpert.interop.brought import nested
from hingeexpert.interop.fhir.enabling import Enabling
from hingeexpert.interop.fhir.fhirpath import AGE, Paths
from hingeexpert.interop.fhir.questionnaire import questionnaire_resource, questionnaire_text
from hingeexpert.interop.fhir.words import (
    ABSENT_UNKNOWN,
    DATA_ABSENT_REASONS,
    INITIAL_EXPRESSION,
    TRANSLATION,
    addresses,
    part_links,
)
from hingeexpert.interop.gates import (
    Compared,
    Counted,
    Empty,
    Every,
    Gates,
    Picked,
    Some,
    Term,
    holds,
)
from hingeexpert.interop.questionnaire import AnswerOption, FormItem, Part, questionnaire
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

FORMS = count(quick=150, thorough=1000)
"""Random forms on which conditions are tried that are plain comparisons."""
IN_PATHS = count(quick=3, thorough=40)
"""The same for those in FHIRPath, each of which takes long in Python."""


@pytest.fixture(scope="module")
def form(knowledge: KnowledgeBase) -> Json:
    return questionnaire_resource(knowledge)


@pytest.fixture(scope="module")
def by_link(form: Json) -> dict[str, Json]:
    return {item["linkId"]: item for item in items_of(form)}


def test_others_find_nothing_wrong(form: Json) -> None:
    assert flaws_of(form) == []


@pytest.mark.parametrize("kind", ["form", "response", "bundle"])
def test_others_find_nothing_wrong_with_other_rules(kind: str) -> None:
    assert flaws_of(sound()[kind]) == []  # type: ignore[index]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name.replace(" ", "_"))
def test_a_slip_is_found_by(defect: Defect) -> None:
    judges = {"schema": schema_flaws, "fhirkit": fhirkit_flaws}
    resource = damaged(defect)
    assert {name for name, judge in judges.items() if judge(resource)} == defect.found_by


def test_every_question_stands_in_it_once(knowledge: KnowledgeBase, form: Json) -> None:
    links = Counter(item["linkId"] for item in items_of(form))
    assert max(links.values()) == 1
    asked = [item["linkId"] for item in items_of(form) if item["type"] not in ("group", "display")]
    assert asked == [item.identifier for item in questionnaire(knowledge).items]


def test_every_hint_is_known_by_its_control_and_its_category(by_link: dict[str, Json]) -> None:
    hints = [item for link, item in by_link.items() if link.endswith("-help")]
    assert len(hints) > 100
    for hint in hints:
        codes = [one["valueCodeableConcept"]["coding"][0]["code"] for one in hint["extension"]]
        assert codes == ["help", "instructions"]


def test_nothing_is_filled_in_or_required(form: Json) -> None:
    text = json.dumps(form)
    assert [key for key in ("required", "initial", "ordinalValue") if f'"{key}"' in text] == []


def test_only_the_age_comes_from_a_record(form: Json) -> None:
    populated = [
        item["linkId"]
        for item in items_of(form)
        for one in item.get("extension", [])
        if one["url"] == INITIAL_EXPRESSION
    ]
    assert populated == ["context.age_years"]


@pytest.mark.parametrize(
    ("born", "age"),
    [("1980-01-01", -1980), ("1980-12-31", -1981), ("1980", None), (None, None)],
    ids=["had_birthday", "before_birthday", "year_alone", "unknown"],
)
def test_the_age_is_that_of_today(born: str | None, age: int | None) -> None:
    patient = {"resourceType": "Patient"} | ({"birthDate": born} if born else {})
    today = evaluated("today().toString()", {})[0]
    inside = AGE.replace("today()", f"@{today[:4]}-06-15")
    assert evaluated(inside, {}, patient=patient) == ([] if age is None else [int(today[:4]) + age])


def test_every_condition_is_on_a_question_and_an_answer_of_it(by_link: dict[str, Json]) -> None:
    for item in by_link.values():
        for condition in item.get("enableWhen", []):
            options = by_link[condition["question"]].get("answerOption", [])
            if "answerCoding" in condition:
                codes = [
                    (one["valueCoding"]["system"], one["valueCoding"]["code"]) for one in options
                ]
                wanted = condition["answerCoding"]
                assert (wanted["system"], wanted["code"]) in codes


def test_there_is_always_a_way_back_to_unknown(form: Json) -> None:
    for item in items_of(form):
        if item["type"] == "choice":
            *others, last = (option["valueCoding"] for option in item["answerOption"])
            unknown = (last["system"], last["code"]) == (DATA_ABSENT_REASONS, ABSENT_UNKNOWN)
            assert unknown != any(one["code"] == "not_noted" for one in (*others, last))


def test_what_people_read_is_there_in_every_language(form: Json) -> None:
    kept_in_english = {
        item["linkId"]
        for item in items_of(form)
        if not any(one["url"] == TRANSLATION for one in item.get("_text", {}).get("extension", []))
    }
    assert kept_in_english == set()


@pytest.mark.parametrize("version", ["R4", "R5"])
def test_same_bytes(knowledge: KnowledgeBase, version: str) -> None:
    first = questionnaire_text(knowledge, version)  # type: ignore[arg-type]
    questionnaire.cache_clear()
    assert questionnaire_text(knowledge, version) == first  # type: ignore[arg-type]


def test_r5_differs_in_what_a_choice_is_called(knowledge: KnowledgeBase, form: Json) -> None:
    newer = questionnaire_resource(knowledge, "R5")
    assert newer.pop("versionAlgorithmCoding")["code"] == "semver"
    for item in items_of(newer):
        if item["type"] == "coding":
            assert item.pop("answerConstraint") == "optionsOnly"
            item["type"] = "choice"
    assert newer["item"] == form["item"]


def test_it_shows_what_the_rules_ask(
    knowledge: KnowledgeBase, form: Json, by_link: dict[str, Json]
) -> None:
    gates, rng = Gates(knowledge), random.Random(7)
    plain = {name: item for name, item in by_link.items() if "enableWhen" in item}
    asked = {name: gates.shown(name) for name in plain if name in knowledge.observables}
    assert len(asked) > 40
    for _ in range(FORMS):
        cells = shown_cells(knowledge, rng)
        response = response_to(form, cells, rng)
        for name, term in asked.items():
            assert is_shown(plain[name], response) == holds(term, cells), (name, cells)


def test_its_paths_show_what_the_rules_ask(
    knowledge: KnowledgeBase, form: Json, by_link: dict[str, Json]
) -> None:
    gates, rng = Gates(knowledge), random.Random(8)
    paths = {name for name, item in by_link.items() if expression_of(item)}
    asked = {name: gates.shown(name) for name in paths if name in knowledge.observables}
    assert len(asked) > 8
    for _ in range(IN_PATHS):
        cells = shown_cells(knowledge, rng)
        response = response_to(form, cells, rng)
        for name, term in asked.items():
            assert is_shown(by_link[name], response) == holds(term, cells), name


def test_it_says_at_once_to_stop_or_refer(
    knowledge: KnowledgeBase, form: Json, by_link: dict[str, Json]
) -> None:
    rng = random.Random(9)
    told = list(knowledge.exchange.live.levels)
    tried = Counter(dict.fromkeys(("", *told), 0))
    while min(tried.values()) < IN_PATHS // 3:
        cells = shown_cells(knowledge, rng)
        assessment = assess(knowledge, Document("form", nested(cells.items())))
        sure = diagnose(knowledge, assessment).triage.at_least
        wanted = sure if sure in told else ""
        tried[wanted] += 1
        if tried[wanted] <= IN_PATHS // 3:
            response = response_to(form, cells, rng)
            said = [name for name in told if is_shown(by_link[f"triage-{name}"], response)]
            assert said == [wanted] * bool(wanted)


def test_a_note_to_stop_stands_where_an_answer_brings_it_about(by_link: dict[str, Json]) -> None:
    notes = {link: item for link, item in by_link.items() if "-triage-" in link}
    assert "safety-triage-emergency" in notes
    assert "screen-triage-urgent" not in notes
    assert not any(link.endswith("routine_referral") for link in notes)


def test_a_part_without_a_question_that_is_asked_has_no_heading(
    form: Json, by_link: dict[str, Json]
) -> None:
    cells = {"context.visit": "first"}
    response = response_to(form, cells, random.Random(1))
    groups = {link for link, item in by_link.items() if item["type"] == "group"}
    hidden = {link for link in groups if not is_shown(by_link[link], response)}
    assert hidden == {"spa", "practice", "retest", "load"}


def test_what_hangs_on_too_much_is_always_shown(by_link: dict[str, Json]) -> None:
    shown = by_link["screen.leg_raise_degrees"]
    assert expression_of(shown) is None
    assert "enableWhen" not in shown
    assert "Only where it applies (" in shown["item"][0]["text"]
    assert "enableWhen" in by_link["screen.slump"]


def coded(system: str, name: str, code: str) -> Json:
    return {"question": name, "operator": "=", "answerCoding": {"system": system, "code": code}}


DONE, PAIN, IN_DRILL = "stick.done", "symptom.low_back_pain", "pain.during_drill"
OWN = "https://hingeexpert.invalid/fhir/CodeSystem/hinge-answers"
BLANK = {"operator": "exists", "answerBoolean": False}
UNKNOWN = coded(DATA_ABSENT_REASONS, PAIN, ABSENT_UNKNOWN)
SOME_PAIN = {"question": IN_DRILL, "operator": ">", "answerInteger": 0}


@pytest.mark.parametrize(
    ("term", "plain"),
    [
        (Every(()), {}),
        (Picked(PAIN, "yes"), {"enableWhen": [coded(OWN, PAIN, "yes")]}),
        (Empty(DONE), {"enableWhen": [{"question": DONE} | BLANK]}),
        (
            Empty(PAIN),
            {"enableWhen": [{"question": PAIN} | BLANK, UNKNOWN], "enableBehavior": "any"},
        ),
        (
            Every((Picked(PAIN, "yes"), Compared(IN_DRILL, ">", 0.0))),
            {"enableWhen": [coded(OWN, PAIN, "yes"), SOME_PAIN], "enableBehavior": "all"},
        ),
        (Every((Picked(DONE, "yes"), Empty(PAIN))), None),
        (Compared(IN_DRILL, ">", 0.5), None),
        (Every((Picked(DONE, "yes"), Some((Empty(DONE), Empty(PAIN))))), None),
        (Counted(2, (Empty(DONE), Empty(PAIN), Empty(IN_DRILL))), None),
    ],
    ids=range(9),
)
def test_what_plain_comparisons_can_say(
    knowledge: KnowledgeBase, term: Term, plain: Json | None
) -> None:
    assert Enabling(knowledge, questionnaire(knowledge)).plain(term) == plain


A, B, N = Picked("a", "yes"), Picked("b", ABSENT_UNKNOWN), Compared("n", ">=", 2.0)


@pytest.mark.parametrize("term", [A, B, N, Empty("a"), Empty("b"), Empty("n"), Every(()), Some(())])
@pytest.mark.parametrize("cells", [{}, {"a": "yes"}, {"b": ABSENT_UNKNOWN, "n": 2}, {"n": 1.5}])
def test_a_term_is_true_or_false_and_never_empty(
    knowledge: KnowledgeBase, term: Term, cells: dict[str, Value]
) -> None:
    codes = {"a": ["yes", "no"], "b": [ABSENT_UNKNOWN], "n": []}
    items = tuple(
        FormItem(name, name, "choice", {}, {}, tuple(AnswerOption(code, {}) for code in of))
        for name, of in codes.items()
    )
    form = questionnaire(knowledge)
    paths = Paths("own", replace(form, parts=(Part("part", {}, items),)))
    blank = {"valueCoding": {"system": DATA_ABSENT_REASONS, "code": ABSENT_UNKNOWN}}
    answers = {"a": blank, "b": blank} | {
        name: {"valueCoding": {"system": "own", "code": value}}
        if codes[name]
        else {"valueDecimal": value}
        for name, value in cells.items()
    }
    inside = [{"linkId": name, "answer": [answer]} for name, answer in answers.items()]
    response = {
        "resourceType": "QuestionnaireResponse",
        "item": [{"linkId": "part", "item": inside}],
    }
    for one in (term, Counted(2, (term, A, N)), Every((term, A)), Some((term, A, B))):
        assert evaluated(paths.of(one), response) == [holds(one, cells)], one


def test_parts_never_have_the_link_id_of_a_question(knowledge: KnowledgeBase) -> None:
    form = questionnaire(knowledge)
    odd = tuple(Part(name, form.head.title, ()) for name in ("date", "visit", "stick"))
    assert part_links(replace(form, parts=odd)) == ["visit", "date-part", "visit-part", "stick"]


def test_it_stands_under_the_address_of_the_rules(knowledge: KnowledgeBase, form: Json) -> None:
    assert form["url"] == addresses(knowledge).questionnaire
    assert form["version"] == knowledge.info.version
    assert form["identifier"][0]["value"] == knowledge.sha256
