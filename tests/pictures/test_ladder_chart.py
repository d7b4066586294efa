"""The chart of a person over time: every visit at its step and its day, none where the step was
open, readable on a phone.
"""

import datetime
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from hingeexpert.pictures.ladder_chart import (
    BANDS,
    LEFT,
    MOST,
    SIGN,
    WIDTH,
    ChartLevel,
    ChartWords,
    LadderVisit,
    ladder_chart,
)
from hingeexpert.pictures.signs import CHARACTER, FONT

SVG = "{http://www.w3.org/2000/svg}"
PHONE = 320
KNOWLEDGE = shipped()
LEVELS = [
    ChartLevel(level.title, level.rung and min(level.rung, 3))
    for level in KNOWLEDGE.ladders["readiness"]
]
STATES = [place for place, level in enumerate(LEVELS) if level.band is None]
STEPS = [place for place, level in enumerate(LEVELS) if level.band is not None]
OPEN = "Not settled yet"
MONTHS = KNOWLEDGE.handout.dates.months
START = datetime.date(2026, 1, 1)
places = st.none() | st.integers(0, len(LEVELS) - 1)
courses = st.lists(places, min_size=1, max_size=MOST + 4)
days = st.lists(st.integers(0, 3000), min_size=1, max_size=MOST, unique=True).map(sorted)


def marks(course: list[int | None], gaps: list[int] | None = None) -> list[LadderVisit]:
    """Return visits, 30 days apart where no days are given."""
    after = gaps or [30 * number for number in range(len(course))]
    dates = [(START + datetime.timedelta(gap)).isoformat() for gap in after]
    return [LadderVisit(date, place) for date, place in zip(dates, course, strict=True)]


def drawn(
    visits: list[LadderVisit], levels: list[ChartLevel] = LEVELS, alt: str = "What it shows."
) -> ET.Element:
    return ET.fromstring(ladder_chart(levels, visits, ChartWords(alt, OPEN, MONTHS)))


def chart(course: list[int | None]) -> ET.Element:
    return drawn(marks(course))


def texts(page: ET.Element) -> list[str]:
    return [item.text or "" for item in page.iter(f"{SVG}text")]


def middles(page: ET.Element, fill: str = "#3b5b7a") -> list[complex]:
    """Return the middles of the full discs, the earliest first: of each path that begins at its
    left end and has two halves.
    """
    found = (
        re.match(r"M(\S+?)[ ]?(-?[\d.]+)a([\d.]+)", item.get("d", ""))
        for item in page.iter(f"{SVG}path")
        if item.get("fill") == fill
    )
    return [
        complex(float(part[1]) + float(part[3]), float(part[2]))
        for part in found
        if part is not None
    ]


def diamonds(page: ET.Element, undecided: bool) -> int:
    return sum(
        item.get("d", "").endswith("z") and (item.get("stroke-dasharray") == "2 2") == undecided
        for item in page.iter(f"{SVG}path")
        if item.get("stroke-width") == "1.4" and item.get("fill") == "#ffffff"
    )


def below(page: ET.Element) -> list[tuple[float, float, str]]:
    """Return what stands below the visits: height, middle and text."""
    return [
        (float(item.get("y", "0")), float(item.get("x", "0")), item.text or "")
        for item in page.iter(f"{SVG}text")
        if item.get("text-anchor") == "middle"
    ]


@given(courses)
def test_every_visit_has_one_sign_and_only_a_step_has_a_disc(course: list[int | None]) -> None:
    page, shown = chart(course), course[-MOST:]

    assert len(middles(page)) == sum(place in STEPS for place in shown)
    assert diamonds(page, False) == sum(place in STATES for place in shown)
    assert diamonds(page, True) == sum(place is None for place in shown)


@given(courses)
def test_higher_step_stands_higher(course: list[int | None]) -> None:
    steps = [place for place in course[-MOST:] if place in STEPS and place is not None]
    heights = [middle.imag for middle in middles(chart(course))]

    for (one, low), (other, high) in (
        (a, b) for a in zip(steps, heights, strict=True) for b in zip(steps, heights, strict=True)
    ):
        assert (one < other) == (low > high)


@given(days)
def test_visits_are_as_far_apart_as_their_days(gaps: list[int]) -> None:
    across = [middle.real for middle in middles(drawn(marks([STEPS[0]] * len(gaps), gaps)))]
    span = gaps[-1] - gaps[0]

    for gap, place in zip(gaps, across, strict=True):
        share = (gap - gaps[0]) / span if span else 0
        assert abs(place - across[0] - share * (across[-1] - across[0])) < 0.2
    assert all(LEFT < value < WIDTH for value in across)


