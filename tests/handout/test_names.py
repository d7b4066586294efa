"""Names on paper: every script is drawn, what cannot be drawn is never a mark, and a long word
stays on the page.
"""

import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import ROUTINE, read, sheet, tool, typed

from hingeexpert.formats.pdf import FONTS, UNSHOWN, is_printable
from hingeexpert.forms import Assessment
from hingeexpert.handout import Handout, Wishes, handout_html, handout_pdf
from hingeexpert.handout.letter import letter, letter_pdf
from hingeexpert.handout.names import BREAK, LONGEST_WORD, breakable, is_left_out, sheet_on_paper
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase

NAMES: Mapping[str, str] = {
    "NotoSans": "Łukasz Nguyễn Νίκος Надя",
    "NotoSansArabic": "محمد",
    "NotoSansHebrew": "דוד",
    "NotoSansDevanagari": "अमित क्षत्रिय",
    "NotoSansBengali": "অমিত",
    "NotoSansTamil": "தமிழ்",
    "NotoSansThai": "สมชาย",
    "NotoSansArmenian": "Հայկ",
    "NotoSansGeorgian": "გიორგი",
    "NotoSansGujarati": "અમિત",
    "NotoSansGurmukhi": "ਗੁਰਪ੍ਰੀਤ",
    "NotoSansOriya": "ଅମିତ",
    "NotoSansKannada": "ಅಮಿತ್",
    "NotoSansTelugu": "అమిత్",
    "NotoSansMalayalam": "അമിത്",
    "NotoSansSinhala": "ශ්\u200dරී ලංකා",
    "NotoSansLao": "ສົມໄຊ",
    "NotoSansKhmer": "សុខា",
    "NotoSansMyanmar": "အောင်",
    "NotoSansEthiopic": "ሰላም",
    "NotoSansCherokee": "ᏣᎳᎩ",
    "NotoSansSyriac": "ܝܘܚܢܢ",
    "NotoSansThaana": "އަޙްމަދު",
    "NotoSansTifinagh": "ⵉⴷⵉⵔ",
    "NotoSansNKo": "ߒߞߏ",
    "NotoSansAdlam": "\U0001e900\U0001e901\U0001e902",
    "NotoSansCanAborig": "ᐃᓄᒃ",
    "NotoSansOlChiki": "ᱥᱟᱱ",
    "NotoSansMeeteiMayek": "ꯃꯩꯇꯩ",
    "NotoSerifTibetan": "བསྟན་འཛིན",
    "DroidSansFallback": "王小明 山田はなこ 김",
    "NotoSansCJKJP": "\U00020bb7田",
}
"""Family of letters to a name that needs it."""
IN_FILES = {"NotoSansCanAborig": "NotoSansCanadianAboriginal", "NotoSansCJKJP": "NotoSansCJKjp"}
"""What a family is called in a PDF, where that is another name."""
NO_FONT = ("Sam \N{SLIGHTLY SMILING FACE}", "a\u0cf3", f"Sam {UNSHOWN}", "\U00016f00")
"""Names of which some character is in no shipped font, or has a mark that goes with none."""
LONG = "W" * 60


def named(knowledge: KnowledgeBase, name: str | None, number: str | None = "P-77") -> Handout:
    return sheet(knowledge, "fault").model_copy(update={"name": name, "number": number})


def test_every_shipped_family_has_a_name_that_shows_it() -> None:
    assert set(NAMES) == {family.replace(" ", "") for family in FONTS}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_in_every_script_can_be_printed(name: str) -> None:
    assert is_printable(name)


def test_every_letter_of_a_name_is_drawn_by_a_glyph(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    """Asked of poppler: the fonts of all scripts are in the file, and the text has no mark in place
    of a letter.
    """
    path = tmp_path / "all.pdf"
    blank = named(knowledge, None)
    head = blank.model_copy(update={"sections": blank.sections[:1]})  # the name stands above it
    sheets = [head.model_copy(update={"name": name}) for name in NAMES.values()]
    path.write_bytes(handout_pdf(sheets, Wishes()))
    fonts = tool("pdffonts", path).decode().replace("-", "")
    text = read(path)

    assert [name for name in NAMES if f"+{IN_FILES.get(name, name)}" not in fonts] == []
    assert UNSHOWN not in text
    assert _letters("".join(NAMES.values())) <= set(text)


def _letters(text: str) -> set[str]:
    return {letter for letter in text if unicodedata.category(letter).startswith("L")}


@pytest.mark.parametrize("name", NO_FONT)
def test_in_place_of_a_name_that_cannot_be_drawn_stands_the_number(
    knowledge: KnowledgeBase, name: str
) -> None:
    assert not is_printable(name)
    assert sheet_on_paper(named(knowledge, name)).name == "P-77"
    assert sheet_on_paper(named(knowledge, name, None)).name is None
    assert sheet_on_paper(named(knowledge, name, name)).name is None


def test_a_form_without_a_name_leaves_nothing_out(knowledge: KnowledgeBase) -> None:
    assert sheet_on_paper(named(knowledge, None)).name is None
    assert not is_left_out(Assessment({}, {"id": "P-77"}))
    assert is_left_out(Assessment({}, {"name": NO_FONT[0]}))


def test_a_page_for_a_browser_keeps_the_name(knowledge: KnowledgeBase) -> None:
    assert NO_FONT[0] in handout_html(named(knowledge, NO_FONT[0]), Wishes())


def test_a_letter_leaves_a_line_to_write_the_name_on(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    person = typed(knowledge, ROUTINE.replace("Robin Example", NO_FONT[0]))
    made = letter(knowledge, person, diagnose(knowledge, person))
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter_pdf(made, Wishes()))

    assert "Sam" not in read(path)
    assert UNSHOWN not in read(path)


@pytest.mark.parametrize("large", [False, True])
def test_a_long_word_stays_on_the_page(
    knowledge: KnowledgeBase, tmp_path: Path, large: bool
) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(handout_pdf([named(knowledge, LONG)], Wishes(large=large)))
    page = tool("pdftotext", "-bbox", path, "-").decode()
    width = float(page.split('<page width="')[1].split('"')[0])
    ends = [float(word.split('xMax="')[1].split('"')[0]) for word in page.split("<word")[1:]]

    assert max(ends) < width - 12
    assert read(path).replace(BREAK, "").replace("\n", "").count(LONG) >= 1


@given(st.text(st.characters(codec="utf-8", exclude_characters=BREAK)))
def test_breaking_changes_no_letter(text: str) -> None:
    assert breakable(text).replace(BREAK, "") == text


@given(st.text("abc\u0301", min_size=LONGEST_WORD + 1, max_size=90))
def test_no_break_comes_before_a_mark(text: str) -> None:
    assert f"{BREAK}\u0301" not in breakable(text)


def test_short_words_have_no_break() -> None:
    text = " ".join(["W" * LONGEST_WORD] * 3)
    assert breakable(text) == text
