"""hingeexpert: a rule-based expert system that reads faults in the hip hinge.

What programs use stands here; docs/python.md shows how. Each name but `load_knowledge` is fetched
when it is asked for, so that the import alone loads no library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike

    from hingeexpert.batch.frames import diagnose_frame
    from hingeexpert.forms import read_form
    from hingeexpert.inference import diagnose
    from hingeexpert.inference.explanation import explain
    from hingeexpert.knowledge import KnowledgeBase

__version__ = "0.1.0"
__all__ = [
    "__version__",
    "diagnose",
    "diagnose_frame",
    "explain",
    "load_knowledge",
    "read_form",
]

MODULES = {
    "diagnose": "inference",
    "diagnose_frame": "batch.frames",
    "explain": "inference.explanation",
    "read_form": "forms",
}
"""Each name that is fetched to the module that holds it."""


def load_knowledge(folder: "str | PathLike[str] | None" = None) -> "KnowledgeBase":
    """Read and check a knowledge base, sooner where its files are those of an earlier start.

    Args:
        folder: A folder of rules in place of the shipped one.

    Raises:
        KnowledgeError: With every problem of every file.
    """
    from pathlib import Path

    from hingeexpert.formats.files import data_folder
    from hingeexpert.knowledge.recalled import quick_knowledge

    return quick_knowledge(data_folder("rules") if folder is None else Path(folder))


def __getattr__(name: str) -> Any:
    """Return what a wing offers to programs; a frame needs an extra."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "diagnose_frame":
        from hingeexpert.formats.extras import needs

        needs("frames")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)


def __dir__() -> list[str]:
    """Name also what is not fetched yet."""
    return sorted({*globals(), *__all__})
