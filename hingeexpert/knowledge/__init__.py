"""What stands in `rules/`, and what it means.

Each name is fetched when it is asked for: a start that recalls checked rules needs no loading.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hingeexpert.knowledge.knowledge_base import KnowledgeBase
    from hingeexpert.knowledge.loading import load_knowledge
    from hingeexpert.knowledge.translation import in_language

__all__ = ["KnowledgeBase", "in_language", "load_knowledge"]

MODULES = {
    "KnowledgeBase": "knowledge_base",
    "in_language": "translation",
    "load_knowledge": "loading",
}
"""Each name of this face to the module that holds it."""


def __getattr__(name: str) -> Any:
    """Return what a module of this wing offers to others."""
    if name in MODULES:
        return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
