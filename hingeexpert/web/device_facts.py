"""What the pages tell of the browser that keeps the record, where no server does.

It holds values and does nothing.
"""

from dataclasses import dataclass
from typing import Literal

AppKind = Literal["folder", "file"]
"""How the pages came into the browser: from a folder on a host, or as one file from a disk."""
Keeping = Literal["open", "sealed", "held"]
"""How a record is kept: as it is; under a key; not at all, in memory only."""


@dataclass
class DeviceFacts:
    """A browser, and how it keeps the record.

    Attributes:
        version: Hash of all files of the app, 64 hexadecimal digits.
        has_example: Whether there is an example to show.
        lasting: Whether the browser has promised to keep what is stored; `None` where it does not
            say.
    """

    kind: AppKind
    version: str
    keeping: Keeping = "open"
    has_example: bool = False
    lasting: bool | None = None
