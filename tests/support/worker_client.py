"""A client of the app's worker in place of the pages, in the browser: lines in a table on the
record of the device, and wishes that are handed on. It lies there as `hingeexpert.app.entry`.
"""

import gc
import json
import random
import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any

SETTINGS = ("locking_mode = EXCLUSIVE", "journal_mode = MEMORY", "temp_store = MEMORY")
MAKE = "CREATE TABLE IF NOT EXISTS line (text)"
kept: dict[str, Any] = {}
"""What stays from call to call, and in an image."""


def begin(carried: Any) -> None:
    """Begin, once for an image."""
    kept.update(begun=secrets.token_hex(8), carried=bytes(carried).decode(), connection=None)
    gc.collect()
    gc.freeze()


def awake(facts: Mapping[str, str]) -> None:
    """Wake up after each start."""
    random.seed(secrets.randbits(256))
    kept["version"] = facts["version"]


def ask(method: str, address: str, headers: Mapping[str, str], body: Any) -> tuple[Any, ...]:
    """Answer, or say a wish: the body is its name and its values."""
    text = bytes(body or b"").decode()
    if method == "WISH":
        name, *values = json.loads(text)
        return ("wish", name, values)
    return _answer(ASKED[method](text), 500 if method == "BREAK" else 200)


def resume(value: Any) -> tuple[Any, ...]:
    """Answer with what came of a wish."""
    return _answer(value)


def resume_error(name: str) -> tuple[Any, ...]:
    """Answer that a wish failed."""
    return _answer({"failed": name})


def put_back() -> None:
    """Close the record."""
    if kept["connection"] is not None:
        kept["connection"].close()
    kept["connection"] = None


def not_kept(name: str) -> tuple[Any, ...]:
    """Answer that nothing was kept."""
    return ("answer", 507, {}, json.dumps(name).encode())


def _write(text: str) -> None:
    print(text)
    with _connected() as connection:
        connection.execute(MAKE)
        connection.execute("INSERT INTO line VALUES (?)", (text,))


def _read(_: str) -> list[str]:
    return [text for (text,) in _connected().execute("SELECT text FROM line")]


def _shorten(_: str) -> None:
    with _connected() as connection:
        connection.execute("DELETE FROM line")
    connection.execute("VACUUM")


def _settings(_: str) -> list[str]:
    names = ("locking_mode", "journal_mode", "integrity_check")
    return [_connected().execute(f"PRAGMA {name}").fetchone()[0] for name in names]


def _chance(_: str) -> dict[str, object]:
    drawn = {"random": random.random(), "id": secrets.token_hex(8)}
    return {**drawn, **{name: kept[name] for name in ("begun", "carried", "version")}}


def _raise(text: str) -> None:
    raise ValueError(text)


ASKED = {
    "WRITE": _write,
    "BREAK": _write,
    "READ": _read,
    "SHORTEN": _shorten,
    "SETTINGS": _settings,
    "CHANCE": _chance,
    "RAISE": _raise,
}


def _connected() -> sqlite3.Connection:
    if kept["connection"] is None:
        kept["connection"] = sqlite3.connect("/record/record.sqlite")
        for setting in SETTINGS:
            kept["connection"].execute(f"PRAGMA {setting}")
    connection: sqlite3.Connection = kept["connection"]
    return connection


def _answer(value: object, status: int = 200) -> tuple[Any, ...]:
    return ("answer", status, {}, json.dumps(value).encode())
