"""Which questions are offered, in which order, by a second reading of the sentences that say so."""

import itertools
from collections.abc import Mapping
from pathlib import Path

from counts import examples
from hypothesis import given
from hypothesis import strategies as st
from small import copied
from strategies import answers, blanks

from hingeexpert.formats.files import data_folder
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference import ask_next
from hingeexpert.inference.diagnosis import Question
from hingeexpert.inference.questions import standing
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Worlds, evaluate

SLOW = examples(quick=15, thorough=60)
WITHHOLDING = ("readiness:stop_refer", "readiness:hold_reassess")
HELD = {"pain.during_drill": 6}
Form = Mapping[str, Value]


def asked(knowledge: KnowledgeBase, form: Form) -> list[Question]:
    return ask_next(knowledge, what_is_known(knowledge, dict(form)))


def names_asked(knowledge: KnowledgeBase, form: Form) -> list[str]:
    return [question.observable for question in asked(knowledge, form)]


def truths_of(knowledge: KnowledgeBase, form: Form) -> dict[str, bool | None]:
    """Return the truth of every named condition, with that of each *ask when* by its observable."""
    network = knowledge.network
    facts = what_is_known(knowledge, dict(form)).facts
    truths = [truth.in_world(0) for truth in evaluate(network, Worlds(facts))]
    places = network.names | network.ask_when
    return {name: truths[place] for name, place in places.items()}


def no_flags(knowledge: KnowledgeBase) -> dict[str, Value]:
    return {name: "no" for name in knowledge.observables if name.startswith("safety.")}


def withheld(truths: Mapping[str, bool | None]) -> bool:
    return any(truths[name] is True for name in WITHHOLDING)


def faults_below(knowledge: KnowledgeBase, name: str) -> list[str]:
    """Return the faults that an *ask when* names, also through other conditions."""
    network, found = knowledge.network, list[str]()
    stack = [network.ask_when[name]]
    while stack:
        place = stack.pop()
        names = network.names_at.get(place, [])
        found += [part.removeprefix("fault:") for part in names if part.startswith("fault:")]
        stack.extend(network.nodes[place].children)
    return found


def can_be_made_needed(
    knowledge: KnowledgeBase, form: Form, name: str, before: list[Question]
) -> bool:
    """Try every answer to what stands before a question and what its *ask when* reads."""
    network = knowledge.network
    place = network.ask_when[name]
    read = network.observables_below(place)
    tried = [question.observable for question in before if question.observable in read]
    choices = [knowledge.answers[other] for other in tried]
    facts = what_is_known(knowledge, dict(form)).facts
    changes = [dict(zip(tried, values, strict=True)) for values in itertools.product(*choices)]
    return bool(evaluate(network, Worlds(facts, changes))[place].true)


