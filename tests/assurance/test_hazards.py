"""Hazards proven: what is planted is found, with a person whom the engine judges as the solver
did; what a hazard rests on is what it needs, by trying everything.
"""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from counts import count, thorough
from evaluators import case_answers, random_forms
from hazard_logs import HEAD, beside, hazard
from planted import SHIPPED, edited, form_of, given_to_do
from small import SMALL

from hingeexpert.assurance.authoring.seeing.quick_proofs import QuickProofs
from hingeexpert.assurance.formulas import implies, no, variable
from hingeexpert.assurance.hazards.gaps import gaps
from hingeexpert.assurance.hazards.log import HazardLog
from hingeexpert.assurance.hazards.log_checks import rule_names
from hingeexpert.assurance.hazards.proof import HazardProof
from hingeexpert.assurance.hazards.prover import HazardProver
from hingeexpert.assurance.hazards.replay import EngineJudge, HazardReplay
from hingeexpert.assurance.hazards.switches import key_of, switch, switched, without
from hingeexpert.assurance.hazards.telling import gap_lines, told
from hingeexpert.assurance.solver import Search
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Worlds, evaluate
from hingeexpert.knowledge.models.hazards import Control, Happens

FEVER = hazard(
    "fever_coached",
    "{true: {safety.fever_or_chills: yes, symptom.low_back_pain: yes}, coached: yes}",
    "rule: triage.urgent.fever_with_back_pain",
    "rule: readiness.stop_refer.medical_first",
    "level: readiness.stop_refer, key: withholds_cues",
    "card: doctor",
    severity="catastrophic",
)
PAIN = hazard(
    "pain_coached",
    "{true: {pain.during_drill: {over: own_limit}}, coached: yes}",
    "rule: readiness.hold_reassess.pain_rule",
    "rule: triage.routine_referral.pain_rule",
)
BLOW = hazard(
    "blow_coached",
    "{true: {safety.major_trauma: yes}, coached: yes}",
    "rule: triage.urgent.major_trauma",
    severity="major",
)
UNREAD = hazard(
    "blank_coached",
    "{blank: [safety.major_trauma], coached: yes}",
    "blank: safety.major_trauma",
    "rule: triage.urgent.major_trauma",
)
FLOOR = hazard(
    "floor_drill",
    "{true: {symptom.groin_pinch: left}, drill: [quadruped_rock_back]}",
    "drill: quadruped_rock_back, key: enter",
)
LOG = (FEVER, PAIN, BLOW, UNREAD, FLOOR)


@pytest.fixture(scope="module")
def prover(tmp_path_factory: pytest.TempPathFactory) -> HazardProver:
    """Return the prover of a few hazards beside the shipped rules."""
    return HazardProver(*beside(tmp_path_factory.mktemp("log"), SHIPPED, *LOG, limits=HEAD))


@pytest.fixture(scope="module")
def proofs(prover: HazardProver) -> dict[str, HazardProof]:
    return {proof.hazard.id: proof for proof in prover.prove_all()}


def test_what_is_proven_needs_its_controls_and_the_engine_agrees(
    prover: HazardProver, proofs: dict[str, HazardProof]
) -> None:
    assert {name: (proof.outcome, proof.defects) for name, proof in proofs.items()} == (
        dict.fromkeys(proofs, ("proven", ()))
    )
    effects = {
        (name, key_of(item.control)): item.effect
        for name, proof in proofs.items()
        for item in proof.controls
        if item.effect != "outside"
    }
    idle = {("pain_coached", "triage.routine_referral.pain_rule")}
    assert {pair for pair, effect in effects.items() if effect != "needed"} == idle


