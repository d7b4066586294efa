"""An app and its device."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from loopless import without_loop
from offline import Folder, Offline
from shipped import shipped

from hingeexpert.app.carried import Carried
from hingeexpert.app.entry import OfflineApp
from hingeexpert.formats.files import DEMO, data_folder
from hingeexpert.forms import read_form
from hingeexpert.record import connection

Starting = Callable[..., Offline]


@pytest.fixture(scope="session")
def carried() -> Carried:
    form = data_folder("rules") / DEMO
    example = read_form(shipped(), form.name, form.read_bytes())
    return Carried(shipped(), None, None, "1.0", example)


@pytest.fixture
def start(
    carried: Carried,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    light_passphrases: None,
) -> Iterator[Starting]:
    """Return what starts the app once more on the same device."""
    monkeypatch.setattr(connection, "SETTINGS", connection.IN_A_BROWSER)
    begun: list[Offline] = []

    def started(kind: str = "folder", ready: bool = False) -> Offline:
        for earlier in begun:
            earlier.app.keeper.put_back()
        shown = tmp_path / f"start-{len(begun)}" / "record.sqlite"
        app = OfflineApp(carried, shown)
        app.facts.kind, app.facts.version = kind, "0" * 64
        begun.append(Offline(app, Folder(shown, tmp_path / "kept")))
        if ready:
            begun[-1].device.hold_ready_keys()
        return begun[-1]

    with without_loop():
        yield started
    for one in begun:
        one.app.keeper.put_back()
