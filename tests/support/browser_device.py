"""A Chromium with a profile of its own, closed and opened again, whose processes are looked at: as
quick as this machine, or at half a core.
"""

import os
import shlex
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import chromium
import psutil
from playwright.sync_api import BrowserContext, Error, Page, Playwright, ViewportSize

TABLET = ViewportSize(width=820, height=1180)
TURN = 0.005
"""Seconds that all processes run, and then stand still, at half a core."""
NEW = 0.5
"""Seconds between two looks at which processes there are."""


@dataclass(frozen=True)
class Memory:
    """Bytes that processes use; what several share is shared between them (PSS)."""

    renderer: int
    everything: int


class BrowserDevice:
    """A browser that can be closed and opened, with what it keeps."""

    def __init__(self, playwright: Playwright, profile: Path, url: str, slow: bool) -> None:
        """Make one that is closed.

        Args:
            playwright: Opens it.
            profile: Folder of what it keeps.
            url: Where the app lies.
            slow: Whether it runs at half a core.
        """
        self.playwright, self.profile, self.url, self.slow = playwright, profile, url, slow
        self._context: BrowserContext | None = None
        self._slowing: _HalfCore | None = None

    def open(self) -> Page:
        """Open it, and return its one page."""
        self._context = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=self._executable(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            viewport=TABLET,
        )
        if self.slow:
            self._slowing = _HalfCore(self.first())
            self._slowing.start()
        page: Page = self._context.pages[0]
        return page

    def close(self) -> None:
        """Close it, if it is open."""
        if self._slowing is not None:
            self._slowing.end()
            self._slowing = None
        if self._context is not None:
            self._context.close()
            self._context = None

    def kill(self) -> None:
        """End all its processes at once, as when the power goes."""
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        with suppress(Error):
            self.close()
        self._context = None

    def _executable(self) -> str:
        """Return what starts the browser, at half a core on one processor alone."""
        found = chromium.found()
        assert found, chromium.MISSING
        if not self.slow:
            return found
        script = self.profile / "on-one-processor"
        core = max(os.sched_getaffinity(0))
        script.write_text(f'#!/bin/sh\nexec taskset -c {core} {shlex.quote(found)} "$@"\n')
        script.chmod(0o700)
        return str(script)

    def first(self) -> psutil.Process:
        """Return the process that all others come from."""
        mine = f"--user-data-dir={self.profile}"
        below = psutil.Process().children(recursive=True)
        return next(process for process in below if _has(process, mine))

    def _processes(self) -> list[psutil.Process]:
        first = self.first()
        return [first, *first.children(recursive=True)]

    def processor_time(self) -> float:
        """Return the seconds that its processes have worked."""
        seconds = 0.0
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                seconds += times.user + times.system
        return seconds

    def memory(self) -> Memory:
        """Return what it uses; its renderer is the largest one."""
        every, renderers = 0, [0]
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                used = process.memory_full_info().pss
                every += used
                if _has(process, "--type=renderer"):
                    renderers.append(used)
        return Memory(max(renderers), every)


def _has(process: psutil.Process, argument: str) -> bool:
    """Whether a process was started with an argument."""
    with suppress(psutil.NoSuchProcess):
        return argument in process.cmdline()
    return False


class _HalfCore(threading.Thread):
    """Lets a browser run half of the time."""

    def __init__(self, first: psutil.Process) -> None:
        super().__init__()
        self.first, self._ended = first, threading.Event()

    def run(self) -> None:
        looked, processes = 0.0, [self.first]
        while not self._ended.wait(TURN):
            if time.monotonic() - looked > NEW:
                processes = [self.first, *self.first.children(recursive=True)]
                looked = time.monotonic()
            _tell(processes, signal.SIGSTOP)
            time.sleep(TURN)
            _tell(processes, signal.SIGCONT)

    def end(self) -> None:
        """Let it run all the time again."""
        self._ended.set()
        self.join()


def _tell(processes: list[psutil.Process], what: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(what)
