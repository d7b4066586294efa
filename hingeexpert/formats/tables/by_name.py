"""The one way in which Polars opens a file that stays where it is: by its name.

Left to itself it takes `[ ] * ?` for patterns, `~` for a home, and `s3:x` for the address of
something on the net.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from hingeexpert.errors import InputError


def exact(path: Path) -> str:
    """Return a path from the root, where neither `~` nor an address begins it.

    Raises:
        InputError: The name is no text, and Polars knows no other.
    """
    whole = str(path.absolute())
    try:
        whole.encode()
    except UnicodeEncodeError:
        message = "its name is not UTF-8, so that no table can lie there; rename it"
        raise InputError.about(path, message) from None
    return whole


def scan_parquet(path: Path) -> pl.LazyFrame:
    """Return a Parquet file as a table that is not read yet."""
    return pl.scan_parquet(exact(path), glob=False)


def scan_parts(paths: Iterable[Path], **more: Any) -> pl.LazyFrame:
    """Return Arrow files, one behind the other, as a table that is not read yet."""
    return pl.scan_ipc([exact(path) for path in paths], glob=False, **more)
