"""What a hospital's record tells of a card: whether it was followed, or why it was put aside.

What somebody typed beside it is never read.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from hingeexpert.record import CardFeedback, CardOutcome

MOST_AT_ONCE = 100
"""Entries in one request."""
OTHER = "other"
"""Stands in place of a reason that is none of ours."""


class _Told(BaseModel):
    """Base of what is told; what is not known is passed over, as the standard allows it."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel)


class OverrideCode(_Told):
    """The reason that was chosen."""

    code: str


class OverrideReason(_Told):
    """Why a card was put aside; the comment beside it is left out."""

    reason: OverrideCode | None = None


class AcceptedSuggestion(_Told):
    """A suggestion that was followed."""

    id: UUID


class Reaction(_Told):
    """What somebody did with a card."""

    card: UUID
    outcome: CardOutcome
    accepted_suggestions: list[AcceptedSuggestion] | None = None
    override_reason: OverrideReason | None = None
    outcome_timestamp: AwareDatetime

    def kept(self, topic: str, reasons: Collection[str]) -> CardFeedback:
        """Return what is kept of it.

        Args:
            topic: What the card was about.
            reasons: The codes that we gave to choose from.
        """
        chosen = self.override_reason.reason if self.override_reason else None
        code = "" if chosen is None else chosen.code if chosen.code in reasons else OTHER
        return CardFeedback(self._moment(), str(self.card), topic, self.outcome, code)

    def _moment(self) -> str:
        """Return when it was done, in UTC."""
        at = self.outcome_timestamp
        return (at.astimezone(UTC) if _is_ordinary(at) else at).isoformat(timespec="seconds")


def _is_ordinary(moment: datetime) -> bool:
    """Whether a moment can be told in UTC."""
    return datetime.min.year < moment.year < datetime.max.year


class FeedbackRequest(_Told):
    """All that is told at once."""

    feedback: Annotated[list[Reaction], Field(min_length=1, max_length=MOST_AT_ONCE)]
