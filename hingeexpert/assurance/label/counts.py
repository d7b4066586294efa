"""What of the label is counted: questions, reasons, numbers and sources."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.models.sources import Parameter, Source
from hingeexpert.knowledge.naming import is_rule

UNSUPPORTED = ("proposal", "general")
"""Kinds of sources that are nobody's finding: the product's own choice, and what all know."""


@dataclass(frozen=True)
class LabelCounts:
    """How many there are.

    Attributes:
        questions: By whom or what answers them.
        reasons: Rules, each with its reason.
        of_ladders: Those that decide on triage and readiness.
        unsupported: Of these, those that rest on a proposal or general knowledge alone.
        numbers: By status.
        sources: By how much of them was read.
    """

    questions: Mapping[str, int]
    reasons: int
    of_ladders: int
    unsupported: int
    numbers: Mapping[str, int]
    sources: Mapping[str, int]


def counts_of(knowledge: KnowledgeBase) -> LabelCounts:
    """Count what a knowledge base holds."""
    levels = [level for ladder in knowledge.ladders.values() for level in ladder]
    rules = [rule for level in levels for rule in level.rules]
    unsupported = [rule for rule in rules if _is_unsupported(knowledge, rule.sources)]
    return LabelCounts(
        questions=_by(Observable, "asked_of", knowledge.observables.values()),
        reasons=sum(is_rule(name) for name in knowledge.conditions),
        of_ladders=len(rules),
        unsupported=len(unsupported),
        numbers=_by(Parameter, "status", knowledge.parameters.values()),
        sources=_by(Source, "read", knowledge.sources.values()),
    )


def _is_unsupported(knowledge: KnowledgeBase, sources: Iterable[str]) -> bool:
    return all(knowledge.sources[name].kind in UNSUPPORTED for name in sources)


def _by(
    model: type[Observable | Parameter | Source], key: str, entries: Iterable[object]
) -> dict[str, int]:
    """Count entries by what stands under a key, in the order of what may stand there."""
    counted = Counter(getattr(entry, key) for entry in entries)
    return {value: counted[value] for value in get_args(model.model_fields[key].annotation)}
