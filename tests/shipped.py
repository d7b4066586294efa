"""The shipped knowledge base, loaded once in each process, also for what is asked while tests are collected."""

from functools import cache

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.loading import load_knowledge
from hingeexpert.paths import data_folder


@cache
def shipped() -> KnowledgeBase:
    """Return the shipped knowledge base."""
    return load_knowledge(data_folder("rules"))
