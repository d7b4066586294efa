"""The command `form` for other systems, as a user meets it."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from folders import ROOT
from small import SMALL

from hingeexpert.cli import main
from hingeexpert.interop.codebook import codebook, table_schema
from hingeexpert.interop.redcap import redcap_dictionary
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

MAKERS = {"redcap": redcap_dictionary, "codebook": codebook, "tableschema": table_schema}
Maker = Callable[[KnowledgeBase, str], str]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["form", *map(str, arguments)])


@pytest.mark.parametrize("name", MAKERS)
def test_it_is_printed_or_written_in_a_language(
    knowledge: KnowledgeBase, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "out"
    printed = run("--format", name)
    assert (printed.exit_code, printed.stderr) == (0, "")
    assert printed.stdout_bytes == MAKERS[name](knowledge, "en").encode()
    assert run("--format", name, "--language", "es", "-o", path).exit_code == 0
    assert path.read_bytes() == MAKERS[name](knowledge, "es").encode()


@pytest.mark.parametrize("name", MAKERS)
def test_other_rules_make_other_forms(name: str) -> None:
    printed = run("--format", name, "--rules", SMALL)
    assert printed.exit_code == 0
    assert printed.stdout == MAKERS[name](load_knowledge(SMALL), "en")


def test_nothing_is_overwritten_unasked(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "dictionary.csv"
    path.write_text("mine", encoding="utf-8")
    refused = run("--format", "redcap", "-o", path)
    assert refused.exit_code == 2
    assert str(path) in refused.stderr
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("--format", "redcap", "--overwrite", "-o", path).exit_code == 0
    assert path.read_text(encoding="utf-8") == redcap_dictionary(knowledge, "en")


def test_a_language_that_is_not_there_is_named() -> None:
    refused = run("--format", "redcap", "--language", "fr")
    assert refused.exit_code == 2
    assert "fr" in refused.stderr
    assert "en, es" in refused.stderr


def test_all_that_does_not_go_together_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    refused = run(
        *("--format", "codebook", "--long", "--quick", "--hints", "--fillable", "--paper", "a4"),
        *("--live", "all", "--fhir-version", "R5", "-o", path),
    )
    assert refused.exit_code == 2
    options = ("--long", "--paper", "--hints", "--fillable", "--quick", "--live", "--fhir-version")
    told = refused.stderr.partition("Error: ")[2].splitlines()
    assert len(told) == len(options)
    for option, line in zip(options, told, strict=True):
        assert option in line
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "xlsform"], "add -o FILE.xlsx"),
        (["--format", "xlsform", "-o", "form.csv"], "add -o FILE.xlsx"),
        (["--format", "fhir", "--language", "es"], "--language goes with --format html, pdf,"),
        (["--format", "csv", "--paper", "letter"], "--paper goes with --format html or pdf"),
    ],
    ids=range(4),
)
def test_what_does_not_go_together_is_refused(arguments: list[str], told: str) -> None:
    refused = run(*arguments)
    assert refused.exit_code == 2
    assert told in refused.stderr


@pytest.mark.parametrize("page", ["redcap", "tables"])
def test_the_pages_show_lines_that_work(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "interop" / f"{page}.md").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if "    hingeexpert form" in line]
    assert lines
    for line in lines:
        command, _, file = line.partition(" > ")
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0
        path = Path(file or shlex.split(command)[-1])
        assert file or path.stat().st_size > 10_000
    assert len(list(tmp_path.iterdir())) == len([line for line in lines if " -o " in line])
