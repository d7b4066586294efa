"""The label as an Applied Model Card, version 0.2, of the Coalition for Health AI.

The card was made for models that learn, so what it asks of data and of a model is answered by what
stands in their place here. It is what its schema says, https://mc.chai.org/v0.2/schema.xsd: nine
parts in this order, all of text.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from hingeexpert.assurance.label.fields import FIRST_LINE, NOT_KNOWN, label_parts
from hingeexpert.assurance.label.pages import fields_of
from hingeexpert.assurance.label.prepared import RulesLabel
from hingeexpert.knowledge.models.sources import Source

NAMESPACE = "https://mc.chai.org/v0.2/schema.xsd"
DEVELOPER = "The hingeexpert developers"
Content = Mapping[str, Any]
"""Elements by name, in their order: text, further elements, or a list of elements of that name."""


def chai_card(label: RulesLabel) -> str:
    """Write a label as an instance of the card's schema."""
    said = {field.id: field.text for field in fields_of(label_parts(label))}
    ElementTree.register_namespace("", NAMESPACE)
    card = ElementTree.Element(_named("AppliedModelCard"))
    _fill(card, _card(label, said))
    ElementTree.indent(card)
    body = ElementTree.tostring(card, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {FIRST_LINE} -->\n{body}\n'


def _named(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _fill(element: ElementTree.Element, content: Content) -> None:
    """Put elements into one, in their order."""
    for name, value in content.items():
        for item in value if isinstance(value, list) else [value]:
            inside = ElementTree.SubElement(element, _named(name))
            if isinstance(item, Mapping):
                _fill(inside, item)
            else:
                inside.text = item


def _card(label: RulesLabel, said: Mapping[str, str]) -> Content:
    return {
        "BasicInfo": {
            "ModelName": label.knowledge.info.title,
            "ModelDeveloper": DEVELOPER,
            "DeveloperContact": said["contact"],
        },
        "ReleaseInfo": {
            "ReleaseStage": FIRST_LINE,
            "ReleaseDate": f"{NOT_KNOWN}; day of review of the rules: {said['reviewed']}",
            "ReleaseVersion": f"{said['version']} SHA-256 of the rules: {said['sha256']}",
            "GlobalAvailability": NOT_KNOWN,
        },
        "ModelSummary": {
            "Summary": f"{FIRST_LINE} {said['intended_use']} {said['logic']}",
            "Keywords": {},
        },
        "UsesAndDirections": {
            "IntendedUseAndWorkflow": said["intended_use"],
            "PrimaryIntendedUsers": said["users"],
            "HowToUse": said["how_to_use"],
            "TargetedPatientPopulation": said["population"],
            "CautionedOutOfScopeSettings": said["not_for"],
        },
        "Warnings": {
            "KnownRisksAndLimitations": (
                f"{said['limits']} Can happen: {said['open_hazards']} "
                f"Prevented by words alone: {said['words_alone']}"
            ),
            "KnownBiasesOrEthicalConsiderations": said["biases"],
            "ClinicalRiskLevel": said["risk_level"],
        },
        "TrustIngredients": {
            "AISystemFacts": _facts(said),
            "TransparencyInformation": {
                "FundingSource": said["funding"],
                "StakeholdersConsulted": said["consulted"],
            },
        },
        "KeyMetrics": _metrics(label, said),
        "Resources": {
            "EvaluationReferences": said["sources"],
            "PeerReviewedPublications": f"Of the product itself: {NOT_KNOWN}.",
            "PatientConsentOrDisclosure": said["consent"],
        },
        "Bibliography": "\n".join(_bibliography(label.knowledge.sources)),
    }


def _facts(said: Mapping[str, str]) -> Content:
    return {
        "OutcomesAndOutputs": said["intended_use"],
        "ModelType": f"Hand-written rules, nothing learned. {said['logic']}",
        "InputDataSource": said["inputs"],
        "OutputAndInputDataTypes": said["inputs"],
        "DevelopmentDataCharacterization": (
            f"No data of patients. {said['numbers']} {said['sources']}"
        ),
        "BiasMitigationApproaches": f"{said['attributes']} {said['not_asked']}",
        "OngoingMaintenance": f"Day of review: {said['reviewed']}",
    }


def _metrics(label: RulesLabel, said: Mapping[str, str]) -> Content:
    proven = label.proven
    tried = label.written.tried_on_patients
    outcomes = proven.properties
    return {
        "UsefulnessUsabilityEfficacy": _metric(
            "Of use to the person",
            f"Tried on patients: {said['tried_on_patients']}",
            {"Tried on patients": tried},
        ),
        "FairnessEquity": _metric(
            "What one personal attribute can change is known",
            f"{said['attributes']} {said['not_asked']}",
            proven.effects or {"What personal attributes can change": None},
        ),
        "SafetyReliability": _metric(
            "What must never follow does not follow on any form",
            f"{said['properties']} {said['cases']} {said['hazards']}",
            {
                "Sentences": outcomes and dict(outcomes),
                "Hazards": proven.hazards and proven.hazards.outcomes,
                "Worked cases": proven.cases and proven.cases.model_dump(mode="json"),
            },
        ),
    }


def _metric(goal: str, interpretation: str, results: Mapping[str, Any]) -> Content:
    return {
        "MetricGoal": goal,
        "Results": {
            "MetricResult": [
                {"Label": name, "ValueJson": json.dumps(value, ensure_ascii=False)}
                for name, value in results.items()
            ]
        },
        "Interpretation": interpretation,
        "TestType": "Proof over all forms, and worked cases; no trial",
        "TestingDataDescription": "Every form that can be filled in; no data of patients",
        "ValidationProcessAndJustification": NOT_KNOWN,
    }


def _bibliography(sources: Mapping[str, Source]) -> Iterator[str]:
    """Yield each source as an entry of BibTeX."""
    for name, source in sources.items():
        keys = {"title": source.citation, "url": source.link, "note": f"read: {source.read}"}
        written = (f"{key} = {{{_plain(text)}}}" for key, text in keys.items() if text)
        yield f"@misc{{{name}, {', '.join(written)}}}"


def _plain(text: str) -> str:
    """Return a text without what means something to BibTeX."""
    return text.replace("{", "(").replace("}", ")").replace("\\", "/")
