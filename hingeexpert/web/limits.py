"""How much is taken: requests over time, guesses of a passphrase, and the body of one request.

Who asks is known by the address only.
"""

import asyncio
import contextlib
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.types import Receive, Scope

MOST_ADDRESSES = 1000
"""Addresses that are told apart; the one that was heard of longest ago is forgotten."""
HOUSE = 64
"""Bits of an address of version 6 that one house or device has: all behind them is its own."""
PATIENCE = 8
"""Seconds that somebody waits for a turn to guess, at most."""


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

    def order(self, patience: float) -> float | None:
        """Take one token that may still have to run in, and return in how many seconds it is there;
        `None`, and nothing is taken, where that is longer than somebody waits.
        """
        seconds = 0.0 if not self.empty else (1 - self.level) / self.per_second
        if seconds > patience:
            return None
        self.level -= 1
        return seconds

    def give_back(self) -> None:
        """Put back a token that was not needed."""
        self.level += 1


class Guesses:
    """The tries at a passphrase from one address: soon each has to wait for its turn."""

    def __init__(self, a_minute: int) -> None:
        self.turns = Bucket(a_minute / 60, a_minute)

    async def turn(self) -> bool:
        """Wait for a turn, and return whether there is one that can be waited for."""
        seconds = self.turns.order(PATIENCE)
        if seconds:
            await asyncio.sleep(seconds)
        return seconds is not None

    def right(self) -> None:
        """Say that the guess was right: only wrong ones are counted."""
        self.turns.give_back()


T = TypeVar("T")


class ByAddress(Generic[T]):
    """One thing for each address that asks, so that who asks too much is in nobody's way."""

    def __init__(self, make: Callable[[], T]) -> None:
        self.make = make
        self.known: OrderedDict[str, T] = OrderedDict()

    def of(self, request: HTTPConnection) -> T:
        """Return what the address of a request has."""
        address = house_of(request.client.host if request.client else "")
        if address not in self.known:
            self.known[address] = self.make()
        self.known.move_to_end(address)
        if len(self.known) > MOST_ADDRESSES:
            self.known.popitem(last=False)
        return self.known[address]


def house_of(address: str) -> str:
    """Return what counts as one address: of version 6 the part that its owner cannot choose."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return address
    mapped = known.ipv4_mapped
    return str(mapped or ipaddress.ip_network((int(known), HOUSE), strict=False))


async def read_body(scope: Scope, receive: Receive, most: int, seconds: float) -> bytes:
    """Return the whole body of a request.

    Args:
        scope: The request.
        receive: Where it comes from.
        most: Bytes that it may have.
        seconds: How long it may take.

    Raises:
        HTTPException: 413 when it is too long, 408 when it takes too long.
        ClientDisconnect: Nobody is there any more.
    """
    request, body = Request(scope, receive), bytearray()
    if int(request.headers.get("content-length", "0")) > most:
        raise HTTPException(413)
    try:
        async with _at_most(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
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
