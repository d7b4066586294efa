"""What hundreds of tables in one process share: the rules, and the rules as columns."""

import pytest

from hingeexpert.batch import run
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase, recalled
from hingeexpert.knowledge.rule_files import RuleFiles

recalled_anew = recalled._knowledge
RULES: dict[tuple[str, ...], KnowledgeBase] = {}
COLUMNS: dict[int, Columns] = {}


@pytest.fixture(autouse=True)
def _made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run take what an earlier one made of the same files."""
    monkeypatch.setattr(recalled, "_knowledge", _knowledge)
    monkeypatch.setattr(run, "Columns", _columns)


def _knowledge(files: RuleFiles) -> KnowledgeBase:
    state = recalled._state(files)
    if state not in RULES:
        RULES[state] = recalled_anew(files)
    return RULES[state]


def _columns(knowledge: KnowledgeBase) -> Columns:
    """Return the columns of a knowledge base, which they hold: no other gets its `id`."""
    if id(knowledge) not in COLUMNS:
        COLUMNS[id(knowledge)] = Columns(knowledge)
    return COLUMNS[id(knowledge)]
