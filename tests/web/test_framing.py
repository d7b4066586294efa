"""Where one request ends and the next begins: what could be read in two ways is not read at all."""

import socket
from collections.abc import Iterator

import pytest
from served import Live, live

from hingeexpert.knowledge import KnowledgeBase

SMUGGLED = "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n"
POST = "POST / HTTP/1.1\r\nHost: HOST\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"


@pytest.fixture(scope="module")
def here(knowledge: KnowledgeBase) -> Iterator[Live]:
    with live(knowledge) as running:
        yield running


def answers(here: Live, request: str) -> list[bytes]:
    """Return the status of everything that is answered until the server closes."""
    sent = request.replace("HOST", here.settings.hosts[0]).encode()
    with socket.create_connection(("127.0.0.1", here.settings.port), timeout=60) as connection:
        connection.sendall(sent)
        heard = b"".join(iter(lambda: connection.recv(65536), b""))
    return [part[:3] for part in heard.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize(
    "head",
    [
        f"{POST}Content-Length: 5\r\n{CHUNKED}\r\n0\r\n\r\n",
        f"{POST}{CHUNKED}Content-Length: 5\r\n\r\n0\r\n\r\n",
        f"{POST}{CHUNKED}content-LENGTH: 0\r\n\r\n0\r\n\r\n",
        f"{POST}Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
        f"{POST}Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
        f"{POST}Content-Length: 0, 0\r\n\r\n",
        f"{POST}Content-Length: +0\r\n\r\n",
        f"{POST}Content-Length : 0\r\n\r\n",
        f"{POST}{CHUNKED}{CHUNKED}\r\n0\r\n\r\n",
        f"{POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        f"{POST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        f"{POST}X: a\r\n\tb\r\n\r\n",
        f"{POST}X: a\nContent-Length: 0\r\n\r\n",
        f"{POST}X: a\r\n\n",
        f"{POST}X: a\rContent-Length: 0\r\n\r\n",
        f"{POST.replace('1.1', '1.0')}{CHUNKED}\r\n0\r\n\r\n",
        f"{POST}{CHUNKED}\r\n1;a\nb\r\nx\r\n0\r\n\r\n",
        f"{POST}{CHUNKED}\r\n1\nx\r\n0\r\n\r\n",
        f"{POST}{CHUNKED}\r\n0x1\r\nx\r\n0\r\n\r\n",
        f"{POST}{CHUNKED}\r\n1\r\nxy\r\n0\r\n\r\n",
        f"{POST}{CHUNKED}\r\n0\r\nX: a\r\n\r\n",
    ],
)  # fmt: skip
def test_what_ends_in_two_places_is_refused_and_nothing_behind_it_is_read(
    here: Live, head: str
) -> None:
    assert answers(here, head + SMUGGLED) == [b"400"]


def test_one_length_and_one_request_behind_another_are_read(here: Live) -> None:
    last = SMUGGLED.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")

    assert answers(here, f"{POST}Content-Length: 1\r\n\r\nx{last}") == [b"403", b"403"]
    assert answers(here, f"{POST}{CHUNKED}\r\n1;a=b\r\nx\r\n0\r\n\r\n{last}") == [b"403", b"403"]
