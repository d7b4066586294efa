"""Hold the crowd against `diagnose`, every claim, and against the columns, every count; measure it.

    python benchmarks/crowd.py [--people 10000] [--rows 200000] [--seed 1]

Half of the forms are of invented people, half are drawn at random. Figures are processor time of
one process. Ends with exit code 1 where something differs.
"""

import argparse
import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from evaluators import Answers, case_answers, random_forms
from judged import claims_that_differ, counts_that_differ

from hingeexpert.assurance.invented import Inventor
from hingeexpert.assurance.shares import read_shares
from hingeexpert.formats.files import data_folder
from hingeexpert.inference.crowd import Crowd, Judged, judged
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

RULES = data_folder("rules")
TOGETHER = 20_000
"""Forms that stand in one table."""
MANY = 100_000
TIMES = 9
Made = TypeVar("Made")


def timed(make: Callable[[], Made]) -> tuple[Made, float]:
    """Return what is made, with the processor time that it took in seconds."""
    start = time.process_time()
    made = make()
    return made, time.process_time() - start


def forms(knowledge: KnowledgeBase, count: int, seed: int) -> list[Answers]:
    """Return forms, half of them of invented people, half at random."""
    half = count // 2
    invented = Inventor(knowledge, read_shares(RULES, knowledge), half).crowd()
    drawn = random_forms(knowledge, seed, case_answers(knowledge))
    people = [invented.form(number) for number in range(half)]
    return [*people, *itertools.islice(drawn, count - half)]


def against_engine(knowledge: KnowledgeBase, people: int, seed: int) -> int:
    """Print the claims that crowd and engine make differently; return how many."""
    judged_ = judged(knowledge, Crowd(forms(knowledge, people, seed)))
    differing = list(claims_that_differ(judged_, range(people)))
    claims = people * len(judged_.labels)
    print(f"against diagnose: {people} people, {claims} claims, {len(differing)} differ")
    for number, name, label in differing[:5]:
        print(f"  person {number}: {name}: {label} by diagnose alone")
    return len(differing)


def against_columns(knowledge: KnowledgeBase, rows: int, seed: int) -> int:
    """Print the counts that differ between crowd and columns; return how many."""
    counts = differing = 0
    for start in range(0, rows, TOGETHER):
        some = forms(knowledge, min(TOGETHER, rows - start), seed + start)
        judged_ = judged(knowledge, Crowd(some))
        found = list(counts_that_differ(judged_, some))
        counts += sum(len(masks) for masks in judged_.labels.values())
        differing += len(found)
        for name, label, more in found[:5]:
            print(f"  {name}: {label}: {more} more by the crowd")
    print(f"against the columns: {rows} rows, {counts} counts, {differing} differ")
    return differing


def measure(knowledge: KnowledgeBase) -> None:
    """Print how long it takes to make people and to judge them."""
    shares, reading = timed(lambda: read_shares(RULES, knowledge))
    crowd, making = timed(lambda: Inventor(knowledge, shares, MANY).crowd())
    print(f"shares read in {reading:.2f} s, {MANY} people made in {making:.2f} s")
    judging, labelling = [], []
    for _ in range(TIMES):
        judged_, seconds = timed(lambda: judged(knowledge, crowd))
        judging.append(seconds)
        labelling.append(_labelled(judged_))
    middle = TIMES // 2
    print(
        f"{MANY} people judged in {1000 * sorted(judging)[middle]:.1f} ms, labelled in "
        f"{1000 * sorted(labelling)[middle]:.1f} ms (medians of {TIMES})"
    )


def _labelled(judged_: Judged) -> float:
    _, seconds = timed(lambda: judged_.labels)
    return seconds


def main() -> None:
    """Compare and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10_000, help="how many diagnose judges")
    parser.add_argument("--rows", type=int, default=200_000, help="how many the columns judge")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same forms")
    options = parser.parse_args()
    knowledge = load_knowledge(RULES)
    measure(knowledge)
    differing = against_engine(knowledge, options.people, options.seed)
    differing += against_columns(knowledge, options.rows, options.seed)
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
