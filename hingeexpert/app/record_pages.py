"""The page of the record of a browser: how it is kept, its backups, its keys, its check, its end.

Owns what may be done with the record as a whole. What a person or a visit needs are the pages of
`web`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hingeexpert.app.backups import (
    BACKUP,
    Given,
    made_backup,
    plain_file,
    restored,
    told_of_backup,
    unsealed,
)
from hingeexpert.app.device import wish
from hingeexpert.app.door_pages import RECORD_PAGE
from hingeexpert.app.keeper import Keeper
from hingeexpert.app.uploads import parts_of
from hingeexpert.errors import InputError
from hingeexpert.forms import Assessment
from hingeexpert.intake.heads import today
from hingeexpert.record import Altered
from hingeexpert.record.backup import Backup, keep_backup
from hingeexpert.record.difference import BackupDifference, difference
from hingeexpert.record.opened import holding, opened
from hingeexpert.record.short_head import read_short_head
from hingeexpert.web.days import local_moment
from hingeexpert.web.door_forms import DoorForms, Filled, filled, new_slip, told
from hingeexpert.web.site import Fields, Site, go_to

FILE, KEY_FILE = f"{RECORD_PAGE}/backup.age", f"{RECORD_PAGE}/backup.age.passphrase.age"
"""Where a backup that was made, and its key, are handed out."""

MEGABYTE = 10**6
MOST = 100
"""Megabytes of a record that the app is made for: all of it lies in memory."""
EXAMPLE = "{name} (example, nobody real)"
"""The name of who is shown to try the pages with."""


@dataclass(frozen=True)
class Waiting:
    """A backup that was opened, and takes the place of the record when somebody says so.

    Attributes:
        made: When it was made, ISO 8601 in UTC.
    """

    content: bytes
    made: str | None


class RecordPages:
    """The pages of the record of a browser as a whole."""

    def __init__(self, keeper: Keeper, site: Site, example: Assessment | None = None) -> None:
        """Make them.

        Args:
            keeper: The record.
            site: What all pages over it share.
            example: A form of somebody who is none, to try the pages with.
        """
        self.keeper, self.site, self.record = keeper, site, site.record
        self.example_form = example
        self.backup: Backup | None = None
        self.waiting: Waiting | None = None

    def routes(self) -> list[BaseRoute]:
        """Return their routes."""
        gets: dict[str, Callable[[Request], Awaitable[Response]]] = {
            RECORD_PAGE: self.page,
            FILE: self.file,
            KEY_FILE: self.key_file,
        }
        posts: dict[str, Filled] = {
            "/example": self.example,
            f"{RECORD_PAGE}/lasting": self.lasting,
            f"{RECORD_PAGE}/backup": self.make_backup,
            f"{RECORD_PAGE}/replace": self.replaced,
            f"{RECORD_PAGE}/verify": self.verify,
            f"{RECORD_PAGE}/passphrase": self.new_passphrase,
            f"{RECORD_PAGE}/recovery": self.new_recovery,
        }
        return [
            *(Route(path, handler) for path, handler in gets.items()),
            *(Route(path, filled(handler), methods=["POST"]) for path, handler in posts.items()),
            Route(f"{RECORD_PAGE}/restore", self.restore, methods=["POST"]),
        ]

    async def page(self, _: Request) -> Response:
        """How the record is kept, and all that may be done with it."""
        return self._page()

    def _page(self, slip: str = "", at: str = "", **context: Any) -> Response:
        """Return the page.

        Args:
            slip: What is wrong with what was sent.
            at: The part of the page that it belongs to.
            context: What is told there besides.
        """
        told_here = {"checked": None, "altered": "", "found": None, "head": "", **context}
        page = self.site.page(
            "app/record",
            slip=slip,
            at=at,
            backup=self._local(self.record.last_backup()),
            size=ceil(self.keeper.path.stat().st_size / MEGABYTE),
            most=MOST,
            **told_here,
        )
        page.status_code = 422 if slip else 200
        return page

    async def example(self, _: Request, __: Fields) -> Response:
        """Begin a visit of somebody who is none, filled in, to look at."""
        if self.example_form is None:
            raise HTTPException(404)
        patient = self.example_form.patient
        marked = {**patient, "name": EXAMPLE.format(name=patient.get("name", ""))}
        visit = self.site.intake.take(replace(self.example_form, patient=marked))
        return go_to(f"/visits/{visit}")

    async def lasting(self, _: Request, __: Fields) -> Response:
        """Ask the browser to keep what is stored."""
        self.keeper.facts.lasting = await wish("ask_lasting")
        return go_to(RECORD_PAGE) if self.keeper.facts.lasting else self._page(at="lasting")

    async def make_backup(self, _: Request, fields: Fields) -> Response:
        """Make a backup, and show where it is taken away."""
        try:
            if self.keeper.key is None and (slip := new_slip(fields)):
                return self._page(slip, "backup")
            self.backup = await made_backup(self.keeper, fields.get("passphrase", ""))
        except InputError as error:
            return self._page(told(error), "backup")
        return self.site.page("app/backup", held=self.backup.holding, key_file=self.backup.beside)

    async def file(self, _: Request) -> Response:
        """Hand out the backup that was made, and keep that it was."""
        if self.backup is None:
            raise HTTPException(404)
        keep_backup(self.record, self.backup)
        return _taken(bytes(self.backup.raw), _named())

    async def key_file(self, _: Request) -> Response:
        """Hand out the key of the backup, as the passphrase of the record opens it."""
        if self.backup is None or self.backup.beside is None:
            raise HTTPException(404)
        return _taken(self.backup.beside, f"{_named()}.passphrase.age")

    async def restore(self, request: Request) -> Response:
        """Open a backup; where the record holds nothing that it lacks it takes the place of it,
        else somebody is asked.
        """
        fields, files = parts_of(request.headers.get("content-type", ""), await request.body())
        try:
            plain = await unsealed(self.keeper, Given.of(fields, files))
            with opened(plain, BACKUP) as backup, self.record.apart() as there:
                held, differ = holding(backup), difference(backup, there)
                self.waiting = Waiting(plain_file(backup), held.made)
        except InputError as error:
            return self._page(told_of_backup(error), "restore")
        if differ.loses:
            made = self._local(held.made) or ""
            return self.site.page("app/replace", differ=differ, held=held, made=made)
        return self._replaced(differ)

    async def replaced(self, _: Request, __: Fields) -> Response:
        """Put the backup that waits in the place of the record, which holds more."""
        if self.waiting is None:
            return go_to(RECORD_PAGE)
        return self._replaced(None)

    def _replaced(self, differ: BackupDifference | None) -> Response:
        assert self.waiting is not None
        restored(self.keeper, self.waiting.content, self.waiting.made)
        self.waiting = self.backup = None
        # These pages are those of the record that was; the new one has its own.
        returning = differ.returning if differ else 0
        return self.site.page("app/restored", returning=returning)

    async def verify(self, _: Request, fields: Fields) -> Response:
        """Check the record against its chain, and look for a head that stands on a paper."""
        head = fields.get("head", "").strip()
        try:
            if head:
                read_short_head(head)
            checked = self.record.verify()
            if isinstance(checked, Altered):
                return self._page(at="verify", altered=checked.sentence)
            found = self.record.find_head(head) if head else None
        except InputError as error:
            return self._page(told(error), "verify")
        return self._page(at="verify", checked=checked, found=found, head=head)

    async def new_passphrase(self, _: Request, fields: Fields) -> Response:
        """Give the record another passphrase, by the one that it has."""
        if slip := new_slip(fields):
            return self._page(slip, "passphrase")
        try:
            key = await self.keeper.keys.unlock(fields.get("old", ""))
        except InputError as error:
            return self._page(told(error), "passphrase")
        await self.keeper.keys.renew_passphrase(key, fields["passphrase"])
        return self._page(at="passphrase", changed=True)

    async def new_recovery(self, _: Request, fields: Fields) -> Response:
        """Make a new recovery key, by the passphrase, and show it, this once."""
        try:
            key = await self.keeper.keys.unlock(fields.get("old", ""))
        except InputError as error:
            return self._page(told(error), "recovery")
        recovery = await self.keeper.keys.renew_recovery(key)
        forms = DoorForms(self.keeper.path.name, self.site.templates, self.keeper.facts)
        return forms.recovery_page(recovery)

    def _local(self, moment: str | None) -> str | None:
        return local_moment(self.site.knowledge, moment)


def _named() -> str:
    """Return what a backup of today is called, as those that the program makes daily are."""
    return f"hingeexpert-{today()}.age"


def _taken(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)
