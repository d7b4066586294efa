"""Whether what may stand together on a sheet is of one piece: no words of a drill or a cue name a
thing that it does not need, and texts that are to stand apart are texts that there are.
"""

import re
from collections.abc import Iterator

from hingeexpert.errors import listed, nearest
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.knowledge.models.traits import FOR_PERSON
from hingeexpert.knowledge.models.words import as_regex
from hingeexpert.knowledge.texts import entries_by_file, places_read, strings

IMAGINED = re.compile(r"\bas if\b[^.!?]*", re.IGNORECASE)
"""What a text only likens something to."""


def one_piece_problems(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield texts that name what nobody has at hand there, and pairs that hold apart nothing."""
    for name, drill in knowledge.drills.items():
        if drill.is_for_person:
            for text in drill_texts(drill):
                yield from _named(knowledge, f"drill {name}", text, drill.needs)
    for name, fault in knowledge.faults.items():
        for cue in fault.cues:
            yield from _named(knowledge, name, cue.say, cue.needs)
    yield from _apart(knowledge)


def drill_texts(drill: Drill) -> Iterator[str]:
    """Yield what a sheet may say with a drill."""
    brief = drill.brief
    if brief is not None:
        yield from (brief.name, brief.need, *brief.steps, brief.dose, brief.feel)
    for item in (drill.before, drill.load, drill.step_up):
        if item is not None:
            yield item.do
    for cue in (drill.cue, *drill.cues.values()):
        if cue is not None:
            yield cue.say
    if drill.picture is not None:
        yield drill.picture.alt


def things_in(knowledge: KnowledgeBase, text: str) -> set[str]:
    """Return the things that a text names, but for what it only likens something to."""
    real = IMAGINED.sub("", text)
    things = knowledge.words.things
    return {thing for thing, pattern in things.items() if as_regex(pattern).search(real)}


def _named(
    knowledge: KnowledgeBase, place: str, text: str, needs: tuple[str, ...]
) -> Iterator[str]:
    more = sorted(things_in(knowledge, text) - set(needs))
    if more:
        allowed = listed(needs or ["none"])
        yield f'{place}: "{text}" names {listed(more)}; its needs: {allowed}'


def _apart(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield the texts of pairs that no text for the person is."""
    told = set(_told(knowledge))
    for pair in knowledge.handout.apart:
        for text in (*pair.one, *pair.other):
            if text not in told:
                yield f'handout apart: "{text}" stands nowhere in the rules{nearest(text, told)}'


def _told(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield every text that a person reads or hears."""
    for file, entry in entries_by_file(knowledge).items():
        heard = places_read(file, entry, FOR_PERSON)
        yield from (text for path, text in strings(entry) if path in heard)
