"""The shipped knowledge base and its worked cases, read once in each process, also for what is
asked while tests are collected; and each file of rules parsed once there, whatever else is edited
beside it.
"""

from functools import cache, lru_cache

from hingeexpert.assurance import read_cases
from hingeexpert.assurance.worked_cases import WorkedCase
from hingeexpert.formats.files import CASES, data_folder
from hingeexpert.knowledge import KnowledgeBase, load_knowledge, loading

FILES = 400
"""Files of rules that are remembered: those of every knowledge base, and edited ones."""


def remember_files() -> None:
    """Parse a file of rules anew only where its bytes are others."""
    loading.read_document = lru_cache(FILES)(loading.read_document)


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
