"""A folder of rules that is edited: each save is a change from the last state that was usable."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small import SMALL

from hingeexpert.assurance.authoring.seeing.change import told_of_change
from hingeexpert.assurance.authoring.seeing.change_words import in_words
from hingeexpert.assurance.authoring.seeing.hazards_seen import HazardsSeen
from hingeexpert.assurance.authoring.seeing.live import LiveRules
from hingeexpert.assurance.authoring.seeing.slow import SlowProofs, found_slowly
from hingeexpert.assurance.authoring.seeing.slow_words import slow_words
from hingeexpert.assurance.authoring.seeing.states import Snapshot
from hingeexpert.assurance.proofs import Prover
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import load_knowledge

PEOPLE = 2000
FEVER = "when: {safety.fever_or_chills: yes, finding: back_pain}"
LOG = """\
hazards:
  - id: spinal_infection_coached
    who: The person at the visit.
    cause: Fever counts for little by itself.
    harm: Sepsis, paralysis.
    severity: catastrophic
    happens: {true: {safety.fever_or_chills: yes, symptom.low_back_pain: yes}, coached: yes}
    controls:
      - {rule: triage.urgent.fever_with_back_pain}
      - {person: The clinician takes the temperature.}
    residual: Fever that nobody asks about.
    sources: [PROPOSAL]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the rules with few cases and one hazard."""
    rules = tmp_path_factory.mktemp("live") / "rules"
    shutil.copytree(data_folder("rules"), rules, ignore=shutil.ignore_patterns("cases", "hazards"))
    (rules / "cases").mkdir()
    some = data_folder("rules") / "cases" / "remarks" / "strong-pain.yaml"
    shutil.copy(some, rules / "cases" / "strong-pain.yaml")
    (rules / "hazards").mkdir()
    (rules / "hazards" / "one.yaml").write_text(LOG, encoding="utf-8")
    return rules


@pytest.fixture(scope="module")
def live(folder: Path) -> LiveRules:
    made = LiveRules(folder, PEOPLE)
    made.warm()
    return made


def replace(folder: Path, file: str, was: str, now: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert was in text
    (folder / file).write_text(text.replace(was, now, 1), encoding="utf-8")


def test_a_save_is_told_once_and_one_that_is_taken_back_the_other_way(
    live: LiveRules, folder: Path
) -> None:
    assert live.look() is None
    number = "pain_high:\n    {value: %d,"
    replace(folder, "parameters.yaml", number % 5, number % 7)
    change = live.look()
    assert change is not None
    assert (change.files, change.usable) == (("parameters.yaml",), True)
    assert change.first_cases.failing
    assert live.look() is None

    replace(folder, "parameters.yaml", number % 7, number % 5)
    back = live.look()
    assert back is not None
    assert back.before is change.after
    assert (back.people.mask, back.first_cases.failing) == (change.people.mask, [])
    assert all(case.failed for case in back.first_cases.cases if case.was and case.moves)


def test_what_is_still_being_written_waits_for_the_next_look(live: LiveRules, folder: Path) -> None:
    assert live.look_twice() is None
    replace(folder, "remarks.yaml", "remarks:\n", "\nremarks:\n")
    assert live.look_twice() is None
    change = live.look_twice()
    assert change is not None
    assert (change.people.count, change.texts) == (0, ())


def test_a_mended_slip_is_compared_with_what_was_before_it(live: LiveRules, folder: Path) -> None:
    before = live.state
    replace(folder, "triage.yaml", FEVER, FEVER.replace("yes", "yse"))
    broken = live.look()
    assert broken is not None
    assert not broken.usable
    assert "did you mean 'yes'" in str(broken.problems[0])
    replace(folder, "triage.yaml", "yse", "yes")
    mended = live.look()
    assert mended is not None
    assert mended.before is before
    assert (mended.people.count, mended.texts, mended.files) == (0, (), ())
    assert [*in_words(mended)] == ["Nothing differs from the last state that could be used."]


def test_the_copies_of_an_editor_are_passed_over(live: LiveRules, folder: Path) -> None:
    (folder / "triage.yaml~").write_text("levels: [", encoding="utf-8")
    (folder / "4913").write_text("", encoding="utf-8")
    assert live.look() is None
    replace(folder, "remarks.yaml", "remarks:\n", "# By hand.\nremarks:\n")
    change = live.look()
    (folder / "triage.yaml~").unlink()
    (folder / "4913").unlink()
    assert change is not None
    assert (change.usable, change.files) == (True, ("remarks.yaml",))


Put = Callable[[Path], None]


def as_pipe(path: Path) -> None:
    os.mkfifo(path)


def as_link_to_nothing(path: Path) -> None:
    path.symlink_to("/nowhere/at/all")


def as_device_without_end(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.skipif(sys.platform == "win32", reason="has neither pipes nor such devices")
@pytest.mark.parametrize(
    "put", [as_pipe, as_link_to_nothing, as_device_without_end, Path.mkdir],
    ids=["pipe", "link to nothing", "device without end", "folder"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("file", "usable"),
    [("triage.yaml", False), ("cases/strong-pain.yaml", True), ("hazards/one.yaml", True)],
)
def test_what_is_no_file_any_more_is_told_and_what_comes_after_it_is_seen(
    live: LiveRules,
    folder: Path,
    tmp_path: Path,
    file: str,
    usable: bool,
    put: Callable[[Path], None],
) -> None:
    (folder / file).rename(tmp_path / "file.yaml")
    put(folder / file)
    change = live.look()
    (folder / file).rmdir() if (folder / file).is_dir() else (folder / file).unlink()
    (tmp_path / "file.yaml").rename(folder / file)
    assert change is not None
    assert change.usable is usable
    name = file.removeprefix("cases/")
    told = any(problem.file.endswith(name) for problem in change.problems)
    assert told or (put is Path.mkdir and file.startswith("cases/"))
    mended = live.look()
    assert mended is not None
    assert mended.problems == ()


def test_a_link_to_nothing_hides_no_other_file(live: LiveRules, folder: Path) -> None:
    link = folder / "aside.yaml"
    link.symlink_to("/nowhere/at/all")
    assert live.look() is not None
    replace(folder, "triage.yaml", "levels:\n", "# By hand.\nlevels:\n")
    seen = live.look()
    link.unlink()
    assert seen is not None
    assert "triage.yaml" in seen.files
    assert live.look() is not None


def test_a_hazard_that_opens_is_told_with_a_person_by_proof_and_in_the_crowd(
    live: LiveRules, folder: Path
) -> None:
    assert live.state.holding(live.crowd).shown == ()
    replace(folder, "triage.yaml", FEVER, FEVER.replace("yes,", "no,"))
    change = live.look()
    assert change is not None
    (item,) = [item for item in change.fallen.shown if item.kind == "hazard"]
    assert item.id == "spinal_infection_coached"
    assert item.person is not None
    assert item.person["safety.fever_or_chills"] == "yes"
    assert any(
        line.startswith("Hazard that can happen now: ") and item.id in line
        for line in in_words(change)
    )

    before, after = change.before, change.after
    seen = HazardsSeen(after.knowledge, after.beside.log, live.crowd)
    assert [shown.id for shown in seen.shown] == [item.id]
    assert not seen.proven
    unseen = HazardsSeen(before.knowledge, before.beside.log, live.crowd)
    assert unseen.shown == ()

    replace(folder, "triage.yaml", FEVER.replace("yes,", "no,"), FEVER)
    mended = live.look()
    assert mended is not None
    assert item.id in {shown.id for shown in mended.fallen.mended}


def test_a_slip_in_the_log_is_an_error_beside_the_rest(live: LiveRules, folder: Path) -> None:
    replace(folder, "hazards/one.yaml", "catastrophic", "catastrofic")
    change = live.look()
    assert change is not None
    assert change.usable
    assert (change.problems[0].file, change.problems[0].line) == ("hazards/one.yaml", 6)
    replace(folder, "hazards/one.yaml", "catastrofic", "catastrophic")
    mended = live.look()
    assert mended is not None
    assert mended.problems == ()


def test_two_folders_are_compared_as_two_saves_are(folder: Path, tmp_path: Path) -> None:
    turned = FEVER.replace("yes,", "no,")
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    replace(other, "triage.yaml", FEVER, turned)
    change = told_of_change(folder, other, PEOPLE)
    snapshot = Snapshot.of(folder)
    text = snapshot.files.contents["triage.yaml"].decode().replace(FEVER, turned)
    written = told_of_change(folder, snapshot.written({"triage.yaml": text.encode()}), PEOPLE)
    assert change.people.mask == written.people.mask
    assert change.people.count


def test_what_takes_seconds_is_found_of_all_cases_and_properties(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(SMALL, tmp_path / "rules"))
    before = found_slowly(Snapshot.of(rules))
    knowledge = load_knowledge(rules)
    slow = [item for item in knowledge.properties if item.never is None]
    proofs = map(Prover(knowledge).prove, slow)
    unproven = {proof.property.id for proof in proofs if proof.outcome != "proven"}
    assert (before.properties, {item.id for item in before.not_held}) == (len(slow), unproven)

    replace(rules, "cases/easy.yaml", "triage: clear", "triage: urgent")
    after = found_slowly(Snapshot.of(rules))
    (new,) = {*after.failing} - {*before.failing}
    assert new[0] == "easy.yaml"
    lines = [*slow_words(knowledge, after, before)]
    assert f"  fails: easy.yaml: {new[1]}" in lines
    assert sum(line.startswith("  ") for line in lines) == 1


def test_what_takes_seconds_is_given_up_at_the_next_save() -> None:
    slow = SlowProofs()
    try:
        slow.begin(Snapshot.of(data_folder("rules")))
        assert slow.found() is None
        slow.begin(Snapshot.of(SMALL))
        found = None
        while found is None:
            found = slow.found()
        assert found.sha256 == load_knowledge(SMALL).sha256
    finally:
        slow.stop()
    assert slow.found() is None
