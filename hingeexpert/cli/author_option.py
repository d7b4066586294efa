"""The page on which rules are written, as `serve --author` begins it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from hingeexpert.cli.options import PEOPLE

GOES_WITH = ("author", "rules", "port", "no_browser", "templates")
"""Parameters of `serve` that the page has."""


def author_option(begin: Callable[..., None]) -> Callable[[Callable[..., Any]], Any]:
    """Add `--author`, with which something else begins, with the same parameters."""

    def added(command: Callable[..., Any]) -> Any:
        @functools.wraps(command)
        def begun(author: bool, **given: Any) -> Any:
            return begin(**given) if author else command(**given)

        words = "Write the rules of --rules FOLDER on a page; no record is opened."
        return click.option("--author", is_flag=True, help=words)(begun)

    return added


def check_author() -> None:
    """Stop where the page would stand beside a record, or be open to others.

    Raises:
        click.UsageError: With every option that does not go with it.
    """
    context = click.get_current_context()
    given = [
        max(parameter.opts, key=len)
        for parameter in context.command.params
        if parameter.name not in GOES_WITH and _is_given(context, parameter)
    ]
    if given:
        message = (
            "--author is never beside a record with people in it, nor open to other devices or "
            f"programs; leave out {', '.join(given)}"
        )
        raise click.UsageError(message)
    rules = next(parameter for parameter in context.command.params if parameter.name == "rules")
    if not _is_given(context, rules):
        message = "--author needs --rules FOLDER: rules of your own, as rules copy makes them"
        raise click.UsageError(message)


def _is_given(context: click.Context, parameter: click.Parameter) -> bool:
    source = context.get_parameter_source(str(parameter.name))
    return source not in (None, ParameterSource.DEFAULT)


def author_pages(rules: Path, templates: Path | None) -> tuple[Any, list[Any]]:
    """Return the rules as they were last kept, and the pages over them.

    Raises:
        InputError: The folder has no history, or is the shipped one.
        KnowledgeError: Its rules cannot be used.
    """
    from hingeexpert.assurance.authoring.draft import RulesDraft
    from hingeexpert.web.author import AuthorPages

    click.echo(f"Reading {rules}, and inventing {PEOPLE:,} people …", err=True)
    draft = RulesDraft(rules, PEOPLE)
    return draft.before.knowledge, AuthorPages(draft, templates).routes()
