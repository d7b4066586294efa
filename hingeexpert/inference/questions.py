"""What to ask next, computed from the rules: which blanks something open still hangs on, the most
decisive first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hingeexpert.forms.assessment import Known
from hingeexpert.inference.diagnosis import Question
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.network import Network, NodeKind, Truth, Worlds, evaluate


@dataclass(frozen=True)
class Standing:
    """Where a ladder stands: positions in its list, from the most severe.

    Attributes:
        at_least: The first entry that is true.
        not_ruled_out: The first entry that is not false; never after `at_least`.
    """

    at_least: int
    not_ruled_out: int

    @property
    def decided(self) -> bool:
        """Whether nothing unanswered can change it."""
        return self.at_least == self.not_ruled_out


def standing(truths: Iterable[bool | None]) -> Standing:
    """Walk an ordered list from its most severe end.

    Args:
        truths: Truth of each entry's own condition; the last is always true.
    """
    not_ruled_out: int | None = None
    for place, truth in enumerate(truths):
        if truth is not False and not_ruled_out is None:
            not_ruled_out = place
        if truth:
            assert not_ruled_out is not None
            return Standing(place, not_ruled_out)
    raise ValueError("the last entry of a ladder is always true")


def ask_next(knowledge: KnowledgeBase, known: Known) -> list[Question]:
    """Return the questions that could still change triage, readiness or a fault.

    A blank is asked when an open conclusion hangs on it: a chain of unknown conditions leads from
    the one to the other. Groups marked `asked_first` lead, then what could change a ladder, then
    the rest. Within these, questions that are certainly needed come before those that another
    answer may make needless, and then the question one of whose answers settles most.

    Args:
        knowledge: The knowledge base.
        known: What is known of the person.
    """
    network = knowledge.network
    truths = evaluate(network, Worlds(known.facts))
    reached = _hanging(knowledge, truths)
    first = {name for group in knowledge.groups if group.asked_first for name in group.observables}
    order = list(knowledge.observables)
    weights = _decisiveness(knowledge, known, list(reached))

    def rank(name: str) -> tuple[object, ...]:
        ladder = bool(reached[name] & knowledge.ladders.keys())
        needed = name not in network.ask_when or bool(truths[network.ask_when[name]].true)
        return (
            name not in first,
            not ladder,
            not needed,
            *(-weight for weight in weights[name]),
            order.index(name),
        )

    listed = [*knowledge.ladders, *knowledge.faults]
    return [
        Question(
            observable=name,
            question=knowledge.observables[name].question,
            could_change=[conclusion for conclusion in listed if conclusion in reached[name]],
        )
        for name in sorted(reached, key=rank)
    ]


def _hanging(knowledge: KnowledgeBase, truths: Sequence[Truth]) -> dict[str, set[str]]:
    """Return every blank on which something open hangs, with the ladders and faults that do."""
    network = knowledge.network
    reached: dict[str, set[str]] = {}
    for conclusion, starts in _open_conclusions(knowledge, truths):
        for observable in unknown_below(network, truths, starts):
            reached.setdefault(observable, set()).add(conclusion)
    return reached


def _open_conclusions(
    knowledge: KnowledgeBase, truths: Sequence[Truth]
) -> Iterable[tuple[str, list[int]]]:
    """Yield each open ladder with its unknown entries above the proven one, and each undetermined
    fault.
    """
    names = knowledge.network.names
    for ladder, levels in knowledge.ladders.items():
        places = [names[naming.level(ladder, level.id)] for level in levels]
        proven = standing(truths[place].in_world(0) for place in places).at_least
        yield ladder, [place for place in places[:proven] if truths[place].in_world(0) is None]
    for fault in knowledge.faults:
        yield fault, [names[naming.fault(fault)]]


def unknown_below(network: Network, truths: Sequence[Truth], starts: Iterable[int]) -> set[str]:
    """Return the observables at the ends of all chains of unknown conditions."""
    found: set[str] = set()
    seen: set[int] = set()
    stack = list(starts)
    while stack:
        place = stack.pop()
        if place in seen or truths[place].in_world(0) is not None:
            continue
        seen.add(place)
        node = network.nodes[place]
        if node.kind is NodeKind.IS and node.test is not None:
            found.add(node.test.observable)
        stack.extend(node.children)
    return found


def _decisiveness(
    knowledge: KnowledgeBase, known: Known, names: Sequence[str]
) -> dict[str, tuple[float, float, float]]:
    """Weigh each question by what its answers would settle, all answers tried in one evaluation.

    Returns:
        For each observable: ladder entries that its best answer rules in or out, the mean over its
        answers, and the undetermined faults that its best answer settles.
    """
    trials: list[tuple[str, Value]] = [
        (name, value) for name in names for value in knowledge.answers[name]
    ]
    worlds = Worlds(known.facts, [{name: value} for name, value in trials])
    truths = evaluate(knowledge.network, worlds)
    widths = _widths(knowledge, truths, worlds.count)
    unknown_faults = _unknown_faults(knowledge, truths, worlds.count)
    gains: dict[str, list[tuple[int, int]]] = {name: [] for name in names}
    for world, (name, _) in enumerate(trials, start=1):
        gains[name].append((widths[0] - widths[world], unknown_faults[0] - unknown_faults[world]))
    return {
        name: (
            max(gain for gain, _ in tried),
            sum(gain for gain, _ in tried) / len(tried),
            max(faults for _, faults in tried),
        )
        for name, tried in gains.items()
    }


def _widths(knowledge: KnowledgeBase, truths: Sequence[Truth], count: int) -> list[int]:
    """Return for each world how many ladder entries are still open, over all ladders."""
    return [
        sum(
            _width(knowledge, ladder, levels, truths, world)
            for ladder, levels in knowledge.ladders.items()
        )
        for world in range(count)
    ]


def _width(
    knowledge: KnowledgeBase,
    ladder: str,
    levels: Sequence[Level],
    truths: Sequence[Truth],
    world: int,
) -> int:
    places = (knowledge.network.names[naming.level(ladder, level.id)] for level in levels)
    at = standing(truths[place].in_world(world) for place in places)
    return at.at_least - at.not_ruled_out


def _unknown_faults(knowledge: KnowledgeBase, truths: Sequence[Truth], count: int) -> list[int]:
    """Return for each world how many faults are undetermined."""
    decided = [truths[knowledge.network.names[naming.fault(fault)]] for fault in knowledge.faults]
    return [sum(truth.in_world(world) is None for truth in decided) for world in range(count)]
