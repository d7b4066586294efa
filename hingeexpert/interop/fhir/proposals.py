"""What is proposed to the clinician, and what is still asked: drafts, never an order."""

from collections.abc import Iterator

from hingeexpert.inference.diagnosis import Question
from hingeexpert.interop.fhir.resources import RESPONSE
from hingeexpert.interop.fhir.result import DEVICE, FhirResult, notes
from hingeexpert.interop.fhir.words import Json
from hingeexpert.reporting.parts import ReportedFocus

DRAFT = {"status": "draft", "intent": "proposal"}
CARE_PLAN = "CarePlan"
REFERRAL = "ServiceRequest"


def proposals(result: FhirResult) -> Iterator[tuple[str, Json]]:
    """Yield every proposal with its name inside the Bundle."""
    yield "GuidanceResponse", _guidance(result)
    referral = proposed_referral(result)
    if referral is not None:
        yield REFERRAL, referral
    if result.report.focus is not None:
        yield CARE_PLAN, _care_plan(result, result.report.focus)


def proposed_referral(result: FhirResult) -> Json | None:
    """Return the referral that the proven level of triage proposes, as a ServiceRequest; `None`
    where it proposes none.
    """
    level = result.report.triage.at_least
    priority = result.words.referrals.get(level.id)
    if priority is None:
        return None
    leading = result.report.leading
    acts = dict.fromkeys(reason.act for reason in leading if reason.act)
    return {
        "resourceType": REFERRAL,
        **DRAFT,
        "priority": priority,
        "code": {
            **result.code(level.id, level.title),
            "text": " ".join(acts) or level.clinician,
        },
        **result.someone(),
        **result.on_day("authoredOn"),
        "requester": result.refer(DEVICE),
        "reasonCode": [{"text": reason.because} for reason in leading],
        "reasonReference": [result.refer("triage")],
        "supportingInfo": [result.refer(RESPONSE)],
        **notes([*_still_open(result), result.words.decision_support]),
    }


def _still_open(result: FhirResult) -> list[str]:
    """Return that a referral may be more pressing than it says, while triage is open."""
    return [] if result.diagnosis.triage.decided else [result.sentence("conclusion")]


def _guidance(result: FhirResult) -> Json:
    """Return whether the questions were enough, and which are asked next; what does not fit
    together, and what else the clinician should know.
    """
    diagnosis, info, report = result.diagnosis, result.knowledge.info, result.report
    said = [*(check.say for check in report.checks), *(remark.say for remark in report.remarks)]
    plan = {} if report.focus is None else {"result": result.refer(CARE_PLAN)}
    needed = [_needed(result, question) for question in diagnosis.ask_next]
    decided = "data-requested" if needed else "success"
    return {
        "resourceType": "GuidanceResponse",
        "moduleCodeableConcept": result.code(info.id, info.title),
        "status": "data-required" if result.is_open else decided,
        **result.whose(),
        **result.on_day("occurrenceDateTime"),
        "performer": result.refer(DEVICE),
        "reasonReference": [result.refer(RESPONSE)],
        **notes([*said, *result.said]),
        **plan,
        **({"dataRequirement": needed} if needed else {}),
    }


def _needed(result: FhirResult, question: Question) -> Json:
    """Return a question that is open, by its link id."""
    code = result.question(question.observable, question.question)
    return {
        "type": RESPONSE,
        "codeFilter": [{"path": "item.linkId", "code": [code]}],
    }


def _care_plan(result: FhirResult, focus: ReportedFocus) -> Json:
    """Return the one thing to coach first: what to say, the drill and its dose. There is none while
    cues are withheld.
    """
    drill, fault = focus.drill, focus.fault
    entry = result.knowledge.faults[fault.result.id]
    activity = {
        "code": result.code(drill.drill, drill.title),
        "status": "not-started",
        "description": result.sentence("dose"),
    }
    return {
        "resourceType": CARE_PLAN,
        **DRAFT,
        "title": entry.title,
        "description": focus.cue.say,
        **result.someone(),
        **result.on_day("created"),
        "author": result.refer(DEVICE),
        "supportingInfo": [result.refer(name) for name in (fault.result.id, "readiness", RESPONSE)],
        "activity": [{"detail": activity}],
        **notes([*entry.drill_notes, result.words.decision_support]),
    }
