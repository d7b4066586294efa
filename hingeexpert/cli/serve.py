"""The command `serve`, and its options for the devices of a clinic.

All of these are needed, and checked in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.author_option import author_option, author_pages, check_author
from hingeexpert.cli.cds_options import cds_options
from hingeexpert.cli.options import (
    ExampleFirst,
    knowledge_options,
    load,
    run_for_long,
    template_options,
)
from hingeexpert.cli.secret_file import secret_slips
from hingeexpert.cli.served_record import ServedRecord, record_options
from hingeexpert.formats.extras import needs
from hingeexpert.formats.files import DEMO

if TYPE_CHECKING:
    import socket

    from hingeexpert.knowledge import KnowledgeBase
    from hingeexpert.record import Record
    from hingeexpert.web.settings import CdsDoor, Lan, Settings

FILE = click.Path(dir_okay=False, path_type=Path)
LEAST_PASSPHRASE = 12
"""Characters."""
FOR_A_WHILE = (
    "This is an example, apart from your record; all of it is removed when the server ends."
)


def lan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; a command gets them as keywords for `read_lan`."""
    for option in reversed(
        (
            click.option(
                "--lan",
                default=None,
                metavar="NAME",
                help="Serve other devices too, under this name or address of this machine.",
            ),
            click.option(
                "--certificate",
                type=FILE,
                default=None,
                help="Certificate of that name, PEM (with --lan).",
            ),
            click.option(
                "--key",
                type=FILE,
                default=None,
                help="Its key, PEM, without a password (with --lan).",
            ),
            click.option(
                "--passphrase-file",
                type=FILE,
                default=None,
                help="File with what lets a device in (with --lan).",
            ),
        )
    ):
        command = option(command)
    return command


def read_lan(
    lan: str | None, certificate: Path | None, key: Path | None, passphrase_file: Path | None
) -> Lan | None:
    """Return what serving a network needs, or `None` where it is not asked for.

    Raises:
        click.UsageError: With everything that is missing or cannot be used.
    """
    if not (lan or certificate or key or passphrase_file):
        return None
    from hingeexpert.web.settings import Lan

    slips = [
        *_name_slips(lan),
        *_certificate_slips(certificate, key),
        *_passphrase_slips(passphrase_file),
    ]
    if slips or not (lan and certificate and key and passphrase_file):
        raise click.UsageError(
            "a network cannot be served:\n" + "\n".join(f"  - {slip}" for slip in slips)
        )
    return Lan(lan, certificate, key, _passphrase(passphrase_file))


def _name_slips(name: str | None) -> Iterator[str]:
    if not name:
        yield "--lan is missing: the name or address of this machine that other devices open"
    elif _is_unspecified(name):
        yield "--lan: name one address, not all of them"


def _is_unspecified(name: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(name).is_unspecified
    except ValueError:
        return name == "*"


def _certificate_slips(certificate: Path | None, key: Path | None) -> Iterator[str]:
    missing = [
        option for option, path in (("--certificate", certificate), ("--key", key)) if path is None
    ]
    yield from (f"{option} is missing" for option in missing)
    unread = [path for path in (certificate, key) if path is not None and not path.is_file()]
    yield from (f"there is no file {path}" for path in unread)
    if key is not None and key not in unread:
        yield from secret_slips(key)
    if certificate is not None and key is not None and not unread:
        yield from _unfit_slips(certificate, key)


def _unfit_slips(certificate: Path, key: Path) -> Iterator[str]:
    """Yield why a certificate cannot be used with a key."""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            certificate, key, password=lambda: ""
        )
    except OSError as error:
        not_said = "not PEM, or a key with a password"
        reason = getattr(error, "reason", None) or error.strerror or not_said
        yield f"{certificate} and {key} cannot be used together: {reason}"


def _passphrase_slips(path: Path | None) -> Iterator[str]:
    if path is None:
        yield "--passphrase-file is missing"
        return
    try:
        yield from secret_slips(path)
        length = len(_passphrase(path))
    except OSError as error:
        yield f"{path} cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        yield f"{path} is not UTF-8 text"
    else:
        if length < LEAST_PASSPHRASE:
            yield (
                f"the passphrase in {path} has {length} characters; at least {LEAST_PASSPHRASE} "
                "are needed"
            )


