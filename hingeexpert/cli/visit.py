"""A visit at the terminal from its beginning to its end: begun, taken from a form or gone on with;
asked; finished and told.

Owns what becomes of a visit that is broken off, deleted or changed elsewhere. The keys are
`asking.py`, the options `intake.py`.
"""

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from hingeexpert.cli.asking import Asking, QuitError
from hingeexpert.cli.diagnose import command_for
from hingeexpert.cli.keyboard import Keyboard
from hingeexpert.cli.opening import Opening
from hingeexpert.cli.options import INTERRUPTED, load, read_one, run_for_long
from hingeexpert.cli.output import Output
from hingeexpert.cli.screen import columns
from hingeexpert.errors import InputError
from hingeexpert.forms import Assessment, form_of
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.intake import Intake
from hingeexpert.intake.visits import Look
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import MissingError, StaleError, Visit, default_path
from hingeexpert.reporting import render_short

NO_DRAFT = "No visit in the record is unfinished. Begin one: hingeexpert intake"
SERVE = "hingeexpert serve"
GONE = "this visit is no longer there; somebody deleted it"


@dataclass(frozen=True)
class AtTerminal:
    """What the options of `intake` say, and what is done with it.

    Attributes:
        rules: Folder of the rules.
        output: File for the form at the end.
        record: File of the record, or `None` for the usual one.
        templates: Folder whose templates replace shipped ones.
        passphrase_file: Holds the passphrase of the record, where nobody types it.
    """

    rules: Path
    output: Output | None
    record: Path | None
    templates: Path | None
    passphrase_file: Path | None = None

    def take(self, form: str, no_record: bool) -> None:
        """Take a form, and ask nothing."""
        knowledge = load(self.rules)
        assessment = read_one(knowledge, form)
        if not no_record:
            self._open_record(knowledge, may_ask=False).take(assessment)
        self._tell(knowledge, assessment, diagnose(knowledge, assessment), command_for(form))
        if not no_record:
            click.echo(f"kept as an unfinished visit; go on at a terminal: {self.resume}", err=True)

    def ask(self, form: str | None, resume: bool, quick: bool = False) -> None:
        """Ask at the terminal.

        Args:
            form: A form to begin with.
            resume: Go on with a visit that is not finished.
            quick: Ask only what a short visit asks.
        """
        knowledge = load(self.rules)
        if quick and knowledge.intake.quick is None:
            raise InputError.about("the rules", "there is no quick card in intake.yaml")
        intake = self._open_record(knowledge, may_ask=True)
        run_for_long()
        try:
            visit = _begin(intake, form, resume)
            if quick:
                intake.step(visit, intake.state(visit).version, "short")
            self._ask_and_finish(intake, visit)
        except (QuitError, EOFError, KeyboardInterrupt, click.Abort) as error:
            click.echo(f"\nEverything is kept. Go on: {self.resume}")
            sys.exit(INTERRUPTED if _is_interrupt(error) else 0)
        except MissingError:
            raise InputError.about("the record", GONE) from None
        except StaleError:
            message = f"this visit was changed elsewhere; look at it again: {self.resume}"
            raise InputError.about("the record", message) from None

    def _all_of_it(self) -> str:
        """Return the command that shows all of a result: of the form that is written, or from the
        record.
        """
        if self.output is not None:
            return command_for(str(self.output.path), columns())
        command = self._on_record(SERVE)
        return command if len(command) <= columns() else SERVE

    @property
    def resume(self) -> str:
        """The command that goes on."""
        return self._on_record("hingeexpert intake --resume")

    def _on_record(self, command: str) -> str:
        if self.record is None:
            return command
        return f"{command} --record {shlex.quote(str(self.record))}"

    def _open_record(self, knowledge: KnowledgeBase, may_ask: bool) -> Intake:
        """Open the record, and return the visits in it."""
        opening = Opening(self.record or default_path(), self.passphrase_file, may_ask)
        return Intake(knowledge, opening.open())

    def _ask_and_finish(self, intake: Intake, visit: str) -> None:
        """Ask the questions and who it was, end the visit, and tell the result."""
        with Keyboard() as keyboard:
            Asking(intake, visit, keyboard, self.templates).run()
        look = intake.look(visit)
        while not _described(intake, look):
            pass
        intake.finish(visit, look.state.version)
        look = intake.look(visit)
        click.echo()
        head = intake.record.head()
        self._tell(intake.knowledge, look.assessment, look.diagnosis, self._all_of_it(), head)

    def _tell(
        self,
        knowledge: KnowledgeBase,
        assessment: Assessment,
        diagnosis: Diagnosis,
        more: str,
        head: str | None = None,
    ) -> None:
        """Print the result with the command that shows all of it and the head of the record, and
        write the form.
        """
        text = render_short(knowledge, diagnosis, more, self.templates, columns(), head)
        click.echo(text, nl=False)
        if self.output is not None:
            self.output.write(form_of(knowledge, assessment))
            click.echo(f"\nform: {click.format_filename(self.output.path)}", err=True)


def _begin(intake: Intake, form: str | None, resume: bool) -> str:
    """Return the visit to ask for: one to go on with, one taken from a form, or a new one."""
    if resume:
        return _chosen(intake)
    if form is not None:
        return intake.take(read_one(intake.knowledge, form))
    return intake.begin()


def _is_interrupt(error: BaseException) -> bool:
    """Whether Ctrl-C was pressed. At a prompt of click it comes as `Abort`, as Ctrl-D does."""
    return isinstance(error, KeyboardInterrupt) or isinstance(error.__context__, KeyboardInterrupt)


def _chosen(intake: Intake) -> str:
    """Return the visit to go on with: the only one, or the one that is picked from a list."""
    drafts = _drafts(intake)
    if not drafts:
        raise InputError(NO_DRAFT)
    if len(drafts) == 1:
        return drafts[0].id
    for number, visit in enumerate(drafts, start=1):
        who = intake.record.person(visit.person).patient.values()
        answers = f"{len(intake.state(visit.id).answers)} answers"
        click.echo(f"{number:>3}  {'  '.join([visit.date, *who, answers])}")
    number = click.prompt("Which one", type=click.IntRange(1, len(drafts)), default=1)
    return drafts[number - 1].id


def _drafts(intake: Intake) -> list[Visit]:
    """Return the visits that are not finished, the latest first; where nobody has begun to fill
    any, just the latest.
    """
    record = intake.record
    drafts = [
        visit for visit in reversed(record.visits()) if intake.state(visit.id).finished is None
    ]
    begun = [
        visit
        for visit in drafts
        if record.version(visit.id) > 1 or record.person(visit.person).patient
    ]
    return begun or drafts[:1]


def _described(intake: Intake, look: Look) -> bool:
    """Ask who it was, and return whether that could be kept."""
    texts: dict[str, str] = {}
    for key, label in (("name", "Name"), ("patient_id", "Patient id")):
        kept = getattr(look.person, key)
        texts[key] = click.prompt(f"{label}, may stay empty", default=kept, show_default=bool(kept))
    try:
        intake.describe(look.visit.id, texts)
    except InputError as error:
        for problem in error.problems:
            click.echo(f"{problem.path}: {problem.message}")
        return False
    return True
