"""The interface for programs, described as an OpenAPI 3.1 document that is made from the schemas of form and result."""

import json
from http import HTTPStatus
from typing import Any

from pydantic.json_schema import models_json_schema

from hingeexpert import __version__
from hingeexpert.schema import form_schema, result_schema
from hingeexpert.web.answers import API, ApiProblems
from hingeexpert.web.described import KnowledgeView
from hingeexpert.web.settings import Settings

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
            DIAGNOSE: {"post": {"operationId": "diagnose", "requestBody": form, "responses": _responses("Diagnosis", 415, 422)}},
            KNOWLEDGE: {"get": {"operationId": "knowledge", "responses": _responses("KnowledgeView")}},
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
    refused = {str(code): {"description": HTTPStatus(code).phrase, "content": _json("ApiProblems")} for code in (*REFUSALS, *refusals)}
    return {"200": {"description": HTTPStatus(200).phrase, "content": _json(name)}, **refused}


def _schemas(settings: Settings) -> dict[str, Any]:
    _, models = models_json_schema([(KnowledgeView, "serialization"), (ApiProblems, "serialization")], ref_template=PLACE + "{model}")
    whole = {"Form": form_schema(settings.knowledge), "Diagnosis": result_schema(), "OpenAPI": {"type": "object", "required": ["openapi"]}}
    inner = {name: part for schema in whole.values() for name, part in schema.pop("$defs", {}).items()}
    for schema in whole.values():
        schema.pop("$schema", None)
    # A schema that was a document of its own points to its own root.
    moved = json.dumps({**inner, **whole}).replace('"#/$defs/', f'"{PLACE}')
    return {**models["$defs"], **json.loads(moved)}
