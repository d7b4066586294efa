"""The form as PDF, filled in as a person would in any reader."""

import io
from collections.abc import Mapping
from functools import cache

import pikepdf
from pikepdf.form import CheckboxField, Form, RadioButtonGroup
from shipped import shipped

from hingeexpert.formats.documents import read_document
from hingeexpert.formats.pdf import Paper
from hingeexpert.handout.paper_form import fillable_pdf, paper_form


@cache
def blank(language: str = "en", paper: Paper = "a4") -> bytes:
    """Return the form with nothing in it."""
    return fillable_pdf(paper_form(shipped(), language), paper)


def filled(values: Mapping[str, str], empty: bytes | None = None) -> bytes:
    """Return the form with these values typed and ticked, by name of the field."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(empty or blank())) as pdf:
        form = Form(pdf)
        for name, value in values.items():
            field = form[name]
            if isinstance(field, CheckboxField):
                field.checked = value == "all_no"
            elif isinstance(field, RadioButtonGroup):
                field.value = pikepdf.Name(f"/{value}")
            else:
                field.value = value
        pdf.save(written)
    return written.getvalue()


def typed_in(text: str) -> dict[str, str]:
    """Return what a form of text says, by name of the field."""
    values = {}
    for part, inside in read_document("form.yaml", text.encode()).data.items():
        if isinstance(inside, dict):
            values |= {f"{part}.{key}": str(value) for key, value in inside.items()}
        elif part != "form":
            values[part] = str(inside)
    return values
