"""Random forms as the columns of a frame, and what must come of them."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from counts import count
from evaluators import Answers, Experta, case_answers, random_forms

from hingeexpert.knowledge import KnowledgeBase

IDS = "patient.id"


def some_forms(knowledge: KnowledgeBase) -> list[Answers]:
    """Return the same random forms each time: more than Spark hands over at once."""
    return list(
        itertools.islice(
            random_forms(knowledge, 7, case_answers(knowledge)), count(quick=130, thorough=320)
        )
    )


def as_columns(knowledge: KnowledgeBase, forms: Sequence[Answers]) -> dict[str, list[Any]]:
    """Return a column for each observable, `None` for a blank, behind one that is no answer."""
    return {
        IDS: [f"P-{number}" for number in range(len(forms))],
        **{name: [form.get(name) for form in forms] for name in knowledge.observables},
    }


def as_polars(knowledge: KnowledgeBase, columns: Mapping[str, list[Any]]) -> pl.DataFrame:
    """Return columns as a frame: choices as text, numbers as numbers."""
    types = {"integer": pl.Int64, "number": pl.Float64}
    kinds = {
        name: types.get(knowledge.observables[name].type, pl.String)
        if name in knowledge.observables
        else pl.String
        for name in columns
    }
    return pl.DataFrame(
        {name: pl.Series(values, dtype=kinds[name]) for name, values in columns.items()}
    )


def concluded(knowledge: KnowledgeBase, forms: Sequence[Answers]) -> list[dict[str, str | None]]:
    """Return the columns of the results as the engine gives them, one form at a time."""
    return [
        _row(*one)
        for one in (
            (verdicts.ladders, verdicts.conclusions, verdicts.focus, verdicts.checks)
            for _, verdicts in map(Experta(knowledge).judge, forms)
        )
    ]


def _row(
    ladders: Any, conclusions: Any, focus: str | None, checks: str | None
) -> dict[str, str | None]:
    row: dict[str, str | None] = {}
    for ladder, (at_least, not_ruled_out, verdict) in ladders.items():
        row |= {
            f"{ladder}.verdict": verdict,
            f"{ladder}.at_least": at_least,
            f"{ladder}.not_ruled_out": not_ruled_out,
        }
    row["focus"] = None if focus == "none" else focus
    row["checks"] = checks or None
    return row | {
        f"{kind}.{name}": confidence if status == "present" else status
        for (kind, name), (status, confidence) in conclusions.items()
    }
