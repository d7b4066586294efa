"""Which few questions decide a ladder that is open: the smallest set of them, two at the most, whose
harmless answers would settle it.

Owns the search. What is open at all, and in which order, is `questions.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import Known, what_is_known
from hingeexpert.inference.diagnosis import Diagnosis
from hingeexpert.inference.questions import standing
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.network import Worlds, evaluate

MOST_QUESTIONS = 2
"""More questions than that are no short way to a verdict."""

Names = tuple[str, ...]
Trial = tuple[Names, dict[str, Value]]
"""Questions, and an answer to each."""


@dataclass(frozen=True)
class Decisive:
    """The questions that decide a ladder, the most decisive first."""

    ladder: str
    names: Names


def decisive(
    knowledge: KnowledgeBase, assessment: Assessment, diagnosis: Diagnosis
) -> Decisive | None:
    """Return the few questions that decide readiness, or, where that is decided, triage; `None`
    where more are needed, or nothing is open.

    Args:
        knowledge: The knowledge base.
        assessment: The form.
        diagnosis: What follows from it.
    """
    ladder = "triage" if diagnosis.readiness.decided else "readiness"
    open_ = [item.observable for item in diagnosis.ask_next if ladder in item.could_change]
    known = what_is_known(knowledge, assessment.answers)
    for size in range(1, MOST_QUESTIONS + 1):
        trials = list(_trials(knowledge, open_, size))
        names = _first_that_settles(knowledge, known, ladder, trials)
        if names is not None:
            return Decisive(ladder, names)
    return None


def _trials(knowledge: KnowledgeBase, open_: Sequence[str], size: int) -> Iterator[Trial]:
    """Yield every set of so many open questions with each of their harmless answers."""
    good = {name: _harmless(knowledge, name) for name in open_}
    for names in combinations(open_, size):
        for values in product(*(good[name] for name in names)):
            yield names, dict(zip(names, values, strict=True))


def _harmless(knowledge: KnowledgeBase, name: str) -> tuple[Value, ...]:
    """Return the answers to a question that are as they should be; of a number, that at the good
    end of it; each of them where none is better than another.
    """
    item, values = knowledge.observables[name], knowledge.answers[name]
    if isinstance(item.harmful, str):
        ends = [value for value in values if not isinstance(value, str)]
        return (min(ends) if item.harmful == "higher" else max(ends),)
    if item.harmless:
        return item.harmless
    return values if item.well is None else (item.well,)


def _first_that_settles(
    knowledge: KnowledgeBase, known: Known, ladder: str, trials: Sequence[Trial]
) -> Names | None:
    """Return the questions of the first trial in which a ladder is decided; all are evaluated at
    once.
    """
    worlds = Worlds(known.facts, [answers for _, answers in trials])
    truths = evaluate(knowledge.network, worlds)
    places = [
        knowledge.network.names[naming.level(ladder, level.id)]
        for level in knowledge.ladders[ladder]
    ]
    for world, (names, _) in enumerate(trials, start=1):
        if standing(truths[place].in_world(world) for place in places).decided:
            return names
    return None
