"""What changed between two knowledge bases: shown on a form, or proven to be nothing."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from counts import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import answers

from hingeexpert.assurance.diff import changed, compare, confident, verdict_in_words
from hingeexpert.assurance.formulas import no
from hingeexpert.assurance.solver import Solver
from hingeexpert.cli import main
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

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
    replace(
        edited,
        "faults/breath_holding.yaml",
        "when: {stick.breath: held}",
        "when: {not: {not: {stick.breath: held}}}",
    )
    result = CliRunner().invoke(main, ["rules", "diff", str(RULES), str(edited)])

    assert (result.exit_code, result.stdout) == (0, "no difference: proven over all forms\n")


def test_every_difference_shows_on_its_form(knowledge: KnowledgeBase, edited: Path) -> None:
    replace(
        edited,
        "parameters.yaml",
        "{value: 50, unit: degrees of forward lean",
        "{value: 45, unit: degrees of forward lean",
    )
    new = load_knowledge(edited)
    found = compare(knowledge, new)

    assert {"shallow_range", "lumbar_flexion", "readiness"} <= {
        item.name for item in found.differences
    }
    for item in found.differences:
        assert item.old != item.new
        assert item.old == verdict_in_words(
            diagnose(knowledge, Assessment(item.answers)), item.name
        )
        assert item.new == verdict_in_words(diagnose(new, Assessment(item.answers)), item.name)
        assert item.name in changed(knowledge, new, Assessment(item.answers))


def test_a_change_of_confidence_alone_is_found(knowledge: KnowledgeBase, edited: Path) -> None:
    replace(edited, "faults/breath_holding.yaml", "confidence: medium", "confidence: low")
    found = compare(knowledge, load_knowledge(edited))

    assert [(item.name, item.old, item.new, dict(item.answers)) for item in found.differences] == [
        ("breath_holding", "present, medium", "present, low", {"stick.breath": "held"})
    ]


def test_what_only_one_has_is_named(edited: Path) -> None:
    text = (edited / "faults" / "breath_holding.yaml").read_text(encoding="utf-8")
    (edited / "faults" / "breath_hurried.yaml").write_text(
        text.replace("fault: breath_holding", "fault: breath_hurried"), encoding="utf-8"
    )
    replace(
        edited, "coaching.yaml", "  - breath_holding\n", "  - breath_holding\n  - breath_hurried\n"
    )
    result = CliRunner().invoke(main, ["rules", "diff", str(RULES), str(edited)])

    assert "only new: fault breath_hurried" in result.stdout
    assert (
        "breath_hurried: absent becomes present, medium, for example\n  Breath in the bend: held\n"
    ) in result.stdout


def test_another_name_of_a_verdict_is_a_difference(edited: Path) -> None:
    for path in edited.rglob("*.yaml"):
        path.write_text(
            path.read_text(encoding="utf-8").replace("ready_ballistic", "ready_fast"),
            encoding="utf-8",
        )
    found = compare(load_knowledge(RULES), load_knowledge(edited))

    assert (found.only_old, found.only_new) == (
        ("readiness ready_ballistic",),
        ("readiness ready_fast",),
    )
    assert [item.name for item in found.differences] == ["readiness"]


QUESTION = """
  stick.rhythm:
    question: How fast does the person bend?
    asked_of: observer
    look: Count one number a second.
    type: choice
    values: {slow: Two seconds or more., rushed: Less than two seconds., not_noted: Not counted.}
    default: not_noted
    changeable: yes
    sources: [PROPOSAL]
