"""The workbook of the rules reads back: each changed cell lands as exactly that change, or is
refused at its cell, in words.
"""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from small import SMALL, copied
from workbooks import (
    change_cells,
    exported,
    mutated,
    other_text,
    shuffled,
    tables_of,
    targets,
)

from hingeexpert.assurance.authoring.workbook.cell_kinds import SheetCellKind
from hingeexpert.assurance.authoring.workbook.cell_text import CellError, folded, value_of
from hingeexpert.assurance.authoring.workbook.file_edits import FileEdit, with_edits
from hingeexpert.assurance.authoring.workbook.landing import Landing, landing
from hingeexpert.assurance.authoring.workbook.reading import ReadWorkbook, read_workbook
from hingeexpert.assurance.authoring.workbook.rows import RuleTables
from hingeexpert.assurance.authoring.workbook.sheets import SHEETS
from hingeexpert.cli import main
from hingeexpert.errors import InputError
from hingeexpert.formats.documents import read_document
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge.vocabulary import Vocabulary

RULES = data_folder("rules")
NUMB = "triage.yaml#levels[urgent].rules[numb]"
RANGE = "parameters.yaml#parameters.adequate_range"
NEAR = "parameters.yaml#parameters.wall_too_near"
SHORT = "findings.yaml#findings.short_bend"
SAMPLE = 20


@pytest.fixture(scope="module")
def shipped() -> RuleTables:
    return tables_of(RULES)


@pytest.fixture(scope="module")
def small_workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(SMALL, tmp_path_factory.mktemp("small") / "rules.xlsx")


@pytest.fixture(scope="module")
def shipped_workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(RULES, tmp_path_factory.mktemp("shipped") / "rules.xlsx")


def landed(
    workbook: Path, changes: Mapping[tuple[str, str], Any], to: Path, rules: Path = SMALL
) -> tuple[Landing, dict[str, str]]:
    """Change cells, read the workbook and put what it says into the rules."""
    where = change_cells(workbook, changes, to / "changed.xlsx")
    return landing(tables_of(rules), read_workbook(to / "changed.xlsx")), where


def messages(result: Landing) -> dict[str, str]:
    """Return cell to what was refused there."""
    return {problem.path: problem.message for problem in result.problems}


def test_every_number_and_condition_of_the_rules_stands_in_a_row(shipped: RuleTables) -> None:
    rules = shipped.sheets["Triage"] + shipped.sheets["Readiness"] + shipped.sheets["Reasons"]
    numbers = shipped.documents["parameters.yaml"].data["parameters"]

    assert {row.path[-1] for row in shipped.sheets["Numbers"]} == numbers.keys()
    assert all(row.cells["when"].text for row in rules)
    assert set(SHEETS) < set(shipped.sheets)
    assert all(rows for rows in shipped.sheets.values())


def test_a_workbook_that_nobody_changed_says_nothing(shipped_workbook: Path) -> None:
    assert read_workbook(shipped_workbook) == ReadWorkbook("rules.xlsx")


def test_rows_sorted_hidden_and_left_out_say_nothing(small_workbook: Path, tmp_path: Path) -> None:
    path = shuffled(small_workbook, tmp_path / "s.xlsx", random.Random(5))

    assert read_workbook(path) == ReadWorkbook("s.xlsx")


def test_a_cell_changed_alone_changes_nothing_else(shipped: RuleTables) -> None:
    """A sample of all; `benchmarks/workbook.py` changes every one."""
    for target in random.Random(7).sample(list(targets(shipped)), SAMPLE):
        cell, file = target.cell, target.row.file
        text = folded(other_text(target, shipped), cell.text)
        value = value_of(cell.kind, text, shipped.vocabulary)
        old = shipped.files.contents[file]
        new, refused = with_edits(file, old, [FileEdit("", "", file, cell.path, cell.value, value)])
        back, _ = with_edits(file, new, [FileEdit("", "", file, cell.path, value, cell.value)])

        assert refused == []
        assert at(read_document(file, new).data, cell.path) == value != cell.value
        assert read_document(file, back).data == read_document(file, old).data


def at(data: Any, path: Any) -> Any:
    for step in path:
        data = data[step]
    return data


