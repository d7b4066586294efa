"""What changed between two knowledge bases: shown on a form, or proven to be nothing."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import answers

from hingeexpert.assessment import Assessment
from hingeexpert.cli import main
from hingeexpert.inference import diagnose
from hingeexpert.inference.solver import Solver, no
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.loading import load_knowledge
from hingeexpert.paths import data_folder
from hingeexpert.rules_diff import changed, compare, confident, said

RULES = data_folder("rules")


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder, ignore=shutil.ignore_patterns("cases"))
    return folder


def replace(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def test_no_difference_is_proven(edited: Path) -> None:
    replace(edited, "faults/breath_holding.yaml", "when: {stick.breath: held}", "when: {not: {not: {stick.breath: held}}}")
    result = CliRunner().invoke(main, ["rules", "diff", str(RULES), str(edited)])

    assert (result.exit_code, result.stdout) == (0, "no difference: proven over all forms\n")


def test_every_difference_shows_on_its_form(knowledge: KnowledgeBase, edited: Path) -> None:
    replace(edited, "parameters.yaml", "{value: 50, unit: degrees of forward lean", "{value: 45, unit: degrees of forward lean")
    new = load_knowledge(edited)
    found = compare(knowledge, new)

    assert {"shallow_range", "lumbar_flexion", "readiness"} <= {item.name for item in found.differences}
    for item in found.differences:
        assert item.old != item.new
        assert item.old == said(diagnose(knowledge, Assessment(item.answers)), item.name)
        assert item.new == said(diagnose(new, Assessment(item.answers)), item.name)
        assert item.name in changed(knowledge, new, Assessment(item.answers))


def test_a_change_of_confidence_alone_is_found(knowledge: KnowledgeBase, edited: Path) -> None:
    replace(edited, "faults/breath_holding.yaml", "confidence: medium", "confidence: low")
    found = compare(knowledge, load_knowledge(edited))

    assert [(item.name, item.old, item.new, dict(item.answers)) for item in found.differences] == [
        ("breath_holding", "present, medium", "present, low", {"stick.breath": "held"})
    ]


def test_what_only_one_has_is_named(edited: Path) -> None:
    text = (edited / "faults" / "breath_holding.yaml").read_text(encoding="utf-8")
    (edited / "faults" / "breath_hurried.yaml").write_text(text.replace("fault: breath_holding", "fault: breath_hurried"), encoding="utf-8")
    replace(edited, "coaching.yaml", "  - breath_holding\n", "  - breath_holding\n  - breath_hurried\n")
    result = CliRunner().invoke(main, ["rules", "diff", str(RULES), str(edited)])

    assert "only new: fault breath_hurried" in result.stdout


def test_archived_forms_that_change_are_counted_and_named(edited: Path, tmp_path: Path) -> None:
    replace(edited, "faults/breath_holding.yaml", "confidence: medium", "confidence: low")
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "a.yaml").write_text("stick: {breath: held}\n", encoding="utf-8")
    (archive / "b.yaml").write_text("stick: {breath: easy}\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["rules", "diff", str(RULES), str(edited), "--forms", str(archive)])

    assert "a.yaml: breath_holding: present, medium becomes present, low" in result.stdout
    assert result.stdout.endswith("1 of 2 archived forms change\n")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_the_formula_of_confidence_agrees_with_the_diagnosis(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    drawn = data.draw(answers(knowledge, calm=True))
    solver = Solver(knowledge)
    diagnosis = diagnose(knowledge, Assessment(drawn))
    given_answers = [solver.chosen[name][knowledge.same_effect(name, value)] for name, value in drawn.items()]
    blank = [no(solver.answered[name]) for name in knowledge.observables if name not in drawn]
    for fault in [fault for fault in diagnosis.faults if fault.status == "present"][:3]:
        for place, confidence in enumerate(("high", "medium")):
            claim = confident(solver, fault.id, knowledge.faults[fault.id], place)
            surer = fault.confidence in ("high", confidence)
            assert solver.possible(claim, *given_answers, *blank) is surer
