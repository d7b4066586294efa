"""The ways to the pages: from a server, from a folder, from a file. A test takes one, and need not
know which.

Owns what differs between them: how a page is shown, which one stands, how a visit is written beside
the pages, and what is kept of it. The two without a server are in `app_ways.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize
from served import Live, live

from hingeexpert.intake import Intake
from hingeexpert.intake.events import NewAnswers
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.record import Record
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import Settings

PATIENCE = 15_000
"""Milliseconds after which what a test waits for does not come any more."""


class Held(ABC):
    """What a page sends to an address, the first of it held back."""

    @abstractmethod
    def count(self) -> int:
        """Return how much was sent."""

    @abstractmethod
    def go_on(self) -> None:
        """Let the first go on."""

    @abstractmethod
    def end(self) -> None:
        """Hold nothing back any more."""


class HeldRoutes(Held):
    """What a page sends to the server."""

    def __init__(self, page: Page, end: str) -> None:
        self.page, self.to, self._routes = page, f"**{end}", []  # type: ignore[var-annotated]
        page.route(self.to, self._sent)

    def _sent(self, route: Route) -> None:
        self._routes.append(route)
        if len(self._routes) > 1:
            route.continue_()

    def count(self) -> int:
        return len(self._routes)

    def go_on(self) -> None:
        self._routes[0].continue_()

    def end(self) -> None:
        self.page.unroute(self.to)


class Way(ABC):
    """How a test comes to the pages. An address is a path with its query and the place on the page,
    such as `/visits/abc?everything=yes#step-wall`.
    """

    kind: str
    """One of `server`, `folder`, `file`."""

    @abstractmethod
    def window(self, viewport: ViewportSize, **options: object) -> AbstractContextManager[Page]:
        """Open an empty page for a test; it and all that it opens is closed after it."""

    @abstractmethod
    def goto(self, page: Page, address: str) -> None:
        """Show what stands at an address."""

    @abstractmethod
    def paper(self, page: Page, address: str) -> Page:
        """Return what stands at the address of a paper, which opens beside the page."""

    @abstractmethod
    def reload(self, page: Page) -> None:
        """Load a page anew, as somebody does who trusts it no more."""

    @abstractmethod
    def whole(self, page: Page) -> str:
        """Return the address of the page that stands."""

    def address(self, page: Page) -> str:
        """Return the address of the page that stands, without the place on it."""
        return self.whole(page).partition("#")[0]

    @abstractmethod
    def leaving(self, page: Page) -> AbstractContextManager[object]:
        """Wait at the end of the block until another page stands."""

    @abstractmethod
    def arrived(self, page: Page, end: str, patience: float = PATIENCE) -> None:
        """Wait until a page stands whose address ends so, for so many milliseconds."""

    @abstractmethod
    def fetched(self, page: Page, address: str) -> bytes:
        """Return what the page gets that asks for an address."""

    @abstractmethod
    def elsewhere(self, url: str) -> bool:
        """Whether what a browser asks for lies neither here nor in the page itself."""

    @abstractmethod
    def held(self, page: Page, end: str) -> Held:
        """Hold back the first of what a page sends to an address that ends so."""

    @abstractmethod
    def kept(
        self,
        answers: Mapping[str, Value],
        *,
        person: str | None = None,
        short: bool = False,
        groups: tuple[str, ...] = (),
        clusters: tuple[str, ...] = (),
        end: bool = False,
        **head: str,
    ) -> str:
        """Write a visit to the record, as presses would, and return its id.

        Args:
            answers: What is answered one by one.
            person: Whose visit it is; somebody new without one.
            short: Whether it is a short one.
            groups: The parts that are then answered as they should be.
            clusters: The clusters of which nothing else applies.
            end: Whether the visit is finished.
            head: Who it is of.
        """

    @abstractmethod
    def finish(self, visit: str) -> None:
        """Finish a visit."""

    @abstractmethod
    def answers(self, visit: str) -> Mapping[str, Value]:
        """Return what is kept of the answers of a visit."""

    @abstractmethod
    def person_of(self, visit: str) -> str:
        """Return the id of the person of a visit."""


class ServerWay(Way):
    """The pages of a server in this process, and the record that it serves."""

    kind = "server"

    def __init__(self, browser: Browser, here: Live, at_end: ExitStack) -> None:
        """Make one.

        Args:
            browser: Opens windows.
            here: The server.
            at_end: Closes the windows.
        """
        self.browser, self.here, self._at_end = browser, here, at_end
        self.intake: Intake = here.intake  # type: ignore[attr-defined]
        self._windows: dict[str, tuple[BrowserContext, list[Page]]] = {}

    @contextmanager
    def window(self, viewport: ViewportSize, **options: object) -> Iterator[Page]:
        """Open a page, one of an earlier test where there is one with these options: to open one
        takes longer than most tests.
        """
        context, free = self._window(options)
        before = context.pages
        page = free.pop() if free else context.new_page()
        page.set_viewport_size(viewport)
        try:
            yield page
        finally:
            free.append(page)
            for other in [item for item in context.pages if item not in (*before, *free)]:
                other.close()
            page.unroute_all()
            page.mouse.move(0, 0)

    def _window(self, options: dict[str, object]) -> tuple[BrowserContext, list[Page]]:
        """Return a window, which stays open until the server ends, and what of it no test uses."""
        if str(options) not in self._windows:
            context = self.browser.new_context(**options)  # type: ignore[arg-type]
            self._at_end.callback(context.close)
            context.set_default_timeout(PATIENCE)
            let_in(context, self.here)
            self._windows[str(options)] = context, []
        return self._windows[str(options)]

    def goto(self, page: Page, address: str) -> None:
        page.goto(self.here.origin + address)

    def paper(self, page: Page, address: str) -> Page:
        beside = page.context.new_page()
        self.goto(beside, address)
        return beside

    def reload(self, page: Page) -> None:
        page.reload()

    def whole(self, page: Page) -> str:
        return page.url.removeprefix(self.here.origin)

    def leaving(self, page: Page) -> AbstractContextManager[object]:
        return page.expect_navigation()

    def arrived(self, page: Page, end: str, patience: float = PATIENCE) -> None:
        page.wait_for_url(f"**{end}", timeout=patience)

    def fetched(self, page: Page, address: str) -> bytes:
        return page.request.get(self.here.origin + address).body()

    def elsewhere(self, url: str) -> bool:
        return not url.startswith((self.here.origin, "data:"))

    def held(self, page: Page, end: str) -> Held:
        return HeldRoutes(page, end)

    def kept(
        self,
        answers: Mapping[str, Value],
        *,
        person: str | None = None,
        short: bool = False,
        groups: tuple[str, ...] = (),
        clusters: tuple[str, ...] = (),
        end: bool = False,
        **head: str,
    ) -> str:
        visit = self.intake.begin(person, short)
        self.intake.describe(visit, head)
        if answers:
            self.intake.change(visit, self._version(visit), NewAnswers(dict(answers)))
        for cluster in clusters:
            self.intake.none_of(visit, self._version(visit), cluster)
        for group in groups:
            self.intake.all_well(visit, self._version(visit), group)
        if end:
            self.finish(visit)
        return visit

    def finish(self, visit: str) -> None:
        self.intake.finish(visit, self._version(visit))

    def _version(self, visit: str) -> int:
        return self.intake.state(visit).version

    def answers(self, visit: str) -> Mapping[str, Value]:
        with closing(Record(self.intake.record.path)) as record:
            return Intake(self.intake.knowledge, record).state(visit).answers

    def person_of(self, visit: str) -> str:
        return self.intake.look(visit).person.id


@contextmanager
def from_server(browser: Browser, knowledge: KnowledgeBase, record: Path) -> Iterator[ServerWay]:
    """Serve the pages over a record until the block ends."""
    with serving(knowledge, record) as here, ExitStack() as windows:
        yield ServerWay(browser, here, windows)


@contextmanager
def serving(knowledge: KnowledgeBase, record: Path) -> Iterator[Live]:
    """Serve the pages over a record until the block ends; its `intake` writes there,
    too.
    """
    with (
        closing(Record(record)) as opened,
        live(knowledge, page_routes(Settings(knowledge, 0, print), opened)) as here,
    ):
        here.intake = Intake(knowledge, opened)  # type: ignore[attr-defined]
        yield here


def let_in(context: BrowserContext, here: Live) -> None:
    """Give a browser the cookie of the one that opened the address."""
    if not hasattr(here, "jar"):
        first = context.new_page()
        first.goto(here.settings.address)
        here.jar = context.cookies()  # type: ignore[attr-defined]
        first.close()
    context.add_cookies(here.jar)  # type: ignore[attr-defined]
