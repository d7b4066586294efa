"""For what a table is taken by its headings: the export of another system, or a table with our
variables or questions as headings; or nothing.

All or nothing: a table is taken for one only where hardly a heading is left over, and only one
reading of them fits. What the cells hold is not looked at; they are read as strictly as those of
any table.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from hingeexpert.errors import listed
from hingeexpert.interop.carried import (
    AT_LEAST,
    BOLD,
    FAULT,
    NOT_RULED_OUT,
    RULES_SHA256,
    is_live,
)
from hingeexpert.interop.questionnaire import HEAD, FormItem, Part, questionnaire
from hingeexpert.interop.systems import AGAIN, KINDS, PLAIN, QUESTIONS, VARIABLES, TableKind
from hingeexpert.knowledge import KnowledgeBase, in_language

ENOUGH = 0.9
"""Share of the headings, those of the system itself left out, that must be ours."""
FEWEST = 3
"""Questions among them at the least; a date and a clinician stand in many a table."""
WORTH_TELLING = 0.5
"""Share of the headings from which it is told that they are nearly those of a known table."""
PATIENT = "patient.id"
_PARTED = re.compile(r"[/.-]")
_ANSWER_APART = re.compile(r"___|[/.](?=[^/.]*$)")
"""What parts the code of an answer from its question."""
_BARE = ""


@dataclass(frozen=True)
class Taken:
    """What a table was taken for.

    Attributes:
        kind: One of `systems.KINDS`.
        language: Code of the language of its labels; empty where it has codes.
        columns: Heading to identifier.
        passed_over: Headings that the system writes about the row, and empty ones of parts.
        foreign: Headings that are neither.
        record: The heading of the number of records where that stands for the patient's.
    """

    kind: str
    language: str
    columns: Mapping[str, str]
    passed_over: tuple[str, ...]
    foreign: tuple[str, ...]
    record: str | None = None
    _questions: int = field(default=0, repr=False)

    @property
    def table_kind(self) -> TableKind:
        """What is known of this kind of table."""
        return KINDS[self.kind]

    @property
    def title(self) -> str:
        """What it was taken for, in words."""
        words = f" in the language {self.language}" if self.language else ""
        return f"{self.table_kind.title}{words}"

    @property
    def is_sure(self) -> bool:
        """Whether the headings are enough of ours."""
        return self._questions >= FEWEST and self._share >= ENOUGH

    @property
    def is_near(self) -> bool:
        """Whether many of the headings are ours."""
        return self._questions >= FEWEST and self._share >= WORTH_TELLING

    @property
    def has_questions(self) -> bool:
        """Whether any heading is one of our questions."""
        return self._questions > 0

    @property
    def counted(self) -> str:
        """How many of the headings are ours."""
        return f"{len(self.columns)} of {len(self.columns) + len(self.foreign)} headings"

    @property
    def _share(self) -> float:
        return len(self.columns) / max(len(self.columns) + len(self.foreign), 1)


@dataclass(frozen=True)
class Recognition:
    """What came of looking at some headings.

    Attributes:
        taken: What the table is taken for; `None` for identifiers as they are.
        doubt: What a user should know where that is not sure; else empty.
    """

    taken: Taken | None = None
    doubt: str = ""


def recognise(
    knowledge: KnowledgeBase, headings: Sequence[str], kind: str | None = None
) -> Recognition:
    """Say for what a table is taken.

    Args:
        knowledge: The knowledge base.
        headings: Of the table.
        kind: What somebody says that it is: one of `systems.KINDS`, or `systems.PLAIN`; `None`
            where nobody does.
    """
    if kind == PLAIN or (kind is None and _is_ours(knowledge, headings)):
        return Recognition()
    readings = sorted(
        _readings(knowledge, headings, kind),
        key=lambda taken: len(taken.columns),
        reverse=True,
    )
    best, others = readings[0], readings[1:]
    if kind is not None:
        return _as_told(knowledge, best)
    if any(other.is_sure and _says_more(other, best) for other in others):
        return Recognition(doubt=_several(best, others))
    if best.is_sure:
        return Recognition(best)
    return Recognition(doubt=_nearly(best))


def _is_ours(knowledge: KnowledgeBase, headings: Sequence[str]) -> bool:
    """Return whether the headings are identifiers as they are, as far as any is ours."""
    known = sum(heading.strip().casefold() in knowledge.variables for heading in headings)
    return 2 * known >= len(headings)


def _says_more(other: Taken, best: Taken) -> bool:
    """Return whether another reading is as good as the best."""
    return len(other.columns) == len(best.columns)


def _several(best: Taken, others: Iterable[Taken]) -> str:
    """Say that several readings fit."""
    titles = [best.title, *(other.title for other in others if other.is_sure)]
    return f"its headings fit {listed(titles)} alike; nothing was taken for granted"


def _nearly(best: Taken) -> str:
    """Say how near the headings come to those of a known table; nothing where that is not near, or
    where they are read all the same.
    """
    if not best.is_near or best.kind == VARIABLES:
        return ""
    sure = f"too few to take it for {best.title}"
    return f"{best.counted} are ours, {sure}; --from {best.kind} reads it so"


def _as_told(knowledge: KnowledgeBase, best: Taken) -> Recognition:
    """Return a table as somebody says that it is, or why it is not."""
    if best.has_questions:
        return Recognition(best)
    fits = recognise(knowledge, [*best.columns, *best.passed_over, *best.foreign]).taken
    hint = f"; its headings are those of {fits.title}: --from {fits.kind}" if fits else ""
    form = questionnaire(knowledge)
    of = f"a question in {listed(form.languages)}" if best.language else "a variable of a question"
    what = f"none of its headings is {of}"
    return Recognition(doubt=f"it is not {best.table_kind.title}: {what}{hint}")


def _readings(
    knowledge: KnowledgeBase, headings: Sequence[str], kind: str | None
) -> Iterator[Taken]:
    """Yield every way to read some headings: as variables, and as labels of each language."""
    if kind is None or not KINDS[kind].is_labelled:
        yield _Spelling(knowledge, "").taken(headings, kind)
    if kind is None or KINDS[kind].is_labelled:
        for language in questionnaire(knowledge).languages:
            yield _Spelling(knowledge, language).taken(headings, kind)


class _Spelling:
    """How the items of a form are spelled as headings: as variables, or in a language."""

    def __init__(self, knowledge: KnowledgeBase, language: str) -> None:
        form = questionnaire(knowledge)
        self._language = language
        self._said = words_of_notes(knowledge, language)
        self._items: dict[str, tuple[Part, FormItem]] = {}
        for part in (form.head, *form.parts):
            self._items |= {self._name(item): (part, item) for item in part.items}
        self._parts = {self._part(part) for part in (form.head, *form.parts)}

    def _name(self, item: FormItem) -> str:
        return _folded(item.label[self._language] if self._language else item.variable)

    def _part(self, part: Part) -> str:
        return _folded(part.title[self._language] if self._language else part.name)

    def taken(self, headings: Sequence[str], kind: str | None) -> Taken:
        """Return the headings as far as they are spelled so.

        Args:
            headings: Of a table.
            kind: What it is said to be.
        """
        found = {heading: item for heading in headings if (item := self._item(heading))}
        others = [heading for heading in headings if heading not in found]
        kind = kind or self._kind(found, others)
        found = {name: item for name, item in found.items() if not _is_account(kind, name, others)}
        columns = {heading: item.identifier for heading, (_, item) in found.items()}
        first = next(iter(headings), None) if KINDS[kind].numbers_first else None
        number = None if first in found else first
        is_record = number is not None and KINDS[kind].tells(number)
        record = number if is_record and PATIENT not in columns.values() else None
        if record is not None:
            columns[record] = PATIENT
        others = [heading for heading in headings if heading not in columns]
        passed = tuple(self._passed_over(KINDS[kind], others, number))
        questions = sum(part.name != HEAD for part, _ in found.values())
        foreign = tuple(name for name in others if name not in passed)
        return Taken(kind, self._language, columns, passed, foreign, record, questions)

    def _passed_over(
        self, kind: TableKind, headings: Sequence[str], number: str | None
    ) -> Iterator[str]:
        """Yield the headings that are no item's and nobody's answer: the system's own, those of
        parts of which nothing was shown, and what the form itself concluded.

        Args:
            kind: Of the table.
            headings: Those that are no item's.
            number: That of the column which numbers the records.
        """
        names = {heading: self._split(AGAIN.sub("", heading))[1] for heading in headings}
        said = self._said if RULES_SHA256 in names.values() else frozenset()
        for heading, name in names.items():
            is_said = name.removeprefix(BOLD).removesuffix(BOLD) in said
            is_our = name in self._parts or is_said or (bool(said) and is_live(name))
            if is_our or heading == number or kind.writes(heading):
                yield heading

    def _item(self, heading: str) -> tuple[Part, FormItem] | None:
        """Return the part and the item that a heading names, also a second time."""
        before, name = self._split(AGAIN.sub("", heading))
        found = self._items.get(name)
        if found is None or not before:
            return found
        part, _ = found
        # What the head asks has names that other forms have, too.
        return found if part.name != HEAD or before == self._part(part) else None

    def _split(self, heading: str) -> tuple[str, str]:
        """Return the group directly before the name in a heading, and the name."""
        folded = _folded(heading)
        if self._language:
            *before, name = folded.split("/")
        else:
            *before, name = _PARTED.split(folded)
        return (before[-1] if before else _BARE), name

    def _kind(self, found: Iterable[str], others: Sequence[str]) -> str:
        """Return which kind of table has such headings."""
        bare = QUESTIONS if self._language else VARIABLES
        told = {
            name: sum(map(kind.tells, others))
            for name, kind in KINDS.items()
            if kind.is_labelled == bool(self._language)
        }
        best = max(told, key=lambda name: told[name])
        if told[best]:
            return best
        if self._language:
            return bare
        if any("-" in heading for heading in found):
            return "central"
        return "kobo" if any("/" in heading for heading in found) else bare


@cache
def words_of_notes(knowledge: KnowledgeBase, language: str) -> frozenset[str]:
    """Return what a form may say on a device that is neither question nor answer, folded: where a
    table has labels, such a note has a column under its words, which is always empty.

    Args:
        knowledge: The knowledge base.
        language: Code of the language; empty for that of the rules.
    """
    base = in_language(knowledge, language or knowledge.info.language)
    told = [*_texts(base.exchange.model_dump())]
    told += [verdict.patient for verdict in base.readiness]
    told += [fault.seen or fault.title for fault in base.faults.values()]
    return frozenset(map(_folded, told))


def _texts(data: object) -> Iterator[str]:
    """Yield every text in some data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)


