"""A conclusion in one sentence and three lists."""

import re

import pytest
from counts import examples
from folders import DATA
from hypothesis import given
from hypothesis import strategies as st
from strategies import answers

from hingeexpert.forms import Assessment, read_form
from hingeexpert.inference import ask_next, diagnose
from hingeexpert.inference.explained import Explanation
from hingeexpert.inference.explanation import Explainer
from hingeexpert.inference.withheld import without_drills
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

LOST: dict[str, Value] = {"stick.sacrum": "lost", "stick.sacrum_when": "middle"}
TWO_FAULTS: dict[str, Value] = {**LOST, "wall.knees": "forward", "wall.hips": "down"}


def calm(knowledge: KnowledgeBase) -> dict[str, Value]:
    """No red flag, no symptom."""
    flags: dict[str, Value] = {
        name: "no" for name in knowledge.observables if name.startswith("safety.")
    }
    symptoms: dict[str, Value] = {
        "symptom.low_back_pain": "no",
        "symptom.pain_with_deadlift": "no",
        "symptom.pain_with_swing": "no",
        "symptom.groin_pinch": "none",
        "symptom.leg_symptoms": "none",
    }
    return {**flags, **symptoms, "context.visit": "first", "context.age_years": 30}


def clean(knowledge: KnowledgeBase) -> dict[str, Value]:
    """A retest with nothing to find, of somebody who trains the pattern."""
    return dict(read_form(knowledge, DATA / "forms" / "clean.yaml").answers)


def told(knowledge: KnowledgeBase, given: dict[str, Value], name: str) -> Explanation:
    return Explainer(knowledge, Assessment(given)).explain(name)


def asked(explanation: Explanation) -> list[str]:
    return [item.observable for item in explanation.still_to_ask]


