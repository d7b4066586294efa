"""The command `serve`."""

import socket
import threading
import webbrowser
from functools import partial
from pathlib import Path

import click

from hingeexpert.cli.common import ExampleFirst, knowledge_options, load, template_options


@click.command(cls=ExampleFirst, example="hingeexpert serve")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port to listen on.  [default: 8765, or any free one]")
@click.option("--no-browser", is_flag=True, help="Print the address only, and open no browser.")
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="File that keeps the visits.")
@knowledge_options
@template_options
def serve(port: int | None, no_browser: bool, record: Path | None, rules: Path, templates: Path | None) -> None:
    """Serve pages and an interface for other programs, to this machine only.

    The first line printed is the address; it works once, in one browser. Ctrl-C ends the server.
    """
    from hingeexpert.web.site import page_routes
    from hingeexpert.web.server import run
    from hingeexpert.web.settings import Settings

    knowledge, listening = load(rules), _listening(port)
    settings = Settings(knowledge, listening.getsockname()[1], partial(click.echo, err=True), templates)
    click.echo(settings.address)
    if not no_browser:
        threading.Thread(target=webbrowser.open, args=(settings.address,), daemon=True).start()
    click.echo("Ctrl-C ends the server.", err=True)
    run(settings, listening, page_routes(settings, record))
    click.echo("The server has ended.", err=True)


def _listening(port: int | None) -> socket.socket:
    from hingeexpert.web.server import listen

    try:
        return listen(port)
    except OSError as error:
        raise click.BadParameter(f"cannot listen on port {port}: {error.strerror}", param_hint="--port") from None
