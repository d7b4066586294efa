"""The frozen models of `words.yaml`: what texts may not say, and how hard those for the person may
be.

Owns shapes only; which texts there are is `knowledge/texts.py`, what is wrong with them
`assurance/words.py`.
"""

import re
from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from hingeexpert.knowledge.condition import Between, Is
from hingeexpert.knowledge.models.base import (
    Entry,
    ObservableId,
    ParameterId,
    Sentence,
    Sources,
    Status,
)
from hingeexpert.knowledge.models.things import Need
from hingeexpert.knowledge.models.traits import Once


@cache
def as_regex(pattern: str) -> re.Pattern[str]:
    """Return the pattern for whole words in any case."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


def _readable(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise PydanticCustomError(
            "pattern", "a pattern is needed that can be read ({reason})", {"reason": str(error)}
        ) from error
    if as_regex(pattern).search(""):
        raise PydanticCustomError("pattern", "a pattern must not match an empty text")
    return pattern


Pattern = Annotated[str, Field(min_length=2, max_length=1500), AfterValidator(_readable)]


class Forbidden(Entry):
    """Words that no text for the person may have.

    Attributes:
        say: Pattern of the words.
        why: Why they may not stand there.
        instead: What may be said.
        unless: Pattern; a sentence that has it may have the words.
        asked_in: Observables whose question may have the words, because it asks about just that.
        everywhere: The words may not stand in a text for the clinician either.
    """

    say: Annotated[Pattern, Once()]
    why: Sentence
    instead: Sentence
    unless: Pattern | None = None
    asked_in: tuple[ObservableId, ...] = ()
    everywhere: Literal["yes"] | None = None
    sources: Sources


class InOrder(Entry):
    """Answers to a question about a number that are nothing to speak of where a person is told in
    one line, both ends included.
    """

    asks: ObservableId
    least: int | float
    most: int | float
    status: Status
    sources: Sources

    @property
    def condition(self) -> Is:
        """That the answer is one of these."""
        return Is(self.asks, Between(self.least, self.most))


class WordFile(Entry):
    """`words.yaml`; the two limits are names of parameters.

    Attributes:
        not_from_seed: What the meaning of a fault says that the source article does not describe.
        things: What a drill may need, and the pattern of the words that name it.
        in_order: What is in order of numbers that have no good end.
    """

    grade: ParameterId
    longest_sentence: ParameterId
    not_from_seed: Sentence
    forbidden: Annotated[tuple[Forbidden, ...], Field(min_length=1)]
    things: dict[Need, Pattern] = {}
    abbreviations: dict[str, Sentence] = {}
    in_order: tuple[InOrder, ...] = ()