"""


@pytest.fixture
def asks_more(edited: Path) -> Path:
    """Return rules with one more question, and a rule that hangs on it."""
    with (edited / "observables" / "stick.yaml").open("a", encoding="utf-8") as file:
        file.write(QUESTION)
    replace(
        edited,
        "faults/breath_holding.yaml",
        "when: {stick.breath: held}",
        "when: {any: [{stick.breath: held}, {stick.rhythm: rushed}]}",
    )
    return edited


def test_what_differs_only_through_a_new_question_is_told_apart(
    knowledge: KnowledgeBase, asks_more: Path
) -> None:
    new = load_knowledge(asks_more)
    found = compare(knowledge, new)

    assert (found.differences, found.refused) == ((), None)
    assert {item.name for item in found.through_new} == {"breath_holding", "readiness"}
    for item in found.through_new:
        assert dict(item.answers) == {"stick.rhythm": "rushed"}
        assert item.old == verdict_in_words(diagnose(knowledge, Assessment({})), item.name)
        assert item.new == verdict_in_words(diagnose(new, Assessment(item.answers)), item.name)


def test_the_same_result_on_all_old_forms_is_said_beside_a_new_question(asks_more: Path) -> None:
    shown = CliRunner().invoke(main, ["rules", "diff", str(RULES), str(asks_more)]).stdout

    assert (
        "all forms that OLD reads give the same triage, readiness, faults and contributors: proven"
        in shown
    )
    assert (
        "breath_holding: absent becomes present, medium, only with an answer that OLD does "
        "not have, for example"
    ) in shown
    assert shown.endswith("\n  How fast does the person bend?: rushed\n")


def test_the_whole_form_is_shown_when_asked_for(asks_more: Path) -> None:
    arguments = ["rules", "diff", "--full", str(RULES), str(asks_more)]
    shown = CliRunner().invoke(main, arguments).stdout

    assert shown.endswith("  form: hinge/2\n  stick: {rhythm: rushed}\n")


def test_a_new_question_without_a_default_changes_old_forms(asks_more: Path) -> None:
    replace(
        asks_more,
        "observables/stick.yaml",
        " Not counted.}\n    default: not_noted\n",
        " Not counted.}\n",
    )
    shown = CliRunner().invoke(main, ["rules", "diff", str(RULES), str(asks_more)]).stdout

    assert "breath_holding: absent becomes undetermined, for example" in shown
    assert "not all forms that OLD reads give the same result" in shown


def test_a_form_that_only_the_old_rules_read_is_shown(asks_more: Path) -> None:
    shown = CliRunner().invoke(main, ["rules", "diff", str(asks_more), str(RULES)]).stdout

    assert (
        "OLD reads forms that NEW rejects, for example\n  How fast does the person bend?: " in shown
    )
    assert (
        "all forms that both read give the same triage, readiness, faults and contributors: proven"
        in shown
    )


def test_a_narrower_range_is_a_form_that_the_new_rules_reject(edited: Path) -> None:
    replace(
        edited,
        "observables/stick.yaml",
        "range: {least: 0, most: 120,",
        "range: {least: 0, most: 100,",
    )
    found = compare(load_knowledge(RULES), load_knowledge(edited))

    assert found.only_old == ("range stick.depth_degrees: 0 to 120",)
    assert found.refused == {"stick.depth_degrees": 101}


def test_an_archived_form_with_a_new_answer_counts_as_blank_for_the_old_rules(
    asks_more: Path, tmp_path: Path
) -> None:
    form = tmp_path / "a.yaml"
    form.write_text("stick: {rhythm: rushed}\n", encoding="utf-8")
    shown = (
        CliRunner()
        .invoke(main, ["rules", "diff", str(RULES), str(asks_more), "--forms", str(form)])
        .stdout
    )

    assert "a.yaml: breath_holding: absent becomes present, medium" in shown


def test_archived_forms_that_change_are_counted_and_named(edited: Path, tmp_path: Path) -> None:
    replace(edited, "faults/breath_holding.yaml", "confidence: medium", "confidence: low")
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "a.yaml").write_text("stick: {breath: held}\n", encoding="utf-8")
    (archive / "b.yaml").write_text("stick: {breath: easy}\n", encoding="utf-8")
    result = CliRunner().invoke(
        main, ["rules", "diff", str(RULES), str(edited), "--forms", str(archive)]
    )

    assert "a.yaml: breath_holding: present, medium becomes present, low" in result.stdout
    assert result.stdout.endswith("1 of 2 archived forms change\n")


@pytest.fixture(scope="module")
def solver(knowledge: KnowledgeBase) -> Solver:
    return Solver(knowledge)


@examples(quick=10, thorough=25)
@given(data=st.data())
def test_the_formula_of_confidence_agrees_with_the_diagnosis(
    knowledge: KnowledgeBase, solver: Solver, data: st.DataObject
) -> None:
    drawn = data.draw(answers(knowledge, calm=True))
    diagnosis = diagnose(knowledge, Assessment(drawn))
    given_answers = [
        solver.chosen[name][knowledge.same_effect(name, value)] for name, value in drawn.items()
    ]
    blank = [no(solver.answered[name]) for name in knowledge.observables if name not in drawn]
    for fault in [fault for fault in diagnosis.faults if fault.status == "present"][:3]:
        for place, confidence in enumerate(("high", "medium")):
            claim = confident(solver, fault.id, knowledge.faults[fault.id], place)
            surer = fault.confidence in ("high", confidence)
            assert solver.possible(claim, *given_answers, *blank) is surer


def test_an_archived_table_is_compared_row_by_row(edited: Path, tmp_path: Path) -> None:
    replace(edited, "faults/breath_holding.yaml", "confidence: medium", "confidence: low")
    archive = tmp_path / "archive.csv"
    archive.write_text(
        "patient.id,stick.breath\nSmith,held\nJones,easy\nBrown,hold\n", encoding="utf-8"
    )
    result = CliRunner().invoke(
        main, ["rules", "diff", str(RULES), str(edited), "--forms", str(archive)]
    )

    assert (
        "archive.csv: row 1: fault.breath_holding: medium becomes low\n1 of 2 archived forms "
        "change\n"
    ) in result.stdout
    assert (result.exit_code, "rows rejected: 1;" in result.stderr, "Smith" in result.output) == (
        1,
        True,
        False,
    )
