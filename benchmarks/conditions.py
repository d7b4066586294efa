"""Count where a condition of the rules, written in two truths as a form in another system
calculates it, says something else than the network: every named condition, on random forms.

    python benchmarks/conditions.py [--forms 2000] [--seed 1]

Needs the extra `test`. Ends with exit code 1 where one differs.
"""

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from shown_forms import shown_cells

from hingeexpert.formats.documents import Document
from hingeexpert.formats.files import data_folder
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.forms.reading import assess
from hingeexpert.interop.brought import nested
from hingeexpert.interop.gates import Cells, Named, Term, holds
from hingeexpert.interop.live import live_terms
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.evaluation import Worlds, evaluate


def differing(knowledge: KnowledgeBase, terms: dict[Named, Term], cells: Cells) -> Iterator[Named]:
    """Yield the truths of conditions that one form has in one way and not in the other."""
    form = assess(knowledge, Document("form", nested(cells.items())))
    network = knowledge.network
    truths = evaluate(network, Worlds(what_is_known(knowledge, form.answers).facts))
    told: dict[Named, bool] = {}
    for named, term in terms.items():
        told[named] = holds(term, cells, told.__getitem__)
        if named.name in network.names:
            truth = truths[network.names[named.name]].in_world(0)
            if told[named] != (truth is named.truth):
                yield named


def main() -> None:
    """Read the options, and count."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--forms", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    knowledge, rng = load_knowledge(data_folder("rules")), random.Random(given.seed)
    terms = live_terms(knowledge, knowledge.conditions)
    found: list[Named] = []
    for _ in range(given.forms):
        found += differing(knowledge, terms, shown_cells(knowledge, rng))
    print(f"{given.forms} forms, {len(terms)} truths each: {len(found)} differ")
    for named in found[:20]:
        print(f"  {named.name} as {named.truth}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
