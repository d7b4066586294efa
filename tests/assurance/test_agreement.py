"""Five evaluators, made in five ways, reach the same on every form: the plain algebra, experta,
CLIPS, columns and z3.
"""

import itertools

import pytest
from counts import count, thorough
from evaluators import (
    Answers,
    Clips,
    Comparison,
    Experta,
    Report,
    Verdicts,
    boundary_forms,
    case_answers,
    random_forms,
)

from hingeexpert.assurance.clips import export_clips
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference.diagnosis import INCOMPLETE
from hingeexpert.knowledge import KnowledgeBase

SEED = 20
pytestmark = thorough


@pytest.fixture(scope="module")
def forms(knowledge: KnowledgeBase) -> list[Answers]:
    """Return the answers at every boundary on some bases, the fullest first, and then random
    forms.
    """
    cases = case_answers(knowledge)
    bases = [
        case_answers(knowledge, "ready_ballistic")[0],
        case_answers(knowledge, "continue_pattern")[0],
        {},
    ]
    edges = boundary_forms(knowledge, bases[: count(quick=1, thorough=3)])
    return list(
        itertools.islice(
            itertools.chain(edges, random_forms(knowledge, SEED, cases)),
            count(quick=450, thorough=2000),
        )
    )


@pytest.fixture(scope="module")
def report(knowledge: KnowledgeBase, forms: list[Answers]) -> Report:
    """Return what comparing the forms found."""
    return Comparison(knowledge).compare(forms)


def test_every_evaluator_reaches_the_same_on_every_form(
    forms: list[Answers], report: Report
) -> None:
    assert report.differing[:1] == []
    assert report.forms == dict.fromkeys(["plain", "experta", "CLIPS", "columns"], len(forms)) | {
        "z3": len(forms) // 10
    }


def test_the_forms_reach_every_verdict_and_every_status(
    knowledge: KnowledgeBase, report: Report
) -> None:
    ladders = {
        (name, verdict)
        for name, levels in knowledge.ladders.items()
        for verdict in [INCOMPLETE, *(level.id for level in levels)]
    }
    subjects = [
        *(("fault", name) for name in knowledge.faults),
        *(("contributor", name) for name in knowledge.contributors),
    ]
    reached = {found[:3] for found in report.reached if len(found) > 2}

    assert ladders - report.reached == set()
    assert [
        (*subject, "present") for subject in subjects if (*subject, "present") not in reached
    ] == []
    assert {found[3] for found in report.reached if len(found) > 2} == {
        "high",
        "medium",
        "low",
        "none",
    }


@pytest.fixture(scope="module")
def judged(knowledge: KnowledgeBase) -> list[tuple[Answers, Verdicts]]:
    """Return worked cases with what experta makes of them: the fullest, and those with an answer
    that cannot be read.
    """
    experta, cases = Experta(knowledge), case_answers(knowledge)
    some = cases[::9]
    chosen = [
        *some,
        *(answers for answers in cases if what_is_known(knowledge, answers).void),
    ]
    return [(answers, experta.judge(answers)[1]) for answers in chosen]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("/true\n  (logical (or", "/true\n  (logical (and"),
        ("(>= ?v", "(> ?v"),
        ("(number ?p3&:(> ?p3 ?p2)", "(number ?p3"),
        ("(not (answer (observable stick.hold) (value slipped)))", ""),
        ("(if (eq ?c high) then medium else low)", "low"),
        ("(not (graded (kind ?k) (id ?i) (confidence high)))", ""),
        ("(< ?before ?p)", "(> ?before ?p)"),
    ],
)
def test_a_wrong_program_is_noticed(
    knowledge: KnowledgeBase, judged: list[tuple[Answers, Verdicts]], right: str, wrong: str
) -> None:
    program = export_clips(knowledge)
    assert right in program
    clips = Clips(knowledge, program.replace(right, wrong))

    assert any(differs(clips, answers, verdicts) for answers, verdicts in judged)


def differs(clips: Clips, answers: Answers, verdicts: Verdicts) -> bool:
    """Whether CLIPS reaches something else, or the same thing in two ways that exclude each
    other.
    """
    try:
        return clips.judge(answers)[1] != verdicts
    except AssertionError:
        return True
