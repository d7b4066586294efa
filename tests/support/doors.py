"""The doors by which forms leave and come back: each writes forms as another system has them, and
reads them again as the program does.
"""

import json
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from exporters import (
    central_export,
    central_json,
    kobo_export,
    kobo_json,
    questions_export,
)
from fields import FieldsFilled
from redcap_export import MISSING, redcap_export
from rewritten import as_renderer
from submitted import submission

from hingeexpert.batch.known_headings import KnownHeadings
from hingeexpert.batch.layout import layout
from hingeexpert.batch.mapping import Mapping
from hingeexpert.batch.people import assessments
from hingeexpert.batch.row_reading import ChunkReader
from hingeexpert.batch.taken import TableMappings
from hingeexpert.formats.tables.defects import Defect
from hingeexpert.formats.tables.opening import open_tables
from hingeexpert.forms import Assessment, form_of
from hingeexpert.inference import diagnose
from hingeexpert.inference.columns import Columns
from hingeexpert.interop.conversion import converted, not_held
from hingeexpert.interop.fhir.bundle import bundle_text, result_bundle
from hingeexpert.interop.fhir.response import response_of
from hingeexpert.interop.fhir.server import extracted
from hingeexpert.interop.pocket import pocket_text, read_pocket
from hingeexpert.interop.reading import read_any
from hingeexpert.interop.rows import FormsElsewhere
from hingeexpert.knowledge import KnowledgeBase

LINE_SEPARATOR = "\N{LINE SEPARATOR}"
Files = Sequence[bytes]
Export = Callable[[KnowledgeBase, Iterable[Assessment]], str]
Kept = Callable[[KnowledgeBase, Assessment], Assessment]


def whole(_: KnowledgeBase, assessment: Assessment) -> Assessment:
    """Return a form as it is."""
    return assessment


@dataclass(frozen=True)
class Door:
    """One way out and back.

    Attributes:
        there: Writes forms: a file for each, or one for all.
        back: Reads these files; the forms in the order in which they went.
        kept: What of a form it has a place for.
        needs_id: Whether it takes no form without an identifier of the patient.
    """

    name: str
    there: Callable[[KnowledgeBase, Sequence[Assessment]], Files]
    back: Callable[[KnowledgeBase, Files], list[Assessment]]
    kept: Kept = whole
    needs_id: bool = False

    def fit(
        self, knowledge: KnowledgeBase, people: Iterable[Assessment], count: int
    ) -> list[Assessment]:
        """Return what it has a place for of the first so many forms that it takes."""
        kept = (self.kept(knowledge, person) for person in people)
        taken = (person for person in kept if "id" in person.patient or not self.needs_id)
        return list(islice(taken, count))

    def through(self, knowledge: KnowledgeBase, people: Sequence[Assessment]) -> list[Assessment]:
        """Return what comes back of forms that fit."""
        return self.back(knowledge, self.there(knowledge, people))


def each(
    name: str,
    there: Callable[[KnowledgeBase, Assessment], str],
    back: Callable[[KnowledgeBase, bytes], Assessment],
    kept: Kept = whole,
) -> Door:
    """Return a door that takes one form at a time."""
    return Door(
        name,
        lambda knowledge, people: [there(knowledge, person).encode() for person in people],
        lambda knowledge, files: [back(knowledge, file) for file in files],
        kept,
    )


def read_one(knowledge: KnowledgeBase, file: bytes) -> Assessment:
    """Return the form of a file that holds one, as every command reads it."""
    (found,) = read_any(knowledge, "form", file)
    if isinstance(found.form, Exception):
        raise found.form
    return found.form


def without_head(assessment: Assessment) -> Assessment:
    """Return a form of nobody and no day: a code on paper says nothing of the person."""
    return replace(assessment, patient={}, date=None, clinician=None)


def in_response(knowledge: KnowledgeBase, form: Assessment) -> Assessment:
    """Return what a response has a place for: of the head, the id and name of the patient, a day
    and the clinician.
    """
    return without(form, {slip.place for slip in not_held(knowledge, form, "fhir")})


def in_our_table(knowledge: KnowledgeBase, form: Assessment) -> Assessment:
    """Return the same for a table of ours; it has none for what spreadsheets take for a formula."""
    return without(form, {slip.place for slip in not_held(knowledge, form, "csv")})


def in_cells(knowledge: KnowledgeBase, form: Assessment) -> Assessment:
    """Return what a response has a place for, but for texts with blanks at their ends or line
    breaks: those are lost in the cells of a table and the fields of a device.
    """
    head = {f"patient.{key}": text for key, text in form.patient.items()}
    head["clinician"] = form.clinician or ""
    odd = {name for name, text in head.items() if text != text.strip() or LINE_SEPARATOR in text}
    return without(in_response(knowledge, form), odd)


def in_redcap(knowledge: KnowledgeBase, form: Assessment) -> Assessment:
    """Return the same for REDCap, where a code for missing data is nobody's number."""
    nobody = {*MISSING, *MISSING.values()}
    lost = {"patient.id"} if form.patient.get("id") in nobody else set()
    return without(in_cells(knowledge, form), lost)


def without(form: Assessment, lost: Collection[str]) -> Assessment:
    """Return a form without some entries of its head."""
    return replace(
        form,
        patient={key: text for key, text in form.patient.items() if f"patient.{key}" not in lost},
        date=None if "date" in lost else form.date,
        clinician=None if "clinician" in lost else form.clinician,
    )


