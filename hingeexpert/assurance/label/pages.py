"""The label as people read it: at a terminal, as a page, printed on one side of paper; and as data.

Its fields are `fields.py`, its looks `reports/label.*`.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hingeexpert.assurance.label.fields import (
    FIRST_LINE,
    NOT_KNOWN,
    LabelField,
    LabelPart,
    label_parts,
)
from hingeexpert.assurance.label.prepared import RulesLabel, label_of
from hingeexpert.formats.pdf import CSS_SIZES, CrowdedError, Paper, print_pdf
from hingeexpert.formats.templates import render
from hingeexpert.knowledge import KnowledgeBase

ONE_UNDER_THE_OTHER = ("attributes",)
"""Fields each of whose lines stands by itself."""
OF_ITEMS = ("open_hazards", "words_alone", "biases")
"""Fields whose lines have nothing to do with each other."""
BETWEEN = " \N{BULLET} "
SIZES = (11, 10.5, 10, 9.5, 9)
"""Sizes of print in points, the largest that has room being taken."""


def label_text(label: RulesLabel, templates: Path | None = None) -> str:
    """Write a label for the terminal: at most 78 columns.

    Args:
        label: What it says.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    return render("label.txt", _context(label), templates).rstrip() + "\n"


def label_html(label: RulesLabel, paper: Paper = "a4", templates: Path | None = None) -> str:
    """Write a label as one self-contained page without scripts or outside requests.

    Args:
        label: What it says.
        paper: What the printer of a browser is to take.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    context = {
        **_context(label),
        "paper": CSS_SIZES[paper],
        "several": ONE_UNDER_THE_OTHER + OF_ITEMS,
    }
    return render("label.html", context, templates)


def label_page(folder: Path, knowledge: KnowledgeBase, templates: Path | None = None) -> str:
    """Write the label of a folder of rules as a page.

    Args:
        folder: The folder.
        knowledge: What stands in it.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: What lies beside the knowledge for it cannot be read, or a template is
            broken.
    """
    return label_html(label_of(folder, knowledge), templates=templates)


def label_pdf(label: RulesLabel, paper: Paper = "a4", templates: Path | None = None) -> bytes:
    """Print a label on one side of paper.

    Arguments: see `label_html`.

    Raises:
        CrowdedError: It has no room there.
        KnowledgeError: When the folder is missing or the template is broken.
        ExtraError: The printer is not installed.
    """
    *larger, least = [(size, brief) for brief in (False, True) for size in SIZES]
    for size, brief in larger:
        with suppress(CrowdedError):
            return print_pdf("label.typ", _on_paper(label, paper, size, brief), templates)
    return print_pdf("label.typ", _on_paper(label, paper, *least), templates)


def _on_paper(label: RulesLabel, paper: Paper, size: float, brief: bool) -> dict[str, Any]:
    """Return what the template for print reads."""
    context = _context(label)
    parts = [
        {"title": part.title, "fields": [_printed(field, brief) for field in part.known]}
        for part in context["parts"]
        if part.known
    ]
    looks = {"paper": paper, "size": size, "not_known": NOT_KNOWN.capitalize()}
    return {**context, **looks, "parts": parts}


def label_json(label: RulesLabel) -> str:
    """Write a label as data: its fields in words, and the counts and proofs behind them."""
    proven = label.proven
    data = {
        "says": FIRST_LINE,
        "fields": {field.id: _as_data(field) for field in fields_of(label_parts(label))},
        "counts": asdict(label.counts),
        "proven": {
            "changed": proven.changed,
            "properties": proven.properties,
            "cases": proven.cases and proven.cases.model_dump(mode="json"),
            "hazards": proven.hazards and proven.hazards.model_dump(mode="json"),
            "attributes": proven.effects,
        },
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def fields_of(parts: Sequence[LabelPart]) -> Iterator[LabelField]:
    """Yield every field of a label in words."""
    for part in parts:
        yield from part.fields


def _context(label: RulesLabel) -> dict[str, Any]:
    """Return what every template of the label reads."""
    info, parts = label.knowledge.info, label_parts(label)
    return {
        "first": FIRST_LINE,
        "title": f"{info.title}: label of {info.id} {info.version}",
        "parts": parts,
        "unknown": [field.title for field in fields_of(parts) if not field.lines],
    }


def _printed(field: LabelField, brief: bool) -> dict[str, Any]:
    """Return a field as its paragraphs."""
    if brief and field.brief:
        return {"title": field.title, "lines": [field.brief]}
    if field.id in ONE_UNDER_THE_OTHER:
        return {"title": field.title, "lines": field.lines}
    between = BETWEEN if field.id in OF_ITEMS else " "
    return {"title": field.title, "lines": [between.join(field.lines)]}


def _as_data(field: LabelField) -> dict[str, Any]:
    lines = list(field.lines) or None
    return {"title": field.title, "from": field.origin, "text": lines or NOT_KNOWN}
