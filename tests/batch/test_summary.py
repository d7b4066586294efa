"""The page about a whole table: who goes first, numbers that agree, nothing that a table could
smuggle in.
"""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from summaries import HOSTILE, MEANINGS, empty, full

from hingeexpert.batch.summary import PeopleFacts
from hingeexpert.batch.summary_page import FEWEST_TOGETHER, MOST_MISSING, render_summary
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


def test_how_many_go_first_then_the_charts_then_who_they_are(page: str) -> None:
    """A list of people, however long, buries no chart of triage, readiness or faults."""
    ids = (
        "rejected-first",
        "first",
        "open-triage",
        "triage",
        "readiness",
        "faults",
        "people",
        "people-emergency",
        "people-urgent",
        "retests",
        "waiting",
        "contributors",
        "together",
        "months",
        "clinicians",
        "missing",
        "rejects",
        "run",
    )
    places = [page.index(f'id="{name}"') for name in ids]
    assert places == sorted(places)


def test_people_who_go_first_are_named_with_reason_and_place(page: str) -> None:
    text = text_of(page)
    assert "10 people: emergency or urgent" in text
    assert (
        "P-2 Date not given Reason Sudden tearing pain, chest pain, fainting or fighting for "
        "breath. And 2 other reasons. File clinic.csv , row 1204"
    ) in text
    assert "2 people more went first on an earlier form," in text


def test_nobody_is_left_out_silently(page: str) -> None:
    """Those of a level that are not named are counted, and it is said where they stand."""
    text = text_of(page)
    assert "7 more: urgent. Only the first 2 are named here." in text
    assert "look for urgent in the column triage.at_least" in text
    assert "more: emergency. Only" not in text


def test_rejected_rows_that_prove_something_stand_first(page: str) -> None:
    """With the reason, the file and the row; one without an identifier too; all are counted."""
    text = text_of(page)
    assert "Rejected, and already proven : 3 rows: emergency or urgent" in text
    assert "not given Date not given Reason New numbness, bladder or bowel change" in text
    assert "File clinic.csv , row 18" in text
    assert "1 more: emergency. Every one stands in rejects.csv" in text


def test_what_is_known_of_the_rejected(page: str) -> None:
    """Nobody of them is cleared, and of whom nothing was looked at is said."""
    text = text_of(page)
    assert "3 of them already prove by what could be read that the person goes first" in text
    assert "5 were not looked at, as no cell could be read" in text


def test_a_table_that_was_not_read_is_named_with_the_reason(page: str) -> None:
    assert "third.csv was not read: no column is patient.id" in text_of(page)


def test_questions_without_a_column_are_one_line(knowledge: KnowledgeBase, page: str) -> None:
    """And are not among the blanks that mattered."""
    names = list(knowledge.observables)
    text = text_of(page)
    line = "2 questions have no column in any table; these leave forms open, the most first:"
    assert f"{line} {names[3]}" in text
    assert knowledge.observables[names[3]].question not in text


def test_faults_from_form_to_form(knowledge: KnowledgeBase, page: str) -> None:
    """An answer that is missing is no change."""
    text = text_of(page)
    title = knowledge.faults["neck_flexion"].title
    assert f"{title} Gone 4 New 0 Undecided 7" in text
    assert "120 dated forms have an earlier one of the same person" in text


def test_people_are_counted_by_reason(page: str) -> None:
    """With the words of the rule and what it asks for."""
    text = text_of(page)
    assert (
        "A sign that nerves or spinal cord may be under pressure. "
        "Medical assessment the same day. People 6" in text
    )


def test_a_proven_level_of_an_open_triage_is_shown_as_a_floor(page: str) -> None:
    """An open triage never looks decided: what it is at least stands beside what is not ruled
    out.
    """
    assert "And 1 other reason. At least urgent; not ruled out: emergency." in text_of(page)


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
    nobody = replace(full(knowledge), people=PeopleFacts())
    text = text_of(render_summary(knowledge, nobody, MEANINGS))
    assert (
        "No accepted form is shown to be emergency or urgent. Rejected rows are not among them."
        in text
    )
    assert "An open triage is not a clear one" in text


