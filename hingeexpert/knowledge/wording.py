"""Conditions in words, made from the condition itself, so that they cannot drift from it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hingeexpert.knowledge import naming
from hingeexpert.knowledge.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Between,
    Condition,
    Holds,
    Is,
    Not,
    OneOf,
    parameters_in,
)
from hingeexpert.knowledge.knowledge_base import KnowledgeBase


def in_words(knowledge: KnowledgeBase, condition: Condition, titles: bool = False) -> str:
    """Write a condition as one line.

    Args:
        knowledge: The knowledge base it belongs to.
        condition: The condition.
        titles: Write named conditions in it by their title or meaning, not by their name.
    """
    match condition:
        case Is():
            return observable_in_words(knowledge, condition)
        case Holds(name):
            return (
                '"{}" {}'.format(*_named(knowledge, name)).rstrip()
                if titles
                else name.replace(":", " ")
            )
        case Not(part):
            return f"not ({in_words(knowledge, part, titles)})"
        case AllOf(parts) | AnyOf(parts):
            if not parts:
                return "always" if isinstance(condition, AllOf) else "never"
            word = " and " if isinstance(condition, AllOf) else " or "
            return word.join(_nested(knowledge, part, titles) for part in parts)
        case AtLeast(count, parts):
            return (
                f"at least {count} of: "
                f"{'; '.join(in_words(knowledge, part, titles) for part in parts)}"
            )


def _nested(knowledge: KnowledgeBase, part: Condition, titles: bool) -> str:
    """Write a part of a list, so that no `or` of its own can be read into the list around it."""
    if isinstance(part, AnyOf) and len(part.parts) > 1:
        return f"(one of: {'; '.join(_nested(knowledge, below, titles) for below in part.parts)})"
    words = in_words(knowledge, part, titles)
    several = isinstance(part, Is) and isinstance(part.test, OneOf) and " or " in words
    return f"({words})" if several or isinstance(part, AllOf | AnyOf | AtLeast) else words


def observable_in_words(knowledge: KnowledgeBase, condition: Is, titles: bool = False) -> str:
    """Write a condition on an observable, such as `stick.depth_degrees is below 50`; with titles
    `Forward lean: below 50`.
    """
    test = condition.test
    words = (
        " and ".join(_bounds(test))
        if isinstance(test, Between)
        else " or ".join(_words(knowledge, condition))
    )
    return (
        f"{titled(knowledge, condition.observable)}: {words.replace('_', ' ')}"
        if titles
        else f"{condition.observable} is {words}"
    )


def titled(knowledge: KnowledgeBase, name: str) -> str:
    """Return an observable as a line of the form names it, with its part of the form where two are
    named alike.
    """
    lines = {other: item.short or item.question for other, item in knowledge.observables.items()}
    part = knowledge.part_of[name].title
    return f"{lines[name]} ({part})" if list(lines.values()).count(lines[name]) > 1 else lines[name]


def _words(knowledge: KnowledgeBase, condition: Is) -> list[str]:
    """Return the words that pass a test, in the order of the form."""
    return [
        value
        for value in knowledge.observables[condition.observable].values
        if condition.test.accepts(value)
    ]


def _bounds(test: Between) -> Iterator[str]:
    if test.least is not None:
        yield f"{test.least:g} or more" if test.least_included else f"over {test.least:g}"
    if test.most is not None:
        yield f"{test.most:g} or less" if test.most_included else f"below {test.most:g}"


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One line of a condition that is written as a list, with the lines that stand below it.

    Attributes:
        text: A question, or the meaning or title of a named condition; for a list of conditions,
            how many of them must hold.
        test: What must hold of the text, such as `lost`; empty where the text says it all.
        refers_to: Observable or named condition, such as `stick.sacrum` or `fault:lumbar_flexion`;
            `None` for a list of conditions.
        parameters: The parameters that the numbers in this line were written as.
        opposite: The line holds where this is false.
        parts: The lines below.
    """

    text: str
    test: str = ""
    refers_to: str | None = None
    parameters: tuple[str, ...] = ()
    opposite: bool = False
    parts: tuple["ConditionLine", ...] = ()


