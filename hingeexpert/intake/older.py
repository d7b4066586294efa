"""Visits that were filled on an older form: finished, as they were answered and judged; open again,
what these rules do not take of them; and what a visit takes of an older form.

Owns the words on what the rules no longer know. Judges nothing again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hingeexpert.forms import Assessment, answered_by_older_shorthand
from hingeexpert.intake.comparing import Before, KeptResult
from hingeexpert.intake.events import State
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value


@dataclass(frozen=True)
class OldAnswer:
    """One answer as it was given.

    Attributes:
        asked: The question in a few words; its identifier where nothing else is known of it.
        successors: Questions that took its place; none while it is asked.
    """

    asked: str
    value: Value = field(repr=False)
    successors: tuple[str, ...] = ()


@dataclass(frozen=True)
class OldVisit:
    """A visit that was finished on an older form.

    Attributes:
        rules: Version of the rules that judged it.
        triage, readiness: What they said; the id where these rules know no such level.
        faults: The faults that were seen, each with its confidence.
        parts: The answers, by the title of their part of the form.
    """

    rules: str
    triage: str
    readiness: str
    faults: tuple[tuple[str, str], ...]
    parts: Mapping[str, tuple[OldAnswer, ...]] = field(repr=False)


def finished_on(knowledge: KnowledgeBase, result: KeptResult) -> str:
    """Return the tag of the form on which a visit was finished: the oldest where none was kept."""
    return result.form or knowledge.info.tags[0]


def old_visit(knowledge: KnowledgeBase, kept: Before | None, state: State) -> OldVisit | None:
    """Return a visit as it was answered and judged, where it was finished on an older form.

    Args:
        knowledge: The knowledge base.
        kept: What was kept of it; `None` while it is a draft.
        state: What its log says.
    """
    if kept is None or finished_on(knowledge, kept.result) == knowledge.info.form:
        return None
    result = kept.result
    return OldVisit(
        rules=result.knowledge.version,
        triage=_title_of_level(knowledge, "triage", result.triage),
        readiness=_title_of_level(knowledge, "readiness", result.readiness),
        faults=tuple(
            (_title_of_fault(knowledge, name), sure) for name, sure in result.faults.items()
        ),
        parts=_parts(knowledge, state.given),
    )


def not_taken(knowledge: KnowledgeBase, state: State) -> tuple[OldAnswer, ...]:
    """Return the answers in the log of a visit that these rules do not take."""
    return tuple(_answer(knowledge, name, value) for name, value in state.dropped.items())


def by_press(
    knowledge: KnowledgeBase, assessment: Assessment
) -> tuple[dict[str, Value], dict[str, Value]]:
    """Return the answers of a form that one press gave, and the others; without those to questions
    that its shorthand did not know.
    """
    pressed: dict[str, Value] = {}
    answered: dict[str, Value] = {}
    unknown_then = answered_by_older_shorthand(knowledge, assessment)
    for name, value in assessment.answers.items():
        if name in unknown_then:
            continue
        (pressed if name in assessment.at_once else answered)[name] = value
    return pressed, answered


def _parts(
    knowledge: KnowledgeBase, given: Mapping[str, Value]
) -> dict[str, tuple[OldAnswer, ...]]:
    """Return answers by the title of their part; those of no part that is left come last."""
    titles = {group.group: group.title for group in knowledge.groups}
    order = {name: number for number, name in enumerate(knowledge.observables)}
    parts: dict[str, list[OldAnswer]] = {title: [] for title in titles.values()}
    for name in sorted(given, key=lambda name: order.get(name, len(order))):
        group = name.partition(".")[0]
        part = parts.setdefault(titles.get(group, _spaced(group)), [])
        part.append(_answer(knowledge, name, given[name]))
    return {title: tuple(answers) for title, answers in parts.items() if answers}


def _answer(knowledge: KnowledgeBase, name: str, value: Value) -> OldAnswer:
    return OldAnswer(_words(knowledge, name), value, tuple(_successors(knowledge, name)))


def _words(knowledge: KnowledgeBase, name: str) -> str:
    """Return what a question is about."""
    item, retired = knowledge.observables.get(name), knowledge.retired.get(name)
    if item is not None:
        return item.short or item.question
    return name if retired is None else retired.short


def _successors(knowledge: KnowledgeBase, name: str) -> Iterator[str]:
    """Yield the questions that took the place of a retired one."""
    if name in knowledge.retired:
        for successor in knowledge.retired[name].successors:
            yield _words(knowledge, successor)


def _title_of_level(knowledge: KnowledgeBase, ladder: str, name: str) -> str:
    level = knowledge.levels(ladder).get(name)
    return _spaced(name) if level is None else level.title


def _title_of_fault(knowledge: KnowledgeBase, name: str) -> str:
    fault = knowledge.faults.get(name)
    return _spaced(name) if fault is None else fault.title


def _spaced(name: str) -> str:
    return name.replace("_", " ")
