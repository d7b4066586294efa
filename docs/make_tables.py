"""Make the tables of docs/form-and-result.md from the rules, so that they cannot drift.

Without an option the tables are printed. `--write` puts them into the document, between its two
markers; `--check` ends with exit code 1 when the document holds other tables than the rules give.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from hingeexpert.inference.questions import standing
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import Holds, leaves
from hingeexpert.knowledge.evaluation import Worlds, evaluate
from hingeexpert.knowledge.models.conclusions import ByConfidence
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.models.observables import Group, Observable
from hingeexpert.knowledge.wording import in_words

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "form-and-result.md"
START = "<!-- made by docs/make_tables.py -->"
END = "<!-- end -->"


def tables(knowledge: KnowledgeBase) -> str:
    """Return every table, each under its heading, as Markdown.

    Args:
        knowledge: The knowledge base.
    """
    blocks: list[str] = []
    for group in knowledge.groups:
        blocks += [f"### Questions: {group.group}", f"{group.title}.", _questions(knowledge, group)]
    blocks += ["### Triage levels", *_ladder(knowledge.ladders["triage"])]
    blocks += ["### Readiness verdicts", *_ladder(knowledge.ladders["readiness"])]
    blocks += ["### Faults in coaching order", *_faults(knowledge)]
    blocks += ["### Contributors", _contributors(knowledge)]
    return "\n\n".join(blocks)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _questions(knowledge: KnowledgeBase, group: Group) -> str:
    """Return the questions of a group; those asked first also with what they do in triage."""
    head = ["Identifier", "Question", "Answers", "Default", "Asked when"]
    rows = []
    for name, item in group.observables.items():
        row = [
            f"`{name}`",
            item.question,
            _answers(item),
            f"`{item.default}`" if item.default else "",
            _asked(knowledge, item),
        ]
        if group.asked_first:
            row[3:] = [
                row[3],
                _alone(knowledge, group, name),
                ", ".join(_counts_in(knowledge, name)),
            ]
        rows.append(row)
    if group.asked_first:
        head[4:] = ["`yes` alone proves", "Counts in the triage rules"]
    return _table(head, rows)


def _answers(item: Observable) -> str:
    if item.range is None:
        return ", ".join(f"`{value}`" for value in item.values)
    kind = "whole number" if item.type == "integer" else "number"
    return f"{kind} {item.range.least:g} to {item.range.most:g}, {item.range.unit}"


def _asked(knowledge: KnowledgeBase, item: Observable) -> str:
    """Say when an observable is needed, and when its answer cannot be read."""
    needed = "just refines: blank, it is not needed" if item.blank == "not_needed" else "always"
    if item.ask_when is not None:
        needed = in_words(knowledge, item.ask_when)
    return (
        needed
        if item.void_when is None
        else f"{needed}; void when {in_words(knowledge, item.void_when)}"
    )


def _alone(knowledge: KnowledgeBase, group: Group, name: str) -> str:
    """Return the triage level that a yes proves when every other question of its group is answered
    no.
    """
    facts = {**dict.fromkeys(group.observables, "no"), name: "yes"}
    truths = evaluate(knowledge.network, Worlds(facts))
    levels = knowledge.ladders["triage"]
    at = standing(
        truths[knowledge.network.names[f"triage:{level.id}"]].in_world(0) for level in levels
    )
    return f"`{levels[at.at_least].id}`"


def _counts_in(knowledge: KnowledgeBase, name: str) -> Iterator[str]:
    """Yield the triage rules that hang on an observable, most severe first."""
    for level in knowledge.ladders["triage"]:
        for rule in level.rules:
            if name in _below(knowledge, f"triage.{level.id}.{rule.id}"):
                yield f"`{level.id}.{rule.id}`"


def _below(knowledge: KnowledgeBase, condition: str) -> set[str]:
    """Return the observables that a named condition names, itself or through other named
    conditions.
    """
    found: set[str] = set()
    for leaf in leaves(knowledge.conditions[condition]):
        found |= _below(knowledge, leaf.name) if isinstance(leaf, Holds) else {leaf.observable}
    return found


def _ladder(levels: Sequence[Level]) -> tuple[str, str]:
    """Return what each entry of an ordered list says, and what makes it hold."""
    withheld = {
        None: "",
        "until_ruled_out": " Cues are withheld until this is ruled out.",
        "while_true": " Cues are withheld while this holds.",
    }
    limits = {None: "", "yes": " Its rules say why the next one is closed."}
    notes = [withheld[level.withholds_cues] + limits[level.rules_limit] for level in levels]
    says = [
        [f"`{level.id}`", level.title, level.clinician + note]
        for level, note in zip(levels, notes, strict=True)
    ]
    rules = [
        [f"`{level.id}`", f"`{rule.id}`", f"{rule.because} {rule.act or ''}".strip()]
        for level in levels
        for rule in level.rules
    ]
    always = [[f"`{level.id}`", "", "Always true."] for level in levels if level.always]
    return _table(["Most severe first", "Title", "For the clinician"], says), _table(
        ["Holds by", "Rule", "Reason"], [*rules, *always]
    )


def _faults(knowledge: KnowledgeBase) -> Iterator[str]:
    rows = [
        [
            str(place),
            f"`{name}`",
            knowledge.faults[name].kind,
            knowledge.faults[name].title,
            knowledge.faults[name].seed,
        ]
        for place, name in enumerate(knowledge.coaching_order, start=1)
    ]
    yield _table(["Order", "Fault", "Kind", "Title", "In the source article"], rows)
    for item in knowledge.coaching:
        if isinstance(item, ByConfidence):
            names = " and ".join(f"`{name}`" for name in item.by_confidence)
            yield (
                f"Of {names} the one with the higher confidence goes first; at the same "
                "confidence the order is that of the table."
            )


def _contributors(knowledge: KnowledgeBase) -> str:
    rows = [
        [f"`{name}`", item.title, ", ".join(f"`{test}`" for test in item.test_with)]
        for name, item in knowledge.contributors.items()
    ]
    return _table(["Contributor", "Title", "Test with"], rows)


def written(document: str, made: str) -> str:
    """Return a document with the tables between its markers.

    Args:
        document: Text with one start and one end marker.
        made: The tables.

    Raises:
        ValueError: A marker is missing.
    """
    before, start, rest = document.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"the document needs the markers {START} and {END}")
    return f"{before}{START}\n\n{made}\n\n{END}{after}"


def main(arguments: Sequence[str] | None = None, file: Path = DOCUMENT) -> int:
    """Print, write or check the tables, and return the exit code.

    Args:
        arguments: Those of the command line where `None`.
        file: The document.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--write", action="store_true", help="put the tables into the document")
    what.add_argument("--check", action="store_true", help="exit code 1 when the document is stale")
    options = parser.parse_args(arguments)
    made = tables(load_knowledge(ROOT / "rules"))
    if not options.write and not options.check:
        print(made)
        return 0
    old = file.read_text(encoding="utf-8")
    new = written(old, made)
    if options.check and new != old:
        print(f"{file.name} is stale; run: python docs/make_tables.py --write", file=sys.stderr)
        return 1
    if options.write:
        file.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
