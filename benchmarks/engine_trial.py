"""What is tried of the app in one browser, step after step."""

import shutil
import statistics
import tempfile
import time
import zipfile
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from engine_drivers import EngineDriver, EngineSlipError, until

NAME = "Zebulon Quizzleworth"
OTHER_TAB = """(() => {
  const told = document.querySelector("#stage h1")?.textContent;
  return told === "Open in another tab" && "told";
})()"""
TAB = "\ue004"
SETTLING = 5
"""Seconds in which the processes of a browser that was closed put their files in order."""
HOME, VISIT, DONE = "main.home", "#visit .step:not([hidden])", "main.done"
UNLOCK, FIRST = "#unlock #passphrase", "#noted"
NEW_PERSON, OPEN_UP = "main.home form[action='/visits'] .button-main", "#unlock .button-main"
PRESS = """(async () => {
  const pick = (items) => items[Math.floor(Math.random() * items.length)];
  const chosen = (item) => (item.ariaChecked ?? item.ariaPressed) === "true";
  const open = (item) => item.id && item.checkVisibility() && !item.disabled && !chosen(item);
  let found = [];
  for (let tries = 0; !found.length && tries < 30; tries += 1) {
    pick([...document.querySelectorAll("#map [data-go]:not([data-go=safety])")]).click();
    found = [...document.querySelectorAll("#visit [data-do=answer]")].filter(open);
  }
  const none = document.querySelector("#step-safety [data-do=none]");
  const pressed = none ?? pick(found), start = performance.now();
  pressed.click();
  while (document.body.dataset.busy) await new Promise((done) => setTimeout(done, 0));
  await new Promise((done) => requestAnimationFrame(done));
  return document.getElementById("lost").hidden ? performance.now() - start : "slip not kept";
})()"""


