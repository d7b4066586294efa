"""The frozen models of `checks.yaml`."""

from hingeexpert.knowledge.models.base import Entry, Id, OnceId, Sentence, When


class Check(Entry):
    """Answers that do not fit together, and what the clinician is told of them."""

    id: OnceId
    when: When
    say: Sentence


class OlderForm(Entry):
    """What is told where the shorthand of an older form answered questions that it did not have."""

    id: Id
    say: Sentence


class CheckFile(Entry):
    """`checks.yaml`."""

    older_form: OlderForm
    checks: tuple[Check, ...]
