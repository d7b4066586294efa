"""The `hingeexpert` command and its subcommands."""

import os
import sys

import click

from hingeexpert import __version__
from hingeexpert.cli.batch import batch
from hingeexpert.cli.convert import convert
from hingeexpert.cli.demo import demo
from hingeexpert.cli.diagnose import diagnose_command
from hingeexpert.cli.explain import explain
from hingeexpert.cli.export_app import export_app
from hingeexpert.cli.form import form
from hingeexpert.cli.handout import handout
from hingeexpert.cli.intake import intake
from hingeexpert.cli.options import FailingGroup, collect_late, report_problems
from hingeexpert.cli.record import record
from hingeexpert.cli.rules import rules
from hingeexpert.cli.schema import schema
from hingeexpert.cli.serve import serve
from hingeexpert.errors import HingeError, nearest

HELP = """Read faults in the hip hinge from what a clinician saw and asked.

\b
Example:
  hingeexpert demo
  hingeexpert form > form.yaml
  hingeexpert diagnose form.yaml

Nothing leaves this machine. This is decision support for a clinician, not a diagnosis of a disease.
"""
EPILOG = """\b
Exit codes:
  0  done
  1  done, but some input was rejected (each named on standard error); or not done for a reason
     outside, named: a full disk, a folder that another run fills
  2  wrong usage, a file that is there already, or an extra that is not installed
  3  the knowledge base or a template is broken
  130, 143  stopped by Ctrl-C, by SIGTERM
"""


@click.group(
    cls=FailingGroup,
    help=HELP,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="hingeexpert")
def main() -> None:
    """Run a command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")


@click.command(name="help", hidden=True)
@click.argument("names", nargs=-1, metavar="[COMMAND]")
@click.pass_context
def help_(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Show the help of the program, or of a command."""
    command: click.Command = main
    context = ctx.find_root()
    for name in names:
        found = command.get_command(context, name) if isinstance(command, click.Group) else None
        if found is None:
            near = nearest(name, command.commands) if isinstance(command, click.Group) else ""
            raise click.UsageError(f"There is no command '{name}'{near}", context)
        command, context = found, click.Context(found, context, name)
    click.echo(command.get_help(context))


for command in (
    demo,
    diagnose_command,
    explain,
    handout,
    form,
    convert,
    intake,
    batch,
    serve,
    export_app,
    record,
    rules,
    schema,
    help_,
):
    main.add_command(command)


def program() -> None:
    """Do what `main` does, in a process of its own that should start quickly."""
    collect_late()
    # Plug-ins of pydantic that happen to be installed would see every answer, and finding them
    # costs a start 15 ms.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        main()
    except HingeError as error:  # while its words are read, or help is shown
        report_problems(error)
        sys.exit(error.exit_code)
