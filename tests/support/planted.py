"""Holes planted in a copy of the rules, and the forms that show them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from small import copied

from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment, read_form
from hingeexpert.forms.writing import filled_form
from hingeexpert.handout.document import Wishes
from hingeexpert.handout.writing import handout
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.loading import Loader
from hingeexpert.knowledge.models.properties import Property
from hingeexpert.knowledge.rule_files import read_rule_files
from hingeexpert.reporting.view import view

SHIPPED = data_folder("rules")
TO_DO = {"cue", "drill", "log"}
"""The parts of a sheet that give something to do."""


def edited(tmp_path: Path, file: str, old: str, new: str, base: Path = SHIPPED) -> KnowledgeBase:
    """Return a knowledge base with one text replaced."""
    folder = copied(tmp_path, base)
    replaced(folder / file, old, new)
    return _loader(base).knowledge_of(read_rule_files(folder))


@cache
def _loader(_: Path) -> Loader:
    """Return what checks only the files of a knowledge base that an edit moves."""
    return Loader()


def replaced(path: Path, old: str, new: str) -> None:
    """Replace a text that stands once in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def entry(file: str, name: str) -> str:
    """Return a rule of a ladder as it stands in its file."""
    lines = (SHIPPED / file).read_text(encoding="utf-8").splitlines(keepends=True)
    start = lines.index(f"      - id: {name}\n")
    rest = range(start, len(lines))
    end = next(place for place in rest if lines[place].startswith("        sources:"))
    return "".join(lines[start : end + 1])


def property_of(knowledge: KnowledgeBase, name: str) -> Property:
    """Return a property by its id."""
    return next(item for item in knowledge.properties if item.id == name)


def form_of(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> Assessment:
    """Return answers that a proof shows as the form that a user would give."""
    form = read_form(knowledge, "counterexample", filled_form(knowledge, answers).encode())
    assert dict(form.answers) == dict(answers)
    return form


def given_to_do(knowledge: KnowledgeBase, form: Assessment) -> bool:
    """Whether a result, its report or its sheet gives a cue, a drill, a dose or a step up."""
    diagnosis = diagnose(knowledge, form)
    verdict = view(knowledge, diagnosis).readiness.verdict
    opened = verdict is not None and bool(verdict.unlocks or verdict.advice)
    told = any(fault.cues or fault.drills for fault in diagnosis.faults)
    sheet = handout(knowledge, form, diagnosis, Wishes(drills=2))
    at_home = TO_DO & {section.id for section in sheet.sections}
    return opened or told or bool(at_home) or diagnosis.focus is not None
