"""Fill random forms in Enketo, as KoboToolbox and Central show them in a browser, and compare what
is shown, what the form concludes and what is sent with the rules.

    cd FOLDER
    npm install --ignore-scripts enketo-core@9.0.1 enketo-transformer@4.2.0 esbuild@0.25 sass@1
    cd -
    python benchmarks/enketo.py FOLDER [--forms 15] [--live triage] [--seed 1] [--picture FILE.png]

Before the installation `FOLDER/package.json` holds the following, since Enketo names versions
of these two that npm does not have:

    {"overrides": {"leaflet-draw": "1.0.4", "openrosa-xpath-evaluator": "3.1.0"}}

Needs Node 20, Chromium and the extra `test`. Every answer is given as a person gives it, by its
label, in each language in turn; first come numbers out of range, which must be refused. `--picture`
draws the form as a phone shows it once it says that no coaching may be done. Ends with exit code 1
and the first difference, if there is one.
"""

import argparse
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

import chromium
from playwright.sync_api import Page, Route, sync_playwright
from shown_forms import shown_forms
from web_forms import Quiet, answers_of, differences
from xforms import xform_of

from hingeexpert.formats.documents import Document
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.forms.reading import assess
from hingeexpert.forms.writing import cells_of
from hingeexpert.inference.conclude import diagnose
from hingeexpert.interop.brought import nested
from hingeexpert.interop.gates import Gates, holds
from hingeexpert.interop.live import JUDGED, live_part
from hingeexpert.interop.questionnaire import FormItem, questionnaire
from hingeexpert.interop.xlsform import sheets, xlsform
from hingeexpert.knowledge import KnowledgeBase, in_language, load_knowledge

HERE = Path(__file__).parent
PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="enketo.css"><script src="enketo.js"></script>
<div class="form-language-selector"></div><script type="module">
const xform = await (await fetch("form.xml")).text();
const { form, model } = await enketo.transform({ xform });
document.body.insertAdjacentHTML("beforeend", form);
window.form = new enketo.Form("form.or", { modelStr: model });
window.failures = window.form.init();
</script>"""
FIND = """(name) => [...document.querySelectorAll("form.or .question")]
  .find(question => question.querySelector(`[name$="/${name}"]`))"""
PRESS = f"""([name, label]) => {{
  const question = ({FIND})(name);
  if (!question?.checkVisibility()) return false;
  const text = [...question.querySelectorAll(".option-label")]
    .find(text => text.checkVisibility() && text.textContent.trim() === label);
  text?.click();
  return Boolean(text);
}}"""
TYPE = f"""([name, text]) => {{
  const question = ({FIND})(name);
  if (!question?.checkVisibility()) return false;
  const field = question.querySelector("input");
  field.value = text;
  field.dispatchEvent(new Event("change", {{ bubbles: true }}));
  return true;
}}"""
SHOWN = """() => [...document.querySelectorAll("form.or .question")]
  .filter(question => question.checkVisibility())
  .map(question => question.querySelector("[name]")?.name.split("/").pop())"""
SAID = """() => [...document.querySelectorAll("form.or .question-label")]
  .filter(label => label.checkVisibility()).map(label => label.textContent.trim())"""
REFUSED = f"""(name) => ({FIND})(name).classList.contains("invalid-constraint")"""
PHONE = {"width": 390, "height": 760}


def opened(page: Page, language: str) -> None:
    """Open the form anew in a language."""
    page.reload()
    page.wait_for_function("() => window.failures")
    failures = page.evaluate("() => window.failures")
    assert failures == [], failures
    page.select_option("#form-languages", language)


def answer(page: Page, item: FormItem, code: str, language: str) -> bool:
    """Answer one question, if it is shown."""
    labels = {choice.code: choice.label[language] for choice in item.choices}
    given = [item.variable, labels.get(code, code)]
    return bool(page.evaluate(PRESS if labels else TYPE, given))


def filled(
    page: Page, knowledge: KnowledgeBase, form: Assessment, language: str
) -> tuple[str, list[float]]:
    """Return what is sent of a form, and the seconds that each answer took."""
    cells = answers_of(knowledge, form)
    seconds: list[float] = []
    opened(page, language)
    while cells:
        before = len(cells)
        for item in questionnaire(knowledge).items:
            start = time.perf_counter()
            code = cells.get(item.identifier)
            if code is not None and answer(page, item, code, language):
                seconds.append(time.perf_counter() - start)
                del cells[item.identifier]
        assert len(cells) < before, f"not shown: {', '.join(cells)}"
    assert page.evaluate("() => window.form.validate()"), "a form without a slip was refused"
    return str(page.evaluate("() => window.form.getDataStr({ irrelevant: false })")), seconds


def shown_otherwise(page: Page, knowledge: KnowledgeBase, form: Assessment) -> Iterator[str]:
    """Yield which questions are shown against the rules, or not shown."""
    rows = {row["name"]: row for row in sheets(knowledge, "none")["survey"]}
    shown, gates, cells = set(page.evaluate(SHOWN)), Gates(knowledge), cells_of(knowledge, form)
    for name in knowledge.observables:
        variable = knowledge.variables[name]
        wanted = "relevant" not in rows[variable] or holds(gates.shown(name), cells)
        if wanted != (variable in shown):
            yield f"{variable} is {'not ' if wanted else ''}shown"


def said_otherwise(
    page: Page, knowledge: KnowledgeBase, form: Assessment, language: str
) -> Iterator[str]:
    """Yield what is said of triage in a language, where it is something else than the rules say."""
    triage = diagnose(knowledge, form).triage
    words = in_language(knowledge, language).exchange.live
    said = set(page.evaluate(SAID))
    for level, text in words.levels.items():
        if (text in said) != (triage.at_least == level):
            yield f"{level} is {triage.at_least}, and said: {text in said}"
    if (words.open in said) != (triage.at_least != triage.not_ruled_out):
        yield f"that triage is open is said: {words.open in said}"


def out_of_range(page: Page, knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield the numbers that are out of range and not refused, or in it and refused."""
    opened(page, knowledge.info.language)
    gates = Gates(knowledge)
    for item in questionnaire(knowledge).items:
        if item.limits is not None and holds(gates.shown(item.identifier), {}):
            least, most = item.limits.least, item.limits.most
            for number in (least - 1, least, most, most + 1):
                page.evaluate(TYPE, [item.variable, f"{number:g}"])
                page.wait_for_timeout(50)  # it judges a little later
                if page.evaluate(REFUSED, item.variable) == (least <= number <= most):
                    yield f"{item.variable}: {number:g}"
            page.evaluate(TYPE, [item.variable, f"{most + 1:g}"])
            if page.evaluate("() => window.form.validate()"):
                yield f"{item.variable}: the whole form is taken"
            page.evaluate(TYPE, [item.variable, ""])


