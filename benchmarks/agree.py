"""Judge random forms by plain algebra, experta, CLIPS, columns, and z3 on every tenth, and count
where they differ.

    python benchmarks/agree.py [--forms 100000] [--seed 1]

Two processes share the work. Ends with exit code 1 and the first form that was judged differently,
if there is one.
"""

import argparse
import itertools
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from evaluators import Report, as_yaml, case_answers, compared, random_forms

from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

PROCESSES = 2
BATCH = 250


def judge(knowledge: KnowledgeBase, forms: int, seed: int) -> Report:
    """Judge the forms and print how far it has come."""
    source = itertools.islice(random_forms(knowledge, seed, case_answers(knowledge)), forms)
    found, start = Report(), time.perf_counter()
    for part in compared(source, PROCESSES, BATCH):
        found.add(part)
        rate = found.forms["plain"] / (time.perf_counter() - start)
        print(
            (
                f"{found.forms['plain']:>8} of {forms} forms, {rate:.0f} a second, "
                f"{len(found.differing)} differ"
            ),
            flush=True,
        )
    return found


def main() -> None:
    """Print the progress, the speed of each evaluator in one process, and the first difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--forms", type=int, default=100_000, help="how many forms to judge")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same forms")
    options = parser.parse_args()
    found = judge(load_knowledge(data_folder("rules")), options.forms, options.seed)
    for name, seconds in found.seconds.items():
        print(
            f"{name:<8} {found.forms[name]:>8} forms {found.forms[name] / seconds:>8.1f} a second"
        )
    print(
        f"differences: {sum(len(differences) for _, differences in found.differing)} in "
        f"{len(found.differing)} forms"
    )
    if found.differing:
        answers, differences = found.differing[0]
        print("\n".join(differences))
        print(as_yaml(answers))
        sys.exit(1)


if __name__ == "__main__":
    main()
