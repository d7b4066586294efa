"""An explanation as it is told while a referral comes first: without anything of the drills."""

from hingeexpert.inference.explained import Explanation
from hingeexpert.inference.sentences import before_referral
from hingeexpert.inference.telling import Telling
from hingeexpert.knowledge import KnowledgeBase


def without_drills(telling: Telling, explanation: Explanation) -> Explanation:
    """Return an explanation without rules that read a drill, and without its questions and answers.
    Of what is seen in the movement, and of levels after the proven one, nothing but the sentence is
    left.
    """
    knowledge = telling.knowledge
    left: dict[str, object] = {"chain": [], "rules": [], "seen": [], "still_to_ask": []}
    if explanation.kind not in knowledge.ladders:
        sentence = before_referral(explanation.title, telling.proven("readiness").title)
        return explanation.model_copy(update={**left, "sentence": sentence})
    drilled = {name for part in knowledge.drills_of_form for name in part.observables}
    left["seen"] = [item for item in explanation.seen if item.observable not in drilled]
    left["still_to_ask"] = [
        item for item in explanation.still_to_ask if item.observable not in drilled
    ]
    if telling.place(explanation.kind, explanation.id) != "after":
        left["rules"] = [
            rule for rule in explanation.rules if not drilled & _reads(knowledge, rule.rule)
        ]
    return explanation.model_copy(update=left)


def _reads(knowledge: KnowledgeBase, name: str) -> set[str]:
    """Return every observable that a named condition reads."""
    network = knowledge.network
    return network.observables_below(network.names[name])
