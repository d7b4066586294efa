"""What the commands share: options, reading inputs, writing outputs, turning errors into messages
and exit codes.

Like every module of this folder that declares a command it imports nothing heavy: help and shell
completion wait for all of them. What a command works with is imported where it begins to work.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.ending import Stop, left_to_command
from hingeexpert.cli.slips import before_command, behind_command
from hingeexpert.cli.told import echo_told
from hingeexpert.errors import HingeError, InputError
from hingeexpert.formats.files import data_folder

if TYPE_CHECKING:
    from hingeexpert.forms import Assessment
    from hingeexpert.knowledge import KnowledgeBase
    from hingeexpert.knowledge.condition import Value

FOLDER = click.Path(file_okay=False, path_type=Path)
STANDARD_INPUT = "-"
PEOPLE, MOST_PEOPLE = 100_000, 1_000_000
"""Invented people who are judged where nobody says how many, and at most."""
IN_MEMORY = ":memory:"
INTERRUPTED = 130
"""Exit code of work that was broken off with Ctrl-C."""
NEW_OBJECTS = 1_000_000
"""New objects before a command looks for garbage. A start makes 200,000 that all stay; looking
through them takes a fifth of it.
"""
USUAL_THRESHOLD = gc.get_threshold()


def collect_late() -> None:
    """Look for garbage seldom, and not once more at the end: most commands end before there is
    any.
    """
    gc.set_threshold(NEW_OBJECTS)
    atexit.register(gc.freeze)


def run_for_long() -> None:
    """Let a command that runs for long end by itself when it is stopped, and have it look for
    garbage as usual, but for what is loaded by now.
    """
    left_to_command()
    gc.freeze()
    gc.set_threshold(*USUAL_THRESHOLD)


class ExampleFirst(click.Command):
    """A command whose help begins with an example, and that knows what `--json` is called."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words behind the command."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            hint = behind_command(self, ctx.find_root().command, error.option_name)
            if hint is None:
                raise
            raise click.UsageError(f"No such option: {error.option_name}. {hint}", ctx) from None

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example, then the help that click makes."""
        if self.example:
            with formatter.section("Example"):
                for line in self.example.strip().splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line.strip()}\n")
            formatter.write("\n")
        super().format_help(ctx, formatter)


class FailingGroup(click.Group):
    """A group that ends with the message and exit code of a `HingeError`, and points the way after
    common slips.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words before the command."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            hint = before_command(self, error.option_name, args)
            if hint is None:
                raise
            raise click.UsageError(f"No such option: {error.option_name}. {hint}", ctx) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a word such as `version` that is an option is shown the way."""
        option = f"--{args[0]}"
        options = {name for item in self.get_params(ctx) for name in item.opts}
        if self.get_command(ctx, args[0]) is None and option in options:
            raise click.UsageError(f"No such command '{args[0]}'. Use {option}.", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        Raises:
            Stop: Somebody stopped it.
        """
        try:
            return super().invoke(ctx)
        except HingeError as error:
            report_problems(error)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:  # of a library that listens itself
            raise Stop(signal.SIGINT) from None
        except OSError as error:
            if error.filename is None:
                raise
            # What stands in the way of a file, such as a name that is too long, is no bug.
            report_problems(InputError.about(os.fsdecode(error.filename), str(error.strerror)))
            ctx.exit(InputError.exit_code)
        except Exception as error:
            if not _is_of_record(error):
                raise
            report_problems(InputError.about("the record", f"cannot be written: {error}"))
            ctx.exit(InputError.exit_code)


def _is_of_record(error: Exception) -> bool:
    """Whether the file of the record fails, as on a full or broken disk."""
    driver = sys.modules.get("hingeexpert.record.driver")
    return driver is not None and isinstance(error, driver.Error)


def knowledge_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--rules`; a command gets the folder, or the shipped one, as `rules`."""
    return click.option(
        "--rules",
        type=FOLDER,
        default=lambda: data_folder("rules"),
        show_default="shipped",
        help="Folder of rules in place of the shipped one.",
    )(command)


def on_disk(_: click.Context, __: click.Parameter, record: Path | None) -> Path | None:
    """Refuse the name by which SQLite keeps a record in memory, where nothing is kept."""
    if record is not None and str(record) == IN_MEMORY:
        message = f"'{IN_MEMORY}' keeps nothing; name a file, such as visits.sqlite"
        raise click.BadParameter(message)
    return record


def record_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--record`."""
    return click.option(
        "--record",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=on_disk,
        help="File that keeps the visits.  [default: in your data folder]",
    )(command)


def template_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--templates`."""
    return click.option(
        "--templates",
        type=FOLDER,
        default=None,
        help="Folder whose templates replace shipped ones of the same name.",
    )(command)


def report_problems(error: HingeError) -> None:
    """Write every problem to standard error."""
    for line in error.problems or (str(error),):
        click.echo(f"error: {line}", err=True)


def load(rules: Path) -> KnowledgeBase:
    """Return the knowledge base in a folder, as an earlier start left it where nothing has changed
    since.
    """
    from hingeexpert.knowledge.recalled import quick_knowledge

    return quick_knowledge(rules)


