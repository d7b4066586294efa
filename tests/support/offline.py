"""An app as a browser runs it, with a device of its own for the tests: what is kept lies in a
folder of this machine, and age is that of the program.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from keyed import KEY, KEYS

from hingeexpert.app.entry import OfflineApp
from hingeexpert.app.inside import PageAnswer
from hingeexpert.record import Record, sealed

FORM = "application/x-www-form-urlencoded"


class FullError(Exception):
    """Nothing can be kept."""


@dataclass
class Folder:
    """A device: it shows the record at one place, and keeps it, sealed or not, at another.

    Attributes:
        shown: Where Python sees the file of the record.
        kept: Folder of what outlives a start.
        promises: Whether the browser promises to keep the record when it is asked.
        full: Whether keeping fails.
    """

    shown: Path
    kept: Path
    lasting: bool = False
    promises: bool = True
    full: bool = False
    how: str = "none"
    was_held: bool = False
    key: bytes = field(default=b"", repr=False)
    waiting: dict[str, bytes] = field(default_factory=dict, repr=False)
    wished: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shown.parent.mkdir(parents=True, exist_ok=True)
        self.kept.mkdir(parents=True, exist_ok=True)

    def do(self, name: str, *values: Any) -> Any:
        """Do what was wished for."""
        self.wished.append(name)
        return getattr(self, name)(*values)

    def hold_ready_keys(self) -> None:
        """Keep an empty record sealed under the keys of `keyed`, whose passphrase opens quickly."""
        Record(self.shown).close()
        self.begin(KEY.raw.hex(), "sealed")
        for name in ("passphrase.age", "recovery.age", "recipients"):
            content = (KEYS / f"record.sqlite.{name}").read_bytes()
            self.write_key_file(name.removesuffix(".age"), content)
        self.keep()
        self.reread()

    def standing(self) -> Mapping[str, Any]:
        about = self.kept / "about.json"
        if self.how == "held":
            return {"record": "held", "lasting": self.lasting}
        record = json.loads(about.read_text())["how"] if about.exists() else "none"
        return {"record": record, "lasting": self.lasting}

    def load(self, key: str) -> str:
        raw = (self.kept / "record").read_bytes()
        self.key = bytes.fromhex(key)
        if key:
            nonce, tag, content = raw[:16], raw[16:48], raw[48:]
            if not hmac.compare_digest(tag, hmac.digest(self.key, nonce + content, "sha256")):
                return "wrong"
            raw = self._mixed(nonce, content)
        if not raw.startswith(b"SQLite format 3\0"):
            return "damaged"
        self.shown.write_bytes(raw)
        self.how = "sealed" if key else "open"
        return "whole"

    def begin(self, key: str, how: str) -> None:
        self.key, self.how = bytes.fromhex(key), how

    def reseal(self, key: str) -> None:
        self.was_held = self.how == "held"
        self.key, self.how = bytes.fromhex(key), "sealed"

    def key_file(self, name: str) -> bytes | None:
        file = self.kept / f"{name}.key"
        return self.waiting.get(name) or (file.read_bytes() if file.exists() else None)

    def write_key_file(self, name: str, content: bytes) -> None:
        self.waiting[name] = content

    def pair(self) -> list[str]:
        return [*sealed.new_pair()]

    def recipient_of(self, identity: str) -> str | None:
        return sealed.recipient_of(identity) if sealed.is_identity(identity) else None

    def seal(self, content: bytes, recipients: list[str], letters: bool = True) -> bytes:
        if letters:
            return sealed.seal(content, recipients)
        return bytes(sealed.seal_large(content, recipients))

    def seal_by_passphrase(self, content: bytes, passphrase: str, letters: bool = True) -> bytes:
        return sealed.seal_by_passphrase(content, passphrase, letters=letters)

    def open_by_passphrase(self, content: bytes, passphrase: str) -> bytes | str:
        try:
            return sealed.open_by_passphrase(content, passphrase)
        except sealed.SealError as error:
            return error.why

    def open_by_identity(self, content: bytes, identity: str) -> bytes | str:
        try:
            return sealed.open_sealed(content, identity)
        except sealed.SealError as error:
            return error.why

    def ask_lasting(self) -> bool:
        self.lasting = self.promises
        return self.lasting

    def forget(self) -> None:
        for file in [*self.kept.iterdir(), self.shown]:
            file.unlink(missing_ok=True)
        self.how, self.key, self.waiting = "none", b"", {}

    def keep(self) -> None:
        """Keep what was written, as a worker does after each answer."""
        if self.how in ("none", "held"):
            return
        if self.full:
            raise FullError
        raw = self.shown.read_bytes()
        if self.key:
            nonce = secrets.token_bytes(16)
            content = self._mixed(nonce, raw)
            raw = nonce + hmac.digest(self.key, nonce + content, "sha256") + content
        (self.kept / "record").write_bytes(raw)
        for name, content in self.waiting.items():
            (self.kept / f"{name}.key").write_bytes(content)
        self.waiting = {}
        (self.kept / "about.json").write_text(json.dumps({"how": self.how}))

    def reread(self) -> None:
        """Show nothing any more, until what is kept is loaded; what is only held is held on."""
        self.waiting, self.how, self.key = {}, "held" if self.was_held else "none", b""
        if self.was_held:
            return
        self.shown.unlink(missing_ok=True)

    def _mixed(self, nonce: bytes, content: bytes) -> bytes:
        stream = hashlib.shake_256(self.key + nonce).digest(len(content))
        both = int.from_bytes(content, "big") ^ int.from_bytes(stream, "big")
        return both.to_bytes(len(content), "big")


@dataclass
class Offline:
    """An app, its device, and the worker between them."""

    app: OfflineApp
    device: Folder

    def get(self, address: str, **headers: str) -> PageAnswer:
        return self.ask("GET", address, b"", headers)

    def post(self, address: str, /, **fields: str) -> PageAnswer:
        return self.ask("POST", address, urlencode(fields).encode(), {"content-type": FORM})

    def ask(self, method: str, address: str, body: bytes, headers: Mapping[str, str]) -> PageAnswer:
        """Ask as a worker does: wishes are done, then what was written is kept, then answered."""
        said = self.app.ask(method, address, headers, body)
        while said[0] == "wish":
            said = self.app.resume(self.device.do(said[1], *said[2]))
        try:
            self.device.keep()
        except FullError:
            self.app.keeper.give_up()
            self.device.reread()
            said = self.app.not_kept("QuotaExceededError")
        return PageAnswer(*said[1:])

    def upload(self, address: str, fields: Mapping[str, str], **files: bytes) -> PageAnswer:
        """Send a form with files, as a browser does."""
        pieces = [
            f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
            for name, text in fields.items()
        ]
        for name, content in files.items():
            head = f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.age"'
            kind = "Content-Type: application/octet-stream"
            pieces.append(f"{head}\r\n{kind}\r\n\r\n".encode() + content + b"\r\n")
        body = b"".join(pieces) + b"--edge--\r\n"
        kind = "multipart/form-data; boundary=edge"
        return self.ask("POST", address, body, {"content-type": kind})

    def shown(self, address: str) -> str:
        """Return a page, and follow where it leads, as a browser does."""
        answer = self.get(address)
        for _ in range(5):
            if answer.status != 303:
                break
            answer = self.get(answer.headers["location"])
        assert answer.status == 200, (address, answer.status, answer.body.decode()[:2000])
        return answer.body.decode()
