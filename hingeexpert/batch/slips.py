"""Why a cell or a column of somebody's table is refused."""

from typing import NamedTuple


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
