"""The form at the terminal, one question at a time.

Owns what keys mean; what is shown between two of them is `screen.py`. Every key that answers is in
the record before the next question is shown; what is asked, and what follows, is decided elsewhere.
"""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Literal

import click

from hingeexpert.cli.keyboard import BACKSPACE, ENTER, Keyboard
from hingeexpert.cli.options import noun
from hingeexpert.cli.screen import (
    KEYS,
    Screen,
    asked,
    columns,
    head_of,
    help_on,
    in_plain,
    of_older_form,
    status,
    values_by_key,
    wrapped,
)
from hingeexpert.errors import InputError
from hingeexpert.formats.templates import render
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.intake import Intake
from hingeexpert.intake.course import AskedPart, AskedQuestion, next_question
from hingeexpert.intake.events import NewAnswers
from hingeexpert.intake.older import not_taken
from hingeexpert.intake.visits import Look, read_value
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.for_templates import for_templates
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.wording import in_words, titled
from hingeexpert.record import StaleError
from hingeexpert.reporting.view import Report, view

PROMPT = "> "
STOP = "The rest of the form can wait."
NOTHING_LEFT = "Nothing is left to ask."
NOT_AT_ONCE = (
    "This part cannot be answered at once. Enter leaves this question as not assessed and goes on."
)
CHANGED = "NOT KEPT: your last key. This visit was changed elsewhere; here it is as it stands now."


class QuitError(Exception):
    """The rest is left for later."""