@pytest.mark.parametrize(
    ("name", "file", "old", "new"),
    [
        (
            "fever_coached",
            "triage.yaml",
            "when: {safety.fever_or_chills: yes, finding: back_pain}\n        because: Fever",
            "when: {not: {any_fault: [movement, setup, practice]}, safety.fever_or_chills: no, "
            "finding: back_pain}\n        because: Fever",
        ),
        (
            "pain_coached",
            "readiness.yaml",
            "when: {finding: pain_rule_broken}",
            "when: {all: [{finding: pain_rule_broken}, {not: {finding: pain_rule_broken}}]}",
        ),
    ],
    ids=["a rule of triage", "a rule of readiness"],
)
def test_who_is_harmed_without_a_rule_is_harmed_by_rules_that_lack_it(
    tmp_path: Path,
    proofs: dict[str, HazardProof],
    knowledge: KnowledgeBase,
    name: str,
    file: str,
    old: str,
    new: str,
) -> None:
    """Result, report and sheet say so, of a folder of rules without the rule."""
    person = proofs[name].controls[0].person
    assert person is not None

    lacking = edited(tmp_path, file, old, new)

    assert given_to_do(lacking, form_of(lacking, person))
    assert not given_to_do(knowledge, form_of(knowledge, person))


def test_a_number_that_is_moved_opens_a_hazard_with_a_limit_of_its_own(tmp_path: Path) -> None:
    """The rules tell no pain of 6 from one of 9 then, but the hazard does."""
    moved = {
        "parameters.yaml": ("drill_pain_stop:\n    {value: 5,", "drill_pain_stop:\n    {value: 9,")
    }
    knowledge, log = beside(tmp_path, SHIPPED, PAIN, limits=HEAD, edits=moved)
    prover = HazardProver(knowledge, log)

    proof = prover.prove(log.hazards[0])

    assert (proof.outcome, proof.defects) == ("open", ())
    assert proof.person is not None
    assert 5 < float(proof.person["pain.during_drill"]) <= 9
    assert given_to_do(knowledge, form_of(knowledge, proof.person))
    assert [item.id for item in QuickProofs(knowledge, log).shown] == ["pain_coached"]
    assert "Strongest pain in drills, 0 to 10: 6" in told(knowledge, proof).person
    left = gaps(knowledge, log, [proof])
    assert left.undrawn == (("own_limit", "pain.during_drill"),)


def test_the_log_does_not_change_the_hash_of_the_rules(
    prover: HazardProver, knowledge: KnowledgeBase
) -> None:
    assert prover.knowledge.sha256 == knowledge.sha256


def test_a_rule_that_is_turned_round_opens_its_hazard(tmp_path: Path) -> None:
    turned = {
        "triage.yaml": ("when: {safety.major_trauma: yes}", "when: {safety.major_trauma: no}")
    }
    knowledge, log = beside(tmp_path, SHIPPED, FEVER, BLOW, edits=turned)

    outcomes = {proof.hazard.id: proof for proof in HazardProver(knowledge, log).prove_all()}

    assert outcomes["blow_coached"].outcome == "open"
    assert outcomes["blow_coached"].person is not None
    assert outcomes["blow_coached"].person["safety.major_trauma"] == "yes"
    assert outcomes["fever_coached"].outcome == "proven"


