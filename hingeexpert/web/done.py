"""The page of what a visit came to, with its papers.

Owns what it shows: what is said and done at home is that of the sheet. No name and no answer stands
in an address or a title.
"""

from collections.abc import Iterator

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hingeexpert.handout import Handout, Wishes, handout
from hingeexpert.handout.document import Drawing
from hingeexpert.handout.letter import has_letter
from hingeexpert.handout.situation import Situation
from hingeexpert.reporting import render_note
from hingeexpert.reporting.view import view
from hingeexpert.web.site import Site, direct, visit_of


class DonePage:
    """The page of what a visit came to."""

    def __init__(self, site: Site) -> None:
        self.site, self.intake = site, site.intake

    def routes(self) -> list[BaseRoute]:
        """Return its route."""
        return [Route("/visits/{visit}/done", direct(self.done))]

    def done(self, request: Request) -> Response:
        """What a visit came to, and its papers; a visit of an older form as it was then."""
        look, knowledge = self.intake.look(visit_of(request)), self.site.knowledge
        base = f"/visits/{look.visit.id}"
        old = self.intake.old(look)
        if old is not None:
            return self.site.page("old", look=look, old=old, base=base)
        situation = Situation(knowledge, look.assessment, look.diagnosis, Wishes())
        sheet = handout(knowledge, look.assessment, look.diagnosis)
        return self.site.page(
            "done",
            look=look,
            report=view(knowledge, look.diagnosis),
            base=base,
            languages=[knowledge.info.language, *knowledge.languages],
            home=situation.drills,
            pictures=list(_pictures(sheet)),
            note=render_note(knowledge, look.diagnosis, self.site.templates),
            rungs=knowledge.intake.rungs,
            letter=has_letter(knowledge, look.diagnosis),
        )


def _pictures(sheet: Handout) -> Iterator[tuple[list[Markup], str]]:
    """Yield the drawings of the drill on the sheet, each with what its panels show together."""
    for section in sheet.sections:
        for block in section.blocks if section.id == "drill" else ():
            if isinstance(block, Drawing):
                # Drawn by the program, which escapes what stands in it.
                yield [Markup(panel.svg) for panel in block.panels], block.alt  # noqa: S704
