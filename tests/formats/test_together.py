"""Several files written as one: all or none, and nothing outside the folder."""

import json
from pathlib import Path

import pytest

from hingeexpert.errors import InputError
from hingeexpert.formats.together import NOTED, finish_together, write_together


def test_files_are_written_taken_away_and_made(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_bytes(b"old")
    (tmp_path / "gone.txt").write_bytes(b"gone")
    write_together(tmp_path, {"old.txt": b"new", "gone.txt": None, "deep/in/new.txt": b"made"})
    there = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    assert there == {"old.txt": b"new", "new.txt": b"made"}


@pytest.mark.parametrize(
    "noted",
    [
        "no json",
        json.dumps([["../outside.txt", None, "aGFybQ=="]]),
        json.dumps([["link/outside.txt", None, "aGFybQ=="]]),
        json.dumps([["a.txt", None, "no base64"]]),
        json.dumps({"a.txt": 1}),
        json.dumps([["a\0.txt", None, "aGFybQ=="]]),
        "[" * 100_000,
    ],
    ids=["no-json", "above", "behind-a-link", "no-base64", "no-list", "no-name", "deep"],
)
def test_what_is_noted_in_a_folder_of_somebody_else_writes_nothing(
    tmp_path: Path, noted: str
) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    (folder / NOTED).write_text(noted)
    with pytest.raises(InputError, match="is not of this program"):
        finish_together(folder)

    assert sorted(path.name for path in tmp_path.rglob("*.txt")) == []


def test_a_link_out_of_the_folder_is_refused_before_anything_is_noted(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "rules", tmp_path / "elsewhere.yaml"
    folder.mkdir()
    elsewhere.write_bytes(b"theirs")
    (folder / "a.yaml").symlink_to(elsewhere)
    with pytest.raises(InputError, match=r"a\.yaml: is a link to a file outside"):
        write_together(folder, {"b.yaml": b"ours", "a.yaml": b"ours"})
    assert [path.name for path in folder.iterdir()] == ["a.yaml"]
    assert elsewhere.read_bytes() == b"theirs"


def test_a_file_that_somebody_changed_since_is_left_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"mine")
    noted = [["a.txt", None, "aGlz"], ["b.txt", None, "aGlz"]]
    (tmp_path / NOTED).write_text(json.dumps(noted))

    assert finish_together(tmp_path) == ("a.txt",)
    assert (tmp_path / "a.txt").read_bytes() == b"mine"
    assert (tmp_path / "b.txt").read_bytes() == b"his"
    assert finish_together(tmp_path) == ()
