"""What a patient takes home, as a document: sections of blocks, in one language, with the words of
`rules/` only.

Owns what stands on the sheet and what must not: no drill that the missing answers could forbid, and
nothing but a referral for who must be seen first. How it looks is `reports/`. A pure function of
the knowledge, the form and the diagnosis.
"""

import datetime
import itertools
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import plain, what_is_known
from hingeexpert.handout.document import (
    Block,
    Care,
    CareCard,
    Cue,
    Drawing,
    Handout,
    Labelled,
    Log,
    Points,
    Section,
    Steps,
    Text,
    Wishes,
)
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.diagnosis import LadderResult
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Holds, Value, leaves
from hingeexpert.knowledge.models.drills import Brief, Drill
from hingeexpert.knowledge.models.handout import filled
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.models.poses import Picture
from hingeexpert.knowledge.translation import spoken
from hingeexpert.pictures import Side, draw

MOST_SEEN = 2
"""Most faults, and hypotheses after them, that are told; the rest waits for another day."""
MOST_CAUTIONS = 2
"""Most remarks that are told beside a drill."""
MOST_BOXES = 5
"""Most boxes a day in the log."""
WEEKS = 2
DAYS = 7


def handout(
    knowledge: KnowledgeBase,
    assessment: Assessment,
    diagnosis: Diagnosis,
    wishes: Wishes | None = None,
) -> Handout:
    """Write the sheet of one person.

    Args:
        knowledge: The knowledge base in the language of the sheet: see `translation.in_language`.
        assessment: The form.
        diagnosis: What follows from it; its words are not used, its ids are.
        wishes: What the clinician chose.
    """
    return _Writer(knowledge, assessment, diagnosis, wishes or Wishes()).sheet()


