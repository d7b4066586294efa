"""The frozen model of `exchange.yaml`: the words of the form as other systems show it."""

from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.handout import PaperPhrase


class ExchangeFile(Entry):
    """`exchange.yaml`.

    Attributes:
        visit: Title of what stands before the questions: whose visit it is, and when.
        not_assessed: The answer that says that nothing was asked or seen.
        blank_counts_as: What a blank of a question with a default means; `[answer]` is its words.
        from_to: Which numbers are allowed; `[least]` and `[most]` are the ends.
        record_number: What the first column of a system is called that numbers its records.
        asked_later: Why a question need not be asked of everyone, where a system cannot tell when.
    """

    visit: PaperPhrase
    not_assessed: PaperPhrase
    blank_counts_as: PaperPhrase
    from_to: PaperPhrase
    record_number: PaperPhrase
    asked_later: PaperPhrase
