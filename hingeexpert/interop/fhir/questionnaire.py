"""The form as a FHIR Questionnaire with Structured Data Capture, for R4 or R5.

Nothing is filled in beforehand and nothing is required, since a blank is unknown; the age alone may
come from the record of the patient, where it is a fact.
"""

from collections.abc import Iterator

from pydantic_core import to_json

from hingeexpert.interop.asked import only_where
from hingeexpert.interop.fhir.enabling import Enabling
from hingeexpert.interop.fhir.fhirpath import AGE
from hingeexpert.interop.fhir.triage_notes import TriageNotes
from hingeexpert.interop.fhir.words import (
    ABSENT_UNKNOWN,
    DATA_ABSENT_REASONS,
    DISPLAY_CATEGORIES,
    DISPLAY_CATEGORY,
    FHIRPATH,
    INITIAL_EXPRESSION,
    ITEM_CONTROL,
    ITEM_CONTROLS,
    LAUNCH_CONTEXT,
    LAUNCH_CONTEXTS,
    MAX_VALUE,
    MIN_VALUE,
    SDC_QUESTIONNAIRE,
    UCUM,
    UNIT,
    VERSION_ALGORITHM,
    VERSION_ALGORITHMS,
    Json,
    addresses,
    coding,
    concept,
    extension,
    nested_extension,
    part_links,
    said,
)
from hingeexpert.interop.gates import ALWAYS, Term
from hingeexpert.interop.questionnaire import FormItem, Part, Words, questionnaire, words_of
from hingeexpert.knowledge import KnowledgeBase

TYPES = {"choice": "choice", "integer": "integer", "number": "decimal", "text": "string"}
"""What FHIR calls each kind of item, where it has another name for it."""


def questionnaire_text(knowledge: KnowledgeBase, fhir_version: str = "R4") -> str:
    """Return the form as JSON: a Questionnaire, the same bytes for the same rules."""
    made = questionnaire_resource(knowledge, fhir_version)
    return to_json(made, indent=1).decode() + "\n"


def questionnaire_resource(knowledge: KnowledgeBase, fhir_version: str = "R4") -> Json:
    """Return the form as a Questionnaire in the shape of JSON.

    Args:
        knowledge: The knowledge base, as loaded.
        fhir_version: R4, or R5, in which a choice is called a coding.
    """
    info = knowledge.info
    algorithm = coding(VERSION_ALGORITHMS, "semver")
    newer = fhir_version == "R5"
    about = {} if newer else {"meta": {"profile": [SDC_QUESTIONNAIRE]}}
    extensions = [_launch_context()]
    if not newer:
        extensions.append(extension(VERSION_ALGORITHM, valueCoding=algorithm))
    return {
        "resourceType": "Questionnaire",
        "id": info.id.replace("_", "-"),
        **about,
        "language": info.language,
        "extension": extensions,
        "url": addresses(knowledge).questionnaire,
        "identifier": [{"system": addresses(knowledge).rules, "value": knowledge.sha256}],
        "version": info.version,
        **({"versionAlgorithmCoding": algorithm} if newer else {}),
        "name": "".join(word.capitalize() for word in info.id.split("_")),
        "title": info.title,
        "status": "active",
        "subjectType": ["Patient"],
        "date": info.reviewed,
        "description": " ".join((info.purpose, *info.limits)),
        "item": list(_Writer(knowledge, newer).items()),
    }


def _launch_context() -> Json:
    """Return that a client may hand over the patient whose form it is."""
    name = extension("name", valueCoding=coding(LAUNCH_CONTEXTS, "patient", "Patient"))
    return nested_extension(LAUNCH_CONTEXT, [name, extension("type", valueCode="Patient")])


