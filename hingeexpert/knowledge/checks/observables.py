"""What must fit inside one observable and in its part of the form; how it fits the other files is
`consistency.py`, what its kind of answer needs `answer_kinds.py`.
"""

from collections.abc import Collection, Iterator

from hingeexpert.knowledge.answer_kinds import KINDS, not_among
from hingeexpert.knowledge.condition import Is, leaves
from hingeexpert.knowledge.models.observables import Group, Observable


def observable_slips(item: Observable) -> Iterator[tuple[str, str]]:
    """Yield what does not fit inside one observable: the key, or nothing for the whole, and the
    message.
    """
    yield from KINDS[item.type].misfits(item)
    yield from _news_slips(item)
    if item.well is None and item.well_while is not None:
        yield "well_while", "it says how long the answer under well stands; there is none"
    if item.default is not None and (item.blank != "unknown" or item.ask_when is not None):
        yield (
            "default",
            "an item with a default is never blank, so blank and ask_when have no meaning for it",
        )
    for value in item.impossible_when:
        if value not in item.values:
            yield "impossible_when", not_among(value, tuple(item.values))
        elif value == item.default:
            yield "impossible_when", "it is the default of a blank, which is always possible"
    if item.blank == "not_needed" and item.ask_when is not None:
        yield "blank", "blank: not_needed and ask_when say the same thing twice; keep one"
    yield from _intake_slips(item)


def _intake_slips(item: Observable) -> Iterator[tuple[str, str]]:
    """Yield what does not fit in how a visit asks and answers the question."""
    if item.follows is not None and item.default is None and item.blank == "unknown":
        yield "follows", "unasked, a blank of it would stay open; say it with ask_when"
    if item.own_look_when is not None and item.well is None:
        yield "own_look_when", "it holds the answer under well back; there is none"
    for value in item.computed_when:
        if value not in item.values:
            yield "computed_when", not_among(value, tuple(item.values))


def _news_slips(item: Observable) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the answers that are good or bad news."""
    allowed = list(item.values) or ["higher", "lower"]
    for key, named in (("harmless", item.harmless), ("harmful", item.harmful)):
        for value in (named,) if isinstance(named, str) else named:
            if value not in allowed:
                yield key, not_among(value, allowed)


def well_while_slips(group: Group) -> Iterator[tuple[str, str]]:
    """Yield what hangs on a press that its part does not have: the question and the message."""
    for name, item in group.observables.items():
        if group.all_well is None and item.well_while is not None:
            yield name, "well_while: all_well needs the key all_well in this part"


def cluster_slips(group: Group) -> Iterator[tuple[int, str]]:
    """Yield what does not fit in the clusters of a part: the number of the cluster, and the
    message.
    """
    seen: set[str] = set()
    for number, cluster in enumerate(group.clusters):
        for name in cluster.asks:
            item = group.observables.get(name)
            if item is None:
                yield number, f"{name} is no question of this part"
            elif len(item.harmless) != 1 or not item.values or item.default is not None:
                yield number, f"{name} needs one harmless answer and no default"
            if name in seen:
                yield number, f"{name} stands twice"
            seen.add(name)


def asked_first_slips(group: Group, first: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the questions of a part that is asked first whose need hangs on what is asked later.

    Args:
        group: Any part of the form.
        first: The questions of all parts that are asked first.
    """
    for name, item in group.observables.items() if group.asked_first else ():
        read = list(leaves(item.ask_when)) if item.ask_when is not None else []
        if not all(isinstance(leaf, Is) and leaf.observable in first for leaf in read):
            yield name, "ask_when: what is asked first may hang on nothing but what is asked first"
