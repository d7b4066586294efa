"""From what is known of a person to conclusions, and why: the rule engine, and what is made of its
truths.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hingeexpert.inference.conclude import diagnose
    from hingeexpert.inference.diagnosis import Diagnosis
    from hingeexpert.inference.questions import ask_next

__all__ = ["Diagnosis", "ask_next", "diagnose"]

MODULES = {"Diagnosis": "diagnosis", "ask_next": "questions", "diagnose": "conclude"}
"""Each name to the module that holds it. It is fetched when it is asked for: a table is judged
without the engine.
"""


def __getattr__(name: str) -> Any:
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)
