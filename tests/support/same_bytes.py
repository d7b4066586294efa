"""The outputs of the same forms in a browser and here, set side by side."""

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import outputs
from app_python import BrowserPython
from evaluators import case_answers, random_forms
from shown_forms import hard_forms

from hingeexpert.assurance.case_files import written_cases
from hingeexpert.formats.documents import read_document
from hingeexpert.forms import Assessment, form_of
from hingeexpert.knowledge import KnowledgeBase

TOGETHER = 20
"""Forms that are sent to the browser at once."""
BEGIN = """
import json, pickle, sys
from pathlib import Path
Path("/outputs.py").write_text(given, encoding="utf-8")
sys.path.insert(0, "/")
import hingeexpert.knowledge.knowledge_base
import outputs
knowledge = pickle.loads(Path("/carried.pickle").read_bytes()).knowledge
"""
DIGESTS = """
json.dumps([
    outputs.digests(knowledge, form.encode(), number) for number, form in json.loads(given)
])
"""
WHOLE = """
name, number, form = json.loads(given)
outputs.outputs(knowledge, form.encode(), number)[name]
"""
Numbered = tuple[int, str]
"""A form as text, and its place among others."""


@dataclass(frozen=True)
class Difference:
    """An output that is not the same.

    Attributes:
        form: The place of the form among the others.
        output: Its name.
    """

    form: int
    output: str


def begin(python: BrowserPython) -> None:
    """Make the Python of a browser ready to say what it makes of forms."""
    python.run(BEGIN, Path(outputs.__file__).read_text(encoding="utf-8"))


def differences(
    knowledge: KnowledgeBase, python: BrowserPython, forms: Sequence[Numbered], made: Counter[str]
) -> Iterator[Difference]:
    """Yield what differs; count in `made` what was compared, by the name of the output."""
    for start in range(0, len(forms), TOGETHER):
        some = forms[start : start + TOGETHER]
        there = json.loads(python.run(DIGESTS, json.dumps(some)))
        for (number, form), other in zip(some, there, strict=True):
            here = outputs.digests(knowledge, form.encode(), number)
            made.update(here.keys())
            names = {**here, **other}
            yield from (
                Difference(number, name) for name in names if here.get(name) != other.get(name)
            )


def first_place(
    knowledge: KnowledgeBase, python: BrowserPython, form: Numbered, output: str
) -> str:
    """Say where an output differs first, without a word of it."""
    number, text = form
    here = outputs.outputs(knowledge, text.encode(), number)[output]
    there = python.run(WHOLE, json.dumps([output, number, text]))
    pairs = enumerate(itertools.zip_longest(here, there))
    at = next(place for place, (one, other) in pairs if one != other)
    line, signs = here.count("\n", 0, at) + 1, [side[at : at + 1] for side in (here, there)]
    told = ["the end" if not sign else f"U+{ord(sign):04X}" for sign in signs]
    return f"line {line}, character {at}: {told[0]} here, {told[1]} in the browser"


def worked_forms(folders: Iterable[Path]) -> Iterator[str]:
    """Yield the form of each worked case of some folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*.yaml")):
            for case in written_cases(read_document(path.name, path.read_bytes())):
                yield json.dumps(case.form, ensure_ascii=False, default=str)


def drawn_forms(knowledge: KnowledgeBase, count: int, seed: int) -> Iterator[str]:
    """Yield forms drawn at random: every second one with heads that are hard to write, the others
    with numbers of many digits.
    """
    heads = hard_forms(knowledge, (count + 1) // 2, seed)
    answers = random_forms(knowledge, seed, case_answers(knowledge))
    numbers = (Assessment(drawn) for drawn in answers)
    pairs = itertools.chain.from_iterable(zip(heads, numbers, strict=False))
    return (form_of(knowledge, form) for form in itertools.islice(pairs, count))
