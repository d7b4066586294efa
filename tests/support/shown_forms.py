"""Random forms as somebody could fill them in another system: nothing stands in them that it would
not have shown.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from hingeexpert.formats.documents import Document
from hingeexpert.forms import Assessment
from hingeexpert.forms.contradictions import contradictions
from hingeexpert.forms.reading import assess
from hingeexpert.forms.writing import cells_of
from hingeexpert.interop.brought import nested
from hingeexpert.interop.gates import Gates, Term, holds
from hingeexpert.interop.questionnaire import FormItem, questionnaire
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

FILLED = (0.15, 0.5, 0.85, 1.0)
"""Shares of the questions that are answered."""
NAMES = ("Sam Example", "José Núñez", "O'Neill, Ana", "李雷", 'Q "quoted"; semi')

HARD = (
    *("NA", "-", "?", "UNK", "not_assessed", "no", "null", "true", "#N/A"),
    *("7", "007", "1e5", "1.0", "-5", "+49 30", "2026-11-20", "2026-11-20T09:00:00Z"),
    *("=1+1", "@home", "'quoted'", "a\\b", "%20", "<b>&amp;</b>", "]]>", "${name}"),
    *("Ana, B; C", "{x: y}", "x: y # z", " padded ", "two  blanks", "a\u2028b", "x" * 200),
    *("Zoe\u0301", "\u0646\u0648\u0631", "\U0001f642"),
)
"""Texts that some format may take for something else than a text."""
NO_DAYS = ("20 Nov", "2026-11", "spring", "2026-11-20T09:00")
BASES = 4
"""Knowledge bases of which it is remembered when their items are shown."""


def hard_forms(knowledge: KnowledgeBase, count: int, seed: int = 1) -> Iterator[Assessment]:
    """Yield random forms of which every second one has a head that is hard to write: nobody's, one
    of hard texts, with entries that few formats have a place for, on no day.
    """
    rng = random.Random(seed)
    for number, form in enumerate(shown_forms(knowledge, count, seed)):
        if number % 2:
            yield form
            continue
        drawn = {key: rng.choice(HARD) for key in ("id", "name", "phone") if rng.random() < 0.6}
        yield replace(
            form,
            patient=drawn,
            date=rng.choice((None, form.date, *NO_DAYS)),
            clinician=rng.choice((None, rng.choice(HARD))),
        )


def shown_forms(knowledge: KnowledgeBase, count: int, seed: int = 1) -> Iterator[Assessment]:
    """Yield so many forms, the same for the same seed."""
    rng = random.Random(seed)
    for number in range(count):
        cells = shown_cells(knowledge, rng)
        cells |= {"patient.id": f"P-{number:03}", "date": f"2026-11-{1 + number % 28:02}"}
        if rng.random() < 0.7:
            cells["patient.name"] = rng.choice(NAMES)
        if rng.random() < 0.5:
            cells["clinician"] = "Dr. Weiß"
        yield assess(knowledge, Document("random form", nested(cells.items())))


def shown_cells(knowledge: KnowledgeBase, rng: random.Random) -> dict[str, Value]:
    """Return answers of which each would have been shown, and none contradicts another."""
    cells = dict(_answers(knowledge, rng))
    shown = _shown(knowledge)
    while True:
        hidden = [name for name in cells if not holds(shown[name], cells)]
        answers = {name: value for name, value in cells.items() if name in knowledge.observables}
        hidden += [item.name for item in contradictions(knowledge, answers)]
        if not hidden:
            return cells
        for name in hidden:
            cells.pop(name, None)


@lru_cache(BASES)
def _shown(knowledge: KnowledgeBase) -> dict[str, Term]:
    """Return when each item is shown."""
    gates = Gates(knowledge)
    return {name: gates.shown(name) for name in (*knowledge.observables, *knowledge.shorthands)}


def _answers(knowledge: KnowledgeBase, rng: random.Random) -> Iterator[tuple[str, Value]]:
    filled, calm = rng.choice(FILLED), rng.random() < 0.5
    for part in questionnaire(knowledge).parts:
        for item in part.items:
            if calm and part.name == "safety":
                if item.is_shorthand:
                    yield item.identifier, item.codes[0]
            elif rng.random() < (0.2 if item.is_shorthand else filled):
                yield item.identifier, _answer(knowledge, item, rng)


def _answer(knowledge: KnowledgeBase, item: FormItem, rng: random.Random) -> Value:
    if item.choices:
        return rng.choice(item.codes)
    assert item.limits is not None
    if rng.random() < 0.5:
        return rng.choice(knowledge.answers[item.identifier])
    if item.kind == "integer":
        return rng.randint(int(item.limits.least), int(item.limits.most))
    return round(rng.uniform(item.limits.least, item.limits.most), 2)


__all__ = ["cells_of", "hard_forms", "shown_cells", "shown_forms"]
