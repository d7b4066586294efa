"""What must hold of every diagnosis, whatever the form."""

import gc
import json

import jsonschema
import pytest
from counts import examples
from evaluators import Table
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import answers, blanks, values_of

from hingeexpert.assurance import read_cases
from hingeexpert.formats.files import CASES, data_folder
from hingeexpert.forms import Assessment, read_form
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.forms.contradictions import contradictions
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.inference.conclude import diagnose_plainly
from hingeexpert.inference.diagnosis import INCOMPLETE, LadderResult
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Worlds, evaluate
from hingeexpert.knowledge.models.conclusions import CONFIDENCES
from hingeexpert.reporting.schemas import result_schema

RESULT = jsonschema.Draft202012Validator(result_schema())
SLOW = examples(quick=15, thorough=60)


def diagnosed(knowledge: KnowledgeBase, drawn: dict[str, Value]) -> Diagnosis:
    return diagnose(knowledge, Assessment(drawn))


def interval(knowledge: KnowledgeBase, name: str, ladder: LadderResult) -> range:
    ids = [level.id for level in knowledge.ladders[name]]
    return range(ids.index(ladder.not_ruled_out), ids.index(ladder.at_least) + 1)


@SLOW
@given(data=st.data())
def test_one_more_answer_never_contradicts_what_was_decided(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([*knowledge.observables]))
    value, drawn = data.draw(values_of(knowledge, name)), data.draw(answers(knowledge))
    before = {other: answer for other, answer in drawn.items() if other != name}
    assume(name in blanks(knowledge, before))
    after = {**before, name: value}
    assume(not list(contradictions(knowledge, after)))
    first, second = diagnosed(knowledge, before), diagnosed(knowledge, after)

    for ladder in ("triage", "readiness"):
        assert set(interval(knowledge, ladder, getattr(second, ladder))) <= set(
            interval(knowledge, ladder, getattr(first, ladder))
        )
    decided = {fault.id for fault in first.faults if fault.status == "present"}
    assert decided <= {fault.id for fault in second.faults if fault.status == "present"}
    assert {fault.id for fault in second.faults} <= {fault.id for fault in first.faults}


