"""From the truths of the engine to a `Diagnosis`: confidence, order, focus, reasons."""

from collections.abc import Iterator
from functools import cache

from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import Known, what_is_known
from hingeexpert.inference.diagnosis import (
    INCOMPLETE,
    ContributorResult,
    Diagnosis,
    Evidence,
    FaultResult,
    Focus,
    KnowledgeStamp,
    LadderEvidence,
    LadderResult,
    Readiness,
    RemarkResult,
    Screening,
    Step,
)
from hingeexpert.inference.engine import Engine
from hingeexpert.inference.facts import Concluded, EngineFact, Inference
from hingeexpert.inference.questions import ask_next, standing
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.conclusions import (
    CONFIDENCES,
    ByConfidence,
    Conclusion,
    Confidence,
    Fault,
    Rule,
)
from hingeexpert.knowledge.models.ladders import Level


@cache
def engine_for(knowledge: KnowledgeBase) -> Engine:
    """Return the engine of a knowledge base, built once per process."""
    return Engine(knowledge.network)


def diagnose(knowledge: KnowledgeBase, assessment: Assessment) -> Diagnosis:
    """Judge one person.

    Args:
        knowledge: The knowledge base.
        assessment: A checked form.
    """
    judged = what_is_known(knowledge, assessment.answers)
    return conclude(knowledge, assessment, judged, engine_for(knowledge).infer(judged.facts))


def conclude(
    knowledge: KnowledgeBase, assessment: Assessment, judged: Known, inference: Inference
) -> Diagnosis:
    """Make a diagnosis of the truths of all conditions.

    Args:
        knowledge: The knowledge base.
        assessment: A checked form.
        judged: What the form makes known.
        inference: The truths, and the firings that evidence and trace are read from.
    """
    withheld = cues_withheld(knowledge, inference)
    faults = [
        _fault(knowledge, inference, name, fault, withheld)
        for name, fault in knowledge.faults.items()
    ]
    listed = _ordered(knowledge, [fault for fault in faults if fault.status != "absent"])
    triage = _ladder(knowledge, inference, "triage")
    readiness = _ladder(knowledge, inference, "readiness")
    verdicts = knowledge.levels("readiness")
    unlocks = list(verdicts[readiness.verdict].unlocks) if readiness.decided else []
    limits = [_reason(item) for item in readiness.evidence if verdicts[item.level].rules_limit]
    return Diagnosis(
        form=knowledge.info.form,
        patient=dict(assessment.patient),
        date=assessment.date,
        clinician=assessment.clinician,
        knowledge=KnowledgeStamp(version=knowledge.info.version, sha256=knowledge.sha256),
        triage=triage,
        faults=listed,
        contributors=_contributors(knowledge, inference),
        focus=_focus(listed, withheld),
        readiness=Readiness(**readiness.model_dump(), unlocks=unlocks, not_further=limits),
        ask_next=ask_next(knowledge, judged),
        remarks=[
            RemarkResult(id=remark.id, say=remark.say, sources=list(remark.sources))
            for remark in knowledge.remarks
            if inference.truth(naming.remark(remark.id))
            and (not remark.at or readiness.verdict in remark.at)
        ],
        assumed=dict(judged.assumed),
        screenings=list(_screenings(knowledge, assessment)),
        trace=list(trace(knowledge, inference)),
    )


def _screenings(knowledge: KnowledgeBase, assessment: Assessment) -> Iterator[Screening]:
    for group in knowledge.groups:
        if group.shorthand is not None:
            flags = {name for name, item in group.observables.items() if item.answer.is_flag}
            at_once, answered = flags & assessment.at_once, flags & assessment.answers.keys()
            blank = [name for name in group.observables if name in flags - answered]
            yield Screening(
                group=group.group,
                flags=len(flags),
                at_once=len(at_once),
                one_by_one=len(answered - at_once),
                left_blank=blank,
            )


def cues_withheld(knowledge: KnowledgeBase, inference: Inference) -> bool:
    """Return whether nobody may be coached: a verdict that withholds cues is true, or one that must
    be ruled out is not.
    """
    for level in knowledge.readiness:
        truth = inference.truth(f"readiness:{level.id}")
        if (level.withholds_cues == "until_ruled_out" and truth is not False) or (
            level.withholds_cues == "while_true" and truth
        ):
            return True
    return False


def graded(
    conclusion: Conclusion, name: str, rule: Rule, inference: Inference
) -> tuple[Confidence, list[str]]:
    """Return the confidence that a true rule keeps, and what lowered it.

    Each objection that is true lowers by one level, never below the last; one that limits to low
    does so at once. What is unknown does not speak against anything.

    Args:
        conclusion: The fault or contributor.
        name: Its id.
        rule: One of its rules, known to be true.
        inference: What the engine concluded.
    """
    level = CONFIDENCES.index(rule.confidence)
    reasons = []
    for effect, steps in (("lowers", 1), ("limits_to_low", len(CONFIDENCES))):
        for item in conclusion.opposing(rule, effect):
            if inference.truth(naming.objection(name, item.id)):
                level = min(level + steps, len(CONFIDENCES) - 1)
                reasons.append(item.because)
    return CONFIDENCES[level], reasons


def evidence_for(conclusion: Conclusion, name: str, inference: Inference) -> list[Evidence]:
    """Return the rules of a fault or contributor that are true, the surest first."""
    found = []
    for rule in conclusion.rules:
        if inference.truth(naming.rule(name, rule.id)):
            confidence, lowered_by = graded(conclusion, name, rule, inference)
            found.append(
                Evidence(
                    rule=naming.rule(name, rule.id),
                    confidence=confidence,
                    observations=inference.observations(naming.rule(name, rule.id)),
                    because=rule.because,
                    lowered_by=lowered_by,
                    sources=list(rule.sources),
                )
            )
    return sorted(found, key=lambda evidence: CONFIDENCES.index(evidence.confidence))


