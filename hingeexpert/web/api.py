"""What other programs may ask: a diagnosis of a form, what the rules ask, and the description of
both. Keeps and reads no record.
"""

from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert.forms.reading import assess
from hingeexpert.inference import diagnose
from hingeexpert.web.described import described
from hingeexpert.web.json_body import JSON, json_body
from hingeexpert.web.openapi import DIAGNOSE, KNOWLEDGE, OPENAPI, openapi
from hingeexpert.web.settings import Settings


class Api:
    """The interface of one server; every answer is JSON."""

    def __init__(self, settings: Settings) -> None:
        self.knowledge = settings.knowledge
        self._settings = settings

    # Both stay the same while the server runs, and most servers are never asked for them.
    @cached_property
    def described(self) -> dict[str, Any]:
        """What the rules ask, and what they may conclude."""
        return described(self.knowledge).model_dump()

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document that describes this interface."""
        return openapi(self._settings)

    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [
            Route(DIAGNOSE, self.diagnose, methods=["POST"]),
            Route(KNOWLEDGE, self.rules),
            Route(OPENAPI, self.openapi),
        ]

    async def diagnose(self, request: Request) -> Response:
        """What follows from a form."""
        form = assess(self.knowledge, await json_body(request, "form"))
        return Response(diagnose(self.knowledge, form).as_json(), media_type=JSON)

    async def rules(self, _: Request) -> Response:
        """What the rules ask, and what they may conclude."""
        return JSONResponse(self.described)

    async def openapi(self, _: Request) -> Response:
        """The document that describes this interface."""
        return JSONResponse(self.document)
