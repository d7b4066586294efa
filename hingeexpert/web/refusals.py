"""What is answered when something is not as it should be: a page for people, JSON for programs, one
line for who started the server.

Owns refusals and failures. No answer and no line says what a request held, or what a bug was about:
it may be a person's health.
"""

import traceback
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from hingeexpert.errors import HingeError, KnowledgeError, Problem
from hingeexpert.formats.templates import render
from hingeexpert.record.driver import Error
from hingeexpert.web.fhir_answers import problem_answer
from hingeexpert.web.settings import CDS, Settings

API = "/api/"
"""Below this path a program sends the token along."""
FOR_PROGRAMS = (API, CDS)
"""Below these paths everything is JSON."""


class ApiProblem(BaseModel):
    """One thing that is not as it should be: where in the form, and what is allowed."""

    line: int | None
    path: str
    message: str


class ApiProblems(BaseModel):
    """Every problem of a request."""

    problems: list[ApiProblem]


class Refusals:
    """What one server answers to what cannot be done."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

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
            "start": self.settings.start,
        }
        return HTMLResponse(render("web/notice.html", context, self.settings.templates), status)

    async def refused(self, request: Request, error: Exception) -> Response:
        """Answer a request that cannot be done, or is turned away; `detail` of the exception is the
        kind of page.
        """
        assert isinstance(error, HTTPException)
        answer = self._answer(request, error.status_code, error.detail)
        answer.headers.update(error.headers or {})
        return answer

    async def missing(self, request: Request, _: Exception) -> Response:
        """Answer that there is no such person or visit, or no longer."""
        return self._answer(request, 404, "missing")

    async def mendable(self, request: Request, error: Exception) -> Response:
        """Answer with every problem of what was sent."""
        assert isinstance(error, HingeError)
        return self._answer(request, 422, "input", error.problems)

    async def failed(self, request: Request, error: Exception) -> Response:
        """Answer for a bug, for a record that fails, or for rules or templates that are broken, and
        tell where it is.
        """
        self.settings.tell(trace(error))
        of_record = isinstance(error, Error)
        status, kind = (507, "record") if of_record else (500, "failed")
        try:
            return self._answer(request, status, kind)
        except KnowledgeError:
            # The template of the page is the one that is broken.
            return Response(status_code=500)

    def _answer(
        self, request: Request, status: int, kind: str, problems: Iterable[Problem] = ()
    ) -> Response:
        path = request.scope["path"]
        if self.settings.is_of_fhir(path):
            return problem_answer(status, problems)
        if not path.startswith(FOR_PROGRAMS):
            return self.page(kind, status, problems)
        as_data = [problem_data(problem) for problem in problems]
        if not as_data:
            as_data = [{"line": None, "path": "", "message": HTTPStatus(status).phrase}]
        return JSONResponse({"problems": as_data}, status)


def problem_data(problem: Problem) -> Mapping[str, str | int | None]:
    """Return a problem as programs get it; see `ApiProblem`."""
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
