"""All that the program says of one form: the same code for each Python that shall say the same."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from hingeexpert.errors import InputError
from hingeexpert.forms import Assessment, form_of, read_form
from hingeexpert.handout import Wishes, handout, handout_html
from hingeexpert.handout.calendar_entry import calendar_entry
from hingeexpert.handout.clinic import Clinic
from hingeexpert.handout.letter import has_letter, letter, letter_html
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.knowledge import KnowledgeBase, in_language
from hingeexpert.reporting import render_html, render_note, render_short, render_text

CLINIC = Clinic(name="Straße & Söhne", phone="+49 30 1234567", emergency_number="112")
FIRST_DAY = date(2026, 1, 31)


def outputs(knowledge: KnowledgeBase, raw: bytes, number: int) -> Mapping[str, str]:
    """Return every output of a form, by its name; of one that is refused, why.

    Args:
        knowledge: The knowledge base.
        raw: The form, as JSON or YAML.
        number: Its place among others, which chooses what is wished for its sheet.
    """
    try:
        form = read_form(knowledge, "form", raw)
    except InputError as refused:
        return {"refusal": str(refused)}
    diagnosis = diagnose(knowledge, form)
    said = {
        "result as JSON": diagnosis.as_json(2),
        "text report": render_text(knowledge, diagnosis),
        "short text": render_short(knowledge, diagnosis),
        "note": render_note(knowledge, diagnosis),
        "report page": render_html(knowledge, diagnosis),
        "form": form_of(knowledge, form),
    }
    return said | dict(_sheets(knowledge, form, diagnosis, number))


def _sheets(
    knowledge: KnowledgeBase, form: Assessment, diagnosis: Diagnosis, number: int
) -> Iterator[tuple[str, str]]:
    """Yield what goes home, in each language."""
    wishes = _wishes(number)
    for language in (knowledge.info.language, *knowledge.languages):
        told = in_language(knowledge, language)
        sheet = handout(told, form, diagnosis, wishes)
        yield f"handout page ({language})", handout_html(sheet, wishes)
        if wishes.next_visit is not None:
            entry = calendar_entry(told, form, wishes.next_visit, wishes)
            yield f"day in a calendar ({language})", entry.decode()
    if has_letter(knowledge, diagnosis):
        yield "letter page", letter_html(letter(knowledge, form, diagnosis, wishes), wishes)


def _wishes(number: int) -> Wishes:
    """Return what is wished for the sheet of a form: each wish now and then, each day of a year."""
    return Wishes(
        clinic=CLINIC if number % 2 else None,
        next_visit=FIRST_DAY + timedelta(days=number) if number % 3 else None,
        drills=1 + number % 2,
        grey=number % 5 == 0,
        large=number % 7 == 0,
    )


def digests(knowledge: KnowledgeBase, raw: bytes, number: int) -> Mapping[str, str]:
    """Return the hash of every output of a form, by its name; see `outputs`."""
    said = outputs(knowledge, raw, number)
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in said.items()}
