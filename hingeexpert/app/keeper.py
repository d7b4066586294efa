"""The record that a browser keeps: whether there is one, whether it is open, and its pages while it
is.

Owns the open record of an app and its key. How somebody opens it is `door_pages.py`; where its
bytes lie is the device's.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.routing import BaseRoute, Router
from starlette.types import Receive, Scope, Send

from hingeexpert.app.device import wish
from hingeexpert.app.device_keys import DeviceKeys
from hingeexpert.errors import InputError
from hingeexpert.record import Record
from hingeexpert.record.key_content import RecordKey
from hingeexpert.record.keys import CHOICE, KEPT_OPEN
from hingeexpert.web.device_facts import DeviceFacts, Keeping
from hingeexpert.web.door_forms import Stand, leading

DAMAGED = (
    "the record in this browser is damaged, and nothing of it was changed; delete it from this "
    "browser, and restore a backup"
)
OTHER_KEY = "the key does not open the record in this browser; restore a backup"
Pages = Callable[["Keeper", Record], Sequence[BaseRoute]]


class Keeper:
    """The record of a browser.

    Attributes:
        key: What opens a sealed record; `None` while it is locked, and of one that is not sealed.
        facts: What the pages tell of it.
        trouble: Why the record cannot be used, where it cannot.
    """

    def __init__(self, path: Path, pages: Pages, facts: DeviceFacts) -> None:
        """Make one; the record is opened when it is first asked for.

        Args:
            path: Where the device shows the file of the record.
            pages: Makes the pages over an open record.
            facts: What is known of the browser.
        """
        self.path, self.pages, self.facts = path, pages, facts
        self.keys = DeviceKeys(path)
        self.record: Record | None = None
        self.router: Router | None = None
        self.key: RecordKey | None = None
        self.trouble: InputError | None = None
        self._before: tuple[RecordKey | None, Keeping] = (None, facts.keeping)

    async def stand(self) -> Stand:
        """Return how the record stands; one that is not sealed is opened."""
        if self.record is not None:
            return "open"
        standing = await wish("standing")
        self.facts.lasting = standing["lasting"]
        if standing["record"] == "none":
            self.key = None
            return "to choose"
        if standing["record"] == "held":
            self.take()
            return "open"
        if standing["record"] == "sealed":
            self.facts.keeping = "sealed"
            if self.key is None:
                return "locked"
        else:
            self.facts.keeping, self.key = "open", None
        try:
            await self.open(self.key)
        except InputError as error:
            self.trouble = error
            self.put_back()
            return "unusable"
        return "open"

    async def open(self, key: RecordKey | None) -> None:
        """Open the record that is there.

        Raises:
            InputError: It is damaged, or of a newer program.
        """
        came = await wish("load", key.raw.hex() if key else "")
        if came != "whole":
            raise InputError.about(self.path, OTHER_KEY if came == "wrong" else DAMAGED)
        self.take(key)

    async def begin(self, keeping: Keeping, key: RecordKey | None = None) -> None:
        """Begin a record where there is none.

        Args:
            keeping: How it is kept.
            key: What seals it.
        """
        await wish("begin", key.raw.hex() if key else "", keeping)
        self.facts.keeping = keeping
        self.take(key)
        if keeping == "open" and self.record is not None:
            self.record.choose(CHOICE, KEPT_OPEN)

    def replace(self, content: bytes) -> None:
        """Put another plain SQLite file in the place of the record, kept as this one is."""
        self.put_back()
        self.path.write_bytes(content)
        self.take(self.key)

    async def forget(self) -> None:
        """Delete the record, and its keys, from this browser."""
        self.put_back()
        self.key, self.trouble, self.facts.keeping = None, None, "open"
        await wish("forget")

    async def seal(self, key: RecordKey) -> None:
        """Seal an open record under a key from now on."""
        await wish("reseal", key.raw.hex())
        self.key, self.facts.keeping = key, "sealed"
        self.make_pages()

    def take(self, key: RecordKey | None = None) -> None:
        """Open the file of the record as it lies there now.

        Raises:
            InputError: It is no record, or of a newer program.
        """
        self.record = Record(self.path)
        self.key = key
        self.make_pages()

    def make_pages(self) -> None:
        """Make the pages over the record as it is kept now."""
        assert self.record is not None
        self.router = Router(self.pages(self, self.record), redirect_slashes=False)

    def put_back(self) -> None:
        """Close the record, to be opened anew as the device has it."""
        if self.record is not None:
            self.record.close()
        self.record, self.router = None, None

    def begin_to_change(self) -> None:
        """Note what to go back to where the device does not keep what is done from now on."""
        self._before = (self.key, self.facts.keeping)

    def give_up(self) -> None:
        """Close the record as it was: nothing that was done since is kept."""
        self.put_back()
        self.key, self.facts.keeping = self._before

    def lock(self) -> None:
        """Close a sealed record, and forget its key; another one stays as it is."""
        if self.key is not None:
            self.put_back()
            self.key = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page of the record, or lead to where it is opened."""
        stand = await self.stand()
        if stand != "open":
            raise leading(Request(scope), stand)
        assert self.router is not None
        await self.router(scope, receive, send)
