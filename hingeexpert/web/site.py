"""What all pages share: the visits, the pieces that browsers were sent, how a page is made,
how a press is read.
"""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hingeexpert.formats.extras import has
from hingeexpert.formats.templates import render
from hingeexpert.intake import Intake
from hingeexpert.web.pieces import Pieces
from hingeexpert.web.sent import Sent

Fields = Mapping[str, str]
"""The fields of a form, as a browser sends them."""
MOST_FIELDS = 100


class Site:
    """The pages of one record."""

    def __init__(self, intake: Intake, templates: Path | None) -> None:
        self.intake, self.templates = intake, templates
        self.knowledge, self.record = intake.knowledge, intake.record
        self.pieces = Pieces(intake, templates)
        self.sent = Sent()
        self.pdf = has("PDF")

    def page(self, name: str, /, **context: Any) -> HTMLResponse:
        """Return a page, from the template of this name."""
        context = {"info": self.knowledge.info, "pdf": self.pdf, **context}
        return HTMLResponse(render(f"web/{name}.html", context, self.templates))

    def piece(self, name: str, /, **context: Any) -> str:
        """Return a part of a page, from the template of this name."""
        return render(f"web/pieces/{name}.html", context, self.templates)


def pressed(
    handler: Callable[[Request, Fields], Response],
) -> Callable[[Request], Awaitable[Response]]:
    """Return a handler that reads the fields of a form; the work is done in a thread."""

    async def answered(request: Request) -> Response:
        return await run_in_threadpool(handler, request, _fields(await request.body()))

    return answered


def _fields(body: bytes) -> Fields:
    """Return the fields of a form, of those with the same name the last."""
    try:
        sent = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(400) from None
    return {name: values[-1] for name, values in sent.items()}


def visit_of(request: Request) -> str:
    """Return the visit in the address."""
    return str(request.path_params["visit"])


def version_of(fields: Fields) -> int:
    """Return the version of the visit that the page showed; what is no number counts as one that
    was never given out.
    """
    try:
        return int(fields.get("version") or "")
    except ValueError:
        return -1


def go_to(address: str) -> RedirectResponse:
    """Return the way to a page after a press."""
    return RedirectResponse(address, 303)
