"""What all pages share: the visits, the pieces that browsers were sent, how a page is made,
how a press is read.

Every handler answers within the loop: it is quick, and needs no thread. One that takes long may
leave the loop for a thread where there are threads.
"""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hingeexpert.formats.extras import has
from hingeexpert.formats.templates import render
from hingeexpert.intake import Intake
from hingeexpert.web.days import written_day
from hingeexpert.web.device_facts import DeviceFacts
from hingeexpert.web.overwriting import Overwriting
from hingeexpert.web.part_pieces import PartPieces
from hingeexpert.web.pieces import Pieces
from hingeexpert.web.sent import Sent
from hingeexpert.web.static import tag_of

Handler = Callable[[Request], Response]
AsyncHandler = Callable[[Request], Awaitable[Response]]
Fields = Mapping[str, str]
"""The fields of a form, as a browser sends them."""
MOST_FIELDS = 100
PATIENCE = 1.0
"""Seconds that work in a thread waits for an answer to be made."""
_free = threading.Event()
_free.set()
T = TypeVar("T")


class Site:
    """The pages of one record.

    Attributes:
        lock_after: Seconds without a press after which a page locks itself, 0 for never; `None` of
            a record that has no lock.
        may_protect: Whether there is a page that gives the record a passphrase.
        device: The browser that keeps the record; `None` on a server.
        tag: Stands behind the addresses of the files of the pages; empty where none does.
        label: Makes the label of the rules as a page; `None` where there is none.
    """

    def __init__(
        self,
        intake: Intake,
        templates: Path | None,
        lock_after: float | None = None,
        may_protect: bool = False,
        device: DeviceFacts | None = None,
        parts: PartPieces | None = None,
        label: Callable[[], str] | None = None,
    ) -> None:
        """Make them; `parts` makes the pieces of the steps, where they are made already."""
        self.intake, self.templates = intake, templates
        self.lock_after, self.may_protect = lock_after, may_protect
        self.device, self.label = device, label
        self.knowledge, self.record = intake.knowledge, intake.record
        self.pieces = Pieces(intake, templates, parts)
        self.sent = Sent()
        self.overwriting = Overwriting(self.record)
        self.pdf = device is None and has("PDF")
        self.tag = tag_of(templates) if device is None else ""

    def page(self, name: str, /, **context: Any) -> HTMLResponse:
        """Return a page, from the template of this name."""
        context = {
            "day": partial(written_day, self.knowledge),
            "info": self.knowledge.info,
            "pdf": self.pdf,
            "tag": self.tag,
            "lock_after": self.lock_after,
            "may_protect": self.may_protect,
            "device": self.device,
            "has_label": self.label is not None,
            "has_short": self.knowledge.intake.quick is not None,
            **context,
        }
        return HTMLResponse(render(f"web/{name}.html", context, self.templates))

    def piece(self, name: str, /, **context: Any) -> str:
        """Return a part of a page, from the template of this name."""
        shared = {"day": partial(written_day, self.knowledge)}
        return render(f"web/pieces/{name}.html", {**shared, **context}, self.templates)


def direct(handler: Handler) -> AsyncHandler:
    """Return a handler that answers at once, within the loop."""

    async def answered(request: Request) -> Response:
        with _answering():
            return handler(request)

    return answered


def pressed(handler: Callable[[Request, Fields], Response]) -> AsyncHandler:
    """Return a handler that reads the fields of a form, and answers at once."""

    async def answered(request: Request) -> Response:
        fields = fields_of(await request.body())
        with _answering():
            return handler(request, fields)

    return answered


def apart(handler: Handler) -> AsyncHandler:
    """Return a handler that takes long: where there are threads, others need not wait for it."""

    async def answered(request: Request) -> Response:
        return await aside(handler, request)

    return answered


async def aside(work: Callable[..., T], *arguments: object) -> T:
    """Do what takes long, in a thread where there are threads, and return what came of it."""
    if has_threads():
        return await run_in_threadpool(work, *arguments)
    return work(*arguments)


@contextmanager
def _answering() -> Iterator[None]:
    """Let what works in a thread wait meanwhile: see `give_way`."""
    _free.clear()
    try:
        yield
    finally:
        _free.set()


def give_way() -> None:
    """Wait while an answer is made; what works in a thread for long calls it again and again."""
    _free.wait(PATIENCE)


def has_threads() -> bool:
    """Whether something may be done in a thread: in a loop that can wait for it, and not in a
    browser.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return sys.platform != "emscripten"


def fields_of(body: bytes) -> Fields:
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
