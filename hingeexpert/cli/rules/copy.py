"""The command `rules copy`."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import click

from hingeexpert.cli.options import FOLDER, ExampleFirst, knowledge_options, noun
from hingeexpert.cli.output import check_folder
from hingeexpert.errors import InputError, KnowledgeError, OutputError

NEXT = """\
Change any file there, then:
  hingeexpert rules watch --rules {folder}    who is judged otherwise, at each save
  hingeexpert rules check --rules {folder}    what a reviewer should not let pass
  hingeexpert rules test --rules {folder}     the worked cases
  hingeexpert rules keep --rules {folder}     what changed, kept with who and why
  hingeexpert diagnose --rules {folder} FORM  a form, by your rules
Every other command takes --rules {folder} as well."""


@click.command(cls=ExampleFirst, example="hingeexpert rules copy my-rules")
@click.argument("folder", type=FOLDER)
@knowledge_options
def copy(folder: Path, rules: Path) -> None:
    """Make rules of your own: copy all rules into FOLDER, with the worked cases and what else lies
    beside them.

    FOLDER must be new or empty; nothing is overwritten. The installed rules stay as they are.
    """
    from hingeexpert.knowledge.rule_files import read_rule_files

    read_rule_files(rules)  # says so where there are none
    check_folder(folder, ())
    if folder.resolve().is_relative_to(rules.resolve()):
        message = "lies in the folder that is copied; name another folder"
        raise OutputError.about(folder, message)
    try:
        count = _copied(rules, folder.resolve())
    except OSError as error:
        raise InputError.about(folder, f"cannot be written: {error.strerror}") from None
    click.echo(f"{count} {noun(count, 'file')} copied to {folder}.")
    click.echo(NEXT.format(folder=folder))


def _copied(rules: Path, folder: Path) -> int:
    """Copy all files but hidden ones, whole or not at all; return how many."""
    from hingeexpert.formats.files import files_below

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".rules-copy-", dir=folder.parent) as beside:
        new = Path(beside) / "new"
        names = [name for name, _ in files_below(rules)]
        for name in names:
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(rules / name, path)
        _begin_history(new)
        if folder.exists():
            shutil.copytree(new, folder, dirs_exist_ok=True)
        else:
            new.rename(folder)
    return len(names)


def _begin_history(folder: Path) -> None:
    """Have what changes from now on told; of rules that are broken once they are mended."""
    from hingeexpert.assurance.authoring.history.history import has_history
    from hingeexpert.assurance.authoring.history.keeping import begin

    if not has_history(folder):
        with suppress(KnowledgeError):
            begin(folder)
