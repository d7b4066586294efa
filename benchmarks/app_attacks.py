"""Attack the app: kill its browser, let its keeping fail, damage what it keeps, be a stranger.

    python benchmarks/app_attacks.py [--stores "folder open"] [--kills 20] [--keeps 100] [--seed 1]
    python benchmarks/app_attacks.py --only kills --kills 200

A real Chromium with a profile of its own. In the folder the record is kept sealed and, once more,
open; in the file it is sealed. Told is how each attack went. Ends with exit code 1 where a claim
falls. The runtime must be there: `hingeexpert export-app --get-runtime`.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from app_attacked import Attacked, FallenError, holds
from app_damage import BLOCKS, KEYS, Damages
from app_keeps import failing_keep, pairs
from app_kills import Kills
from app_places import IMAGES, PARTS, Places
from app_strangers import ATTACKS, Strangers, files_with
from app_ways import exported
from kinds import FILE, FOLDER
from playwright.sync_api import Error, Playwright, sync_playwright

GROUPS = ("kills", "keeps", "damage", "strangers", "places", "marked")
MARK = "Zebedee Quagmire"
STORES = (f"{FOLDER} sealed", f"{FOLDER} open", f"{FILE} sealed")
Attack = tuple[str, Callable[[], str]]


class Table:
    """Tells how each attack went, as it goes."""

    def __init__(self) -> None:
        self.attempts = self.fell = 0

    def all(self, of: str, attacks: Iterator[Attack], apart: bool) -> None:
        """Try one attack after another, until one falls: no later one can be believed, unless each
        stands apart.
        """
        for name, attack in attacks:
            self.attempts += 1
            if not self.row(of, name, attack) and not apart:
                return

    def row(self, of: str, name: str, attack: Callable[[], str]) -> bool:
        """Try one attack; return whether all held."""
        try:
            went = attack()
        except (FallenError, Error) as error:
            self.fell += 1
            went = f"FELL: {str(error)[:500]}"
        print(f"{of:<14} | {name:<46} | {went}", flush=True)
        return not went.startswith("FELL")


def kills(app: Attacked, chance: Random, count: int) -> Iterator[Attack]:
    """Yield the kills, as one attack."""
    killed = Kills(app, chance)

    def all_of_them() -> str:
        for _ in range(count):
            killed.kill()
        return f"{killed.answers} answers told as kept, 0 lost"

    yield f"{count} kills", all_of_them


def keeps(app: Attacked, chance: Random, count: int) -> Iterator[Attack]:
    """Yield keeps that fail; those of an open record leave it sealed, and come last."""
    every = pairs(app.sealed)
    drawn = sorted(chance.sample(range(len(every)), min(count, len(every))))
    for deed, way in (every[at] for at in drawn):
        yield f"{deed.name}: {way}", partial(_kept_open, app, deed, way)


def _kept_open(app: Attacked, deed: object, way: str) -> str:
    """Let a keep fail; an open record that was protected goes, and a new one is begun."""
    sealed = app.sealed
    went = failing_keep(app, deed, way)  # type: ignore[arg-type]
    if app.sealed != sealed:
        app.post("/forget", word="delete")
        app.sealed = sealed
        app.goto()
        app.begin()
    return went


def damage(app: Attacked, chance: Random, _: int) -> Iterator[Attack]:
    """Yield changes behind the back of the app."""
    damages = Damages(app, chance)
    for name in BLOCKS:
        yield f"block: {name}", partial(damages.block, name)
    if app.sealed:
        for name in KEYS:
            yield name, partial(damages.keys, name)
        yield "recipients changed", damages.recipients
    yield "all of an older state", damages.older


def strangers(app: Attacked, _: Random, __: int) -> Iterator[Attack]:
    """Yield what strangers do."""
    met = Strangers(app, MARK)
    for name in (*ATTACKS, *(("wrong",) if app.sealed else ())):
        yield name.replace("_", " "), getattr(met, name)


def places(app: Attacked, chance: Random, _: int) -> Iterator[Attack]:
    """Yield what a browser, a host or another app does."""
    met = Places(app, chance)
    yield "two exports", met.exports
    if app.place != "file":
        yield "no room", met.quota
        yield "two places on one host", met.two_places
        for name in PARTS:
            yield f"missing: {name}", partial(met.no_file, name)
            yield f"damaged: {name}", partial(met.damaged_file, name)
    for name in IMAGES:
        yield f"image: {name}", partial(met.image, name)
    yield "image: refused", met.refused
    if not app.sealed:
        yield "older records", met.older


def marked(app: Attacked, _: Random, __: int) -> Iterator[Attack]:
    """Yield the look for a name through all that a browser keeps; in an open record it is found."""
    yield "the name in the profile", partial(_searched, app)


def _searched(app: Attacked) -> str:
    visit = Strangers(app, MARK).visit
    app.post(f"{visit}/finish", press=True, nameless="yes", **app.answering(visit, "", ""))
    for part in ("", "/done", "/report.html", "/handout.html"):
        app.get(f"{visit}{part}")
    app.page.evaluate("address => { place.go(address); }", visit)
    app.stands()
    if app.sealed:
        app.post("/record/backup")
        app.get("/record/backup.age")
    app.get("/export.zip")
    app.page.wait_for_timeout(3_000)
    noise = [line for line in app.noise if MARK in line]
    app.close()
    found = files_with(app.profile, MARK)
    count = sum(path.is_file() for path in app.profile.rglob("*"))
    app.open()
    holds(not noise, "in the console", noise)
    holds(app.sealed != bool(found), "in the profile", found)
    if found:
        return f"of an open record: in {len(found)} of {count} files, so the look does see"
    return f"in none of {count} files, nor in the console"


ATTACKING = dict(zip(GROUPS, (kills, keeps, damage, strangers, places, marked), strict=True))


@contextmanager
def attacked(playwright: Playwright, url: str, sealed: bool) -> Iterator[Attacked]:
    """Start an app in an empty profile until the block ends."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        app = Attacked(playwright, Path(profile), url, sealed)
        try:
            app.open()
            app.begin()
            yield app
        finally:
            app.close()


def main() -> None:
    """Attack, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stores", nargs="+", choices=STORES, default=STORES)
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=GROUPS)
    parser.add_argument("--kills", type=int, default=20, help="for each store")
    parser.add_argument("--keeps", type=int, default=100, help="for each store, at most")
    parser.add_argument("--seed", type=int, default=1, help="draws the same again")
    options = parser.parse_args()
    counts = {"kills": options.kills, "keeps": options.keeps}
    table = Table()
    with sync_playwright() as playwright, ExitStack() as at_end:
        work = at_end.enter_context(tempfile.TemporaryDirectory())
        kinds = {store.split()[0] for store in options.stores}
        urls = {kind: at_end.enter_context(exported(kind, Path(work))) for kind in sorted(kinds)}
        for store in options.stores:
            kind, how = store.split()
            for group in options.only:
                with attacked(playwright, urls[kind], how == "sealed") as app:
                    count = counts.get(group, 0)
                    attacks = ATTACKING[group](app, Random(options.seed), count)
                    table.all(store, attacks, apart=group == "places")
    print(f"{table.attempts} attacks, {table.fell} fell (seed {options.seed})")
    sys.exit(bool(table.fell))


if __name__ == "__main__":
    main()
