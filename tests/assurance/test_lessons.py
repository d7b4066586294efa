"""What earlier proofs learnt is kept, makes a later one quick, and never changes what it finds."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from planted import edited, property_of
from small import SMALL

from hingeexpert.assurance.ends import ends_of
from hingeexpert.assurance.lessons import (
    KIND,
    MOST_OF_A_QUESTION,
    KeptLessons,
    Lesson,
    Lessons,
)
from hingeexpert.assurance.proofs import PropertyProof, Prover
from hingeexpert.formats import cache
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

ASKED = "retest.clean_uncued"
NOT_RETAINED = "when: {retest.clean_uncued: no}"
IN_VAIN = "when: {any: [{stick.hold: slipped}, {stick.hold: slipped, retest.clean_uncued: no}]}"
"""Instead of it: what the retest shows never matters, though it is asked."""


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which this test keeps things."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "hingeexpert"


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    return load_knowledge(SMALL)


@pytest.fixture
def holed(tmp_path: Path) -> KnowledgeBase:
    """Return rules with a question that is asked in vain."""
    return edited(tmp_path, "readiness.yaml", NOT_RETAINED, IN_VAIN, SMALL)


def useful(knowledge: KnowledgeBase, lessons: Lessons | None = None) -> PropertyProof:
    return Prover(knowledge, lessons).prove(property_of(knowledge, "useful"))


def refuted_of(proof: PropertyProof) -> set[str]:
    assert not proof.undecided
    return {finding.what.split()[0] for finding in proof.findings}


def put(knowledge: KnowledgeBase, content: bytes) -> None:
    """Leave something in the cache in place of lessons."""
    cache.keep(KIND, cache.key_of(KIND, knowledge.info.id), content, 1)


class Counted(KeptLessons):
    """Kept lessons that count what is new."""

    new = 0

    def learn(self, name: str, lessons: Any) -> None:
        self.new += len(lessons)
        super().learn(name, lessons)


def test_what_one_proof_learnt_the_next_one_need_not_learn(small: KnowledgeBase) -> None:
    first = Counted(small)
    assert useful(small, first).outcome == "proven"
    second = Counted(small)

    assert first.new > 0
    assert useful(small, second).outcome == "proven"
    assert second.new == 0


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("parameters.yaml", "adequate_range: {value: 50", "adequate_range: {value: 70"),
        ("readiness.yaml", "medical_first", "doctor_first"),
        ("readiness.yaml", "triage: urgent", "safety.numbness: yes"),
    ],
    ids=["number", "name", "condition"],
)
def test_lessons_outlive_an_edit_of_the_rules(
    tmp_path: Path, small: KnowledgeBase, file: str, old: str, new: str
) -> None:
    before = Counted(small)
    useful(small, before)
    changed = edited(tmp_path, file, old, new, SMALL)
    after, cold = Counted(changed), Lessons()

    assert useful(changed, after) == useful(changed, cold)
    assert after.new < before.new / 2


def test_a_refuted_property_is_refuted_with_the_lessons_of_sound_rules(
    small: KnowledgeBase, holed: KnowledgeBase
) -> None:
    useful(small, KeptLessons(small))
    lessons = KeptLessons(holed)

    assert lessons.of(ASKED)
    assert (
        refuted_of(useful(holed, lessons)) == refuted_of(useful(holed)) == {ASKED, "context.visit"}
    )


def test_a_wrong_lesson_sets_nothing_aside(holed: KnowledgeBase) -> None:
    """Each end and each value, with no further answer or with any, claimed for a question that is
    asked in vain.
    """
    wrong = [
        Lesson(answers, value, end.name)
        for end in ends_of(holed)
        for value in ("yes", "no")
        for answers in ({}, {"context.visit": "retest"}, {"stick.hold": "slipped"})
    ]

    assert ASKED in refuted_of(useful(holed, Lessons({ASKED: wrong})))


def test_a_lesson_of_answers_that_cannot_be_given_together_sets_nothing_aside(
    tmp_path: Path,
) -> None:
    old, new = "impossible_when: {yes: {context.visit: first}}", "{yes: {stick.hold: slipped}}"
    rules = edited(tmp_path, "observables/retest.yaml", old, f"impossible_when: {new}", SMALL)
    prover = Prover(rules)
    lesson = Lesson({}, "yes", "readiness.continue_pattern.not_retained")
    covered = prover.questions.covered(ASKED, lesson)
    hold = prover.solver.chosen["stick.hold"]

    assert prover.solver.possible(covered, hold["secure"])
    assert not prover.solver.possible(covered, hold["slipped"])


DAMAGED: dict[str, Callable[[list[Any]], Any]] = {
    "no text": lambda _: b"\xff\x00",
    "no JSON": lambda _: b"{",
    "deep": lambda _: b"[" * 100_000,
    "a list": lambda good: json.dumps(good).encode(),
    "another question": lambda good: {"stick.tempo": good},
    "no list": lambda good: {ASKED: {"0": good}},
    "no end": lambda good: {ASKED: [good[:2]]},
    "an end that is gone": lambda good: {ASKED: [[*good[:2], "readiness.gone.rule"]]},
    "an end that is a number": lambda good: {ASKED: [[*good[:2], 3]]},
    "a question that is gone": lambda good: {ASKED: [[{"stick.tempo": "slow"}, *good[1:]]]},
    "an answer that is gone": lambda good: {ASKED: [[{"context.visit": "third"}, *good[1:]]]},
    "an answer out of range": lambda good: {ASKED: [[{"stick.depth_degrees": 1e9}, *good[1:]]]},
    "no number": lambda good: {ASKED: [[{"stick.wall_metres": float("nan")}, *good[1:]]]},
    "an answer that is a list": lambda good: {ASKED: [[{"context.visit": ["first"]}, *good[1:]]]},
    "no value": lambda good: {ASKED: [[good[0], None, good[2]]]},
    "a value that is gone": lambda good: {ASKED: [[good[0], "perhaps", good[2]]]},
    "the question itself": lambda good: {ASKED: [[{ASKED: "yes"}, *good[1:]]]},
}


@pytest.mark.parametrize("damage", DAMAGED, ids=lambda name: name.replace(" ", "-"))
def test_damaged_lessons_are_passed_over(
    small: KnowledgeBase, holed: KnowledgeBase, damage: str
) -> None:
    good = [{"context.visit": "retest"}, "no", "readiness.continue_pattern.not_retained"]
    made = DAMAGED[damage](good)
    content = made if isinstance(made, bytes) else json.dumps(made).encode()

    put(small, content)
    assert useful(small, KeptLessons(small)).outcome == "proven"
    put(holed, content)
    assert ASKED in refuted_of(useful(holed, KeptLessons(holed)))


def test_a_number_of_earlier_rules_stands_for_one_of_today(small: KnowledgeBase) -> None:
    end = "shallow_range at least medium"
    put(small, json.dumps({"stick.hold": [[{"stick.depth_degrees": 37}, "secure", end]]}).encode())

    (lesson,) = KeptLessons(small).of("stick.hold")
    assert lesson.answers["stick.depth_degrees"] in small.answers["stick.depth_degrees"]


def test_few_lessons_are_kept(small: KnowledgeBase) -> None:
    lessons = KeptLessons(small)
    many = [Lesson({}, "yes", f"end {number}") for number in range(2 * MOST_OF_A_QUESTION)]
    lessons.learn(ASKED, many)
    lessons.keep()

    assert list(KeptLessons(small).of(ASKED)) == many[-MOST_OF_A_QUESTION:]


def test_nothing_is_kept_where_the_folder_cannot_be_used(
    tmp_path: Path, small: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    for _ in range(2):
        lessons = Counted(small)
        assert useful(small, lessons).outcome == "proven"
        assert lessons.new > 0


def test_a_proof_that_is_stopped_keeps_what_it_learnt(small: KnowledgeBase) -> None:
    class Stopped(KeptLessons):
        def learn(self, name: str, lessons: Any) -> None:
            super().learn(name, lessons)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        useful(small, Stopped(small))
    learnt = KeptLessons(small)

    assert any(learnt.of(name) for name in small.observables)