@pytest.mark.parametrize("seed", [1, 2])
def test_cells_as_people_and_spreadsheets_change_them_land_or_are_refused_where_they_stand(
    seed: int, small_workbook: Path, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    tables = tables_of(SMALL)
    chosen = {target.at: target for target in chance.sample(list(targets(tables)), SAMPLE)}
    changes = {key: mutated(target.cell.text, chance) for key, target in chosen.items()}
    where = change_cells(small_workbook, changes, tmp_path / "m.xlsx")
    read = read_workbook(tmp_path / "m.xlsx")

    assert {problem.path for problem in read.problems} <= set(where.values())
    outcomes = set()
    for changed in read.changed:
        target = chosen[changed.place, changed.heading]
        result = landing(tables, ReadWorkbook("alone.xlsx", [changed]))
        outcomes.add(bool(result.files))

        assert {problem.path for problem in result.problems} <= {changed.at}
        for file, content in result.files.items():
            value = value_of(target.cell.kind, changed.now, tables.vocabulary)
            assert file == target.row.file
            assert without(content, target) == without(tables.files.contents[file], target)
            assert kept(content, target) == value
    assert outcomes == {True, False}


def kept(content: bytes, target: Any) -> Any:
    """Return what stands at the place of a cell."""
    data = at(read_document("", content).data, target.cell.path[:-1])
    step = target.cell.path[-1]
    return data.get(step) if isinstance(data, dict) else data[step]


def without(content: bytes, target: Any) -> Any:
    """Return the data of a file with nothing at the place of a cell."""
    data = read_document("", content).data
    above = at(data, target.cell.path[:-1])
    if isinstance(above, dict):
        above.pop(target.cell.path[-1], None)
    else:
        above[target.cell.path[-1]] = None
    return data


FLAG = SheetCellKind("word", ("yes", "no"))
NUMBER, TEXT, NAMES = SheetCellKind("number"), SheetCellKind("text"), SheetCellKind("names")


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (FLAG, "true", "yes"),
        (FLAG, " No\n", "no"),
        (SheetCellKind("word", ("limits_to_low",)), "Limits to low", "limits_to_low"),
        (NUMBER, "0,5", 0.5),
        (NUMBER, "7", 7),
        (NUMBER, "\u22123", -3),
        (TEXT, "\u201cIt\u2019s\u201d\u00a0here\r\nnow\u200b", '"It\'s" here now'),
        (TEXT, "cafe\u0301  and", "caf\u00e9 and"),
        (NAMES, "S1;S2 ,\nS3", ["S1", "S2", "S3"]),
        (SheetCellKind("text", needed=False), "\u00a0", None),
    ],
    ids=["true", "capital", "blanks", "comma", "int", "minus", "curly", "accent", "names", "blank"],
)
def test_what_a_keyboard_cannot_have_meant_is_folded(
    kind: SheetCellKind, typed: str, value: object
) -> None:
    found = value_of(kind, folded(typed, ""), Vocabulary())

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "typed", "message"),
    [
        (NUMBER, "1,000", "could be a thousand or a decimal"),
        (NUMBER, "5 points", "is no number; allowed: digits"),
        (NUMBER, "true", "is no number"),
        (TEXT, "2024-02-01 00:00:00", "made a date or a time of it"),
        (TEXT, "#NAME?", "is an error of the spreadsheet"),
        (TEXT, "=B3", "is a formula"),
        (TEXT, "half \ufffd", r"was lost, U\+FFFD"),
        (TEXT, "turned \u202e", r"cannot be seen or was lost, U\+202E"),
        (TEXT, " ", "the cell is blank"),
        (FLAG, "maybe", "'?maybe\"? is not allowed; allowed: yes, no"),
        (NAMES, "S1, S1", '"S1" stands there twice'),
        (NAMES, ",", "names nothing"),
        (SheetCellKind("condition"), "finding", "a name is needed; found nothing"),
    ],
    ids=["thousand", "unit", "truth", "date", "error", "formula", "lost", "unseen", "blank",
         "word", "twice", "none", "condition"],
)  # fmt: skip
def test_what_cannot_be_undone_is_refused(kind: SheetCellKind, typed: str, message: str) -> None:
    with pytest.raises(CellError, match=message):
        value_of(kind, folded(typed, ""), Vocabulary())


def test_changes_of_every_kind_land_at_once(small_workbook: Path, tmp_path: Path) -> None:
    """A value, a condition, a key that was not there, and one that goes."""
    changes = {
        (RANGE, "value"): 55,
        (NEAR, "value"): "0,25",
        (NUMB, "when"): "not (safety.numbness is no) or finding short_bend",
        (NUMB, "ask"): "Please look at it.",
        (NUMB, "act"): None,
        (NUMB, "sources"): "S88",
    }
    result, _ = landed(small_workbook, changes, tmp_path)
    old = (SMALL / "triage.yaml").read_text(encoding="utf-8")
    new = old.replace(
        "when: {safety.numbness: yes}",
        "when: {any: [{not: {safety.numbness: no}}, {finding: short_bend}]}",
    )
    new = new.replace("        act: A medical check the same day.\n", "")
    new = new.replace("New numbness.\n", "New numbness.\n        ask: Please look at it.\n")

    assert result.problems == []
    assert result.files["triage.yaml"].decode() == new.replace("[S88, S99]", "[S88]")
    assert b"value: 55," in result.files["parameters.yaml"]
    assert b"value: 0.25," in result.files["parameters.yaml"]
    assert len(result.landed) == len(changes)


