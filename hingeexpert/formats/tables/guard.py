"""The guard around libraries that read damaged files: whatever they raise, panics among it, is one
reason why the file cannot be read.

What can abort the whole process is not for this guard: it reads in a process of its own, see
`apart.py`, or only what was looked at before.
"""

import errno
import os
import sys
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import fastexcel
import polars as pl
from defusedxml import DefusedXmlException, ElementTree

from hingeexpert.formats.tables.refused import UnreadableError

_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, MemoryError, RecursionError),
    *(ElementTree.ParseError, DefusedXmlException, LookupError, ValueError, OverflowError),
    *(fastexcel.FastExcelError, pl.exceptions.PolarsError),
)
"""What is raised over a file that is not what it says."""
_OF_NO_DISK = (None, errno.EINVAL)
"""Numbers of an `OSError` that is about what stands in a file: a checksum, a place before it."""
_PANIC = pl.exceptions.PanicException.__name__
"""What a library written in Rust raises where it gives up; each has one of its own."""
_STANDARD_ERROR = 2
_one_at_a_time = threading.Lock()


@contextmanager
def guarded(more: str) -> Iterator[None]:
    """Turn what a library raises over a damaged file into the reason that is told.

    Args:
        more: What to do, or what was found.

    Raises:
        UnreadableError: Whatever was raised.
    """
    try:
        with _without_panics_told():
            yield
    except _BROKEN:
        raise UnreadableError(more) from None
    except OSError as error:
        if error.errno not in _OF_NO_DISK:
            raise
        raise UnreadableError(more) from None
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise UnreadableError(more) from None


@contextmanager
def _without_panics_told() -> Iterator[None]:
    """Hold back what is written to standard error: a panic tells itself there before anybody can
    catch it. Everything else is written there afterwards.
    """
    if not _one_at_a_time.acquire(blocking=False):
        yield
        return
    try:
        with tempfile.TemporaryFile() as held:
            kept = os.dup(_STANDARD_ERROR)
            try:
                os.dup2(held.fileno(), _STANDARD_ERROR)
                yield
            except BaseException as error:
                if type(error).__name__ == _PANIC:
                    held.truncate(0)
                raise
            finally:
                if sys.stderr is not None:
                    sys.stderr.flush()
                os.dup2(kept, _STANDARD_ERROR)
                os.close(kept)
                held.seek(0)
                os.write(_STANDARD_ERROR, held.read())
    finally:
        _one_at_a_time.release()
