"""One person's diagnosis at a time, by the engine: what evidence, and every page for one person, is
made from.

Owns what is judged in which process. What is made of a person is the caller's.
"""

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from hingeexpert.formats.workers import Workers
from hingeexpert.forms import Assessment
from hingeexpert.inference.conclude import diagnose, engine_for
from hingeexpert.inference.diagnosis import Diagnosis
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.recalled import quick_knowledge

Made = TypeVar("Made")
Work = Callable[[KnowledgeBase, Assessment, Diagnosis], Made]
THREADS = "RAYON_NUM_THREADS"
"""How many threads the printer takes in a process: one, for each processor has a process of its
own.
"""
TOGETHER = 20
"""Forms that a process takes at a time."""
FEW = 8
"""Sheets up to which starting other processes takes longer than the work."""


class People:
    """Processes that judge one person at a time; a few people are judged in this one. Use it as a
    context.
    """

    def __init__(self, knowledge: KnowledgeBase, rules: Path, processes: int | None = None) -> None:
        """Note what the processes will need.

        Args:
            knowledge: The knowledge base.
            rules: Its folder, for other processes.
            processes: How many; one for each processor unless given.
        """
        self.knowledge, self.rules = knowledge, rules
        self._workers = Workers(processes or os.cpu_count() or 1)

    def __enter__(self) -> "People":
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.close()

    def each(self, assessments: Iterable[Assessment], work: Work[Made]) -> Iterator[Made]:
        """Do something with each diagnosis, in the order of the forms.

        Args:
            assessments: Checked forms.
            work: What to do with knowledge, form and diagnosis; something that can be sent to the
                processes.
        """
        left = iter(assessments)
        first = list(islice(left, FEW + 1))
        if len(first) <= FEW:
            yield from (work(self.knowledge, one, diagnose(self.knowledge, one)) for one in first)
            return
        os.environ.setdefault(THREADS, "1")
        judged = partial(_judged, self.rules, work)
        for made in self._workers.each(_together(chain(first, left)), judged):
            yield from made


def _together(people: Iterator[Assessment]) -> Iterator[list[Assessment]]:
    """Yield so many people at a time as a process takes."""
    while some := list(islice(people, TOGETHER)):
        yield some


def each(
    knowledge: KnowledgeBase, rules: Path, people: Sequence[Assessment], work: Callable[..., object]
) -> Iterator[object]:
    """Yield what `work` makes of each person with a checked form, in their order; where there are
    many in other processes, which read the knowledge base from the folder `rules`.
    """
    with People(knowledge, rules) as others:
        yield from others.each(people, work)


@cache
def _knowledge(rules: Path) -> KnowledgeBase:
    """Return the knowledge base of a process that does nothing else.

    Neither it nor its engine is ever garbage: to look through them again and again while forms are
    judged would take a fifth of the time.
    """
    knowledge = quick_knowledge(rules)
    engine_for(knowledge)
    gc.freeze()
    return knowledge


def _judged(rules: Path, work: Work[Made], people: list[Assessment]) -> list[Made]:
    """Do something with the diagnosis of each of some people."""
    knowledge = _knowledge(rules)
    return [work(knowledge, person, diagnose(knowledge, person)) for person in people]
