"""Measure the pages over a record of ten years: the first page, search, lists, a person, an answer
alone and while everything is exported, the export, a deletion.

    python benchmarks/ten_years.py --people 10000 --visits 50000

The record is made first: the logs of a few people, answered through the program at random, are
copied under other names and days, so that every event is one that a visit can hold. The server
runs in a process of its own. Everything is measured in one run; processor time is that of the
server. With --keep the record stays, and is taken as it is the next time.
"""

import argparse
import datetime
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from threading import Event as Signal
from threading import Thread
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from served import live  # noqa: E402

from hingeexpert.formats.files import data_folder  # noqa: E402
from hingeexpert.intake import Intake  # noqa: E402
from hingeexpert.intake.events import NewAnswers  # noqa: E402
from hingeexpert.knowledge import KnowledgeBase, load_knowledge  # noqa: E402
from hingeexpert.record import Event, Record  # noqa: E402
from hingeexpert.record.listing import list_person, list_visit  # noqa: E402
from hingeexpert.web.application import page_routes  # noqa: E402
from hingeexpert.web.settings import Settings  # noqa: E402

PATTERNS = 10
"""People whose logs are copied."""
ANSWERS = 25
"""Answers of a visit, at most."""
DRAFTS = 40
"""Of so many people one has a last visit that is not finished."""
DAYS = 3650
AT_ONCE = 500
"""People that are written together."""
GIVEN = ("Zoë", "José", "Núria", "Björn", "Anna", "Łukasz", "İpek", "Seán", "Mei", "Omar")
FAMILY = ("Núñez", "Weiß", "Groß", "Ó Briain", "Müller", "Smith", "Şahin", "Chen", "Haddad", "Roy")
CLINICIANS = ("A. Gray", "B. Ñandú", "C. Straße", "D. Okafor", "E. Lind")
SPENT = "/spent"
A_VISIT = 10
"""Answers until another visit is answered."""
MOST_ANSWERS, PAUSE = 100, 0.1
"""Answers while something else goes on, and seconds between two."""
LONG = 600
"""Seconds after which nobody waits any more."""
Logs = list[list[Event]]
"""The visits of one person."""


