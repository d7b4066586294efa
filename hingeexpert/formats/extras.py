"""What goes beyond the base install: which libraries it takes, which extra brings them, and the one
line that says so.

Imports none of these libraries, so that asking costs nothing.
"""

import importlib.util
from typing import Literal

from hingeexpert.errors import ExtraError

Purpose = Literal["tables", "frames", "PDF", "PDF forms", "QR codes", "proofs"]
PURPOSES: dict[Purpose, tuple[str, tuple[str, ...]]] = {
    "tables": ("batch", ("polars", "numpy", "fastexcel", "xlsxwriter", "defusedxml")),
    "frames": ("batch", ("polars",)),
    "PDF": ("pdf", ("typst",)),
    "PDF forms": ("pdf", ("pikepdf",)),
    "QR codes": ("pdf", ("segno",)),
    "proofs": ("verify", ("z3",)),
}
"""What is wanted to the extra that brings it, and the libraries that it takes."""


def has(purpose: Purpose) -> bool:
    """Return whether every library that it takes is installed."""
    return all(importlib.util.find_spec(library) is not None for library in PURPOSES[purpose][1])


def needs(*purposes: Purpose) -> None:
    """Stop where something cannot be done with what is installed.

    Raises:
        ExtraError: Naming all of it, and every extra that is missing.
    """
    lacking = [purpose for purpose in purposes if not has(purpose)]
    if lacking:
        raise ExtraError(what_to_install(*lacking))


def what_to_install(*purposes: Purpose) -> str:
    """Return one line that says what these need."""
    extras = ",".join(dict.fromkeys(PURPOSES[purpose][0] for purpose in purposes))
    verb = "needs" if purposes == ("PDF",) else "need"
    return (
        f"{' and '.join(purposes)} {verb} more than is installed; in the checkout: pip install "
        f"'.[{extras}]'"
    )
