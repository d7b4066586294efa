"""The frozen model of the words of a letter to a doctor, under `letter` of `handout.yaml`.

They are not for the person, so they stand in the language of the rules only.
"""

from typing import Annotated

from pydantic import Field

from hingeexpert.knowledge.models.base import Entry, GroupId, Sentence


class LetterWords(Entry):
    """The words of a letter, and what it takes as examined.

    Attributes:
        to, date, about, number, born, signature: What stands beside a line at its head or foot.
        question, reasons, examined, meanwhile: What stands above a part.
        faults, contributors, none_seen: What was seen, and that nothing was.
        asked, to_ask, all_asked: What was asked, what is still to be asked, and that no safety
            question was left blank.
        triage, readiness, undecided: What it came to, and that it is open.
        loads, drills, no_drill, next_visit: What happens until the person was seen.
        watched: Parts of the form that count as examined besides those of `doctor`.
    """

    title: Sentence
    to: Sentence
    date: Sentence
    about: Sentence
    number: Sentence
    born: Sentence
    question: Sentence
    reasons: Sentence
    examined: Sentence
    faults: Sentence
    contributors: Sentence
    none_seen: Sentence
    asked: Sentence
    to_ask: Sentence
    all_asked: Sentence
    meanwhile: Sentence
    triage: Sentence
    readiness: Sentence
    undecided: Sentence
    loads: Sentence
    drills: Sentence
    no_drill: Sentence
    next_visit: Sentence
    signature: Sentence
    limits: Sentence
    watched: Annotated[tuple[GroupId, ...], Field(min_length=1)]
