"""Files to take away: a form, a report, a handout.

Owns their routes and headers. No file name, no address and no header holds a name or an answer.
"""

from collections.abc import Callable
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
from hingeexpert.handout.calendar_entry import calendar_entry
from hingeexpert.handout.clinic import Clinic, Logo
from hingeexpert.handout.document import Earlier, Letter
from hingeexpert.handout.letter import (
    has_letter,
    letter,
    letter_html,
    letter_pdf,
    why_no_letter,
)
from hingeexpert.intake import Intake
from hingeexpert.intake.visits import Look
from hingeexpert.knowledge import in_language
from hingeexpert.reporting import render_html, render_text
from hingeexpert.web.device_facts import DeviceFacts
from hingeexpert.web.person_chart import course_until, person_chart
from hingeexpert.web.site import Handler, apart, direct, visit_of

PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action "
    "'none'; frame-ancestors 'none'"
)
"""For pages that carry their style inside; they name its hash themselves, and this only allows them
to.
"""
OF_OLDER_FORM = (
    "this visit was finished on an older form; open it again, answer what is new, and finish it"
)


class Papers:
    """The files of one record."""

    def __init__(
        self,
        intake: Intake,
        templates: Path | None,
        clinic: tuple[Clinic | None, Logo | None] = (None, None),
        device: DeviceFacts | None = None,
    ) -> None:
        self.intake, self.templates, self.clinic = intake, templates, clinic
        self.device = device

    def routes(self) -> list[BaseRoute]:
        """Return the routes of all files."""
        of_visit: dict[str, Callable[[Look, Request], Response]] = {
            "form.yaml": self.form,
            "report.txt": self.text,
            "report.html": self.report,
            "handout.html": self.page,
            "letter.html": self.letter_page,
            "visit.ics": self.calendar,
        }
        files: list[BaseRoute] = [
            Route(_path(name), direct(self._of_visit(file))) for name, file in of_visit.items()
        ]
        # They take a second to print.
        printed = [
            Route(_path(name), apart(self._of_visit(file)))
            for name, file in (("handout.pdf", self.pdf), ("letter.pdf", self.letter_pdf))
        ]
        return [*files, *printed]

    def _of_visit(self, file: Callable[[Look, Request], Response]) -> Handler:
        return lambda request: file(self._look(request), request)

    def _look(self, request: Request) -> Look:
        """Return the visit in the address.

        Raises:
            InputError: It was finished on an older form, and today's rules would say something else
                of it.
        """
        look = self.intake.look(visit_of(request))
        if self.intake.old(look) is not None:
            raise InputError.about("visit", OF_OLDER_FORM)
        return look

    def form(self, look: Look, _: Request) -> Response:
        """The form, as a file that every command reads."""
        form = form_of(self.intake.knowledge, look.assessment)
        return _file(form, "application/yaml", _named(look, "form.yaml"))

    def text(self, look: Look, _: Request) -> Response:
        """The report for a file of another program."""
        report = render_text(
            self.intake.knowledge, look.diagnosis, self.templates, self.intake.record.head()
        )
        return _file(report, "text/plain", _named(look, "report.txt"))

    def report(self, look: Look, _: Request) -> Response:
        """The report as a page."""
        knowledge, course = self.intake.knowledge, course_until(self.intake, look)
        chart = person_chart(knowledge, course) if len(course) > 1 else None
        head = self.intake.record.head()
        app = self.device.version if self.device else None
        report = render_html(knowledge, look.diagnosis, self.templates, chart, head, app)
        return self_contained(report)

    def page(self, look: Look, request: Request) -> Response:
        """The handout as a page."""
        sheet, wishes = self._sheet(look, request)
        return self_contained(handout_html(sheet, wishes, self.templates))

    def pdf(self, look: Look, request: Request) -> Response:
        """The handout to print, where the printer is installed."""
        if not has("PDF"):
            raise HTTPException(404, "no_pdf")
        sheet, wishes = self._sheet(look, request)
        printed = handout_pdf([sheet], wishes, self.templates)
        return _file(printed, "application/pdf", _named(look, "handout.pdf"), "inline")

    def calendar(self, look: Look, request: Request) -> Response:
        """The next visit, for the person's calendar.

        Raises:
            InputError: No day was chosen; or with every wish that is not allowed.
        """
        language, wishes = self._wishes(look, request)
        if wishes.next_visit is None:
            raise InputError.about("calendar", "choose the day of the next visit first")
        knowledge = in_language(self.intake.knowledge, language)
        entry = calendar_entry(knowledge, look.assessment, wishes.next_visit, wishes)
        return _file(entry, "text/calendar", _named(look, "visit.ics"))

    def letter_page(self, look: Look, request: Request) -> Response:
        """The letter to a doctor as a page."""
        made, wishes = self._letter(look, request)
        return self_contained(letter_html(made, wishes, self.templates))

    def letter_pdf(self, look: Look, request: Request) -> Response:
        """The letter to print, where the printer is installed."""
        if not has("PDF"):
            raise HTTPException(404, "no_pdf")
        made, wishes = self._letter(look, request)
        printed = letter_pdf(made, wishes, self.templates)
        return _file(printed, "application/pdf", _named(look, "letter.pdf"), "inline")

    def _letter(self, look: Look, request: Request) -> tuple[Letter, Wishes]:
        """Return the letter about a visit, in the language of the rules whatever that of the sheet
        is, and what was wished for it.

        Raises:
            InputError: There is no reason for one; or with every wish that is not allowed.
        """
        knowledge = self.intake.knowledge
        if not has_letter(knowledge, look.diagnosis):
            raise InputError.about("letter", why_no_letter(knowledge, look.diagnosis))
        _, wishes = self._wishes(look, request)
        return letter(knowledge, look.assessment, look.diagnosis, wishes), wishes

    def _sheet(self, look: Look, request: Request) -> tuple[Handout, Wishes]:
        """Return the handout of a visit, and what was wished for it; errors: see `_wishes`."""
        language, wishes = self._wishes(look, request)
        knowledge = in_language(self.intake.knowledge, language)
        return handout(knowledge, look.assessment, look.diagnosis, wishes), wishes

    def _wishes(self, look: Look, request: Request) -> tuple[str, Wishes]:
        """Return the language that was chosen, and what was wished besides.

        Raises:
            InputError: With every wish that is not allowed.
        """
        choices, problems = self._choices(request)
        next_visit, late = _next_visit(request)
        if problems or late:
            raise InputError([*problems, *late])
        wishes = Wishes(
            before=self._earlier(look),
            course=tuple(
                (kept.date, kept.result.readiness) for kept in course_until(self.intake, look)
            ),
            clinic=self.clinic[0],
            logo=self.clinic[1],
            next_visit=next_visit,
            drills=int(choices["drills"]),
            grey=request.query_params.get("grey") == "yes",
            paper=PAPERS[choices["paper"]],
            large=request.query_params.get("large") == "yes",
            head=self.intake.record.head(),
        )
        return choices["language"], wishes

    def _choices(self, request: Request) -> tuple[dict[str, str], list[Problem]]:
        """Return what was chosen from lists, or else comes first in them, and what is not among
        them.
        """
        info, languages = self.intake.knowledge.info, self.intake.knowledge.languages
        allowed = {
            "language": [info.language, *languages],
            "paper": list(PAPERS),
            "drills": ["1", "2"],
        }
        choices: dict[str, str] = {}
        problems: list[Problem] = []
        for name, values in allowed.items():
            value = choices[name] = request.query_params.get(name) or values[0]
            if value not in values:
                message = f"{shown(value)} is not allowed; allowed: {listed(values)}"
                problems.append(Problem("handout", None, name, message))
        return choices, problems

    def _earlier(self, look: Look) -> Earlier | None:
        """Return the visit before, as far as a sheet tells of it."""
        before = self.intake.before(look)
        if before is None:
            return None
        return Earlier(before.date, before.result.readiness, before.answers)


def _path(file: str) -> str:
    """Return where a file of a visit is found."""
    return f"/visits/{{visit}}/{file}"


def _next_visit(request: Request) -> tuple[date | None, list[Problem]]:
    """Return the day of the next visit, where one was chosen, or why that is no day."""
    text = request.query_params.get("next_visit")
    if not text:
        return None, []
    try:
        return date.fromisoformat(text), []
    except ValueError:
        message = "a day is needed here, such as 2026-11-20"
        return None, [Problem("handout", None, "next_visit", message)]


def _named(look: Look, name: str) -> str:
    """Return the name of a file of a visit: those of two people do not meet in one folder."""
    return f"{look.visit.date}-{look.visit.id}-{name}"


def self_contained(html: str) -> Response:
    """Return a page that carries its style inside, and has no scripts."""
    return Response(html, media_type="text/html", headers={"Content-Security-Policy": PAGE_POLICY})


def _file(content: str | bytes, kind: str, name: str, shown_as: str = "attachment") -> Response:
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'{shown_as}; filename="{name}"'}
    )
