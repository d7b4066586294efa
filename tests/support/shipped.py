"""The shipped knowledge base, loaded once in each process, also for what is asked while tests are
collected; and each file of rules parsed once there, whatever else is edited beside it.
"""

from functools import cache, lru_cache

from hingeexpert.formats.files import data_folder
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