def concluded(headings: Iterable[str], knowledge: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """Yield each heading below which stands what a form concluded on the device, with the column
    of the results that says the same.

    Args:
        headings: Those that were passed over.
        knowledge: The knowledge base by which the results were made.
    """
    bounds = (AT_LEAST, NOT_RULED_OUT)
    columns = {f"{name}_{end}": f"{name}.{end}" for name in knowledge.ladders for end in bounds}
    columns |= {f"{FAULT}{name}": f"fault.{name}" for name in knowledge.faults}
    for heading in headings:
        name = _PARTED.split(heading)[-1]
        if name in columns:
            yield heading, columns[name]


def parted_questions(taken: Taken, knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield each heading that is one answer of a question, as the check boxes of REDCap
    (`name___code`) and questions of Kobo and ODK with several answers (`name/code`) have them,
    where no column has all of the question.

    Args:
        taken: What the table was taken for.
        knowledge: The knowledge base.
    """
    missing = {
        _folded(variable): knowledge.observables[name].answer.categories
        for name, variable in knowledge.variables.items()
        if name in knowledge.observables and name not in taken.columns.values()
    }
    for heading in taken.foreign:
        *before, code = _ANSWER_APART.split(_folded(heading))
        name = _PARTED.split(before[-1])[-1] if before else _BARE
        if code in missing.get(name, ()):
            yield heading


def _is_account(kind: str, heading: str, others: Iterable[str]) -> bool:
    """Return whether a heading that could be a label of ours is that of the account with which the
    form was filled: Microsoft Forms writes it beside its times.
    """
    named = KINDS[QUESTIONS].others
    times = {"start time", "completion time", "hora de inicio", "hora de finalización"}
    is_microsoft = kind == QUESTIONS and any(_folded(other) in times for other in others)
    return is_microsoft and _folded(heading) in named


def _folded(text: str) -> str:
    """Return a heading as it is compared: letter case and runs of blanks do not count."""
    return " ".join(text.split()).casefold()
