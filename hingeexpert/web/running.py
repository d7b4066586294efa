"""The page at `/` that says that the server runs."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hingeexpert.web.answers import Answers
from hingeexpert.web.settings import Settings


def page_routes(settings: Settings, record: Path | None) -> list[BaseRoute]:
    """Return the pages of the server.

    Args:
        settings: The server.
        record: File of the visits, or `None` for the usual one.
    """

    async def running(_: Request) -> Response:
        return Answers(settings).page("running")

    return [Route("/", running)]