@given(st.lists(st.integers(1, 3), min_size=1, max_size=3))
def test_visits_of_one_day_stand_beside_each_other(counts: list[int]) -> None:
    gaps = [number * 900 for number, count in enumerate(counts) for _ in range(count)]
    across = [middle.real for middle in middles(drawn(marks([STEPS[0]] * len(gaps), gaps)))]

    assert all(after - before >= 2 * SIGN + 3 for before, after in pairwise(across))
    assert all(LEFT < value < WIDTH for value in across)


@given(days)
def test_names_of_months_never_collide_and_lie_on_the_page(gaps: list[int]) -> None:
    found = below(drawn(marks([STEPS[0]] * len(gaps), gaps)))
    halves = [CHARACTER * FONT * len(text) / 2 for _, _, text in found]
    ends = [
        (height, middle - half, middle + half)
        for (height, middle, _), half in zip(found, halves, strict=True)
    ]

    assert found
    assert all(start > 0 and end <= WIDTH for _, start, end in ends)
    for line in {height for height, _, _ in ends}:
        row = sorted((start, end) for height, start, end in ends if height == line)
        assert all(end <= start + 0.2 for (_, end), (start, _) in pairwise(row))


def test_months_are_named_where_they_begin_with_the_year_once() -> None:
    found = [text for _, _, text in below(drawn(marks([2, 3, 4], [20, 60, 130])))]
    assert found == ["Feb", "2026", "Mar", "Apr", "May"]


def test_few_days_are_named_themselves() -> None:
    found = [text for _, _, text in below(drawn(marks([2, 3], [2, 9])))]
    assert found == ["3 Jan", "2026", "10 Jan"]


def test_last_level_is_bold() -> None:
    page = chart([STEPS[0], STEPS[-1]])
    bold = [item.text for item in page.iter(f"{SVG}text") if item.get("font-weight") == "700"]
    assert " ".join(map(str, bold)) == LEVELS[STEPS[-1]].title


def test_bands_have_three_tints_one_below_the_other() -> None:
    found = [item for item in chart([STEPS[0]]).iter(f"{SVG}rect") if item.get("fill") in BANDS]
    heights = [float(item.get("y", "0")) for item in found]

    assert [item.get("fill") for item in found] == list(BANDS)
    assert heights == sorted(heights)


def test_a_state_stands_below_the_ladder_and_only_where_a_visit_has_it() -> None:
    written = " ".join(texts(chart([STATES[0], STEPS[0]])))

    assert LEVELS[STATES[0]].title in written.split(LEVELS[STEPS[0]].title)[1]
    assert LEVELS[STATES[1]].title not in written


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=MOST))
def test_line_for_what_was_open_stands_only_where_something_was(course: list[int]) -> None:
    assert OPEN not in texts(chart([*course]))
    assert OPEN in texts(chart([*course, None]))


def test_no_line_passes_through_a_visit_without_a_step() -> None:
    course = [*STEPS[:2], None, *STEPS[:2], STATES[0], STEPS[0]]
    ways = [item for item in chart(course).iter(f"{SVG}path") if item.get("stroke-width") == "2"]

    assert len(ways) == 2


def test_all_steps_are_written_from_the_top_down() -> None:
    written = " ".join(texts(chart([STEPS[0]])))
    assert written.startswith(" ".join(LEVELS[place].title for place in reversed(STEPS)))


@given(
    st.lists(
        st.text(st.characters(categories=["Ll", "Lu"]) | st.just(" "), min_size=1, max_size=60),
        min_size=1,
        max_size=8,
    )
)
def test_titles_of_any_language_end_before_the_lines(titles: list[str]) -> None:
    levels = [ChartLevel(title, 1) for title in titles]
    for item in drawn(marks([0]), levels).iter(f"{SVG}text"):
        if item.get("text-anchor") is None:
            assert float(item.get("x", "")) + CHARACTER * FONT * len(item.text or "") <= LEFT


def test_letters_are_twelve_pixels_high_on_a_phone() -> None:
    page = chart([1, None, 2])

    assert WIDTH <= PHONE
    assert float(page.get("font-size", "0")) >= 12
    assert all(item.get("font-size") is None for item in page.iter(f"{SVG}text"))


def test_words_are_escaped_and_the_title_is_the_first_child() -> None:
    page = drawn(marks([0]), [ChartLevel("<b>&", 1), ChartLevel("two", 1)], "a < b & c")

    assert page[0].tag == f"{SVG}title"
    assert page[0].text == "a < b & c"
    assert "<b>&" in texts(page)


@given(courses)
def test_chart_is_the_same_text_every_time(course: list[int | None]) -> None:
    told = ChartWords("alt", OPEN, MONTHS)
    once, again = (ladder_chart(LEVELS, marks(course), told) for _ in range(2))
    assert once == again
