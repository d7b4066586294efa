"""Measure what `rules verify` costs while somebody edits the rules: processor time of a whole
process, in seconds and beside a cold load of the rules.

    python benchmarks/proofs.py [--rounds 3]

The command runs on a copy of the rules with a cache folder of its own: nothing kept, nothing
changed, one number edited, one condition edited. An edit is taken back before the next; in each
round the cache begins empty. The middle round counts. Needs the extra `test`.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from hingeexpert.formats.files import CASES, data_folder


class Edit(NamedTuple):
    """A text of one file, and what stands there instead."""

    file: str
    old: str
    new: str


NUMBER = Edit(
    "parameters.yaml", "drill_pain_stop:\n    {value: 5,", "drill_pain_stop:\n    {value: 9,"
)
CONDITION = Edit(
    "findings.yaml",
    "{any: [{wall.clean_reps: {below: clean_reps_pass}}, "
    "{stick.clean_reps: {below: clean_reps_pass}}]}",
    "{stick.clean_reps: {below: clean_reps_pass}}",
)
STEPS: dict[str, Edit | None] = {
    "nothing kept": None,
    "nothing changed": None,
    "one number edited": NUMBER,
    "one condition edited": CONDITION,
}
LOAD = "import sys; from pathlib import Path; from hingeexpert.knowledge import load_knowledge; "
LOAD += "load_knowledge(Path(sys.argv[1]))"


def main() -> None:
    """Measure, and print a line for each step."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    options.add_argument("--rounds", type=int, default=3)
    rounds = options.parse_args().rounds
    seconds: dict[str, list[float]] = {name: [] for name in ("cold load", *STEPS)}
    outcomes: dict[str, Counter[str]] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            one_round(Path(name), seconds, outcomes)
    load = statistics.median(seconds["cold load"])
    for step, taken in seconds.items():
        middle = statistics.median(taken)
        told = ", ".join(f"{count} {word}" for word, count in outcomes.get(step, {}).items())
        print(f"{step:22} {middle:6.2f} s {middle / load:6.1f} times a cold load  {told}")


def one_round(
    folder: Path, seconds: dict[str, list[float]], outcomes: dict[str, Counter[str]]
) -> None:
    """Run every step once, in an empty folder."""
    rules = folder / "rules"
    shutil.copytree(data_folder("rules"), rules, ignore=shutil.ignore_patterns(CASES))
    cache = folder / "cache"
    taken, _ = run([sys.executable, "-c", LOAD, str(rules)], cache)
    seconds["cold load"].append(taken)
    for step, edit in STEPS.items():
        path = rules / (edit.file if edit else "parameters.yaml")
        before = path.read_text(encoding="utf-8")
        if edit:
            assert before.count(edit.old) == 1, f"{edit.old!r} does not stand once in {path}"
            path.write_text(before.replace(edit.old, edit.new), encoding="utf-8")
        verify = [sys.executable, "-m", "hingeexpert", "rules", "verify", "--rules", str(rules)]
        taken, told = run(verify, cache)
        path.write_text(before, encoding="utf-8")
        seconds[step].append(taken)
        outcomes[step] = Counter(
            line.split()[0] for line in told.splitlines() if line and not line.startswith(" ")
        )


def run(command: list[str], cache: Path) -> tuple[float, str]:
    """Return the processor time of a process and of all that it starts, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode > 1:
        sys.exit(ran.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ran.stdout


if __name__ == "__main__":
    main()
