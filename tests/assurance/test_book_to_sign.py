"""The book to sign: short enough for an hour, and everything that is signed stands in it once."""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small import SMALL, copied

from hingeexpert.assurance.authoring.workbook.rows import RuleTables
from hingeexpert.assurance.book import book
from hingeexpert.assurance.book_drills import FEW_WORDS
from hingeexpert.assurance.book_to_sign import BookToSign, book_to_sign, render_book_to_sign
from hingeexpert.assurance.book_told import OTHER_WORDS, plain
from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.cli import main
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.templates import csp_hash
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.loading import model_documents
from hingeexpert.knowledge.models.conclusions import Fault
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.knowledge.models.traits import FOR_PERSON
from hingeexpert.knowledge.places import names_of
from hingeexpert.knowledge.rule_files import read_rule_files
from hingeexpert.knowledge.texts import entries_by_file, places_read, strings
from hingeexpert.knowledge.translation import texts_to_translate

MOST_WORDS = 12_000
"""Of the first part that is signed: an hour of reading."""
MOST_WORDS_APART = 6_000
"""Of the part that is signed apart: half an hour."""
A_SENTENCE = 8
"""Words from which on a text is too long to stand in another by chance."""
VOID = {"meta", "rect", "path", "circle", "br"}
NOT_IN_A_PARAGRAPH = {"p", "div", "ul", "ol", "table", "section", "dl", "h1", "h2", "h3", "h4"}


@pytest.fixture(scope="module")
def bound(knowledge: KnowledgeBase, outcomes: list[Outcome]) -> BookToSign:
    return book_to_sign(book(knowledge, outcomes))


@pytest.fixture(scope="module")
def page(bound: BookToSign) -> str:
    return render_book_to_sign(bound)


def of(knowledge: KnowledgeBase) -> str:
    return render_book_to_sign(book_to_sign(book(knowledge)))


def signed_part(page: str) -> str:
    """Return what stands from the title to the last signature."""
    return page[page.index("<main") : page.index('<section class="annex unsigned"')]


def halves(page: str) -> tuple[str, str]:
    """Return what is signed in the first hour, and what is signed apart."""
    first, mark, apart = signed_part(page).partition('<section class="annex apart"')
    assert mark
    return first, mark + apart


def section(page: str, name: str) -> str:
    """Return one section of what is signed."""
    return page[page.index(f'<h2 id="{name}"') :].partition("</section>")[0]


