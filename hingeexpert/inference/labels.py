"""What is said of each conclusion in a few words, so that two results can be compared.

Owns the words of the labels, and the labels of one diagnosis; those of many people at once are
`crowd_labels.py`.
"""

from collections.abc import Sequence

from hingeexpert.inference.diagnosis import (
    ABSENT,
    STATUSES,
    UNDETERMINED,
    ContributorResult,
    Diagnosis,
    FaultResult,
    LadderResult,
)
from hingeexpert.knowledge import KnowledgeBase, naming

NOT_PRESENT, OPEN = STATUSES[ABSENT], STATUSES[UNDETERMINED]
FOCUS, COACHED, DRILLS, HOME = "focus", "coached", "drills", "home"
"""Conclusions beside the ladders, faults and contributors: the fault that is coached first; whether
anything is given to do; the drills that the verdict opens; those that go home.
"""
OPEN_BETWEEN, BETWEEN = "open,", " to "
NOTHING, YES, NO = "nothing", "yes", "no"


def level_label(not_ruled_out: str, at_least: str) -> str:
    """Say where a ladder stands: the verdict, or between which levels it is open."""
    if not_ruled_out == at_least:
        return at_least
    return f"{OPEN_BETWEEN} {not_ruled_out}{BETWEEN}{at_least}"


def level_ends(label: str) -> tuple[str, str]:
    """Return the level that is not ruled out and the one that is proven, from `level_label`."""
    first, _, last = label.removeprefix(f"{OPEN_BETWEEN} ").partition(BETWEEN)
    return first, last or first


def present_label(confidence: str) -> str:
    """Say that a fault or contributor is present."""
    return f"present, {confidence}"


def names_label(names: Sequence[str]) -> str:
    """Say a list of names, or that there is none."""
    return ", ".join(names) or NOTHING


def verdict_in_words(diagnosis: Diagnosis, name: str) -> str:
    """Return in a few words what a diagnosis says of a ladder, fault or contributor."""
    if name in ("triage", "readiness"):
        ladder: LadderResult = getattr(diagnosis, name)
        return level_label(ladder.not_ruled_out, ladder.at_least)
    conclusions: list[FaultResult | ContributorResult]
    conclusions = [*diagnosis.faults, *diagnosis.contributors]
    for item in conclusions:
        if item.id == name:
            return present_label(item.confidence) if item.confidence else OPEN
    return NOT_PRESENT


def labels_of(knowledge: KnowledgeBase, diagnosis: Diagnosis) -> dict[str, str]:
    """Return what a diagnosis says of every conclusion: ladders, faults and contributors by name,
    what is coached and given to do, and for each check and remark whether it is shown.
    """
    names = (*knowledge.ladders, *knowledge.conclusions)
    labels = {name: verdict_in_words(diagnosis, name) for name in names}
    labels[FOCUS] = diagnosis.focus.fault if diagnosis.focus else NOTHING
    labels[COACHED] = YES if _is_coached(diagnosis) else NO
    labels[DRILLS] = names_label(diagnosis.readiness.drills)
    labels[HOME] = names_label([item.drill for item in diagnosis.home])
    checks = {item.id for item in diagnosis.checks}
    for check in knowledge.checks:
        labels[naming.check(check.id)] = YES if check.id in checks else NO
    remarks = {item.id for item in diagnosis.remarks}
    for remark in knowledge.remarks:
        labels[naming.remark(remark.id)] = YES if remark.id in remarks else NO
    return labels


def _is_coached(diagnosis: Diagnosis) -> bool:
    """Whether a cue, a drill or an exercise is given."""
    given: list[object] = [diagnosis.focus, diagnosis.readiness.drills, diagnosis.home]
    for fault in diagnosis.faults:
        given += [fault.cues, fault.drills]
    for contributor in diagnosis.contributors:
        given += [contributor.exercise, contributor.drills]
    return any(given)