def urgent_item(knowledge: KnowledgeBase) -> FormItem:
    """Return the last question before the first note of which a yes alone is urgent."""
    noted, urgent = live_part(knowledge, "triage").after, list[FormItem]()
    for item in questionnaire(knowledge).parts[0].items:
        cells = {"patient.id": "P-1", item.identifier: item.codes[0]}
        form = assess(knowledge, Document("one answer", nested(cells.items())))
        if item.is_flag and diagnose(knowledge, form).triage.at_least == "urgent":
            urgent.append(item)
        if urgent and item.identifier in noted:
            return urgent[-1]
    raise SystemExit("no answer of the first part is urgent by itself")


def drawn(page: Page, knowledge: KnowledgeBase, picture: Path) -> None:
    """Draw the first cluster after which stands the note that no coaching may be done."""
    page.set_viewport_size(PHONE)
    opened(page, knowledge.info.language)
    item = urgent_item(knowledge)
    assert answer(page, item, item.codes[0], knowledge.info.language)
    note = page.get_by_text(knowledge.exchange.live.levels["urgent"]).first
    note.wait_for()
    note.evaluate("note => note.scrollIntoView({ block: 'end' })")
    page.screenshot(path=picture)


def served(page: Page, folder: Path, xform: str) -> None:
    """Open the page of the form."""
    subprocess.run(["node", HERE / "enketo.mjs", folder], check=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def given(route: Route, text: str, kind: str) -> None:
        route.fulfill(body=text, content_type=kind)

    page.route("**/form.html", partial(given, text=PAGE, kind="text/html"))
    page.route("**/form.xml", partial(given, text=xform, kind="text/xml"))
    page.goto(f"http://127.0.0.1:{server.server_port}/form.html")


def stop_at(slips: list[str]) -> None:
    """Stop where there is a difference."""
    if slips:
        print(*slips, sep="\n")
        raise SystemExit(1)


def options() -> Any:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the packages of npm are")
    parser.add_argument("--forms", type=int, default=15, help="how many forms to fill")
    parser.add_argument("--live", choices=JUDGED, default="triage", help="what the form judges")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same forms")
    parser.add_argument("--picture", type=Path, help="draw the form on a phone")
    return parser.parse_args()


def main() -> None:
    """Print how long an answer takes, and the first difference."""
    given = options()
    knowledge = load_knowledge(data_folder("rules"))
    languages = questionnaire(knowledge).languages
    seconds: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.found())
        page = browser.new_page()
        served(page, given.folder, xform_of(xlsform(knowledge, given.live)))
        stop_at(list(out_of_range(page, knowledge)))
        for number, form in enumerate(shown_forms(knowledge, given.forms, given.seed), 1):
            language = languages[number % len(languages)]
            sent, took = filled(page, knowledge, form, language)
            seconds += took
            slips = [*differences(knowledge, form, sent), *shown_otherwise(page, knowledge, form)]
            if given.live != "none":
                slips += said_otherwise(page, knowledge, form, language)
            print(f"{number} forms ({language}), {len(slips)} differences", flush=True)
            stop_at(slips)
        if given.picture:
            drawn(page, knowledge, given.picture)
    print(f"{len(seconds)} answers, each {1000 * statistics.median(seconds):.0f} ms at the median")


if __name__ == "__main__":
    main()
