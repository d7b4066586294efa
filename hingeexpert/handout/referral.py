"""The parts of a sheet for who must be seen first: one action, the doctor's part, what was found,
what to tell, what holds until then.

Owns what stands in each part, and that for a doctor on a sheet beside a routine referral. No drill
stands here.
"""

from collections.abc import Iterator

from hingeexpert.handout import clinical
from hingeexpert.handout.document import (
    Alarm,
    Block,
    Fact,
    Facts,
    Labelled,
    Paragraph,
    Points,
    Section,
)
from hingeexpert.handout.situation import Situation, said_once, told
from hingeexpert.inference.diagnosis import LadderEvidence
from hingeexpert.knowledge.models.handout import filled
from hingeexpert.knowledge.models.ladders import LevelRule


def action(person: Situation) -> str:
    """Return the one action: where the first reason leads, with the number to call where the clinic
    has one.
    """
    first, clinic = _first(person), person.wishes.clinic
    if first is None or first.go is None:
        return person.level_of("triage", person.diagnosis.triage.at_least).patient
    number = clinic.emergency_number if clinic is not None else None
    if first.go_with_number is not None and number:
        return filled(first.go_with_number, number=number)
    return first.go


def alarm(person: Situation) -> Alarm:
    """Return the sign of how urgent it is, and what else holds on the way."""
    at_least, first = person.diagnosis.triage.at_least, _first(person)
    (shape,) = (level.shape for level in person.knowledge.triage if level.id == at_least)
    return Alarm(shape=shape, then=first.then if first is not None else None)


def _first(person: Situation) -> LevelRule | None:
    """Return the first true reason that says where to go, the most urgent."""
    reasons = person.reasons("triage", person.diagnosis.triage)
    return next((rule for rule in reasons if rule.go is not None), None)


def referral(person: Situation) -> Iterator[Section]:
    """Yield all parts but that of what would need help at once."""
    reasons = said_once(told(person.reasons("triage", person.diagnosis.triage)))
    blocks: dict[str, tuple[Block, ...]] = {
        "found": (Points(items=tuple(reasons)),),
        "tell": (Points(items=person.words.tell),),
        "until": tuple(Paragraph(text=text) for text in _until(person)),
    }
    yield _doctors_part(person, (*_seen_by(person), *_clinical(person), *_signed(person)))
    for part, inside in blocks.items():
        yield Section(id=part, heading=getattr(person.words.headings, part), blocks=inside)


def for_doctor(person: Situation) -> Iterator[Section]:
    """Yield the doctor's part of a sheet without a drill, where a routine referral is made; beside
    a drill there is no room, and the letter says it.
    """
    triage = person.diagnosis.triage
    routine = [level.id for level in person.knowledge.triage if level.letter]
    if triage.decided and triage.at_least in routine:
        words = person.words.doctor
        texts = clinical.in_one_line(clinical.signs(person, _reasons(person), {words.since}))
        signs = (Labelled(label=words.signs, text=texts),) if texts else ()
        seen_by = Fact(label=words.seen_by, text=clinical.seen_by(person))
        facts = Facts(items=(_since(person), seen_by))
        yield _doctors_part(person, (*signs, facts))


def _doctors_part(person: Situation, blocks: tuple[Block, ...]) -> Section:
    return Section(id="doctor", heading=person.words.doctor.heading, blocks=blocks)


def _until(person: Situation) -> Iterator[str]:
    """Yield what holds until the person was seen."""
    yield person.words.until
    if person.suited.meanwhile is not None:
        yield person.suited.meanwhile.patient


def _reasons(person: Situation) -> list[LadderEvidence]:
    """Return the true reasons of the proven level."""
    triage = person.diagnosis.triage
    return [item for item in triage.evidence if item.level == triage.at_least]


def _seen_by(person: Situation) -> Iterator[Facts]:
    """Yield who saw the person, where they can be reached, and when: known or to write on."""
    words, clinic = person.words.doctor, person.wishes.clinic
    reached = clinic and ", ".join(filter(None, (clinic.name, clinic.phone)))
    who = clinical.clinician(person)
    yield Facts(items=(Fact(label=words.seen_by, text=who), Fact(label=words.clinic, text=reached)))
    day = person.day(person.assessment.date)
    yield Facts(items=(Fact(label=words.day, text=day), Fact(label=words.time, text=None)))


def _clinical(person: Situation) -> Iterator[Block]:
    """Yield the signs, since when, how much pain, what was examined and what was not asked."""
    words, reasons = person.words.doctor, _reasons(person)
    elsewhere = {words.since, *words.pains}
    yield from _labelled({words.signs: clinical.signs(person, reasons, elsewhere)})
    pains = clinical.in_one_line(clinical.answers(person, words.pains))
    yield Facts(items=(_since(person), Fact(label=words.pain, text=pains)))
    yield from _labelled(
        {
            words.examined: clinical.parts(person, words.parts),
            words.tests: clinical.tests(person, words.tested),
            words.not_asked: clinical.blanks(person, reasons),
        }
    )


def _labelled(lines: dict[str, Iterator[str]]) -> Iterator[Labelled]:
    """Yield the lines that have a text."""
    for label, texts in lines.items():
        if text := clinical.in_one_line(texts):
            yield Labelled(label=label, text=text)


def _since(person: Situation) -> Fact:
    """Return since when it is so, known or to write on."""
    words = person.words.doctor
    since = person.given.get(words.since)
    if since is None:
        return Fact(label=words.began, text=None)
    text = clinical.value_in_words(person, since)
    return Fact(label=clinical.asked(person, words.since), text=text)


def _signed(person: Situation) -> Iterator[Facts]:
    """Yield a line to sign on."""
    yield Facts(items=(Fact(label=person.words.doctor.signature, text=None),))
