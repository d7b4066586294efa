"""How a conclusion stands, in one sentence.

Owns the sentences and nothing of what they are made from. A level is said to hold only where it is
the verdict. Reasons stand at the end, as they are whole sentences.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from hingeexpert.inference.explained import ExplainedRule
from hingeexpert.inference.questions import Standing
from hingeexpert.inference.what_if import WhatIf
from hingeexpert.knowledge.models.conclusions import CONFIDENCES
from hingeexpert.knowledge.models.ladders import Level

Place = Literal["verdict", "ruled_out", "after", "open"]
"""Where a level stands: it is decided; its reasons are all ruled out; one that comes before it is
proven; or answers are missing.
"""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Reasoned(NamedTuple):
    """A level, and the first of its reasons that is true, if it has one."""

    level: Level
    because: str | None


def place_of(stands: Standing, position: int, truth: bool | None) -> Place:
    """Return where a level stands.

    Args:
        stands: Where the person stands on its ladder.
        position: Its position there.
        truth: That of its own rules.
    """
    if position > stands.at_least:
        return "after"
    if truth is False:
        return "ruled_out"
    return "verdict" if stands.decided else "open"


def of_level(this: Reasoned, place: Place, proven: Reasoned, decided: bool, questions: int) -> str:
    """Say how a level stands.

    Args:
        this: The level.
        place: Where it stands.
        proven: The first level that is proven.
        decided: Whether that is the verdict.
        questions: How many questions it hangs on.
    """
    title = this.level.title
    match place:
        case "verdict":
            return _verdict(this)
        case "ruled_out" if this.level.rules_limit:
            return f"{title}: passed, nothing here keeps the next step closed."
        case "ruled_out":
            return f"{title}: ruled out, no reason for it is there."
        case "after":
            because = _because(proven.because)
            if decided:
                first = f'"{proven.level.title}" holds and comes first'
                return f"{title}: not the verdict, as {first}{because}"
            return f'{title}: it cannot be better than "{proven.level.title}" yet{because}'
        case "open":
            return _open_level(this, proven, questions)


def _verdict(this: Reasoned) -> str:
    before = "everything that comes before it is ruled out"
    if this.because is None:
        return f"{this.level.title}: {before}."
    if this.level.rules_limit:
        after = f"the next step is closed{_because(this.because)}"
        return f"{this.level.title}: {before}, and {after}"
    return f"{this.level.title}: the verdict{_because(this.because)}"


def _open_level(this: Reasoned, proven: Reasoned, questions: int) -> str:
    """Say on how many questions it hangs whether a level is reached; of the proven one, whether
    something else comes before it.
    """
    title, hangs = this.level.title, hangs_on(questions)
    if this.level.id != proven.level.id or proven.level.always:
        return f"{title}: open, it {hangs}."
    return f"{title}: open, it cannot be better yet, and whether it is worse {hangs}."


def of_conclusion(
    kind: str, title: str, truth: bool | None, rules: Sequence[ExplainedRule], looked: bool
) -> str:
    """Say how a fault or contributor stands that is present or absent.

    Args:
        kind: `fault` or `contributor`.
        title: What it is called.
        truth: Whether it is present.
        rules: Its rules.
        looked: Whether an answer speaks against it.
    """
    if truth:
        surest = min((rule for rule in rules if rule.truth == "true"), key=_doubt)
        stands = "present" if kind == "fault" else "may contribute"
        because = _because(surest.because)
        return f"{title}: {stands}, {surest.confidence} confidence{because}"
    removed = _removed(rules)
    if removed is not None:
        return f"{title}: does not count{_because(removed)}"
    if not looked:
        return f"{title}: not seen, no sign of it was noted."
    return f"{title}: ruled out by the answers."


def of_open_conclusion(title: str, questions: int, waits_for: str | None) -> str:
    """Say how a fault or contributor stands that is neither present nor absent.

    Args:
        title: What it is called.
        questions: How many questions it hangs on.
        waits_for: The level for whose sake nothing is asked about it, if there is one.
    """
    if not questions and waits_for is not None:
        return f'{title}: open, and not asked about while "{waits_for}" comes first.'
    return f"{title}: open, it {hangs_on(questions)}."


def before_referral(title: str, first: str) -> str:
    """Say of what is seen in the movement that a referral comes first."""
    return f'{title}: set aside, as "{first}" comes first.'


def _doubt(rule: ExplainedRule) -> int:
    assert rule.confidence is not None
    return CONFIDENCES.index(rule.confidence)


def _removed(rules: Sequence[ExplainedRule]) -> str | None:
    """Return why a rule does not count whose signs are there, if there is one."""
    for rule in rules:
        for objection in rule.against:
            removes = objection.effect == "removes" and objection.condition.truth == "true"
            if removes and rule.condition.truth == "true":
                return objection.because
    return None


def _because(reason: str | None) -> str:
    return f", because: {reason}" if reason else "."


def hangs_on(questions: int) -> str:
    """Say on how many questions something hangs."""
    if not questions:
        return "hangs on what nobody can be asked now"
    return f"hangs on {counted(questions, 'question')}"


def counted(number: int, noun: str) -> str:
    """Write a number with its noun, small ones as a word."""
    word = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{word} {noun}{'' if number == 1 else 's'}"


def of_change(found: WhatIf, aim: str, answered: Sequence[str], blank: bool) -> str | None:
    """Say how many answers would have to be different, or what is in the way.

    Args:
        found: What the search found.
        aim: What they would do, such as `would lead there`.
        answered: What is in the way and answered, in words.
        blank: Whether something unanswered is in the way.
    """
    if found.reachable is None:
        return f"Too many answers would have to be different to say what {aim}."
    if found.changes:
        if len(found.changes) == 1:
            return f"One other answer {aim}."
        return f"No fewer than {counted(len(found.changes), 'other answer')} {aim}."
    if found.reachable:
        return None
    if blank or not answered:
        return f"What {aim} can be said once the open questions are answered."
    return f"No answer that can change {aim}. In the way: {_shortened(answered)}."


MOST_IN_THE_WAY = 3


def _shortened(items: Sequence[str]) -> str:
    """Write the first of several, and how many more there are."""
    shown = "; ".join(items[:MOST_IN_THE_WAY])
    more = len(items) - MOST_IN_THE_WAY
    return f"{shown}; and {more} more" if more > 0 else shown
