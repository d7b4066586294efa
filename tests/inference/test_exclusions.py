"""Every reading of the stick: which faults exclude each other, which may stand together, and what
is coached first.

All else is in order: the wall drill is clean, six of ten bends with the stick are.
"""

import itertools
from collections.abc import Iterator

import polars as pl
import pytest

from hingeexpert.inference.columns import Columns
from hingeexpert.inference.diagnosis import STATUSES
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.conclusions import CONFIDENCES

CONTACTS = ("stick.head", "stick.midback", "stick.sacrum")
KEPT = "kept"
TIMES = (KEPT, "setup", "early", "middle", "end_range", "return")
OTHERS: dict[str, tuple[Value, ...]] = {
    "stick.lumbar_gap": ("steady", "closes", "widens", "not_noted"),
    "stick.gaze": ("down", "level", "up", "not_noted"),
    "stick.ribs": ("stacked", "flared", "not_noted"),
    "stick.depth_degrees": (40, 60),
}
COUNT = 20_736
IN_ORDER: dict[str, Value] = {
    "context.visit": "first",
    "context.age_years": 35,
    "symptom.low_back_pain": "no",
    "symptom.pain_with_deadlift": "no",
    "symptom.pain_with_swing": "no",
    "symptom.groin_pinch": "none",
    "symptom.leg_symptoms": "none",
    "wall.done": "yes",
    "wall.barefoot": "yes",
    "wall.distance_feet": 1,
    "wall.touch": "light",
    "wall.hips": "back",
    "wall.knees": "soft",
    "wall.feet": "flat",
    "wall.balance": "steady",
    "wall.weight_shift": "none",
    "wall.cueing": "none",
    "wall.clean_reps": 10,
    "stick.done": "yes",
    "stick.knees": "soft",
    "stick.weight_shift": "none",
    "stick.cueing": "none",
    "stick.clean_reps": 6,
    "pain.during_drill": 0,
}
SHORTHAND = ("safety.screen", "all_no")
EXCLUDE_EACH_OTHER = (
    ("lumbar_flexion", "back_overextension"),
    ("neck_flexion", "neck_extension"),
)

Row = dict[str, str]


def readings() -> Iterator[dict[str, Value]]:
    """Yield every reading: each contact kept, or lost at one of the times; and all else seen."""
    for times in itertools.product(TIMES, repeat=len(CONTACTS)):
        contacts: dict[str, Value] = {}
        for name, time in zip(CONTACTS, times, strict=True):
            contacts[name] = KEPT if time == KEPT else "lost"
            if time != KEPT:
                contacts[f"{name}_when"] = time
        for values in itertools.product(*OTHERS.values()):
            yield {**contacts, **dict(zip(OTHERS, values, strict=True))}


@pytest.fixture(scope="module")
def rows(knowledge: KnowledgeBase) -> list[Row]:
    """Return what follows from each reading."""
    columns, forms = Columns(knowledge), list(readings())
    table = {
        name: pl.Series([form.get(name, IN_ORDER.get(name)) for form in forms], dtype=dtype)
        for name, dtype in columns.schema.items()
    }
    key, word = SHORTHAND
    table[key] = pl.Series([word] * len(forms), dtype=columns.shorthands[key])
    return columns.conclude(pl.LazyFrame(table)).collect().to_dicts()


def present(knowledge: KnowledgeBase, row: Row, *kinds: str) -> list[str]:
    """Return the faults of some kinds that are present, in coaching order."""
    return [
        name
        for name in knowledge.coaching_order
        if knowledge.faults[name].kind in kinds and row[f"fault.{name}"] in CONFIDENCES
    ]


def pairs(knowledge: KnowledgeBase, rows: list[Row]) -> set[frozenset[str]]:
    """Return every two faults of the movement that one reading shows together."""
    found: set[frozenset[str]] = set()
    for row in rows:
        together = itertools.combinations(present(knowledge, row, "movement"), 2)
        found.update(frozenset(pair) for pair in together)
    return found


def test_every_reading_is_judged_and_nothing_stays_open(
    knowledge: KnowledgeBase, rows: list[Row]
) -> None:
    faults = [f"fault.{name}" for name in knowledge.faults]

    assert len(rows) == COUNT
    assert all(row[name] in {*STATUSES} - {"undetermined"} for row in rows for name in faults)


@pytest.mark.parametrize("pair", EXCLUDE_EACH_OTHER, ids=" or ".join)
def test_a_back_and_a_neck_bend_one_way_only(
    knowledge: KnowledgeBase, rows: list[Row], pair: tuple[str, str]
) -> None:
    alone = {name for row in rows for name in present(knowledge, row, "movement") if name in pair}

    assert frozenset(pair) not in pairs(knowledge, rows)
    assert alone == set(pair)


def test_what_may_stand_together_is_what_does(knowledge: KnowledgeBase, rows: list[Row]) -> None:
    """`together` of coaching.yaml names every pair that occurs, and none that does not."""
    listed = {frozenset(pair.faults) for pair in knowledge.together}

    assert {frozenset(pair) for pair in pairs(knowledge, rows)} == listed


def test_no_low_fault_is_coached_before_a_surer_one(
    knowledge: KnowledgeBase, rows: list[Row]
) -> None:
    low = CONFIDENCES[-1]
    coached_low = [row for row in rows if row["focus"] and row[f"fault.{row['focus']}"] == low]

    assert coached_low
    for row in coached_low:
        names = present(knowledge, row, "movement", "setup")
        assert {row[f"fault.{name}"] for name in names} == {low}


def test_the_focus_is_the_surest_of_bend_neck_and_arch_in_this_order(
    knowledge: KnowledgeBase, rows: list[Row]
) -> None:
    """Where nothing that comes before them is surer than low."""
    tied = ("lumbar_flexion", "neck_extension", "back_overextension")
    for row in rows:
        if row["focus"] in tied:
            sure = [
                (CONFIDENCES.index(row[f"fault.{name}"]), tied.index(name), name)
                for name in tied
                if row[f"fault.{name}"] in CONFIDENCES
            ]  # type: ignore[arg-type]
            assert row["focus"] == min(sure)[2]
