"""The parts of a sheet for who may practise at home, or must wait for the next visit.

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
from hingeexpert.pictures import Side, draw, seen_picture

DAYS = 7
"""Of a week."""


def practice(person: Situation) -> Iterator[Section]:
    """Yield all parts but that of when to stop and whom to call."""
    headings = person.words.headings
    yield _seen(person)
    yield from _cue(person)
    yield from (_drill(person, drill) for drill in person.drills)
    yield from _today(person)
    if any(person.suited.tried(drill.drill) for drill in person.drills):
        yield Section(id="log", heading=headings.log, blocks=tuple(_practised(person)))
    if not person.diagnosis.readiness.decided:
        yield Section(id="check", heading=headings.check, blocks=(_check_next(person),))
    elif person.level.next is not None:
        yield Section(id="next", heading=headings.next, blocks=tuple(_next(person)))


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
    knowledge: KnowledgeBase, picture: Picture, lean: float | None, side: Side | None, grey: bool
) -> tuple[str, ...]:
    return draw(knowledge.poses, picture, lean=lean, side=side, grey=grey)


def _drill(person: Situation, drill: Drill) -> Section:
    """Return one drill under its name."""
    heading = f"{person.words.headings.drill}: {brief_of(drill).name}"
    return Section(id="drill", heading=heading, blocks=tuple(_how_to_do(person, drill)))


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
    """Yield boxes to tick, and below them why to go on where a drill of the source is given."""
    yield _log(person)
    if any(drill.seed == "yes" for drill in person.drills) and person.words.encourage:
        yield Paragraph(text=" ".join(line.say for line in person.words.encourage))


def _log(person: Situation) -> Log:
    """Return boxes to tick: as many a day as the most sets of a drill, if there is room."""
    labels, size = person.words.labels, person.words.log
    tried = (drill for drill in person.drills if person.suited.tried(drill.drill))
    sets = max(_sets(person, drill) for drill in tried)
    return Log(
        weeks=_numbered(labels.week, size.weeks),
        days=_numbered(labels.day, DAYS),
        boxes=min(size.boxes, int(sets)),
    )


def _sets(person: Situation, drill: Drill) -> float:
    """Return the sets of a drill; of a band its upper end."""
    sets = drill.dose.sets
    name = sets if isinstance(sets, str) else sets[-1]
    return person.knowledge.parameters[name].value


def _numbered(label: str, count: int) -> tuple[str, ...]:
    """Return a label with each number from 1 on."""
    return tuple(f"{label} {number}" for number in range(1, count + 1))


def _today(person: Situation) -> Iterator[Section]:
    """Yield what may be done until the next visit where no drill goes home."""
    today = person.words.today
    if not person.drills:
        chosen = today.held if person.level.homework == "none" else today.otherwise
        items = tuple(item.say for item in chosen[: person.words.most.today])
        yield Section(id="today", heading=today.heading, blocks=(Points(items=items),))


def _next(person: Situation) -> Iterator[Block]:
    """Yield the step of the ladder on which the person is, and what comes after it."""
    level, words = person.level, person.words
    if level.rung is not None:
        step = filled(words.labels.rung, step=str(level.rung), steps=str(len(words.rungs)))
        yield Labelled(label=step, text=words.rungs[level.rung - 1])
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
    return Points(items=tuple(person.words.check_next[part] for part in dict.fromkeys(parts)))


def brief_of(drill: Drill) -> Brief:
    """Return the drill in few words; only drills that have them are given."""
    assert drill.brief is not None
    return drill.brief
