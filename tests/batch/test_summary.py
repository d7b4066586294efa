"""The page about a whole table: who goes first, numbers that agree, nothing that a table could
smuggle in.
"""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from summaries import HOSTILE, MEANINGS, empty, full

from hingeexpert.batch.summary import MOST_MISSING, percent, render_summary
from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.templates import csp_hash
from hingeexpert.knowledge import KnowledgeBase


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.inside = 0

    def handle_starttag(self, tag: str, _: object) -> None:
        self.inside += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        self.said += [] if self.inside else data.split()


def text_of(page: str) -> str:
    parser = _Text()
    parser.feed(page)
    return " ".join(parser.said)


@pytest.fixture(scope="module")
def page(knowledge: KnowledgeBase) -> str:
    return render_summary(knowledge, full(knowledge), MEANINGS)


def test_who_goes_first_stands_first(page: str) -> None:
    """The most urgent come before every count, the most severe of them at the top; the rest follows
    in its order.
    """
    ids = (
        "first",
        "people-emergency",
        "people-urgent",
        "open-triage",
        "triage",
        "faults",
        "contributors",
        "readiness",
        "missing",
        "rejects",
        "run",
    )
    places = [page.index(f'id="{name}"') for name in ids]
    assert places == sorted(places)


def test_people_who_go_first_are_named_with_their_place(page: str) -> None:
    text = text_of(page)
    assert "10 forms: emergency or urgent" in text
    assert (
        "P-2 Date not given Triage Emergency Readiness Stop and refer File clinic.csv , row 1204"
        in text
    )
    assert "7 forms more are not listed here." in text


def test_a_proven_level_of_an_open_triage_is_shown_as_a_floor(page: str) -> None:
    """An open triage never looks decided: what it is at least stands beside what is not ruled
    out.
    """
    assert (
        "P-3 Date 2026-11-21 Triage At least urgent; not ruled out: emergency Readiness Open"
        in text_of(page)
    )


def test_an_open_triage_is_said_not_to_be_a_clear_one(page: str) -> None:
    """With how many there are, and up to which level, the worst first."""
    text = text_of(page)
    assert "An open triage is not a clear one : 321 forms still open" in text
    assert "321 forms (33.4 % of those accepted)" in text
    assert "up to emergency 300 up to urgent 21" in text


def test_nobody_to_see_first_is_said_with_care(knowledge: KnowledgeBase) -> None:
    """No urgent form does not hide the rejected rows, of which nothing is known, nor the open
    ones.
    """
    text = text_of(
        render_summary(knowledge, replace(full(knowledge), first=[], first_left_out=0), MEANINGS)
    )
    assert (
        "No accepted form is shown to be emergency or urgent. Rejected rows were not judged."
        in text
    )
    assert "An open triage is not a clear one" in text


def test_bars_say_the_numbers_of_their_table(knowledge: KnowledgeBase, page: str) -> None:
    """Each bar has a title in words, its width is the share, and the same number stands in its
    row.
    """
    assert "<title>Note: 400, 41.7 %</title>" in page
    assert 'width="41.667%"' in page
    assert "Note Forms 400 Share 41.7 %" in text_of(page)
    last = next(reversed(knowledge.faults))
    title = knowledge.faults[last].title
    assert (
        f"<title>{title}: high 95, 9.9 %; medium 57, 5.9 %; low 19, 2 %; undetermined 100, "
        "10.4 %; absent 689, 71.8 %</title>"
    ) in page
    assert f"{title} high 95 medium 57 low 19 undetermined 100 absent 689" in text_of(page)


def test_every_conclusion_of_the_knowledge_base_has_a_row(
    knowledge: KnowledgeBase, page: str
) -> None:
    text = text_of(page)
    levels = [level.title for ladder in knowledge.ladders.values() for level in ladder]
    assert [
        title
        for title in [
            *levels,
            *(
                item.title
                for item in (*knowledge.faults.values(), *knowledge.contributors.values())
            ),
        ]
        if title not in text
    ] == []


