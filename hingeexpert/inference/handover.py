"""What to ask for whoever takes a person over, where a level of triage says so.

It changes no conclusion, so it is no part of `ask_next`.
"""

from collections.abc import Iterator

from hingeexpert.forms.assessment import Known
from hingeexpert.inference.diagnosis import HandoverQuestion
from hingeexpert.inference.facts import Inference
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.ladders import HandsOver


def ask_for_handover(
    knowledge: KnowledgeBase, judged: Known, inference: Inference, level: str
) -> list[HandoverQuestion]:
    """Return what is still unanswered for whoever takes over: of the parts that the level of triage
    names first what is only assumed, then the blanks; then its single questions.
    """
    needs = hands_over(knowledge, level)
    if needs is None:
        return []
    wanted = [name for name in _of_parts(knowledge, needs) if name not in needs.then]
    open_ = [name for name in (*wanted, *needs.then) if _is_open(name, judged, inference)]
    return [
        HandoverQuestion(
            observable=name,
            question=knowledge.observables[name].question,
            assumed=judged.assumed.get(name),
        )
        for name in sorted(open_, key=lambda name: name not in judged.assumed)
    ]


def hands_over(knowledge: KnowledgeBase, level: str) -> HandsOver | None:
    """Return what whoever takes a person over needs at a level of triage, if it says so."""
    return next(item.hands_over for item in knowledge.triage if item.id == level)


def _of_parts(knowledge: KnowledgeBase, needs: HandsOver) -> Iterator[str]:
    for group in knowledge.groups:
        if group.group in needs.groups:
            yield from group.observables


def _is_open(name: str, judged: Known, inference: Inference) -> bool:
    """Whether a question may be needed and has no readable answer."""
    if name in judged.facts and name not in judged.assumed:
        return False
    asked = naming.ask(name)
    return asked not in inference.network.names or inference.truth(asked) is not False
