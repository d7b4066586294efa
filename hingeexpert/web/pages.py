"""The pages: who is here, a visit at work, what it came to, a person over time.

Owns the routes of the pages and what a browser may send to them. What follows from an answer is
`hingeexpert.intake`; files to take away are `papers.py`. No name and no answer stands in an address
or a title.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert.errors import InputError, Problem, shown
from hingeexpert.formats.extras import has
from hingeexpert.formats.templates import render
from hingeexpert.inference.explanation import Explainer
from hingeexpert.inference.what_if import what_if
from hingeexpert.intake import Intake
from hingeexpert.intake.events import Change, Kind
from hingeexpert.intake.record import MissingError, Person, StaleError, Visit
from hingeexpert.intake.visits import read_value
from hingeexpert.knowledge.models.answers import Number
from hingeexpert.pictures.ladder_chart import LadderVisit, ladder_chart
from hingeexpert.reporting.view import view
from hingeexpert.web.pieces import RESULT, Pieces, Sent, differing, page_of

Fields = Mapping[str, str]


class Pages:
    """The pages of one record."""

    def __init__(self, intake: Intake, templates: Path | None) -> None:
        self.intake, self.templates = intake, templates
        self.pieces = Pieces(intake, templates)
        self.sent = Sent()
        self.pdf = has("PDF")

    def routes(self) -> list[BaseRoute]:
        """Return the routes of all pages."""
        return [
            Route("/", self._reading(self.home)),
            Route("/page.css", self.style),
            Route("/visits", self._writing(self.begin), methods=["POST"]),
            Route("/visits/{visit}", self._reading(self.visit)),
            Route("/visits/{visit}/done", self._reading(self.done)),
            Route("/visits/{visit}/why", self._writing(self.why), methods=["POST"]),
            *(
                Route(f"/visits/{{visit}}/{name}", self._writing(change), methods=["POST"])
                for name, change in {
                    "answer": self._changing(self.answer),
                    "step": self._changing(self.step),
                    "press": self._changing(self.press),
                    "all-well": self._changing(self.all_well),
                    "undo": self._changing(self._stepping("undo")),
                    "redo": self._changing(self._stepping("redo")),
                    "who": self.who,
                    "finish": self.finish,
                    "reopen": self.reopen,
                }.items()
            ),
            Route("/people/{person}", self._reading(self.person)),
            Route("/people/{person}/visits", self._writing(self.begin), methods=["POST"]),
            Route("/people/{person}/delete", self._reading(self.ask_delete)),
            Route("/people/{person}/delete", self._writing(self.delete), methods=["POST"]),
        ]

    def _reading(self, page: Callable[[Request], Response]) -> Callable[[Request], Response]:
        def answered(request: Request) -> Response:
            try:
                return page(request)
            except MissingError:
                raise HTTPException(404) from None

        return answered

    def _writing(
        self, page: Callable[[Request, Fields], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answered(request: Request) -> Response:
            try:
                sent = parse_qs(
                    (await request.body()).decode(), keep_blank_values=True, max_num_fields=100
                )
            except ValueError:
                raise HTTPException(400) from None
            fields = {name: values[-1] for name, values in sent.items()}
            try:
                return await run_in_threadpool(page, request, fields)
            except MissingError:
                raise HTTPException(404) from None

        return answered

    def _page(self, name: str, /, **context: Any) -> HTMLResponse:
        return HTMLResponse(
            render(
                f"web/{name}.html",
                {"info": self.intake.knowledge.info, "pdf": self.pdf, **context},
                self.templates,
            )
        )

    def style(self, _: Request) -> Response:
        """Return the style of all pages: that of the reports, and what the pages add."""
        return Response(
            render("web/page.css", {}, self.templates),
            media_type="text/css",
            headers={"Cache-Control": "no-cache"},
        )

    def home(self, request: Request, notice: str = "") -> Response:
        """Who is here: drafts, and people with a name or a finished visit.

        What nobody has begun to fill is not shown.
        """
        people = {person.id: person for person in self.intake.record.people()}
        entries = [entry for entry in self._entries(people) if entry["begun"]]
        of_person: dict[str, list[dict[str, Any]]] = {}
        for entry in entries:
            of_person.setdefault(entry["person"].id, []).append(entry)
        known = [
            id_
            for id_, theirs in of_person.items()
            if people[id_].patient or any(entry["finished"] for entry in theirs)
        ]
        listed = [
            {**of_person[id_][-1], "visits": len(of_person[id_])} for id_ in people if id_ in known
        ]
        drafts = [
            {**entry, "answers": len(self.intake.state(entry["visit"].id).answers)}
            for entry in reversed(entries)
            if not entry["finished"]
        ]
        return self._page(
            "home", drafts=drafts, people=listed, record=self.intake.record.path, notice=notice
        )

    def _entries(self, people: Mapping[str, Person]) -> Iterator[dict[str, Any]]:
        """Yield what a list shows of the visits of some people, in the order in which they began;
        no log is replayed for it.
        """
        titles = {level.id: level.title for level in self.intake.knowledge.readiness}
        ends = self.intake.record.ends()
        for visit in self.intake.record.visits():
            person, (version, kept) = people.get(visit.person), ends.get(visit.id, (0, None))
            if person is not None:
                verdict = titles.get(kept.get("readiness", "")) if kept else None
                begun = version > 1 or bool(person.patient)
                time = datetime.fromisoformat(visit.begun).astimezone().strftime("%H:%M")
                yield {
                    "visit": visit,
                    "person": person,
                    "begun": begun,
                    "finished": kept is not None,
                    "verdict": verdict,
                    "time": time,
                }

    def begin(self, request: Request, _: Fields) -> Response:
        """Begin a visit, of the person in the address or of somebody new."""
        return _to(f"/visits/{self.intake.begin(request.path_params.get('person'))}")

    def visit(self, request: Request) -> Response:
        """A visit at work."""
        look = self.intake.look(request.path_params["visit"])
        everything = request.query_params.get("everything") == "yes"
        pieces = self.sent.keep(look, everything, self.pieces.of(look, everything))
        parts = page_of(self.intake.knowledge, pieces)
        ready = {name: Markup(html) for name, html in pieces.items()}  # noqa: S704 - made by our templates, which escape
        result = [ready[f"result-{name}"] for name in RESULT]
        told = self.pieces.told(409 if request.query_params.get("changed") == "yes" else 200, [])
        ready |= {"told": Markup(told), "who": Markup(self.pieces.who(look))}  # noqa: S704
        base = f"/visits/{look.visit.id}"
        return self._page(
            "visit",
            look=look,
            parts=parts,
            pieces=ready,
            result=result,
            everything=everything,
            base=base,
        )

    def _changing(
        self, change: Callable[[str, int, Fields], None]
    ) -> Callable[[Request, Fields], Response]:
        """Return a handler that makes a change and answers with the pieces that differ after it."""

        def changed(request: Request, fields: Fields) -> Response:
            visit, version, everything = (
                request.path_params["visit"],
                _number(fields.get("version")),
                fields.get("everything") == "yes",
            )
            problems: list[str] = []
            status = 200
            try:
                change(visit, version, fields)
            except StaleError:
                status = 409
            except InputError as error:
                status, problems = 422, [problem.message for problem in error.problems]
            look = self.intake.look(visit)
            before = self.sent.of(visit, version, everything) if status == 200 else {}
            after = self.sent.keep(look, everything, self.pieces.of(look, everything))
            told = self.pieces.told(status, problems)
            return HTMLResponse(f"{told}\n{differing(before, after)}", status)

        return changed

    def answer(self, visit: str, version: int, fields: Fields) -> None:
        """Keep one answer; an empty one says that it is not assessed."""
        name, text = fields.get("name", ""), fields.get("value", "")
        item = self.intake.knowledge.observables.get(name)
        if item is None:
            raise InputError([Problem("visit", None, "", f"there is no observable {shown(name)}")])
        self.intake.change(
            visit,
            version,
            Change(passed=[name]) if text == "" else Change({name: read_value(item, text)}),
        )

    def step(self, visit: str, version: int, fields: Fields) -> None:
        """Move a number by one press of plus or minus."""
        name, by = fields.get("name", ""), -1 if fields.get("by", "").startswith("-") else 1
        item = self.intake.knowledge.observables.get(name)
        if item is None or not isinstance(item.answer, Number):
            raise InputError([Problem("visit", None, "", f"there is no number {shown(name)}")])
        moved = item.answer.moved(self.intake.state(visit).answers.get(name), by)
        self.intake.change(visit, version, Change({name: read_value(item, f"{moved:g}")}))

    def press(self, visit: str, version: int, fields: Fields) -> None:
        """Go on to the next answer at a spot of the body."""
        name, knowledge = fields.get("name", ""), self.intake.knowledge
        found = (
            spot
            for figure in knowledge.body.figures.values()
            for spot in figure.spots
            if spot.observable == name
        )
        spot = next(found, None)
        if spot is None:
            raise InputError(
                [Problem("visit", None, "", f"there is no spot {shown(name)} on the body")]
            )
        value = spot.after(
            self.intake.state(visit).answers.get(name), str(knowledge.observables[name].well)
        )
        self.intake.change(visit, version, Change({name: value}))

    def all_well(self, visit: str, version: int, fields: Fields) -> None:
        """Answer a part as it should be."""
        self.intake.all_well(visit, version, fields.get("group", ""))

    def _stepping(self, kind: Kind) -> Callable[[str, int, Fields], None]:
        return lambda visit, version, _: self.intake.step(visit, version, kind)

    def who(self, request: Request, fields: Fields) -> Response:
        """Write who the visit is of."""
        visit, name = request.path_params["visit"], fields.get("name", "")
        try:
            self.intake.describe(
                visit, {name: fields.get("value", "")}, {name: fields.get("seen", "")}
            )
        except StaleError:
            return HTMLResponse(
                f"{self.pieces.told(409, [])}\n{self.pieces.who(self.intake.look(visit), again=True)}",  # noqa: E501
                409,
            )
        except InputError as error:
            return HTMLResponse(
                self.pieces.told(
                    422, [f"{problem.path}: {problem.message}" for problem in error.problems]
                ),
                422,
            )
        return HTMLResponse(self.pieces.told(200, []))

    def finish(self, request: Request, fields: Fields) -> Response:
        """End a visit; where somebody else has written to it, show it again instead."""
        visit = request.path_params["visit"]
        try:
            self.intake.finish(visit, _number(fields.get("version")))
        except StaleError:
            return _to(f"/visits/{visit}?changed=yes")
        return _to(f"/visits/{visit}/done")

    def reopen(self, request: Request, fields: Fields) -> Response:
        """Open a finished visit again."""
        visit = request.path_params["visit"]
        try:
            self.intake.step(visit, _number(fields.get("version")), "reopen")
        except StaleError:
            return _to(f"/visits/{visit}?changed=yes")
        return _to(f"/visits/{visit}")

    def done(self, request: Request) -> Response:
        """What a visit came to, and its papers."""
        look = self.intake.look(request.path_params["visit"])
        knowledge = self.intake.knowledge
        return self._page(
            "done",
            look=look,
            report=view(knowledge, look.diagnosis),
            base=f"/visits/{look.visit.id}",
            languages=[knowledge.info.language, *knowledge.languages],
        )

    def why(self, request: Request, fields: Fields) -> Response:
        """How a conclusion was reached or why it was not, and for a step what would lead there."""
        look = self.intake.look(request.path_params["visit"])
        explainer = Explainer(self.intake.knowledge, look.assessment, titles=True)
        name = fields.get("id", "")
        if name not in explainer.ids():
            raise HTTPException(404)
        explanation = explainer.explain(name)
        wanted = (
            explanation.kind in self.intake.knowledge.ladders
            and explanation.standing != Explainer.REACHED
        )
        change = (
            what_if(self.intake.knowledge, look.assessment, name)
            if wanted and not explainer.refer_first()
            else None
        )
        answers = (
            []
            if change is None
            else [explainer.answer(observable) for observable in change.in_the_way]
        )
        proposals = {
            name
            for name, source in self.intake.knowledge.sources.items()
            if source.kind == "proposal"
        }
        context = {
            "explanation": explanation,
            "change": change,
            "answers": answers,
            "proposals": proposals,
        }
        return HTMLResponse(render("web/pieces/why.html", context, self.templates))

    def person(self, request: Request) -> Response:
        """A person over time."""
        record = self.intake.record
        person = record.person(request.path_params["person"])
        visits = record.visits(person.id)
        entries = list(self._entries({person.id: person}))[::-1]
        looks = [self.intake.look(visit.id) for visit in visits[-1:]]
        comparison = self.intake.compared(looks[-1]) if looks else None
        latest = visits[-1].date if visits else None
        return self._page(
            "person",
            person=person,
            visits=entries,
            comparison=comparison,
            latest=latest,
            chart=self._chart(visits),
        )

    def _chart(self, visits: list[Visit]) -> Markup | None:
        """Draw the ladder over the finished visits; `None` while there is none."""
        words = self.intake.knowledge.intake
        levels = {level.id: place for place, level in enumerate(self.intake.knowledge.readiness)}
        titles = [level.title for level in self.intake.knowledge.readiness]
        kept = (self.intake.kept(visit) for visit in visits)
        marks = [
            LadderVisit(before.date, levels.get(before.summary.readiness))
            for before in kept
            if before is not None
        ]
        return (
            Markup(ladder_chart(titles, marks, words.chart_alt, words.chart_open))  # noqa: S704
            if marks
            else None
        )

    def ask_delete(self, request: Request) -> Response:
        """Ask before a person is deleted."""
        person = self.intake.record.person(request.path_params["person"])
        return self._page("delete", person=person, visits=self.intake.record.visits(person.id))

    def delete(self, request: Request, _: Fields) -> Response:
        """Delete a person for good, and say what was deleted."""
        gone = self.intake.delete(request.path_params["person"])
        self.sent.forget()
        return self.home(
            request,
            notice=render("web/pieces/deleted.html", {"gone": gone}, self.templates).strip(),
        )


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303)


def _number(text: str | None) -> int:
    """Return a whole number that a page sent; what is none counts as one that was never given
    out.
    """
    try:
        return int(text or "")
    except ValueError:
        return -1
