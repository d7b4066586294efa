"""The shipped knowledge: its cases, its words, its identifiers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyphen
import pytest

from hingeexpert.diagnosis import INCOMPLETE
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.loading import CASES
from hingeexpert.paths import data_folder
from hingeexpert.worked_cases import Bounds, Outcome, read_cases, run_case

NEVER_SAY = re.compile(
    r"\b(dysfunction|damage\w*|wear|unstable|dangerous|weak core|all clear|cured|safe|paraly\w+|arthritis|disc|FAI|your problem"
    r"|cause of your pain)\b",
    re.IGNORECASE,
)
SYLLABLES = pyphen.Pyphen(lang="en_US")


@pytest.fixture(scope="module")
def outcomes(knowledge: KnowledgeBase) -> list[Outcome]:
    cases, problems = read_cases(knowledge, data_folder("rules") / CASES)
    assert problems == []
    return [run_case(knowledge, case) for case in cases]


def test_every_worked_case_passes(outcomes: list[Outcome]) -> None:
    assert [(outcome.case.file, outcome.differences) for outcome in outcomes if outcome.differences] == []


def test_every_fault_has_a_case_that_fires_and_a_near_miss(knowledge: KnowledgeBase, outcomes: list[Outcome]) -> None:
    for fault in knowledge.faults:
        assert any(fault in outcome.case.expect.faults for outcome in outcomes), fault
        expects_none = [outcome for outcome in outcomes if outcome.case.expect.only_faults and fault not in outcome.case.expect.faults]
        assert any(fault in outcome.case.expect.not_faults for outcome in outcomes) or expects_none, fault


@pytest.mark.parametrize("ladder", ["triage", "readiness"])
def test_every_level_is_the_verdict_of_a_case(knowledge: KnowledgeBase, outcomes: list[Outcome], ladder: str) -> None:
    wanted = [getattr(outcome.case.expect, ladder) for outcome in outcomes]
    reached = {INCOMPLETE if isinstance(verdict, Bounds) else verdict for verdict in wanted if isinstance(verdict, str | Bounds)}

    assert {*(level.id for level in knowledge.ladders[ladder]), INCOMPLETE} <= reached


def patient_texts(knowledge: KnowledgeBase) -> Iterator[tuple[str, list[str]]]:
    """Yield everything a person may read, by where it stands."""
    for name, fault in knowledge.faults.items():
        yield f"fault {name}", [fault.seen, *(cue.say for cue in fault.cues)]
    for name, item in knowledge.contributors.items():
        yield f"contributor {name}", [item.patient]
    for name, drill in knowledge.drills.items():
        if drill.by == "person":
            yield f"drill {name}", [drill.feel, *(line.do for line in (*drill.setup, *drill.steps, *drill.stop))]
    for ladder, levels in knowledge.ladders.items():
        yield ladder, [level.patient for level in levels]


def grade(sentences: list[str]) -> float:
    """Return the US school grade of a text: Kincaid et al. 1975, Research Branch Report 8-75."""
    text = " ".join(sentences)
    words = re.findall(r"[A-Za-z']+", text)
    count = max(1, len(re.findall(r"[.!?]+(?:\s|$)", text)))
    syllables = sum(SYLLABLES.inserted(word).count("-") + 1 for word in words)
    return 0.39 * len(words) / count + 11.8 * syllables / len(words) - 15.59


def test_what_a_person_reads_stays_below_the_grade_of_the_knowledge_base(knowledge: KnowledgeBase) -> None:
    most = knowledge.parameters["patient_text_grade"].value

    assert {place: grade(texts) for place, texts in patient_texts(knowledge) if grade(texts) > most} == {}


def test_the_grade_tells_hard_text_from_easy() -> None:
    hard = "Immobilisation of the lumbar articulation necessitates considerable proprioceptive differentiation."

    assert grade([hard]) > 15 > 3 > grade(["Push your hips back.", "Stop if it hurts."])


def test_no_word_that_frightens_or_blames_stands_in_what_a_person_reads(knowledge: KnowledgeBase) -> None:
    found = {place: NEVER_SAY.findall(" ".join(texts)) for place, texts in patient_texts(knowledge)}

    assert {place: words for place, words in found.items() if words} == {}


def test_every_point_of_the_source_article_is_cited_or_carried_as_background(knowledge: KnowledgeBase) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in data_folder("rules").rglob("*.yaml") if path.name != "sources.yaml")
    missing = [
        name
        for name, source in knowledge.sources.items()
        if source.kind == "seed" and source.carried == "fact" and not re.search(rf"\b{name}\b", text)
    ]

    assert missing == []


def test_no_identifier_value_or_default_changed_unnoticed(knowledge: KnowledgeBase) -> None:
    """Other systems rely on these. A change here is a change of the contract with them."""
    lines = []
    for name, item in knowledge.observables.items():
        allowed = "|".join(item.values) if item.range is None else f"{item.type} {item.range.least:g}..{item.range.most:g}"
        lines.append(f"{name}: {allowed}" + (f" = {item.default}" if item.default else ""))
    lines += [f"{fault.kind} fault: {name}" for name, fault in knowledge.faults.items()]
    lines += [f"contributor: {name}" for name in knowledge.contributors]
    lines += [f"{ladder}: {level.id}" for ladder, levels in knowledge.ladders.items() for level in levels]

    assert "\n".join(lines) + "\n" == (Path(__file__).parent / "golden" / "identifiers.txt").read_text(encoding="utf-8")
