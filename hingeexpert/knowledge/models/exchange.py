"""The frozen model of `exchange.yaml`: the words of the form as other systems show it."""

from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.handout import PaperPhrase, Phrase


class ExchangeFile(Entry):
    """`exchange.yaml`.

    Attributes:
        visit: Title of what stands before the questions: whose visit it is, and when.
        not_assessed: The answer that says that nothing was asked or seen.
        blank_counts_as: What a blank of a question with a default means; `[answer]` is its words.
        from_to: Which numbers are allowed; `[least]` and `[most]` are the ends.
        pocket: What the code on a sheet holds, and who may see it.
        pocket_picture: The code in words, for who cannot see it.
    """

    visit: PaperPhrase
    not_assessed: PaperPhrase
    blank_counts_as: PaperPhrase
    from_to: PaperPhrase
    pocket: Phrase
    pocket_picture: Phrase
