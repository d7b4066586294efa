"""The commands `rules copy` and `rules watch`, as an author meets them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hingeexpert.assurance.authoring.history.history import files_to_keep
from hingeexpert.assurance.authoring.history.keeping import settled
from hingeexpert.cli import main
from hingeexpert.formats.files import data_folder, files_below
from hingeexpert.knowledge import load_knowledge

RULES = data_folder("rules")
PATIENCE = 120
"""Seconds until a process that does not come to its end is given up."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["rules", *map(str, arguments)])


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name, _ in files_below(folder)}


def in_history(file: str) -> bool:
    return file.startswith("history/")


def test_a_copy_has_all_files_and_says_what_to_do_next(tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "rules"
    copied = run("copy", folder)
    assert (copied.exit_code, copied.stderr) == (0, "")
    assert f"hingeexpert rules watch --rules {folder}" in copied.stdout
    assert {file: raw for file, raw in bytes_below(folder).items() if not in_history(file)} == (
        bytes_below(RULES)
    )
    assert settled(folder).kept == files_to_keep(RULES)
    assert load_knowledge(folder).sha256 == load_knowledge(RULES).sha256
    assert [path.name for path in folder.parent.iterdir()] == ["rules"]
    assert os.access(folder / "triage.yaml", os.W_OK)


def test_nothing_is_overwritten_and_nothing_copied_into_itself(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    refused = run("copy", tmp_path)
    assert refused.exit_code == 2
    assert str(tmp_path) in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    inside = run("copy", RULES / "copy")
    assert inside.exit_code == 2
    assert "name another folder" in inside.stderr
    assert not (RULES / "copy").exists()


def test_an_empty_folder_is_filled_and_no_rules_are_an_error(tmp_path: Path) -> None:
    assert run("copy", tmp_path).exit_code == 0
    assert (tmp_path / "triage.yaml").is_file()
    lacking = run("copy", tmp_path / "new", "--rules", tmp_path / "none")
    assert lacking.exit_code == 3
    assert "there is no such folder of rules" in lacking.stderr


def test_rules_that_cannot_be_used_are_not_watched(tmp_path: Path) -> None:
    refused = run("watch", "--rules", tmp_path)
    assert refused.exit_code == 3
    assert "triage.yaml: this file is missing" in refused.stderr


@pytest.mark.slow
def test_a_save_is_answered_until_it_is_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    assert run("copy", folder).exit_code == 0
    words = ["rules", "watch", "--rules", str(folder), "--people", "1000"]
    command = [sys.executable, "-u", "-m", "hingeexpert", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        try:
            assert watching.stdout is not None
            assert watching.stdout.readline().startswith(f"Watching {folder}: ")
            time.sleep(0.2)
            triage = folder / "triage.yaml"
            text = triage.read_text(encoding="utf-8")
            triage.write_text(
                text.replace("growing_hip: yes", "growing_hip: yse"), encoding="utf-8"
            )
            told = []
            while not told or not told[-1].startswith("The rules cannot be used"):
                told.append(watching.stdout.readline())
                assert told[-1], "it ended"
            assert told[0] == "--- triage.yaml\n"
            assert "did you mean 'yes'" in told[1]
            watching.send_signal(signal.SIGINT)
            assert watching.wait(PATIENCE) == 130
        finally:
            watching.kill()
