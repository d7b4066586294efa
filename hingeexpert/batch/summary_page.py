"""The numbers of a run on one page.

Owns the view that its template reads. It counts nothing. Reads no clock, so that the same numbers
give the same bytes; every clinical word is one of the knowledge base.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from hingeexpert.batch.changes import KINDS
from hingeexpert.batch.shares import axis_end, interval, percent, wilson
from hingeexpert.batch.summary import (
    INCOMPLETE,
    STATUSES,
    FormGroup,
    PersonRow,
    RetestRow,
    Summary,
)
from hingeexpert.batch.summary_rows import Bar, ConclusionRow, OpenRow, PairRow, SummaryChart
from hingeexpert.formats.templates import render
from hingeexpert.forms.assessment import plain
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.for_templates import for_templates
from hingeexpert.knowledge.models.conclusions import CONFIDENCES, Contributor, Fault
from hingeexpert.knowledge.models.ladders import Level, LevelRule

MOST_MISSING = 15
"""Questions whose blanks left something open that are not folded away."""
FEWEST_TOGETHER = 5
"""Forms in which two faults must stand together to be shown: fewer are chance, and may be one
person.
"""
MOST_TOGETHER = 15
"""Pairs that are shown."""


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


class Page:
    """What the template reads as `page`, beside the knowledge base.

    Attributes:
        people: The facts about people, without characters that turn or hide text.
        fault_changes: A fault to how often it was gone, new and undecided from form to form.
        first: Level of triage to how many people go first by it, and to those who are named, most
            severe first.
        rejected: What the rejected rows prove; `rejected_total` of them go first, and
            `rejected_first` is like `first`.
        reasons: Rule of triage to people who go first by it, most often first.
        open: Forms whose triage is open, by the worst level not ruled out, most severe first.
        triage, readiness: A bar for every level, and one for the open ones, which has none.
        faults, contributors: A row for each, and where their axis ends.
        missing: Questions whose blanks left forms open, most often first; those after the most are
            `missing_more`. Those for which no table has a column are apart: `without_column` of
            them there are, and `missing_columns` are those that left forms open.
        defects: Code, what it means, and how often it was found, most often first.
        files: Name of each table and its SHA-256.
        taken: Name of each table of another system, and what it was taken for.
    """

    def __init__(
        self, knowledge: KnowledgeBase, summary: Summary, meanings: Mapping[str, str]
    ) -> None:
        self._knowledge, self._summary, self._total = knowledge, summary, summary.run.accepted
        self.run, self.people = summary.run, summary.people
        self.rejects_file = plain(summary.rejects_file)
        self.files = list(zip(map(plain, self.run.files), self.run.inputs, strict=True))
        self.taken = [(plain(name), title) for name, title in self.run.taken]
        self._show_ladders()
        order = {name: knowledge.faults[name] for name in knowledge.coaching_order}
        self.fault_axis, self.faults = self._conclusions(order, summary.faults)
        self.contributor_axis, self.contributors = self._conclusions(
            knowledge.contributors, summary.contributors
        )
        self.pairs = list(self._pairs())
        self.fewest_together, self.most_together = FEWEST_TOGETHER, MOST_TOGETHER
        self._show_rejected()
        self._show_first()
        self._show_later()
        self._show_groups()
        self._show_blanks()
        self._show_defects(meanings)

    def _show_ladders(self) -> None:
        """Show every level, also one of no form, and the open ones first: they are the ones to be
        worked on.
        """
        self.triage_axis, self.triage = self._ladder("triage", self._summary.triage)
        self.readiness_axis, self.readiness = self._ladder("readiness", self._summary.readiness)
        counts, levels = self._summary.open_counts, self._knowledge.triage
        self.open = [(level, counts[level.id]) for level in levels if counts.get(level.id)]
        self.open_total = sum(counts.values())
        self.open_percent = percent(self.open_total, self._total)

    def _show_rejected(self) -> None:
        """Show who goes first though the row was rejected."""
        facts = self.rejected = self._summary.rejected
        self.rejected_total = sum(facts.first_by_level.values())
        self.rejected_first = [
            (level, facts.first_by_level[level.id], _of_level(facts.first, level))
            for level in self._knowledge.triage
            if level.id in facts.first_by_level
        ]
        self.refused = [(plain(name), plain(why)) for name, why in facts.refused]

    def _show_first(self) -> None:
        """Show who goes first, and for what."""
        counts = self.people.first_by_level
        self.first_total = sum(counts.values())
        levels = [level for level in self._knowledge.triage if counts.get(level.id)]
        self.first = [
            (level, counts[level.id], _of_level(self.people.first, level)) for level in levels
        ]
        ranked = _ranked(self.people.first_by_reason)
        self.reasons = [(self.rule(name), count) for name, count in ranked]

    def _show_later(self) -> None:
        """Show who moved on the ladder, and who waits."""
        facts = self.people
        self.moves = {
            name: self._bar(name, name, facts.moves.get(name, 0), facts.several)
            for name in ("up", "same", "down", "open")
        }
        changed = {
            name: [facts.fault_changes.get(kind, {}).get(name, 0) for kind in KINDS]
            for name in self._knowledge.coaching_order
        }
        self.fault_changes = [
            (self._knowledge.faults[name].title, counts)
            for name, counts in changed.items()
            if any(counts)
        ]
        self.moved_down = [_readable_retest(row) for row in facts.moved_down]
        levels = self._knowledge.readiness
        self.waiting = [
            (each, facts.waiting[each.id]) for each in levels if each.id in facts.waiting
        ]
        self.longest_waiting = [
            (_readable(row), _days(row.date, facts.last_date)) for row in facts.longest_waiting
        ]

    def rule(self, name: str) -> LevelRule:
        """Return a rule of triage by its name."""
        _, level, identifier = naming.parts_of_level_rule(name)
        rules = self._knowledge.levels("triage")[level].rules
        return next(rule for rule in rules if rule.id == identifier)

    def _show_groups(self) -> None:
        """Show the forms by month and by clinician."""
        self.months = [self._group(group) for group in self.people.months]
        self.clinicians = [self._group(group) for group in self.people.clinicians]

    def _group(self, group: FormGroup) -> tuple[str, int, tuple[Bar, ...]]:
        """Return the name of a group, its forms, and what part of them goes first, is ready and is
        decided.
        """
        counts = {"first": group.first, "ready": group.ready, "decided": group.decided}
        bars = (self._bar(name, name, count, group.forms) for name, count in counts.items())
        return plain(group.name), group.forms, tuple(bars)

    def _show_blanks(self) -> None:
        """Show what blanks left open, most often first."""
        summary, questions = self._summary, self._knowledge.observables
        asked = [name for name in questions if name in summary.left_open]
        asked.sort(key=lambda name: -summary.left_open[name])
        self.without_column = len(summary.without_column)
        self.missing_columns = [name for name in asked if name in summary.without_column]
        asked = [name for name in asked if name not in summary.without_column]
        entries = [(name, questions[name].question, summary.left_open[name]) for name in asked]
        chart = self._chart(entries, summary.open_forms)
        rows = [OpenRow(bar, summary.only_left.get(bar.id, 0)) for bar in chart.bars]
        self.missing_axis, self.open_forms = chart.end, summary.open_forms
        self.missing, self.missing_more = rows[:MOST_MISSING], rows[MOST_MISSING:]

    def _show_defects(self, meanings: Mapping[str, str]) -> None:
        """Rank the defects by how often they were found."""
        ranked = _ranked(self._summary.defects)
        self.defects = [(code, meanings.get(code, code), count) for code, count in ranked]

    def _ladder(
        self, ladder: str, counts: Mapping[str, int]
    ) -> tuple[int, list[tuple[Level | None, Bar]]]:
        """Return where the axis of a ladder ends, and its levels with their bars."""
        levels: Sequence[Level | None] = (None, *self._knowledge.ladders[ladder])
        entries = [
            (INCOMPLETE, "") if level is None else (level.id, level.title) for level in levels
        ]
        chart = self._chart([(*each, counts.get(each[0], 0)) for each in entries], self._total)
        return chart.end, list(zip(levels, chart.bars, strict=True))

    def _conclusions(
        self,
        entries: Mapping[str, Fault] | Mapping[str, Contributor],
        counts: Mapping[str, Mapping[str, int]],
    ) -> tuple[int, list[ConclusionRow]]:
        """Return where the axis ends, and a row for each conclusion, those that are present most
        often first.
        """
        present = {name: _present(counts.get(name, {})) for name in entries}
        names = sorted(entries, key=lambda name: -present[name])
        chart = self._chart(
            [(name, entries[name].title, present[name]) for name in names], self._total
        )
        rows = [self._conclusion(bar, counts.get(bar.id, {}), chart.end) for bar in chart.bars]
        return chart.end, rows

    def _conclusion(self, bar: Bar, counts: Mapping[str, int], end: int) -> ConclusionRow:
        undetermined, absent = (counts.get(status, 0) for status in STATUSES[len(CONFIDENCES) :])
        return ConclusionRow(
            bar.title, bar, tuple(self._parts(bar.count, counts, end)), undetermined, absent
        )

    def _parts(self, present: int, counts: Mapping[str, int], end: int) -> Iterator[Bar]:
        """Yield a bar for each confidence, one behind the other."""
        start = 0.0
        for status in CONFIDENCES:
            count = counts.get(status, 0)
            long = self._long(count, end)
            yield Bar(status, status, count, round(start, 3), long, percent(count, present))
            start += long

    def _long(self, count: int, end: int) -> float:
        """Return how long a part is, in percent of the axis."""
        return round(100 * 100 * count / self._total / end, 3) if self._total else 0.0

    def _chart(self, entries: Sequence[tuple[str, str, int]], total: int) -> SummaryChart:
        """Return bars on an axis that ends above the largest of their intervals."""
        highs = [wilson(count, total)[1] for _, _, count in entries if count]
        end = axis_end(max(highs, default=0))
        return SummaryChart(end, tuple(self._bar(*entry, total, end) for entry in entries))

    def _bar(self, name: str, title: str, count: int, total: int, end: int = 100) -> Bar:
        share = round(100 * 100 * count / total / end, 3) if total else 0.0
        low, high = (round(100 * each / end, 3) for each in wilson(count, total))
        return Bar(
            name, title, count, 0.0, share, percent(count, total), interval(count, total), low, high
        )

    def _pairs(self) -> Iterator[PairRow]:
        """Yield the faults that come together, most often first."""
        shown = [item for item in self._summary.together.items() if item[1] >= FEWEST_TOGETHER]
        shown.sort(key=lambda item: (-item[1], item[0]))
        for (one, other), both in shown[:MOST_TOGETHER]:
            yield self._pair(one, other, both)

    def _pair(self, one: str, other: str, both: int) -> PairRow:
        counts, faults = self._summary.faults, self._knowledge.faults
        first, second = (_present(counts.get(name, {})) for name in (one, other))
        rarer = self._bar("rarer", "", both, min(first, second))
        titles = faults[one].title, faults[other].title
        return PairRow(titles, both, rarer, first * second / self._total)


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return counts, the largest first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _present(counts: Mapping[str, int]) -> int:
    return sum(counts.get(status, 0) for status in CONFIDENCES)


def _days(since: str | None, until: str | None) -> int | None:
    """Return the days between two dates as YYYY-MM-DD; `None` where one is missing."""
    if since is None or until is None:
        return None
    return (date.fromisoformat(until) - date.fromisoformat(since)).days


def _of_level(named: Sequence[PersonRow], level: Level) -> list[PersonRow]:
    """Return who is named of a level of triage."""
    return [_readable(row) for row in named if row.triage == level.id]


def _readable(row: PersonRow) -> PersonRow:
    """Return a row without characters that turn or hide text."""
    return replace(
        row, patient=plain(row.patient), date=plain(row.date or ""), file=plain(row.file)
    )


def _readable_retest(row: RetestRow) -> RetestRow:
    """Return a row without characters that turn or hide text."""
    return replace(row, patient=plain(row.patient))
