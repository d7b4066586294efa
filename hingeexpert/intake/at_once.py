"""What one press answers for a whole part of the form: what it leaves open, and what of it falls
again.

Owns which answers may be given without a look at each. A press says that something was as it should
be; it must not speak against what was seen in the same visit, and a question that only a finding
raises is not answered before that finding, nor by the press after it.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from hingeexpert.forms.assessment import what_is_known
from hingeexpert.forms.contradictions import contradictions
from hingeexpert.inference.objections import speaking_against
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import truths_of
from hingeexpert.knowledge.models.observables import Cluster, Group


class Rest(NamedTuple):
    """What the one press of a part does now.

    Attributes:
        answers: What it answers.
        left_open: The questions without an answer that it leaves open.
    """

    answers: Mapping[str, Value]
    left_open: tuple[str, ...]


def all_well(group: Group, only: Collection[str] | None = None) -> dict[str, Value]:
    """Return every answer that the one press of a part gives, in a short visit of what that asks;
    none where it has no such press.
    """
    if only is not None:
        return {name: value for name, value in all_well(group).items() if name in only}
    if group.all_well is None:
        return {}
    if group.shorthand is not None:
        return dict.fromkeys(group.flags, group.shorthand.answers)
    return {name: item.well for name, item in group.observables.items() if item.well is not None}


def rest_of(
    knowledge: KnowledgeBase,
    group: Group,
    answers: Mapping[str, Value],
    touched: Collection[str],
    at_once: Collection[str] = (),
    only: Collection[str] | None = None,
) -> Rest:
    """Return what the one press of a part does now.

    Args:
        knowledge: The knowledge base.
        group: The part.
        answers: What is answered in the visit.
        touched: Whatever was answered, passed over, or has fallen.
        at_once: The answers that such presses gave.
        only: What a short visit asks: nothing else is answered.
    """
    well = {name: value for name, value in all_well(group, only).items() if name not in touched}
    if group.shorthand is not None or not well:
        return Rest(well, ())
    earlier = _pressed(knowledge, answers, at_once)
    said = {name: value for name, value in answers.items() if name not in earlier}
    if _not_done(knowledge, group, answers) or _broken_off(group, answers):
        return Rest({}, tuple(well))
    open_ = well.keys() - _possible(knowledge, answers, well).keys()
    open_ |= what_is_known(knowledge, {**answers, **well}).void & well.keys()
    open_ |= _left_open(knowledge, said, {**earlier, **well})
    return Rest(
        {name: value for name, value in well.items() if name not in open_},
        tuple(name for name in well if name in open_),
    )


def _broken_off(group: Group, answers: Mapping[str, Value]) -> bool:
    """Whether the drill of a part was not gone through: what says whether it was done is not as it
    should be.
    """
    return any(
        answers.get(name, group.observables[name].well) != group.observables[name].well
        and answers[name] != group.observables[name].default
        for name in group.markers
    )


def _not_done(knowledge: KnowledgeBase, group: Group, answers: Mapping[str, Value]) -> bool:
    """Whether answers say that the drill of a part was not done."""
    network = knowledge.form_network
    place = network.names.get(naming.not_done(group.group))
    return place is not None and bool(truths_of(network, answers)[place].true)


def fallen(
    knowledge: KnowledgeBase, answers: Mapping[str, Value], at_once: Collection[str]
) -> set[str]:
    """Return the answers of such presses that no longer stand: what `rest_of` would leave open
    today, in whatever order finding and press came.

    Args:
        knowledge: The knowledge base.
        answers: What is answered, with these.
        at_once: The questions that such a press answered.
    """
    pressed = _pressed(knowledge, answers, at_once)
    said = {name: value for name, value in answers.items() if name not in pressed}
    found = _left_open(knowledge, said, pressed)
    found |= what_is_known(knowledge, answers).void & pressed.keys()
    for group in knowledge.drills_of_form:
        if _not_done(knowledge, group, answers) or _broken_off(group, answers):
            found.update(pressed.keys() & set(group.drill_findings))
    return found


def _pressed(
    knowledge: KnowledgeBase, answers: Mapping[str, Value], at_once: Collection[str]
) -> dict[str, Value]:
    """Return the answers that the press of a part gave and that may fall; those of a shorthand
    stand.
    """
    return {
        name: value
        for group in knowledge.groups
        if group.shorthand is None
        for name, value in all_well(group).items()
        if name in at_once and answers.get(name) == value
    }


def _left_open(
    knowledge: KnowledgeBase, said: Mapping[str, Value], pressed: Mapping[str, Value]
) -> set[str]:
    """Return which answers of presses do not stand beside what was said by itself.

    That is whatever a finding raises, what then needs a look of its own, counts and measures of a
    part in which something is not as it should be, and what speaks against a fault that was found,
    in whatever part.
    """
    if not pressed:
        return set()
    answers = {**said, **pressed}
    open_ = (following(knowledge, answers) | _own_look(knowledge, answers)) & pressed.keys()
    for group in knowledge.groups:
        if _differs(group, said):
            open_ |= {name for name, item in group.observables.items() if item.well_while}
    sure = {name: value for name, value in pressed.items() if name not in open_}
    return (open_ & pressed.keys()) | speaking_against(knowledge, said, sure)


def none_of(
    knowledge: KnowledgeBase,
    cluster: Cluster,
    open_: Collection[str],
    answers: Mapping[str, Value],
) -> dict[str, Value]:
    """Return what *none of these* answers in a cluster of questions.

    Args:
        knowledge: The knowledge base.
        cluster: The cluster.
        open_: The questions that are asked now and of which nothing was said.
        answers: What is answered in the visit.
    """
    harmless: dict[str, Value] = {
        name: knowledge.observables[name].harmless[0] for name in cluster.asks if name in open_
    }
    return _possible(knowledge, answers, harmless)


def same_as(
    knowledge: KnowledgeBase,
    group: Group,
    before: Mapping[str, Value],
    open_: Collection[str],
    answers: Mapping[str, Value],
    touched: Collection[str],
) -> dict[str, Value]:
    """Return what an earlier visit answered of a part, with what follows from that, where nothing
    was said today; without counts and measures, and what a visit reads from others: those are taken
    anew.

    Args:
        knowledge: The knowledge base.
        group: The part.
        before: What was answered then.
        open_: The questions that are asked now and of which nothing was said.
        answers: What is answered in the visit.
        touched: Whatever was answered, passed over, or has fallen.
    """
    same = {
        name: before[name]
        for name, item in group.observables.items()
        if name in before
        and name not in touched
        and item.well_while is None
        and not item.computed_when
    }
    asked = {name: value for name, value in same.items() if name in open_}
    first = _possible(knowledge, answers, asked)
    raised = following(knowledge, {**answers, **first}) - following(knowledge, answers)
    return _possible(
        knowledge,
        answers,
        {name: value for name, value in same.items() if name in first or name in raised},
    )


def _possible(
    knowledge: KnowledgeBase, answers: Mapping[str, Value], new: Mapping[str, Value]
) -> dict[str, Value]:
    """Return those of some new answers that others do not rule out."""
    beside = contradictions(knowledge, {**answers, **new})
    ruled_out = {contradiction.name for contradiction in beside}
    return {name: value for name, value in new.items() if name not in ruled_out}


def following(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> set[str]:
    """Return the questions that follow an answer of a visit."""
    return _holding(knowledge, answers, naming.follows)


def _own_look(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> set[str]:
    """Return the questions that need a look of their own beside an answer of a visit."""
    return _holding(knowledge, answers, naming.own_look)


def _holding(
    knowledge: KnowledgeBase, answers: Mapping[str, Value], named: Callable[[str], str]
) -> set[str]:
    """Return the questions whose condition of one kind, named so, holds in a visit."""
    network = knowledge.intake_network
    truths = truths_of(network, answers)
    places = {name: network.names.get(named(name)) for name in knowledge.observables}
    return {name for name, place in places.items() if place is not None and truths[place].true}


def computed(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> dict[str, Value]:
    """Return what a visit answers by itself, from other answers of it."""
    network = knowledge.intake_network
    truths = truths_of(network, answers)
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
