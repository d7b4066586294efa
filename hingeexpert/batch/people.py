"""The people in a table: the form of each row, and what a run makes of one person besides the row
of results.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from hingeexpert.batch.mapping import DATE
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.forms import Assessment
from hingeexpert.handout.folder import Print
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value


@dataclass(frozen=True)
class Both:
    """What a run over tables makes of one person: the evidence as a line of JSON, and the sheet.

    Attributes:
        evidence: Whether the evidence is wanted.
        sheet: How to print the sheet, where that is wanted.
    """

    evidence: bool
    sheet: Print | None

    def __call__(
        self, knowledge: KnowledgeBase, assessment: Assessment, diagnosis: Diagnosis
    ) -> tuple[str, bytes]:
        """Return both; what is not wanted is empty."""
        return diagnosis.as_json() if self.evidence else "", self.sheet(
            knowledge, assessment, diagnosis
        ) if self.sheet else b""


def assessments(columns: Columns, rows: pl.DataFrame) -> Iterator[Assessment]:
    """Yield the form of each row.

    Args:
        columns: The expressions of a knowledge base.
        rows: Free columns, answers and shorthands.
    """
    full = columns.complete(rows.lazy()).collect()
    for row, answers in zip(rows.iter_rows(named=True), full.iter_rows(named=True), strict=True):
        known = {name: _plain(value) for name, value in answers.items() if value is not None}
        patient = {
            name.partition(".")[2]: row[name] for name in (PATIENT, "patient.name") if row.get(name)
        }
        at_once = frozenset(name for name in known if row.get(name) is None)
        yield Assessment(known, patient, row.get(DATE), row.get("clinician"), at_once)


def _plain(value: Value) -> Value:
    """Return a whole number as one would write it on a form."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
