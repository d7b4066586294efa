"""The record of the app on its device, in a real browser: kept whole or not at all, sealed, and
opened as nothing but what was kept.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from folders import ROOT, SUPPORT
from hosted import hosted
from keyed import KEYS, MARK, PASSPHRASE, RECOVERY
from playwright.sync_api import Browser, Worker

from hingeexpert.record import sealed

SCRIPTS = (
    "age.min.js",
    "worker/database.js",
    "worker/sealing.js",
    "worker/store.js",
    "worker/age.js",
)
KEY, OTHER = "ab" * 32, "cd" * 32
LONG = f"{MARK}, " * 1000
"""More than two blocks."""
KEPT = {"sealed": KEY, "open": ""}
BEGIN = """
const [key, how, text] = given;
await store.begin(key, how);
write(text, 0);
store.files.set("passphrase", bytesFrom("wrapped"));
await store.keep();
"""
OPEN = """
const [by, content, secret] = given;
const opened = await ageKeys[`open_by_${by}`](bytesFrom(content), secret);
return typeof opened === "string" ? [opened] : lettersOf(opened);
"""
Asked = Callable[..., Any]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    scripts = [ROOT / "reports" / "web" / "app" / name for name in SCRIPTS]
    scripts.append(SUPPORT / "store_steps.js")
    worker = b"\n".join(script.read_bytes() for script in scripts)
    with hosted({"worker.js": worker}) as found:
        yield found


@pytest.fixture
def worker(browser: Browser, address: str) -> Iterator[Worker]:
    """Lend a worker in a browser in which nothing is kept."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    with page.expect_worker() as started:
        page.evaluate("window.worker = new Worker('worker.js')")
    yield started.value
    context.close()


@pytest.fixture
def ask(worker: Worker) -> Asked:
    """Return what evaluates a few lines in the worker, with what they are given."""

    def asked(lines: str, *given: object) -> Any:
        return worker.evaluate(f"async (given) => {{ {lines} }}", list(given))

    return asked


def begun(ask: Asked, how: str, text: str = LONG) -> None:
    """Keep a new record with some text."""
    ask(BEGIN, KEPT[how], how, text)


def loaded(ask: Asked, key: str) -> tuple[str, str]:
    """Return how a record is found to be, and what it holds, as after a new start."""
    word, text = ask(
        "fresh(); const word = await store.load(given[0]); return [word, whole()];", key
    )
    return word, text


@pytest.mark.parametrize("how", KEPT)
def test_a_record_is_read_as_it_was_kept(ask: Asked, how: str) -> None:
    begun(ask, how)
    assert ask("return await store.standing()") == {"record": how}
    assert loaded(ask, KEPT[how]) == ("whole", LONG)
    ask("write('later', 4094); store.resize(5000); await store.keep();")
    shorter = (LONG[:4094] + "later" + LONG[4099:])[:5000]
    assert loaded(ask, KEPT[how]) == ("whole", shorter)
    ask("store.resize(9000); write('end', 20000); await store.keep();")
    assert loaded(ask, KEPT[how]) == ("whole", shorter.ljust(20000, "\0") + "end")
    assert ask("return lettersOf(await store.keyFile('passphrase'))") == "wrapped"


def test_what_is_sealed_is_in_no_byte_that_is_kept(ask: Asked) -> None:
    begun(ask, "open")
    assert MARK in ask("return await everything()")
    ask("await store.reseal(given[0]); await store.keep();", KEY)
    assert MARK not in ask("return await everything()")
    assert loaded(ask, KEY) == ("whole", LONG)
    assert loaded(ask, "")[0] == "wrong"


@pytest.mark.parametrize("when", ["at once", "in the middle", "at the end", "nothing taken"])
@pytest.mark.parametrize("how", KEPT)
def test_a_keep_that_fails_changes_nothing(ask: Asked, how: str, when: str) -> None:
    begun(ask, how)
    before = ask("return await everything()")
    change = "write('never', 4000); store.resize(6000);"
    change += "store.files.set('recovery', bytesFrom('x'));"
    ask(change)
    assert ask("fail(given[0]); return await failure(() => store.keep());", when)
    assert ask("return await everything()") == before
    ask("store.putBack();")
    assert ask("return [await store.load(given[0]), whole()]", KEPT[how]) == ["whole", LONG]
    ask(f"{change} await store.keep();")
    assert loaded(ask, KEPT[how])[1] == (LONG[:4000] + "never" + LONG[4005:])[:6000]


def test_a_database_that_was_closed_is_opened_again(ask: Asked) -> None:
    begun(ask, "open", "first")
    ask("write('later', 0); closeDatabase(); await store.keep();")
    assert loaded(ask, "") == ("whole", "later")


@pytest.mark.parametrize("what", ["reseal", "begin", "forget"])
def test_the_old_record_stands_until_the_new_one_does(ask: Asked, what: str) -> None:
    begun(ask, "open")
    changes = {
        "reseal": f"await store.reseal('{KEY}');",
        "begin": f"await store.begin('{KEY}', 'sealed'); write('new', 0);",
        "forget": "await store.forget();",
    }
    ask(f"{changes[what]} fail('at the end'); await failure(() => store.keep());")
    assert loaded(ask, "") == ("whole", LONG)
    ask(f"{changes[what]} await store.keep();")
    key_file = ask("return await store.keyFile('passphrase')")
    if what == "forget":
        assert ask("return await store.standing()") == {"record": "none"}
        assert not key_file
    else:
        assert loaded(ask, KEY) == ("whole", LONG if what == "reseal" else "new")
        assert bool(key_file) is (what == "reseal")


