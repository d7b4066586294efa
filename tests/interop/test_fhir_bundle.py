"""A result as a Bundle: sound to the judges of others, the same as in JSON, a name in one place,
nothing that is an order.
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from fhir_judges import flaws_of
from shipped import shipped_cases
from shown_forms import shown_forms
from small import copied

from hingeexpert.assurance.case_files import Bounds
from hingeexpert.cli import main
from hingeexpert.formats.documents import Document
from hingeexpert.forms import Assessment
from hingeexpert.forms.reading import assess
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.inference.diagnosis import INCOMPLETE
from hingeexpert.interop.fhir.bundle import bundle_text, result_bundle
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

Json = dict[str, Any]
NAME, CLINICIAN = "Ada Lovelace-Ångström", "Dr. Nobody"


class Told(NamedTuple):
    """A worked case, its result and the Bundle of it."""

    assessment: Assessment
    diagnosis: Diagnosis
    bundle: Json


@pytest.fixture(scope="module")
def told(knowledge: KnowledgeBase) -> list[Told]:
    """Return one worked case for each verdict of both ladders, and for each that is open."""
    chosen = {}
    for case in shipped_cases():
        for ladder in knowledge.ladders:
            wanted = getattr(case.expect, ladder)
            if isinstance(wanted, str | Bounds):
                chosen.setdefault((ladder, str(wanted)), case)
    named = [
        replace(case.assessment, patient={"id": "P-1", "name": NAME}, clinician=CLINICIAN)
        for case in chosen.values()
    ]
    return [Told(*one) for one in _bundles(knowledge, named)]


def _bundles(
    knowledge: KnowledgeBase, forms: list[Assessment]
) -> Iterator[tuple[Assessment, Diagnosis, Json]]:
    for form in forms:
        diagnosis = diagnose(knowledge, form)
        yield form, diagnosis, result_bundle(knowledge, form, diagnosis)


def resources(bundle: Json, kind: str) -> list[Json]:
    every = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in every if resource["resourceType"] == kind]


def the_code(concept: Json) -> str:
    (coding,) = concept["coding"]
    return str(coding["code"])


def every_text(bundle: Json) -> str:
    """Return all that stands in a Bundle but the answers themselves."""
    others = [
        entry["resource"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] != "QuestionnaireResponse"
    ]
    (report,) = resources(bundle, "DiagnosticReport")
    return json.dumps(others, ensure_ascii=False) + shown_text(report)


def shown_text(report: Json) -> str:
    (form,) = report["presentedForm"]
    return b64decode(form["data"], validate=True).decode()


def test_every_verdict_is_tried(knowledge: KnowledgeBase, told: list[Told]) -> None:
    for ladder, levels in knowledge.ladders.items():
        verdicts = {getattr(one.diagnosis, ladder).verdict for one in told}
        assert verdicts == {INCOMPLETE, *(level.id for level in levels)}


@pytest.mark.parametrize("is_transaction", [False, True], ids=["collection", "transaction"])
def test_judges_find_nothing(
    knowledge: KnowledgeBase, told: list[Told], is_transaction: bool
) -> None:
    for form, diagnosis, _ in told:
        bundle = result_bundle(knowledge, form, diagnosis, is_transaction=is_transaction)
        assert flaws_of(bundle) == []


def test_judges_find_what_is_wrong(told: list[Told]) -> None:
    bundle = json.loads(json.dumps(told[0].bundle))
    (report,) = resources(bundle, "DiagnosticReport")
    report["status"] = "open"
    assert flaws_of(bundle)


def test_a_form_of_nobody_on_no_day_is_sound(knowledge: KnowledgeBase) -> None:
    form = assess(knowledge, Document("form", {"safety": {"saddle_numbness": "yes"}}))
    ((_, _, bundle),) = _bundles(knowledge, [form])

    assert flaws_of(bundle) == []
    assert resources(bundle, "ServiceRequest")


def test_every_reference_leads_somewhere(told: list[Told]) -> None:
    for one in told:
        urls = [entry["fullUrl"] for entry in one.bundle["entry"]]
        assert len(set(urls)) == len(urls)
        assert set(references(one.bundle)) <= set(urls)


def references(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from references(item)
    elif isinstance(part, dict):
        yield from [part["reference"]] if "reference" in part else []
        yield from references(list(part.values()))


def test_the_same_form_gives_the_same_bytes(knowledge: KnowledgeBase, told: list[Told]) -> None:
    for form, _, bundle in told[:3]:
        again = result_bundle(knowledge, form, diagnose(knowledge, form))
        assert bundle_text(again) == bundle_text(bundle)


def test_ids_follow_what_was_answered_and_no_name(knowledge: KnowledgeBase) -> None:
    def urls(**changed: Any) -> set[str]:
        form = {"patient": {"id": "P-1"}, "date": "2026-11-20", "stick": {"sacrum": "lost"}}
        ((_, _, bundle),) = _bundles(
            knowledge, [assess(knowledge, Document("form", form | changed))]
        )
        (device,) = resources(bundle, "Device")
        return {entry["fullUrl"] for entry in bundle["entry"] if entry["resource"] is not device}

    plain = urls()
    assert plain == urls(patient={"id": "P-1", "name": NAME}, clinician=CLINICIAN)
    assert plain.isdisjoint(urls(patient={"id": "P-2"}))
    assert plain.isdisjoint(urls(date="2026-11-21"))
    assert plain.isdisjoint(urls(stick={"sacrum": "kept"}))


def test_it_says_what_the_result_in_json_says(knowledge: KnowledgeBase) -> None:
    forms = list(shown_forms(knowledge, 60, seed=8))
    for form, diagnosis, bundle in _bundles(knowledge, forms):
        concluded = as_concluded(knowledge, json.loads(diagnosis.as_json()))
        assert as_told(bundle) == concluded, form.patient["id"]


def as_concluded(knowledge: KnowledgeBase, result: Json) -> Json:
    """Return of a result in JSON what a Bundle says too."""
    warning = {
        "triage": {level.id for level in knowledge.triage if not level.always},
        "readiness": {level.id for level in knowledge.readiness if level.withholds_cues},
    }
    ladders = {name: bounds(result[name], warning[name]) for name in warning}
    faults = {fault["id"]: (fault["status"], fault["confidence"]) for fault in result["faults"]}
    notes = [check["say"] for check in result["checks"]]
    return {
        **ladders,
        "faults": faults,
        "focus": result["focus"],
        "ask_next": [item["observable"] for item in result["ask_next"]],
        "is_open": not all(result[name]["decided"] for name in ladders),
        "checks": notes,
        "date": result["date"],
        "patient": result["patient"]["id"],
        "knowledge": sorted(result["knowledge"].values()),
    }


def bounds(ladder: Json, warning: set[str]) -> Any:
    """Return where a ladder stands; of an open one, what is proven is said where it warns."""
    if ladder["decided"]:
        return ladder["verdict"], ladder["reasons"]
    proven = ladder["at_least"] if ladder["at_least"] in warning else None
    return proven, ladder["not_ruled_out"], ladder["reasons"]


def as_told(bundle: Json) -> Json:
    """Return what a Bundle says, read from its resources alone."""
    verdicts, faults = {}, {}
    for seen in resources(bundle, "Observation"):
        name = the_code(seen["code"])
        parts = {
            the_code(part["code"]): the_code(part["valueCodeableConcept"])
            for part in seen.get("component", [])
        }
        value = the_code(seen["valueCodeableConcept"]) if "valueCodeableConcept" in seen else None
        assert (value is None) == ("dataAbsentReason" in seen)
        assert seen["status"] == ("preliminary" if value is None else "final")
        if name in ("triage", "readiness"):
            reasons = [note["text"] for note in seen.get("note", [])]
            ends = (value,) if value else (parts.get("at_least"), parts["not_ruled_out"])
            verdicts[name] = (*ends, reasons)
        else:
            faults[name] = value or "undetermined", parts.get("confidence")
    (guidance,) = resources(bundle, "GuidanceResponse")
    (report,) = resources(bundle, "DiagnosticReport")
    is_open = guidance["status"] == "data-required"
    if not is_open:
        more = "dataRequirement" in guidance
        assert guidance["status"] == ("data-requested" if more else "success")
    assert report["status"] == ("preliminary" if is_open else "final")
    needed = [needs["codeFilter"][0]["code"][0] for needs in guidance.get("dataRequirement", [])]
    (device,) = resources(bundle, "Device")
    notes = [note["text"] for note in guidance.get("note", [])]
    return {
        **verdicts,
        "faults": faults,
        "focus": plan_of(bundle),
        "ask_next": [code["code"] for code in needed],
        "is_open": is_open,
        "checks": notes[: len(notes) - len(remarks(bundle, notes))],
        "date": report["effectiveDateTime"],
        "patient": report["subject"]["identifier"]["value"],
        "knowledge": sorted(version["value"] for version in device["version"][1:]),
    }


def remarks(bundle: Json, notes: list[str]) -> list[str]:
    """Return the notes that stand as remarks in the text of the report."""
    (report,) = resources(bundle, "DiagnosticReport")
    _, _, below = " ".join(shown_text(report).split()).partition(" REMARKS ")
    return [note for note in notes if note in below.partition(" FOCUS ")[0]]


def plan_of(bundle: Json) -> Json | None:
    plans = resources(bundle, "CarePlan")
    if not plans:
        return None
    (plan,) = plans
    detail = plan["activity"][0]["detail"]
    titles = {
        entry["fullUrl"]: entry["resource"]["code"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Observation"
    }
    fault = titles[plan["supportingInfo"][0]["reference"]]
    return {
        "fault": the_code(fault),
        "cue": plan["description"],
        "drill": the_code(detail["code"]),
    }


def test_names_stand_where_they_were_given_alone(told: list[Told]) -> None:
    for one in told:
        text = every_text(one.bundle)
        assert NAME not in text
        assert json.dumps(one.bundle, ensure_ascii=False).count(NAME) == 1


def test_all_that_is_proposed_is_a_draft(knowledge: KnowledgeBase, told: list[Told]) -> None:
    referrals = knowledge.exchange.result.referrals
    for one in told:
        proposed = [
            *resources(one.bundle, "ServiceRequest"),
            *resources(one.bundle, "CarePlan"),
        ]
        assert {(item["status"], item["intent"]) for item in proposed} <= {("draft", "proposal")}
        priorities = [item["priority"] for item in resources(one.bundle, "ServiceRequest")]
        expected = referrals.get(one.diagnosis.triage.at_least)
        assert priorities == ([expected] if expected else [])


def test_a_referral_says_what_to_do_and_how_soon(
    knowledge: KnowledgeBase, told: list[Told]
) -> None:
    sent_on = [one for one in told if resources(one.bundle, "ServiceRequest")]
    assert {one.diagnosis.triage.at_least for one in sent_on} == {
        *knowledge.exchange.result.referrals
    }
    for one in sent_on:
        (request,) = resources(one.bundle, "ServiceRequest")
        leading = [
            item
            for item in one.diagnosis.triage.evidence
            if item.level == one.diagnosis.triage.at_least
        ]
        assert all(item.act is None or item.act in request["code"]["text"] for item in leading)
        assert [reason["text"] for reason in request["reasonCode"]] == [
            item.because for item in leading
        ]


def test_a_referral_says_what_may_still_be_more_pressing(knowledge: KnowledgeBase) -> None:
    safety = {"clinician_concern": "yes"}
    form = assess(knowledge, Document("form", {"safety": safety}))
    ((_, diagnosis, bundle),) = _bundles(knowledge, [form])
    (request,) = resources(bundle, "ServiceRequest")
    worst = knowledge.level("triage", diagnosis.triage.not_ruled_out).title

    assert not diagnosis.triage.decided
    assert f"not ruled out: {worst}" in request["note"][0]["text"]


def test_nothing_is_coached_while_cues_are_withheld(
    knowledge: KnowledgeBase, told: list[Told]
) -> None:
    cues = {cue.say for fault in knowledge.faults.values() for cue in fault.cues}
    silent = [one for one in told if one.diagnosis.focus is None]
    assert len(silent) > 3
    for one in silent:
        assert not resources(one.bundle, "CarePlan")
        text = " ".join(every_text(one.bundle).split())
        assert [cue for cue in cues if cue in text] == []


def test_who_is_sent_on_is_told_of_no_drill_and_no_dose(
    knowledge: KnowledgeBase, told: list[Told]
) -> None:
    drills = [drill.title for drill in knowledge.drills.values()]
    sent_on = [one for one in told if one.diagnosis.readiness.at_least == "stop_refer"]
    assert {"emergency", "urgent"} <= {one.diagnosis.triage.at_least for one in sent_on}
    for one in sent_on:
        text = " ".join(every_text(one.bundle).split())
        assert [drill for drill in drills if drill in text] == []
        assert re.search(r"\d (sets|reps|seconds|minutes)\b", text) is None


def test_an_open_verdict_names_nothing_that_may_be_done(
    knowledge: KnowledgeBase, told: list[Told]
) -> None:
    lets = {level.title for level in knowledge.readiness if not level.withholds_cues}
    lets |= {level.title for level in knowledge.triage if level.always}
    for one in told:
        for seen in resources(one.bundle, "Observation")[:2]:
            if seen["status"] == "preliminary":
                (*_, worst) = seen["component"]
                named = {
                    part["valueCodeableConcept"]["coding"][0]["display"]
                    for part in seen["component"]
                    if part is not worst
                }
                assert named.isdisjoint(lets)


def test_a_plan_has_the_dose_of_the_report(told: list[Told]) -> None:
    planned = [one for one in told if one.diagnosis.focus is not None]
    assert planned
    for one in planned:
        (report,), (plan,) = (
            resources(one.bundle, kind) for kind in ("DiagnosticReport", "CarePlan")
        )
        text = " ".join(shown_text(report).split())
        assert plan["activity"][0]["detail"]["description"] in text


def test_no_resource_says_what_is_not_meant(told: list[Told]) -> None:
    kinds = {entry["resource"]["resourceType"] for one in told for entry in one.bundle["entry"]}
    assert kinds == {
        "QuestionnaireResponse",
        "Device",
        "Observation",
        "DiagnosticReport",
        "GuidanceResponse",
        "ServiceRequest",
        "CarePlan",
    }


def test_another_knowledge_base_makes_sound_bundles(tmp_path: Path) -> None:
    knowledge = load_knowledge(copied(tmp_path))
    for answers in ({}, {"safety": {"numbness": "yes"}}, {"stick": {"breath": "held"}}):
        form = assess(knowledge, Document("form", answers))
        ((_, _, bundle),) = _bundles(knowledge, [form])
        assert flaws_of(bundle) == []


def test_a_bundle_is_read_as_the_form_in_it(forms: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(run("diagnose", "--format", "fhir", forms[0]).stdout)

    again = run("diagnose", "--format", "json", path)
    assert again.stdout == run("diagnose", "--format", "json", forms[0]).stdout


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def forms(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.yaml" for name in ("one", "two")]
    for path in paths:
        path.write_text(f"patient: {{id: {path.stem}}}\nstick: {{sacrum: lost}}\n")
    return paths


def test_several_forms_give_a_bundle_a_line(forms: list[Path], tmp_path: Path) -> None:
    lines = run("diagnose", "--format", "fhir", *forms).stdout.splitlines()
    written = tmp_path / "out"
    written.mkdir()
    assert run("diagnose", "--format", "fhir", *forms, "-o", written).exit_code == 0

    bundles = [json.loads(line) for line in lines]
    assert [bundle["type"] for bundle in bundles] == ["collection"] * 2
    stored = [json.loads((written / f"{path.stem}.fhir.json").read_text()) for path in forms]
    assert stored == bundles


def test_a_transaction_stores_each_resource(forms: list[Path]) -> None:
    bundle = json.loads(run("diagnose", "--format", "fhir", "--transaction", forms[0]).stdout)
    assert bundle["type"] == "transaction"
    for entry in bundle["entry"]:
        kind = entry["resource"]["resourceType"]
        assert (entry["request"]["method"], entry["request"]["url"]) == ("POST", kind)
        assert ("ifNoneExist" in entry["request"]) == (kind == "Device")


def test_a_form_of_somebody_on_a_day_is_stored_once(knowledge: KnowledgeBase) -> None:
    form = {"patient": {"id": "P-1"}, "date": "2026-11-20", "stick": {"sacrum": "lost"}}
    assessment = assess(knowledge, Document("form", form))
    diagnosis = diagnose(knowledge, assessment)
    bundle = result_bundle(knowledge, assessment, diagnosis, is_transaction=True)
    for entry in bundle["entry"]:
        identifier = entry["resource"]["identifier"]
        (known,) = identifier if isinstance(identifier, list) else [identifier]
        assert entry["fullUrl"] == f"urn:uuid:{known['value']}"
        asked = f"identifier={known['system']}|{known['value']}"
        assert entry["request"]["ifNoneExist"] == asked


def test_a_transaction_is_for_fhir_alone() -> None:
    result = run("diagnose", "--format", "json", "--transaction", "form.yaml")
    assert result.exit_code == 2
    assert "--transaction goes with --format fhir" in result.stderr


def test_what_has_no_place_is_said(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text("patient: {id: P-1, team: reds}\ndate: in spring\n")
    result = run("diagnose", "--format", "fhir", path)

    assert result.exit_code == 0
    assert [line.split(": ")[:3] for line in result.stderr.splitlines()] == [
        ["warning", str(path), "patient.team"],
        ["warning", str(path), "date"],
    ]
    assert "reds" not in result.stderr + result.stdout
    assert "in spring" not in result.stderr
