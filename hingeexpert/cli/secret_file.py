"""Files that hold a secret: read only where nobody else can read them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

OF_OTHERS = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH


def secret_slips(path: Path) -> Iterator[str]:
    """Yield why a file is not kept well enough to hold a secret.

    Only where the system has such rights for files; on Windows they come from the folder.

    Raises:
        OSError: The file cannot be looked at.
    """
    if os.name != "posix":
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & OF_OTHERS:
        yield (
            f"{path} can be read or written by others on this machine (mode {mode:04o}); make it "
            f"yours alone: chmod 600 {path}"
        )
