"""The form as one model: every question once, in every language, under names that others take."""

from dataclasses import replace

from hingeexpert.interop.questionnaire import label_slips, questionnaire
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.base import LONGEST_VARIABLE


def test_it_asks_all_that_the_rules_ask(knowledge: KnowledgeBase) -> None:
    form = questionnaire(knowledge)
    asked = [item.identifier for item in form.items if item.identifier in knowledge.observables]
    assert asked == list(knowledge.observables)


def test_every_name_is_short_and_its_own(knowledge: KnowledgeBase) -> None:
    names = [item.variable for item in questionnaire(knowledge).items]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= LONGEST_VARIABLE


def test_every_number_has_a_unit_that_machines_know(knowledge: KnowledgeBase) -> None:
    limits = [item.limits for item in questionnaire(knowledge).items if item.limits is not None]
    assert limits
    assert all(limit.ucum for limit in limits)


def test_nothing_reads_the_same(knowledge: KnowledgeBase) -> None:
    assert list(label_slips(knowledge)) == []


def test_questions_that_read_the_same_are_named(knowledge: KnowledgeBase) -> None:
    group = knowledge.groups[0]
    first, second, *_ = group.observables
    same = group.observables[second].model_copy(
        update={"question": group.observables[first].question}
    )
    changed = group.model_copy(update={"observables": {**group.observables, second: same}})
    other = replace(knowledge, groups=(changed, *knowledge.groups[1:]), languages={})
    label = f"{group.title}: {group.observables[first].question}"
    slips = list(label_slips(other))
    assert slips == [f'language en: 2 questions read "{label}"; tell them apart']


def test_answers_that_read_the_same_are_named(knowledge: KnowledgeBase) -> None:
    group = next(group for group in knowledge.groups if group.group == "stick")
    item = group.observables["stick.hold"].model_copy(
        update={"say": {"secure": "held", "helped": "held"}}
    )
    changed = group.model_copy(update={"observables": {**group.observables, "stick.hold": item}})
    groups = tuple(changed if one is group else one for one in knowledge.groups)
    slips = list(label_slips(replace(knowledge, groups=groups, languages={})))
    assert slips == ['language en: stick.hold has 2 answers that read "held"']
