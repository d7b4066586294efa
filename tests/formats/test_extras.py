"""The base install: what it does, and the one line with which everything else names its extra.

A library that is installed is hidden from a process of its own, or for the time of a test: Python
then finds it no more than if it had never been installed.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from filled import blank
from folders import ROOT, SUPPORT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from papers import FORMS
from small import copied

import hingeexpert
from hingeexpert.cli import main
from hingeexpert.errors import ExtraError
from hingeexpert.formats.extras import PURPOSES, Purpose, has, needs
from hingeexpert.inference.people import FEW

LIBRARIES = tuple(
    dict.fromkeys(library for _, libraries in PURPOSES.values() for library in libraries)
)
HIDDEN = """
import sys
sys.modules.update(dict.fromkeys(sys.argv.pop(1).split(",")))
"""
"""Hides the libraries that the first argument names."""
COMMANDS = """
import shipped
from click.testing import CliRunner
from hingeexpert.cli import main
shipped.remember_folders()
for line in sys.argv[1:]:
    result = CliRunner().invoke(main, line.split())
    assert result.exit_code == 0, (line, result.output, result.exception)
"""


def hide(monkeypatch: pytest.MonkeyPatch, *libraries: str) -> None:
    for library in libraries:
        monkeypatch.setitem(sys.modules, library, None)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def works(*lines: str, folder: Path, without: tuple[str, ...]) -> None:
    """Run commands in a folder, in a process of its own that cannot find some libraries; each must
    end well.
    """
    places = [str(ROOT), str(SUPPORT), os.environ.get("PYTHONPATH", "")]
    path = {"PYTHONPATH": os.pathsep.join(places)}
    command = [sys.executable, "-c", HIDDEN + COMMANDS, ",".join(without), *lines]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """Return a folder of more forms than one process takes."""
    (tmp_path / "forms").mkdir()
    for number in range(FEW + 1):
        shutil.copy(FORMS / "fault.yaml", tmp_path / "forms" / f"{number}.yaml")
    return tmp_path / "forms"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("form --format pdf -o out.pdf --rules nowhere", "PDF needs | '.[pdf]'"),
        (
            "form --format pdf --fillable -o out.pdf --rules nowhere",
            "PDF and PDF forms need | '.[pdf]'",
        ),
        ("handout no-form.yaml -o out.pdf --rules nowhere", "PDF needs | '.[pdf]'"),
        ("handout no-form.yaml -o out --rules nowhere", "PDF needs | '.[pdf]'"),
        (
            "handout no-form.yaml no-form.yaml -o out.pdf --merge --rules nowhere",
            "PDF needs | '.[pdf]'",
        ),
        ("batch table.csv -o out --rules nowhere", "tables need | '.[batch]'"),
        ("batch --draft-map table.csv --rules nowhere", "tables need | '.[batch]'"),
        (
            "batch table.csv -o out --handouts --rules nowhere",
            "tables and PDF need | '.[batch,pdf]'",
        ),
        ("rules verify --rules nowhere", "proofs need | '.[verify]'"),
        ("rules diff nowhere nowhere", "proofs need | '.[verify]'"),
        ("rules diff nowhere nowhere --forms archive", "proofs need | '.[verify]'"),
        (
            "rules diff nowhere nowhere --forms table.csv",
            "proofs and tables need | '.[verify,batch]'",
        ),
        ("rules coverage --forms --rules nowhere", "proofs need | '.[verify]'"),
        ("rules book -o out.html --proofs --rules nowhere", "proofs need | '.[verify]'"),
    ],
)
def test_one_line_names_the_extra_before_anything_is_read_or_written(
    arguments: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are no rules at that place, which nobody finds out."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "archive").mkdir()
    (tmp_path / "table.csv").write_text("stick.done\nyes\n", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    hide(monkeypatch, *LIBRARIES)
    result = run(*arguments.split())

    first, last = named.split("|")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr
        == f"error: {first.strip()} more than is installed; in the checkout: pip install{last}\n"
    )
    assert sorted(tmp_path.rglob("*")) == before


def test_an_extra_that_is_there_is_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.csv").write_text("stick.done\nyes\n", encoding="utf-8")
    hide(monkeypatch, "typst")
    result = run("batch", "table.csv", "-o", "out", "--handouts")

    assert (result.exit_code, result.stderr) == (
        2,
        "error: PDF needs more than is installed; in the checkout: pip install '.[pdf]'\n",
    )


def test_a_form_filled_in_as_pdf_names_what_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "form.pdf").write_bytes(blank())
    hide(monkeypatch, "pikepdf")
    result = run("diagnose", str(tmp_path / "form.pdf"))

    assert (result.exit_code, result.stderr) == (
        2,
        "error: PDF forms need more than is installed; in the checkout: pip install '.[pdf]'\n",
    )


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_library_of_an_extra_is_needed(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    purposes: list[Purpose] = [
        purpose for purpose, (_, libraries) in PURPOSES.items() if library in libraries
    ]
    assert all(map(has, PURPOSES))
    hide(monkeypatch, library)

    assert [purpose for purpose in PURPOSES if not has(purpose)] == purposes


def test_a_frame_without_polars_is_an_import_that_names_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hide(monkeypatch, "polars")

    with pytest.raises(
        ImportError,
        match=r"frames need more than is installed; in the checkout: pip install '\.\[batch\]'",
    ):
        _ = hingeexpert.diagnose_frame


def test_nothing_is_said_of_what_is_there() -> None:
    needs(*PURPOSES)
    with pytest.raises(ImportError):
        raise ExtraError("a library is missing")


def test_every_extra_is_one_that_can_be_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]

    assert extras["all"] == ["hingeexpert[pdf,batch,verify]"]
    for extra, libraries in PURPOSES.values():
        assert all(
            any(line.startswith(library) for line in extras[extra]) for library in libraries
        ), extra
    assert not [line for line in project["dependencies"] if line.startswith(LIBRARIES)]


def test_every_dependency_has_one_version_that_it_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    versions = {canonicalize_name(name): version for name, version in pinned.items()}
    needed = [
        Requirement(line)
        for group in (project["dependencies"], *project["optional-dependencies"].values())
        for line in group
    ]

    foreign = [one for one in needed if one.name != project["name"]]
    assert [
        str(one)
        for one in foreign
        if not one.specifier.contains(versions[canonicalize_name(one.name)])
    ] == []


def test_the_base_install_does_the_rest(forms: Path) -> None:
    works(
        "demo",
        "diagnose forms/0.yaml forms/1.yaml",
        "explain forms/0.yaml",
        *(f"form --format {kind} -o form.{kind}" for kind in ("yaml", "csv", "html")),
        "handout forms/0.yaml -o sheet.html",
        "handout forms -o sheets --format html",
        "intake --no-input --no-record --from forms/0.yaml",
        "rules export --to clips -o hinge.clp",
        "rules show stick.sacrum",
        folder=forms.parent,
        without=LIBRARIES,
    )
    assert len(list((forms.parent / "sheets").glob("*.html"))) == FEW + 1


def test_sheets_are_printed_without_a_library_for_tables(forms: Path) -> None:
    works(
        "handout forms/0.yaml -o sheet.pdf",
        "handout forms -o sheets",
        folder=forms.parent,
        without=PURPOSES["tables"][1],
    )

    assert len(list((forms.parent / "sheets").glob("*.pdf"))) == FEW + 1


def test_a_book_without_the_solver_says_what_would_prove_its_properties(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = copied(tmp_path)
    hide(monkeypatch, "z3")
    result = run("rules", "book", "--rules", rules, "-o", tmp_path / "book.html")

    assert result.exit_code == 0
    assert result.stderr == (
        "note: nothing was proven; proofs need more than is installed; in the checkout: pip "
        "install '.[verify]'\n"
    )
    assert (
        run("rules", "book", "--rules", rules, "-o", tmp_path / "proven.html", "--no-proofs").stderr
        == ""
    )
