"""What became of the cards that records of hospitals were given: the table `feedback`.

It says nothing of a person, so it is no part of the chain; the oldest goes first.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from hingeexpert.record.driver import Connection

CardOutcome = Literal["accepted", "overridden"]
MOST_KEPT = 10_000
"""Rows of the table."""
ADD = "INSERT INTO feedback (at, card, topic, outcome, reason) VALUES (?, ?, ?, ?, ?)"
FORGET = "DELETE FROM feedback WHERE number <= (SELECT max(number) FROM feedback) - ?"
KEPT = "SELECT at, card, topic, outcome, reason FROM feedback ORDER BY number"


class CardFeedback(NamedTuple):
    """What somebody did with a card.

    Attributes:
        at: When, ISO 8601 in UTC.
        card: Id of the card, made of a call that nobody can guess.
        topic: What the card was about; empty where that is not known any more.
        reason: Code of why it was put aside; empty where no reason was given.
    """

    at: str
    card: str
    topic: str
    outcome: CardOutcome
    reason: str


def add_feedback(connection: Connection, feedback: Iterable[CardFeedback]) -> None:
    """Keep what became of cards, and forget the oldest where there is too much."""
    connection.executemany(ADD, feedback)
    connection.execute(FORGET, (MOST_KEPT,))
