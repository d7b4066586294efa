"""The form on the screens of clients of FHIR that are not ours, in a browser; `fhir_clients.py`
shows it there.
"""

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from fhir_forms import expression_of, items_of
from playwright.sync_api import Page
from shown_forms import shown_cells

from hingeexpert.formats.documents import Document
from hingeexpert.forms import Assessment
from hingeexpert.forms.reading import assess
from hingeexpert.forms.writing import cells_of
from hingeexpert.inference import diagnose
from hingeexpert.interop.brought import Brought, nested
from hingeexpert.interop.fhir.questionnaire import questionnaire_resource
from hingeexpert.interop.fhir.response import read_response, response_of
from hingeexpert.interop.gates import Gates, holds
from hingeexpert.interop.questionnaire import FormItem, questionnaire
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.base import HEAD_COLUMNS

Json = dict[str, Any]
SEED = 20
PRESSED = 3
"""Most forms that are filled in press by press."""
PATIENCE = 5.0
"""Seconds within which a client has drawn what follows from an answer."""
LHC_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>LHC-Forms</title>
<link rel="stylesheet" href="dist/lforms/webcomponent/styles.css"></head>
<body><main id="form"></main>
<script src="dist/lforms/webcomponent/assets/lib/zone.min.js"></script>
<script src="dist/lforms/webcomponent/lhc-forms.js"></script>
<script src="dist/lforms/fhir/lformsFHIRAll.min.js"></script></body></html>"""
REACT_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Renderers</title>
<link rel="stylesheet" href="fhir_renderers.css"></head>
<body><main id="form"></main><script src="fhir_renderers.js"></script></body></html>"""
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


@contextmanager
def served(folder: Path, page: str) -> Iterator[str]:
    """Serve a page of ours, and a folder beside it, while it is looked at; yield its address."""

    class Handler(SimpleHTTPRequestHandler):
        """Files of the folder, and the page."""

        def do_GET(self) -> None:
            if self.path != "/hinge.html":
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hinge.html"
    server.shutdown()


