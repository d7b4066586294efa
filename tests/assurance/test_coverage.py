"""Coverage of the rules by worked cases: what is missing is named, and how to reach it."""

import re
import shutil
import sys
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from shipped import shipped_cases
from small import SMALL

from hingeexpert.assurance import read_cases
from hingeexpert.assurance.coverage import Branch, Missing, coverage, missing
from hingeexpert.assurance.worked_cases import WorkedCase
from hingeexpert.cli import main
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import read_form
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.forms.writing import filled_form
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.evaluation import Worlds, evaluate

RULES = data_folder("rules")
DEAD = (
    "  - {id: dead, when: {all: [{stick.hold: secure}, {stick.hold: slipped}]}, say: Never "
    "said., sources: [PROPOSAL]}\n"
)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(
        main, ["rules", "coverage", *(str(argument) for argument in arguments)]
    )


def truth(knowledge: KnowledgeBase, form: str, place: int) -> bool | None:
    """Return the truth of a condition on a form as anyone may write it."""
    answers = read_form(knowledge, "form.yaml", form.encode()).answers
    return evaluate(knowledge.network, Worlds(what_is_known(knowledge, answers).facts))[
        place
    ].in_world(0)


def cases_but(start: str) -> list[WorkedCase]:
    """Return the shipped cases without those whose file begins like this."""
    return [case for case in shipped_cases() if not case.file.startswith(start)]


def take_out(cases: Path, person: str) -> None:
    """Take the case of a person out of the file in which it stands beside others."""
    line = f"patient: {{id: {person}}}\n"
    texts = {path: path.read_text(encoding="utf-8") for path in cases.rglob("*.yaml")}
    ((path, text),) = ((path, text) for path, text in texts.items() if line in text)
    parts = re.split(r"^(?=  - name:)", text, flags=re.MULTILINE)
    path.write_text("".join(part for part in parts if line not in part), encoding="utf-8")


def named(knowledge: KnowledgeBase, name: str, truth: bool | None) -> Branch:
    return Branch(knowledge.network.names[name], truth)


