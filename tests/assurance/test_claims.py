"""What properties claim: the shipped claims see a hole that is planted, and what counts as coached
is what result, report and sheet give.
"""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from counts import count, thorough
from evaluators import case_answers, random_forms
from planted import SHIPPED, edited, entry, form_of, given_to_do, property_of, replaced
from small import SMALL, copied

from hingeexpert.assurance.claims import ClaimFormulas
from hingeexpert.assurance.formulas import no
from hingeexpert.assurance.proofs import Prover
from hingeexpert.assurance.solver import Search, Solver
from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import Is, OneOf
from hingeexpert.knowledge.models.properties import Claims, Exempt

Shows = Callable[[KnowledgeBase, Assessment], bool]


def at_either_end(*levels: str) -> Shows:
    """Return what shows that triage stands at one of these levels, or may."""

    def shows(knowledge: KnowledgeBase, form: Assessment) -> bool:
        triage = diagnose(knowledge, form).triage
        return not {triage.at_least, triage.not_ruled_out}.isdisjoint(levels)

    return shows


def ready(knowledge: KnowledgeBase, form: Assessment) -> bool:
    return diagnose(knowledge, form).readiness.verdict.startswith("ready_")


KNOWN_SIGNS_AGAIN = """      - id: cauda_equina_known
        when: {finding: cauda_equina_sign}
        because: Old or not.
        sources: [S93]
"""
PLANTS: dict[str, tuple[str, str, str, str, Shows]] = {
    "fever with back pain is forgotten": (
        "the_care_card_is_kept",
        "triage.yaml",
        entry("triage.yaml", "fever_with_back_pain"),
        "",
        given_to_do,
    ),
    "an urgent line of the card no longer stops": (
        "the_care_card_is_kept",
        "readiness.yaml",
        "{triage: [emergency, urgent]}",
        "{triage: emergency}",
        given_to_do,
    ),
    "known signs call for a doctor again": (
        "known_signs_do_not_refer",
        "triage.yaml",
        "      - id: nerve_signs\n",
        f"{KNOWN_SIGNS_AGAIN}      - id: nerve_signs\n",
        at_either_end("urgent"),
    ),
    "a cluster asks for no back pain": (
        "clusters_need_back_pain",
        "triage.yaml",
        "      - id: infection_cluster\n        when:\n          finding: back_pain\n",
        "      - id: infection_cluster\n        when:\n",
        at_either_end("urgent"),
    ),
}


@pytest.mark.parametrize("plant", PLANTS, ids=lambda name: name.replace(" ", "-"))
def test_a_planted_hole_is_refuted_with_a_form_that_shows_it(tmp_path: Path, plant: str) -> None:
    name, file, old, new, shows = PLANTS[plant]
    holed = edited(tmp_path, file, old, new)

    proof = Prover(holed).prove(property_of(holed, name))

    assert proof.outcome == "refuted"
    for finding in proof.findings:
        assert finding.answers is not None
        assert shows(holed, form_of(holed, finding.answers)), finding.answers


@pytest.mark.parametrize("name", ["low_back_bends_or_arches", "neck_bends_or_arches"])
def test_without_objections_two_faults_that_exclude_each_other_are_told_together(
    knowledge: KnowledgeBase, name: str
) -> None:
    bare = {
        fault: item.model_copy(update={"against": ()}) for fault, item in knowledge.faults.items()
    }
    holed = replace(knowledge, faults=bare)

    (finding,) = Prover(holed).prove(property_of(holed, name)).findings

    assert finding.answers is not None
    told = diagnose(holed, form_of(holed, finding.answers))
    assert [item.status for item in told.faults].count("present") >= 2


