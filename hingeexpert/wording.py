"""Conditions in words, made from the condition itself, so that they cannot drift from it."""

from collections.abc import Iterator

from hingeexpert.condition import AllOf, AnyOf, AtLeast, Between, Condition, Holds, Is, Not, OneOf
from hingeexpert.knowledge import KnowledgeBase


def in_words(knowledge: KnowledgeBase, condition: Condition) -> str:
    """Write a condition as one line.

    Args:
        knowledge: The knowledge base it belongs to.
        condition: The condition; named conditions in it are written by their name.
    """
    match condition:
        case Is():
            return observable_in_words(knowledge, condition)
        case Holds(name):
            return name.replace(":", " ")
        case Not(part):
            return f"not ({in_words(knowledge, part)})"
        case AllOf(parts) | AnyOf(parts):
            if not parts:
                return "always" if isinstance(condition, AllOf) else "never"
            word = " and " if isinstance(condition, AllOf) else " or "
            return word.join(_bracketed(knowledge, part) for part in parts)
        case AtLeast(count, parts):
            return f"at least {count} of: {'; '.join(in_words(knowledge, part) for part in parts)}"


def _bracketed(knowledge: KnowledgeBase, part: Condition) -> str:
    words = in_words(knowledge, part)
    return f"({words})" if isinstance(part, AllOf | AnyOf | AtLeast) else words


def observable_in_words(knowledge: KnowledgeBase, condition: Is) -> str:
    """Write a condition on an observable, such as `stick.depth_degrees is below 50`."""
    test = condition.test
    if isinstance(test, OneOf):
        values = [value for value in knowledge.observables[condition.observable].values if value in test.values]
        return f"{condition.observable} is {' or '.join(values)}"
    return f"{condition.observable} is {' and '.join(_bounds(test))}"


def _bounds(test: Between) -> Iterator[str]:
    if test.least is not None:
        yield f"{test.least:g} or more" if test.least_included else f"over {test.least:g}"
    if test.most is not None:
        yield f"{test.most:g} or less" if test.most_included else f"below {test.most:g}"
