"""Which drills and cues a person is given: of one piece, and proven to suit."""

from counts import examples
from hypothesis import given
from hypothesis import strategies as st
from papers import typed
from strategies import answers

from hingeexpert.forms import Assessment
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.knowledge import KnowledgeBase

OWNED = """
context: {visit: retest, age_years: 35, stage: pattern}
safety: {screen: all_no}
symptom: {low_back_pain: no, pain_with_deadlift: no, pain_with_swing: no, avoids_hinging: no,
          groin_pinch: none, leg_symptoms: none}
wall: {done: yes, barefoot: yes, distance_feet: 1, touch: light, hips: back, knees: soft,
       feet: flat, balance: steady, weight_shift: none, cueing: none, clean_reps: 10}
stick: {done: yes, head: kept, midback: kept, sacrum: kept, depth_degrees: 60, knees: soft,
        return: hips_forward, weight_shift: none, cueing: none, clean_reps: 10}
pain: {during_drill: 0, next_morning: same}
practice: {days_last_week: 6, sets_per_day: 5, reps_per_set: 10}
retest: {clean_uncued: yes}
screen: {single_leg_stance_s: 20, hip_impingement: negative, hip_rotation: equal,
         hip_flexion: equal, sit_back: level}
load: {clean_sessions: 6, single_leg_clean: both, fast_hinge_clean: yes}
"""
"""Somebody who owns the pattern; every gate is passed but that of what is trained now."""
LEADS = ("return: hips_forward", "return: chest_first")
"""A fault of the way up, which asks for the stick."""


def judged(knowledge: KnowledgeBase, *changes: tuple[str, str]) -> Diagnosis:
    """Judge that person with some answers in place of others."""
    text = OWNED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return diagnose(knowledge, typed(knowledge, text))


def at(stage: str) -> tuple[str, str]:
    return "stage: pattern", f"stage: {stage}"


def flagged(flag: str) -> tuple[str, str]:
    return "screen: all_no", f"screen: all_no, {flag}: yes"


def test_the_first_load_is_the_light_bag(knowledge: KnowledgeBase) -> None:
    result = judged(knowledge)
    assert result.readiness.verdict == "ready_grind"
    assert result.readiness.drills == ["goat_bag_hinge", "kettlebell_deadlift_raised"]
    first = result.home[0]
    assert (first.drill, first.cue, first.tried) == (
        "goat_bag_hinge",
        "Fold around the bag.",
        False,
    )
    assert result.readiness.meanwhile is None


def test_for_lifts_that_hurt_one_that_does_not_is_looked_for(knowledge: KnowledgeBase) -> None:
    hurts = ("pain_with_deadlift: no", "pain_with_deadlift: yes")
    result = judged(knowledge, at("grind"), hurts)
    assert result.readiness.drills == ["goat_bag_hinge", "kettlebell_deadlift_raised"]
    assert "do not hurt" in result.readiness.told
    assert "No swings" in (result.readiness.meanwhile or "")


def test_clean_sessions_open_the_floor_and_then_the_bar(knowledge: KnowledgeBase) -> None:
    short_stance = ("stance_s: 20", "stance_s: 5")
    opened = [
        judged(
            knowledge, at("grind"), short_stance, ("sessions: 6", f"sessions: {count}")
        ).readiness.drills
        for count in (1, 2, 4)
    ]
    raised = ["kettlebell_deadlift_raised", "romanian_deadlift"]
    assert opened == [
        raised,
        [*raised, "kettlebell_deadlift"],
        [*raised, "kettlebell_deadlift", "trap_bar_or_bar_deadlift"],
    ]
    young = judged(knowledge, at("grind"), short_stance, ("years: 35", "years: 15"))
    assert young.readiness.drills == opened[1]
    pinch = ("groin_pinch: none", "groin_pinch: left")
    assert judged(knowledge, at("grind"), short_stance, pinch).readiness.drills == raised


def test_in_pregnancy_the_accustomed_lifts_go_on_and_no_new_one_begins(
    knowledge: KnowledgeBase,
) -> None:
    result = judged(knowledge, at("ballistic"), flagged("pregnancy"))
    assert result.readiness.verdict == "ready_grind"
    assert result.readiness.drills == ["wall_drill"]
    assert "that you know" in result.readiness.told


