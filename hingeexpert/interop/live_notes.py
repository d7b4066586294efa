"""What a form says by itself while it is filled, on a device without a network: to stop or to refer
as soon as it is certain, and at its end what it concludes.

Owns where each note stands, when it is shown, and its words. What the form concludes is `live.py`.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from hingeexpert.interop.carried import BOLD, FAULT, PRESENT
from hingeexpert.interop.gates import Gates, items_read
from hingeexpert.interop.questionnaire import Words, questionnaire, words_of
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.observables import Cluster, Group


class Note(NamedTuple):
    """What the form says while an expression is true."""

    name: str
    relevant: str
    words: Words


class TriageTold:
    """Makes what a form says of triage, the most severe level first."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        gates, said = Gates(knowledge), knowledge.exchange.live.levels
        self._knowledge = knowledge
        self._levels = [level for level in knowledge.triage if level.id in said]
        self._read: Mapping[str, frozenset[str]] = {
            level.id: items_read(gates.of(naming.level("triage", level.id), True))
            for level in self._levels
        }

    def after(self) -> Iterator[tuple[str, tuple[Note, ...]]]:
        """Yield the last question of each stretch of a part, and what is said directly after it: to
        stop, where an answer to one of the stretch can bring that about. The end of the part says
        it of the last stretch.
        """
        for group in self._knowledge.groups:
            *_, end = group.observables
            for cluster, asked in _stretches(group):
                notes = tuple(self._stops(f"{group.group}_{cluster.id}", asked))
                if notes and asked[-1] != end:
                    yield asked[-1], notes

    def _stops(self, place: str, asked: list[str]) -> Iterator[Note]:
        """Yield the notes to stop that answers to some questions can bring about."""
        for level in self._levels:
            if level.tone == "stop" and not self._read[level.id].isdisjoint(asked):
                yield self._note(place, level.id)

    def beneath(self) -> Iterator[tuple[str, tuple[Note, ...]]]:
        """Yield each part in which an answer can change what is said, and all of it for its end."""
        read = frozenset[str]().union(*self._read.values())
        for part in questionnaire(self._knowledge).parts:
            if not read.isdisjoint(item.identifier for item in part.items):
                yield part.name, tuple(self._note(part.name, level) for level in self._read)

    def _note(self, place: str, level: str) -> Note:
        """Return what is said of a level at a place of the form."""
        words = words_of(self._knowledge, partial(_level_words, level=level))
        return Note(f"note_{place}_{level}", f"${{triage_at_least}} = '{level}'", words)


def _stretches(group: Group) -> Iterator[tuple[Cluster, list[str]]]:
    """Yield each cluster of a part with its questions in the order of the form, and those of no
    cluster that come directly after: whether a sign is old and tested is asked there.
    """
    names = list(group.observables)
    clustered = {name for cluster in group.clusters for name in cluster.asks}
    for cluster in group.clusters:
        asked = [name for name in names if name in cluster.asks]
        behind = names[names.index(asked[-1]) + 1 :]
        yield cluster, [*asked, *takewhile(lambda name: name not in clustered, behind)]


def _level_words(knowledge: KnowledgeBase, level: str) -> str:
    """Return what is said of a level of triage, in bold: a note is smaller than the questions above
    it.
    """
    return f"{BOLD}{knowledge.exchange.live.levels[level]}{BOLD}"


def open_note(knowledge: KnowledgeBase) -> Note:
    """Return what is said at the end while triage is open: silence is no all-clear."""
    return Note(
        "note_open",
        "${triage_at_least} != ${triage_not_ruled_out}",
        words_of(knowledge, lambda base: base.exchange.live.open),
    )


def result_notes(knowledge: KnowledgeBase) -> Iterator[Note]:
    """Yield what the person is told of a verdict of readiness once it is decided, and of each fault
    that is present and has words for it, which hint at what to do: never while cues are withheld.
    """
    coached = " and ".join(_coached(knowledge))
    for verdict in knowledge.readiness:
        decided = f"${{readiness_at_least}} = '{verdict.id}'"
        sure = f"{decided} and ${{readiness_not_ruled_out}} = '{verdict.id}'"
        words = words_of(knowledge, partial(_told, verdict=verdict.id))
        yield Note(f"note_readiness_{verdict.id}", sure, words)
    for name, fault in knowledge.faults.items():
        if fault.seen is not None:
            present = f"${{{FAULT}{name}}} = '{PRESENT}'"
            yield Note(
                f"note_fault_{name}",
                f"{present} and {coached}" if coached else present,
                words_of(knowledge, partial(_seen, fault=name)),
            )


def _coached(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield the comparisons that hold together where no verdict of readiness withholds cues."""
    for verdict in knowledge.readiness:
        if verdict.withholds_cues is not None:
            yield f"${{readiness_at_least}} != '{verdict.id}'"
        if verdict.withholds_cues == "until_ruled_out":
            yield f"${{readiness_not_ruled_out}} != '{verdict.id}'"


def _told(knowledge: KnowledgeBase, verdict: str) -> str:
    return knowledge.level("readiness", verdict).patient


def _seen(knowledge: KnowledgeBase, fault: str) -> str:
    seen = knowledge.faults[fault].seen
    assert seen is not None
    return seen
