"""What the worker of the browser calls: at the beginning, at each start, and for each request."""

import pickle
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from keyed import PASSPHRASE
from offline import Offline

from hingeexpert.app import entry
from hingeexpert.app.carried import Carried


def test_a_worker_begins_once_and_wakes_up_with_chance_of_its_own(
    start: Callable[..., Offline], carried: Carried, tmp_path: Path
) -> None:
    entry.begin(pickle.dumps(carried))
    drawn = set()
    for _ in range(2):
        random.seed(1)  # as an image leaves it
        entry.awake({"kind": "file", "version": "1" * 64})
        drawn.add(random.random())
    assert len(drawn) == 2

    said = entry.ask("GET", "/", {}, None)
    assert said == ("wish", "standing", ())
    said = entry.resume({"record": "none", "lasting": None})
    assert said[:2] == ("answer", 303)
    assert entry.ask("GET", "/static/page.js", {}, None)[1] == 200
    assert entry.not_kept("QuotaExceededError")[1] == 507
    entry.put_back()


def test_the_app_brings_no_server_and_no_interface_along() -> None:
    code = "import sys, hingeexpert.app.entry; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {*done.stdout.split()}
    server = {
        f"hingeexpert.web.{name}" for name in ("guard", "access", "api", "cds", "fhir", "vault")
    }
    foreign = {"uvicorn", "pyrage", "httpx", "typst", "polars", "hingeexpert.interop"}

    assert "hingeexpert.web.pages" in loaded
    assert not loaded & (server | foreign)


def test_a_device_that_fails_is_told_as_a_page(start: Callable[..., Offline]) -> None:
    offline = start()
    assert offline.app.ask("GET", "/", {}, b"")[:2] == ("wish", "standing")
    _, status, _, body = offline.app.resume_error("UnknownError")
    assert status == 507
    assert "The record cannot be read or written" in body.decode()
    assert offline.shown("/")


def test_bytes_of_a_device_are_bytes_in_python(start: Callable[..., Offline]) -> None:
    again = start(ready=True)
    real = again.device.do

    def seen_from_javascript(name: str, *values: object) -> object:
        came = real(name, *values)
        return memoryview(came) if isinstance(came, bytes) else came

    again.device.do = seen_from_javascript  # type: ignore[method-assign]
    assert again.post("/unlock", passphrase=PASSPHRASE).status == 303