def patterns(knowledge: KnowledgeBase, visits: int, chance: Random) -> list[Logs]:
    """Return the logs of a few people, answered at random."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record.sqlite"
        with closing(Record(path)) as record:
            intake = Intake(knowledge, record)
            return [_person(intake, visits, chance) for _ in range(PATTERNS)]


def _person(intake: Intake, visits: int, chance: Random) -> Logs:
    logs: Logs = []
    person: str | None = None
    for _ in range(visits):
        visit = intake.begin(person)
        person = intake.record.visit(visit).person
        _fill(intake, visit, chance)
        logs.append(intake.record.events(visit))
    return logs


def _fill(intake: Intake, visit: str, chance: Random) -> None:
    """Answer what a visit asks, at random, and finish it."""
    for _ in range(chance.randrange(ANSWERS // 2, ANSWERS)):
        look = intake.look(visit)
        open_ = [item.name for part in intake.parts(look) for item in part.questions]
        open_ = [name for name in open_ if name not in look.state.touched]
        if not open_:
            break
        answer = intake.knowledge.observables[open_[0]].answer
        values = [*getattr(answer, "values", ())] or [getattr(answer, "minimum", 1)]
        intake.change(visit, look.state.version, NewAnswers({open_[0]: chance.choice(values)}))
    intake.finish(visit, intake.state(visit).version)


def make(knowledge: KnowledgeBase, path: Path, options: argparse.Namespace) -> None:
    """Make the record."""
    chance = Random(options.seed)
    each = max(1, options.visits // options.people)
    logs = patterns(knowledge, each, chance)
    with closing(Record(path)) as record:
        # What is made here may be lost in a power cut.
        record._file._connection.execute("PRAGMA synchronous = OFF")
        for first in range(0, options.people, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, options.people))
            with record._file.writing() as connection:
                for number in numbers:
                    _copy(record, connection, logs[number % len(logs)], number, options, chance)


NOBODY = {"patient_id": "", "name": "", "clinician": ""}


def _copy(
    record: Record,
    connection: Any,
    logs: Logs,
    number: int,
    options: argparse.Namespace,
    chance: Random,
) -> None:
    """Write one person with a copy of these visits."""
    day = datetime.date(2016, 1, 4) + datetime.timedelta(DAYS * number // options.people)
    person = record._new_person(connection, f"{day}T08:{number % 60:02}:00+00:00")
    name = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"
    who: dict[str, str] = {}
    for place, log in enumerate(logs):
        date = str(day + datetime.timedelta(14 * place))
        at = f"{date}T08:00:00+00:00"
        visit = record._new_visit(connection, person, at, date)
        is_draft = number % DRAFTS == 0 and place == len(logs) - 1
        for event in log[: -1 if is_draft else None]:
            record._insert(connection, person, visit, replace(event, at=at))
        stands = {**NOBODY, **who, "date": date}
        who = {"patient_id": f"P-{number:05}", "name": name}
        texts = {**who, "clinician": chance.choice(CLINICIANS)}
        record._write_head(connection, person, visit, stands, texts)
        list_visit(connection, visit)
    list_person(connection, person)


async def spent(_: Request) -> Response:
    """Tell the processor time of the server."""
    return JSONResponse(time.process_time())


def serve(path: Path, told: Any) -> None:
    """Serve a record, tell where, and end when told to."""
    knowledge = load_knowledge(data_folder("rules"))
    with closing(Record(path)) as record:
        routes = page_routes(Settings(knowledge, 0, print), record)
        with live(knowledge, [*routes, Route(SPENT, spent)]) as here:
            told.send((here.origin, here.settings.address))
            told.recv()


@contextmanager
def served(path: Path) -> Iterator[httpx.Client]:
    """Serve a record in a process of its own until the block ends; yield a browser that is let
    in.
    """
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=serve, args=(path, there))
    process.start()
    origin, address = here.recv()
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=origin, headers=headers, timeout=LONG) as browser:
        browser.get(address)
        try:
            yield browser
        finally:
            here.send("end")
            process.join()


class Measured:
    """What is measured with one browser."""

    def __init__(self, browser: httpx.Client, times: int, chance: Random) -> None:
        self.browser, self.times, self.chance = browser, times, chance
        # Begun before anything is measured, for all that is answered.
        self.visits = [
            browser.post("/visits").headers["location"]
            for _ in range(2 * (MOST_ANSWERS + 3 * times) // A_VISIT)
        ]

    def line(self, name: str, ask: Callable[[], httpx.Response], times: int = 0) -> httpx.Response:
        """Ask some times, print how long it took, and return the last answer."""
        wall: list[float] = []
        before = self._spent()
        for _ in range(times or self.times):
            start = time.perf_counter()
            answer = ask()
            wall.append(time.perf_counter() - start)
        processor = (self._spent() - before) / len(wall)
        print(
            f"{name:<26} p50 {1000 * statistics.median(wall):8.1f} ms   "
            f"max {1000 * max(wall):8.1f} ms   processor {1000 * processor:8.1f} ms   "
            f"{len(answer.content):>10,} bytes   {len(wall)} times",
            flush=True,
        )
        return answer

    def _spent(self) -> float:
        return float(self.browser.get(SPENT).json())

    def answers(self, times: int, until: Signal | None = None) -> list[float]:
        """Answer a question of a visit again and again, at least once, and return how long each
        time took.
        """
        taken: list[float] = []
        while not taken or (len(taken) < times and not (until and until.is_set())):
            number = len(taken) % A_VISIT
            if number == 0:
                visit = self.visits.pop()
            values = {"name": "stick.sacrum", "value": ("lost", "kept")[number % 2]}
            start = time.perf_counter()
            answer = self.browser.post(
                f"{visit}/answer", data={**values, "version": str(number + 1)}
            )
            taken.append(time.perf_counter() - start)
            assert answer.status_code == 200, answer.status_code
            time.sleep(PAUSE)
        return taken

    def during(self, path: str) -> None:
        """Answer while something long is sent, and set that beside an answer alone, before and
        after it: how busy the machine is changes.
        """
        alone = self.answers(self.times)
        done, size = Signal(), [0]
        start, before = time.perf_counter(), self._spent()

        def load() -> None:
            here, cookies = self.browser.base_url, self.browser.cookies
            with (
                httpx.Client(base_url=here, cookies=cookies, timeout=LONG) as other,
                other.stream("GET", path) as answer,
            ):
                size[0] = sum(map(len, answer.iter_bytes()))
            done.set()

        loading = Thread(target=load)
        loading.start()
        time.sleep(0.3)
        meanwhile = self.answers(MOST_ANSWERS, done)
        loading.join()
        wall, processor = time.perf_counter() - start, self._spent() - before
        alone += self.answers(self.times)
        told("an answer alone", alone)
        told("an answer meanwhile", meanwhile)
        ratio = statistics.median(meanwhile) / statistics.median(alone)
        print(f"{path}: {wall:.1f} s, processor with the answers {processor:.1f} s, ", end="")
        print(f"{size[0]:,} bytes; an answer meanwhile {ratio:.2f} times one alone", flush=True)


def told(name: str, taken: list[float]) -> None:
    """Print how long something took."""
    print(
        f"{name:<26} p50 {1000 * statistics.median(taken):8.1f} ms   "
        f"p90 {1000 * sorted(taken)[int(len(taken) * 0.9)]:8.1f} ms   "
        f"max {1000 * max(taken):8.1f} ms   {len(taken)} times",
        flush=True,
    )


def measure(browser: httpx.Client, people: list[str], options: argparse.Namespace) -> None:
    """Measure everything, and print it."""
    chance = Random(options.seed)
    of = Measured(browser, options.times, chance)
    of.line("home", lambda: browser.get("/"))
    if browser.post("/people/find", data={"find": "x"}).status_code == 200:
        for text in ("nu", "nunez", "P-0", f"P-{options.people // 2:05}", "2019-03", "strasse"):
            of.line(f"search {text}", partial(_found, browser, text))
        last = options.people // 50
        of.line("the second page", lambda: browser.get("/?page=2"))
        of.line("the last page", lambda: browser.get(f"/?page={last}"))
    of.line("a person", lambda: browser.get(f"/people/{chance.choice(people)}"))
    of.during("/export.zip")
    for _ in range(3):
        gone = people.pop(chance.randrange(len(people)))
        of.line("a deletion", partial(browser.post, f"/people/{gone}/delete"), 1)
    told("an answer after it", of.answers(options.times))


def _found(browser: httpx.Client, text: str) -> httpx.Response:
    return browser.post("/people/find", data={"find": text})


def main() -> None:
    """Read the options, make the record where there is none, and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--visits", type=int, default=50_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="FILE", help="Where the record stays.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "record.sqlite"
        if not path.exists():
            start = time.perf_counter()
            make(load_knowledge(data_folder("rules")), path, options)
            print(f"made in {time.perf_counter() - start:.0f} s")
        with closing(Record(path)) as record:
            people = [person.id for person in record.people()]
        print(f"{len(people):,} people, the file {path.stat().st_size:,} bytes", flush=True)
        with served(path) as browser:
            measure(browser, people, options)


if __name__ == "__main__":
    main()
