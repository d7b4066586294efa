"""From the truths of the engine to a `Diagnosis`: confidence, order, focus, reasons."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from hingeexpert.forms import Assessment, answered_by_older_shorthand
from hingeexpert.forms.assessment import Known, what_is_known
from hingeexpert.inference.decisive import decisive
from hingeexpert.inference.diagnosis import (
    INCOMPLETE,
    CheckResult,
    ContributorResult,
    Decisive,
    Diagnosis,
    FaultResult,
    Focus,
    KnowledgeStamp,
    LadderEvidence,
    LadderName,
    LadderResult,
    Question,
    Readiness,
    RemarkResult,
    Screening,
)
from hingeexpert.inference.engine import Engine
from hingeexpert.inference.facts import Concluded, EngineFact, Inference
from hingeexpert.inference.found import (
    coached,
    exercised,
    first_to_coach,
    found_contributors,
    found_faults,
    present_ids,
    surer_than_a_guess,
)
from hingeexpert.inference.handover import ask_for_handover
from hingeexpert.inference.homework import Suited, cues_withheld, said_of
from hingeexpert.inference.questions import Standing, ask_next, standing
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.evaluation import Worlds, evaluate, truths_of
from hingeexpert.knowledge.models.ladders import Level, Verdict

ENGINES = 8
"""Engines that are kept, each of some 10 MB: an author changes rules all day in one process."""


@lru_cache(ENGINES)
def engine_for(knowledge: KnowledgeBase) -> Engine:
    """Return the engine of a knowledge base, built once per process and kept while it is used."""
    return Engine(knowledge.network)


def diagnose(knowledge: KnowledgeBase, assessment: Assessment) -> Diagnosis:
    """Judge one person by a checked form."""
    judged = what_is_known(knowledge, assessment.answers)
    return conclude(knowledge, assessment, judged, engine_for(knowledge).infer(judged.facts))


def diagnose_plainly(knowledge: KnowledgeBase, assessment: Assessment) -> Diagnosis:
    """Judge one person by the plain evaluation: the same conclusions, without observations and
    trace. For rules of which few people are judged, as building their engine takes longer.
    """
    known = what_is_known(knowledge, assessment.answers)
    return conclude(knowledge, assessment, known, infer_plainly(knowledge, known))


def infer_plainly(knowledge: KnowledgeBase, known: Known) -> Inference:
    """Return the truths of the plain evaluation, without the firings that an engine tells."""
    truths: dict[int, bool] = {}
    for position, truth in enumerate(evaluate(knowledge.network, Worlds(known.facts))):
        if truth.true or truth.false:
            truths[position] = bool(truth.true)
    return Inference(knowledge.network, truths, ())


def conclude(
    knowledge: KnowledgeBase, assessment: Assessment, judged: Known, inference: Inference
) -> Diagnosis:
    """Make a diagnosis of a checked form, of what it makes known, and of the truths of all
    conditions. Evidence and trace are read from the firings that led to these.
    """
    faults = found_faults(knowledge, inference)
    contributors = found_contributors(knowledge, inference)
    triage = _ladder(knowledge, inference, "triage")
    suited = _suited(knowledge, inference, faults, contributors)
    readiness = _readiness(suited)
    asked, deciding = _questions(knowledge, judged, readiness)
    return Diagnosis(
        form=knowledge.info.form,
        patient=dict(assessment.patient),
        date=assessment.date,
        clinician=assessment.clinician,
        knowledge=KnowledgeStamp(version=knowledge.info.version, sha256=knowledge.sha256),
        triage=triage,
        faults=coached(suited, faults),
        contributors=exercised(suited, contributors),
        focus=_focus(suited),
        readiness=readiness,
        home=[suited.home(name) for name in suited.at_home],
        ask_next=asked,
        decisive=deciding,
        checks=list(_checks(knowledge, assessment, inference)),
        ask_for_handover=ask_for_handover(knowledge, judged, inference, triage.at_least),
        remarks=_remarks(knowledge, inference, readiness.verdict),
        assumed=dict(judged.assumed),
        screenings=list(_screenings(knowledge, assessment)),
        trace=list(trace(inference)),
    )


def _questions(
    knowledge: KnowledgeBase, judged: Known, readiness: Readiness
) -> tuple[list[Question], Decisive | None]:
    """Return what to ask next, and the few of it that decide readiness or, after it, triage."""
    truths = truths_of(knowledge.network, judged.facts)
    asked = ask_next(knowledge, judged, truths)
    open_ladder: LadderName = "triage" if readiness.decided else "readiness"
    return asked, decisive(knowledge, judged, truths, open_ladder, asked)


def _suited(
    knowledge: KnowledgeBase,
    inference: Inference,
    faults: list[FaultResult],
    contributors: list[ContributorResult],
) -> Suited:
    """Return what suits the person of whom this was found."""
    silent = cues_withheld(knowledge, inference.truth)
    return Suited(
        knowledge=knowledge,
        truth=inference.truth,
        present=present_ids(faults, contributors),
        readiness=_ladder(knowledge, inference, "readiness"),
        focus=None if silent else first_to_coach(knowledge, faults),
        contributors=surer_than_a_guess(contributors),
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
        told=proven.patient,
        said=suited.said.id if suited.said else None,
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
    if isinstance(proven, Verdict):
        proven = proven.in_words_of(said_of(proven, inference.truth))
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


def trace(inference: Inference) -> Iterator[dict[str, object]]:
    """Yield every firing in order, in words: the fields of a `Step`, of which whoever keeps them
    makes all at once.
    """
    labels, statements = inference.network.labels, inference.network.statements
    for number, firing in enumerate(inference.firings, start=1):
        yield {
            "step": number,
            "rule": _rule_that_fired(firing.concluded, labels),
            "concludes": _fact_in_words(firing.concluded, statements),
            "from": [_fact_in_words(premise, statements) for premise in firing.premises],
        }


def _fact_in_words(fact: EngineFact, statements: Mapping[int, tuple[str, str]]) -> str:
    if isinstance(fact, Concluded):
        return statements[fact.position][fact.truth]
    return str(fact)


def _rule_that_fired(concluded: EngineFact, labels: Mapping[int, str]) -> str:
    """Name the rule by what it concludes: a condition, or that a question is not asked."""
    if isinstance(concluded, Concluded):
        return labels[concluded.position]
    return naming.ask(concluded.observable)
