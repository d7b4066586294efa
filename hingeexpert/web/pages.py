"""The pages of a visit: at work, and what it came to.

Owns what they show. Why is `why.py`; what a press on them changes is `presses.py`; files to take
away are `papers.py`. No name and no answer stands in an address or a title.
"""

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hingeexpert.intake.course import AskedStep, steps_of
from hingeexpert.intake.older import OldVisit, not_taken
from hingeexpert.intake.visits import Look
from hingeexpert.web.pieces import RESULT, SIGHT
from hingeexpert.web.questions import piece_id
from hingeexpert.web.site import Site, direct, visit_of


class VisitPages:
    """The pages of visits."""

    def __init__(self, site: Site) -> None:
        self.site, self.intake = site, site.intake

    def routes(self) -> list[BaseRoute]:
        """Return their route."""
        return [Route("/visits/{visit}", direct(self.visit))]

    def visit(self, request: Request) -> Response:
        """A visit at work; one that was finished on an older form as it was then."""
        look = self.intake.look(visit_of(request))
        old = self.intake.old(look)
        if old is not None:
            return self._old(look, old)
        everything = request.query_params.get("everything") == "yes"
        changed = request.query_params.get("changed") == "yes"
        pieces = self._pieces(look, everything, "elsewhere" if changed else "kept")
        return self.site.page(
            "visit",
            look=look,
            layout=self.site.pieces.parts.layout(look.state.short),
            pieces=pieces,
            places={name: piece_id(name) for name in self.site.knowledge.observables},
            sight={name: pieces[f"sight-{name}"] for name in SIGHT},
            result=[pieces[f"result-{name}"] for name in RESULT],
            begins=self._begins(look, everything),
            first=self._first(look),
            asked_who=request.query_params.get("asked") == "who",
            not_taken=not_taken(self.site.knowledge, look.state),
            everything=everything,
            base=f"/visits/{look.visit.id}",
        )

    def _pieces(self, look: Look, everything: bool, told: str) -> dict[str, Markup]:
        """Return the pieces of a page that is sent as a whole, and keep that it was."""
        pieces = self.site.pieces.of(look, everything)
        self.site.sent.keep(look, everything, pieces)
        strip, who = self.site.pieces.told(told, dropped=""), self.site.pieces.who(look)
        # Made by our templates, which escape what stands in them.
        return {
            name: Markup(html)  # noqa: S704
            for name, html in {**pieces, "told": strip, "who": who}.items()
        }

    def _begins(self, look: Look, everything: bool) -> str:
        """Return the step with which the visit begins: the first one on the map."""
        steps = self._steps(look, everything)
        return next((step.step.id for step in steps if not step.waits), "result")

    def _first(self, look: Look) -> str:
        """Return the step to go on with: the first one in which something is open."""
        return next((step.step.id for step in self._steps(look) if step.open), "result")

    def _steps(self, look: Look, everything: bool = False) -> tuple[AskedStep, ...]:
        """Return the steps that have something to ask."""
        parts = self.intake.parts(look, everything)
        return steps_of(self.site.knowledge, parts, look.state.short)

    def _old(self, look: Look, old: OldVisit) -> Response:
        """A visit as it was answered and judged on an older form."""
        return self.site.page("old", look=look, old=old, base=f"/visits/{look.visit.id}")
