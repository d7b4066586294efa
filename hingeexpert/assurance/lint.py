"""What a reviewer should not let pass in a knowledge base, though it works."""

from collections.abc import Collection, Iterable, Iterator

from hingeexpert.assurance.one_piece import one_piece_problems
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import observables_in

NO_EVIDENCE = ("general", "proposal")
"""Kinds of source that carry no evidence."""


def lint(knowledge: KnowledgeBase, fired: Collection[str]) -> Iterator[str]:
    """Yield what a reviewer should not let pass, though the knowledge base works.

    `fired` are the names of the rules that are true in at least one of its worked cases.
    """
    yield from _questions(knowledge)
    yield from _rules(knowledge, fired)
    yield from _evidence(knowledge)
    yield from _additions(knowledge)
    yield from _parameters(knowledge)
    yield from _pictures(knowledge)
    yield from _findings(knowledge)
    yield from one_piece_problems(knowledge)


def _questions(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield questions that change nothing, and those too long for paper."""
    used = set(_used_observables(knowledge))
    for name in knowledge.observables:
        if name not in used:
            yield f"{name}: no condition uses this observable"
    for name, observable in knowledge.observables.items():
        if observable.short is None:
            yield f"{name}: a question without a short text for the paper form"


def _used_observables(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield the observables that conditions read, also those by which a form itself is read."""
    for condition in knowledge.conditions.values():
        yield from observables_in(condition)
    for group in knowledge.groups:
        if group.not_done_when is not None:
            yield from observables_in(group.not_done_when)
        for item in group.observables.values():
            for of_form in item.of_form.values():
                yield from observables_in(of_form)


def _rules(knowledge: KnowledgeBase, fired: Collection[str]) -> Iterator[str]:
    """Yield rules that no worked case shows, and those that are copies of another."""
    rules = [name for name in knowledge.conditions if naming.is_rule(name)]
    for name in rules:
        if name not in fired:
            yield f"{name}: no worked case makes this rule true"
    yield from _copies(knowledge, rules)


def _copies(knowledge: KnowledgeBase, rules: Iterable[str]) -> Iterator[str]:
    """Yield rules of one conclusion that mean the same by construction."""
    first: dict[tuple[str, int], str] = {}
    for name in rules:
        key = (naming.conclusion_of(name), knowledge.network.names[name])
        if key in first:
            yield f"{name}: has the same condition as {first[key]}"
        first.setdefault(key, name)


def _evidence(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield rules that are surer than their sources."""
    for name, conclusion in knowledge.conclusions.items():
        for rule in conclusion.rules:
            kinds = {knowledge.sources[source].kind for source in rule.sources}
            if rule.confidence == "high" and kinds.issubset(NO_EVIDENCE):
                yield (
                    f"{naming.rule(name, rule.id)}: high confidence rests on no source but general "
                    "knowledge or a proposal"
                )


def _additions(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield faults that go beyond the source article and do not say so."""
    words = knowledge.words.not_from_seed
    for name, fault in knowledge.faults.items():
        if fault.seed == "no" and words not in fault.meaning:
            yield f"{name}: the meaning must say '{words}', since seed is no"


def _parameters(knowledge: KnowledgeBase) -> Iterator[str]:
    for name in knowledge.parameters:
        if name not in knowledge.mentions:
            yield f"parameter {name}: nothing uses it"


def _pictures(knowledge: KnowledgeBase) -> Iterator[str]:
    for name, fault in knowledge.faults.items():
        if fault.kind == "movement" and fault.picture is None:
            yield f"{name}: a fault of the movement needs a picture"
    for name, drill in knowledge.drills.items():
        if drill.picture is None:
            yield f"drill {name}: a drill needs a picture"


def _findings(knowledge: KnowledgeBase) -> Iterator[str]:
    network = knowledge.network
    for name in knowledge.findings:
        place = network.names[naming.finding(name)]
        shared = len(network.names_at[place]) > 1
        if not network.parents[place] and not shared:
            yield f"finding {name}: no condition uses it"
