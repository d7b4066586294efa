"""A wrong cell hides no emergency: what the rest of a rejected row proves stands beside it, and is
never more than what every meaning of the cell would give.
"""

import csv
import itertools
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from click.testing import CliRunner
from counts import count
from evaluators import case_answers, random_forms

from hingeexpert.batch.floors import FLOOR, floors_of
from hingeexpert.batch.layout import layout
from hingeexpert.batch.mapping import Mapping as TableMapping
from hingeexpert.batch.mapping import choices
from hingeexpert.batch.row_reading import CellReader, ReadRows
from hingeexpert.batch.slips import Refused, RejectedCells, Slip
from hingeexpert.cli import main
from hingeexpert.formats.tables.table import Chunk
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value

Cells = Mapping[str, Value | None]
UNREADABLE = "8/10"
EMERGENCY, NOTE = "emergency", "note"
BOTH = {"P1": EMERGENCY, "P2": EMERGENCY}


@pytest.fixture(scope="module")
def columns(knowledge: KnowledgeBase) -> Columns:
    return Columns(knowledge)


def read(columns: Columns, rows: list[Cells], *, own_columns: bool = False) -> ReadRows:
    """Read rows as a table of text."""
    names = ["patient.id", *dict.fromkeys(name for row in rows for name in row)]
    cells = {
        name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in names
    }
    cells["patient.id"] = [f"P{number}" for number in range(len(rows))]
    numbers = pl.Series(range(1, len(rows) + 1), dtype=pl.Int64)
    chunk = Chunk(
        pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String)),
        numbers + 1,
        numbers,
        lambda places: ["raw" for _ in places],
    )
    found = layout(columns.knowledge, names, TableMapping(), own_columns=own_columns)
    reader = CellReader(columns, found, TableMapping(), "t.csv", own_columns=own_columns)
    return reader.read(chunk)


def floors(columns: Columns, rows: list[Cells], *, own_columns: bool = False) -> list[str | None]:
    """Return what each row proves; every one must be rejected."""
    rejected = read(columns, rows, own_columns=own_columns).rejected
    assert rejected.rows.height == len(rows)
    return floors_of(columns, rejected, "t.csv")[FLOOR].to_list()


def severity(knowledge: KnowledgeBase, level: str | None) -> int:
    """Return how severe a level is; none is the mildest."""
    levels = [item.id for item in knowledge.triage]
    return len(levels) - 1 - levels.index(level or levels[-1])


def at_least(columns: Columns, rows: list[Cells]) -> list[str]:
    """Return what sound rows prove."""
    sound = read(columns, rows)
    names = [name for name in sound.rows.columns if name != "patient.id"]
    judged = columns.conclude(sound.rows.select(names).lazy()).collect()
    return judged["triage.at_least"].to_list()


def test_an_emergency_beside_a_wrong_number(columns: Columns) -> None:
    row = {"safety.saddle_numbness": "yes", "pain.during_drill": UNREADABLE}
    assert floors(columns, [row]) == ["emergency"]


def test_who_it_is_and_why(columns: Columns) -> None:
    row = {"safety.tearing_pain": "yes", "pain.during_drill": UNREADABLE}
    rejected = read(columns, [{**row, "date": "2026-11-20"}]).rejected
    (found,) = floors_of(columns, rejected, "t.csv").to_dicts()
    assert found == {
        "patient.id": "P0",
        "date": "2026-11-20",
        "file": "t.csv",
        "row": 1,
        "triage.at_least": "emergency",
        "stopped": True,
        "reason": "triage.emergency.tearing_or_chest_pain",
        "reasons": 1,
    }


@pytest.mark.parametrize(
    ("row", "floor"),
    [
        ({"safety.screen": "all_nop", "safety.saddle_numbness": "yes"}, "emergency"),
        ({"safety.screen": "all_no", "safety.saddle_numbness": "-"}, None),
        ({"safety.screen": "all_no", "safety.cauda_equina_investigated": "?!"}, None),
    ],
    ids=["wrong shorthand", "not asked beside a shorthand", "wrong flag beside a shorthand"],
)
def test_a_shorthand_stands_in_for_nothing_unread(
    columns: Columns, row: Cells, floor: str | None
) -> None:
    assert floors(columns, [row]) == [floor]


def test_an_unread_default_proves_nothing(columns: Columns) -> None:
    """Old and tested numbness is no emergency: whether it is stands in a cell nobody can read."""
    known = {"safety.saddle_numbness": "yes", "safety.cauda_equina_investigated": "yes"}
    unread = {**known, "safety.cauda_equina_investigated": UNREADABLE}
    (floor,) = floors(columns, [unread])
    assert severity(columns.knowledge, floor) <= severity(
        columns.knowledge, at_least(columns, [known])[0]
    )