@examples(quick=6, thorough=30)
@given(data=st.data())
def test_every_conclusion_is_told_in_plain_words(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    explainer = Explainer(knowledge, Assessment(data.draw(answers(knowledge))), passes=0)
    next_ = [question.observable for question in ask_next(knowledge, explainer.known)]
    for name in explainer.ids():
        explanation = explainer.explain(name)

        assert explanation.sentence.startswith(f"{explanation.title}: ")
        assert explanation.sentence.endswith(".")
        assert not re.search(r"unknown|condition|incomplete|[a-z]_[a-z]", explanation.sentence)
        _is_unanswered(explainer, asked(explanation))
        if explanation.kind != "contributor":
            assert asked(explanation) == [each for each in next_ if each in asked(explanation)]
        _is_known(explainer, explanation)


def _is_unanswered(explainer: Explainer, names: list[str]) -> None:
    assert len(set(names)) == len(names)
    assert not explainer.known.facts.keys() & names
    assert set(names) <= explainer.knowledge.observables.keys()


def _is_known(explainer: Explainer, explanation: Explanation) -> None:
    known = explainer.known
    seen = {item.observable: item for item in explanation.seen}
    assert len(seen) == len(explanation.seen)
    for observable, item in seen.items():
        value = known.facts[observable]
        assert item.assumed == (observable in known.assumed)
        assert (f"{value:g}" if isinstance(value, int | float) else value.replace("_", " ")) in (
            item.answer,
            item.answer.split()[0],
        )


@examples(quick=6, thorough=30)
@given(data=st.data())
def test_only_the_verdict_is_said_to_hold(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    form = Assessment(data.draw(answers(knowledge)))
    diagnosis = diagnose(knowledge, form)
    explainer = Explainer(knowledge, form, titles=True, passes=0)
    for ladder, result in (("triage", diagnosis.triage), ("readiness", diagnosis.readiness)):
        for level in knowledge.ladders[ladder]:
            explanation = explainer.explain(level.id)

            assert (explanation.standing == Explainer.REACHED) == (level.id == result.verdict)
            for text in (explanation.sentence, explanation.standing):
                for title in re.findall(r'"([^"]+)" holds', text):
                    assert title == knowledge.level(ladder, result.verdict).title
                assert text.count(" holds") == text.count('" holds')


@examples(quick=4, thorough=15)
@given(data=st.data())
def test_answers_settle_what_a_conclusion_hangs_on(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    given_ = data.draw(answers(knowledge, calm=True))
    explainer = Explainer(knowledge, Assessment(given_), passes=0)
    for name in explainer.ids()[::5]:
        names = asked(explainer.explain(name))
        answered = {each: knowledge.answers[each][0] for each in names}
        after = Explainer(knowledge, Assessment({**given_, **answered}), passes=0)

        assert (
            not after.assessment.answers.keys() & set(asked(after.explain(name))) - after.known.void
        )


def test_a_present_fault_is_told_by_its_surest_reason(knowledge: KnowledgeBase) -> None:
    kept: dict[str, Value] = {"stick.head": "kept", "stick.midback": "kept"}
    explanation = told(knowledge, {**calm(knowledge), **LOST, **kept}, "lumbar_flexion")
    because = next(
        rule.because
        for rule in knowledge.faults["lumbar_flexion"].rules
        if rule.id == "sacrum_alone"
    )

    title = knowledge.faults["lumbar_flexion"].title
    assert explanation.sentence == f"{title}: present, high confidence, because: {because}"
    assert [(item.question, item.answer, item.speaks) for item in explanation.seen[:2]] == [
        ("Stick on the sacrum", "lost", "for"),
        ("Stick leaves the sacrum", "middle", "for"),
    ]
    assert explanation.what_it_takes == "One other answer would remove it."
    assert [(item.observable, item.then) for item in explanation.would_change] == [
        ("stick.sacrum", "kept")
    ]


def test_an_absent_fault_is_ruled_out_by_answers_or_was_not_looked_for(
    knowledge: KnowledgeBase,
) -> None:
    seen = told(knowledge, {"stick.breath": "easy"}, "breath_holding")
    blank = told(knowledge, {}, "breath_holding")

    assert seen.sentence.endswith(": ruled out by the answers.")
    assert [(item.answer, item.speaks) for item in seen.seen] == [("easy", "against")]
    assert blank.sentence.endswith(": not seen, no sign of it was noted.")
    assert blank.seen == []


def test_an_open_fault_hangs_on_its_questions(knowledge: KnowledgeBase) -> None:
    explanation = told(knowledge, {**calm(knowledge), "wall.knees": "soft"}, "stiff_knees")

    assert explanation.sentence.endswith(": open, it hangs on one question.")
    assert asked(explanation) == ["stick.knees"]
    assert (explanation.what_it_takes, explanation.would_change) == (None, [])


def test_a_fault_is_not_asked_about_while_a_hold_comes_first(knowledge: KnowledgeBase) -> None:
    given_ = {**calm(knowledge), "pain.during_drill": 8}
    explanation = told(knowledge, given_, "stiff_knees")

    assert explanation.sentence.endswith(
        ': open, and not asked about while "Hold and look again" comes first.'
    )
    assert asked(explanation) == []


def test_while_the_ladder_is_open_no_level_holds(knowledge: KnowledgeBase) -> None:
    """Two faults are seen and pain is not yet asked: nothing better than an easier version, and
    perhaps a hold.
    """
    explainer = Explainer(knowledge, Assessment({**calm(knowledge), **TWO_FAULTS}), titles=True)
    hold, easier, grind = map(
        explainer.explain, ("hold_reassess", "regress_pattern", "ready_grind")
    )

    assert re.fullmatch(r"Hold and look again: open, it hangs on \w+ questions\.", hold.sentence)
    assert "pain.during_drill" in asked(hold)
    assert re.search(r"open, it cannot be better yet, and whether it is worse", easier.sentence)
    assert asked(easier) == asked(hold)
    assert grind.sentence.startswith(
        'Ready for Grind: it cannot be better than "Pattern, an easier version" yet, because: '
    )
    assert grind.standing == 'cannot be better than "Pattern, an easier version" yet'
    assert asked(grind) == []


def test_once_decided_what_comes_first_is_named_with_its_reason(
    knowledge: KnowledgeBase,
) -> None:
    given_ = {**calm(knowledge), "pain.during_drill": 8}
    hold, grind, stop = (
        told(knowledge, given_, name) for name in ("hold_reassess", "ready_grind", "stop_refer")
    )
    because = knowledge.level("readiness", "hold_reassess").rules[0].because

    assert hold.sentence == f"Hold and look again: the verdict, because: {because}"
    assert grind.sentence == (
        'Ready for Grind: not the verdict, as "Hold and look again" holds and comes first, '
        f"because: {because}"
    )
    assert [(item.observable, item.speaks) for item in grind.seen] == [
        ("pain.during_drill", "against")
    ]
    assert stop.sentence == "Stop and refer: ruled out, no reason for it is there."


def test_a_verdict_whose_rules_limit_says_why_the_next_is_closed(
    knowledge: KnowledgeBase,
) -> None:
    given_ = {name: value for name, value in clean(knowledge).items() if name != "context.stage"}
    explanation = told(knowledge, given_, "ready_grind")

    assert re.search(r"is ruled out, and the next step is closed, because: ", explanation.sentence)
    assert [item.observable for item in explanation.seen] == ["context.stage"]
    assert explanation.seen[0].assumed


def test_what_leads_beyond_a_hold_brings_no_fault(knowledge: KnowledgeBase) -> None:
    hold = told(knowledge, {**clean(knowledge), "pain.during_drill": 8}, "hold_reassess")

    assert hold.what_it_takes == "One other answer would lead to a better verdict."
    assert [item.observable for item in hold.would_change] == ["pain.during_drill"]


def test_what_would_change_it_does(knowledge: KnowledgeBase) -> None:
    given_ = {**clean(knowledge), **LOST, "wall.clean_reps": 8}
    explainer = Explainer(knowledge, Assessment(given_))
    before = diagnose(knowledge, Assessment(given_))
    for name in explainer.ids():
        explanation = explainer.explain(name)
        changes = {item.observable: item.then for item in explanation.would_change}
        if not changes:
            continue
        after = told(knowledge, {**given_, **changes}, name)
        if name in (before.triage.verdict, before.readiness.verdict):
            assert "not the verdict" not in after.standing
            assert after.standing != Explainer.REACHED
        elif explanation.kind in knowledge.ladders:
            assert after.standing == Explainer.REACHED
        else:
            assert after.truth != explanation.truth


@pytest.mark.parametrize("flag", ["safety.tearing_pain", "safety.major_trauma"])
def test_before_a_referral_nothing_of_the_drills_is_told(
    knowledge: KnowledgeBase, flag: str
) -> None:
    given_: dict[str, Value] = {**TWO_FAULTS, "wall.clean_reps": 3, flag: "yes"}
    explainer = Explainer(knowledge, Assessment(given_), titles=True)
    drilled = {name for part in knowledge.drills_of_form for name in part.observables}
    for name in explainer.ids():
        explanation = without_drills(explainer.telling, explainer.explain(name))
        text = explanation.model_dump_json()

        assert explainer.refer_first()
        assert explanation.would_change == []
        assert not drilled & set(asked(explanation))
        for observable in drilled:
            item = knowledge.observables[observable]
            assert item.question not in text
            assert f"{item.short}:" not in text
