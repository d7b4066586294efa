"""The command `serve`."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.common import ExampleFirst, collect_as_usual, knowledge_options, load, template_options
from hingeexpert.cli.lan import FILE, lan_options, read_lan

if TYPE_CHECKING:
    import socket


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert serve
               hingeexpert serve --lan clinic.lan --certificate cert.pem --key key.pem --passphrase-file passphrase.txt""",
)
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port to listen on.  [default: 8765, or any free one]")
@click.option("--no-browser", is_flag=True, help="Print the address only, and open no browser.")
@click.option("--record", type=FILE, help="File that keeps the visits.  [default: in your data folder]")
@click.option("--clinic", type=FILE, help="File with name, phone and logo of the clinic, for the handouts.")
@lan_options
@knowledge_options
@template_options
def serve(
    port: int | None,
    no_browser: bool,
    record: Path | None,
    clinic: Path | None,
    rules: Path,
    templates: Path | None,
    **lan: str | Path | None,
) -> None:
    """Serve pages and an interface for other programs, to this machine only or, with --lan, to the devices of a clinic.

    The first line printed is the address; it works once, in one browser. Ctrl-C ends the server.
    """
    import ipaddress
    import threading
    import webbrowser

    from hingeexpert.clinic import read_clinic
    from hingeexpert.intake.record import Record, default_path
    from hingeexpert.web.server import run
    from hingeexpert.web.settings import THIS_MACHINE, Settings
    from hingeexpert.web.site import page_routes

    network = read_lan(**lan)  # type: ignore[arg-type]
    knowledge, listening = load(rules), _listening(port, network.name if network else THIS_MACHINE)
    settings = Settings(knowledge, listening.getsockname()[1], partial(click.echo, err=True), templates, network)
    of_clinic = read_clinic(clinic) if clinic else (None, None)
    with closing(Record(record or default_path())) as opened:
        routes = page_routes(settings, opened, of_clinic)
        click.echo(settings.address)
        if not no_browser:
            threading.Thread(target=webbrowser.open, args=(settings.address,), daemon=True).start()
        if network and ipaddress.ip_address(listening.getsockname()[0]).is_loopback:
            click.echo(f"warning: here {network.name} means this machine alone; no other device can reach it", err=True)
        elif network:
            click.echo(f"Other devices open {settings.origin} and type the passphrase.", err=True)
        click.echo("Ctrl-C ends the server.", err=True)
        collect_as_usual()
        run(settings, listening, routes)
    click.echo("The server has ended.", err=True)


def _listening(port: int | None, name: str) -> socket.socket:
    from hingeexpert.web.server import listen

    try:
        return listen(port, name)
    except OSError as error:
        place = f"{name}, port {port}" if port else name
        raise click.UsageError(f"cannot listen on {place}: {error.strerror}") from None
