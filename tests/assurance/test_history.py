"""Changes of a folder of rules kept and taken back: whole or not at all, byte for byte."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result
from small import SMALL

from hingeexpert.assurance.authoring.history.history import files_to_keep
from hingeexpert.assurance.authoring.history.keeping import (
    Draft,
    Kept,
    begin,
    keep,
    settled,
    take_back,
    write,
)
from hingeexpert.assurance.authoring.history.lines import (
    InTheWayError,
    LinesOverTime,
    replaced_between,
)
from hingeexpert.assurance.authoring.history.signing import signed
from hingeexpert.cli import main
from hingeexpert.errors import HingeError, InputError, KnowledgeError
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.holding import holding
from hingeexpert.knowledge import load_knowledge

CHANGES, MOST_EDITS = 12, 3
SIGNED = signed("Ada Example", "A change to see what becomes of it.", ["PROPOSAL"])
BOTH = signed("Ada Example", "A change to see what becomes of it.", ["PROPOSAL"], "Bo Example")
NOTED = ("triage.yaml", "faults/shallow_range.yaml", "cases/even.yaml", "parameters.yaml")
"""Files that notes are written into."""
KILLED_EVERYWHERE = """
import os, subprocess, sys
from itertools import count
from pathlib import Path
from hingeexpert.assurance.authoring.history import keeping
from hingeexpert.assurance.authoring.history.signing import signed
folder, snapshots, numbers, busy = Path(sys.argv[1]), Path(sys.argv[2]), count(), [False]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT

def as_if_killed(event, arguments):
    # Files as they stand now: what a kill at this moment would leave.
    if busy[0] or event not in ("open", "os.rename", "os.remove", "os.mkdir"):
        return
    path, written = str(arguments[0]), event != "open" or arguments[2] & WRITES
    if written and path.startswith(str(folder)):
        busy[0] = True
        subprocess.run(["cp", "-a", folder, snapshots / f"{next(numbers):03d}"], check=True)
        busy[0] = False

sys.addaudithook(as_if_killed)
by = signed("Ada Example", "A change to see what becomes of it.", ["PROPOSAL"], "Bo Example")
keeping.keep(folder, by) if sys.argv[3] == "keep" else keeping.take_back(folder, 1, by)
"""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small folder of rules with a history that has just begun; nothing is changed in it."""
    folder = Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("begun") / "rules"))
    begin(folder)
    return folder


