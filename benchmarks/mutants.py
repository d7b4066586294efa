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
from collections.abc import Iterable, Iterator
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
from hingeexpert.knowledge.evaluation import Worlds, evaluate

Place = tuple[str | int, ...]
CONDITIONS = ("when", "ask_when", "void_when")
BOUNDS = ("from", "over", "up_to", "below", "n")
"""Keys of a condition that name a parameter."""
SKIPPED = ("checks.yaml", "remarks.yaml", "properties.yaml")


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
    """Yield every slip, in the order of the files; those of the numbers last."""
    rules = data_folder("rules")
    for path in sorted(rules.rglob("*.yaml")):
        file = path.relative_to(rules).as_posix()
        if file.startswith(CASES) or file in SKIPPED:
            continue
        data = read_document(file, path.read_bytes()).data
        for place, condition in conditions(data, ()):
            for what, value in slips(condition):
                yield Mutant(file, place, what, value)
    yield from moved_thresholds(rules)


def moved_thresholds(rules: Path) -> Iterator[Mutant]:
    """Yield every parameter that a condition compares with, a step lower and a step higher."""
    used = text_of_conditions(rules)
    file = "parameters.yaml"
    parameters = read_document(file, (rules / file).read_bytes()).data["parameters"]
    for name, item in parameters.items():
        if not any(f"{bound}: {name}" in used for bound in BOUNDS):
            continue
        now = item["value"]
        size = 0.25 if isinstance(now, float) else 1
        for then in (now - size, now + size):
            yield Mutant(file, ("parameters", name, "value"), f"{now} becomes {then}", then)


def text_of_conditions(rules: Path) -> str:
    """Return all files in which conditions stand, as text."""
    return "".join(
        path.read_text(encoding="utf-8")
        for path in rules.rglob("*.yaml")
        if path.name != "parameters.yaml" and CASES not in path.parts
    )


def conditions(data: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Yield every condition of a file with its place."""
    pairs: Iterable[tuple[Any, Any]] = ()
    if isinstance(data, dict):
        pairs = data.items()
    elif isinstance(data, list):
        pairs = enumerate(data)
    for key, value in pairs:
        if key in CONDITIONS:
            yield (*place, key), value
        else:
            yield from conditions(value, (*place, key))


def slips(condition: Any) -> Iterator[tuple[str, Any]]:
    """Yield every small change of a condition, as words and the changed condition."""
    if isinstance(condition, dict):
        yield from slips_of_map(condition)
    elif isinstance(condition, list):
        yield from slips_of_list(condition)


def slips_of_map(condition: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield a map without one of its keys, with `any` for `all` or back, or with a slip below."""
    for key, value in condition.items():
        if len(condition) > 1:
            rest = {other: kept for other, kept in condition.items() if other != key}
            yield f"drop {key}", rest
        turned = {"all": "any", "any": "all"}.get(key)
        if turned is not None and turned not in condition and len(value) > 1:
            renamed = {turned if name == key else name: kept for name, kept in condition.items()}
            yield f"{key} becomes {turned}", renamed
        for what, changed in slips(value):
            yield f"{key}: {what}", {**condition, key: changed}


def slips_of_list(parts: list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield a list without one of its parts, or with a slip in one."""
    for number, value in enumerate(parts):
        before, after = parts[:number], parts[number + 1 :]
        if len(parts) > 1:
            dropped = value if isinstance(value, str) else f"part {number}"
            yield f"drop {dropped}", before + after
        for what, changed in slips(value):
            yield f"[{number}] {what}", [*before, changed, *after]


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
    decided: dict[int, bool] = {}
    for position, truth in enumerate(evaluate(knowledge.network, Worlds(judged.facts))):
        value = truth.in_world(0)
        if value is not None:
            decided[position] = value
    inference = Inference(knowledge.network, decided, ())
    diagnosis = conclude(knowledge, case.assessment, judged, inference)
    return any(differences(case, diagnosis, knowledge))


if __name__ == "__main__":
    main()
