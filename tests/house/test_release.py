"""What goes out with the wheel: pinned versions with their hashes, and what it is made of."""

import hashlib
import json
import re
import tomllib
from typing import Any

import pytest
from folders import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import hingeexpert

PIN = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
BILL = json.loads((ROOT / "sbom.cdx.json").read_text(encoding="utf-8"))
EXTRAS = ("pdf", "batch", "verify")


def pins(text: str) -> dict[str, str]:
    return {str(canonicalize_name(name)): version for name, version in PIN.findall(text)}


def components(kind: str) -> list[dict[str, Any]]:
    return [part for part in BILL["components"] if part.get("purl", "").startswith(f"pkg:{kind}/")]


@pytest.fixture(scope="module")
def constraints() -> dict[str, str]:
    return pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wanted() -> dict[bool, set[str]]:
    """Return what the wheel itself asks for: the base install's under True, the extras' under
    False.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for name in EXTRAS for line in project["optional-dependencies"][name]]
    return {
        base: {str(canonicalize_name(Requirement(line).name)) for line in lines}
        for base, lines in ((True, project["dependencies"]), (False, extras))
    }


def test_the_lock_holds_the_versions_that_were_tested(constraints: dict[str, str]) -> None:
    different = {name: (version, constraints.get(name)) for name, version in pins(LOCK).items()}
    assert {name: both for name, both in different.items() if both[0] != both[1]} == {}


def test_the_lock_holds_all_that_the_wheel_asks_for(wanted: dict[bool, set[str]]) -> None:
    assert wanted[True] | wanted[False] <= pins(LOCK).keys()


def test_every_version_of_the_lock_has_hashes_and_no_place() -> None:
    parts = re.split(r"^(?=[a-z])", LOCK.partition("\n")[2], flags=re.MULTILINE)[1:]

    assert len(parts) == len(pins(LOCK))
    assert [part for part in parts if "--hash=sha256:" not in part] == []
    assert "/" not in re.sub(r"^#.*$", "", LOCK, flags=re.MULTILINE)


def test_the_bill_names_this_version_and_what_was_tested(constraints: dict[str, str]) -> None:
    found = {part["name"]: part["version"] for part in components("pypi")}

    assert BILL["metadata"]["component"]["version"] == hingeexpert.__version__
    assert found == {name: constraints.get(name) for name in found}
    assert pins(LOCK).keys() <= found.keys()


def test_the_bill_tells_what_every_install_brings(wanted: dict[bool, set[str]]) -> None:
    required = {part["name"] for part in components("pypi") if part["scope"] == "required"}

    assert wanted[True] <= required
    assert wanted[False].isdisjoint(required)


def test_the_bill_has_neither_a_time_nor_a_number_of_its_own() -> None:
    assert "serialNumber" not in BILL
    assert "timestamp" not in BILL["metadata"]


def test_the_bill_names_what_others_made_and_the_wheel_ships() -> None:
    named = {
        part["bom-ref"]: part["hashes"][0]["content"]
        for part in BILL["components"]
        if "hashes" in part
    }
    fonts = (ROOT / "reports" / "fonts").glob("*.[ot]tf")
    web = ROOT / "reports" / "web"
    paths = [*fonts, web / "static" / "htmx.min.js", web / "app" / "age.min.js"]

    assert named == {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
    }


def test_the_bill_and_the_licences_name_what_age_for_browsers_is_made_of() -> None:
    text = (ROOT / "reports" / "web" / "app" / "age-LICENSE.txt").read_text("utf-8")
    heads = re.findall(r"^(@?[a-z][a-z/-]+) (\d[\d., ]+)$", text, re.MULTILINE)
    licensed = {(name, version) for name, versions in heads for version in versions.split(", ")}
    named = {(part["name"], part["version"]) for part in components("npm")}

    assert licensed == {part for part in named if part[0] != "htmx.org"}
    assert "age-encryption" in dict(licensed)
