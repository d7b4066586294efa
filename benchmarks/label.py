"""Flip one personal attribute on random forms, all other answers the same, and count what differs
though the label denies it.

    python benchmarks/label.py [--forms 10000] [--seed 1]

The label is what the solver proves of the rules now, not what was kept beside them. Ends with exit
code 1 and what was denied, if there is anything.
"""

import argparse
import itertools
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from evaluators import case_answers, random_forms
from flips import denied, flips

from hingeexpert.assurance.label.attributes import AttributeFlips
from hingeexpert.assurance.label.prepared import written_by_hand
from hingeexpert.assurance.solver import Solver
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import load_knowledge

TOLD_EVERY = 1000


def main() -> None:
    """Print how long the proof takes, what differed on how many forms, and what was denied."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--forms", type=int, default=10_000, help="how many pairs of forms")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same forms")
    options = parser.parse_args()
    folder = data_folder("rules")
    knowledge = load_knowledge(folder)
    start = time.process_time()
    solver = AttributeFlips(Solver(knowledge))
    effects = {name: solver.effects(name) for name in written_by_hand(folder).attributes}
    print(f"{len(effects)} attributes proven in {time.process_time() - start:.2f} s")
    forms = random_forms(knowledge, options.seed, case_answers(knowledge))
    pairs = itertools.islice(flips(knowledge, effects, forms, options.seed), options.forms)
    differing: Counter[str] = Counter()
    slips: list[str] = []
    for number, flip in enumerate(pairs, start=1):
        kinds, slipped = denied(knowledge, effects[flip.attribute], flip)
        differing.update(kinds or {"nothing"})
        slips += slipped
        if number % TOLD_EVERY == 0:
            print(f"{number:>6} of {options.forms} forms, {len(slips)} denied", flush=True)
    print("differs:", ", ".join(f"{kind} {count}" for kind, count in differing.most_common()))
    print(f"denied by the label: {len(slips)}", *slips[:20], sep="\n")
    sys.exit(bool(slips))


if __name__ == "__main__":
    main()