def _passphrase(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig").strip()


def _serve_author(
    port: int | None, rules: Path, templates: Path | None, no_browser: bool, **_: object
) -> None:
    """Serve the page on which rules are written, to this machine, and no record."""
    from hingeexpert.web.server import run
    from hingeexpert.web.settings import THIS_MACHINE, Settings

    check_author()
    needs("proofs")
    knowledge, routes = author_pages(rules, templates)
    with _listening(port, THIS_MACHINE) as listening:
        own_port = listening.getsockname()[1]
        settings = Settings(knowledge, own_port, _tell, templates, author=True)
        _begin(settings, listening, with_browser=not no_browser, example=False)
        run(settings, listening, routes)
    click.echo("The server has ended.", err=True)


@click.command(
    cls=ExampleFirst,
    example=(
        "hingeexpert serve\n"
        "hingeexpert serve --example\n"
        "hingeexpert serve --lan clinic.lan --certificate cert.pem --key key.pem "
        "--passphrase-file passphrase.txt"
    ),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=None,
    help="Port to listen on.  [default: 8765, or any free one]",
)
@click.option("--no-browser", is_flag=True, help="Print the address only, and open no browser.")
@record_options
@click.option(
    "--example", is_flag=True, help="Show a filled visit, in a record that is removed at the end."
)
@click.option(
    "--clinic", type=FILE, help="File with name, phone and logo of the clinic, for the handouts."
)
@click.option(
    "--fhir",
    is_flag=True,
    help="Let programs of FHIR ask, with the token: see docs/interop/fhir.md.",
)
@author_option(_serve_author)
@cds_options
@lan_options
@knowledge_options
@template_options
def serve(
    port: int | None,
    no_browser: bool,
    kept: ServedRecord,
    example: bool,
    clinic: Path | None,
    fhir: bool,
    door: CdsDoor | None,
    rules: Path,
    templates: Path | None,
    **lan: str | Path | None,
) -> None:
    """Serve pages and an interface for other programs, to this machine only or, with --lan, to the
    devices of a clinic.

    The first line printed is the address; it works once, in one browser. With --cds the second is
    the base address for records of hospitals. Ctrl-C ends the server.
    """
    from hingeexpert.handout.clinic import read_clinic
    from hingeexpert.web.application import page_routes
    from hingeexpert.web.server import run
    from hingeexpert.web.settings import THIS_MACHINE, Settings

    network = read_lan(**lan)  # type: ignore[arg-type]
    knowledge = load(rules)
    form = _example(rules, kept) if example else None
    of_clinic = read_clinic(clinic) if clinic else (None, None)
    listening = _listening(port, network.name if network else THIS_MACHINE)
    with listening, _shown(knowledge, form) as (shown, start), ExitStack() as at_end:
        own_port, lock = listening.getsockname()[1], kept.minutes * 60
        settings = Settings(
            knowledge, own_port, _tell, templates, network, start, lock, fhir=fhir, cds=door
        )
        if shown is None:
            routes = kept.routes(settings, of_clinic, at_end)
        else:
            routes = page_routes(settings, shown, of_clinic)
        _begin(settings, listening, with_browser=not no_browser, example=example)
        run(settings, listening, routes)
    click.echo("The server has ended.", err=True)


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _listening(port: int | None, name: str) -> socket.socket:
    from hingeexpert.web.server import listen

    try:
        return listen(port, name)
    except OSError as error:
        place = f"{name}, port {port}" if port else name
        raise click.UsageError(f"cannot listen on {place}: {error.strerror}") from None


def _example(rules: Path, kept: ServedRecord) -> Path:
    """Return the form of the example, which goes with no record of the user's."""
    form = rules / DEMO
    kept.check_unnamed()
    if not form.is_file():
        raise click.UsageError(f"--example needs a filled form; there is none at {form}")
    return form


@contextmanager
def _shown(knowledge: KnowledgeBase, form: Path | None) -> Iterator[tuple[Record | None, str]]:
    """Yield a new record with the visit of a form, if there is one, and the path of the page to
    begin on. It is removed at the end.
    """
    from tempfile import TemporaryDirectory

    from hingeexpert.forms import read_form
    from hingeexpert.intake import Intake
    from hingeexpert.record import Record

    if form is None:
        yield None, "/"
        return
    assessment = read_form(knowledge, form)
    with (
        TemporaryDirectory(prefix="hingeexpert-example-") as folder,
        closing(Record(Path(folder) / "record.sqlite")) as shown,
    ):
        yield shown, f"/visits/{Intake(knowledge, shown).take(assessment)}"


def _begin(
    settings: Settings, listening: socket.socket, *, with_browser: bool, example: bool
) -> None:
    """Print the address, open it in a browser, and say who else can come in, and for how long."""
    click.echo(settings.address)
    if settings.cds:
        click.echo(f"{settings.cds_address}  (base address of CDS Hooks)")
    if with_browser:
        _open_browser(settings.address)
    if settings.lan:
        _tell_who_reaches_it(listening, settings)
    if settings.fhir:
        click.echo(f"Programs of FHIR ask {settings.origin}/fhir, with the token.", err=True)
    if example:
        click.echo(FOR_A_WHILE, err=True)
    click.echo("Ctrl-C ends the server.", err=True)
    run_for_long()


def _open_browser(address: str) -> None:
    """Open a page beside the server, which must not wait for the browser to start."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _tell_who_reaches_it(listening: socket.socket, settings: Settings) -> None:
    """Say how the devices of a clinic come in, or that none can."""
    import ipaddress

    assert settings.lan is not None
    if ipaddress.ip_address(listening.getsockname()[0]).is_loopback:
        warning = f"here {settings.lan.name} means this machine alone; no other device can reach it"
        click.echo(f"warning: {warning}", err=True)
    else:
        click.echo(f"Other devices open {settings.origin} and type the passphrase.", err=True)