class Trial:
    """What is tried in one engine with one kind of the app, step after step.

    Args:
        engine: The engine.
        address: Where the app is.
        folder: For the profile of the browser and what it saves.
        presses: How many answers are pressed in the visit.
    """

    def __init__(
        self, engine: type[EngineDriver], address: str, folder: Path, presses: int
    ) -> None:
        self.engine, self.address, self.presses = engine, address, presses
        self.profile, self.downloads = folder / "profile", folder / "downloads"
        self.browser = self.started()
        self.words = self.place = ""

    def started(self) -> EngineDriver:
        """Start the browser with the profile of this trial."""
        return self.engine(self.profile, self.downloads)

    def shown(self, selector: str) -> None:
        """Wait until something is on the page."""
        self.browser.wait(
            f"document.querySelector({selector!r}) && document.readyState !== 'loading'"
        )

    def led(self, press: str, to: str) -> str:
        """Press something, wait for what it leads to, and return how long that took."""
        began = time.perf_counter()
        self.browser.press(press)
        self.shown(to)
        return took(began)

    def opened(self, to: str) -> str:
        """Open the app, wait for a page of it, and return how long that took."""
        began, worked = time.perf_counter(), self.browser.worked()
        self.browser.goto(self.address)
        self.shown(to)
        return f"{took(began)} ({self.browser.worked() - worked:.1f} s of a processor)"

    def first_start(self) -> str:
        """Open the app for the first time."""
        return self.opened(FIRST)

    def protect(self) -> str:
        """Take the words that were drawn, and read the sheet with the recovery key."""
        self.words = self.browser.script("return document.getElementById('drawn').textContent")
        self.browser.press("#copy")
        copied = self.browser.wait("document.getElementById('copied').textContent")
        self.browser.press(FIRST)
        protected = self.led("form[action='/protect'] .button-main", ".recovery-key")
        self.browser.press(FIRST)
        self.led(".button-main", HOME)
        return f"{protected}; of the button Copy: {copied}"

    def keep_open(self) -> str:
        """Take no passphrase."""
        return self.led("form[action='/keep-open'] button", HOME)

    def begin_visit(self) -> str:
        """Begin a visit, and type a name."""
        begun = self.led(NEW_PERSON, VISIT)
        self.browser.press("#who-open")
        self.browser.type("#who-name", NAME + TAB)
        self.browser.wait(f"document.getElementById('who-shown').textContent.includes({NAME!r})")
        self.browser.script("document.getElementById('who-dialog').close()")
        return begun

    def answer(self) -> str:
        """Press answers at random."""
        times = [self.pressed() for _ in range(self.presses)]
        late = statistics.quantiles(times, n=20)[-1]
        return f"{len(times)}, p50 {statistics.median(times):.0f}, p95 {late:.0f} ms"

    def pressed(self) -> float:
        """Press one answer; return the milliseconds until its result was drawn."""
        came = self.browser.finished(PRESS)
        if isinstance(came, str):
            raise EngineSlipError(came)
        return float(came)

    def result(self) -> str:
        """Look at the result."""
        self.browser.script("document.querySelector('[data-go=result]').click()")
        shown = (
            "[...document.querySelectorAll('#sight, .sight')].map(item => item.innerText).join(' ')"
        )
        return f"{len(self.browser.wait(shown))} letters"

    def why(self) -> str:
        """Ask why."""
        self.browser.script(
            "document.querySelectorAll('#side details, .step:not([hidden]) details')"
            ".forEach(item => { item.open = true; });"
            "[...document.querySelectorAll('button[data-why]')]"
            ".find(item => item.checkVisibility()).click()"
        )
        dialog = "document.getElementById('why')"
        letters = self.browser.wait(f"{dialog}.open && {dialog}.innerText.length")
        self.browser.script(f"{dialog}.close()")
        return f"{letters} letters"

    def finish(self) -> str:
        """End the visit."""
        self.place = self.browser.script("return location.hash")
        self.browser.script("document.querySelector('[data-go=result]').click()")
        return self.led(".button-finish", DONE)

    def paper(self, selector: str) -> str:
        """Open a paper in a new tab, and read it there."""
        browser, own = self.browser, self.browser.command("GetWindowHandle")
        known = set(browser.windows)
        browser.press(selector)
        browser.look_at(until(lambda: set(browser.windows) - known, "a new tab", 20).pop())
        try:
            letters = browser.wait(
                "location.protocol === 'blob:' && document.body.innerText.length", 20
            )
        finally:
            browser.command("CloseWindow")
            browser.look_at(own)
        return f"{letters} letters"

    def handout(self) -> str:
        """Open the sheet for the person."""
        return self.paper(".done .button-main")

    def report(self) -> str:
        """Open the report."""
        return self.paper(".done a[href$='report.html']")

    def back(self) -> str:
        """Go to the first page, and back in the history."""
        self.led(".brand", HOME)
        self.browser.script("history.back()")
        self.shown(DONE)
        return "the page that was left"

    def download(self) -> str:
        """Save everything as a file."""
        self.led(".brand", HOME)
        self.browser.press("#export")
        path = until(lambda: next(self.downloads.glob("*.zip"), None), "the export")
        until(lambda: zipfile.is_zipfile(path), "the end of the export", 20)
        with zipfile.ZipFile(path) as packed:
            if slip := packed.testzip():
                raise EngineSlipError(f"{slip} is broken")
            return f"{path.name}, {len(packed.namelist())} files"

    def backup(self) -> str:
        """Make a backup, save it, and put it in the place of the record."""
        saved = "main a[href$='/backup.age']"
        self.led("main a[href='/record']", "#given-backup")
        self.led("form[action='/record/backup'] .button-main", saved)
        self.browser.press(saved)
        path = until(lambda: next(self.downloads.glob("*[0-9].age"), None), "the backup")
        size = until(lambda: path.stat().st_size, "what the backup holds", 20)
        self.led("main a[href='/record']", "#given-backup")
        self.browser.type("#given-backup", str(path))
        self.led("form[action='/record/restore'] button", "main .button-main[href='/']")
        self.led("main .button-main[href='/']", HOME)
        return f"{path.name}, {size} bytes; it took the place of the record"

    def lock(self) -> str:
        """Lock the record."""
        locked = self.led("#lock", UNLOCK)
        self.browser.wait("document.activeElement.id === 'passphrase'", 5)
        if self.browser.script(f"return document.documentElement.innerHTML.includes({NAME!r})"):
            raise EngineSlipError("the name still stands on the page")
        return locked

    def wrong(self) -> str:
        """Type another passphrase."""
        self.browser.type("#passphrase", "not these four words")
        self.browser.press(OPEN_UP)
        return str(self.browser.wait("document.getElementById('slip')?.textContent"))

    def unlock(self, to: str = HOME) -> str:
        """Type the passphrase."""
        self.browser.type("#passphrase", self.words)
        return self.led(OPEN_UP, to)

    def listed(self) -> None:
        """See that the person is on the first page."""
        self.browser.wait(f"document.querySelector('#people-list').textContent.includes({NAME!r})")

    def reload(self) -> str:
        """Load the page of the visit anew, which starts the app a second time, and unlock."""
        self.browser.script(f"location.hash = {self.place!r}")
        self.shown(VISIT)
        began = time.perf_counter()
        self.browser.command("Refresh")
        self.shown(UNLOCK)
        started, unlocked = took(began), self.unlock(VISIT)
        if self.browser.script("return location.hash").split("#")[1] != self.place.split("#")[1]:
            raise EngineSlipError("it is another page")
        return f"{started} to the lock, {unlocked} from there"

    def second_tab(self) -> str:
        """Open the app in a second tab."""
        browser, own = self.browser, self.browser.command("GetWindowHandle")
        browser.look_at(browser.command("NewWindow", type="tab")["handle"])
        try:
            browser.goto(self.address)
            return str(browser.wait(OTHER_TAB))
        finally:
            browser.command("CloseWindow")
            browser.look_at(own)

    def reopen(self) -> str:
        """Close the browser, and open it again with the same profile."""
        self.browser.end()
        self.browser = self.started()
        started = self.opened(UNLOCK)
        self.unlock()
        self.listed()
        return f"{started} to the lock; the visit is there"

    def moved(self) -> str:
        """Open a copy of the file in another folder."""
        path = Path(url2pathname(urlsplit(self.address).path))
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copy(path, folder)
            self.browser.goto(Path(copy).as_uri())
            asked = self.browser.wait("document.querySelector('#unlock, #drawn')?.id")
        self.browser.goto(self.address)
        self.shown(UNLOCK)
        self.unlock()
        return "sees the record" if asked == "unlock" else "sees no record"

    def press_on(self) -> str:
        """Begin another visit, from the first page, and press in it."""
        self.led(NEW_PERSON, VISIT)
        times = [self.pressed() for _ in range(5)]
        return f"5 presses, p50 {statistics.median(times):.0f} ms"

    def places(self) -> list[str]:
        """Close the browser, and return the files of its profile in which the name stands."""
        self.browser.end()
        written = [NAME.split()[1].encode(form) for form in ("utf-8", "utf-16-le")]
        time.sleep(SETTLING)
        files = [path for path in self.profile.rglob("*") if path.is_file()]
        found = [path for path in files if any(word in path.read_bytes() for word in written)]
        return [str(path.relative_to(self.profile)) for path in found]

    def sealed(self) -> str:
        """Look for the name in the profile."""
        if places := self.places():
            raise EngineSlipError("the name stands in " + ", ".join(places))
        return "in no file of the profile"

    def readable(self) -> str:
        """Look for the name in the profile of an open record: so it would be found."""
        if places := self.places():
            return f"found in {len(places)}, as it must be"
        raise EngineSlipError("not found, so the search finds nothing")


def took(began: float) -> str:
    """Return how many seconds have passed since then."""
    return f"{time.perf_counter() - began:.2f} s"
