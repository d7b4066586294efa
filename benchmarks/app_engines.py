"""Press through the app in Firefox and in WebKitGTK, as a folder and as one file, and say how it
went.

    python benchmarks/app_engines.py
    python benchmarks/app_engines.py --engine firefox --kind file --presses 60 --pictures FOLDER

It exports both kinds first (the runtime must be there: `hingeexpert export-app --get-runtime`).
Firefox is any on the path. WebKitGTK is that of Debian: apt-get install webkit2gtk-driver xvfb
python3-gi gir1.2-webkit2-4.1. An engine that is not there is named and left out. One browser runs
at a time; the times are those of this machine with all that it does besides.

What is pressed is pressed as a person would, but for the answers of the visit, which are pressed
and measured inside the page: the questions on safety are all denied first, the others are answered
at random. Ends with exit code 1 where something went wrong.
"""

import argparse
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from click.testing import CliRunner
from engine_drivers import EngineDriver, EngineSlipError, Firefox, WebKitGTK
from engine_trial import Trial

from hingeexpert.cli import main as program

ENGINES: dict[str, type[Firefox | WebKitGTK]] = {"firefox": Firefox, "webkitgtk": WebKitGTK}
KINDS = ("folder", "file")


class Host:
    """A static server that can be stopped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.handler = partial(_Quiet, directory=str(folder))
        self.port = 0
        self.start()

    def start(self) -> None:
        """Hand out the files."""
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), self.handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Be gone."""
        self.server.shutdown()
        self.server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


Step = tuple[str, Callable[[Trial], str]]
VISITED: tuple[Step, ...] = (
    ("first start", Trial.first_start),
    ("protect with the drawn words", Trial.protect),
    ("new person, a name", Trial.begin_visit),
    ("presses", Trial.answer),
    ("result", Trial.result),
    ("why", Trial.why),
    ("finish", Trial.finish),
    ("handout in a new tab", Trial.handout),
    ("report in a new tab", Trial.report),
    ("back in the history", Trial.back),
    ("download of the export", Trial.download),
    ("backup, and put in place", Trial.backup),
    ("lock", Trial.lock),
    ("wrong passphrase", Trial.wrong),
    ("unlock", Trial.unlock),
    ("reload at the visit", Trial.reload),
    ("second tab", Trial.second_tab),
    ("browser closed and opened", Trial.reopen),
)
ON: Step = ("further visit", Trial.press_on)
MOVED: Step = ("copy of the file elsewhere", Trial.moved)
SEALED: Step = ("sealed: the name", Trial.sealed)
OPEN: tuple[Step, ...] = (
    ("open record: first start", Trial.first_start),
    ("open record: kept open", Trial.keep_open),
    ("open record: a name", Trial.begin_visit),
    ("open record: the name", Trial.readable),
)


def busy() -> str:
    """Return in words how busy the machine is."""
    return f"{os.cpu_count()} processors, {os.getloadavg()[0]:.1f} processes that want one"


def export(folder: Path) -> tuple[Path, Path]:
    """Write the app as a folder and as a file."""
    app, page = folder / "app", folder / "app.html"
    for arguments in ([str(app)], ["--single", str(page)]):
        done = CliRunner().invoke(program, ["export-app", *arguments])
        if done.exit_code:
            sys.exit(done.output)
    return app, page


@contextmanager
def trial(engine: type[EngineDriver], address: str, presses: int) -> Iterator[Trial]:
    """Begin a trial with an empty profile; the browser ends with it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        begun = Trial(engine, address, Path(folder), presses)
        try:
            yield begun
        finally:
            begun.browser.end()


class Table:
    """Tells how each step went, as it goes."""

    def __init__(self, pictures: Path | None) -> None:
        self.pictures, self.slips = pictures, 0

    def walk(self, of: str, trial: Trial, steps: tuple[Step, ...]) -> None:
        """Take steps, and tell of each."""
        for name, step in steps:
            try:
                went = step(trial)
            except (EngineSlipError, OSError) as error:
                self.slips += 1
                went = f"FAILED: {error}"
            print(f"{of:<20} | {name:<30} | {went}", flush=True)
            if self.pictures:
                keep_picture(trial, self.pictures / f"{of} {name}.png".replace(":", ""))


def keep_picture(trial: Trial, path: Path) -> None:
    """Keep what is in sight, unless the browser has ended."""
    with suppress(EngineSlipError, OSError, ValueError):
        trial.browser.picture(path)


def in_folder(table: Table, engine: type[EngineDriver], app: Path, presses: int) -> None:
    """Try the folder, at last without its server, and an open record."""
    of, host = f"{engine.name} folder", Host(app)
    address = f"http://127.0.0.1:{host.port}/"
    with trial(engine, address, presses) as tried:
        table.walk(of, tried, VISITED)
        host.stop()
        stopped = (("server stopped: opened anew", Trial.reopen), ON, SEALED)
        table.walk(of, tried, stopped)
    host.start()
    with trial(engine, address, presses) as tried:
        table.walk(of, tried, OPEN)
    host.stop()


def main() -> None:
    """Try what is asked for, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--presses", type=int, default=60)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    table = Table(options.pictures)
    with tempfile.TemporaryDirectory() as folder:
        app, page = export(Path(folder))
        for engine in [ENGINES[options.engine]] if options.engine else ENGINES.values():
            version = engine.found()
            print(f"{engine.name} {version or 'is not here, or not all that drives it'}; {busy()}")
            if version and options.kind != "file":
                in_folder(table, engine, app, options.presses)
            if version and options.kind != "folder":
                print(busy())
                with trial(engine, page.as_uri(), options.presses) as tried:
                    table.walk(f"{engine.name} file", tried, (*VISITED, MOVED, ON, SEALED))
    sys.exit(bool(table.slips))


if __name__ == "__main__":
    main()
