"""Files whose bytes must not stay: overwritten, then deleted.

What a drive keeps of them by itself is not in anybody's hand: see `docs/record.md`.
"""

import contextlib
import os
from pathlib import Path

ZEROS = bytes(1 << 20)


def overwrite(path: Path) -> None:
    """Write zeros over all of a file, down to the disk. Nothing happens where there is none."""
    if not path.is_file():
        return
    # Two may do it at once: the other one has finished where it is gone.
    with contextlib.suppress(FileNotFoundError), path.open("r+b") as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(ZEROS[:left])
        file.flush()
        os.fsync(file.fileno())


def delete_overwritten(path: Path) -> None:
    """Overwrite a file and delete it."""
    overwrite(path)
    path.unlink(missing_ok=True)
