"""The server of a clinic: what it needs, and how a device is let in."""

import gc
import os
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from served import GENEROUS, Live, certificate, live, started
from starlette.requests import HTTPConnection

from hingeexpert.cli import main
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.web.limits import ByAddress
from hingeexpert.web.settings import Lan, ServerLimits

PASSPHRASE = "correct hörse battery"


@pytest.fixture(scope="module")
def lan(tmp_path_factory: pytest.TempPathFactory) -> Lan:
    return Lan("localhost", *certificate(tmp_path_factory.mktemp("lan"), "localhost"), PASSPHRASE)


@pytest.fixture(scope="module")
def clinic(knowledge: KnowledgeBase, lan: Lan) -> Iterator[Live]:
    with live(knowledge, lan=lan) as running:
        yield running


def log_in(client: httpx.Client, passphrase: str) -> httpx.Response:
    return client.post("/login", data={"passphrase": passphrase})


def test_a_device_is_led_to_the_login_and_let_in_with_the_passphrase(clinic: Live) -> None:
    with clinic.stranger() as device:
        assert device.get("/").headers["location"] == "/login"
        assert 'type="password"' in device.get("/login").text
        answer = log_in(device, PASSPHRASE)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert device.get("/").text == "a page"
        assert device.get("/login").headers["location"] == "/"


