"""The confidence that a rule keeps: said of one person, and as conditions, it is the same."""

import itertools
from collections.abc import Iterator

from hingeexpert.inference.grading import Requirement, graded, objections, requirements
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.conclusions import CONFIDENCES, Conclusion, Rule


def sets_of_objections(name: str, conclusion: Conclusion, rule: Rule) -> Iterator[set[str]]:
    """Yield every set of objections to a rule that may be true together, by name."""
    names = [naming.objection(name, item.id) for item in objections(conclusion, rule)]
    for count in range(len(names) + 1):
        yield from map(set, itertools.combinations(names, count))


def met(required: Requirement, true: set[str]) -> bool:
    """Return whether a rule that is true keeps a confidence."""
    return not true & {*required.limits} and len(true & {*required.lowers}) <= required.most


def test_what_is_graded_is_what_is_required(knowledge: KnowledgeBase) -> None:
    for name, conclusion in knowledge.conclusions.items():
        for rule in conclusion.rules:
            for true in sets_of_objections(name, conclusion, rule):
                confidence, _ = graded(conclusion, name, rule, lambda item, true=true: item in true)
                kept = {
                    position
                    for position in range(len(CONFIDENCES))
                    for required in requirements(conclusion, name, position)
                    if required.rule == naming.rule(name, rule.id) and met(required, true)
                }
                assert kept == set(range(CONFIDENCES.index(confidence), len(CONFIDENCES)))


def test_each_objection_that_took_something_is_told(knowledge: KnowledgeBase) -> None:
    for name, conclusion in knowledge.conclusions.items():
        for rule in conclusion.rules:
            against = objections(conclusion, rule)
            assert graded(conclusion, name, rule, lambda _: True)[1] == [
                item.because for item in against
            ]
            assert graded(conclusion, name, rule, lambda _: None) == (rule.confidence, [])