@pytest.mark.parametrize(
    "change", ["write('early', 0);", "await store.forget();", "await store.begin('', 'open');"]
)
def test_a_late_writer_is_told_and_changes_nothing(ask: Asked, change: str) -> None:
    begun(ask, "open")
    ask(f"globalThis.late = store; fresh(); await store.load(''); {change} await store.keep();")
    before = ask("return await everything()")
    late = "late.write(bytesFrom('late'), 0); return await failure(() => late.keep());"
    assert ask(late) == "stale"
    assert ask("return await everything()") == before


UNSEEN = {"a byte changed", "of another place"}
"""What only sealing notices."""
DAMAGES = {*UNSEEN, "cut", "gone", "no block", "fewer said"}


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_what_is_not_as_it_was_kept_is_damaged(ask: Asked, damage: str, number: int) -> None:
    for how, key in KEPT.items():
        begun(ask, how)
        ask("await meddle(damages[given[0]], given[1]);", damage, number)
        expected = "whole" if how == "open" and damage in UNSEEN else "damaged"
        assert loaded(ask, key)[0] == expected, how
        ask("await store.forget(); await store.keep();")


def test_a_block_of_an_older_state_is_damage(ask: Asked) -> None:
    begun(ask, "sealed")
    ask("await meddle(({ block }) => { globalThis.older = block; });")
    ask("write('newer', 0); await store.keep();")
    ask("await meddle(damages.older);")
    assert loaded(ask, KEY) == ("damaged", "")


def test_another_key_is_wrong(ask: Asked) -> None:
    begun(ask, "sealed")
    assert loaded(ask, OTHER) == ("wrong", "")
    assert loaded(ask, "")[0] == "wrong"
    begun(ask, "open")
    assert loaded(ask, KEY)[0] == "wrong"


def test_what_is_held_is_not_kept(ask: Asked) -> None:
    ask("await store.begin('', 'held'); write(given[0], 0); await store.keep();", LONG)
    assert ask("return whole()") == LONG
    assert MARK not in ask("return await everything()")
    assert ask("fresh(); return await store.standing()") == {"record": "none"}


def test_what_is_held_is_held_on_where_it_could_not_be_sealed(ask: Asked) -> None:
    ask("await store.begin('', 'held'); write(given[0], 0); await store.keep();", LONG)
    reseal = f"await store.reseal('{KEY}'); store.files.set('passphrase', bytesFrom('wrapped'));"
    ask(f"{reseal} fail('at the end'); await failure(() => store.keep()); store.putBack();")
    assert ask("return [await store.standing(), whole()]") == [
        {"record": "held"},
        LONG,
    ]
    ask(f"{reseal} await store.keep();")
    assert loaded(ask, KEY) == ("whole", LONG)


def test_the_program_opens_what_the_app_seals(ask: Asked) -> None:
    identity, recipient = sealed.new_pair()
    own_identity, own = ask("return await ageKeys.pair()")
    assert sealed.recipient_of(own_identity) == own
    assert ask("return await ageKeys.recipient_of(given[0])", identity) == recipient
    assert ask("return await ageKeys.recipient_of(given[0])", identity[:-1] + "Q") is None
    for letters in (True, False):
        lines = "return lettersOf(await ageKeys.seal(bytesFrom(given[0]), given[1], given[2]))"
        content = ask(lines, LONG, [recipient, own], letters).encode("latin-1")
        assert content.startswith(b"-----BEGIN AGE") is letters
        assert sealed.open_sealed(content, identity) == LONG.encode()
        assert sealed.open_sealed(content, own_identity) == LONG.encode()
    lines = "return lettersOf(await ageKeys.seal_by_passphrase(bytesFrom('key'), given[0]))"
    content = ask(lines, PASSPHRASE).encode("latin-1")
    assert sealed.open_by_passphrase(content, PASSPHRASE) == b"key"


def test_the_app_opens_what_the_program_seals(ask: Asked) -> None:
    identity, recipient = sealed.new_pair()
    for content in (
        sealed.seal(LONG.encode(), [recipient]),
        sealed.seal_large(LONG.encode(), [recipient]),
    ):
        text = content.decode("latin-1")
        assert ask(OPEN, "identity", text, identity) == LONG
        assert ask(OPEN, "identity", text, RECOVERY) == ["wrong"]
        assert ask(OPEN, "identity", text[:-200], identity) == ["damaged"]
        assert ask(OPEN, "passphrase", text, PASSPHRASE) == ["damaged"]
    key = (KEYS / "record.sqlite.passphrase.age").read_text("ascii")
    assert ask(OPEN, "passphrase", key, PASSPHRASE).startswith("# The key of a record")
    assert ask(OPEN, "passphrase", key, "another") == ["wrong"]
    assert ask(OPEN, "passphrase", "nothing", PASSPHRASE) == ["damaged"]
    assert ask(OPEN, "identity", key, RECOVERY) == ["damaged"]
    quick = ask(
        "return lettersOf(await ageKeys.seal_by_passphrase(bytesFrom('key'), given[0], false))",
        PASSPHRASE,
    )
    assert ask(OPEN, "passphrase", quick.replace(" 16\n", " 24\n"), PASSPHRASE) == ["slow"]