def test_a_device_that_stays_connected_is_let_go_at_the_end(
    knowledge: KnowledgeBase, lan: Lan
) -> None:
    trusting = ssl.create_default_context(cafile=lan.certificate)
    with live(knowledge, lan=lan) as running:
        plain = socket.create_connection(("localhost", running.settings.port), timeout=60)
        device = trusting.wrap_socket(plain, server_hostname="localhost")
        device.sendall(b"GET /login HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % running.settings.port)
        assert device.recv(8) == b"HTTP/1.1"
    with device:
        gc.collect()  # warns of a connection that nobody closed, which is an error here


def test_the_cookie_goes_over_tls_only_and_to_this_host_only(clinic: Live) -> None:
    with clinic.stranger() as device:
        cookie = log_in(device, PASSPHRASE).headers["set-cookie"].lower()

    assert cookie.startswith("__host-hingeexpert-")
    assert "; secure" in cookie
    assert "; httponly" in cookie
    assert "domain" not in cookie


def test_an_accent_may_be_composed_in_another_way(clinic: Live) -> None:
    with clinic.stranger() as device:
        assert (
            log_in(device, PASSPHRASE.replace("ö", "o\N{COMBINING DIAERESIS}")).status_code == 303
        )


@pytest.mark.parametrize(
    "wrong",
    ["", "x", PASSPHRASE.upper(), PASSPHRASE + " ", "\ud800".encode("utf-8", "replace").decode()],
)
def test_a_wrong_passphrase_is_refused(clinic: Live, wrong: str) -> None:
    with clinic.stranger() as device:
        answer = log_in(device, wrong)

        assert answer.status_code == 403
        assert "not the passphrase" in answer.text
        assert "set-cookie" not in answer.headers
        assert device.get("/").status_code == 303


def test_guessing_is_slowed_and_locks_nobody_out_who_is_in(
    knowledge: KnowledgeBase, lan: Lan
) -> None:
    limits = ServerLimits(attempts=3)
    with (
        live(knowledge, lan=lan, limits=limits) as running,
        running.stranger() as inside,
        running.stranger() as thief,
    ):
        log_in(inside, PASSPHRASE)
        codes = [log_in(thief, f"guess {number}").status_code for number in range(5)]

        assert codes == [403, 403, 403, 429, 429]
        assert log_in(thief, PASSPHRASE).status_code == 429
        assert inside.get("/").status_code == 200
        assert thief.get(running.settings.address).status_code == 303


def test_while_others_guess_from_many_addresses_the_right_passphrase_gets_in(
    knowledge: KnowledgeBase, lan: Lan
) -> None:
    limits = ServerLimits(attempts=3, rate=0.01, burst=8)
    with live(knowledge, lan=lan, limits=limits) as running, running.stranger() as device:
        for number in range(2, 12):
            with elsewhere(running, f"127.0.0.{number}") as thief:
                codes = [log_in(thief, f"guess {number}").status_code for _ in range(9)]
                assert codes == [403] * 3 + [429] * 6

        assert log_in(device, PASSPHRASE).status_code == 303


def elsewhere(running: Live, address: str) -> httpx.Client:
    """Return a stranger who asks from another address."""
    trusting = ssl.create_default_context(cafile=running.settings.lan.certificate)
    way = httpx.HTTPTransport(verify=trusting, local_address=address)
    return httpx.Client(base_url=running.origin, transport=way, timeout=120)


def test_who_mistyped_too_often_waits_a_moment_and_gets_in(
    knowledge: KnowledgeBase, lan: Lan
) -> None:
    limits = ServerLimits(attempts=60)
    with live(knowledge, lan=lan, limits=limits) as running, running.stranger() as device:
        began = time.monotonic()
        wrong = [log_in(device, "wrong").status_code for _ in range(61)]

        assert set(wrong) == {403}
        assert log_in(device, PASSPHRASE).status_code == 303
        assert 0.5 < time.monotonic() - began < 20


def asking(address: str) -> HTTPConnection:
    return HTTPConnection({"type": "http", "headers": [], "client": (address, 1)})


def test_a_house_of_version_6_counts_as_one_address_and_few_are_kept() -> None:
    kept = ByAddress(lambda: object())
    one = kept.of(asking("2001:db8:0:7::1"))

    assert kept.of(asking("2001:db8:0:7:ffff::2")) is one
    assert kept.of(asking("2001:db8:0:8::1")) is not one
    assert kept.of(asking("::ffff:192.0.2.1")) is kept.of(asking("192.0.2.1"))
    assert kept.of(asking("fe80::1%eth0")) is kept.of(asking("fe80::2%eth0"))
    for number in range(3000):
        kept.of(asking(f"10.0.{number // 256}.{number % 256}"))
    assert len(kept.known) == 1000


def test_another_site_cannot_log_a_device_in(clinic: Live) -> None:
    with clinic.stranger(
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    ) as device:
        assert log_in(device, PASSPHRASE).status_code == 403


def test_programs_and_changes_are_not_led_to_the_login(clinic: Live) -> None:
    with clinic.stranger() as device:
        assert device.get("/api/knowledge").status_code == 401
        assert device.post("/").status_code == 403


def test_a_filled_login_is_short(clinic: Live) -> None:
    with clinic.stranger() as device:
        assert log_in(device, "x" * 5000).status_code == 413


def test_only_the_given_name_is_served(clinic: Live) -> None:
    with clinic.stranger() as device:
        assert (
            device.get("/", headers={"Host": f"127.0.0.1:{clinic.settings.port}"}).status_code
            == 400
        )


def test_the_command_serves_a_network(tmp_path: Path, lan: Lan) -> None:
    phrase = phrase_in(tmp_path)
    files = [
        "--passphrase-file",
        str(phrase),
        "--certificate",
        str(lan.certificate),
        "--key",
        str(lan.key),
    ]
    verify = ssl.create_default_context(cafile=lan.certificate)

    with started(tmp_path, "--lan", "localhost", *files) as running:
        assert running.origin.startswith("https://localhost:")
        with httpx.Client(base_url=running.origin, verify=verify) as device:
            assert log_in(device, PASSPHRASE).status_code == 303
            assert device.get("/").status_code == 200
        assert (
            "warning: here localhost means this machine alone; no other device can reach it"
            in running.end()
        )


def test_without_a_network_there_is_no_login(knowledge: KnowledgeBase) -> None:
    with live(knowledge, limits=GENEROUS) as running, running.friend() as friend:
        assert friend.get("/login").status_code == 404


def phrase_in(folder: Path) -> Path:
    """Write the passphrase to a file that nobody else can read."""
    file = folder / "phrase.txt"
    file.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    file.chmod(0o600)
    return file


def refused(*arguments: object) -> str:
    result = CliRunner().invoke(main, ["serve", "--no-browser", *map(str, arguments)])
    assert result.exit_code == 2
    assert result.stdout == ""
    return result.stderr


def test_everything_that_a_network_needs_is_told_in_one_go(tmp_path: Path) -> None:
    short = tmp_path / "short.txt"
    short.write_text("too short\n", encoding="utf-8")

    said = refused("--lan", "0.0.0.0", "--passphrase-file", short, "--key", tmp_path / "none.pem")

    for words in (
        "name one address",
        "--certificate is missing",
        "there is no file",
        "has 9 characters; at least 12",
    ):
        assert words in said


@pytest.mark.parametrize("option", ["--certificate", "--key", "--passphrase-file"])
def test_no_part_of_a_network_goes_without_its_name(option: str, lan: Lan) -> None:
    assert "--lan is missing" in refused(option, lan.certificate)


def test_a_bad_certificate_is_told(tmp_path: Path, lan: Lan) -> None:
    phrase, other = phrase_in(tmp_path), tmp_path / "bad.pem"
    other.write_text("no certificate", encoding="utf-8")
    given = ["--lan", "localhost", "--passphrase-file", phrase]

    assert "cannot be used together" in refused(*given, "--certificate", other, "--key", lan.key)
    _, key = certificate(tmp_path, "other")
    assert "KEY_VALUES_MISMATCH" in refused(*given, "--certificate", lan.certificate, "--key", key)


def test_a_name_that_is_not_of_this_machine_is_told(tmp_path: Path, lan: Lan) -> None:
    phrase = phrase_in(tmp_path)
    files = ["--passphrase-file", phrase, "--certificate", lan.certificate, "--key", lan.key]

    assert "cannot listen on 192.0.2.1" in refused("--lan", "192.0.2.1", *files)
    assert "cannot listen on nowhere.invalid" in refused("--lan", "nowhere.invalid", *files)


@pytest.mark.skipif(os.name != "posix", reason="elsewhere files have no such rights")
def test_secrets_that_others_can_read_are_refused(tmp_path: Path, lan: Lan) -> None:
    phrase, key = phrase_in(tmp_path), tmp_path / "read.pem"
    key.write_bytes(lan.key.read_bytes())
    phrase.chmod(0o640)
    key.chmod(0o604)

    said = refused(
        *("--lan", "localhost", "--certificate", lan.certificate),
        *("--key", key, "--passphrase-file", phrase),
    )

    for file, mode in ((phrase, "0640"), (key, "0604")):
        assert f"{file} can be read or written by others on this machine (mode {mode})" in said
        assert f"chmod 600 {file}" in said
