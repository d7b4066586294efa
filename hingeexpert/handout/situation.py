"""The person a sheet is for: the form, what follows from it, what was wished, and which drills may
go home.

Owns that choice, and looking up for the modules that write the parts of a sheet: `seen.py`,
`practice.py` and `referral.py`. Pure.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.handout.document import Wishes
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.diagnosis import LadderResult
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.knowledge.models.handout import HandoutFile, filled
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.network import Worlds, evaluate


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
    def facts(self) -> Mapping[str, Value]:
        """What is known from the answers, assumed blanks included."""
        return what_is_known(self.knowledge, self.assessment.answers).facts

    def shows(self, finding: str) -> bool:
        """Whether a finding is true of the person."""
        network = self.knowledge.network
        truths = evaluate(network, Worlds(self.facts))
        return bool(truths[network.names[naming.finding(finding)]].true)

    def level_of(self, ladder: str, name: str) -> Level:
        """Return a level of a ladder."""
        return self.knowledge.level(ladder, name)

    @cached_property
    def level(self) -> Level:
        """The proven level of readiness."""
        return self.level_of("readiness", self.diagnosis.readiness.at_least)

    @cached_property
    def strictest(self) -> Level:
        """The strictest level of readiness that is not ruled out."""
        return self.level_of("readiness", self.diagnosis.readiness.not_ruled_out)

    @cached_property
    def kind(self) -> Literal["practice", "pause", "referral"]:
        """The kind of the sheet."""
        if self.level.referral:
            return "referral"
        return "practice" if self.drills else "pause"

    @cached_property
    def drills(self) -> tuple[Drill, ...]:
        """The drills for home: none while a verdict is open that could forbid or change them."""
        if self.level.homework == "none" or self._homework_is_open():
            return ()
        drills = list(self._drills_with_a_brief())
        if self.level.homework == "easier":
            fallback = self.knowledge.drills[self.words.easier_drill]
            drills = [drill for drill in (*drills, fallback) if drill.easier][:1]
        return tuple(drills[: self.wishes.drills])

    def _homework_is_open(self) -> bool:
        """Whether a level that is neither proven nor ruled out says something of the homework."""
        ladder = self.knowledge.readiness
        first, last = ladder.index(self.strictest), ladder.index(self.level)
        if first == last:
            return False
        return any(level.homework for level in ladder[first : last + 1])

    def _drills_with_a_brief(self) -> Iterator[Drill]:
        """Yield the drills of the focus and those for everybody, as far as a person may do them
        alone.
        """
        focus = self.diagnosis.focus
        names = [*self.knowledge.faults[focus.fault].drills] if focus else []
        for name in dict.fromkeys([*names, *self.words.drills]):
            drill = self.knowledge.drills[name]
            if drill.brief is not None:
                yield drill

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
        dates = self.words.dates
        month = dates.months[day.month - 1]
        pattern = dates.on_paper[self.wishes.paper]
        return filled(pattern, day=str(day.day), month=month, year=str(day.year))

    def reasons(self, ladder: str, result: LadderResult) -> Iterator[tuple[str, str | None]]:
        """Yield the reasons of the proven level in the person's words, and where each leads."""
        level = self.level_of(ladder, result.at_least)
        true = {item.rule for item in result.evidence if item.level == level.id}
        for rule in level.rules:
            if naming.level_rule(ladder, level.id, rule.id) in true and rule.patient is not None:
                yield rule.patient, rule.go
