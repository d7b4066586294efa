"""What to write in place of an option that is not there: common slips, each with the way."""

from __future__ import annotations

from collections.abc import Sequence

import click

SHORT_FOR_VERSION = ("-v", "-V")


def behind_command(command: click.Command, program: click.Command, option: str) -> str | None:
    """Return what to write in place of an option behind a command; `None` where nothing is like
    it.

    Args:
        command: The command.
        program: The program to which it belongs.
        option: What was written.
    """
    if _has_format(command, option):
        return f"Use {_as_format(option)}."
    if _has(program, option):
        return f"{option} goes before the command, as in: hingeexpert {option}"
    return None


def before_command(group: click.Group, option: str, words: Sequence[str]) -> str | None:
    """Return what to write in place of an option that stands before a command; `None` where no
    command has it, or none of those that are named.

    Args:
        group: The commands.
        option: What was written.
        words: All that was written.
    """
    if option in SHORT_FOR_VERSION and _has(group, "--version"):
        return "Use --version."
    candidates = [word for word in words if word in group.commands] or [*group.commands]
    for has, meant in ((_has, option), (_has_format, _as_format(option))):
        taker = next((name for name in candidates if has(group.commands[name], option)), None)
        if taker is not None:
            return f"{meant} goes after the command, as in: {taker} {meant} ..."
    return None


def _has(command: click.Command, option: str) -> bool:
    return any(option in parameter.opts for parameter in command.params)


def _has_format(command: click.Command, option: str) -> bool:
    """Whether a command takes the name of an option, such as `--json`, as its `--format`."""
    kinds = (item.type for item in command.params if "--format" in item.opts)
    return any(option.removeprefix("--") in getattr(kind, "choices", ()) for kind in kinds)


def _as_format(option: str) -> str:
    return f"--format {option.removeprefix('--')}"
