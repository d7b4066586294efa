"""Why a cell or a column of somebody's table is refused."""

from typing import NamedTuple

import polars as pl


class Slip(NamedTuple):
    """Why a cell is refused.

    Attributes:
        code: One of `defects.CODES`.
        message: What was found and what is allowed.
        allowed: What is allowed, where that can be said.
        nearest: The allowed value nearest to what stands there, if one is near.
    """

    code: str
    message: str
    allowed: str = ""
    nearest: str = ""


class Refused(NamedTuple):
    """A cell that was refused: position of its row in the chunk, identifier, text, and why."""

    place: int
    name: str
    value: str
    slip: Slip


class RejectedCells(NamedTuple):
    """Rejected rows as far as they could be read.

    Attributes:
        rows: Free columns, answers and shorthands; a cell that is no answer is null.
        refused: Every cell that was refused; the places are those in `rows`.
    """

    rows: pl.DataFrame
    refused: list[Refused]

    def beside(self, others: "RejectedCells") -> "RejectedCells":
        """Return these and other rows behind them."""
        count = self.rows.height
        moved = [cell._replace(place=cell.place + count) for cell in others.refused]
        rows = pl.concat([self.rows, others.rows], how="diagonal")
        return RejectedCells(rows, [*self.refused, *moved])
