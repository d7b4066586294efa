"""Keeping fails, in many ways, whatever is done: told in words, nothing changed, and the next try
keeps it once.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app_attacked import KEPT, OK, Attacked, Told, holds, recovery_key, state

FAILS: Mapping[str, str] = {
    "no transaction": "throw new DOMException('full', 'QuotaExceededError');",
    "aborted at once": "const made = real.apply(this, all); made.abort(); return made;",
    "aborted in the middle": "const made = real.apply(this, all); later(made, 2); return made;",
    "aborted at the end": "const made = real.apply(this, all); later(made, 4); return made;",
    "nothing can be put": "const made = real.apply(this, all); noPut(0); return made;",
    "the second cannot be put": "const made = real.apply(this, all); noPut(1); return made;",
    "a put is refused": "const made = real.apply(this, all); refuse(); return made;",
    "database closed": "this.close(); return real.apply(this, all);",
    "nothing can be sealed": "",
}
"""What becomes of the next transaction that writes; of the last one, of the next sealing."""
INJECT = """
const [way, times] = given;
const real = IDBDatabase.prototype.transaction, put = IDBObjectStore.prototype.put;
let left = times;
const later = (made, count) => {
  if (!count) return void made.abort();
  made.objectStore(made.objectStoreNames[0]).count().onsuccess = () => later(made, count - 1);
};
const noPut = (after) => {
  let puts = 0;
  IDBObjectStore.prototype.put = function (...all) {
    if (puts++ < after) return put.apply(this, all);
    IDBObjectStore.prototype.put = put;
    throw new DOMException("full", "QuotaExceededError");
  };
};
const refuse = () => {
  IDBObjectStore.prototype.put = function (...all) {
    IDBObjectStore.prototype.put = put;
    this.add(1, "twice");
    this.add(1, "twice");
    return put.apply(this, all);
  };
};
const ways = { WAYS };
if (way === "nothing can be sealed") {
  const seal = crypto.subtle.encrypt;
  crypto.subtle.encrypt = function (...all) {
    if (--left <= 0) crypto.subtle.encrypt = seal;
    throw new DOMException("no room", "OperationError");
  };
  return;
}
IDBDatabase.prototype.transaction = function (...all) {
  if (all[1] !== "readwrite" || ![all[0]].flat().includes("blocks")) return real.apply(this, all);
  if (--left <= 0) IDBDatabase.prototype.transaction = real;
  return ways[way].call(this, all);
};
""".replace(
    "WAYS",
    ", ".join(f"'{name}': function (all) {{ {lines} }}" for name, lines in FAILS.items()),
)
OF_WHAT_IS_PUT = (
    "nothing can be put",
    "the second cannot be put",
    "a put is refused",
    "nothing can be sealed",
)
"""Failures that a deletion does not meet: it puts nothing."""
NOT_KEPT = 507
OTHER = "tulip lamp river onion"
NAME = "Sam Example"


@dataclass
class Deed:
    """Something that is done to a record, and how one sees that it is done once.

    Attributes:
        do: Does it.
        seen: Raises where it is not done, or done twice.
        before: What is done first.
        only: Of which records: `sealed`, `open`, or `both`.
    """

    name: str
    do: Callable[["Round"], Told]
    seen: Callable[["Round"], None]
    before: Callable[["Round"], None] = lambda _: None
    only: str = "both"


@dataclass
class Round:
    """One app, and what is known of its record."""

    app: Attacked
    visit: str = ""
    person: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    backup: bytes = b""
    people: int = 0

    def counted(self) -> int:
        """Return how many people there are."""
        return self.app.get("/export.zip").body.count(b"PK\x01\x02")


def _begin_visit(r: Round) -> None:
    r.visit = r.app.new_visit()
    named = r.app.post(f"{r.visit}/who", press=True, name="name", value=NAME, seen="")
    holds(named.status == OK, named.said)
    (r.person,) = set(re.findall(r'href="(/people/[\w-]{16})"', r.app.get(r.visit).text))


def _press(r: Round) -> Told:
    return r.app.post(f"{r.visit}/answer", press=True, **r.fields)


def _before_press(r: Round) -> None:
    _begin_visit(r)
    r.fields = r.app.answering(r.visit, "stick.sacrum", "lost")


def _seen_press(r: Round) -> None:
    form = r.app.get(f"{r.visit}/form.yaml").text
    holds(len(re.findall(r"sacrum: lost", form)) == 1, "answer", form[:900])
    holds(
        r.app.answering(r.visit, "x", "y")["version"] == str(int(r.fields["version"]) + 1), "twice"
    )


def _seen_name(r: Round) -> None:
    holds("Other Name" in r.app.get(r.visit).text, "name")


def _seen_finish(r: Round) -> None:
    holds(r.app.get(f"{r.visit}/done").status == OK, "finish")


def _before_new(r: Round) -> None:
    r.people = r.counted()


def _seen_new(r: Round) -> None:
    holds(r.counted() == r.people + 1, "visits", r.people, r.counted())


def _delete(r: Round) -> Told:
    return r.app.post(f"{r.person}/delete", sure="yes")


def _seen_delete(r: Round) -> None:
    holds(r.app.get(r.person).status == 404, "deletion")


def _protect(r: Round) -> Told:
    r.app.passphrase = OTHER
    return r.app.protect()


def _seen_protect(r: Round) -> None:
    r.app.sealed = True
    r.app.goto()
    holds("#/unlock" in r.app.page.url, r.app.page.url)
    r.app.unlock()


def _new_passphrase(r: Round) -> Told:
    new = _other_passphrase(r)
    return r.app.post("/record/passphrase", old=r.app.passphrase, passphrase=new, again=new)


def _other_passphrase(r: Round) -> str:
    """Return the one of two that is not in use, and note it as `new`."""
    r.fields["new"] = OTHER if r.app.passphrase != OTHER else f"{OTHER} moss"
    return r.fields["new"]


def _seen_passphrase(r: Round) -> None:
    old, r.app.passphrase = r.app.passphrase, r.fields["new"]
    r.app.goto()
    holds(r.app.post("/unlock", passphrase=old).status == 403, "the old one opens")
    r.app.unlock()


def _recover(r: Round) -> Told:
    new = _other_passphrase(r)
    return r.app.post("/recover", recovery=r.app.recovery, passphrase=new, again=new)


def _lock(r: Round) -> None:
    r.app.goto()


def _new_recovery(r: Round) -> Told:
    told = r.app.post("/record/recovery", old=r.app.passphrase)
    r.fields["recovery"] = recovery_key(told)
    return told


def _seen_recovery(r: Round) -> None:
    old, r.app.recovery = r.app.recovery, r.fields["recovery"]
    r.app.goto()
    same = r.app.passphrase
    told = r.app.post("/recover", recovery=old, passphrase=same, again=same)
    holds(told.status == 422, "the old recovery key opens")
    told = r.app.post("/recover", recovery=r.app.recovery, passphrase=same, again=same)
    holds(told.status in KEPT, told.said)


def _backup(r: Round) -> None:
    _begin_visit(r)
    fields = {} if r.app.sealed else {"passphrase": OTHER, "again": OTHER}
    told = r.app.post("/record/backup", **fields)
    holds(told.status == OK, told.said)
    r.backup = r.app.get("/record/backup.age").body
    holds(r.backup.startswith(b"age-encryption"), r.backup[:60])
    r.people = r.counted()
    r.app.new_visit()


def _restore(r: Round) -> Told:
    """Restore, and say so where the record holds more."""
    told = r.app.upload(
        "/record/restore", {"secret": "" if r.app.sealed else OTHER}, backup=r.backup
    )
    holds(told.status == OK, told.status, told.said)
    return r.app.post("/record/replace")


def _seen_restore(r: Round) -> None:
    holds(r.counted() == r.people, "restored", r.people, r.counted())


def _forget(r: Round) -> Told:
    return r.app.post("/forget", word="delete")


def _seen_forget(r: Round) -> None:
    r.app.goto()
    holds("#/protect" in r.app.page.url, r.app.page.url)
    r.app.begin()


def _unlock(r: Round) -> Told:
    return r.app.post("/unlock", passphrase=r.app.passphrase)


def _seen_unlock(r: Round) -> None:
    holds(r.app.get("/").status == OK, "unlock")


def _first_passphrase(r: Round) -> None:
    r.app.post("/forget", word="delete")
    r.app.goto()


DEEDS = (
    Deed("an answer", _press, _seen_press, _before_press),
    Deed(
        "a name",
        lambda r: r.app.post(
            f"{r.visit}/who", press=True, name="name", value="Other Name", seen=NAME
        ),
        _seen_name,
        _begin_visit,
    ),
    Deed("a new person", lambda r: r.app.post("/visits"), _seen_new, _before_new),
    Deed(
        "finish",
        lambda r: r.app.post(f"{r.visit}/finish", press=True, nameless="yes", **r.fields),
        _seen_finish,
        _before_press,
    ),
    Deed("delete a person", _delete, _seen_delete, _begin_visit),
    Deed("restore", _restore, _seen_restore, _backup),
    Deed("a new passphrase", _new_passphrase, _seen_passphrase, only="sealed"),
    Deed("a new recovery key", _new_recovery, _seen_recovery, only="sealed"),
    Deed("unlock", _unlock, _seen_unlock, _lock, only="sealed"),
    Deed("recover", _recover, _seen_passphrase, _lock, only="sealed"),
    Deed("protect an open record", _protect, _seen_protect, only="open"),
    Deed("delete the record", _forget, _seen_forget),
    Deed("protect at the first start", _protect, _seen_protect, _first_passphrase, only="sealed"),
)
OPENED_AGAIN = "database closed"
"""No failure at all: it is opened again."""


def failing_keep(app: Attacked, deed: Deed, way: str) -> str:
    """Let one keep fail, see that it is told and nothing changed, and do it again."""
    trial = Round(app)
    deed.before(trial)
    before = state(app)
    app.worker(INJECT, way, 1)
    told = deed.do(trial)
    if way != OPENED_AGAIN:
        holds(told.status == NOT_KEPT and bool(told.said), told.status, told.said)
        holds(state(app) == before, "something was changed")
        told = deed.do(trial)
    holds(told.status in KEPT, "the next try", told.status, told.said)
    deed.seen(trial)
    checked = app.post("/record/verify")
    holds("The record is whole" in checked.text, checked.status, checked.said)
    return "told, nothing changed, kept once at the next try"


def pairs(sealed: bool) -> list[tuple[Deed, str]]:
    """Return what can fail how, for a sealed record or an open one."""
    found = []
    for deed in DEEDS:
        if deed.only in ("both", "sealed" if sealed else "open"):
            found += [(deed, way) for way in FAILS if _can_fail(deed, way, sealed)]
    return found


def _can_fail(deed: Deed, way: str, sealed: bool) -> bool:
    if deed.do is _forget:
        return way not in OF_WHAT_IS_PUT
    return sealed or way != "nothing can be sealed"
