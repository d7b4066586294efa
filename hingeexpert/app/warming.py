"""Answers with a record that is then thrown away: what Python has read, compiled and used once is
quick the next time, and stays so in a memory image.

Owns what is asked for. Nothing of a person is there.
"""

from urllib.parse import urlencode

from starlette.types import ASGIApp

from hingeexpert.app.device import Wish
from hingeexpert.app.inside import PageAnswer, Turn
from hingeexpert.app.keeper import Keeper
from hingeexpert.intake import Intake
from hingeexpert.knowledge import KnowledgeBase

PRESSES = 3
PAPERS = ("done", "handout.html", "report.html", "report.txt", "form.yaml")
TYPE = "application/x-www-form-urlencoded"


def warm_up(app: ASGIApp, knowledge: KnowledgeBase, keeper: Keeper) -> None:
    """Ask for what a visit needs: the pages of people, a visit, some presses, its papers.

    Args:
        app: The pages.
        knowledge: The rules.
        keeper: The record behind the pages, which is open.
    """
    for address in ("/", "/page.css", "/protect"):
        _asked(app, "GET", address)
    visit = _asked(app, "POST", "/visits").headers["location"]
    _asked(app, "GET", visit)
    assert keeper.record is not None
    intake, id_ = Intake(knowledge, keeper.record), visit.rpartition("/")[2]
    for part in intake.parts(intake.look(id_))[:PRESSES]:
        question = part.questions[0]
        fields = {"version": str(intake.state(id_).version), "name": question.name, "value": ""}
        _asked(app, "POST", f"{visit}/answer", **fields)
    _asked(app, "POST", f"{visit}/finish", version=str(intake.state(id_).version), nameless="yes")
    for paper in PAPERS:
        _asked(app, "GET", f"{visit}/{paper}")
    _asked(app, "GET", "/export.zip")


def _asked(app: ASGIApp, method: str, address: str, /, **fields: str) -> PageAnswer:
    turn = Turn(app, method, address, {"content-type": TYPE}, urlencode(fields).encode())
    step = turn.step()
    assert not isinstance(step, Wish), step.name
    return step
