"""Fill random forms with JavaRosa, the engine of ODK Collect, and count where what the form
concludes by itself differs from the engine.

    python benchmarks/xlsform.py [--forms 2000] [--live triage] [--seed 1]

Needs Java and the extra `test`. In every second form *not assessed* is pressed here and there. Ends
with exit code 1 and the first difference, if there is one.
"""

import argparse
import itertools
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from shown_forms import shown_forms
from xforms import filled, not_assessed, pressed, told, xform_of

from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.inference.conclude import diagnose
from hingeexpert.interop.live import JUDGED
from hingeexpert.interop.xlsform import xlsform
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

BATCH = 100
Difference = tuple[Assessment, dict[str, tuple[str, str]]]


def compared(
    knowledge: KnowledgeBase, xform: Path, forms: list[Assessment], rng: random.Random
) -> tuple[int, int, float, list[Difference]]:
    """Return how many answers were given, how many conclusions were drawn, the seconds that filling
    took, and the forms of which the two say different things.
    """
    cells = [cells_of(knowledge, form) for form in forms]
    for some in cells[::2]:
        some |= not_assessed(knowledge, some, rng)
    start = time.perf_counter()
    sent = filled(xform, [pressed(knowledge, some) for some in cells])
    seconds = time.perf_counter() - start
    conclusions, different = 0, list[Difference]()
    for form, one in zip(forms, sent, strict=True):
        wanted = told(knowledge, diagnose(knowledge, form))
        drawn = {name: one.values[name] for name in wanted if name in one.values}
        conclusions += len(drawn)
        differing = {
            name: (value, wanted[name]) for name, value in drawn.items() if value != wanted[name]
        }
        if differing:
            different.append((form, differing))
    return sum(map(len, cells)), conclusions, seconds, different


def main() -> None:
    """Print how far it has come, how long an answer takes, and the first difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--forms", type=int, default=2000, help="how many forms to fill")
    parser.add_argument("--live", choices=JUDGED, default="triage", help="what the form judges")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same forms")
    options = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    source = shown_forms(knowledge, options.forms, options.seed)
    rng, answers, conclusions, seconds = random.Random(options.seed), 0, 0, 0.0
    different: list[Difference] = []
    with tempfile.TemporaryDirectory() as folder:
        xform = Path(folder) / "form.xml"
        xform.write_text(xform_of(xlsform(knowledge, options.live)), encoding="utf-8")
        for number in range(0, options.forms, BATCH):
            forms = list(itertools.islice(source, BATCH))
            given, drawn, took, differing = compared(knowledge, xform, forms, rng)
            answers, conclusions, seconds = answers + given, conclusions + drawn, seconds + took
            different += differing
            print(f"{number + len(forms)} forms, {len(different)} differ", flush=True)
    print(f"{conclusions} conclusions; {answers} answers, {1000 * seconds / answers:.1f} ms each")
    if different:
        form, differing = different[0]
        print(form, *differing.items(), sep="\n")
        raise SystemExit(1)


if __name__ == "__main__":
    main()
