"""The label of the rules as a page: what they rest on, what was proven of them, and what is not
known.

Owns its route. What it says is made by whoever starts the pages: an app carries it.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hingeexpert.errors import InputError, KnowledgeError
from hingeexpert.web.papers import self_contained
from hingeexpert.web.site import Site, direct


class LabelPage:
    """The label, where there is one."""

    def __init__(self, site: Site) -> None:
        self.label = site.label

    def routes(self) -> list[BaseRoute]:
        """Return its route, if there is one."""
        return [] if self.label is None else [Route("/label", direct(self.page))]

    def page(self, _: Request) -> Response:
        """The label.

        Raises:
            InputError: What it is made of cannot be read.
        """
        assert self.label is not None
        try:
            return self_contained(self.label())
        except KnowledgeError as error:
            raise InputError(error.problems) from None
