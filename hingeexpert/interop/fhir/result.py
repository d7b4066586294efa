"""One form and what followed from it, on the way to FHIR: what all its resources have in common."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from hingeexpert import __version__
from hingeexpert.formats.templates import render
from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.inference import Diagnosis
from hingeexpert.interop.fhir.response import response_of
from hingeexpert.interop.fhir.words import (
    ABSENT_UNKNOWN,
    DATA_ABSENT,
    DATA_ABSENT_REASONS,
    Addresses,
    Json,
    addresses,
    coding,
    concept,
    extension,
)
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.for_templates import for_templates
from hingeexpert.knowledge.models.exchange import ResultWords
from hingeexpert.reporting.view import Report, view

DEVICE = "Device"
OF_NOBODY = ("patient.name", "clinician")
"""Cells that tell no two forms apart: no id of a resource is made of a name."""


@dataclass(frozen=True)
class FhirResult:
    """A form and its result.

    Attributes:
        knowledge: The knowledge base that gave the diagnosis.
        templates: Folder whose files replace shipped templates of the same name.
        said: What a user should know of how the form was read.
    """

    knowledge: KnowledgeBase
    assessment: Assessment
    diagnosis: Diagnosis
    templates: Path | None = None
    said: tuple[str, ...] = ()

    @cached_property
    def names(self) -> Addresses:
        """Where other systems find what is ours."""
        return addresses(self.knowledge)

    @cached_property
    def words(self) -> ResultWords:
        """The words beside those of the conclusions."""
        return self.knowledge.exchange.result

    @cached_property
    def nameless(self) -> Diagnosis:
        """The diagnosis without the name of the person."""
        given = {key: text for key, text in self.diagnosis.patient.items() if key == "id"}
        return self.diagnosis.model_copy(update={"patient": given})

    @cached_property
    def report(self) -> Report:
        """What a report may say of it."""
        return view(self.knowledge, self.nameless)

    @cached_property
    def response(self) -> Json:
        """The form as a QuestionnaireResponse; the only place for a name."""
        return response_of(self.knowledge, self.assessment)

    @cached_property
    def space(self) -> UUID:
        """What the ids of its resources are made in, and the id of its Bundle: a UUID of version 5
        over the id of the patient, the date, the answers and the hash of the rules. No name is in
        it.
        """
        cells = cells_of(self.knowledge, self.assessment)
        told = {name: value for name, value in cells.items() if name not in OF_NOBODY}
        everything = json.dumps([self.knowledge.sha256, told], sort_keys=True)
        return uuid5(self._own, everything)

    @cached_property
    def _own(self) -> UUID:
        return uuid5(NAMESPACE_URL, self.knowledge.info.canonical)

    def id_of(self, name: str) -> UUID:
        """Return the id of one of its resources, such as `triage` or the id of a fault. That of the
        device is made of program and rules alone: the same for every form.
        """
        if name == DEVICE:
            return uuid5(self._own, f"{__version__} {self.knowledge.sha256}")
        return uuid5(self.space, name)

    def url(self, name: str) -> str:
        """Return the address of one of its resources inside the Bundle."""
        return f"urn:uuid:{self.id_of(name)}"

    def identifier(self, name: str) -> Json:
        """Return by what a server finds one of its resources again. It is not the address in the
        Bundle, which a server replaces wherever it stands.
        """
        return {"system": self.knowledge.info.canonical, "value": str(self.id_of(name))}

    @property
    def is_one_of_a_kind(self) -> bool:
        """Whether no other form can have these ids: a form of nobody, or of no day, may be filled
        in twice with the same answers.
        """
        return "subject" in self.response and "authored" in self.response

    def refer(self, name: str) -> Json:
        """Return a reference to one of its resources."""
        return {"reference": self.url(name)}

    @property
    def is_open(self) -> bool:
        """Whether triage or readiness is open."""
        return not (self.diagnosis.triage.decided and self.diagnosis.readiness.decided)

    def whose(self) -> Json:
        """Return the key of whom a resource is about; nothing where the form does not say."""
        return {"subject": self.response["subject"]} if "subject" in self.response else {}

    def someone(self) -> Json:
        """Return the same for a resource that must be about somebody."""
        unknown = {"extension": [extension(DATA_ABSENT, valueCode=ABSENT_UNKNOWN)]}
        return self.whose() or {"subject": unknown}

    def on_day(self, key: str) -> Json:
        """Return the day of the form under a key; nothing where the form does not say."""
        return {key: self.response["authored"]} if "authored" in self.response else {}

    def code(self, name: str, display: str) -> Json:
        """Return a conclusion, or what is said of one, as a concept."""
        return concept(self.names.conclusions, name, display)

    def question(self, name: str, display: str) -> Json:
        """Return a question as a coding."""
        return coding(self.names.questions, name, display)

    def sentence(self, template: str, **more: Any) -> str:
        """Return what a template of `reports/fhir/` makes of it: one line."""
        own: Mapping[str, object] = {"report": self.report, **for_templates(self.knowledge), **more}
        return " ".join(render(f"fhir/{template}.txt", own, self.templates).split())


def unknown_value() -> Json:
    """Return what an Observation has in place of a value that is not decided."""
    return {"dataAbsentReason": concept(DATA_ABSENT_REASONS, ABSENT_UNKNOWN, "Unknown")}


def notes(texts: list[str]) -> Json:
    """Return texts as the notes of a resource, each once; nothing where there are none."""
    once = dict.fromkeys(texts)
    return {"note": [{"text": text} for text in once]} if once else {}
