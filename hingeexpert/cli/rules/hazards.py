"""The command `rules hazards`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load, noun, template_options
from hingeexpert.cli.output import Output, overwrite_option
from hingeexpert.errors import listed, nearest
from hingeexpert.formats.extras import needs

if TYPE_CHECKING:
    from hingeexpert.assurance.hazards.gaps import LogGaps
    from hingeexpert.assurance.hazards.log import HazardLog
    from hingeexpert.assurance.hazards.proof import HazardProof
    from hingeexpert.assurance.hazards.telling import ToldHazard
    from hingeexpert.knowledge import KnowledgeBase

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
@knowledge_options
@template_options
def hazards(
    names: tuple[str, ...],
    format_: str,
    output: Path | None,
    overwrite: bool,
    rules: Path,
    templates: Path | None,
) -> None:
    """Prove that nobody is harmed in a way that the hazard log names.

    The log lies in `hazards/` of the folder of rules. Each hazard is proven over all possible
    forms, or shown open with a person; then each of its controls is taken out, to see who is harmed
    without it. With HAZARD all of it is shown for these, without it one line for each, and what the
    log leaves open.

    Proven of the rules as entered: not that the answers are true, not that the rules are right.
    Needs the extra `verify`. Exit code 1 where a hazard is open, empty or undecided.
    """
    needs("proofs")
    target = (
        None if output is None else Output(output, overwrite, (rules, templates), private=False)
    )
    if target is not None:
        target.check()
    from hingeexpert.assurance.hazards.log import read_log

    knowledge = load(rules)
    log = read_log(rules, knowledge)
    _check_names(log, names)
    proofs = _proven(knowledge, log, names, quiet=bool(target) or format_ == "json")
    shown, left = _told(knowledge, log, proofs, names)
    if target:
        from hingeexpert.assurance.hazards.telling import render_log

        target.write(render_log(knowledge, log, shown, left, templates))
    elif format_ == "json":
        click.echo(_as_json(shown, left))
    else:
        _print_end(shown, left)
    if not all(proof.holds for proof in proofs):
        sys.exit(1)


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


def _proven(
    knowledge: KnowledgeBase, log: HazardLog, names: Sequence[str], quiet: bool
) -> list[HazardProof]:
    """Prove the hazards that are named, or all; print each as soon as it is there."""
    from hingeexpert.assurance.hazards.prover import HazardProver
    from hingeexpert.assurance.hazards.telling import told

    prover = HazardProver(knowledge, log)
    proofs = []
    for hazard in log.hazards:
        if names and hazard.id not in names:
            continue
        proofs.append(prover.prove(hazard))
        if not quiet:
            print_hazard(told(knowledge, proofs[-1]), whole=bool(names))
    return proofs


def _told(
    knowledge: KnowledgeBase, log: HazardLog, proofs: Sequence[HazardProof], names: Sequence[str]
) -> tuple[list[ToldHazard], LogGaps | None]:
    """Return the hazards in words, and what the log leaves open where all were looked at."""
    from hingeexpert.assurance.hazards.gaps import gaps
    from hingeexpert.assurance.hazards.telling import told

    left = None if names else gaps(knowledge, log, proofs)
    return [told(knowledge, proof) for proof in proofs], left


def print_hazard(item: ToldHazard, whole: bool) -> None:
    """Print a hazard: what is wrong with it, or, as a whole, all that is known."""
    hazard = item.hazard
    click.echo(f"{item.outcome:<9}  {hazard.id} ({hazard.severity}): {hazard.harm}")
    if whole:
        click.echo(f"{MARGIN}who: {hazard.who}")
        click.echo(f"{MARGIN}cause: {hazard.cause}")
    if item.happens and (whole or item.outcome == "open"):
        click.echo(f"{MARGIN}must never be: {item.happens}")
    if item.person:
        click.echo(f"{MARGIN}it happens to: {item.person}")
    if item.because:
        click.echo(f"{MARGIN}{item.because}")
    for defect in item.defects:
        click.echo(f"{MARGIN}a defect of the prover, please report it: {defect}")
    if whole:
        _print_controls(item)


def _print_controls(item: ToldHazard) -> None:
    """Print what prevents a hazard, and what is left of it."""
    for control in item.controls:
        click.echo(f"{MARGIN}{control.effect:<9}  {control.kind} {control.name}")
        if control.told:
            click.echo(f"{MARGIN}{MARGIN}without it: {control.told}")
    if item.cuts:
        click.echo(f"{MARGIN}it happens without: {'; or '.join(item.cuts)}")
    if item.unnamed:
        click.echo(f"{MARGIN}it rests alone on what it does not name: {', '.join(item.unnamed)}")
    click.echo(f"{MARGIN}left: {item.hazard.residual}")


def _print_end(shown: Sequence[ToldHazard], left: LogGaps | None) -> None:
    """Print what the log leaves open, and how many hazards came out how."""
    from hingeexpert.assurance.hazards.telling import gap_lines

    if left is not None:
        for line in gap_lines(left):
            click.echo(f"to do      {line}")
    print_counts([item.outcome for item in shown])


def print_counts(outcomes: Sequence[str]) -> None:
    """Print how many hazards came out how, and what that means."""
    from hingeexpert.assurance.hazards.telling import PROVEN_OF

    counts = ", ".join(f"{outcomes.count(word)} {word}" for word in dict.fromkeys(outcomes))
    click.echo(f"{len(outcomes)} {noun(len(outcomes), 'hazard')}{': ' if counts else ''}{counts}")
    click.echo(PROVEN_OF)


def _as_json(shown: Sequence[ToldHazard], left: LogGaps | None) -> str:
    import json

    from hingeexpert.assurance.hazards.telling import as_data

    return json.dumps(as_data(shown, left), indent=2, ensure_ascii=False)
