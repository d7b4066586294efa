"""The chart of a person over time: every visit at its step, none where the step was open, readable
on a phone.
"""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from hingeexpert.pictures.ladder_chart import LEFT, MOST, WIDTH, LadderVisit, ladder_chart
from hingeexpert.pictures.signs import CHARACTER, FONT

SVG = "{http://www.w3.org/2000/svg}"
PHONE = 320
KNOWLEDGE = shipped()
RUNGS = [level.title for level in KNOWLEDGE.ladders["readiness"]]
OPEN = "Not settled yet"
places = st.none() | st.integers(0, len(RUNGS) - 1)
courses = st.lists(places, max_size=MOST + 4)


def marks(course: list[int | None]) -> list[LadderVisit]:
    return [
        LadderVisit(f"2026-{1 + number // 28:02}-{1 + number % 28:02}", place)
        for number, place in enumerate(course)
    ]


def chart(
    course: list[int | None], rungs: list[str] = RUNGS, alt: str = "What it shows."
) -> ET.Element:
    return ET.fromstring(ladder_chart(rungs, marks(course), alt, OPEN))


def texts(page: ET.Element) -> list[str]:
    return [item.text or "" for item in page.iter(f"{SVG}text")]


def dates(page: ET.Element) -> list[str]:
    return [text for text in texts(page) if re.fullmatch(r"\d{4}-\d\d-\d\d", text)]


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


def diamonds(page: ET.Element) -> int:
    return sum(
        item.get("d", "").endswith("z") and item.get("stroke-dasharray") == "2 2"
        for item in page.iter(f"{SVG}path")
    )


@given(courses)
def test_every_visit_has_one_sign_and_an_open_one_has_no_disc(course: list[int | None]) -> None:
    page, shown = chart(course), course[-MOST:]

    assert len(middles(page)) == sum(place is not None for place in shown)
    assert diamonds(page) == sum(place is None for place in shown)


@given(courses)
def test_only_the_last_visits_are_shown_with_their_dates(course: list[int | None]) -> None:
    assert dates(chart(course)) == [mark.date for mark in marks(course)[-MOST:]]


@given(courses)
def test_higher_step_stands_higher(course: list[int | None]) -> None:
    steps = [place for place in course[-MOST:] if place is not None]
    heights = [middle.imag for middle in middles(chart(course))]

    for (one, low), (other, high) in (
        (a, b) for a in zip(steps, heights, strict=True) for b in zip(steps, heights, strict=True)
    ):
        assert (one < other) == (low > high)


@given(courses)
def test_visits_go_from_left_to_right_and_lie_on_the_page(course: list[int | None]) -> None:
    page = chart(course)
    across = [middle.real for middle in middles(page)]
    height = float(page.get("viewBox", "").split()[3])

    assert across == sorted(across)
    assert all(LEFT < value < WIDTH for value in across)
    assert all(0 < middle.imag < height for middle in middles(page))


@given(st.lists(st.integers(0, len(RUNGS) - 1), max_size=MOST))
def test_line_for_what_was_open_stands_only_where_something_was(course: list[int]) -> None:
    assert OPEN not in texts(chart([*course]))
    assert OPEN in texts(chart([*course, None]))


def test_no_line_passes_through_a_visit_that_was_open() -> None:
    ways = [
        item
        for item in chart([0, 1, None, 2, 3]).iter(f"{SVG}path")
        if item.get("stroke-width") == "2"
    ]

    assert len(ways) == 2


def test_all_titles_are_written_from_the_top_down() -> None:
    written = " ".join(texts(chart([3])))

    assert written.startswith(" ".join(reversed(RUNGS)))


@given(
    st.lists(
        st.text(st.characters(categories=["Ll", "Lu"]) | st.just(" "), min_size=1, max_size=60),
        min_size=1,
        max_size=8,
    )
)
def test_titles_of_any_language_end_before_the_lines(rungs: list[str]) -> None:
    for item in chart([0], rungs).iter(f"{SVG}text"):
        if item.get("text-anchor") is None:
            assert float(item.get("x", "")) + CHARACTER * FONT * len(item.text or "") <= LEFT


def test_letters_are_twelve_pixels_high_on_a_phone() -> None:
    page = chart([1, None, 2])

    assert WIDTH <= PHONE
    assert float(page.get("font-size", "0")) >= 12
    assert all(item.get("font-size") is None for item in page.iter(f"{SVG}text"))


def test_turned_dates_pass_each_other_at_the_most_visits() -> None:
    page = chart([0] * MOST)
    turned = [
        item
        for item in page.iter(f"{SVG}text")
        if (item.get("transform") or "").startswith("rotate")
    ]
    ends = [float(item.get("x", "")) for item in turned]

    assert len(turned) == MOST
    assert min(after - before for before, after in pairwise(ends)) * 0.86 > FONT * 0.75


def test_words_are_escaped_and_the_title_is_the_first_child() -> None:
    page = chart([0], ["<b>&", "two"], "a < b & c")

    assert page[0].tag == f"{SVG}title"
    assert page[0].text == "a < b & c"
    assert "<b>&" in texts(page)


@given(courses)
def test_chart_is_the_same_text_every_time(course: list[int | None]) -> None:
    assert ladder_chart(RUNGS, marks(course), "alt", OPEN) == ladder_chart(
        RUNGS, marks(course), "alt", OPEN
    )
