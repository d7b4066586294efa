"""Print what the program is made of as CycloneDX 1.6, without a time or a number of its own: the
same versions give the same bytes.

    python .ci/sbom.py BASE EVERY >sbom.cdx.json

BASE and EVERY are reports of `pip install --dry-run --report`, of the base install and of every
extra that a user installs. What stands in BASE is required, the rest is optional. What others made
and the wheel ships stands in it with its hash.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
NAME = "hingeexpert"
VERSION = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)
HTMX = Path("reports/web/static/htmx.min.js")
HTMX_VERSION = re.compile(r'version:"([\d.]+)"')
AGE, AGE_NAME = Path("reports/web/app/age.min.js"), "age-encryption"
AGE_LOCK = Path(".ci/age-packages/package-lock.json")
MODULES = "node_modules/"
FONTS = Path("reports/fonts")
FONT_LICENCES = {"Droid": "Apache-2.0", "Noto": "OFL-1.1"}
"""By how the name of a font's file begins."""
LONGEST_LICENCE = 60
"""Characters; some packages write the whole text where its name is asked for."""
Packages = Mapping[str, Mapping[str, Any]]
Part = dict[str, Any]


def packages(report: Path) -> Packages:
    """Return what a report says of each package, by name."""
    items = json.loads(report.read_text(encoding="utf-8"))["install"]
    found = {canonicalize_name(item["metadata"]["name"]): item["metadata"] for item in items}
    return dict(sorted(found.items()))


def licences(metadata: Mapping[str, Any]) -> list[Part]:
    """Return under which licence a package stands, as far as it says so in a word."""
    if expression := metadata.get("license_expression"):
        return [{"expression": expression}]
    named = metadata.get("license") or ""
    if named and len(named) <= LONGEST_LICENCE and "\n" not in named:
        return [{"license": {"name": named}}]
    classifiers = metadata.get("classifier", [])
    names = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License :: ")]
    return [{"license": {"name": name}} for name in names]


def reference(name: str, version: str) -> str:
    """Return the name of a package that every list of weaknesses knows."""
    return f"pkg:pypi/{name}@{version}"


def package(name: str, metadata: Mapping[str, Any], required: bool) -> Part:
    """Return one package as a component."""
    purl = reference(name, metadata["version"])
    component = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": metadata["version"],
        "purl": purl,
        "scope": "required" if required else "optional",
    }
    found = licences(metadata)
    return component | ({"licenses": found} if found else {})


def shipped() -> Iterator[Part]:
    """Yield what others made and the wheel ships, as components."""
    version = HTMX_VERSION.search((ROOT / HTMX).read_text(encoding="utf-8"))
    assert version is not None, f"{HTMX} says no version"
    yield {
        **_shipped_file("library", HTMX, "0BSD"),
        "name": "htmx.org",
        "version": version[1],
        "purl": f"pkg:npm/htmx.org@{version[1]}",
    }
    for part in bundled():
        own = _shipped_file("library", AGE, "BSD-3-Clause") if part["name"] == AGE_NAME else {}
        yield {**part, **own, "name": part["name"]}
    for path in sorted((ROOT / FONTS).glob("*.[ot]tf")):
        licence = next(name for start, name in FONT_LICENCES.items() if path.name.startswith(start))
        yield _shipped_file("file", path.relative_to(ROOT), licence)


def bundled() -> Iterator[Part]:
    """Yield the packages of npm of which one script is made, as components."""
    lock = json.loads((ROOT / AGE_LOCK).read_text(encoding="utf-8"))
    for path, package in sorted(lock["packages"].items()):
        if not path or package.get("dev"):
            continue
        name, version = path.rpartition(MODULES)[2], package["version"]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": version,
            "purl": purl,
            "scope": "required",
            "licenses": [{"expression": package["license"]}],
        }


def _shipped_file(kind: str, path: Path, licence: str) -> Part:
    content = hashlib.sha256((ROOT / path).read_bytes()).hexdigest()
    return {
        "type": kind,
        "bom-ref": path.as_posix(),
        "name": path.as_posix(),
        "hashes": [{"alg": "SHA-256", "content": content}],
        "licenses": [{"license": {"id": licence}}],
    }


def needs(metadata: Mapping[str, Any], extras: tuple[str, ...], among: Packages) -> list[str]:
    """Return what a package needs, of those that are there."""
    found: set[str] = set()
    for line in metadata.get("requires_dist", []):
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        marker = requirement.marker
        wanted = marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)
        if wanted and name in among and name != NAME:
            found.add(reference(name, among[name]["version"]))
    return sorted(found)


def bill(base: Packages, every: Packages) -> Part:
    """Return the whole document."""
    version = VERSION.search((ROOT / NAME / "__init__.py").read_text(encoding="utf-8"))
    assert version is not None, "the program says no version"
    own = reference(NAME, version[1])
    others = {name: metadata for name, metadata in every.items() if name != NAME}
    parts = list(shipped())
    extras = ("", *every[NAME].get("provides_extra", []))
    depends = {own: [*needs(every[NAME], extras, every), *(part["bom-ref"] for part in parts)]}
    for name, metadata in others.items():
        depends[reference(name, metadata["version"])] = needs(metadata, ("",), every)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": NAME,
                "version": version[1],
                "purl": own,
                "licenses": [{"expression": every[NAME]["license_expression"]}],
            }
        },
        "components": [
            *(package(name, metadata, name in base) for name, metadata in others.items()),
            *parts,
        ],
        "dependencies": [{"ref": ref, "dependsOn": on} for ref, on in depends.items()],
    }


if __name__ == "__main__":
    document = bill(*(packages(Path(name)) for name in sys.argv[1:]))
    print(json.dumps(document, indent=1, ensure_ascii=False))