class _Writer:
    def __init__(
        self, knowledge: KnowledgeBase, assessment: Assessment, diagnosis: Diagnosis, wishes: Wishes
    ) -> None:
        self.knowledge, self.words = knowledge, knowledge.handout
        self.assessment, self.diagnosis, self.wishes = assessment, diagnosis, wishes
        self.facts = what_is_known(knowledge, assessment.answers).facts
        self.level, self.strictest = (
            self._readiness(diagnosis.readiness.at_least),
            self._readiness(diagnosis.readiness.not_ruled_out),
        )
        self.drills = tuple(self._drills())
        self.kind: Literal["practice", "pause", "referral"] = (
            "referral" if self.level.referral else "practice" if self.drills else "pause"
        )

    def _readiness(self, name: str) -> Level:
        return self._level("readiness", name)

    def _level(self, ladder: str, name: str) -> Level:
        return next(level for level in self.knowledge.ladders[ladder] if level.id == name)

    def _drills(self) -> Iterator[Drill]:
        """Yield the drills for home: none while a verdict is open that could forbid or change
        them.
        """
        ladder = self.knowledge.ladders["readiness"]
        first, last = ladder.index(self.strictest), ladder.index(self.level)
        open_ = first != last and any(level.homework for level in ladder[first : last + 1])
        if open_ or self.level.homework == "none":
            return
        focus = self.diagnosis.focus
        wanted = [*(self.knowledge.faults[focus.fault].drills if focus else ()), *self.words.drills]
        at_home = [
            self.knowledge.drills[name]
            for name in dict.fromkeys(wanted)
            if self.knowledge.drills[name].brief is not None
        ]
        if self.level.homework == "easier":
            at_home = [
                drill
                for drill in (*at_home, self.knowledge.drills[self.words.easier_drill])
                if drill.easier
            ][:1]
        yield from at_home[: self.wishes.drills]

    def sheet(self) -> Handout:
        """Put the parts together."""
        titles, labels, language = (
            self.words.titles,
            self.words.labels,
            self.knowledge.info.language,
        )
        file = self.knowledge.languages.get(language)
        return Handout(
            kind=self.kind,
            language=language,
            direction=file.direction if file else "ltr",
            title=getattr(titles, self.kind),
            name=plain(self.assessment.patient.get("name", "")) or None,
            date=self._day(self.assessment.date),
            next_visit=self._day(self.wishes.next_visit),
            clinic=self.wishes.clinic,
            logo=self.wishes.logo,
            lead=self._lead(),
            sections=tuple(self._referral() if self.kind == "referral" else self._practice()),
            limits=self.words.limits,
            labels=labels.model_dump(),
        )

    def _day(self, day: str | datetime.date | None) -> str | None:
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
        pattern = {"a4": dates.a4, "us-letter": dates.letter}[self.wishes.paper]
        return filled(
            pattern, day=str(day.day), month=dates.months[day.month - 1], year=str(day.year)
        )

    def _lead(self) -> str:
        if self.kind == "referral":
            return self._level("triage", self.diagnosis.triage.at_least).patient
        if not self.drills and not self.diagnosis.readiness.decided and not self.level.homework:
            return self.words.open
        if not self.drills:
            return self.level.patient
        at_home = filled(
            self.words.at_home, drill=", ".join(_brief(drill).name for drill in self.drills)
        )
        return f"{self.strictest.patient} {at_home}"

    def _practice(self) -> Iterator[Section]:
        """Yield the parts of a sheet for who may go on, or must wait for the next visit."""
        headings = self.words.headings
        yield Section(
            id="seen",
            heading=headings.seen,
            blocks=tuple(Text(text=text) for text in (*self._seen(), *self._progress())),
        )
        yield from self._cue()
        for drill in self.drills:
            yield Section(
                id="drill",
                heading=f"{headings.drill}: {_brief(drill).name}",
                blocks=tuple(self._drill(drill)),
            )
        if self.drills:
            yield Section(id="log", heading=headings.log, blocks=(self._log(),))
        if self.diagnosis.readiness.decided and self.level.next is not None:
            yield Section(id="next", heading=headings.next, blocks=tuple(self._next()))
        if not self.diagnosis.readiness.decided:
            yield Section(
                id="check",
                heading=headings.check,
                blocks=(Points(items=tuple(self._check_next())),),
            )
        yield self._care()

    def _seen(self) -> Iterator[str]:
        """Yield what was seen, what one test showed, and what the safety answers say."""
        result, words = self.diagnosis, self.words
        present = [fault.id for fault in result.faults if fault.status == "present"]
        for name in present[:MOST_SEEN]:
            yield self.knowledge.faults[name].seen
        others = [*self._contributors(MOST_SEEN - len(present)), *self._triage()]
        if not present and (self.drills or not others):
            yield words.nothing_seen if self.drills and not result.faults else words.not_enough_seen
        yield from others

    def _progress(self) -> Iterator[str]:
        """Yield what was counted at the visit before and today, and the steps of the ladder where
        both are known.
        """
        before, words = self.wishes.before, self.words.progress
        if before is None:
            return
        day = self._day(before.date) or ""
        for name, phrase in words.counts.items():
            then, now = before.answers.get(name), self.facts.get(name)
            if then is not None and now is not None:
                yield filled(phrase, date=day, then=f"{then:g}", now=f"{now:g}")
        rungs = {level.id: level.rung for level in self.knowledge.ladders["readiness"]}
        step, today = rungs.get(before.readiness), rungs.get(self.diagnosis.readiness.verdict)
        if step is not None and today is not None:
            yield filled(
                words.same_step if step == today else words.step,
                date=day,
                then=str(step),
                now=str(today),
            )

    def _contributors(self, room: int) -> Iterator[str]:
        """Yield what the verdict rests on; with a drill, and where there is room, also what may
        play a part in how the person moves.
        """
        present = [item.id for item in self.diagnosis.contributors if item.status == "present"]
        why = {
            leaf.name
            for rule in self.level.rules
            for leaf in leaves(rule.when)
            if isinstance(leaf, Holds)
        }
        first = [name for name in present if f"contributor:{name}" in why]
        for name in dict.fromkeys([*first, *(present[: max(0, room)] if self.drills else ())]):
            yield self.knowledge.contributors[name].patient

    def _triage(self) -> Iterator[str]:
        """Yield what the safety answers mean for the person; without a drill, only what needs a
        look.
        """
        triage = self.diagnosis.triage
        told = [text for text, _ in self._reasons("triage", triage)]
        level = self._level("triage", triage.at_least)
        if triage.decided:
            yield from told or ([level.patient] if self.drills and not level.always else [])
        yield from (text for text, _ in self._reasons("readiness", self.diagnosis.readiness))

    def _reasons(self, ladder: str, result: LadderResult) -> Iterator[tuple[str, str | None]]:
        """Yield the reasons of the proven level in the person's words, and where each leads."""
        level = self._level(ladder, result.at_least)
        true = {item.rule for item in result.evidence if item.level == level.id}
        for rule in level.rules:
            if f"{ladder}.{level.id}.{rule.id}" in true and rule.patient is not None:
                yield rule.patient, rule.go

    def _cue(self) -> Iterator[Section]:
        focus = self.diagnosis.focus
        if focus is not None:
            fault = self.knowledge.faults[focus.fault]
            drawing = [self._drawing(fault.picture)] if fault.picture else []
            yield Section(
                id="cue",
                heading=self.words.headings.cue,
                blocks=(Cue(text=fault.cues[0].say), *drawing),
            )

    def _drawing(self, picture: Picture) -> Drawing:
        measured = self.words.measured
        lean = self.facts.get(measured.lean)
        sides: list[Any] = [self.facts.get(name) for name in measured.side]
        side = next((value for value in sides if value in ("left", "right")), None)
        svg = _drawn(
            self.knowledge, picture, None if lean is None else float(lean), side, self.wishes.grey
        )
        return Drawing(svg=svg, alt=picture.alt, captions=self.knowledge.poses.captions_of(picture))

    def _drill(self, drill: Drill) -> Iterator[Block]:
        labels, brief = self.words.labels, _brief(drill)
        if self.level.homework == "easier":
            yield Text(text=self.words.only_what_went_well)
        yield from (Text(text=text) for text in self._cautions())
        yield Labelled(label=labels.need, text=brief.need)
        if drill.picture is not None:
            yield self._drawing(drill.picture)
        yield Steps(items=brief.steps)
        yield Labelled(label=labels.dose, text=brief.dose)
        yield Labelled(label=labels.feel, text=brief.feel)

    def _cautions(self) -> Iterator[str]:
        """Yield what remarks say to the person of how to do a drill."""
        true = {remark.id for remark in self.diagnosis.remarks}
        said = (
            remark.patient
            for remark in self.knowledge.remarks
            if remark.id in true and remark.patient
        )
        yield from itertools.islice(said, MOST_CAUTIONS)

    def _log(self) -> Log:
        numbers = self.knowledge.parameters
        sets = [
            drill.dose.sets if isinstance(drill.dose.sets, str) else drill.dose.sets[-1]
            for drill in self.drills
        ]
        boxes = min(MOST_BOXES, int(max(numbers[name].value for name in sets)))
        labels = self.words.labels
        weeks = tuple(f"{labels.week} {number}" for number in range(1, WEEKS + 1))
        return Log(
            weeks=weeks,
            days=tuple(f"{labels.day} {number}" for number in range(1, DAYS + 1)),
            boxes=boxes,
        )

    def _next(self) -> Iterator[Block]:
        level, words = self.level, self.words
        if level.rung is not None:
            step = filled(words.labels.rung, step=str(level.rung), steps=str(len(words.rungs)))
            yield Labelled(label=step, text=words.rungs[level.rung - 1])
        if level.next is not None:
            yield Text(text=level.next)

    def _check_next(self) -> Iterator[str]:
        """Yield the parts of the form that have questions on which the verdict hangs, as a person
        is told of them.
        """
        wanted = [
            item.observable
            for item in self.diagnosis.ask_next
            if "readiness" in item.could_change or "triage" in item.could_change
        ]
        groups = {
            name: group.group for group in self.knowledge.groups for name in group.observables
        }
        for group in dict.fromkeys(groups[name] for name in wanted):
            yield self.words.check_next[group]

    def _referral(self) -> Iterator[Section]:
        headings, words = self.words.headings, self.words
        reasons = list(self._reasons("triage", self.diagnosis.triage))
        yield Section(
            id="found",
            heading=headings.found,
            blocks=(Points(items=tuple(text for text, _ in reasons)),),
        )
        where = tuple(dict.fromkeys(go for _, go in reasons if go))
        yield Section(
            id="where", heading=headings.where, blocks=tuple(Cue(text=text) for text in where)
        )
        answers = tuple(self._answers())
        told: list[Block] = [Points(items=words.tell)]
        if answers:
            told += [Text(text=words.tell_answers), Points(items=answers)]
        yield Section(id="tell", heading=headings.tell, blocks=tuple(told))
        yield Section(id="until", heading=headings.until, blocks=(Text(text=words.until),))
        yield self._care()

    def _answers(self) -> Iterator[str]:
        """Yield the answers that the proven level rests on: what is so, and how much of what is
        counted.
        """
        used: dict[str, Value] = {}
        for item in self.diagnosis.triage.evidence:
            if item.level == self.diagnosis.triage.at_least:
                used |= item.observations
        for name, value in used.items():
            observable = self.knowledge.observables[name]
            if observable.asked_of != "person":
                continue
            if observable.type == "flag":
                yield from [observable.short or observable.question] if value == "yes" else []
            else:
                shown = f"{value:g}" if isinstance(value, int | float) else spoken(value)
                yield f"{observable.short or observable.question}: {shown}"

    def _care(self) -> Section:
        clinic = self.wishes.clinic
        numbers = {"number": clinic and clinic.emergency_number, "phone": clinic and clinic.phone}
        given = {place: number for place, number in numbers.items() if number}
        cards = []
        for level in self.words.care:
            heading = level.heading
            if level.heading_with_number is not None and "[" not in filled(
                level.heading_with_number, **given
            ):
                heading = filled(level.heading_with_number, **given)
            cards.append(CareCard(level=level.id, heading=heading, items=level.items))
        return Section(
            id="care", heading=self.words.headings.care, blocks=(Care(cards=tuple(cards)),)
        )


@lru_cache(maxsize=1000)
def _drawn(
    knowledge: KnowledgeBase, picture: Picture, lean: float | None, side: Side | None, grey: bool
) -> str:
    return draw(knowledge.poses, picture, lean=lean, side=side, grey=grey)


def _brief(drill: Drill) -> Brief:
    """Return the drill in few words; only drills that have them are given."""
    assert drill.brief is not None
    return drill.brief
