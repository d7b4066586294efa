"""The parts of a sheet for who must be seen first: what was found, where to go, what to tell.

Owns what stands in each part. No drill stands here.
"""

from collections.abc import Iterator

from hingeexpert.handout.document import Block, KeyCue, Paragraph, Points, Section
from hingeexpert.handout.situation import Situation
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.translation import spoken


def referral(person: Situation) -> Iterator[Section]:
    """Yield all parts but that of when to stop and whom to call."""
    headings = person.words.headings
    reasons = list(person.reasons("triage", person.diagnosis.triage))
    texts = Points(items=tuple(text for text, _ in reasons))
    ways = dict.fromkeys(go for _, go in reasons if go)
    blocks: dict[str, tuple[Block, ...]] = {
        "found": (texts,),
        "where": tuple(KeyCue(text=way) for way in ways),
        "tell": tuple(_to_tell(person)),
        "until": tuple(Paragraph(text=text) for text in _until(person)),
    }
    for part, inside in blocks.items():
        yield Section(id=part, heading=getattr(headings, part), blocks=inside)


def _until(person: Situation) -> Iterator[str]:
    """Yield what holds until the person was seen."""
    yield person.words.until
    if person.suited.meanwhile is not None:
        yield person.suited.meanwhile.patient


def _to_tell(person: Situation) -> Iterator[Block]:
    """Yield what to say to who sees the person first, and the answers that led there."""
    yield Points(items=person.words.tell)
    answers = tuple(_answers(person))
    if answers:
        yield Paragraph(text=person.words.tell_answers)
        yield Points(items=answers)


def _answers(person: Situation) -> Iterator[str]:
    """Yield the answers of the person that the proven level rests on."""
    triage = person.diagnosis.triage
    used: dict[str, Value] = {}
    for item in triage.evidence:
        if item.level == triage.at_least:
            used |= item.observations
    for name, value in used.items():
        observable = person.knowledge.observables[name]
        if observable.asked_of == "person":
            yield from _answer(observable, value)


def _answer(observable: Observable, value: Value) -> Iterator[str]:
    """Yield what is so, or how much of it; nothing for what is not so."""
    name = observable.short or observable.question
    if not observable.answer.is_flag:
        shown = f"{value:g}" if isinstance(value, int | float) else spoken(value)
        yield f"{name}: {shown}"
    elif value == "yes":
        yield name
