"""Forms of an older kind: what they did not have yet, and what they have no longer.

Owns the tags that a form may have, and the words on identifiers that are retired.
"""

from typing import Any

from hingeexpert.errors import listed, nearest, shown
from hingeexpert.forms.assessment import Assessment
from hingeexpert.knowledge import KnowledgeBase


def tag_slip(knowledge: KnowledgeBase, tag: Any) -> str | None:
    """Say why a form must not have this tag, or return `None` where it may."""
    allowed = knowledge.info.tags[::-1]
    if tag in allowed:
        return None
    return f"{shown(tag)} is not allowed; allowed: {listed(allowed)}{nearest(tag, allowed)}"


def older_tag(knowledge: KnowledgeBase, tag: Any) -> str | None:
    """Return the tag of an older form; `None` where it is the present one, or none at all."""
    return tag if tag in knowledge.info.reads else None


def retired_slip(knowledge: KnowledgeBase, name: str) -> str | None:
    """Say what took the place of an identifier, or return `None` where it is not retired."""
    entry = knowledge.retired.get(name)
    if entry is None:
        return None
    instead = " and ".join(entry.successors)
    return f"{shown(name)} is retired since {entry.since}; answer {instead} instead"


def answered_by_older_shorthand(
    knowledge: KnowledgeBase, assessment: Assessment
) -> tuple[str, ...]:
    """Return the flags that a shorthand answered on a form which did not have them yet.

    Args:
        knowledge: The knowledge base.
        assessment: A form; only one with the tag of an older form has such flags.

    Returns:
        Their identifiers, in the order of the form.
    """
    if assessment.older_form is None:
        return ()
    newer = knowledge.newer_than(assessment.older_form)
    return tuple(
        name for name in knowledge.observables if name in newer and name in assessment.at_once
    )