def read_input(name: str) -> bytes:
    """Return the bytes of a file, or of standard input for `-`.

    Raises:
        InputError: It cannot be read.
    """
    from hingeexpert.formats.documents import MOST_BYTES, read_bytes

    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    return read_bytes(name)


def check_dash(names: Sequence[str]) -> None:
    """Stop where standard input is named twice."""
    if names.count(STANDARD_INPUT) > 1:
        raise click.UsageError("Standard input (-) can be read once only.")


def read_forms(
    knowledge: KnowledgeBase, names: Sequence[str]
) -> Iterator[tuple[str, Assessment | None]]:
    """Yield each form with the name of its file, which may hold several; `None` for one that was
    rejected, after its problems were reported.
    """
    from hingeexpert.forms import read_form
    from hingeexpert.interop.foreign import is_foreign

    for name in names:
        shown_name = "standard input" if name == STANDARD_INPUT else name
        try:
            raw = read_input(name)
            if is_foreign(raw):
                yield from _foreign_forms(knowledge, name, shown_name, raw)
            else:
                yield name, read_form(knowledge, shown_name, raw)
        except InputError as error:
            report_problems(error)
            yield name, None


def read_one(knowledge: KnowledgeBase, name: str) -> Assessment:
    """Return the form of a file; the command ends where it was rejected.

    Raises:
        InputError: The file holds several.
    """
    (_, form), *others = read_forms(knowledge, [name])
    if others:
        message = f"{1 + len(others)} forms stand in it, and this command takes one"
        raise InputError.about(name, message)
    if form is None:
        sys.exit(InputError.exit_code)
    return form


def _foreign_forms(
    knowledge: KnowledgeBase, name: str, shown_name: str, raw: bytes
) -> Iterator[tuple[str, Assessment | None]]:
    """Yield the forms of a file of another system, after what is to be said of them."""
    from hingeexpert.interop.reading import read_any

    for read in read_any(knowledge, shown_name, raw):
        for note in read.notes:
            click.echo(f"note: {shown_name}: {note}", err=True)
        if isinstance(read.form, InputError):
            report_problems(read.form)
            yield name, None
        else:
            yield name, read.form


def completion(
    names: Callable[[KnowledgeBase], Iterable[str]],
) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Return a shell completion of names in the knowledge base of a command; it offers nothing
    where that cannot be loaded.
    """

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        from hingeexpert.knowledge.recalled import quick_names

        try:
            offered = quick_names(ctx.params.get("rules") or data_folder("rules"), names)
        except HingeError:
            return []
        return [name for name in offered if name.startswith(incomplete)]

    return complete


def concluded(knowledge: KnowledgeBase) -> list[str]:
    """Return the ids of all faults, contributors, levels and verdicts."""
    names = list(knowledge.conclusions)
    for ladder in knowledge.ladders:
        names += knowledge.levels(ladder)
    return names


def language_code(knowledge: KnowledgeBase, language: str | None) -> str:
    """Return the language of a sheet, which the rules must have."""
    allowed = [knowledge.info.language, *knowledge.languages]
    if language is not None and language not in allowed:
        raise click.BadParameter(
            f"there is no language '{language}'; allowed: {', '.join(allowed)}",
            param_hint="--language",
        )
    return language or knowledge.info.language


def print_rows(items: Iterable[tuple[str, str]]) -> None:
    """Print two columns."""
    rows = list(items)
    width = max((len(name) for name, _ in rows), default=0)
    for name, text in rows:
        click.echo(f"{name:<{width}}  {text}".rstrip())


def print_form(knowledge: KnowledgeBase, answers: Mapping[str, Value], margin: int) -> None:
    """Print a form with these answers, so many blanks from the left."""
    from hingeexpert.forms.writing import filled_form

    click.echo(textwrap.indent(filled_form(knowledge, answers), " " * margin), nl=False)


def people_option(words: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add `--people`, how many invented people are judged, with what the help says of it."""
    return click.option(
        "--people",
        type=click.IntRange(1, MOST_PEOPLE),
        default=PEOPLE,
        show_default=True,
        help=words,
    )


def full_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--full`: people as whole forms, not in a line each."""
    return click.option(
        "--full", is_flag=True, help="Show people as whole forms, not in a line each."
    )(command)


def print_person(
    knowledge: KnowledgeBase,
    answers: Mapping[str, Value],
    margin: int,
    full: bool,
    also: Collection[str] = (),
) -> None:
    """Print a person so many blanks from the left: in one line, or as a whole form; `also` are
    questions that are named even where they are in order.
    """
    from hingeexpert.assurance.people import person_line

    if full:
        print_form(knowledge, answers, margin)
    else:
        echo_told(f"{'':>{margin}}{person_line(knowledge, answers, also)}")


def noun(count: int, one: str, several: str = "") -> str:
    """Return what so many are called: one of them, or several, which is an s more where nothing
    else is said.
    """
    return one if count == 1 else several or f"{one}s"
