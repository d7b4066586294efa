"""What the worker of the browser calls: the pages begin, wake up, and answer one request at a time.

Owns the pages of an app, and the request that is under way. Nothing here knows the library that
Python runs in: the worker turns values of the one language into those of the other.
"""

import gc
import pickle
import random
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from hingeexpert.app.carried import Carried
from hingeexpert.app.device import DeviceError, Wish
from hingeexpert.app.door_pages import DoorPages
from hingeexpert.app.inside import PageAnswer, Turn
from hingeexpert.app.keeper import Keeper
from hingeexpert.app.record_pages import RecordPages
from hingeexpert.app.warming import warm_up
from hingeexpert.intake import Intake
from hingeexpert.record import Record
from hingeexpert.web.device_facts import DeviceFacts
from hingeexpert.web.page_app import answering, pages_over
from hingeexpert.web.pieces import part_pieces
from hingeexpert.web.refusals import Refusals
from hingeexpert.web.settings import LOCK_AFTER
from hingeexpert.web.site import Site
from hingeexpert.web.static import STATIC_FILES, StaticFiles, style_route

RECORD = Path("/record/record.sqlite")
"""Where the device shows the file of the record."""
JS_NULL = "JsNull"
"""The type that a `null` of JavaScript has in Python there."""
NOT_KEPT, STALE = 507, 409
"""Status codes: there was no room; another window has kept something since."""
Said = tuple[str, str, Sequence[Any]] | tuple[str, int, Mapping[str, str], bytes]
"""A wish, its name and its values; or an answer, its status, headers and body."""


class OfflineApp:
    """The pages of an app over the record of its device."""

    def __init__(self, carried: Carried, record: Path = RECORD) -> None:
        """Make them.

        Args:
            carried: What the app was written with.
            record: Where the device shows the file of the record.
        """
        self.carried = carried
        self.facts = DeviceFacts("folder", "", has_example=carried.example is not None)
        self.keeper = Keeper(record, self._pages, self.facts)
        self.parts = part_pieces(carried.knowledge, None)
        self.refusals = Refusals(_to_nobody, device=self.facts)
        self.app = self._answering(self.keeper)
        self.turn: Turn | None = None
        self.is_press = False

    def warm_up(self) -> None:
        """Answer once with a record that is then gone, so that all is read, compiled and used."""
        with tempfile.TemporaryDirectory() as folder:
            keeper = Keeper(Path(folder) / "record.sqlite", self._pages, self.facts)
            keeper.take()
            try:
                warm_up(self._answering(keeper), self.carried.knowledge, keeper)
            finally:
                keeper.put_back()

    def _answering(self, keeper: Keeper) -> Starlette:
        routes = [
            *StaticFiles(STATIC_FILES).routes(),
            style_route(None),
            *DoorPages(keeper).routes(),
        ]
        return answering(self.refusals, routes)

    def _pages(self, keeper: Keeper, record: Record) -> list[BaseRoute]:
        is_sealed = keeper.key is not None
        site = Site(
            Intake(self.carried.knowledge, record),
            None,
            LOCK_AFTER if is_sealed else None,
            may_protect=not is_sealed,
            device=keeper.facts,
            parts=self.parts,
            label=self._label if self.carried.label else None,
        )
        pages = pages_over(site, (self.carried.clinic, self.carried.logo))
        return [*pages, *RecordPages(keeper, site, self.carried.example).routes()]

    def _label(self) -> str:
        return self.carried.label

    def ask(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Said:
        """Begin to answer a request; see `Turn`."""
        self.is_press = "hx-request" in headers
        self.keeper.begin_to_change()
        self.turn = Turn(self.app, method, address, headers, body)
        return self._said(self.turn.step())

    def resume(self, value: Any) -> Said:
        """Go on with what came of a wish."""
        assert self.turn is not None
        return self._said(self.turn.step(_plain(value)))

    def resume_error(self, name: str) -> Said:
        """Go on where the device could not do it."""
        assert self.turn is not None
        return self._said(self.turn.fail(DeviceError(name)))

    def _said(self, step: Wish | PageAnswer) -> Said:
        if isinstance(step, Wish):
            return ("wish", step.name, step.values)
        self.turn = None
        return ("answer", step.status, step.headers, step.body)

    def not_kept(self, name: str) -> Said:
        """Return the answer to a request whose changes the device did not keep.

        A press on a page is told so by its page, which can try it again.

        Args:
            name: Why; `stale` where another window has kept something since.
        """
        stale = name == "stale"
        status = STALE if stale and not self.is_press else NOT_KEPT
        page = self.refusals.page("stale" if stale else "not_kept", status)
        return ("answer", status, dict(page.headers.items()), bytes(page.body))


_running: list[OfflineApp] = []
"""The one app of this worker, once it has begun."""


def begin(carried: bytes) -> None:
    """Begin the app once, and leave Python as it is to be kept in a memory image.

    Args:
        carried: The pickle of a `Carried`, made by the same program.
    """
    app = OfflineApp(pickle.loads(carried))  # noqa: S301 - written together with this code
    app.warm_up()
    _running[:] = [app]
    gc.collect()
    gc.freeze()


def awake(facts: Mapping[str, Any]) -> None:
    """Wake up after each start.

    Args:
        facts: `kind` and `version`, see `DeviceFacts`.
    """
    # An image holds the state of chance, too: each start would draw the same.
    random.seed(secrets.randbits(256))
    (app,) = _running
    app.facts.kind, app.facts.version = facts["kind"], facts["version"]


def ask(method: str, address: str, headers: Mapping[str, str], body: Any) -> Said:
    """Begin to answer a request; `None` is an empty body."""
    (app,) = _running
    return app.ask(method, address, headers, bytes(body or b""))


def resume(value: Any) -> Said:
    """Go on with what came of a wish."""
    (app,) = _running
    return app.resume(value)


def resume_error(name: str) -> Said:
    """Go on where the device could not do what was wished for; the name of its failure."""
    (app,) = _running
    return app.resume_error(name)


def put_back() -> None:
    """Forget what was not kept: the record is opened anew at the next request."""
    (app,) = _running
    app.keeper.give_up()


def not_kept(name: str) -> Said:
    """Return the answer to a request whose changes were not kept; see `OfflineApp.not_kept`."""
    (app,) = _running
    return app.not_kept(name)


def _plain(value: Any) -> Any:
    """Return a value of the device with its bytes as bytes, and nothing as `None`."""
    if type(value).__name__ == JS_NULL:
        return None
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _to_nobody(_: str) -> None:
    """Tell no console: the page of a failure says where it happened."""
