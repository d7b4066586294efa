"""What lies on the device is changed behind the back of an app: told in words, and nothing of it is
overwritten; put as it was, it opens again.
"""

from collections.abc import Mapping
from random import Random

from app_attacked import OK, Attacked, Told, holds, state
from app_keeps import NAME

COPY = """async ([from, to]) => {
  const came = (request) => new Promise((done) => {
    request.onsuccess = () => done(request.result);
  });
  const opened = (name) => {
    const asked = indexedDB.open(name, 1);
    const names = ["blocks", "about", "keys", "image"];
    asked.onupgradeneeded = () => names.forEach((store) => asked.result.createObjectStore(store));
    return came(asked);
  };
  const [one, other] = await Promise.all([opened(from), opened(to)]);
  for (const name of ["blocks", "about", "keys"]) {
    const items = one.transaction(name).objectStore(name);
    const [keys, values] = await Promise.all([came(items.getAllKeys()), came(items.getAll())]);
    const put = other.transaction(name, "readwrite").objectStore(name);
    put.clear();
    keys.forEach((key, at) => put.put(values[at], key));
    await new Promise((done) => { put.transaction.oncomplete = done; });
  }
  one.close();
  other.close();
}"""
CHANGE = """async ([place, at, byte]) => {
  const came = (request) => new Promise((done) => {
    request.onsuccess = () => done(request.result);
  });
  const database = await came(indexedDB.open(`hingeexpert ${place}`));
  const made = database.transaction(["blocks", "about", "keys"], "readwrite");
  const [blocks, about, keys] = ["blocks", "about", "keys"].map((name) => made.objectStore(name));
  const whole = await came(about.get("record"));
  const [block, other] = await Promise.all([came(blocks.get(at)), came(blocks.get(at + 1))]);
  const bytes = block.bytes ?? block;
  const mend = (value) => block.bytes ? { ...block, bytes: value } : value;
  const key = { passphrase: await came(keys.get("passphrase")),
    recovery: await came(keys.get("recovery")), recipients: await came(keys.get("recipients")) };
  LINES
  await new Promise((done) => { made.oncomplete = done; });
  database.close();
}"""
BLOCKS: Mapping[str, str] = {
    "cut": "blocks.put(mend(bytes.slice(0, byte)), at);",
    "flipped": "bytes[byte] ^= 1; blocks.put(block, at);",
    "empty": "blocks.put(mend(new Uint8Array(0)), at);",
    "no bytes": "blocks.put('x', at);",
    "removed": "blocks.delete(at);",
    "swapped": "blocks.put(other, at); blocks.put(block, at + 1);",
    "one more": "blocks.put(block, 9_999);",
    "size smaller": "about.put({ ...whole, size: 4096 }, 'record');",
    "size larger": "about.put({ ...whole, size: whole.size + 4096 }, 'record');",
    "generation": "about.put({ ...whole, generation: 'x' }, 'record');",
    "no size": "about.put({ ...whole, size: undefined }, 'record');",
    "seal cut": "about.put({ ...whole, seal: undefined }, 'record');",
    "all blocks gone": "blocks.clear();",
}
UNSEEN = {"flipped", "swapped", "generation", "seal cut"}
"""What only sealing notices."""
KEYS: Mapping[str, tuple[str, str]] = {
    "key file gone": ("keys.delete('passphrase');", "gone from this browser, or damaged"),
    "key file cut": ("keys.put(key.passphrase.slice(0, 90), 'passphrase');", "or damaged"),
    "key file flipped": (
        "key.passphrase[key.passphrase.length >> 1] ^= 1; keys.put(key.passphrase, 'passphrase');",
        "damaged",
    ),
    "key files swapped": (
        "keys.put(key.recovery, 'passphrase'); keys.put(key.passphrase, 'recovery');",
        "or damaged",
    ),
}
RECIPIENTS = (
    "key.recipients[key.recipients.length - 9] ^= 1; keys.put(key.recipients, 'recipients');"
)
FIRST_BLOCKS = 4
"""That are damaged; a record has more."""


class Damages:
    """An app whose blocks and keys are changed."""

    def __init__(self, app: Attacked, chance: Random) -> None:
        self.app, self.chance = app, chance
        self.visit = app.new_visit()
        app.post(f"{self.visit}/who", press=True, name="name", value=NAME)
        for _ in range(3):
            app.answer(app.new_visit(), "stick.sacrum", "lost")
        self._copy(back=False)

    def _copy(self, back: bool) -> None:
        names = [f"hingeexpert {self.app.place}", "copy"]
        self.app.page.evaluate(COPY, names[::-1] if back else names)

    def _change(self, lines: str) -> None:
        at = self.chance.randrange(FIRST_BLOCKS)
        byte = self.chance.randrange(100, 4_000)
        self.app.page.evaluate(CHANGE.replace("LINES", lines), [self.app.place, at, byte])

    def block(self, damage: str) -> str:
        """Damage a block, and see what is told; then put it back."""
        app = self.app
        self._change(BLOCKS[damage])
        before = state(app)
        app.goto()
        told = self._opened()
        seen = not (damage in UNSEEN and not app.sealed)
        if seen:
            holds(
                "damaged" in told.text and "restore a backup" in told.text, told.status, told.said
            )
            holds(app.get(self.visit).status in (303, 423), "shown all the same")
            holds(app.post("/visits").status == 423, "begun all the same")
        else:
            holds(told.status in (OK, 422, 500), told.status, told.said)
        holds(state(app) == before, "overwritten")
        self.put_back()
        return told.said if seen else "not noticed by this, as an open record is not sealed"

    def _opened(self) -> Told:
        if self.app.sealed:
            return self.app.post("/unlock", passphrase=self.app.passphrase)
        told = self.app.get("/")
        return self.app.get(told.headers["location"]) if told.status == 303 else told

    def put_back(self) -> None:
        """Put everything as it was, and see that it opens."""
        self._copy(back=True)
        self.app.again()
        holds(NAME in self.app.get(self.visit).text, "it does not open as it was")

    def keys(self, damage: str) -> str:
        """Damage the key file, and see what is told; then put it back."""
        lines, words = KEYS[damage]
        self._change(lines)
        before = state(self.app)
        self.app.goto()
        told = self._opened()
        holds(told.status in (403, 422) and words in told.text, told.status, told.said)
        holds(state(self.app) == before, "overwritten")
        self.put_back()
        return told.said

    def recipients(self) -> str:
        """Change who may open the backups: no backup is made for them."""
        self._change(RECIPIENTS)
        self.app.again()
        told = self.app.post("/record/backup")
        holds("somebody else wrote it" in told.text, told.status, told.said)
        self.put_back()
        return told.said

    def older(self) -> str:
        """Put all blocks of an older state back: no seal notices, the head on a paper does."""
        app = self.app
        app.answer(app.new_visit(), "stick.sacrum", "lost")
        checked = app.post("/record/verify").text
        head = checked.split("Head: <code>")[1].split("<")[0]
        self._copy(back=True)
        app.again()
        short = app.post("/record/verify", head=head)
        holds("does not hold the head" in short.text, short.status, short.said)
        return "the chain: the record does not hold the head"
