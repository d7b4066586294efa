"""What programs import: light, complete, and as its document says."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from folders import FORMS, ROOT
from small import SMALL

import hingeexpert
from hingeexpert import diagnose, explain, load_knowledge, read_form
from hingeexpert.errors import InputError
from hingeexpert.knowledge import KnowledgeBase

TEXT = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
HEAVY = ("pydantic", "polars", "experta", "yaml", "click", "jinja2")
FORM = FORMS / "fault.yaml"


def test_the_import_alone_loads_no_library() -> None:
    script = f"import sys, hingeexpert; print([one for one in {HEAVY!r} if one in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_a_diagnosis_needs_no_library_for_tables() -> None:
    script = (
        "import sys; sys.modules['polars'] = None\n"
        "from hingeexpert import diagnose, explain, load_knowledge, read_form\n"
        "knowledge = load_knowledge()\n"
        "form = read_form(knowledge, sys.argv[1])\n"
        "print(diagnose(knowledge, form).faults[0].id, explain(knowledge, form)[-1].id)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(FORM)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "stance_setup breath_holding\n"


@pytest.mark.parametrize("name", hingeexpert.__all__)
def test_every_name_is_there_and_documented(name: str) -> None:
    assert getattr(hingeexpert, name) is not None
    assert name in dir(hingeexpert)
    assert f"| `{name}" in TEXT


@pytest.mark.parametrize("name", [name for name in hingeexpert.__all__ if name[0] != "_"])
def test_the_calls_are_shown_with_their_arguments(name: str) -> None:
    parameters = inspect.signature(getattr(hingeexpert, name)).parameters
    (shown,) = re.findall(rf"^\| `{name}\((.*?)\)`", TEXT, flags=re.MULTILINE)

    assert [one.partition("=")[0] for one in shown.split(", ")] == [
        "form" if parameter == "assessment" else parameter for parameter in parameters
    ]


def test_a_name_that_is_not_there_is_an_ordinary_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'diagnoses'"):
        _ = hingeexpert.diagnoses


def test_the_document_works_from_its_beginning_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One example goes on where the one before it ended."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "form.yaml").write_bytes(FORM.read_bytes())
    names: dict[str, object] = {}
    printed = []
    for example in re.findall(r"^```python\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL):
        exec(compile(example, "docs/python.md", "exec"), names)
        printed.append(capsys.readouterr().out)
    first, _, other, why, slips = printed

    assert '\n  "form": "hinge/2",\n' in first
    assert "\nLow back bends more than the hips: present\n" in first
    assert other == "{'stick.sacrum': 'lost'} ()\n"
    assert why.startswith("absent\nshallow_range.short_with_contacts_kept false [")
    assert slips.splitlines() == [
        "1 | stick.sacrun | there is no observable 'stick.sacrun'; did you mean 'sacrum'?",
        "1 | stick.depth_degrees | '300' is not allowed; allowed: a whole number from 0 to 120 "
        "(degrees of forward lean at the hips)",
    ]


def test_the_shipped_rules_are_loaded_unless_others_are_named(knowledge: KnowledgeBase) -> None:
    assert load_knowledge().info == knowledge.info
    assert load_knowledge(SMALL).info == load_knowledge(str(SMALL)).info
    assert load_knowledge(SMALL).sha256 != knowledge.sha256


def test_a_form_is_read_from_its_path_or_from_bytes(knowledge: KnowledgeBase) -> None:
    assert (
        read_form(knowledge, FORM)
        == read_form(knowledge, str(FORM))
        == read_form(knowledge, "a form", FORM.read_bytes())
    )


def test_a_file_that_is_not_there_is_named(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml: cannot be read: No such file"):
        read_form(knowledge, tmp_path / "none.yaml")


def test_the_verdicts_and_every_present_fault_are_explained_unasked(
    knowledge: KnowledgeBase,
) -> None:
    form = read_form(knowledge, FORM)
    diagnosis = diagnose(knowledge, form)
    explained = explain(knowledge, form)

    assert [one.id for one in explained if one.kind == "fault"] == [
        fault.id for fault in diagnosis.faults if fault.status == "present"
    ]
    assert {one.kind for one in explained} == {"triage", "readiness", "fault"}
    assert diagnosis.triage.verdict in {one.id for one in explained}


def test_one_conclusion_is_explained_whether_it_is_present_or_not(
    knowledge: KnowledgeBase,
) -> None:
    form = read_form(knowledge, FORM)

    assert [one.id for one in explain(knowledge, form, "breath_holding")] == ["breath_holding"]


def test_an_unknown_id_names_the_nearest(knowledge: KnowledgeBase) -> None:
    with pytest.raises(InputError, match=r"'lumbar_flection'; did you mean 'lumbar_flexion'\?"):
        explain(knowledge, read_form(knowledge, FORM), "lumbar_flection")
