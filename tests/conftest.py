"""What the tests share."""

import pytest

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.loading import load_knowledge
from hingeexpert.paths import data_folder


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    """Return the shipped knowledge base."""
    return load_knowledge(data_folder("rules"))
