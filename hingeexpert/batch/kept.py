"""Columns of the input that stand in the results as they are, such as a site or a therapist."""

from collections.abc import Sequence
from dataclasses import replace

from hingeexpert.batch.layout import Layout
from hingeexpert.batch.mapping import fold
from hingeexpert.errors import InputError, listed, nearest, shown

PREFIX = "keep."
"""What the columns are named by in the results, before the heading that was asked for."""


def kept_headings(keep: Sequence[str], headings: Sequence[str]) -> dict[str, str]:
    """Return for each column to keep its name in the results, and the heading in a table; none for
    one that the table does not have.

    Args:
        keep: What was asked for; letter case and blanks do not count.
        headings: The headings of a table.
    """
    found = {fold(heading): heading for heading in reversed(headings)}
    return {f"{PREFIX}{name}": found[fold(name)] for name in keep if fold(name) in found}


def check_kept(keep: Sequence[str], table: str, headings: Sequence[str]) -> None:
    """Look whether a table has every column to keep.

    Args:
        keep: What was asked for.
        table: Its name.
        headings: Its headings.

    Raises:
        InputError: It lacks one; what it has is named.
    """
    found = kept_headings(keep, headings)
    missing = [name for name in keep if f"{PREFIX}{name}" not in found]
    if missing:
        name = missing[0]
        message = f"there is no column {shown(name)} to keep{nearest(name, headings)}"
        raise InputError.about(table, f"{message}; the table has: {listed(headings)}")


def without_kept(columns: Layout, keep: Sequence[str]) -> Layout:
    """Return what the columns of a table are, the kept ones not among those that are unknown."""
    kept = {fold(name) for name in keep}
    unknown = tuple(item for item in columns.unknown if fold(item[0]) not in kept)
    return replace(columns, unknown=unknown)
