"""The shipped knowledge base, loaded once in each process, also for what is asked while tests are
collected.
"""

from functools import cache

from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import KnowledgeBase, load_knowledge


@cache
def shipped() -> KnowledgeBase:
    """Return the shipped knowledge base."""
    return load_knowledge(data_folder("rules"))
