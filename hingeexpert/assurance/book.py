"""The whole knowledge base as one page to read, print and sign: everything in it, with conditions
in words, and every worked case.

Decides nothing and writes no sentence; the words are those of `rules/`, of `knowledge/wording.py`
for conditions, and of the templates.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from hingeexpert.assurance.book_cases import CaseFolder, case_folders
from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.formats.templates import render
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Condition, parameters_in
from hingeexpert.knowledge.models.conclusions import (
    Against,
    ByConfidence,
    Contributor,
    Fault,
    Finding,
    LookAlike,
    Rule,
)
from hingeexpert.knowledge.models.drills import Drill, Item
from hingeexpert.knowledge.models.handout import HandoutFile
from hingeexpert.knowledge.models.ladders import Level, LevelRule
from hingeexpert.knowledge.models.observables import Group, Observable
from hingeexpert.knowledge.models.remarks import Remark
from hingeexpert.knowledge.models.sources import Info, Parameter, Source
from hingeexpert.knowledge.translation import texts_to_translate
from hingeexpert.knowledge.wording import ConditionLine, in_lines, written_conditions
from hingeexpert.pictures import draw as draw_picture
from hingeexpert.pictures.dependency_graph import draw


class Proof(NamedTuple):
    """A property of the knowledge base, and what came of proving it; the outcome is empty where it
    was not tried.
    """

    id: str
    sentence: str
    outcome: str


@dataclass(frozen=True)
class Cited:
    """The sources of a statement.

    `proposal` is the one that marks it as the product's own choice; `sources` are the others.
    """

    sources: tuple[str, ...]
    proposal: str | None


@dataclass(frozen=True)
class Question:
    """An observable. `asked_when` and `void_when` are `None` where it has no such condition."""

    name: str
    entry: Observable
    asked_when: ConditionLine | None
    void_when: ConditionLine | None
    cited: Cited


@dataclass(frozen=True)
class Questions:
    """A group of observables. `not_done_when` is `None` where its answers are always allowed."""

    entry: Group
    not_done_when: ConditionLine | None
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Reason:
    """A rule, what speaks against one, a finding or a remark: its condition in words and its
    sources.

    Attributes:
        name: Its full name, such as `triage.urgent.major_trauma`.
    """

    name: str
    entry: Rule | Against | LevelRule | Finding | Remark
    condition: ConditionLine
    cited: Cited


@dataclass(frozen=True)
class Named:
    """An entry that another one names, with what is said of it there."""

    kind: str
    id: str
    title: str
    said: str = ""


@dataclass(frozen=True)
class Statement:
    """A sentence with its sources."""

    text: str
    cited: Cited


@dataclass(frozen=True)
class Described:
    """A fault or contributor.

    `cues` and `drills` are those of a fault, `tests` the questions that test a contributor.
    """

    id: str
    entry: Fault | Contributor
    addition: bool
    rules: tuple[Reason, ...]
    against: tuple[Reason, ...]
    cues: tuple[Statement, ...]
    drills: tuple[Named, ...]
    tests: tuple[Named, ...]
    look_alikes: tuple[Named, ...]


@dataclass(frozen=True)
class Exercise:
    """A drill with the numbers of its dose, each with the name of its parameter: one, or two for a
    band.
    """

    entry: Drill
    setup: tuple[Statement, ...]
    steps: tuple[Statement, ...]
    stop: tuple[Statement, ...]
    sets: tuple[tuple[str, Parameter], ...]
    reps: tuple[tuple[str, Parameter], ...]
    helps: tuple[Named, ...]
    cited: Cited


@dataclass(frozen=True)
class Rung:
    """A level of triage or a verdict of readiness."""

    ladder: str
    entry: Level
    rules: tuple[Reason, ...]


@dataclass(frozen=True)
class Threshold:
    """A parameter, and where it is used: anchor in the book, and name."""

    name: str
    entry: Parameter
    cited: Cited
    uses: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Book:
    """Everything the template may read, as `book`.

    Attributes:
        picture: How the conclusions depend on each other, as SVG.
        drawings: For each fault and drill that has one, the picture that a person is given, as SVG.
        handout: The words of the sheet to take home.
        languages: For each other language its texts, each beside what it translates and where that
            stands.
        coached: The coaching order; a list of several is decided by confidence.
        no_dose: Kind of fault to what is said in place of a dose.
        proofs: What was tried to prove, then the properties of the knowledge base that were not
            tried.
        sources: Works with their entries, in the order of the knowledge base.
    """

    info: Info
    sha256: str
    counts: Mapping[str, int]
    definition: tuple[Statement, ...]
    picture: str
    drawings: Mapping[str, str]
    handout: HandoutFile
    languages: Mapping[str, tuple[tuple[str, str, str], ...]]
    groups: tuple[Questions, ...]
    findings: tuple[tuple[str, Reason], ...]
    faults: tuple[Described, ...]
    contributors: tuple[Described, ...]
    drills: tuple[Exercise, ...]
    triage: tuple[Rung, ...]
    readiness: tuple[Rung, ...]
    coached: tuple[tuple[Named, ...], ...]
    no_dose: Mapping[str, str]
    thresholds: tuple[Threshold, ...]
    remarks: tuple[Reason, ...]
    proofs_run: bool
    proofs: tuple[Proof, ...]
    cases: tuple[CaseFolder, ...]
    sources: tuple[tuple[str, tuple[tuple[str, Source], ...]], ...]


def book(
    knowledge: KnowledgeBase,
    outcomes: Sequence[Outcome] = (),
    proofs: Iterable[tuple[str, str, str]] | None = None,
) -> Book:
    """Gather the whole knowledge base for its book.

    Args:
        knowledge: The knowledge base.
        outcomes: Its worked cases, run, in the order in which they are to stand.
        proofs: Id, sentence and outcome of every property that was tried; `None` where none was.
    """
    return _Binder(knowledge).book(outcomes, proofs)


class _Binder:
    """Looks everything up in one knowledge base, and gathers it in a `Book`."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge

    def book(
        self, outcomes: Sequence[Outcome], proofs: Iterable[tuple[str, str, str]] | None
    ) -> Book:
        """Return the view."""
        knowledge = self.knowledge
        return Book(
            info=knowledge.info,
            sha256=knowledge.sha256,
            counts=self._counts(outcomes),
            definition=tuple(
                Statement(item.say, self._cited(item.sources)) for item in knowledge.info.definition
            ),
            picture=draw(knowledge),
            drawings=dict(self._drawings()),
            handout=knowledge.handout,
            languages={code: tuple(self._translations(code)) for code in knowledge.languages},
            groups=tuple(self._group(group) for group in knowledge.groups),
            findings=tuple(
                (name, self._reason(name, item)) for name, item in knowledge.findings.items()
            ),
            faults=tuple(self._described(name, item) for name, item in knowledge.faults.items()),
            contributors=tuple(
                self._described(name, item) for name, item in knowledge.contributors.items()
            ),
            drills=tuple(self._exercise(drill) for drill in knowledge.drills.values()),
            triage=self._ladder("triage"),
            readiness=self._ladder("readiness"),
            coached=tuple(self._coached(item) for item in knowledge.coaching),
            no_dose=knowledge.no_dose,
            thresholds=tuple(self._thresholds()),
            remarks=tuple(self._reason(remark.id, remark) for remark in knowledge.remarks),
            proofs_run=proofs is not None,
            proofs=tuple(self._proofs(proofs or ())),
            cases=case_folders(knowledge, outcomes),
            sources=tuple(self._sources()),
        )

    def _drawings(self) -> Iterator[tuple[str, str]]:
        shown: dict[str, Fault | Drill] = {**self.knowledge.faults, **self.knowledge.drills}
        for name, item in shown.items():
            if item.picture is not None:
                yield name, draw_picture(self.knowledge.poses, item.picture)

    def _translations(self, code: str) -> Iterator[tuple[str, str, str]]:
        places = texts_to_translate(self.knowledge)
        for item in self.knowledge.languages[code].texts:
            yield item.from_, item.to, places.get(" ".join(item.from_.split()), "")

    def _counts(self, outcomes: Sequence[Outcome]) -> Mapping[str, int]:
        knowledge = self.knowledge
        rules = sum(
            len(item.rules)
            for item in (*knowledge.faults.values(), *knowledge.contributors.values())
        )
        rules += sum(len(level.rules) for levels in knowledge.ladders.values() for level in levels)
        kinds = (
            "observables",
            "findings",
            "faults",
            "contributors",
            "drills",
            "remarks",
            "parameters",
            "sources",
        )
        return {
            **{kind: len(getattr(knowledge, kind)) for kind in kinds},
            "rules": rules,
            "cases": len(outcomes),
        }

    def _cited(self, sources: Sequence[str]) -> Cited:
        proposal = next(
            (source for source in sources if self.knowledge.sources[source].kind == "proposal"),
            None,
        )
        return Cited(tuple(source for source in sources if source != proposal), proposal)

    def _lines(self, condition: Condition | None) -> ConditionLine | None:
        return None if condition is None else in_lines(self.knowledge, condition)

    def _group(self, group: Group) -> Questions:
        questions = (
            Question(
                name,
                item,
                self._lines(item.ask_when),
                self._lines(item.void_when),
                self._cited(item.sources),
            )
            for name, item in group.observables.items()
        )
        return Questions(group, self._lines(group.not_done_when), tuple(questions))

    def _reason(self, name: str, entry: Rule | Against | LevelRule | Finding | Remark) -> Reason:
        return Reason(name, entry, in_lines(self.knowledge, entry.when), self._cited(entry.sources))

    def _described(self, name: str, entry: Fault | Contributor) -> Described:
        knowledge = self.knowledge
        cues, drills, tests = (
            (entry.cues, entry.drills, ())
            if isinstance(entry, Fault)
            else ((), (), entry.test_with)
        )
        return Described(
            id=name,
            entry=entry,
            addition=isinstance(entry, Fault) and entry.seed == "no",
            rules=tuple(self._reason(f"{name}.{rule.id}", rule) for rule in entry.rules),
            against=tuple(
                self._reason(f"{name}.against.{other.id}", other) for other in entry.against
            ),
            cues=tuple(Statement(cue.say, self._cited(cue.sources)) for cue in cues),
            drills=tuple(Named("drill", drill, knowledge.drills[drill].title) for drill in drills),
            tests=tuple(
                Named("observable", test, knowledge.observables[test].question) for test in tests
            ),
            look_alikes=tuple(self._look_alike(other) for other in entry.look_alikes),
        )

    def _look_alike(self, other: LookAlike) -> Named:
        if other.id in self.knowledge.faults:
            return Named("fault", other.id, self.knowledge.faults[other.id].title, other.tell_apart)
        return Named(
            "contributor", other.id, self.knowledge.contributors[other.id].title, other.tell_apart
        )

    def _statements(self, items: Iterable[Item]) -> tuple[Statement, ...]:
        return tuple(Statement(item.do, self._cited(item.sources)) for item in items)

    def _exercise(self, drill: Drill) -> Exercise:
        numbers = tuple((name, self.knowledge.parameters[name]) for name in drill.dose.parameters())
        first = 1 if isinstance(drill.dose.sets, str) else 2
        return Exercise(
            entry=drill,
            setup=self._statements(drill.setup),
            steps=self._statements(drill.steps),
            stop=self._statements(drill.stop),
            sets=numbers[:first],
            reps=numbers[first:],
            helps=tuple(
                Named("fault", fault, self.knowledge.faults[fault].title) for fault in drill.helps
            ),
            cited=self._cited(drill.sources),
        )

    def _ladder(self, ladder: str) -> tuple[Rung, ...]:
        return tuple(
            Rung(
                ladder,
                level,
                tuple(self._reason(f"{ladder}.{level.id}.{rule.id}", rule) for rule in level.rules),
            )
            for level in self.knowledge.ladders[ladder]
        )

    def _coached(self, item: str | ByConfidence) -> tuple[Named, ...]:
        names = item.by_confidence if isinstance(item, ByConfidence) else (item,)
        return tuple(Named("fault", name, self.knowledge.faults[name].title) for name in names)

    def _thresholds(self) -> Iterator[Threshold]:
        uses: dict[str, dict[tuple[str, str], None]] = {
            name: {} for name in self.knowledge.parameters
        }
        for anchor, name, condition in written_conditions(self.knowledge):
            for parameter in parameters_in(condition):
                uses[parameter][anchor, name] = None
        for drill in self.knowledge.drills.values():
            for parameter in drill.dose.parameters():
                uses[parameter][f"drill-{drill.drill}", drill.drill] = None
        for name, item in self.knowledge.parameters.items():
            yield Threshold(name, item, self._cited(item.sources), tuple(uses[name]))

    def _proofs(self, given: Iterable[tuple[str, str, str]]) -> Iterator[Proof]:
        tried = {proof[0]: Proof(*proof) for proof in given}
        yield from tried.values()
        yield from (
            Proof(item.id, item.sentence, "")
            for item in self.knowledge.properties
            if item.id not in tried
        )

    def _sources(self) -> Iterator[tuple[str, tuple[tuple[str, Source], ...]]]:
        """Yield every work with its sources; those of one work stand together."""
        for citation, entries in itertools.groupby(
            self.knowledge.sources.items(), key=lambda entry: entry[1].citation
        ):
            yield citation, tuple(entries)


def render_book(book: "Book", templates: Path | None = None) -> str:
    """Write a whole knowledge base as one self-contained page without scripts or outside requests,
    for screen and paper.

    Args:
        book: The view of the knowledge base.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    drawings = {name: Markup(svg) for name, svg in book.drawings.items()}  # noqa: S704 - the figure escapes it
    return render(
        "book.html",
        {"book": book, "picture": Markup(book.picture), "drawings": drawings},  # noqa: S704
        templates,
    )
