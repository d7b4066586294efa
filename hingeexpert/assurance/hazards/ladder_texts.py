"""The texts of the ladder of readiness that are told to or of somebody. Needs no solver."""

from collections.abc import Iterator

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.ladders import Verdict


def texts_at_either_end(verdict: Verdict) -> Iterator[str | None]:
    """Yield what a person is told of a verdict, where it is proven or not ruled out."""
    yield from (verdict.patient, verdict.next)


def texts_once_decided(verdict: Verdict) -> Iterator[str]:
    """Yield what a clinician is told of a verdict."""
    yield from (verdict.clinician, *verdict.unlocks, *verdict.advice)


def all_texts(knowledge: KnowledgeBase) -> set[str]:
    """Return every text of the ladder of readiness that is told to or of some people."""
    texts: set[str | None] = set()
    for verdict in knowledge.readiness:
        for said in (None, *verdict.said):
            worded = verdict.in_words_of(said)
            texts.update((*texts_at_either_end(worded), *texts_once_decided(worded)))
        for item in verdict.meanwhile:
            texts.update((item.say, item.patient))
    return {text for text in texts if text is not None}
