"""Every named condition of a knowledge base: what the network is made of."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hingeexpert.knowledge import naming
from hingeexpert.knowledge.condition import AllOf, AnyOf, Condition, Holds, Not
from hingeexpert.knowledge.models.conclusions import Conclusion

if TYPE_CHECKING:
    from hingeexpert.knowledge.knowledge_base import KnowledgeBase


def named_conditions(knowledge: "KnowledgeBase") -> dict[str, Condition]:
    """Return every named condition of a knowledge base.

    How they are spelled: `naming.py`.
    """
    named: dict[str, Condition] = {}
    for name, item in knowledge.observables.items():
        if item.ask_when is not None:
            named[naming.ask(name)] = item.ask_when
    named |= {naming.finding(name): finding.when for name, finding in knowledge.findings.items()}
    for kind, conclusions in knowledge.conclusions_by_kind:
        for name, conclusion in conclusions.items():
            named |= _conclusion_conditions(kind, name, conclusion)
    for ladder, levels in knowledge.ladders.items():
        for level in levels:
            rules = {
                naming.level_rule(ladder, level.id, rule.id): rule.when for rule in level.rules
            }
            named |= rules
            named[naming.level(ladder, level.id)] = (
                AllOf(()) if level.always else AnyOf(tuple(Holds(rule) for rule in rules))
            )
    named |= {naming.check(check.id): check.when for check in knowledge.checks}
    named |= {naming.remark(remark.id): remark.when for remark in knowledge.remarks}
    named |= _given(knowledge)
    return named


def _given(knowledge: "KnowledgeBase") -> dict[str, Condition]:
    """Name the conditions of what is given to a person: drills, cues, doses, words."""
    optional = (*_of_drills(knowledge), *_of_cues(knowledge), *_of_verdicts(knowledge))
    dose = knowledge.less_dose_when
    named = {name: condition for name, condition in optional if condition is not None}
    return named if dose is None else {**named, naming.LESS_DOSE: dose}


def _of_drills(knowledge: "KnowledgeBase") -> Iterator[tuple[str, Condition | None]]:
    for name, drill in knowledge.drills.items():
        yield naming.enter(name), drill.enter
        yield naming.tried(name), drill.tried_when


def _of_cues(knowledge: "KnowledgeBase") -> Iterator[tuple[str, Condition | None]]:
    for name, fault in knowledge.faults.items():
        for number, cue in enumerate(fault.cues, start=1):
            yield naming.cue(name, number), cue.when


def _of_verdicts(knowledge: "KnowledgeBase") -> Iterator[tuple[str, Condition | None]]:
    for verdict in knowledge.readiness:
        for told in verdict.said:
            yield naming.said(verdict.id, told.id), told.when
        for load in verdict.meanwhile:
            yield naming.meanwhile(verdict.id, load.id), load.when


def _conclusion_conditions(kind: str, name: str, conclusion: Conclusion) -> dict[str, Condition]:
    """Name the conditions of a fault or contributor: it is present while a rule is true that
    nothing removes.
    """
    named: dict[str, Condition] = {
        naming.objection(name, item.id): item.when for item in conclusion.against
    }
    for rule in conclusion.rules:
        removers = conclusion.opposing(rule, "removes")
        kept = tuple(Not(Holds(naming.objection(name, item.id))) for item in removers)
        named[naming.rule(name, rule.id)] = AllOf((rule.when, *kept)) if kept else rule.when
    named[naming.present(kind, name)] = AnyOf(
        tuple(Holds(naming.rule(name, rule.id)) for rule in conclusion.rules)
    )
    return named
