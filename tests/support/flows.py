"""Visits on the real page as a thumb and as a keyboard go through them, counted.

A tap is one press. A swipe is a scroll of at most `SWIPE` screen heights, made as often as needed
until what is to be pressed is in sight, and covered by no bar. A key is one key pressed or one
character typed.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random

from playwright.sync_api import ElementHandle, Page, TimeoutError
from visits import idle, listening
from ways import Way

PHONE, SMALL, PORTRAIT, TABLET = (390, 844), (320, 640), (768, 1024), (1180, 820)
Size = tuple[int, int]
FINISH, UNDO = ".button-finish", "#undo"
TAKEN_BACK = 0.7
SWIPE = 0.7
MOST_SWIPES, MOST_TABS = 60, 120
MOST_PRESSES, PATIENCE = 3, 1500
"""Presses of a button that does nothing, each after so many milliseconds."""
NAME, KEYED_NAME, AGE = "Sam Example", "Sam", "42"
PAIN = {
    "pain_now": "2",
    "pain_average": "3",
    "duration": "over_3_months",
    "unexplained": "no",
}
FOCUSED = "selector => document.activeElement.matches(selector)"
HAS_FOCUS = "document.activeElement !== document.body"

IN_SIGHT = """item => {
  const box = item.getBoundingClientRect(), inset = 3;
  const across = box.x + box.width / 2, down = box.y + box.height / 2;
  const points = [[across, down], [across, box.top + inset], [across, box.bottom - inset],
                  [box.left + inset, down], [box.right - inset, down]];
  return points.every(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    const inLine = top && top.contains(item) && getComputedStyle(item).display === "inline";
    return inLine || item.contains(top);
  });
}"""
"""Whether an element is wholly inside the window, and nothing lies over its middle or its edges."""
THERE = """selector => {
  const found = [...document.querySelectorAll(selector)];
  const shown = found.filter(item => item.checkVisibility({ visibilityProperty: true }));
  return shown.find(IN_SIGHT) ?? shown[0];
}""".replace("IN_SIGHT", IN_SIGHT)
"""The first element that is in sight, else the first that is shown."""
FREE = """item => {
  const bars = [...document.querySelectorAll("#top, .strip:not([hidden])")];
  const top = Math.max(0, ...bars.map(bar => bar.getBoundingClientRect().bottom));
  const side = document.getElementById("side");
  const fixed = side && getComputedStyle(side).position === "fixed";
  const bottom = fixed ? side.getBoundingClientRect().top : innerHeight;
  const box = item.getBoundingClientRect();
  const up = box.top - top - 12, down = box.bottom - bottom + 12;
  return [box.top < top ? up : Math.min(up, down), innerHeight, scrollY];
}"""
"""How far a thumb has to push an element until it lies between the bars, the height of the window,
and how far it is scrolled.
"""
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Thumb:
    """A page, the way to it, and what a thumb did on it.

    Attributes:
        taps, swipes: How often.
        log: Each tap with the swipes that led to it.
        heard: What the browser complained about, or asked elsewhere.
    """

    page: Page
    way: Way
    taps: int = 0
    swipes: int = 0
    log: list[tuple[str, int]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def tap(self, selector: str) -> None:
        """Press the first of these that is in sight; else swipe to the first that is shown."""
        there = self.page.wait_for_function(THERE, arg=selector).as_element()
        assert there is not None
        before = self.swipes
        self._bring(there)
        box = there.bounding_box()
        assert box is not None, selector
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.taps += 1
        self.log.append((selector, self.swipes - before))
        self.idle()

    def answer(self, name: str, value: str) -> None:
        """Pick an answer, in its place or beside the result."""
        self.tap(f'[data-do=answer][data-name="{name}"][data-value="{value}"]')

    def spot(self, name: str, value: str) -> None:
        """Press a spot of the body, then the answer that it opens."""
        place = name.replace(".", "-")
        self.tap(f"#spot-{place}")
        self.tap(f'#q-{place} [data-value="{value}"]')

    def on(self, step: str) -> None:
        """Go on to a step, if the page did not: by the button that leads there, or the line of
        steps at the top.
        """
        if self.page.evaluate("document.body.dataset.step") != step:
            self.tap(f'[data-go="{step}"]')

    def type(self, selector: str, text: str) -> None:
        """Tap a field, unless the page has led to it, and type."""
        if not self.page.evaluate(FOCUSED, selector):
            self.tap(selector)
        self.page.keyboard.type(text)

    def _bring(self, item: ElementHandle) -> None:
        for _ in range(MOST_SWIPES):
            if item.evaluate(IN_SIGHT):
                return
            far, height, before = item.evaluate(FREE)
            most = SWIPE * height
            self.page.mouse.move(60, height / 2)
            self.page.mouse.wheel(0, max(-most, min(most, far)))
            self.page.evaluate(DRAWN)
            self.page.wait_for_timeout(50)
            self.swipes += 1
            if item.evaluate(FREE)[2] == before and not item.evaluate(IN_SIGHT):
                raise AssertionError(f"{item} cannot be brought in sight")
        raise AssertionError(f"{item} is too far away")

    def idle(self) -> None:
        """Wait until every answer is kept, and the finger may press again."""
        idle(self.page)

    def dear(self) -> list[str]:
        """Return the taps that needed swipes."""
        return [f"{selector} {swipes}" for selector, swipes in self.log if swipes]


def begin(thumb: Thumb) -> None:
    """Begin a visit of somebody new."""
    thumb.tap("form[action='/visits'] button")
    thumb.page.wait_for_selector("body[data-step]")


def safe(thumb: Thumb) -> None:
    """Say of every group of safety questions that none applies."""
    clusters = thumb.page.locator("#step-safety .cluster")
    for place in range(clusters.count()):
        thumb.tap(f"#{clusters.nth(place).get_attribute('id')}-none")


def aged(thumb: Thumb) -> None:
    """Type the age."""
    thumb.type('[name="context.age_years"]', AGE)


def finish(thumb: Thumb) -> None:
    """Press Finish, and again while nothing happens."""
    for _ in range(MOST_PRESSES):
        thumb.tap(FINISH)
        with suppress(TimeoutError):
            thumb.way.arrived(thumb.page, "/done", PATIENCE)
            return
    raise AssertionError("Finish does nothing")


def clean(thumb: Thumb) -> None:
    """A first visit of somebody with no finding, from the first page to the last."""
    begin(thumb)
    safe(thumb)
    thumb.on("person")
    thumb.tap("#c-complaints-none")
    aged(thumb)
    thumb.on("wall")
    thumb.tap("#well-wall")
    thumb.on("stick")
    thumb.tap("#well-stick")
    thumb.on("after")
    thumb.answer("pain.during_drill", "0")
    thumb.on("result")
    thumb.type("#who-name", NAME)
    finish(thumb)


def two_faults(thumb: Thumb) -> None:
    """Low back pain, knees that come forward, a sacrum lost in the middle; all of it taken."""
    begin(thumb)
    safe(thumb)
    thumb.on("person")
    thumb.answer("symptom.low_back_pain", "yes")
    thumb.tap("#c-complaints-none")
    for name, value in PAIN.items():
        thumb.answer(f"symptom.{name}", value)
    aged(thumb)
    thumb.on("wall")
    thumb.spot("wall.knees", "forward")
    thumb.tap("#well-wall")
    thumb.answer("wall.clean_reps", "6")
    thumb.on("stick")
    thumb.spot("stick.sacrum", "lost")
    thumb.answer("stick.sacrum_when", "middle")
    thumb.tap("#well-stick")
    thumb.answer("stick.depth_degrees", "40")
    thumb.answer("stick.clean_reps", "6")
    thumb.on("after")
    thumb.answer("pain.during_drill", "2")
    thumb.on("result")
    thumb.type("#who-name", NAME)
    finish(thumb)


@dataclass
class Keyboard:
    """A page, the way to it, and the keys pressed on it.

    Attributes:
        keys: How many.
        log: What was gone to, with the keys that led there.
    """

    page: Page
    way: Way
    keys: int = 0
    log: list[tuple[str, int]] = field(default_factory=list)

    def press(self, key: str) -> None:
        """Press a key, and wait until what it does is kept."""
        self.page.keyboard.press(key)
        self.keys += 1
        idle(self.page)

    def to(self, selector: str, key: str = "Enter") -> None:
        """Go there with Tab alone, see that it is in sight, and press a key. What was pressed
        before on this page has not lost the focus.
        """
        before = self.keys
        assert not self.log[1:] or self.page.evaluate(HAS_FOCUS), f"lost after {self.log[-1]}"
        for _ in range(MOST_TABS):
            if self.page.evaluate(FOCUSED, selector):
                break
            self.press("Tab")
        else:
            raise AssertionError(f"Tab never comes to {selector}")
        self.log.append((selector, self.keys - before))
        assert self.page.locator("*:focus").evaluate(IN_SIGHT), f"{selector} is out of sight"
        if key:
            self.press(key)

    def type(self, selector: str, text: str) -> None:
        """Go to a field, and type."""
        self.to(selector, "")
        self.page.keyboard.type(text)
        self.keys += len(text)


def clean_by_keys(keyboard: Keyboard, named: bool) -> None:
    """The clean visit by keyboard alone, from the first page to the last, with a name or without
    one.
    """
    keyboard.to("form[action='/visits'] button")
    keyboard.page.wait_for_selector("body[data-step]")
    for _ in range(keyboard.page.locator("#step-safety .cluster").count()):
        keyboard.to("#step-safety .none-of")
    keyboard.to("#c-complaints-none")
    keyboard.type('.step [name="context.age_years"]', AGE)
    keyboard.to('.step [data-go="wall"]', "Space")
    keyboard.to("#well-wall", "Space")
    keyboard.to('[data-go="stick"]:not(#map *)')
    keyboard.to("#well-stick")
    keyboard.to('[data-go="after"]:not(#map *)')
    keyboard.to('[data-name="pain.during_drill"]', "Space")
    keyboard.to('[data-go="result"]:not(#map *)')
    if named:
        keyboard.type("#who-name", KEYED_NAME)
        keyboard.press("Enter")
    else:
        keyboard.to("#nameless", "Space")
        keyboard.press("Tab")
    assert keyboard.page.evaluate(FOCUSED, FINISH)
    keyboard.to(FINISH)
    keyboard.way.arrived(keyboard.page, "/done")


RESULT_IN_SIGHT = """() => {
  const inSight = IN_SIGHT;
  const wanted = { cue: "#sight-say-head" };
  const stop = document.querySelector(".stop-line");
  if (stop) wanted["referral sheet"] = "#sight-say .button";
  else Object.assign(wanted, { triage: "#sight-triage", ladder: ".ladder" });
  const gone = Object.keys(wanted).filter(name => {
    const item = document.querySelector(wanted[name]);
    return !item || !inSight(item);
  });
  const next = [...document.querySelectorAll(
    "#side .next-ask, #side .next-go, #side .button-finish, .button-finish")];
  if (!stop && !next.some(item => item.checkVisibility() && inSight(item))) gone.push("next");
  const cue = document.querySelector(".cue");
  if (cue && cue.scrollHeight > cue.clientHeight + 1 && getComputedStyle(cue).overflow === "hidden")
    gone.push("end of the cue");
  const answers = document.querySelector("#side .next-for:not([hidden]) .choices");
  if (answers && answers.checkVisibility() && answers.scrollWidth > answers.clientWidth + 1)
    gone.push("answers of the next question");
  return gone;
}""".replace("IN_SIGHT", IN_SIGHT)

"""What of the result is not in sight, or cut."""
KINDS = (
    "#visit button[data-do=answer]:not(:disabled)",
    "#visit button[data-do=step]",
    "#side button[data-do]",
    "button[data-do=none]",
    "button[data-do=all-well]",
    ".cluster > summary",
    ".spot",
    "#map [data-go]",
    ".next-go, .go [data-go]",
    "#undo:not(:disabled), #redo:not(:disabled)",
)
"""What can be pressed, of each kind."""
SHOWN = """kinds => kinds.map(kind => [...document.querySelectorAll(kind)]
  .filter(item => item.checkVisibility()).length)"""
"""How many are shown of each kind."""
PLACE = """([kind, place]) => {
  const item = [...document.querySelectorAll(kind)].filter(item => item.checkVisibility())[place];
  item.scrollIntoView({ block: "center", behavior: "instant" });
  const box = item.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2, item.id || item.innerText];
}"""
STOPPED = "'stop' in document.getElementById('bar').dataset"


def random_presses(thumb: Thumb, count: int, chance: Random) -> Iterator[tuple[str, list[str]]]:
    """Press at random; yield each press, with what is not in sight after it. A stop is mostly taken
    back, lest nothing else be seen.
    """
    for _ in range(count):
        stopped = thumb.page.evaluate(STOPPED) and chance.random() < TAKEN_BACK
        there = dict(zip(KINDS, thumb.page.evaluate(SHOWN, KINDS), strict=True))
        kinds = [kind for kind in KINDS if there[kind]]
        kind = UNDO if stopped else chance.choice(kinds)
        place = 0 if stopped else chance.randrange(there[kind])
        x, y, name = thumb.page.evaluate(PLACE, [kind, place])
        thumb.page.mouse.click(x, y)
        thumb.idle()
        yield name, thumb.page.evaluate(RESULT_IN_SIGHT)


HEIGHTS = """() => [...document.querySelectorAll("#map [data-go]")].map(link => {
  link.click();
  const step = document.querySelector(".step:not([hidden])");
  return [link.dataset.go, step.getBoundingClientRect().height / innerHeight];
})"""


def heights(thumb: Thumb, size: Size) -> dict[str, float]:
    """Return how many windows of a size high each step is; leave the window as it was."""
    before = thumb.page.viewport_size
    assert before is not None
    thumb.page.set_viewport_size({"width": size[0], "height": size[1]})
    thumb.page.evaluate(DRAWN)
    found = dict(thumb.page.evaluate(HEIGHTS))
    thumb.page.set_viewport_size(before)
    return found


def findings(thumb: Thumb) -> None:
    """Answer something in each step that is not as it should be, and stops nothing."""
    thumb.on("safety")
    thumb.tap("#c-cancer-head")
    thumb.answer("safety.past_cancer", "yes")
    thumb.on("person")
    thumb.answer("symptom.low_back_pain", "yes")
    thumb.tap("#c-complaints-none")
    thumb.on("wall")
    thumb.spot("wall.knees", "forward")
    thumb.on("stick")
    thumb.spot("stick.sacrum", "lost")
    thumb.answer("stick.sacrum_when", "middle")
    thumb.on("after")
    thumb.answer("pain.during_drill", "3")


@contextmanager
def opened(way: Way, size: Size) -> Iterator[Thumb]:
    """Open the first page in a window of a size."""
    with way.window({"width": size[0], "height": size[1]}) as page:
        thumb = Thumb(page, way)
        with listening(page, thumb.heard, way):
            way.goto(page, "/")
            yield thumb
