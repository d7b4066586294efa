"""What to ask next, computed from the rules: which blanks something open still hangs on, the most
decisive first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.forms.assessment import Known
from hingeexpert.inference.diagnosis import Question
from hingeexpert.inference.offered import Offered
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.evaluation import Truth, Worlds, evaluate_answered, truths_of
from hingeexpert.knowledge.network import Network


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
    for position, truth in enumerate(truths):
        if truth is not False and not_ruled_out is None:
            not_ruled_out = position
        if truth:
            assert not_ruled_out is not None
            return Standing(position, not_ruled_out)
    raise ValueError("the last entry of a ladder is always true")


def ask_next(
    knowledge: KnowledgeBase, known: Known, truths: Sequence[Truth] | None = None
) -> list[Question]:
    """Return the questions that could still change triage, readiness or a fault.

    A blank is asked when an open conclusion hangs on it: a chain of unknown conditions leads from
    the one to the other. It is left out while no question before it can make it needed, and so is
    what could change but faults while nobody may be coached: see `offered.py`.

    Groups marked `asked_first` lead, then what could change a ladder, then the rest. Within these,
    questions that are certainly needed come before those that another answer may make needless,
    each of which stands behind those that its need hangs on; and then the question one of whose
    answers settles most.

    Args:
        knowledge: The knowledge base.
        known: What is known of the person.
        truths: The truth of every condition for the person, where that is evaluated already.
    """
    if truths is None:
        truths = truths_of(knowledge.network, known.facts)
    offered = Offered(knowledge, truths, everywhere=1)
    hanging = _hanging(knowledge, truths, offered)
    listed = [*knowledge.ladders, *knowledge.faults]
    return [
        Question(
            observable=name,
            question=knowledge.observables[name].question,
            could_change=[conclusion for conclusion in listed if conclusion in hanging[name]],
        )
        for name in sorted(hanging, key=_ranking(knowledge, known, truths, offered, hanging))
    ]


def _ranking(
    knowledge: KnowledgeBase,
    known: Known,
    truths: Sequence[Truth],
    offered: Offered,
    hanging: Mapping[str, set[str]],
) -> Callable[[str], tuple[object, ...]]:
    """Return what questions are sorted by: see `ask_next`; at last the order of the form."""
    first = {name for group in knowledge.groups if group.asked_first for name in group.observables}
    order = {name: number for number, name in enumerate(knowledge.observables)}
    weights = _decisiveness(knowledge, known, truths, list(hanging))
    depths = knowledge.network.depths

    def rank(name: str) -> tuple[object, ...]:
        changes_a_ladder = bool(hanging[name] & knowledge.ladders.keys())
        waits_for = 0 if offered.needed(name) else depths[name]
        best, mean, faults = weights[name]
        groups = name not in first, not changes_a_ladder, waits_for
        return (*groups, -best, -mean, -faults, order[name])

    return rank


def _hanging(
    knowledge: KnowledgeBase, truths: Sequence[Truth], offered: Offered
) -> dict[str, set[str]]:
    """Return every question that is offered, with the ladders and faults that hang on it."""
    hanging: dict[str, set[str]] = {}
    for conclusion, starts in _open_conclusions(knowledge, truths, offered):
        for observable in unknown_below(knowledge.network, truths, starts):
            hanging.setdefault(observable, set()).add(conclusion)
    return {name: changes for name, changes in hanging.items() if offered.may_be_needed(name)}


def _open_conclusions(
    knowledge: KnowledgeBase, truths: Sequence[Truth], offered: Offered
) -> Iterable[tuple[str, list[int]]]:
    """Yield each open ladder with its unknown entries above the proven one; where somebody may be
    coached also each undetermined fault.
    """
    names = knowledge.network.names
    for ladder, levels in knowledge.ladders.items():
        positions = [names[naming.level(ladder, level.id)] for level in levels]
        proven = standing(truths[position].in_world(0) for position in positions).at_least
        above = positions[:proven]
        yield ladder, [position for position in above if truths[position].in_world(0) is None]
    if offered.coached:
        for fault in knowledge.faults:
            yield fault, [names[naming.fault(fault)]]


def unknown_below(network: Network, truths: Sequence[Truth], starts: Iterable[int]) -> set[str]:
    """Return the observables at the ends of all chains of unknown conditions."""
    observables: set[str] = set()
    seen: set[int] = set()
    stack = list(starts)
    while stack:
        position = stack.pop()
        if position in seen or truths[position].in_world(0) is not None:
            continue
        seen.add(position)
        node = network.nodes[position]
        if node.test is not None:
            observables.add(node.test.observable)
        stack.extend(node.children)
    return observables


def _decisiveness(
    knowledge: KnowledgeBase, known: Known, truths: Sequence[Truth], names: Sequence[str]
) -> dict[str, tuple[float, float, float]]:
    """Weigh each question by what its answers would settle, all answers tried in one evaluation.

    Returns:
        For each observable: ladder entries that its best answer rules in or out, the mean over its
        answers, and the undetermined faults that its best answer settles.
    """
    trials = [(name, value) for name in names for value in knowledge.answers[name]]
    entries: dict[str, list[int]] = {name: [] for name in names}
    faults: dict[str, list[int]] = {name: [] for name in names}
    worlds = Worlds(known.facts, [{name: value} for name, value in trials])
    settled = _settled_by(knowledge, worlds, evaluate_answered(knowledge.network, worlds, truths))
    for (name, _), (settled_entries, settled_faults) in zip(trials, settled, strict=True):
        entries[name].append(settled_entries)
        faults[name].append(settled_faults)
    return {
        name: (max(entries[name]), sum(entries[name]) / len(entries[name]), max(faults[name]))
        for name in names
    }


def _settled_by(
    knowledge: KnowledgeBase, worlds: Worlds, truths: Sequence[Truth]
) -> Iterator[tuple[int, int]]:
    """Yield for each world after the first how many ladder entries and how many faults are settled
    there that are open in it.
    """
    entries = _open_entries(knowledge, truths, worlds.count)
    faults = _open_faults(knowledge, truths, worlds.count)
    for world in range(1, worlds.count):
        yield entries[0] - entries[world], faults[0] - faults[world]


def _open_entries(knowledge: KnowledgeBase, truths: Sequence[Truth], count: int) -> list[int]:
    """Return for each world how many ladder entries are still open, over all ladders: from the
    first that is not false to before the first that is true.
    """
    places, everywhere = knowledge.network.names, (1 << count) - 1
    open_: list[int] = []
    for ladder, levels in knowledge.ladders.items():
        possible, unproven = 0, everywhere
        for level in levels:
            truth = truths[places[naming.level(ladder, level.id)]]
            possible |= everywhere & ~truth.false
            unproven &= ~truth.true
            open_.append(possible & unproven)
    return _in_each(open_, count)


def _open_faults(knowledge: KnowledgeBase, truths: Sequence[Truth], count: int) -> list[int]:
    """Return for each world how many faults are undetermined."""
    of_faults = [truths[knowledge.network.names[naming.fault(name)]] for name in knowledge.faults]
    return _in_each([~(truth.true | truth.false) for truth in of_faults], count)


def _in_each(masks: Sequence[int], count: int) -> list[int]:
    """Return for each world how many masks are set there."""
    found = [0] * count
    for mask in masks:
        found = [before + (mask >> world & 1) for world, before in enumerate(found)]
    return found
