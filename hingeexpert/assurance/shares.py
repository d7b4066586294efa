"""The shares of `crowd.yaml`, read against the questions that they are of.

Owns what is wrong with them; the people are made in `invented.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hingeexpert.assurance.people import good_answers
from hingeexpert.errors import KnowledgeError, Problem, shown
from hingeexpert.formats.documents import Document
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.answer_kinds import Answer, Number, not_among
from hingeexpert.knowledge.beside import read_beside, vocabulary_of_folder
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.crowd import ANYBODY, CrowdFile, GivenAnswers
from hingeexpert.knowledge.rule_files import CROWD

WHOLE = 100
"""All people, in per cent."""
TO = " to "
"""Stands between the ends of a stretch of numbers."""

Shares = Sequence[tuple[Value, float]]
"""Answers, each with how many give it, from 0 to 1; the last is that of all others."""


@dataclass(frozen=True)
class Answering:
    """How a question is answered.

    Attributes:
        by: The way in which people differ that counts; `None` where none does.
        kinds: Kind to its shares.
        others: The shares of every other kind.
    """

    by: str | None
    kinds: Mapping[str, Shares]
    others: Shares


@dataclass(frozen=True)
class CrowdShares:
    """All shares of a crowd.

    Attributes:
        file: As they were written.
        answering: Observable to how it is answered, for every observable.
    """

    file: CrowdFile
    answering: Mapping[str, Answering]


def read_shares(folder: Path, knowledge: KnowledgeBase) -> CrowdShares:
    """Read the shares beside a knowledge base.

    Raises:
        KnowledgeError: With every problem of the file, or there is none.
    """
    found = read_beside(folder, CROWD, CrowdFile, vocabulary_of_folder(folder))
    if CROWD not in found:
        message = "there is no such file; it says how often invented people give each answer"
        raise KnowledgeError.about(folder / CROWD, message)
    document, file = found[CROWD].document, found[CROWD].model
    problems = list(_problems(knowledge, document, file))
    if problems:
        raise KnowledgeError(problems)
    answering = {name: _usual(knowledge, name) for name in knowledge.observables}
    for entry in file.answers:
        answering |= {name: _answering(knowledge, name, entry) for name in entry.asks}
    return CrowdShares(file, answering)


def _usual(knowledge: KnowledgeBase, name: str) -> Answering:
    """Return how a question is answered of which the file says nothing."""
    good, every = good_answers(knowledge, name), knowledge.answers[name]
    shares = [(good[0], 1.0)] if good else _evenly(every, 1.0)
    return Answering(None, {}, shares)


def _evenly(values: Sequence[Value], share: float) -> list[tuple[Value, float]]:
    return [(value, share / len(values)) for value in values]


def _answering(knowledge: KnowledgeBase, name: str, entry: GivenAnswers) -> Answering:
    """Return how an entry says that a question is answered."""
    item = knowledge.observables[name]
    step = item.range.step if item.range is not None else 1
    rest = _values(item.answer, str(entry.rest), step)
    kinds: dict[str, Shares] = {}
    for kind, given in entry.shares.items():
        shares: list[tuple[Value, float]] = []
        for text, share in given.items():
            shares += _evenly(_values(item.answer, text, step), share / WHOLE)
        left = 1 - sum(given.values()) / WHOLE
        kinds[kind] = [*shares, *_evenly(rest, left)]
    return Answering(entry.by, kinds, _evenly(rest, 1.0))


def _values(answer: Answer, text: str, step: float) -> list[Value]:
    """Return what a word, a number or a stretch of numbers stands for; none where it is not
    allowed.
    """
    if not isinstance(answer, Number):
        return [text] if answer.accepts(text) else []
    ends = [answer.read(end) for end in text.split(TO)]
    if len(ends) > 2 or not all(answer.accepts(end) for end in ends):
        return []
    first, last = float(ends[0]), float(ends[-1])
    steps = range(int((last - first) / step) + 1)
    return [answer.read(f"{first + number * step:.10g}") for number in steps]


def _problems(knowledge: KnowledgeBase, document: Document, file: CrowdFile) -> Iterator[Problem]:
    """Yield what is wrong between the entries of the file, and between them and the questions."""
    for number, kinds in enumerate(file.kinds):
        whole = sum(kinds.shares.values())
        if abs(whole - WHOLE) > 1e-6:
            message = f"the shares are {whole:g} per cent together; they must be {WHOLE}"
            yield document.problem(("kinds", number, "shares"), message)
    seen: dict[str, int] = {}
    for number, entry in enumerate(file.answers):
        for place, name in enumerate(entry.asks):
            if name in seen:
                message = f"{name} stands twice; first under answers[{seen[name]}]"
                yield document.problem(("answers", number, "asks", place), message)
            seen.setdefault(name, number)
        yield from _entry_problems(knowledge, document, file, number)


def _entry_problems(
    knowledge: KnowledgeBase, document: Document, file: CrowdFile, number: int
) -> Iterator[Problem]:
    """Yield what is wrong with one entry."""
    entry, path = file.answers[number], ("answers", number)
    kinds = {item.id: tuple(item.shares) for item in file.kinds}
    if entry.by is not None and entry.by not in kinds:
        yield document.problem((*path, "by"), not_among(entry.by, list(kinds)))
        return
    allowed = (ANYBODY,) if entry.by is None else kinds[entry.by]
    for kind, given in entry.shares.items():
        if kind not in allowed:
            yield document.problem((*path, "shares", kind), not_among(kind, allowed))
        if sum(given.values()) > WHOLE:
            message = f"the shares are {sum(given.values()):g} per cent; {WHOLE} is the most"
            yield document.problem((*path, "shares", kind), message)
        for text in given:
            yield from _answer_problems(knowledge, document, (*path, "shares", kind, text), entry)
    yield from _answer_problems(knowledge, document, (*path, "rest"), entry)


def _answer_problems(
    knowledge: KnowledgeBase, document: Document, path: tuple[str | int, ...], entry: GivenAnswers
) -> Iterator[Problem]:
    """Yield a problem where an answer is none that every question of an entry allows."""
    text = str(entry.rest if path[-1] == "rest" else path[-1])
    for name in entry.asks:
        answer = knowledge.observables[name].answer
        if not _values(answer, text, 1):
            message = f"{shown(text)} is not allowed; {name} takes {answer.allowed}"
            yield document.problem(path, message)
