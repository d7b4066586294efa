"""The code on a sheet: read off the print, where it spoils nothing; none where it would."""

import re
from itertools import islice
from pathlib import Path

import numpy as np
import pdfua
import pytest
import zxingcpp
from click.testing import CliRunner, Result
from counts import count
from doors import without_head
from papers import FORMS, facts, form, ids, languages, read, sheet_of, texts, tool, typed
from shipped import shipped
from shown_forms import shown_forms

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.cli import main
from hingeexpert.formats.pdf import PAPERS
from hingeexpert.forms import Assessment
from hingeexpert.handout import Handout, Wishes, handout_html, handout_pdf
from hingeexpert.handout.folder import Print, Write
from hingeexpert.inference import diagnose
from hingeexpert.interop.pocket import pocket_text, read_pocket
from hingeexpert.knowledge import KnowledgeBase, in_language

DPI = 300
LEAST_EDGE = 8 / 25.4 * DPI
"""Dots that printers leave free at an edge, and more."""
LANGUAGES = languages(shipped())


def coded(
    knowledge: KnowledgeBase, person: Assessment, wishes: Wishes, language: str = "en"
) -> Handout:
    """Return a sheet with a code, where it may have one."""
    diagnosis = diagnose(knowledge, person)
    return Write(wishes, language, pocket_text)(knowledge, person, diagnosis)


def codes_on(printed: bytes, folder: Path) -> list[zxingcpp.Barcode]:
    """Return the codes on the pages of a PDF, as a reader finds them in a picture of each."""
    (folder / "sheets.pdf").write_bytes(printed)
    tool("pdftoppm", "-gray", "-r", DPI, folder / "sheets.pdf", folder / "page")
    found = []
    for page in sorted(folder.glob("page-*.pgm")):
        head, _, raw = page.read_bytes().partition(b"\n255\n")
        wide, high = map(int, head.split()[-2:])
        found += zxingcpp.read_barcodes(np.frombuffer(raw, np.uint8).reshape(high, wide))
        page.unlink()
    return found


@pytest.fixture(scope="module")
def people(knowledge: KnowledgeBase) -> list[Assessment]:
    """Return people who are not sent on, the last with the longest code."""
    flags = ", ".join(
        f"{name.partition('.')[2]}: no"
        for name in knowledge.part_of["safety.saddle_numbness"].flags
    )
    shown = shown_forms(knowledge, 60, seed=5)
    calm = (person for person in shown if not is_sent_on(knowledge, person))
    longest = typed(knowledge, f"safety: {{{flags}}}\nscreen: {{wall_to_neck_cm: 9.31}}")
    return [*islice(calm, count(quick=3, thorough=19)), longest]


def is_sent_on(knowledge: KnowledgeBase, person: Assessment) -> bool:
    """Whether the sheet of a person is a referral."""
    return coded(knowledge, person, Wishes()).kind == "referral"


@pytest.mark.slow
@pytest.mark.parametrize("paper", PAPERS)
def test_every_code_is_read_off_the_print(
    knowledge: KnowledgeBase, people: list[Assessment], tmp_path: Path, paper: str
) -> None:
    wishes = Wishes(paper=PAPERS[paper])
    sheets = [coded(knowledge, person, wishes) for person in people]
    found = codes_on(handout_pdf(sheets, wishes), tmp_path)
    read_back = [read_pocket(knowledge, code.text) for code in found]
    assert read_back == [without_head(person) for person in people]
    assert min(code.position.bottom_left.x for code in found) > LEAST_EDGE


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fullest_sheets_stay_on_their_page(
    knowledge: KnowledgeBase, outcomes: list[Outcome], tmp_path: Path, language: str
) -> None:
    """Of the worked cases with one drill, on the shorter paper."""
    wishes = Wishes(paper="us-letter")
    bare = [
        (outcome, sheet_of(knowledge, outcome, wishes, language))
        for outcome in outcomes[:: count(quick=9, thorough=1)]
    ]
    of_one_drill = [(outcome, made) for outcome, made in bare if ids(made).count("drill") == 1]
    of_one_drill.sort(key=lambda pair: -len(" ".join(texts(pair[1]))))
    fullest = [outcome for outcome, _ in of_one_drill][: count(quick=3, thorough=20)]
    sheets = [coded(knowledge, one.case.assessment, wishes, language) for one in fullest]
    assert all(sheet.pocket for sheet in sheets)
    (tmp_path / "sheets.pdf").write_bytes(handout_pdf(sheets, wishes))
    assert facts(tmp_path / "sheets.pdf")["Pages"] == str(len(sheets))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_in_words(knowledge: KnowledgeBase, tmp_path: Path, language: str) -> None:
    """On paper and on the page, beside it and for who can not see it; the paper stays PDF/UA."""
    words = in_language(knowledge, language).exchange
    sheet = coded(knowledge, form(knowledge, "fault"), Wishes(), language)
    (tmp_path / "sheet.pdf").write_bytes(handout_pdf([sheet], Wishes()))
    page = handout_html(sheet, Wishes())
    assert words.pocket in " ".join(read(tmp_path / "sheet.pdf").split())
    assert f'<div role="img" aria-label="{words.pocket_picture}"><svg width="' in page
    assert words.pocket in page
    report = pdfua.validate(str(tmp_path / "sheet.pdf"))
    assert [item for item in report.findings if item.severity.name != "SKIP"] == []


@pytest.mark.parametrize("name", ["emergency", "urgent_open"])
def test_a_sheet_that_sends_on_has_none(knowledge: KnowledgeBase, name: str) -> None:
    sheet = coded(knowledge, form(knowledge, name), Wishes())
    assert sheet.kind == "referral"
    assert sheet.pocket is None


def test_there_is_none_unless_it_is_wished(knowledge: KnowledgeBase) -> None:
    """And the account of a folder tells the two apart."""
    person, bare = form(knowledge, "fault"), Write(Wishes(), "en")
    assert bare(knowledge, person, diagnose(knowledge, person)).pocket is None
    keys = {
        Print(write, "html").key(knowledge, person)
        for write in (bare, Write(Wishes(), "en", pocket_text))
    }
    assert len(keys) == 2


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["handout", *map(str, arguments)])


def test_the_command_puts_it_on_a_page(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    result = run(FORMS / "fault.yaml", "-o", tmp_path / "sheet.html", "--pocket")
    sheet = coded(knowledge, form(knowledge, "fault"), Wishes())
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "sheet.html").read_text(encoding="utf-8") == handout_html(sheet, Wishes())


def test_a_form_that_does_not_go_into_a_code_stops_the_run(tmp_path: Path) -> None:
    """Before anything is written; what the number is, is not told."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("wall: {distance_feet: 1.2345}", encoding="utf-8")
    result = run(tmp_path, "-o", tmp_path / "sheets", "--pocket", "--format", "html")
    assert result.exit_code == 1
    told = re.findall(r"(\w+)\.yaml: wall\.distance_feet: .* finer than a hundredth", result.output)
    assert told == ["one", "two"]
    assert "1.2345" not in result.output
    assert not (tmp_path / "sheets").exists()


def test_a_letter_has_none(tmp_path: Path) -> None:
    result = run(FORMS / "fault.yaml", "-o", tmp_path / "letter.pdf", "--letter", "--pocket")
    assert result.exit_code == 2
    assert "--pocket goes with a sheet: leave out --letter" in result.output
