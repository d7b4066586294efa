"""Everything that the record holds, to take away, and how far that is.

Owns the route, and what is told meanwhile; what is packed is `intake/export.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from hingeexpert.intake.export import Told, export
from hingeexpert.web.site import Site, direct, give_way, has_threads

HEADERS = {"Content-Disposition": 'attachment; filename="hingeexpert-record.zip"'}


@dataclass
class Export:
    """How far an export is: visits that are packed, of how many, and whether it has ended, well or
    not.
    """

    done: int = 0
    visits: int = 0
    ended: bool = False

    def told(self, done: int, visits: int) -> None:
        """Note how far it is."""
        self.done, self.visits = done, visits


class ExportPages:
    """The export of one record."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.last: Export | None = None

    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [
            Route("/export.zip", direct(self.export)),
            Route("/export/told", direct(self.told)),
        ]

    def export(self, _: Request) -> Response:
        """Everything in the record: each visit as a form, and people, visits and events as they are
        kept.

        Where there are threads it is sent as it is packed, and answers meanwhile need not wait.
        """
        self.last = Export()
        if has_threads():
            pieces = self._pieces(self.last, _patient(self.last))
            return StreamingResponse(pieces, media_type="application/zip", headers=HEADERS)
        packed = b"".join(self._pieces(self.last, self.last.told))
        return Response(packed, media_type="application/zip", headers=HEADERS)

    def told(self, _: Request) -> Response:
        """How far the last export is."""
        if self.last is None:
            return Response(status_code=204)
        return HTMLResponse(self.site.piece("exported", export=self.last))

    def _pieces(self, so_far: Export, told: Told) -> Iterator[bytes]:
        try:
            self.site.record.note("export")
            with self.site.record.unchanged() as reader:
                yield from export(self.site.knowledge, reader, told)
        finally:
            so_far.ended = True


def _patient(so_far: Export) -> Told:
    """Return what notes how far it is, and lets whoever answers go first."""

    def told(done: int, visits: int) -> None:
        so_far.told(done, visits)
        give_way()

    return told
