"""Which files of a folder are forms."""

from pathlib import Path

import pytest

from hingeexpert.formats.files import form_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inside").mkdir()
    (tmp_path / "folder.yaml").mkdir()
    for name in ("b.yml", "a.YAML", "c.json", "notes.txt", ".hidden.yaml", "inside/d.yaml"):
        (tmp_path / name).touch()
    return tmp_path


def test_the_forms_in_a_folder_are_its_visible_files_with_the_ending_of_a_form(
    folder: Path,
) -> None:
    assert [path.name for path in form_files(folder)] == ["a.YAML", "b.yml", "c.json"]


def test_the_forms_below_a_folder_are_those_of_its_folders_too(folder: Path) -> None:
    assert form_files(folder, below=True) == [*form_files(folder), folder / "inside" / "d.yaml"]
