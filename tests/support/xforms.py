"""XLSForms by those who make forms of them: pyxform, ODK Validate, xlsform-lint, rxeval; and filled
by JavaRosa, the engine of ODK Collect and KoboCollect.
"""

import atexit
import contextlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rxeval
from folders import SUPPORT
from pyxform.validators.odk_validate import ODK_VALIDATE_PATH
from pyxform.xls2xform import convert
from xlsform_lint.cli import main as lint

from hingeexpert.inference.diagnosis import Diagnosis
from hingeexpert.interop.carried import NOT_ASSESSED
from hingeexpert.interop.questionnaire import questionnaire
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

NO_JAVA = "no Java on the path (Debian: apt-get install openjdk-17-jre-headless)"
needs_java = pytest.mark.skipif(
    not os.environ.get("CI") and shutil.which("java") is None, reason=NO_JAVA
)
JAVA = ("-Djava.awt.headless=true", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""A machine that is soon there; nothing runs on it long enough to be worth more compiling."""
FILLER = SUPPORT / "javarosa_process.py"
Pressed = list[tuple[str, str]]
"""Variable and answer, as they are given one after the other."""


def xform_of(workbook: bytes) -> str:
    """Return the form that pyxform makes of a workbook, which it must take without a warning."""
    warnings: list[str] = []
    made = convert(io.BytesIO(workbook), warnings=warnings, file_type=".xlsx")
    assert warnings == [], warnings
    return str(made.xform)


def refused_by_validate(xforms: Sequence[Path]) -> dict[Path, str]:
    """Return the forms that ODK Validate refuses, with all that it said in this run."""
    command = ["java", *JAVA, "-jar", ODK_VALIDATE_PATH, *map(str, xforms)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    _, _, listed = run.stderr.partition("The following files failed validation:")
    assert bool(listed) == bool(run.returncode), run.stderr
    return {xform: run.stderr for xform in xforms if str(xform) in listed.splitlines()}


def lint_slips(workbook: Path) -> str:
    """Return what xlsform-lint finds; nothing is nothing."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = lint([str(workbook), "--profile", "strict", "--fail-on", "info"])
    return said.getvalue() if code else ""


def travel_slips(xform: Path) -> list[str]:
    """Return what tablets and browsers would read differently, by rxeval."""
    return [issue["says"] for issue in rxeval.check_form(str(xform))]


@dataclass(frozen=True)
class Filled:
    """A form that JavaRosa filled.

    Attributes:
        values: Every field that is sent, to what stands in it; one that is not shown is not sent.
        refused: Answers that were not taken, and why.
        xml: The submission.
    """

    values: dict[str, str]
    refused: dict[str, str]
    xml: str


def filled(xform: Path, forms: Iterable[Pressed]) -> list[Filled]:
    """Fill forms as ODK Collect does: each answer is checked, then what is not shown is dropped."""
    filler = _filler()
    assert filler.stdin is not None
    assert filler.stdout is not None
    print(json.dumps([str(xform), list(forms)]), file=filler.stdin, flush=True)
    answer = filler.stdout.readline()
    assert answer, f"JavaRosa ended with {filler.wait()}; standard error says why"
    return [
        Filled(fields_of(form["xml"]), form["refused"], form["xml"]) for form in json.loads(answer)
    ]


@cache
def _filler() -> subprocess.Popen[str]:
    """Start JavaRosa, once for all tests of this process; it ends with them."""
    command = [sys.executable, str(FILLER), ODK_VALIDATE_PATH]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    atexit.register(process.communicate)
    return process


def fields_of(submission: str) -> dict[str, str]:
    """Return every field of a submission to its text."""
    root = ElementTree.fromstring(submission)
    leaves = (node for node in root.iter() if len(node) == 0)
    return {node.tag.rpartition("}")[2]: node.text or "" for node in leaves}


def pressed(knowledge: KnowledgeBase, cells: dict[str, Value]) -> Pressed:
    """Return how cells by identifier are answered, in the order of the form."""
    places = {name: place for place, name in enumerate(knowledge.variables)}
    return [
        (knowledge.variables[name], str(cells[name]))
        for name in sorted(cells, key=places.__getitem__)
    ]


def told(knowledge: KnowledgeBase, result: Diagnosis) -> dict[str, str]:
    """Return what a form that judges everything must have concluded."""
    found = {fault.id: fault.status for fault in result.faults}
    words = {"present": "present", "undetermined": "", "absent": "absent"}
    return {
        "triage_at_least": result.triage.at_least,
        "triage_not_ruled_out": result.triage.not_ruled_out,
        "readiness_at_least": result.readiness.at_least,
        "readiness_not_ruled_out": result.readiness.not_ruled_out,
        **{f"fault_{name}": words[found.get(name, "absent")] for name in knowledge.faults},
    }


def not_assessed(
    knowledge: KnowledgeBase, cells: dict[str, Value], rng: random.Random
) -> dict[str, Value]:
    """Return *not assessed* for some questions without an answer, but none beside a shorthand."""
    pressed = {}
    for part in questionnaire(knowledge).parts:
        if not any(item.is_shorthand and item.identifier in cells for item in part.items):
            for item in part.items:
                is_open = item.can_be_not_assessed and item.identifier not in cells
                if is_open and rng.random() < 0.3:
                    pressed[item.identifier] = NOT_ASSESSED
    return pressed
