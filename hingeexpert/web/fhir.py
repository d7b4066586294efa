"""What programs of FHIR may ask of a server that was told so: what it can do, the form, and what
follows from a filled one. Keeps and reads no record.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router

from hingeexpert.errors import InputError
from hingeexpert.interop.fhir.questionnaire import questionnaire_resource
from hingeexpert.interop.fhir.resources import RESPONSE, resource_of
from hingeexpert.interop.fhir.server import (
    FORMATS,
    SENT,
    capability_statement,
    extracted,
    found_by_address,
)
from hingeexpert.interop.fhir.words import Json
from hingeexpert.web.fhir_answers import fhir_answer, problem_answer
from hingeexpert.web.json_body import check_sent_as
from hingeexpert.web.settings import FHIR, Settings

TAKEN = (*FORMATS, "json")
"""What a program may ask for in `_format`."""
ANY = ("*/*", "application/*")


class Fhir:
    """The interface of one server for programs of FHIR."""

    def __init__(self, settings: Settings) -> None:
        self.knowledge, self.templates = settings.knowledge, settings.templates
        # All of it stays the same while the server runs.
        self.base = f"{settings.origin}{FHIR}".rstrip("/")
        self.form = questionnaire_resource(settings.knowledge)
        self.abilities = capability_statement(settings.knowledge, self.base)
        # The first answer needs no more than the next.
        self._extracted({"resourceType": RESPONSE})

    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        own = [
            Route("/metadata", self.metadata),
            Route("/Questionnaire", self.search),
            Route("/Questionnaire/{name}", self.questionnaire),
            Route(f"/{RESPONSE}/$extract", self.extract, methods=["POST"]),
        ]
        return [Mount(FHIR.rstrip("/"), app=Router(own, redirect_slashes=False))]

    async def metadata(self, request: Request) -> Response:
        """What the server can do."""
        _check_wanted(request)
        return fhir_answer(self.abilities)

    async def search(self, request: Request) -> Response:
        """The form by its address."""
        _check_wanted(request)
        asked = request.query_params.get("url")
        address = f"{self.base}/Questionnaire/{self.knowledge.info.id}"
        return fhir_answer(found_by_address(self.form, asked, address))

    async def questionnaire(self, request: Request) -> Response:
        """The form."""
        _check_wanted(request)
        if request.path_params["name"] != self.knowledge.info.id:
            raise HTTPException(404)
        return fhir_answer(self.form)

    async def extract(self, request: Request) -> Response:
        """What follows from a filled form."""
        _check_wanted(request)
        check_sent_as(request, FORMATS)
        try:
            resource = resource_of(SENT, await request.body())
        except InputError as error:
            return problem_answer(400, error.problems)
        return fhir_answer(self._extracted(resource))

    def _extracted(self, resource: Json) -> Json:
        return extracted(self.knowledge, resource, self.templates)


def _check_wanted(request: Request) -> None:
    """Refuse to answer in another format than JSON.

    Raises:
        HTTPException: 406.
    """
    asked = request.query_params.get("_format")
    # A plus sign in an address stands for a blank.
    formats = [asked.replace(" ", "+")] if asked is not None else _accepted(request)
    if formats and not any(wanted in (*TAKEN, *ANY) for wanted in formats):
        raise HTTPException(406)


def _accepted(request: Request) -> list[str]:
    """Return the kinds of answer that a program takes; nothing where it does not say."""
    accepted = ",".join(request.headers.getlist("accept")).split(",")
    kinds = [kind.partition(";")[0].strip().lower() for kind in accepted]
    return [kind for kind in kinds if kind]
