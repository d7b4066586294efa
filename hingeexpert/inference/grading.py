"""The confidence that a rule keeps, once for all who ask.

A true rule has the confidence it is written with, less what each true objection takes away, and
never less than the last. What is unknown speaks against nothing. An objection that removes a rule
takes no confidence: it is part of the condition of the rule itself.

`graded` says it of one person. `requirements` says the same as conditions, for those who judge all
forms at once: a table, the solver.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from hingeexpert.knowledge import naming
from hingeexpert.knowledge.models.conclusions import (
    CONFIDENCES,
    Against,
    Conclusion,
    Confidence,
    Rule,
)

LAST = len(CONFIDENCES) - 1
"""Position of the lowest confidence."""
STEPS = {"lowers": 1, "limits_to_low": LAST}
"""How many steps an objection takes away, by its effect."""


def objections(conclusion: Conclusion, rule: Rule) -> list[Against]:
    """Return what can take confidence from a rule: what lowers it, then what limits it."""
    return [item for effect in STEPS for item in conclusion.opposing(rule, effect)]


def graded(
    conclusion: Conclusion, name: str, rule: Rule, truth: Callable[[str], bool | None]
) -> tuple[Confidence, list[str]]:
    """Return the confidence that a true rule keeps, and what lowered it, in words.

    Args:
        conclusion: The fault or contributor.
        name: Its id.
        rule: One of its rules, known to be true.
        truth: Gives the truth of a named condition.
    """
    position = CONFIDENCES.index(rule.confidence)
    lowered_by = []
    for item in objections(conclusion, rule):
        if truth(naming.objection(name, item.id)):
            position += STEPS[item.effect]
            lowered_by.append(item.because)
    return CONFIDENCES[min(position, LAST)], lowered_by


class Requirement(NamedTuple):
    """What must be so for a rule to keep a confidence, as names of conditions.

    Attributes:
        rule: Must be true.
        limits: None of these may be true.
        lowers: At most `most` of these may be true.
    """

    rule: str
    limits: tuple[str, ...]
    lowers: tuple[str, ...]
    most: int


def requirements(conclusion: Conclusion, name: str, position: int) -> Iterator[Requirement]:
    """Yield for each rule that can keep at least a confidence what it takes.

    Args:
        conclusion: A fault or contributor.
        name: Its id.
        position: That of the confidence in `CONFIDENCES`. At the last every true rule counts.
    """
    for rule in conclusion.rules:
        spare = position - CONFIDENCES.index(rule.confidence)
        if spare < 0:
            continue
        named: dict[str, tuple[str, ...]] = {}
        for effect in STEPS:
            opposing = conclusion.opposing(rule, effect) if position < LAST else ()
            named[effect] = tuple(naming.objection(name, item.id) for item in opposing)
        yield Requirement(
            naming.rule(name, rule.id), named["limits_to_low"], named["lowers"], spare
        )
