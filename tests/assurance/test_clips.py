"""The exported CLIPS program: loads as it is, reads answers as a form does, and can be read by a
person.
"""

import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import clips
import pytest
from click.testing import CliRunner
from evaluators import Clips, case_answers, differences

from hingeexpert.assurance.clips import export_clips
from hingeexpert.cli import main
from hingeexpert.formats.files import data_folder
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

VOID = "void_when: {stick.hold: slipped}"


@pytest.fixture(scope="module")
def program(knowledge: KnowledgeBase) -> str:
    return export_clips(knowledge)


@pytest.fixture(scope="module")
def shell(knowledge: KnowledgeBase, program: str) -> Clips:
    return Clips(knowledge, program)


def test_a_user_asserts_plain_answers_and_reads_conclusions(shell: Clips) -> None:
    shell.environment.reset()
    for answer in (
        "sacrum) (value lost",
        "sacrum_when) (value middle",
        "depth_degrees) (value 30",
        "head) (value kept",
        "midback) (value kept",
    ):
        shell.environment.assert_string(f"(answer (observable stick.{answer}))")
    shell.environment.run()

    facts = {str(fact) for fact in shell.environment.facts()}
    assert (
        "(conclusion (kind fault) (id lumbar_flexion) (status present) (confidence high))" in facts
    )
    assert (
        "(ladder (name triage) (at-least clear) (not-ruled-out emergency) (verdict incomplete))"
        in facts
    )


def test_two_processes_write_the_same_program(program: str) -> None:
    script = (
        "from hingeexpert.knowledge import load_knowledge; from hingeexpert.formats.files import "
        "data_folder\n"
        "from hingeexpert.assurance.clips import export_clips\n"
        "print(export_clips(load_knowledge(data_folder('rules'))), end='')\n"
    )

    assert (
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, encoding="utf-8"
        ).stdout
        == program
    )


def test_the_header_names_the_knowledge(knowledge: KnowledgeBase, program: str) -> None:
    head = program.partition("(deftemplate")[0]
    assert all(
        word in head
        for word in (
            knowledge.info.id,
            knowledge.info.version,
            knowledge.sha256,
            "(reset)",
            "(run)",
        )
    )


def test_every_condition_stands_in_a_comment_with_its_words(
    knowledge: KnowledgeBase, program: str
) -> None:
    comments = " ".join(
        line.removeprefix(";").strip() for line in program.splitlines() if line.startswith(";")
    )

    assert [name for name in knowledge.conditions if f"{name}: " not in comments] == []
    assert (
        "triage.urgent.infection_cluster: finding back_pain and (at least 2 of: "
        "safety.fever_or_chills is yes; safety.iv_drug_use is yes;"
    ) in comments


def test_a_misspelled_observable_is_refused(shell: Clips) -> None:
    shell.environment.reset()
    with pytest.raises(clips.CLIPSError, match="allowed values"):
        shell.environment.assert_string("(answer (observable stick.sacrm) (value lost))")


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"stick.sacrum": "gone"}, "allowed: kept, lost"),
        ({"stick.depth_degrees": 500}, "allowed: a whole number from 0 to 120"),
        ({"stick.depth_degrees": 30.0}, "allowed: a whole number from 0 to 120"),
        ({"stick.depth_degrees": "deep"}, "allowed: a whole number from 0 to 120"),
        ({"wall.done": "no", "wall.hips": "back"}, "a finding of a drill that was not done"),
    ],
)
def test_what_no_form_may_say_is_a_problem_and_no_conclusion(
    shell: Clips, answers: dict[str, str], why: str
) -> None:
    verdicts = shell.judge(answers)[1]

    assert [why in str(problem["why"]) for problem in shell.facts("problem")] == [True]
    assert (verdicts.conclusions, verdicts.ladders) == ({}, {})


def test_two_answers_to_one_question_are_a_problem(shell: Clips) -> None:
    shell.judge({"stick.sacrum": "kept"})
    shell.add({"stick.sacrum": "lost"})

    assert {problem["why"] for problem in shell.facts("problem")} == {"two answers"}
    assert list(shell.facts("conclusion")) == []


def test_answers_may_come_one_after_the_other(knowledge: KnowledgeBase, shell: Clips) -> None:
    for answers in case_answers(knowledge)[:10]:
        at_once = shell.judge(answers)
        shell.judge({})
        for name, value in answers.items():
            shell.add({name: value})
        assert shell.read() == at_once


@pytest.mark.parametrize(
    "void",
    [
        "{all: [{stick.hold: slipped}, {context.visit: first}]}",
        "{any: [{not: {stick.hold: secure}}, {context.age_years: {from: fracture_age}}]}",
        "{not: {all: [{stick.hold: secure}, {not: {context.visit: retest}}]}}",
        (
            "{at_least: {n: slip_count, of: [{stick.hold: slipped}, {context.visit: first}, "
            "{not: {stick.knees: soft}}]}}"
        ),
    ],
)
def test_any_reason_why_an_answer_cannot_be_read_is_exported(tmp_path: Path, void: str) -> None:
    """What CLIPS knows is what a form makes known, over every answer that bears on it."""
    rules = Path(
        shutil.copytree(
            data_folder("rules"), tmp_path / "rules", ignore=shutil.ignore_patterns("cases")
        )
    )
    file, numbers = rules / "observables" / "stick.yaml", rules / "parameters.yaml"
    shipped = file.read_text(encoding="utf-8")
    assert VOID in shipped
    file.write_text(shipped.replace(VOID, f"void_when: {void}"), encoding="utf-8")
    more = "".join(
        (
            f"\n  {name}: {{value: {value}, unit: signs, status: proposal, sources: [PROPOSAL], "
            f"meaning: Only for this test.}}"
        )
        for name, value in (("slip_count", 2), ("fracture_age", 70))
    )
    numbers.write_text(f"{numbers.read_text(encoding='utf-8').rstrip()}{more}\n", encoding="utf-8")
    knowledge = load_knowledge(rules)
    shell = Clips(knowledge)
    asked = {
        "hold": ["secure", "slipped", None],
        "visit": ["first", "retest", None],
        "age": [69, 70, None],
        "knees": ["soft", "locked", None],
    }
    for hold, visit, age, knees in itertools.product(*asked.values()):
        bearing = {
            "stick.hold": hold,
            "context.visit": visit,
            "context.age_years": age,
            "stick.knees": knees,
        }
        contacts = {"stick.sacrum": "lost", "stick.sacrum_when": "early"}
        answers = {
            name: value for name, value in {**contacts, **bearing}.items() if value is not None
        }
        shell.judge(answers)
        told = {
            str(fact["observable"]): fact["value"]
            for fact in shell.facts("known")
            if fact["value"] != "not-needed"
        }
        assert (
            list(
                differences("a form", dict(what_is_known(knowledge, answers).facts), "CLIPS", told)
            )
            == []
        )


def test_the_command_writes_the_program(tmp_path: Path, program: str) -> None:
    path = tmp_path / "hinge.clp"
    shown = CliRunner().invoke(main, ["rules", "export", "--to", "clips"])
    written = CliRunner().invoke(main, ["rules", "export", "--to", "clips", "-o", str(path)])

    assert (shown.exit_code, written.exit_code, written.stdout) == (0, 0, "")
    assert shown.stdout == path.read_text(encoding="utf-8") == program
