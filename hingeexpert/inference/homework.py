"""Which drills suit a person, which of them go home, and what is said with each.

A drill and the cue beside it are of one piece: no cue names a thing that its drill does not take.
What is given is proven to suit: where its condition is unknown, it is not given.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from hingeexpert.inference.diagnosis import Home, LadderResult
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.conclusions import FaultCue
from hingeexpert.knowledge.models.drills import Cue
from hingeexpert.knowledge.models.ladders import Meanwhile, Said, Verdict

MOST_AT_HOME = 2
"""Drills that one sheet can hold."""
Truths = Callable[[str], bool | None]
"""From a named condition to its truth; `None` for unknown."""


def cues_withheld(knowledge: KnowledgeBase, truth: Truths) -> bool:
    """Return whether nobody may be coached: a verdict that withholds cues is true, or one that must
    be ruled out is not.
    """
    for level in knowledge.readiness:
        stands = truth(naming.level("readiness", level.id))
        if level.withholds_cues == "until_ruled_out" and stands is not False:
            return True
        if level.withholds_cues == "while_true" and stands:
            return True
    return False


def said_of(verdict: Verdict, truth: Truths) -> Said | None:
    """Return what is said of a verdict to a person in place of what is said of all others."""
    holding = (item for item in verdict.said if truth(naming.said(verdict.id, item.id)))
    return next(holding, None)


@dataclass(frozen=True)
class Suited:
    """What suits one person.

    Attributes:
        knowledge: The knowledge base, in any language.
        truth: The truths of its conditions for the person.
        present: The faults and contributors that are present.
        readiness: Where the person stands on the ladder.
        focus: The fault in focus, if there is one.
        contributors: What is present and surer than a low guess.
    """

    knowledge: KnowledgeBase
    truth: Truths
    present: Set[str]
    readiness: LadderResult
    focus: str | None
    contributors: Sequence[str]

    @cached_property
    def withheld(self) -> bool:
        """Whether nothing may be coached."""
        return cues_withheld(self.knowledge, self.truth)

    @cached_property
    def verdict(self) -> Verdict:
        """The proven level of readiness, in the words for the person."""
        verdict = self.in_words(self.readiness.at_least)
        return verdict.opening_nothing() if self.waits else verdict

    @cached_property
    def said(self) -> Said | None:
        """What is said of it in place of what is said of all others."""
        return said_of(self._level(self.readiness.at_least), self.truth)

    def in_words(self, name: str) -> Verdict:
        """Return a level of readiness in the words for the person."""
        verdict = self._level(name)
        return verdict.in_words_of(said_of(verdict, self.truth))

    def _level(self, name: str) -> Verdict:
        return next(level for level in self.knowledge.readiness if level.id == name)

    @cached_property
    def waits(self) -> bool:
        """Whether none of the drills of the proven level suits, so that it opens nothing."""
        drills = self._level(self.readiness.at_least).drills
        return bool(drills) and not any(map(self.suits, drills))

    def suits(self, name: str) -> bool:
        """Whether a drill may be given: its condition is proven, and nothing present forbids it."""
        drill = self.knowledge.drills[name]
        entered = drill.enter is None or self.truth(naming.enter(name)) is True
        return entered and self.present.isdisjoint(drill.not_with)

    @cached_property
    def opened(self) -> list[str]:
        """The drills that the verdict opens, easiest first; where none of them suits, those for
        everybody. None while it is open or withholds cues.
        """
        if not self.readiness.decided or self.verdict.withholds_cues is not None:
            return []
        suiting = [name for name in self.verdict.drills if self.suits(name)]
        return suiting or [name for name in self.knowledge.handout.drills if self.suits(name)]

    def drills(self, fault: str) -> list[str]:
        """Return the drills of a fault that suit; where none does, those for everybody."""
        own = [name for name in self.knowledge.faults[fault].drills if self._given(name)]
        return own or [name for name in self.knowledge.handout.drills if self._given(name)]

    def _given(self, name: str) -> bool:
        """Whether a drill may be given apart from the verdict: one of a rung only where the verdict
        opens it.
        """
        beyond = self.knowledge.drills[name].rung is not None
        return self.suits(name) and (not beyond or name in self.opened)

    def cues(self, fault: str) -> list[FaultCue]:
        """Return the cues of a fault that may be said."""
        numbered = enumerate(self.knowledge.faults[fault].cues, start=1)
        proven = [
            cue
            for number, cue in numbered
            if cue.when is None or self.truth(naming.cue(fault, number)) is True
        ]
        return [cue for cue in proven if self.present.isdisjoint(cue.not_with)]

    def cue(self, name: str) -> Cue | None:
        """Return the one thing to say with a drill: what the drill itself says, for the fault in
        focus if it can; else the first cue of that fault that names nothing else than the drill
        takes; else the first step of the drill. Without a fault nothing but its own.
        """
        drill, focus = self.knowledge.drills[name], self.focus
        own = drill.cue if focus is None else drill.cues.get(focus, drill.cue)
        if own is not None or focus is None:
            return own
        fitting = [cue for cue in self.cues(focus) if set(cue.needs) <= set(drill.needs)]
        return next(iter([*fitting, *drill.said]))

    def exercises(self, contributor: str) -> list[str]:
        """Return the drill that may be done for a contributor, if it has one that suits."""
        exercise = self.knowledge.contributors[contributor].exercise
        drill = exercise.drill if exercise is not None else None
        return [drill] if drill is not None and self._given(drill) else []

    @cached_property
    def practised(self) -> list[str]:
        """The drills to practise, the first first, whether or not they may go home yet: those of
        the focus, or without one the easiest that the verdict opens. What is done for a contributor
        comes second. Where drills are still too hard, one easier drill.
        """
        general = [name for name in self.knowledge.handout.drills if self._given(name)]
        own = self.drills(self.focus) if self.focus is not None else self.opened[:1]
        if self.verdict.homework == "easier":
            names = [*own, *self.opened, self.knowledge.handout.easier_drill]
            return [name for name in names if self.knowledge.drills[name].easier][:1]
        names = [*own, *general]
        for contributor in self.contributors:
            names[1:1] = self.exercises(contributor)
        return [name for name in dict.fromkeys(names) if self.knowledge.drills[name].brief]

    @cached_property
    def at_home(self) -> list[str]:
        """The drills that go home: none while a level is open that could forbid or change them."""
        if self.withheld or self.verdict.homework == "none" or self._homework_is_open():
            return []
        return self.practised[:MOST_AT_HOME]

    def _homework_is_open(self) -> bool:
        """Whether a level that is neither proven nor ruled out says something of the homework."""
        ladder = self.knowledge.readiness
        places = {level.id: place for place, level in enumerate(ladder)}
        first, last = places[self.readiness.not_ruled_out], places[self.readiness.at_least]
        between = ladder[first : last + 1] if first < last else ()
        return any(level.homework for level in between)

    def home(self, name: str) -> Home:
        """Return how a drill goes home."""
        cue = self.cue(name)
        return Home(
            drill=name,
            cue=cue.say if cue is not None else None,
            dose=self.dose(name),
            tried=self.tried(name),
        )

    def dose(self, name: str) -> str:
        """Return the dose of a drill in the words of the person, the smaller one where it holds."""
        brief = self.knowledge.drills[name].brief
        assert brief is not None
        smaller = self.knowledge.less_dose_when and self.truth(naming.LESS_DOSE)
        return brief.less if smaller and brief.less else brief.dose

    def tried(self, name: str) -> bool:
        """Whether a drill was done in the room."""
        known = self.knowledge.drills[name].tried_when is not None
        return known and self.truth(naming.tried(name)) is True

    @cached_property
    def meanwhile(self) -> Meanwhile | None:
        """What happens to the loads that the person trains, once the verdict is decided."""
        if not self.readiness.decided:
            return None
        holding = (
            item
            for item in self.verdict.meanwhile
            if self.truth(naming.meanwhile(self.verdict.id, item.id))
        )
        return next(holding, None)
