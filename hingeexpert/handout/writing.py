"""What a patient takes home, as a document: sections of blocks, in one language, with the words of
`rules/` only.

Owns the sheet as a whole and what must not stand on it: nothing but a referral for who must be seen
first. Its parts are `practice.py`, `pause.py` and `referral.py`; how it looks is `reports/`. A pure
function of the knowledge, the form and the diagnosis.
"""

from collections.abc import Iterator

from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import plain
from hingeexpert.handout.document import Care, CareCard, Handout, Section, Wishes, direction_of
from hingeexpert.handout.over_time import over_time
from hingeexpert.handout.pause import pause
from hingeexpert.handout.practice import brief_of, practice
from hingeexpert.handout.referral import action, alarm, for_doctor, referral
from hingeexpert.handout.situation import Situation
from hingeexpert.handout.telephone import bound, is_short, unbroken
from hingeexpert.inference import Diagnosis
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.handout import CareLevel, filled, places_in


def handout(
    knowledge: KnowledgeBase,
    assessment: Assessment,
    diagnosis: Diagnosis,
    wishes: Wishes | None = None,
) -> Handout:
    """Write the sheet of one person.

    Args:
        knowledge: The knowledge base in the language of the sheet: see `translation.in_language`.
        assessment: The form.
        diagnosis: What follows from it; its words are not used, its ids are.
        wishes: What the clinician chose.
    """
    person = Situation(knowledge, assessment, diagnosis, wishes or Wishes())
    words, language = person.words, knowledge.info.language
    return Handout(
        kind=person.kind,
        language=language,
        direction=direction_of(knowledge, language),
        title=_title(person),
        name=plain(assessment.patient.get("name", "")) or None,
        number=plain(assessment.patient.get("id", "")) or None,
        date=person.day(assessment.date),
        next_visit=person.day(person.wishes.next_visit),
        clinic=person.wishes.clinic,
        logo=person.wishes.logo,
        alarm=alarm(person) if person.kind == "referral" else None,
        seen_by=_clinician(person),
        purpose=words.purpose.say if person.drills else None,
        lead=_lead(person),
        sections=_sections(person),
        limits=words.limits,
        record=person.record,
        labels=words.labels.model_dump(),
    )


def _title(person: Situation) -> str:
    """Return the title: where a drill is given, its aim for the fault in focus."""
    titles, focus = person.words.titles, person.diagnosis.focus
    if person.kind == "practice" and focus is not None:
        return titles.practice_with.get(focus.fault, titles.practice)
    return str(getattr(titles, person.kind))


def _clinician(person: Situation) -> str | None:
    """Return who saw the person; a referral tells it elsewhere."""
    return None if person.kind == "referral" else plain(person.assessment.clinician or "") or None


def _lead(person: Situation) -> str:
    """Return the sheet in one line."""
    if person.kind == "referral":
        return action(person)
    if person.drills:
        return " ".join((person.strictest.patient, *_named(person)))
    if not person.diagnosis.readiness.decided and not person.level.homework:
        return person.words.open
    return person.level.patient


def _named(person: Situation) -> Iterator[str]:
    """Yield the names of the drills that were tried in the room, then of those to be tried there
    first.
    """
    words = person.words
    for phrase, tried in ((words.at_home, True), (words.with_us_first, False)):
        drills = (drill for drill in person.drills if person.suited.tried(drill.drill) == tried)
        names = ", ".join(brief_of(drill).name for drill in drills)
        if names:
            yield filled(phrase, drill=names)


def _sections(person: Situation) -> tuple[Section, ...]:
    """Return the parts of the sheet; when to stop and whom to call is the last but for
    the chart of all visits.
    """
    if person.kind == "referral":
        return (*referral(person), *_care(person, person.words.headings.worse))
    parts = practice(person) if person.kind == "practice" else (*pause(person), *for_doctor(person))
    return (*parts, *_care(person, person.words.headings.care), *over_time(person))


def _care(person: Situation, heading: str) -> Iterator[Section]:
    """Yield when to stop and whom to call, with the numbers of the clinic as far as it has them; on
    a referral sheet only the cards that go with its action.
    """
    clinic = person.wishes.clinic
    numbers = {}
    if clinic is not None and clinic.emergency_number:
        numbers["number"] = clinic.emergency_number
    if clinic is not None and clinic.phone:
        numbers["phone"] = clinic.phone
    numbers = {place: unbroken(number) for place, number in numbers.items()}
    beyond = any(drill.rung is not None for drill in person.drills)
    first = person.diagnosis.triage.at_least if person.kind == "referral" else None
    levels = (card for card in person.words.care if first is None or first in card.on_referral)
    if cards := tuple(_card(level, numbers, beyond) for level in levels):
        yield Section(id="care", heading=heading, blocks=(Care(cards=cards),))


def _card(level: CareLevel, numbers: dict[str, str], beyond: bool) -> CareCard:
    """Return one card, `beyond` beside a drill beyond the pattern; its heading names a number only
    if that is known.
    """
    heading, call = level.heading, None
    if level.heading_with_number is not None:
        (place,) = places_in(level.heading_with_number)
        number = numbers.get(place)
        if number is not None and is_short(number):
            heading = filled(level.heading_with_number, **numbers)
        else:
            call = number
    lines = tuple((beyond and item.beyond) or item.say for item in level.items)
    return CareCard(tone=level.tone, heading=bound(heading), call=call, items=lines)
