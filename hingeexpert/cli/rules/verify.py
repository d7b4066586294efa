"""The command `rules verify`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load, print_form
from hingeexpert.errors import listed, nearest
from hingeexpert.formats.extras import needs

if TYPE_CHECKING:
    from hingeexpert.assurance.hazards.proof import HazardProof
    from hingeexpert.assurance.proofs import PropertyProof
    from hingeexpert.knowledge import KnowledgeBase
    from hingeexpert.knowledge.models.properties import Exempt


@click.command(
    cls=ExampleFirst,
    example="hingeexpert rules verify\nhingeexpert rules verify --rules my-rules safety_before_all",
)
@click.argument("properties", nargs=-1, metavar="[PROPERTY...]")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@knowledge_options
def verify(properties: tuple[str, ...], format_: str, rules: Path) -> None:
    """Prove the declared properties over all possible forms, then the hazards of the log.

    A property that fails is shown with a smallest form that refutes it, a hazard with a person to
    whom it happens. What is not decided in time is said. With PROPERTY no hazard is looked at;
    `rules hazards` says what each rests on. Needs the extra `verify`. Exit code 1 where a property
    is refuted or undecided, or a hazard is open, empty or undecided.
    """
    needs("proofs")
    from hingeexpert.assurance.proofs import Prover

    knowledge = load(rules)
    _check_names(knowledge, properties)
    prover = Prover(knowledge)
    proofs: list[PropertyProof] = []
    for item in knowledge.properties:
        if properties and item.id not in properties:
            continue
        proofs.append(prover.prove(item))
        if format_ == "text":
            _print(knowledge, proofs[-1])
    checked = [] if properties else _hazards(knowledge, rules)
    if format_ == "json":
        click.echo(_as_json(knowledge, proofs, checked))
    else:
        _print_hazards(knowledge, checked)
    if not all(proof.outcome == "proven" for proof in proofs):
        sys.exit(1)
    if not all(proof.holds for proof in checked):
        sys.exit(1)


def _hazards(knowledge: KnowledgeBase, rules: Path) -> list[HazardProof]:
    """Decide every hazard of the log, without taking anything out."""
    from hingeexpert.assurance.hazards.log import read_log
    from hingeexpert.assurance.hazards.prover import HazardProver

    log = read_log(rules, knowledge)
    if not log.hazards:
        return []
    prover = HazardProver(knowledge, log)
    return [prover.check(hazard) for hazard in log.hazards]


def _print_hazards(knowledge: KnowledgeBase, checked: Sequence[HazardProof]) -> None:
    """Print the hazards with which something is wrong, and how many came out how."""
    from hingeexpert.assurance.hazards.telling import told
    from hingeexpert.cli.rules.hazards import print_counts, print_hazard

    for proof in checked:
        if not proof.holds:
            print_hazard(told(knowledge, proof), whole=False)
    if checked:
        print_counts([proof.outcome for proof in checked])


def _check_names(knowledge: KnowledgeBase, names: Sequence[str]) -> None:
    """Stop at a name that no property has."""
    allowed = [item.id for item in knowledge.properties]
    for name in names:
        if name not in allowed:
            message = (
                f"there is no property '{name}'; allowed: "
                f"{listed(allowed, 30)}{nearest(name, allowed)}"
            )
            raise click.BadParameter(message, param_hint="PROPERTY")


def _print(knowledge: KnowledgeBase, proof: PropertyProof) -> None:
    click.echo(f"{proof.outcome:<9}  {proof.property.id}: {proof.property.sentence}")
    for entry in proof.property.exempt:
        click.echo(f"           except {entry.observable}{_where(knowledge, entry)}: {entry.why}")
    for finding in proof.findings:
        click.echo(f"           {finding.what}")
        if finding.answers is not None:
            print_form(knowledge, finding.answers, 13)
    for what in proof.undecided:
        click.echo(f"           not decided in time: {what}")


def _where(knowledge: KnowledgeBase, entry: Exempt) -> str:
    """Return on which forms an observable is exempt, in words; nothing where on all."""
    from hingeexpert.knowledge.wording import in_words

    if entry.possible is None:
        return ""
    return f" where it is possible that {in_words(knowledge, entry.possible)}"


def _as_json(
    knowledge: KnowledgeBase, proofs: Sequence[PropertyProof], checked: Sequence[HazardProof]
) -> str:
    import json

    from hingeexpert.assurance.hazards.telling import outcome_data, told

    hazards = [outcome_data(told(knowledge, proof)) for proof in checked]
    data = [*(_as_data(proof) for proof in proofs), *hazards]
    return json.dumps(data, indent=2, ensure_ascii=False)


def _as_data(proof: PropertyProof) -> dict[str, object]:
    return {
        "property": proof.property.id,
        "sentence": proof.property.sentence,
        "outcome": proof.outcome,
        "findings": [
            {"what": finding.what, "answers": finding.answers} for finding in proof.findings
        ],
        "undecided": list(proof.undecided),
    }
