"""Drives the pages inside a browser: one request at a time, without a loop, a thread or a socket.

Owns the way of a request to the pages and of the answer back. What is asked of the device on the
way is `device.py`.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from starlette.types import ASGIApp, Message

from hingeexpert.app.device import Wish


@dataclass
class PageAnswer:
    """What was answered.

    Attributes:
        headers: By name, in small letters; of several with one name the last.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Turn:
    """A request on its way: step by step, each ends with a wish, or with the answer."""

    def __init__(
        self,
        app: ASGIApp,
        method: str,
        address: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        """Make one.

        Args:
            app: The pages.
            method: Such as `GET`.
            address: Path and query.
            headers: By name, in small letters.
            body: What is sent.
        """
        path, _, query = address.partition("?")
        self.answer = PageAnswer()
        self._body = body
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "scheme": "http",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": None,
            "server": None,
        }
        self._way = cast(Coroutine[Wish, Any, None], app(scope, self._receive, self._send))

    def step(self, came: Any = None) -> Wish | PageAnswer:
        """Go on with what came of the last wish, to the next one or to the end."""
        return self._gone_on(lambda: self._way.send(came))

    def fail(self, error: Exception) -> Wish | PageAnswer:
        """Go on where the device could not do what was wished for."""
        return self._gone_on(lambda: self._way.throw(error))

    def _gone_on(self, go: Callable[[], Wish]) -> Wish | PageAnswer:
        try:
            return go()
        except StopIteration:
            return self.answer
        except Exception:
            # The pages answer a failure, and raise it once more for a server to log.
            if not self.answer.status:
                raise
            return self.answer

    async def _receive(self) -> Message:
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.answer.status = message["status"]
            self.answer.headers = _texts(message["headers"])
        else:
            self.answer.body += message.get("body", b"")


def _texts(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
