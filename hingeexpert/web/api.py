"""What other programs may ask: a diagnosis of a form, what the rules ask, and the description of both. Keeps and reads no record."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert.assessment import read_form
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.web.described import described
from hingeexpert.web.openapi import DIAGNOSE, KNOWLEDGE, OPENAPI, openapi
from hingeexpert.web.settings import Settings

JSON = "application/json"


def api_routes(settings: Settings) -> list[BaseRoute]:
    """Return the routes for programs; every answer of theirs is JSON."""
    knowledge = settings.knowledge
    view, document = described(knowledge).model_dump(), openapi(settings)

    async def diagnosed(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise HTTPException(415)
        return Response(await run_in_threadpool(_diagnosis, knowledge, await request.body()), media_type=JSON)

    async def known(_: Request) -> Response:
        return JSONResponse(view)

    async def itself(_: Request) -> Response:
        return JSONResponse(document)

    return [Route(DIAGNOSE, diagnosed, methods=["POST"]), Route(KNOWLEDGE, known), Route(OPENAPI, itself)]


def _diagnosis(knowledge: KnowledgeBase, raw: bytes) -> str:
    return diagnose(knowledge, read_form(knowledge, "form", raw)).as_json()
