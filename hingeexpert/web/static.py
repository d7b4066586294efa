"""The few files of the pages that are the same for everybody, read once and served from memory, and
the style of all pages.

Owns their types, and what tells a browser that its copy is still the same.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hingeexpert.formats.templates import render

STATIC = "/static"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
"""What kind of file it is, by the end of its name."""
OTHER = "application/octet-stream"


@dataclass(frozen=True)
class StaticFile:
    """One file.

    Attributes:
        etag: Changes with the content, as a browser has to send it back.
    """

    content: bytes = field(repr=False)
    kind: str
    etag: str


class StaticFiles:
    """The files of a folder, as they were when the server began."""

    def __init__(self, folder: Path) -> None:
        self.files = {path.name: _read(path) for path in sorted(folder.iterdir())}

    def routes(self) -> list[BaseRoute]:
        """Return their route."""
        return [Route(f"{STATIC}/{{name}}", self.file)]

    async def file(self, request: Request) -> Response:
        """One file, or word that the copy of the browser is still the same."""
        found = self.files.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        headers = {"ETag": found.etag}
        if _has(request.headers.get("if-none-match", ""), found.etag):
            return Response(status_code=304, headers=headers)
        return Response(found.content, media_type=found.kind, headers=headers)


def style_route(templates: Path | None) -> Route:
    """Return the route to the style of all pages: that of the reports, and what the pages add."""

    async def style(_: Request) -> Response:
        content = render("web/page.css", {}, templates)
        return Response(content, media_type=TYPES[".css"], headers={"Cache-Control": "no-cache"})

    return Route("/page.css", style)


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return StaticFile(content, TYPES.get(path.suffix, OTHER), etag)


def _has(if_none_match: str, etag: str) -> bool:
    """Whether a browser says that it has a file with this tag."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]