def test_of_a_contradiction_neither_answer_is_read(columns: Columns) -> None:
    """Young onset is denied at an age that rules the denial out: one of the two is wrong."""
    row = {"context.age_years": 30, "spa.onset_under_45": "no", "safety.chest_pain_or_faint": "yes"}
    assert floors(columns, [row]) == ["emergency"]
    rejected = read(columns, [row]).rejected
    assert [cell.slip.code for cell in rejected.refused] == ["impossible_answer"]


def test_an_unknown_name_may_be_any_blank(columns: Columns) -> None:
    """What the shorthand says of it, and every default, may be wrong."""
    row = {"safety.screen": "all_no", "safty.saddle_numbness": "yes", "pain.during_drill": 2}
    sound = {name: value for name, value in row.items() if name != "safty.saddle_numbness"}
    (floor,) = floors(columns, [row], own_columns=True)
    assert severity(columns.knowledge, floor) <= severity(
        columns.knowledge, at_least(columns, [sound])[0]
    )
    certain = {"safty.saddle_numbness": "yes", "safety.tearing_pain": "yes"}
    assert floors(columns, [certain], own_columns=True) == ["emergency"]


def test_rows_that_could_be_read_whole(columns: Columns) -> None:
    """Such as a visit that stands twice: every answer counts, also the shorthand."""
    sound = read(columns, [{"safety.screen": "all_no", "safety.fever_or_chills": "yes"}]).rows
    rejected = RejectedCells(sound.clear(), []).beside(RejectedCells(sound, []))
    assert floors_of(columns, rejected, "t.csv")[FLOOR].to_list() == at_least(
        columns, [{"safety.screen": "all_no", "safety.fever_or_chills": "yes"}]
    )


SADDLE = "safety.saddle_numbness"


def written_csv(path: Path) -> Path:
    """Write rows with a cell that is no text, one that no heading names, and too few cells."""
    head = f"patient.id,{SADDLE},pain.during_drill,\n".encode()
    path.write_bytes(head + b"P1,yes,\xff\xfe,\nP2,yes,3,stray\nP3,yes,3\nP4,y\0,3,\n")
    return path


def written_lines(path: Path) -> Path:
    """Write forms with a list, a key that stands twice, one that breaks off, one with a list that
    may mean the very question, and one with a wrong word.
    """
    forms = (
        f'{{"patient.id":"P1","{SADDLE}":"yes","wall":[1,2]}}',
        f'{{"patient.id":"P2","{SADDLE}":"yes","stick.done":"yes","stick.done":"no"}}',
        f'{{"patient.id":"P3","{SADDLE}":"yes"',
        f'{{"patient.id":"P4","{SADDLE}":"yes","safety":["no"]}}',
        f'{{"patient.id":"P5","{SADDLE}":"yes","stick.sacrum":"gone"}}',
    )
    path.write_text("\n".join(forms), encoding="utf-8")
    return path


def written_sheet(path: Path) -> Path:
    """Write rows with an error, with a formula that was never calculated, with an error where the
    emergency would stand.
    """
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["patient.id", SADDLE, "pain.during_drill"])
        sheet.write_row(1, 0, ["P1", "yes"])
        sheet.write_formula(1, 2, "=NA()", value="#N/A")
        sheet.write_row(2, 0, ["P2", "yes"])
        sheet.write_formula(2, 2, "=1+1", value="")
        sheet.write_row(3, 0, ["P4", None, 3])
        sheet.write_formula(3, 1, "=NA()", value="#N/A")
    return path


@pytest.mark.parametrize(
    ("write", "name", "proven"),
    [
        (written_csv, "t.csv", {**BOTH, "P3": "", "P4": NOTE}),
        (written_lines, "t.jsonl", {**BOTH, "": "", "P4": "", "P5": EMERGENCY}),
        (written_sheet, "t.xlsx", {**BOTH, "P4": NOTE}),
    ],
    ids=["csv", "lines", "sheet"],
)
def test_rows_that_the_table_itself_refuses_are_looked_at(
    write: Callable[[Path], Path], name: str, proven: dict[str, str], tmp_path: Path
) -> None:
    """As far as their cells stand below their headings."""
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["batch", str(write(tmp_path / name)), "-o", str(out)])

    assert result.exit_code == 1, result.output
    with (out / "rejects.csv").open(encoding="utf-8", newline="") as file:
        rejected = {row["patient.id"]: row[FLOOR] for row in csv.DictReader(file)}
    assert rejected == proven
    count = list(proven.values()).count(EMERGENCY)
    assert f"{count} of the rejected rows already prove" in result.stderr
    not_looked_at = "1 of the rejected rows was not looked at" in result.stderr
    assert not_looked_at is (len(proven) > 3)