def test_the_shipped_cases_reach_every_rule_and_every_branch_that_can_be_reached() -> None:
    result = run()

    assert result.exit_code == 0, result.stdout[-3000:]
    assert result.stdout.rstrip().endswith("rules never true: 0; branches missing: 0")


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (
            ("C-stance_setup-shoes-on",),
            "never true in stance_setup.shoes_on: wall.barefoot is no and not "
            "(wall.shoes_needed is yes)",
        ),
        (
            (
                "C-questions-loaded-work-blank-at-symmetry",
                "C-questions-gates-blank-at-the-ballistic",
            ),
            (
                "never unknown in readiness.ready_symmetry.single_leg_not_clean: "
                "load.single_leg_clean is left_only or right_only or neither"
            ),
        ),
        (
            ("C-triage-steroids-at-70", "C-triage-minor-fall-and-height-loss"),
            "never true in triage.urgent.fracture_cluster: finding pain_but_of_the_upper_back and "
            "(at least 2 of: "
            "safety.minor_trauma_or_sudden_pain is yes; "
            "safety.steroid_use_long is yes; safety.osteoporosis is yes; "
            "safety.height_loss_or_deformity is yes; "
            "context.age_years is 70 or more)",
        ),
    ],
)
def test_without_its_cases_a_branch_is_missing_and_the_printed_form_reaches_it(
    people: tuple[str, ...], said: str, knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    cases = shutil.copytree(RULES / "cases", tmp_path / "cases")
    for person in people:
        take_out(cases, person)
    result = run(cases)
    words, form = re.fullmatch(
        r"(never .*?)\n    (form: .*)", result.stdout.split("\n\n")[1], re.DOTALL
    ).groups()  # type: ignore[union-attr]
    covered = coverage(knowledge, read_cases(knowledge, cases)[0])
    (branch,) = [
        item.branch for item in missing(knowledge, covered, forms=False) if item.reachable != "no"
    ]

    assert result.exit_code == 1
    assert " ".join(words.split()) == said
    assert truth(knowledge, textwrap.dedent(f"    {form}"), branch.position) is branch.truth
    assert result.stdout.rstrip().endswith("branches missing: 1")


def test_every_form_that_is_shown_reaches_its_branch_and_needs_all_its_answers(
    knowledge: KnowledgeBase,
) -> None:
    """Of all cases but those of open questions; smallest: no answer can be left out."""
    covered = coverage(knowledge, cases_but("questions/"))
    shown = [item for item in missing(knowledge, covered) if item.answers is not None]

    assert len(shown) > 50
    for item in shown:
        assert item.answers is not None
        place, wanted = item.branch.position, item.branch.truth
        assert truth(knowledge, filled_form(knowledge, item.answers), place) is wanted
        for left_out in item.answers:
            fewer = {name: value for name, value in item.answers.items() if name != left_out}
            assert truth(knowledge, filled_form(knowledge, fewer), place) is not wanted


def test_what_no_form_can_reach_is_proven_and_not_missing(tmp_path: Path) -> None:
    """A planted remark asks for two answers to one question: never true, and that costs no exit
    code.
    """
    rules = shutil.copytree(SMALL, tmp_path / "rules")
    with (rules / "remarks.yaml").open("a", encoding="utf-8") as file:
        file.write(DEAD)
    knowledge = load_knowledge(rules)
    cases, _ = read_cases(knowledge, rules / "cases")
    proofs = list(missing(knowledge, coverage(knowledge, cases)))

    assert Missing(named(knowledge, "remark:dead", True), "no") in proofs
    assert run("--rules", rules).exit_code == 0


def test_an_entry_that_always_holds_is_proven_never_false_or_unknown(
    knowledge: KnowledgeBase,
) -> None:
    proofs = {
        item.branch: item.reachable
        for item in missing(knowledge, coverage(knowledge, shipped_cases()))
    }

    assert {proofs[named(knowledge, "triage:clear", truth)] for truth in (False, None)} == {"no"}


def test_a_case_reaches_the_branches_of_its_own_form_and_no_others(
    knowledge: KnowledgeBase,
) -> None:
    case = next(case for case in shipped_cases() if case.file == "breath_holding/breath.yaml")
    covered = coverage(knowledge, [case])
    truths = evaluate(
        knowledge.network, Worlds(what_is_known(knowledge, case.assessment.answers).facts)
    )

    assert {branch for branch, reached in covered.reached.items() if reached} == {
        Branch(place, at.in_world(0)) for place, at in enumerate(truths)
    }
    assert covered.rules["breath_holding.breath_held"]
    assert not covered.rules["squat_pattern.hips_down_knees_forward"]


def test_each_condition_belongs_to_the_first_that_contains_it(knowledge: KnowledgeBase) -> None:
    owners = coverage(knowledge, shipped_cases()).owners

    assert len(owners) == len(knowledge.network.nodes)
    for place, owner in enumerate(owners):
        assert knowledge.network.position(owner.condition) == place


def test_without_forms_the_same_branches_are_named(tmp_path: Path) -> None:
    shutil.copy(SMALL / "cases" / "held.yaml", tmp_path)
    whole, bare = (
        run(tmp_path, "--rules", SMALL, flag).stdout for flag in ("--forms", "--no-forms")
    )
    shown = re.findall(r"^never .*", whole, re.MULTILINE)

    assert len(shown) > 10
    assert shown == re.findall(r"^never .*", bare, re.MULTILINE)
    assert "    form:" in whole
    assert "    form:" not in bare


def test_without_z3_the_missing_branches_are_named_and_what_is_needed_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    result = run("--rules", SMALL)

    assert result.exit_code == 1
    assert "never false in triage:clear: always" in result.stdout
    assert "pip install '.[verify]'" in result.stdout
    assert "    form:" not in result.stdout


def test_a_case_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "slip.yaml").write_text(
        "name: A case with a slip in it.\nform: {stick: {sacrun: lost}}\nexpect: {}\nwhy: To be "
        "told.\n"
    )
    result = run(tmp_path)

    assert result.exit_code == 1
    assert "error: slip.yaml:2" in result.stderr
    assert result.stdout == ""
