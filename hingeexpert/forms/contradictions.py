"""Answers that cannot stand beside others of the same form.

Owns what contradicts itself, and why. What becomes of it is said by who asks: a form is refused, in
a visit the answer falls.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Condition, Value, observables_in
from hingeexpert.knowledge.evaluation import truths_of
from hingeexpert.knowledge.wording import in_words


class Contradiction(NamedTuple):
    """An answer that cannot stand.

    Attributes:
        name: The observable.
        why: What is wrong with its answer, and what can be done.
    """

    name: str
    why: str


def contradictions(
    knowledge: KnowledgeBase, answers: Mapping[str, Value]
) -> Iterator[Contradiction]:
    """Yield every answer that contradicts others."""
    network = knowledge.form_network
    truths = truths_of(network, answers)
    holding = {name for name, position in network.names.items() if truths[position].true}
    yield from _findings_of_no_drill(knowledge, answers, holding)
    for name, item in knowledge.observables.items():
        for value, condition in item.impossible_when.items():
            if answers.get(name) == value and naming.impossible(name, value) in holding:
                yield Contradiction(name, _impossible(knowledge, condition, answers))


def _findings_of_no_drill(
    knowledge: KnowledgeBase, answers: Mapping[str, Value], holding: set[str]
) -> Iterator[Contradiction]:
    """Yield the findings of drills that were not done."""
    for group in knowledge.drills_of_form:
        if naming.not_done(group.group) not in holding:
            continue
        markers = _said(group.markers, answers)
        why = f"is a finding of a drill that was not done ({markers}); leave it out"
        for name in group.drill_findings:
            if answers.get(name, NOT_NOTED) != NOT_NOTED:
                yield Contradiction(name, why)


def _impossible(
    knowledge: KnowledgeBase, condition: Condition, answers: Mapping[str, Value]
) -> str:
    beside = _said(observables_in(condition), answers)
    return f"{impossible_while(knowledge, condition)} ({beside}); correct one of the two"


def impossible_while(knowledge: KnowledgeBase, condition: Condition) -> str:
    """Say that an answer cannot be right while a condition holds."""
    return f"is not possible while {in_words(knowledge, condition)}"


def _said(names: frozenset[str] | set[str], answers: Mapping[str, Value]) -> str:
    """Say what these observables are answered with."""
    return ", ".join(f"{name} is {answers[name]}" for name in sorted(names) if name in answers)
