"""Why: how a conclusion of a visit stands, with the questions that it hangs on to answer in place.

Owns what the dialog shows. What is said of a conclusion is `inference/explanation.py`. While a
referral comes first nothing of the drills stands here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert.inference.explained import Explanation
from hingeexpert.inference.explanation import Explainer
from hingeexpert.inference.withheld import without_drills
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.web.questions import Pick, picks
from hingeexpert.web.site import Fields, Site, pressed, visit_of


@dataclass(frozen=True)
class AskedInPlace:
    """A question that is answered in the dialog: its name, itself, and the answers to pick; none
    for a number that is typed.
    """

    name: str
    item: Observable
    options: tuple[Pick, ...]


class WhyPages:
    """The dialogs on conclusions."""

    def __init__(self, site: Site) -> None:
        self.site, self.intake = site, site.intake

    def routes(self) -> list[BaseRoute]:
        """Return their route."""
        return [Route("/visits/{visit}/why", pressed(self.why), methods=["POST"])]

    def why(self, request: Request, fields: Fields) -> Response:
        """How a conclusion was reached or why it was not, and what would change it."""
        look, name = self.intake.look(visit_of(request)), fields.get("id", "")
        explainer = Explainer(self.site.knowledge, look.assessment, titles=True)
        if name not in explainer.ids():
            raise HTTPException(404)
        explanation = explainer.explain(name)
        if explainer.refer_first():
            explanation = without_drills(explainer.telling, explanation)
        sources = self.site.knowledge.sources
        piece = self.site.piece(
            "why",
            explanation=explanation,
            asked=list(self._asked(explanation)),
            closed=look.state.finished is not None,
            sources={name: sources[name] for name in explanation.sources},
        )
        return HTMLResponse(piece)

    def _asked(self, explanation: Explanation) -> Iterator[AskedInPlace]:
        """Yield the questions that it hangs on."""
        for question in explanation.still_to_ask:
            item = self.site.knowledge.observables[question.observable]
            yield AskedInPlace(question.observable, item, picks(item))
