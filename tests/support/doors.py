"""The doors by which forms leave and come back: each writes forms as another system has them, and
reads them again as the program does.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from filled import blank
from pypdf import PdfReader, PdfWriter

from hingeexpert.batch.layout import layout
from hingeexpert.batch.mapping import Mapping
from hingeexpert.batch.people import assessments
from hingeexpert.batch.row_reading import ChunkReader
from hingeexpert.formats.tables.opening import open_table
from hingeexpert.forms import Assessment, read_form
from hingeexpert.forms.writing import cells_of, form_of
from hingeexpert.inference.columns import Columns
from hingeexpert.interop.pocket import pocket_text, read_pocket
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

MOST = 12
"""Forms that a test sends through a door that is cheap."""
Files = Sequence[bytes]


@dataclass(frozen=True)
class Door:
    """One way out and back.

    Attributes:
        there: Writes forms: a file for each, or one for all.
        back: Reads these files; the forms in the order in which they went.
        kept: What of a form it keeps; all of most.
        most: How many forms a test sends through it; fewer where each is dear.
    """

    name: str
    there: Callable[[KnowledgeBase, Sequence[Assessment]], Files]
    back: Callable[[KnowledgeBase, Files], list[Assessment]]
    kept: Callable[[Assessment], Assessment] = lambda assessment: assessment
    most: int = MOST

    def through(self, knowledge: KnowledgeBase, people: Sequence[Assessment]) -> list[Assessment]:
        """Return what comes back of forms."""
        return self.back(knowledge, self.there(knowledge, people))


def each(
    name: str,
    there: Callable[[KnowledgeBase, Assessment], bytes],
    back: Callable[[KnowledgeBase, bytes], Assessment],
    kept: Callable[[Assessment], Assessment] = lambda assessment: assessment,
    most: int = MOST,
) -> Door:
    """Return a door that takes one form at a time."""
    return Door(
        name,
        lambda knowledge, people: [there(knowledge, person) for person in people],
        lambda knowledge, files: [back(knowledge, file) for file in files],
        kept,
        most,
    )


def without_head(assessment: Assessment) -> Assessment:
    """Return a form of nobody and no day."""
    return replace(assessment, patient={}, date=None, clinician=None)


def table(
    name: str,
    there: Callable[[KnowledgeBase, Sequence[Assessment]], bytes],
    mapping: Callable[[KnowledgeBase, Sequence[str]], Mapping],
) -> Door:
    """Return a door that takes all forms in one table of CSV.

    Args:
        name: Its name.
        there: Writes the table.
        mapping: Tells from its headings what they mean.
    """

    def back(knowledge: KnowledgeBase, files: Files) -> list[Assessment]:
        (content,) = files
        return list(rows_of(knowledge, content, mapping))

    return Door(name, lambda knowledge, people: [there(knowledge, people)], back)


def rows_of(
    knowledge: KnowledgeBase,
    content: bytes,
    mapping: Callable[[KnowledgeBase, Sequence[str]], Mapping],
) -> Iterator[Assessment]:
    """Yield the forms of a table, as `batch` reads them; a row that it refuses is a failure."""
    columns = Columns(knowledge)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        opened = open_table(path)
        meaning = mapping(knowledge, opened.columns)
        found = layout(knowledge, opened.columns, meaning)
        assert not found.problems, found.problems
        reader = ChunkReader(columns, meaning, opened, found)
        for chunk, defects in opened:
            read = reader.read(chunk)
            assert not defects + read.defects, defects + read.defects
            yield from assessments(columns, read.rows)


def our_csv(knowledge: KnowledgeBase, people: Sequence[Assessment]) -> bytes:
    """Return forms as a table with our headings."""
    names = ["patient.id", "patient.name", "date", "clinician"]
    for group in knowledge.groups:
        names += [group.shorthand_column] if group.shorthand_column else []
        names += group.observables
    written = io.StringIO()
    writer = csv.DictWriter(written, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells_of(knowledge, person) for person in people)
    return written.getvalue().encode()


def in_fields(knowledge: KnowledgeBase, assessment: Assessment, empty: bytes = b"") -> bytes:
    """Return the form to fill in with what stands on a form, typed and ticked by pypdf.

    Args:
        knowledge: The knowledge base.
        assessment: The form.
        empty: The form to fill in; else the English one on A4.
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(empty or blank())))
    cells = cells_of(knowledge, assessment)
    values = {name: typed(knowledge, name, value) for name, value in cells.items()}
    writer.update_page_form_field_values(None, values, auto_regenerate=False)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def typed(knowledge: KnowledgeBase, name: str, value: Value) -> str:
    """Return what stands in a field: text, or the state of a group of boxes."""
    item = knowledge.observables.get(name)
    picked = name in knowledge.shorthands or (item is not None and item.range is None)
    return f"/{value}" if picked else str(value)


def yaml_back(knowledge: KnowledgeBase, file: bytes) -> Assessment:
    """Return the form of a text, or of a PDF."""
    return read_form(knowledge, "form", file)


def no_mapping(_: KnowledgeBase, __: Sequence[str]) -> Mapping:
    """Return that headings mean what they say."""
    return Mapping()


DOORS: list[Door] = [
    each("yaml", lambda knowledge, person: form_of(knowledge, person).encode(), yaml_back),
    table("csv", our_csv, no_mapping),
    each("pdf", in_fields, yaml_back, most=3),
    each(
        "pocket",
        lambda knowledge, person: pocket_text(knowledge, person).encode(),
        lambda knowledge, file: read_pocket(knowledge, file.decode()),
        without_head,
    ),
]
"""Every door; a new one is one entry more."""


def fhir() -> Door:
    """Return the door of a QuestionnaireResponse."""
    from hingeexpert.interop.brought import assessment_of
    from hingeexpert.interop.fhir.response import read_response, response_of

    return each(
        "fhir",
        lambda knowledge, person: json.dumps(response_of(knowledge, person)).encode(),
        lambda knowledge, file: assessment_of(
            knowledge, "response", read_response(knowledge, json.loads(file))
        ),
    )


if find_spec("hingeexpert.interop.fhir.response"):
    DOORS.append(fhir())
