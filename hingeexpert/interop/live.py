"""What a form judges by itself while it is filled, on a device without a network: which named
conditions it calculates, and what it concludes from them.

Owns the choice and the names. What it says is `live_notes.py`, how a condition becomes two
`gates.py`, how it is written `xpath.py`; judging a form is `inference`, and a form that was judged
on a device is judged again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import NamedTuple

from hingeexpert.interop.carried import (
    ABSENT,
    AT_LEAST,
    FAULT,
    NOT_RULED_OUT,
    PRESENT,
    RULES_SHA256,
    RULES_VERSION,
)
from hingeexpert.interop.gates import Gates, Named, Term, leaves
from hingeexpert.interop.live_notes import Note, TriageTold, open_note, result_notes
from hingeexpert.interop.pieces import NamedPieces, in_pieces
from hingeexpert.interop.questionnaire import questionnaire
from hingeexpert.interop.xpath import FALSE, TRUE, XPath
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Holds, Is

JUDGED: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "none": ((), False),
    "triage": (("triage",), False),
    "all": (("triage", "readiness"), True),
}
"""Each extent to its ladders, and whether faults are judged."""


class Calculate(NamedTuple):
    """A field that the form fills in by itself."""

    name: str
    expression: str


@dataclass(frozen=True)
class Live:
    """What a form judges by itself.

    Attributes:
        calculates: Each after those that it reads.
        after: Question to what is said directly after it.
        beneath: Part of the form to what is said at its end.
        notes: Said at the end of the form.
    """

    calculates: tuple[Calculate, ...]
    after: Mapping[str, tuple[Note, ...]]
    beneath: Mapping[str, tuple[Note, ...]]
    notes: tuple[Note, ...]


def live_part(knowledge: KnowledgeBase, extent: str) -> Live:
    """Return what the form of a knowledge base judges by itself, as loaded.

    Args:
        knowledge: The knowledge base.
        extent: How much of it: one of `JUDGED`.

    Raises:
        KeyError: It is none of these.
    """
    stamp = (
        Calculate(RULES_VERSION, f'"{knowledge.info.version}"'),
        Calculate(RULES_SHA256, f'"{knowledge.sha256}"'),
    )
    ladders, faults = JUDGED[extent]
    if not ladders:
        return Live(stamp, {}, {}, ())
    judge = _Judge(knowledge, ladders, tuple(knowledge.faults) if faults else ())
    triage = TriageTold(knowledge)
    return Live(
        (*stamp, *judge.calculates()),
        dict(triage.after()),
        dict(triage.beneath()),
        (open_note(knowledge), *(result_notes(knowledge) if faults else ())),
    )


class _Judge:
    """Makes what a form calculates."""

    def __init__(
        self, knowledge: KnowledgeBase, ladders: Sequence[str], faults: Sequence[str]
    ) -> None:
        self.knowledge = knowledge
        self.ladders, self.told_faults = ladders, faults
        asked = [name for ladder in ladders for name in _levels(knowledge, ladder)]
        self.terms = live_terms(knowledge, [*asked, *map(naming.fault, faults)])
        self.names = _names_of(self.terms)
        self.xpath = XPath(questionnaire(knowledge).by_identifier, self.names)

    def calculates(self) -> Iterator[Calculate]:
        """Yield a field for each truth of a condition that is read, then what is concluded."""
        for named, term in self.terms.items():
            yield Calculate(self.names[named], f"if({self.xpath.of(term)}, '{TRUE}', '{FALSE}')")
        for ladder in self.ladders:
            yield from self._standing(ladder)
        yield from map(self._fault, self.told_faults)

    def _standing(self, ladder: str) -> Iterator[Calculate]:
        """Yield where a form stands on a ladder: its first level that is certain, and the first
        that is not ruled out.
        """
        *levels, last = self.knowledge.ladders[ladder]
        at_least = not_ruled_out = f"'{last.id}'"
        for level in reversed(levels):
            name = naming.level(ladder, level.id)
            at_least = f"if({self._holds(name, True)}, '{level.id}', {at_least})"
            not_ruled_out = f"if({self._holds(name, False)}, {not_ruled_out}, '{level.id}')"
        yield Calculate(f"{ladder}_{AT_LEAST}", at_least)
        yield Calculate(f"{ladder}_{NOT_RULED_OUT}", not_ruled_out)

    def _fault(self, fault: str) -> Calculate:
        """Return whether a fault is present or absent, and nothing while it is open."""
        present, absent = (self._holds(naming.fault(fault), truth) for truth in (True, False))
        return Calculate(
            f"{FAULT}{fault}", f"if({present}, '{PRESENT}', if({absent}, '{ABSENT}', ''))"
        )

    def _holds(self, name: str, truth: bool) -> str:
        return self.xpath.of(Named(name, truth))


def live_terms(knowledge: KnowledgeBase, asked: Iterable[str]) -> dict[Named, Term]:
    """Return when named conditions are certain, with all that they read by name: each after those
    that it reads.

    A condition that is one test of one question, or another name of another condition, is put in
    where it is read; a long one is in pieces.

    Args:
        knowledge: The knowledge base.
        asked: The conditions.
    """
    roots = tuple(asked)
    several = (
        name
        for name, condition in knowledge.conditions.items()
        if not isinstance(condition, Is | Holds)
    )
    gates, pieces = Gates(knowledge, {*several, *roots}), NamedPieces()
    terms = pieces.terms

    def add(named: Named) -> None:
        if named not in terms:
            term = gates.of(named.name, named.truth)
            for below in leaves(term):
                if isinstance(below, Named):
                    add(below)
            terms[named] = in_pieces(term, pieces.name)

    for name in roots:
        add(Named(name, True))
        add(Named(name, False))
    return terms


def _names_of(terms: Iterable[Named]) -> dict[Named, str]:
    """Return the field of each condition: its name with every sign but letters and digits spelled
    as one that a field may have; numbered where two are spelled alike.
    """
    names: dict[Named, str] = {}
    for named in terms:
        spelled = re.sub(r"\W", "_", f"{'t' if named.truth else 'f'}_{named.name}")
        numbered = (f"{spelled}_{number}" for number in count(2))
        taken = names.values()
        names[named] = next(name for name in chain((spelled,), numbered) if name not in taken)
    return names


def _levels(knowledge: KnowledgeBase, ladder: str) -> list[str]:
    """Return the conditions of the levels of a ladder, without the last, which always holds."""
    return [naming.level(ladder, level.id) for level in knowledge.ladders[ladder][:-1]]
