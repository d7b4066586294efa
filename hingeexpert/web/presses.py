"""What a press on the page of a visit changes: its answers, who it is of, its end.

Owns what a browser may send to a visit. What follows from an answer is `hingeexpert.intake`.
"""

from collections.abc import Callable
from typing import Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert.errors import InputError, shown
from hingeexpert.intake.events import NewAnswers
from hingeexpert.intake.record import StaleError
from hingeexpert.intake.visits import read_value
from hingeexpert.knowledge.answer_kinds import Number
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.body import Spot
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.web.sent import differing
from hingeexpert.web.site import Fields, Site, go_to, pressed, version_of, visit_of

Press = Callable[[str, int, Fields], None]
"""Changes a visit that is still of a version, as the fields of a form say."""


class Presses:
    """What may be pressed on the page of a visit."""

    def __init__(self, site: Site) -> None:
        self.site, self.intake = site, site.intake

    def routes(self) -> list[BaseRoute]:
        """Return the routes of all presses."""
        presses: dict[str, Callable[[Request, Fields], Response]] = {
            "answer": self._changing(self.answer),
            "step": self._changing(self.step),
            "press": self._changing(self.press),
            "all-well": self._changing(self.all_well),
            "undo": self._changing(self._moving("undo")),
            "redo": self._changing(self._moving("redo")),
            "who": self.who,
            "finish": self.finish,
            "reopen": self.reopen,
        }
        return [
            Route(f"/visits/{{visit}}/{name}", pressed(handler), methods=["POST"])
            for name, handler in presses.items()
        ]

    def _changing(self, press: Press) -> Callable[[Request, Fields], Response]:
        """Return a handler that makes a change and answers with the pieces that differ after it."""

        def changed(request: Request, fields: Fields) -> Response:
            visit, version = visit_of(request), version_of(fields)
            status, problems = 200, list[str]()
            try:
                press(visit, version, fields)
            except StaleError:
                status = 409
            except InputError as error:
                status, problems = 422, [problem.message for problem in error.problems]
            message = self.site.pieces.not_kept(status, problems)
            everything = fields.get("everything") == "yes"
            # A page whose press was not kept may show anything: it is sent every piece.
            page_version = version if status == 200 else None
            pieces = self._differing(visit, page_version, everything)
            return HTMLResponse(f"{message}\n{pieces}", status)

        return changed

    def _differing(self, visit: str, version: int | None, everything: bool) -> str:
        """Return the pieces that a page of a version lacks; for `None` every piece."""
        look, sent = self.intake.look(visit), self.site.sent
        before = {} if version is None else sent.of(visit, version, everything)
        after = self.site.pieces.of(look, everything)
        sent.keep(look, everything, after)
        return differing(before, after)

    def answer(self, visit: str, version: int, fields: Fields) -> None:
        """Keep one answer; an empty one says that it is not assessed."""
        name, text = fields.get("name", ""), fields.get("value", "")
        item = self._observable(name)
        if item is None:
            raise InputError.about("visit", f"there is no observable {shown(name)}")
        if text == "":
            self.intake.change(visit, version, NewAnswers(passed=[name]))
        else:
            self._keep(visit, version, name, read_value(item, text))

    def step(self, visit: str, version: int, fields: Fields) -> None:
        """Move a number by one press of plus or minus."""
        name, minus = fields.get("name", ""), fields.get("by", "").startswith("-")
        item = self._observable(name)
        if item is None or not isinstance(item.answer, Number):
            raise InputError.about("visit", f"there is no number {shown(name)}")
        moved = item.answer.moved(self._answer(visit, name), -1 if minus else 1)
        self._keep(visit, version, name, read_value(item, f"{moved:g}"))

    def press(self, visit: str, version: int, fields: Fields) -> None:
        """Go on to the next answer at a spot of the body."""
        name = fields.get("name", "")
        spot = self._spot(name)
        if spot is None:
            raise InputError.about("visit", f"there is no spot {shown(name)} on the body")
        well = str(self.site.knowledge.observables[name].well)
        self._keep(visit, version, name, spot.after(self._answer(visit, name), well))

    def all_well(self, visit: str, version: int, fields: Fields) -> None:
        """Answer a part as it should be."""
        self.intake.all_well(visit, version, fields.get("group", ""))

    def _moving(self, kind: Literal["undo", "redo"]) -> Press:
        return lambda visit, version, _: self.intake.step(visit, version, kind)

    def _observable(self, name: str) -> Observable | None:
        return self.site.knowledge.observables.get(name)

    def _spot(self, name: str) -> Spot | None:
        """Return the spot of the body that asks a question, if there is one."""
        for figure in self.site.knowledge.body.figures.values():
            for spot in figure.spots:
                if spot.observable == name:
                    return spot
        return None

    def _answer(self, visit: str, name: str) -> Value | None:
        return self.intake.state(visit).answers.get(name)

    def _keep(self, visit: str, version: int, name: str, value: Value | None) -> None:
        self.intake.change(visit, version, NewAnswers({name: value}))

    def who(self, request: Request, fields: Fields) -> Response:
        """Write who the visit is of."""
        visit, name, pieces = visit_of(request), fields.get("name", ""), self.site.pieces
        text, seen = {name: fields.get("value", "")}, {name: fields.get("seen", "")}
        try:
            self.intake.describe(visit, text, seen)
        except StaleError:
            stands = pieces.who(self.intake.look(visit), again=True)
            return HTMLResponse(f"{pieces.not_kept(409, [])}\n{stands}", 409)
        except InputError as error:
            problems = [f"{problem.path}: {problem.message}" for problem in error.problems]
            return HTMLResponse(pieces.not_kept(422, problems), 422)
        return HTMLResponse(pieces.not_kept(200, []))

    def finish(self, request: Request, fields: Fields) -> Response:
        """End a visit; where somebody else has written to it, show it again instead."""
        visit = visit_of(request)
        try:
            self.intake.finish(visit, version_of(fields))
        except StaleError:
            return go_to(f"/visits/{visit}?changed=yes")
        return go_to(f"/visits/{visit}/done")

    def reopen(self, request: Request, fields: Fields) -> Response:
        """Open a finished visit again."""
        visit = visit_of(request)
        try:
            self.intake.step(visit, version_of(fields), "reopen")
        except StaleError:
            return go_to(f"/visits/{visit}?changed=yes")
        return go_to(f"/visits/{visit}")
