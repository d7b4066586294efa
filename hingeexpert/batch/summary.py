"""What came of a table of forms, on one page: who goes first, how many of what, what was blank,
what was rejected.

Owns the numbers of that page and the view that its template reads. It counts nothing: the run does.
Reads no clock, so that the same numbers give the same bytes; every clinical word is one of the
knowledge base or of the template.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hingeexpert.batch.mapping import identifiers
from hingeexpert.formats.templates import render
from hingeexpert.forms.assessment import plain
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.for_templates import for_templates
from hingeexpert.knowledge.models.conclusions import CONFIDENCES, Contributor, Fault
from hingeexpert.knowledge.models.ladders import Level

INCOMPLETE = "incomplete"
"""The verdict of a ladder that is open."""
STATUSES = (*CONFIDENCES, "undetermined", "absent")
"""What a fault or contributor is counted as, the surest first."""
MOST_LISTED = 1000
"""People whom the run lists on the page."""
MOST_MISSING = 25
"""Questions left blank that are not folded away."""


@dataclass(frozen=True)
class RunFacts:
    """What was read, and what read it.

    Attributes:
        files: Names of the tables, in the order they were given.
        inputs: Their SHA-256, in the same order.
        rows: Forms that were read: those accepted and those rejected.
    """

    files: Sequence[str]
    inputs: Sequence[str]
    rows: int
    accepted: int
    rejected: int
    knowledge_version: str
    knowledge_sha256: str
    program_version: str


@dataclass(frozen=True)
class PersonRow:
    """A form whose person goes first.

    Attributes:
        triage: The level that is decided; while triage is open, the level that is proven at least.
        not_ruled_out: While triage is open, the worst level not ruled out; `None` where it is
            decided.
        readiness: The verdict, or `incomplete`.
    """

    patient: str = field(repr=False)
    date: str | None
    triage: str
    readiness: str
    file: str
    row: int
    not_ruled_out: str | None = None


@dataclass(frozen=True)
class Summary:
    """The numbers of a run.

    Attributes:
        triage: Verdict, or `incomplete`, to accepted forms; so `readiness`.
        faults: Fault to its status, or confidence where it is present, to accepted forms; so
            `contributors`.
        first: Forms whose person goes first, at most `MOST_LISTED`, in the order of the input.
        first_left_out: How many more there are.
        open_counts: Worst level of triage not ruled out to forms whose triage is open.
        missing: Identifier to accepted forms that leave it blank.
        defects: Code to defects in rejected rows.
        rejects_file: Name of the table of rejects.
    """

    run: RunFacts
    triage: Mapping[str, int]
    readiness: Mapping[str, int]
    faults: Mapping[str, Mapping[str, int]]
    contributors: Mapping[str, Mapping[str, int]]
    first: Sequence[PersonRow]
    first_left_out: int
    open_counts: Mapping[str, int]
    missing: Mapping[str, int]
    defects: Mapping[str, int]
    rejects_file: str


@dataclass(frozen=True)
class Bar:
    """A number of forms, with its share of all accepted ones.

    Attributes:
        start: Where its bar begins, in percent; of several in one bar, where the one before ends.
        share: In percent.
        percent: The share in words.
    """

    id: str
    title: str
    count: int
    start: float
    share: float
    percent: str


def render_summary(
    knowledge: KnowledgeBase,
    summary: Summary,
    meanings: Mapping[str, str],
    templates: Path | None = None,
) -> str:
    """Write a summary as one self-contained page without scripts or outside requests, for screen
    and paper.

    Args:
        knowledge: The knowledge base that judged the forms.
        summary: The numbers of the run.
        meanings: Code of a defect to what it means.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    page = Page(knowledge, summary, meanings)
    return render("summary.html", {"page": page, **for_templates(knowledge)}, templates)


def percent(count: int, total: int) -> str:
    """Return a share in words; one that is nearly none or nearly all is not shown as none or
    all.
    """
    if not total:
        return "0 %"
    share = 100 * count / total
    if 0 < share < 0.1:
        return "under 0.1 %"
    if 99.9 < share < 100:
        return "over 99.9 %"
    return f"{share:.1f} %".replace(".0 %", " %")


