"""What hundreds of tables in one process share: the rules as columns."""

import pytest

from hingeexpert.batch import run
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase

COLUMNS: dict[int, Columns] = {}


@pytest.fixture(autouse=True)
def _made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run take what an earlier one made of the same rules."""
    monkeypatch.setattr(run, "Columns", _columns)


def _columns(knowledge: KnowledgeBase) -> Columns:
    """Return the columns of a knowledge base, which they hold: no other gets its `id`."""
    if id(knowledge) not in COLUMNS:
        COLUMNS[id(knowledge)] = Columns(knowledge)
    return COLUMNS[id(knowledge)]
