"""Puts the pages over one record together, without a server: all that an app in a browser is made
of, too.
"""

import gc
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from hingeexpert.errors import InputError
from hingeexpert.forms import Assessment
from hingeexpert.handout.clinic import Clinic, Logo
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import MissingError
from hingeexpert.web.done import DonePage
from hingeexpert.web.exports import ExportPages
from hingeexpert.web.label_page import LabelPage
from hingeexpert.web.pages import VisitPages
from hingeexpert.web.papers import Papers
from hingeexpert.web.people import PeoplePages
from hingeexpert.web.presses import Presses
from hingeexpert.web.refusals import Refusals
from hingeexpert.web.site import Site
from hingeexpert.web.why import WhyPages


def answering(refusals: Refusals, routes: Sequence[BaseRoute]) -> Starlette:
    """Return routes as an application; what cannot be done is answered by the refusals."""
    app = Starlette(
        routes=routes,
        exception_handlers={
            HTTPException: refusals.refused,
            MissingError: refusals.missing,
            InputError: refusals.mendable,
            Exception: refusals.failed,
        },
    )
    app.router.redirect_slashes = False
    return app


def pages_over(site: Site, clinic: tuple[Clinic | None, Logo | None]) -> list[BaseRoute]:
    """Return the pages of people and visits.

    Args:
        site: What they share.
        clinic: What the sheets say of the clinic, and its logo.
    """
    return [
        *PeoplePages(site).routes(),
        *VisitPages(site).routes(),
        *DonePage(site).routes(),
        *WhyPages(site).routes(),
        *Presses(site).routes(),
        *Papers(site.intake, site.templates, clinic, site.device).routes(),
        *ExportPages(site).routes(),
        *LabelPage(site).routes(),
    ]


def warm(knowledge: KnowledgeBase) -> None:
    """Build the engine before the first answer, and take rules and engine out of what the collector
    looks through at every pause.
    """
    diagnose(knowledge, Assessment({}))
    gc.collect()
    gc.freeze()
