"""The form to fill in as PDF, filled by pypdf: many forms in one file after the other."""

import io
from collections.abc import Iterable, Iterator

from filled import blank
from pypdf import PdfReader, PdfWriter

from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value


class FieldsFilled:
    """Types and ticks; the file is taken apart once, which is what takes long."""

    def __init__(self, knowledge: KnowledgeBase, empty: bytes = b"") -> None:
        """Take a form to fill in.

        Args:
            knowledge: The knowledge base.
            empty: The file; else the English one on A4.
        """
        self.knowledge = knowledge
        self.writer = PdfWriter(clone_from=PdfReader(io.BytesIO(empty or blank())))
        self.before: dict[str, str] = {}

    def all(self, people: Iterable[Assessment]) -> Iterator[bytes]:
        """Yield a file for each form; what stood in the one before is wiped out first."""
        for person in people:
            cells = cells_of(self.knowledge, person)
            values = {name: self._typed(name, value) for name, value in cells.items()}
            wiped = {name: self._wiped(text) for name, text in self.before.items()}
            self.writer.update_page_form_field_values(None, wiped | values, auto_regenerate=False)
            self.before = values
            written = io.BytesIO()
            self.writer.write(written)
            yield written.getvalue()

    def _typed(self, name: str, value: Value) -> str:
        """Return what stands in a field: text, or the state of a group of boxes."""
        item = self.knowledge.observables.get(name)
        is_picked = name in self.knowledge.shorthands or (item is not None and item.range is None)
        return f"/{value}" if is_picked else str(value)

    def _wiped(self, text: str) -> str:
        return "/Off" if text.startswith("/") else ""
