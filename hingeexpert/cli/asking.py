"""The form at the terminal, one question at a time.

Owns what keys mean and what is shown between two of them. Every key that answers is in the record
before the next question is shown; what is asked, and what follows, is decided elsewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import click

from hingeexpert.cli.keyboard import BACKSPACE, ENTER, Keyboard
from hingeexpert.errors import InputError
from hingeexpert.formats.templates import render, wrapped
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.intake import Intake
from hingeexpert.intake.course import Asked, Part, next_question
from hingeexpert.intake.events import Change
from hingeexpert.intake.record import StaleError
from hingeexpert.intake.visits import Look, read_value
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.wording import in_words
from hingeexpert.reporting.view import Report, view

VALUE_KEYS = "123456789cdehijklmnopstuvwxyz"
"""Keys of the values of a question, in their order; letters only where there are more than nine."""
KEYS = """Keys: 1 to 9 an answer, Enter not assessed, b or Backspace back, r again what b took back,
a all of this part, or the rest of it, as it should be, ? how to look, f finish now, q quit. Each answer is kept at once."""  # noqa: E501
PROMPT = "> "
STOP = "The rest of the form can wait."
NOTHING_LEFT = "Nothing is left to ask."
CHANGED = "NOT KEPT: your last key. This visit was changed elsewhere; here it is as it stands now."


class QuitError(Exception):
    """The rest is left for later."""


@dataclass(frozen=True)
class _Scene:
    """What stands on the screen: the visit, and the question that is asked, if there is one."""

    look: Look
    parts: tuple[Part, ...]
    question: Asked | None

    @property
    def part(self) -> Part | None:
        """The part of the question."""
        return next(
            (part for part in self.parts if self.question in (*part.asked, *part.refining)), None
        )


class Asking:
    """A visit whose form is filled at the terminal."""

    def __init__(
        self, intake: Intake, visit: str, keyboard: Keyboard, templates: Path | None
    ) -> None:
        self.intake, self.visit, self.keyboard, self.templates = intake, visit, keyboard, templates
        self.done = self.onward = False
        self.told, self.part, self.wanted, self.stopped = -1, "", "", ""
        self.asked = self.lost = ""
        self.commands: Mapping[str, Callable[[_Scene], None]] = {
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
        while not self.done:
            try:
                self._step()
            except StaleError:
                click.echo(f"\n{wrapped(CHANGED)}")
                self.lost = self.asked

    def _step(self) -> None:
        look = self.intake.look(self.visit)
        report = view(self.intake.knowledge, look.diagnosis)
        if look.state.version != self.told:
            click.echo(wrapped(status(report)))
            self.told = look.state.version
        self.onward &= report.refer_first
        parts = tuple(
            replace(part, waits=part.waits and not self.onward) for part in self.intake.parts(look)
        )
        scene = _Scene(look, parts, self._question(parts))
        before, self.stopped = self.stopped, report.triage.at_least.id if report.refer_first else ""
        if self.stopped not in ("", before):
            self._stop(report)
            self._choose(scene)
        elif scene.question is None:
            click.echo(STOP if any(part.waits for part in parts) else NOTHING_LEFT)
            self._choose(scene)
        else:
            self._ask(scene, scene.question)

    def _question(self, parts: tuple[Part, ...]) -> Asked | None:
        """Return what to ask: what was not kept, what was just taken back, or else the next."""
        asked = [question for part in parts for question in (*part.asked, *part.refining)]
        again = next((question for question in asked if question.name == self.lost), None)
        again = again or next(
            (
                question
                for question in asked
                if question.name == self.wanted and not question.settled
            ),
            None,
        )
        return again or next_question(parts)

    def _stop(self, report: Report) -> None:
        text = render("_parts/ladders.txt", {"report": report}, self.templates)
        click.echo("\n" + "\n".join(line for line in text.splitlines() if line.strip()) + "\n")
        self.part = ""
        self.keyboard.forget()

    def _choose(self, scene: _Scene) -> None:
        """Offer what can be done where no question is asked."""
        waiting = any(part.waits for part in scene.parts)
        goes_on = scene.question is not None or waiting
        click.echo(wrapped(f"f finish now, {'g go on asking, ' if goes_on else ''}b back, q quit"))
        click.echo(PROMPT, nl=False)
        key = self.keyboard.key().lower()
        while key not in "fbq" + BACKSPACE + "g" * goes_on:
            key = self.keyboard.key().lower()
        if key == "g":
            click.echo("go on")
            self.onward = scene.question is None
        else:
            self.commands[key](scene)

    def _ask(self, scene: _Scene, question: Asked) -> None:
        part = scene.part
        assert part is not None
        if part.group.group != self.part:
            self.part = part.group.group
            self._open(part)
        click.echo(f"\n{wrapped(question.item.question)}")
        for line in _choices(question.item):
            click.echo(line)
        if question.settled:
            click.echo(
                "  answered elsewhere: "
                f"{'not assessed' if question.value is None else _words(question.value)}"
            )
        click.echo(PROMPT, nl=False)
        self.asked, self.lost = question.name, ""
        key = self.keyboard.key()
        command = self.commands.get(key.lower())
        if command is not None:
            command(scene)
        else:
            self._answer(scene, question, key)

    def _open(self, part: Part) -> None:
        """Show the head of a part, with its one press where it has one."""
        click.echo(f"\n{part.group.title.upper()}\n{wrapped(part.group.intro)}")
        if part.all_well and part.group.all_well is not None:
            beside = "" if not part.settled else "The rest. "
            click.echo(
                wrapped(f"{beside}{part.group.all_well.say}. {part.group.all_well.means}", "  a  ")
            )

    def _answer(self, scene: _Scene, question: Asked, key: str) -> None:
        item = question.item
        try:
            value = self._number(item, key) if item.answer.is_number else _chosen(item, key)
        except InputError as error:
            click.echo(wrapped(error.problems[0].message))
            return
        if value is None:
            return
        if not item.answer.is_number:
            click.echo(_words(value))
        self._give(scene, Change({question.name: value}))
        if (
            item.void_when is not None
            and question.name
            in what_is_known(self.intake.knowledge, self.intake.state(self.visit).answers).void
        ):
            reason = in_words(self.intake.knowledge, item.void_when, titles=True)
            click.echo(wrapped(f"Kept, but it cannot be read while {reason}."))

    def _number(self, item: Observable, key: str) -> Value | None:
        text = self.keyboard.line(key)
        return read_value(item, text) if text else None

    def _give(self, scene: _Scene, change: Change) -> None:
        self.intake.change(self.visit, scene.look.state.version, change)
        self.wanted = ""

    def _pass(self, scene: _Scene) -> None:
        if scene.question is not None:
            click.echo("not assessed")
            self._give(scene, Change(passed=[scene.question.name]))

    def _all(self, scene: _Scene) -> None:
        """Answer what is not yet answered in this part; what somebody answered or passed over
        stays.
        """
        part = scene.part
        if part is None or part.group.all_well is None:
            click.echo("This cannot be answered at once.")
            return
        click.echo(part.group.all_well.say)
        self.intake.all_well(self.visit, scene.look.state.version, part.group.group)
        self.wanted = ""

    def _back(self, scene: _Scene) -> None:
        if scene.look.state.undoable:
            self._move(scene, "undo")
        else:
            click.echo("Nothing was answered before this.")

    def _again(self, scene: _Scene) -> None:
        if scene.look.state.redoable:
            self._move(scene, "redo")
        else:
            click.echo("Nothing was taken back.")

    def _move(self, scene: _Scene, kind: Literal["undo", "redo"]) -> None:
        before = scene.look.state
        self.intake.step(self.visit, before.version, kind)
        after = self.intake.state(self.visit)
        changed = dict(before.answers.items() ^ after.answers.items()).keys() | (
            before.passed ^ after.passed
        )
        self.wanted = next(iter(changed)) if len(changed) == 1 else ""
        said = "Taken back" if kind == "undo" else "Again as it was"
        click.echo(f"{said}: {len(changed)} {'answer' if len(changed) == 1 else 'answers'}.")

    def _help(self, scene: _Scene) -> None:
        assert scene.question is not None
        item = scene.question.item
        lines = [wrapped(item.look, "  Look: ", 4)]
        lines += [
            wrapped(f"{_words(value)}. {meaning}", f"  {key}  ")
            for key, (value, meaning) in zip(VALUE_KEYS, item.values.items(), strict=False)
        ]
        lines += [wrapped(item.means, "  Number: ", 4)] if item.means else []
        click.echo("\n" + "\n".join([*lines, wrapped(KEYS)]))

    def _finish(self, _: _Scene) -> None:
        click.echo("finish")
        self.done = True

    def _quit(self, _: _Scene) -> None:
        raise QuitError


def status(report: Report) -> str:
    """Return in one line where a visit stands.

    A verdict is told once it is decided; a floor of triage at once, for caution.
    """
    triage = report.triage
    safe = (
        triage.verdict.title
        if triage.verdict
        else "incomplete"
        if triage.at_least.always
        else f"at least {triage.at_least.title}"
    )
    ready = report.readiness.verdict.title if report.readiness.verdict else "incomplete"
    return (
        f"[Triage: {safe}. Readiness: {ready}. Faults: {len(report.present)}. Open questions: "
        f"{len(report.questions)}.]"
    )


def _choices(item: Observable) -> list[str]:
    """Return what to look for, and the values with their keys."""
    tip = [wrapped(item.tip, "  ")] if item.tip else []
    if item.answer.is_number:
        return [*tip, f"  {item.answer.allowed}, then Enter"]
    return [
        *tip,
        *(f"  {key}  {_words(value)}" for key, value in zip(VALUE_KEYS, item.values, strict=False)),
    ]


def _chosen(item: Observable, key: str) -> Value | None:
    """Return the value of a key."""
    values = dict(zip(VALUE_KEYS, item.values, strict=False))
    if key in values:
        return read_value(item, values[key])
    click.echo(f"The keys here: {', '.join(values)}, Enter; ? for help.")
    return None


def _words(value: Value) -> str:
    return str(value).replace("_", " ")
