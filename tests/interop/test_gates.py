"""Conditions of the rules in two truths: they say what the network says, form by form."""

import random

import pytest
from counts import examples
from hypothesis import given
from hypothesis import strategies as st
from shown_forms import shown_cells

from hingeexpert.formats.documents import Document
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.forms.reading import assess
from hingeexpert.interop.brought import nested
from hingeexpert.interop.gates import (
    ALWAYS,
    NEVER,
    Empty,
    Gates,
    Picked,
    Term,
    counted,
    every,
    holds,
    some,
)
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.evaluation import Worlds, evaluate

A, B = Empty("a"), Picked("b", "yes")


@pytest.fixture(scope="module")
def gates(knowledge: KnowledgeBase) -> Gates:
    return Gates(knowledge)


@given(seed=st.integers(0, 10**9))
@examples(quick=25, thorough=200)
def test_every_condition_has_the_truth_of_the_network(
    knowledge: KnowledgeBase, gates: Gates, seed: int
) -> None:
    cells = shown_cells(knowledge, random.Random(seed))
    form = assess(knowledge, Document("form", nested(cells.items())))
    network = knowledge.network
    truths = evaluate(network, Worlds(what_is_known(knowledge, form.answers).facts))
    for name in knowledge.conditions:
        truth = truths[network.names[name]].in_world(0)
        assert holds(gates.of(name, True), cells) == (truth is True), name
        assert holds(gates.of(name, False), cells) == (truth is False), name


@pytest.fixture(scope="module")
def negated(knowledge: KnowledgeBase, gates: Gates) -> dict[str, tuple[Term, Term]]:
    """Return every condition by its name, and what it is negated."""
    terms = {name: gates.of(name, True) for name in knowledge.conditions}
    return {name: (term, gates.negated(term)) for name, term in terms.items()}


@given(seed=st.integers(0, 10**9))
@examples(quick=25, thorough=100)
def test_what_is_negated_holds_exactly_where_the_other_does_not(
    knowledge: KnowledgeBase, negated: dict[str, tuple[Term, Term]], seed: int
) -> None:
    cells = shown_cells(knowledge, random.Random(seed))
    for name, (term, other) in negated.items():
        assert holds(other, cells) != holds(term, cells), name


def test_names_stand_for_themselves(knowledge: KnowledgeBase, gates: Gates) -> None:
    name = "triage:urgent"
    inner = Gates(knowledge, knowledge.conditions)
    cells = shown_cells(knowledge, random.Random(5))

    def told(named: object) -> bool:
        return holds(gates.of(named.name, named.truth), cells)  # type: ignore[attr-defined]

    assert holds(inner.of(name, True), cells, told) == holds(gates.of(name, True), cells)


@pytest.mark.parametrize(
    ("term", "short"),
    [
        (every([A, ALWAYS]), A),
        (every([A, NEVER]), NEVER),
        (some([A, NEVER, A]), A),
        (some([A, ALWAYS]), ALWAYS),
        (every([every([A, B]), A]), every([A, B])),
        (counted(1, [A, B]), some([A, B])),
        (counted(2, [A, B]), every([A, B])),
        (counted(2, [A, B, ALWAYS]), some([A, B])),
        (counted(3, [A, B, NEVER]), NEVER),
        (counted(0, [A]), ALWAYS),
    ],
    ids=range(10),
)
def test_terms_are_short(term: object, short: object) -> None:
    assert term == short
