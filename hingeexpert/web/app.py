"""Puts the server together: the door, the interface for programs, the pages it is given, all behind the guard."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from hingeexpert.errors import InputError
from hingeexpert.paths import data_folder
from hingeexpert.web.access import Access
from hingeexpert.web.answers import Answers
from hingeexpert.web.api import api_routes
from hingeexpert.web.guard import Guard
from hingeexpert.web.settings import Settings

STATIC = data_folder("reports") / "web" / "static"


def application(settings: Settings, routes: Sequence[BaseRoute]) -> ASGIApp:
    """Return the server as an ASGI application.

    Args:
        settings: What it serves, to whom, within which limits.
        routes: The pages. All need the cookie; a `HingeError` of theirs is answered with its problems.
    """
    answers = Answers(settings)
    access = Access(settings, answers)
    static = Mount("/static", StaticFiles(directory=STATIC, check_dir=False))
    app = Starlette(
        routes=[static, *access.routes(), *api_routes(settings), *routes],
        exception_handlers={HTTPException: answers.refused, InputError: answers.mendable, Exception: answers.failed},
    )
    app.router.redirect_slashes = False
    return Guard(app, settings, access, answers)
