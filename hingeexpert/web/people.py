"""The pages of people: who is here, one person over time, and how somebody is deleted.

Owns what they show. No name stands in an address or a title.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hingeexpert.record import RecordedPerson, Visit
from hingeexpert.web.person_chart import person_chart
from hingeexpert.web.site import Fields, Site, direct, go_to, pressed


@dataclass(frozen=True)
class ListedVisit:
    """What a list shows of a visit.

    Attributes:
        begun: Whether somebody has begun to fill it, or has a name.
        finished: Whether it is finished.
        verdict: Title of its verdict, `None` while that is open.
        time: When it began, as HH:MM of this machine.
        answers: How many answers a draft has.
        visits: How many visits the person has, where the visit stands for all of them.
    """

    visit: Visit
    person: RecordedPerson
    begun: bool
    finished: bool
    verdict: str | None
    time: str
    answers: int = 0
    visits: int = 1


class PeoplePages:
    """The pages of people."""

    def __init__(self, site: Site) -> None:
        self.site, self.intake, self.record = site, site.intake, site.record

    def routes(self) -> list[BaseRoute]:
        """Return their routes, and those that begin a visit."""
        person = "/people/{person}"
        return [
            Route("/", direct(self.home)),
            Route("/visits", pressed(self.begin), methods=["POST"]),
            Route(person, direct(self.person)),
            Route(f"{person}/visits", pressed(self.begin), methods=["POST"]),
            Route(f"{person}/delete", direct(self.ask_delete)),
            Route(f"{person}/delete", pressed(self.delete), methods=["POST"]),
        ]

    def home(self, _: Request, notice: str = "") -> Response:
        """Who is here: drafts, and people with a name or a finished visit.

        What nobody has begun to fill is not shown.
        """
        people = {person.id: person for person in self.record.people()}
        begun = [entry for entry in self._listed(people) if entry.begun]
        return self.site.page(
            "home",
            drafts=list(self._drafts(begun)),
            people=_one_each(people, begun),
            record=self.record.path,
            backup=_local(self.record.last_backup()),
            backup_trouble=self.record.backup_trouble,
            notice=notice,
        )

    def _listed(self, people: Mapping[str, RecordedPerson]) -> Iterator[ListedVisit]:
        """Yield what a list shows of the visits of some people, in the order in which they began;
        no log is replayed for it.
        """
        levels = self.site.knowledge.levels("readiness")
        ends = self.record.ends()
        for visit in self.record.visits():
            person = people.get(visit.person)
            if person is None:
                continue
            version, result = ends.get(visit.id, (0, None))
            level = levels.get(result.get("readiness", "")) if result else None
            yield ListedVisit(
                visit=visit,
                person=person,
                begun=version > 1 or bool(person.patient),
                finished=result is not None,
                verdict=None if level is None else level.title,
                time=datetime.fromisoformat(visit.begun).astimezone().strftime("%H:%M"),
            )

    def _drafts(self, visits: list[ListedVisit]) -> Iterator[ListedVisit]:
        """Yield those that are not finished, the latest first."""
        for entry in reversed(visits):
            if not entry.finished:
                answers = self.intake.state(entry.visit.id).answers
                yield replace(entry, answers=len(answers))

    def begin(self, request: Request, fields: Fields) -> Response:
        """Begin a visit, of the person in the address or of somebody new."""
        person, short = request.path_params.get("person"), fields.get("short") == "yes"
        return go_to(f"/visits/{self.intake.begin(person, short)}")

    def person(self, request: Request) -> Response:
        """A person over time."""
        person = self._person(request)
        visits = self.record.visits(person.id)
        latest = visits[-1] if visits else None
        return self.site.page(
            "person",
            person=person,
            visits=list(self._listed({person.id: person}))[::-1],
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
        """Delete a person for good, and say what was deleted."""
        gone = self.intake.delete(request.path_params["person"])
        self.site.sent.forget()
        return self.home(request, notice=self.site.piece("deleted", gone=gone).strip())


def _local(moment: str | None) -> str | None:
    """Return a moment of the record as the clock of this machine shows it."""
    return moment and f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def _one_each(
    people: Mapping[str, RecordedPerson], visits: Iterable[ListedVisit]
) -> list[ListedVisit]:
    """Return for each person with a name or a finished visit the last one, in the order of the
    people.
    """
    of_person: dict[str, list[ListedVisit]] = {}
    for entry in visits:
        of_person.setdefault(entry.person.id, []).append(entry)
    last: list[ListedVisit] = []
    for person in people.values():
        entries = of_person.get(person.id, [])
        if entries and (person.patient or any(entry.finished for entry in entries)):
            last.append(replace(entries[-1], visits=len(entries)))
    return last
