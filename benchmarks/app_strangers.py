"""What strangers may send, type or do to an app, and what a browser may do to it: nothing breaks,
nothing is run, nothing is left where it does not belong.
"""

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from app_attacked import OK, Attacked, holds, state, until

from hingeexpert.record import Record, sealed

NAMES = (
    '<img src=x onerror="document.title=`run`">',
    "</textarea></script><script>document.title='run'</script>",
    "{{ 7 * 7 }} {% raw %} ${7*7} `x`",
    "\" onfocus=alert(1) autofocus='",
    "\N{RIGHT-TO-LEFT OVERRIDE}txet \N{ARABIC LETTER AIN} \N{GRINNING FACE}",
    "-->]]>&lt;b&gt;&#0;",
    "javascript:document.title='run'",
)
ADDRESSES = (
    "/../x",
    "//evil.example/",
    "javascript:alert(1)",
    "/" + "a" * 60_000,
    "/%00",
    "/visits/%2e%2e/%2e%2e",
    "/#%zz",
    "/%zz",
    "/\\evil.example",
    "/visits/x?to=https://evil.example",
    "/unlock?to=//evil.example",
    "https://evil.example/",
    "/record/backup.age",
    "/\N{SNOWMAN}",
)
DAY = 86_400_000
SET_BACK = "const real = Date.now; Date.now = () => real() - given[0];"
PASSPHRASE = "tulip lamp river onion"
EVIL = (
    "CREATE TRIGGER t AFTER INSERT ON person BEGIN DELETE FROM event; END",
    "CREATE VIEW person_view AS SELECT 1",
    "CREATE TABLE more (x)",
    "PRAGMA user_version = 99",
    "PRAGMA user_version = 0",
    "DROP TABLE event",
)
NO_BACKUPS = (b"", b"x", b"age-encryption.org/v1\n", b"PK\x03\x04" + bytes(999))
MOST_UPLOADED = 100_000_000
ATTACKS = (
    "names",
    "addresses",
    "messages",
    "backups",
    "large",
    "clock",
    "queue",
    "locked",
    "reloaded",
    "two_tabs",
    "newer",
)
"""Methods of `Strangers`, in their order; `wrong` is for a sealed record alone."""
WAY, BUTTON = '#map [data-go="stick"]', '#q-stick-sacrum [data-value="lost"]'
LOST = f"document.querySelector('{WAY}').click(); document.querySelector('{BUTTON}').click();"
GO_HOME = "place.go('/')"
NO_LOCK = "navigator.locks.request = async (name, how, work) => work({});"
MANY = """(count) => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const press = () => void answering.ask("POST", "/visits", headers, new Uint8Array());
  for (let at = 0; at < count; at++) press();
}"""
LARGE = """async (size) => {
  const form = new FormData();
  const head = new TextEncoder().encode("age-encryption.org/v1\\n-> X25519 x\\n");
  form.append("secret", "tulip lamp river onion");
  form.append("backup", new Blob([head, new Uint8Array(size)]), "x.age");
  const packed = new Response(form), kind = packed.headers.get("content-type");
  const body = new Uint8Array(await packed.arrayBuffer());
  const asked = answering.ask("POST", "/record/restore", { "content-type": kind }, body);
  return asked.then(({ status }) => `answered with ${status}`, () => "the app stopped");
}"""
NUMBER = """async ([place, number]) => {
  const came = (request) => new Promise((done) => {
    request.onsuccess = () => done(request.result);
  });
  const database = await came(indexedDB.open(`hingeexpert ${place}`));
  const blocks = database.transaction("blocks", "readwrite").objectStore("blocks");
  const first = await came(blocks.get(0)), view = new DataView(first.buffer, first.byteOffset);
  const before = view.getUint32(60);
  view.setUint32(60, number);
  await came(blocks.put(first, 0));
  database.close();
  return before;
}"""


