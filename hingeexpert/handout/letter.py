"""The letter to a doctor for who is sent on as a routine: what is asked, why, what was found, what
happens meanwhile.

Owns who may get one, what stands in it, and its print; the words are those of `rules/`, the looks
`reports/letter.html` and `reports/letter.typ`. A pure function of the knowledge, the form and the
diagnosis.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

from hingeexpert.formats.pdf import CSS_SIZES
from hingeexpert.formats.templates import render
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import plain
from hingeexpert.handout import clinical
from hingeexpert.handout.document import (
    Block,
    Fact,
    Facts,
    Labelled,
    Letter,
    Paragraph,
    Points,
    Section,
    Wishes,
    direction_of,
)
from hingeexpert.handout.names import letter_on_paper
from hingeexpert.handout.paper_form import print_fitting
from hingeexpert.handout.situation import Situation
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.diagnosis import (
    ContributorResult,
    FaultResult,
    LadderEvidence,
    LadderName,
)
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.ladders import LevelRule
from hingeexpert.knowledge.models.letter import LetterWords

LETTER_SIZES = (11, 10.5, 10, 9.5, 9, 8.5)
"""Sizes of the text in points; the largest with which the letter fits on one page is taken."""

LADDERS = frozenset(get_args(LadderName))
NO_REASON = "no reason for a routine referral is true, so there is no letter"
"""Why there is none."""
INSTEAD = (
    "; whoever must be seen first takes the referral sheet along, which has a part for the doctor: "
    "make the handout in place of the letter"
)
"""What to hand over where there is a more urgent reason."""


def has_letter(knowledge: KnowledgeBase, diagnosis: Diagnosis) -> bool:
    """Return whether one of the reasons is such that a letter may be written for it."""
    letters = {level.id for level in knowledge.triage if level.letter}
    return any(item.level in letters for item in diagnosis.triage.evidence)


def why_no_letter(knowledge: KnowledgeBase, diagnosis: Diagnosis) -> str:
    """Return why there is none, and what to hand over in its place."""
    level = knowledge.level("readiness", diagnosis.readiness.at_least)
    return NO_REASON + (INSTEAD if level.referral else "")


def letter(
    knowledge: KnowledgeBase,
    assessment: Assessment,
    diagnosis: Diagnosis,
    wishes: Wishes | None = None,
) -> Letter:
    """Write the letter about one person.

    Args:
        knowledge: The knowledge base as loaded.
        assessment: The form.
        diagnosis: What follows from it, with a reason for a letter: see `has_letter`.
        wishes: What the clinician chose.
    """
    person = Situation(knowledge, assessment, diagnosis, wishes or Wishes())
    words, language = person.words.letter, knowledge.info.language
    parts: dict[str, Iterator[Block]] = {
        words.question: _questions(person),
        words.reasons: _reasons(person),
        words.examined: _examined(person),
        words.meanwhile: _meanwhile(person),
    }
    ids = ("question", "reasons", "examined", "meanwhile")
    return Letter(
        language=language,
        direction=direction_of(knowledge, language),
        title=words.title,
        clinic=person.wishes.clinic,
        logo=person.wishes.logo,
        head=tuple(_head(person)),
        sections=tuple(
            Section(id=name, heading=heading, blocks=tuple(blocks))
            for name, (heading, blocks) in zip(ids, parts.items(), strict=True)
        ),
        foot=(
            Fact(label=person.words.doctor.seen_by, text=clinical.seen_by(person)),
            Fact(label=words.signature, text=None),
        ),
        limits=words.limits,
        record=person.record,
        phone=person.words.labels.phone,
    )


def _head(person: Situation) -> Iterator[Fact]:
    """Yield to whom, when, and about whom."""
    words, patient = person.words.letter, person.assessment.patient
    yield Fact(label=words.to, text=None)
    yield Fact(label=words.date, text=person.day(person.assessment.date))
    yield Fact(label=words.about, text=plain(patient.get("name", "")) or None)
    yield Fact(label=words.number, text=plain(patient.get("id", "")) or None)
    yield Fact(label=words.born, text=None)


def _told(person: Situation) -> list[LadderEvidence]:
    """Return the reasons for the level that is proven, and those for a letter."""
    triage = person.diagnosis.triage
    letters = {level.id for level in person.knowledge.triage if level.letter}
    return [item for item in triage.evidence if item.level in {triage.at_least, *letters}]


def _questions(person: Situation) -> Iterator[Block]:
    """Yield what is asked for each reason, once; where a rule has no question, what to do."""
    rules: dict[str, LevelRule] = {}
    for level in person.knowledge.triage:
        rules |= {naming.level_rule("triage", level.id, rule.id): rule for rule in level.rules}
    told = (rules[item.rule] for item in _told(person))
    asked = dict.fromkeys(rule.ask or rule.act or rule.because for rule in told)
    yield Points(items=tuple(asked))


def _reasons(person: Situation) -> Iterator[Block]:
    """Yield each reason with the answers that led to it."""
    yield Points(items=tuple(_with_answers(person, item) for item in _told(person)))


def _with_answers(person: Situation, reason: LadderEvidence) -> str:
    answers = clinical.in_one_line(clinical.signs(person, [reason]))
    return f"{reason.because} {answers}." if answers else reason.because


def _examined(person: Situation) -> Iterator[Block]:
    """Yield what was examined, what was found in the drills and tests, and what was not asked;
    nothing of the movement while a referral comes first.
    """
    words, doctor, diagnosis = person.words.letter, person.words.doctor, person.diagnosis
    seen: dict[str, str | None] = {}
    if person.level.withholds_cues != "until_ruled_out":
        seen[words.faults] = _findings(diagnosis.faults) or words.none_seen
        seen[words.contributors] = _findings(diagnosis.contributors)
    parts = clinical.parts(person, (*doctor.parts, *words.watched))
    blanks = clinical.in_one_line(clinical.blanks(person, _told(person)))
    lines = {
        words.asked: clinical.in_one_line(parts),
        **seen,
        doctor.pain: clinical.in_one_line(clinical.answers(person, _pains(person))),
        doctor.tests: clinical.in_one_line(clinical.tests(person, doctor.tested)),
        doctor.not_asked: blanks,
        words.to_ask: clinical.in_one_line(clinical.few(person, _to_ask(person))),
    }
    yield from _labelled(lines)
    if blanks is None:
        yield Paragraph(text=words.all_asked)


def _to_ask(person: Situation) -> list[str]:
    """Return the questions on which triage or readiness hangs, but for blank safety questions."""
    screenings = person.diagnosis.screenings
    blank = {name for screening in screenings for name in screening.left_blank}
    questions = person.diagnosis.ask_next
    deciding = [item for item in questions if not LADDERS.isdisjoint(item.could_change)]
    return [item.observable for item in deciding if item.observable not in blank]


def _pains(person: Situation) -> tuple[str, ...]:
    """Return the questions how long the pain has lasted, and how much it is."""
    doctor = person.words.doctor
    return (doctor.since, *doctor.pains)


def _findings(found: Sequence[FaultResult] | Sequence[ContributorResult]) -> str | None:
    """Return the titles of what is present, each with its confidence."""
    present = (item for item in found if item.status == "present")
    return clinical.in_one_line(f"{item.title} ({item.confidence})" for item in present)


def _meanwhile(person: Situation) -> Iterator[Block]:
    """Yield what it came to, what happens to loads, which drill went home, and the next visit."""
    words, readiness = person.words.letter, person.diagnosis.readiness
    triage = person.diagnosis.triage
    level = person.level_of("triage", triage.at_least)
    lines = {
        words.triage: level.title if triage.decided else words.undecided,
        words.readiness: _verdict(person, words),
        words.loads: readiness.meanwhile,
        words.drills: clinical.in_one_line(_home(person)) or words.no_drill,
    }
    yield from _labelled(lines)
    day = person.day(person.wishes.next_visit)
    yield Facts(items=(Fact(label=words.next_visit, text=day),))


def _verdict(person: Situation, words: LetterWords) -> str:
    if not person.diagnosis.readiness.decided:
        return words.undecided
    return f"{person.level.title}. {person.level.clinician}"


def _home(person: Situation) -> Iterable[str]:
    """Yield each drill that goes home, and how often it is done."""
    for drill in person.drills:
        yield f"{drill.title}. {person.suited.dose(drill.drill)}"


def _labelled(lines: dict[str, str | None]) -> Iterator[Block]:
    """Yield the lines that have a text."""
    for label, text in lines.items():
        if text is not None:
            yield Labelled(label=label, text=text)


def letter_pdf(made: Letter, wishes: Wishes, templates: Path | None = None) -> bytes:
    """Print a letter on one page.

    Args:
        made: The letter.
        wishes: What it was made with.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: The template is missing or broken.
    """
    logo = made.logo and {
        "format": made.logo.format,
        "bytes": list(base64.b64decode(made.logo.base64)),
    }
    data = {
        **letter_on_paper(made).model_dump(exclude={"logo"}),
        "heading": made.title,
        "title": _title(made, wishes),
        "paper": wishes.paper,
        "grey": wishes.grey,
        "logo": logo,
    }
    return print_fitting("letter.typ", data, LETTER_SIZES, 1, templates, of="size")


def letter_html(made: Letter, wishes: Wishes, templates: Path | None = None) -> str:
    """Write a letter as one self-contained page without scripts or outside requests.

    Arguments and errors: see `letter_pdf`.
    """
    context = {
        "letter": made,
        "title": _title(made, wishes),
        "paper": CSS_SIZES[wishes.paper],
        "grey": wishes.grey,
        "drawings": {},
    }
    return render("letter.html", context, templates)


def _title(made: Letter, wishes: Wishes) -> str:
    """Return the title that the data of a file carries; a name stands there only if that was
    wished.
    """
    name = made.head[2].text
    return f"{made.title}: {name}" if wishes.name_in_file and name else made.title
