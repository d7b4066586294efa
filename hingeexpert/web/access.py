"""Who is let in: the address that works once, the passphrase of a clinic, the cookie they give, the
token of programs.

Owns every secret of a running server. Compares them in constant time, and keeps, shows and logs
none of those that were tried.
"""

import hmac
import secrets
import unicodedata
from collections import deque
from typing import ClassVar, NoReturn
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert.formats.templates import render
from hingeexpert.web.limits import Bucket, ByAddress, Guesses
from hingeexpert.web.program_refusals import API
from hingeexpert.web.refusals import Refusals
from hingeexpert.web.settings import CDS, Settings

LOGIN = "/login"
MOST_SESSIONS = 200
"""Browsers that are let in at the same time; the one that came first goes first."""
LONGER = 4
"""How many times as long as the secret a text may be to be compared with it."""
A_MINUTE = {"Retry-After": "60"}
"""Header of an answer to too many attempts."""
MOST_LOGIN = 4096
"""Bytes of a filled login page: all that a stranger may send."""


class Access:
    """The door of one server."""

    OPEN_TO_ALL: ClassVar[tuple[str, ...]] = ("/open", "/page.css")

    def __init__(self, settings: Settings, refusals: Refusals) -> None:
        self.settings, self.refusals = settings, refusals
        self.address_used = False
        self.sessions: deque[str] = deque(maxlen=MOST_SESSIONS)
        attempts = settings.limits.attempts
        self.wrong_tokens = Bucket(attempts / 60, attempts)
        self.guesses = ByAddress(lambda: Guesses(attempts))

    def routes(self) -> list[BaseRoute]:
        """Return the pages of the door."""
        routes: list[BaseRoute] = [Route("/open", self.open)]
        if self.settings.lan:
            routes.append(Route(LOGIN, self.login))
            routes.append(Route(LOGIN, self.log_in, methods=["POST"]))
        return routes

    def lets_in(self, request: HTTPConnection) -> bool:
        """Whether a browser was let in before, or a program has the token."""
        path = request.scope["path"]
        if path.startswith(CDS):
            return self._has_cds_token(path)
        for_programs = self._is_for_programs(path)
        return self._has_cookie(request) or (for_programs and self._has_token(request))

    def check(self, request: HTTPConnection) -> None:
        """Let a request in, or not.

        Raises:
            HTTPException: 403, 401 or 429, or the way to the login page.
        """
        path = request.scope["path"]
        if self._is_open_to_all(path) or self.lets_in(request):
            return
        if self._is_for_programs(path):
            self._refuse_program(request)
        if path.startswith(CDS):
            self._refuse_hook()
        if self.settings.lan and request.scope["method"] in ("GET", "HEAD"):
            raise HTTPException(303, headers={"Location": LOGIN})
        raise HTTPException(403, "no_cookie")

    def _is_for_programs(self, path: str) -> bool:
        return path.startswith(API) or self.settings.is_of_fhir(path)

    def _is_open_to_all(self, path: str) -> bool:
        if path in self.OPEN_TO_ALL or path.startswith("/static/"):
            return True
        return self.settings.lan is not None and path == LOGIN

    def _refuse_program(self, request: HTTPConnection) -> NoReturn:
        """Ask a program for the token; one that tries wrong ones has to wait."""
        if "authorization" in request.headers and not self.wrong_tokens.take():
            raise HTTPException(429, headers=A_MINUTE)
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})

    def _has_cookie(self, request: HTTPConnection) -> bool:
        tried = request.cookies.get(self.settings.cookie, "")
        return any(_same(tried, session) for session in self.sessions)

    def _has_token(self, request: HTTPConnection) -> bool:
        kind, _, tried = request.headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and _same(tried.strip(), self.settings.token)

    def _has_cds_token(self, path: str) -> bool:
        """Whether the path has the token of the door for records; their header for tokens is taken
        by one of their own.
        """
        tried, _, _ = path.removeprefix(CDS).partition("/")
        return self.settings.cds is not None and _same(tried, self.settings.cds.token)

    def _refuse_hook(self) -> NoReturn:
        """Refuse a path with a wrong token; who tries several has to wait."""
        if not self.wrong_tokens.take():
            raise HTTPException(429, headers=A_MINUTE)
        raise HTTPException(403)

    async def open(self, request: Request) -> Response:
        """Let in who comes with the address, once.

        A strict cookie is not sent along redirects that begin in another site, so a press on a link
        there ends on a page that goes on.
        """
        if self._has_cookie(request):
            return self._first_page()
        tried = request.query_params.get("token", "")
        is_right = request.method == "GET" and _same(tried, self.settings.token)
        if not is_right and not self.wrong_tokens.take():
            raise HTTPException(429, headers=A_MINUTE)
        if not is_right or self.address_used:
            raise HTTPException(403, "used" if is_right else "no_cookie")
        self.address_used = True
        from_elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
        return self._let_in(self.refusals.page("go_on") if from_elsewhere else self._first_page())

    async def login(self, request: Request) -> Response:
        """Show the page that asks for the passphrase."""
        return self._first_page() if self._has_cookie(request) else self._login_page("", 200)

    async def log_in(self, request: Request) -> Response:
        """Let in who knows the passphrase; who guesses waits, and nobody else."""
        assert self.settings.lan is not None
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        tried = fields.get("passphrase", [""])[0]
        guesses = self.guesses.of(request)
        if not await guesses.turn():
            return self._login_page("too_many", 429)
        if not _same(tried, self.settings.lan.passphrase):
            return self._login_page("wrong", 403)
        guesses.right()
        return self._let_in(self._first_page())

    def _login_page(self, kind: str, status: int) -> Response:
        page = render("web/login.html", {"kind": kind}, self.settings.templates)
        return HTMLResponse(page, status, A_MINUTE if status == 429 else None)

    def _first_page(self) -> Response:
        return RedirectResponse(self.settings.start, 303)

    def _let_in(self, answer: Response) -> Response:
        """Add the cookie of a new session to an answer."""
        session = secrets.token_urlsafe(32)
        self.sessions.append(session)
        answer.set_cookie(
            self.settings.cookie,
            session,
            path="/",
            secure=self.settings.lan is not None,
            httponly=True,
            samesite="strict",
        )
        return answer


def _same(tried: str, secret: str) -> bool:
    """Compare in constant time; a letter with an accent is the same however a keyboard composes it.

    What is far too long is not looked at: to compose it would take the time of a stranger's choice.
    """
    if len(tried) > LONGER * len(secret):
        return False
    return hmac.compare_digest(_composed(tried), _composed(secret))


def _composed(text: str) -> bytes:
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace")
