"""The book of the knowledge base: all of it stands there, in words made from the conditions."""

import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from planted import edited, replaced
from small import SMALL, copied

from hingeexpert.assurance import read_cases, run_case
from hingeexpert.assurance.book import Book, book, render_book
from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.cli import main
from hingeexpert.formats.templates import csp_hash
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Between,
    Holds,
    Is,
    Not,
    OneOf,
    parameters_in,
)
from hingeexpert.knowledge.wording import ConditionLine, in_lines, written_conditions
from hingeexpert.pictures.dependency_graph import dependencies, draw, in_sentences

NUMBER = "stick.depth_degrees"
WORD = "stick.sacrum"


@pytest.fixture(scope="module")
def bound(knowledge: KnowledgeBase, outcomes: list[Outcome]) -> Book:
    return book(knowledge, outcomes)


@pytest.fixture(scope="module")
def page(bound: Book) -> str:
    return render_book(bound)


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    return load_knowledge(SMALL)


@pytest.fixture(scope="module")
def small_page(small: KnowledgeBase) -> str:
    return render_book(book(small))


def text_of(page: str) -> str:
    """Return what a reader reads, blanks made one."""
    body = re.sub(r"<(style|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", body)).split())


def anchored(page: str) -> set[str]:
    return set(re.findall(r'\sid="([^"]*)"', page))


def rule_in(page: str, name: str) -> str:
    """Return what the book says of one rule."""
    found = re.search(
        rf'<li id="rule-{re.escape(name)}">.*?(?=<li id="rule-|</article>|</section>)',
        page,
        flags=re.DOTALL,
    )
    assert found is not None
    return text_of(found.group())


def used_in(bound: Book) -> dict[str, set[str]]:
    """Return for each parameter the names of what uses it."""
    return {name: {user for _, user in places} for name, places in bound.uses.items()}


def test_everything_has_its_place(knowledge: KnowledgeBase, page: str) -> None:
    """Every entry, every rule and everything that speaks against one can be linked to."""
    levels = {
        f"{ladder}-{level.id}" for ladder, levels in knowledge.ladders.items() for level in levels
    }
    wanted = {anchor for anchor, _, _ in written_conditions(knowledge)} | levels
    for kind in ("observable", "finding", "fault", "contributor", "drill", "parameter", "source"):
        wanted |= {f"{kind}-{name}" for name in getattr(knowledge, f"{kind}s")}

    assert wanted - anchored(page) == set()


def test_every_identifier_and_word_of_the_knowledge_is_in_the_book(
    knowledge: KnowledgeBase, page: str
) -> None:
    text = text_of(page)
    said = [
        *knowledge.observables,
        *knowledge.parameters,
        *knowledge.sources,
        *(name for _, name, _ in written_conditions(knowledge)),
    ]
    for item in knowledge.observables.values():
        said += [item.question, item.look, *item.values.values(), item.means or ""]
    for conclusion in (*knowledge.faults.values(), *knowledge.contributors.values()):
        said += [
            conclusion.title,
            conclusion.meaning,
            *(rule.because for rule in (*conclusion.rules, *conclusion.against)),
        ]
    for level in (level for levels in knowledge.ladders.values() for level in levels):
        said += [
            level.id,
            level.title,
            level.clinician,
            level.patient,
            *level.unlocks,
            *level.advice,
        ]
        said += [words for rule in level.rules for words in (rule.because, rule.act or "")]
    said += [cue.say for fault in knowledge.faults.values() for cue in fault.cues]
    said += [
        item.meaning for item in (*knowledge.parameters.values(), *knowledge.findings.values())
    ]
    said += [source.says for source in knowledge.sources.values()]

    assert [words for words in said if " ".join(words.split()) not in text] == []


def test_every_worked_case_is_in_the_book(outcomes: list[Outcome], page: str) -> None:
    text = text_of(page)

    assert [outcome.case.file for outcome in outcomes if outcome.case.file not in text] == []
    assert [
        outcome.case.name for outcome in outcomes if " ".join(outcome.case.name.split()) not in text
    ] == []
    assert f"{len(outcomes)} of {len(outcomes)} came out as written here" in text


def test_a_case_that_came_out_otherwise_is_told(small: KnowledgeBase) -> None:
    cases, _ = read_cases(small, SMALL / "cases")
    outcomes = [run_case(small, case) for case in cases[:3]]
    other = Outcome(outcomes[0].case, ("it differs",), outcomes[0].diagnosis)
    text = text_of(render_book(book(small, [other, *outcomes[1:3]])))

    assert "2 of 3 came out as written here" in text
    assert "came out otherwise it differs" in text


def test_the_cover_says_exactly_which_knowledge_is_signed(
    knowledge: KnowledgeBase, page: str
) -> None:
    cover = text_of(page[: page.index('id="contents"')])

    for wanted in (
        knowledge.sha256,
        knowledge.info.version,
        knowledge.info.reviewed,
        *knowledge.info.limits,
        "Signature",
    ):
        assert wanted in cover


