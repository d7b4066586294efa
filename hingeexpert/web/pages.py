"""The pages of a visit: at work, what it came to, and why.

Owns what they show. What a press on them changes is `presses.py`; files to take away are
`papers.py`. No name and no answer stands in an address or a title.
"""

from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert.formats.templates import render
from hingeexpert.inference.explained import Explanation
from hingeexpert.inference.explanation import Explainer
from hingeexpert.inference.what_if import WhatIf, what_if
from hingeexpert.intake.course import steps_of
from hingeexpert.intake.older import OldVisit, not_taken
from hingeexpert.intake.visits import Look
from hingeexpert.reporting.view import view
from hingeexpert.web.pieces import RESULT, SIGHT
from hingeexpert.web.questions import piece_id
from hingeexpert.web.site import Fields, Site, pressed, visit_of


class VisitPages:
    """The pages of visits."""

    def __init__(self, site: Site) -> None:
        self.site, self.intake = site, site.intake

    def routes(self) -> list[BaseRoute]:
        """Return their routes, and that of the style of all pages."""
        return [
            Route("/page.css", self.style),
            Route("/visits/{visit}", self.visit),
            Route("/visits/{visit}/done", self.done),
            Route("/visits/{visit}/why", pressed(self.why), methods=["POST"]),
        ]

    def style(self, _: Request) -> Response:
        """Return the style of all pages: that of the reports, and what the pages add."""
        return Response(
            render("web/page.css", {}, self.site.templates),
            media_type="text/css",
            headers={"Cache-Control": "no-cache"},
        )

    def visit(self, request: Request) -> Response:
        """A visit at work; one that was finished on an older form as it was then."""
        look = self.intake.look(visit_of(request))
        old = self.intake.old(look)
        if old is not None:
            return self._old(look, old)
        everything = request.query_params.get("everything") == "yes"
        changed = request.query_params.get("changed") == "yes"
        pieces = self.site.pieces.of(look, everything)
        self.site.sent.keep(look, everything, pieces)
        shown = {
            **pieces,
            "told": self.site.pieces.told("elsewhere" if changed else "kept"),
            "who": self.site.pieces.who(look),
        }
        # Made by our templates, which escape what stands in them.
        ready = {name: Markup(html) for name, html in shown.items()}  # noqa: S704
        knowledge = self.site.knowledge
        return self.site.page(
            "visit",
            look=look,
            layout=self.site.pieces.parts.layout,
            pieces=ready,
            places={name: piece_id(name) for name in knowledge.observables},
            sight={name: ready[f"sight-{name}"] for name in SIGHT},
            result=[ready[f"result-{name}"] for name in RESULT],
            first=self._first(look),
            asked_who=request.query_params.get("asked") == "who",
            not_taken=not_taken(knowledge, look.state),
            everything=everything,
            base=f"/visits/{look.visit.id}",
        )

    def _first(self, look: Look) -> str:
        """Return the step to go on with: the first one in which something is open."""
        steps = steps_of(self.site.knowledge, self.intake.parts(look))
        return next((step.step.id for step in steps if step.open), "result")

    def done(self, request: Request) -> Response:
        """What a visit came to, and its papers."""
        look, knowledge = self.intake.look(visit_of(request)), self.site.knowledge
        old = self.intake.old(look)
        if old is not None:
            return self._old(look, old)
        return self.site.page(
            "done",
            look=look,
            report=view(knowledge, look.diagnosis),
            base=f"/visits/{look.visit.id}",
            languages=[knowledge.info.language, *knowledge.languages],
        )

    def _old(self, look: Look, old: OldVisit) -> Response:
        """A visit as it was answered and judged on an older form."""
        return self.site.page("old", look=look, old=old, base=f"/visits/{look.visit.id}")

    def why(self, request: Request, fields: Fields) -> Response:
        """How a conclusion was reached or why it was not, and for a step what would lead there."""
        look, name = self.intake.look(visit_of(request)), fields.get("id", "")
        explainer = Explainer(self.site.knowledge, look.assessment, titles=True)
        if name not in explainer.ids():
            raise HTTPException(404)
        explanation = explainer.explain(name)
        change = self._what_if(look, explainer, explanation)
        context: dict[str, Any] = {
            "explanation": explanation,
            "change": change,
            "answers": [explainer.answer(each) for each in change.in_the_way] if change else [],
            "proposals": self._proposals(),
        }
        return HTMLResponse(self.site.piece("why", **context))

    def _what_if(self, look: Look, explainer: Explainer, explanation: Explanation) -> WhatIf | None:
        """Return what would lead to a level or verdict that was not reached, unless a referral
        comes first.
        """
        knowledge = self.site.knowledge
        reached = explanation.standing == Explainer.REACHED
        if explanation.kind not in knowledge.ladders or reached or explainer.refer_first():
            return None
        return what_if(knowledge, look.assessment, explanation.id)

    def _proposals(self) -> set[str]:
        """Return the sources that are our own proposals."""
        sources = self.site.knowledge.sources
        return {name for name, source in sources.items() if source.kind == "proposal"}