def test_a_number_that_no_rule_uses_does_not_make_a_proof_empty(tmp_path: Path) -> None:
    """With the stop line moved, the rules tell no pain of 6 from one of 9, but the claim does."""
    folder = copied(tmp_path, SHIPPED)
    replaced(
        folder / "parameters.yaml",
        "  drill_pain_stop:\n    {value: 5,",
        "  no_coaching_over: {value: 5, unit: points, status: proposal, sources: [PROPOSAL], "
        "meaning: Nobody is coached over this.}\n  drill_pain_stop:\n    {value: 9,",
    )
    replaced(
        folder / "properties.yaml",
        "  - id: cautious\n",
        "  - id: high_pain_is_not_coached\n    sentence: Nobody with pain over 5 is coached.\n"
        "    never: {true: {pain.during_drill: {over: no_coaching_over}}, coached: yes}\n"
        "    sources: [PROPOSAL]\n  - id: cautious\n",
    )
    moved = load_knowledge(folder)
    prover = Prover(moved)

    (finding,) = prover.prove(property_of(moved, "high_pain_is_not_coached")).findings

    assert finding.answers is not None
    assert 5 < float(finding.answers["pain.during_drill"]) <= 9
    assert given_to_do(moved, form_of(moved, finding.answers))
    assert prover.prove(property_of(moved, "no_cue_while_on_hold")).outcome == "proven"


def test_a_line_of_a_card_that_can_never_be_true_is_found(tmp_path: Path) -> None:
    dead = edited(
        tmp_path,
        "handout.yaml",
        "when: {safety.numbness: yes}",
        "when: {all: [{safety.numbness: yes}, {safety.numbness: no}]}",
        SMALL,
    )
    proof = Prover(dead).prove(property_of(dead, "alive"))

    assert any("on the card emergency) can never be true" in item.what for item in proof.findings)


def test_answers_instead_count_only_where_they_bring_the_level_about(
    knowledge: KnowledgeBase,
) -> None:
    """An answer is blamed for what is urgent with it and not without it, at either end."""
    instead = {"safety.major_trauma": "no"}
    blamed = property_of(knowledge, "known_signs_do_not_refer").model_copy(
        update={"never": Claims(triage=("urgent",), but_not_with=instead)}
    )

    findings = Prover(knowledge).prove(blamed).findings

    assert len(findings) == 2
    for end, finding in zip(("at_least", "not_ruled_out"), findings, strict=True):
        answers = dict(finding.answers or {})
        told, otherwise = (
            getattr(diagnose(knowledge, form_of(knowledge, given)).triage, end)
            for given in (answers, {**answers, **instead})
        )
        assert (told == "urgent", otherwise == "urgent") == (True, False)


def test_an_exemption_for_some_forms_leaves_the_others_to_be_proven(
    knowledge: KnowledgeBase,
) -> None:
    """All that is exempt of a turn of the age is pain that may have lasted long."""
    cautious = property_of(knowledge, "cautious")
    name, long = "context.age_years", "over_3_months"
    others = [other for other in knowledge.observables if other != name]
    rest = [Exempt(observable=other, why="It is proven elsewhere.") for other in others]
    other_forms = Is("symptom.duration", OneOf(frozenset({"under_4_weeks", "4_to_12_weeks"})))
    wrong = Exempt.model_construct(observable=name, possible=other_forms, why="Turned round.")

    findings = (
        Prover(knowledge).prove(cautious.model_copy(update={"exempt": (*rest, wrong)})).findings
    )

    assert findings
    assert all((item.answers or {})["symptom.duration"] == long for item in findings)


@thorough
def test_coached_is_who_is_given_something_by_result_report_or_sheet(
    knowledge: KnowledgeBase,
) -> None:
    solver = Solver(knowledge)
    search = Search(solver, solver.legal, ClaimFormulas(solver).coached())
    seen = {True: 0, False: 0}
    forms = random_forms(knowledge, 7, case_answers(knowledge))
    for answers in itertools.islice(forms, count(quick=80, thorough=300)):
        exactly = [
            variable
            if name in answers and value == knowledge.same_effect(name, answers[name])
            else no(variable)
            for name, values in solver.chosen.items()
            for value, variable in values.items()
        ]
        coached = search.answers_where(exactly) is not None
        assert coached == given_to_do(knowledge, form_of(knowledge, answers)), answers
        seen[coached] += 1
    assert min(seen.values()) > 20