def in_lines(knowledge: KnowledgeBase, condition: Condition) -> ConditionLine:
    """Write a condition as a list of lists, without changing what it means.

    Args:
        knowledge: The knowledge base it belongs to.
        condition: The condition; every name in it must be one of the knowledge base.
    """
    match condition:
        case Is(name, test):
            words = (
                " or ".join(_words(knowledge, condition))
                if isinstance(test, OneOf)
                else _measured(knowledge, name, test)
            )
            return ConditionLine(
                knowledge.observables[name].question, words, name, tuple(parameters_in(condition))
            )
        case Holds(name):
            return ConditionLine(*_named(knowledge, name), name)
        case Not(part):
            return _opposite(in_lines(knowledge, part))
    parts = tuple(_flat(condition))
    if len(parts) == 1 and not isinstance(condition, AtLeast):
        return in_lines(knowledge, parts[0])
    below = tuple(in_lines(knowledge, part) for part in parts)
    if isinstance(condition, AtLeast):
        names = () if condition.count_name is None else (condition.count_name,)
        return ConditionLine(f"at least {condition.count} of", parameters=names, parts=below)
    if isinstance(condition, AllOf):
        return ConditionLine("all of" if below else "always", parts=below)
    return ConditionLine("any one of" if below else "never", parts=below)


def _flat(condition: AllOf | AnyOf | AtLeast) -> Iterator[Condition]:
    """Yield the parts, those of a list in a list of the same kind as if they stood in the outer
    one.
    """
    for part in condition.parts:
        if isinstance(part, AllOf | AnyOf) and type(part) is type(condition) and part.parts:
            yield from _flat(part)
        else:
            yield part


def _opposite(line: ConditionLine) -> ConditionLine:
    """Write the opposite of a line: `none of` for `any one of`, else with a mark that it must be
    false.
    """
    return (
        replace(line, text="none of")
        if line.text == "any one of" and line.parts
        else replace(line, opposite=not line.opposite)
    )


def _named(knowledge: KnowledgeBase, name: str) -> tuple[str, str]:
    """Return what a named condition is called, and what is said of it."""
    kind, identifier = naming.kind_and_id(name)
    if kind in knowledge.ladders:
        return knowledge.level(kind, identifier).title, "holds"
    if kind == "finding":
        return knowledge.findings[identifier].meaning, ""
    return knowledge.conclusions[identifier].title, "is present"


def _measured(knowledge: KnowledgeBase, name: str, test: Between) -> str:
    """Write a test of a number with its unit."""
    unit = knowledge.observables[name].answer.unit
    return f"{' and '.join(_bounds(test))} {unit}".strip()


def written_conditions(knowledge: KnowledgeBase) -> Iterator[tuple[str, str, Condition]]:
    """Yield every condition that stands in the files: its anchor in the book, its name, and the
    condition as it was written.
    """
    for group in knowledge.groups:
        if group.not_done_when is not None:
            yield f"group-{group.group}", group.group, group.not_done_when
        for name, item in group.observables.items():
            yield from (
                (f"observable-{name}", name, when)
                for when in (item.ask_when, item.void_when)
                if when is not None
            )
    for name, finding in knowledge.findings.items():
        yield f"finding-{name}", name, finding.when
    for name, conclusion in knowledge.conclusions.items():
        for rule in conclusion.rules:
            yield f"rule-{name}.{rule.id}", naming.rule(name, rule.id), rule.when
        for other in conclusion.against:
            yield f"rule-{name}.against.{other.id}", naming.objection(name, other.id), other.when
    for ladder, levels in knowledge.ladders.items():
        names = (
            (naming.level_rule(ladder, level.id, rule.id), rule.when)
            for level in levels
            for rule in level.rules
        )
        yield from ((f"rule-{name}", name, when) for name, when in names)
    for remark in knowledge.remarks:
        yield f"remark-{remark.id}", remark.id, remark.when
    for claim in knowledge.properties:
        claimed = (
            ()
            if claim.never is None
            else (claim.never.true, claim.never.possible, claim.never.not_true)
        )
        yield from (
            (f"property-{claim.id}", claim.id, when) for when in claimed if when is not None
        )
