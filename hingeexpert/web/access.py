"""Who is let in: the address that works once, the passphrase of a clinic, the cookie they give, the
token of programs.

Owns every secret of a running server. Compares them in constant time, and keeps, shows and logs
none of those that were tried.
"""

import hmac
import secrets
import unicodedata
from collections import deque
from typing import ClassVar
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert.formats.templates import render
from hingeexpert.web.limits import Bucket
from hingeexpert.web.refusals import API, Answers
from hingeexpert.web.settings import Settings

LOGIN = "/login"
MOST_SESSIONS = 200
"""Browsers that are let in at the same time; the one that came first goes first."""
LONGER = 4
"""How many times as long as the secret a text may be to be compared with it."""
MOST_LOGIN = 4096
"""Bytes of a filled login page."""


class Access:
    """The door of one server."""

    OPEN_TO_ALL: ClassVar[tuple[str, ...]] = ("/open", "/page.css")

    def __init__(self, settings: Settings, answers: Answers) -> None:
        self.settings, self.answers = settings, answers
        self.used = False
        self.sessions: deque[str] = deque(maxlen=MOST_SESSIONS)
        attempts = settings.limits.attempts
        self.wrong_tokens, self.wrong_passphrases = (
            Bucket(attempts / 60, attempts),
            Bucket(attempts / 60, attempts),
        )

    def routes(self) -> list[BaseRoute]:
        """Return the pages of the door."""
        login = (
            [Route(LOGIN, self.login), Route(LOGIN, self.log_in, methods=["POST"])]
            if self.settings.lan
            else []
        )
        return [Route("/open", self.open), *login]

    def knows(self, request: HTTPConnection) -> bool:
        """Whether a browser was let in before, or a program has the token."""
        return self._has_cookie(request) or (
            request.scope["path"].startswith(API) and self._has_token(request)
        )

    def check(self, request: HTTPConnection) -> None:
        """Let a request in, or not.

        Raises:
            HTTPException: 403, 401 or 429, or the way to the login page.
        """
        path = request.scope["path"]
        open_to_all = (
            path in self.OPEN_TO_ALL
            or path.startswith("/static/")
            or (self.settings.lan and path == LOGIN)
        )
        if open_to_all or self.knows(request):
            return
        if path.startswith(API):
            if "authorization" in request.headers and not self.wrong_tokens.take():
                raise HTTPException(429, headers={"Retry-After": "60"})
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        if self.settings.lan and request.scope["method"] in ("GET", "HEAD"):
            raise HTTPException(303, headers={"Location": LOGIN})
        raise HTTPException(403, "no_cookie")

    def _has_cookie(self, request: HTTPConnection) -> bool:
        given = request.cookies.get(self.settings.cookie, "")
        return any(_same(given, session) for session in self.sessions)

    def _has_token(self, request: HTTPConnection) -> bool:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and _same(given.strip(), self.settings.token)

    async def open(self, request: Request) -> Response:
        """Let in who comes with the address, once.

        A strict cookie is not sent along redirects that begin in another site, so a press on a link
        there ends on a page that goes on.
        """
        if self._has_cookie(request):
            return self._begin()
        right = request.method == "GET" and _same(
            request.query_params.get("token", ""), self.settings.token
        )
        if not right and not self.wrong_tokens.take():
            raise HTTPException(429, headers={"Retry-After": "60"})
        if not right or self.used:
            raise HTTPException(403, "used" if right else "no_cookie")
        self.used = True
        elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
        return self._let_in(self.answers.page("go_on") if elsewhere else self._begin())

    async def login(self, request: Request) -> Response:
        """Show the page that asks for the passphrase."""
        return self._begin() if self._has_cookie(request) else self._login_page("", 200)

    async def log_in(self, request: Request) -> Response:
        """Let in who knows the passphrase."""
        assert self.settings.lan is not None
        body = await request.body()
        if len(body) > MOST_LOGIN:
            raise HTTPException(413)
        given = parse_qs(body.decode("utf-8", "replace")).get("passphrase", [""])[0]
        if self.wrong_passphrases.empty:
            return self._login_page("too_many", 429)
        if _same(given, self.settings.lan.passphrase):
            return self._let_in(self._begin())
        self.wrong_passphrases.take()
        return self._login_page("wrong", 403)

    def _login_page(self, kind: str, status: int) -> Response:
        page = render("web/login.html", {"kind": kind}, self.settings.templates)
        return HTMLResponse(page, status, {"Retry-After": "60"} if status == 429 else None)

    def _begin(self) -> Response:
        return RedirectResponse(self.settings.start, 303)

    def _let_in(self, answer: Response) -> Response:
        """Add the cookie of a new session to an answer."""
        self.sessions.append(secrets.token_urlsafe(32))
        secure = self.settings.lan is not None
        answer.set_cookie(
            self.settings.cookie,
            self.sessions[-1],
            path="/",
            secure=secure,
            httponly=True,
            samesite="strict",
        )
        return answer


def _same(given: str, secret: str) -> bool:
    """Compare in constant time; a letter with an accent is the same however a keyboard composes it.

    What is far too long is not looked at: to compose it would take the time of a stranger's choice.
    """
    if len(given) > LONGER * len(secret):
        return False
    sides = (
        unicodedata.normalize("NFC", text).encode("utf-8", "replace") for text in (given, secret)
    )
    return hmac.compare_digest(*sides)
