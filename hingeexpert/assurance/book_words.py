"""Conditions in as few plain words as they can be said in, for a table to sign.

The book in full writes a condition as a list, question by question. Here it is one line, in the
short words of the form; a reason that stands in another row is named by its row.
"""

from collections.abc import Mapping, Sequence

from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Holds,
    Is,
    Not,
    OneOf,
)
from hingeexpert.knowledge.wording import observable_in_words, title_and_test, titled

YES = OneOf(frozenset({"yes"}))


def in_plain_words(
    knowledge: KnowledgeBase, condition: Condition, rows: Mapping[str, str] | None = None
) -> str:
    """Write a condition as one line.

    Args:
        knowledge: The knowledge base.
        condition: What to write.
        rows: The name of a condition to the row of a table in which it stands.
    """
    known = rows or {}
    match condition:
        case Is(name, test) if test == YES:
            return titled(knowledge, name)
        case Is():
            return observable_in_words(knowledge, condition, titles=True)
        case Holds(name):
            return known.get(name) or _named(knowledge, name)
        case Not(part):
            return f"not ({in_plain_words(knowledge, part, known)})"
        case AtLeast(count, parts):
            return f"at least {count} of: {_joined(knowledge, parts, '; ', known)}"
        case AllOf() | AnyOf():
            return _faults_in_short(knowledge, condition) or _list(knowledge, condition, known)


def _list(knowledge: KnowledgeBase, condition: AllOf | AnyOf, rows: Mapping[str, str]) -> str:
    word = ", and " if isinstance(condition, AllOf) else ", or "
    return _joined(knowledge, condition.parts, word, rows)


def _joined(
    knowledge: KnowledgeBase, parts: Sequence[Condition], word: str, rows: Mapping[str, str]
) -> str:
    """Write the parts of a list, those that are lists themselves in brackets."""
    if len(parts) == 1:
        return in_plain_words(knowledge, parts[0], rows)
    return word.join(_inside(knowledge, part, rows) for part in parts)


def _inside(knowledge: KnowledgeBase, part: Condition, rows: Mapping[str, str]) -> str:
    """Write a part of a list so that no *and* or *or* of its own can be read into that list."""
    words = in_plain_words(knowledge, part, rows)
    several = isinstance(part, AllOf | AnyOf | AtLeast) and len(part.parts) > 1
    return f"({words})" if several else words


def _named(knowledge: KnowledgeBase, name: str) -> str:
    """Write a finding by its meaning, and a conclusion or a level by its title."""
    return title_and_test(knowledge, name)[0].rstrip(".")


def _faults_in_short(knowledge: KnowledgeBase, condition: AllOf | AnyOf) -> str | None:
    """Write *any one of* most of the faults by those that are left out; `None` if it is none."""
    faults = {naming.fault(name): fault.title for name, fault in knowledge.faults.items()}
    named = {part.name for part in condition.parts if isinstance(part, Holds)}
    whole = len(named) == len(condition.parts) and named <= faults.keys()
    if isinstance(condition, AllOf) or not whole or 2 * len(named) <= len(faults):
        return None
    others = [title for name, title in faults.items() if name not in named]
    return f"any fault but: {'; '.join(others)}" if others else "any fault"
