"""Overwrites who was deleted, in the background, at a moment when nobody writes.

Owns when that is; how is the record's.
"""

import contextlib
import threading
import time

from hingeexpert.record import Record
from hingeexpert.record.driver import Error

QUIET = 10.0
"""Seconds without an answer after which it begins: one that comes meanwhile interrupts it, but for
the moment in which the pages take their place.
"""
AGAIN = 1.0
"""Seconds until it is tried again."""


class Overwriting:
    """The overwriting of one record; its thread ends when nothing is left to do."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self._lock = threading.Lock()
        self._works = False

    def begin(self) -> None:
        """Overwrite whatever was deleted by now."""
        with self._lock:
            if self._works:
                return
            self._works = True
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        with contextlib.suppress(Error):
            while self._is_needed():
                if self.record.quiet_for() >= QUIET:
                    self.record.overwrite()
                time.sleep(AGAIN)
        self._works = False

    def _is_needed(self) -> bool:
        """Whether somebody is overdue; where nobody is, the next one needs another thread."""
        with self._lock:
            self._works = not self.record.closed and self.record.overdue()
            return self._works
