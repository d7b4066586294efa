"""Break the shipped rules on purpose, one small slip at a time, and see whether anything notices.

    python benchmarks/mutants.py [--mutants 240] [--seed 1] [--jobs 2]

A mutant moves a threshold, drops one condition or value, or flips one `all` to `any` (or back). It
is noticed by the strict loading, by a worked case, or by a proof. The script names the ones that
survive, and those that mean the same as the original (proven).
"""

import argparse
import copy
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hingeexpert.assurance import read_cases
from hingeexpert.assurance.diff import compare
from hingeexpert.assurance.proofs import Prover
from hingeexpert.assurance.worked_cases import WorkedCase, differences
from hingeexpert.errors import HingeError
from hingeexpert.formats.documents import read_document
from hingeexpert.formats.files import CASES, data_folder
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference.conclude import conclude
from hingeexpert.inference.facts import Inference
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.network import Worlds, evaluate

Place = tuple[str | int, ...]
CONDITIONS = ("when", "ask_when", "void_when")
SKIPPED = ("remarks.yaml", "properties.yaml")


@dataclass(frozen=True)
class Mutant:
    """One slip: the file, the place in it, what was done, and the new value there."""

    file: str
    place: Place
    what: str
    value: Any


def main() -> None:
    """Run the mutants and print who noticed what."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutants", type=int, default=240)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    every = list(mutants())
    chosen = random.Random(options.seed).sample(every, min(options.mutants, len(every)))
    outcomes: Counter[str] = Counter()
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for mutant, noticed, where in pool.imap_unordered(judge, chosen):
            outcomes[noticed] += 1
            if noticed in ("survived", "same meaning, proven"):
                place = ".".join(str(step) for step in mutant.place)
                print(f"{noticed}: {mutant.file}: {place}: {mutant.what}{where}", flush=True)
    print(
        f"{len(chosen)} of {len(every)} mutants: "
        + ", ".join(f"{count} {noticed}" for noticed, count in outcomes.most_common())
    )
    sys.exit(1 if outcomes["survived"] else 0)


def mutants() -> Iterator[Mutant]:
    """Yield every slip, in the order of the files."""
    rules = data_folder("rules")
    used = (rules / "findings.yaml").read_text(encoding="utf-8") + "".join(
        path.read_text(encoding="utf-8")
        for path in rules.rglob("*.yaml")
        if path.name != "parameters.yaml" and CASES not in path.parts
    )
    for path in sorted(rules.rglob("*.yaml")):
        file = path.relative_to(rules).as_posix()
        if file.startswith(CASES) or file in SKIPPED:
            continue
        data = read_document(file, path.read_bytes()).data
        for place, condition in conditions(data, ()):
            for what, value in slips(condition):
                yield Mutant(file, place, what, value)
    parameters = read_document("parameters.yaml", (rules / "parameters.yaml").read_bytes()).data[
        "parameters"
    ]
    for name, item in parameters.items():
        if any(f"{bound}: {name}" in used for bound in ("from", "over", "up_to", "below", "n")):
            for step in (-1, 1):
                value = item["value"] + step * (0.25 if isinstance(item["value"], float) else 1)
                yield Mutant(
                    "parameters.yaml",
                    ("parameters", name, "value"),
                    f"{item['value']} becomes {value}",
                    value,
                )


def conditions(data: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Yield every condition of a file with its place."""
    pairs = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in pairs:
        if key in CONDITIONS:
            yield (*place, key), value
        else:
            yield from conditions(value, (*place, key))


def slips(condition: Any) -> Iterator[tuple[str, Any]]:
    """Yield every small change of a condition, as words and the changed condition."""
    if isinstance(condition, dict):
        for key, value in condition.items():
            if len(condition) > 1:
                yield (
                    f"drop {key}",
                    {other: kept for other, kept in condition.items() if other != key},
                )
            other = {"all": "any", "any": "all"}.get(key)
            if other is not None and other not in condition and len(value) > 1:
                yield (
                    f"{key} becomes {other}",
                    {other if name == key else name: kept for name, kept in condition.items()},
                )
            for what, changed in slips(value):
                yield f"{key}: {what}", {**condition, key: changed}
    elif isinstance(condition, list):
        for number, value in enumerate(condition):
            if len(condition) > 1:
                yield (
                    f"drop {value if isinstance(value, str) else f'part {number}'}",
                    condition[:number] + condition[number + 1 :],
                )
            for what, changed in slips(value):
                yield f"[{number}] {what}", [*condition[:number], changed, *condition[number + 1 :]]


def judge(mutant: Mutant) -> tuple[Mutant, str, str]:
    """Return who notices a mutant, and for a survivor what it changes on a smallest form."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "rules"
        shutil.copytree(data_folder("rules"), folder)
        data = copy.deepcopy(read_document(mutant.file, (folder / mutant.file).read_bytes()).data)
        inner = data
        for step in mutant.place[:-1]:
            inner = inner[step]
        inner[mutant.place[-1]] = mutant.value
        (folder / mutant.file).write_text(json.dumps(data), encoding="utf-8")
        return mutant, *_noticed(folder)


def _noticed(folder: Path) -> tuple[str, str]:
    try:
        knowledge = load_knowledge(folder)
    except HingeError:
        return "noticed by the loading", ""
    cases, problems = read_cases(knowledge, folder / CASES)
    if problems or any(_fails(knowledge, case) for case in cases):
        return "noticed by a worked case", ""
    found = compare(_shipped(), knowledge)
    if found.same:
        return "same meaning, proven", ""
    prover = Prover(knowledge)
    if any(prover.prove(item).outcome != "proven" for item in knowledge.properties):
        return "noticed by a proof", ""
    return "survived", "".join(
        f"\n  {item.name}: {item.old} becomes {item.new} on {dict(item.answers)}"
        for item in found.differences[:1]
    )


@cache
def _shipped() -> KnowledgeBase:
    return load_knowledge(data_folder("rules"))


def _fails(knowledge: KnowledgeBase, case: WorkedCase) -> bool:
    """Run a case on the plain evaluation, which agrees with the engine and is faster."""
    judged = what_is_known(knowledge, case.assessment.answers)
    truths = enumerate(evaluate(knowledge.network, Worlds(judged.facts)))
    decided = {place: value for place, truth in truths if (value := truth.in_world(0)) is not None}
    diagnosis = conclude(
        knowledge, case.assessment, judged, Inference(knowledge.network, decided, ())
    )
    return any(differences(case, diagnosis, knowledge))


if __name__ == "__main__":
    main()
