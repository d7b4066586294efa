"""A record behind its lock: chosen, unlocked, locked, and closed when nobody needs it."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from keyed import PASSPHRASE, RECOVERY, keyed, protected
from locked import NAME, serving_locked
from served import Live, started
from starlette.exceptions import HTTPException
from starlette.requests import Request

from hingeexpert.cli import main
from hingeexpert.knowledge import KnowledgeBase, evaluation
from hingeexpert.record import Record
from hingeexpert.record.keys import key_by_recovery, passphrase_file, protection
from hingeexpert.web.door_forms import own_place
from hingeexpert.web.lock_pages import LockPages
from hingeexpert.web.vault import Clock


def ask(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    return client.post(path, data=fields)


def led(answer: httpx.Response) -> str:
    """Return where an answer leads."""
    assert answer.status_code == 303
    return answer.headers["location"]


def twice(passphrase: str) -> dict[str, str]:
    return {"passphrase": passphrase, "again": passphrase}


class Moved:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.usefixtures("light_passphrases")
def test_a_record_is_chosen_and_protected(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    with serving_locked(knowledge, path) as (here, _), window(here) as first:
        assert led(first.get("/")) == "/protect"
        assert first.post("/visits").status_code == 423
        asked = first.get("/protect").text
        assert "Keep it open" in asked
        assert drawn(asked) != drawn(first.get("/protect").text)
        assert "at least 12" in ask(first, "/protect", **twice("short")).text
        assert "not the same" in ask(first, "/protect", passphrase=PASSPHRASE, again="x").text
        assert protection(path) == "new"

        sheet = ask(first, "/protect", **twice(PASSPHRASE)).text
        recovery = "".join(re.findall(r"<span>([A-Z0-9 -]+)</span>", sheet))
        assert recovery.startswith("AGE-SECRET-KEY-1")
        assert led(ask(first, "/protect", **twice("another passphrase"))) == "/"
        visit = led(first.post("/visits"))
        assert ask(first, f"{visit}/who", name="name", value=NAME, seen="").status_code == 200
        assert NAME in first.get("/").text
    assert NAME.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    with closing(Record(path, key_by_recovery(path, recovery))) as record:
        assert [person.name for person in record.people()] == [NAME]


@pytest.mark.usefixtures("light_passphrases")
def test_a_protected_record_is_unlocked_locked_and_recovered(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    protected(tmp_path, visits=0).close()
    path = tmp_path / "record.sqlite"
    with serving_locked(knowledge, path, lock_after=900) as (here, vault), ExitStack() as windows:
        first, other = (windows.enter_context(window(here)) for _ in range(2))
        vault.clock = clock = Moved()
        assert led(ask(first, "/unlock", passphrase=PASSPHRASE)) == "/"
        visit = led(first.post("/visits"))
        assert ask(first, f"{visit}/who", name="name", value=NAME, seen="").status_code == 200
        assert NAME in first.get("/").text

        assert led(other.get(f"{visit}?everything=yes")) == (
            f"/unlock?to={visit.replace('/', '%2F')}%3Feverything%3Dyes"
        )
        wrong = ask(other, "/unlock", passphrase="wrong", to=visit)
        assert (wrong.status_code, "not the passphrase" in wrong.text) == (403, True)
        assert NAME not in wrong.text
        assert led(ask(other, "/unlock", passphrase=PASSPHRASE, to="//evil.example/")) == "/"

        ask(first, "/lock")
        assert led(first.get(visit)).startswith("/unlock")
        assert first.post("/visits").status_code == 423
        assert first.get("/export.zip").status_code == 303
        assert vault.record is not None
        with here.program() as program:
            assert program.get("/api/knowledge").status_code == 200
        clock.now += 800
        assert other.post("/awake").status_code == 204
        clock.now += 800
        assert NAME in other.get(visit).text
        assert evaluation._truths_of.cache_info().currsize > 0
        clock.now += 1000
        paper = other.get(f"{visit}/report.html?again=yes")
        assert paper.headers["refresh"] == f"900; url={visit}/report.html?again=yes"
        clock.now += 21
        assert other.get("/", headers={"HX-Request": "true"}).status_code == 423
        assert other.post("/awake").status_code == 423
        assert (vault.record, vault.router, vault.unlocked) == (None, None, {})
        assert evaluation._truths_of.cache_info().currsize == 0, "no answers stay in memory"

        given = {"recovery": RECOVERY.lower(), **twice("a new passphrase")}
        slip = ask(first, "/recover", **{**given, "recovery": "mistyped"}).text
        assert "slip in it" in slip
        assert 'value="mistyped"' in slip
        assert led(ask(first, "/recover", **given)) == "/"
        assert NAME in first.get("/").text
        ask(first, "/lock")
        assert vault.record is None
        assert NAME.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


@contextmanager
def window(here: Live) -> Iterator[httpx.Client]:
    """Let one more browser in."""
    with here.stranger() as client:
        client.cookies.set(here.settings.cookie, here.let_in())
        yield client


def drawn(page: str) -> str:
    """Return the four words that a page offers."""
    return re.search(r'id="drawn">([a-z]+ [a-z]+ [a-z]+ [a-z]+)<', page)[1]


@pytest.mark.usefixtures("light_passphrases")
def test_a_record_that_is_kept_open_has_no_lock_and_is_protected_later(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    path = tmp_path / "record.sqlite"
    with serving_locked(knowledge, path) as (here, _), here.friend() as friend:
        assert led(ask(friend, "/keep-open")) == "/"
        home = friend.get("/").text
        assert 'href="/protect"' in home
        assert 'id="lock"' not in home
        assert ask(friend, "/lock").status_code == 303
        assert friend.get("/").status_code == 200
        ask(friend, f"{led(friend.post('/visits'))}/who", name="name", value=NAME, seen="")
    with serving_locked(knowledge, path) as (here, _), here.friend() as friend:
        assert NAME in friend.get("/").text
        assert "Keep it open" not in friend.get("/protect").text
        assert "AGE-SECRET-KEY-1" in ask(friend, "/protect", **twice(PASSPHRASE)).text
        home = friend.get("/").text
        assert NAME in home
        assert 'id="lock"' in home
        assert 'href="/protect"' not in home
    files = ("--record", str(path), "--record-passphrase-file", str(phrase_in(tmp_path)))
    with started(tmp_path, *files, "--lock-after", "0", chosen=False) as running:
        with httpx.Client(base_url=running.origin, timeout=120) as client:
            client.get(running.address)
            assert NAME in client.get("/").text
            ask(client, "/lock")
            assert led(client.get("/")) == "/unlock?to=%2F"
        assert NAME not in running.end()


def test_a_browser_that_guesses_keeps_nobody_else_out(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    sessions = [b"one"] * 5 + [b"other"]
    # A thread has a loop of its own, also while a browser of another test has one here.
    with serving_locked(knowledge, keyed(tmp_path)) as (_, vault), ThreadPoolExecutor(1) as thread:
        codes = thread.submit(lambda: asyncio.run(guessed(LockPages(vault), sessions))).result()

    assert codes == [422, 422, 503, 503, 503, 422]


async def guessed(pages: LockPages, sessions: list[bytes]) -> list[int]:
    """Return the codes of tries that begin at the same moment, at a key file that is damaged."""
    passphrase_file(pages.vault.path).write_bytes(b"damaged")
    name = pages.settings.cookie.encode()

    async def guess(session: bytes) -> int:
        request = Request({"type": "http", "headers": [(b"cookie", name + b"=" + session)]})
        try:
            return (await pages.unlock(request, {"passphrase": "a guess"})).status_code
        except HTTPException as error:
            return error.status_code

    return await asyncio.gather(*map(guess, sessions))


def phrase_in(folder: Path) -> Path:
    """Write the passphrase to a file that nobody else can read."""
    file = folder / "phrase.txt"
    file.write_text(PASSPHRASE, encoding="utf-8")
    file.chmod(0o600)
    return file


def test_a_passphrase_file_goes_with_a_protected_record_only(tmp_path: Path) -> None:
    files = ["--record-passphrase-file", str(phrase_in(tmp_path))]
    new, example = (
        CliRunner().invoke(main, ["serve", "--no-browser", *files, *more])
        for more in (["--record", str(tmp_path / "record.sqlite")], ["--example"])
    )

    assert (new.exit_code, example.exit_code) == (1, 2)
    assert "first: hingeexpert record protect" in new.stderr
    assert "--example has a record of its own" in example.stderr


def test_a_record_of_which_nothing_was_chosen_is_asked_for_and_in_use_stays_open(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    path = tmp_path / "record.sqlite"
    with ExitStack() as at_end:
        record = Record(path)
        at_end.callback(record.close)
        _, friend = at_end.enter_context(asked_for(knowledge, path))
        assert led(friend.get("/")) == "/protect"
        refused = ask(friend, "/protect", **twice("four words were noted"), drawn="yes").text
        assert "in use" in refused
        assert drawn(refused) == "four words were noted"
        assert PASSPHRASE not in ask(friend, "/protect", **twice(PASSPHRASE)).text
        assert protection(path) == "open"
        assert led(friend.get("/")) == "/protect"


@contextmanager
def asked_for(knowledge: KnowledgeBase, path: Path) -> Iterator[tuple[Live, httpx.Client]]:
    with serving_locked(knowledge, path) as (here, _), here.friend() as friend:
        yield here, friend


@pytest.mark.parametrize(
    ("to", "place"),
    [
        ("/visits/a-b_c?everything=yes", "/visits/a-b_c?everything=yes"),
        ("/people/x", "/people/x"),
        ("", "/"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("/a?b=c\r\nX: y", "/a"),
    ],
)
def test_it_goes_on_at_a_place_of_this_server_only(to: str, place: str) -> None:
    assert own_place(to) == place


def test_the_clock_runs_while_the_machine_sleeps_and_never_backwards() -> None:
    wall, awake = Moved(), Moved()
    clock = Clock(wall, awake)
    moves: list[Callable[[], None]] = [
        lambda: setattr(wall, "now", 3600.0),
        lambda: (setattr(wall, "now", 0.0), setattr(awake, "now", 5.0)),
    ]

    shown = [(move(), clock())[1] for move in moves]

    assert shown == [3600.0, 3605.0]
