"""Fill random forms in ODK Web Forms, as Central shows them in a browser, and compare what is sent
and what the form concluded with the engine.

    npm install --prefix FOLDER @getodk/web-forms@0.22.0 vue@3.5
    python benchmarks/web_forms.py FOLDER [--forms 10] [--live triage] [--seed 1]

Needs Chromium and the extra `test`. Every answer is given as a person gives it: by its label. Ends
with exit code 1 and the first difference, if there is one.
"""

import argparse
import http.server
import statistics
import sys
import threading
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

import chromium
from playwright.sync_api import Page, Route, sync_playwright
from shown_forms import shown_forms
from xforms import fields_of, told, xform_of

from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.inference.conclude import diagnose
from hingeexpert.interop.live import JUDGED
from hingeexpert.interop.questionnaire import FormItem, questionnaire
from hingeexpert.interop.xlsform import xlsform
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

PAGE = """<!doctype html><meta charset="utf-8"><script type="importmap">
{"imports": {"vue": "/node_modules/vue/dist/vue.esm-browser.prod.js"}}</script>
<div id="app"></div><script type="module">
import {createApp, h} from "vue";
import {OdkWebForm, webFormsPlugin} from "/node_modules/@getodk/web-forms/dist/index.js";
const formXml = await (await fetch("/form.xml")).text();
const onSubmit = async payload => {
  window.sent = await payload.data[0].get("xml_submission_file").text();
};
const fetchFormAttachment = () => { throw new Error("there is no attachment"); };
createApp({render: () => h(OdkWebForm, {formXml, fetchFormAttachment, onSubmit})})
  .use(webFormsPlugin).mount("#app");
</script>"""
FIND = """(question) => [...document.querySelectorAll(".control-text > label")]
  .find(label => label.textContent.trim() === question)?.parentElement.parentElement"""
PRESS = f"""([question, answer]) => {{
  const box = ({FIND})(question);
  const label = [...(box?.querySelectorAll("label") ?? [])]
    .find(label => !label.closest(".control-text") && label.textContent.trim() === answer);
  label?.click();
  return Boolean(label);
}}"""
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Gives the files of the folder."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def answers_of(knowledge: KnowledgeBase, form: Assessment) -> dict[str, str]:
    """Return the answers of a form, identifier to code or number, without its head."""
    return {
        name: str(value)
        for name, value in cells_of(knowledge, form).items()
        if name in knowledge.observables or name in knowledge.shorthands
    }


def answered(page: Page, item: FormItem, code: str, language: str) -> bool:
    """Answer one question, if it is shown."""
    question = item.label[language]
    if item.choices:
        answer = next(choice.label[language] for choice in item.choices if choice.code == code)
        return bool(page.evaluate(PRESS, [question, answer]))
    box = page.evaluate_handle(FIND, question).as_element()
    field = box.query_selector("input") if box is not None else None
    if field is None:
        return False
    field.click()
    field.type(code)  # its own arithmetic listens to keys
    field.press("Tab")
    return True


def filled(page: Page, knowledge: KnowledgeBase, form: Assessment) -> tuple[str, list[float]]:
    """Return what is sent of a form, and the seconds that each answer took to be drawn."""
    asked, language = questionnaire(knowledge), knowledge.info.language
    cells = answers_of(knowledge, form)
    seconds: list[float] = []
    page.reload()
    page.get_by_role("button", name="Send").wait_for()
    while cells:
        before = len(cells)
        for item in asked.items:
            start = time.perf_counter()
            if item.identifier in cells and answered(page, item, cells[item.identifier], language):
                page.evaluate(SETTLED)
                seconds.append(time.perf_counter() - start)
                del cells[item.identifier]
        assert len(cells) < before, f"not shown: {', '.join(cells)}"
    page.get_by_role("button", name="Send").click()
    page.wait_for_function("() => window.sent")
    return str(page.evaluate("() => window.sent")), seconds


def differences(knowledge: KnowledgeBase, form: Assessment, sent: str) -> list[str]:
    """Return where a form that was sent says something else than the form that was filled."""
    fields = fields_of(sent)
    wanted = {knowledge.variables[name]: code for name, code in answers_of(knowledge, form).items()}
    concluded = told(knowledge, diagnose(knowledge, form))
    wanted |= {name: value for name, value in concluded.items() if name in fields}
    names = {*wanted, *(knowledge.variables[name] for name in knowledge.observables)}
    return [
        f"{name}: {fields.get(name, '')} for {wanted.get(name, '')}"
        for name in sorted(names)
        if _value(fields.get(name, "")) != _value(wanted.get(name, ""))
    ]


def _value(text: str) -> str | float:
    """Return a number as one, however it is written."""
    try:
        return float(text)
    except ValueError:
        return text


def shown(page: Page, folder: Path, xform: str) -> None:
    """Open the form."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def given(route: Route, text: str, kind: str) -> None:
        route.fulfill(body=text, content_type=kind)

    page.route("**/form.html", partial(given, text=PAGE, kind="text/html"))
    page.route("**/form.xml", partial(given, text=xform, kind="text/xml"))
    page.goto(f"http://127.0.0.1:{server.server_port}/form.html")


def main() -> None:
    """Print how long an answer takes, and the first difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the packages of npm are")
    parser.add_argument("--forms", type=int, default=10, help="how many forms to fill")
    parser.add_argument("--live", choices=JUDGED, default="triage", help="what the form judges")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same forms")
    options = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    seconds: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.found())
        page = browser.new_page()
        shown(page, options.folder, xform_of(xlsform(knowledge, options.live)))
        for number, form in enumerate(shown_forms(knowledge, options.forms, options.seed), 1):
            sent, took = filled(page, knowledge, form)
            seconds += took
            slips = differences(knowledge, form, sent)
            print(f"{number} forms, {len(slips)} differences in this one", flush=True)
            if slips:
                print(*slips, sep="\n")
                raise SystemExit(1)
    print(f"{len(seconds)} answers, each {1000 * statistics.median(seconds):.0f} ms at the median")


if __name__ == "__main__":
    main()
