"""Show the cards in the official Sandbox of CDS Hooks, press on them, and see what came of it.

    git clone https://github.com/cds-hooks/sandbox && cd sandbox
    npm ci --ignore-scripts && npx webpack --config webpack.config.prod.js && cd ..
    python benchmarks/cds_sandbox.py sandbox/build --picture cards.png

Needs Node to build the Sandbox (two minutes), Chromium, and Playwright of the extra `test`; no
network afterwards. A page of the Sandbox asks `hingeexpert serve --cds` for cards, and a FHIR stub
of a few lines for the form of a person. What is seen on the page is compared with what must stand
there; the suggestion is pressed, a card put aside, and the record asked what was kept of it. Ends
with exit code 1 where something is not as it should be.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from hingeexpert.formats.files import data_folder
from hingeexpert.forms import read_form
from hingeexpert.interop.fhir.response import response_of
from hingeexpert.knowledge import load_knowledge
from hingeexpert.record import Record

PATIENT, NAME = "pat-1", "Zebulon Quizzleworth"
FORM = f"""
date: 2026-11-20
patient: {{id: P-1, name: {NAME}}}
safety: {{saddle_numbness: yes, cauda_equina_investigated: no}}
stick: {{done: yes, sacrum: lost}}
"""
PATIENCE = 60_000
"""Milliseconds in which something must stand on the page."""
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


class FhirStub(BaseHTTPRequestHandler):
    """A FHIR server with one person and one form, open to every page."""

    found: ClassVar[dict[str, Any]] = {}
    asked: ClassVar[list[str]] = []

    def do_OPTIONS(self) -> None:
        """Let every page ask."""
        self._answer({})

    def do_GET(self) -> None:
        """Answer a read, or a search by GET."""
        kind, _, name = self.path.partition("?")[0].strip("/").partition("/")
        self._answer(self.found[kind] if name or kind == "metadata" else self._searched(kind))

    def do_POST(self) -> None:
        """Answer a search."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append(f"{self.path} {body}")
        self._answer(self._searched(self.path.strip("/").partition("/")[0]))

    def _searched(self, kind: str) -> dict[str, Any]:
        entries = [{"resource": self.found[kind]}] if kind in self.found else []
        return {"resourceType": "Bundle", "type": "searchset", "entry": entries}

    def _answer(self, data: dict[str, Any]) -> None:
        self.send_response(200)
        for name in ("Origin", "Headers", "Methods"):
            self.send_header(f"Access-Control-Allow-{name}", "*")
        self.send_header("Content-Type", "application/fhir+json")
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class BuiltSandbox(SimpleHTTPRequestHandler):
    """The built Sandbox, as files."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(handler: Any) -> Iterator[str]:
    """Serve on a free port of this machine, and yield the origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@contextmanager
def cards_from(record: Path, origin: str) -> Iterator[str]:
    """Start `serve --cds` over a record, and yield the base address."""
    with closing(Record(record)) as made:
        made.choose("protection", "open")
    options = ["--no-browser", "--port", "0", "--record", record, "--cds", "--cds-origin", origin]
    command = [sys.executable, "-m", "hingeexpert", "serve", *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()
            yield process.stdout.readline().split()[0]
        finally:
            process.terminate()


def seen_on(page: Page, address: str, picture: Path | None) -> dict[str, bool]:
    """Open the page of a person, press, and return what was as it should be."""
    posted: list[str] = []
    page.on(
        "request",
        lambda request: posted.append(f"{request.method} {request.url} {request.post_data}"),
    )
    page.goto(address)
    first = page.get_by_role("paragraph").filter(has_text="Triage: Emergency. Stop.")
    first.wait_for(timeout=PATIENCE)
    text = "\n".join(page.locator(".MuiCard-root").all_inner_texts())
    if picture:
        page.screenshot(path=picture, full_page=True)
    page.get_by_role("button", name="Propose a referral").click()
    page.get_by_role("button", name="select dismiss reason").first.click()
    page.get_by_role("menuitem", name="Seen and judged otherwise").click()
    page.wait_for_timeout(2000)
    told = [one for one in posted if one.startswith("POST") and "/feedback" in one]
    return {
        "discovery": any(one.startswith("GET") and "/cds-services " in one for one in posted),
        "prefetch by search": any("QuestionnaireResponse" in one for one in FhirStub.asked),
        "the reason stands on the card": "New numbness, bladder or bowel change" in text,
        "the answer stands on the card": "saddle numbness: yes" in text,
        "marks are drawn, not shown": "**" not in text,
        "no drill and no cue": "Drill:" not in text and "Say:" not in text,
        "no name on a card": NAME not in text,
        "what to ask is there": "Needed by whoever takes over" in text,
        "both presses were told": len(told) == 2,
    }


def kept_in(record: Path) -> list[tuple[str, str, str]]:
    """Return what was kept of the presses: topic, outcome, reason."""
    with closing(Record(record)) as opened:
        return [(one.topic, one.outcome, one.reason) for one in opened.feedback()]


def main() -> int:
    """Run it, and print what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("build", type=Path, help="the built Sandbox")
    parser.add_argument("--picture", type=Path, help="where to put a picture of the page")
    options = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    response = response_of(knowledge, read_form(knowledge, "form", FORM.encode()))
    who = {
        "resourceType": "Patient",
        "id": PATIENT,
        "name": [{"text": NAME, "family": "Q", "given": ["Z"]}],
    }
    FhirStub.found |= {
        "metadata": {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"},
        "Patient": {**who, "birthDate": "1980-01-01", "gender": "male"},
        "QuestionnaireResponse": {**response, "id": "form-1"},
    }
    with tempfile.TemporaryDirectory() as folder, serving(FhirStub) as fhir:
        record = Path(folder) / "record.sqlite"
        files = partial(BuiltSandbox, directory=str(options.build))
        with (
            serving(files) as origin,
            cards_from(record, origin) as base,
            sync_playwright() as tool,
        ):
            asked = {"fhirServiceUrl": fhir, "patientId": PATIENT}
            asked["serviceDiscoveryURL"] = f"{base}/cds-services"
            browser = tool.chromium.launch(executable_path=browser_path())
            page = browser.new_page(viewport={"width": 1400, "height": 1600})
            seen = seen_on(page, f"{origin}/?{urlencode(asked)}", options.picture)
            browser.close()
        kept = kept_in(record)
    expected = {("triage", "accepted", ""), ("triage", "overridden", "judged_otherwise")}
    seen["both were kept, without a person"] = set(kept) == expected
    for what, is_so in seen.items():
        print(f"{'yes' if is_so else 'NO '}  {what}")
    print(f"kept: {kept}")
    return 0 if all(seen.values()) else 1


def browser_path() -> str | None:
    """Return the browser on the path, or `None` for the one that Playwright brought."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


if __name__ == "__main__":
    sys.exit(main())