class _Writer:
    """Writes the items of a form."""

    def __init__(self, knowledge: KnowledgeBase, newer: bool) -> None:
        self._knowledge = knowledge
        self._newer = newer
        self._form = questionnaire(knowledge)
        self._addresses = addresses(knowledge)
        self._enabling = Enabling(knowledge, self._form)
        self._notes = TriageNotes(knowledge, self._enabling)

    def items(self) -> Iterator[Json]:
        """Yield the parts of the form, then what it says of triage."""
        parts = (self._form.head, *self._form.parts)
        for link, part in zip(part_links(self._form), parts, strict=True):
            yield self._part(link, part)
        yield from self._notes.at_end()

    def _part(self, link: str, part: Part) -> Json:
        inside = [*map(self._item, part.items), *self._notes.of_part(part)]
        shown = self._enabling.shown_part(part)
        return self._made(link, "group", part.title, shown, [], {"item": inside})

    def _item(self, item: FormItem) -> Json:
        """Return a question, and beneath it how to look or ask."""
        more: Json = {}
        if item.kind == "choice":
            more |= {"answerConstraint": "optionsOnly"} if self._newer else {}
            more["answerOption"] = [{"valueCoding": one} for one in self._options(item)]
        hint = self._hint(item)
        if any(hint.values()):
            more["item"] = [self._help(f"{item.identifier}-help", hint)]
        shown = self._enabling.shown(item)
        kind = TYPES.get(item.kind, item.kind)
        kind = "coding" if kind == "choice" and self._newer else kind
        extensions = list(self._extensions(item))
        return self._made(item.identifier, kind, item.label, shown, extensions, more)

    def _made(
        self, link: str, kind: str, words: Words, shown: Term, extensions: list[Json], more: Json
    ) -> Json:
        """Return an item of the Questionnaire, its keys in the order of FHIR."""
        plain = self._enabling.plain(shown)
        if plain is None:
            extensions = [*extensions, self._enabling.expressed(self._enabling.path(shown))]
        code = coding(self._addresses.questions, link)
        is_asked = kind not in ("group", "display")
        return {
            "linkId": link,
            **({"extension": extensions} if extensions else {}),
            **({"code": [code]} if is_asked else {}),
            **said("text", words),
            "type": kind,
            **(plain or {}),
            **more,
        }

    def _options(self, item: FormItem) -> Iterator[Json]:
        """Yield what may be picked; there is always a way back to unknown."""
        for choice in item.choices:
            own = coding(self._addresses.answers, choice.code)
            yield own | said("display", choice.label)
        if item.can_be_not_assessed:
            unknown = coding(DATA_ABSENT_REASONS, ABSENT_UNKNOWN)
            yield unknown | said("display", self._form.not_assessed)

    def _hint(self, item: FormItem) -> Words:
        """Return how to look or ask, and what else belongs beside an item here."""
        more = self._beside(item)
        return {code: f"{hint} {more.get(code, '')}".strip() for code, hint in item.hint.items()}

    def _beside(self, item: FormItem) -> Words:
        """Return what *not assessed* does beside a shorthand; and when an item is asked that is
        shown all the same, as exactly as a language has words for it.
        """
        if item.is_shorthand:
            return words_of(self._knowledge, lambda base: base.exchange.beside_shorthand)
        if not self._enabling.is_shown_in_vain(item):
            return {}
        return only_where(self._knowledge, item.identifier)

    def _help(self, link: str, words: Words) -> Json:
        """Return a hint; some clients know it by its control, others by its category."""
        control, category = (
            concept(ITEM_CONTROLS, "help"),
            concept(DISPLAY_CATEGORIES, "instructions"),
        )
        known_by = [
            extension(ITEM_CONTROL, valueCodeableConcept=control),
            extension(DISPLAY_CATEGORY, valueCodeableConcept=category),
        ]
        return self._made(link, "display", words, ALWAYS, known_by, {})

    def _extensions(self, item: FormItem) -> Iterator[Json]:
        """Yield how an item is drawn, what is allowed, and where its answer may come from."""
        if item.kind == "choice":
            drawn = concept(ITEM_CONTROLS, "radio-button")
            yield extension(ITEM_CONTROL, valueCodeableConcept=drawn)
        if item.limits is not None:
            key = "valueInteger" if item.kind == "integer" else "valueDecimal"
            yield extension(MIN_VALUE, **{key: item.limits.least})
            yield extension(MAX_VALUE, **{key: item.limits.most})
            yield extension(UNIT, valueCoding=_unit(item))
        if item.identifier == self._knowledge.exchange.age:
            expression = {"language": FHIRPATH, "expression": AGE}
            yield extension(INITIAL_EXPRESSION, valueExpression=expression)


def _unit(item: FormItem) -> Json:
    """Return the unit of a number, in our words beside its code."""
    assert item.limits is not None
    if item.limits.ucum is None:
        return {"display": item.limits.unit}
    return coding(UCUM, item.limits.ucum, item.limits.unit)