class Screen(ABC):
    """A client with our form in it."""

    def __init__(self, page: Page, knowledge: KnowledgeBase, name: str, version: str) -> None:
        self.page, self.knowledge = page, knowledge
        self.name, self.version = name, version
        self.form = questionnaire_resource(knowledge, version)
        self.by_link = {item["linkId"]: item for item in items_of(self.form)}
        self.gates = Gates(knowledge)
        self.rng = random.Random(SEED)

    @abstractmethod
    def show(self, response: Json | None = None) -> float:
        """Show the form, blank or with a response, and return how long it took in seconds."""

    @abstractmethod
    def answers(self) -> Json:
        """Return the response that the client gives out."""

    @abstractmethod
    def seen(self) -> set[str]:
        """Return the link ids of the questions that are seen, and maybe of other items."""

    @abstractmethod
    def fill(self, item: FormItem, answer: str) -> float:
        """Answer a question by its words, and return how long it took in seconds."""

    def blank(self) -> Iterator[str]:
        """Show it blank: everything that is always asked is there, and nothing is answered."""
        seconds = self.show()
        count = len(self.seen())
        print(f"{self.name}: {seconds:.2f} s to show {count} items, all blank")
        yield from self.visible({}, "blank")
        yield from compared({}, self.read(), f"{self.name}: blank")

    def read(self) -> Brought:
        """Return what we read of the response that the client gives out."""
        return read_response(self.knowledge, self.answers())

    def visible(self, cells: Mapping[str, Value], name: str) -> Iterator[str]:
        """Yield the questions that are shown and should not be, or the other way round; and what
        is said of triage otherwise than the rules judge.
        """
        end = time.perf_counter() + PATIENCE
        wrong = list(self._wrong(cells))
        while wrong and time.perf_counter() < end:
            self.page.wait_for_timeout(100)
            wrong = list(self._wrong(cells))
        yield from (f"{self.name}: {name}: {one}" for one in wrong)

    def _wrong(self, cells: Mapping[str, Value]) -> Iterator[str]:
        """Yield what is seen at this moment otherwise than it should be."""
        seen = self.seen()
        for link in self.knowledge.observables:
            item = self.by_link[link]
            asked = "enableWhen" in item or expression_of(item)
            should = not asked or holds(self.gates.shown(link), cells)
            if should != (link in seen):
                yield f"{link} is {'hidden' if should else 'shown'}"
        sure = diagnose(self.knowledge, assessed(self.knowledge, cells)).triage.at_least
        told = self.knowledge.exchange.live.levels
        said = [level for level, words in told.items() if words in self.page.inner_text("#form")]
        if said != [level for level in told if level == sure]:
            yield f"it says {said}, the rules {sure}"

    def given_back(self, forms: int) -> Iterator[str]:
        """Load responses, and yield what is not given back as it was."""
        seconds = 0.0
        for number in range(forms):
            form = assessed(self.knowledge, shown_cells(self.knowledge, self.rng))
            cells = cells_of(self.knowledge, form)
            before = time.perf_counter()
            self.show(response_of(self.knowledge, form))
            back = self.read()
            seconds += time.perf_counter() - before
            yield from compared(cells, back, f"{self.name}: loaded form {number}")
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
                    waits.append(self.fill(item, words.get(str(value), str(value))))
            name = f"form {number} by hand"
            yield from self.visible(cells, name)
            yield from compared(cells, self.read(), f"{self.name}: {name}")
        waits.sort()
        middle, longest = waits[len(waits) // 2], waits[-1]
        print(
            f"  {forms} forms filled in by their words, {len(waits)} answers: "
            f"{middle:.3f} s in the middle, {longest:.3f} s at most"
        )


class LhcForms(Screen):
    """LHC-Forms of the National Library of Medicine."""

    def show(self, response: Json | None = None) -> float:
        """Show it; see `Screen`."""
        return float(self.page.evaluate(SHOW, [self.form, response, self.version]))

    def answers(self) -> Json:
        """Return what it gives out; see `Screen`."""
        got: Json = self.page.evaluate(
            "v => LForms.Util.getFormFHIRData('QuestionnaireResponse', v)", self.version
        )
        return got

    def seen(self) -> set[str]:
        """Return what is seen; see `Screen`."""
        return set(self.page.evaluate(SEEN))

    def fill(self, item: FormItem, answer: str) -> float:
        """Answer a question; see `Screen`."""
        return float(self.page.evaluate(FILL, [item.label["en"], answer]))


class Renderer(Screen):
    """A component of React, as `fhir_renderers.jsx` sets it up under a name: `medplum` or
    `smart`.
    """

    def _asked(self, what: str, *given: Any) -> Any:
        return self.page.evaluate(
            "([name, what, given]) => renderers[name][what](...given)", [self.name, what, given]
        )

    def show(self, response: Json | None = None) -> float:
        """Show it; see `Screen`."""
        before = time.perf_counter()
        self._asked("show", self.form, response)
        self.page.wait_for_function("name => renderers[name].seen().length", arg=self.name)
        return time.perf_counter() - before

    def answers(self) -> Json:
        """Return what it gives out; see `Screen`."""
        got: Json = self._asked("answers", self.form)
        return got

    def seen(self) -> set[str]:
        """Return what is seen; see `Screen`."""
        return set(self._asked("seen"))

    def fill(self, item: FormItem, answer: str) -> float:
        """Answer a question; see `Screen`."""
        before = time.perf_counter()
        question = self.page.locator(self._asked("selector", item.identifier))
        if item.choices:
            question.get_by_role("radio", name=answer, exact=True).check()
        else:
            question.locator("input, textarea").first.fill(answer)
            # Smart Forms takes what is typed half a second later.
            self.page.wait_for_timeout(600)
        return time.perf_counter() - before


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
