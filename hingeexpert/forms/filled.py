"""Read a form that was filled in as a PDF: its fields become the document that a form of text
is.
"""

from typing import Any

from hingeexpert.errors import InputError
from hingeexpert.formats.documents import Document
from hingeexpert.formats.pdf_fields import FieldValue, read_fields
from hingeexpert.knowledge import KnowledgeBase

TAG = "form"
"""The field that says what form it is; every form has it."""


def filled_document(knowledge: KnowledgeBase, file: str, raw: bytes) -> Document:
    """Return what stands in a PDF as a document, to be read like any other form.

    Args:
        knowledge: The knowledge base.
        file: Name for messages.
        raw: The PDF.

    Raises:
        InputError: It cannot be read, or is no form.
        ExtraError: What reads it is not installed.
    """
    fields = read_fields(file, raw)
    if fields.get(TAG) is None:
        message = (
            "the PDF has fields, and none says that it is a form to fill in; "
            "`hingeexpert form --format pdf --fillable` makes one"
        )
        raise InputError.about(file, message)
    data: dict[str, Any] = {}
    for name, value in fields.items():
        part, dot, key = name.partition(".")
        if not dot:
            data[name] = value
            continue
        inside = data.setdefault(part, {})
        if not isinstance(inside, dict):
            raise InputError.about(file, f"two fields of the PDF are called {part}")
        inside[key] = _read(knowledge, name, value)
    return Document(file, data)


def _read(knowledge: KnowledgeBase, name: str, value: FieldValue) -> Any:
    """Return what somebody chose or typed as an answer: a number where one is asked for."""
    item = knowledge.observables.get(name)
    return item.answer.read(value) if item is not None and isinstance(value, str) else value
