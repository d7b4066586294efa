"""Hazards of words: a text of readiness that is told to somebody is open with that person, and
proven once others hear something else.
"""

from pathlib import Path

from hazard_logs import beside, hazard
from small import SMALL

from hingeexpert.assurance.hazards.proof import HazardProof
from hingeexpert.assurance.hazards.prover import HazardProver
from hingeexpert.assurance.hazards.telling import told

LIFTS = "You can start slow lifts."
NEXT = "We start with a light weight."
TOLD = "    patient: You can start slow lifts.\n"
NOT_TOLD = (
    "    patient: You bend well.\n"
    "    said: [{id: may_start, when: {context.visit: retest}, patient: You can start slow "
    "lifts.}]\n"
)


def proven(tmp_path: Path, happens: str, was: str = "", now: str = "") -> HazardProof:
    edits = {"readiness.yaml": (was, now)} if was else {}
    knowledge, log = beside(tmp_path, SMALL, hazard("words", happens), edits=edits)
    return HazardProver(knowledge, log).prove(log.hazards[0])


def test_who_is_told_a_text_is_found_and_the_engine_agrees(tmp_path: Path) -> None:
    proof = proven(tmp_path, f"{{true: {{context.visit: first}}, told: [{LIFTS}]}}")

    assert (proof.outcome, proof.defects) == ("open", ())
    assert proof.person is not None
    assert proof.person["context.visit"] == "first"


def test_words_for_some_people_are_kept_from_all_others(tmp_path: Path) -> None:
    """Those of whom it is not known are told nothing either."""
    happens = f"{{possible: {{context.visit: first}}, told: [{LIFTS}]}}"

    assert proven(tmp_path / "said", happens, TOLD, NOT_TOLD).outcome == "proven"
    assert proven(tmp_path / "others", happens).outcome == "open"


def test_what_comes_next_is_told_as_well(tmp_path: Path) -> None:
    happens = f"{{true: {{context.visit: first}}, told: [{NEXT}]}}"

    assert proven(tmp_path, happens, TOLD, NOT_TOLD).outcome == "open"


def test_the_texts_are_named_in_words(tmp_path: Path) -> None:
    knowledge, log = beside(tmp_path, SMALL, hazard("words", f"{{told: [{LIFTS}]}}"))
    proof = HazardProver(knowledge, log).prove(log.hazards[0])

    assert told(knowledge, proof).happens == f"one of these is told: {LIFTS}"
