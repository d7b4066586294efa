"""The few files of the pages that are the same for everybody, read once and served from memory, and
the style of all pages.

Owns their types, and what tells a browser that its copy is still the same: pages name them with a
tag of all of them, so that a browser need not ask again as long as that is the same.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hingeexpert.formats.files import data_folder
from hingeexpert.formats.templates import render

STATIC = "/static"
STATIC_FILES = data_folder("reports") / "web" / "static"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
"""What kind of file it is, by the end of its name."""
OTHER = "application/octet-stream"
FOR_GOOD = {"Cache-Control": "max-age=31536000, immutable"}


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
        headers = {"ETag": found.etag, **_kept_for_good(request)}
        if _has(request.headers.get("if-none-match", ""), found.etag):
            return Response(status_code=304, headers=headers)
        return Response(found.content, media_type=found.kind, headers=headers)


def style_route(templates: Path | None) -> Route:
    """Return the route to the style of all pages: that of the reports, and what the pages add."""

    async def style(request: Request) -> Response:
        content = render("web/page.css", {}, templates)
        headers = {"Cache-Control": "no-cache", **_kept_for_good(request, templates)}
        return Response(content, media_type=TYPES[".css"], headers=headers)

    return Route("/page.css", style)


def tag_of(templates: Path | None) -> str:
    """Return the tag with which pages name these files; none where the templates are somebody's
    own, which may change while the server runs.
    """
    return _shipped_tag() if templates is None else ""


@cache
def _shipped_tag() -> str:
    return tag_of_contents(STATIC_FILES, render("web/page.css", {}))


def tag_of_contents(folder: Path, style: str) -> str:
    """Return what changes with any of the files in a folder, and with the style."""
    contents = [path.read_bytes() for path in sorted(folder.iterdir())]
    return hashlib.sha256(b"".join([*contents, style.encode()])).hexdigest()[:16]


def _kept_for_good(request: Request, templates: Path | None = None) -> dict[str, str]:
    """Return what tells a browser to keep a file that it asked for with the tag."""
    asked = request.query_params.get("tag")
    return FOR_GOOD if asked and asked == tag_of(templates) else {}


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return StaticFile(content, TYPES.get(path.suffix, OTHER), etag)


def _has(if_none_match: str, etag: str) -> bool:
    """Whether a browser says that it has a file with this tag."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]