def exported(name: str, ending: str, export: Export, kept: Kept = in_cells) -> Door:
    """Return a door that takes all forms in one table, read as `batch` reads it.

    Args:
        name: Its name.
        ending: Of the file.
        export: Writes the table.
        kept: What of a form it has a place for.
    """

    def back(knowledge: KnowledgeBase, files: Files) -> list[Assessment]:
        (content,) = files
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"forms{ending}"
            path.write_bytes(content)
            forms, defects = read_table(Columns(knowledge), path)
        assert not defects, defects
        return forms

    return Door(
        name,
        lambda knowledge, people: [export(knowledge, people).encode()],
        back,
        kept,
        needs_id=True,
    )


def read_table(columns: Columns, path: Path) -> tuple[list[Assessment], list[Defect]]:
    """Return the forms of a table that is known by its headings, and its defects."""
    knowledge = columns.knowledge
    mappings = TableMappings(knowledge, Mapping())
    known = KnownHeadings(knowledge, Mapping(), mappings)
    (table,) = open_tables(path, known=known, others=FormsElsewhere(knowledge))
    mapping = mappings.mapping(table.columns)
    found = layout(knowledge, table.columns, mapping, own_columns=table.own_columns)
    assert not [*table.header_defects, *found.problems]
    anew = mappings.of_rows(table.columns)
    reader = ChunkReader(columns, mapping, table, found, anew=anew)
    forms, told = list[Assessment](), list[Defect]()
    for chunk, defects in table.chunks():
        read = reader.read(chunk)
        told += [*defects, *read.defects]
        forms += assessments(columns, read.rows)
    return forms, told


def bundled(knowledge: KnowledgeBase, person: Assessment) -> str:
    """Return the result of a form, which carries its answers."""
    return bundle_text(result_bundle(knowledge, person, diagnose(knowledge, person)))


def served(knowledge: KnowledgeBase, person: Assessment) -> str:
    """Return what a server answers to a response."""
    return bundle_text(extracted(knowledge, response_of(knowledge, person)))


def rendered(knowledge: KnowledgeBase, person: Assessment) -> str:
    """Return a response as renderers of forms write it."""
    return json.dumps(as_renderer(knowledge, response_of(knowledge, person)))


def as_lines(knowledge: KnowledgeBase, people: Iterable[Assessment]) -> str:
    """Return responses as a bulk export has them: one a line."""
    return "".join(f"{json.dumps(response_of(knowledge, person))}\n" for person in people)


EXPORTS: dict[str, tuple[str, str, Export]] = {
    "central": ("central", ".csv", central_export),
    "central bare": ("central", ".csv", lambda k, f: central_export(k, f, groups=False)),
    "central json": ("central", ".json", central_json),
    "kobo": ("kobo", ".csv", lambda k, f: kobo_export(k, f, None)),
    "kobo bare": ("kobo", ".csv", lambda k, f: kobo_export(k, f, None, groups=False)),
    "kobo json": ("kobo", ".json", kobo_json),
    "kobo en": ("kobo-labels", ".csv", lambda k, f: kobo_export(k, f, "en")),
    "kobo es": ("kobo-labels", ".csv", lambda k, f: kobo_export(k, f, "es")),
    "kobo es bare": ("kobo-labels", ".csv", lambda k, f: kobo_export(k, f, "es", groups=False)),
    "redcap": ("redcap", ".csv", lambda k, f: redcap_export(k, f, None, missing=True)),
    "redcap en": ("redcap-labels", ".csv", lambda k, f: redcap_export(k, f, "en", bom=True)),
    "redcap es": ("redcap-labels", ".csv", lambda k, f: redcap_export(k, f, "es", surveys=True)),
    "questions en": ("labels", ".csv", lambda k, f: questions_export(k, f, "en")),
    "questions es": ("labels", ".csv", lambda k, f: questions_export(k, f, "es")),
}
"""Each kind of export: what it is to be taken for, the ending of its file, and what writes it."""

DOORS: list[Door] = [
    each("yaml", form_of, read_one),
    each("json", lambda knowledge, person: converted(knowledge, [person], "json"), read_one),
    exported("csv", ".csv", lambda k, people: converted(k, list(people), "csv"), in_our_table),
    *(
        exported(name, ending, export, in_redcap if name.startswith("redcap") else in_cells)
        for name, (_, ending, export) in EXPORTS.items()
    ),
    exported("fhir lines", ".ndjson", as_lines),
    exported("fhir together", ".json", lambda k, people: converted(k, list(people), "fhir")),
    each("fhir", lambda k, person: json.dumps(response_of(k, person)), read_one, in_response),
    each("fhir bundle", bundled, read_one, in_response),
    each("fhir server", served, read_one, in_response),
    each(
        "fhir of a renderer",
        lambda knowledge, person: json.dumps(
            as_renderer(knowledge, response_of(knowledge, person))
        ),
        read_one,
        in_response,
    ),
    each("submission", submission, read_one, in_cells),
    Door(
        "pdf",
        lambda knowledge, people: list(FieldsFilled(knowledge).all(people)),
        lambda knowledge, files: [read_one(knowledge, file) for file in files],
        in_cells,
    ),
    each(
        "pocket",
        pocket_text,
        lambda knowledge, file: read_pocket(knowledge, file.decode()),
        lambda _, person: without_head(person),
    ),
]
"""Every door; a new one is one entry more."""
