"""A record behind its lock: who has unlocked it, and its pages while it is open.

Owns the open record of a server. While nobody has unlocked a protected record it is closed, its key
is forgotten, and there are no pages. How somebody unlocks it is `lock_pages.py`.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import BaseRoute, Router
from starlette.types import Message, Receive, Scope, Send

from hingeexpert.errors import InputError
from hingeexpert.knowledge.evaluation import forget_truths
from hingeexpert.record import Record
from hingeexpert.record.key_content import RecordKey
from hingeexpert.record.keys import CHOICE, KEPT_OPEN, protection
from hingeexpert.record.protecting import settle
from hingeexpert.web.door_forms import Stand, leading
from hingeexpert.web.settings import Settings

Beside = Callable[[Record], AbstractContextManager[object]]
PAPER, AGAIN = ".html", "again"
"""How the path of a paper ends that is shown as a page, and what its address has when the page asks
for it by itself.
"""
TELLS = 60
"""Seconds after which a page tells of its presses again, at most."""


@dataclass
class Clock:
    """Tells the seconds from any moment on, also those that the machine sleeps; never backwards.

    Attributes:
        sleeping: The clock on the wall, which may be set back.
        waking: One that runs while the machine is awake.
    """

    sleeping: Callable[[], float] = time.time
    waking: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self.told, self.seen = 0.0, (self.sleeping(), self.waking())

    def __call__(self) -> float:
        """Return what it shows."""
        before, self.seen = self.seen, (self.sleeping(), self.waking())
        self.told += max(now - then for now, then in zip(self.seen, before, strict=True))
        return self.told


class Vault:
    """The record of a server, and the browsers that have unlocked it."""

    def __init__(
        self,
        settings: Settings,
        path: Path,
        pages: Callable[[Record], Sequence[BaseRoute]],
        key: RecordKey | None = None,
        beside: Beside = nullcontext,
    ) -> None:
        """Make one.

        Args:
            settings: The server.
            path: The file of the record.
            pages: Makes the pages over an open record.
            key: Opens a protected one from the start, for the first browser that comes.
            beside: What is done with the record while it is open, beside answering.

        Raises:
            InputError: The record cannot be opened.
        """
        self.settings, self.path, self.pages, self.beside = settings, path, pages, beside
        self.until_closed = ExitStack()
        self.clock = Clock()
        self.record: Record | None = None
        self.router: Router | None = None
        self.unlocked: dict[str, float] = {}
        self.at_work, self.turning = 0, False
        self.greeting, self.timer = False, False
        if said := settle(path):
            settings.tell(said)
        self.is_protected = protection(path) == "protected"
        if key is not None:
            self._open(key)
            self._begin_beside()
            self.greeting = True
        elif protection(path) == "open":
            self._open_if_chosen()

    def _open_if_chosen(self) -> None:
        """Open a record that is to stay open; one of which nothing was chosen is closed again."""
        self._open(None)
        if self.record is not None and self.record.setting(CHOICE) == KEPT_OPEN:
            self._begin_beside()
        else:
            self.close()

    def _begin_beside(self) -> None:
        """Begin what is done beside answering."""
        assert self.record is not None
        self.until_closed.enter_context(self.beside(self.record))

    def _open(self, key: RecordKey | None) -> None:
        """Open the record, and make its pages."""
        record = Record(self.path, key)
        self.until_closed.callback(record.close)
        self.record, self.is_protected = record, key is not None
        self.router = Router(self.pages(record), redirect_slashes=False)

    def close(self) -> None:
        """Close the record; its key and what was read of it are forgotten."""
        self.record, self.router, self.greeting = None, None, False
        self.unlocked.clear()
        forget_truths()
        self.until_closed.close()

    def at_hand(self) -> Record | None:
        """Return the record while it is open, unless it is just being made a protected one."""
        return None if self.turning else self.record

    def session_of(self, request: Request) -> str:
        """Return which browser asks; it has been let in."""
        return request.cookies.get(self.settings.cookie, "")

    def stand(self, request: Request) -> Stand:
        """Return how the record stands for the browser that asks."""
        if not self.is_protected:
            return "to choose" if self.record is None else "open"
        self._sweep()
        if self.greeting:
            self.greeting = False
            self._let_in(self.session_of(request))
        return "open" if self.session_of(request) in self.unlocked else "locked"

    def pressed(self, request: Request) -> None:
        """Count a press of a browser that has unlocked the record."""
        session = self.session_of(request)
        if session in self.unlocked:
            self.unlocked[session] = self.clock()
            self._look_later()

    def unlock(self, request: Request, key: RecordKey) -> None:
        """Open the record for the browser that asks."""
        if self.record is None:
            self._open(key)
            self._begin_beside()
        self._let_in(self.session_of(request))

    def _let_in(self, session: str) -> None:
        """Show the record to a browser from now on."""
        assert self.record is not None
        self.record.note("unlock")
        self.unlocked[session] = self.clock()
        self._look_later()

    def lock(self, request: Request) -> None:
        """Lock the record for the browser that asks; it is closed where that was the last one."""
        self.unlocked.pop(self.session_of(request), None)
        self._sweep()

    def keep_open(self) -> None:
        """Open a record of which was chosen that it stays open."""
        if protection(self.path) == "protected":
            raise InputError.about(self.path, "this record is protected")
        self._open(None)
        assert self.record is not None
        self.record.choose(CHOICE, KEPT_OPEN)
        self._begin_beside()

    def most_idle(self) -> float:
        """Return how many seconds after the last press that was heard of the record is locked here:
        a page locks itself, and tells of presses now and then only.
        """
        after = self.settings.lock_after
        return after + 2 * min(TELLS, after / 10)

    def _sweep(self) -> None:
        """Lock the record for browsers in which nothing was pressed for long, and close it where
        none is left.
        """
        if not (self.is_protected and self.record is not None):
            return
        if self.settings.lock_after:
            oldest = self.clock() - self.most_idle()
            for session, last in list(self.unlocked.items()):
                if last < oldest:
                    del self.unlocked[session]
        if not (self.unlocked or self.at_work or self.greeting):
            self.close()

    def _look_later(self) -> None:
        """Look again when the record is to be locked, where there is a loop that can wait."""
        if self.timer or not (self.settings.lock_after and self.unlocked):
            return
        wait = min(self.unlocked.values()) + self.most_idle() - self.clock()
        with suppress(RuntimeError):
            asyncio.get_running_loop().call_later(max(wait, 0) + 1, self._look)
            self.timer = True

    def _look(self) -> None:
        """Lock the record where it is time, and look again."""
        self.timer = False
        self._sweep()
        self._look_later()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page of the record, or lead to where it is unlocked."""
        request = Request(scope)
        if self.turning:
            raise HTTPException(503, headers={"Retry-After": "2"})
        stand = self.stand(request)
        if stand != "open":
            raise leading(request, stand)
        if AGAIN not in request.query_params:
            self.pressed(request)
        assert self.router is not None
        self.at_work += 1
        try:
            await self.router(scope, receive, self._fading(request, send))
        finally:
            self.at_work -= 1
            self._sweep()

    def _fading(self, request: Request, send: Send) -> Send:
        """Have a paper that is shown as a page asked for again after a while, as it has no script
        with which to lock itself; that counts as no press.
        """
        after, path = self.settings.lock_after, request.url.path
        if not (self.is_protected and after and path.endswith(PAPER)):
            return send
        query = request.url.include_query_params(**{AGAIN: "yes"}).query

        async def faded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers["Refresh"] = f"{max(1, round(after))}; url={path}?{query}"
            await send(message)

        return faded
