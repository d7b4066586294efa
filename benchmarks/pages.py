"""Take a picture of every state of the pages, and lay them out side by side.

    python benchmarks/pages.py -o pages [--only stick] [--widths 390 1180] [--schemes light]

A real Chromium opens each state at every width, light and dark, on a server of its own. The folder
gets a picture of each, as much as a window shows or the whole page, and `index.html` with all of
them. Ends with exit code 1 where the browser complains of a page, or a page is wider than its
window.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests" / "support")]

import chromium  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from served import Live  # noqa: E402
from ways import let_in, serving  # noqa: E402

from hingeexpert.formats.files import data_folder  # noqa: E402
from hingeexpert.intake import Intake  # noqa: E402
from hingeexpert.intake.events import NewAnswers  # noqa: E402
from hingeexpert.knowledge import KnowledgeBase, load_knowledge  # noqa: E402
from hingeexpert.knowledge.condition import Value  # noqa: E402
from hingeexpert.record import Record  # noqa: E402

HEIGHTS = {320: 640, 390: 844, 768: 1024, 1180: 820, 1440: 900}
SCHEMES = ("light", "dark")
STILL = 250
"""Milliseconds until nothing moves any more."""
NAMES = (
    "Maria Lopez",
    "Jo",
    "محمد عبد الرحمن",
    "Maximiliane Konstantina von Hohenberg-Wittelsbacher",
)
EARLIER = "2026-01-05"
"""The day of a first visit; the next is of today."""
STYLE = """body { font: 15px sans-serif; margin: 1rem; background: #ddd }
figure { display: inline-block; vertical-align: top; margin: 0 1rem 1rem 0 }
img { max-height: 30rem; max-width: 30rem; border: 1px solid #888; background: #fff }"""
Prepare = Callable[["Maker"], str]
Act = Callable[[Page], None]


@dataclass
class Maker:
    """Makes visits in the record that is served."""

    knowledge: KnowledgeBase
    intake: Intake

    def visit(self, answers: Mapping[str, Value], person: str | None = None) -> str:
        """Begin a visit with answers, and return its id."""
        visit = self.intake.begin(person)
        self.intake.change(visit, self.intake.state(visit).version, NewAnswers(answers))
        return visit

    def safe(self) -> dict[str, Value]:
        """Return an answer to every safety question and complaint: nothing."""
        answers: dict[str, Value] = {}
        for group in self.knowledge.groups:
            for cluster in group.clusters:
                for name in cluster.asks:
                    answers[name] = self._harmless(name)
        return answers

    def _harmless(self, name: str) -> Value:
        item = self.knowledge.observables[name]
        return "no" if "no" in item.values or item.type == "flag" else "none"

    def well(self, *groups: str) -> dict[str, Value]:
        """Return every answer of these drills as it should be."""
        return {
            name: item.well
            for group in self.knowledge.groups
            if group.group in groups
            for name, item in group.observables.items()
            if item.well is not None and item.follows is None
        }

    def ill(self) -> dict[str, Value]:
        """Return of every question in the drills the answer that is least as it should be."""
        answers = self.well("wall", "stick")
        for name in answers:
            item = self.knowledge.observables[name]
            if item.values and not name.endswith(".done"):
                answers[name] = [value for value in item.values if value != "not_noted"][-1]
        return answers | {"stick.clean_reps": 2, "wall.clean_reps": 1, "stick.depth_degrees": 30}

    def two_faults(self) -> dict[str, Value]:
        """Return the answers of a visit with low back pain and two faults."""
        return {
            **self.safe(),
            **self.well("wall", "stick"),
            "context.age_years": 42,
            "symptom.low_back_pain": "yes",
            "symptom.pain_now": 2,
            "symptom.pain_average": 3,
            "symptom.duration": "over_3_months",
            "symptom.unexplained": "no",
            "wall.knees": "forward",
            "wall.clean_reps": 6,
            "stick.sacrum": "lost",
            "stick.sacrum_when": "middle",
            "stick.depth_degrees": 40,
            "stick.clean_reps": 6,
            "pain.during_drill": 2,
        }

    def finished(self, answers: Mapping[str, Value], name: str, number: str = "") -> str:
        """Make a finished visit of somebody, and return its id."""
        visit = self.visit(answers)
        self.intake.describe(visit, {"name": name}, {"name": ""})
        if number:
            self.intake.describe(visit, {"patient_id": number}, {"patient_id": ""})
        self.intake.finish(visit, self.intake.state(visit).version)
        return visit

    def again(self) -> str:
        """Begin the second visit of somebody, and return its id."""
        first = self.finished(self.two_faults(), NAMES[0], "P-014")
        self.intake.describe(first, {"date": EARLIER})
        return self.visit(self.safe(), self.intake.look(first).person.id)

    def clean(self) -> dict[str, Value]:
        """Return the answers of a visit in which everything is as it should be."""
        return {**self.safe(), **self.well("wall", "stick"), "pain.during_drill": 0}


def press(*selectors: str) -> Act:
    """Return what presses these, one after the other."""

    def act(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).locator("visible=true").first.click()
            page.wait_for_selector("body:not([data-busy=yes]):not(.settling)")

    return act


def nothing(_: Page) -> None:
    """Do nothing."""


def typed(selector: str, text: str) -> Act:
    """Return what types into a field, and leaves it."""

    def act(page: Page) -> None:
        page.locator(selector).locator("visible=true").first.fill(text)
        page.keyboard.press("Tab")
        page.wait_for_selector("body:not([data-busy=yes])")

    return act


def elsewhere(page: Page) -> None:
    """Answer in another tab, then here."""
    other = page.context.new_page()
    other.goto(page.url)
    press("#spot-stick-head", "#q-stick-head-2")(other)
    other.close()
    press("#spot-stick-sacrum", "#q-stick-sacrum-2")(page)


def raised(page: Page) -> None:
    """Pull the result up, where it lies at the foot of the window."""
    if page.locator("#up").is_visible():
        press("#up")(page)


def of_visit(answers: Callable[[Maker], Mapping[str, Value]], step: str) -> Prepare:
    """Return what makes a visit with answers, and the address of a step of it."""
    return lambda maker: f"/visits/{maker.visit(answers(maker))}#step-{step}"


def retest(step: str) -> Prepare:
    """Return what makes a second visit, and the address of a step of it."""
    return lambda maker: f"/visits/{maker.again()}#step-{step}"


def person(maker: Maker) -> str:
    """Make somebody with two finished visits; return the address of the person."""
    first = maker.finished(maker.two_faults(), NAMES[0], "P-014")
    someone = maker.intake.look(first).person.id
    second = maker.visit(maker.clean(), someone)
    maker.intake.finish(second, maker.intake.state(second).version)
    return f"/people/{someone}"


def home(maker: Maker) -> str:
    """Make people, with and without a name, finished and not; return the address of the home."""
    for place, name in enumerate(NAMES):
        maker.finished(maker.two_faults(), name, f"P-{place}" if place % 2 else "")
    maker.visit(maker.safe())
    return "/"


def stopped(maker: Maker) -> dict[str, Value]:
    """Return answers that stop a visit: both a first flag and one of another kind."""
    return {"safety.saddle_numbness": "yes", "symptom.low_back_pain": "yes"}


@dataclass(frozen=True)
class State:
    """One state of a page.

    Attributes:
        prepare: Makes what it shows, and returns its address.
        act: What is pressed there.
        whole: The whole page is taken, and not as much as the window shows.
    """

    prepare: Prepare
    act: Act = nothing
    whole: bool = False


STATES: Mapping[str, State] = {
    "home-empty": State(lambda _: "/"),
    "fresh": State(of_visit(lambda _: {}, "safety")),
    "safety-done": State(of_visit(Maker.safe, "safety")),
    "safety-finding": State(
        of_visit(lambda maker: {**maker.safe(), "safety.past_cancer": "yes"}, "safety"),
        press("#c-cancer-head"),
    ),
    "person": State(of_visit(Maker.safe, "person"), whole=True),
    "person-pain": State(
        of_visit(lambda _: {"symptom.low_back_pain": "yes"}, "person"), whole=True
    ),
    "error": State(of_visit(Maker.safe, "person"), typed("#q-context-age_years-typed", "999")),
    "wall": State(of_visit(Maker.safe, "wall")),
    "wall-whole": State(of_visit(Maker.safe, "wall"), whole=True),
    "spot": State(of_visit(Maker.safe, "stick"), press("#spot-stick-sacrum")),
    "spot-lost": State(
        of_visit(Maker.safe, "stick"), press("#spot-stick-sacrum", "#q-stick-sacrum-2")
    ),
    "stick": State(of_visit(Maker.two_faults, "stick")),
    "stick-whole": State(of_visit(Maker.two_faults, "stick"), whole=True),
    "undone": State(
        of_visit(Maker.two_faults, "stick"), press("#spot-stick-head", "#q-stick-head-2", "#undo")
    ),
    "conflict": State(of_visit(Maker.safe, "stick"), elsewhere),
    "after": State(of_visit(Maker.two_faults, "after"), whole=True),
    "result-clean": State(of_visit(Maker.clean, "result")),
    "result-two": State(of_visit(Maker.two_faults, "result")),
    "result-two-whole": State(of_visit(Maker.two_faults, "result"), whole=True),
    "result-raised": State(of_visit(Maker.two_faults, "stick"), raised),
    "result-many": State(
        of_visit(lambda maker: {**maker.safe(), **maker.ill()}, "result"), whole=True
    ),
    "why": State(of_visit(Maker.two_faults, "result"), press("#result-faults .why")),
    "why-not-yet": State(of_visit(Maker.safe, "result"), press("#result-readiness .why")),
    "who": State(of_visit(Maker.two_faults, "stick"), press("#who-open")),
    "check-nameless": State(of_visit(Maker.two_faults, "result"), press(".button-finish")),
    "emergency": State(of_visit(stopped, "safety")),
    "emergency-result": State(of_visit(stopped, "result"), whole=True),
    "emergency-done": State(
        lambda maker: f"/visits/{maker.finished(stopped(maker), NAMES[0])}/done", whole=True
    ),
    "urgent": State(of_visit(lambda _: {"safety.gait_change": "yes"}, "safety")),
    "done": State(
        lambda maker: f"/visits/{maker.finished(maker.two_faults(), NAMES[0])}/done", whole=True
    ),
    "closed": State(
        lambda maker: f"/visits/{maker.finished(maker.two_faults(), NAMES[3])}#step-stick"
    ),
    "since": State(retest("since"), whole=True),
    "retest": State(retest("stick")),
    "retest-whole": State(retest("wall"), whole=True),
    "everything": State(lambda maker: f"/visits/{maker.visit(maker.two_faults())}?everything=yes"),
    "home": State(home, whole=True),
    "person-page": State(person, whole=True),
}


@dataclass(frozen=True)
class Taken:
    """A picture, and what is wrong with its page."""

    state: str
    width: int
    scheme: str
    slips: tuple[str, ...]

    @property
    def file(self) -> str:
        """Its name in the folder."""
        return f"{self.state}-{self.width}-{self.scheme}.png"


def taken(
    browser: Browser, here: Live, maker: Maker, folder: Path, what: tuple[str, int, str]
) -> Taken:
    """Open a state of a page, take its picture, and say what is wrong."""
    name, width, scheme = what
    state = STATES[name]
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    let_in(context, here)
    page = context.new_page()
    slips: list[str] = []
    page.on("pageerror", lambda error: slips.append(str(error)))
    page.goto(here.origin + state.prepare(maker))
    state.act(page)
    page.wait_for_timeout(STILL)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        slips.append("wider than its window")
    picture = Taken(name, width, scheme, tuple(slips))
    page.screenshot(path=folder / picture.file, full_page=state.whole)
    context.close()
    return picture


def all_taken(
    knowledge: KnowledgeBase, folder: Path, wanted: Sequence[tuple[str, int, str]]
) -> Iterator[Taken]:
    """Serve, and take every picture that is wanted."""
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        path = Path(work) / "record.sqlite"
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium.found(), args=arguments)
        with serving(knowledge, path) as here, closing(Record(path)) as record:
            maker = Maker(knowledge, Intake(knowledge, record))
            for what in wanted:
                yield taken(browser, here, maker, folder, what)
        browser.close()


def overview(pictures: Sequence[Taken]) -> str:
    """Return the page that shows all pictures, a row for each state."""
    parts = [f"<!DOCTYPE html><meta charset='utf-8'><title>Pages</title><style>{STYLE}</style>"]
    for state in dict.fromkeys(picture.state for picture in pictures):
        parts.append(f"<h2 id='{state}'>{state}</h2>")
        parts += [figure(picture) for picture in pictures if picture.state == state]
    return "\n".join(parts)


def figure(picture: Taken) -> str:
    """Return a picture with what it is, and what is wrong with it, as HTML."""
    words = escape(", ".join([f"{picture.width} {picture.scheme}", *picture.slips]))
    image = f"<a href='{picture.file}'><img src='{picture.file}' alt='{picture.file}'></a>"
    return f"<figure>{image}<figcaption>{words}</figcaption></figure>"


def main() -> None:
    """Take the pictures, and fail where a page is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=list(STATES), default=list(STATES))
    parser.add_argument(
        "--widths", nargs="*", type=int, choices=list(HEIGHTS), default=list(HEIGHTS)
    )
    parser.add_argument("--schemes", nargs="*", choices=SCHEMES, default=list(SCHEMES))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    wanted = [
        (name, width, scheme)
        for name in options.only
        for width in options.widths
        for scheme in options.schemes
    ]
    knowledge = load_knowledge(data_folder("rules"))
    pictures = list(all_taken(knowledge, options.output, wanted))
    (options.output / "index.html").write_text(overview(pictures), encoding="utf-8")
    wrong = [picture for picture in pictures if picture.slips]
    for picture in wrong:
        print(f"{picture.file}: {', '.join(picture.slips)}")
    print(f"{len(pictures)} pictures, {len(wrong)} with something wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
