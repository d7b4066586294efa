"""The options of `serve` for the records of hospitals."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from hingeexpert.web.settings import CdsDoor

SCHEMES = ("https", "http")


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
    if origin != _as_sent(origin):
        yield (
            f"--cds-origin {origin}: an origin is http:// or https://, a name in small letters "
            "and, where it is not the usual one, a port; nothing else, such as https://ehr.example"
        )


def _as_sent(origin: str) -> str | None:
    """Return an origin as browsers write it; `None` for what is none."""
    from hingeexpert.web.settings import OWN_PORT

    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in SCHEMES or not parts.hostname or not origin.isascii():
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    behind = "" if port in (None, OWN_PORT[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{behind}"
