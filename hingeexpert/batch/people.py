"""One person's diagnosis at a time, by the engine, in several processes: what evidence, and every page for one person, is made from."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import polars as pl

from hingeexpert.assessment import Assessment
from hingeexpert.batch.chunks import PATIENT
from hingeexpert.batch.mapping import DATE
from hingeexpert.condition import Value
from hingeexpert.diagnosis import Diagnosis
from hingeexpert.inference import diagnose
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.loading import load_knowledge

Made = TypeVar("Made")
Work = Callable[[KnowledgeBase, Assessment, Diagnosis], Made]
THREADS = "RAYON_NUM_THREADS"
"""How many threads the printer takes in a process: one, for each processor has a process of its own."""
TOGETHER = 20
"""Forms that a process takes at a time."""


class People:
    """Processes that judge one person at a time. Use it as a context."""

    def __init__(self, rules: Path, processes: int | None = None) -> None:
        """Start the processes.

        Args:
            rules: Folder of the knowledge base.
            processes: How many; one for each processor unless given.
        """
        self.rules = rules
        os.environ.setdefault(THREADS, "1")
        self._pool = multiprocessing.get_context("spawn").Pool(processes or os.cpu_count() or 1)

    def __enter__(self) -> "People":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.terminate()
        self._pool.join()

    def each(self, assessments: Iterable[Assessment], work: Work[Made]) -> Iterator[Made]:
        """Do something with each diagnosis, in the order of the forms.

        Args:
            assessments: Checked forms.
            work: What to do with knowledge, form and diagnosis; something that can be sent to the processes.
        """
        yield from self._pool.imap(_judged, ((self.rules, one, work) for one in assessments), TOGETHER)


def assessments(columns: Columns, rows: pl.DataFrame) -> Iterator[Assessment]:
    """Yield the form of each row.

    Args:
        columns: The expressions of a knowledge base.
        rows: Free columns, answers and shorthands.
    """
    full = columns.complete(rows.lazy()).collect()
    for row, answers in zip(rows.iter_rows(named=True), full.iter_rows(named=True), strict=True):
        known = {name: _plain(value) for name, value in answers.items() if value is not None}
        patient = {name.partition(".")[2]: row[name] for name in (PATIENT, "patient.name") if row.get(name)}
        at_once = frozenset(name for name in known if row.get(name) is None)
        yield Assessment(known, patient, row.get(DATE), row.get("clinician"), at_once)


def _plain(value: Value) -> Value:
    """Return a whole number as one would write it on a form."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


@cache
def _knowledge(rules: Path) -> KnowledgeBase:
    return load_knowledge(rules)


def _judged(task: tuple[Path, Assessment, Work[Made]]) -> Made:
    rules, assessment, work = task
    knowledge = _knowledge(rules)
    return work(knowledge, assessment, diagnose(knowledge, assessment))
