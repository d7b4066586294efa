"""From the truths of the engine to a `Diagnosis`: confidence, order, focus, reasons."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from hingeexpert.forms import Assessment, answered_by_older_shorthand
from hingeexpert.forms.assessment import Known, what_is_known
from hingeexpert.inference.decisive import decisive
from hingeexpert.inference.diagnosis import (
    INCOMPLETE,
    CheckResult,
    ContributorResult,
    Diagnosis,
    Evidence,
    FaultResult,
    Focus,
    KnowledgeStamp,
    LadderEvidence,
    LadderName,
    LadderResult,
    Readiness,
    RemarkResult,
    Screening,
    Step,
)
from hingeexpert.inference.engine import Engine
from hingeexpert.inference.facts import Concluded, EngineFact, Inference
from hingeexpert.inference.grading import graded
from hingeexpert.inference.handover import ask_for_handover
from hingeexpert.inference.homework import Suited
from hingeexpert.inference.questions import Standing, ask_next, standing
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.conclusions import (
    CONFIDENCES,
    ByConfidence,
    Conclusion,
    Confidence,
    Fault,
)
from hingeexpert.knowledge.models.ladders import Level


@cache
def engine_for(knowledge: KnowledgeBase) -> Engine:
    """Return the engine of a knowledge base, built once per process."""
    return Engine(knowledge.network)


def diagnose(knowledge: KnowledgeBase, assessment: Assessment) -> Diagnosis:
    """Judge one person by a checked form."""
    judged = what_is_known(knowledge, assessment.answers)
    return conclude(knowledge, assessment, judged, engine_for(knowledge).infer(judged.facts))


def conclude(
    knowledge: KnowledgeBase, assessment: Assessment, judged: Known, inference: Inference
) -> Diagnosis:
    """Make a diagnosis of a checked form, of what it makes known, and of the truths of all
    conditions. Evidence and trace are read from the firings that led to these.
    """
    withheld = cues_withheld(knowledge, inference)
    faults = _faults(knowledge, inference)
    triage = _ladder(knowledge, inference, "triage")
    stands = _ladder(knowledge, inference, "readiness")
    present = [fault for fault in faults if fault.status == "present"]
    contributors = _contributors(knowledge, inference)
    suited = Suited(
        knowledge=knowledge,
        truth=inference.truth,
        present={item.id for item in (*faults, *contributors) if item.status == "present"},
        readiness=stands,
        focus=None if withheld else _first_to_coach(knowledge, present),
        contributors=surer_than_a_guess(contributors),
    )
    readiness = _readiness(suited)
    asked = ask_next(knowledge, judged)
    open_ladder: LadderName = "triage" if readiness.decided else "readiness"
    return Diagnosis(
        form=knowledge.info.form,
        patient=dict(assessment.patient),
        date=assessment.date,
        clinician=assessment.clinician,
        knowledge=KnowledgeStamp(version=knowledge.info.version, sha256=knowledge.sha256),
        triage=triage,
        faults=faults if withheld else [_coached(suited, fault) for fault in faults],
        contributors=(
            contributors if withheld else [_exercised(suited, item) for item in contributors]
        ),
        focus=_focus(suited),
        readiness=readiness,
        home=[] if withheld else [suited.home(name) for name in suited.at_home],
        ask_next=asked,
        decisive=decisive(knowledge, judged, open_ladder, asked),
        checks=list(_checks(knowledge, assessment, inference)),
        ask_for_handover=ask_for_handover(knowledge, judged, inference, triage.at_least),
        remarks=_remarks(knowledge, inference, readiness.verdict),
        assumed=dict(judged.assumed),
        screenings=list(_screenings(knowledge, assessment)),
        trace=list(trace(inference)),
    )


def _screenings(knowledge: KnowledgeBase, assessment: Assessment) -> Iterator[Screening]:
    """Yield for each part of the form with a shorthand how its flags were answered."""
    for group in knowledge.groups:
        if group.shorthand is None:
            continue
        flags = [name for name, item in group.observables.items() if item.answer.is_flag]
        at_once = assessment.at_once.intersection(flags)
        answered = assessment.answers.keys() & flags
        yield Screening(
            group=group.group,
            flags=len(flags),
            at_once=len(at_once),
            one_by_one=len(answered - at_once),
            left_blank=[name for name in flags if name not in answered],
        )


def cues_withheld(knowledge: KnowledgeBase, inference: Inference) -> bool:
    """Return whether nobody may be coached: a verdict that withholds cues is true, or one that must
    be ruled out is not.
    """
    for level in knowledge.readiness:
        truth = inference.truth(naming.level("readiness", level.id))
        if level.withholds_cues == "until_ruled_out" and truth is not False:
            return True
        if level.withholds_cues == "while_true" and truth:
            return True
    return False


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


def _faults(knowledge: KnowledgeBase, inference: Inference) -> list[FaultResult]:
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


def _coached(suited: Suited, fault: FaultResult) -> FaultResult:
    """Add the cues and drills that suit to a fault that is present."""
    if fault.status != "present":
        return fault
    cues = [cue.say for cue in suited.cues(fault.id)]
    return fault.model_copy(update={"cues": cues, "drills": suited.drills(fault.id)})


def surer_than_a_guess(contributors: Iterable[ContributorResult]) -> list[str]:
    """Return the ids of contributors that are present and surer than the lowest confidence."""
    return [
        item.id
        for item in contributors
        if item.status == "present" and item.confidence != CONFIDENCES[-1]
    ]


def _exercised(suited: Suited, item: ContributorResult) -> ContributorResult:
    """Add what may be done to a contributor that is present."""
    exercise = suited.knowledge.contributors[item.id].exercise
    if item.status != "present" or exercise is None:
        return item
    return item.model_copy(update={"exercise": exercise.say, "drills": suited.exercises(item.id)})


def _contributors(knowledge: KnowledgeBase, inference: Inference) -> list[ContributorResult]:
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


def _first_to_coach(knowledge: KnowledgeBase, present: list[FaultResult]) -> str | None:
    """Return what to coach first: of the present faults, which stand in coaching order, the kinds
    that go first lead, and of these what is more than a low guess.
    """
    if not present:
        return None

    def turn(fault: FaultResult) -> tuple[bool, bool]:
        waits = fault.kind not in knowledge.sure_first
        return waits, not waits and fault.confidence == CONFIDENCES[-1]

    return min(present, key=turn).id


def _focus(suited: Suited) -> Focus | None:
    """Return the fault in focus with the drill to practise and what to say with it."""
    if suited.focus is None:
        return None
    drill = suited.practised[0]
    cue = suited.cue(drill)
    assert cue is not None
    return Focus(fault=suited.focus, cue=cue.say, drill=drill)


def _readiness(suited: Suited) -> Readiness:
    """Stand a person on the ladder of readiness, with what it opens and what keeps it closed."""
    result, proven = suited.readiness, suited.verdict
    reasons = [_reason(item) for item in result.evidence]
    return Readiness(
        **result.model_dump(),
        told=suited.told(proven),
        unlocks=list(proven.unlocks) if result.decided else [],
        drills=suited.opened,
        meanwhile=suited.meanwhile.say if suited.meanwhile else None,
        not_further=reasons if proven.rules_limit else [],
    )


def _ladder(knowledge: KnowledgeBase, inference: Inference, ladder: str) -> LadderResult:
    """Stand a person on a ladder. The evidence is that of the proven entry; triage adds the milder
    ones, unless it is the most severe.
    """
    levels = knowledge.ladders[ladder]
    stands = standing(inference.truth(naming.level(ladder, level.id)) for level in levels)
    proven = levels[stands.at_least]
    adds_milder = ladder == "triage" and stands.at_least > 0
    evidence: list[LadderEvidence] = []
    for level in levels[stands.at_least :] if adds_milder else [proven]:
        evidence += _ladder_evidence(ladder, level, inference)
    return LadderResult(
        verdict=proven.id if stands.decided else INCOMPLETE,
        decided=stands.decided,
        at_least=proven.id,
        not_ruled_out=levels[stands.not_ruled_out].id,
        reasons=_reasons(proven, stands, evidence),
        evidence=evidence,
    )


def _reasons(proven: Level, stands: Standing, evidence: list[LadderEvidence]) -> list[str]:
    """Return the reasons for a verdict, or what it says of itself where it is decided without.

    Where the rules of the entry only say why the next one is closed, they are evidence and no
    reasons.
    """
    reasons = [] if proven.rules_limit else [_reason(item) for item in evidence]
    if not reasons and stands.decided:
        return [proven.clinician]
    return reasons


def _reason(item: LadderEvidence) -> str:
    return f"{item.because} {item.act}" if item.act else item.because


def _ladder_evidence(ladder: str, level: Level, inference: Inference) -> Iterator[LadderEvidence]:
    """Yield the rules of a level that are true."""
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


def _checks(
    knowledge: KnowledgeBase, assessment: Assessment, inference: Inference
) -> Iterator[CheckResult]:
    """Yield the checks that are true, with the answers that do not fit together; first that a
    shorthand answered what its older form did not have.
    """
    never_asked = answered_by_older_shorthand(knowledge, assessment)
    if never_asked:
        answers = {name: assessment.answers[name] for name in never_asked}
        older = knowledge.older_form
        yield CheckResult(id=older.id, say=older.say, observations=answers)
    for check in knowledge.checks:
        name = naming.check(check.id)
        if inference.truth(name):
            yield CheckResult(id=check.id, say=check.say, observations=inference.observations(name))


def _remarks(knowledge: KnowledgeBase, inference: Inference, readiness: str) -> list[RemarkResult]:
    """Return the remarks that hold, those for some verdicts only where it is one of them."""
    return [
        RemarkResult(id=remark.id, say=remark.say, sources=list(remark.sources))
        for remark in knowledge.remarks
        if inference.truth(naming.remark(remark.id)) and (not remark.at or readiness in remark.at)
    ]


def trace(inference: Inference) -> Iterator[Step]:
    """Yield every firing in order, in words."""
    labels = inference.network.labels
    for number, firing in enumerate(inference.firings, start=1):
        yield Step(
            step=number,
            rule=_rule_that_fired(firing.concluded, labels),
            concludes=_fact_in_words(firing.concluded, labels),
            from_=[_fact_in_words(premise, labels) for premise in firing.premises],
        )


def _fact_in_words(fact: EngineFact, labels: Mapping[int, str]) -> str:
    if isinstance(fact, Concluded):
        return f"{labels[fact.position]} is {str(fact.truth).lower()}"
    return str(fact)


def _rule_that_fired(concluded: EngineFact, labels: Mapping[int, str]) -> str:
    """Name the rule by what it concludes: a condition, or that a question is not asked."""
    if isinstance(concluded, Concluded):
        return labels[concluded.position]
    return naming.ask(concluded.observable)
