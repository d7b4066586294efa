"""Measure how quickly a save of the rules is answered, against a cold load of the same rules.

    python benchmarks/authoring.py [--rounds 3] [--people 100000]

Eleven edits of a copy of the shipped rules, each saved to the disk and taken back: four numbers,
three conditions, two sentences, a slip and a broken indentation. Of each: the first answer (errors,
people, worked cases) and all of it, in lines of text; as processor time and as time on the clock.
The yardstick is a load that parses and checks every file, in the same run. What takes seconds is
found in a process of its own and is not in it. Needs the extra `verify`.
"""

import argparse
import gc
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hingeexpert.assurance.authoring.seeing.change_words import first_words, other_parts
from hingeexpert.assurance.authoring.seeing.live import LiveRules
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import load_knowledge

MOST_OF_FIRST, MOST_OF_ALL = 0.7, 4.0
"""Cold loads that the first answer, and all of it, may take in the 95th percentile."""
LOADS = 7


@dataclass(frozen=True)
class Edit:
    """What is written in place of what, once, in one file."""

    name: str
    file: str
    was: str
    now: str


EDITS = (
    Edit(
        "number: pain that stops a drill",
        "parameters.yaml",
        "drill_pain_stop:\n    {value: 5,",
        "drill_pain_stop:\n    {value: 7,",
    ),
    Edit(
        "number: pain that opens no step",
        "parameters.yaml",
        "pain_high:\n    {value: 5,",
        "pain_high:\n    {value: 7,",
    ),
    Edit(
        "number: seconds on one leg",
        "parameters.yaml",
        "single_leg_stance:\n    {value: 10,",
        "single_leg_stance:\n    {value: 3,",
    ),
    Edit(
        "number: degrees of a full bend",
        "parameters.yaml",
        "{value: 50, unit: degrees of forward lean",
        "{value: 45, unit: degrees of forward lean",
    ),
    Edit(
        "condition: an old sign counts",
        "triage.yaml",
        "{finding: cauda_equina_sign, safety.cauda_equina_investigated: no}",
        "{finding: cauda_equina_sign}",
    ),
    Edit(
        "condition: a rule turned round",
        "readiness.yaml",
        "when: {safety.clinician_concern: yes}",
        "when: {safety.clinician_concern: no}",
    ),
    Edit(
        "condition: a sign left out",
        "triage.yaml",
        "            - {safety.gait_change: yes}\n",
        "",
    ),
    Edit(
        "sentence: for the person",
        "triage.yaml",
        "Your answers need a check at a hospital now.",
        "Your answers need a prompt evaluation at a hospital now.",
    ),
    Edit(
        "sentence: a reason",
        "faults/lumbar_flexion.yaml",
        "The stick left the sacrum on the way down while",
        "The stick came off the sacrum on the way down while",
    ),
    Edit("slip", "triage.yaml", "{safety.growing_hip: yes}", "{safety.growing_hip: yse}"),
    Edit(
        "broken indentation",
        "readiness.yaml",
        "    title: Hold and look again",
        "   title: Hold and look again",
    ),
)


@dataclass(frozen=True)
class Took:
    """Milliseconds of processor and of the clock."""

    processor: float
    clock: float


class Watch:
    """Measures from when it is made."""

    def __init__(self) -> None:
        self._processor, self._clock = time.process_time(), time.perf_counter()

    def took(self) -> Took:
        """Return what went by."""
        return Took(
            (time.process_time() - self._processor) * 1000,
            (time.perf_counter() - self._clock) * 1000,
        )


def timed(work: Callable[[], object]) -> Took:
    """Return what some work takes."""
    watch = Watch()
    work()
    return watch.took()


def answered(live: LiveRules) -> tuple[Took, Took]:
    """Answer a save; return what the first answer took, and all of it."""
    watch = Watch()
    change = live.look()
    assert change is not None
    lines = list(first_words(change))
    first = watch.took()
    if change.usable:
        lines += [line for part in other_parts(change) for line in part.lines]
    assert lines
    return first, watch.took()


def edits_answered(folder: Path, live: LiveRules) -> Iterator[tuple[str, Took, Took]]:
    """Yield what each edit took; it is taken back and looked at again before the next."""
    for edit in EDITS:
        file = folder / edit.file
        content = file.read_text(encoding="utf-8")
        assert content.count(edit.was) >= 1, edit.name
        file.write_text(content.replace(edit.was, edit.now, 1), encoding="utf-8")
        yield edit.name, *answered(live)
        file.write_text(content, encoding="utf-8")
        answered(live)


def percentile_95(values: list[float]) -> float:
    """Return what 95 of 100 values do not exceed."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def report(cold: Took, found: list[tuple[str, Took, Took]]) -> bool:
    """Print what was measured; return whether it is quick enough."""
    print(f"cold load: {cold.processor:.0f} ms of processor, {cold.clock:.0f} ms on the clock")
    print(f"{'':<34}{'first answer':>22}{'all of it':>22}")
    for name in dict.fromkeys(name for name, _, _ in found):
        mine = [(first, all_) for other, first, all_ in found if other == name]
        columns = []
        for place in (0, 1):
            processor = statistics.median(took[place].processor for took in mine)
            clock = statistics.median(took[place].clock for took in mine)
            columns.append(f"{processor:.0f} ms ({clock:.0f} clock)")
        print(f"{name:<34}{columns[0]:>22}{columns[1]:>22}")
    good = True
    for what, place, most in (("first answer", 1, MOST_OF_FIRST), ("all of it", 2, MOST_OF_ALL)):
        spent = [took[place].processor for took in found]  # type: ignore[union-attr]
        ratios = [seconds / cold.processor for seconds in spent]
        worst, usual = percentile_95(ratios), statistics.median(ratios)
        print(f"{what}: {worst:.2f} cold loads at p95 (at most {most}), {usual:.2f} at the median")
        good = good and worst <= most
    return good


def main() -> None:
    """Measure, and end with 1 where it is too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--people", type=int, default=100_000)
    chosen = parser.parse_args()
    shipped = data_folder("rules")
    load_knowledge(shipped)
    with tempfile.TemporaryDirectory() as beside:
        folder = Path(shutil.copytree(shipped, Path(beside) / "rules"))
        live = LiveRules(folder, chosen.people)
        live.warm()
        gc.freeze()
        found: list[tuple[str, Took, Took]] = []
        loads: list[Took] = []
        for _ in range(chosen.rounds):
            loads += [timed(lambda: load_knowledge(folder)) for _ in range(LOADS)]
            found += edits_answered(folder, live)
        processor = statistics.median(load.processor for load in loads)
        cold = Took(processor, statistics.median(load.clock for load in loads))
    raise SystemExit(0 if report(cold, found) else 1)


if __name__ == "__main__":
    main()
