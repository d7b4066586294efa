"""Which questions are asked, and in which order."""

import random
from dataclasses import dataclass

import pytest

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.intake.course import AskedPart, AskedQuestion, course, next_question
from hingeexpert.intake.events import NewAnswers, State, replay
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Worlds, evaluate
from hingeexpert.record import Event

SEEDS = range(5)


def visit(knowledge: KnowledgeBase, *changes: NewAnswers) -> State:
    return replay(
        knowledge,
        [
            Event(number, "", "answer", change.data())
            for number, change in enumerate(changes, start=1)
        ],
    )


def of(knowledge: KnowledgeBase, assessment: Assessment) -> State:
    given = {
        name: value for name, value in assessment.answers.items() if name not in assessment.at_once
    }
    pressed = {name: assessment.answers[name] for name in assessment.at_once}
    return visit(knowledge, NewAnswers(pressed, at_once=True), NewAnswers(given))


def parts(knowledge: KnowledgeBase, state: State) -> tuple[AskedPart, ...]:
    return course(knowledge, state, result_of(knowledge, state))


def result_of(knowledge: KnowledgeBase, state: State) -> Diagnosis:
    return diagnose(knowledge, state.assessment({}, None, None))


def asked(found: tuple[AskedPart, ...]) -> dict[str, AskedQuestion]:
    return {question.name: question for part in found for question in (*part.asked, *part.refining)}


def held_back(knowledge: KnowledgeBase, state: State, found: tuple[AskedPart, ...]) -> set[str]:
    """Return the questions of parts that wait for a referral, and of drills that were not done."""
    network = knowledge.form_network
    truths = evaluate(network, Worlds(state.answers))
    not_done = [
        group
        for group in knowledge.groups
        if group.not_done_when and truths[network.names[f"not_done:{group.group}"]].true
    ]
    return {
        name
        for group in (*not_done, *(part.group for part in found if part.waits))
        for name in group.observables
    }


def wanted(knowledge: KnowledgeBase, state: State) -> dict[str, bool | None]:
    """Return for each question with an *ask when* whether it is true."""
    truths = evaluate(knowledge.network, Worlds(what_is_known(knowledge, state.answers).facts))
    return {name: truths[place].in_world(0) for name, place in knowledge.network.ask_when.items()}


@dataclass(frozen=True)
class Gone:
    """A worked case as a visit, and what that asks.

    Attributes:
        wanted: For each question with an *ask when* whether it is true.
    """

    outcome: Outcome
    state: State
    found: tuple[AskedPart, ...]
    wanted: dict[str, bool | None]


@pytest.fixture(scope="module")
def gone(knowledge: KnowledgeBase, outcomes: list[Outcome]) -> list[Gone]:
    """Return every worked case as a visit."""
    cases = [(outcome, of(knowledge, outcome.case.assessment)) for outcome in outcomes]
    return [
        Gone(
            outcome,
            state,
            course(knowledge, state, outcome.diagnosis),
            wanted(knowledge, state),
        )
        for outcome, state in cases
    ]


def test_what_a_worked_case_would_ask_next_is_shown(
    knowledge: KnowledgeBase, gone: list[Gone]
) -> None:
    for case in gone:
        due = {
            question.observable
            for question in case.outcome.diagnosis.ask_next
            if case.wanted.get(question.observable, True)
        }

        assert due - held_back(knowledge, case.state, case.found) <= asked(case.found).keys(), (
            case.outcome.case.file
        )


def test_what_is_not_due_is_never_next(gone: list[Gone]) -> None:
    for case in gone:
        question = next_question(case.found)

        assert question is None or case.wanted.get(question.name) is not False, (
            case.outcome.case.file
        )
        assert question is None or question.unseen or question.name not in case.state.answers


def seen_by_somebody(knowledge: KnowledgeBase, state: State) -> set[str]:
    """Return what is answered; less what a press of a whole part said of a question that only
    another answer raises.
    """
    raised = {name for name in state.at_once if knowledge.observables[name].follows is not None}
    return {*state.answers} - raised


def test_every_answer_is_shown_and_everything_can_be(
    knowledge: KnowledgeBase, outcomes: list[Outcome]
) -> None:
    for outcome in outcomes[::10]:
        state = of(knowledge, outcome.case.assessment)

        if outcome.diagnosis.triage.at_least != "emergency":
            assert seen_by_somebody(knowledge, state) <= asked(parts(knowledge, state)).keys(), (
                outcome.case.file
            )
        least = knowledge.level("readiness", outcome.diagnosis.readiness.at_least)
        stopped = least.withholds_cues == "until_ruled_out"
        everything = course(knowledge, state, outcome.diagnosis, everything=True)
        assert stopped or asked(everything).keys() == knowledge.observables.keys()
        assert not stopped or everything == parts(knowledge, state)


def any_value(knowledge: KnowledgeBase, name: str, dice: random.Random, calm: bool) -> Value:
    item = knowledge.observables[name]
    if calm and item.harmless:
        return dice.choice(item.harmless)
    return dice.choice([*knowledge.answers[name]])


