"""The command `rules hazards`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import (
    ExampleFirst,
    full_option,
    knowledge_options,
    load,
    noun,
    print_form,
    template_options,
)
from hingeexpert.cli.output import Output, overwrite_option
from hingeexpert.cli.told import echo_told
from hingeexpert.errors import listed, nearest
from hingeexpert.formats.extras import needs

if TYPE_CHECKING:
    from hingeexpert.assurance.hazards.gaps import LogGaps
    from hingeexpert.assurance.hazards.log import HazardLog
    from hingeexpert.assurance.hazards.proof import HazardProof
    from hingeexpert.assurance.hazards.telling import ToldHazard
    from hingeexpert.knowledge import KnowledgeBase
    from hingeexpert.knowledge.condition import Value

MARGIN = " " * 11
"""What stands below the first word of a hazard."""


@click.command(
    "hazards",
    cls=ExampleFirst,
    example=(
        "hingeexpert rules hazards\n"
        "hingeexpert rules hazards spinal_infection_coached\n"
        "hingeexpert rules hazards -o hazards.html"
    ),
)
@click.argument("names", nargs=-1, metavar="[HAZARD...]")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Page to print for whoever is responsible for safety.",
)
@overwrite_option
@full_option
@knowledge_options
@template_options
def hazards(
    names: tuple[str, ...],
    format_: str,
    output: Path | None,
    overwrite: bool,
    full: bool,
    rules: Path,
    templates: Path | None,
) -> None:
    """Prove that nobody is harmed in a way that the hazard log names.

    The log lies in `hazards/` of the folder of rules. Each hazard is proven over all possible
    forms, or shown open with a person; then each of its controls is taken out, to see who is harmed
    without it. With HAZARD all of it is shown for these, without it one line for each, and what the
    log leaves open.

    Proven of the rules as entered: not that the answers are true, not that the rules are right.
    Needs the extra `verify`. Exit code 1 where a hazard is empty, undecided, or open
    without being known to be.
    """
    needs("proofs")
    target = output and Output(output, overwrite, (rules, templates), private=False)
    if target:
        target.check()
    from hingeexpert.assurance.hazards.gaps import gaps
    from hingeexpert.assurance.hazards.log import read_log
    from hingeexpert.assurance.hazards.telling import render_log, told

    knowledge = load(rules)
    log = read_log(rules, knowledge)
    _check_names(log, names)
    proofs: list[HazardProof] = []
    for proof in _proven(knowledge, log, names):
        proofs.append(proof)
        if not target and format_ == "text":
            print_hazard(knowledge, proof, whole=bool(names), full=full)
    shown = [told(knowledge, proof) for proof in proofs]
    left = None if names else gaps(knowledge, log, proofs)
    if target:
        target.write(render_log(knowledge, log, shown, left, templates))
    else:
        if format_ == "json":
            click.echo(_as_json(shown, left))
        else:
            _print_ending(shown, left)
    if not all(proof.holds for proof in proofs):
        sys.exit(1)


def _proven(
    knowledge: KnowledgeBase, log: HazardLog, names: Sequence[str]
) -> Iterator[HazardProof]:
    """Yield what becomes of the hazards that are named, or of all."""
    from hingeexpert.assurance.hazards.prover import HazardProver

    prover = HazardProver(knowledge, log)
    for hazard in log.hazards:
        if not names or hazard.id in names:
            yield prover.prove(hazard)


def _check_names(log: HazardLog, names: Sequence[str]) -> None:
    """Stop at a name that no hazard has."""
    allowed = [hazard.id for hazard in log.hazards]
    for name in names:
        if name not in allowed:
            message = (
                f"there is no hazard '{name}'; allowed: "
                f"{listed(allowed, 50)}{nearest(name, allowed)}"
            )
            raise click.BadParameter(message, param_hint="HAZARD")


def print_hazard(
    knowledge: KnowledgeBase, proof: HazardProof, whole: bool = False, full: bool = False
) -> None:
    """Print a hazard: what is wrong with it, or, as a whole, all that is known; people in a line,
    or with all their answers below it.
    """
    from hingeexpert.assurance.hazards.telling import told

    item = told(knowledge, proof)
    hazard = item.hazard
    style = {} if proof.holds else {"fg": "red", "bold": True}
    echo_told(f"{item.outcome:<9}  {hazard.id} ({hazard.severity}): {hazard.harm}", MARGIN, **style)
    if whole:
        _line("who", hazard.who)
        _line("cause", hazard.cause)
    if whole or item.outcome == "open":
        _line("must never be", item.happens)
    _line("it happens to", item.person)
    _print_answers(knowledge, item.answers, full)
    _line("known to be open", hazard.known_open or "")
    _line("because", item.because)
    for defect in item.defects:
        _line("a defect of the prover, please report it", defect)
    if whole:
        _print_controls(knowledge, item, full)


def _line(what: str, text: str) -> None:
    """Print a line of a hazard, if there is something to say."""
    if text:
        echo_told(f"{MARGIN}{what}: {text}")


def _print_answers(
    knowledge: KnowledgeBase, answers: Mapping[str, Value] | None, full: bool
) -> None:
    if full and answers is not None:
        print_form(knowledge, answers, len(MARGIN) + 2)


def _print_controls(knowledge: KnowledgeBase, item: ToldHazard, full: bool) -> None:
    """Print what prevents a hazard, and what is left of it."""
    for control in item.controls:
        echo_told(f"{MARGIN}{control.effect:<9}  {control.kind} {control.name}", MARGIN * 2)
        _line(f"{MARGIN}without it", control.told)
        _print_answers(knowledge, control.answers, full)
    _line("it happens without", "; or ".join(item.cuts))
    _line("it rests alone on what it does not name", ", ".join(item.unnamed))
    _line("left", item.hazard.residual)


def _print_ending(shown: Sequence[ToldHazard], left: LogGaps | None) -> None:
    """Print what the log leaves open, and how many hazards came out how."""
    from hingeexpert.assurance.hazards.telling import gap_lines

    for line in () if left is None else gap_lines(left):
        echo_told(f"to do      {line}", MARGIN)
    _print_counts([item.outcome for item in shown])


def checked_hazards(knowledge: KnowledgeBase, rules: Path) -> list[HazardProof]:
    """Decide every hazard of the log in a folder of rules, without taking anything out."""
    from hingeexpert.assurance.hazards.log import read_log
    from hingeexpert.assurance.hazards.prover import HazardProver

    log = read_log(rules, knowledge)
    if not log.hazards:
        return []
    prover = HazardProver(knowledge, log)
    return [prover.check(hazard) for hazard in log.hazards]


def print_checked(knowledge: KnowledgeBase, checked: Sequence[HazardProof], full: bool) -> None:
    """Print the hazards with which something is wrong, and how many came out how."""
    for proof in checked:
        if not proof.holds:
            print_hazard(knowledge, proof, full=full)
    if checked:
        _print_counts([proof.outcome for proof in checked])


def _print_counts(outcomes: Sequence[str]) -> None:
    """Print how many hazards came out how, and what that means."""
    from hingeexpert.assurance.hazards.telling import PROVEN_OF

    counts = ", ".join(f"{outcomes.count(word)} {word}" for word in dict.fromkeys(outcomes))
    of_them = f"{len(outcomes)} {noun(len(outcomes), 'hazard')}"
    echo_told(f"{of_them}: {counts}" if counts else of_them, bold=True)
    if counts:
        echo_told(PROVEN_OF)


def _as_json(shown: Sequence[ToldHazard], left: LogGaps | None) -> str:
    import json

    from hingeexpert.assurance.hazards.telling import as_data

    return json.dumps(as_data(shown, left), indent=2, ensure_ascii=False)
