"""Files to take away: a form, a report, a handout, and everything that the record holds.

Owns their routes and headers. No file name, no address and no header holds a name or an answer.
"""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hingeexpert.errors import InputError, Problem, listed, shown
from hingeexpert.formats.extras import has
from hingeexpert.formats.pdf import PAPERS
from hingeexpert.forms import form_of
from hingeexpert.handout import Handout, Wishes, handout, handout_html, handout_pdf
from hingeexpert.handout.clinic import Clinic, Logo
from hingeexpert.handout.document import Earlier
from hingeexpert.intake import Intake
from hingeexpert.intake.record import MissingError
from hingeexpert.intake.visits import Look
from hingeexpert.knowledge import in_language
from hingeexpert.reporting import render_html, render_text

PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action "
    "'none'; frame-ancestors 'none'"
)
"""For pages that carry their style inside; they name its hash themselves, and this only allows them
to.
"""


class Papers:
    """The files of one record."""

    def __init__(
        self,
        intake: Intake,
        templates: Path | None,
        clinic: tuple[Clinic | None, Logo | None] = (None, None),
    ) -> None:
        self.intake, self.templates, self.clinic = intake, templates, clinic

    def routes(self) -> list[BaseRoute]:
        """Return the routes of all files."""
        of_visit: dict[str, Callable[[Look, Request], Response]] = {
            "form.yaml": self.form,
            "report.txt": self.text,
            "report.html": self.report,
            "handout.html": self.page,
            "handout.pdf": self.pdf,
        }
        files: list[BaseRoute] = [
            Route(f"/visits/{{visit}}/{name}", self._of_visit(file))
            for name, file in of_visit.items()
        ]
        return [*files, Route("/export.zip", self.export)]

    def _of_visit(self, file: Callable[[Look, Request], Response]) -> Callable[[Request], Response]:
        def answered(request: Request) -> Response:
            try:
                return file(self.intake.look(request.path_params["visit"]), request)
            except MissingError:
                raise HTTPException(404) from None

        return answered

    def form(self, look: Look, _: Request) -> Response:
        """The form, as a file that every command reads."""
        return _file(
            form_of(self.intake.knowledge, look.assessment), "application/yaml", "form.yaml"
        )

    def text(self, look: Look, _: Request) -> Response:
        """The report for a file of another program."""
        return _file(
            render_text(self.intake.knowledge, look.diagnosis, self.templates),
            "text/plain",
            "report.txt",
        )

    def report(self, look: Look, _: Request) -> Response:
        """The report as a page."""
        return _page(render_html(self.intake.knowledge, look.diagnosis, self.templates))

    def page(self, look: Look, request: Request) -> Response:
        """The handout as a page."""
        sheet, wishes = self._sheet(look, request)
        return _page(handout_html(sheet, wishes, self.templates))

    def pdf(self, look: Look, request: Request) -> Response:
        """The handout to print, where the printer is installed."""
        if not has("PDF"):
            raise HTTPException(404, "no_pdf")
        sheet, wishes = self._sheet(look, request)
        return _file(
            handout_pdf([sheet], wishes, self.templates), "application/pdf", "handout.pdf", "inline"
        )

    def _sheet(self, look: Look, request: Request) -> tuple[Handout, Wishes]:
        asked = request.query_params
        knowledge = self.intake.knowledge
        allowed = {
            "language": [knowledge.info.language, *knowledge.languages],
            "paper": list(PAPERS),
            "drills": ["1", "2"],
        }
        chosen = {name: asked.get(name) or choices[0] for name, choices in allowed.items()}
        problems = [
            Problem(
                "handout",
                None,
                name,
                f"{shown(value)} is not allowed; allowed: {listed(allowed[name])}",
            )
            for name, value in chosen.items()
            if value not in allowed[name]
        ]
        try:
            next_visit = (
                date.fromisoformat(asked["next_visit"]) if asked.get("next_visit") else None
            )
        except ValueError:
            problems.append(
                Problem("handout", None, "next_visit", "a day is needed here, such as 2026-11-20")
            )
        if problems:
            raise InputError(problems)
        before = self.intake.before(look)
        wishes = Wishes(
            before=None
            if before is None
            else Earlier(before.date, before.summary.readiness, before.answers),
            clinic=self.clinic[0],
            logo=self.clinic[1],
            next_visit=next_visit,
            drills=int(chosen["drills"]),
            grey=asked.get("grey") == "yes",
            paper=PAPERS[chosen["paper"]],
            large=asked.get("large") == "yes",
        )
        return handout(
            in_language(knowledge, chosen["language"]), look.assessment, look.diagnosis, wishes
        ), wishes

    def export(self, _: Request) -> Response:
        """Everything in the record: each visit as a form, and people, visits and events as they are
        kept.
        """
        record, packed = self.intake.record, io.BytesIO()
        with record.unchanged(), zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            visits = record.visits()
            events = (
                {"visit": visit.id, **asdict(event)}
                for visit in visits
                for event in record.events(visit.id)
            )
            tables = {
                "people": map(asdict, record.people()),
                "visits": map(asdict, visits),
                "events": events,
            }
            for name, rows in tables.items():
                archive.writestr(
                    f"{name}.jsonl",
                    "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows),
                )
            for visit in visits:
                archive.writestr(
                    f"forms/{visit.date}-{visit.id}.yaml",
                    form_of(self.intake.knowledge, self.intake.form(visit)),
                )
        return _file(packed.getvalue(), "application/zip", "hingeexpert-record.zip")


def _page(html: str) -> Response:
    return Response(html, media_type="text/html", headers={"Content-Security-Policy": PAGE_POLICY})


def _file(content: str | bytes, kind: str, name: str, place: str = "attachment") -> Response:
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'{place}; filename="{name}"'}
    )