@pytest.fixture
def rules(begun: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to be changed."""
    return Path(shutil.copytree(begun, tmp_path / "rules"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def kept(folder: Path, file: str, old: str, new: str) -> Kept:
    """Edit a file and keep it."""
    edit(folder, file, old, new)
    return keep(folder, SIGNED)


def ran(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["rules", *map(str, words)], input=typed)


def test_a_kept_change_says_who_why_and_what(rules: Path) -> None:
    before = load_knowledge(rules).sha256
    kept(rules, "readiness.yaml", "title: ", "title: Really ")
    edit(rules, "parameters.yaml", "control_depth: {value: 40", "control_depth: {value: 35")
    (rules / "parameters.yaml").write_bytes((rules / "parameters.yaml").read_bytes() + b"# A note")
    change = keep(rules, SIGNED).change

    assert settled(rules).changes[2] == change
    assert (change.who, change.sources, change.second) == ("Ada Example", ("PROPOSAL",), None)
    assert [(place.place, place.was, place.now) for place in change.places] == [
        ("parameters.yaml#parameters.control_depth.value", "40", "35")
    ]
    assert [(lines.at, lines.taken_out, lines.put_in) for lines in change.files["parameters.yaml"]][
        1:
    ] == [(10, "", "# A note")]
    assert change.knowledge.after == load_knowledge(rules).sha256 != before
    assert change.folder.before == settled(rules).changes[1].folder.after


def some_edit(chance: Random, folder: Path) -> None:
    """Put notes into some files or take some out, and take a case away or bring it back."""
    for file in chance.sample(NOTED, chance.randint(1, MOST_EDITS)):
        lines = (folder / file).read_bytes().split(b"\n")
        notes = [place for place, line in enumerate(lines) if line.startswith(b"# ")]
        if notes and chance.random() < 0.4:
            del lines[chance.choice(notes)]
        ending = chance.choice(["", "\r", "  ", "\t\u2028"])
        lines.insert(chance.choice([0, len(lines)]), f"# {chance.random()}{ending}".encode())
        (folder / file).write_bytes(b"\n".join(lines))
    if chance.random() < 0.5:
        case = folder / "cases" / "easy.yaml"
        if case.exists():
            case.unlink()
        else:
            case.write_bytes((SMALL / "cases" / "easy.yaml").read_bytes())


@pytest.mark.parametrize("seed", [1, 2])
def test_changes_taken_back_in_any_order_leave_every_byte_as_it_was(rules: Path, seed: int) -> None:
    chance, before = Random(seed), files_to_keep(rules)
    standing = []
    for _ in range(CHANGES):
        some_edit(chance, rules)
        standing.append(keep(rules, SIGNED).number)
    while standing:
        standing.remove(taken_back_one(chance, rules, standing))

    assert files_to_keep(rules) == before == settled(rules).kept


def taken_back_one(chance: Random, folder: Path, standing: list[int]) -> int:
    """Take back a change drawn at random, or the first after it that nothing is in the way of."""
    for number in chance.sample(standing, len(standing)):
        told = in_the_way(folder, number)
        if not told:
            return number
        assert " is in the way: " in told
    raise AssertionError("each is in the way of another")


def in_the_way(folder: Path, number: int) -> str:
    """Take a change back, or return why not."""
    try:
        take_back(folder, number, SIGNED)
    except InputError as error:
        return str(error)
    return ""


def test_a_later_change_of_the_same_line_is_named_until_it_is_taken_back(rules: Path) -> None:
    kept(rules, "triage.yaml", "title: Urgent", "title: Very urgent")
    kept(rules, "triage.yaml", "title: Very urgent", "title: Most urgent")
    kept(rules, "triage.yaml", "levels:", "# Levels\nlevels:")
    with pytest.raises(InputError, match=r"0001\.yaml: change 2 is in the way: A change to see"):
        take_back(rules, 1, SIGNED)
    take_back(rules, 2, SIGNED)
    take_back(rules, 1, SIGNED)

    assert (rules / "triage.yaml").read_bytes() == b"# Levels\n" + (
        SMALL / "triage.yaml"
    ).read_bytes()
    with pytest.raises(InputError, match="taken back by 5; take back 5 to have it again"):
        take_back(rules, 1, SIGNED)
    take_back(rules, 5, SIGNED)
    assert "title: Very urgent" in (rules / "triage.yaml").read_text(encoding="utf-8")
    assert settled(rules).taken_back == {2: 4, 5: 6}


def test_what_is_not_kept_yet_is_told_and_never_overwritten(rules: Path) -> None:
    kept(rules, "triage.yaml", "title: Urgent", "title: Very urgent")
    edit(rules, "coaching.yaml", "order", "# Mine\norder")
    with pytest.raises(InputError, match=r"not kept yet, in coaching\.yaml; keep it first"):
        take_back(rules, 1, SIGNED)

    assert (
        "not kept yet: coaching.yaml: lines: 0 out, 1 in" in ran("history", "--rules", rules).output
    )
    assert "# Mine" in (rules / "coaching.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("with_history", [True, False])
def test_a_file_saved_since_a_draft_was_made_is_never_overwritten(
    rules: Path, with_history: bool
) -> None:
    read = files_to_keep(rules)
    draft = Draft({"triage.yaml": read["triage.yaml"] + b"# Drafted.\n"}, read)
    edit(rules, "triage.yaml", "levels:", "# By hand.\nlevels:")
    by_hand = files_to_keep(rules)
    with pytest.raises(InputError, match="was changed in the meantime"):
        keep(rules, SIGNED, draft) if with_history else write(rules, draft)
    assert files_to_keep(rules) == by_hand


def test_broken_rules_are_not_kept_and_nothing_is_written(rules: Path) -> None:
    edit(rules, "triage.yaml", "safety.numbness: yes", "safety.numbnes: yes")
    before = all_files(rules)
    with pytest.raises(KnowledgeError, match=r"triage.yaml:10: .* did you mean 'safety.numbness'"):
        keep(rules, SIGNED)

    assert all_files(rules) == before


def all_files(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, hidden ones as well."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_a_case_that_fails_is_rewritten_in_the_same_change_or_somebody_else_signs(
    rules: Path,
) -> None:
    edit(rules, "parameters.yaml", "adequate_range: {value: 50", "adequate_range: {value: 45")
    with pytest.raises(InputError) as caught:
        keep(rules, SIGNED)
    assert "a worked case fails: even.yaml: A short bend with a calm breath." in str(caught.value)
    with pytest.raises(InputError, match="'ada EXAMPLE' is the author"):
        signed("Ada Example", "Because it is so.", ["PROPOSAL"], "ada  EXAMPLE")
    both = keep(rules, BOTH).change
    take_back(rules, 1, BOTH)
    edit(rules, "parameters.yaml", "adequate_range: {value: 50", "adequate_range: {value: 45")
    edit(rules, "cases/even.yaml", "faults: {shallow_range: medium}", "not_faults: [shallow_range]")
    alone = keep(rules, SIGNED).change

    assert [(case.outcome, case.rewritten) for case in both.cases] == [("fails", False)]
    assert [(case.outcome, case.rewritten) for case in alone.cases] == [("passes", True)]
    assert "Hinge stops short: present, medium" in both.cases[0].was
    assert both.second == "Bo Example"


HAZARD = """hazards:
  - id: numb_coached
    who: A numb person.
    cause: Numbness counts for little.
    harm: It stays for life.
    severity: SEVERITY
    happens: {true: {safety.numbness: yes}, coached: yes}
    controls: [{rule: triage.urgent.numb}]
    residual: Numbness that nobody asks about.
    sources: [S88]
"""


@pytest.mark.parametrize("severity", ["major", "considerable"])
def test_a_change_that_opens_a_grave_hazard_needs_two_people(rules: Path, severity: str) -> None:
    (rules / "hazards").mkdir()
    log = HAZARD.replace("SEVERITY", severity)
    (rules / "hazards" / "numb.yaml").write_text(log, encoding="utf-8")
    keep(rules, SIGNED)
    (rules / "cases" / "numb.yaml").unlink()
    edit(rules, "triage.yaml", "{safety.numbness: yes}", "{stick.breath: held}")
    opened = "numb_coached can happen: It stays for life. (Numb between the legs: yes)"
    if severity == "major":
        with pytest.raises(InputError, match=re.escape(f"by the rules as entered, {opened}")):
            keep(rules, SIGNED)
    change = keep(rules, BOTH).change

    assert (opened in change.hazards) == (severity == "major")


@pytest.mark.parametrize(
    ("who", "reason", "sources", "told"),
    [
        ("", "Because it is so.", ["PROPOSAL"], "who: text of at least 2 characters is needed"),
        ("A\x1bda", "It", ["PROPOSAL"], "reason: text of at least 5 characters"),
        ("Ada", "Because it is so.", [], "sources: at least one is needed"),
        ("Ada", "Because it is so.", ["PROPOSAL", "S8"], "'S8' is no source; did you mean 'S88'"),
    ],
    ids=["nobody", "no-reason", "no-source", "unknown-source"],
)
def test_a_change_needs_a_name_a_reason_and_sources(
    rules: Path, who: str, reason: str, sources: list[str], told: str
) -> None:
    edit(rules, "triage.yaml", "title: Urgent", "title: Very urgent")
    with pytest.raises(InputError) as caught:
        keep(rules, signed(who, reason, sources))

    assert told in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert settled(rules).changes == {}


def test_whoever_comes_second_is_told_that_another_keeps(rules: Path) -> None:
    edit(rules, "triage.yaml", "title: Urgent", "title: Very urgent")
    with holding(rules), pytest.raises(InputError, match="another run"):
        keep(rules, SIGNED)

    assert keep(rules, SIGNED).number == 1


@pytest.mark.parametrize("command", ["keep", "take-back"])
def test_whenever_it_is_killed_the_folder_is_as_it_was_or_whole(
    rules: Path, tmp_path: Path, command: str
) -> None:
    edit(rules, "triage.yaml", "title: Urgent", "title: Very urgent")
    edit(rules, "coaching.yaml", "order", "# Mine\norder")
    (rules / "cases" / "easy.yaml").unlink()
    if command == "take-back":
        keep(rules, SIGNED)
    before, number = files_to_keep(rules), len(settled(rules).changes)
    snapshots = tmp_path / "snapshots"
    snapshots.mkdir()
    subprocess.run([sys.executable, "-c", KILLED_EVERYWHERE, rules, snapshots, command], check=True)
    after, whole = files_to_keep(rules), settled(rules)
    seen = set()
    for place in sorted(snapshots.iterdir()):
        history = settled(place)
        seen.add(len(history.changes))
        if len(history.changes) == number:
            assert files_to_keep(place) == before
        else:
            assert (files_to_keep(place), history.kept) == (after, whole.kept)
            assert history.changes == whole.changes
        assert not (place / ".together.json").exists()

    assert seen == {number, number + 1}
    assert len(list(snapshots.iterdir())) >= 10


def test_a_file_changed_after_a_kill_is_left_as_it_is(rules: Path, tmp_path: Path) -> None:
    kept(rules, "triage.yaml", "title: Urgent", "title: Very urgent")
    (snapshots := tmp_path / "snapshots").mkdir()
    subprocess.run(
        [sys.executable, "-c", KILLED_EVERYWHERE, rules, snapshots, "take-back"], check=True
    )
    half = next(
        place for place in sorted(snapshots.iterdir()) if (place / ".together.json").exists()
    )
    edit(half, "triage.yaml", "levels:", "# Mine\nlevels:")
    mine = (half / "triage.yaml").read_bytes()

    assert len(settled(half).changes) == 2
    assert (half / "triage.yaml").read_bytes() == mine
    assert "not kept yet: triage.yaml" in ran("history", "--rules", half).output


def spoil_kept(folder: Path) -> None:
    edit(folder, "history/kept/triage.yaml", "title: Very urgent", "title: Calm")


def spoil_number(folder: Path) -> None:
    (folder / "history" / "0001.yaml").unlink()


def spoil_lines(folder: Path) -> None:
    edit(folder, "history/0001.yaml", 'put_in: "    title: Very urgent', 'put_in: "    title: Calm')


def spoil_author(folder: Path) -> None:
    edit(folder, "history/0001.yaml", "Ada Example", "Eve Example")


def spoil_undone(folder: Path) -> None:
    edit(folder, "history/0002.yaml", "knowledge:", "takes_back: 2\nknowledge:")


def spoil_twice(folder: Path) -> None:
    shutil.copy(folder / "history" / "0001.yaml", folder / "history" / "00001.yaml")


def spoil_name(folder: Path) -> None:
    (folder / "history" / "notes.yaml").write_bytes((folder / "history/0001.yaml").read_bytes())


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (spoil_kept, "history/kept: is not what the change before left"),
        (spoil_number, "history/0001.yaml: is missing"),
        (spoil_lines, "history/0001.yaml: is not as it was kept"),
        (spoil_author, "history/0001.yaml: is not as it was kept"),
        (spoil_undone, "history/0002.yaml: is not as it was kept"),
        (spoil_twice, "00001.yaml: is no change"),
        (spoil_name, "notes.yaml: is no change"),
    ],
    ids=["kept", "number", "lines", "author", "undone", "twice", "name"],
)
def test_a_history_that_somebody_changed_is_told(
    rules: Path, spoil: Callable[[Path], None], told: str
) -> None:
    kept(rules, "triage.yaml", "title: Urgent", "title: Very urgent")
    kept(rules, "coaching.yaml", "order", "# Mine\norder")
    spoil(rules)
    with pytest.raises(HingeError) as caught:
        take_back(rules, 1, SIGNED)

    assert told in str(caught.value)


@pytest.mark.parametrize("name", [".holder.json", ".together.json"])
def test_a_link_in_a_folder_of_somebody_else_leads_to_no_file_of_ours(
    rules: Path, tmp_path: Path, name: str
) -> None:
    (mine := tmp_path / "mine.json").write_text("[]", encoding="utf-8")
    (rules / name).symlink_to(mine)
    edit(rules, "triage.yaml", "title: Urgent", "title: Very urgent")
    with suppress(InputError):
        keep(rules, SIGNED)
    assert mine.read_text(encoding="utf-8") == "[]"


def test_the_shipped_rules_and_a_folder_without_a_history_stay_as_they_are(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "rules")
    with pytest.raises(InputError, match="is the shipped folder"):
        begin(data_folder("rules"))
    with pytest.raises(InputError, match="has no history yet"):
        keep(tmp_path / "rules", SIGNED)

    assert not (data_folder("rules") / "history").exists()
    assert not (tmp_path / "rules" / "history").exists()


def test_the_commands_ask_for_what_they_were_not_told(rules: Path) -> None:
    nothing = ran("keep", "--rules", rules, typed="")
    edit(rules, "triage.yaml", "title: Urgent", "title: Very urgent")
    done = ran("keep", "--rules", rules, typed="As read.\nPROPOSAL, S88\nAda Example\n")
    back = ran(
        "take-back", 1, "--rules", rules, "--reason", "Read wrongly.", "--name", "Bo Example"
    )
    listed = ran("history", "--rules", rules)
    shown = ran("history", 1, "--rules", rules)
    none = ran("history", 9, "--rules", rules)

    assert (nothing.exit_code, none.exit_code) == (1, 1)
    assert "triage.yaml: lines: 1 out, 1 in" in done.output
    assert "kept as change 1: 1 place in 1 file; 0 worked cases judged otherwise" in done.output
    assert "change 1 taken back as change 2" in back.output
    assert "Ada Example: As read.  (taken back by 2)" in listed.output
    assert "sources: PROPOSAL, S88" in shown.output
    assert "  -3: " + "    title: Urgent" in shown.output
    assert "there is no change 9; allowed: 1 to 2" in none.output


def some_lines(chance: Random, lines: list[str]) -> list[str]:
    """Return lines with one changed, some put in, or some taken out."""
    place, new = chance.randrange(len(lines) + 1), chance.choices("abcd", k=chance.randint(1, 2))
    taken = chance.choice([0, 0, 1, 2, len(lines)])
    return [*lines[:place], *(new if chance.random() < 0.7 else []), *lines[place + taken :]]


@pytest.mark.parametrize("seed", range(5))
def test_lines_undone_and_made_again_in_any_order_come_back(seed: int) -> None:
    chance = Random(seed)
    for _ in range(60):
        start = chance.choices("ab", k=chance.randint(0, 2))
        over_time = LinesOverTime.from_start(start)
        for number in range(1, 9):
            if chance.random() < 0.5 and over_time.done:
                one = chance.choice([*over_time.first])
                with suppress(InTheWayError):
                    over_time.take_back(one, number)
            else:
                new = some_lines(chance, over_time.standing)
                over_time.change(number, replaced_between(over_time.standing, new))
                assert over_time.standing == new
        for number in range(9, 100):
            standing = [done.last for done in over_time.done.values() if done.stands]
            for one in chance.sample(standing, len(standing)):
                with suppress(InTheWayError):
                    over_time.take_back(one, number)
                    break
        assert over_time.standing == start
