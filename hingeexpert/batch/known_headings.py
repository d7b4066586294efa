"""What a table is known by before it is read: the headings of forms, and what answers look like."""

from collections.abc import Mapping as Names
from collections.abc import Sequence

from hingeexpert.batch.labels import LabelReader, begins_with_number
from hingeexpert.batch.layout import FORM, layout
from hingeexpert.batch.mapping import Mapping, choices, fold
from hingeexpert.batch.taken import TableMappings
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.base import HEAD_COLUMNS


class KnownHeadings:
    """The headings that the rules and a map know, as `formats.tables.headings.Recogniser` asks for
    them.
    """

    def __init__(
        self, knowledge: KnowledgeBase, mapping: Mapping, tables: TableMappings | None = None
    ) -> None:
        """Prepare for some tables.

        Args:
            knowledge: The knowledge base.
            mapping: What other headings and labels mean.
            tables: What those of other systems mean, where they are to be known as well.
        """
        self._knowledge, self._mapping, self._tables = knowledge, mapping, tables
        self._labels = LabelReader(knowledge, translated=False)

    def identifiers(self, headings: Sequence[str]) -> Names[str, str]:
        """Return the identifier of each heading that has one."""
        filled = [heading for heading in headings if heading]
        mapping = self._mapping if self._tables is None else self._tables.mapping(filled)
        found = layout(self._knowledge, filled, mapping).columns
        return {heading: name for name, heading in found.items()}

    def is_blank_form(self, headings: Sequence[str]) -> bool:
        """Return whether they are those of a file that describes the form, without answers."""
        return self._tables is not None and bool(self._tables.blank_form(headings))

    def is_question(self, identifier: str) -> bool:
        """Return whether a column holds answers, and no free text."""
        return identifier not in (*HEAD_COLUMNS, FORM)

    def is_answer(self, identifier: str, cell: str) -> bool:
        """Return whether a cell in a column of answers may be one."""
        if self._mapping.value(identifier, cell) is not None or fold(cell) in self._mapping.blanks:
            return True
        if self._tables is not None and self._tables.is_label(identifier, cell):
            return True
        if not choices(self._knowledge, identifier):
            return begins_with_number(cell)
        return self._labels.exact(identifier, cell) is not None

    def is_person(self, identifier: str) -> bool:
        """Return whether a column says whose row it is."""
        return identifier == PATIENT
