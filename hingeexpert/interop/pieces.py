"""Long terms in pieces: what would be too much for one expression becomes several, each with a name
under which others read it. Equal pieces are one.
"""

from collections.abc import Callable
from dataclasses import replace

from hingeexpert.interop.gates import Counted, Empty, Every, Named, Some, Term, leaves

MOST = 20
"""Weight of the longest term: comparisons of one value. Written with long names they stay below
1,200 letters.
"""
Namer = Callable[[Term], Term]
"""Keeps a piece under a name, and returns the term that reads it."""


def weight(term: Term) -> int:
    """Return how many comparisons of one value a term takes; *not answered* takes two."""
    return sum(2 if isinstance(leaf, Empty) else 1 for leaf in leaves(term))


def in_pieces(term: Term, name: Namer) -> Term:
    """Return a term that says the same and is not longer than `MOST`, or, where things are counted,
    than twice their number; the rest of it has been named.

    Args:
        term: As long as it is.
        name: Takes the pieces, each after those that it reads.
    """
    if weight(term) <= MOST or not isinstance(term, Every | Some | Counted):
        return term
    parts = [in_pieces(part, name) for part in term.parts]
    for place in sorted(range(len(parts)), key=lambda place: -weight(parts[place])):
        is_list = isinstance(parts[place], Every | Some | Counted)
        if is_list and sum(map(weight, parts)) > MOST:
            parts[place] = name(parts[place])
    whole = replace(term, parts=tuple(parts))
    return whole if isinstance(whole, Counted) else _grouped(whole, name)


def _grouped(term: Every | Some, name: Namer) -> Term:
    """Return a list whose parts are short and too many as a list of named lists."""
    if weight(term) <= MOST:
        return term
    size = MOST // 2
    starts = range(0, len(term.parts), size)
    groups = (replace(term, parts=term.parts[start : start + size]) for start in starts)
    return in_pieces(replace(term, parts=tuple(map(name, groups))), name)


class NamedPieces:
    """Names for pieces, and what each stands for."""

    def __init__(self) -> None:
        self.terms: dict[Named, Term] = {}
        self._names: dict[Term, Named] = {}

    def name(self, term: Term) -> Term:
        """Keep a piece under a name, an equal one under the same."""
        if isinstance(term, Named):
            return term
        if term not in self._names:
            self._names[term] = Named(f"part:{len(self._names) + 1}", True)
            self.terms[self._names[term]] = term
        return self._names[term]
