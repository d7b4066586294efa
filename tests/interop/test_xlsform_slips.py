"""What could be wrong in an XLSForm, and which judge finds it: each slip is an edit of a sound one.

`pyxform` makes a form of it, `validate` is ODK Validate, `lint` xlsform-lint, and `travels` rxeval,
which knows where tablets and browsers differ. What is sound in itself and says something else than
the rules is found by none of them: only by filling it in.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import rxeval
from counts import count
from pyxform.errors import PyXFormError
from shown_forms import shown_cells
from small import SMALL
from xforms import lint_slips, needs_java, refused_by_validate, travel_slips, xform_of

from hingeexpert.formats.documents import Document
from hingeexpert.forms.reading import assess
from hingeexpert.inference.conclude import diagnose
from hingeexpert.interop.brought import nested
from hingeexpert.interop.gates import Gates, holds
from hingeexpert.interop.questionnaire import questionnaire
from hingeexpert.interop.xlsform import sheets, workbook_of
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

Sheets = dict[str, list[dict[str, str]]]
Edit = Callable[[Sheets], object]
SAFETY = "safety_numbness"
LATER = "retest_clean_uncued"


def cell(name: str, heading: str, text: str, sheet: str = "survey") -> Edit:
    """Write a cell of the row with this name."""

    def edit(written: Sheets) -> None:
        next(row for row in written[sheet] if row["name"] == name)[heading] = text

    return edit


def again(name: str, sheet: str = "survey") -> Edit:
    """Write a row twice."""

    def edit(written: Sheets) -> None:
        row = next(row for row in written[sheet] if row["name"] == name)
        written[sheet].insert(written[sheet].index(row), row)

    return edit


def without(name: str, kind: str, sheet: str = "survey") -> Edit:
    """Leave out the row of a name and a type."""

    def edit(written: Sheets) -> None:
        rows = written[sheet]
        rows.remove(next(row for row in rows if (row["name"], row.get("type")) == (name, kind)))

    return edit


def swapped(written: Sheets) -> None:
    """Take certainly true for certainly false."""
    rows = {row["name"]: row for row in written["survey"]}
    true, false = rows["t_triage_urgent"], rows["f_triage_urgent"]
    true["calculation"], false["calculation"] = false["calculation"], true["calculation"]


SLIPS: dict[str, tuple[str, Edit]] = {
    "a name twice in a part": ("pyxform", again(SAFETY)),
    "a field that is not there": (
        "pyxform",
        cell(LATER, "relevant", "${context_visti} = 'retest'"),
    ),
    "a list that is not there": ("pyxform", cell(SAFETY, "type", "select_one l_99")),
    "an answer twice in a list": ("pyxform", again("retest", "choices")),
    "a name that no XML has": ("pyxform", cell(SAFETY, "name", "safety numbness")),
    "a part without an end": ("pyxform", without("stick", "end_group")),
    "a type that is not there": ("pyxform", cell("stick_depth_degrees", "type", "whole")),
    "a calculation of nothing": ("pyxform", cell("triage_at_least", "calculation", "")),
    "a part without a beginning": ("pyxform", without("stick", "begin_group")),
    "a note that reads a field that is not there": (
        "pyxform",
        cell("note_open", "relevant", "${triage_at_most} != ${triage_not_ruled_out}"),
    ),
    "a bracket without its other": (
        "validate",
        cell(LATER, "relevant", "(${context_visit} = 'retest'"),
    ),
    "a function that is not there": (
        "validate",
        cell("triage_at_least", "calculation", "fi(${t_triage_urgent} = '1', 'urgent', 'clear')"),
    ),
    "a circle": ("validate", cell("t_triage_urgent", "calculation", "${triage_at_least}")),
    "an operator that is not there": (
        "validate",
        cell(LATER, "relevant", "${context_visit} == 'retest'"),
    ),
    "a question without its Spanish": ("lint", cell(SAFETY, "label::Español (es)", "")),
    "a note without its Spanish": ("lint", cell("note_open", "label::Español (es)", "")),
    "an answer without its Spanish": ("lint", cell("held", "label::Español (es)", "", "choices")),
    "a path to nowhere": ("travels", cell(LATER, "relevant", "/data/context/visit = 'retest'")),
    "a gate the other way round": (
        "filling",
        cell(LATER, "relevant", "${context_visit} = 'first'"),
    ),
    "a gate that a blank opens": (
        "filling",
        cell(LATER, "relevant", "${context_visit} != 'first'"),
    ),
    "true and false swapped": ("filling", swapped),
    "not assessed taken for an answer": (
        "filling",
        cell("triage_not_ruled_out", "calculation", f"if(${{{SAFETY}}} = '', 'urgent', 'clear')"),
    ),
    "a condition that never holds": ("filling", cell("t_triage_urgent", "calculation", "'0'")),
    "a range that is too narrow": ("filling", cell("stick_depth_degrees", "constraint", ". <= 12")),
}


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    return load_knowledge(SMALL)


def edited(knowledge: KnowledgeBase, edit: Edit) -> bytes:
    """Return the workbook of a knowledge base with an edit."""
    written = {
        name: [dict(row) for row in rows] for name, rows in sheets(knowledge, "triage").items()
    }
    edit(written)
    return workbook_of(written)


def test_without_a_slip_nothing_is_found(small: KnowledgeBase, tmp_path: Path) -> None:
    form = tmp_path / "form.xml"
    form.write_text(xform_of(edited(small, lambda _: None)), encoding="utf-8")
    assert filling_slips(small, form) == []


@pytest.mark.parametrize("slip", [name for name, (judge, _) in SLIPS.items() if judge == "pyxform"])
def test_pyxform_finds(small: KnowledgeBase, slip: str) -> None:
    with pytest.raises(PyXFormError):
        xform_of(edited(small, SLIPS[slip][1]))


@needs_java
def test_odk_validate_finds(small: KnowledgeBase, tmp_path: Path) -> None:
    slips = [name for name, (judge, _) in SLIPS.items() if judge == "validate"]
    for slip in slips:
        form = xform_of(edited(small, SLIPS[slip][1]))
        (tmp_path / f"{slip}.xml").write_text(form, encoding="utf-8")
    found = {file.stem for file in refused_by_validate(sorted(tmp_path.iterdir()))}
    assert found == set(slips)


@pytest.mark.parametrize("slip", [name for name, (judge, _) in SLIPS.items() if judge == "lint"])
def test_lint_finds(small: KnowledgeBase, tmp_path: Path, slip: str) -> None:
    workbook = tmp_path / "form.xlsx"
    workbook.write_bytes(edited(small, SLIPS[slip][1]))
    assert "translation" in lint_slips(workbook)


@pytest.mark.parametrize("slip", [name for name, (judge, _) in SLIPS.items() if judge == "travels"])
def test_rxeval_finds(small: KnowledgeBase, tmp_path: Path, slip: str) -> None:
    form = tmp_path / "form.xml"
    form.write_text(xform_of(edited(small, SLIPS[slip][1])), encoding="utf-8")
    assert travel_slips(form)


@pytest.mark.parametrize("slip", [name for name, (judge, _) in SLIPS.items() if judge == "filling"])
def test_filling_it_in_finds(small: KnowledgeBase, tmp_path: Path, slip: str) -> None:
    form = tmp_path / "form.xml"
    form.write_text(xform_of(edited(small, SLIPS[slip][1])), encoding="utf-8")
    assert travel_slips(form) == []
    assert filling_slips(small, form)


def filling_slips(knowledge: KnowledgeBase, form: Path) -> list[str]:
    """Return where a form that is filled in says something else than the rules."""
    rng, slips = random.Random(1), list[str]()
    for _ in range(count(quick=30, thorough=200)):
        slips += _filled_once(knowledge, form, rng)
    return slips


def _filled_once(knowledge: KnowledgeBase, form: Path, rng: random.Random) -> list[str]:
    cells, gates = shown_cells(knowledge, rng), Gates(knowledge)
    result = diagnose(knowledge, assess(knowledge, Document("form", nested(cells.items()))))
    session = rxeval.Session(str(form))
    paths = {
        item.identifier: f"/data/{part.name}/{item.variable}"
        for part in questionnaire(knowledge).parts
        for item in part.items
    }
    blank = (name for name in paths if name.startswith("safety") and name not in cells)
    pressed = dict.fromkeys(blank, "not_assessed") if "safety.screen" not in cells else {}
    for name, value in {**cells, **pressed}.items():
        session.set(paths[name], str(value))
    said = session.recompute()
    wanted = {
        "triage_at_least": result.triage.at_least,
        "triage_not_ruled_out": result.triage.not_ruled_out,
    }
    slips = [name for name in wanted if said["calculated"][f"/data/{name}"] != wanted[name]]
    for name in knowledge.observables:
        if said["relevant"].get(paths[name], True) != holds(gates.shown(name), cells):
            slips.append(name)
    return [*slips, *(str(answer) for answer in said["invalid"])]
