"""The command `handout`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.calendar_option import calendar_option, calendar_target, write_calendar
from hingeexpert.cli.options import (
    ExampleFirst,
    check_dash,
    knowledge_options,
    language_code,
    load,
    noun,
    read_forms,
    read_one,
    template_options,
)
from hingeexpert.cli.output import Output, check_folder, overwrite_option
from hingeexpert.cli.pocket_option import check_codes, check_pocket, pocket_option
from hingeexpert.cli.progress import filling, progress_bar, writing
from hingeexpert.cli.sheet_options import chosen_wishes, sheet_options
from hingeexpert.errors import InputError
from hingeexpert.formats.extras import needs
from hingeexpert.formats.files import FORM_ENDINGS, form_files

if TYPE_CHECKING:
    from hingeexpert.cli.pocket_option import CodeOf
    from hingeexpert.forms import Assessment
    from hingeexpert.handout.document import Wishes
    from hingeexpert.handout.folder import Print
    from hingeexpert.knowledge import KnowledgeBase

SHEET_ENDINGS = (".pdf", ".html")
"""How the name of a single sheet ends."""


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert handout form.yaml -o sheet.pdf
               hingeexpert handout form.yaml -o sheet.html --language es --clinic clinic.yaml
               hingeexpert handout forms/ -o sheets
               hingeexpert handout forms/ -o for-the-printer.pdf --merge
               hingeexpert handout form.yaml -o letter.pdf --letter
               hingeexpert handout a.yaml -o a.pdf --next-visit 2026-12-04 --calendar a.ics""",
)
@click.argument(
    "forms", nargs=-1, required=True, type=click.Path(allow_dash=True), metavar="FORM..."
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="A file (.pdf or .html), or a folder for many.",
)
@overwrite_option
@click.option("--merge", is_flag=True, help="All sheets in one PDF for the printer.")
@click.option(
    "--letter",
    is_flag=True,
    help="In place of the sheet a letter to a doctor, for who has a reason for a routine referral.",
)
@calendar_option
@pocket_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(["pdf", "html"]),
    default="pdf",
    show_default=True,
    help="Of the files in a folder.",
)
@sheet_options
@knowledge_options
@template_options
def handout(
    forms: tuple[str, ...],
    output: Path,
    overwrite: bool,
    merge: bool,
    letter: bool,
    calendar: Path | None,
    pocket: CodeOf | None,
    format_: str,
    language: str | None,
    rules: Path,
    templates: Path | None,
    **choices: Any,
) -> None:
    """Print the sheet a patient takes home: what was seen, one cue, a drill with pictures, a log,
    when to stop and whom to call.

    FORM is a form of any kind that `diagnose` reads, a folder of them, or - for standard input.
    Where a doctor must see the person first the sheet is a referral. While an answer that could
    forbid a drill is missing there is no drill. In a folder each file is named by the patient's
    number and the date; what is there already and would be the same is not made again. PDF needs
    the extra `pdf`.

    With --letter it is one page to a doctor, in the language of the rules: what is asked, why, what
    was found, what was not asked, and what happens meanwhile.
    """
    _check_usage(forms, output, merge)
    single = _ending(output) in SHEET_ENDINGS
    kind = _kind(output, format_)
    knowledge = load(rules)
    names = _form_names(forms)
    target = Output(output, overwrite, (*names, choices["clinic"], rules, templates))
    _check_target(target, single, merge, len(names))
    entry = calendar_target(calendar, target, choices["next_visit"], names, letter=letter)
    code = language_code(knowledge, language)
    if letter:
        check_pocket(pocket)
        _check_letter(single, merge, choices["large_print"], code, knowledge)
        _write_letter(knowledge, names[0], target, chosen_wishes(**choices), templates)
        return
    work = _work(chosen_wishes(**choices), code, pocket, kind, templates)
    taken = list(read_forms(knowledge, names))
    check_codes(pocket, knowledge, taken)
    _written(knowledge, rules, taken, target, work, merge, entry)


def _work(
    wishes: Wishes, code: str, pocket: CodeOf | None, kind: str, templates: Path | None
) -> Print:
    """Return what writes and prints the sheet of one person."""
    from hingeexpert.handout.folder import Print, Write

    return Print(Write(wishes, code, pocket), kind, templates)


def _written(
    knowledge: KnowledgeBase,
    rules: Path,
    taken: Sequence[tuple[str, Assessment | None]],
    target: Output,
    work: Print,
    merge: bool,
    entry: Output | None,
) -> None:
    """Print what is wanted of the forms that can be used."""
    single = _ending(target.path) in SHEET_ENDINGS
    _check_target(target, single, merge, len(taken))
    if entry is not None and len(taken) != 1:
        raise click.UsageError("--calendar writes the next visit of one person: name one form")
    people = [person for _, person in taken if person is not None]
    _write_sheets(knowledge, rules, people, target, work, merge)
    write_calendar(knowledge, people, entry, work.write)
    _end(people, len(taken), work.ending)


def _write_sheets(
    knowledge: KnowledgeBase,
    rules: Path,
    people: Sequence[Assessment],
    target: Output,
    work: Any,
    merge: bool,
) -> None:
    """Print the sheets of all people."""
    if not people:
        return
    if not merge and _ending(target.path) not in SHEET_ENDINGS:
        with filling(target.path):
            _print_folder(knowledge, rules, people, target.path, work)
        return
    with writing(target.path):
        if merge:
            _print_merged(knowledge, rules, people, target, work)
        else:
            _print_one(knowledge, people[0], target, work)


