"""What templates are given of a knowledge base: the whole of it to read, and filters that look up
in it what an entry only names.
"""

import itertools
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from hingeexpert.knowledge.knowledge_base import KnowledgeBase
from hingeexpert.knowledge.models.conclusions import Contributor, Fault
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.models.sources import Parameter, Source
from hingeexpert.knowledge.wording import in_lines


class Cited(NamedTuple):
    """The sources of a statement.

    Attributes:
        sources: All but those that mark a proposal.
        proposal: The source that marks it as the product's own choice, if it is one.
        from_seed: One of the sources is the source article.
    """

    sources: tuple[str, ...]
    proposal: str | None
    from_seed: bool


class Numbers(NamedTuple):
    """The numbers of a dose: one parameter each, or two for a band. `proposal`: one of them is."""

    sets: tuple[Parameter, ...]
    reps: tuple[Parameter, ...]
    proposal: bool


def for_templates(knowledge: KnowledgeBase) -> dict[str, object]:
    """Return what a context holds for templates that read a knowledge base, by name."""
    filters: dict[str, Callable[..., object]] = {
        "cited": cited,
        "dose": dose,
        "lines": in_lines,
        "titled": titled,
    }
    bound = {name: partial(found, knowledge) for name, found in filters.items()}
    return {"knowledge": knowledge, "filters": bound}


def cited(knowledge: KnowledgeBase, sources: Sequence[str]) -> Cited:
    """Tell the sources of a statement from what marks a proposal."""
    kinds = {source: knowledge.sources[source].kind for source in sources}
    proposals = [source for source in sources if kinds[source] == "proposal"]
    others = tuple(source for source in sources if kinds[source] != "proposal")
    return Cited(others, proposals[0] if proposals else None, "seed" in kinds.values())


def dose(knowledge: KnowledgeBase, drill: Drill) -> Numbers:
    """Look up the numbers of a drill's dose."""
    sets, reps = (tuple(knowledge.parameters[name] for name in band) for band in drill.dose.bands())
    return Numbers(sets, reps, any(number.status == "proposal" for number in (*sets, *reps)))


def titled(knowledge: KnowledgeBase, name: str, ladder: str | None = None) -> str:
    """Return the title of a fault or contributor, or of a level of a ladder; of what is neither the
    name.
    """
    entries: Mapping[str, Level | Fault | Contributor] = (
        knowledge.conclusions if ladder is None else knowledge.levels(ladder)
    )
    return entries[name].title if name in entries else name


def works(
    knowledge: KnowledgeBase, named: Container[str]
) -> Iterator[tuple[str, tuple[tuple[str, Source], ...]]]:
    """Yield the sources that are named, in the order of the knowledge base, those of one work
    together.
    """
    found = [(name, source) for name, source in knowledge.sources.items() if name in named]
    for work, entries in itertools.groupby(found, key=lambda entry: entry[1].citation):
        yield work, tuple(entries)