class Page:
    """What the template reads as `page`, beside the knowledge base.

    Attributes:
        first: Level of triage to its forms, most severe first.
        first_left_out: Forms whose person goes first that are not listed.
        open: Forms whose triage is open, by the worst level not ruled out, most severe first.
        triage, readiness: A bar for every level, and one for the open ones, which has none.
        faults, contributors: Title, and a bar of several parts in the order of `STATUSES`.
        missing: Questions left blank, most often blank first; those after the 25th are
            `missing_more`.
        always_answered: Questions that no accepted form leaves blank.
        defects: Code, what it means, and how often it was found, most often first.
        files: Name of each table and its SHA-256.
    """

    def __init__(
        self, knowledge: KnowledgeBase, summary: Summary, meanings: Mapping[str, str]
    ) -> None:
        self._knowledge, self._summary, self._total = knowledge, summary, summary.run.accepted
        self.run, self.first_left_out = summary.run, summary.first_left_out
        self.first = list(self._first())
        self.triage = list(self._ladder("triage", summary.triage))
        self.readiness = list(self._ladder("readiness", summary.readiness))
        order = {name: knowledge.faults[name] for name in knowledge.coaching_order}
        self.faults = self._stacks(order, summary.faults)
        self.contributors = self._stacks(knowledge.contributors, summary.contributors)
        self.rejects_file = plain(summary.rejects_file)
        self.files = list(zip(map(plain, self.run.files), self.run.inputs, strict=True))
        self._count_open()
        self._count_missing()
        self._count_defects(meanings)

    def _count_open(self) -> None:
        """Count the forms whose triage is open."""
        counts = self._summary.open_counts
        levels = self._knowledge.triage
        self.open = [(level, counts[level.id]) for level in levels if counts.get(level.id)]
        self.open_total = sum(counts.values())
        self.open_percent = percent(self.open_total, self._total)

    def _count_missing(self) -> None:
        """Count what forms leave blank, and what none does."""
        blank = [bar for bar in self._missing() if bar.count]
        self.missing, self.missing_more = blank[:MOST_MISSING], blank[MOST_MISSING:]
        counts = self._summary.missing
        self.always_answered = sum(not counts.get(name) for name in self._knowledge.observables)

    def _count_defects(self, meanings: Mapping[str, str]) -> None:
        """Rank the defects by how often they were found."""
        ranked = sorted(self._summary.defects.items(), key=lambda item: (-item[1], item[0]))
        self.defects = [(code, meanings.get(code, code), count) for code, count in ranked]

    def _first(self) -> Iterator[tuple[Level, list[PersonRow]]]:
        for level in self._knowledge.triage:
            people = [_readable(row) for row in self._summary.first if row.triage == level.id]
            if people:
                yield level, people

    def _bar(self, name: str, title: str, count: int, start: float = 0.0) -> Bar:
        share = round(100 * count / self._total, 3) if self._total else 0.0
        return Bar(name, title, count, round(start, 3), share, percent(count, self._total))

    def _ladder(self, ladder: str, counts: Mapping[str, int]) -> Iterator[tuple[Level | None, Bar]]:
        """Yield every level, also one of no form, and the open ones first: they are the ones to be
        worked on.
        """
        yield None, self._bar(INCOMPLETE, "", counts.get(INCOMPLETE, 0))
        for level in self._knowledge.ladders[ladder]:
            yield level, self._bar(level.id, level.title, counts.get(level.id, 0))

    def _stacks(
        self,
        entries: Mapping[str, Fault] | Mapping[str, Contributor],
        counts: Mapping[str, Mapping[str, int]],
    ) -> list[tuple[str, tuple[Bar, ...]]]:
        """Return a bar for each conclusion, those that are present most often first."""

        def present(name: str) -> int:
            return sum(counts.get(name, {}).get(status, 0) for status in CONFIDENCES)

        names = sorted(entries, key=lambda name: -present(name))
        return [(entries[name].title, self._parts(counts.get(name, {}))) for name in names]

    def _parts(self, counts: Mapping[str, int]) -> tuple[Bar, ...]:
        found = [counts.get(status, 0) for status in STATUSES]
        before = itertools.accumulate(
            (100 * count / self._total if self._total else 0.0 for count in found), initial=0.0
        )
        return tuple(
            self._bar(status, status, count, start)
            for status, count, start in zip(STATUSES, found, before, strict=False)
        )

    def _missing(self) -> Iterator[Bar]:
        """Yield what forms leave blank, most often blank first."""
        order = {name: number for number, name in enumerate(identifiers(self._knowledge))}
        for name, count in sorted(
            self._summary.missing.items(), key=lambda item: (-item[1], order[item[0]])
        ):
            item = self._knowledge.observables.get(name)
            yield self._bar(name, item.question if item else "", count)


def _readable(row: PersonRow) -> PersonRow:
    """Return a row without characters that turn or hide text."""
    return replace(
        row, patient=plain(row.patient), date=plain(row.date or ""), file=plain(row.file)
    )
