"""What was made of a folder of rules at an earlier start, where not one byte of its files has
changed since.

The files are read every time; what is spared is parsing, checking and compiling them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hingeexpert.formats.cache import keep, key_of, recall
from hingeexpert.knowledge.rule_files import RuleFiles, read_rule_files

if TYPE_CHECKING:
    from hingeexpert.knowledge.knowledge_base import KnowledgeBase

MOST = 8
"""Folders of rules, or states of one, of which something is kept."""


def quick_knowledge(folder: Path) -> KnowledgeBase:
    """Return what `load_knowledge` does, sooner. Arguments and errors: see there."""
    return _knowledge(read_rule_files(folder))


def quick_names(folder: Path, names: Callable[[KnowledgeBase], Iterable[str]]) -> list[str]:
    """Return names that stand in a knowledge base, without loading it where they were asked for
    before.

    Args:
        folder: The folder of the knowledge base.
        names: Which names; a function of a module, by whose name the answer is kept.

    Raises:
        KnowledgeError: With every problem of every file.
    """
    files = read_rule_files(folder)
    key = key_of(*_state(files), names.__module__, names.__qualname__)
    kept = recall("names", key)
    if kept is not None:
        return kept.decode().splitlines()
    found = list(names(_knowledge(files)))
    keep("names", key, "\n".join(found).encode(), MOST)
    return found


def _knowledge(files: RuleFiles) -> KnowledgeBase:
    import pickle

    import pydantic

    key = key_of(*_state(files), pydantic.VERSION)
    kept = recall("rules", key)
    if kept is not None:
        return pickle.loads(kept)  # type: ignore[no-any-return]  # noqa: S301 - ours alone, see cache.py
    from hingeexpert.knowledge.loading import knowledge_of

    knowledge = knowledge_of(files)
    keep("rules", key, pickle.dumps(knowledge, pickle.HIGHEST_PROTOCOL), MOST)
    return knowledge


def _state(files: RuleFiles) -> tuple[str, ...]:
    return (files.sha256, *files.unreadable, *files.strangers)
