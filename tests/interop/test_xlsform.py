"""The XLSForm: taken by those who make forms of it, and filled by the engine of ODK Collect."""

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from counts import count, thorough
from doors import in_cells, read_one
from shown_forms import hard_forms
from small import SMALL
from xforms import (
    Filled,
    filled,
    lint_slips,
    needs_java,
    not_assessed,
    pressed,
    refused_by_validate,
    told,
    travel_slips,
    xform_of,
)

from hingeexpert.errors import InputError
from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.interop.carried import NOT_ASSESSED
from hingeexpert.interop.gates import Gates, holds
from hingeexpert.interop.live import JUDGED
from hingeexpert.interop.questionnaire import questionnaire
from hingeexpert.interop.xlsform import LONGEST, sheets, xlsform
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import Value

KINDS = [("shipped", "none"), ("shipped", "triage"), ("shipped", "all"), ("small", "all")]


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    return load_knowledge(SMALL)


@pytest.fixture(scope="module")
def written(
    knowledge: KnowledgeBase, small: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a folder with every kind of form, as workbook and as what pyxform makes of it."""
    folder = tmp_path_factory.mktemp("forms")
    for rules, live in KINDS:
        workbook = xlsform(knowledge if rules == "shipped" else small, live)
        (folder / f"{rules}-{live}.xlsx").write_bytes(workbook)
        (folder / f"{rules}-{live}.xml").write_text(xform_of(workbook), encoding="utf-8")
    return folder


@needs_java
def test_odk_takes_every_form(written: Path) -> None:
    assert refused_by_validate(sorted(written.glob("*.xml"))) == {}


@pytest.mark.parametrize("name", ["-".join(kind) for kind in KINDS])
def test_no_judge_finds_a_slip(written: Path, name: str) -> None:
    assert lint_slips(written / f"{name}.xlsx") == ""
    assert travel_slips(written / f"{name}.xml") == []


def test_the_same_rules_give_the_same_bytes(knowledge: KnowledgeBase) -> None:
    assert xlsform(knowledge, "all") == xlsform(knowledge, "all")
    assert xlsform(knowledge, "all") != xlsform(knowledge, "triage")


def test_forms_of_one_day_that_differ_have_versions_that_differ(
    knowledge: KnowledgeBase, small: KnowledgeBase
) -> None:
    forms = [(knowledge, live) for live in JUDGED]
    forms += [(replace(base, sha256="0" * 64), "none") for base in (knowledge, small)]
    versions = [sheets(base, live)["settings"][0]["version"] for base, live in forms]
    assert len(set(versions)) == len(versions)
    for (base, _), version in zip(forms, versions, strict=True):
        assert re.fullmatch(r"\d{14}", version)
        assert version.startswith(base.info.reviewed.replace("-", ""))


def test_nothing_is_required_or_answered_beforehand(knowledge: KnowledgeBase) -> None:
    headings = {heading for row in sheets(knowledge, "all")["survey"] for heading in row}
    assert not headings & {"required", "default", "trigger", "readonly"}


@pytest.mark.parametrize("live", ["triage", "all"])
def test_every_word_stands_in_every_language(knowledge: KnowledgeBase, live: str) -> None:
    written = sheets(knowledge, live)
    for row in (*written["survey"], *written["choices"]):
        for heading in ("label", "hint", "constraint_message"):
            texts = [f"{heading}::{name}" in row for name in ("English (en)", "Español (es)")]
            assert texts in ([True, True], [False, False]), row["name"]


def test_every_list_has_a_way_back(knowledge: KnowledgeBase) -> None:
    form, written = questionnaire(knowledge), sheets(knowledge, "none")
    codes: dict[str, list[str]] = {}
    for row in written["choices"]:
        codes.setdefault(row["list_name"], []).append(row["name"])
    for row in written["survey"]:
        kind, _, name = row["type"].partition(" ")
        if kind == "select_one":
            item = form.by_variable[row["name"]]
            added = [NOT_ASSESSED] if item.can_be_not_assessed else []
            assert codes[name] == [*item.codes, *added]
            assert {"not_noted", NOT_ASSESSED} & set(codes[name])


def test_a_safety_question_is_never_hidden_by_the_shorthand(knowledge: KnowledgeBase) -> None:
    rows = sheets(knowledge, "all")["survey"]
    assert not any("safety_screen" in row.get("relevant", "") for row in rows)
    shorthand = next(row for row in rows if row["name"] == "safety_screen")
    assert "not assessed" in shorthand["hint::English (en)"]


def test_what_would_take_long_to_decide_is_shown_to_all(knowledge: KnowledgeBase) -> None:
    rows = {row["name"]: row for row in sheets(knowledge, "all")["survey"]}
    test = rows["screen_supine_hinge"]
    assert "relevant" not in test
    assert "Low back bends more than the hips" in test["hint::English (en)"]
    assert "Solo si corresponde." in test["hint::Español (es)"]
    expressions = (row.get("relevant", row.get("calculation", "")) for row in rows.values())
    assert max(map(len, expressions)) <= LONGEST


def test_two_rows_of_one_name_are_refused(small: KnowledgeBase) -> None:
    group = small.groups[0]
    name, item = next(iter(group.observables.items()))
    taken = item.model_copy(update={"variable": "triage_at_least"})
    changed = group.model_copy(update={"observables": {**group.observables, name: taken}})
    with pytest.raises(InputError, match="triage_at_least stands twice"):
        xlsform(replace(small, groups=(changed, *small.groups[1:])), "triage")


@pytest.fixture(scope="module")
def forms(knowledge: KnowledgeBase) -> list[Assessment]:
    people = hard_forms(knowledge, count(quick=40, thorough=300))
    return [in_cells(knowledge, person) for person in people]


@pytest.fixture(scope="module")
def judged(knowledge: KnowledgeBase, forms: list[Assessment]) -> list[Diagnosis]:
    return [diagnose(knowledge, form) for form in forms]


@pytest.fixture(scope="module")
def on_device(knowledge: KnowledgeBase, written: Path, forms: list[Assessment]) -> list[Filled]:
    """Return the forms as JavaRosa sends them; in every second one *not assessed* is pressed here
    and there.
    """
    cells = [cells_of(knowledge, form) for form in forms]
    for some in cells[::2]:
        some |= not_assessed(knowledge, some, random.Random(4))
    return filled(written / "shipped-all.xml", [pressed(knowledge, some) for some in cells])


@needs_java
@thorough
def test_the_device_concludes_what_the_engine_does(
    knowledge: KnowledgeBase, judged: list[Diagnosis], on_device: list[Filled]
) -> None:
    for result, sent in zip(judged, on_device, strict=True):
        concluded = told(knowledge, result)
        assert {name: sent.values[name] for name in concluded} == concluded
        assert sent.values["rules_sha256"] == knowledge.sha256


@needs_java
@thorough
def test_what_the_device_sends_is_the_form(
    knowledge: KnowledgeBase,
    forms: list[Assessment],
    judged: list[Diagnosis],
    on_device: list[Filled],
) -> None:
    for form, result, sent in zip(forms, judged, on_device, strict=True):
        assert sent.refused == {}
        back = read_one(knowledge, sent.xml.encode())
        assert back == form
        assert diagnose(knowledge, back).as_json() == result.as_json()


@needs_java
@thorough
def test_what_the_device_drops_is_what_the_rules_do_not_ask(
    knowledge: KnowledgeBase, written: Path
) -> None:
    rng, gates = random.Random(2), Gates(knowledge)
    rows = {row["name"]: row for row in sheets(knowledge, "none")["survey"]}
    gated = [
        name for name in knowledge.observables if "relevant" in rows[knowledge.variables[name]]
    ]
    given = [any_cells(knowledge, rng) for _ in range(count(quick=20, thorough=100))]
    form = written / "shipped-none.xml"
    sent = filled(form, [pressed(knowledge, some) for some in given])
    for cells, fields in zip(given, (one.values for one in sent), strict=True):
        answered = {name: value for name, value in cells.items() if value != NOT_ASSESSED}
        left = shown_of(gates, gated, answered)
        shown = {name for name in gated if holds(gates.shown(name), left)}
        assert shown == {name for name in gated if knowledge.variables[name] in fields}


def any_cells(knowledge: KnowledgeBase, rng: random.Random) -> dict[str, Value]:
    """Return answers to any questions, also those that are not shown, and some not assessed."""
    cells: dict[str, Value] = {}
    for item in questionnaire(knowledge).items:
        if item.choices and rng.random() < 0.6:
            added = [NOT_ASSESSED] if item.can_be_not_assessed else []
            cells[item.identifier] = rng.choice([*item.codes, *added])
        elif item.limits is not None and rng.random() < 0.6:
            cells[item.identifier] = rng.randint(int(item.limits.least), int(item.limits.most))
    return cells


def shown_of(gates: Gates, gated: list[str], cells: dict[str, Value]) -> dict[str, Value]:
    """Return the answers that stay when those go that are not shown, and what hangs on them."""
    left = dict(cells)
    while hidden := [name for name in gated if name in left and not holds(gates.shown(name), left)]:
        for name in hidden:
            del left[name]
    return left


@needs_java
def test_who_must_stop_is_told_within_a_few_questions(
    knowledge: KnowledgeBase, written: Path
) -> None:
    rows = [row["name"] for row in sheets(knowledge, "triage")["survey"]]
    safety = next(group for group in knowledge.groups if group.group == "safety")
    flags = [knowledge.variables[name] for name in safety.flags]
    sent = filled(written / "shipped-triage.xml", [[(flag, "yes")] for flag in flags])
    levels = set[str]()
    for flag, one in zip(flags, sent, strict=True):
        level = one.values["triage_at_least"]
        if level in ("emergency", "urgent"):
            levels.add(level)
            behind = rows[rows.index(flag) + 1 :][:8]
            shown = [name for name in behind if name.startswith("note_") and name in one.values]
            assert {name.rpartition("_")[2] for name in shown} == {level}, flag
    assert levels == {"emergency", "urgent"}


@needs_java
def test_what_cannot_be_is_not_taken(written: Path) -> None:
    range_ = "A number from 0 to 120."
    slips = {
        ("stick_depth_degrees", "400"): range_,
        ("stick_depth_degrees", "-1"): range_,
        ("stick_done", "perhaps"): "no such choice",
        ("safety_tearing_pain", "all_no"): "no such choice",
    }
    sent = filled(written / "shipped-none.xml", [[slip] for slip in slips])
    for ((name, _), message), one in zip(slips.items(), sent, strict=True):
        assert one.refused == {name: message}
        assert one.values[name] == ""
