"""The frozen model of `exchange.yaml`: the words of the form as other systems show it."""

from typing import Literal

from hingeexpert.knowledge.models.base import Entry, LevelId, ObservableId, Sentence
from hingeexpert.knowledge.models.handout import PaperPhrase, Phrase


class LiveWords(Entry):
    """What a form says that judges by itself while it is filled.

    Attributes:
        levels: Said as soon as it is certain that triage is at least this level; nothing is said
            of a level that is left out.
        open: Said while triage could still change.
    """

    levels: dict[LevelId, PaperPhrase] = {}
    open: PaperPhrase


class AtOnce(Entry):
    """The shorthand of a part as a system asks it that shows one question after the other.

    Attributes:
        question: Asks whether all was asked, and whether what was left blank is a no.
        answer: The one answer that it has.
    """

    question: PaperPhrase
    answer: PaperPhrase


class ResultWords(Entry):
    """What a result says to a clinician in another system, beside the words of its conclusions.

    Attributes:
        triage, readiness, confidence, present: What each is called.
        at_least, not_ruled_out: What the two bounds of an open verdict are called.
        decision_support: What the result is, and what it is not.
        referrals: The levels of triage that propose a referral, each with how soon.
    """

    triage: Sentence
    readiness: Sentence
    confidence: Sentence
    present: Sentence
    at_least: Sentence
    not_ruled_out: Sentence
    decision_support: Sentence
    referrals: dict[LevelId, Literal["routine", "urgent", "asap", "stat"]]


class Dismissed(Entry):
    """Why a clinician puts a card aside, in words to choose from."""

    already_referred: PaperPhrase
    judged_otherwise: PaperPhrase
    out_of_date: PaperPhrase


class CardWords(Entry):
    """The words of what may be pressed on a card.

    Attributes:
        propose_referral: Puts a proposal of the referral into the record.
        dismissed: Why a card is put aside.
    """

    propose_referral: PaperPhrase
    dismissed: Dismissed


class ExchangeFile(Entry):
    """`exchange.yaml`.

    Attributes:
        visit: Title of what stands before the questions: whose visit it is, and when.
        not_assessed: The answer that says that nothing was asked or seen.
        blank_counts_as: What a blank of a question with a default means; `[answer]` is its words.
        from_to: Which numbers are allowed; `[least]` and `[most]` are the ends.
        record_number: What the first column of a system is called that numbers its records.
        language: What a language calls itself.
        only_where: Beside a question of some people alone that is shown to all.
        beside_shorthand: What the answer that nothing was asked does beside the shorthand of a
            part.
        at_once: The shorthand of a part; on paper it has words of its own, in `handout.yaml`.
        live: What a form says that judges by itself.
        age: The question of completed years of life, which a record of the patient may answer.
        result: Words of a result.
        cards: What may be pressed on a card in the record of a hospital.
        pocket: What the code on a sheet holds, and who may see it.
        pocket_picture: The code in words, for who cannot see it.
    """

    visit: PaperPhrase
    not_assessed: PaperPhrase
    blank_counts_as: PaperPhrase
    from_to: PaperPhrase
    record_number: PaperPhrase
    language: PaperPhrase
    only_where: PaperPhrase
    beside_shorthand: PaperPhrase
    at_once: AtOnce
    live: LiveWords
    age: ObservableId | None = None
    result: ResultWords
    cards: CardWords
    pocket: Phrase
    pocket_picture: PaperPhrase
