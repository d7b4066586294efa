"""Measure how quickly commands start: processor time of a whole process, as a ratio to what it must
import.

    python benchmarks/start.py [--rounds 7] [--against OTHER/bin/python]

Every command runs once in each round, so that a busy machine slows all alike; the best round
counts. `--against` measures another environment in which hingeexpert is installed beside this one.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

FORM = Path(__file__).resolve().parent.parent / "rules" / "demo.yaml"
CLICK = "import click"
THREE = "import click, pydantic, jinja2"
Case = tuple[list[str], dict[str, str]]


def cases(python: str, cache: str) -> dict[str, Case]:
    """Return what is measured: a name to its command and the environment variables it needs."""
    command = [str(Path(python).with_name("hingeexpert"))]
    kept = {"XDG_CACHE_HOME": cache}
    return {
        CLICK: ([python, "-c", CLICK], {}),
        "--help": ([*command, "--help"], kept),
        "complete a command": (command, {**kept, **completion("dia")}),
        "complete an option": (command, {**kept, **completion("diagnose", "--fo")}),
        "complete an id": (command, {**kept, **completion("explain", "form.yaml", "lum")}),
        THREE: ([python, "-c", THREE], {}),
        "diagnose FORM": ([*command, "diagnose", str(FORM)], kept),
        "diagnose FORM, nothing kept": (
            [*command, "diagnose", str(FORM)],
            {"XDG_CACHE_HOME": os.devnull},
        ),
    }


def completion(*words: str) -> dict[str, str]:
    """Return the variables by which a shell asks for completions of the last word."""
    return {
        "_HINGEEXPERT_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("hingeexpert", *words)),
        "COMP_CWORD": str(len(words)),
    }


def processor_ms(command: list[str], variables: Mapping[str, str]) -> float:
    """Run a command and return the processor time that it took, in milliseconds."""
    environment = {**os.environ, **variables}
    environment.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # modules are compiled once, as installing does
    elsewhere = tempfile.gettempdir()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, cwd=elsewhere, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    user = after.ru_utime - before.ru_utime
    system = after.ru_stime - before.ru_stime
    return (user + system) * 1000


def measure(pythons: list[str], rounds: int) -> list[dict[str, float]]:
    """Return for each environment the best time of each case, in milliseconds."""
    with tempfile.TemporaryDirectory() as cache:
        wanted = [cases(python, cache) for python in pythons]
        best: list[dict[str, float]] = [{} for _ in pythons]
        for _ in range(rounds + 1):  # the first fills the cache and compiles the modules
            for times, measured in zip(best, wanted, strict=True):
                for name, case in measured.items():
                    times[name] = min(times.get(name, float("inf")), processor_ms(*case))
    return best


def show(times: Mapping[str, float]) -> None:
    """Print a line for each case, with its ratio to the imports it is held against."""
    against = CLICK
    for name, time in times.items():
        if name in (CLICK, THREE):
            against = name
        print(f"{name:<34}{time:8.0f} ms{time / times[against]:8.2f}")


def main() -> None:
    """Print every figure with its ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="rounds of which the best counts")
    parser.add_argument(
        "--against", metavar="PYTHON", help="the Python of another environment, measured too"
    )
    options = parser.parse_args()
    pythons = [sys.executable, *([options.against] if options.against else [])]
    for python, times in zip(pythons, measure(pythons, options.rounds), strict=True):
        print(python)
        show(times)


if __name__ == "__main__":
    main()
