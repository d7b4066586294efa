"""The author's page: the rules as tables, and beside them what a change does to whom.

Serves no record, no form and no person: rules alone, and people who are invented.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert.assurance.authoring.draft import DraftLook, RulesDraft
from hingeexpert.assurance.authoring.history.keeping import settled
from hingeexpert.assurance.authoring.history.lines import numbered
from hingeexpert.assurance.authoring.history.signing import signed
from hingeexpert.assurance.authoring.seeing.change_words import (
    PartKind,
    ToldPart,
    first_parts,
    other_parts,
)
from hingeexpert.assurance.authoring.workbook.sheets import MEANT
from hingeexpert.errors import HingeError, KnowledgeError
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.templates import render
from hingeexpert.knowledge.models.history import Signed
from hingeexpert.web.author_tables import AuthorTables, key_of_cell, slug_of
from hingeexpert.web.site import AsyncHandler, Fields, aside, direct, fields_of, go_to, pressed
from hingeexpert.web.static import TYPES, tag_of

NOT_ALLOWED = 422
OWN_FILES = ("author.css", "author.js")
"""What the page needs besides the files of all pages."""
INDENT = 2
"""Blanks by which a line of words stands below another one."""


@dataclass(frozen=True)
class ToldLine:
    """A line of what a change does, and how far it stands below others."""

    depth: int
    text: str


@dataclass(frozen=True)
class PagePart:
    """A part of what a change does, with its lines as the page shows them."""

    kind: PartKind
    lines: tuple[ToldLine, ...]


def page_parts(parts: Iterable[ToldPart]) -> list[PagePart]:
    """Return parts as the page shows them."""
    return [PagePart(part.kind, tuple(map(_told_line, part.lines))) for part in parts]


def _told_line(line: str) -> ToldLine:
    text = line.lstrip()
    return ToldLine((len(line) - len(text)) // INDENT, text)


class AuthorPages:
    """The pages over one draft. There is one author, so all but proofs is answered in its turn."""

    def __init__(self, draft: RulesDraft, templates: Path | None = None) -> None:
        self.draft, self.templates = draft, templates
        self.look: DraftLook | None = None
        self._proving = Lock()  # the solver works for one thread at a time

    def routes(self) -> list[BaseRoute]:
        """Return their routes."""
        return [
            Route("/", direct(self.first)),
            Route("/sheets/{sheet}", direct(self.sheet)),
            Route("/cell", told(self.cell), methods=["POST"]),
            Route("/rest", told(self.rest, apart=True), methods=["POST"]),
            Route("/forget", pressed(self.forget), methods=["POST"]),
            Route("/keep", told(self.keep), methods=["POST"]),
            Route("/history", direct(self.history)),
            Route("/take-back", told(self.take_back), methods=["POST"]),
            *(Route(f"/{name}", _file(name)) for name in OWN_FILES),
        ]

    def _page(self, name: str, **context: Any) -> str:
        shared = {
            "info": self.draft.before.knowledge.info,
            "lock_after": None,
            "tag": tag_of(self.templates),
            "folder": str(self.draft.folder),
            "invented": self.draft.crowd.count,
        }
        return render(f"web/author/{name}.html", {**shared, **context}, self.templates)

    def first(self, _: Request) -> Response:
        """The way to the first sheet."""
        return go_to(f"/sheets/{slug_of(next(iter(self.draft.tables.sheets)))}")

    def sheet(self, request: Request) -> Response:
        """A sheet, and what the draft does."""
        try:
            self.look = self.draft.look()
        except KnowledgeError as error:
            return self._broken(error)
        tables = AuthorTables(self.draft, self.look.slips)
        name = tables.sheet(request.path_params["sheet"])
        if name is None:
            raise HTTPException(404)
        rows = tables.rows(name)
        page = self._page(
            "sheet",
            sheet=name,
            meant=MEANT[name],
            slug=slug_of(name),
            sheets=[
                (slug_of(other), other, len(rows)) for other, rows in tables.tables.sheets.items()
            ],
            headings=list(dict.fromkeys(heading for row in rows for heading in row.cells)),
            rows=rows,
            **self._does(self.look, tables),
        )
        return HTMLResponse(page)

    def _broken(self, error: HingeError) -> Response:
        """Tell what is wrong with a file of the folder."""
        page = self._page("broken", problems=[str(problem) for problem in error.problems])
        return HTMLResponse(page, NOT_ALLOWED)

    def _does(self, look: DraftLook, tables: AuthorTables) -> Mapping[str, Any]:
        """Return what the page tells at once of what the draft does."""
        return {
            "number": look.number,
            "usable": look.change.usable and bool(look.change.files),
            "files": look.change.files,
            "first": page_parts(first_parts(look.change)) if look.change.files else [],
            "changed": [*self.draft.cells.values()],
            "slips": look.slips,
            "slugs": tables.slugs,
        }

    def cell(self, fields: Fields) -> Response:
        """Take what stands in a cell now, and tell at once what it does."""
        place, heading = fields.get("place", ""), fields.get("heading", "")
        key = key_of_cell(place, heading)
        self.draft.put(key, place, heading, fields.get("text", ""), fields.get("seen", ""))
        self.look = self.draft.look()
        tables = AuthorTables(self.draft, self.look.slips)
        on_sheet = {(place, heading)} | {
            (cell.place, cell.heading)
            for cell in self.draft.cells.values()
            if tables.slugs.get(cell.place) == fields.get("sheet")
        }
        cells = [tables.cell(*where) for where in on_sheet]
        page = self._page("does", cells=cells, oob=True, **self._does(self.look, tables))
        return HTMLResponse(page)

    def rest(self, fields: Fields) -> Response:
        """Tell the rest of what the draft does, where it is still the same."""
        with self._proving:
            look = self.look
            if look is None or str(look.number) != fields.get("number"):
                return Response(status_code=204)
            parts = page_parts(other_parts(look.change))
        return HTMLResponse(self._page("rest", parts=parts))

    def forget(self, _: Request, fields: Fields) -> Response:
        """Forget the change of a cell."""
        self.draft.drop(fields.get("key", ""))
        return go_to(f"/sheets/{fields.get('sheet', '')}")

    def keep(self, fields: Fields) -> Response:
        """Keep the draft."""
        with self._proving:
            kept = self.draft.keep(_signed(fields))
        return _to(f"/history#change-{kept.number}")

    def take_back(self, fields: Fields) -> Response:
        """Take a change back."""
        number = _number(fields.get("number", ""))
        with self._proving:
            kept = self.draft.take_back(number, _signed(fields))
        return _to(f"/history#change-{kept.number}")

    def history(self, _: Request) -> Response:
        """Everything that was kept, the last first."""
        try:
            history = settled(self.draft.folder)
        except HingeError as error:
            return self._broken(error)
        changes = [
            (number, change, history.taken_back.get(number), _lines(change.files))
            for number, change in reversed(history.changes.items())
        ]
        return HTMLResponse(self._page("history", changes=changes))


def told(handler: Callable[[Fields], Response], apart: bool = False) -> AsyncHandler:
    """Return a handler that reads the fields of a form, and tells every slip in a piece of the
    page; one that takes long works beside the others.
    """

    async def answered(request: Request) -> Response:
        fields = fields_of(await request.body())
        try:
            return await aside(handler, fields) if apart else handler(fields)
        except HingeError as error:
            problems = [(problem.path, problem.message) for problem in error.problems]
            context = {"problems": problems or [("", str(error))]}
            return HTMLResponse(render("web/author/slips.html", context), NOT_ALLOWED)

    return answered


def _number(text: str) -> int:
    """Return the number of a change; 0, which is that of none, where it is no number."""
    try:
        return int(text)
    except ValueError:  # also of more digits than Python reads
        return 0


def _signed(fields: Fields) -> Signed:
    """Return the signature in a form."""
    sources = fields.get("sources", "").split(",")
    who, reason = fields.get("name", ""), fields.get("reason", "")
    return signed(who, reason, sources, fields.get("second", ""))


def _lines(files: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return the lines that a change took out and put in, by file."""
    return [(file, list(numbered(replaced))) for file, replaced in files.items()]


def _to(address: str) -> Response:
    """Have the page go somewhere else after a press that it sent by itself."""
    return Response(status_code=200, headers={"HX-Redirect": address})


def _file(name: str) -> AsyncHandler:
    """Return what answers with a file of the page."""
    content = (data_folder("reports") / "web" / "author" / name).read_bytes()
    kind = TYPES[Path(name).suffix]

    async def answered(_: Request) -> Response:
        return Response(content, media_type=kind, headers={"Cache-Control": "no-cache"})

    return answered