def test_no_rows_prove_nothing(columns: Columns) -> None:
    rows = read(columns, [{"safety.screen": "all_no"}]).rows.clear()
    assert floors_of(columns, RejectedCells(rows, []), "t.csv").height == 0


@pytest.fixture(scope="module")
def base(columns: Columns) -> pl.DataFrame:
    """Return forms with all kinds of blanks; in every other one the shorthand answers the flags
    that are blank.
    """
    knowledge, chance = columns.knowledge, random.Random(23)
    drawn = random_forms(knowledge, 23, case_answers(knowledge))
    forms = list(itertools.islice(drawn, count(quick=60, thorough=600)))
    for form in forms:
        for name in chance.sample(SAFETY, len(SAFETY) // 2):
            form.pop(name, None)
        form[chance.choice(SAFETY)] = "yes"
    table = pl.DataFrame(
        {
            name: pl.Series([form.get(name) for form in forms], strict=False).cast(dtype)
            for name, dtype in columns.schema.items()
        }
    )
    at_once = [None if number % 2 else "all_no" for number in range(len(forms))]
    numbers = pl.Series("row", range(len(forms)), dtype=pl.Int64)
    screen = pl.Series("safety.screen", at_once, dtype=columns.shorthands["safety.screen"])
    return table.with_columns(screen, numbers)


SAFETY = [
    "safety.saddle_numbness",
    "safety.tearing_pain",
    "safety.cauda_equina_investigated",
    "safety.fever_or_chills",
    "safety.calf_swollen_hot",
    "safety.sexual_function_change",
]


def severities(columns: Columns, table: pl.DataFrame) -> list[int]:
    """Return how severe each row is at least, whether or not its answers contradict each other."""
    judged = columns.conclude(table.lazy()).collect()
    return [severity(columns.knowledge, level) for level in judged["triage.at_least"]]


def with_cell(columns: Columns, base: pl.DataFrame, name: str, value: Value | None) -> pl.DataFrame:
    """Return rows in which a cell holds this."""
    dtype = {**columns.schema, **columns.shorthands}[name]
    return base.with_columns(pl.Series(name, [value] * base.height, dtype=dtype))


def test_never_more_than_every_meaning_of_the_cell_gives(
    columns: Columns, base: pl.DataFrame
) -> None:
    """For each question that something may stand in for, and each shorthand: left blank, or
    answered with any allowed value. What a blank would give is more than that now and then.
    """
    cells = meanings(columns.knowledge)
    blank = pl.concat([with_cell(columns, base, name, None) for name in cells])
    slip = Slip("unknown_choice", "")
    refused = [
        Refused(place, name, UNREADABLE, slip)
        for place, name in enumerate(name for name in cells for _ in range(base.height))
    ]
    found = floors_of(columns, RejectedCells(blank, refused), "t.csv")[FLOOR]
    floors = [severity(columns.knowledge, level) for level in found]
    as_blank, least = severities(columns, blank), list[int]()
    meant = pl.concat(
        [with_cell(columns, base, name, value) for name in cells for value in cells[name]]
    )
    given = iter(severities(columns, meant))
    for values in cells.values():
        worlds = [list(itertools.islice(given, base.height)) for _ in values]
        least += map(min, zip(*worlds, strict=True))
    least = list(map(min, as_blank, least))
    for floor, most, cell in zip(floors, least, refused, strict=True):
        assert floor <= most, cell
    assert any(given > most for given, most in zip(as_blank, least, strict=True))
    assert sum(floor > 0 for floor in floors) > len(floors) // 4


def meanings(knowledge: KnowledgeBase) -> dict[str, tuple[Value, ...]]:
    """Return the values of each cell whose blank means something, as far as triage reads it."""
    network = knowledge.network
    levels = [network.names[naming.level("triage", level.id)] for level in knowledge.triage]
    read_by = set().union(*map(network.observables_below, levels))
    flags = {
        name
        for group in knowledge.groups
        if group.shorthand
        for name, item in group.observables.items()
        if item.answer.is_flag
    }
    assumed = {name for name, item in knowledge.observables.items() if item.default is not None}
    meaning = read_by & (flags | assumed | network.ask_when.keys() | network.optional)
    values: dict[str, tuple[Value, ...]] = {
        name: knowledge.answers[name] for name in sorted(meaning)
    }
    return values | {name: choices(knowledge, name) for name in knowledge.shorthands}
