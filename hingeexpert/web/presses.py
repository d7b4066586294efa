"""What a press on the page of a visit changes: its answers, who it is of, its end.

Owns what a browser may send to a visit. What follows from an answer is `hingeexpert.intake`.
"""

from collections.abc import Callable
from typing import Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert.errors import InputError, shown
from hingeexpert.intake.checking import before_finish
from hingeexpert.intake.comparing import OtherBeforeError
from hingeexpert.intake.events import NewAnswers, State
from hingeexpert.intake.visits import read_value
from hingeexpert.knowledge.answer_kinds import Number
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.record import StaleError
from hingeexpert.web.questions import NotKept, piece_id, spelled_or_none, spelling
from hingeexpert.web.sent import differing, in_place
from hingeexpert.web.site import Fields, Site, go_to, pressed, version_of, visit_of
from hingeexpert.web.slips import standing_slips

MOVES = {"undo": "Undone", "redo": "Done again"}
"""What goes back or forth over earlier changes, each with the word for what it did."""
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
            "all-well": self._changing(self.all_well),
            "none": self._changing(self.none_of),
            "same": self._changing(self.same),
            "undo": self._changing(self._moving("undo"), "undo"),
            "redo": self._changing(self._moving("redo"), "redo"),
            "who": self.who,
            "finish": self.finish,
            "reopen": self._turning("reopen"),
            "short": self._turning("short"),
            "full": self._turning("full"),
        }
        return [
            Route(f"/visits/{{visit}}/{name}", pressed(handler), methods=["POST"])
            for name, handler in presses.items()
        ]

    def _changing(self, press: Press, moves: str = "") -> Callable[[Request, Fields], Response]:
        """Return a handler that makes a change and answers with the pieces that differ after it.

        Args:
            press: Makes the change.
            moves: What it is, where it goes back or forth over earlier changes.
        """

        def changed(request: Request, fields: Fields) -> Response:
            visit, version = visit_of(request), version_of(fields)
            pieces, before = self.site.pieces, self.intake.state_at(visit, version)
            try:
                press(visit, version, fields)
            except StaleError:
                every = self._every(visit, fields)
                if not self._stands(before, visit, fields, moves):
                    told = pieces.told("elsewhere", dropped=self._named(fields))
                    return HTMLResponse(f"{told}\n{every}", 409)
                told = self._told(moves, before, self.intake.state(visit))
                return HTMLResponse(f"{told}\n{every}")
            except OtherBeforeError:
                return HTMLResponse(f"{pieces.told('before')}\n{self._every(visit, fields)}", 409)
            except InputError as error:
                return self._refused(visit, fields, error)
            told = self._told(moves, before, self.intake.state(visit))
            return HTMLResponse(f"{told}\n{self._differing(visit, version, fields)}")

        return changed

    def _stands(self, before: State, visit: str, fields: Fields, moves: str) -> bool:
        """Whether a press is kept already: its own answer did not come back, or somebody else
        pressed the same.

        Args:
            before: What was answered when the page was made.
            visit: The visit.
            fields: What was pressed.
            moves: See `_changing`.
        """
        if moves:
            return self._is_all_since(moves, visit, before.version)
        name, state = fields.get("name", ""), self.intake.state(visit)
        item = self._observable(name)
        if item is None:
            return False
        stands = spelled_or_none(state.answers.get(name))
        if "by" in fields:
            return stands == spelled_or_none(self._stepped(item, before, fields))
        if fields.get("blank") == "yes":
            return stands is None and name not in state.passed
        given = fields.get("value", "")
        return stands == given if given else name in state.passed

    def _is_all_since(self, kind: str, visit: str, version: int) -> bool:
        """Whether one event of a kind is all that came after a version."""
        events = self.intake.record.events(visit)
        return [event.kind for event in events if event.number > version] == [kind]

    def _refused(self, visit: str, fields: Fields, error: InputError) -> HTMLResponse:
        """Answer that a press is not allowed: beside its question, where it has one."""
        why = "; ".join(problem.message for problem in error.problems)
        name, text = fields.get("name", ""), fields.get("value", "")
        refused = NotKept(name, text, why) if self._observable(name) is not None else None
        beside = self.site.pieces.told("kept")
        told = beside if refused else self.site.pieces.told("refused", problems=[why])
        pieces = self._differing(visit, None, fields, refused)
        return HTMLResponse(f"{told}\n{pieces}", 422)

    def _every(self, visit: str, fields: Fields) -> str:
        """Return what a page of an older state needs, which may show anything: every piece. One
        that still shows the steps of a short visit, or of a full one, gets the bar, which has it
        loaded again.
        """
        look = self.intake.look(visit)
        if look.state.short is (fields.get("short") == "yes"):
            return self._differing(visit, None, fields)
        return in_place("bar", self.site.pieces.of(look, _everything(fields))["bar"])

    def _differing(
        self, visit: str, version: int | None, fields: Fields, refused: NotKept | None = None
    ) -> str:
        """Return the pieces that a page of a version lacks, and those it asks for; for `None` every
        piece.
        """
        everything = _everything(fields)
        look, sent = self.intake.look(visit), self.site.sent
        before = {} if version is None else sent.of(visit, version, everything)
        slips = standing_slips(self.site.knowledge, fields)
        if refused is not None:
            slips[refused.name] = refused
        after = self.site.pieces.of(look, everything, slips)
        if slips:
            sent.drop(visit)
        else:
            sent.keep(look, everything, after)
        return differing(before, after, fields.get("lacks", "").split())

    def _named(self, fields: Fields) -> str:
        """Return in words what was pressed or typed, as far as it is known."""
        item = self._observable(fields.get("name", ""))
        if item is None:
            return "the last press"
        value = fields.get("value", "").replace("_", " ")
        return f"{item.short or item.question}: {value}" if value else item.short or item.question

    def _told(self, moved: str, before: State, after: State) -> str:
        """Return the strip that tells what was undone or done again; else it is taken away."""
        changed = [
            name
            for name in self.site.knowledge.observables
            if before.answers.get(name) != after.answers.get(name)
            or (name in before.passed) != (name in after.passed)
        ]
        if not (moved and changed):
            return self.site.pieces.told("kept")
        of = before if after.undoable < before.undoable else after
        return self.site.pieces.told(
            "undone",
            word=MOVES[moved],
            lines=[self._line(name, of) for name in changed],
            place=piece_id(changed[0]),
        )

    def _line(self, name: str, state: State) -> str:
        """Return a question with its answer, in words."""
        item, value = self.site.knowledge.observables[name], state.answers.get(name)
        said = "not assessed" if value is None else spelling(value).replace("_", " ")
        return f"{item.short or item.question}: {said}"

    def answer(self, visit: str, version: int, fields: Fields) -> None:
        """Keep one answer; an empty one says that it is not assessed, or with `blank` takes the
        answer back.
        """
        name, text = fields.get("name", ""), fields.get("value", "")
        item = self._observable(name)
        if item is None:
            raise InputError.about("visit", f"there is no observable {shown(name)}")
        if fields.get("blank") == "yes":
            self._keep(visit, version, name, None)
        elif text == "":
            self.intake.change(visit, version, NewAnswers(passed=[name]))
        else:
            self._keep(visit, version, name, read_value(item, text))

    def step(self, visit: str, version: int, fields: Fields) -> None:
        """Move a number by one press of plus or minus."""
        name = fields.get("name", "")
        item = self._observable(name)
        value = None if item is None else self._stepped(item, self.intake.state(visit), fields)
        if value is None:
            raise InputError.about("visit", f"there is no number {shown(name)}")
        self._keep(visit, version, name, value)

    def _stepped(self, item: Observable, state: State, fields: Fields) -> Value | None:
        """Return where a press of plus or minus moves a number; nothing where it is none."""
        if not isinstance(item.answer, Number):
            return None
        way = -1 if fields.get("by", "").startswith("-") else 1
        moved = item.answer.moved(state.answers.get(fields.get("name", "")), way)
        return read_value(item, f"{moved:g}")

    def all_well(self, visit: str, version: int, fields: Fields) -> None:
        """Answer a part as it should be."""
        self.intake.all_well(visit, version, fields.get("group", ""))

    def none_of(self, visit: str, version: int, fields: Fields) -> None:
        """Say that nothing else of a cluster applies."""
        self.intake.none_of(visit, version, fields.get("cluster", ""))

    def same(self, visit: str, version: int, fields: Fields) -> None:
        """Answer what is blank in a part as at the visit before."""
        self.intake.same_as_before(visit, version, fields.get("group", ""), fields.get("last"))

    def _moving(self, kind: Literal["undo", "redo"]) -> Press:
        return lambda visit, version, _: self.intake.step(visit, version, kind)

    def _observable(self, name: str) -> Observable | None:
        return self.site.knowledge.observables.get(name)

    def _keep(self, visit: str, version: int, name: str, value: Value | None) -> None:
        self.intake.change(visit, version, NewAnswers({name: value}))

    def who(self, request: Request, fields: Fields) -> Response:
        """Write who the visit is of."""
        visit, name, pieces = visit_of(request), fields.get("name", ""), self.site.pieces
        text, seen = {name: fields.get("value", "")}, {name: fields.get("seen", "")}
        try:
            self.intake.describe(visit, text, seen)
        except StaleError:
            stands = pieces.who_again(self.intake.look(visit), name)
            every = self._every(visit, fields)
            return HTMLResponse(f"{pieces.told('elsewhere')}\n{stands}\n{every}", 409)
        except InputError as error:
            why = "; ".join(problem.message for problem in error.problems)
            refused = NotKept(name, fields.get("value", ""), why)
            stands = pieces.who_again(self.intake.look(visit), name, refused)
            return HTMLResponse(f"{pieces.told('kept')}\n{stands}", 422)
        after = self._differing(visit, self.intake.state(visit).version, fields)
        self.site.sent.drop(visit)
        return HTMLResponse(f"{pieces.told('kept')}\n{after}")

    def finish(self, request: Request, fields: Fields) -> Response:
        """End a visit; where nobody knows who it was, ask first, and where somebody else has
        written to it, show it again instead. Pressed twice, it is one press.
        """
        visit, version = visit_of(request), version_of(fields)
        if self._is_all_since("finish", visit, version):
            return go_to(f"/visits/{visit}/done")
        check = before_finish(self.intake, self.intake.look(visit))
        if check.nameless and fields.get("nameless") != "yes":
            return go_to(f"/visits/{visit}?asked=who#step-result")
        try:
            self.intake.finish(visit, version)
        except StaleError:
            return go_to(f"/visits/{visit}?changed=yes")
        return go_to(f"/visits/{visit}/done")

    def _turning(
        self, kind: Literal["reopen", "short", "full"]
    ) -> Callable[[Request, Fields], Response]:
        """Return a handler that opens a finished visit again, or makes it a short one or a full
        one, and shows it.
        """

        def turned(request: Request, fields: Fields) -> Response:
            visit, version = visit_of(request), version_of(fields)
            if self._is_all_since(kind, visit, version):
                return go_to(f"/visits/{visit}")
            try:
                self.intake.step(visit, version, kind)
            except StaleError:
                return go_to(f"/visits/{visit}?changed=yes")
            return go_to(f"/visits/{visit}")

        return turned


def _everything(fields: Fields) -> bool:
    """Whether a page shows every question of the form."""
    return fields.get("everything") == "yes"
