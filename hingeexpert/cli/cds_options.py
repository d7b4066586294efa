"""The options of `serve` for the records of hospitals."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from hingeexpert.web.settings import CdsDoor

ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[1-9]\d{0,4}))?"
)
MOST_PORT = 65_535


def cds_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; a command gets what they say as `door`."""

    @functools.wraps(command)
    def collected(cds: bool, cds_origin: tuple[str, ...], **more: Any) -> Any:
        return command(door=read_door(cds, cds_origin), **more)

    origin = click.option(
        "--cds-origin",
        multiple=True,
        metavar="ORIGIN",
        help="Let pages of this origin ask for cards, such as https://ehr.example (with --cds).",
    )
    door = click.option(
        "--cds", is_flag=True, help="Give cards to the records of hospitals (CDS Hooks 2.0)."
    )
    return door(origin(collected))


def read_door(wanted: bool, origins: Sequence[str]) -> CdsDoor | None:
    """Return the door for the records of hospitals, or `None` where it is not asked for.

    Raises:
        click.UsageError: With everything that cannot be used.
    """
    slips = [*(slip for origin in origins for slip in _slips(origin))]
    if origins and not wanted:
        slips.insert(0, "--cds is missing")
    if slips:
        raise click.UsageError(
            "no cards can be given:\n" + "\n".join(f"  - {slip}" for slip in slips)
        )
    if not wanted:
        return None
    from hingeexpert.web.settings import CdsDoor

    return CdsDoor(tuple(dict.fromkeys(origins)))


def _slips(origin: str) -> Iterator[str]:
    """Yield why something is not what a browser sends as the origin of a page."""
    parts = ORIGIN.fullmatch(origin)
    if parts is None or not _is_sent(parts["scheme"], parts["port"]):
        yield (
            f"--cds-origin {origin}: an origin is http:// or https://, a name in small letters "
            "and, where it is not the usual one, a port; nothing else, such as https://ehr.example"
        )


def _is_sent(scheme: str, port: str | None) -> bool:
    """Whether browsers name a port: they leave the usual one out."""
    from hingeexpert.web.settings import OWN_PORT

    return port is None or (int(port) <= MOST_PORT and int(port) != OWN_PORT[scheme])
