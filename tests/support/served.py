"""A real server for the tests: in a thread of this process with settings of its own, or the command
as a user starts it.
"""

import asyncio
import os
import re
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.web.access import Access
from hingeexpert.web.server import listen, serve, server
from hingeexpert.web.settings import ServerLimits, Settings

GENEROUS = ServerLimits(rate=100_000, burst=100_000, attempts=100_000)
"""ServerLimits that no test but those of the limits comes near."""
PAGE = (Route("/", PlainTextResponse("a page")),)


@cache
def usual_trust() -> ssl.SSLContext:
    """Return whom any client trusts; read once, as every client would read all certificates."""
    return ssl.create_default_context()


@dataclass
class Live:
    """A server that runs."""

    settings: Settings
    access: Access
    told: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return self.settings.origin

    def stranger(self, **more: Any) -> httpx.Client:
        lan = self.settings.lan
        alone = lan and ssl.create_default_context(cafile=lan.certificate)
        verify = alone or usual_trust()
        return httpx.Client(base_url=self.origin, verify=verify, timeout=120, **more)

    def program(self) -> httpx.Client:
        return self.stranger(headers={"Authorization": f"Bearer {self.settings.token}"})

    def let_in(self) -> str:
        """Return the cookie of one more browser."""
        session = secrets.token_urlsafe(32)
        self.access.sessions.append(session)
        return session

    @contextmanager
    def friend(self, **more: Any) -> Iterator[httpx.Client]:
        with self.stranger(**more) as client:
            assert client.get(self.settings.address).status_code == 303
            yield client


@contextmanager
def live(
    knowledge: KnowledgeBase,
    routes: Sequence[BaseRoute] | Callable[[Settings], Sequence[BaseRoute]] = PAGE,
    **more: Any,
) -> Iterator[Live]:
    """Serve on a free port until the block ends."""
    told: list[str] = []
    with listen(0) as listening:
        settings = Settings(
            knowledge, listening.getsockname()[1], told.append, **{"limits": GENEROUS, **more}
        )
        running = server(settings, routes(settings) if callable(routes) else routes)
        thread = threading.Thread(target=lambda: asyncio.run(serve(running, settings, listening)))
        thread.start()
        try:
            yield Live(settings, running.config.app.access, told)
        finally:
            running.should_exit = True
            thread.join()


@dataclass
class Started:
    """The command, started."""

    process: subprocess.Popen[str]
    address: str
    errors: Path

    @property
    def origin(self) -> str:
        return self.address.partition("/open")[0]

    @property
    def port(self) -> int:
        return int(self.origin.rpartition(":")[2])

    @property
    def token(self) -> str:
        return self.address.partition("token=")[2]

    def end(self, by: signal.Signals = signal.SIGINT) -> str:
        """Ask it to end, check that it does so well, and return what it wrote to standard error."""
        self.process.send_signal(by)
        assert self.process.wait(timeout=120) == 0
        return self.errors.read_text(encoding="utf-8")


def _free_port() -> int:
    """Return a port that no other test takes meanwhile, as the usual one may be: a server that is
    started again listens where it did.
    """
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def started(folder: Path, *arguments: str, chosen: bool = True) -> Iterator[Started]:
    """Start `hingeexpert serve` on a free port until the block ends, where that was chosen with a
    record that is kept open.
    """
    if chosen and "--example" not in arguments:
        _keep_open(folder, *arguments)
    command = [
        sys.executable,
        "-m",
        "hingeexpert",
        "serve",
        "--port",
        str(_free_port()),
        "--no-browser",
        *arguments,
    ]
    errors = folder / "stderr.txt"
    environment = {**os.environ, "XDG_DATA_HOME": str(folder), "HOME": str(folder)}
    with (
        errors.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=file, text=True, env=environment
        ) as process,
    ):
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert re.fullmatch(r"https?://[^/]+:\d+/open\?token=[\w-]{43}", address), (
                errors.read_text(encoding="utf-8")
            )
            yield Started(process, address, errors)
        finally:
            process.kill()


def _keep_open(folder: Path, *arguments: str) -> None:
    """Choose for the record that the command will open that it is kept open."""
    usual = folder / "hingeexpert" / "record.sqlite"
    path = Path(arguments[arguments.index("--record") + 1]) if "--record" in arguments else usual
    with closing(Record(path)) as record:
        record.choose("protection", "open")


def certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """Make a certificate for these names, and its key."""
    paths = folder / "cert.pem", folder / "key.pem"
    alternatives = ",".join(f"DNS:{name}" for name in names)
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=test",
    ]
    command += [
        "-addext",
        f"subjectAltName={alternatives}",
        "-out",
        str(paths[0]),
        "-keyout",
        str(paths[1]),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return paths
