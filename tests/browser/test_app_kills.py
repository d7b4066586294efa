"""The browser is ended at once, as when the power goes: what was told as kept is there."""

import re
from pathlib import Path

import pytest
from app_ways import FETCH, SEND, STANDS, exported
from browser_device import BrowserDevice
from kinds import FOLDER
from playwright.sync_api import Page, Playwright

ANSWERS = {"stick.sacrum": "lost", "stick.head": "kept"}
LOOK = 50
"""Milliseconds between two looks at a page that is to come."""
HAS_IMAGE = "caches.keys().then(all => all.some(name => name.startsWith('hingeexpert image')))"
"""From which the next starts are quick."""
TEXT = f"address => ({FETCH})(address).then(atob)"


@pytest.mark.usefixtures("runtime")
def test_what_was_told_as_kept_survives_the_end_of_the_browser(
    playwright: Playwright, tmp_path: Path
) -> None:
    with exported(FOLDER, tmp_path) as url:
        device = BrowserDevice(playwright, tmp_path / "profile", url, slow=False)
        try:
            page = started(device)
            sent(page, "/keep-open")
            visit = sent(page, "/visits")
            while not page.evaluate(HAS_IMAGE):
                page.wait_for_timeout(LOOK)
            for name, value in ANSWERS.items():
                version = re.search(r'id="version" value="(\d+)"', page.evaluate(TEXT, visit))
                assert version
                sent(page, f"{visit}/answer", version=version[1], name=name, value=value)
                device.kill()
                page = started(device)
            form = page.evaluate(TEXT, f"{visit}/form.yaml")
            assert "sacrum: lost" in form
            assert "head: kept" in form
        finally:
            device.close()


def started(device: BrowserDevice) -> Page:
    page = device.open()
    page.goto(device.url)
    while not page.evaluate(STANDS):
        page.wait_for_timeout(LOOK)
    return page


def sent(page: Page, address: str, **fields: str) -> str:
    """Send a form, see that it was taken, and return where the answer leads."""
    status, leads, text = page.evaluate(SEND, [address, fields])
    assert status in (200, 303), (address, status, text)
    return leads or ""
