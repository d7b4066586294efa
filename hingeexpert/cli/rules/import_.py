"""The command `rules import`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, noun, people_option
from hingeexpert.cli.rules.signing import asked_signature, print_kept, signing_options
from hingeexpert.cli.told import echo_part
from hingeexpert.errors import InputError, clean, listed
from hingeexpert.formats.extras import needs
from hingeexpert.formats.files import data_folder

if TYPE_CHECKING:
    from hingeexpert.assurance.authoring.workbook.landing import Landing
    from hingeexpert.knowledge.models.history import Signed

MOST_SHOWN = 200
"""Characters of a value that are shown."""


@click.command(
    "import",
    cls=ExampleFirst,
    example=(
        "hingeexpert rules import rules.xlsx --rules my-rules\n"
        "hingeexpert rules import rules.xlsx --rules my-rules --write"
    ),
)
@click.argument("workbook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Write what lands into the folder of --rules.")
@people_option("How many invented people are judged before and after.")
@signing_options
@knowledge_options
def import_(
    workbook: Path,
    write: bool,
    people: int,
    reason: str,
    sources: tuple[str, ...],
    name: str,
    second: str,
    rules: Path,
) -> None:
    """Read a workbook of the rules back: say what each changed cell changes, and what is refused.

    The workbook is one that `rules export --to xlsx` wrote, changed in any spreadsheet. A cell that
    cannot be taken, or whose rules changed since, is refused by its sheet and cell; all others
    land. Then comes who is judged otherwise, as `rules watch` says it. Without --write nothing is
    written; with it the change is kept in the history of the folder, where that has one, under the
    same conditions as `rules keep`. Exit code 1 where a cell was refused.
    """
    needs("tables")
    if write:
        _check_folder(rules)
    result = _result(workbook, rules, people)
    if write and result.files:
        _write(rules, result, partial(asked_signature, reason, sources, name, second))
    elif result.files:
        click.echo("nothing was written; --write writes it")
    if result.problems:
        sys.exit(1)


def _check_folder(rules: Path) -> None:
    """Stop where nothing may be written into a folder, or where something is not kept yet.

    Raises:
        InputError: It is one of these.
    """
    from hingeexpert.assurance.authoring.history import keeping
    from hingeexpert.assurance.authoring.history.history import has_history

    if rules.resolve() == data_folder("rules").resolve():
        message = "are the shipped rules and never written to; name a copy of your own with --rules"
        raise InputError.about(rules, message)
    if has_history(rules):
        needs("proofs")
        if changed := keeping.not_kept(rules):
            message = f"changes in {listed(list(changed))} are not kept yet; run rules keep first"
            raise InputError.about(rules, message)


def _result(workbook: Path, rules: Path, people: int) -> Landing:
    """Read a workbook, and say all that it does."""
    from hingeexpert.assurance.authoring.workbook.landing import landing
    from hingeexpert.assurance.authoring.workbook.reading import read_workbook
    from hingeexpert.assurance.authoring.workbook.rows import RuleTables
    from hingeexpert.knowledge.rule_files import read_rule_files

    read = read_workbook(workbook)
    result = landing(RuleTables(read_rule_files(rules)), read)
    for note in read.notes:
        click.echo(f"note: {note}", err=True)
    for problem in result.problems:
        click.echo(f"error: {problem}", err=True)
    _tell(result)
    if result.files:
        _tell_of_people(rules, result, people)
    return result


def _tell(result: Landing) -> None:
    """Say what lands, and which texts of other languages it leaves behind."""
    for edit in result.landed:
        now = "taken out" if edit.takes_out else _shown(edit.now)
        was = "" if edit.takes_out else f"{_shown(edit.was)} becomes "
        click.echo(f"{edit.at}: {edit.name}: {was}{now}")
    for text in result.stale:
        click.echo(f"translation: {text}")
    lands = noun(len(result.landed), "change lands", "changes land")
    refused = noun(len(result.problems), "refusal")
    counted = f"{len(result.landed)} {lands}, {len(result.problems)} {refused}"
    click.echo(f"{counted}, {len(result.files)} {noun(len(result.files), 'file')}")


def _tell_of_people(rules: Path, result: Landing, people: int) -> None:
    """Say who would be judged otherwise, before anything is written."""
    from hingeexpert.assurance.authoring.seeing.change import told_of_change
    from hingeexpert.assurance.authoring.seeing.change_words import in_parts
    from hingeexpert.assurance.authoring.seeing.states import Snapshot
    from hingeexpert.knowledge.rule_files import CROWD

    if not (rules / CROWD).is_file():
        click.echo(f"note: there is no {CROWD}, so nobody was judged", err=True)
        return
    before = Snapshot.of(rules)
    for part in in_parts(told_of_change(before, before.written(result.files), people)):
        echo_part(part)


def _shown(value: Any) -> str:
    """Return a value as a cell of the workbook shows it, cut to a line."""
    from hingeexpert.knowledge.condition_lines import line_of

    if value is None:
        return "nothing"
    text = line_of(value) if isinstance(value, dict) else value
    if isinstance(text, list):
        text = ", ".join(map(str, text))
    return f'"{clean(" ".join(str(text).split()), MOST_SHOWN)}"'


def _write(rules: Path, result: Landing, sign: Callable[[], Signed]) -> None:
    """Write the files that changed: with an entry in the history of the folder, where it has one,
    and not at all where that may not be kept.
    """
    from hingeexpert.assurance.authoring.history import keeping
    from hingeexpert.assurance.authoring.history.history import has_history

    draft = keeping.Draft(result.files, result.made_of)
    if has_history(rules):
        print_kept(keeping.keep(rules, sign(), draft), "kept")
    else:
        keeping.write(rules, draft)
    click.echo(f"written: {', '.join(result.files)}")
