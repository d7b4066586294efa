"""The shipped knowledge: its cases, its sources, its identifiers."""

import dataclasses
import os
import re
from pathlib import Path

import pytest
from folders import GOLDEN
from small import copied

from hingeexpert.assurance.case_files import Bounds
from hingeexpert.assurance.lint import lint
from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.files import data_folder
from hingeexpert.inference.diagnosis import INCOMPLETE
from hingeexpert.knowledge import KnowledgeBase, load_knowledge


def test_every_worked_case_passes(outcomes: list[Outcome]) -> None:
    assert [
        (outcome.case.file, outcome.differences) for outcome in outcomes if outcome.differences
    ] == []


def test_every_fault_has_a_case_that_fires_and_a_near_miss(
    knowledge: KnowledgeBase, outcomes: list[Outcome]
) -> None:
    for fault in knowledge.faults:
        assert any(fault in outcome.case.expect.faults for outcome in outcomes), fault
        expects_none = [
            outcome
            for outcome in outcomes
            if outcome.case.expect.only_faults and fault not in outcome.case.expect.faults
        ]
        assert (
            any(fault in outcome.case.expect.not_faults for outcome in outcomes) or expects_none
        ), fault


@pytest.mark.parametrize("ladder", ["triage", "readiness"])
def test_every_level_is_the_verdict_of_a_case(
    knowledge: KnowledgeBase, outcomes: list[Outcome], ladder: str
) -> None:
    wanted = [getattr(outcome.case.expect, ladder) for outcome in outcomes]
    reached = {
        INCOMPLETE if isinstance(verdict, Bounds) else verdict
        for verdict in wanted
        if isinstance(verdict, str | Bounds)
    }

    assert {*(level.id for level in knowledge.ladders[ladder]), INCOMPLETE} <= reached


def test_every_point_of_the_source_article_is_cited_or_carried_as_background(
    knowledge: KnowledgeBase,
) -> None:
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in data_folder("rules").rglob("*.yaml")
        if path.name != "sources.yaml"
    )
    missing = [
        name
        for name, source in knowledge.sources.items()
        if source.kind == "seed"
        and source.carried == "fact"
        and not re.search(rf"\b{name}\b", text)
    ]

    assert missing == []


def test_a_number_that_nothing_uses_is_told(knowledge: KnowledgeBase) -> None:
    more = {**knowledge.parameters, "spare": knowledge.parameters["retest_from"]}

    assert "parameter spare: nothing uses it" in lint(
        dataclasses.replace(knowledge, parameters=more), ()
    )
    assert not any("retest_from" in line for line in lint(knowledge, ()))


def test_no_identifier_value_or_default_changed_unnoticed(knowledge: KnowledgeBase) -> None:
    """Other systems rely on these.

    A change here is a change of the contract with them; REFRESH_GOLDEN=1 writes the list anew.
    """
    file = GOLDEN / "identifiers.txt"
    lines = []
    for name, item in knowledge.observables.items():
        allowed = (
            "|".join(item.values)
            if item.range is None
            else f"{item.type} {item.range.least:g}..{item.range.most:g}"
        )
        lines.append(f"{name}: {allowed}" + (f" = {item.default}" if item.default else ""))
    lines += [f"{fault.kind} fault: {name}" for name, fault in knowledge.faults.items()]
    lines += [f"contributor: {name}" for name in knowledge.contributors]
    lines += [
        f"{ladder}: {level.id}" for ladder, levels in knowledge.ladders.items() for level in levels
    ]

    if os.environ.get("REFRESH_GOLDEN"):
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "\n".join(lines) + "\n" == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "looks", "allowed"),
    [
        ("triage.yaml", "tone: stop", "stop, warn, info, fine"),
        ("triage.yaml", "shape: triangle", "octagon, triangle, arrow, pencil, tick, circle"),
        ("handout.yaml", "tone: doctor", "emergency, doctor, clinician"),
    ],
)
def test_looks_that_no_style_has_are_told(
    tmp_path: Path, file: str, looks: str, allowed: str
) -> None:
    """A level that pages could not show is told with its line and what may stand there."""
    path = copied(tmp_path) / file
    text = path.read_text(encoding="utf-8")
    key = looks.partition(":")[0]
    path.write_text(text.replace(looks, f"{key}: loud", 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(path.parent)
    (problem,) = caught.value.problems

    assert problem.line == text[: text.index(looks)].count("\n") + 1
    assert allowed in problem.message.replace("'", "").replace(" or ", ", ")


def test_a_level_without_looks_is_told(tmp_path: Path) -> None:
    path = copied(tmp_path) / "triage.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    tone: stop\n", "", 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="tone"):
        load_knowledge(path.parent)
