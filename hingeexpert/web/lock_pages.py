"""The pages before a record: a passphrase is chosen, typed, or found lost; and the lock.

Owns what they take and show. Whether the record is open is `vault.py`. No secret is kept, and none
stands in an address.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from hingeexpert.errors import InputError
from hingeexpert.record.key_content import RecordKey, WrongPassphraseError
from hingeexpert.record.keys import recover, unlock
from hingeexpert.record.protecting import protect
from hingeexpert.web.door_forms import (
    PROTECT,
    RECOVER,
    UNLOCK,
    DoorForms,
    Filled,
    filled,
    new_slip,
    own_place,
    told,
)
from hingeexpert.web.site import Fields, aside, go_to
from hingeexpert.web.vault import Vault

MOST_WAITING, MOST_OF_ONE = 8, 2
"""Tries at a passphrase that wait for each other, of all browsers and of one; that may press twice.
A try takes a second or two, and much memory.
"""
T = TypeVar("T")


class LockPages:
    """The pages before the record of a server."""

    def __init__(self, vault: Vault) -> None:
        self.vault, self.settings = vault, vault.settings
        self.forms = DoorForms(vault.path.name, vault.settings.templates)
        self.trying, self.waiting = asyncio.Lock(), Counter[str]()

    def routes(self) -> list[BaseRoute]:
        """Return their routes, and behind them all pages of the record."""
        posts: dict[str, Filled] = {
            PROTECT: self.protect,
            "/keep-open": self.keep_open,
            UNLOCK: self.unlock,
            RECOVER: self.recover,
            "/lock": self.lock,
            "/awake": self.awake,
        }
        gets = {PROTECT: self.ask_protect, UNLOCK: self.ask_unlock, RECOVER: self.ask_recover}
        return [
            *(Route(path, handler) for path, handler in gets.items()),
            *(Route(path, filled(handler), methods=["POST"]) for path, handler in posts.items()),
            Mount("", app=self.vault),
        ]

    async def ask_protect(self, request: Request) -> Response:
        """Ask for a passphrase, with four drawn words; on the first page also whether it is to be
        one.
        """
        if self.vault.is_protected:
            return self._first_page()
        return self._protect_page(request)

    def _protect_page(
        self, request: Request, slip: str = "", own: bool = False, noted: str = ""
    ) -> Response:
        first = self.vault.stand(request) == "to choose"
        return self.forms.protect_page(first, slip, own, noted)

    async def protect(self, request: Request, fields: Fields) -> Response:
        """Protect the record with a passphrase, and show its recovery key, this once."""
        vault, passphrase = self.vault, fields.get("passphrase", "")
        if vault.is_protected:
            return self._first_page()
        if slip := new_slip(fields):
            return self._protect_page(request, slip, own=True)
        was_open = vault.record is not None
        if vault.turning or vault.at_work:
            raise HTTPException(503, headers={"Retry-After": "2"})
        vault.turning = True
        try:
            vault.close()
            created = await aside(protect, vault.path, passphrase)
        except InputError as error:
            if was_open:
                vault.keep_open()
            noted = passphrase if "drawn" in fields else ""
            return self._protect_page(request, told(error), own=not noted, noted=noted)
        finally:
            vault.turning = False
        vault.unlock(request, created.key)
        return self.forms.recovery_page(created.recovery)

    async def keep_open(self, _: Request, __: Fields) -> Response:
        """Keep the record open, as was chosen."""
        if self.vault.record is None:
            self.vault.keep_open()
        return self._first_page()

    async def ask_unlock(self, request: Request) -> Response:
        """Ask for the passphrase."""
        to = own_place(request.query_params.get("to", ""))
        if self.vault.stand(request) != "locked":
            return go_to(to)
        return self.forms.page("unlock", to=to)

    async def unlock(self, request: Request, fields: Fields) -> Response:
        """Unlock the record for the browser that knows the passphrase, and go on where it was."""
        to = own_place(fields.get("to", ""))
        if self.vault.stand(request) == "to choose":
            return self._first_page()
        typed = fields.get("passphrase", "")
        try:
            key = await self._in_turn(request, unlock, self.vault.path, typed)
            self.vault.unlock(request, key)
        except WrongPassphraseError:
            return self.forms.page("unlock", 403, to=to, slip="wrong")
        except InputError as error:
            return self.forms.page("unlock", 422, to=to, slip=told(error))
        return go_to(to)

    async def ask_recover(self, request: Request) -> Response:
        """Ask for the recovery key, and a new passphrase."""
        if self.vault.stand(request) == "to choose":
            return self._first_page()
        return self.forms.page("recover", typed="")

    async def recover(self, request: Request, fields: Fields) -> Response:
        """Give the record a new passphrase by its recovery key, and unlock it."""
        if self.vault.stand(request) == "to choose":
            return self._first_page()
        given = fields.get("recovery", ""), fields.get("passphrase", "")
        if slip := new_slip(fields):
            return self.forms.page("recover", 422, slip=slip, typed=given[0])
        try:
            key = await self._in_turn(request, recover, self.vault.path, *given)
            self.vault.unlock(request, key)
        except InputError as error:
            return self.forms.page("recover", 422, slip=told(error), typed=given[0])
        return self._first_page()

    async def _in_turn(
        self, request: Request, work: Callable[..., RecordKey], *arguments: object
    ) -> RecordKey:
        """Do what takes long and much memory, one after another, and few of one browser, so that
        one that guesses keeps nobody else out.
        """
        session = self.vault.session_of(request)
        if self.waiting[session] >= MOST_OF_ONE or self.waiting.total() >= MOST_WAITING:
            raise HTTPException(503, headers={"Retry-After": "5"})
        self.waiting[session] += 1
        try:
            async with self.trying:
                return await aside(work, *arguments)
        finally:
            self.waiting -= Counter([session])

    async def lock(self, request: Request, fields: Fields) -> Response:
        """Lock the record for the browser that asks."""
        self.vault.lock(request)
        return go_to("/")

    async def awake(self, request: Request, _: Fields) -> Response:
        """Hear that something was pressed on a page."""
        if self.vault.stand(request) == "locked":
            raise HTTPException(423)
        self.vault.pressed(request)
        return Response(status_code=204)

    def _first_page(self) -> Response:
        return go_to(self.settings.start)
