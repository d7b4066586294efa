"""One connection: closed when nothing whole comes over it for too long. uvicorn itself waits for the first lines without end."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class Connection(H11Protocol):
    """HTTP/1.1, with an end to waiting. Within twice the seconds of `timeout_keep_alive` a request must be there, as a whole."""

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
