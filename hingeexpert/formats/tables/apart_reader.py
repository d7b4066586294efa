"""The process of `apart.py`: it opens a workbook, says the names of its sheets, and writes the
cells of each that it is asked for into a file. A line of JSON is one question or one answer.

It imports nothing of ours: a start waits for it.
"""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

_ROOM, _ROOM_TIMES = 400 << 20, 80
"""Bytes of memory that a workbook may take, and how many times its size on top."""
_SECONDS, _SECONDS_OF_A_MB = 10, 5
"""Time of a processor that it may take, and for each megabyte on top."""


def main() -> None:
    """Open a workbook, and read sheets until nobody asks any more."""
    paths, path, folder = sys.argv[1:]
    sys.path[:] = json.loads(paths)
    import fastexcel
    import polars  # noqa: F401 - the limits count from what it takes

    _limit(Path(path).stat().st_size)
    try:
        book = fastexcel.read_excel(path)
        _say({"answer": book.sheet_names})
        for number, line in enumerate(sys.stdin):
            _say({"answer": _written(book, json.loads(line), Path(folder, f"{number}.ipc"))})
    except fastexcel.FastExcelError as error:
        _say({"locked": "password" in str(error).lower()})


def _limit(size: int) -> None:
    """Set how much memory and time this process may take, where the system can say."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        seconds = _SECONDS + _SECONDS_OF_A_MB * (size >> 20)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        held = Path("/proc/self/status").read_text(encoding="ascii").split("VmData:")[1].split()[0]
        room = int(held) * 1024 + _ROOM + _ROOM_TIMES * size
        resource.setrlimit(resource.RLIMIT_DATA, (room, room))


def _written(book: Any, sheet: str, to: Path) -> str:
    """Write the cells of a sheet as text."""
    cells = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    cells.write_ipc(to)
    return str(to)


def _say(word: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(word)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
