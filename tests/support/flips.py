"""Forms with one personal attribute flipped: what differs, and which of it the label denies."""

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from hingeexpert.forms import Assessment
from hingeexpert.forms.contradictions import contradictions
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.label import AttributeEffects

Answers = dict[str, Value]
NAMED = ("verdicts", "faults", "hypotheses", "remarks", "checks")
"""Kinds of effects of which each name is compared."""
BEHIND = {
    "given": ("verdicts", "faults", "hypotheses", "given"),
    "reasons": ("verdicts", "reasons"),
}
"""What is compared as a whole, and the effects that it follows from."""


class Flip(NamedTuple):
    """Two forms that differ in the answer to one attribute."""

    attribute: str
    before: Answers
    after: Answers


def flips(
    knowledge: KnowledgeBase, attributes: Iterable[str], forms: Iterable[Answers], seed: int
) -> Iterator[Flip]:
    """Yield each form with one attribute flipped, by chance which, where both are forms."""
    chance, names = random.Random(seed), list(attributes)
    for form in forms:
        name = chance.choice(names)
        values = knowledge.answers[name]
        one = form[name] if name in form else chance.choice(values)
        other = chance.choice([value for value in values if value != one])
        flip = Flip(name, {**form, name: one}, {**form, name: other})
        if not any(any(contradictions(knowledge, answers)) for answers in flip[1:]):
            yield flip


def denied(
    knowledge: KnowledgeBase, effects: AttributeEffects, flip: Flip
) -> tuple[set[str], list[str]]:
    """Return the kinds of what differs, and what of it the label denies."""
    before, after = (_said(diagnose(knowledge, Assessment(answers))) for answers in flip[1:])
    differing: set[str] = set()
    slips = []
    for kind in NAMED:
        for name in before[kind].keys() | after[kind].keys():
            if before[kind].get(name) != after[kind].get(name):
                differing.add(kind)
                if name not in getattr(effects, kind):
                    slips.append(f"{flip.attribute}: {kind}: {name}")
    for kind, causes in BEHIND.items():
        if before[kind] != after[kind]:
            differing.add(kind)
            if not any(getattr(effects, cause) for cause in causes):
                slips.append(f"{flip.attribute}: {kind}")
    return differing, slips


def _said(diagnosis: Diagnosis) -> Mapping[str, Mapping[str, object]]:
    """Return all that is said of a person, but what is asked next and what was observed."""
    ready = diagnosis.readiness
    ladders = {"triage": diagnosis.triage, "readiness": ready}
    return {
        "verdicts": {
            name: (item.verdict, item.at_least, item.not_ruled_out)
            for name, item in ladders.items()
        },
        "faults": {item.id: (item.status, item.confidence) for item in diagnosis.faults},
        "hypotheses": {item.id: (item.status, item.confidence) for item in diagnosis.contributors},
        "remarks": {item.id: item.say for item in diagnosis.remarks},
        "checks": {item.id: item.say for item in diagnosis.checks},
        "reasons": {name: (item.reasons, ready.not_further) for name, item in ladders.items()},
        "given": {
            "focus": diagnosis.focus,
            "home": diagnosis.home,
            "readiness": (ready.told, ready.unlocks, ready.drills, ready.meanwhile),
            "faults": [(item.cues, item.drills) for item in diagnosis.faults],
            "hypotheses": [(item.exercise, item.drills) for item in diagnosis.contributors],
        },
    }
