"""What was found: faults and contributors with their evidence and confidence, in order, and what is
done about them.
"""

from collections.abc import Collection, Iterable, Iterator

from hingeexpert.inference.diagnosis import ContributorResult, Evidence, FaultResult
from hingeexpert.inference.facts import Inference
from hingeexpert.inference.grading import graded
from hingeexpert.inference.homework import Suited
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.conclusions import (
    CONFIDENCES,
    ByConfidence,
    Conclusion,
    Confidence,
    Fault,
)


def _evidence(conclusion: Conclusion, name: str, inference: Inference) -> list[Evidence]:
    """Return the rules of a fault or contributor that are true, the surest first."""
    evidence = []
    for rule in conclusion.rules:
        condition = naming.rule(name, rule.id)
        if not inference.truth(condition):
            continue
        confidence, lowered_by = graded(conclusion, name, rule, inference.truth)
        evidence.append(
            Evidence(
                rule=condition,
                confidence=confidence,
                observations=inference.observations(condition),
                because=rule.because,
                lowered_by=lowered_by,
                sources=list(rule.sources),
            )
        )
    return sorted(evidence, key=lambda item: CONFIDENCES.index(item.confidence))


def found_faults(knowledge: KnowledgeBase, inference: Inference) -> list[FaultResult]:
    """Return the faults that are present, in coaching order, then the undetermined."""
    faults = []
    for name, fault in knowledge.faults.items():
        truth = inference.truth(naming.fault(name))
        if truth:
            faults.append(_present_fault(inference, name, fault))
        elif truth is None:
            faults.append(
                FaultResult(id=name, title=fault.title, kind=fault.kind, status="undetermined")
            )
    return _ordered(knowledge, faults)


def _present_fault(inference: Inference, name: str, fault: Fault) -> FaultResult:
    """Tell a fault that is present."""
    evidence = _evidence(fault, name, inference)
    return FaultResult(
        id=name,
        title=fault.title,
        kind=fault.kind,
        status="present",
        confidence=evidence[0].confidence,
        evidence=evidence,
    )


def coached(suited: Suited, faults: list[FaultResult]) -> list[FaultResult]:
    """Add the cues and drills that suit to faults that are present, unless they are withheld."""
    return faults if suited.withheld else [_with_cues(suited, fault) for fault in faults]


def exercised(suited: Suited, items: list[ContributorResult]) -> list[ContributorResult]:
    """Add what may be done to contributors that are present, unless it is withheld."""
    return items if suited.withheld else [_with_exercise(suited, item) for item in items]


def _with_cues(suited: Suited, fault: FaultResult) -> FaultResult:
    """Add the cues and drills that suit to a fault that is present."""
    if fault.status != "present":
        return fault
    cues = [cue.say for cue in suited.cues(fault.id)]
    return fault.model_copy(update={"cues": cues, "drills": suited.drills(fault.id)})


def present_ids(
    faults: Iterable[FaultResult], contributors: Iterable[ContributorResult]
) -> frozenset[str]:
    """Return the ids of all faults and contributors that are present."""
    found: list[FaultResult | ContributorResult] = [*faults, *contributors]
    return frozenset(item.id for item in found if item.status == "present")


def surer_than_a_guess(contributors: Iterable[ContributorResult]) -> list[str]:
    """Return the ids of contributors that are present and surer than the lowest confidence."""
    return [
        item.id
        for item in contributors
        if item.status == "present" and item.confidence != CONFIDENCES[-1]
    ]


def _with_exercise(suited: Suited, item: ContributorResult) -> ContributorResult:
    """Add what may be done to a contributor that is present."""
    exercise = suited.knowledge.contributors[item.id].exercise
    if item.status != "present" or exercise is None:
        return item
    return item.model_copy(update={"exercise": exercise.say, "drills": suited.exercises(item.id)})


def found_contributors(knowledge: KnowledgeBase, inference: Inference) -> list[ContributorResult]:
    """Return contributors that are present, the surest first, then the undetermined."""
    contributors = []
    for name, item in knowledge.contributors.items():
        truth = inference.truth(naming.contributor(name))
        if truth is False:
            continue
        evidence = _evidence(item, name, inference) if truth else []
        contributors.append(
            ContributorResult(
                id=name,
                title=item.title,
                status="present" if truth else "undetermined",
                confidence=evidence[0].confidence if evidence else None,
                evidence=evidence,
                test_with=list(item.test_with),
            )
        )
    return sorted(contributors, key=lambda item: _doubt(item.confidence))


def _doubt(confidence: Confidence | None) -> int:
    """Return the position of a confidence; none comes after the last."""
    return len(CONFIDENCES) if confidence is None else CONFIDENCES.index(confidence)


def _ordered(knowledge: KnowledgeBase, faults: list[FaultResult]) -> list[FaultResult]:
    """Order faults: present first, then by coaching order; within `by_confidence` the surer
    first.
    """
    turns: dict[str, int] = {}
    tied: set[str] = set()
    for turn, item in enumerate(knowledge.coaching):
        if isinstance(item, ByConfidence):
            turns |= dict.fromkeys(item.by_confidence, turn)
            tied.update(item.by_confidence)
        else:
            turns[item] = turn

    def rank(fault: FaultResult) -> tuple[bool, int, int]:
        doubt = _doubt(fault.confidence) if fault.id in tied else 0
        return fault.status != "present", turns[fault.id], doubt

    return sorted(faults, key=rank)


def first_to_coach(knowledge: KnowledgeBase, faults: list[FaultResult]) -> str | None:
    """Return what to coach first: of the present faults, which stand in coaching order, the kinds
    that go first lead, and of these what is more than a low guess.
    """
    present = [fault for fault in faults if fault.status == "present"]
    if not present:
        return None

    def turn(fault: FaultResult) -> tuple[bool, bool]:
        waits = fault.kind not in knowledge.sure_first
        return waits, not waits and fault.confidence == CONFIDENCES[-1]

    return min(present, key=turn).id


def coaching_turns(knowledge: KnowledgeBase) -> Iterator[tuple[str, range]]:
    """Yield the faults as they have their turn to be coached first, each with the positions in
    `CONFIDENCES` at which it has it: `first_to_coach`, for those who judge many at once.
    """
    leading = {name for name, item in knowledge.faults.items() if item.kind in knowledge.sure_first}
    last = len(CONFIDENCES) - 1
    for item in knowledge.coaching:
        yield from _turns(item, leading, last)
    for name in knowledge.coaching_order:
        if name in leading:
            yield name, range(last, last + 1)
    for item in knowledge.coaching:
        yield from _turns(item, knowledge.faults.keys() - leading, last + 1)


def _turns(
    item: str | ByConfidence, faults: Collection[str], below: int
) -> Iterator[tuple[str, range]]:
    """Yield the turn of a fault in the coaching order, or of several that are tied, the surer
    first, as far as they are among `faults` and stand at a position smaller than `below`.
    """
    if not isinstance(item, ByConfidence):
        if item in faults:
            yield item, range(below)
        return
    for confidence in range(below):
        for name in item.by_confidence:
            if name in faults:
                yield name, range(confidence, confidence + 1)
