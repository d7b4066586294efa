"""Commands on the knowledge base: rules list, show, check, test; schema."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.common import ExampleFirst, completion, knowledge_options, load, rows, template_options
from hingeexpert.errors import InputError, listed, nearest
from hingeexpert.paths import CASES

if TYPE_CHECKING:
    from hingeexpert.entry import Entry
    from hingeexpert.knowledge import KnowledgeBase
    from hingeexpert.worked_cases import Outcome, WorkedCase


@click.group()
def rules() -> None:
    """Read, check and test the knowledge base."""


def _entries(knowledge: KnowledgeBase) -> dict[str, dict[str, str]]:
    """Return everything that can be listed: kind to id to title."""
    return {
        "observables": {name: item.question for name, item in knowledge.observables.items()},
        "findings": {name: item.meaning for name, item in knowledge.findings.items()},
        "faults": {name: item.title for name, item in knowledge.faults.items()},
        "contributors": {name: item.title for name, item in knowledge.contributors.items()},
        "drills": {name: item.title for name, item in knowledge.drills.items()},
        **{ladder: {level.id: level.title for level in levels} for ladder, levels in knowledge.ladders.items()},
        "remarks": {item.id: item.say for item in knowledge.remarks},
        "parameters": {name: f"{item.value:g} {item.unit} ({item.status})" for name, item in knowledge.parameters.items()},
        "sources": {name: item.citation for name, item in knowledge.sources.items()},
    }


def _ids(knowledge: KnowledgeBase) -> list[str]:
    """Return every id that can be shown, once."""
    return list(dict.fromkeys(name for items in _entries(knowledge).values() for name in items))


@rules.command("list", cls=ExampleFirst, example="hingeexpert rules list faults")
@click.argument("kind", required=False, shell_complete=completion(_entries))
@knowledge_options
def list_(kind: str | None, rules: Path) -> None:
    """List what the knowledge base holds, or everything of one KIND.

    KIND is observables, findings, faults, contributors, drills, triage, readiness, remarks, parameters or sources.
    """
    knowledge = load(rules)
    entries = _entries(knowledge)
    if kind is None:
        click.echo(f"{knowledge.info.title} {knowledge.info.version}, reviewed {knowledge.info.reviewed}, sha256 {knowledge.sha256}")
        rows((name, str(len(items))) for name, items in entries.items())
    elif kind in entries:
        rows(entries[kind].items())
    else:
        raise click.BadParameter(f"there is no kind '{kind}'; allowed: {listed(list(entries))}{nearest(kind, entries)}", param_hint="KIND")


@rules.command(cls=ExampleFirst, example="hingeexpert rules show lumbar_flexion\nhingeexpert rules show stick.sacrum")
@click.argument("id_", metavar="ID", shell_complete=completion(_ids))
@knowledge_options
@template_options
def show(id_: str, rules: Path, templates: Path | None) -> None:
    """Show one entry: meaning, rules in words, what speaks against it, cues, drills, sources.

    ID is any id that `rules list` prints.
    """
    from hingeexpert.report import render
    from hingeexpert.wording import in_words

    knowledge = load(rules)
    entries = _entries(knowledge)
    kinds = [kind for kind, items in entries.items() if id_ in items]
    if not kinds:
        raise click.BadParameter(f"there is no entry '{id_}'{nearest(id_, _ids(knowledge))}", param_hint="ID")
    for kind in kinds:
        context = {"kind": kind, "id": id_, "item": _entry(knowledge, kind, id_), "words": partial(in_words, knowledge)}
        click.echo(render("entry.txt", context, templates), nl=False)


def _entry(knowledge: KnowledgeBase, kind: str, name: str) -> Entry:
    """Return the model of one entry."""
    if kind in knowledge.ladders:
        return next(level for level in knowledge.ladders[kind] if level.id == name)
    if kind == "remarks":
        return next(remark for remark in knowledge.remarks if remark.id == name)
    entries: dict[str, Entry] = getattr(knowledge, kind)
    return entries[name]


@rules.command(cls=ExampleFirst, example="hingeexpert rules check\nhingeexpert rules check --rules my-rules")
@knowledge_options
def check(rules: Path) -> None:
    """Check the knowledge base, and what a reviewer should not let pass.

    Every file is read strictly and everything it refers to must exist (exit code 3). Then: every observable is used, every rule is true
    in a worked case, no rule is a copy of another, high confidence has a source, and every text for the person is easy to read, says
    nothing that words.yaml forbids and has a translation in every language (exit code 1).
    """
    from hingeexpert.lint import lint
    from hingeexpert.translation import translation_problems
    from hingeexpert.word_checks import word_problems, word_summary
    from hingeexpert.worked_cases import read_cases

    knowledge = load(rules)
    cases, problems = read_cases(knowledge, rules / CASES) if (rules / CASES).is_dir() else ([], [])
    found = [*map(str, problems), *lint(knowledge, _fired(knowledge, cases)), *word_problems(knowledge), *translation_problems(knowledge)]
    for line in found:
        click.echo(f"error: {line}", err=True)
    click.echo(word_summary(knowledge))
    counts = ", ".join(f"{len(items)} {kind}" for kind, items in _entries(knowledge).items())
    click.echo(f"{counts}, {len(cases)} cases: {len(found) or 'no'} {'problem' if len(found) == 1 else 'problems'}")
    if found:
        sys.exit(1)


def _fired(knowledge: KnowledgeBase, cases: list[WorkedCase]) -> set[str]:
    """Return the named conditions that are true in at least one case."""
    from hingeexpert.assessment import known
    from hingeexpert.network import Worlds, evaluate

    fired: set[str] = set()
    for case in cases:
        truths = evaluate(knowledge.network, Worlds(known(knowledge, case.assessment.answers).facts))
        fired |= {name for name, position in knowledge.network.names.items() if truths[position].true}
    return fired


@rules.command("test", cls=ExampleFirst, example="hingeexpert rules test\nhingeexpert rules test my-cases")
@click.argument("folders", nargs=-1, metavar="[FOLDER...]", type=click.Path(exists=True, path_type=Path))
@knowledge_options
def test_(folders: tuple[Path, ...], rules: Path) -> None:
    """Run the worked cases of the knowledge base, and of every FOLDER given, and print what differed."""
    knowledge = load(rules)
    failed = total = 0
    for folder in (rules / CASES, *folders):
        for outcome in _outcomes(knowledge, folder):
            total += 1
            if isinstance(outcome, str) or outcome.differences:
                failed += 1
                _print_failure(outcome)
    click.echo(f"{total} cases, {failed} failed")
    if failed:
        sys.exit(1)


def _outcomes(knowledge: KnowledgeBase, folder: Path) -> Iterator[Outcome | str]:
    """Yield the outcome of every case of a folder, and the problem of every one that cannot be read."""
    from hingeexpert.worked_cases import read_cases, run_case

    try:
        cases, problems = read_cases(knowledge, folder)
    except InputError as error:
        yield str(error)
        return
    yield from (str(problem) for problem in problems)
    for case in cases:
        yield run_case(knowledge, case)


def _print_failure(outcome: Outcome | str) -> None:
    if isinstance(outcome, str):
        click.echo(f"FAILED {outcome}")
        return
    click.echo(f"FAILED {outcome.case.file}: {outcome.case.name}")
    for difference in outcome.differences:
        click.echo(f"  {difference}")


@click.command(cls=ExampleFirst, example="hingeexpert schema result > result.schema.json")
@click.argument("what", type=click.Choice(["result", "form", "rules"]))
@knowledge_options
def schema(what: str, rules: Path) -> None:
    """Print the JSON Schema of the result, of a form, or of the files of a knowledge base."""
    import json

    from hingeexpert.schema import form_schema, result_schema, rules_schema

    made: dict[str, Any] = result_schema() if what == "result" else rules_schema() if what == "rules" else form_schema(load(rules))
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))
