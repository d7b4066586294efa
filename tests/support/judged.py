"""A crowd held against those who judge the same forms otherwise: the engine, one by one, and the
columns.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import polars as pl
from evaluators import Answers, Table

from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.inference.crowd import Judged
from hingeexpert.inference.diagnosis import ABSENT, STATUSES, UNDETERMINED
from hingeexpert.inference.labels import (
    FOCUS,
    NO,
    NOTHING,
    YES,
    labels_of,
    level_label,
    present_label,
)
from hingeexpert.knowledge import KnowledgeBase, naming

Claim = tuple[int, str, str]
"""A person by number, a conclusion, and what is said of it."""


def claims_that_differ(crowd: Judged, people: Sequence[int]) -> Iterator[Claim]:
    """Yield every claim of the engine on some people that the crowd does not make."""
    for number in people:
        answers = crowd.crowd.form(number)
        diagnosis = diagnose(crowd.knowledge, Assessment(answers))
        for name, label in labels_of(crowd.knowledge, diagnosis).items():
            if not crowd.labels[name].get(label, 0) >> number & 1:
                yield number, name, label


def counts_that_differ(crowd: Judged, forms: Sequence[Answers]) -> Iterator[tuple[str, str, int]]:
    """Yield each conclusion and label that crowd and columns say of different numbers of people,
    with how many more the crowd has.
    """
    table = _table(crowd.knowledge)
    results = table.columns.conclude(table.frame(forms)).collect()
    for name, counts in _counts(crowd.knowledge, results).items():
        masks = crowd.labels[name]
        for label in {**counts, **masks}:
            more = masks.get(label, 0).bit_count() - counts.get(label, 0)
            if more:
                yield name, label, more


@cache
def _table(knowledge: KnowledgeBase) -> Table:
    return Table(knowledge)


def _counts(knowledge: KnowledgeBase, results: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Return for each conclusion how often each label stands in a table of results."""
    counts: dict[str, dict[str, int]] = {}
    for ladder in knowledge.ladders:
        ends = results.group_by(f"{ladder}.not_ruled_out", f"{ladder}.at_least").len()
        counts[ladder] = {level_label(first, last): count for first, last, count in ends.rows()}
    for kind, conclusions in knowledge.conclusions_by_kind:
        for name in conclusions:
            counts[name] = _counted(results[f"{kind}.{name}"], _status_label)
    counts[FOCUS] = _counted(results["focus"], lambda name: name or NOTHING)
    shown = results["checks"].fill_null("").str.split(" ")
    for check in knowledge.checks:
        yes = int(shown.list.contains(check.id).sum())
        both = {YES: yes, NO: results.height - yes}
        counts[naming.check(check.id)] = {label: count for label, count in both.items() if count}
    return counts


def _counted(column: pl.Series, label: Callable[[str], str]) -> dict[str, int]:
    return {label(value): count for value, count in column.value_counts().rows()}


def _status_label(status: str) -> str:
    """Return the label of a status as the columns have it."""
    return status if status in (STATUSES[UNDETERMINED], STATUSES[ABSENT]) else present_label(status)
