"""How long a press and an opening take on a protected record, beside an open one.

python benchmarks/protected.py [--presses 300]
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from hingeexpert.formats.files import data_folder
from hingeexpert.intake import Intake
from hingeexpert.intake.events import NewAnswers
from hingeexpert.knowledge.recalled import quick_knowledge
from hingeexpert.record import Record
from hingeexpert.record.key_content import RecordKey
from hingeexpert.record.keys import unlock
from hingeexpert.record.protecting import protect

PASSPHRASE = "lamp river onion tulip"


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=300)
    presses = parser.parse_args().presses
    knowledge = quick_knowledge(data_folder("rules"))
    with tempfile.TemporaryDirectory() as folder:
        created = protect(Path(folder) / "protected.sqlite", PASSPHRASE)
        desks = [
            Desk(Intake(knowledge, Record(Path(folder) / name, key)))
            for name, key in (("open.sqlite", None), ("protected.sqlite", created.key))
        ]
        # By turns, so that what else the machine does meets both.
        for _ in range(presses):
            for desk in desks:
                desk.press()
        plain, protected = (median(desk.times) * 1000 for desk in desks)
        tell("press to result, open", plain)
        tell("press to result, protected", protected)
        print(f"times as long: {protected / plain:.2f}")
        for desk in desks:
            desk.intake.record.close()
        tell("opening, open", took(lambda: opened(folder, "open.sqlite", None)))
        tell("opening, protected", took(lambda: opened(folder, "protected.sqlite", created.key)))
        path = Path(folder) / "protected.sqlite"
        tell("unlocking by passphrase", took(lambda: unlock(path, PASSPHRASE), 3))


class Desk:
    """A visit that somebody presses on."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.visit = intake, intake.begin()
        self.times: list[float] = []
        names = intake.knowledge.observables.items()
        self.flags = [name for name, item in names if item.type == "flag"]

    def press(self) -> None:
        """Answer a question, and see what follows."""
        number = len(self.times)
        answers = {self.flags[number % len(self.flags)]: "no" if number % 3 else "yes"}
        began = time.perf_counter()
        state = self.intake.state(self.visit)
        self.intake.change(self.visit, state.version, NewAnswers(answers))
        self.intake.look(self.visit)
        self.times.append(time.perf_counter() - began)


def opened(folder: str, name: str, key: RecordKey | None) -> None:
    """Open a record and close it."""
    Record(Path(folder) / name, key).close()


def took(work: Callable[[], object], times: int = 20) -> float:
    """Return the median of milliseconds that something takes."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken) * 1000


def tell(what: str, milliseconds: float) -> None:
    """Print a measurement."""
    print(f"{what}: {milliseconds:.1f} ms")


if __name__ == "__main__":
    main()
