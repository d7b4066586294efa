"""How a conclusion stands, for whoever has little time: one sentence, what is seen, what is still
to ask, what would change it.

Owns the three lists; the words of the sentence are `sentences.py`. The rules behind it, part by
part, are `explanation.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import NOT_NOTED, Known
from hingeexpert.inference import sentences
from hingeexpert.inference.deciding import Deciding, Leaning
from hingeexpert.inference.diagnosis import Question
from hingeexpert.inference.explained import ExplainedRule, SeenAnswer, StillToAsk
from hingeexpert.inference.offered import Offered
from hingeexpert.inference.questions import Standing, ask_next, standing, unknown_below
from hingeexpert.inference.sentences import Place, Reasoned
from hingeexpert.inference.what_if import (
    ChangedAnswer,
    WhatIf,
    what_if,
    what_if_beyond,
    what_if_present,
)
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Condition, Value
from hingeexpert.knowledge.evaluation import Truth
from hingeexpert.knowledge.models.conclusions import Conclusion
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.wording import titled

PASSES = 200
"""How long what would change a conclusion is searched, in passes over the network: about a second
at most. What needs more is too much to tell.
"""


@dataclass(frozen=True)
class Gist:
    """What is told of a conclusion; see the fields of the same names in `Explanation`."""

    sentence: str
    seen: list[SeenAnswer]
    still_to_ask: list[StillToAsk]
    what_it_takes: str | None
    would_change: list[ChangedAnswer]


def _speaks_against(item: SeenAnswer) -> bool:
    return item.speaks == "against"


class Telling:
    """Tells the conclusions of one form."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        assessment: Assessment,
        known: Known,
        truths: Sequence[Truth],
        passes: int,
    ) -> None:
        """Take over a form, what it makes known, the truth of every condition, and how long to
        search.
        """
        self.knowledge, self.assessment, self.known = knowledge, assessment, known
        self._passes = passes
        self._truths = truths
        self.deciding = Deciding(knowledge.network, known, truths)
        self._offered = Offered(knowledge, truths, everywhere=1)

    def truth(self, name: str) -> bool | None:
        """Return the truth of a named condition, `None` for unknown."""
        return self.deciding.truth(self.knowledge.network.names[name])

    def stands(self, ladder: str) -> Standing:
        """Return where the person stands on a ladder."""
        levels = self.knowledge.ladders[ladder]
        return standing(self.truth(naming.level(ladder, level.id)) for level in levels)

    def place(self, ladder: str, name: str) -> Place:
        """Return where a level stands."""
        position = [*self.knowledge.levels(ladder)].index(name)
        truth = self.truth(naming.level(ladder, name))
        return sentences.place_of(self.stands(ladder), position, truth)

    def proven(self, ladder: str) -> Level:
        """Return the first level that is proven."""
        return self.knowledge.ladders[ladder][self.stands(ladder).at_least]

    def refer_first(self) -> bool:
        """Whether a verdict is proven that must be ruled out before any cue."""
        return self.proven("readiness").withholds_cues == "until_ruled_out"

    def level(self, ladder: str, name: str) -> Gist:
        """Tell a level of triage or a verdict of readiness."""
        place, stands = self.place(ladder, name), self.stands(ladder)
        level, proven = self.knowledge.level(ladder, name), self.proven(ladder)
        asked = self._asked_for_level(ladder, name) if place == "open" else []
        sentence = sentences.of_level(
            self._reasoned(ladder, level),
            place,
            self._reasoned(ladder, proven),
            stands.decided,
            len(asked),
        )
        shown = proven if place == "after" else level
        leaning = self._leaning_of_level(ladder, shown)
        if place == "after":
            leaning = leaning.turned()
        takes, changes = self._change_of_level(ladder, name, place)
        seen = sorted(self._seen(leaning), key=self._is_harmless)
        return Gist(sentence, sorted(seen, key=_speaks_against), asked, takes, changes)

    def _is_harmless(self, item: SeenAnswer) -> bool:
        """Whether an answer is the good news of its question."""
        value = self.known.facts[item.observable]
        return value in self.knowledge.observables[item.observable].harmless

    def _reasoned(self, ladder: str, level: Level) -> Reasoned:
        """Return a level with the first of its reasons that is true."""
        for rule in level.rules:
            if self.truth(naming.level_rule(ladder, level.id, rule.id)):
                return Reasoned(level, rule.because)
        return Reasoned(level, None)

    def _leaning_of_level(self, ladder: str, level: Level) -> Leaning:
        """Return what speaks for a level: of one that is proven, what its true reasons rest on."""
        truth = self.truth(naming.level(ladder, level.id))
        rules = [
            rule.when
            for rule in level.rules
            if self.truth(naming.level_rule(ladder, level.id, rule.id)) is truth
        ]
        return self._leaning(rules)

    def _leaning(self, conditions: Iterable[Condition]) -> Leaning:
        leaning = Leaning()
        for condition in conditions:
            leaning += self.deciding.leaning(self.knowledge.network.position(condition))
        return leaning

    def _asked_for_level(self, ladder: str, name: str) -> list[StillToAsk]:
        """Return the questions on which it hangs whether a level, or one before it, is reached."""
        levels = [*self.knowledge.levels(ladder)]
        until = levels[: levels.index(name) + 1]
        names = self.knowledge.network.names
        return self._to_ask([names[naming.level(ladder, level)] for level in until], set())

    def conclusion(
        self, kind: str, name: str, conclusion: Conclusion, rules: Sequence[ExplainedRule]
    ) -> Gist:
        """Tell a fault or contributor, by its rules as they are explained."""
        position = self.knowledge.network.names[naming.present(kind, name)]
        truth = self.deciding.truth(position)
        seen = self._seen(self._leaning_of_conclusion(name, conclusion, truth))
        if truth is None:
            more = set() if kind == "fault" else self._offered_below(position)
            asked = self._to_ask([position], more)
            waits = None if self._offered.coached else self.proven("readiness").title
            sentence = sentences.of_open_conclusion(conclusion.title, len(asked), waits)
            return Gist(sentence, seen, asked, None, [])
        sentence = sentences.of_conclusion(kind, conclusion.title, truth, rules, bool(seen))
        takes, changes = self._change_of_conclusion(name, truth)
        return Gist(sentence, seen, [], takes, changes)

    def _leaning_of_conclusion(
        self, name: str, conclusion: Conclusion, truth: bool | None
    ) -> Leaning:
        """Return what speaks for and against a fault or contributor: of a present one its true
        rules and the true objections to them, of an absent one what makes each rule false.
        """
        if truth is False:
            every = (naming.rule(name, rule.id) for rule in conclusion.rules)
            return self._leaning(map(self.knowledge.conditions.__getitem__, every))
        rules = [
            rule for rule in conclusion.rules if self.truth(naming.rule(name, rule.id)) is truth
        ]
        leaning = self._leaning(rule.when for rule in rules)
        for objection in conclusion.against:
            if self.truth(naming.objection(name, objection.id)):
                leaning += self._leaning([objection.when]).turned()
        return leaning

    def _to_ask(self, starts: Sequence[int], more: set[str]) -> list[StillToAsk]:
        """Return the questions that may be asked now and that unknown conditions hang on, in the
        order in which they are asked next; then `more` in the order of the form.
        """
        hanging = unknown_below(self.knowledge.network, self._truths, starts)
        next_ = [
            question.observable for question in self._ask_next if question.observable in hanging
        ]
        rest = [name for name in self.knowledge.observables if name in more and name not in next_]
        return [
            StillToAsk(observable=name, question=self.knowledge.observables[name].question)
            for name in (*next_, *rest)
        ]

    @cached_property
    def _ask_next(self) -> list[Question]:
        return ask_next(self.knowledge, self.known, self._truths)

    def _offered_below(self, position: int) -> set[str]:
        """Return what a contributor hangs on and may be asked, though no conclusion of `ask_next`
        needs it; nothing while nobody may be coached.
        """
        if not self._offered.coached:
            return set()
        hanging = unknown_below(self.knowledge.network, self._truths, [position])
        return {name for name in hanging if self._offered.may_be_needed(name)}

    def _seen(self, leaning: Leaning) -> list[SeenAnswer]:
        """Write what speaks for and against, without what nobody noted."""
        against = [name for name in leaning.against if name not in leaning.speaks_for]
        return [
            *self._speaking(leaning.speaks_for, "for"),
            *self._speaking(against, "against"),
        ]

    def _speaking(
        self, names: Iterable[str], speaks: Literal["for", "against"]
    ) -> Iterator[SeenAnswer]:
        facts = self.known.facts
        for name in names:
            if facts.get(name, NOT_NOTED) != NOT_NOTED:
                yield SeenAnswer(
                    observable=name,
                    question=titled(self.knowledge, name),
                    answer=self._spelled(name, facts[name]),
                    speaks=speaks,
                    assumed=name in self.known.assumed,
                )

    def _spelled(self, name: str, value: Value) -> str:
        """Write an answer for a reader, a number with its unit where that is one word and new."""
        if not isinstance(value, int | float):
            return value.replace("_", " ")
        unit = self.knowledge.observables[name].answer.unit
        told = " " in unit or unit in titled(self.knowledge, name)
        return f"{value:g}" if told else f"{value:g} {unit}"

    def _change_of_level(
        self, ladder: str, name: str, place: Place
    ) -> tuple[str | None, list[ChangedAnswer]]:
        """Return what would lead to a level, or beyond the verdict; nothing of what just waits for
        answers, nothing while a referral comes first.
        """
        if place == "open" or self.refer_first():
            return None, []
        knowledge, assessment = self.knowledge, self.assessment
        if place == "verdict":
            found = what_if_beyond(knowledge, assessment, name, self._passes)
            is_last = knowledge.level(ladder, name).always
            return (None, []) if is_last else self._change(found, "would lead to a better verdict")
        found = what_if(knowledge, assessment, name, self._passes)
        if place == "ruled_out" and not found.reachable:
            return None, []
        return self._change(found, "would lead there")

    def _change_of_conclusion(
        self, name: str, present: bool
    ) -> tuple[str | None, list[ChangedAnswer]]:
        """Return what would bring a fault or contributor, or remove it."""
        if self.refer_first():
            return None, []
        found = what_if_present(self.knowledge, self.assessment, name, not present, self._passes)
        if not found.reachable:
            return None, []
        return self._change(found, "would remove it" if present else "would bring it")

    def _change(self, found: WhatIf, aim: str) -> tuple[str | None, list[ChangedAnswer]]:
        facts = self.known.facts
        answered = [
            f"{titled(self.knowledge, name)}: {self._spelled(name, facts[name])}"
            for name in found.in_the_way
            if name in facts
        ]
        blank = len(answered) < len(found.in_the_way)
        return sentences.of_change(found, aim, answered, blank), found.changes