def _fault(
    knowledge: KnowledgeBase, inference: Inference, name: str, fault: Fault, withheld: bool
) -> FaultResult:
    truth = inference.truth(naming.fault(name))
    if not truth:
        status = "undetermined" if truth is None else "absent"
        return FaultResult(id=name, title=fault.title, kind=fault.kind, status=status)
    evidence = evidence_for(fault, name, inference)
    return FaultResult(
        id=name,
        title=fault.title,
        kind=fault.kind,
        status="present",
        confidence=evidence[0].confidence,
        evidence=evidence,
        cues=[] if withheld else [cue.say for cue in fault.cues],
        drills=[] if withheld else list(fault.drills),
    )


def _contributors(knowledge: KnowledgeBase, inference: Inference) -> list[ContributorResult]:
    """Return contributors that are present, the surest first, then the undetermined."""
    found = []
    for name, item in knowledge.contributors.items():
        truth = inference.truth(naming.contributor(name))
        if truth is False:
            continue
        evidence = evidence_for(item, name, inference) if truth else []
        found.append(
            ContributorResult(
                id=name,
                title=item.title,
                status="present" if truth else "undetermined",
                confidence=evidence[0].confidence if evidence else None,
                evidence=evidence,
                test_with=list(item.test_with),
            )
        )
    rank = {confidence: place for place, confidence in enumerate((*CONFIDENCES, None))}
    return sorted(found, key=lambda item: rank[item.confidence])


def _ordered(knowledge: KnowledgeBase, faults: list[FaultResult]) -> list[FaultResult]:
    """Order faults: present first, then by coaching order; within `by_confidence` the surer
    first.
    """
    position: dict[str, tuple[int, int]] = {}
    by_id = {fault.id: fault for fault in faults}
    for place, item in enumerate(knowledge.coaching):
        if isinstance(item, ByConfidence):
            for name in item.by_confidence:
                confidence = by_id[name].confidence if name in by_id else None
                position[name] = (
                    place,
                    CONFIDENCES.index(confidence) if confidence else len(CONFIDENCES),
                )
        else:
            position[item] = (place, 0)
    return sorted(faults, key=lambda fault: (fault.status != "present", *position[fault.id]))


def _focus(faults: list[FaultResult], withheld: bool) -> Focus | None:
    if withheld or not faults or faults[0].status != "present":
        return None
    first = faults[0]
    return Focus(fault=first.id, cue=first.cues[0], drill=first.drills[0])


def _ladder(knowledge: KnowledgeBase, inference: Inference, ladder: str) -> LadderResult:
    """Stand a person on a ladder. The evidence is that of the proven entry; triage adds the milder
    ones, unless it is the most severe.

    Where the rules of the entry only say why the next one is closed, they are evidence and no
    reasons.
    """
    levels = knowledge.ladders[ladder]
    at = standing(inference.truth(naming.level(ladder, level.id)) for level in levels)
    proven = levels[at.at_least]
    spoken = levels[at.at_least :] if ladder == "triage" and at.at_least else (proven,)
    evidence = [item for level in spoken for item in _ladder_evidence(ladder, level, inference)]
    reasons = [] if proven.rules_limit else [_reason(item) for item in evidence]
    return LadderResult(
        verdict=proven.id if at.decided else INCOMPLETE,
        decided=at.decided,
        at_least=proven.id,
        not_ruled_out=levels[at.not_ruled_out].id,
        reasons=reasons or ([proven.clinician] if at.decided else []),
        evidence=evidence,
    )


def _reason(item: LadderEvidence) -> str:
    return f"{item.because} {item.act}" if item.act else item.because


def _ladder_evidence(ladder: str, level: Level, inference: Inference) -> Iterator[LadderEvidence]:
    for rule in level.rules:
        name = naming.level_rule(ladder, level.id, rule.id)
        if inference.truth(name):
            yield LadderEvidence(
                rule=name,
                level=level.id,
                observations=inference.observations(name),
                because=rule.because,
                act=rule.act,
                sources=list(rule.sources),
            )


def trace(knowledge: KnowledgeBase, inference: Inference) -> Iterator[Step]:
    """Yield every firing in order, in words."""
    names: dict[int, str] = {}
    for name, position in inference.network.names.items():
        names.setdefault(position, name)
    labels = condition_labels(inference, names)

    def written(fact: EngineFact) -> str:
        return (
            f"{labels[fact.position]} is {str(fact.truth).lower()}"
            if isinstance(fact, Concluded)
            else str(fact)
        )

    for number, firing in enumerate(inference.firings, start=1):
        concluded = firing.concluded
        rule = (
            labels[concluded.position]
            if isinstance(concluded, Concluded)
            else naming.ask(concluded.observable)
        )
        yield Step(
            step=number,
            rule=rule,
            concludes=written(concluded),
            from_=[written(premise) for premise in firing.premises],
        )


def condition_labels(inference: Inference, names: dict[int, str]) -> dict[int, str]:
    """Name every condition: its own name, or that of the first condition it is part of, with a
    number.
    """
    labels = dict(names)
    parts: dict[str, int] = {}
    for position in range(len(inference.network.nodes) - 1, -1, -1):
        if position not in labels:
            owner = labels[max(inference.network.parents[position])]
            base = owner.partition("#")[0]
            parts[base] = parts.get(base, 0) + 1
            labels[position] = f"{base}#{parts[base]}"
    return labels
