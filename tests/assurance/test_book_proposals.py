"""What is counted and listed as a proposal."""

import pytest

from hingeexpert.assurance.book_proposals import Proposals, proposals
from hingeexpert.knowledge import KnowledgeBase


@pytest.fixture(scope="module")
def shares(knowledge: KnowledgeBase) -> dict[str, Proposals]:
    return {share.kind: share for share in proposals(knowledge)}


def test_a_number_is_a_proposal_by_its_status(
    knowledge: KnowledgeBase, shares: dict[str, Proposals]
) -> None:
    wanted = [name for name, item in knowledge.parameters.items() if item.status == "proposal"]

    assert list(shares["parameters"].names) == wanted
    assert shares["parameters"].total == len(knowledge.parameters)


def test_a_rule_is_a_proposal_if_it_cites_one(
    knowledge: KnowledgeBase, shares: dict[str, Proposals]
) -> None:
    marks = {name for name, source in knowledge.sources.items() if source.kind == "proposal"}
    cited = [
        rule.sources
        for levels in knowledge.ladders.values()
        for level in levels
        for rule in level.rules
    ]
    for conclusion in knowledge.conclusions.values():
        cited += [rule.sources for rule in (*conclusion.rules, *conclusion.against)]
    counted = [shares[kind] for kind in ("triage", "readiness", "faults", "contributors")]

    assert sum(len(share.names) for share in counted) == sum(
        not marks.isdisjoint(sources) for sources in cited
    )
    assert sum(share.total for share in counted) == len(cited)


def test_every_name_is_listed_once_and_is_one_of_the_conditions(
    knowledge: KnowledgeBase, shares: dict[str, Proposals]
) -> None:
    rules = [name for kind in ("triage", "readiness", "faults") for name in shares[kind].names]

    assert len(set(rules)) == len(rules) > 0
    assert set(rules) <= set(knowledge.conditions)
    assert set(shares["findings"].names) <= set(knowledge.findings)