def test_bars_say_the_numbers_of_their_table(knowledge: KnowledgeBase, page: str) -> None:
    """Each bar has a title in words, and the same numbers stand in its row: the count, the share
    and its interval.
    """
    assert "<title>Note: 400, 41.7 % (38.6 to 44.8)</title>" in page
    assert "Note Forms 400 Share 41.7 % 95 % interval 38.6 to 44.8" in text_of(page)
    last = next(reversed(knowledge.faults))
    title = knowledge.faults[last].title
    assert f"<title>{title}: present 171, 17.8 %; high 95, medium 57, low 19</title>" in page
    assert (
        f"{title} present 171 Share 17.8 % 15.5 to 20.4 high 95 55.6 % medium 57 33.3 % "
        "low 19 11.1 % undetermined 100 absent 689"
    ) in text_of(page)


def test_an_axis_ends_at_a_round_number_above_the_largest(page: str) -> None:
    """A bar is as long as its share of the axis, not of 100 %."""
    triage = page[page.index('id="triage"') : page.index('id="readiness"')]
    assert "Bar, 0 to 50 %" in triage
    assert 'width="83.333%"' in triage
    assert "The bars go from 0 to 25 % of the forms" in text_of(page)


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
    """High, medium and low lie side by side, on the axis."""
    drawn = (
        page[page.index('id="faults"') : page.index('id="people"')]
        .split("<tbody>")[1]
        .split("</svg>")[0]
    )
    places = re.findall(r'class="(?:fill|edge)[^"]*" x="([\d.]+)%" width="([\d.]+)%"', drawn)
    assert [float(start) for start, _ in places] == pytest.approx([0, 39.583, 63.333], abs=0.01)
    assert sum(float(width) for _, width in places) == pytest.approx(400 * 171 / 960, abs=0.01)


def test_blanks_that_mattered_stand_most_often_first_and_folded(
    knowledge: KnowledgeBase, page: str
) -> None:
    shown, folded = page[page.index('id="missing"') :].split("<details>")
    assert shown.count("<tr>") == MOST_MISSING + 1
    more = folded[: folded.index("</details>")]
    assert f"{more.count('<tr>') - 1} more, less often" in more
    text = text_of(shown)
    assert "On 500 forms triage or readiness is open." in text
    assert "Left open 400 The only one 12 Share 80.0 %" in text


def test_only_pairs_of_faults_that_are_no_chance_are_shown(
    knowledge: KnowledgeBase, page: str
) -> None:
    """A pair that is seen too rarely is left out; the other has what chance alone would give."""
    names = [fault.title for fault in knowledge.faults.values()]
    text = text_of(page)
    assert f"{names[10]} and {names[11]} Both 44 By chance 9.3 Of the rarer 48.9 %" in text
    assert f"{names[1]} and {names[2]}" not in text
    assert f"on {FEWEST_TOGETHER} forms or more" in text


def test_months_and_clinicians_have_shares_with_intervals(page: str) -> None:
    text = text_of(page)
    assert (
        "2026-10 Forms 460 Emergency or urgent 0.9 % 0.3 to 2.2 Ready for more 4.3 % 2.8 to 6.6 "
        "Decided 65.2 % 60.8 to 69.4"
    ) in text
    assert "B. Okafor Forms 3 Emergency or urgent 0.0 % 0.0 to 56.1" in text
    assert "4 more are not shown" in text


def test_people_seen_again_say_where_they_went(page: str) -> None:
    text = text_of(page)
    assert "100 people of 700 have several dated forms." in text
    assert "Moved down People 12 Share 12.0 %" in text
    assert "First 2026-01-02: Ready for Grind Latest 2026-03-04: Pattern, an easier version" in text
    assert "11 more moved down" in text


def test_who_waits_is_named_with_the_days(page: str) -> None:
    text = text_of(page)
    assert "Hold and look again: 33 people." in text
    assert "Latest form 2026-10-01 Days since 60" in text


def test_defects_stand_with_their_meaning_most_often_first(page: str) -> None:
    text = text_of(page)
    assert "40 of 1,000 rows were rejected." in text
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
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}") == 13
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
