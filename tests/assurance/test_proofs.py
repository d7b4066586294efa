"""Proofs over all possible forms: the shipped rules pass, planted holes are found and shown with a
form.
"""

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner
from counts import count, thorough
from planted import edited, entry, form_of, property_of
from shipped import shipped
from small import SMALL

from hingeexpert.assurance.claims import ClaimFormulas
from hingeexpert.assurance.formulas import no
from hingeexpert.assurance.learning import Learner
from hingeexpert.assurance.people import out_of_order
from hingeexpert.assurance.proofs import PropertyProof, Prover
from hingeexpert.assurance.solver import Search, Solver
from hingeexpert.assurance.useful_questions import UsefulQuestions
from hingeexpert.cli import main
from hingeexpert.forms import read_form
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.forms.writing import filled_form
from hingeexpert.inference import Diagnosis, ask_next, diagnose
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Worlds, evaluate
from hingeexpert.knowledge.models.properties import Exempt, Property

READY = ("ready_grind", "ready_symmetry", "ready_ballistic")


@pytest.fixture(scope="module")
def prover(knowledge: KnowledgeBase) -> Prover:
    return Prover(knowledge)


PROPERTIES = {item.id: item for item in shipped().properties}
EVERY_QUESTION = "useful"
"""The property that asks of each question whether it can settle anything; its proof takes longer
than all others.
"""
SHARES = 12


def asked_of(item: Property, questions: Iterable[str]) -> Property:
    """Return a property of every question as one of these alone."""
    rest = [
        Exempt(observable=name, why="It is asked of it elsewhere.")
        for name in shipped().observables
        if name not in set(questions)
    ]
    return item.model_copy(update={"exempt": (*item.exempt, *rest)})


@pytest.mark.parametrize("name", [name for name in PROPERTIES if name != EVERY_QUESTION])
def test_every_property_of_the_shipped_rules_is_proven(prover: Prover, name: str) -> None:
    proof = prover.prove(PROPERTIES[name])

    assert (proof.outcome, proof.findings) == ("proven", ())


@thorough
@pytest.mark.parametrize("share", range(count(quick=1, thorough=SHARES)))
def test_no_question_of_the_shipped_rules_is_asked_in_vain(prover: Prover, share: int) -> None:
    """All shares together are all questions; the quick profile asks one share."""
    proof = prover.prove(
        asked_of(PROPERTIES[EVERY_QUESTION], [*shipped().observables][share::SHARES])
    )

    assert (proof.outcome, proof.findings, proof.undecided) == ("proven", (), ())


def test_a_lesson_fits_the_form_that_it_was_learnt_on(prover: Prover) -> None:
    """Also where the example answers a question that the form makes needless, which opens again
    what the form had settled.
    """
    questions = UsefulQuestions(prover.solver)
    question, needless = "context.age_years", "screen.wall_to_neck_cm"
    form: dict[str, Value] = {"stick.head": "kept", "safety.height_loss_or_deformity": "no"}
    example: dict[str, Value] = {
        **form,
        needless: 9.5,
        "safety.osteoporosis": "no",
        "safety.steroid_use_long": "no",
    }
    ends = questions.ends_reading(question)
    learner = Learner(prover.knowledge, questions.defaults, question, ends)

    lessons = [
        lesson
        for age in prover.knowledge.answers[question]
        for lesson in learner.lessons(form, {**example, question: age})
    ]

    answered = [prover.solver.chosen[name][value] for name, value in form.items()]
    blank = [no(chosen) for name, chosen in prover.solver.answered.items() if name not in form]
    assert lessons
    for lesson in lessons:
        covered = questions.covered(question, lesson)
        assert not prover.solver.possible(*answered, *blank, no(covered))


def ready(diagnosis: Diagnosis) -> bool:
    return diagnosis.readiness.verdict in READY


def coached(diagnosis: Diagnosis) -> bool:
    return diagnosis.focus is not None


