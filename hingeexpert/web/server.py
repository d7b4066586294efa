"""Listens and serves until it is told to stop.

Owns the socket, uvicorn and the signals; prints nothing itself.
"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Sequence
from typing import Any

import h11
import uvicorn
from starlette.routing import BaseRoute
from uvicorn.protocols.http.h11_impl import H11Protocol

from hingeexpert.web.application import application
from hingeexpert.web.framing import StrictConnection
from hingeexpert.web.refusals import trace
from hingeexpert.web.settings import THIS_MACHINE, Settings


class Connection(H11Protocol):
    """HTTP/1.1, read strictly and with an end to waiting.

    Within twice the seconds of `timeout_keep_alive` a request must be there, as a whole.
    """

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.conn = StrictConnection(h11.SERVER)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Watch no longer."""
        self._watcher.cancel()
        super().connection_lost(exc)

    def _watch(self) -> None:
        self._seen = self.cycle
        self._watcher = self.loop.call_later(self.timeout_keep_alive, self._look)

    def _look(self) -> None:
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self.cycle is self._seen:
            self.transport.close()
        else:
            self._watch()


USUAL_PORT = 8765
PATIENCE = 3
"""Seconds that requests at work get at the end."""


def listen(port: int | None, name: str = THIS_MACHINE) -> socket.socket:
    """Return a socket that listens on one address.

    Args:
        port: The port; for `None` or 0 the usual one, or any free one where that is taken.
        name: Name or address of this machine.

    Raises:
        OSError: The port is taken, or this machine has no such name or address.
    """
    family, *_ = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)[0]
    try:
        listening = socket.create_server((name, port or USUAL_PORT), family=family)
    except OSError:
        if port:
            raise
        listening = socket.create_server((name, 0), family=family)
    # asyncio does this for sockets of its own only. Without it the end of an answer waits until its
    # beginning is confirmed.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def server(settings: Settings, routes: Sequence[BaseRoute]) -> uvicorn.Server:
    """Return a server that is not started.

    It logs nothing: what a library logs of a failure may quote a person's answers.
    """
    lan = settings.lan
    config = uvicorn.Config(
        application(settings, routes),
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=Connection,
        ws="none",
        lifespan="off",
        timeout_keep_alive=settings.limits.idle,
        timeout_graceful_shutdown=PATIENCE,
        ssl_certfile=lan.certificate if lan else None,
        ssl_keyfile=lan.key if lan else None,
    )
    return uvicorn.Server(config)


def run(settings: Settings, listening: socket.socket, routes: Sequence[BaseRoute]) -> None:
    """Serve until Ctrl-C, or until the process is asked to end.

    Args:
        settings: The server.
        listening: A socket from `listen`.
        routes: The pages.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(server(settings, routes), settings, listening))


async def serve(running: uvicorn.Server, settings: Settings, listening: socket.socket) -> None:
    """Serve in the loop that runs; see `run`."""

    def tell(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        settings.tell(trace(error) if error is not None else f"error: {context['message']}")

    asyncio.get_running_loop().set_exception_handler(tell)
    await running.serve(sockets=[listening])
    for connection in list(running.server_state.connections):
        # TLS would wait for the goodbye of the other side, which may never come
        connection.transport.abort()
    await asyncio.sleep(0)
