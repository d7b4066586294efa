"""Puts the server together: the door, the interface for programs, the pages over one record, all
behind the guard. None of it needs a thread, a socket or a running loop.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from hingeexpert.handout.clinic import Clinic, Logo
from hingeexpert.intake import Intake
from hingeexpert.record import Record
from hingeexpert.record.key_content import RecordKey
from hingeexpert.web.access import Access
from hingeexpert.web.api import Api
from hingeexpert.web.cds import cds_routes
from hingeexpert.web.fhir import Fhir
from hingeexpert.web.guard import Guard
from hingeexpert.web.lock_pages import LockPages
from hingeexpert.web.page_app import answering, pages_over, warm
from hingeexpert.web.program_refusals import ServerRefusals
from hingeexpert.web.settings import Settings
from hingeexpert.web.site import Site
from hingeexpert.web.static import STATIC_FILES, StaticFiles, style_route, tag_of
from hingeexpert.web.vault import Beside, Vault


def application(settings: Settings, routes: Sequence[BaseRoute]) -> ASGIApp:
    """Return the server as an ASGI application.

    Args:
        settings: What it serves, to whom, within which limits.
        routes: The pages. All need the cookie; an `InputError` of theirs is answered with its
            problems, a visit or person that is not there with 404.
    """
    refusals = ServerRefusals(settings)
    access = Access(settings, refusals)
    static = StaticFiles(STATIC_FILES)
    tag_of(settings.templates)  # of these files, which may be others once a record is unlocked
    app = answering(
        refusals,
        [
            *static.routes(),
            style_route(settings.templates),
            *access.routes(),
            *(() if settings.author else Api(settings).routes()),
            *(Fhir(settings).routes() if settings.fhir else ()),
            *routes,
        ],
    )
    return Guard(app, settings, access, refusals)


def page_routes(
    settings: Settings, record: Record, clinic: tuple[Clinic | None, Logo | None] = (None, None)
) -> list[BaseRoute]:
    """Return the pages of a server whose record has no lock.

    Args:
        settings: The server.
        record: The visits.
        clinic: What the sheets say of the clinic, and its logo.
    """
    warm(settings.knowledge)
    intake = Intake(settings.knowledge, record)
    site = Site(intake, settings.templates, label=settings.label)
    return [*cds_routes(settings, lambda: None), *pages_over(site, clinic)]


def locked_routes(
    settings: Settings,
    path: Path,
    key: RecordKey | None = None,
    clinic: tuple[Clinic | None, Logo | None] = (None, None),
    beside: Beside = nullcontext,
) -> tuple[Vault, list[BaseRoute]]:
    """Return a record with its lock, and the pages of the server over it.

    Args:
        settings: The server.
        path: The file of the record.
        key: What opens it from the start.
        clinic: What the sheets say of the clinic, and its logo.
        beside: What is done with the record while it is open, beside answering.

    Raises:
        InputError: The record cannot be opened.
    """

    def pages(record: Record) -> list[BaseRoute]:
        lock_after = settings.lock_after if record.is_protected else None
        intake = Intake(settings.knowledge, record)
        may_protect = lock_after is None
        site = Site(intake, settings.templates, lock_after, may_protect, label=settings.label)
        return pages_over(site, clinic)

    vault = Vault(settings, path, pages, key, beside)
    warm(settings.knowledge)
    return vault, [*cds_routes(settings, vault.at_hand), *LockPages(vault).routes()]