@SLOW
@given(data=st.data())
def test_no_cue_or_drill_is_given_where_nobody_may_be_coached(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    diagnosis = diagnosed(knowledge, data.draw(answers(knowledge)))
    ids = [level.id for level in knowledge.ladders["readiness"]]
    stop_open = ids.index(diagnosis.readiness.not_ruled_out) == ids.index("stop_refer")
    hold = diagnosis.readiness.at_least == "hold_reassess"

    if stop_open or hold:
        assert diagnosis.focus is None
        assert not any(fault.cues or fault.drills for fault in diagnosis.faults)
    else:
        present = [fault for fault in diagnosis.faults if fault.status == "present"]
        assert (diagnosis.focus is not None) == bool(present)


@SLOW
@given(data=st.data())
def test_every_conclusion_has_evidence_that_the_plain_algebra_confirms(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    drawn = data.draw(answers(knowledge))
    diagnosis = diagnosed(knowledge, drawn)
    facts = what_is_known(knowledge, drawn).facts
    truths = evaluate(knowledge.network, Worlds(facts))

    for conclusion in [*diagnosis.faults, *diagnosis.contributors]:
        assert bool(conclusion.evidence) == (conclusion.status == "present")
        for evidence in conclusion.evidence:
            assert truths[knowledge.network.names[evidence.rule]].in_world(0) is True
            assert all(facts[name] == value for name, value in evidence.observations.items())
            assert evidence.sources
            assert CONFIDENCES.index(evidence.confidence) >= CONFIDENCES.index(
                conclusion.confidence
            )  # type: ignore[arg-type]


@SLOW
@given(data=st.data())
def test_the_observations_of_evidence_are_enough_to_prove_its_rule(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    diagnosis = diagnosed(knowledge, data.draw(answers(knowledge, calm=True)))

    for fault in diagnosis.faults:
        for evidence in fault.evidence:
            truths = evaluate(knowledge.network, Worlds(evidence.observations))
            assert truths[knowledge.network.names[evidence.rule]].in_world(0) is True


@SLOW
@given(data=st.data())
def test_an_open_verdict_asks_and_a_decided_one_names_itself(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    diagnosis = diagnosed(knowledge, data.draw(answers(knowledge)))

    for name in ("triage", "readiness"):
        ladder = getattr(diagnosis, name)
        assert ladder.decided == (ladder.at_least == ladder.not_ruled_out)
        assert ladder.verdict == (ladder.at_least if ladder.decided else INCOMPLETE)
        asked = [question for question in diagnosis.ask_next if name in question.could_change]
        assert bool(asked) == (not ladder.decided)
        assert ladder.decided <= bool(ladder.reasons)


@SLOW
@given(data=st.data())
def test_only_blanks_without_a_default_are_asked_safety_first(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    drawn = data.draw(answers(knowledge))
    diagnosis = diagnosed(knowledge, drawn)
    asked = [question.observable for question in diagnosis.ask_next]

    assert len(set(asked)) == len(asked)
    assert set(asked) <= set(blanks(knowledge, drawn))
    assert not any(knowledge.observables[name].blank == "not_needed" for name in asked)
    safety = [name.startswith("safety.") for name in asked]
    assert safety == sorted(safety, reverse=True)


@pytest.mark.parametrize(
    ("safety", "at_once", "one_by_one"),
    [
        ("{screen: all_no}", 35, 0),
        ("{screen: all_no, past_cancer: yes}", 34, 1),
        ("{past_cancer: no}", 0, 1),
        ("{}", 0, 0),
    ],
)
def test_answers_by_the_shorthand_are_counted(
    knowledge: KnowledgeBase, safety: str, at_once: int, one_by_one: int
) -> None:
    assessment = read_form(knowledge, "form.yaml", f"safety: {safety}\n".encode())
    (screening,) = diagnose(knowledge, assessment).screenings

    assert (screening.group, screening.flags) == ("safety", 35)
    assert (screening.at_once, screening.one_by_one) == (at_once, one_by_one)


def test_what_limits_a_ready_verdict_is_no_reason_for_it(knowledge: KnowledgeBase) -> None:
    (case, *_), _ = read_cases(
        knowledge, data_folder("rules") / CASES / "readiness" / "limits-on-load.yaml"
    )
    ready = diagnose(knowledge, case.assessment).readiness

    assert ready.verdict == "ready_grind"
    assert [item.rule for item in ready.evidence] == ["readiness.ready_grind.pain_with_lifts"]
    assert ready.not_further == [ready.evidence[0].because]
    assert ready.evidence[0].because not in ready.reasons


@pytest.mark.slow
def test_a_ready_verdict_opens_when_an_answer_that_could_change_it_is_missing(
    knowledge: KnowledgeBase,
) -> None:
    case = data_folder("rules") / CASES / "readiness" / "gates.yaml"
    (ready, *_), _ = read_cases(knowledge, case)
    form = dict(ready.assessment.answers)
    asked = [name for name in form if knowledge.observables[name].default is None]
    turned = [(name, {**form, name: value}) for name in asked for value in knowledge.answers[name]]
    reached: dict[str, set[str]] = {name: set() for name in asked}
    judged = Table(knowledge).judge([other for _, other in turned])
    for (name, _), (_, told) in zip(turned, judged, strict=True):
        reached[name].add(told.ladders["readiness"][2])
    opened = {name for name, verdicts in reached.items() if len(verdicts) > 1}
    for name in opened:
        rest = {other: value for other, value in form.items() if other != name}
        assert diagnosed(knowledge, rest).readiness.verdict == INCOMPLETE

    assert {
        "safety.saddle_numbness",
        "safety.gait_change",
        "safety.pregnancy",
        "wall.clean_reps",
        "load.fast_hinge_clean",
    } <= opened


@SLOW
@given(data=st.data())
def test_a_result_matches_its_published_schema(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    diagnosis = diagnosed(knowledge, data.draw(answers(knowledge)))

    RESULT.validate(json.loads(diagnosis.model_dump_json(by_alias=True)))


def test_two_readings_of_a_lost_midback_are_ordered_by_confidence(knowledge: KnowledgeBase) -> None:
    calm = {name: "no" for name in knowledge.observables if name.startswith("safety.")}
    contacts = {
        "stick.midback": "lost",
        "stick.midback_when": "middle",
        "stick.head": "kept",
        "stick.sacrum": "kept",
    }

    neck = diagnosed(knowledge, {**calm, **contacts, "stick.gaze": "up"})
    back = diagnosed(knowledge, {**calm, **contacts, "stick.gaze": "level", "stick.ribs": "flared"})

    assert neck.focus is not None
    assert neck.focus.fault == "neck_extension"
    assert back.focus is not None
    assert back.focus.fault == "back_overextension"


def test_a_slipped_stick_makes_contacts_void_and_asks_for_them_again(
    knowledge: KnowledgeBase,
) -> None:
    diagnosis = diagnosed(
        knowledge, {"stick.hold": "slipped", "stick.sacrum": "lost", "stick.sacrum_when": "early"}
    )

    assert "stick.sacrum" in {question.observable for question in diagnosis.ask_next}
    assert [fault.id for fault in diagnosis.faults if fault.status == "present"] == ["stick_setup"]


@pytest.mark.parametrize("format_", ["json"])
def test_dumping_uses_the_names_of_the_contract(knowledge: KnowledgeBase, format_: str) -> None:
    dumped = diagnosed(knowledge, {"stick.breath": "held"}).model_dump(mode=format_)

    assert {
        "form",
        "patient",
        "date",
        "knowledge",
        "triage",
        "faults",
        "contributors",
        "focus",
        "readiness",
        "ask_next",
        "assumed",
        "trace",
    } <= set(dumped)
    assert set(dumped["trace"][0]) == {"step", "rule", "concludes", "from"}


@SLOW
@given(data=st.data())
def test_the_plain_evaluation_gives_the_same_but_for_what_the_engine_alone_tells(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    form = Assessment(data.draw(answers(knowledge)))
    by_engine, plain = diagnose(knowledge, form), diagnose_plainly(knowledge, form)
    assert untold(plain.model_dump()) == untold(by_engine.model_dump())
    assert plain.trace == []


def untold(told: object) -> object:
    """Return what is told without the observations behind it and without the trace."""
    if isinstance(told, dict):
        kept = {key: part for key, part in told.items() if key not in ("observations", "trace")}
        return {key: untold(part) for key, part in kept.items()}
    return [untold(part) for part in told] if isinstance(told, list) else told


def test_a_diagnosis_that_nobody_keeps_is_gone_at_once(knowledge: KnowledgeBase) -> None:
    """No circle of its parts waits for the collector, which has much to look through."""
    form = Assessment({"stick.sacrum": "lost", "stick.head": "kept", "stick.midback": "kept"})
    diagnose(knowledge, form)
    gc.collect()
    diagnose(knowledge, form)

    assert gc.collect() == 0
