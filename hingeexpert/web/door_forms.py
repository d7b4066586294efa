"""What the pages before a record have in common, on a server and in a browser without one: their
forms, what is wrong with what was typed, and where to go on.

Owns their words. Whether a record is open, and who may open it, is not known here.
"""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from hingeexpert.errors import InputError
from hingeexpert.formats.templates import render
from hingeexpert.intake.heads import today
from hingeexpert.record.passphrases import chosen, drawn_passphrase, same
from hingeexpert.record.recovery_sheet import in_groups
from hingeexpert.web.device_facts import DeviceFacts
from hingeexpert.web.settings import PATH, READING
from hingeexpert.web.site import Fields, fields_of

PROTECT, UNLOCK, RECOVER, FORGET = "/protect", "/unlock", "/recover", "/forget"
Stand = Literal["to choose", "locked", "unusable", "open"]
"""How a record stands for whoever asks."""
ONE_WAY: Mapping[Stand, str] = {"to choose": PROTECT, "unusable": FORGET}
"""Where all leads, as long as a record stands so."""
Filled = Callable[[Request, Fields], Awaitable[Response]]


class DoorForms:
    """The forms before one record."""

    def __init__(
        self, record: str, templates: Path | None, device: DeviceFacts | None = None
    ) -> None:
        """Make them.

        Args:
            record: What the record is called.
            templates: Folder whose files replace shipped templates of the same name.
            device: The browser that keeps the record; `None` on a server.
        """
        self.record, self.templates, self.device = record, templates, device

    def page(self, name: str, status: int = 200, **context: Any) -> Response:
        """Return a page, from the template of this name."""
        context = {"slip": "", "record": self.record, "device": self.device, **context}
        return HTMLResponse(render(f"web/{name}.html", context, self.templates), status)

    def protect_page(
        self, first: bool, slip: str = "", own: bool = False, noted: str = ""
    ) -> Response:
        """Ask for a passphrase, with four drawn words.

        Args:
            first: Whether the record may stay open instead.
            slip: What is wrong with what was sent.
            own: Whether somebody chose one without the words.
            noted: Words that were drawn, and noted, before.
        """
        drawn = noted or drawn_passphrase()
        status = 422 if slip else 200
        return self.page("protect", status, slip=slip, drawn=drawn, first=first, own=own)

    def recovery_page(self, recovery: str) -> Response:
        """Show a recovery key, this once."""
        return self.page("recovery", lines=in_groups(recovery), date=today())


def filled(handler: Filled) -> Callable[[Request], Awaitable[Response]]:
    """Return a handler that reads the fields of a form."""

    async def answered(request: Request) -> Response:
        return await handler(request, fields_of(await request.body()))

    return answered


def new_slip(fields: Fields) -> str:
    """Return what is wrong with a new passphrase, or nothing."""
    passphrase = fields.get("passphrase", "")
    if not same(passphrase, fields.get("again", "")):
        return "The two are not the same. Type the passphrase twice."
    try:
        chosen(passphrase)
    except InputError as error:
        return told(error)
    return ""


def told(error: InputError) -> str:
    """Return in words what is to be mended."""
    text = "; ".join(problem.message for problem in error.problems) or str(error)
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def own_place(text: str) -> str:
    """Return a place of these pages to go on at: the first page, where a text names no other."""
    parts = urlsplit(text)
    is_own = not (parts.scheme or parts.netloc) and PATH.fullmatch(parts.path)
    if not is_own or not text.startswith("/"):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query.replace("=", "").isalnum() else "")


def leading(request: Request, stand: Stand) -> HTTPException:
    """Return the way to the page on which to go on; a press cannot be led there."""
    if request.method not in READING or "hx-request" in request.headers:
        return HTTPException(423)
    if stand in ONE_WAY:
        return HTTPException(303, headers={"Location": ONE_WAY[stand]})
    place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return HTTPException(303, headers={"Location": f"{UNLOCK}?{urlencode({'to': place})}"})
