"""Conditions in one line of plain words."""

import pytest

from hingeexpert.assurance.book_words import in_plain_words
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Between,
    Condition,
    Holds,
    Is,
    Not,
    OneOf,
)

FLAG = Is("safety.fever_or_chills", OneOf(frozenset({"yes"})))
DEPTH = Is("stick.depth_degrees", Between(least=50))
SLIPPED = Holds("finding:stick_slipped")


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        (FLAG, "{flag}"),
        (DEPTH, "{depth}: 50 or more"),
        (Not(FLAG), "not ({flag})"),
        (SLIPPED, "{slipped}"),
        (AllOf((FLAG, DEPTH)), "{flag}, and {depth}: 50 or more"),
        (AnyOf((AllOf((FLAG, DEPTH)), SLIPPED)), "({flag}, and {depth}: 50 or more), or {slipped}"),
        (AnyOf((AllOf((FLAG,)), SLIPPED)), "{flag}, or {slipped}"),
        (
            AtLeast(2, (FLAG, DEPTH, SLIPPED)),
            "at least 2 of: {flag}; {depth}: 50 or more; {slipped}",
        ),
    ],
)
def test_a_condition_is_written_in_the_short_words_of_the_form(
    knowledge: KnowledgeBase, condition: Condition, wanted: str
) -> None:
    words = {
        "flag": knowledge.observables["safety.fever_or_chills"].short,
        "depth": knowledge.observables["stick.depth_degrees"].short,
        "slipped": knowledge.findings["stick_slipped"].meaning.rstrip("."),
    }

    assert in_plain_words(knowledge, condition) == wanted.format(**words)


def test_what_stands_in_a_row_is_named_by_it(knowledge: KnowledgeBase) -> None:
    urgent = Holds(naming.level("triage", "urgent"))

    assert in_plain_words(knowledge, urgent, {urgent.name: "T2"}) == "T2"
    assert in_plain_words(knowledge, urgent) == knowledge.level("triage", "urgent").title


def test_most_of_the_faults_are_named_by_the_others(knowledge: KnowledgeBase) -> None:
    first, *others = knowledge.faults
    most = AnyOf(tuple(Holds(naming.fault(name)) for name in others))
    few = AnyOf(most.parts[:2])

    assert in_plain_words(knowledge, most) == f"any fault but: {knowledge.faults[first].title}"
    assert (
        in_plain_words(knowledge, AnyOf((*most.parts, Holds(naming.fault(first))))) == "any fault"
    )
    assert in_plain_words(knowledge, AllOf(most.parts)).count(", and ") == len(others) - 1
    assert in_plain_words(knowledge, few) == ", or ".join(
        knowledge.faults[name].title for name in others[:2]
    )
