"""Which few questions decide a ladder that is open: the smallest set, two at the most, whose
harmless answers would settle it.

Owns the search. What is open at all, and in which order, is `questions.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product

from hingeexpert.forms.assessment import Known
from hingeexpert.inference.diagnosis import Decisive, LadderName, Question
from hingeexpert.inference.questions import standing, unknown_below
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Choices, Truth, Worlds, evaluate_answered
from hingeexpert.knowledge.network import Network

MOST_QUESTIONS = 2
"""More questions than that are no short way to a verdict."""

Names = tuple[str, ...]
Trial = tuple[Names, dict[str, Value]]
"""Questions, and an answer to each."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a level of a ladder hangs on, of those that are not ruled out yet.

    Attributes:
        needs: For each of its open rules the questions of which one at least must be answered.
        may_hold: Whether harmless answers may prove the level; no milder one matters then.
    """

    needs: list[set[str]]
    may_hold: bool


def decisive(
    knowledge: KnowledgeBase,
    known: Known,
    truths: Sequence[Truth],
    ladder: LadderName,
    asked: Sequence[Question],
) -> Decisive | None:
    """Return the few questions that decide a ladder, the most decisive first; `None` where more are
    needed, or nothing is open.

    Args:
        knowledge: The knowledge base.
        known: What is known of the person.
        truths: The truth of every condition for the person.
        ladder: Its name.
        asked: What to ask next, the most decisive first.
    """
    open_ = [item.observable for item in asked if ladder in item.could_change]
    if not open_:
        return None
    good = {name: _harmless(knowledge, name) for name in open_}
    stages: list[Stage] = []
    for stage in _stages(knowledge, known, truths, ladder, good):
        stages.append(stage)
        if not any(stage.may_hold for stage in stages) and _least(stages) > MOST_QUESTIONS:
            return None
    trials = [trial for trial in _trials(good) if _could_settle(stages, trial[0])]
    if not trials:
        return None
    worlds = Worlds(known.facts, [answers for _, answers in trials])
    tried = evaluate_answered(knowledge.network, worlds, truths)
    names = _first_that_settles(knowledge, ladder, trials, tried)
    return None if names is None else Decisive(ladder=ladder, observables=list(names))


def _stages(
    knowledge: KnowledgeBase,
    known: Known,
    truths: Sequence[Truth],
    ladder: str,
    good: Mapping[str, Sequence[Value]],
) -> Iterator[Stage]:
    """Yield the levels that must be proven or ruled out before a ladder is decided, the worst
    first.
    """
    network, levels = knowledge.network, knowledge.ladders[ladder]
    within_reach = evaluate_answered(network, Choices(known.facts, good), truths)
    places = [network.names[naming.level(ladder, level.id)] for level in levels]
    proven = standing(truths[place].in_world(0) for place in places).at_least
    for level, place in zip(levels[:proven], places, strict=False):
        names = (naming.level_rule(ladder, level.id, rule.id) for rule in level.rules)
        needs = list(_needs(network, truths, names))
        yield Stage(needs, may_hold=bool(within_reach[place].true))


def _needs(network: Network, truths: Sequence[Truth], rules: Iterable[str]) -> Iterator[set[str]]:
    """Yield for each open rule the questions that it hangs on."""
    for rule in rules:
        place = network.names[rule]
        if truths[place].in_world(0) is None:
            yield unknown_below(network, truths, [place])


def _least(stages: Sequence[Stage]) -> int:
    """Return how many questions it takes at the least to rule all levels out: one for each need
    that has no question in common with those before it.
    """
    least, seen = 0, set[str]()
    for need in chain.from_iterable(stage.needs for stage in stages):
        least += not seen & need
        seen |= need
    return least


def _could_settle(stages: Sequence[Stage], names: Names) -> bool:
    """Tell whether answers to some questions might leave nothing open: they touch every need down
    to a level that they may prove.
    """
    for stage in stages:
        touched = [not need.isdisjoint(names) for need in stage.needs]
        if stage.may_hold and any(touched):
            return True
        if not all(touched):
            return False
    return True


def _trials(good: Mapping[str, Sequence[Value]]) -> Iterator[Trial]:
    """Yield every set of few enough open questions with each of their harmless answers, small sets
    first.
    """
    sets = (combinations(good, size) for size in range(1, MOST_QUESTIONS + 1))
    for names in chain.from_iterable(sets):
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
    knowledge: KnowledgeBase, ladder: str, trials: Sequence[Trial], truths: Sequence[Truth]
) -> Names | None:
    """Return the questions of the first trial in whose world a ladder is decided."""
    places = [
        knowledge.network.names[naming.level(ladder, level.id)]
        for level in knowledge.ladders[ladder]
    ]
    for world, (names, _) in enumerate(trials, start=1):
        if standing(truths[place].in_world(world) for place in places).decided:
            return names
    return None