@SLOW
@given(data=st.data())
def test_a_question_is_needed_or_can_become_so_by_what_stands_before_it(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    form = data.draw(answers(knowledge))
    questions, truths = asked(knowledge, form), truths_of(knowledge, form)

    for number, question in enumerate(questions):
        name, before = question.observable, questions[:number]
        if truths.get(name, True) is True:
            continue
        assert truths[name] is None
        faults = faults_below(knowledge, name)
        if faults:
            named = {changed for earlier in before for changed in earlier.could_change}
            open_ = [fault for fault in faults if truths[f"fault:{fault}"] is None]
            assert set(open_) <= named
            continue
        assert can_be_made_needed(knowledge, form, name, before)


@SLOW
@given(data=st.data())
def test_what_could_change_names_nothing_settled_and_no_fault_where_nobody_is_coached(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    drawn = data.draw(answers(knowledge))
    form = {**drawn, **data.draw(st.sampled_from([{}, HELD, {"safety.gait_change": "yes"}]))}
    questions, truths = asked(knowledge, form), truths_of(knowledge, form)
    open_ = {fault for fault in knowledge.faults if truths[f"fault:{fault}"] is None}
    if withheld(truths):
        open_.clear()
    for ladder in knowledge.ladders:
        levels = [truths[f"{ladder}:{level.id}"] for level in knowledge.ladders[ladder]]
        if not standing(levels).decided:
            open_.add(ladder)

    named = {changed for question in questions for changed in question.could_change}

    assert named == open_
    assert all(question.could_change for question in questions)


@SLOW
@given(data=st.data())
def test_what_could_change_a_ladder_stands_before_the_rest(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    questions = asked(knowledge, data.draw(answers(knowledge, calm=True)))
    of_faults = [not knowledge.ladders.keys() & set(item.could_change) for item in questions]

    assert of_faults == sorted(of_faults)


@SLOW
@given(data=st.data())
def test_whoever_answers_what_is_asked_first_decides_both_ladders(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    form = data.draw(answers(knowledge))
    form.pop("stick.hold", None)  # a slipped stick asks for its contacts for ever
    while names := names_asked(knowledge, form):
        assert names[0] in blanks(knowledge, form)
        form[names[0]] = data.draw(st.sampled_from(knowledge.answers[names[0]]))
    truths = truths_of(knowledge, form)

    for ladder, levels in knowledge.ladders.items():
        assert standing(truths[f"{ladder}:{level.id}"] for level in levels).decided


def test_the_slump_test_stands_behind_what_it_hangs_on(knowledge: KnowledgeBase) -> None:
    calm = no_flags(knowledge)
    names = names_asked(knowledge, calm)
    without = names_asked(knowledge, {**calm, "symptom.leg_symptoms": "none"})

    assert names.index("symptom.leg_symptoms") < names.index("screen.slump")
    assert "screen.slump" not in without


def test_a_chain_of_questions_stands_in_its_order(knowledge: KnowledgeBase) -> None:
    names = names_asked(knowledge, no_flags(knowledge))
    chain = [
        "symptom.low_back_pain",
        "symptom.duration",
        "spa.onset_under_45",
        "spa.onset_under_35",
    ]

    assert [name for name in names if name in chain] == chain


def test_on_hold_nothing_is_asked_for_the_sake_of_a_fault(knowledge: KnowledgeBase) -> None:
    calm = no_flags(knowledge)
    free = asked(knowledge, {**calm, "pain.during_drill": 0})
    held = asked(knowledge, {**calm, "stick.done": "stopped_for_pain"})

    assert "stick.sacrum" in {question.observable for question in free}
    assert "stick.sacrum" not in {question.observable for question in held}
    assert {change for question in held for change in question.could_change} == {"triage"}
    assert names_asked(knowledge, {**calm, **HELD}) == []


def test_on_hold_what_only_a_fault_makes_needed_waits_for_it(tmp_path: Path) -> None:
    """A question that decides on the fault is asked all the same, for the sake of the ladder."""
    triage = copied(tmp_path, data_folder("rules")) / "triage.yaml"
    text = triage.read_text(encoding="utf-8")
    old, new = "{safety.major_trauma: yes}", "{screen.supine_hinge: limited}"
    triage.write_text(text.replace(old, f"{{any: [{old}, {new}]}}", 1), encoding="utf-8")
    rules = load_knowledge(triage.parent)
    held = {**no_flags(rules), "stick.done": "stopped_for_pain"}
    bent = {**held, "stick.sacrum": "lost"}

    assert "screen.supine_hinge" in names_asked(rules, no_flags(rules))
    assert "screen.supine_hinge" not in names_asked(rules, held)
    assert "stick.sacrum" in names_asked(rules, held)
    assert "screen.supine_hinge" in names_asked(rules, bent)


def test_nothing_is_asked_once_a_stop_is_settled(knowledge: KnowledgeBase) -> None:
    assert names_asked(knowledge, {"safety.saddle_numbness": "yes"}) == []
    assert names_asked(knowledge, {**no_flags(knowledge), "safety.gait_change": "yes"}) == []
    urgent = names_asked(knowledge, {"safety.gait_change": "yes"})
    assert "safety.saddle_numbness" in urgent
    assert not [name for name in urgent if name.startswith(("wall.", "stick."))]
