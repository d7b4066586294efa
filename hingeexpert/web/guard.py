"""Stands before every request: names, origins, limits, access; and after every answer: its headers,
and no word of a failure.

Pure ASGI. Knows no page and no route beyond what needs no cookie.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hingeexpert.web.access import MOST_LOGIN, Access
from hingeexpert.web.cross_origin import CrossOrigin
from hingeexpert.web.limits import Bucket, ByAddress, read_body
from hingeexpert.web.refusals import Refusals
from hingeexpert.web.settings import PATH, READING, Settings

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src "
    "'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
MOST_PATH = 500


class _Crowd:
    """Requests of the strangers at one address, or of all who are let in: how many are at work, and
    how many more may come.
    """

    def __init__(self, settings: Settings) -> None:
        self.most = settings.limits.at_once
        self.at_work = 0
        self.bucket = Bucket(settings.limits.rate, settings.limits.burst)

    def admit(self) -> None:
        """Let one more request in, which is counted already; `HTTPException` when there are too
        many.
        """
        if not self.bucket.take():
            raise HTTPException(429, headers={"Retry-After": "1"})
        if self.at_work > self.most:
            raise HTTPException(503, headers={"Retry-After": "1"})


class Guard:
    """The outermost layer of the server."""

    def __init__(
        self, app: ASGIApp, settings: Settings, access: Access, refusals: Refusals
    ) -> None:
        self.app, self.settings, self.access, self.refusals = app, settings, access, refusals
        # Counted apart, so that strangers who crowd the door keep nobody out.
        self.strangers = ByAddress(lambda: _Crowd(settings))
        self.guests = _Crowd(settings)
        self.cross_origin = CrossOrigin(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = False

        async def dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(raw=message["headers"])
                _dress(headers, scope["path"])
                self.cross_origin.dress(headers, HTTPConnection(scope))
            await send(message)

        try:
            await self._guarded(scope, receive, dressed)
        except ClientDisconnect:
            return
        except Exception as error:
            # What was begun cannot be answered anew: the connection just ends.
            if not started:
                failure = await self.refusals.failed(Request(scope), error)
                await failure(scope, receive, dressed)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HTTPConnection(scope)
        limits, is_guest = self.settings.limits, self.access.lets_in(request)
        crowd = self.guests if is_guest else self.strangers.of(request)
        most = limits.bytes if is_guest else min(limits.bytes, MOST_LOGIN)
        crowd.at_work += 1
        try:
            crowd.admit()
            self._check(request)
            if self.cross_origin.asks_before(request):
                await self.cross_origin.permission()(scope, receive, send)
                return
            body = await read_body(scope, receive, most, limits.seconds)
        except HTTPException as error:
            refusal = await self.refusals.refused(Request(scope), error)
            await refusal(scope, receive, send)
        else:
            await self.app(scope, _replayed(body, receive), send)
        finally:
            crowd.at_work -= 1

    def _check(self, request: HTTPConnection) -> None:
        path = request.scope["path"]
        if len(path) > MOST_PATH or not PATH.fullmatch(path):
            raise HTTPException(404)
        if request.headers.getlist("host") not in [[host] for host in self.settings.hosts]:
            raise HTTPException(400, "name")
        if not self._may_ask(request):
            raise HTTPException(403, "elsewhere")
        if not self.cross_origin.asks_before(request):
            self.access.check(request)

    def _may_ask(self, request: HTTPConnection) -> bool:
        """Whether no page sent this that has no business here."""
        if self.cross_origin.decides(request):
            return self.cross_origin.admits(request)
        return self._comes_from_here(request.headers, request.scope["method"])

    def _comes_from_here(self, headers: Headers, method: str) -> bool:
        """Whether no page of another site sent this.

        A program that is no browser says nothing of the kind, and needs the token.
        """
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        from_here = site in (None, "same-origin", "none")
        if method in READING:
            # A link in another page may be followed; what it leads to is checked like any request.
            return from_here or _is_followed_link(headers)
        if origin is None:
            return from_here
        # Without a referrer browsers send "null" as the origin of a plain form, also of our own.
        own = f"{self.settings.scheme}://{headers['host']}"
        return from_here and (origin == own or (origin == "null" and site == "same-origin"))


def _is_followed_link(headers: Headers) -> bool:
    """Whether a browser opens a page, and loads no part of another one."""
    mode, destination = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    return mode == "navigate" and destination == "document"


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read before, and then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def _dress(headers: MutableHeaders, path: str) -> None:
    """Add the headers that every answer has."""
    headers.update(HEADERS)
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("Cache-Control", "no-cache" if path.startswith("/static/") else "no-store")