def test_all_refusals_come_at_once_and_the_rest_lands(small_workbook: Path, tmp_path: Path) -> None:
    changes = {
        (RANGE, "value"): 60,
        (RANGE, "status"): "guess",
        (NUMB, "when"): "safety.numb is yes",
        (NUMB, "when reads as"): "Something else",
        (NUMB, "sources"): "S77777",
        (NUMB, "Take out"): "yes",
        (SHORT, "Place"): "findings.yaml#findings.other",
        (NEAR, "value"): "=1+1",
    }
    result, where = landed(small_workbook, changes, tmp_path)
    found = messages(result)

    assert [edit.at for edit in result.landed] == [where[RANGE, "value"]]
    assert set(found) == set(where.values()) - {where[RANGE, "value"]}
    assert "allowed: seed, evidence, proposal" in found[where[RANGE, "status"]]
    assert "'safety.numb' is no observable" in found[where[NUMB, "when"]]
    assert "made from the column when" in found[where[NUMB, "when reads as"]]
    assert "'S77777' is no source" in found[where[NUMB, "sources"]]
    assert "allowed: take out" in found[where[NUMB, "Take out"]]
    assert "is no place that was exported" in found[where[SHORT, "Place"]]
    assert "a formula stands there" in found[where[NEAR, "value"]]


def test_a_change_that_breaks_another_file_is_refused_at_its_cell(
    small_workbook: Path, tmp_path: Path
) -> None:
    changes = {(SHORT, "Take out"): "Take out", (RANGE, "value"): 45, (NUMB, "because"): "So."}
    result, where = landed(small_workbook, changes, tmp_path)

    assert {edit.at for edit in result.landed} == {where[RANGE, "value"], where[NUMB, "because"]}
    assert set(messages(result)) == {where[SHORT, "Take out"]}


def test_an_entry_is_taken_out_by_a_word(small_workbook: Path, tmp_path: Path) -> None:
    rows = tables_of(SMALL).sheets["Drill lines"]
    places = [row.path for row in rows]
    row = next(row for row in rows if (row.path[0], 1) in places)
    result, _ = landed(small_workbook, {(row.place, "Take out"): "Take Out "}, tmp_path)
    old = read_document("", (SMALL / row.file).read_bytes()).data[row.path[0]]

    assert result.problems == []
    assert read_document("", result.files[row.file]).data[row.path[0]] == old[1:]


def test_where_the_rules_changed_meanwhile_the_cell_clashes(
    small_workbook: Path, tmp_path: Path
) -> None:
    rules = copied(tmp_path)
    file = rules / "parameters.yaml"
    text = file.read_text(encoding="utf-8").replace("value: 50,", "value: 48,")
    file.write_text(text.replace("value: 0.5,", "value: 0.6,"), encoding="utf-8")
    changes = {(RANGE, "value"): 55, (NEAR, "value"): 0.6, (NUMB, "because"): "Other."}
    result, where = landed(small_workbook, changes, tmp_path, rules)

    assert messages(result) == {
        where[RANGE, "value"]: '"48" stands there now; "50" stood there as exported'
    }
    assert [edit.at for edit in result.landed] == [where[NUMB, "because"]]


def test_the_text_of_another_language_that_is_left_behind_is_told(
    small_workbook: Path, tmp_path: Path
) -> None:
    result, _ = landed(small_workbook, {(NUMB, "patient"): "You feel odd."}, tmp_path)

    assert any('"You feel numb." stands nowhere' in text for text in result.stale)
    assert any('no translation of "You feel odd."' in text for text in result.stale)


def test_a_row_that_stands_there_twice_must_say_the_same(
    small_workbook: Path, tmp_path: Path
) -> None:
    def copy_below(cell: Any) -> None:
        sheet, row = cell.parent, [item.value for item in cell.parent[cell.row]]
        sheet.append(["4" if value == "50" else value for value in row])

    path = tmp_path / "twice.xlsx"
    change_cells(small_workbook, {(RANGE, "value"): copy_below}, path)
    read = read_workbook(path)

    assert read.changed == []
    assert ["stands there twice" in problem.message for problem in read.problems] == [True]


