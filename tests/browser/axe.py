"""axe in a page: what it finds against WCAG 2.2 AA and its own best practices."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
Violations = list[tuple[str, str]]


def unfold(page: Page) -> None:
    """Open every fold of a page."""
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")


def violations(page: Page, within: str = "html") -> Violations:
    """Return what axe finds on a page as it stands, or on a part of it: rule and element. The context must bypass the page's policy."""
    page.wait_for_load_state()
    page.evaluate(AXE)
    result = page.evaluate("([within, options]) => axe.run(within, options)", [within, OPTIONS])
    assert len(result["passes"]) > 10
    return [(item["id"], item["nodes"][0]["html"][:300]) for item in result["violations"]]