class Strangers:
    """An app, and one visit with a name in it."""

    def __init__(self, app: Attacked, name: str) -> None:
        self.app, self.visit = app, app.new_visit()
        named = app.post(f"{self.visit}/who", press=True, name="name", value=name)
        holds(named.status == OK, named.said)

    def names(self) -> str:
        """Call people what no one is called, and look at all that shows it."""
        app = self.app
        for text in NAMES:
            visit = app.new_visit()
            for field in ("name", "clinician"):
                told = app.post(f"{visit}/who", press=True, name=field, value=text)
                holds(told.status in (OK, 422), told.status, told.said)
            for part in ("", "/report.html", "/handout.html", "/done"):
                self._shown(f"{visit}{part}", text)
        self._shown("/", "")
        return f"{len(NAMES)} names on 5 pages: nothing ran"

    def _shown(self, address: str, text: str) -> None:
        page = self.app.page
        page.evaluate("address => { place.go(address); }", address)
        self.app.stands()
        page.wait_for_timeout(50)
        holds(page.title() != "run", "a script ran", text)
        holds(page.locator("img[src=x]").count() == 0, "a tag was made", text)

    def addresses(self) -> str:
        """Type addresses by hand."""
        app, page = self.app, self.app.page
        for address in ADDRESSES:
            app.noise.clear()
            page.evaluate("address => { location.hash = address; }", address)
            page.wait_for_timeout(300)
            app.stands()
            holds(page.url.startswith(app.url), "it led elsewhere", address[:40])
            holds(not app.noise, "it complains", address[:40], app.noise[:1])
            page.evaluate("place.go('/')")
            app.stands()
        for address in ADDRESSES:
            app.goto(address)
            holds(bool(page.locator("h1").count()), "no page", address[:40])
        app.again()
        return f"{len(ADDRESSES)} addresses, typed and loaded: a page each time"

    def messages(self) -> str:
        """Have another window send messages."""
        app, page = self.app, self.app.page
        before = state(app)
        with page.context.expect_page() as opened:
            page.evaluate("window.open('about:blank')")
        other = opened.value
        for message in ("{kind: 'ask', id: 1, method: 'POST', address: '/visits'}", "'take over'"):
            other.evaluate(f"opener.postMessage({message}, '*')")
        other.close()
        page.wait_for_timeout(500)
        holds(state(app) == before, "a message changed something")
        return "nothing listens"

    def backups(self) -> str:
        """Restore what is no backup, or one with something in it."""
        app, before = self.app, state(self.app)
        told = set()
        for content in (*NO_BACKUPS, *_evil()):
            answer = app.upload("/record/restore", {"secret": PASSPHRASE}, backup=content)
            holds(answer.status == 422, answer.status, answer.said, content[:40])
            told.add(answer.said)
        holds(state(app) == before, "something was changed")
        answer = app.post("/record/restore")
        holds(answer.status == 400, answer.status)
        return f"{len(told)} words for it, nothing changed"

    def large(self) -> str:
        """Restore a backup of 100 MB, which holds nothing but noughts."""
        app = self.app
        status = app.page.evaluate(LARGE, MOST_UPLOADED)
        app.again()
        holds(app.get(self.visit).status == OK, "the record is gone")
        return f"{status}; the record is as it was"

    def clock(self) -> str:
        """Set the clock back a day, and on, and press."""
        app = self.app
        for days in (1, -2, 400):
            app.worker(SET_BACK, days * DAY)
            for name, value in (("stick.sacrum", "lost"), ("stick.head", "kept")):
                told = app.answer(app.new_visit(), name, value)
                holds(told.status == OK, days, told.status, told.said)
            checked = app.post("/record/verify")
            holds("The record is whole" in checked.text, days, checked.said)
            holds(app.get("/").status == OK, days)
        app.again()
        return "three times, each answer kept, the chain whole"

    def queue(self) -> str:
        """Press a hundred times at once."""
        app = self.app
        visits = app.get("/export.zip").body.count(b"PK\x01\x02")
        app.page.evaluate(MANY, 100)
        until(lambda: not app.page.evaluate("answering.busy"))
        holds(app.get("/export.zip").body.count(b"PK\x01\x02") == visits + 100, "not a hundred")
        return "a hundred presses, a hundred visits"

    def locked(self) -> str:
        """Lock while an answer is under way, which is kept, or a page, which does not come."""
        app = self.app
        if not app.sealed:
            return "sealed only: there is no lock"
        for press in (LOST, GO_HOME):
            visit = app.new_visit()
            self._at(visit)
            app.page.evaluate(press)
            app.page.keyboard.press("F8")
            until(lambda: app.page.title() == "Locked")
            holds(app.get(visit).status == 303, "it shows what it knew")
            app.unlock()
            kept = "sacrum: lost" in app.get(f"{visit}/form.yaml").text
            holds(kept == (press == LOST), "an answer is lost")
        return "by F8 with an answer under way, which is kept, and with a page under way"

    def reloaded(self) -> str:
        """Load the page anew while an answer is under way, though the browser asks first."""
        app, asked = self.app, []
        visit = app.new_visit()
        self._at(visit)
        app.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        app.page.click(WAY)
        app.page.click(BUTTON, no_wait_after=True)
        app.page.reload()
        app.stands()
        app.unlock()
        kept = "sacrum: lost" in app.get(f"{visit}/form.yaml").text
        holds(kept or asked == ["beforeunload"], "lost unasked", asked)
        checked = app.post("/record/verify")
        holds("The record is whole" in checked.text, checked.said)
        holds(app.answer(visit, "stick.sacrum", "kept").status == OK, "no answer more")
        return "kept" if kept else "asked first, and then not kept"

    def _at(self, address: str) -> None:
        self.app.page.evaluate("address => { place.go(address); }", address)
        self.app.page.wait_for_selector(WAY)
        self.app.stands()

    def wrong(self) -> str:
        """Type wrong passphrases."""
        app = self.app
        app.goto()
        before = state(app)
        for text in ("", "x", app.passphrase[:-1], f"{app.passphrase}x", "\N{SNOWMAN}" * 1000):
            told = app.post("/unlock", passphrase=text)
            holds(told.status == 403 and "not the passphrase" in told.text, told.status, told.said)
        holds(state(app) == before, "something was changed")
        app.unlock()
        return "told each time; the right one opens"

    def two_tabs(self) -> str:
        """Open a second tab, and one more with the lock switched off."""
        app, first = self.app, self.app.page
        second = first.context.new_page()
        second.goto(app.url)
        until(lambda: "another tab" in second.inner_text("h1"))
        second.add_init_script(NO_LOCK)
        second.goto(app.url)
        app.page = second
        app.stands()
        app.unlock()
        late = app.new_visit()
        app.page = first
        told = app.answer(self.visit, "stick.sacrum", "lost")
        holds(told.status == 507, told.status, told.said)
        holds("another window" in told.text, told.said)
        second.close()
        app.again()
        holds(app.get(late).status == OK, "what the other kept is not there")
        return told.said

    def newer(self) -> str:
        """Let a newer app have written the record."""
        app = self.app
        if app.sealed:
            return "open only: the number is sealed"
        before = app.page.evaluate(NUMBER, [app.place, 99])
        changed = state(app)
        app.goto()
        page = app.page.inner_text("body")
        holds("newer" in page, page[:200])
        holds(app.post("/visits").status == 423, "begun all the same")
        holds(state(app) == changed, "it was changed")
        app.page.evaluate(NUMBER, [app.place, before])
        app.again()
        holds(app.get(self.visit).status == OK, "it does not open as it was")
        return " ".join(page.split())[:120]


def _evil() -> list[bytes]:
    """Return backups that a stranger made, sealed as ours are."""
    made = []
    for line in EVIL:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "record.sqlite"
            _empty_record(path)
            connection = sqlite3.connect(path)
            connection.execute(line)
            connection.commit()
            connection.close()
            made.append(sealed.seal_by_passphrase(path.read_bytes(), PASSPHRASE, letters=False))
    return made


def _empty_record(path: Path) -> None:
    Record(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()


def files_with(folder: Path, name: str) -> list[str]:
    """Return the files of a profile in which a name stands, in either of two encodings."""
    spelled = (name.encode(), name.encode("utf-16-le"), quote(name).encode())
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(text in path.read_bytes() for text in spelled)]
