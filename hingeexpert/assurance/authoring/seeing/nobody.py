"""Whether a change can move anybody at all, where nobody of a crowd moved.

That nobody of many is found is no proof. Where the network is the same and so is all that gives
its truths a verdict, nobody can move. Else the solver looks for somebody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hingeexpert.formats.extras import has
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value


@dataclass(frozen=True)
class Anybody:
    """Whether there is a form of which a ladder, a fault or a contributor is said otherwise.

    Attributes:
        outcome: `proven` that there is none, `person` who is one, `undecided` in time, `not_proven`
            where the solver is not installed.
        answers: The form.
    """

    outcome: Literal["proven", "person", "undecided", "not_proven"]
    answers: Mapping[str, Value] | None = None


def anybody(before: KnowledgeBase, after: KnowledgeBase) -> Anybody:
    """Look for somebody whom two knowledge bases judge otherwise."""
    if [*_judging(before)] == [*_judging(after)]:
        return Anybody("proven")
    if not has("proofs"):
        return Anybody("not_proven")
    from hingeexpert.assurance.diff import somebody
    from hingeexpert.assurance.solver import UndecidedError

    try:
        answers = somebody(before, after)
    except UndecidedError:
        return Anybody("undecided")
    return Anybody("proven") if answers is None else Anybody("person", answers)


def _judging(knowledge: KnowledgeBase) -> Iterator[object]:
    """Yield all that ladders, faults and contributors of a person depend on, beside the form."""
    for network in (knowledge.network, knowledge.form_network):
        yield network.nodes, network.names, network.ask_when, network.optional
    for name, item in knowledge.observables.items():
        yield name, item.default, item.answer.categories, item.answer.ends, item.answer.whole
    for name, conclusion in knowledge.conclusions.items():
        yield name, [(rule.id, rule.confidence) for rule in conclusion.rules]
        yield [(item.id, item.effect, item.rules) for item in conclusion.against]
    for ladder, levels in knowledge.ladders.items():
        yield ladder, [level.id for level in levels]
