"""The parts of a sheet without a drill for who must wait for the next visit: what may be done until
then, with lines to write on; what was seen; what comes next.

Owns what a drill's absence changes; the rest is `practice.py`.
"""

from collections.abc import Iterator

from hingeexpert.handout.document import Block, Drawing, Fact, Facts, Points, Section
from hingeexpert.handout.practice import practice
from hingeexpert.handout.seen import is_told
from hingeexpert.handout.situation import Situation


def pause(person: Situation) -> Iterator[Section]:
    """Yield all parts but that of when to stop and whom to call."""
    today = person.words.today
    yield Section(id="today", heading=today.heading, blocks=tuple(_today(person)))
    for part in practice(person):
        if part.id != "cue":
            yield part
        elif _is_sure(person):
            yield from _without_cue(person, part)


def _today(person: Situation) -> Iterator[Block]:
    """Yield what may be done, and lines to write down what hurt and what to ask."""
    today = person.words.today
    chosen = today.held if person.level.homework == "none" else today.otherwise
    items = tuple(item.say for item in chosen[: person.words.most.today])
    yield Points(items=items)
    hurt, much = Fact(label=today.notes.hurt, text=None), Fact(label=today.notes.much, text=None)
    for _ in range(today.notes.lines):
        yield Facts(items=(hurt, much))
    yield Facts(items=(Fact(label=today.notes.ask, text=None),))


def _is_sure(person: Situation) -> bool:
    """Whether the fault in focus is one that the person is told of."""
    focus = person.diagnosis.focus
    present = {fault.id: fault for fault in person.diagnosis.faults}
    return focus is not None and is_told(present[focus.fault])


def _without_cue(person: Situation, part: Section) -> Iterator[Section]:
    """Yield the picture of what was seen, as what is tried together: nothing to do alone."""
    pictures = tuple(block for block in part.blocks if isinstance(block, Drawing))
    if pictures:
        yield Section(id="later", heading=person.words.headings.later, blocks=pictures)