class Asking:
    """A visit whose form is filled at the terminal.

    Attributes:
        done: Finishing is wanted.
        version_shown: Version of the visit whose status was printed last.
        open_part: The part whose head was printed last.
        stopped_at: The level whose referral was printed last.
        last_asked: The question that was asked last.
        not_kept: A question whose answer was not kept, to ask it again.
        taken_back: The question whose answer was taken back, or given again, to ask it first.
    """

    def __init__(
        self, intake: Intake, visit: str, keyboard: Keyboard, templates: Path | None
    ) -> None:
        self.intake, self.visit, self.keyboard, self.templates = intake, visit, keyboard, templates
        self.done = False
        self.version_shown = -1
        self.open_part = self.stopped_at = ""
        self.last_asked = self.not_kept = self.taken_back = ""
        self.commands: Mapping[str, Callable[[Screen], None]] = {
            "a": self._all,
            "b": self._back,
            "r": self._again,
            "f": self._finish,
            "q": self._quit,
            "?": self._help,
            **dict.fromkeys(ENTER, self._pass),
            **dict.fromkeys(BACKSPACE, self._back),
        }

    def run(self) -> None:
        """Ask until finishing is wanted.

        Raises:
            QuitError: The rest is left for later.
            EOFError: So it is, by Ctrl-D.
            MissingError: The visit was deleted elsewhere.
        """
        click.echo(wrapped(KEYS))
        for line in of_older_form(not_taken(self.intake.knowledge, self.intake.state(self.visit))):
            click.echo(wrapped(line))
        while not self.done:
            try:
                self._step()
            except StaleError:
                click.echo(f"\n{wrapped(CHANGED)}")
                self.not_kept = self.last_asked

    def _step(self) -> None:
        """Show what stands, and take one key."""
        look = self.intake.look(self.visit)
        report = view(self.intake.knowledge, look.diagnosis)
        self._show_status(look, report)
        screen = self._screen(look)
        if self._is_new_stop(report):
            self._stop(report)
            self._choose(screen)
        elif screen.question is None:
            waiting = any(part.waits for part in screen.parts)
            click.echo(STOP if waiting else NOTHING_LEFT)
            self._choose(screen)
        else:
            self._ask(screen, screen.question)

    def _show_status(self, look: Look, report: Report) -> None:
        """Print where the visit stands, where something has changed since that was printed."""
        if look.state.version != self.version_shown:
            click.echo(wrapped(status(report)))
            self.version_shown = look.state.version

    def _screen(self, look: Look) -> Screen:
        """Return what to show of a visit."""
        parts = self.intake.parts(look)
        return Screen(look, parts, self._question(parts))

    def _question(self, parts: tuple[AskedPart, ...]) -> AskedQuestion | None:
        """Return what to ask: what was not kept, what was just taken back, or else the next."""
        asked_now = {question.name: question for part in parts for question in part.questions}
        again = asked_now.get(self.not_kept)
        if again is not None:
            return again
        again = asked_now.get(self.taken_back)
        if again is not None and not again.settled:
            return again
        return next_question(parts)

    def _is_new_stop(self, report: Report) -> bool:
        """Whether a referral comes first that has not been shown yet."""
        before = self.stopped_at
        self.stopped_at = report.triage.at_least.id if report.refer_first else ""
        return self.stopped_at not in ("", before)

    def _stop(self, report: Report) -> None:
        """Print the referral."""
        given = for_templates(self.intake.knowledge)
        context = {"report": report, "columns": columns(), **given}
        text = render("diagnosis/ladders.txt", context, self.templates)
        lines = [line for line in text.splitlines() if line.strip()]
        click.echo("\n" + "\n".join(lines) + "\n")
        self.open_part = ""
        # A key that was pressed before the referral could be seen must not answer it.
        self.keyboard.forget()

    def _choose(self, screen: Screen) -> None:
        """Offer what can be done where no question is asked."""
        can_go_on = screen.question is not None
        handover = bool(screen.look.diagnosis.ask_for_handover)
        going_on = "g ask for whoever takes over" if handover else "g go on asking"
        offer = f"{going_on}, " if can_go_on else ""
        click.echo(wrapped(f"f finish now, {offer}b back, q quit"))
        click.echo(PROMPT, nl=False)
        key = self.keyboard.key().lower()
        while key not in "fbq" + BACKSPACE + "g" * can_go_on:
            key = self.keyboard.key().lower()
        if key == "g":
            click.echo("go on")
        else:
            self.commands[key](screen)

    def _ask(self, screen: Screen, question: AskedQuestion) -> None:
        part = screen.part
        assert part is not None
        if part.group.group != self.open_part:
            self.open_part = part.group.group
            click.echo(head_of(part))
        click.echo(asked(question, screen.place))
        click.echo(PROMPT, nl=False)
        self.last_asked, self.not_kept = question.name, ""
        key = self.keyboard.key()
        command = self.commands.get(key.lower())
        if command is not None:
            command(screen)
        else:
            self._answer(screen, question, key)

    def _answer(self, screen: Screen, question: AskedQuestion, key: str) -> None:
        """Keep the answer that a key gives, or begins."""
        item = question.item
        try:
            value = self._typed(item, key) if item.answer.is_typed else _picked(item, key)
        except InputError as error:
            click.echo(wrapped(error.problems[0].message))
            return
        if value is None:
            return
        if not item.answer.is_typed:
            click.echo(in_plain(value))
        self._keep(screen, NewAnswers({question.name: value}))
        self._warn_if_contradicted(question, screen.look.state.contradicted)
        self._warn_if_void(question)

    def _typed(self, item: Observable, key: str) -> Value | None:
        """Return the number that is typed, or `None` where all of it was taken back."""
        text = self.keyboard.line(key)
        return read_value(item, text) if text else None

    def _warn_if_void(self, question: AskedQuestion) -> None:
        """Say why an answer cannot be read, where that is so."""
        if question.item.void_when is None:
            return
        answers = self.intake.state(self.visit).answers
        if question.name in what_is_known(self.intake.knowledge, answers).void:
            reason = in_words(self.intake.knowledge, question.item.void_when, titles=True)
            click.echo(wrapped(f"Kept, but it cannot be read while {reason}."))

    def _warn_if_contradicted(self, question: AskedQuestion, before: Collection[str]) -> None:
        """Say why an answer does not stand: this one, or one that it ruled out."""
        knowledge, now = self.intake.knowledge, self.intake.state(self.visit).contradicted
        if question.name in now:
            click.echo(wrapped(f"This answer cannot stand: it {now[question.name]}."))
        for name, why in now.items():
            if name not in (question.name, *before) and knowledge.observables[name].impossible_when:
                line = titled(knowledge, name)
                click.echo(wrapped(f'"{line}": that answer cannot stand any more: it {why}.'))

    def _keep(self, screen: Screen, answers: NewAnswers) -> None:
        self.intake.change(self.visit, screen.look.state.version, answers)
        self.taken_back = ""

    def _pass(self, screen: Screen) -> None:
        if screen.question is not None:
            click.echo("not assessed")
            self._keep(screen, NewAnswers(passed=[screen.question.name]))

    def _all(self, screen: Screen) -> None:
        """Answer what is not yet answered in this part; what somebody answered or passed over
        stays.
        """
        part = screen.part
        if part is None or part.group.all_well is None:
            click.echo(wrapped(NOT_AT_ONCE))
            return
        click.echo(part.group.all_well.say)
        self.intake.all_well(self.visit, screen.look.state.version, part.group.group)
        self.taken_back = ""

    def _back(self, screen: Screen) -> None:
        if screen.look.state.undoable:
            changed = self._move(screen, "undo")
            click.echo(f"Taken back: {changed} {noun(changed, 'answer')}.")
        else:
            click.echo("Nothing was answered before this.")

    def _again(self, screen: Screen) -> None:
        if screen.look.state.redoable:
            changed = self._move(screen, "redo")
            click.echo(f"Again as it was: {changed} {noun(changed, 'answer')}.")
        else:
            click.echo("Nothing was taken back.")

    def _move(self, screen: Screen, kind: Literal["undo", "redo"]) -> int:
        """Undo or redo, and return how many answers that changed."""
        before = screen.look.state
        self.intake.step(self.visit, before.version, kind)
        after = self.intake.state(self.visit)
        changed = {name for name, _ in before.answers.items() ^ after.answers.items()}
        changed |= before.passed ^ after.passed
        self.taken_back = next(iter(changed)) if len(changed) == 1 else ""
        return len(changed)

    def _help(self, screen: Screen) -> None:
        assert screen.question is not None
        click.echo(help_on(screen.question.item))

    def _finish(self, _: Screen) -> None:
        click.echo("finish")
        self.done = True

    def _quit(self, _: Screen) -> None:
        raise QuitError


def _picked(item: Observable, key: str) -> Value | None:
    """Return the value of a key, or `None` where the key has none."""
    values = values_by_key(item)
    if key in values:
        return read_value(item, values[key])
    click.echo(f"The keys here: {', '.join(values)}, Enter; ? for help.")
    return None
