"""A visit at the terminal from its beginning to its end: begun, taken from a form or gone on with;
asked; finished and told.

Owns what becomes of a visit that is broken off, deleted or changed elsewhere. The keys are
`asking.py`, the options `intake.py`.
"""

import shlex
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from hingeexpert.cli.asking import Asking, QuitError
from hingeexpert.cli.keyboard import Keyboard
from hingeexpert.cli.options import INTERRUPTED, collect_as_usual, load, read_forms, write_file
from hingeexpert.errors import InputError, Problem
from hingeexpert.forms import Assessment, form_of
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.intake import Intake, Record
from hingeexpert.intake.record import MissingError, StaleError, default_path
from hingeexpert.intake.visits import Look
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.reporting import render_text

NO_DRAFT = "No visit in the record is unfinished. Begin one: hingeexpert intake"
GONE = "this visit is no longer there; somebody deleted it"


@dataclass(frozen=True)
class Wanted:
    """What the options say."""

    output: Path | None
    record: Path | None
    templates: Path | None

    @property
    def resume(self) -> str:
        """The command that goes on."""
        return "hingeexpert intake --resume" + (
            f" --record {shlex.quote(str(self.record))}" if self.record else ""
        )


def _opened(knowledge: KnowledgeBase, wanted: Wanted) -> Intake:
    """Open the record. Return the visits in it."""
    return Intake(knowledge, Record(wanted.record or default_path()))


def _read(knowledge: KnowledgeBase, form: str) -> Assessment:
    ((_, assessment),) = read_forms(knowledge, [form])
    if assessment is None:
        sys.exit(1)
    return assessment


def taken(rules: Path, form: str, wanted: Wanted, no_record: bool) -> None:
    """Take a form, and ask nothing."""
    knowledge = load(rules)
    assessment = _read(knowledge, form)
    if not no_record:
        _opened(knowledge, wanted).take(assessment)
    _told(knowledge, assessment, diagnose(knowledge, assessment), wanted)
    if not no_record:
        click.echo(f"kept as an unfinished visit; go on at a terminal: {wanted.resume}", err=True)


def asked(rules: Path, form: str | None, resume: bool, wanted: Wanted) -> None:
    """Ask at the terminal."""
    knowledge = load(rules)
    visits = _opened(knowledge, wanted)
    collect_as_usual()
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # so that the terminal is left as it was
    try:
        visit = (
            _chosen(visits)
            if resume
            else visits.take(_read(knowledge, form))
            if form is not None
            else visits.begin()
        )
        with Keyboard() as keyboard:
            Asking(visits, visit, keyboard, wanted.templates).run()
        _finished(visits, visit, wanted)
    except (QuitError, EOFError, KeyboardInterrupt, click.Abort) as error:
        click.echo(f"\nEverything is kept. Go on: {wanted.resume}")
        sys.exit(
            INTERRUPTED
            if isinstance(error, KeyboardInterrupt)
            or isinstance(error.__context__, KeyboardInterrupt)
            else 0
        )
    except MissingError:
        raise InputError([Problem("the record", None, "", GONE)]) from None
    except StaleError:
        raise InputError(
            [
                Problem(
                    "the record",
                    None,
                    "",
                    f"this visit was changed elsewhere; look at it again: {wanted.resume}",
                )
            ]
        ) from None


def _chosen(visits: Intake) -> str:
    """Return the visit to go on with: the only one, or the one that is picked from a list."""
    drafts = [
        visit
        for visit in reversed(visits.record.visits())
        if visits.state(visit.id).finished is None
    ]
    drafts = [
        visit
        for visit in drafts
        if visits.record.version(visit.id) > 1 or visits.record.person(visit.person).patient
    ] or drafts[:1]
    if not drafts:
        raise InputError(NO_DRAFT)
    if len(drafts) == 1:
        return drafts[0].id
    for number, visit in enumerate(drafts, start=1):
        person, given = visits.record.person(visit.person), len(visits.state(visit.id).answers)
        click.echo(
            f"{number:>3}  {'  '.join([visit.date, *person.patient.values(), f'{given} answers'])}"
        )
    number = click.prompt("Which one", type=click.IntRange(1, len(drafts)), default=1)
    return drafts[number - 1].id


def _finished(visits: Intake, visit: str, wanted: Wanted) -> None:
    """Ask who it was, end the visit, and tell the result."""
    look = visits.look(visit)
    while not _described(visits, look):
        pass
    visits.finish(visit, look.state.version)
    look = visits.look(visit)
    click.echo()
    _told(visits.knowledge, look.assessment, look.diagnosis, wanted)


def _described(visits: Intake, look: Look) -> bool:
    texts: dict[str, str] = {}
    for key, label in (("patient_id", "Patient id"), ("name", "Name")):
        known = getattr(look.person, key)
        texts[key] = click.prompt(
            f"{label}, may stay empty", default=known, show_default=bool(known)
        )
    try:
        visits.describe(look.visit.id, texts)
    except InputError as error:
        for problem in error.problems:
            click.echo(f"{problem.path}: {problem.message}")
        return False
    return True


def _told(
    knowledge: KnowledgeBase, assessment: Assessment, diagnosis: Diagnosis, wanted: Wanted
) -> None:
    """Print the result, and write the form."""
    click.echo(render_text(knowledge, diagnosis, wanted.templates), nl=False)
    if wanted.output is not None:
        write_file(wanted.output, form_of(knowledge, assessment))
        click.echo(f"\nform: {click.format_filename(wanted.output)}", err=True)
