"""Everything that a browser may open, over one record."""

import gc

from starlette.routing import BaseRoute

from hingeexpert.assessment import Assessment
from hingeexpert.clinic import Clinic, Logo
from hingeexpert.inference import diagnose
from hingeexpert.intake.record import Record
from hingeexpert.intake.visits import Intake
from hingeexpert.web.pages import Pages
from hingeexpert.web.papers import Papers
from hingeexpert.web.settings import Settings


def page_routes(settings: Settings, record: Record, clinic: tuple[Clinic | None, Logo | None] = (None, None)) -> list[BaseRoute]:
    """Return the pages of the server.

    Args:
        settings: The server.
        record: The visits.
        clinic: What the sheets say of the clinic, and its logo.
    """
    intake = Intake(settings.knowledge, record)
    _warm(settings)
    return [*Pages(intake, settings.templates).routes(), *Papers(intake, settings.templates, clinic).routes()]


def _warm(settings: Settings) -> None:
    """Build the engine before the first answer, and take rules and engine out of what the collector looks through at every pause."""
    diagnose(settings.knowledge, Assessment({}))
    gc.collect()
    gc.freeze()