@pytest.mark.parametrize("seed", SEEDS)
def test_who_answers_or_passes_what_is_asked_comes_to_an_end(
    knowledge: KnowledgeBase, seed: int
) -> None:
    """No question comes twice.

    At the end a verdict is decided, or all that is open was passed over or waits for a referral.
    """
    dice = random.Random(seed)
    changes: list[NewAnswers] = []
    seen: list[str] = []
    state = visit(knowledge)
    while question := next_question(parts(knowledge, state)):
        passed = dice.random() < (seed % 3) / 10
        seen.append(question.name)
        value = any_value(knowledge, question.name, dice, calm=dice.random() < 0.9)
        changes.append(
            NewAnswers(passed=[question.name]) if passed else NewAnswers({question.name: value})
        )
        state = visit(knowledge, *changes)
    found, result = parts(knowledge, state), diagnose(knowledge, state.assessment({}, None, None))
    waiting, truths = held_back(knowledge, state, found), wanted(knowledge, state)
    due = {
        item.observable for item in result.ask_next if truths.get(item.observable, True)
    } - state.answers.keys()

    assert len(seen) == len(set(seen))
    assert due <= state.passed | waiting
    assert (
        result.readiness.decided
        or state.passed
        or waiting
        or any(question.void for question in asked(found).values())
    )


def test_the_safety_questions_come_first_and_a_referral_lets_the_rest_wait(
    knowledge: KnowledgeBase,
) -> None:
    first = next(group for group in knowledge.groups if group.asked_first)
    question = next_question(parts(knowledge, visit(knowledge)))
    assert question is not None
    state = visit(knowledge, NewAnswers({"safety.gait_change": "yes", "wall.barefoot": "yes"}))
    stopped = parts(knowledge, state)
    due = {item.observable for item in result_of(knowledge, state).ask_next}

    assert question.name == next(iter(first.observables))
    assert asked(stopped).keys() <= due | state.answers.keys()
    assert [part.group.group for part in stopped if part.waits] == ["wall"]


def test_on_hold_only_what_can_still_change_a_verdict_is_asked(knowledge: KnowledgeBase) -> None:
    state = visit(
        knowledge, NewAnswers({"stick.done": "stopped_for_pain", "safety.past_cancer": "no"})
    )
    found = parts(knowledge, state)
    due = {item.observable for item in result_of(knowledge, state).ask_next}

    assert not any(part.waits for part in found)
    assert asked(found).keys() <= due | state.answers.keys()
    assert "stick.sacrum" not in asked(found)


def test_in_an_emergency_only_what_whoever_takes_over_needs_is_asked(
    knowledge: KnowledgeBase,
) -> None:
    given: dict[str, Value] = {"safety.tearing_pain": "yes", "stick.sacrum": "lost"}
    state = visit(knowledge, NewAnswers(given))
    found = parts(knowledge, state)
    flags = [name for name in knowledge.observables if name.startswith("safety.")]
    order = []
    while question := next_question(parts(knowledge, state)):
        order.append(question.name)
        state = visit(knowledge, NewAnswers(given), NewAnswers(passed=order))
    investigated = "safety.cauda_equina_investigated"

    assert set(asked(found)) == {*flags, "symptom.duration"}
    assert order[0] == investigated
    assert order[1:-1] == [name for name in flags if name not in (investigated, *given)]
    assert order[-1] == "symptom.duration"
    assert not any(part.waits for part in parts(knowledge, state))


def test_in_an_emergency_without_back_pain_nobody_asks_how_long_it_has_lasted(
    knowledge: KnowledgeBase,
) -> None:
    given = {"safety.tearing_pain": "yes", "symptom.low_back_pain": "no"}

    assert "symptom.duration" not in asked(parts(knowledge, visit(knowledge, NewAnswers(given))))


def test_a_question_passed_over_is_not_asked_again(knowledge: KnowledgeBase) -> None:
    question = next_question(parts(knowledge, visit(knowledge)))
    assert question is not None
    passed = parts(knowledge, visit(knowledge, NewAnswers(passed=[question.name])))
    after = next_question(passed)

    assert asked(passed)[question.name].settled
    assert after is not None
    assert after.name != question.name


def test_an_answer_that_cannot_be_read_is_marked_and_not_asked_for_ever(
    knowledge: KnowledgeBase,
) -> None:
    state = visit(knowledge, NewAnswers({"stick.hold": "slipped", "stick.sacrum": "kept"}))
    found = asked(parts(knowledge, state))
    rest = NewAnswers(passed=[name for name in knowledge.observables if name not in state.answers])

    assert found["stick.sacrum"].void
    assert not found["stick.sacrum"].settled
    assert (
        next_question(parts(knowledge, visit(knowledge, NewAnswers(state.answers), rest))) is None
    )


def test_an_answer_that_the_age_ruled_out_says_so_though_it_is_no_longer_asked(
    knowledge: KnowledgeBase,
) -> None:
    story = {"symptom.low_back_pain": "yes", "symptom.duration": "over_3_months"}
    onset = "spa.onset_under_45"
    state = visit(
        knowledge,
        NewAnswers(story),
        NewAnswers({onset: "no"}),
        NewAnswers({"context.age_years": 40}),
    )
    (question,) = [item for name, item in asked(parts(knowledge, state)).items() if name == onset]

    assert question.value is None
    assert "context.age_years is 40" in (question.contradicted or "")
