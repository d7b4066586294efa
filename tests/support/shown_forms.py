"""Random forms as somebody could fill them in another system: nothing stands in them that it would
not have shown.
"""

import random
from collections.abc import Iterator

from hingeexpert.formats.documents import Document
from hingeexpert.forms import Assessment
from hingeexpert.forms.contradictions import contradictions
from hingeexpert.forms.reading import assess
from hingeexpert.forms.writing import cells_of
from hingeexpert.interop.brought import nested
from hingeexpert.interop.gates import Gates, holds
from hingeexpert.interop.questionnaire import FormItem, questionnaire
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

FILLED = (0.15, 0.5, 0.85, 1.0)
"""Shares of the questions that are answered."""
NAMES = ("Sam Example", "José Núñez", "O'Neill, Ana", "李雷", 'Q "quoted"; semi')


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
    gates = Gates(knowledge)
    while True:
        hidden = [name for name in cells if not holds(gates.shown(name), cells)]
        answers = {name: value for name, value in cells.items() if name in knowledge.observables}
        hidden += [item.name for item in contradictions(knowledge, answers)]
        if not hidden:
            return cells
        for name in hidden:
            cells.pop(name, None)


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


__all__ = ["cells_of", "shown_cells", "shown_forms"]
