"""Which files of a folder are forms, and how a file is written."""

from pathlib import Path

import pytest

from hingeexpert.formats.files import fitting, form_files, replacing, unfinished, write_whole


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


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, b"before")

    def stopped() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()

    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_second_writer_never_gives_its_name_to_the_part_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def meanwhile() -> None:
        with replacing(path) as first:
            first.write(b"first")
            write_whole(path, b"second")

    with pytest.raises(FileExistsError):
        meanwhile()

    assert path.read_bytes() == b"second"


def test_a_name_as_long_as_a_disk_takes_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    write_whole(path, b"whole")

    assert path.read_bytes() == b"whole"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_longer_one_is_cut_and_stays_its_own() -> None:
    names = {f"{'é' * 200}{number}" for number in range(50)}
    cut = {fitting(name) for name in names}

    assert len(cut) == len(names)
    assert all(len(name.encode()) <= 255 for name in cut)
    assert all(len(unfinished(name).encode()) <= 255 for name in cut)
    assert fitting("short.txt") == "short.txt"
