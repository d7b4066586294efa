"""What other systems' tables mean in the terms of a form: their headings, labels and blanks as a
mapping, made for each table by what it is taken for.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from hingeexpert.batch.cells import flag_spellings
from hingeexpert.batch.layout import Layout, retired_heading_slip
from hingeexpert.batch.mapping import Mapping, fold
from hingeexpert.batch.slips import Slip
from hingeexpert.batch.source_remarks import SourceRemarks
from hingeexpert.errors import listed, shown
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.interop.carried import NOT_ASSESSED
from hingeexpert.interop.questionnaire import FormItem, questionnaire
from hingeexpert.interop.recognise import Recognition, Taken, parted_questions, recognise
from hingeexpert.interop.systems import blank_form
from hingeexpert.knowledge import KnowledgeBase


class TableMappings:
    """Gives what the headings and labels of a table mean: what a map says, or else what the table
    is taken for.
    """

    def __init__(self, knowledge: KnowledgeBase, mapping: Mapping, kind: str | None = None) -> None:
        """Prepare for a run.

        Args:
            knowledge: The knowledge base.
            mapping: What a file says; where it says anything, nothing is recognised.
            kind: What somebody says that the tables are; see `recognise`.
        """
        self._knowledge, self._given, self._kind = knowledge, mapping, kind
        self._known: dict[tuple[str | None, ...], Recognition] = {}

    def recognition(self, headings: Sequence[str], kind: str | None = None) -> Recognition:
        """Return for what a table with these headings is taken.

        Args:
            headings: Those of the table.
            kind: What its first rows were taken for.
        """
        if self._given != Mapping():
            return Recognition()
        key = (kind or self._kind, *headings)
        if key not in self._known:
            self._known[key] = recognise(self._knowledge, headings, kind or self._kind)
        return self._known[key]

    def blank_form(self, headings: Sequence[str]) -> str:
        """Return what a file is that describes the form and holds no answers; empty for any other,
        and where a map says what its headings mean.
        """
        return "" if self._given != Mapping() else blank_form(headings)

    def mapping(self, headings: Sequence[str]) -> Mapping:
        """Return what the headings and labels of a table mean."""
        taken = self.recognition(headings).taken
        return self._given if taken is None else self._mapping_of(taken, self._unread(taken))

    def of_rows(self, first: Sequence[str]) -> Callable[[Sequence[str]], Mapping]:
        """Return what gives the same for later rows, where rows name their own columns.

        Args:
            first: The columns of the first rows. Those of them that are nothing known are told
                once, and left out.
        """
        taken = self.recognition(first).taken
        if taken is None:
            return lambda _: self._given
        unread = self._unread(taken)

        def mapping(headings: Sequence[str]) -> Mapping:
            again = self.recognition(headings, taken.kind).taken or taken
            return self._mapping_of(again, unread)

        return mapping

    def _unread(self, taken: Taken) -> tuple[str, ...]:
        """Return the headings that are nothing known. None of them is read for an identifier that
        it happens to be; one that forms no longer have is left to be told.
        """
        knowledge, foreign = self._knowledge, taken.foreign
        return tuple(name for name in foreign if retired_heading_slip(knowledge, name) is None)

    def remarks(self, headings: Sequence[str]) -> SourceRemarks | None:
        """Return what gathers what a table says beside the answers; `None` where it is no export of
        another system.
        """
        taken = self.recognition(headings).taken
        return None if taken is None else SourceRemarks(taken, self._knowledge)

    def is_label(self, identifier: str, cell: str) -> bool:
        """Return whether a cell is an answer to a question in words, in any language."""
        if fold(cell) in self._not_assessed:
            return True
        return any(
            fold(cell) in map(fold, labels.get(identifier, ())) for labels in self._labels.values()
        )

    def told(self, columns: Layout, headings: Sequence[str], keep: Sequence[str] = ()) -> Layout:
        """Return what the columns of a table are, with what a user should know of what it was taken
        for.

        Args:
            columns: As the mapping gives them.
            headings: Those of the table.
            keep: Headings of columns that stand in the results as they are.
        """
        if blank := self.blank_form(headings):
            message = f"it is the form itself, as {blank}; fill it in there, and give its export"
            return replace(columns, problems=(Slip("missing_column", message),))
        found = self.recognition(headings)
        if found.taken is None:
            return self._in_doubt(columns, found.doubt)
        if parted := [*map(shown, parted_questions(found.taken, self._knowledge))]:
            return replace(columns, problems=(Slip("missing_column", _in_parts(parted)),))
        notes = [f"taken for {found.taken.title}; --from says otherwise"]
        if found.taken.record is not None:
            notes.append(f"{shown(found.taken.record)} was read as {PATIENT}, which has no column")
        kept = set(map(fold, keep))
        unread = [name for name in self._unread(found.taken) if fold(name) not in kept]
        notes += [f"column {shown(name)} is not known and was not read" for name in unread]
        return replace(columns, notes=(*notes, *columns.notes))

    def _in_doubt(self, columns: Layout, doubt: str) -> Layout:
        """Return the columns of a table with why it was not taken for that of another system."""
        if doubt and self._kind is not None:
            return replace(columns, problems=(Slip("missing_column", doubt),))
        return replace(columns, notes=(*columns.notes, doubt)) if doubt else columns

    def _mapping_of(self, taken: Taken, unread: Sequence[str]) -> Mapping:
        values = self._labels.get(taken.language, {})
        blank = self._not_assessed | taken.table_kind.missing
        ignored = frozenset({*taken.passed_over, *unread})
        return Mapping(
            dict(taken.columns), ignored, values, blank=blank, nobody=taken.table_kind.missing
        )

    @cached_property
    def _not_assessed(self) -> frozenset[str]:
        form = questionnaire(self._knowledge)
        return frozenset({NOT_ASSESSED, *form.not_assessed.values()})

    @cached_property
    def _labels(self) -> dict[str, dict[str, dict[str, str]]]:
        """Language to identifier to label to code."""
        form = questionnaire(self._knowledge)
        return {
            language: {
                item.identifier: self._labels_of(item, language)
                for item in form.items
                if item.choices
            }
            for language in form.languages
        }

    def _labels_of(self, item: FormItem, language: str) -> dict[str, str]:
        """Return the labels of a question in a language, with the common spellings of a flag."""
        labels = {choice.label[language]: choice.code for choice in item.choices}
        if not item.is_flag:
            return labels
        spellings = flag_spellings(self._knowledge.tables)
        return {word: code or "" for word, code in spellings.items()} | labels


def _in_parts(headings: Sequence[str]) -> str:
    """Say that the answers to a question stand in columns of their own."""
    what = f"a question stands here with a column for each answer: {listed(headings)}"
    return f"{what}; ask it so that one is picked, or take those columns out"
