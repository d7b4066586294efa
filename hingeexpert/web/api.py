"""What other programs may ask: a diagnosis of a form, what the rules ask, and the description of
both. Keeps and reads no record.
"""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Literal

from pydantic import Field
from pydantic.json_schema import models_json_schema
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert import __version__
from hingeexpert.forms import read_form
from hingeexpert.inference import diagnose
from hingeexpert.inference.diagnosis import KnowledgeStamp, Result
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.conclusions import Conclusion
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.models.observables import Group, Observable
from hingeexpert.knowledge.wording import in_words
from hingeexpert.reporting.schemas import form_schema, result_schema
from hingeexpert.web.refusals import API, ApiProblems
from hingeexpert.web.settings import Settings


class RangeView(Result):
    """Allowed numbers, both ends included."""

    least: float
    most: float
    unit: str


class ObservableView(Result):
    """A question, and what may be answered."""

    id: str
    question: str
    look: str = Field(description="How to look, ask or measure.")
    asked_of: Literal["person", "observer", "examiner"]
    type: Literal["choice", "flag", "integer", "number"]
    values: dict[str, str] = Field(
        description="Each allowed answer with its meaning; empty for a number."
    )
    range: RangeView | None
    default: Value | None = Field(
        description="What a blank is taken as, or null where it stays unknown or is not needed."
    )
    blank: Literal["unknown", "not_needed"]
    ask_when: str | None = Field(description="When it is needed, in words; null for always.")


class GroupView(Result):
    """A part of the form."""

    id: str
    title: str
    intro: str
    observables: list[ObservableView]


class Titled(Result):
    """A conclusion, and what it is called."""

    id: str
    title: str
    meaning: str


class KnowledgeView(Result):
    """What the rules ask, and what they may conclude."""

    knowledge: KnowledgeStamp
    form: str = Field(description="The version of the form.")
    title: str
    groups: list[GroupView] = Field(description="In the order of the form.")
    faults: list[Titled] = Field(description="In coaching order.")
    contributors: list[Titled]
    triage: list[Titled] = Field(description="The most severe first.")
    readiness: list[Titled] = Field(description="The most restrictive first.")


def described(knowledge: KnowledgeBase) -> KnowledgeView:
    """Return what a program needs to know of a knowledge base."""
    info = knowledge.info
    return KnowledgeView(
        knowledge=KnowledgeStamp(version=info.version, sha256=knowledge.sha256),
        form=info.form,
        title=info.title,
        groups=[_group(knowledge, group) for group in knowledge.groups],
        faults=[_titled(name, knowledge.faults[name]) for name in knowledge.coaching_order],
        contributors=[_titled(name, item) for name, item in knowledge.contributors.items()],
        triage=_levels(knowledge.triage),
        readiness=_levels(knowledge.readiness),
    )


def _group(knowledge: KnowledgeBase, group: Group) -> GroupView:
    observables = [_observable(knowledge, name, item) for name, item in group.observables.items()]
    return GroupView(id=group.group, title=group.title, intro=group.intro, observables=observables)


def _observable(knowledge: KnowledgeBase, name: str, item: Observable) -> ObservableView:
    return ObservableView(
        id=name,
        question=item.question,
        look=item.look,
        asked_of=item.asked_of,
        type=item.type,
        values=item.values,
        range=item.range and RangeView.model_validate(item.range, from_attributes=True),
        default=item.default,
        blank=item.blank,
        ask_when=None if item.ask_when is None else in_words(knowledge, item.ask_when),
    )


def _titled(name: str, item: Conclusion) -> Titled:
    return Titled(id=name, title=item.title, meaning=item.meaning)


def _levels(levels: Iterable[Level]) -> list[Titled]:
    return [Titled(id=level.id, title=level.title, meaning=level.clinician) for level in levels]


DIAGNOSE, KNOWLEDGE, OPENAPI = f"{API}diagnose", f"{API}knowledge", f"{API}openapi.json"
PLACE = "#/components/schemas/"
REFUSALS = (400, 401, 403, 405, 408, 413, 429, 500, 503)
"""Statuses that any request may get."""


def openapi(settings: Settings) -> dict[str, Any]:
    """Return the document for one server."""
    info = settings.knowledge.info
    form = {"required": True, "content": _json("Form")}
    return {
        "openapi": "3.1.0",
        "info": {"title": info.title, "version": __version__, "description": info.purpose},
        "servers": [{"url": settings.origin}],
        "security": [{"token": []}, {"cookie": []}],
        "paths": {
            DIAGNOSE: {
                "post": {
                    "operationId": "diagnose",
                    "requestBody": form,
                    "responses": _responses("Diagnosis", 415, 422),
                }
            },
            KNOWLEDGE: {
                "get": {"operationId": "knowledge", "responses": _responses("KnowledgeView")}
            },
            OPENAPI: {"get": {"operationId": "openapi", "responses": _responses("OpenAPI")}},
        },
        "components": {
            "schemas": _schemas(settings),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": settings.cookie},
            },
        },
    }


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": PLACE + name}}}


def _responses(name: str, *refusals: int) -> dict[str, Any]:
    """Return what may be answered: something of this name, or the problems of the request."""
    refused = {
        str(code): {"description": HTTPStatus(code).phrase, "content": _json("ApiProblems")}
        for code in (*REFUSALS, *refusals)
    }
    return {"200": {"description": HTTPStatus(200).phrase, "content": _json(name)}, **refused}


def _schemas(settings: Settings) -> dict[str, Any]:
    _, models = models_json_schema(
        [(KnowledgeView, "serialization"), (ApiProblems, "serialization")],
        ref_template=PLACE + "{model}",
    )
    whole = {
        "Form": form_schema(settings.knowledge),
        "Diagnosis": result_schema(),
        "OpenAPI": {"type": "object", "required": ["openapi"]},
    }
    inner = {
        name: part for schema in whole.values() for name, part in schema.pop("$defs", {}).items()
    }
    for schema in whole.values():
        schema.pop("$schema", None)
    # A schema that was a document of its own points to its own root.
    moved = json.dumps({**inner, **whole}).replace('"#/$defs/', f'"{PLACE}')
    return {**models["$defs"], **json.loads(moved)}


JSON = "application/json"


def api_routes(settings: Settings) -> list[BaseRoute]:
    """Return the routes for programs; every answer of theirs is JSON."""
    knowledge = settings.knowledge
    view, document = described(knowledge).model_dump(), openapi(settings)

    async def diagnosed(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise HTTPException(415)
        return Response(
            await run_in_threadpool(_diagnosis, knowledge, await request.body()), media_type=JSON
        )

    async def known(_: Request) -> Response:
        return JSONResponse(view)

    async def itself(_: Request) -> Response:
        return JSONResponse(document)

    return [
        Route(DIAGNOSE, diagnosed, methods=["POST"]),
        Route(KNOWLEDGE, known),
        Route(OPENAPI, itself),
    ]


def _diagnosis(knowledge: KnowledgeBase, raw: bytes) -> str:
    return diagnose(knowledge, read_form(knowledge, "form", raw)).as_json()
