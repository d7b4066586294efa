"""No command overwrites a file unasked, and none what it reads."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small import SMALL

from hingeexpert.cli import main

FORM = "form: hinge/2\npatient: {id: P-1}\nsafety: {screen: all_no}\nstick: {sacrum: lost}\n"
KEPT = "somebody's work\n"
TABLE = "patient.id,stick.sacrum\nP-1,lost\n"
COMMANDS = {
    "diagnose": ("diagnose", "form.yaml"),
    "convert": ("convert", "form.yaml", "--to", "fhir"),
    "form": ("form",),
    "intake": ("intake", "--no-input", "--no-record", "--from", "form.yaml"),
    "handout": ("handout", "form.yaml"),
    "merge": ("handout", "form.yaml", "--merge"),
    "export": ("rules", "export", "--to", "clips", "--rules", str(SMALL)),
    "book": ("rules", "book", "--no-proofs", "--rules", str(SMALL)),
}
"""Every command with -o for a file, without it."""
ENDINGS = {"handout": ".html", "merge": ".pdf"}


def run(*arguments: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=text)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "form.yaml").write_text(FORM, encoding="utf-8")
    (tmp_path / "forms.csv").write_text(TABLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def target_of(command: str) -> Path:
    return Path(f"out{ENDINGS.get(command, '.txt')}")


def plain(path: Path) -> None:
    path.write_text(KEPT, encoding="utf-8")


def link(path: Path) -> None:
    plain(Path("elsewhere"))
    path.symlink_to("elsewhere")


@pytest.mark.parametrize("make", [plain, link])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_there_stays_and_option_and_file_are_named(
    command: str, make: Callable[[Path], None]
) -> None:
    target = target_of(command)
    make(target)
    result = run(*COMMANDS[command], "-o", target)

    assert result.exit_code == 2
    assert target.read_text(encoding="utf-8") == KEPT
    assert str(target) in result.stderr
    assert "--overwrite" in result.stderr
    assert "Sam" not in result.output


@pytest.mark.parametrize("make", [plain, link])
@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "merge"])
def test_with_overwrite_it_is_replaced_and_a_link_stays_one(
    command: str, make: Callable[[Path], None]
) -> None:
    target = target_of(command)
    make(target)
    result = run(*COMMANDS[command], "-o", target, "--overwrite")

    assert result.exit_code == 0, result.output
    assert target.read_text(encoding="utf-8") != KEPT
    assert target.is_symlink() == (make is link)


@pytest.mark.parametrize("spelling", ["form.yaml", "./x/../form.yaml", "link.yaml", "hard.yaml"])
@pytest.mark.parametrize("command", ["diagnose", "intake"])
def test_its_own_input_is_never_overwritten(command: str, spelling: str) -> None:
    Path("x").mkdir()
    Path("link.yaml").symlink_to("form.yaml")
    Path("hard.yaml").hardlink_to("form.yaml")
    result = run(*COMMANDS[command], "-o", spelling, "--overwrite")

    assert result.exit_code == 2
    assert "is read by this command" in result.stderr
    assert Path("form.yaml").read_text(encoding="utf-8") == FORM


def test_neither_is_standard_input_nor_the_record_nor_the_rules() -> None:
    command = [sys.executable, "-m", "hingeexpert", "diagnose", "-", "-o", "form.yaml"]
    with Path("form.yaml").open("rb") as form:
        done = subprocess.run([*command, "--overwrite"], stdin=form, check=False, timeout=120)
    shutil.copytree(SMALL, "rules")
    plain(Path("record.sqlite"))
    record = ("intake", "--no-input", "--from", "-", "--record", "record.sqlite")
    kept = run(*record, "-o", "record.sqlite", "--overwrite", text=FORM)
    rules = run("form", "--rules", "rules", "-o", "rules/knowledge.yaml", "--overwrite")

    assert [done.returncode, kept.exit_code, rules.exit_code] == [2, 2, 2]
    assert Path("form.yaml").read_text(encoding="utf-8") == FORM
    assert Path("record.sqlite").read_text(encoding="utf-8") == KEPT
    assert Path("rules/knowledge.yaml").read_bytes() == (SMALL / "knowledge.yaml").read_bytes()


@pytest.mark.parametrize(
    "command",
    [
        ("diagnose", "form.yaml", "form.yaml"),
        ("handout", "form.yaml", "--format", "html"),
        ("batch", "forms.csv"),
    ],
)
def test_a_folder_is_empty_or_its_own(command: tuple[str, ...]) -> None:
    Path("other").mkdir()
    plain(Path("other/mine.txt"))
    Path("empty").mkdir()
    refused = run(*command, "-o", "other", "--overwrite")

    assert refused.exit_code == 2
    assert "holds other files" in refused.stderr
    assert [path.name for path in Path("other").iterdir()] == ["mine.txt"]
    for _ in range(2):
        assert run(*command, "-o", "empty", "--overwrite").exit_code == 0


def test_results_in_a_folder_are_not_overwritten_and_none_is_written_beside_them() -> None:
    shutil.copy("form.yaml", "b.yaml")
    run("diagnose", "form.yaml", "b.yaml", "-o", "out")
    plain(Path("out/b.txt"))
    Path("out/form.txt").unlink()
    again = run("diagnose", "form.yaml", "b.yaml", "-o", "out")

    assert again.exit_code == 2
    assert not Path("out/form.txt").exists()
    assert Path("out/b.txt").read_text(encoding="utf-8") == KEPT


def test_a_table_in_the_folder_of_results_is_not_cleared_away() -> None:
    run("batch", "forms.csv", "-o", "out")
    before = Path("out/results.csv").read_bytes()
    result = run("batch", "out/results.csv", "-o", "out", "--overwrite")

    assert result.exit_code == 2
    assert Path("out/results.csv").read_bytes() == before


def test_the_results_of_another_run_end_with_two() -> None:
    run("batch", "forms.csv", "-o", "out")
    Path("forms.csv").write_text(TABLE.replace("lost", "kept"), encoding="utf-8")
    result = run("batch", "forms.csv", "-o", "out")

    assert result.exit_code == 2
    assert "--overwrite" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="devices")
@pytest.mark.parametrize("command", ["diagnose", "form", "intake", "export", "book"])
def test_a_device_is_written_straight(command: str) -> None:
    result = run(*COMMANDS[command], "-o", "/dev/null")

    assert result.exit_code == 0, result.output
    assert not Path("/dev/null").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes")
def test_a_pipe_is_written_straight() -> None:
    os.mkfifo("pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_text(encoding="utf-8")))
    reader.start()
    result = run("diagnose", "form.yaml", "-o", "pipe")
    reader.join(60)

    assert result.exit_code == 0, result.output
    assert read[0].startswith("P-1\n")
    assert Path("pipe").is_fifo()


@pytest.mark.skipif(sys.platform == "win32", reason="devices")
def test_standard_output_by_its_name_is_not_cut_to_nothing() -> None:
    plain(Path("log"))
    with Path("log").open("ab") as log:
        command = [sys.executable, "-m", "hingeexpert", "diagnose", "form.yaml", "-o"]
        subprocess.run([*command, "/dev/stdout"], stdout=log, check=True, timeout=120)

    assert Path("log").read_text(encoding="utf-8").startswith(f"{KEPT}P-1\n")


def test_a_new_file_in_the_folder_of_the_rules_is_refused(folder: Path) -> None:
    rules = folder / "rules"
    shutil.copytree(SMALL, rules)
    result = run("form", "--rules", rules, "-o", rules / "form.yaml")

    assert result.exit_code == 2
    assert "lies in a folder that this command reads" in result.output
    assert not (rules / "form.yaml").exists()


def test_no_link_with_the_name_of_an_unfinished_file_leads_anywhere(folder: Path) -> None:
    (folder / ".sheet.html.unfinished").symlink_to(folder / "form.yaml")
    result = run("handout", folder / "form.yaml", "-o", folder / "sheet.html")

    assert result.exit_code == 0
    assert (folder / "form.yaml").read_text(encoding="utf-8") == FORM
    assert not (folder / "sheet.html").is_symlink()
    assert not [path for path in folder.iterdir() if path.name.endswith(".unfinished")]


NOBODYS = {"form", "export", "book"}
"""Commands whose file is about nobody."""


def rights(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


@pytest.mark.skipif(sys.platform == "win32", reason="rights")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_new_file_about_a_person_is_the_users_alone(command: str) -> None:
    before = os.umask(0o022)
    try:
        result = run(*COMMANDS[command], "-o", target_of(command))
    finally:
        os.umask(before)

    assert result.exit_code == 0, result.output
    assert rights(target_of(command)) == ("0o644" if command in NOBODYS else "0o600")


@pytest.mark.skipif(sys.platform == "win32", reason="rights")
def test_so_is_every_file_and_folder_of_a_folder_of_results() -> None:
    run("batch", "forms.csv", "-o", "out", "--format", "xlsx", "--evidence", "--excel")
    run("handout", "form.yaml", "-o", "sheets", "--format", "html")
    run("diagnose", "form.yaml", "forms.csv", "-o", "several")
    made = [Path("out"), Path("sheets"), Path("several")]
    files = [file for folder in made for file in folder.iterdir() if file.stat().st_size]

    assert {rights(folder) for folder in made} == {"0o700"}
    assert {rights(file) for file in files} == {"0o600"}
    assert len(files) >= 12


@pytest.mark.skipif(sys.platform == "win32", reason="rights")
@pytest.mark.parametrize("behind_link", [False, True])
@pytest.mark.parametrize("mode", [0o600, 0o440, 0o664])
def test_a_file_that_is_replaced_keeps_its_mode_and_owner(mode: int, behind_link: bool) -> None:
    report = Path("report.txt")
    plain(report)
    if os.geteuid() == 0:
        os.chown(report, 12345, 54321)
    report.chmod(mode)
    before = report.stat()
    named = report
    if behind_link:
        named = Path("link.txt")
        named.symlink_to(report)
    assert run("diagnose", "form.yaml", "-o", named, "--overwrite").exit_code == 0

    after = report.stat()
    assert report.read_text(encoding="utf-8") != KEPT
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
    assert named.is_symlink() == behind_link


@pytest.mark.skipif(sys.platform == "win32", reason="devices")
def test_a_device_behind_a_link_stays_one() -> None:
    Path("sheet.html").symlink_to("/dev/null")
    result = run("handout", "form.yaml", "-o", "sheet.html", "--overwrite")

    assert result.exit_code == 0, result.output
    assert Path("/dev/null").is_char_device()
    assert Path("sheet.html").is_symlink()


def test_a_full_disk_behind_standard_output_is_told(folder: Path) -> None:
    command = [sys.executable, "-m", "hingeexpert", "diagnose", str(folder / "form.yaml")]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.strip().startswith("error: standard output cannot be written")
