"""The door for the records of hospitals (CDS Hooks 2.0): which cards there are, the cards for a
person, and what became of them.

Keeps no form and asks no other server. Of what became of a card it keeps what says nothing of a
person, where a record is open.
"""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router

from hingeexpert.errors import InputError
from hingeexpert.interop.card_feedback import FeedbackRequest
from hingeexpert.interop.cards import cards_of, dismissals
from hingeexpert.interop.fhir.words import Json, addresses
from hingeexpert.interop.hook_call import (
    PATIENT_VIEW,
    RESPONSES,
    NotSentError,
    WrongHookError,
    read_call,
    read_sent,
)
from hingeexpert.record import Record
from hingeexpert.web.json_body import json_body
from hingeexpert.web.refusals import problem_data
from hingeexpert.web.settings import CDS, Settings

SERVICE = "hip-hinge"
"""Name of the one service."""
SERVICES = "/{token}/cds-services"
WHOSE = "Patient/{{context.patientId}}"
"""Whose forms the record is to send along; it fills in the id."""
MOST_REMEMBERED = 10_000
"""Cards of which it is known what they were about."""
Opened = Callable[[], Record | None]
"""Returns the record while it is open."""


def cds_routes(settings: Settings, opened: Opened) -> list[BaseRoute]:
    """Return the routes of the door; none where there is no door."""
    return [] if settings.cds is None else CdsService(settings, opened).routes()


class CdsService:
    """The one service behind the door."""

    def __init__(self, settings: Settings, opened: Opened) -> None:
        self.knowledge, self.templates = settings.knowledge, settings.templates
        self.opened = opened
        self.topics: dict[str, str] = {}

    def routes(self) -> list[BaseRoute]:
        """Return its routes; the guard has seen that the token in the path is right."""
        service = f"{SERVICES}/{SERVICE}"
        behind = [
            Route(SERVICES, self.discovery),
            Route(service, self.call, methods=["POST"]),
            Route(f"{service}/feedback", self.feedback, methods=["POST"]),
        ]
        # Whatever else begins like this ends here: it has come in without a cookie.
        return [Mount(CDS.rstrip("/"), Router(behind, redirect_slashes=False))]

    async def discovery(self, _: Request) -> Response:
        """Which service there is, and what it needs to be sent."""
        info, form = self.knowledge.info, addresses(self.knowledge).questionnaire
        answers = f"QuestionnaireResponse?questionnaire={form}&subject={WHOSE}"
        service = {
            "hook": PATIENT_VIEW,
            "title": info.title,
            "description": info.purpose,
            "id": SERVICE,
            "prefetch": {RESPONSES: f"{answers}&_sort=-authored&_count=1"},
        }
        return JSONResponse({"services": [service]})

    async def call(self, request: Request) -> Response:
        """The cards for the person whose record was opened."""
        document = await json_body(request, "request")
        try:
            call = read_call(self.knowledge, document)
        except WrongHookError as error:
            return _problems(error, 400)
        except NotSentError as error:
            return _problems(error, 412)
        cards = cards_of(self.knowledge, call, self.templates)
        self._remember(cards)
        return JSONResponse({"cards": cards})

    def _remember(self, cards: Sequence[Json]) -> None:
        """Keep in memory what cards are about; the oldest are forgotten."""
        for card in cards:
            self.topics[card["uuid"]] = card["source"]["topic"]["code"]
        for name in list(self.topics)[:-MOST_REMEMBERED]:
            del self.topics[name]

    async def feedback(self, request: Request) -> Response:
        """Keep what became of cards, where a record is open."""
        told = read_sent(FeedbackRequest, await json_body(request, "request"))
        reasons = dismissals(self.knowledge)
        kept = [one.kept(self.topics.get(str(one.card), ""), reasons) for one in told.feedback]
        record = self.opened()
        if record is not None:
            record.keep_feedback(kept)
        return JSONResponse({})


def _problems(error: InputError, status: int) -> Response:
    return JSONResponse({"problems": [problem_data(problem) for problem in error.problems]}, status)
