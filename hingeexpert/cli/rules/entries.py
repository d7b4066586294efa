"""The commands `rules list` and `rules show`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import (
    ExampleFirst,
    completion,
    knowledge_options,
    load,
    print_rows,
    template_options,
)
from hingeexpert.errors import listed, nearest

if TYPE_CHECKING:
    from hingeexpert.knowledge import KnowledgeBase
    from hingeexpert.knowledge.models.base import Entry
    from hingeexpert.knowledge.models.checks import Check
    from hingeexpert.knowledge.models.conclusions import Conclusion
    from hingeexpert.knowledge.models.drills import Drill
    from hingeexpert.knowledge.models.ladders import Level
    from hingeexpert.knowledge.models.remarks import Remark


def described_by_kind(knowledge: KnowledgeBase) -> dict[str, dict[str, str]]:
    """Return everything that can be listed: kind to id to title."""
    described = {
        "observables": {name: item.question for name, item in knowledge.observables.items()},
        "findings": {name: item.meaning for name, item in knowledge.findings.items()},
        "faults": _titles(knowledge.faults),
        "contributors": _titles(knowledge.contributors),
        "drills": _titles(knowledge.drills),
    }
    for ladder in knowledge.ladders:
        described[ladder] = _titles(knowledge.levels(ladder))
    described["checks"] = _sayings(knowledge.checks)
    described["remarks"] = _sayings(knowledge.remarks)
    described["parameters"] = {
        name: f"{item.value:g} {item.unit} ({item.status})"
        for name, item in knowledge.parameters.items()
    }
    described["sources"] = {name: item.citation for name, item in knowledge.sources.items()}
    return described


def _titles(items: Mapping[str, Conclusion | Drill | Level]) -> dict[str, str]:
    return {name: item.title for name, item in items.items()}


def _sayings(items: Iterable[Check | Remark]) -> dict[str, str]:
    return {item.id: item.say for item in items}


def entry_ids(knowledge: KnowledgeBase) -> list[str]:
    """Return every id that can be shown, once."""
    names: dict[str, None] = {}
    for items in described_by_kind(knowledge).values():
        names |= dict.fromkeys(items)
    return list(names)


@click.command("list", cls=ExampleFirst, example="hingeexpert rules list faults")
@click.argument("kind", required=False, shell_complete=completion(described_by_kind))
@knowledge_options
def list_(kind: str | None, rules: Path) -> None:
    """List what the knowledge base holds, or everything of one KIND.

    KIND is observables, findings, faults, contributors, drills, triage, readiness, checks,
    remarks, parameters or sources.
    """
    knowledge = load(rules)
    entries = described_by_kind(knowledge)
    if kind is None:
        click.echo(
            f"{knowledge.info.title} {knowledge.info.version}, reviewed "
            f"{knowledge.info.reviewed}, sha256 {knowledge.sha256}"
        )
        print_rows((name, str(len(items))) for name, items in entries.items())
    elif kind in entries:
        print_rows(entries[kind].items())
    else:
        raise click.BadParameter(
            f"there is no kind '{kind}'; allowed: {listed(list(entries))}{nearest(kind, entries)}",
            param_hint="KIND",
        )


@click.command(
    cls=ExampleFirst,
    example="hingeexpert rules show lumbar_flexion\nhingeexpert rules show stick.sacrum",
)
@click.argument("id_", metavar="ID", shell_complete=completion(entry_ids))
@knowledge_options
@template_options
def show(id_: str, rules: Path, templates: Path | None) -> None:
    """Show one entry: meaning, rules in words, what speaks against it, cues, drills, sources.

    ID is any id that `rules list` prints.
    """
    from hingeexpert.formats.templates import render
    from hingeexpert.knowledge.wording import in_words

    knowledge = load(rules)
    entries = described_by_kind(knowledge)
    kinds = [kind for kind, items in entries.items() if id_ in items]
    if not kinds:
        raise click.BadParameter(
            f"there is no entry '{id_}'{nearest(id_, entry_ids(knowledge))}", param_hint="ID"
        )
    for kind in kinds:
        context = {
            "kind": kind,
            "id": id_,
            "item": _entry(knowledge, kind, id_),
            "words": partial(in_words, knowledge),
        }
        click.echo(render("entry.txt", context, templates), nl=False)


def _entry(knowledge: KnowledgeBase, kind: str, name: str) -> Entry:
    """Return the model of one entry."""
    if kind in knowledge.ladders:
        return knowledge.level(kind, name)
    entries: Mapping[str, Entry] | Sequence[Check | Remark] = getattr(knowledge, kind)
    if isinstance(entries, Mapping):
        return entries[name]
    return next(entry for entry in entries if entry.id == name)
