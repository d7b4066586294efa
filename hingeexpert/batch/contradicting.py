"""Answers of a table that cannot stand beside others of their row."""

from collections.abc import Iterator

import polars as pl

from hingeexpert.batch.slips import Refused, Slip
from hingeexpert.errors import shown
from hingeexpert.forms.contradictions import impossible_while
from hingeexpert.inference.columns import Columns


def contradicting(columns: Columns, rows: pl.DataFrame) -> Iterator[Refused]:
    """Yield the answers that cannot stand beside others of their row.

    Args:
        columns: The expressions of a knowledge base.
        rows: Answers with the types that these ask for.
    """
    yield from _findings_of_no_drill(columns, rows)
    observables = columns.knowledge.observables
    wrong = columns.impossible(rows.lazy()).collect()
    for name in wrong.columns:
        for place in wrong[name].arg_true():
            value = str(rows[name][place])
            why = impossible_while(columns.knowledge, observables[name].impossible_when[value])
            slip = Slip("impossible_answer", f"{shown(value)} {why}; correct one of the two")
            yield Refused(place, name, value, slip)


def _findings_of_no_drill(columns: Columns, rows: pl.DataFrame) -> Iterator[Refused]:
    """Yield the findings of drills that were not done."""
    message = "a finding of a drill that was not done"
    slip = Slip("drill_not_done", f"{message}; leave it out, or say that the drill was done")
    wrong = columns.contradictions(rows.lazy()).collect()
    for name in wrong.columns:
        for place in wrong[name].arg_true():
            yield Refused(place, name, str(rows[name][place]), slip)
