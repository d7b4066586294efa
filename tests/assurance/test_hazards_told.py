"""The commands on the hazard log: what they print, with which exit code; and its page."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hazard_logs import HEAD, hazard, written
from small import SMALL, copied

from hingeexpert.cli import main

NUMB = hazard(
    "numb_coached",
    "{true: {safety.numbness: yes}, coached: yes}",
    "rule: triage.urgent.numb",
    "rule: readiness.stop_refer.medical_first",
    "level: readiness.stop_refer, key: withholds_cues",
    "card: emergency",
    severity="major",
)
SHORT = hazard("short_loaded", "{true: {stick.depth_degrees: {below: own_limit}}, loaded: yes}")
PROVEN_OF = (
    "Proven of the rules as entered: not that the answers are true, not that the rules are right."
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return rules with a log of one hazard that is proven, and one that is open."""
    folder = copied(tmp_path_factory.mktemp("told"), SMALL)
    written(folder, NUMB, SHORT, limits=HEAD)
    return folder


def run(folder: Path, command: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["rules", command, "--rules", str(folder), *words])


def test_the_whole_log_is_a_line_each_and_what_is_open(folder: Path) -> None:
    result = run(folder, "hazards")

    lines = result.output.splitlines()
    assert result.exit_code == 1
    assert lines[:3] == [
        "proven     numb_coached (major): It gets worse.",
        "open       short_loaded (considerable): It gets worse.",
        "           must never be: Forward lean: below 5; a step beyond the first rung opens",
    ]
    assert lines[3].startswith("           it happens to: ")
    assert "Forward lean: " in lines[3]
    assert lines[-3:] == [
        "to do      the limit own_limit: no rule draws a line there for stick.depth_degrees",
        "2 hazards: 1 proven, 1 open",
        PROVEN_OF,
    ]


def test_one_hazard_is_told_with_who_is_harmed_without_each_control(folder: Path) -> None:
    result = run(folder, "hazards", "numb_coached", "--full")

    lines = [line.strip() for line in result.output.splitlines()]
    assert result.exit_code == 0
    assert lines[:4] == [
        "proven     numb_coached (major): It gets worse.",
        "who: The person.",
        "cause: It counts for little.",
        "must never be: Numb between the legs; a cue, a drill, a dose or a step up is given",
    ]
    assert [
        line for line in lines if line.startswith(("needed", "covered", "idle", "outside"))
    ] == [
        "needed     rule triage.urgent.numb",
        "needed     rule readiness.stop_refer.medical_first",
        "needed     level readiness.stop_refer (withholds_cues)",
        "outside    card emergency",
    ]
    people = [line for line in lines if line.startswith("without it: ")]
    assert len(people) == 3
    assert people[0].startswith("without it: Numb between the legs: yes")
    assert lines.count("safety: {numbness: yes}") == 3
    assert "left: What nobody tells." in lines


def test_a_name_that_no_hazard_has_is_refused(folder: Path) -> None:
    result = run(folder, "hazards", "numb_coachd")
    assert result.exit_code == 2
    assert "did you mean 'numb_coached'?" in result.output


def test_the_data_say_the_same(folder: Path) -> None:
    told = json.loads(run(folder, "hazards", "--format", "json").output)

    numb, short = told["hazards"]
    assert told["proven_of"] == PROVEN_OF
    assert (numb["outcome"], short["outcome"]) == ("proven", "open")
    assert sorted(numb["cuts"]) == ["readiness.stop_refer.medical_first", "triage.urgent.numb"]
    assert short["answers"]["stick.depth_degrees"] < 5
    assert [control["effect"] for control in numb["controls"]] == [*["needed"] * 3, "outside"]
    assert len(told["gaps"]) == 2


def test_the_page_holds_every_hazard_those_that_are_open_first(folder: Path) -> None:
    path = folder.parent / "hazards.html"

    assert run(folder, "hazards", "-o", str(path)).exit_code == 1

    page = path.read_text(encoding="utf-8")
    assert page.index('id="hazard-short_loaded"') < page.index('id="hazard-numb_coached"')
    assert page.count("<table") == 2
    assert PROVEN_OF in page
    assert "1 proven of the rules as entered, 1 open" in page
    assert "no rule draws a line there" in page
    assert "<script" not in page
    assert run(folder, "hazards", "-o", str(path)).exit_code == 2


def test_verify_ends_with_the_hazards(folder: Path) -> None:
    result = run(folder, "verify")
    assert result.exit_code == 1
    assert "open       short_loaded" in result.output
    assert "numb_coached" not in result.output
    assert result.output.endswith(f"2 hazards: 1 proven, 1 open\n{PROVEN_OF}\n")

    alone = run(folder, "verify", "consistent")
    assert (alone.exit_code, "hazard" in alone.output) == (0, False)

    data = json.loads(run(folder, "verify", "--format", "json").output)
    assert [(item["hazard"], item["outcome"]) for item in data[-2:]] == [
        ("numb_coached", "proven"),
        ("short_loaded", "open"),
    ]


def test_a_log_that_is_broken_ends_with_its_problems(tmp_path: Path) -> None:
    broken = copied(tmp_path, SMALL)
    written(broken, hazard("h", "{true: {finding: short_bend}, coached: yes}"))
    for command in ("hazards", "verify"):
        result = run(broken, command)
        assert result.exit_code == 3
        assert "hazards/log.yaml:7: hazards[0].happens.true.finding" in result.output
