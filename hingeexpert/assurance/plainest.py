"""From any form that the solver shows to a plainest one: fewest answers out of order, then fewest
answers.

Owns the search by halving; what is out of order is `people.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hingeexpert.assurance.formulas import any_of
from hingeexpert.assurance.people import is_out_of_order, out_of_order
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

if TYPE_CHECKING:
    from hingeexpert.assurance.solver import Search

Form = dict[str, Value]


class Plainest:
    """Makes the form that a search found as plain as what it supposes allows."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        chosen: Mapping[str, Mapping[Value, Any]],
        search: Search,
        at_most: Callable[[Sequence[Any], int], Any],
    ) -> None:
        """Take the variable of every answer, the search, and the formula that so many hold."""
        self._knowledge, self._chosen = knowledge, chosen
        self._search, self._at_most = search, at_most

    def of(self, found: Form) -> Form:
        """Return a plainest form on which holds what the search supposes now.

        Args:
            found: Any such form.

        Raises:
            UndecidedError: Not decided in time.
        """
        found = self._fewest(found, self._wrong, self._number_wrong)
        with self._search.supposing(self._at_most(self._wrong, self._number_wrong(found))):
            return self._fewest(found, self._answered, len)

    @cached_property
    def _wrong(self) -> list[Any]:
        """The variables of the answers that are out of order."""
        return [
            variable
            for name, values in self._chosen.items()
            for value, variable in values.items()
            if is_out_of_order(self._knowledge, name, value)
        ]

    @cached_property
    def _answered(self) -> list[Any]:
        """For each question the formula that it is answered."""
        return [any_of(values.values()) for values in self._chosen.values()]

    def _number_wrong(self, form: Form) -> int:
        return len(out_of_order(self._knowledge, form))

    def _fewest(self, found: Form, counted: Sequence[Any], number: Callable[[Form], int]) -> Form:
        """Return of the forms on which holds what is supposed one with the fewest of some things.

        Args:
            found: Any such form.
            counted: The things, as formulas.
            number: How many of them there are on a form.
        """
        fewest = found
        # Halve: there is a form with `most` of them, and none with fewer than `least`.
        least, most = 0, number(fewest)
        while least < most:
            middle = (least + most) // 2
            fewer = self._search.answers(self._at_most(counted, middle))
            if fewer is None:
                least = middle + 1
            else:
                fewest, most = fewer, number(fewer)
        return fewest