def test_parts_of_a_bar_follow_each_other(knowledge: KnowledgeBase, page: str) -> None:
    """High, medium, low and undetermined lie side by side; absent is what is left."""
    drawn = (
        page[page.index('id="faults"') : page.index('id="contributors"')]
        .split("<tbody>")[1]
        .split("</svg>")[0]
    )
    places = re.findall(r'class="(?:fill|edge)[^"]*" x="([\d.]+)%" width="([\d.]+)%"', drawn)
    assert [float(start) for start, _ in places] == pytest.approx(
        [0, 9.896, 15.833, 17.813], abs=0.002
    )
    assert sum(float(width) for _, width in places) == pytest.approx(100 * 271 / 960, abs=0.01)


def test_blanks_are_counted_most_often_first_and_folded(
    knowledge: KnowledgeBase, page: str
) -> None:
    shown, folded = page[page.index('id="missing"') :].split("<details>")
    assert shown.count("<tr>") == MOST_MISSING + 1
    more = folded[: folded.index("</details>")]
    assert f"{more.count('<tr>') - 1} more, less often blank" in more
    assert text_of(shown).index("clinician") < text_of(shown).index(
        next(iter(knowledge.observables))
    )
    assert "Blank 960 Share 100 %" in text_of(shown)


def test_defects_stand_with_their_meaning_most_often_first(page: str) -> None:
    text = text_of(page)
    assert "40 of 1,000 rows were rejected and not judged" in text
    assert text.index("Code unknown_choice Defects 1,234") < text.index("Code no_patient Defects 1")
    assert MEANINGS["unknown_choice"] in text


def test_run_facts_shorten_hashes(page: str) -> None:
    assert "clinic.csv SHA-256 abababababab" in text_of(page)
    assert "ab" * 32 not in page
    assert "hingeexpert 0.9.0" in text_of(page)


def test_what_a_table_says_is_text(knowledge: KnowledgeBase) -> None:
    """An identifier or a file name is neither an element, nor template code, nor a turn of
    direction.
    """
    page = render_summary(
        knowledge, full(knowledge, patient=HOSTILE, file=HOSTILE), {"no_patient": HOSTILE}
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}") == 5
    assert page.count("<bdi>") == page.count("</bdi>")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", _without_meaning(page))


def _without_meaning(page: str) -> str:
    """Leave out the table of codes: meanings are the program's own words."""
    return page[: page.index('id="rejects"')] + page[page.index('id="run"') :]


def test_same_summary_gives_same_bytes(knowledge: KnowledgeBase, page: str) -> None:
    assert render_summary(knowledge, full(knowledge), MEANINGS) == page


def test_policy_allows_exactly_the_style_of_the_page(page: str) -> None:
    """Nothing else may load, and no style stands on an element."""
    (style,) = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    assert f"style-src '{csp_hash(style)}'" in page
    assert not re.search(r"\sstyle=|<script|<link|https?://(?!www\.w3\.org)|<img", page)


def test_a_table_without_a_good_row_gives_a_page(knowledge: KnowledgeBase) -> None:
    text = text_of(render_summary(knowledge, empty(), {}))
    assert "Nothing to count" in text
    assert "No row was rejected." in text


def test_a_code_without_a_meaning_is_shown_as_it_is(knowledge: KnowledgeBase) -> None:
    assert "No_patient Code no_patient Defects 1" in text_of(
        render_summary(knowledge, full(knowledge), {})
    )


def test_own_template_replaces_the_shipped_one(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "summary.html").write_text(
        "{{ page.run.accepted }} of {{ knowledge.info.title }}", encoding="utf-8"
    )
    assert render_summary(knowledge, empty(), {}, tmp_path) == f"0 of {knowledge.info.title}"
    with pytest.raises(KnowledgeError, match="no such folder"):
        render_summary(knowledge, empty(), {}, tmp_path / "none")


@pytest.mark.parametrize(
    ("count", "total", "words"),
    [
        (0, 0, "0 %"),
        (0, 9, "0 %"),
        (1, 3, "33.3 %"),
        (9, 9, "100 %"),
        (1, 5000, "under 0.1 %"),
        (4999, 5000, "over 99.9 %"),
        (1, 2, "50 %"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(count: int, total: int, words: str) -> None:
    assert percent(count, total) == words
