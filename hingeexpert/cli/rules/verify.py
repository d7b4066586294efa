"""The command `rules verify`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import (
    ExampleFirst,
    full_option,
    knowledge_options,
    load,
    print_person,
)
from hingeexpert.cli.rules.hazards import MARGIN, checked_hazards, print_checked
from hingeexpert.cli.told import echo_told
from hingeexpert.errors import listed, nearest
from hingeexpert.formats.extras import needs

if TYPE_CHECKING:
    from hingeexpert.assurance.decisions import Counterexample
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
@full_option
@knowledge_options
def verify(properties: tuple[str, ...], format_: str, full: bool, rules: Path) -> None:
    """Prove the declared properties over all possible forms, then the hazards of the log.

    A property that fails is shown with a person who refutes it: what is out of order by name, the
    rest as a number; a hazard with a person to whom it happens. What is not decided in time is
    said. With PROPERTY no hazard is looked at; `rules hazards` says what each rests on. Needs the
    extra `verify`. Exit code 1 where a property is refuted or undecided, or a hazard is open, empty
    or undecided.
    """
    needs("proofs")
    from hingeexpert.assurance.lessons import KeptLessons
    from hingeexpert.assurance.proofs import Prover

    knowledge = load(rules)
    _check_names(knowledge, properties)
    wanted = [item for item in knowledge.properties if not properties or item.id in properties]
    proofs: list[PropertyProof] = []
    for proof in Prover(knowledge, KeptLessons(knowledge)).proofs(wanted):
        proofs.append(proof)
        if format_ == "text":
            _print(knowledge, proof, full)
    checked = [] if properties else checked_hazards(knowledge, rules)
    if format_ == "json":
        click.echo(_as_json(knowledge, proofs, checked))
    else:
        print_checked(knowledge, checked, full)
    refuted = any(proof.outcome != "proven" for proof in proofs)
    if refuted or not all(item.holds for item in checked):
        sys.exit(1)


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


def _print(knowledge: KnowledgeBase, proof: PropertyProof, full: bool) -> None:
    style = {} if proof.outcome == "proven" else {"fg": "red", "bold": True}
    echo_told(
        f"{proof.outcome:<9}  {proof.property.id}: {proof.property.sentence}", MARGIN, **style
    )
    for entry in proof.property.exempt:
        echo_told(f"{MARGIN}except {entry.observable}{_where(knowledge, entry)}: {entry.why}")
    for finding in proof.findings:
        echo_told(f"{MARGIN}{finding.what}")
        if finding.answers is not None:
            print_person(knowledge, finding.answers, 13, full)
    for what in proof.undecided:
        echo_told(f"{MARGIN}not decided in time: {what}")


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

    from hingeexpert.assurance.hazards.telling import outcome_data

    data = [_as_data(knowledge, proof) for proof in proofs]
    data += [outcome_data(knowledge, proof) for proof in checked]
    return json.dumps(data, indent=2, ensure_ascii=False)


def _as_data(knowledge: KnowledgeBase, proof: PropertyProof) -> dict[str, object]:
    return {
        "property": proof.property.id,
        "sentence": proof.property.sentence,
        "outcome": proof.outcome,
        "findings": [_finding(knowledge, finding) for finding in proof.findings],
        "undecided": list(proof.undecided),
    }


def _finding(knowledge: KnowledgeBase, finding: Counterexample) -> dict[str, object]:
    from hingeexpert.assurance.people import person_line

    answers = finding.answers
    person = None if answers is None else person_line(knowledge, answers)
    return {"what": finding.what, "person": person, "answers": answers}
