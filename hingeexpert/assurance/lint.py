"""What a reviewer should not let pass in a knowledge base, though it works."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Condition, observables_in
from hingeexpert.knowledge.models.observables import Observable

NO_EVIDENCE = ("general", "proposal")
"""Kinds of source that carry no evidence."""


def lint(knowledge: KnowledgeBase, fired: Collection[str]) -> Iterator[str]:
    """Yield what a reviewer should not let pass, though the knowledge base works.

    Args:
        knowledge: The knowledge base.
        fired: Names of the rules that are true in at least one of its worked cases.
    """
    used = {
        name for condition in knowledge.conditions.values() for name in observables_in(condition)
    }
    used |= {
        name
        for group in knowledge.groups
        for name in _form_observables(group.not_done_when, group.observables)
    }
    for name in knowledge.observables:
        if name not in used:
            yield f"{name}: no condition uses this observable"
    for name, observable in knowledge.observables.items():
        if observable.short is None:
            yield f"{name}: a question without a short text for the paper form"
    rules = [name for name in knowledge.conditions if naming.is_rule(name)]
    for name in rules:
        if name not in fired:
            yield f"{name}: no worked case makes this rule true"
    yield from _copies(knowledge, rules)
    for name, conclusion in knowledge.conclusions.items():
        for rule in conclusion.rules:
            if rule.confidence == "high" and all(
                knowledge.sources[source].kind in NO_EVIDENCE for source in rule.sources
            ):
                yield (
                    f"{name}.{rule.id}: high confidence rests on no source but general knowledge "
                    "or a proposal"
                )
    for name, fault in knowledge.faults.items():
        if fault.seed == "no" and "not from the source article" not in fault.meaning:
            yield f"{name}: the meaning must say 'not from the source article', since seed is no"
    yield from (
        f"parameter {name}: nothing uses it"
        for name in knowledge.parameters
        if name not in knowledge.mentions
    )
    for name, fault in knowledge.faults.items():
        if fault.kind == "movement" and fault.picture is None:
            yield f"{name}: a fault of the movement needs a picture"
    yield from (
        f"drill {name}: a drill needs a picture"
        for name, drill in knowledge.drills.items()
        if drill.picture is None
    )
    for name in knowledge.findings:
        if not knowledge.network.parents[knowledge.network.names[naming.finding(name)]]:
            yield f"finding {name}: no condition uses it"


def _form_observables(
    skipped: Condition | None, observables: Mapping[str, Observable]
) -> Iterator[str]:
    for condition in (skipped, *(item.void_when for item in observables.values())):
        if condition is not None:
            yield from observables_in(condition)


def _copies(knowledge: KnowledgeBase, rules: Iterable[str]) -> Iterator[str]:
    """Yield rules of one conclusion that mean the same by construction."""
    first: dict[tuple[str, int], str] = {}
    for name in rules:
        key = (naming.conclusion_of(name), knowledge.network.names[name])
        if key in first:
            yield f"{name}: has the same condition as {first[key]}"
        first.setdefault(key, name)
