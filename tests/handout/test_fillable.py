"""The form as PDF with fields: one for each question, where and when it is read, with words for
whoever hears it.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pdfua
import pikepdf
import pytest
from click.testing import CliRunner
from filled import blank, filled
from papers import facts, languages, read, tool
from shipped import shipped

from hingeexpert.cli import main
from hingeexpert.handout.paper_form import paper_form, paper_pdf
from hingeexpert.knowledge import KnowledgeBase

LANGUAGES = languages(shipped())
HEAD = ("form", "patient.name", "patient.id", "date", "clinician")
MOST_PLACES = 12
"""Places from the left at which boxes may begin, in both columns together."""
SIDE = 72 / 25.4 * 5
"""Five millimetres, in points."""


@cache
def opened(raw: bytes) -> pikepdf.Pdf:
    """Return a file that stays open, as its fields are gone once it is not."""
    return pikepdf.open(io.BytesIO(raw))


def fields(raw: bytes) -> dict[str, pikepdf.Dictionary]:
    """Return every field by its whole name, in the order in which the file has them."""
    return dict(_fields(opened(raw).Root.AcroForm.Fields, ""))


def _fields(found: pikepdf.Array, before: str) -> Iterator[tuple[str, pikepdf.Dictionary]]:
    for field in found:
        name = f"{before}{field.T}"
        if "/FT" in field:
            yield name, field
        else:
            yield from _fields(field.Kids, f"{name}.")


def widgets(field: pikepdf.Dictionary) -> list[pikepdf.Dictionary]:
    """Return what is seen of a field."""
    return list(field.Kids) if "/Kids" in field else [field]


def states(field: pikepdf.Dictionary) -> list[str]:
    """Return what its boxes stand for."""
    return [
        state.removeprefix("/")
        for widget in widgets(field)
        for state in widget.AP.N.keys()  # noqa: SIM118 - no map
        if state != "/Off"
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_field_for_each_question_with_the_codes_of_its_answers(
    knowledge: KnowledgeBase, language: str
) -> None:
    found = fields(blank(language))
    form = paper_form(knowledge, language)
    lines = {line.name: line for side in form.sides for part in side for line in part.lines}
    shorts = {part.shorthand.name for side in form.sides for part in side if part.shorthand}
    assert set(found) == {*HEAD, *shorts, *knowledge.observables}
    for name, line in lines.items():
        buttons = pikepdf.Name.Btn == found[name].FT
        assert (states(found[name]) if buttons else []) == [box.code for box in line.boxes], name
        assert line.short in str(found[name].TU)
        assert buttons != bool(line.range)
    assert str(found["form"].V) == knowledge.info.form
    assert states(found["safety.screen"]) == ["all_no"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_fields_are_read_in_the_order_of_the_form(knowledge: KnowledgeBase, language: str) -> None:
    """In the file, in the tags and by the tabulator; each says what it is."""
    raw = blank(language)
    asked = [name for name in fields(raw) if name in knowledge.observables]
    assert asked == list(knowledge.observables)
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        assert {page.Tabs for page in pdf.pages} == {pikepdf.Name.S}
        tagged = list(_tagged(pdf.Root.StructTreeRoot))
        seen = [item for page in pdf.pages for item in page.Annots if item.F != 2]
        assert [item.objgen for item in tagged] == [item.objgen for item in seen]
        assert all(str(item.TU) for item in seen)
        assert {str(item.Subtype) for item in seen} == {"/Widget"}


def _tagged(tag: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Yield the fields in the order in which the tags have them."""
    if not isinstance(tag, pikepdf.Dictionary):
        return
    if tag.get("/Type") == pikepdf.Name.OBJR:
        yield tag.Obj
    inside = tag.get("/K")
    for below in inside if isinstance(inside, pikepdf.Array) else [inside]:
        yield from _tagged(below)


@pytest.mark.parametrize("language", LANGUAGES)
def test_boxes_stand_at_few_places_and_have_five_millimetres(language: str) -> None:
    boxes = [
        [float(edge) for edge in widget.Rect]
        for field in fields(blank(language)).values()
        if pikepdf.Name.Btn == field.FT
        for widget in widgets(field)
    ]
    assert len(boxes) > 240
    assert len({round(box[0]) for box in boxes}) <= MOST_PLACES
    sizes = {
        round(end - start, 1)
        for left, low, right, high in boxes
        for start, end in ((left, right), (low, high))
    }
    assert sizes == {round(SIDE, 1)}


def test_it_looks_like_the_form_to_print(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "with.pdf").write_bytes(blank())
    (tmp_path / "without.pdf").write_bytes(paper_pdf(paper_form(knowledge, "en"), "a4"))
    assert read(tmp_path / "with.pdf") == read(tmp_path / "without.pdf")
    for name in ("with", "without"):
        tool("pdftoppm", "-r", 40, "-gray", tmp_path / f"{name}.pdf", tmp_path / name)
    for side in range(1, 5):
        one, other = (tmp_path / f"{name}-{side}.pgm" for name in ("with", "without"))
        assert one.read_bytes() == other.read_bytes()


def test_every_reader_shows_the_ticks(tmp_path: Path) -> None:
    """Poppler makes none of its own: it draws what stands in the file."""
    (tmp_path / "blank.pdf").write_bytes(blank())
    (tmp_path / "filled.pdf").write_bytes(
        filled({"stick.head": "lost", "stick.depth_degrees": "55", "patient.id": "P-7"})
    )
    for name in ("blank", "filled"):
        tool("pdftoppm", "-r", 40, "-gray", tmp_path / f"{name}.pdf", tmp_path / name)
    changed = [
        (tmp_path / f"blank-{side}.pgm").read_bytes()
        != (tmp_path / f"filled-{side}.pgm").read_bytes()
        for side in range(1, 5)
    ]
    shown = Counter(read(tmp_path / "filled.pdf").split())
    assert changed == [True, True, True, True]
    assert (shown["P-7"], shown["55"]) == (4, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_stays_tagged_and_tells_nothing_of_anybody(tmp_path: Path, language: str) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(blank(language))
    report = pdfua.validate(str(path))
    told = facts(path)
    assert [item for item in report.findings if item.severity.name != "SKIP"] == []
    assert (told["Tagged"], told["Form"], told["JavaScript"]) == ("yes", "AcroForm", "no")
    assert "Author" not in told
    assert not re.search(rb"/(JS|JavaScript|SubmitForm|ImportData)\b", path.read_bytes())


def test_a_name_that_is_typed_stands_in_its_field_only(tmp_path: Path) -> None:
    (tmp_path / "filled.pdf").write_bytes(filled({"patient.name": "Zzyzx Qwert"}))
    with pikepdf.open(tmp_path / "filled.pdf") as pdf:
        assert "Zzyzx" not in str(dict(pdf.docinfo))
        assert b"Zzyzx" not in pdf.Root.Metadata.read_bytes()


def test_the_same_form_gives_the_same_bytes() -> None:
    first = blank()
    blank.cache_clear()
    assert blank() == first


def test_the_command_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    arguments = ["form", "--format", "pdf", "--fillable", "--language", "es", "-o", str(path)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert path.read_bytes() == blank("es")


@pytest.mark.parametrize(
    "more", [["--format", "html"], ["--format", "pdf", "--quick"], ["--format", "pdf", "--hints"]]
)
def test_only_the_whole_form_has_fields(more: list[str]) -> None:
    result = CliRunner().invoke(main, ["form", "--fillable", *more])
    assert result.exit_code == 2
    assert "only the whole form has fields" in result.stderr
