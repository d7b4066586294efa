"""How much is taken: requests over time, and the body of one request.

Who asks is not known here.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Receive, Scope

from hingeexpert.web.settings import ServerLimits


class Bucket:
    """Tokens that run in at a steady rate, up to a fill, and are taken out one by one."""

    def __init__(
        self, per_second: float, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Make a full one.

        Args:
            per_second: Tokens that run in each second.
            most: Tokens that it holds.
            clock: Seconds from any moment on, never backwards.
        """
        self.per_second, self.most, self.clock = per_second, most, clock
        self.level, self.filled = float(most), clock()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to take."""
        now = self.clock()
        self.level = min(self.most, self.level + (now - self.filled) * self.per_second)
        self.filled = now
        return self.level < 1

    def take(self) -> bool:
        """Take one token, and return whether there was one."""
        taken = not self.empty
        self.level -= taken
        return taken


async def read_body(scope: Scope, receive: Receive, limits: ServerLimits) -> bytes:
    """Return the whole body of a request.

    Raises:
        HTTPException: 413 when it is too long, 408 when it takes too long.
        ClientDisconnect: Nobody is there any more.
    """
    request, body = Request(scope, receive), bytearray()
    if int(request.headers.get("content-length", "0")) > limits.bytes:
        raise HTTPException(413)
    try:
        async with _at_most(limits.seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limits.bytes:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408, headers={"Connection": "close"}) from None
    return bytes(body)


def _at_most(seconds: float) -> contextlib.AbstractAsyncContextManager[object]:
    """Return what ends the waiting. Without a loop nobody waits: all of a body is there."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return contextlib.nullcontext()
    return asyncio.timeout(seconds)