NEEDLESS, NEEDLESS_QUESTION = "a question that its neighbour makes needless", "stick.midback"
PLANTS: dict[str, tuple[str, str, str, str, Callable[[Diagnosis], bool]]] = {
    NEEDLESS: (
        "useful",
        "properties.yaml",
        "- observable: stick.midback\n        why: >-",
        "- observable: stick.gaze\n        why: >-",
        lambda diagnosis: any(
            question.observable == NEEDLESS_QUESTION for question in diagnosis.ask_next
        ),
    ),
    "urgent reasons no longer stop": (
        "safety_before_all",
        "readiness.yaml",
        "{triage: [emergency, urgent]}",
        "{triage: emergency}",
        ready,
    ),
    "a stop that is only possible no longer silences": (
        "safety_before_coaching",
        "readiness.yaml",
        "withholds_cues: until_ruled_out",
        "withholds_cues: while_true",
        coached,
    ),
    "a hold no longer silences": (
        "no_cue_while_on_hold",
        "readiness.yaml",
        "    withholds_cues: while_true\n",
        "    drills: [wall_drill]\n",
        coached,
    ),
    "the wall drill is forgotten": (
        "drills_not_done_are_not_passed",
        "findings.yaml",
        (
            "{any: [{wall.clean_reps: {below: clean_reps_pass}}, {stick.clean_reps: {below: "
            "clean_reps_pass}}]}"
        ),
        "{stick.clean_reps: {below: clean_reps_pass}}",
        lambda diagnosis: diagnosis.readiness.decided,
    ),
    "the uncued retest is forgotten": (
        "owned_before_any_step",
        "readiness.yaml",
        entry("readiness.yaml", "not_retained"),
        "",
        ready,
    ),
    "the single-leg stance is forgotten": (
        "symmetry_needs_the_grind_gate",
        "readiness.yaml",
        entry("readiness.yaml", "short_single_leg_stance"),
        "",
        ready,
    ),
    "thin bones are forgotten": (
        "ballistic_needs_the_symmetry_gate",
        "readiness.yaml",
        entry("readiness.yaml", "osteoporosis"),
        "",
        ready,
    ),
    "a shared finding loses one of its flags": (
        "unknown_is_not_no",
        "findings.yaml",
        "{any: [{safety.hip_replacement_recent: yes}, {safety.spinal_surgery_recent: yes}]}",
        "{safety.hip_replacement_recent: yes}",
        ready,
    ),
    "a finding that two ladders share asks for no back pain": (
        "cautious",
        "findings.yaml",
        (
            "{any: [{pain.during_drill: {over: drill_pain_stop}}, {pain.behaviour: [rising, "
            "spreads_to_leg]}]}"
        ),
        (
            "{symptom.low_back_pain: no, any: [{pain.during_drill: {over: drill_pain_stop}}, "
            "{pain.behaviour: [rising, spreads_to_leg]}]}"
        ),
        lambda diagnosis: True,
    ),
    "an objection to a fault removes it and so lifts a verdict": (
        "cautious",
        "faults/squat_pattern.yaml",
        "effect: lowers\n    when: {stick.feel: hamstrings}",
        "effect: removes\n    when: {symptom.groin_pinch: [left, right, both]}",
        lambda diagnosis: True,
    ),
    "one answer too few asks for a cluster": (
        "two_unknown_flags_are_not_no",
        "triage.yaml",
        "                  - {safety.night_pain_unrelenting: yes}\n",
        "",
        ready,
    ),
}


SHOWN_BY = {
    NEEDLESS: NEEDLESS_QUESTION,
    "a finding that two ladders share asks for no back pain": "symptom.low_back_pain",
    "an objection to a fault removes it and so lifts a verdict": "symptom.groin_pinch",
}
"""The one question that is looked at, where a property looks at each and that takes long."""


@pytest.mark.parametrize("plant", PLANTS, ids=lambda name: name.replace(" ", "-"))
def test_a_planted_hole_is_refuted_with_a_form_that_shows_it(tmp_path: Path, plant: str) -> None:
    name, file, old, new, shows = PLANTS[plant]
    holed = edited(tmp_path, file, old, new)
    planted = property_of(holed, name)
    narrowed = asked_of(planted, [SHOWN_BY[plant]]) if plant in SHOWN_BY else planted
    proof = Prover(holed).prove(narrowed)

    assert proof.outcome == "refuted"
    for finding in proof.findings:
        assert finding.answers is not None
        assert shows(diagnose(holed, form_of(holed, finding.answers)))


def test_what_is_never_so_is_decided_at_once_as_it_is_one_by_one(tmp_path: Path) -> None:
    old = "withholds_cues: until_ruled_out"
    holed = edited(tmp_path, "readiness.yaml", old, "withholds_cues: while_true", SMALL)
    for knowledge, outcomes in (
        (load_knowledge(SMALL), ["proven", "proven"]),
        (holed, ["refuted", "proven"]),
    ):
        prover = Prover(knowledge)
        one_by_one = [told(prover.prove(item)) for item in knowledge.properties]

        assert [proof.outcome for proof in prover.safety()] == outcomes
        assert [told(proof) for proof in prover.proofs()] == one_by_one
        assert [told(proof) for proof in prover.safety()] == one_by_one[:2]


def told(proof: PropertyProof) -> tuple[object, ...]:
    """Return what is told of a proof; of forms as small as each other any may be shown."""
    findings = [(finding.what, len(finding.answers or ())) for finding in proof.findings]
    return proof.property.id, proof.outcome, findings, proof.undecided


def test_a_dead_rule_is_found(tmp_path: Path) -> None:
    dead = edited(
        tmp_path,
        "contributors/guarding.yaml",
        "{below: control_depth}}",
        "{below: control_depth}, not: {finding: short_bend}}",
        SMALL,
    )
    proof = Prover(dead).prove(property_of(dead, "alive"))

    assert any("guarding.deep can never be true" in finding.what for finding in proof.findings)


