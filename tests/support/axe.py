"""axe in a page: what it finds against WCAG 2.2 AA and its own best practices."""

from dataclasses import dataclass
from importlib.resources import files

from playwright.sync_api import Browser, BrowserContext, Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Violations = list[tuple[str, str]]


@dataclass(frozen=True)
class Look:
    """How a page is looked at.

    Attributes:
        scheme: Light or dark.
        width: Of the window in pixels.
        rules: The rules of axe to run, or none for all: they ask how a page is built, which is the
            same in both schemes.
    """

    scheme: str
    width: int
    rules: tuple[str, ...] = ()

    def context(self, browser: Browser) -> BrowserContext:
        """Open a window in which axe may run."""
        return browser.new_context(
            bypass_csp=True,
            color_scheme=self.scheme,  # type: ignore[arg-type]
            viewport={"width": self.width, "height": 800},
        )


WIDE = Look("light", 1200)
"""Every rule."""
DARK_AND_NARROW = Look("dark", 320, ("color-contrast", "target-size"))
"""What the dark scheme changes, and what a narrow screen does; that nothing scrolls sideways there
is asked elsewhere.
"""


def unfold(page: Page) -> None:
    """Open every fold of a page."""
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")


def violations(page: Page, within: str = "html", rules: tuple[str, ...] = ()) -> Violations:
    """Return what axe finds on a page as it stands, or on a part of it: rule and element. The
    context must bypass the page's policy.

    Args:
        page: The page.
        within: Selector of the part.
        rules: The rules of axe to run, or none for all.
    """
    page.wait_for_load_state()
    page.evaluate(AXE)
    options = {"runOnly": [*rules] or TAGS, "resultTypes": ["violations"]}
    result = page.evaluate("([within, options]) => axe.run(within, options)", [within, options])
    looked_at = {
        item["id"]
        for kind in ("passes", "violations", "incomplete", "inapplicable")
        for item in result[kind]
    }
    assert set(rules) <= looked_at
    assert rules or len(result["passes"]) > 10
    return [(item["id"], item["nodes"][0]["html"][:300]) for item in result["violations"]]
