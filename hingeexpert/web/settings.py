"""What a running server is made of: its rules, its names, its secrets and its limits.

It holds values and does nothing.
"""

import ipaddress
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hingeexpert.knowledge import KnowledgeBase

THIS_MACHINE = "127.0.0.1"
LOCK_AFTER = 15 * 60
"""Seconds."""
FHIR = "/fhir/"
"""Below this path of a server that was told so paths are for programs of FHIR."""
CDS = "/cds/"
"""Below this path are the cards for the records of hospitals."""
PATH = re.compile(rf"(?:/[\w~-]+(?:\.[\w~-]+)*)*/?|{FHIR}QuestionnaireResponse/\$extract", re.ASCII)
"""Paths of this server: no empty part, no part that begins or ends with a dot; and one that FHIR
names.
"""
READING = ("GET", "HEAD")
"""How a page is asked for, without a change of anything."""
OWN_PORT = {"http": 80, "https": 443}
"""Ports that a browser leaves out of an address."""


@dataclass(frozen=True)
class ServerLimits:
    """What the server takes before it refuses.

    Attributes:
        bytes: Longest body of a request.
        seconds: Longest time that a body may take to arrive.
        idle: Seconds that a connection may stay open with nothing asked; the lines before a body
            may take twice as long.
        at_once: Most requests at work at the same time, of strangers at one address, and of those
            who are let in.
        rate: Requests a second, over time; of both, each.
        burst: Requests that may come at one moment.
        attempts: Wrong tokens, and wrong passphrases from one address, a minute.
    """

    bytes: int = 1_048_576
    seconds: float = 10
    idle: int = 5
    at_once: int = 64
    rate: float = 100
    burst: int = 300
    attempts: int = 10


@dataclass(frozen=True)
class Lan:
    """What serving other devices needs.

    Attributes:
        name: Name or address that the server has in the network.
        certificate: File in PEM format, with the chain.
        key: File in PEM format, without a password.
        passphrase: What lets a device in.
    """

    name: str
    certificate: Path
    key: Path
    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class CdsDoor:
    """What the records of hospitals need to ask for cards.

    Attributes:
        origins: Whose pages may ask, such as `https://ehr.example`; a program needs none.
        token: The secret in the address of the door; it opens nothing else.
    """

    origins: tuple[str, ...] = ()
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)


@dataclass(frozen=True, eq=False)
class Settings:
    """One server.

    Attributes:
        port: The port that it listens on.
        tell: Takes one line for the person who started the server.
        templates: Folder whose templates replace shipped ones.
        lan: `None` for a server of this machine only.
        start: Path of the page that a browser sees first. Never what a request asks for.
        lock_after: Seconds without a press after which a browser has to unlock a protected record
            again, 0 for never.
        fhir: Whether programs of FHIR may ask.
        cds: The door for the records of hospitals; `None` where there is none.
        author: Whether rules are written here, and nothing else is served.
        token: The secret in the address that is printed at the start, and of programs.
    """

    knowledge: KnowledgeBase
    port: int
    tell: Callable[[str], None]
    templates: Path | None = None
    lan: Lan | None = None
    start: str = "/"
    lock_after: float = LOCK_AFTER
    limits: ServerLimits = ServerLimits()
    fhir: bool = False
    cds: CdsDoor | None = None
    author: bool = False
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def scheme(self) -> str:
        """Return `https` for a network, else `http`."""
        return "http" if self.lan is None else "https"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return every `Host` that a request may name, the usual one first."""
        names = (
            (THIS_MACHINE, "localhost")
            if self.lan is None
            else (_bracketed(self.lan.name.lower()),)
        )
        with_port = tuple(f"{name}:{self.port}" for name in names)
        return (*names, *with_port) if self.port == OWN_PORT[self.scheme] else with_port

    @property
    def cookie(self) -> str:
        """Return the name of the cookie.

        Browsers share cookies between the ports of a host, so it tells them apart.
        """
        name = f"hingeexpert-{self.port}"
        return name if self.lan is None else f"__Host-{name}"

    @property
    def origin(self) -> str:
        """Return where the server is found, such as `http://127.0.0.1:8765`."""
        return f"{self.scheme}://{self.hosts[0]}"

    def is_of_fhir(self, path: str) -> bool:
        """Whether a path is for programs of FHIR."""
        return self.fhir and path.startswith(FHIR)

    @property
    def address(self) -> str:
        """Return the address that lets a browser in, once."""
        return f"{self.origin}/open?token={self.token}"

    @property
    def cds_address(self) -> str:
        """Return the base address of the door for the records of hospitals."""
        assert self.cds is not None
        return f"{self.origin}{CDS}{self.cds.token}"


def _bracketed(name: str) -> str:
    """Put brackets around an address of version 6, as a URL has it."""
    try:
        return f"[{name}]" if ipaddress.ip_address(name).version == 6 else name
    except ValueError:
        return name
