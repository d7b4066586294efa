"""The parts of a sheet for who may practise at home.

Owns what stands in each part; which drills there are is `situation.py`.
"""

import itertools
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from hingeexpert.handout.document import (
    Block,
    Drawing,
    DrawnPanel,
    Fact,
    Facts,
    KeyCue,
    Labelled,
    Log,
    Paragraph,
    Points,
    Section,
    Steps,
)
from hingeexpert.handout.seen import is_told, progress, seen
from hingeexpert.handout.situation import Situation
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.drills import Brief, Drill, Item
from hingeexpert.knowledge.models.handout import filled
from hingeexpert.knowledge.models.poses import FaultPicture, Picture
from hingeexpert.pictures import Looks, Side, draw, seen_picture
from hingeexpert.pictures.looks import NEUTRAL

DAYS = 7
"""Of a week."""


def practice(person: Situation) -> Iterator[Section]:
    """Yield all parts but that of when to stop and whom to call."""
    headings = person.words.headings
    yield _seen(person)
    yield from _cue(person)
    yield from (_drill(person, number) for number in range(len(person.drills)))
    if any(person.suited.tried(drill.drill) for drill in person.drills):
        yield Section(id="log", heading=headings.log, blocks=tuple(_practised(person)))
    if not person.diagnosis.readiness.decided:
        yield Section(id="check", heading=headings.check, blocks=(_check_next(person),))
    elif blocks := tuple(_next(person)):
        yield Section(id="next", heading=headings.next, blocks=blocks)


def _seen(person: Situation) -> Section:
    """Return what was seen, and how the numbers moved."""
    texts = (*seen(person), *progress(person))
    blocks = tuple(Paragraph(text=text) for text in texts)
    return Section(id="seen", heading=person.words.headings.seen, blocks=blocks)


def _cue(person: Situation) -> Iterator[Section]:
    """Yield what to say with the first drill, and the picture of the fault in focus where it shows
    nothing else than the drill takes; where the person is not told of the fault, one that does not
    say that it was seen.
    """
    practised = person.suited.practised
    cue = person.suited.cue(practised[0]) if practised and _may_be_cued(person) else None
    if cue is None:
        return
    picture = _picture(person, person.knowledge.drills[practised[0]])
    drawn = () if picture is None else (_drawing(person, picture),)
    blocks = (KeyCue(text=cue.say), *drawn)
    yield Section(id="cue", heading=person.words.headings.cue, blocks=blocks)


def _may_be_cued(person: Situation) -> bool:
    """Whether there is something to say: a fault is in focus, or a drill goes home."""
    return person.diagnosis.focus is not None or bool(person.drills)


def _picture(person: Situation, drill: Drill) -> FaultPicture | None:
    """Return the picture of the fault in focus, as it was seen, that goes with a drill."""
    focus = person.diagnosis.focus
    picture = person.knowledge.faults[focus.fault].picture if focus is not None else None
    if focus is None or picture is None:
        return None
    made = seen_picture(person.knowledge, picture, person.given, drill.needs)
    if made is None:
        return None
    result = next(item for item in person.diagnosis.faults if item.id == focus.fault)
    return made.picture if is_told(result) else _unsure(person, made.picture)


def _unsure(person: Situation, picture: FaultPicture) -> FaultPicture:
    """Return the picture of a fault as of something that can happen."""
    changed = {"label": None, "captions": person.knowledge.poses.captions.unsure}
    return picture.model_copy(update=changed)


def _drawing(person: Situation, picture: Picture) -> Drawing:
    """Return a picture with what was measured of the person."""
    measured, poses = person.words.measured, person.knowledge.poses
    lean = person.facts.get(measured.lean)
    drawn = _drawn(
        person.knowledge,
        picture,
        None if lean is None else float(lean),
        _side(person),
        person.wishes.grey,
        person.wishes.clinic.figure.look if person.wishes.clinic else NEUTRAL,
    )
    said = zip(drawn, poses.captions_of(picture), (picture.label, picture.aim), strict=True)
    panels = (
        DrawnPanel(
            svg=svg, caption=caption, label=label, good=bool(number) if picture.judged else None
        )
        for number, (svg, caption, label) in enumerate(said)
    )
    return Drawing(alt=picture.alt, panels=tuple(panels))


def _side(person: Situation) -> Side | None:
    """Return the side to which the person goes: the first answer that names one."""
    answers: list[Any] = [person.facts.get(name) for name in person.words.measured.side]
    return next((answer for answer in answers if answer in ("left", "right")), None)


@lru_cache(maxsize=1000)
def _drawn(
    knowledge: KnowledgeBase,
    picture: Picture,
    lean: float | None,
    side: Side | None,
    grey: bool,
    look: Looks,
) -> tuple[str, ...]:
    return draw(knowledge.poses, picture, lean=lean, side=side, grey=grey, look=look)


