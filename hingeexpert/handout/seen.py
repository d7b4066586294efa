"""What a sheet says of what was seen: faults, what may contribute, the safety answers, and how the
numbers moved since the visit before.

Owns what of all that is told, and in which order. The words are those of `rules/`.
"""

from collections.abc import Iterator

from hingeexpert.handout.document import Earlier
from hingeexpert.handout.situation import Situation, said_once, told
from hingeexpert.inference.diagnosis import FaultResult
from hingeexpert.knowledge import naming
from hingeexpert.knowledge.condition import Holds, leaves
from hingeexpert.knowledge.models.conclusions import CONFIDENCES
from hingeexpert.knowledge.models.handout import filled
from hingeexpert.knowledge.models.ladders import Level


def seen(person: Situation) -> Iterator[str]:
    """Yield what was seen for sure, what one test showed, and what the safety answers say."""
    most = person.words.most.faults
    present = [fault for fault in person.diagnosis.faults if fault.status == "present"]
    others = list(said_once((*_contributors(person, most - len(present)), *_safety(person))))
    sure = [fault for fault in present if is_told(fault)]
    for fault in sure[:most]:
        yield _words_of(person, fault)
    focus = person.diagnosis.focus
    if person.drills and focus is not None and focus.fault not in {fault.id for fault in sure}:
        yield person.words.one_thing_to_try
    elif not sure and (person.drills or not others):
        yield _no_fault(person)
    yield from others


def is_told(fault: FaultResult) -> bool:
    """Return whether a person is told of a present fault: not at the lowest confidence."""
    return fault.confidence != CONFIDENCES[-1]


def _words_of(person: Situation, present: FaultResult) -> str:
    """Return what is said of a present fault: in the words of its surest rule, or in its own."""
    fault = person.knowledge.faults[present.id]
    surest = present.evidence[0].rule
    rules = {naming.rule(present.id, rule.id): rule for rule in fault.rules}
    words = rules[surest].seen or fault.seen
    assert words is not None  # a check of the rules
    return words


def _no_fault(person: Situation) -> str:
    """Say that no fault was seen; with an open one, or without a drill, that this is not much."""
    if person.drills and not person.diagnosis.faults:
        return person.words.nothing_seen
    return person.words.not_enough_seen


def _contributors(person: Situation, room: int) -> Iterator[tuple[str | None, str]]:
    """Yield, with its topic, what the verdict rests on; with a drill, and where there is room, also
    what may play a part in how the person moves.
    """
    present = [item.id for item in person.diagnosis.contributors if item.status == "present"]
    reasons = _read_by(person.level)
    names = [name for name in present if naming.contributor(name) in reasons]
    if person.drills:
        names += present[: max(0, room)]
    for name in dict.fromkeys(names):
        contributor = person.knowledge.contributors[name]
        if contributor.untold_while is None or not person.shows(contributor.untold_while):
            yield contributor.topic, contributor.patient


def _read_by(level: Level) -> set[str]:
    """Return the names of the conclusions that the rules of a level read."""
    names = set()
    for rule in level.rules:
        names |= {leaf.name for leaf in leaves(rule.when) if isinstance(leaf, Holds)}
    return names


def _safety(person: Situation) -> Iterator[tuple[str | None, str]]:
    """Yield, with its topic, what the safety answers mean for the person; without a drill, only
    what needs a look.
    """
    triage, readiness = person.diagnosis.triage, person.diagnosis.readiness
    if triage.decided:
        reasons = list(told(person.reasons("triage", triage)))
        level = person.level_of("triage", triage.at_least)
        if not reasons and person.drills and not level.always:
            yield None, level.patient
        yield from reasons
    yield from told(person.reasons("readiness", readiness))


def progress(person: Situation) -> Iterator[str]:
    """Yield what was counted at the visit before and today, and the steps of the ladder where both
    are known.
    """
    before = person.wishes.before
    if before is not None:
        date = person.day(before.date) or ""
        yield from _counts(person, before, date)
        yield from _steps(person, before, date)


def _counts(person: Situation, before: Earlier, date: str) -> Iterator[str]:
    """Yield each number that is known of both visits."""
    for name, phrase in person.words.progress.counts.items():
        then, now = before.answers.get(name), person.facts.get(name)
        if then is not None and now is not None:
            yield filled(phrase, date=date, then=f"{then:g}", now=f"{now:g}")


def _steps(person: Situation, before: Earlier, date: str) -> Iterator[str]:
    """Yield the step of both visits, where it is known of both and that of today opens anything."""
    rungs = {level.id: level.rung for level in person.knowledge.readiness}
    then, now = rungs.get(before.readiness), rungs.get(person.diagnosis.readiness.verdict)
    if then is not None and now is not None and not person.suited.waits:
        words = person.words.progress
        phrase = words.same_step if then == now else words.step
        yield filled(phrase, date=date, then=str(then), now=str(now))