def test_a_column_that_is_gone_or_new_is_told(small_workbook: Path, tmp_path: Path) -> None:
    def rename(cell: Any) -> None:
        cell.parent.cell(1, cell.column).value = "mine"

    path = tmp_path / "column.xlsx"
    change_cells(small_workbook, {(RANGE, "unit"): rename}, path)
    notes = read_workbook(path).notes

    assert notes == [
        "the sheet Numbers has no column unit; these cells stay",
        'the column "mine" of the sheet Numbers is none of ours; it was not read',
    ]


@pytest.mark.parametrize("is_there", [False, True], ids=["missing", "empty"])
def test_another_workbook_is_refused(tmp_path: Path, small_workbook: Path, is_there: bool) -> None:
    import openpyxl

    book = openpyxl.load_workbook(small_workbook)
    del book["As exported"]
    if is_there:
        book.create_sheet("As exported")
    book.save(tmp_path / "other.xlsx")

    with pytest.raises(InputError, match="has no hidden sheet As exported"):
        read_workbook(tmp_path / "other.xlsx")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["rules", *map(str, arguments)])


def test_the_commands_write_only_what_was_changed_and_only_when_told(tmp_path: Path) -> None:
    rules = copied(tmp_path)
    before = {path: path.read_bytes() for path in rules.rglob("*.yaml")}
    made = run("export", "--to", "xlsx", "-o", tmp_path / "r.xlsx", "--rules", rules)
    changes = {(RANGE, "value"): 55, (NUMB, "when"): "nonsense"}
    change_cells(tmp_path / "r.xlsx", changes, tmp_path / "c.xlsx")
    told = run("import", tmp_path / "c.xlsx", "--rules", rules)
    untouched = {path: path.read_bytes() for path in rules.rglob("*.yaml")}
    written = run("import", tmp_path / "c.xlsx", "--rules", rules, "--write")
    after = {path: path.read_bytes() for path in rules.rglob("*.yaml")}
    changed = [path.name for path in before if before[path] != after[path]]

    assert (made.exit_code, made.output) == (0, "")
    assert (told.exit_code, written.exit_code) == (1, 1)
    assert untouched == before
    assert changed == ["parameters.yaml"]
    assert 'value: "50" becomes "55"' in told.stdout
    assert "1 change lands, 1 refusal, 1 file" in told.stdout
    assert "nothing was written" in told.stdout
    assert "there is no crowd.yaml, so nobody was judged" in told.stderr
    assert "error: c.xlsx: Triage B2: " in told.stderr
    assert "written: parameters.yaml" in written.stdout


def test_who_is_judged_otherwise_is_told_before_anything_is_written(tmp_path: Path) -> None:
    rules = copied(tmp_path)
    blank = "blank: {people: 10, questions: 4, status: proposal, sources: [PROPOSAL]}"
    numb = "answers: [{asks: [safety.numbness], rest: yes, status: proposal, sources: [PROPOSAL]}]"
    (rules / "crowd.yaml").write_text(f"{blank}\n{numb}\n", encoding="utf-8")
    change_cells(
        exported(rules, tmp_path / "r.xlsx"),
        {(NUMB, "when"): "safety.numbness is no"},
        tmp_path / "c.xlsx",
    )
    told = run("import", tmp_path / "c.xlsx", "--rules", rules, "--people", 50).stdout

    assert " of 50 invented people are judged otherwise" in told
    assert ": Urgent → " in told
    assert told.index("invented people") < told.index("nothing was written")


def test_a_folder_with_a_history_gets_one_entry_for_the_workbook(tmp_path: Path) -> None:
    rules = copied(tmp_path)
    run("keep", "--begin", "--rules", rules)
    changes = {(RANGE, "value"): 52, (NUMB, "because"): "Numb."}
    path = tmp_path / "c.xlsx"
    change_cells(exported(rules, tmp_path / "r.xlsx"), changes, path)
    signature = ("--reason", "Read anew.", "--source", "GK", "--name", "Ada Example")
    done = run("import", path, "--rules", rules, "--write", *signature)
    with (rules / "words.yaml").open("a", encoding="utf-8") as file:
        file.write("# not kept\n")
    refused = run("import", path, "--rules", rules, "--write", *signature)

    assert "kept as change 1: 2 places in 2 files" in done.stdout
    assert (done.exit_code, refused.exit_code) == (0, 1)
    assert "changes in words.yaml are not kept yet; run rules keep first" in refused.stderr


def test_the_shipped_rules_are_never_written_to(small_workbook: Path) -> None:
    result = run("import", small_workbook, "--write")

    assert result.exit_code == 1
    assert "are the shipped rules and never written to" in result.stderr


def test_a_workbook_needs_a_file() -> None:
    result = run("export", "--to", "xlsx")

    assert result.exit_code == 2
    assert "--to xlsx needs -o" in result.stderr
