"""What stands on the screen while a form is filled at the terminal.

Owns the words and lines between two keys. What a key does is `asking.py`.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hingeexpert.formats import templates
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.intake.course import AskedPart, AskedQuestion
from hingeexpert.intake.older import OldAnswer
from hingeexpert.intake.visits import Look
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.reporting.view import Report

NARROWEST, MARGIN = 40, 2
"""Columns of text at the least, and columns of the terminal that stay empty beside it."""
VALUE_KEYS = "123456789cdehijklmnopstuvwxyz"
"""Keys of the values of a question, in their order; letters only where there are more than nine."""
KEYS = (
    "Keys: 1 to 9 an answer, Enter not assessed, b or Backspace back, r again what b took back, "
    "a all of this part, or the rest of it, as it should be, ? how to look, f finish now, q quit. "
    "Each answer is kept at once."
)


@dataclass(frozen=True)
class Screen:
    """The visit, and the question that is asked, if there is one."""

    look: Look
    parts: tuple[AskedPart, ...]
    question: AskedQuestion | None

    @property
    def place(self) -> str:
        """Which question it is, of how many that are asked now."""
        asked_now = [item for part in self.parts if not part.waits for item in part.questions]
        if self.question not in asked_now:
            return ""
        return f"{asked_now.index(self.question) + 1} of {len(asked_now)}"

    @property
    def part(self) -> AskedPart | None:
        """The part of the question."""
        return next((part for part in self.parts if self.question in part.questions), None)


def columns() -> int:
    """Return how wide text may be: what the terminal has, and not more than a report."""
    size = shutil.get_terminal_size().columns - MARGIN
    return min(max(size, NARROWEST), templates.WIDTH)


def wrapped(text: str, lead: str = "", indent: int | None = None) -> str:
    """Wrap text to the terminal; see `templates.wrapped`."""
    return templates.wrapped(text, lead, indent, columns())


def status(report: Report) -> str:
    """Return in one line where a visit stands.

    A verdict is told once it is decided; a floor of triage at once, for caution.
    """
    ready = report.readiness.verdict.title if report.readiness.verdict else "open"
    stands = f"Triage: {_triage(report)}. Readiness: {ready}."
    if report.hands_over:
        return f"[{stands} Open for the handover: {len(report.for_handover)}.]"
    faults = "" if report.refer_first else f" Faults: {len(report.present)}."
    return f"[{stands}{faults} Open questions: {len(report.questions)}.]"


def _triage(report: Report) -> str:
    if report.triage.verdict:
        return report.triage.verdict.title
    if report.triage.at_least.always:
        return "open"
    return f"at least {report.triage.at_least.title}"


def of_older_form(answers: Sequence[OldAnswer]) -> Iterator[str]:
    """Yield which answers of an older form are not taken over."""
    if answers:
        yield "Begun on an older form. These answers are not taken, and what is new is blank:"
    for answer in answers:
        instead = f"; asked instead: {', '.join(answer.successors)}" if answer.successors else ""
        yield f"- {answer.asked}: {in_plain(answer.value)}{instead}"


def head_of(part: AskedPart) -> str:
    """Return the head of a part, with its one press where it has one."""
    lines = ["", part.group.title.upper(), wrapped(part.group.intro)]
    press = part.group.all_well
    if part.all_well and press is not None:
        rest = "The rest. " if part.settled else ""
        lines.append(wrapped(f"{rest}{press.say}. {press.means}", "  a  "))
    return "\n".join(lines)


def asked(question: AskedQuestion, place: str) -> str:
    """Return a question behind its place among all, with what to look for, the values and their
    keys, and its answer where it has one.
    """
    lead = f"{place}  " if place else ""
    lines = ["", wrapped(question.item.question, lead), *_choices(question.item)]
    if question.settled:
        answer = "not assessed" if question.value is None else in_plain(question.value)
        lines.append(f"  answered elsewhere: {answer}")
    return "\n".join(lines)


def _choices(item: Observable) -> Iterator[str]:
    if item.tip:
        yield wrapped(item.tip, "  ")
    if item.answer.is_typed:
        yield f"  {item.answer.allowed}, then Enter"
        return
    for key, value in values_by_key(item).items():
        yield f"  {key}  {in_plain(value)}"


def help_on(item: Observable) -> str:
    """Return how to look, what each answer means, and what the keys do."""
    lines = ["", wrapped(item.look, "  Look: ", 4)]
    for key, value in values_by_key(item).items():
        lines.append(wrapped(f"{in_plain(value)}. {item.values[value]}", f"  {key}  "))
    if item.means:
        lines.append(wrapped(item.means, "  Number: ", 4))
    return "\n".join([*lines, wrapped(KEYS)])


def values_by_key(item: Observable) -> dict[str, str]:
    """Return the values of a question by the keys that answer them; none for a number. That nobody
    looked has no key of its own: Enter says it.
    """
    values = [value for value in item.values if value != NOT_NOTED]
    return dict(zip(VALUE_KEYS, values, strict=False))


def in_plain(value: Value) -> str:
    """Return an answer as a person reads it."""
    return str(value).replace("_", " ")