def test_fast_drills_open_last(knowledge: KnowledgeBase) -> None:
    result = judged(knowledge, at("symmetry"))
    fast = ["fast_hinge", "hike_and_park", "dead_start_swing", "two_hand_swing"]
    assert (result.readiness.verdict, result.readiness.drills) == ("ready_ballistic", fast)
    child = judged(knowledge, at("symmetry"), ("years: 35", "years: 15"))
    assert child.readiness.drills == fast[:1]


def test_thin_bones_keep_to_slow_work(knowledge: KnowledgeBase) -> None:
    result = judged(knowledge, at("ballistic"), flagged("osteoporosis"))
    assert result.readiness.verdict == "ready_symmetry"
    assert result.readiness.drills == ["kickstand_hinge", "supported_one_leg_hinge"]


def test_what_is_trained_already_is_spoken_of_below_the_rung(knowledge: KnowledgeBase) -> None:
    trains = judged(knowledge, at("ballistic"), LEADS)
    assert trains.readiness.verdict == "continue_pattern"
    assert "Nothing fast" in (trains.readiness.meanwhile or "")
    assert judged(knowledge, LEADS).readiness.meanwhile is None
    hurts = ("pain_with_swing: no", "pain_with_swing: yes")
    assert "that hurt pause" in (judged(knowledge, LEADS, hurts).readiness.meanwhile or "")


def test_loads_pause_while_a_person_is_held(knowledge: KnowledgeBase) -> None:
    held = judged(knowledge, at("grind"), flagged("clinician_concern"))
    assert held.readiness.verdict == "hold_reassess"
    assert "pause" in (held.readiness.meanwhile or "")
    assert (held.readiness.drills, held.home, held.focus) == ([], [], None)


def test_who_may_need_a_hand_is_given_the_wall(knowledge: KnowledgeBase) -> None:
    result = judged(knowledge, flagged("pregnancy"), LEADS)
    assert result.focus is not None
    assert result.focus.drill == result.home[0].drill == "wall_drill"


def test_nobody_who_pinches_is_told_to_go_farther(knowledge: KnowledgeBase) -> None:
    short = ("depth_degrees: 60", "depth_degrees: 30")
    free = judged(knowledge, short)
    assert free.focus is not None
    assert "farther" in free.focus.cue
    pinched = judged(knowledge, short, ("groin_pinch: none", "groin_pinch: left"))
    assert pinched.focus is not None
    assert "where it is easy" in pinched.focus.cue
    assert not any("farther" in cue for fault in pinched.faults for cue in fault.cues)


def test_nobody_of_age_who_lost_balance_is_sent_to_the_floor(knowledge: KnowledgeBase) -> None:
    falls = ("balance: steady", "balance: falls_back"), ("sacrum: kept", "sacrum: lost")
    young, old = judged(knowledge, *falls), judged(knowledge, *falls, ("years: 35", "years: 70"))
    assert young.readiness.verdict == old.readiness.verdict == "regress_pattern"
    assert "quadruped_rock_back" in young.readiness.drills
    assert old.readiness.drills == ["wall_drill_near", "hands_on_hips_hinge"]
    assert old.home[0].drill == "wall_drill_near"


def test_the_dose_follows_a_bad_morning(knowledge: KnowledgeBase) -> None:
    usual = judged(knowledge, LEADS)
    worse = judged(knowledge, LEADS, ("next_morning: same", "next_morning: up_2_or_more"))
    brief = knowledge.drills["stick_drill"].brief
    assert brief is not None
    assert (usual.home[0].dose, worse.home[0].dose) == (brief.dose, brief.less)


@examples(quick=25, thorough=100)
@given(data=st.data())
def test_cue_and_drill_are_of_one_piece(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    result = diagnose(knowledge, Assessment(data.draw(answers(knowledge, calm=True)), {}))
    for item in result.home:
        assert knowledge.drills[item.drill].brief
        assert knowledge.drills[item.drill].rung is None or item.drill in result.readiness.drills
    if result.focus is not None:
        needs = knowledge.drills[result.focus.drill].needs
        for cue in knowledge.faults[result.focus.fault].cues:
            assert cue.say != result.focus.cue or set(cue.needs) <= set(needs)
