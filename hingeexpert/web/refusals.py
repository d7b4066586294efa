"""What is answered when something is not as it should be: a page for people, one line for who
started the program. What programs get is `program_refusals.py`.

Owns refusals and failures. No answer and no line says what a request held, or what a bug was about:
it may be a person's health.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from hingeexpert.errors import HingeError, KnowledgeError, Problem
from hingeexpert.formats.templates import render
from hingeexpert.record.driver import Error
from hingeexpert.web.device_facts import DeviceFacts


class Refusals:
    """What the pages answer to what cannot be done."""

    def __init__(
        self,
        tell: Callable[[str], None],
        templates: Path | None = None,
        start: str = "/",
        device: DeviceFacts | None = None,
    ) -> None:
        """Make them.

        Args:
            tell: Takes one line for whoever started the program.
            templates: Folder whose files replace shipped templates of the same name.
            start: Path of the page that a browser sees first.
            device: The browser that keeps the record; `None` on a server.
        """
        self.device = device
        self.tell, self.templates, self.start = tell, templates, start

    def page(self, kind: str, status: int = 200, problems: Iterable[Problem] = ()) -> Response:
        """Return a page that says one thing.

        Args:
            kind: Which one; `notice.html` has the words.
            status: Status code of the answer, for which there are words too.
            problems: What is to be mended.
        """
        context = {
            "kind": kind,
            "status": status,
            "problems": [problem_data(problem) for problem in problems],
            "start": self.start,
            "device": self.device,
        }
        return HTMLResponse(render("web/notice.html", context, self.templates), status)

    async def refused(self, request: Request, error: Exception) -> Response:
        """Answer a request that cannot be done, or is turned away; `detail` of the exception is the
        kind of page.
        """
        assert isinstance(error, HTTPException)
        answer = self.answer(request, error.status_code, error.detail)
        answer.headers.update(error.headers or {})
        return answer

    async def missing(self, request: Request, _: Exception) -> Response:
        """Answer that there is no such person or visit, or no longer."""
        return self.answer(request, 404, "missing")

    async def mendable(self, request: Request, error: Exception) -> Response:
        """Answer with every problem of what was sent."""
        assert isinstance(error, HingeError)
        return self.answer(request, 422, "input", error.problems)

    async def failed(self, request: Request, error: Exception) -> Response:
        """Answer for a bug, for a record that fails, or for rules or templates that are broken, and
        tell where it is; in a browser without a server the page itself tells.
        """
        line = trace(error)
        self.tell(line)
        where = [Problem("", None, "", line)] if self.device else []
        of_record = isinstance(error, Error)
        status, kind = (507, "record") if of_record else (500, "failed")
        try:
            return self.answer(request, status, kind, where)
        except KnowledgeError:
            # The template of the page is the one that is broken.
            return Response(status_code=500)

    def answer(
        self, request: Request, status: int, kind: str, problems: Iterable[Problem] = ()
    ) -> Response:
        """Answer whoever asks, in the way that is understood there; here with a page."""
        return self.page(kind, status, problems)


def problem_data(problem: Problem) -> Mapping[str, str | int | None]:
    """Return a problem as programs get it, and pages show it."""
    return {"line": problem.line, "path": problem.path, "message": problem.message}


def trace(error: BaseException) -> str:
    """Say on one line what kind of failure it was and where, and nothing of what it was about.

    Broken rules and templates are told in full, as a `KnowledgeError` quotes nothing but them.
    """
    kind = type(error).__name__
    if isinstance(error, KnowledgeError) and error.problems:
        return f"error: {kind}: {'; '.join(map(str, error.problems))}"
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames]
    return f"error: {kind}: {' > '.join(places)}"
