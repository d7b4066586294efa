"""The cards that a hospital's record shows of the newest form, by CDS Hooks 2.0.

A card says what the reports say, and nothing of who the person is. While cues are withheld it has
no cue, drill or dose. Its words stand in `reports/cards/`; the summary is their first line.
"""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hingeexpert import __version__
from hingeexpert.errors import InputError
from hingeexpert.formats.templates import render
from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.interop.brought import Brought, assessment_of
from hingeexpert.interop.fhir.proposals import proposed_referral
from hingeexpert.interop.fhir.resources import RESPONSE
from hingeexpert.interop.fhir.response import AROUND, read_response
from hingeexpert.interop.fhir.result import FhirResult
from hingeexpert.interop.fhir.words import Json, addresses, coding
from hingeexpert.interop.hook_call import FHIR_ID, HookCall, is_of_another
from hingeexpert.interop.questionnaire import questionnaire
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.for_templates import for_templates
from hingeexpert.knowledge.models.ladders import TriageLevel

MOST_SUMMARY = 139
"""Characters of a summary."""
MOST_ASKED = 5
"""Questions on a card."""
INDICATORS = {"stop": "critical", "warn": "warning"}
"""Tone of a level of triage to how urgent its card is; of all others it is `info`."""

NO_ITEMS = {"", *AROUND}
"""Places of a response that are no items."""


def cards_of(knowledge: KnowledgeBase, call: HookCall, templates: Path | None = None) -> list[Json]:
    """Return the cards for a call; none where there is no form yet.

    Args:
        knowledge: The knowledge base.
        call: What the record sent.
        templates: Folder whose files replace shipped templates of the same name.

    Returns:
        What the form says of triage, of readiness and of what to ask next; of a form that cannot be
        read one card that says which questions are at fault. The same call gives the same cards.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    if call.response is None:
        return []
    maker = _CardMaker(knowledge, call, templates)
    if is_of_another(call.response, call.patient):
        return [maker.unread(())]
    brought = read_response(knowledge, call.response)
    try:
        assessment = assessment_of(knowledge, "response", brought)
    except InputError as error:
        return [maker.unread([problem.path for problem in error.problems])]
    return list(maker.read(assessment, brought))


def dismissals(knowledge: KnowledgeBase) -> dict[str, str]:
    """Return why a card may be put aside: code to words."""
    return dict(knowledge.exchange.cards.dismissed)


class _CardMaker:
    """Makes the cards of one call."""

    def __init__(self, knowledge: KnowledgeBase, call: HookCall, templates: Path | None) -> None:
        self.knowledge, self.call, self.templates = knowledge, call, templates
        self.system = addresses(knowledge).conclusions

    def read(self, assessment: Assessment, brought: Brought) -> Iterator[Json]:
        """Yield the cards of a form that could be read."""
        result = FhirResult(
            self.knowledge, assessment, diagnose(self.knowledge, assessment), self.templates
        )
        more = {"report": result.report, "notes": brought.notes}
        yield self._triage(result, more)
        if not result.report.refer_first:
            yield self._card("readiness", "info", more)
        yield from self._ask_next(result, more)

    def _triage(self, result: FhirResult, more: Mapping[str, Any]) -> Json:
        level = result.report.triage.at_least
        assert isinstance(level, TriageLevel)
        card = self._card("triage", INDICATORS.get(level.tone, "info"), more)
        referral = proposed_referral(result)
        if referral is None:
            return card
        return {
            **card,
            "suggestions": [self._suggestion(card["uuid"], referral)],
            "selectionBehavior": "at-most-one",
        }

    def _suggestion(self, card: str, referral: Json) -> Json:
        """Return the suggestion to put the proposal of a referral into the record."""
        label = self.knowledge.exchange.cards.propose_referral
        resource = {**_without_own_references(referral), **self._in_record()}
        return {
            "label": label,
            "uuid": str(uuid5(NAMESPACE_URL, f"{card} {label}")),
            "actions": [{"type": "create", "description": label, "resource": resource}],
        }

    def _in_record(self) -> Json:
        """Return whom a resource is about and what it rests on, as the record knows them."""
        assert self.call.response is not None
        whose = {"subject": {"reference": f"Patient/{self.call.patient}"}}
        form = self.call.response.get("id")
        if not isinstance(form, str) or not re.fullmatch(FHIR_ID, form):
            return whose
        return {**whose, "supportingInfo": [{"reference": f"{RESPONSE}/{form}"}]}

    def _ask_next(self, result: FhirResult, more: Mapping[str, Any]) -> Iterator[Json]:
        """Yield what to ask next, where something is open: before a referral only what concerns
        it.
        """
        report, diagnosis = result.report, result.diagnosis
        ladders = {"triage": diagnosis.triage}
        questions: list[Any] = [item for item in report.questions if item.changes_triage]
        if report.hands_over:
            questions = report.for_handover
        elif not report.refer_first:
            questions, ladders["readiness"] = report.questions, diagnosis.readiness
        opened = [name for name, ladder in ladders.items() if not ladder.decided]
        if questions and (opened or report.hands_over):
            asked = {"questions": questions, "open": opened, "most": MOST_ASKED}
            yield self._card("ask_next", "info", {**more, **asked})

    def unread(self, paths: list[str] | tuple[()]) -> Json:
        """Return the card of a form that cannot be read.

        Args:
            paths: The places at fault; none where the form is that of another patient.
        """
        form, language = questionnaire(self.knowledge), self.knowledge.info.language
        known = [item for item in form.items if item.identifier in paths]
        more = {
            "questions": [item.label[language] for item in known],
            "strange": bool({*paths} - NO_ITEMS - {item.identifier for item in known}),
            "of_another": not paths,
        }
        return self._card("unread", "info", more)

    def _card(self, topic: str, indicator: str, more: Mapping[str, Any]) -> Json:
        """Return a card. Its id is made of the call and of what it says."""
        context = {**for_templates(self.knowledge), **more}
        text = render(f"cards/{topic}.md", context, self.templates)
        summary, _, detail = text.strip().partition("\n")
        card = {
            "summary": textwrap.shorten(summary, MOST_SUMMARY, placeholder=" …"),
            "detail": _without_gaps(detail),
            "indicator": indicator,
            "source": {
                "label": f"hingeexpert {__version__}",
                "topic": coding(f"{self.system}-topics", topic),
            },
            "overrideReasons": [
                coding(f"{self.system}-dismissals", code, words)
                for code, words in dismissals(self.knowledge).items()
            ],
        }
        name = json.dumps([self.knowledge.sha256, self.call.instance, card])
        return {"uuid": str(uuid5(NAMESPACE_URL, name)), **card}


def _without_gaps(text: str) -> str:
    """Return a text with no more than one empty line in a row."""
    lines = [line.rstrip() for line in text.strip().split("\n")]
    before = ["", *lines]
    return "\n".join(line for line, last in zip(lines, before, strict=False) if line or last)


def _without_own_references(resource: Json) -> Json:
    """Return a resource without what it says of others of its Bundle, which go nowhere alone."""
    return {key: value for key, value in resource.items() if not _names_own(value)}


def _names_own(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_names_own, value))
    return isinstance(value, dict) and str(value.get("reference", "")).startswith("urn:uuid:")