def _end(people: Sequence[Assessment], forms: int, kind: str) -> None:
    """End with exit code 1 where a form could not be used, or a sheet on paper shows no name."""
    left_out = kind == "pdf" and _say_left_out(people)
    if len(people) < forms or left_out:
        sys.exit(1)


def _say_left_out(people: Sequence[Assessment]) -> int:
    """Say for how many people a sheet shows no name, and return it; a message never shows one."""
    from hingeexpert.handout.names import is_left_out, left_out_of

    count = sum(map(is_left_out, people))
    if count:
        click.echo(left_out_of(count), err=True)
    return count


def _kind(output: Path, in_folder: str) -> str:
    """Return the kind of the sheets, and stop where it cannot be made."""
    kind = _ending(output)[1:] if _ending(output) in SHEET_ENDINGS else in_folder
    if kind == "pdf":
        needs("PDF")
    return kind


def _check_usage(forms: Sequence[str], output: Path, merge: bool) -> None:
    """Stop where forms, output and `--merge` do not go together."""
    check_dash(forms)
    ending = _ending(output)
    if ending and ending not in SHEET_ENDINGS and not output.is_dir():
        raise click.UsageError(
            f"'{output.suffix}' is no kind of sheet: end the file in .pdf or .html, or name a "
            "folder without an ending"
        )
    if merge and ending != ".pdf":
        raise click.UsageError("--merge makes one PDF: name a file that ends in .pdf")


def _check_letter(
    single: bool, merge: bool, large: bool, code: str, knowledge: KnowledgeBase
) -> None:
    """Stop where a letter does not go with the other options."""
    if not single or merge:
        raise click.UsageError(
            "--letter writes one letter: name one form, and a file that ends in .pdf or .html"
        )
    if large:
        raise click.UsageError("--letter is one page for a doctor: leave out --large-print")
    if code != knowledge.info.language:
        raise click.UsageError(
            "--letter is for a doctor and stands in the language of the rules: leave out --language"
        )


def _write_letter(
    knowledge: KnowledgeBase, name: str, target: Output, wishes: Any, templates: Path | None
) -> None:
    """Write the letter about one person, or stop where there is no reason for one."""
    from hingeexpert.handout.letter import (
        has_letter,
        letter,
        letter_html,
        letter_pdf,
        why_no_letter,
    )
    from hingeexpert.inference import diagnose

    person = read_one(knowledge, name)
    diagnosis = diagnose(knowledge, person)
    if not has_letter(knowledge, diagnosis):
        raise click.UsageError(
            f"{name}: {why_no_letter(knowledge, diagnosis)}; nothing was written"
        )
    made = letter(knowledge, person, diagnosis, wishes)
    with writing(target.path):
        if _ending(target.path) == ".html":
            target.write(letter_html(made, wishes, templates).encode())
        else:
            target.write(letter_pdf(made, wishes, templates))
            if _say_left_out([person]):
                sys.exit(1)


def _check_target(target: Output, single: bool, merge: bool, sheets: int) -> None:
    """Stop where so many sheets do not go into one file, or where they must not be written."""
    if single and sheets != 1 and not merge:
        raise click.UsageError(
            f"{sheets} forms do not go into one file; name a folder, or add --merge to a .pdf"
        )
    from hingeexpert.handout.folder import ACCOUNT

    if single:
        target.check()
    else:
        check_folder(target.path, (ACCOUNT,))


def _ending(output: Path) -> str:
    return output.suffix.lower()


def _form_names(forms: Iterable[str]) -> list[str]:
    """Return the forms, each folder among them replaced by the forms that it holds.

    Raises:
        InputError: A folder holds none.
    """
    names: list[str] = []
    for form in forms:
        if not Path(form).is_dir():
            names.append(form)
            continue
        inside = form_files(Path(form))
        if not inside:
            raise InputError.about(form, f"holds no form; a form ends in {', '.join(FORM_ENDINGS)}")
        names += map(str, inside)
    return names


def _print_one(knowledge: KnowledgeBase, person: Assessment, target: Output, work: Any) -> None:
    from hingeexpert.inference import diagnose

    target.write(work(knowledge, person, diagnose(knowledge, person)))


def _print_folder(
    knowledge: KnowledgeBase, rules: Path, people: Sequence[Assessment], output: Path, work: Any
) -> None:
    from hingeexpert.handout.folder import print_folder

    with progress_bar(len(people), "sheets", show_pos=True) as progress:
        unchanged = print_folder(knowledge, rules, people, output, work, progress)
    if unchanged:
        click.echo(f"note: {unchanged} of {len(people)} sheets were there already", err=True)
    click.echo(f"{len(people)} {noun(len(people), 'sheet')}: {output}")


def _print_merged(
    knowledge: KnowledgeBase,
    rules: Path,
    people: Sequence[Assessment],
    target: Output,
    work: Any,
) -> None:
    from hingeexpert.handout import handout_pdf
    from hingeexpert.inference.people import each

    sheets: list[Any] = []
    with progress_bar(len(people), "sheets", show_pos=True) as progress:
        for sheet in each(knowledge, rules, people, work.write):
            sheets.append(sheet)
            progress(len(sheets))
    target.write(handout_pdf(sheets, work.write.wishes, work.templates))
    click.echo(f"{len(people)} {noun(len(people), 'sheet')}: {target.path}")
