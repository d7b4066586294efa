"""Forms of other systems: random ones there and back, and how quickly they are read.

    python benchmarks/interop.py [--forms 500] [--rows 10000] [--times 3]

Each form goes through every format and back, and through responses as other systems write them; it
must be the same form, with the same bytes of its result. Then `batch` judges that many responses as
NDJSON, in a process of its own: the best of so many times counts, in wall time and in processor
time. Needs the extra `test`.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from rewritten import as_record, as_renderer
from shipped import shipped
from shown_forms import shown_forms
from submitted import submission

from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.interop.conversion import converted
from hingeexpert.interop.fhir.response import response_of
from hingeexpert.interop.reading import read_any
from hingeexpert.knowledge import KnowledgeBase

Way = Callable[[KnowledgeBase, Assessment], str]
WHOLE = 50
"""Forms of which the results are compared, too."""


def as_renderers_do(knowledge: KnowledgeBase, form: Assessment) -> str:
    """Return a form as the renderers of forms send it."""
    return json.dumps(as_renderer(knowledge, response_of(knowledge, form)))


def as_records_do(knowledge: KnowledgeBase, form: Assessment) -> str:
    """Return a form as a record keeps it."""
    return json.dumps(as_record(knowledge, response_of(knowledge, form)))


WAYS: dict[str, Way] = {
    "yaml": lambda knowledge, form: converted(knowledge, [form], "yaml"),
    "json": lambda knowledge, form: converted(knowledge, [form], "json"),
    "fhir": lambda knowledge, form: converted(knowledge, [form], "fhir"),
    "fhir, of a renderer": as_renderers_do,
    "fhir, of a record": as_records_do,
    "submission": submission,
}


def compared(knowledge: KnowledgeBase, count: int) -> Iterator[str]:
    """Yield for each way how many forms came back the same, and how long reading one takes."""
    forms = list(shown_forms(knowledge, count))
    for name, way in WAYS.items():
        texts = [way(knowledge, form).encode() for form in forms]
        start = time.process_time()
        back = [read_any(knowledge, name, text)[0].form for text in texts]
        each = (time.process_time() - start) / count * 1000
        same = sum(map(is_same, [knowledge] * count, forms, back, range(count)))
        yield f"{name:<20} {same} of {count} the same, read in {each:.1f} ms each"


def is_same(knowledge: KnowledgeBase, form: Assessment, back: object, number: int) -> bool:
    """Return whether a form came back as it was; of the first ones also the result."""
    if not isinstance(back, Assessment) or back != form:
        return False
    if number >= WHOLE:
        return True
    return diagnose(knowledge, back).as_json() == diagnose(knowledge, form).as_json()


def responses(knowledge: KnowledgeBase, count: int, path: Path) -> None:
    """Write so many responses, one a line, no two of one person."""
    forms = [json.dumps(response_of(knowledge, form)) for form in shown_forms(knowledge, 1000)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            form = forms[number % len(forms)]
            file.write(form.replace('"P-', f'"P-{number // len(forms)}-') + "\n")


def judged(path: Path, folder: Path) -> tuple[float, float]:
    """Return the wall time and the processor time of `batch`, in seconds."""
    command = [sys.executable, "-m", "hingeexpert", "batch", str(path), "-o", str(folder)]
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    start = time.perf_counter()
    child = os.posix_spawn(sys.executable, command, os.environ, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    if status:
        sys.exit("batch refused a response")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime


def main() -> None:
    """Print what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--forms", type=int, default=500)
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--times", type=int, default=3)
    chosen = options.parse_args()
    knowledge = shipped()
    for line in compared(knowledge, chosen.forms):
        print(line, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "responses.ndjson"
        responses(knowledge, chosen.rows, path)
        size = path.stat().st_size / 1e6
        costs = [judged(path, Path(folder) / f"out{n}") for n in range(chosen.times)]
    wall, cpu = (min(cost) for cost in zip(*costs, strict=True))
    rate = f"{chosen.rows / wall:,.0f} a second, {cpu / chosen.rows * 1e6:.0f} µs of processor each"
    print(f"batch of {chosen.rows:,} responses ({size:.0f} MB): {wall:.1f} s, {rate}")


if __name__ == "__main__":
    main()
