"""The app carries the label, and shows it as a server does."""

from collections.abc import Callable
from dataclasses import replace

from offline import Offline

from hingeexpert.app.carried import Carried

PAGE = "<!DOCTYPE html><title>A label</title>"


def test_an_app_shows_the_label_that_it_carries(
    start: Callable[..., Offline], carried: Carried
) -> None:
    offline = start()
    offline.app.carried = replace(carried, label=PAGE)
    offline.post("/keep-open")

    assert 'href="/label"' in offline.get("/").body.decode()
    assert offline.get("/label").body.decode() == PAGE


def test_an_app_that_carries_none_links_to_none(start: Callable[..., Offline]) -> None:
    offline = start()
    offline.post("/keep-open")

    assert 'href="/label"' not in offline.get("/").body.decode()
    assert offline.get("/label").status == 404
