"""The frozen models of `remarks.yaml`."""

from hingeexpert.knowledge.models.base import Entry, Id, Sentence, Sources, When


class Remark(Entry):
    """A note to the clinician that changes no conclusion, and what the person is told of it; where
    verdicts are named, there only.
    """

    id: Id
    when: When
    at: tuple[Id, ...] = ()
    say: Sentence
    patient: Sentence | None = None
    sources: Sources


class RemarkFile(Entry):
    """`remarks.yaml`."""

    remarks: tuple[Remark, ...]
