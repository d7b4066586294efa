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


RUN = """async ([within, options]) => {
  const away = within === "html" ? [] : [...document.querySelectorAll("section[hidden]")];
  const places = away.map(() => document.createComment(""));
  away.forEach((item, number) => item.replaceWith(places[number]));
  const found = await axe.run(within, options);
  away.forEach((item, number) => places[number].replaceWith(item));
  const kinds = ["passes", "violations", "incomplete", "inapplicable"];
  return {
    ran: kinds.flatMap(kind => found[kind].map(rule => rule.id)),
    passes: found.passes.length,
    slips: found.violations.map(rule => [rule.id, rule.nodes[0].html.slice(0, 300)]),
  };
}"""
"""Of all that axe tells only what is looked at: to hand over the rest is slow. Beside a part, what
is hidden is away meanwhile: axe goes through it for long, and looks at nothing of it.
"""
ALIKE_LEFT = 2
"""Parts alike of which axe looks at no more."""
THIN = """most => {
  const parts = "section, article, div, ul, tr, li, p, dl";
  const told = ["class", "style", "role", "type"];
  const value = item => told.map(name => item.getAttribute(name) ?? "");
  const name = item => `${item.tagName}.${value(item)}.${item.getAttributeNames()}`;
  const shape = item => `${name(item)}(${[...new Set([...item.children].map(shape))]})`;
  const kinds = () => {
    const found = new Set();
    const add = (item, above) => {
      const path = `${above}>${name(item)}`;
      found.add(path);
      [...item.children].forEach(child => add(child, path));
    };
    add(document.body, "");
    return found;
  };
  const seen = {}, before = kinds();
  const thin = (item, above) => {
    const kind = `${above}>${shape(item)}`;
    seen[kind] = (seen[kind] ?? 0) + 1;
    if (seen[kind] > most && item.matches(parts) && item.previousElementSibling) item.remove();
    else [...item.children].forEach(child => thin(child, `${above}>${name(item)}`));
  };
  thin(document.body, "");
  const after = kinds();
  return [...before].filter(kind => !after.has(kind));
}"""
"""Takes away parts that are built like `most` before them, at the same place of the page. Returns
which elements, told by their names, their attributes and those above them, are no longer there.
"""


def thin(page: Page) -> None:
    """Leave a few of all parts that are built alike: axe is slow, and finds the same in each."""
    assert page.evaluate(THIN, ALIKE_LEFT) == []


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
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    options = {"runOnly": [*rules] or TAGS, "resultTypes": ["violations"]}
    result = page.evaluate(RUN, [within, options])
    assert set(rules) <= set(result["ran"])
    assert rules or result["passes"] > 10
    return [(rule, html) for rule, html in result["slips"]]