def test_the_words_of_a_rule_follow_the_rule(tmp_path: Path, small_page: str) -> None:
    """Another value in a condition is another value in the book."""
    name = "breath_holding.breath_held"
    before = rule_in(small_page, name)
    other = edited(
        tmp_path, "faults/breath_holding.yaml", "stick.breath: held", "stick.breath: easy", SMALL
    )

    assert "held stick.breath" in before
    assert rule_in(render_book(book(other)), name) == before.replace(
        "held stick.breath", "easy stick.breath"
    )


def test_the_number_in_a_rule_follows_its_parameter(tmp_path: Path, small_page: str) -> None:
    old, new = "control_depth: {value: 40", "control_depth: {value: 35"
    other = edited(tmp_path, "parameters.yaml", old, new, SMALL)
    name = "guarding.deep"

    assert "below 40 degrees (control_depth)" in rule_in(small_page, name)
    assert "below 35 degrees (control_depth)" in rule_in(render_book(book(other)), name)


def test_a_number_is_used_where_it_was_written_and_nowhere_else(
    tmp_path: Path, small: KnowledgeBase
) -> None:
    """Two parameters of the same unit are told apart by their name."""
    used = used_in(book(small))
    old, new = "{below: control_depth}", "{below: adequate_range}"
    used_then = used_in(book(edited(tmp_path, "contributors/guarding.yaml", old, new, SMALL)))

    assert "guarding.deep" in used["control_depth"] - used["adequate_range"]
    assert "guarding.deep" in used_then["adequate_range"] - used_then["control_depth"]
    assert "toes_raised_hinge" in used["toes_raised_reps"]


def test_every_number_of_a_condition_keeps_its_name(knowledge: KnowledgeBase) -> None:
    for anchor, _, condition in written_conditions(knowledge):
        numbers = re.findall(r"(?:least|most|count)=(?!None)[\d.]+", repr(condition))
        assert len(numbers) == len(list(parameters_in(condition))), anchor


def test_a_name_changes_no_meaning() -> None:
    assert Between(least=1, least_name="a") == Between(least=1, least_name="b")
    assert hash(AtLeast(1, (), "a")) == hash(AtLeast(1, (), "b"))


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        (AllOf(()), ConditionLine("always")),
        (AnyOf(()), ConditionLine("never")),
        (Not(Holds("finding:stick_slipped")), ("", True, [])),
        (AnyOf((Is(WORD, OneOf(frozenset({"lost"}))),)), ("", False, [])),
        (
            Not(AnyOf((Holds("finding:shift_left"), Holds("finding:shift_right")))),
            ("none of", False, ["", ""]),
        ),
        (
            Not(AllOf((Holds("finding:shift_left"), Holds("finding:shift_right")))),
            ("all of", True, ["", ""]),
        ),
        (
            AllOf(
                (
                    Holds("finding:shift_left"),
                    AllOf((Holds("finding:shift_right"), Holds("finding:dose_short"))),
                )
            ),
            ("all of", False, [""] * 3),
        ),
        (
            AnyOf((Holds("finding:shift_left"), AllOf((Holds("finding:shift_right"),) * 2))),
            ("any one of", False, ["", "all of"]),
        ),
        (AtLeast(2, (Holds("finding:shift_left"),) * 3), ("at least 2 of", False, [""] * 3)),
    ],
)
def test_a_condition_as_a_list_says_what_the_condition_says(
    knowledge: KnowledgeBase, condition: AllOf, wanted: ConditionLine | tuple[str, bool, list[str]]
) -> None:
    """Connectives become headings of lists, and only a list in a list of the same kind is merged
    with it.
    """
    line = in_lines(knowledge, condition)

    def heading(item: ConditionLine) -> str:
        return "" if item.refers_to else item.text

    assert wanted in (line, (heading(line), line.opposite, [heading(part) for part in line.parts]))


def test_a_line_names_the_question_the_answer_and_the_number(knowledge: KnowledgeBase) -> None:
    span = knowledge.observables[NUMBER].range
    assert span is not None
    line = in_lines(
        knowledge,
        Is(NUMBER, Between(least=2, most=9, most_included=False, least_name="a", most_name="b")),
    )

    assert line == ConditionLine(
        knowledge.observables[NUMBER].question,
        f"2 or more and below 9 {span.unit}",
        NUMBER,
        ("a", "b"),
    )
    assert in_lines(knowledge, Is(WORD, OneOf(frozenset({"lost", "kept"})))).test == "kept or lost"


def test_proofs_are_told_as_given_or_as_not_run(small: KnowledgeBase, page: str) -> None:
    proven = text_of(render_book(book(small, proofs=[("never_both", "Never both.", "proven")])))

    assert re.search(r"never_both.*Never both\..*proven", proven)
    assert "Not run." in text_of(page)
    assert "Not run." not in proven


