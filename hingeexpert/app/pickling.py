"""A pickle that is the same bytes for the same content, whatever order the sets of a run have."""

import io
import pickle
from collections.abc import Callable
from typing import Any

from hingeexpert.knowledge import KnowledgeBase

PROTOCOL = 5
"""Python 3.11, which may write it, and 3.14, which reads it in a browser, know this one."""
IN_PYTHON: Any = pickle._Pickler
"""The pickler that can be told how a set or a text is written; the one in C cannot."""


def same_pickle(content: object) -> bytes:
    """Return the pickle of a value whose sets can be sorted."""
    pickled = io.BytesIO()
    _Pickler(pickled, PROTOCOL).dump(content)
    return pickled.getvalue()


class _Pickler(IN_PYTHON):  # type: ignore[misc]
    """Writes a set in order, and texts that are equal as one."""

    dispatch: dict[type, Callable[..., None]] = dict(IN_PYTHON.dispatch)

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._texts: dict[str, str] = {}

    def reducer_override(self, value: Any) -> Any:
        """Return how a value is written, if not as usual: the rules hold pickles themselves, and
        in an order of their own what was looked up since they were read.
        """
        if not isinstance(value, KnowledgeBase):
            return NotImplemented
        reduced: Any = value.__reduce_ex__(PROTOCOL)
        made, given, state, *rest = reduced
        later = {name: same_pickle(getattr(value, name)) for name in state["_later"]}
        ordered = dict(sorted({**state, "_later": later}.items()))
        return made, given, ordered, *rest

    def _save_set(self, items: set[Any] | frozenset[Any]) -> None:
        self.save_reduce(type(items), (sorted(items),), obj=items)

    def _save_text(self, text: str) -> None:
        one = self._texts.setdefault(text, text)
        known = self.memo.get(id(one))
        if known is not None:
            self.write(self.get(known[0]))
            return
        IN_PYTHON.dispatch[str](self, one)


_Pickler.dispatch |= {
    set: _Pickler._save_set,
    frozenset: _Pickler._save_set,
    str: _Pickler._save_text,
}
