"""Everything that a browser may open, over one record."""

from pathlib import Path

from starlette.routing import BaseRoute

from hingeexpert.clinic import Clinic, Logo
from hingeexpert.intake.record import Record, default_path
from hingeexpert.intake.visits import Intake
from hingeexpert.web.pages import Pages
from hingeexpert.web.papers import Papers
from hingeexpert.web.settings import Settings


def page_routes(settings: Settings, record: Path | None, clinic: tuple[Clinic | None, Logo | None] = (None, None)) -> list[BaseRoute]:
    """Return the pages of the server.

    Args:
        settings: The server.
        record: File of the visits, or `None` for the usual one.
        clinic: What the sheets say of the clinic, and its logo.

    Raises:
        InputError: The record cannot be used.
    """
    intake = Intake(settings.knowledge, Record(record or default_path()))
    return [*Pages(intake, settings.templates).routes(), *Papers(intake, settings.templates, clinic).routes()]
