"""The shipped knowledge base and its worked cases, read once in each process, also for what is
asked while tests are collected; and each file of rules parsed once there, whatever else is edited
beside it.
"""

from functools import cache, lru_cache

from hingeexpert.assurance import read_cases, worked_cases
from hingeexpert.assurance.worked_cases import WorkedCase
from hingeexpert.formats.documents import read_document
from hingeexpert.formats.files import CASES, data_folder
from hingeexpert.knowledge import KnowledgeBase, checked_files, load_knowledge

FILES = 400
"""Files of rules that are remembered: those of every knowledge base, and edited ones."""


def remember_files() -> None:
    """Parse a file of rules or worked cases anew only where its bytes are others."""
    remembered = lru_cache(FILES)(read_document)
    for module in (checked_files, worked_cases):
        assert module.read_document is read_document
        module.read_document = remembered


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