def test_page_asks_for_nothing_outside(page: str) -> None:
    """No script, no inline style or handler, one style that the policy names, and every link stays
    in the page.
    """
    (style,) = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    rest = page.replace(style, "")

    assert f"style-src '{csp_hash(style)}';" in rest
    assert "default-src 'none'" in rest
    assert not re.search(r"url\(|@import", style)
    assert not re.search(
        r"<(script|link|img|iframe|object|embed|base|form|image|use)\b|\s(style|src|srcset|xlink:href|on\w+)=",
        rest,
    )
    assert {
        target for target in re.findall(r'href="([^"]*)"', rest) if not target.startswith("#")
    } == set()
    assert {target[1:] for target in re.findall(r'href="([^"]*)"', rest)} - anchored(page) == set()
    assert len(re.findall(r'\sid="', rest)) == len(anchored(page))


def test_the_same_knowledge_gives_the_same_bytes(small_page: str) -> None:
    assert render_book(book(load_knowledge(SMALL))) == small_page


def test_the_picture_shows_every_conclusion_and_says_it_in_words(knowledge: KnowledgeBase) -> None:
    """The alternative text names each row; the drawing has one dot for each dependency."""
    rows = dependencies(knowledge)
    drawing = ElementTree.fromstring(draw(knowledge))
    title = drawing.findtext("title")

    assert title == in_sentences(rows)
    assert {row.label for row in rows} <= {element.text for element in drawing.iter("text")}
    assert len(list(drawing.iter("circle"))) == sum(
        len(row.reads) + len(row.opposed_by) for row in rows
    )
    names = {row.name for row in rows}
    assert {f"fault:{name}" for name in knowledge.faults} | {
        f"contributor:{name}" for name in knowledge.contributors
    } <= names


def test_the_picture_follows_the_conditions(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    """A rule that reads another group of questions gets another dot."""
    rule = "when: {stick.breath: held}\n    because"
    more = rule.replace("held", "held, wall.feet: flat")
    other = edited(tmp_path, "faults/breath_holding.yaml", rule, more)
    before, after = (
        {row.name: row for row in dependencies(each)}["fault:breath_holding"]
        for each in (knowledge, other)
    )

    assert "group:wall" not in before.reads
    assert set(after.reads) - set(before.reads) == {"group:wall"}


def test_the_picture_lets_nothing_through_unescaped(tmp_path: Path) -> None:
    title = "Breath & <script>alert(1)</script>"
    other = edited(
        tmp_path, "faults/breath_holding.yaml", "title: Breath held", f'title: "{title}"', SMALL
    )

    assert "<script" not in render_book(book(other))
    assert title in {element.text for element in ElementTree.fromstring(draw(other)).iter("text")}


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["rules", "book", *map(str, arguments)])
    return result.exit_code, result.stderr


def test_the_command_writes_the_book_of_any_rules(tmp_path: Path) -> None:
    rules = copied(tmp_path)
    title = load_knowledge(rules).info.title
    replaced(rules / "knowledge.yaml", f"title: {title}", "title: Our own assessment")
    code, _ = run("-o", tmp_path / "book.html", "--rules", tmp_path / "rules", "--no-proofs")
    text = text_of((tmp_path / "book.html").read_text(encoding="utf-8"))

    assert code == 0
    assert "Not run." in text
    assert "Our own assessment" in text
    assert load_knowledge(rules).sha256 in text
    assert "There are none beside this knowledge base." in text


def test_the_command_proves_what_it_says(tmp_path: Path) -> None:
    copied(tmp_path)
    only = (
        "properties:\n  - {id: consistent, sentence: No condition is true and false., check: "
        "consistent, sources: [PROPOSAL]}\n"
        "  - {id: kept, sentence: Nobody is coached against the card., "
        "never: {care: promised, coached: yes}, sources: [PROPOSAL]}\n"
    )
    (tmp_path / "rules" / "properties.yaml").write_text(only, encoding="utf-8")
    run("-o", tmp_path / "book.html", "--rules", tmp_path / "rules")
    text = text_of((tmp_path / "book.html").read_text(encoding="utf-8"))

    assert "No condition is true and false." in text
    assert "Not run." not in text


def test_the_command_needs_a_file_and_readable_cases(tmp_path: Path) -> None:
    copied(tmp_path)
    (tmp_path / "rules" / "cases").mkdir()
    (tmp_path / "rules" / "cases" / "bad.yaml").write_text("name: short\n", encoding="utf-8")

    assert run()[0] == 2
    code, told = run("-o", tmp_path / "book.html", "--rules", tmp_path / "rules")
    assert (code, "bad.yaml" in told, (tmp_path / "book.html").exists()) == (1, True, False)
