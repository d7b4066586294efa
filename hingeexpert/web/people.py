"""The pages of people: who is here, one person over time, and how somebody is deleted.

Owns what they show. No name stands in an address or a title.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from hingeexpert.intake.heads import today
from hingeexpert.record import RecordedPerson, StandingVisit, Visit
from hingeexpert.record.event import kept_moment
from hingeexpert.web.days import local_moment
from hingeexpert.web.person_chart import person_chart
from hingeexpert.web.site import Fields, Site, direct, go_to, has_threads, pressed

A_PAGE = 50
"""People, or visits that are not finished, on one page of a list."""
FIRST_DRAFTS = 7
"""Visits that are not finished, on the first page."""
MOST_FIND = 200
"""Characters of a search; what is longer is cut."""


@dataclass(frozen=True)
class ListedVisit:
    """What a list shows of a visit.

    Attributes:
        verdict: Title of its verdict, `None` while that is open.
        time: When it began, as HH:MM of this machine.
        answers: How many answers a draft has.
        visits: How many visits the person has, where the visit stands for all of them.
    """

    visit: Visit
    person: RecordedPerson
    finished: bool
    verdict: str | None
    time: str
    answers: int = 0
    visits: int = 1


@dataclass(frozen=True)
class ListPage:
    """One page of a list.

    Attributes:
        number: Its number, from 1.
        count: How many entries the whole list has.
        size: How many a page has.
    """

    entries: Sequence[ListedVisit]
    number: int
    count: int
    size: int = A_PAGE

    @property
    def last(self) -> int:
        """Return the number of the last page."""
        return max(1, ceil(self.count / self.size))


class PeoplePages:
    """The pages of people."""

    def __init__(self, site: Site) -> None:
        self.site, self.intake, self.record = site, site.intake, site.record

    def routes(self) -> list[BaseRoute]:
        """Return their routes, and those that begin a visit."""
        person = "/people/{person}"
        return [
            Route("/", direct(self.home)),
            Route("/drafts", direct(self.drafts)),
            Route("/overwriting", direct(self.overwriting)),
            Route("/visits", pressed(self.begin), methods=["POST"]),
            Route("/people/find", pressed(self.find), methods=["POST"]),
            Route(person, direct(self.person)),
            Route(f"{person}/visits", pressed(self.begin), methods=["POST"]),
            Route(f"{person}/delete", direct(self.ask_delete)),
            Route(f"{person}/delete", pressed(self.delete), methods=["POST"]),
        ]

    def home(self, request: Request, notice: str = "") -> Response:
        """Who is here: drafts, and people with a name or a finished visit, a page of each.

        What nobody has begun to fill is not shown.
        """
        return self.site.page(
            "home",
            drafts=self._drafts(1, FIRST_DRAFTS),
            people=self._people("", _page_number(request)),
            record=self.record.path,
            overdue=self.record.overdue(),
            backup=local_moment(self.site.knowledge, self.record.last_backup()),
            backup_trouble=self.record.backup_trouble,
            wants_backup=self._wants_backup(),
            notice=notice,
        )

    def _wants_backup(self) -> bool:
        """Whether a browser holds a visit that was finished on an earlier day, and that no backup
        holds.
        """
        device = self.site.device
        if device is None or device.keeping == "held":
            return False
        last = self.record.last_finish(before=start_of_today())
        return last is not None and last > (self.record.last_backup() or "")

    def drafts(self, request: Request) -> Response:
        """Every visit that is not finished."""
        return self.site.page("drafts", drafts=self._drafts(_page_number(request), A_PAGE))

    def find(self, _: Request, fields: Fields) -> Response:
        """Whom a search finds; what is searched for stands in no address."""
        text = fields.get("find", "")[:MOST_FIND]
        page, find = self._people(text, 1), text.strip()
        return HTMLResponse(self.site.piece("people", people=page, find=find, swapped=True))

    def overwriting(self, _: Request) -> Response:
        """Whether somebody who was deleted is still being overwritten."""
        return HTMLResponse(self.site.piece("overwriting", overdue=self.record.overdue()))

    def _people(self, text: str, number: int) -> ListPage:
        """Return a page of the people whom a search finds, each with the last visit."""
        people, count = self.record.found(text, A_PAGE * (number - 1), A_PAGE)
        visits: dict[str, list[StandingVisit]] = {person.id: [] for person in people}
        for entry in self.record.standing([*visits]):
            visits[entry.visit.person].append(entry)
        entries = [
            self._listed(of_person[-1], person, visits=len(of_person))
            for person in people
            if (of_person := visits[person.id])
        ]
        return ListPage(entries, number, count)

    def _drafts(self, number: int, size: int) -> ListPage:
        """Return a page of the visits that are not finished, the latest first."""
        drafts, count = self.record.drafts(size * (number - 1), size)
        entries = [
            self._listed(
                entry,
                self.record.person(entry.visit.person),
                answers=len(self.intake.state(entry.visit.id).answers),
            )
            for entry in drafts
        ]
        return ListPage(entries, number, count, size)

    def _listed(
        self, entry: StandingVisit, person: RecordedPerson, answers: int = 0, visits: int = 1
    ) -> ListedVisit:
        """Return what a list shows of a visit; no log is replayed for it."""
        level = self.site.knowledge.levels("readiness").get(entry.readiness)
        return ListedVisit(
            visit=entry.visit,
            person=person,
            finished=entry.finished,
            verdict=None if level is None else level.title,
            time=datetime.fromisoformat(entry.visit.begun).astimezone().strftime("%H:%M"),
            answers=answers,
            visits=visits,
        )

    def begin(self, request: Request, fields: Fields) -> Response:
        """Begin a visit, of the person in the address or of somebody new."""
        person, short = request.path_params.get("person"), fields.get("short") == "yes"
        return go_to(f"/visits/{self.intake.begin(person, short)}")

    def person(self, request: Request) -> Response:
        """A person over time."""
        person = self._person(request)
        standing = self.record.standing([person.id])
        visits = [entry.visit for entry in standing]
        latest = visits[-1] if visits else None
        return self.site.page(
            "person",
            person=person,
            visits=[self._listed(entry, person) for entry in standing[::-1]],
            comparison=self.intake.compared(self.intake.look(latest.id)) if latest else None,
            latest=latest.date if latest else None,
            chart=self._chart(visits),
        )

    def _person(self, request: Request) -> RecordedPerson:
        return self.record.person(request.path_params["person"])

    def _chart(self, visits: Iterable[Visit]) -> Markup | None:
        """Draw the ladder over the finished visits; `None` while there is none."""
        course = [kept for visit in visits if (kept := self.intake.kept(visit)) is not None]
        return person_chart(self.site.knowledge, course) if course else None

    def ask_delete(self, request: Request) -> Response:
        """Ask before a person is deleted."""
        person = self._person(request)
        return self.site.page("delete", person=person, visits=self.record.visits(person.id))

    def delete(self, request: Request, _: Fields) -> Response:
        """Delete a person for good, and say what was deleted; where there are threads it is
        overwritten in the background.
        """
        later = has_threads()
        gone = self.intake.delete(request.path_params["person"], later)
        self.site.sent.forget()
        if later:
            self.site.overwriting.begin()
        notice = self.site.piece("deleted", gone=gone, later=later).strip()
        return self.home(request, notice=notice)


def _page_number(request: Request) -> int:
    """Return the number of the page in the address; what is none counts as the first."""
    text = request.query_params.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def start_of_today() -> str:
    """Return when the day began by the clock of this machine, as the record writes moments."""
    midnight = datetime.fromisoformat(today())
    return kept_moment(midnight.astimezone())
