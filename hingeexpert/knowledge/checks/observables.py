"""What must fit inside one observable and in its part of the form; how it fits the other files is
`between_files.py`.
"""

import math
from collections.abc import Iterator

from hingeexpert.errors import listed, nearest, shown
from hingeexpert.knowledge.models.observables import Group, Observable

FLAG = ("yes", "no")


def observable_slips(item: Observable) -> Iterator[tuple[str, str]]:
    """Yield what does not fit inside one observable: the key, or nothing for the whole, and the
    message.
    """
    if item.type in ("choice", "flag"):
        if item.type == "flag" and tuple(item.values) != FLAG:
            yield "values", "a flag has exactly the values yes and no, in this order"
        elif len(item.values) < 2:
            yield "values", "a choice has at least two values"
        if item.range is not None:
            yield "range", "a choice has values, not a range"
        if item.default is not None and item.default not in item.values:
            allowed = list(item.values)
            yield (
                "default",
                (
                    f"{shown(item.default)} is not allowed; allowed: "
                    f"{listed(allowed)}{nearest(item.default, allowed)}"
                ),
            )
    else:
        if item.range is None or item.means is None:
            yield "", "a number has a range and says under means what it means"
        if item.range is not None and not -math.inf < item.range.least < item.range.most < math.inf:
            yield (
                "range",
                (
                    "least must be below most, and both must be finite; found "
                    f"{item.range.least:g} and {item.range.most:g}"
                ),
            )
        if item.range is not None and any(
            not item.range.least <= mark <= item.range.most for mark in item.range.marks
        ):
            yield "range", "every value under marks must lie between least and most"
        if item.values:
            yield "values", "a number has a range, not values"
        if item.default is not None:
            yield "default", "a number has no default; leave it out"
    yield from _well_slips(item)
    for key, said in (("harmless", item.harmless), ("harmful", item.harmful)):
        allowed = list(item.values) or ["higher", "lower"]
        for value in (said,) if isinstance(said, str) else said:
            if value not in allowed:
                yield (
                    key,
                    (
                        f"{shown(value)} is not allowed; allowed: "
                        f"{listed(allowed)}{nearest(value, allowed)}"
                    ),
                )
    if item.default is not None and (item.blank != "unknown" or item.ask_when is not None):
        yield (
            "default",
            "an item with a default is never blank, so blank and ask_when have no meaning for it",
        )
    if item.blank == "not_needed" and item.ask_when is not None:
        yield "blank", "blank: not_needed and ask_when say the same thing twice; keep one"


def _well_slips(item: Observable) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the answer that stands for "as it should be", and with the numbers
    to pick.
    """
    if item.well is None:
        if item.well_while is not None:
            yield "well_while", "it says how long the answer under well stands; there is none"
        return
    if item.range is None:
        allowed = list(item.values)
        if item.well not in allowed:
            yield (
                "well",
                (
                    f"{shown(item.well)} is not allowed; allowed: "
                    f"{listed(allowed)}{nearest(item.well, allowed)}"
                ),
            )
    elif isinstance(item.well, str) or not item.range.least <= item.well <= item.range.most:
        yield (
            "well",
            (
                f"{shown(item.well)} is not allowed; allowed: a number from {item.range.least:g} "
                f"to {item.range.most:g}"
            ),
        )


def well_while_slips(group: Group) -> Iterator[tuple[str, str]]:
    """Yield what hangs on a press that its part does not have: the question and the message."""
    for name, item in group.observables.items():
        if group.all_well is None and item.well_while is not None:
            yield name, "well_while: all_well needs the key all_well in this part"
