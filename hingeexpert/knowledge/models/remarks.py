"""The frozen models of `remarks.yaml`."""

from hingeexpert.knowledge.models.base import (
    DrillId,
    Entry,
    OnceId,
    Sentence,
    Sources,
    Told,
    VerdictId,
    When,
)


class Remark(Entry):
    """A note to the clinician that changes no conclusion, and what the person is told of it; where
    verdicts are named, there only.

    Attributes:
        beside: The drills beside which the person is told of it; none is every drill.
    """

    id: OnceId
    when: When
    at: tuple[VerdictId, ...] = ()
    say: Sentence
    patient: Told | None = None
    beside: tuple[DrillId, ...] = ()
    sources: Sources


class RemarkFile(Entry):
    """`remarks.yaml`."""

    remarks: tuple[Remark, ...]
