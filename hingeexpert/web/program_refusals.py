"""What is answered to programs when something is not as it should be: JSON below the paths that are
theirs, and the pages of `refusals.py` below all others.
"""

from collections.abc import Iterable
from http import HTTPStatus

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hingeexpert.errors import Problem
from hingeexpert.web.fhir_answers import problem_answer
from hingeexpert.web.refusals import Refusals, problem_data
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


class ServerRefusals(Refusals):
    """What one server answers to what cannot be done."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.tell, settings.templates, settings.start)
        self.settings = settings

    def answer(
        self, request: Request, status: int, kind: str, problems: Iterable[Problem] = ()
    ) -> Response:
        """Answer a person with a page, and a program with JSON."""
        path = request.scope["path"]
        if self.settings.is_of_fhir(path):
            return problem_answer(status, problems)
        if not path.startswith(FOR_PROGRAMS):
            return self.page(kind, status, problems)
        as_data = [problem_data(problem) for problem in problems]
        if not as_data:
            as_data = [{"line": None, "path": "", "message": HTTPStatus(status).phrase}]
        return JSONResponse({"problems": as_data}, status)
