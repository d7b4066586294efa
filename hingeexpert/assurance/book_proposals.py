"""How much of the knowledge is a proposal: what awaits better knowledge, by name."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.for_templates import cited


class Proposals(NamedTuple):
    """What is proposed among statements of one kind.

    Attributes:
        kind: `parameters`, `findings`, the name of a ladder, or `faults` or `contributors` for
            the reasons for them and what speaks against them.
        total: How many statements there are.
        names: Those that are a proposal.
    """

    kind: str
    total: int
    names: tuple[str, ...]


def proposals(knowledge: KnowledgeBase) -> Iterator[Proposals]:
    """Yield the proposals of each kind: numbers by their status, rules by what they cite."""
    numbers = {name: item.status == "proposal" for name, item in knowledge.parameters.items()}
    yield _counted("parameters", numbers.items())
    for ladder, levels in knowledge.ladders.items():
        reasons = (
            (naming.level_rule(ladder, level.id, rule.id), rule.sources)
            for level in levels
            for rule in level.rules
        )
        yield _counted(ladder, _proposed(knowledge, reasons))
    for kind in ("fault", "contributor"):
        yield _counted(f"{kind}s", _proposed(knowledge, _rules(knowledge, kind)))
    findings = ((name, finding.sources) for name, finding in knowledge.findings.items())
    yield _counted("findings", _proposed(knowledge, findings))


def _counted(kind: str, statements: Iterable[tuple[str, bool]]) -> Proposals:
    found = list(statements)
    return Proposals(kind, len(found), tuple(name for name, proposed in found if proposed))


Sourced = Iterable[tuple[str, tuple[str, ...]]]
"""Statements with their sources."""


def _proposed(knowledge: KnowledgeBase, statements: Sourced) -> Iterator[tuple[str, bool]]:
    """Yield the name of each statement, and whether a source marks it as a proposal."""
    for name, sources in statements:
        yield name, cited(knowledge, sources).proposal is not None


def _rules(knowledge: KnowledgeBase, kind: str) -> Sourced:
    """Yield what speaks for and against the conclusions of a kind."""
    for name, conclusion in dict(knowledge.conclusions_by_kind)[kind].items():
        for rule in conclusion.rules:
            yield naming.rule(name, rule.id), rule.sources
        for objection in conclusion.against:
            yield naming.objection(name, objection.id), objection.sources
