"""Who goes first: for which verdicts, and by which rules."""

from collections.abc import Iterator

from hingeexpert.knowledge import KnowledgeBase, naming

NAMED = 25
"""People who are named for each level of triage: as many as one can ring up in a day. Everybody
stands in the results, or in the rejects.
"""


def rules_of_triage(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield the names of all rules of triage, those of the most severe level first."""
    for level in knowledge.triage:
        for rule in level.rules:
            yield naming.level_rule("triage", level.id, rule.id)


def stopping(knowledge: KnowledgeBase) -> list[str]:
    """Return the verdicts that keep back every cue until something is ruled out."""
    return [level.id for level in knowledge.readiness if level.withholds_cues == "until_ruled_out"]
