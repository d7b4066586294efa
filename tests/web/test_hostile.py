"""Hostile clients against the command as a user starts it."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from served import Started, started

MARKER = "Zebulon Quizzleworth"
LARGE = 50 * 1024 * 1024


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Started]:
    """Return a server of one test, which may end it."""
    with started(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Return one server for all tests that leave it running."""
    with started(tmp_path_factory.mktemp("serve")) as running:
        yield running


def raw(port: int, request: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(request.encode())
        return connection.recv(65536)


def test_it_listens_on_this_machine_only(shared: Started) -> None:
    listening = [
        item.laddr
        for item in psutil.Process(shared.process.pid).net_connections()
        if item.status == psutil.CONN_LISTEN
    ]

    assert listening == [("127.0.0.1", shared.port)]


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_asked_also_with_a_connection_open(here: Started, by: signal.Signals) -> None:
    with socket.create_connection(("127.0.0.1", here.port)), httpx.Client(timeout=120) as client:
        client.get(here.address)

        assert here.end(by).splitlines() == ["Ctrl-C ends the server.", "The server has ended."]


def test_a_port_that_is_taken_is_told(shared: Started, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "hingeexpert",
        "serve",
        "--no-browser",
        "--port",
        str(shared.port),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stdout == ""
    assert f"cannot listen on 127.0.0.1, port {shared.port}: Address already in use" in done.stderr


def test_the_token_is_never_written_again(here: Started) -> None:
    with httpx.Client(base_url=here.origin, timeout=120) as client:
        client.get(here.address)
        client.get(here.address)
        client.get("/api/knowledge", headers={"Authorization": f"Bearer {here.token}"})

    assert here.token not in here.end()


def test_nothing_that_was_sent_is_written_to_standard_error(here: Started) -> None:
    head = {"Authorization": f"Bearer {here.token}", "Content-Type": "application/json"}
    bodies = [
        json.dumps({"patient": {"name": MARKER}, "stick": {"sacrum": MARKER}}),
        json.dumps({"patient": {"name": MARKER}}),
        json.dumps({MARKER: MARKER}),
        f"{{{MARKER}",
        MARKER * 100_000,
    ]
    with httpx.Client(base_url=here.origin, timeout=120) as client:
        codes = [
            client.post("/api/diagnose", content=body, headers=head).status_code for body in bodies
        ]
        client.get(f"/{MARKER}", params={"name": MARKER}, headers={"X-Name": MARKER})
    raw(here.port, f"{MARKER} / HTTP/1.1\r\n\r\n")
    raw(here.port, f"POST /login HTTP/1.1\r\nHost: {MARKER}\r\nContent-Length: 3\r\n\r\n{MARKER}")

    assert codes == [422, 200, 422, 422, 413]
    assert MARKER.split()[0] not in here.end()


def test_a_body_of_50_megabytes_is_refused_and_not_kept(shared: Started) -> None:
    before = psutil.Process(shared.process.pid).memory_info().rss
    head = {"Authorization": f"Bearer {shared.token}", "Content-Type": "application/json"}
    chunks = [b"x" * 65536] * (LARGE // 65536)
    with httpx.Client(base_url=shared.origin, timeout=120) as client:
        declared = client.post("/api/diagnose", content=b"x" * LARGE, headers=head)
        counted = client.post("/api/diagnose", content=iter(chunks), headers=head)

        assert declared.status_code == counted.status_code == 413
        assert client.post("/api/diagnose", json={}, headers=head).status_code == 200
    assert psutil.Process(shared.process.pid).memory_info().rss - before < LARGE / 2


def test_a_thousand_at_once_are_all_answered(here: Started) -> None:
    lines = (
        "GET /api/knowledge HTTP/1.1",
        f"Host: 127.0.0.1:{here.port}",
        "Connection: close",
        "\r\n",
    )
    request = "\r\n".join(lines).encode()

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return answer.split()[1]

    async def all_of_them() -> list[bytes]:
        return await asyncio.gather(*(ask() for _ in range(1000)))

    with ThreadPoolExecutor(
        1
    ) as own_loop:  # a browser test of the same process leaves a running loop in this thread
        codes = Counter(own_loop.submit(lambda: asyncio.run(all_of_them())).result())

    assert codes.keys() == {b"401", b"429"}
    with httpx.Client(
        base_url=here.origin, timeout=120, headers={"Authorization": f"Bearer {here.token}"}
    ) as program:
        assert program.get("/api/knowledge").status_code == 200
    assert "Traceback" not in here.end()


@pytest.mark.parametrize(
    "request_",
    [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: HOST\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: HOST\r\nX-Long: " + "x" * 70_000 + "\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        (
            "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: "
            "chunked\r\n\r\n0\r\n\r\n"
        ),
        "POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        (
            "GET / HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: "
            "websocket\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ),
        "GET /%ff%fe HTTP/1.1\r\nHost: HOST\r\nCookie: \x01=\x02; ;;=; hingeexpert-8765\r\n\r\n",
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: HOST\r\n\r\n",
    ],
)
def test_requests_that_are_no_requests_get_a_refusal(shared: Started, request_: str) -> None:
    answer = raw(shared.port, request_.replace("HOST", f"127.0.0.1:{shared.port}"))

    assert answer[9:12] in (b"400", b"403", b"404", b"405")
    assert "error" not in shared.errors.read_text(encoding="utf-8").lower()
