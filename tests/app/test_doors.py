"""The pages before the record of a browser, over a device of its own."""

import re
from collections.abc import Callable

import pytest
from keyed import PASSPHRASE, RECOVERY
from offline import Offline

OTHER = "tulip lamp river onion"


def protected(offline: Offline, passphrase: str = PASSPHRASE) -> str:
    """Protect the record, and return its recovery key."""
    answer = offline.post("/protect", passphrase=passphrase, again=passphrase)
    assert answer.status == 200, answer.body
    (key,) = re.findall(r'<div class="recovery-key".*?</div>', answer.body.decode())
    return "".join(re.findall(r"<span>(.*?)</span>", key))


def visit_of(offline: Offline, name: str) -> str:
    """Begin a visit of somebody, and return its address."""
    visit = offline.post("/visits").headers["location"]
    assert offline.post(f"{visit}/who", name="name", value=name).status == 200
    return visit


def test_the_first_start_asks_who_may_read_the_record(start: Callable[..., Offline]) -> None:
    offline = start()
    for address in ("/", "/visits/nothing", "/unlock", "/recover"):
        page = offline.shown(address)
        assert "Who may read the record?" in page
        assert "/keep-open" in page
    assert offline.post("/visits").status == 423
    assert not [*offline.device.kept.iterdir()]


def test_a_sealed_record_opens_by_its_passphrase_alone(start: Callable[..., Offline]) -> None:
    offline = start(ready=True)
    offline.post("/unlock", passphrase=PASSPHRASE)
    visit = visit_of(offline, "Zebedee Quagmire")

    again = start()
    assert again.get(visit).headers["location"] == f"/unlock?to={visit.replace('/', '%2F')}"
    assert again.post(f"{visit}/who", name="name", value="Other").status == 423
    assert again.get("/", **{"hx-request": "true"}).status == 423
    assert again.post("/awake").status == 423
    wrong = again.post("/unlock", passphrase=OTHER, to=visit)
    assert wrong.status == 403
    assert "This is not the passphrase" in wrong.body.decode()
    right = again.post("/unlock", passphrase=f" {PASSPHRASE}", to=visit)
    assert right.headers["location"] == visit
    assert "Zebedee Quagmire" in again.shown(visit)
    assert again.post("/awake").status == 204
    stored = b"".join(file.read_bytes() for file in again.device.kept.iterdir())
    assert b"Quagmire" not in stored

    again.post("/lock")
    assert again.get(visit).status == 303
    assert again.app.keeper.key is None


def test_a_lost_passphrase_is_replaced_by_the_recovery_key(start: Callable[..., Offline]) -> None:
    """Where that was not kept, nothing has changed."""
    again = start(ready=True)
    slip = again.post("/recover", recovery=RECOVERY[:-1], passphrase=OTHER, again=OTHER)
    assert slip.status == 422
    assert "there is a slip in it" in slip.body.decode()
    typed = RECOVERY.lower()
    refused(again, "/recover", recovery=typed, passphrase=OTHER, again=OTHER)
    assert again.get("/").headers["location"].startswith("/unlock")
    assert again.post("/recover", recovery=typed, passphrase=OTHER, again=OTHER).status == 303
    assert "Who is here?" in again.shown("/")

    third = start()
    assert third.post("/unlock", passphrase=PASSPHRASE).status == 403
    assert third.post("/unlock", passphrase=OTHER).status == 303


def test_an_open_record_is_there_at_the_next_start_and_can_be_sealed(
    start: Callable[..., Offline],
) -> None:
    offline = start()
    offline.post("/keep-open")
    visit_of(offline, "Zebedee Quagmire")
    again = start()
    assert "Zebedee Quagmire" in again.shown("/")
    protected(again)
    assert "Zebedee Quagmire" in again.shown("/")
    assert start().get("/").headers["location"].startswith("/unlock")


def test_a_file_keeps_nothing_where_nothing_is_sealed(start: Callable[..., Offline]) -> None:
    offline = start("file")
    assert "all is gone when this page is closed" in offline.shown("/")
    offline.post("/keep-open")
    visit_of(offline, "Zebedee Quagmire")
    assert "Zebedee Quagmire" in offline.shown("/")
    assert not [*offline.device.kept.iterdir()]
    assert "Who may read the record?" in start("file").shown("/")


@pytest.mark.parametrize("sealed", [False, True], ids=["open", "sealed"])
def test_what_is_not_kept_changes_nothing(start: Callable[..., Offline], sealed: bool) -> None:
    offline = start(ready=sealed)
    if sealed:
        offline.post("/unlock", passphrase=PASSPHRASE)
    else:
        offline.post("/keep-open")
    visit = visit_of(offline, "Zebedee Quagmire")
    offline.device.full = True
    change = {"name": "name", "seen": "Zebedee Quagmire", "value": "Sam Example"}
    for _ in range(2):
        refused = offline.post(f"{visit}/who", **change)
        assert refused.status == 507
        assert "This was not kept" in refused.body.decode()
    offline.device.full = False
    assert "Zebedee Quagmire" in offline.shown("/")
    assert offline.post(f"{visit}/who", **change).status == 200
    assert "Sam Example" in offline.shown("/")


def refused(offline: Offline, address: str, **fields: str) -> None:
    """Send a form while nothing can be kept."""
    offline.device.full = True
    assert offline.post(address, **fields).status == 507
    offline.device.full = False


def test_a_door_that_was_not_kept_is_as_it_was(start: Callable[..., Offline]) -> None:
    first = start()
    refused(first, "/protect", passphrase=OTHER, again=OTHER)
    assert "Who may read the record?" in first.shown("/")


def test_what_is_only_held_is_held_on_where_it_could_not_be_protected(
    start: Callable[..., Offline],
) -> None:
    offline = start("file")
    offline.post("/keep-open")
    visit_of(offline, "Zebedee Quagmire")
    refused(offline, "/protect", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert "Zebedee Quagmire" in offline.shown("/")
    protected(offline)
    assert "Zebedee Quagmire" in offline.shown("/")
    assert start("file").get("/").headers["location"].startswith("/unlock")


def test_a_record_that_another_window_has_sealed_since_is_locked(
    start: Callable[..., Offline],
) -> None:
    offline = start()
    protected(offline)
    offline.app.keeper.put_back()
    offline.device.hold_ready_keys()
    assert offline.get("/").headers["location"].startswith("/unlock")
    assert offline.post("/unlock", passphrase=PASSPHRASE).status == 303
    assert "Who is here?" in offline.shown("/")


def test_what_another_window_has_kept_since_is_told(start: Callable[..., Offline]) -> None:
    offline = start()
    offline.post("/keep-open")
    offline.get("/")
    assert offline.app.not_kept("stale")[1] == 409
    offline.get("/", **{"hx-request": "true"})
    assert offline.app.not_kept("stale")[1] == 507
