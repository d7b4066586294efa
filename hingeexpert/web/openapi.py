"""The OpenAPI document of the interface for programs, made from the models that are answered."""

import json
from http import HTTPStatus
from typing import Any

from pydantic.json_schema import models_json_schema

from hingeexpert import __version__
from hingeexpert.reporting.schemas import form_schema, result_schema
from hingeexpert.web.described import KnowledgeView
from hingeexpert.web.json_body import JSON
from hingeexpert.web.program_refusals import API, ApiProblems
from hingeexpert.web.settings import Settings

DIAGNOSE, KNOWLEDGE, OPENAPI = f"{API}diagnose", f"{API}knowledge", f"{API}openapi.json"
PLACE = "#/components/schemas/"
REFUSALS = (400, 401, 403, 405, 408, 413, 429, 500, 503)
"""Statuses that any request may get."""


def openapi(settings: Settings) -> dict[str, Any]:
    """Return the document for one server."""
    info = settings.knowledge.info
    return {
        "openapi": "3.1.0",
        "info": {"title": info.title, "version": __version__, "description": info.purpose},
        "servers": [{"url": settings.origin}],
        "security": [{"token": []}, {"cookie": []}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(settings),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": settings.cookie},
            },
        },
    }


def _paths() -> dict[str, Any]:
    """Return what may be asked, and what is answered."""
    diagnose = {
        "operationId": "diagnose",
        "requestBody": {"required": True, "content": _json("Form")},
        "responses": _responses("Diagnosis", 415, 422),
    }
    knowledge = {"operationId": "knowledge", "responses": _responses("KnowledgeView")}
    document = {"operationId": "openapi", "responses": _responses("OpenAPI")}
    return {
        DIAGNOSE: {"post": diagnose},
        KNOWLEDGE: {"get": knowledge},
        OPENAPI: {"get": document},
    }


def _json(name: str) -> dict[str, Any]:
    return {JSON: {"schema": {"$ref": PLACE + name}}}


def _responses(name: str, *refusals: int) -> dict[str, Any]:
    """Return what may be answered: something of this name, or the problems of the request."""
    responses = {"200": {"description": HTTPStatus(200).phrase, "content": _json(name)}}
    for code in (*REFUSALS, *refusals):
        phrase = HTTPStatus(code).phrase
        responses[str(code)] = {"description": phrase, "content": _json("ApiProblems")}
    return responses


def _schemas(settings: Settings) -> dict[str, Any]:
    """Return every schema by name."""
    _, models = models_json_schema(
        [(KnowledgeView, "serialization"), (ApiProblems, "serialization")],
        ref_template=PLACE + "{model}",
    )
    documents = {
        "Form": form_schema(settings.knowledge),
        "Diagnosis": result_schema(),
        "OpenAPI": {"type": "object", "required": ["openapi"]},
    }
    return {**models["$defs"], **_flat(documents)}


def _flat(documents: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return schemas that were documents of their own, and what each defined inside, side by
    side.
    """
    inner: dict[str, Any] = {}
    for schema in documents.values():
        schema.pop("$schema", None)
        inner |= schema.pop("$defs", {})
    # A schema that was a document of its own points to its own root.
    moved = json.dumps({**inner, **documents}).replace('"#/$defs/', f'"{PLACE}')
    flat: dict[str, Any] = json.loads(moved)
    return flat
