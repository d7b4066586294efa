"""What others say of a FHIR resource: the JSON Schema of FHIR R4, and fhirkit."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import fhirkit
from folders import DATA
from jsonschema import Draft6Validator

Json = dict[str, Any]


def flaws_of(resource: Json) -> list[str]:
    """Return all that any of them has against a resource of FHIR R4."""
    return [*schema_flaws(resource), *fhirkit_flaws(resource)]


def schema_flaws(resource: Json) -> list[str]:
    """Return what the JSON Schema has against a resource; of a bundle, also against those in it,
    one by one: of a slip inside it would say only that no kind of resource fits.
    """
    return [flaw for one in _apart(resource) for flaw in _schema_flaws(one)]


def fhirkit_flaws(resource: Json) -> list[str]:
    """Return what fhirkit has against a resource."""
    return [str(issue) for issue in fhirkit.validate(json.dumps(resource))]


def _apart(resource: Json) -> Iterator[Json]:
    """Yield a resource, a bundle as its shell and then what is in it."""
    if resource.get("resourceType") != "Bundle":
        yield resource
        return
    entries = resource.get("entry", [])
    shells = [{key: entry[key] for key in entry if key != "resource"} for entry in entries]
    yield resource | ({"entry": shells} if entries else {})
    yield from (entry["resource"] for entry in entries if "resource" in entry)


def _schema_flaws(resource: Json) -> Iterator[str]:
    kind = str(resource.get("resourceType"))
    if kind not in _definitions():
        yield f"{kind}: no such kind of resource"
        return
    for error in _validator(kind).iter_errors(resource):
        yield f"{kind} {error.json_path}: {error.message[:300]}"


@cache
def _definitions() -> Json:
    text = (DATA / "fhir" / "r4.schema.json").read_text(encoding="utf-8")
    definitions: Json = json.loads(text)["definitions"]
    return definitions


@cache
def _validator(kind: str) -> Draft6Validator:
    return Draft6Validator({"definitions": _definitions(), "$ref": f"#/definitions/{kind}"})
