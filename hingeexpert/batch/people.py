"""The people in a table: the form of each row, and what a run makes of one person besides the row
of results.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from hingeexpert.batch.layout import FORM
from hingeexpert.batch.mapping import DATE
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import as_written
from hingeexpert.forms.older import older_tag
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase

if TYPE_CHECKING:
    from hingeexpert.handout.folder import Print
    from hingeexpert.inference import Diagnosis

NAME = "patient.name"
"""Column of the names."""


@dataclass(frozen=True)
class EvidenceAndHandout:
    """What a run over tables makes of one person: the evidence as a line of JSON, and the handout.

    Attributes:
        evidence: Whether the evidence is wanted.
        handout: How to print the handout, where that is wanted.
    """

    evidence: bool
    handout: "Print | None"

    def __call__(
        self, knowledge: KnowledgeBase, assessment: Assessment, diagnosis: "Diagnosis"
    ) -> tuple[str, bytes]:
        """Return both; what is not wanted is empty."""
        evidence = diagnosis.as_json() if self.evidence else ""
        handout = self.handout(knowledge, assessment, diagnosis) if self.handout else b""
        return evidence, handout


def assessments(columns: Columns, rows: pl.DataFrame) -> Iterator[Assessment]:
    """Yield the form of each row.

    Args:
        columns: The expressions of a knowledge base.
        rows: Free columns, answers and shorthands.
    """
    full = columns.complete(rows.lazy()).collect()
    for row, answers in zip(rows.iter_rows(named=True), full.iter_rows(named=True), strict=True):
        known = {name: as_written(value) for name, value in answers.items() if value is not None}
        by_shorthand = frozenset(name for name in known if row.get(name) is None)
        yield Assessment(
            known,
            _patient(row),
            row.get(DATE),
            row.get("clinician"),
            by_shorthand,
            older_tag(columns.knowledge, row.get(FORM)),
        )


def _patient(row: Mapping[str, Any]) -> dict[str, str]:
    """Return what is known of the patient: `id` and `name`."""
    columns = {"id": PATIENT, "name": NAME}
    return {key: row[column] for key, column in columns.items() if row.get(column)}
