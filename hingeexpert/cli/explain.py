"""The command `explain`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hingeexpert.cli.options import (
    ExampleFirst,
    completion,
    concluded,
    knowledge_options,
    load,
    read_forms,
    template_options,
)
from hingeexpert.errors import InputError


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
    """Say how a conclusion was reached, why another was not, and what would change a verdict.

    ID is a fault, a contributor, a triage level or a verdict. Without it the triage level, the
    verdict and every present fault are explained. For a level or verdict that is not the one
    decided, the smallest set of answers that would reach it is searched, unless a referral comes
    first.
    """
    import json

    from hingeexpert.formats.templates import render
    from hingeexpert.inference.explanation import Explainer
    from hingeexpert.inference.what_if import what_if

    knowledge = load(rules)
    ((_, assessment),) = read_forms(knowledge, [form])
    if assessment is None:
        sys.exit(1)
    explainer = Explainer(knowledge, assessment)
    try:
        explanations = explainer.asked(id_)
    except InputError as error:
        raise click.BadParameter(str(error), param_hint="ID") from None
    wanted = [
        item.id
        for item in explanations
        if item.kind in knowledge.ladders and item.standing != Explainer.REACHED
    ]
    if id_ is None:
        wanted = explainer.next_step()
    changes = (
        [] if explainer.refer_first() else [what_if(knowledge, assessment, name) for name in wanted]
    )
    if format_ == "json":
        result = {
            "explanations": [item.model_dump(mode="json") for item in explanations],
            "what_if": [item.model_dump() for item in changes],
        }
        click.echo(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        answers = {name: explainer.answer(name) for change in changes for name in change.in_the_way}
        context = {"explanations": explanations, "changes": changes, "answers": answers}
        click.echo(render("explanation.txt", context, templates), nl=False)
