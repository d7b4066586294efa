"""Which named condition a part of the network belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Condition, every_part


@dataclass(frozen=True, slots=True)
class Owner:
    """A condition and where it stands.

    Attributes:
        name: The first named condition that is it or contains it.
        condition: The condition itself.
    """

    name: str
    condition: Condition


def owners(knowledge: KnowledgeBase, names: Iterable[str]) -> tuple[Owner, ...]:
    """Return what stands at each position of the network.

    `names` are all named conditions; of those that share a part the first owns it.
    """
    found: dict[int, Owner] = {}
    for name in names:
        for condition in every_part(knowledge.conditions[name]):
            found.setdefault(knowledge.network.position(condition), Owner(name, condition))
    return tuple(found[position] for position in range(len(knowledge.network.nodes)))