def text_of(page: str) -> str:
    """Return what a reader reads, blanks made one; a mark stands with its word."""
    body = re.sub(r"<(style|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    body = re.sub(r"</?(?:span|a|abbr|strong|em|code)\b[^>]*>", "", body)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def told_in(page: str) -> Counter[str]:
    """Return the texts that are marked as told to the person, with how often each stands."""
    found = re.findall(r'<(\w+) class="told">(.*?)</\1>', page, flags=re.DOTALL)
    return Counter(plain(unescape(text)) for _, text in found)


def for_person(knowledge: KnowledgeBase) -> set[str]:
    """Return every text for the person, by the traits of the models alone."""
    texts: set[str] = set()
    for file, entry in entries_by_file(knowledge).items():
        told = places_read(file, entry, FOR_PERSON)
        texts |= {plain(text) for path, text in strings(entry) if path in told}
    return texts


def test_an_hour_is_enough(page: str) -> None:
    first, apart = (len(text_of(part).split()) for part in halves(page))

    assert 5_000 < first <= MOST_WORDS
    assert 2_000 < apart <= MOST_WORDS_APART


def test_every_text_for_the_person_stands_once(knowledge: KnowledgeBase, page: str) -> None:
    told = told_in(page)

    assert set(told) == for_person(knowledge)
    assert set(told) <= set(texts_to_translate(knowledge))
    assert [text for text, count in told.items() if count > 1] == []


def test_what_is_signed_says_no_sentence_to_the_person_twice(page: str) -> None:
    """Not even in other words of the book; a sentence that is part of another is not counted."""
    signed = signed_part(page)
    told, text = told_in(signed), text_of(signed)
    long = [sentence for sentence in told if len(sentence.split()) >= A_SENTENCE]
    alone = [one for one in long if not any(one in other for other in told if other != one)]

    assert len(alone) > 100
    assert {sentence: text.count(sentence) for sentence in alone} == dict.fromkeys(alone, 1)


def test_every_sentence_of_a_sheet_is_signed(knowledge: KnowledgeBase, page: str) -> None:
    """Only what is said while teaching, the words of a picture and lines of the form are not."""
    told = told_in(signed_part(page))
    faults = knowledge.faults.values()
    rules = [rule for fault in faults for rule in fault.rules]
    said = [seen.seen for seen in (*faults, *rules) if seen.seen]
    said += [cue.say for fault in faults for cue in fault.cues]
    said += [contributor.patient for contributor in knowledge.contributors.values()]
    said += [level.patient for levels in knowledge.ladders.values() for level in levels]
    said += [item.say for card in knowledge.handout.care for item in card.items]
    for drill in knowledge.drills.values():
        if drill.is_for_person:
            said += on_sheet(drill)
    said += [item.question for item in knowledge.observables.values() if item.is_for_person]

    assert [text for text in map(plain, said) if told[text] != 1] == []


def on_sheet(drill: Drill) -> list[str]:
    """Return what is said to whoever is given a drill: its dose, lines, cues and sheet."""
    lines = (drill.before, drill.load, drill.step_up, *drill.stop)
    said = [drill.dose.how, *(line.do for line in lines if line)]
    said += [cue.say for cue in (*drill.cues.values(), *([drill.cue] if drill.cue else ()))]
    if brief := drill.brief:
        said += [brief.name, brief.need, *brief.steps, brief.dose, brief.less or "", brief.feel]
    return [text for text in map(plain, said) if text]


def test_only_what_the_further_rungs_add_is_signed_apart_and_the_questions(
    knowledge: KnowledgeBase, page: str
) -> None:
    """Whoever stays at the pattern is told nothing of the second part but the questions."""
    first, apart = (told_in(part) for part in halves(page))
    drills = [drill for drill in knowledge.drills.values() if drill.is_for_person]
    pattern = {text for drill in drills if not drill.rung for text in on_sheet(drill)}
    further = {text for drill in drills if drill.rung for text in on_sheet(drill)}
    questions = {plain(text) for text in asked(knowledge)}

    assert pattern - first.keys() == set()
    assert further - pattern - first.keys() == apart.keys() - questions
    assert questions - apart.keys() - first.keys() == set()
    assert min(len(apart.keys() & questions), len(apart.keys() - questions)) > 50


def asked(knowledge: KnowledgeBase) -> set[str]:
    """Return what the files of questions say to the person."""
    texts: set[str] = set()
    for file, entry in entries_by_file(knowledge).items():
        if file.startswith("observables/"):
            told = places_read(file, entry, FOR_PERSON)
            words = [(path, text) for path, text in strings(entry) if path in told]
            texts |= {text for path, text in words if path[-1] not in OTHER_WORDS}
    return texts


def test_the_first_page_says_what_is_signed_where(page: str) -> None:
    text = text_of(section(page, "summary"))

    assert "sections 1 to 7, an hour" in text
    assert "sections 8 to 10, half an hour" in text
    assert "I have read sections 8 to 10." in text_of(halves(page)[1])


def test_a_cue_of_a_fault_is_looked_up_by_a_drill(knowledge: KnowledgeBase, page: str) -> None:
    """It is named by the row of the fault, and its place there."""
    rows = dict(re.findall(r'<tr id="fault-(\w+)"><th scope="row">(F\d+) ', page))
    drill = knowledge.drills["hands_on_hips_hinge"]
    fault = next(name for name, item in knowledge.faults.items() if shared(item, drill))
    said = [cue.say for cue in knowledge.faults[fault].cues]
    places = [said.index(text) + 1 for text in shared(knowledge.faults[fault], drill)]
    row = page[page.index(f'<tr id="drill-{drill.drill}"') :].partition("</tr>")[0]

    assert any(f"as {rows[fault]}.{place}" in text_of(row) for place in places)
    assert len(set(rows.values())) == len(rows) == len(knowledge.faults)


def shared(fault: Fault, drill: Drill) -> set[str]:
    """Return the cues that stand with both, those of few words left out."""
    said = {cue.say for cue in fault.cues} & {cue.say for cue in drill.cues.values()}
    return {text for text in said if len(text.split()) > FEW_WORDS}


def test_every_reason_and_number_is_signed(knowledge: KnowledgeBase, page: str) -> None:
    text = text_of(signed_part(page))
    said = [
        rule.because
        for conclusion in knowledge.conclusions.values()
        for rule in (*conclusion.rules, *conclusion.against)
    ]
    for level in (level for levels in knowledge.ladders.values() for level in levels):
        said += [level.title, level.clinician]
        said += [words for rule in level.rules for words in (rule.because, rule.act or "")]
    said += [f"{number.value:g} {number.unit}" for number in knowledge.parameters.values()]

    assert [words for words in said if plain(words) not in text] == []


def test_a_level_names_the_row_of_another_reason(knowledge: KnowledgeBase, page: str) -> None:
    rows = dict(re.findall(r'<tr id="rule-([\w.]+)"><th scope="row">([\w.]+)</th>', page))
    reasons = sum(len(level.rules) for levels in knowledge.ladders.values() for level in levels)

    assert len(set(rows.values())) == len(rows) == reasons
    assert rows["triage.urgent.nerve_signs"] == "T2.2"
    assert "T1, or T2" in text_of(section(page, "levels"))


def test_every_section_can_be_answered_and_the_signature_ends_it(page: str) -> None:
    for part, level, sections, last in zip(
        halves(page), (2, 3), (7, 3), ("signature", "signature-apart"), strict=True
    ):
        heads = re.findall(rf'<h{level} id="([\w-]+)" class="part-head"', part)

        assert part.count('class="answer"') == len(heads) - 1 == sections
        assert heads[-1] == last
        assert "Signature" not in text_of(part[: part.index(f'<h{level} id="{last}"')])


def test_the_head_of_a_printed_page_names_book_version_and_checksum(
    knowledge: KnowledgeBase, page: str
) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    said = re.sub(r"\\([0-9a-f]+) ", lambda code: chr(int(code[1], 16)), style)

    assert f'"{knowledge.info.title}: the book to sign"' in said
    assert knowledge.info.version in said
    assert knowledge.sha256 in said
    assert 'content: "Page " counter(page) " of " counter(pages)' in style


def test_annex_has_every_case_source_and_translation(
    knowledge: KnowledgeBase, outcomes: list[Outcome], page: str
) -> None:
    annex = text_of(page[page.index('<section class="annex unsigned"') :])
    said = [outcome.case.name for outcome in outcomes]
    said += [source.says for source in knowledge.sources.values()]
    said += [item.to for language in knowledge.languages.values() for item in language.texts]
    said += [number.meaning for number in knowledge.parameters.values()]

    assert f"{len(outcomes)} of {len(outcomes)} came out as written" in annex
    assert [text for text in said if plain(text) not in annex] == []


def test_a_case_that_came_out_otherwise_is_told(
    knowledge: KnowledgeBase, outcomes: list[Outcome]
) -> None:
    other = Outcome(outcomes[0].case, ("it differs",), outcomes[0].diagnosis)
    text = text_of(render_book_to_sign(book_to_sign(book(knowledge, [other, outcomes[1]]))))

    assert "1 of 2 came out as written" in text
    assert "Came out otherwise: it differs" in text


def test_the_margin_prints_the_places_of_the_workbook_and_adds_no_word(
    knowledge: KnowledgeBase, outcomes: list[Outcome], page: str
) -> None:
    folder = data_folder("rules")
    documents = model_documents(folder).items()
    places = {file: names_of(file, document) for file, document in documents}
    placed = render_book_to_sign(book_to_sign(book(knowledge, outcomes), places))
    printed = {unescape(place) for place in re.findall(r'data-place="([^"]*)"', placed)}
    known = {name for names in places.values() for name in names.values()}
    rules = RuleTables(read_rule_files(folder)).sheets
    sheets = ("Numbers", "Triage", "Readiness", "Reasons", "Against")
    rows = {row.place for sheet in sheets for row in rules[sheet]}

    assert text_of(placed) == text_of(page)
    assert printed <= known
    left = {row for row in rows - printed if not re.search(r"\.(said|meanwhile)\[", row)}
    assert left == set()


class _Nesting(HTMLParser):
    """Follows which elements are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.slips: list[str] = []
        self.ids: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids.update(value or "" for name, value in attrs if name == "id")
        if "p" in self.open and tag in NOT_IN_A_PARAGRAPH:
            self.slips.append(f"<{tag}> in <p>, line {self.getpos()[0]}")
        if tag in ("li", "tr", "td") and self.open[-1] not in ("ul", "ol", "thead", "tbody", "tr"):
            self.slips.append(f"<{tag}> in <{self.open[-1]}>, line {self.getpos()[0]}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open.pop() != tag:
            self.slips.append(f"</{tag}>, line {self.getpos()[0]}")


@pytest.mark.parametrize("which", ["shipped", "small"])
def test_every_element_is_closed_where_it_belongs_and_every_id_is_given_once(
    which: str, page: str
) -> None:
    nesting = _Nesting()
    nesting.feed(page if which == "shipped" else of(load_knowledge(SMALL)))

    assert (nesting.slips, nesting.open) == ([], [])
    assert [name for name, count in nesting.ids.items() if count > 1] == []


def test_page_asks_for_nothing_outside(page: str) -> None:
    """No script, no inline style or handler, one style that the policy names, and every link stays
    in the page.
    """
    (style,) = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    rest = page.replace(style, "")
    targets = set(re.findall(r'href="([^"]*)"', rest))

    assert f"style-src '{csp_hash(style)}';" in rest
    assert "default-src 'none'" in rest
    assert not re.search(r"url\(|@import", style)
    assert not re.search(r"<(script|link|img|iframe|object|form|use)\b|\s(style|src|on\w+)=", rest)
    assert {target[1:] for target in targets} - set(re.findall(r'\sid="([^"]*)"', rest)) == set()
    assert {target[0] for target in targets} == {"#"}


def test_the_title_of_the_rules_cannot_end_the_style(tmp_path: Path) -> None:
    rules = copied(tmp_path)
    info = rules / "knowledge.yaml"
    title = 'A "B" </style><script>alert(1)</script>\\'
    text = re.sub(
        r"^title: .*$",
        lambda _: f"title: '{title}'",
        info.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    info.write_text(text, encoding="utf-8")
    page = of(load_knowledge(rules))

    assert "<script" not in page
    assert page.count("</style>") == 1


def test_no_name_of_the_knowledge_stands_in_the_templates(knowledge: KnowledgeBase) -> None:
    folder = data_folder("reports")
    texts = {
        path.name: path.read_text(encoding="utf-8")
        for path in (folder / "book_to_sign.html", *sorted((folder / "book_to_sign").iterdir()))
    }
    names = {
        *knowledge.observables,
        *knowledge.conclusions,
        *knowledge.drills,
        *knowledge.parameters,
        *(item.title for item in knowledge.conclusions.values()),
        *(item.title for item in knowledge.drills.values()),
    }

    found = [(file, name) for file, text in texts.items() for name in names if name in text]
    assert found == []


def test_the_same_knowledge_gives_the_same_bytes(outcomes: list[Outcome], page: str) -> None:
    again = load_knowledge(data_folder("rules"))

    assert render_book_to_sign(book_to_sign(book(again, outcomes))) == page


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["rules", "book", "--sign", *map(str, arguments)])


def test_the_command_writes_the_book_of_any_rules(tmp_path: Path) -> None:
    result = run("-o", tmp_path / "sign.html", "--rules", SMALL)
    page = (tmp_path / "sign.html").read_text(encoding="utf-8")
    small = load_knowledge(SMALL)

    assert (result.exit_code, result.output) == (0, "")
    assert set(told_in(page)) == for_person(small)
    assert small.sha256 in text_of(section(page, "signature"))
    assert "no table of contacts" in text_of(page)


def test_a_template_of_ones_own_replaces_a_part(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "book_to_sign"
    own.mkdir(parents=True)
    (own / "cover.html").write_text("<h1>{{ signed.full.rules }} rules</h1>", encoding="utf-8")
    run("-o", tmp_path / "sign.html", "--rules", SMALL, "--templates", own.parent)

    rules = book(load_knowledge(SMALL)).rules
    assert f"<h1>{rules} rules</h1>" in (tmp_path / "sign.html").read_text(encoding="utf-8")


def test_proofs_are_not_asked_of_it(tmp_path: Path) -> None:
    result = run("-o", tmp_path / "sign.html", "--proofs")

    assert result.exit_code == 2
    assert "leave out --proofs or --sign" in result.stderr
    assert not (tmp_path / "sign.html").exists()
