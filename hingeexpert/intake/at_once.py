"""What one press answers for a whole part of the form: what it leaves open, and what of it falls
again.

Owns which answers may be given without a look at each. A press says that something was as it should
be; it must not speak against what was seen in the same visit, and a question that only a finding
raises is not answered before that finding, nor by the press after it.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from hingeexpert.inference.objections import speaking_against
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Group
from hingeexpert.knowledge.network import Worlds, evaluate


class Rest(NamedTuple):
    """What the one press of a part does now.

    Attributes:
        answers: What it answers.
        left_open: The questions without an answer that it leaves open.
    """

    answers: Mapping[str, Value]
    left_open: tuple[str, ...]


def all_well(group: Group) -> dict[str, Value]:
    """Return every answer that the one press of a part gives; none where it has no such press."""
    if group.all_well is None:
        return {}
    if group.shorthand is not None:
        return {
            name: group.shorthand.answers
            for name, item in group.observables.items()
            if item.answer.is_flag
        }
    return {name: item.well for name, item in group.observables.items() if item.well is not None}


def rest_of(
    knowledge: KnowledgeBase, group: Group, answers: Mapping[str, Value], touched: Collection[str]
) -> Rest:
    """Return what the one press of a part does now.

    Args:
        knowledge: The knowledge base.
        group: The part.
        answers: What is answered in the visit.
        touched: Whatever was answered, passed over, or has fallen.
    """
    well = {name: value for name, value in all_well(group).items() if name not in touched}
    if group.shorthand is not None or not well:
        return Rest(well, ())
    open_ = (following(knowledge, answers) | _own_look(knowledge, answers)) & well.keys()
    if _differs(group, answers):
        open_ |= {name for name in well if group.observables[name].well_while}
        sure = {name: value for name, value in well.items() if name not in open_}
        open_ |= speaking_against(knowledge, answers, sure)
    return Rest(
        {name: value for name, value in well.items() if name not in open_},
        tuple(name for name in well if name in open_),
    )


def same_as(
    group: Group, before: Mapping[str, Value], touched: Collection[str]
) -> dict[str, Value]:
    """Return what an earlier visit answered of a part and today's has not, counts and measures
    apart: those are taken anew.
    """
    return {
        name: before[name]
        for name, item in group.observables.items()
        if name in before and name not in touched and item.well_while is None
    }


def fallen(
    knowledge: KnowledgeBase, answers: Mapping[str, Value], at_once: Collection[str]
) -> set[str]:
    """Return the answers of such presses that no longer stand: what `rest_of` would leave open
    today.

    Args:
        knowledge: The knowledge base.
        answers: What is answered, with these.
        at_once: The questions that such a press answered.
    """
    found: set[str] = set()
    for group in knowledge.groups:
        pressed = all_well(group).keys() & at_once
        if pressed and _differs(group, answers):
            others = {name: value for name, value in answers.items() if name not in pressed}
            touched = group.observables.keys() - pressed
            found.update(rest_of(knowledge, group, others, touched).left_open)
    return found


def following(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> set[str]:
    """Return the questions that follow an answer of a visit."""
    network = knowledge.intake_network
    truths = evaluate(network, Worlds(answers))
    return {
        name
        for name, item in knowledge.observables.items()
        if item.follows is not None and truths[network.names[naming.follows(name)]].true
    }


def _own_look(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> set[str]:
    """Return the questions that need a look of their own beside an answer of a visit."""
    network = knowledge.intake_network
    truths = evaluate(network, Worlds(answers))
    return {
        name
        for name, item in knowledge.observables.items()
        if item.own_look_when is not None and truths[network.names[naming.own_look(name)]].true
    }


def computed(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> dict[str, Value]:
    """Return what a visit answers by itself, from other answers of it."""
    network = knowledge.intake_network
    truths = evaluate(network, Worlds(answers))
    return {
        name: value
        for name, item in knowledge.observables.items()
        for value in item.computed_when
        if truths[network.names[naming.computed(name, value)]].true
    }


def _differs(group: Group, answers: Mapping[str, Value]) -> bool:
    """Whether something of a part is not as it should be, counts and measures apart."""
    return any(
        answers.get(name, value) != value
        for name, value in all_well(group).items()
        if group.observables[name].well_while is None
    )
