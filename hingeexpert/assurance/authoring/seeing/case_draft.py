"""A worked case begun for a person whom no case shows; an author says what must follow, and why."""

import textwrap
from collections.abc import Mapping

from hingeexpert.forms.writing import filled_form
from hingeexpert.inference.crowd import Crowd, judged
from hingeexpert.inference.labels import level_ends
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

NAME = "Say here in one sentence what must follow."
WHY = "Say here why."


def case_draft(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> str:
    """Return a case as its file has it, with what the rules say of both ladders as expectation.

    Args:
        knowledge: The rules as they are.
        answers: The answers of the person.
    """
    crowd = judged(knowledge, Crowd([answers]))
    expected = (f"{ladder}: {_expected(*crowd.labels_of(ladder))}" for ladder in knowledge.ladders)
    form = textwrap.indent(filled_form(knowledge, answers), "  ")
    return f"name: {NAME}\nform:\n{form}expect: {{{', '.join(expected)}}}\nwhy: {WHY}\n"


def _expected(label: str) -> str:
    """Write what is said of a ladder as a case expects it."""
    not_ruled_out, at_least = level_ends(label)
    if not_ruled_out == at_least:
        return label
    return f"{{at_least: {at_least}, not_ruled_out: {not_ruled_out}}}"
