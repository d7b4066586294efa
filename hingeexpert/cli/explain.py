"""The command `explain`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import (
    ExampleFirst,
    completion,
    concluded,
    knowledge_options,
    load,
    read_one,
    template_options,
)
from hingeexpert.errors import InputError

if TYPE_CHECKING:
    from hingeexpert.inference.explained import Explanation
    from hingeexpert.inference.what_if import WhatIf
    from hingeexpert.knowledge import KnowledgeBase


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert explain form.yaml
               hingeexpert explain form.yaml lumbar_flexion
               hingeexpert explain form.yaml ready_grind""",
)
@click.argument("form", type=click.Path(allow_dash=True))
@click.argument("id_", metavar="[ID]", required=False, shell_complete=completion(concluded))
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@knowledge_options
@template_options
def explain(form: str, id_: str | None, format_: str, rules: Path, templates: Path | None) -> None:
    """Say how a conclusion stands: why, what is still to ask, and what would change it.

    ID is a fault, a contributor, a triage level or a verdict. Without it the triage level, the
    verdict and every present fault are explained. The smallest set of answers that would change it
    is searched, unless a referral comes first.
    """
    from hingeexpert.inference.explanation import Explainer
    from hingeexpert.inference.what_if import what_if

    knowledge = load(rules)
    assessment = read_one(knowledge, form)
    explainer = Explainer(knowledge, assessment)
    try:
        explanations = explainer.asked(id_)
    except InputError as error:
        raise click.BadParameter(str(error), param_hint="ID") from None
    if format_ == "text":
        click.echo(_as_text(knowledge, explanations, templates), nl=False)
        return
    changes: list[WhatIf] = []
    if not explainer.refer_first():
        steps = explainer.next_step() if id_ is None else _not_reached(knowledge, explanations)
        changes = [what_if(knowledge, assessment, name) for name in steps]
    click.echo(_as_json(explanations, changes))


def _not_reached(knowledge: KnowledgeBase, explanations: Iterable[Explanation]) -> list[str]:
    """Return the levels and verdicts among them that were not decided."""
    from hingeexpert.inference.explanation import Explainer

    return [
        item.id
        for item in explanations
        if item.kind in knowledge.ladders and item.standing != Explainer.REACHED
    ]


def _as_json(explanations: Iterable[Explanation], changes: Iterable[WhatIf]) -> str:
    import json

    result = {
        "explanations": [item.model_dump(mode="json") for item in explanations],
        "what_if": [item.model_dump() for item in changes],
    }
    return json.dumps(result, indent=2, ensure_ascii=False)


def _as_text(
    knowledge: KnowledgeBase, explanations: Sequence[Explanation], templates: Path | None
) -> str:
    from hingeexpert.formats.templates import render

    named = dict.fromkeys(name for item in explanations for name in item.sources)
    cited = {name: knowledge.sources[name] for name in named}
    context = {"explanations": explanations, "cited": cited}
    return render("explanation.txt", context, templates)
