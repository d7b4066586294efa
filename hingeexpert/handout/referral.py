"""The parts of a sheet for who must be seen first: what was found, where to go, what to tell, and
the same in the words of the form for the doctor.

Owns what stands in each part. No drill stands here.
"""

from collections.abc import Iterator

from hingeexpert.handout import clinical
from hingeexpert.handout.document import (
    Block,
    Fact,
    Facts,
    KeyCue,
    Labelled,
    Paragraph,
    Points,
    Section,
)
from hingeexpert.handout.situation import Situation


def referral(person: Situation) -> Iterator[Section]:
    """Yield all parts but that of when to stop and whom to call."""
    words = person.words
    reasons = list(person.reasons("triage", person.diagnosis.triage))
    texts = Points(items=tuple(text for text, _ in reasons))
    ways = dict.fromkeys(go for _, go in reasons if go)
    blocks: dict[str, tuple[Block, ...]] = {
        "found": (texts,),
        "where": tuple(KeyCue(text=way) for way in ways),
        "tell": (Points(items=person.words.tell),),
        "doctor": tuple(_for_doctor(person)),
        "until": tuple(Paragraph(text=text) for text in _until(person)),
    }
    for part, inside in blocks.items():
        heading = words.doctor.heading if part == "doctor" else getattr(words.headings, part)
        yield Section(id=part, heading=heading, blocks=inside)


def _until(person: Situation) -> Iterator[str]:
    """Yield what holds until the person was seen."""
    yield person.words.until
    if person.suited.meanwhile is not None:
        yield person.suited.meanwhile.patient


def _for_doctor(person: Situation) -> Iterator[Block]:
    """Yield the signs, since when, what was examined and what was not asked, and who saw it."""
    words, triage = person.words.doctor, person.diagnosis.triage
    reasons = [item for item in triage.evidence if item.level == triage.at_least]
    elsewhere = {words.since, *words.pains}
    lines = {
        words.signs: clinical.signs(person, reasons, elsewhere),
        words.examined: clinical.parts(person, words.parts),
        words.tests: clinical.tests(person, words.tested),
        words.not_asked: clinical.blanks(person, reasons),
    }
    for label, texts in lines.items():
        if text := clinical.in_one_line(texts):
            yield Labelled(label=label, text=text)
    yield Facts(items=tuple(_facts(person)))


def _facts(person: Situation) -> Iterator[Fact]:
    """Yield since when, how much pain, and who saw the person: known or to write on."""
    words = person.words.doctor
    since = person.given.get(words.since)
    if since is None:
        yield Fact(label=words.began, text=None)
    else:
        text = clinical.value_in_words(person, since)
        yield Fact(label=clinical.asked(person, words.since), text=text)
    pains = clinical.in_one_line(clinical.answers(person, words.pains))
    yield Fact(label=words.pain, text=pains)
    yield Fact(label=words.seen_by, text=clinical.seen_by(person))