def _drill(person: Situation, number: int) -> Section:
    """Return one drill under its name; the first of them says how much pain is fine."""
    headings, drill = person.words.headings, person.drills[number]
    which = headings.drills[number] if len(person.drills) > 1 else headings.drill
    blocks = list(_how_to_do(person, drill))
    if number == 0:
        labels, fine = person.words.labels, person.words.some_pain
        blocks.append(Labelled(label=labels.some_pain, text=fine.say))
    return Section(id="drill", heading=f"{which}: {brief_of(drill).name}", blocks=tuple(blocks))


def _how_to_do(person: Situation, drill: Drill) -> Iterator[Block]:
    """Yield what to mind, what it takes, the picture, the steps, how often, and how to go on."""
    labels, brief = person.words.labels, brief_of(drill)
    if not person.suited.tried(drill.drill):
        yield Paragraph(text=person.words.try_first)
    yield from (Paragraph(text=text) for text in _remarks(person, drill))
    yield from _item(labels.before, drill.before)
    yield Labelled(label=labels.need, text=brief.need)
    yield from _item(labels.load, drill.load)
    if drill.picture is not None:
        yield _drawing(person, drill.picture)
    yield Steps(items=brief.steps)
    yield Labelled(label=labels.dose, text=person.suited.dose(drill.drill))
    yield from _item(labels.step_up, drill.step_up)
    yield Labelled(label=labels.feel, text=brief.feel)


def _item(label: str, item: Item | None) -> Iterator[Labelled]:
    """Yield a line of a drill that has it."""
    if item is not None:
        yield Labelled(label=label, text=item.do)


def _remarks(person: Situation, drill: Drill) -> Iterator[str]:
    """Yield what remarks say to the person of how to do a drill."""
    true = {remark.id for remark in person.diagnosis.remarks}
    remarks = (remark for remark in person.knowledge.remarks if remark.id in true)
    fitting = (item for item in remarks if not item.beside or drill.drill in item.beside)
    texts = (remark.patient for remark in fitting if remark.patient)
    yield from itertools.islice(texts, person.words.most.remarks)


def _practised(person: Situation) -> Iterator[Block]:
    """Yield the day of the start, boxes to tick for each drill, and below them what a set is, what
    to do about a forgotten one, and how the start may be where a drill of the source is given.
    """
    words, size = person.words, person.words.log
    yield Facts(items=(Fact(label=words.labels.started, text=None),))
    yield from (_log(person, drill) for drill in person.drills if person.suited.tried(drill.drill))
    lines = [size.set]
    if any(drill.seed == "yes" for drill in person.drills):
        lines += (line.say for line in words.encourage)
    yield Paragraph(text=" ".join((*lines, size.forgotten)))


def _log(person: Situation, drill: Drill) -> Log:
    """Return boxes to tick: as many a day as the drill has sets, if there is room."""
    labels, size = person.words.labels, person.words.log
    boxes = min(size.boxes, int(_sets(person, drill)))
    several = len(person.drills) > 1
    return Log(
        name=brief_of(drill).name if several else None,
        dose=person.suited.dose(drill.drill) if several else None,
        days=tuple(f"{labels.day} {number}" for number in range(1, DAYS + 1)),
        weeks=tuple(_weeks(labels.boxes, size.weeks, boxes)),
        boxes=boxes,
    )


def _weeks(label: str, weeks: int, boxes: int) -> Iterator[str]:
    """Yield what a row of boxes is called for who cannot see it, for each week."""
    for number in range(1, weeks + 1):
        yield filled(label, then=str(number), count=str(boxes))


def _sets(person: Situation, drill: Drill) -> float:
    """Return the sets of a drill; of a band its upper end."""
    sets = drill.dose.sets
    name = sets if isinstance(sets, str) else sets[-1]
    return person.knowledge.parameters[name].value


def _next(person: Situation) -> Iterator[Block]:
    """Yield the step of the ladder on which the person is, unless it opens nothing to them, and
    what comes after it.
    """
    level, words = person.level, person.words
    if level.rung is not None and not person.suited.waits:
        step = filled(words.labels.rung, step=str(level.rung), steps=str(len(words.rungs)))
        yield Labelled(label=step, text=f"{words.rungs[level.rung - 1]}.")
    if person.suited.meanwhile is not None:
        yield Paragraph(text=person.suited.meanwhile.patient)
    if level.next is not None:
        yield Paragraph(text=level.next)


def _check_next(person: Situation) -> Points:
    """Return the parts of the form that have questions on which the verdict hangs, as a person is
    told of them.
    """
    group_of: dict[str, str] = {}
    for group in person.knowledge.groups:
        group_of |= dict.fromkeys(group.observables, group.group)
    parts: list[str] = []
    for question in person.diagnosis.ask_next:
        if not {"readiness", "triage"}.isdisjoint(question.could_change):
            parts.append(group_of[question.observable])
    return Points(items=tuple(dict.fromkeys(person.words.check_next[part] for part in parts)))


def brief_of(drill: Drill) -> Brief:
    """Return the drill in few words; only drills that have them are given."""
    assert drill.brief is not None
    return drill.brief
