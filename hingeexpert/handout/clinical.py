"""The person in the words of a form, for a doctor: answers that were given, what was examined, what
was left blank.

Owns which answers count and how each is written. Nothing assumed and no drill stands here.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from hingeexpert.forms.assessment import plain
from hingeexpert.handout.situation import Situation
from hingeexpert.inference.diagnosis import LadderEvidence
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.handout import filled
from hingeexpert.knowledge.translation import answers_in_words

BETWEEN = "; "
"""Stands between two answers in one line."""


def signs(
    person: Situation, reasons: Iterable[LadderEvidence], elsewhere: Collection[str] = ()
) -> Iterator[str]:
    """Yield the answers that reasons rest on, in the order of the form: those that somebody gave
    and that are not the good news of their question.

    Args:
        person: The person.
        reasons: True rules.
        elsewhere: Questions whose answers stand elsewhere.
    """
    used = {name for reason in reasons for name in reason.observations}
    told = used - set(elsewhere) - person.assessment.at_once
    for name, item in person.knowledge.observables.items():
        value = person.given.get(name) if name in told else None
        if value is not None and value not in item.harmless:
            yield answer(person, name, value)


def answers(person: Situation, names: Iterable[str]) -> Iterator[str]:
    """Yield the answers to questions, as far as there are any."""
    for name in names:
        if name in person.given:
            yield answer(person, name, person.given[name])


def answer(person: Situation, name: str, value: Value) -> str:
    """Return what was asked in few words, and what was answered; of a sign that is there only the
    sign.
    """
    item = person.knowledge.observables[name]
    if item.answer.is_flag and value == "yes":
        return asked(person, name)
    return f"{asked(person, name)}: {value_in_words(person, value)}"


def value_in_words(person: Situation, value: Value) -> str:
    """Return an answer in the language of the sheet."""
    if isinstance(value, int | float):
        return f"{value:g}"
    return answers_in_words(person.knowledge)(value)


def asked(person: Situation, name: str) -> str:
    """Return what a question asks, in few words."""
    item = person.knowledge.observables[name]
    return item.short or item.question


def parts(person: Situation, names: Sequence[str]) -> Iterator[str]:
    """Yield the titles of parts of the form that have an answer, other than whether the drill of
    the part was done.
    """
    for group in person.knowledge.groups:
        answered = group.observables.keys() & person.given.keys()
        if group.group in names and answered - group.markers:
            yield group.title


def tests(person: Situation, name: str) -> Iterator[str]:
    """Yield the answers in a part of the form."""
    for group in person.knowledge.groups:
        if group.group == name:
            yield from answers(person, group.observables)


def blanks(person: Situation, reasons: Iterable[LadderEvidence]) -> Iterator[str]:
    """Return the safety questions that were left blank, those that reasons read first: a few by
    name, then how many more.
    """
    read = {name for reason in reasons for name in reason.observations}
    observables = person.knowledge.observables
    left = [
        name
        for screening in person.diagnosis.screenings
        for name in screening.left_blank
        if name in read or observables[name].follows is None
    ]
    left.sort(key=lambda name: name not in read)
    return few(person, left)


def few(person: Situation, names: Sequence[str]) -> Iterator[str]:
    """Yield a few questions in few words, then how many more there are."""
    most = person.words.most.unasked
    yield from (asked(person, name) for name in names[:most])
    if len(names) > most:
        yield filled(person.words.doctor.more, count=str(len(names) - most))


def in_one_line(texts: Iterable[str]) -> str | None:
    """Return texts in one line, `None` for none."""
    return BETWEEN.join(texts) or None


def clinician(person: Situation) -> str | None:
    """Return who saw the person, as far as that is known."""
    return plain(person.assessment.clinician or "") or None


def seen_by(person: Situation) -> str | None:
    """Return who saw the person, and the day where both are known."""
    who = clinician(person)
    return who and ", ".join(filter(None, (who, person.day(person.assessment.date))))
