"""Which few questions decide a ladder that is open: the smallest set, two at the most, whose
harmless answers would settle it.

Owns the search. What is open at all, and in which order, is `questions.py`.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from hingeexpert.forms.assessment import Known
from hingeexpert.inference.diagnosis import Decisive, LadderName, Question
from hingeexpert.inference.questions import standing, unknown_below
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.network import Worlds, evaluate

MOST_QUESTIONS = 2
"""More questions than that are no short way to a verdict."""

Names = tuple[str, ...]
Trial = tuple[Names, dict[str, Value]]
"""Questions, and an answer to each."""


def decisive(
    knowledge: KnowledgeBase, known: Known, ladder: LadderName, asked: Sequence[Question]
) -> Decisive | None:
    """Return the few questions that decide a ladder, the most decisive first; `None` where more are
    needed, or nothing is open.

    Args:
        knowledge: The knowledge base.
        known: What is known of the person.
        ladder: Its name.
        asked: What to ask next, the most decisive first.
    """
    open_ = [item.observable for item in asked if ladder in item.could_change]
    needs: list[set[str]] = []
    least, seen = 0, set[str]()
    for need in _needed(knowledge, known, ladder):
        needs.append(need)
        least += not seen & need  # it has no question in common with those before
        seen |= need
        if least > MOST_QUESTIONS:
            return None
    for size in range(max(1, least), MOST_QUESTIONS + 1):
        trials = [
            (names, answers)
            for names, answers in _trials(knowledge, open_, size)
            if all(need.intersection(names) for need in needs)
        ]
        names = _first_that_settles(knowledge, known, ladder, trials)
        if names is not None:
            return Decisive(ladder=ladder, observables=list(names))
    return None


def _needed(knowledge: KnowledgeBase, known: Known, ladder: str) -> Iterator[set[str]]:
    """Yield for each rule that must be ruled out before a ladder is decided the questions that it
    hangs on: one of them at least must be answered.
    """
    network, levels = knowledge.network, knowledge.ladders[ladder]
    truths = evaluate(network, Worlds(known.facts))
    places = [network.names[naming.level(ladder, level.id)] for level in levels]
    proven = standing(truths[place].in_world(0) for place in places).at_least
    for level in levels[:proven]:
        for rule in level.rules:
            place = network.names[naming.level_rule(ladder, level.id, rule.id)]
            if truths[place].in_world(0) is None:
                yield unknown_below(network, truths, [place])


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
