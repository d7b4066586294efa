"""The command `rules watch`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import (
    ExampleFirst,
    knowledge_options,
    noun,
    people_option,
    run_for_long,
)
from hingeexpert.cli.told import echo_part, echo_told
from hingeexpert.errors import HingeError
from hingeexpert.formats.extras import has, what_to_install

if TYPE_CHECKING:
    from hingeexpert.assurance.authoring.seeing.live import LiveRules
    from hingeexpert.assurance.authoring.seeing.slow import SlowlyFound

PAUSE = 0.05
"""Seconds between two looks."""


@click.command(
    cls=ExampleFirst,
    example="hingeexpert rules copy my-rules\nhingeexpert rules watch --rules my-rules",
)
@knowledge_options
@people_option("How many invented people are judged at each save.")
@click.option("--once", is_flag=True, help="Answer one save, then end.")
def watch(rules: Path, people: int, once: bool) -> None:
    """Say at each save of a file of rules what it changes.

    Errors at their line; how many invented people are judged otherwise, and some who show it; which
    worked cases come out otherwise; which safety sentences and hazards hold no more, each with a
    person; which texts changed, how hard they are and how many are told them. A save is compared
    with the last state that could be used. Proofs need the extra `verify`. Ctrl-C ends it.
    """
    from hingeexpert.assurance.authoring.seeing.live import LiveRules

    live = LiveRules(rules, people)
    _say_what_is_watched(live)
    run_for_long()
    watching = _Watching(live)
    try:
        while not (watching.look() and once):
            time.sleep(PAUSE)
    finally:
        watching.slow.stop()


def _say_what_is_watched(live: LiveRules) -> None:
    cases = live.state.beside.cases.cases
    for problem in live.state.beside.problems:
        click.echo(f"error: {problem}")
    many = f"{len(cases)} worked {noun(len(cases), 'case')}"
    click.echo(f"Watching {live.folder}: {many}, {live.crowd.count:,} invented people.")
    if not has("proofs"):
        click.echo(f"Nothing is proven: {what_to_install('proofs')}")


class _Watching:
    """Answers one save after the other; what takes seconds is found out beside it."""

    def __init__(self, live: LiveRules) -> None:
        from hingeexpert.assurance.authoring.seeing.slow import SlowProofs

        self.live, self.slow = live, SlowProofs()
        self._before: SlowlyFound | None = None
        self._saved = False
        self.slow.begin(live.state.snapshot)

    def look(self) -> bool:
        """Look once; return whether a save was answered wholly by now."""
        from hingeexpert.assurance.authoring.seeing.change_words import in_parts, saved_words

        change = self.live.look_twice()
        if change is not None:
            self._saved = True
            for line in saved_words(change):
                click.echo(line)
            for part in in_parts(change):
                echo_part(part)
            if not change.usable:
                return True
            self.slow.begin(self.live.state.snapshot)
        return self._look_for_slow()

    def _look_for_slow(self) -> bool:
        """Tell what was found out meanwhile; return whether that was all of a save."""
        from hingeexpert.assurance.authoring.seeing.slow_words import slow_words

        try:
            found = self.slow.found()
        except HingeError as error:
            click.echo(f"What takes longer was not looked at: {error}")
            return self._saved
        if found is None:
            return False
        for line in slow_words(self.live.state.knowledge, found, self._before):
            echo_told(line)
        self._before = found
        return self._saved
