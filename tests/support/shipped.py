"""The shipped knowledge base and its worked cases, read once in each process, also for what is
asked while tests are collected; each file of rules parsed once there, whatever else is edited
beside it; and a folder of rules loaded once for all commands that run there.
"""

from functools import cache, lru_cache, wraps

from hingeexpert.assurance import read_cases, worked_cases
from hingeexpert.assurance.worked_cases import WorkedCase
from hingeexpert.formats.documents import read_document
from hingeexpert.formats.files import CASES, data_folder
from hingeexpert.knowledge import (
    KnowledgeBase,
    beside,
    checked_files,
    load_knowledge,
    loading,
    recalled,
)
from hingeexpert.knowledge.rule_files import RuleFiles

FILES = 400
"""Files of rules that are remembered: those of every knowledge base, and edited ones."""
FOLDERS = 4
"""Folders of rules that are remembered: each has an engine, which takes much memory."""


def remember_files() -> None:
    """Parse a file of rules, or one beside them, anew only where its bytes are others."""
    remembered = lru_cache(FILES)(read_document)
    for module in (checked_files, loading, beside, worked_cases):
        assert module.read_document is read_document
        module.read_document = remembered


def remember_folders() -> None:
    """Load a folder of rules anew only where a byte of it is another, or after several others: a
    command that runs in this process would otherwise make its engine anew, like a process does.
    """
    load = recalled._knowledge
    known: dict[tuple[str, ...], KnowledgeBase] = {}

    @wraps(load)
    def remembered(files: RuleFiles) -> KnowledgeBase:
        state = recalled._state(files)
        known[state] = known.pop(state, None) or load(files)
        for oldest in list(known)[:-FOLDERS]:
            del known[oldest]
        return known[state]

    recalled._knowledge = remembered


@cache
def shipped() -> KnowledgeBase:
    """Return the shipped knowledge base."""
    return load_knowledge(data_folder("rules"))


@cache
def shipped_cases() -> list[WorkedCase]:
    """Return the shipped worked cases."""
    cases, problems = read_cases(shipped(), data_folder("rules") / CASES)
    assert problems == []
    return cases
