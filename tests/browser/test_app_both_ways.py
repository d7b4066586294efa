"""A record moves from the app to the program and back, by the backups that both of them make."""

import io
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from app_ways import AppWay
from click.testing import CliRunner
from desk import give
from keyed import private
from playwright.sync_api import Page, expect

from hingeexpert.cli import main
from hingeexpert.intake import Intake
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.record.key_content import RecordKey
from hingeexpert.record.keys import unlock

pytestmark = pytest.mark.only_on("file", why="the record of the file is the protected one")
LOST, KEPT = {"stick.sacrum": "lost", "stick.head": "kept"}, {"stick.sacrum": "kept"}


@dataclass
class Program:
    """The program on another machine, with a record of its own.

    Attributes:
        folder: Holds all of it.
        secret: File with the passphrase.
    """

    folder: Path
    secret: Path

    @property
    def record(self) -> Path:
        """Return where the record lies."""
        return self.folder / "program" / "record.sqlite"

    def run(self, *words: str | Path) -> str:
        """Run a command of the record, and return what it told."""
        done = CliRunner().invoke(
            main, ["record", *map(str, words), "--record", str(self.record)], catch_exceptions=False
        )
        assert done.exit_code == 0, done.output
        return done.output

    def opened(self, *words: str | Path) -> str:
        """Run a command that needs the passphrase."""
        return self.run(*words, "--record-passphrase-file", self.secret)

    def exported(self) -> Mapping[str, bytes]:
        """Return what an export holds."""
        file = self.folder / "program.zip"
        self.opened("export", file, "--overwrite")
        return unpacked(file.read_bytes())


def test_a_record_moves_to_the_program_and_back(
    way: AppWay, knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    with way.window({"width": 820, "height": 1180}) as page:
        program = Program(tmp_path, private(tmp_path, way.passphrase(page)))
        first = way.kept(LOST, name="Ada Example", end=True)
        way.kept(KEPT, person=way.person_of(first))
        delete(way, page, way.kept(LOST, name="Sam Example"))
        way.lock(page)
        way.unlock(page)
        here = unpacked(way.fetched(page, "/export.zip"))

        program.run("restore", backup_of(way, page, tmp_path), "--passphrase-file", program.secret)

        assert same(program.exported(), here)
        assert f"{head(here)} is of" in program.opened("verify", "--head", head(here))
        with closing(Record(program.record, key_of(program))) as record:
            intake = Intake(knowledge, record)
            give(intake, intake.begin(way.person_of(first)), LOST)
        there = program.exported()
        program.opened("backup", tmp_path / "back.age")
        restore(way, page, tmp_path / "back.age", way.passphrase(page))

        assert same(unpacked(way.fetched(page, "/export.zip")), there)
        way.goto(page, "/record")
        page.fill("#head", head(there))
        with way.leaving(page):
            page.click("text=Check the record")
        expect(page.locator("[role=status]")).to_contain_text("The record is whole")
        expect(page.locator("[role=status]")).to_contain_text(f"The head {head(there)} is of")


def delete(way: AppWay, page: Page, visit: str) -> None:
    """Delete the person of a visit, as somebody does."""
    way.goto(page, f"/people/{way.person_of(visit)}/delete")
    with way.leaving(page):
        page.click(".button-stop")


def backup_of(way: AppWay, page: Page, folder: Path) -> Path:
    """Make a backup on the page of the record, save both of its files, and return the first."""
    way.goto(page, "/record")
    with way.leaving(page):
        page.click("text=Make a backup")
    saved = []
    for link in page.locator("main a[download]").all():
        with page.expect_download() as found:
            link.click()
        saved.append(folder / found.value.suggested_filename)
        found.value.save_as(saved[-1])
    return saved[0]


def restore(way: AppWay, page: Page, backup: Path, passphrase: str) -> None:
    """Put a backup of another machine in the place of the record."""
    way.goto(page, "/record")
    page.set_input_files("#given-backup", backup)
    page.set_input_files("#given-key", f"{backup}.passphrase.age")
    page.fill("#given-secret", passphrase)
    with way.leaving(page):
        page.click("text=Put the backup in place")
    expect(page.locator("h1")).to_have_text("The backup is in place")


def key_of(program: Program) -> RecordKey:
    return unlock(program.record, program.secret.read_text(encoding="utf-8"))


def unpacked(archive: bytes) -> Mapping[str, bytes]:
    """Return the files of an export."""
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        return {name: files.read(name) for name in files.namelist()}


def same(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> bool:
    """Whether two exports hold the same bytes of people, visits, events and forms."""
    return {**one, "head.txt": b""} == {**other, "head.txt": b""}


def head(export: Mapping[str, bytes]) -> str:
    """Return the head of the chain that an export tells."""
    return export["head.txt"].decode().split()[-1]
