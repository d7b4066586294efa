"""JSON Schemas (draft 2020-12) of what goes in and out: the form, the result, the files of a
knowledge base.
"""

from typing import Any

from hingeexpert.forms.left_blank import LEFT_BLANK, keys_of
from hingeexpert.inference import Diagnosis
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.files import FOLDERS, SINGLE_FILES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def result_schema() -> dict[str, Any]:
    """Return the schema of one result."""
    return {"$schema": DIALECT, **Diagnosis.model_json_schema(mode="serialization", by_alias=True)}


def rules_schema() -> dict[str, Any]:
    """Return a schema for each kind of file of a knowledge base, under `$defs` by its name or
    folder.
    """
    files = {**SINGLE_FILES, **{f"{folder}/*.yaml": model for folder, model in FOLDERS.items()}}
    made = {
        name: model.model_json_schema(
            ref_template=f"#/$defs/{name.replace('/', '~1')}/$defs/{{model}}"
        )
        for name, model in files.items()
    }
    return {"$schema": DIALECT, "title": "The files of a knowledge base, by name", "$defs": made}


def form_schema(knowledge: KnowledgeBase) -> dict[str, Any]:
    """Return the schema of a form of this knowledge base."""
    text = {"type": ["string", "number", "boolean", "null"]}
    properties: dict[str, Any] = {
        "form": {"enum": [*knowledge.info.tags[::-1]]},
        "patient": {"type": ["object", "null"], "additionalProperties": text},
        "date": text,
        "clinician": text,
    }
    for group in knowledge.groups:
        answers = {
            name.partition(".")[2]: {"title": item.question, **item.answer.schema()}
            for name, item in group.observables.items()
        }
        if group.shorthand is not None:
            answers[group.shorthand.key] = {"enum": [group.shorthand.value, None]}
            flags = {"enum": keys_of(group.flags)}
            answers[LEFT_BLANK] = {"type": ["array", "null"], "items": flags}
        properties[group.group] = {
            "type": ["object", "null"],
            "title": group.title,
            "properties": answers,
            "additionalProperties": False,
        }
    return {
        "$schema": DIALECT,
        "title": knowledge.info.title,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