def test_a_subsumed_rule_is_found(tmp_path: Path) -> None:
    more = (
        "  - id: breath_held_deep\n    confidence: medium\n    when: {stick.breath: held, "
        "stick.depth_degrees: {from: adequate_range}}\n"
    )
    more += "    because: The breath was held deep down.\n    sources: [S45]\n"
    narrow = edited(tmp_path, "faults/breath_holding.yaml", "cues:", more + "cues:", SMALL)
    proof = Prover(narrow).prove(property_of(narrow, "not_subsumed"))

    assert [finding.what.split(",")[0] for finding in proof.findings] == [
        "whenever breath_holding.breath_held_deep is true"
    ]


def test_a_counterexample_has_as_little_out_of_order_as_can_be(knowledge: KnowledgeBase) -> None:
    """A step up with fast moves takes many answers, and nothing that is not as it should be but
    the fever itself.
    """
    solver = Solver(knowledge)
    ready = ClaimFormulas(solver).verdict("readiness", ["ready_grind"])
    answers = solver.form(solver.chosen["safety.fever_or_chills"]["yes"], ready)

    assert answers is not None
    assert out_of_order(knowledge, answers) == ("safety.fever_or_chills",)
    assert len(answers) > 20


def test_a_counterexample_is_as_small_as_can_be(knowledge: KnowledgeBase) -> None:
    solver = Solver(knowledge)

    assert solver.form(solver.condition("triage:emergency").true) is not None
    assert len(solver.form(solver.condition("triage:emergency").true) or {}) == 1
    assert (
        len(
            solver.form(
                solver.condition("fault:forward_fold").true,
                solver.condition("readiness:regress_pattern").true,
            )
            or {}
        )
        == 2
    )


def test_every_form_that_the_solver_shows_is_one_that_diagnose_accepts_and_judges_alike(
    knowledge: KnowledgeBase,
) -> None:
    solver = Solver(knowledge)
    for name in (
        "fault:stick_setup",
        "contributor:kyphosis",
        "triage:routine_referral",
        "remark:spa_three",
    ):
        both = solver.condition(name)
        for truth, formula in ((True, both.true), (False, both.false), (None, both.unknown)):
            answers = solver.form(formula)
            assert answers is not None
            form = read_form(knowledge, "form", filled_form(knowledge, answers).encode())
            truths = evaluate(
                knowledge.network, Worlds(what_is_known(knowledge, form.answers).facts)
            )
            assert truths[knowledge.network.names[name]].in_world(0) is truth


def test_the_command_prints_what_was_proven_and_ends_with_zero() -> None:
    result = CliRunner().invoke(main, ["rules", "verify", "safety_before_all", "consistent"])

    assert result.exit_code == 0
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        ["proven", "safety_before_all:"],
        ["proven", "consistent:"],
    ]


def test_the_command_prints_a_form_that_diagnose_accepts_and_ends_with_one(tmp_path: Path) -> None:
    _, file, old, new, _ = PLANTS["urgent reasons no longer stop"]
    edited(tmp_path, file, old, new)
    result = CliRunner().invoke(
        main, ["rules", "verify", "safety_before_all", "--full", "--rules", str(tmp_path / "rules")]
    )
    form = "\n".join(
        line.strip() for line in result.stdout.splitlines() if line.startswith("             ")
    )
    told = CliRunner().invoke(
        main, ["diagnose", "-", "--format", "json", "--rules", str(tmp_path / "rules")], input=form
    )

    assert result.exit_code == 1
    assert "refuted" in result.stdout
    assert '"verdict": "ready_' in told.stdout


def test_an_unknown_property_gets_a_suggestion() -> None:
    assert (
        "did you mean 'consistent'?"
        in CliRunner().invoke(main, ["rules", "verify", "consistant"]).stderr
    )


def test_the_proof_takes_for_asked_what_is_asked(tmp_path: Path) -> None:
    """Also where nobody is coached and a fault alone makes a question needed."""
    trauma, limited = "{safety.major_trauma: yes}", "{screen.supine_hinge: limited}"
    rules = edited(tmp_path, "triage.yaml", trauma, f"{{any: [{trauma}, {limited}]}}")
    solver, dice = Solver(rules), random.Random(1)
    asked = UsefulQuestions(solver).asked
    calm = {name: "no" for name in rules.observables if name.startswith("safety.")}
    base: list[dict[str, Value]] = [{}, calm, {**calm, "stick.done": "stopped_for_pain"}]
    for number in range(count(quick=6, thorough=30)):
        form = dict(base[number % len(base)])
        for name in dice.sample([*rules.observables], number):
            form.setdefault(name, dice.choice(rules.answers[name]))
        facts = what_is_known(rules, form).facts
        known = [
            chosen if value == facts.get(name) else no(chosen)
            for name, choices in solver.chosen.items()
            for value, chosen in choices.items()
        ]
        listed = {question.observable for question in ask_next(rules, what_is_known(rules, form))}
        claims = [
            formula if name in listed else no(formula)
            for name, formula in asked.items()
            if name not in facts
        ]

        assert listed <= asked.keys() - facts.keys()
        assert Search(solver, *known, *claims).answers() is not None
