"""Python as a browser has it: no thread can be started, and no loop runs."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import anyio.to_thread
import pytest


@contextmanager
def without_loop() -> Iterator[None]:
    """Be without threads and a loop until the block ends."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a thread was asked for")

    # A browser test before this one in the same process leaves its own loop running.
    running = asyncio._get_running_loop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        patch.setattr(anyio.to_thread, "run_sync", refused)
        asyncio._set_running_loop(None)
        try:
            yield
        finally:
            asyncio._set_running_loop(running)
