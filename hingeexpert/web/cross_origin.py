"""Which pages of other sites may ask for cards, and what their browsers are told (CORS)."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response

from hingeexpert.web.settings import CDS, Settings

ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "600",
}
"""What a browser is told that asks before it sends something. A cookie is never allowed."""


class CrossOrigin:
    """The origins that were named at the start, for the cards alone."""

    def __init__(self, settings: Settings) -> None:
        self.has_door = settings.cds is not None
        self.origins: Sequence[str] = settings.cds.origins if settings.cds else ()

    def decides(self, request: HTTPConnection) -> bool:
        """Whether a page asks for cards; no page of this server does."""
        return self._at_door(request) and "origin" in request.headers

    def admits(self, request: HTTPConnection) -> bool:
        """Whether a request for cards comes from a page of one of them, letter for letter."""
        given = request.headers.getlist("origin")
        return self._at_door(request) and len(given) == 1 and given[0] in self.origins

    def _at_door(self, request: HTTPConnection) -> bool:
        return self.has_door and request.scope["path"].startswith(CDS)

    def asks_before(self, request: HTTPConnection) -> bool:
        """Whether a browser asks if such a page may send something. It has no secret to show."""
        is_preflight = request.scope["method"] == "OPTIONS"
        return (
            is_preflight
            and "access-control-request-method" in request.headers
            and self.admits(request)
        )

    def permission(self) -> Response:
        """Return the answer to that; what every answer has is added by `dress`."""
        return Response(status_code=204, headers=ALLOWED)

    def dress(self, headers: MutableHeaders, request: HTTPConnection) -> None:
        """Let such a page read the answer."""
        if self._at_door(request):
            headers.add_vary_header("Origin")
        if self.admits(request):
            headers["Access-Control-Allow-Origin"] = request.headers["origin"]
