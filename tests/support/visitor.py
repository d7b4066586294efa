"""Somebody who presses at random what the pages of a visit offer."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from random import Random
from typing import Any, Protocol

import httpx

MOST_PRESSES, AT_A_GLANCE = 18, 6
"""Presses of a visit, and how many of them are made of what a page shows before it is read anew."""
OFTEN = 4
"""How much likelier an answer is than each other kind of press."""
BUTTON = re.compile(r"<button\b[^>]*?\bdata-do=[^>]*>")
FIELD = re.compile(r"<input\b[^>]*?\bdata-answer\b[^>]*>")
DATA = re.compile(r'\bdata-([\w-]+)="([^"]*)"')
VERSION = re.compile(r'id="version" value="(\d+)"')
TYPED = ("0", "1", "42", "42.5", "-3", "999", " 7 ", "x", "")
KEPT, REFUSED = 200, 422


class Asked(Protocol):
    """What is asked for pages, and sent what is pressed; the whole of an answer comes at once."""

    def get(self, address: str, /) -> httpx.Response:
        """Ask for a page."""

    def post(self, address: str, /, *, data: Any = None) -> httpx.Response:
        """Send what a press sends."""


@dataclass
class Visitor:
    """Somebody who presses what a visit offers, at random.

    Attributes:
        browser: Speaks to the server as a page does.
        made: How often each kind of press was made, and how often one was refused.
    """

    browser: Asked
    chance: Random
    made: Counter[str] = field(default_factory=Counter)

    def visit(self, person: str | None) -> str:
        """Make a visit of somebody new, or of a person, and return its address."""
        path = "/visits" if person is None else f"/people/{person}/visits"
        address = self.browser.post(path).headers["location"]
        left = self.chance.randrange(1, MOST_PRESSES)
        while left > 0:
            page = self.browser.get(address).text
            left -= self._glance(address, page)
        return str(address)

    def _glance(self, address: str, page: str) -> int:
        """Make some of the presses that a page offers; return how many."""
        version = _version(page)
        offered = _offered(page)
        kinds = [*sorted(offered), *["answer"] * OFTEN * ("answer" in offered)]
        for _ in range(AT_A_GLANCE):
            kind = self.chance.choice(kinds)
            values = dict(self.chance.choice(offered[kind]))
            if kind == "typed":
                values["value"] = self.chance.choice(TYPED)
                values |= {} if values["value"].strip() else {"blank": "yes"}
            path = "answer" if kind in ("typed", "taken back") else kind
            answer = self.browser.post(f"{address}/{path}", data={**values, "version": version})
            assert answer.status_code in (KEPT, REFUSED), (answer.status_code, kind, values)
            self.made[kind if answer.status_code == KEPT else "refused"] += 1
            version = _version(answer.text) or version
        return AT_A_GLANCE

    def finish(self, address: str) -> None:
        """End a visit, without a name."""
        version = _version(self.browser.get(address).text)
        self.browser.post(f"{address}/finish", data={"version": version, "nameless": "yes"})


def _version(html: str) -> str:
    """Return the version of the visit that a page, or what came of a press, shows."""
    found = VERSION.search(html)
    return found[1] if found else ""


def _offered(page: str) -> Mapping[str, Sequence[dict[str, str]]]:
    """Return what can be pressed and typed on a page, by its kind."""
    offered: dict[str, list[dict[str, str]]] = {}
    for button in BUTTON.findall(page):
        if "disabled" in button:
            continue
        values = {name: unescape(value) for name, value in DATA.findall(button)}
        kind = values.pop("do")
        pressed = 'aria-checked="true"' in button or 'aria-pressed="true"' in button
        if kind == "answer" and pressed:
            kind, values["blank"] = "taken back", "yes"
        offered.setdefault(kind, []).append(values)
    for typed in FIELD.findall(page):
        name = re.search(r'\bname="([^"]+)"', typed)
        if name:
            offered.setdefault("typed", []).append({"name": name[1]})
    return offered
