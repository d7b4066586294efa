"""Conditions in words, made from the condition itself, so that they cannot drift from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

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
    """Write a condition as one line; with titles named conditions in it are written by their title
    or meaning, not by their name.
    """
    match condition:
        case Is():
            return observable_in_words(knowledge, condition)
        case Holds(name) if titles:
            title, test = title_and_test(knowledge, name)
            return f'"{title}" {test}'.rstrip()
        case Holds(name):
            return name.replace(":", " ")
        case Not(part):
            return f"not ({in_words(knowledge, part, titles)})"
        case AllOf(parts) | AnyOf(parts):
            if not parts:
                return "always" if isinstance(condition, AllOf) else "never"
            word = " and " if isinstance(condition, AllOf) else " or "
            return word.join(_nested(knowledge, part, titles) for part in parts)
        case AtLeast(count, parts):
            listed = "; ".join(in_words(knowledge, part, titles) for part in parts)
            return f"at least {count} of: {listed}"


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
    words = _tested(knowledge, condition)
    if titles:
        return f"{titled(knowledge, condition.observable)}: {words.replace('_', ' ')}"
    return f"{condition.observable} is {words}"


def _tested(knowledge: KnowledgeBase, condition: Is) -> str:
    """Write what passes a test: the words in the order of the form, or the ends of an interval."""
    if isinstance(condition.test, Between):
        return " and ".join(_bounds(condition.test))
    values = knowledge.observables[condition.observable].values
    return " or ".join(value for value in values if condition.test.accepts(value))


def titled(knowledge: KnowledgeBase, name: str) -> str:
    """Return an observable as a line of the form names it, with its part of the form where two are
    named alike.
    """
    lines = {other: item.short or item.question for other, item in knowledge.observables.items()}
    part = knowledge.part_of[name].title
    return f"{lines[name]} ({part})" if list(lines.values()).count(lines[name]) > 1 else lines[name]


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
        anchor: Where the book speaks of what is referred to.
    """

    text: str
    test: str = ""
    refers_to: str | None = None
    parameters: tuple[str, ...] = ()
    opposite: bool = False
    parts: tuple["ConditionLine", ...] = ()
    anchor: str = field(default="", compare=False)


def in_lines(knowledge: KnowledgeBase, condition: Condition) -> ConditionLine:
    """Write a condition as a list of lists, without changing what it means. Every name in it must
    be one of the knowledge base.
    """
    match condition:
        case Is():
            return _observable_line(knowledge, condition)
        case Holds(name):
            anchor = f"rule-{name}" if naming.is_rule(name) else name.replace(":", "-")
            return ConditionLine(*title_and_test(knowledge, name), name, anchor=anchor)
        case Not(part):
            return _opposite(in_lines(knowledge, part))
        case AllOf() | AnyOf() | AtLeast():
            return _list_line(knowledge, condition)


def _observable_line(knowledge: KnowledgeBase, condition: Is) -> ConditionLine:
    """Write a test of an observable under its question, a number with its unit."""
    answer = knowledge.observables[condition.observable].answer
    unit = answer.unit if isinstance(condition.test, Between) else ""
    return ConditionLine(
        knowledge.observables[condition.observable].question,
        f"{_tested(knowledge, condition)} {unit}".strip(),
        condition.observable,
        tuple(parameters_in(condition)),
        anchor=f"observable-{condition.observable}",
    )


def _list_line(knowledge: KnowledgeBase, condition: AllOf | AnyOf | AtLeast) -> ConditionLine:
    """Write how many of the parts must hold, and the parts below it; a single part as it is."""
    parts = tuple(_flat(condition))
    if len(parts) == 1 and not isinstance(condition, AtLeast):
        return in_lines(knowledge, parts[0])
    below = tuple(in_lines(knowledge, part) for part in parts)
    match condition:
        case AllOf():
            return ConditionLine("all of" if below else "always", parts=below)
        case AnyOf():
            return ConditionLine("any one of" if below else "never", parts=below)
        case AtLeast(count, _, count_name):
            parameters = () if count_name is None else (count_name,)
            return ConditionLine(f"at least {count} of", parameters=parameters, parts=below)


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
    if line.text == "any one of" and line.parts:
        return replace(line, text="none of")
    return replace(line, opposite=not line.opposite)


def title_and_test(knowledge: KnowledgeBase, name: str) -> tuple[str, str]:
    """Return what a finding, a conclusion or a level is called, and what is tested of it: that it
    holds, or is present. The meaning of a finding and the reason of a rule say so themselves.
    """
    if naming.is_rule(name):
        return _reason(knowledge, name), ""
    kind, identifier = naming.kind_and_id(name)
    if kind in knowledge.ladders:
        return knowledge.level(kind, identifier).title, "holds"
    if kind == "finding":
        return knowledge.findings[identifier].meaning, ""
    return knowledge.conclusions[identifier].title, "is present"


def _reason(knowledge: KnowledgeBase, name: str) -> str:
    """Return the reason that a rule of a level gives."""
    ladder, level, rule = naming.parts_of_level_rule(name)
    rules = knowledge.level(ladder, level).rules
    return next(item.because for item in rules if item.id == rule)


WrittenCondition = tuple[str, str, Condition]
"""A condition as it was written: its anchor in the book, its name, and itself."""


def written_conditions(knowledge: KnowledgeBase) -> Iterator[WrittenCondition]:
    """Yield every condition that stands in the files: its anchor in the book, its name, and the
    condition as it was written.
    """
    yield from _conditions_of_form(knowledge)
    for name, finding in knowledge.findings.items():
        yield f"finding-{name}", name, finding.when
    for name, condition in _conditions_of_rules(knowledge):
        yield f"rule-{name}", name, condition
    for check in knowledge.checks:
        yield f"check-{check.id}", check.id, check.when
    for remark in knowledge.remarks:
        yield f"remark-{remark.id}", remark.id, remark.when
    for card in knowledge.handout.care:
        for condition in card.conditions:
            yield f"care-{card.id}", card.id, condition
    yield from _conditions_of_properties(knowledge)


def _conditions_of_form(knowledge: KnowledgeBase) -> Iterator[WrittenCondition]:
    """Yield when a drill was not done, and when a question is asked, its answer unreadable or not
    possible.
    """
    for group in knowledge.groups:
        if group.not_done_when is not None:
            yield f"group-{group.group}", group.group, group.not_done_when
        for name, item in group.observables.items():
            asked = () if item.ask_when is None else (item.ask_when,)
            for condition in (*asked, *item.of_form.values(), *item.of_intake.values()):
                yield f"observable-{name}", name, condition


def _conditions_of_rules(knowledge: KnowledgeBase) -> Iterator[tuple[str, Condition]]:
    """Yield what speaks for and against each conclusion, and the rules of the levels, by name."""
    for name, conclusion in knowledge.conclusions.items():
        for rule in conclusion.rules:
            yield naming.rule(name, rule.id), rule.when
        for objection in conclusion.against:
            yield naming.objection(name, objection.id), objection.when
    for ladder, levels in knowledge.ladders.items():
        for level in levels:
            for level_rule in level.rules:
                yield naming.level_rule(ladder, level.id, level_rule.id), level_rule.when


def _conditions_of_properties(knowledge: KnowledgeBase) -> Iterator[WrittenCondition]:
    """Yield what must never be, for each property that says so."""
    for claim in knowledge.properties:
        for condition in claim.conditions:
            yield f"property-{claim.id}", claim.id, condition