NUMB = hazard(
    "numb_coached",
    "{true: {safety.numbness: yes}, coached: yes}",
    "rule: triage.urgent.numb",
    "rule: shallow_range.short",
    severity="major",
)
NOBODY = hazard(
    "nobody", "{true: {all: [{safety.numbness: yes}, {safety.numbness: no}]}, coached: yes}"
)
NOTHING = hazard("nothing", "{true: {safety.numbness: yes}, severer: {triage: urgent}}")
GUARDED = hazard(
    "guarded", "{fault: [guarding]}", "rule: guarding.deep", "rule: guarding.cluster_size"
)
GENTLE = hazard(
    "gentle",
    "{true: {safety.numbness: yes}, milder: {triage: urgent}}",
    "rule: triage.urgent.numb",
    "test: tests/assurance/test_hazards.py::test_the_small_log",
)
BY_TEST = (
    hazard("by_test", "{}")
    .replace("    happens: {}\n", "")
    .replace(
        "{person: Somebody asks.}", "{test: tests/assurance/test_hazards.py::test_the_small_log}"
    )
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[KnowledgeBase, HazardLog]:
    hazards = (NUMB, NOBODY, NOTHING, GUARDED, GENTLE, BY_TEST)
    return beside(tmp_path_factory.mktemp("small"), SMALL, *hazards)


def test_the_small_log(small: tuple[KnowledgeBase, HazardLog]) -> None:
    """Empty hazards, idle controls and rules that nothing names are each told by name."""
    knowledge, log = small
    proofs = [*HazardProver(knowledge, log).prove_all()]

    assert {proof.hazard.id: proof.outcome for proof in proofs} == {
        "numb_coached": "proven",
        "nobody": "empty",
        "nothing": "empty",
        "guarded": "open",
        "gentle": "proven",
        "by_test": "test",
    }
    assert [proof.hazard.id for proof in proofs if not proof.holds] == [
        "nobody",
        "nothing",
        "guarded",
    ]
    assert all(proof.because for proof in proofs if proof.outcome == "empty")
    assert all(proof.defects == () for proof in proofs)
    lines = [*gap_lines(gaps(knowledge, log, proofs))]
    assert lines == [
        "numb_coached rests on a rule alone that it does not name: "
        "readiness.stop_refer.medical_first",
        "numb_coached is grave, and has no control outside the rules: no card, test or words",
        "named by no hazard, nor listed under informs_only: readiness.stop_refer.medical_first, "
        "readiness.continue_pattern.fault_present, readiness.continue_pattern.not_retained",
        "numb_coached: shallow_range.short is idle: nothing shows that it prevents anything",
    ]


def test_what_is_known_to_be_open_must_be_open(tmp_path: Path) -> None:
    known = "    known_open: It was settled so.\n    sources:"
    hazards = (item.replace("    sources:", known) for item in (GUARDED, GENTLE))
    knowledge, log = beside(tmp_path, SMALL, *hazards)

    guarded, gentle = HazardProver(knowledge, log).prove_all()

    assert (guarded.outcome, guarded.holds) == ("open", True)
    assert (gentle.outcome, gentle.holds) == ("proven", False)
    assert told(knowledge, gentle).because == (
        "it is not open, as known_open says; take known_open out"
    )


def test_one_of_two_that_prevent_the_same_is_covered_by_the_other(tmp_path: Path) -> None:
    twice = "      - id: numb\n        when: {safety.numbness: yes}\n"
    again = (
        "      - {id: numb_too, when: {safety.numbness: yes}, because: Numb., "
        "act: A check., patient: You feel numb., go: See a doctor today., sources: [S88]}\n"
    )
    edits = {"triage.yaml": (twice, again + twice)}
    knowledge, log = beside(tmp_path, SMALL, GENTLE, edits=edits)

    proof = HazardProver(knowledge, log).prove(log.hazards[0])

    assert proof.cuts == (("triage.urgent.numb_too", "triage.urgent.numb"),)
    control, outside = proof.controls
    assert (control.effect, control.covered_by) == ("covered", ("triage.urgent.numb_too",))
    assert outside.effect == "outside"


def test_what_a_hazard_rests_on_is_all_that_trying_every_set_finds(
    small: tuple[KnowledgeBase, HazardLog],
) -> None:
    knowledge, log = small
    prover = HazardProver(knowledge, log)
    names = rule_names(knowledge)
    for item in log.hazards:
        proof = prover.prove(item)
        if proof.outcome != "proven":
            continue
        opened = {
            frozenset(keys)
            for size in (1, 2)
            for keys in itertools.combinations(names, size)
            if prover._possible_without(item, keys)
        }
        smallest = {keys for keys in opened if not any(other < keys for other in opened)}
        assert {frozenset(cut) for cut in proof.cuts} == smallest
        assert smallest


def test_a_switch_is_the_same_as_taking_out(knowledge: KnowledgeBase, prover: HazardProver) -> None:
    """On random forms, without random rules and controls, every condition has the same truth."""
    chance = random.Random(3)
    controls = [
        Control(blank="safety.major_trauma"),
        Control(void="stick.depth_degrees"),
        Control(drill="quadruped_rock_back", key="enter"),
    ]
    with_switches = switched(knowledge, controls)
    keys = [*rule_names(knowledge), *map(key_of, controls)]
    forms = random_forms(knowledge, 11, case_answers(knowledge))
    for _ in range(count(quick=6, thorough=40)):
        off = frozenset(chance.sample(keys, chance.randint(1, 12)))
        bare = without(knowledge, off)
        for answers in itertools.islice(forms, 5):
            given = {**answers, **{switch(key): "yes" for key in off}}
            was, now = truths(with_switches, given), truths(bare, answers)
            shared = (was.keys() & now.keys()) - off
            shared = {name for name in shared if not name.startswith("ask:")}
            assert len(shared) > 300
            assert {name: was[name] for name in shared} == {name: now[name] for name in shared}


def truths(knowledge: KnowledgeBase, answers: dict[str, Value]) -> dict[str, bool | None]:
    """Return the truth of every named condition."""
    found = evaluate(knowledge.network, Worlds(what_is_known(knowledge, answers).facts))
    return {name: found[place].in_world(0) for name, place in knowledge.network.names.items()}


OUTCOMES: dict[str, Happens] = {
    "coached": Happens(coached="yes"),
    "dose": Happens(dose="yes"),
    "loaded": Happens(loaded="yes"),
    "drill of the pattern": Happens(drill=("wall_drill",)),
    "another drill": Happens(drill=("quadruped_rock_back", "stick_drill")),
    "drill of a rung": Happens(drill=("grind", "ballistic")),
    "milder": Happens(milder={"triage": "urgent"}),
    "severer": Happens(severer={"triage": "note", "readiness": "continue_pattern"}),
    "verdicts": Happens(triage=("clear", "note"), readiness=("regress_pattern",)),
    "fault": Happens(fault=("lumbar_flexion", "motor_control")),
    "told to some": Happens(
        told=(
            "You can start slow lifts on two legs, with a light weight.",
            "You can start one-side and one-leg work.",
        )
    ),
    "told to all others": Happens(told=("Keep going. You are learning it.",)),
    "told a clinician": Happens(told=("The grind gate is passed. One-sided and one-leg work.",)),
    "advice": Happens(told=("A kickstand at the wall is not for poor balance.",)),
    "loads": Happens(told=("Slow work on two legs goes on. One-sided and fast work pauses.",)),
}


@thorough
def test_each_outcome_holds_just_where_the_engine_gives_it(
    knowledge: KnowledgeBase, prover: HazardProver
) -> None:
    cue = knowledge.faults["asymmetric_shift"].cues[0].say
    wanted = {**OUTCOMES, "together": Happens(together=("asymmetric_shift", cue))}
    held = {name: variable(f"held: {name}") for name in wanted}
    search = Search(prover.solver, prover.solver.legal, prover._only_off(()))
    for name, happens in wanted.items():
        search.add(*same(held[name], prover.claims.of_hazard(happens)[1]))
    judge, seen = EngineJudge(knowledge), dict.fromkeys(wanted, 0)
    most = count(quick=36, thorough=300)
    for answers in itertools.islice(mixed_forms(knowledge), most):
        person = {name: knowledge.same_effect(name, value) for name, value in answers.items()}
        inference = judge.engine.infer(what_is_known(knowledge, answers).facts)
        diagnosis = diagnose(knowledge, Assessment(answers))
        expected = []
        for name, happens in wanted.items():
            by_engine = all(judge._outcomes(happens, diagnosis, inference))
            expected.append(held[name] if by_engine else no(held[name]))
            seen[name] += by_engine
        exactly = prover._exactly(person)
        assert search.answers_where([*expected, *exactly]) is not None, answers
    assert [name for name, times in seen.items() if times in (0, most)] == []


def same(one: Any, other: Any) -> list[Any]:
    """Return that one formula holds just where another does."""
    return [implies(one, other), implies(other, one)]


def mixed_forms(knowledge: KnowledgeBase) -> Iterator[dict[str, Value]]:
    """Yield random forms without end, every second one close to a step up."""
    anybody = random_forms(knowledge, 7, case_answers(knowledge))
    steps = case_answers(knowledge, "ready_grind", "ready_symmetry", "ready_ballistic")
    for one, other in zip(anybody, itertools.cycle(steps), strict=False):
        yield one
        yield other


def test_a_person_whom_the_engine_judges_otherwise_is_told_as_a_defect(
    small: tuple[KnowledgeBase, HazardLog],
) -> None:
    knowledge, log = small
    prover = HazardProver(knowledge, log)
    prover.replay = HazardReplay(without(knowledge, ["triage.urgent.numb"]), log.hazards[:1])

    proof = prover.prove(log.hazards[0])

    assert proof.defects == ("the engine lets it happen with every control in place",)
    assert not proof.holds
