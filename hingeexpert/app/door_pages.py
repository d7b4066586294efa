"""The pages before the record of a browser: a passphrase is chosen, typed, or found lost; and the
lock.

Owns what they take and show. Whether the record is open is `keeper.py`. No secret is kept, and none
stands in an address.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from hingeexpert.app.backups import BACKUP, Given, plain_file, restored, told_of_backup, unsealed
from hingeexpert.app.keeper import Keeper
from hingeexpert.app.uploads import parts_of
from hingeexpert.errors import InputError
from hingeexpert.record.key_content import RecordKey, WrongPassphraseError
from hingeexpert.record.opened import holding, opened
from hingeexpert.web.door_forms import (
    FORGET,
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
from hingeexpert.web.site import Fields, go_to

RESTORE, RECORD_PAGE = "/restore", "/record"
FORGET_WORD = "delete"
"""What is typed by who wants the record gone."""


class DoorPages:
    """The pages before the record of a browser."""

    def __init__(self, keeper: Keeper, templates: Path | None = None) -> None:
        self.keeper = keeper
        self.forms = DoorForms(keeper.path.name, templates, keeper.facts)

    def routes(self) -> list[BaseRoute]:
        """Return their routes, and behind them all pages of the record."""
        gets: dict[str, Callable[[Request], Awaitable[Response]]] = {
            PROTECT: self.ask_protect,
            UNLOCK: self.ask_unlock,
            RECOVER: self.ask_recover,
            FORGET: self.ask_forget,
            RESTORE: self.ask_restore,
        }
        posts: dict[str, Filled] = {
            PROTECT: self.protect,
            "/keep-open": self.keep_open,
            UNLOCK: self.unlock,
            RECOVER: self.recover,
            FORGET: self.forget,
            "/lock": self.lock,
            "/awake": self.awake,
        }
        return [
            *(Route(path, handler) for path, handler in gets.items()),
            *(Route(path, filled(handler), methods=["POST"]) for path, handler in posts.items()),
            Route(RESTORE, self.restore, methods=["POST"]),
            Mount("", app=self.keeper),
        ]

    async def ask_protect(self, request: Request) -> Response:
        """Ask for a passphrase, with four drawn words; on the first page also whether it is to be
        one.
        """
        stand = await self.keeper.stand()
        if stand == "locked" or self.keeper.facts.keeping == "sealed":
            return go_to("/")
        if stand == "unusable":
            return go_to(FORGET)
        return self.forms.protect_page(stand == "to choose")

    async def protect(self, request: Request, fields: Fields) -> Response:
        """Seal the record under a passphrase, and show its recovery key, this once."""
        keeper, passphrase = self.keeper, fields.get("passphrase", "")
        stand = await keeper.stand()
        if stand in ("locked", "unusable") or keeper.key is not None:
            return go_to("/")
        if slip := new_slip(fields):
            return self.forms.protect_page(stand == "to choose", slip, own=True)
        created = await keeper.keys.create(passphrase)
        if stand == "to choose":
            await keeper.begin("sealed", created.key)
        else:
            await keeper.seal(created.key)
        return self.forms.recovery_page(created.recovery)

    async def keep_open(self, request: Request, fields: Fields) -> Response:
        """Keep the record as was chosen: open, and from a file not at all."""
        if await self.keeper.stand() == "to choose":
            await self.keeper.begin("held" if self.keeper.facts.kind == "file" else "open")
        return go_to("/")

    async def ask_unlock(self, request: Request) -> Response:
        """Ask for the passphrase."""
        to = own_place(request.query_params.get("to", ""))
        if await self.keeper.stand() != "locked":
            return go_to(to)
        return self.forms.page("unlock", to=to)

    async def unlock(self, request: Request, fields: Fields) -> Response:
        """Unlock the record for who knows the passphrase, and go on where one was."""
        to = own_place(fields.get("to", ""))
        if await self.keeper.stand() != "locked":
            return go_to(to)
        try:
            key = await self.keeper.keys.unlock(fields.get("passphrase", ""))
            await self._unlocked(key)
        except WrongPassphraseError:
            return self.forms.page("unlock", 403, to=to, slip="wrong")
        except InputError as error:
            return self.forms.page("unlock", 422, to=to, slip=told(error))
        return go_to(to)

    async def _unlocked(self, key: RecordKey) -> None:
        await self.keeper.open(key)
        assert self.keeper.record is not None
        self.keeper.record.note("unlock")

    async def ask_recover(self, request: Request) -> Response:
        """Ask for the recovery key, and a new passphrase."""
        if await self.keeper.stand() != "locked":
            return go_to("/")
        return self.forms.page("recover", typed="")

    async def recover(self, request: Request, fields: Fields) -> Response:
        """Give the record a new passphrase by its recovery key, and unlock it."""
        keeper, recovery = self.keeper, fields.get("recovery", "")
        if await keeper.stand() != "locked":
            return go_to("/")
        if slip := new_slip(fields):
            return self.forms.page("recover", 422, slip=slip, typed=recovery)
        try:
            key = await keeper.keys.by_recovery(recovery)
            await self._unlocked(key)
        except InputError as error:
            return self.forms.page("recover", 422, slip=told(error), typed=recovery)
        await keeper.keys.renew_passphrase(key, fields.get("passphrase", ""))
        return go_to("/")

    async def ask_forget(self, request: Request) -> Response:
        """Ask before the record is deleted from this browser; one that cannot be used is told."""
        return await self._forget_page(request)

    async def _forget_page(self, _: Request, slip: str = "") -> Response:
        stand = await self.keeper.stand()
        if stand == "to choose":
            return go_to("/")
        trouble = self.keeper.trouble
        context = {"word": FORGET_WORD, "trouble": told(trouble) if trouble else ""}
        return self.forms.page("app/forget", 422 if slip else 200, slip=slip, **context)

    async def forget(self, request: Request, fields: Fields) -> Response:
        """Delete the record from this browser, where that was typed."""
        if fields.get("word", "").strip().lower() != FORGET_WORD:
            slip = f"Nothing was deleted. To delete it, type the word {FORGET_WORD}."
            return await self._forget_page(request, slip)
        await self.keeper.forget()
        return go_to("/")

    async def ask_restore(self, request: Request) -> Response:
        """Ask for a backup to begin with."""
        if await self.keeper.stand() != "to choose":
            return go_to(RECORD_PAGE)
        return self.forms.page("app/restore")

    async def restore(self, request: Request) -> Response:
        """Begin a record with a backup, sealed under a passphrase, and show its recovery key."""
        if await self.keeper.stand() != "to choose":
            return go_to(RECORD_PAGE)
        fields, files = parts_of(request.headers.get("content-type", ""), await request.body())
        try:
            if slip := new_slip(fields):
                return self.forms.page("app/restore", 422, slip=slip)
            given = Given.of(fields, files)
            with opened(await unsealed(self.keeper, given), BACKUP) as backup:
                content, moment = plain_file(backup), holding(backup).made
            created = await self.keeper.keys.create(fields["passphrase"])
            await self.keeper.begin("sealed", created.key)
            restored(self.keeper, content, moment)
        except InputError as error:
            return self.forms.page("app/restore", 422, slip=told_of_backup(error))
        return self.forms.recovery_page(created.recovery)

    async def lock(self, request: Request, fields: Fields) -> Response:
        """Lock the record."""
        self.keeper.lock()
        return go_to("/")

    async def awake(self, request: Request, fields: Fields) -> Response:
        """Hear that something was pressed on a page."""
        if await self.keeper.stand() == "locked":
            raise HTTPException(423)
        return Response(status_code=204)
