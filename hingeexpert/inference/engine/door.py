"""The door to experta: nothing else imports it. What it does to the process is undone here."""

import collections
import contextlib
import logging
from collections.abc import Iterator, Mapping

__all__ = ["Activation", "FactList", "ReteMatcher", "experta", "mixins", "nodes"]


@contextlib.contextmanager
def _without_side_effects() -> Iterator[None]:
    """Import experta without its side effects.

    Its dependency frozendict 1.2 reads `collections.Mapping`, which Python dropped in 3.10, and
    experta itself installs a root log handler; both are undone. Its loggers print every fact, names
    included, so they are silenced for good.
    """
    handlers = list(logging.root.handlers)
    missing = not hasattr(collections, "Mapping")
    if missing:
        collections.Mapping = Mapping  # type: ignore[attr-defined]
    try:
        yield
    finally:
        if missing:
            del collections.Mapping  # type: ignore[attr-defined]
    for handler in logging.root.handlers[:]:
        if handler not in handlers:
            logging.root.removeHandler(handler)
    _silence("experta")
    for name in logging.root.manager.loggerDict:
        if name.startswith("experta."):
            _silence(name)


def _silence(name: str) -> None:
    logger = logging.getLogger(name)
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False


with _without_side_effects():
    import experta
    from experta.activation import Activation
    from experta.factlist import FactList
    from experta.matchers.rete import ReteMatcher, mixins, nodes
