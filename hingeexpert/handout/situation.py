"""The person a sheet is for: the form, what follows from it, what was wished, and which drills may
go home.

Owns that choice, and looking up for the modules that write the parts of a sheet: `seen.py`,
`practice.py`, `referral.py` and `clinical.py`. Pure.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import NOT_NOTED, Known, what_is_known
from hingeexpert.handout.document import Wishes
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.diagnosis import LadderResult
from hingeexpert.inference.found import present_ids, surer_than_a_guess
from hingeexpert.inference.homework import Suited
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Truth, truths_of
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.knowledge.models.handout import Dates, HandoutFile, filled
from hingeexpert.knowledge.models.ladders import Level, LevelRule


def day_in_words(dates: Dates, day: datetime.date, paper: Literal["a4", "us-letter"]) -> str:
    """Write a day as where a paper is used."""
    month = dates.months[day.month - 1]
    return filled(dates.on_paper[paper], day=str(day.day), month=month, year=str(day.year))


@dataclass(frozen=True)
class Situation:
    """A person as a sheet sees them.

    Attributes:
        knowledge: The knowledge base in the language of the sheet.
        assessment: The form.
        diagnosis: What follows from it; its words are not used, its ids are.
        wishes: What the clinician chose.
    """

    knowledge: KnowledgeBase
    assessment: Assessment
    diagnosis: Diagnosis
    wishes: Wishes

    @property
    def words(self) -> HandoutFile:
        """The words of a sheet."""
        return self.knowledge.handout

    @cached_property
    def _known(self) -> Known:
        """What the answers make known."""
        return what_is_known(self.knowledge, self.assessment.answers)

    @property
    def facts(self) -> Mapping[str, Value]:
        """What is known from the answers, assumed blanks included."""
        return self._known.facts

    @cached_property
    def given(self) -> Mapping[str, Value]:
        """What somebody answered and can be read: nothing assumed, nothing that says that nothing
        was noted.
        """
        assumed = self._known.assumed
        return {
            name: value
            for name, value in self.facts.items()
            if name not in assumed and value != NOT_NOTED
        }

    def shows(self, finding: str) -> bool:
        """Whether a finding is true of the person."""
        return bool(self._truth(naming.finding(finding)))

    def _truth(self, name: str) -> bool | None:
        """Return the truth of a named condition."""
        return self._truths[self.knowledge.network.names[name]].in_world(0)

    @cached_property
    def _truths(self) -> Sequence[Truth]:
        """The truth of every condition."""
        return truths_of(self.knowledge.network, self.facts)

    def level_of(self, ladder: str, name: str) -> Level:
        """Return a level of a ladder."""
        return self.knowledge.level(ladder, name)

    @cached_property
    def level(self) -> Level:
        """The proven level of readiness, in the words for the person."""
        return self.suited.verdict

    @cached_property
    def strictest(self) -> Level:
        """The strictest level of readiness that is not ruled out, in the words for the person."""
        return self.suited.in_words(self.diagnosis.readiness.not_ruled_out)

    @cached_property
    def kind(self) -> Literal["practice", "pause", "referral"]:
        """The kind of the sheet."""
        if self.level.referral:
            return "referral"
        return "practice" if self.drills else "pause"

    @cached_property
    def suited(self) -> Suited:
        """What suits the person, in the language of the sheet."""
        focus = self.diagnosis.focus
        return Suited(
            knowledge=self.knowledge,
            truth=self._truth,
            present=present_ids(self.diagnosis.faults, self.diagnosis.contributors),
            readiness=self.diagnosis.readiness,
            focus=focus.fault if focus else None,
            contributors=surer_than_a_guess(self.diagnosis.contributors),
        )

    @cached_property
    def drills(self) -> tuple[Drill, ...]:
        """The drills for home, as many as were wished."""
        names = [item.drill for item in self.diagnosis.home[: self.wishes.drills]]
        return tuple(self.knowledge.drills[name] for name in names)

    @property
    def record(self) -> str | None:
        """The head of the record that the sheet comes from, in words."""
        head = self.wishes.head
        return f"{self.words.labels.record}: {head}" if head else None

    def day(self, day: str | datetime.date | None) -> str | None:
        """Write a day in the form of the language, as where this paper is used; what is no day is
        shown as it stands.
        """
        if isinstance(day, str):
            try:
                day = datetime.date.fromisoformat(day)
            except ValueError:
                return str(day) or None
        if day is None:
            return None
        return day_in_words(self.words.dates, day, self.wishes.paper)

    def reasons(self, ladder: str, result: LadderResult) -> Iterator[LevelRule]:
        """Yield the reasons of the proven level of which the person is told."""
        level = self.level_of(ladder, result.at_least)
        true = {item.rule for item in result.evidence if item.level == level.id}
        for rule in level.rules:
            if naming.level_rule(ladder, level.id, rule.id) in true and rule.patient is not None:
                yield rule


def told(reasons: Iterable[LevelRule]) -> Iterator[tuple[str | None, str]]:
    """Yield the topic and the words of reasons of which a person is told."""
    for rule in reasons:
        assert rule.patient is not None
        yield rule.topic, rule.patient


def said_once(texts: Iterable[tuple[str | None, str]]) -> Iterator[str]:
    """Yield what a person is told; of what has one topic only the first.

    Args:
        texts: Topic, where there is one, and text.
    """
    topics: set[str] = set()
    for topic, text in texts:
        if topic not in topics:
            yield text
        if topic is not None:
            topics.add(topic)
