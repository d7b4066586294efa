"""The letter to a doctor: who gets one, what stands in it, and that it is one page."""

from pathlib import Path

import pikepdf
import pytest
from papers import CLINIC, ROUTINE, facts, form, read, said, typed

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.handout import Wishes
from hingeexpert.handout.document import Letter
from hingeexpert.handout.letter import (
    INSTEAD,
    has_letter,
    letter,
    letter_html,
    letter_pdf,
    why_no_letter,
)
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase

URGENT = ROUTINE.replace("all_no", "all_no, major_trauma: yes")
UNASKED = ROUTINE.replace("{screen: all_no}", "{saddle_numbness: no}")


def about(knowledge: KnowledgeBase, text: str, wishes: Wishes | None = None) -> Letter:
    person = typed(knowledge, text)
    return letter(knowledge, person, diagnose(knowledge, person), wishes)


def part(made: Letter, name: str) -> str:
    """Return all text of a part."""
    (found,) = (section for section in made.sections if section.id == name)
    return " ".join(said(found.model_dump()))


def test_it_asks_says_why_what_was_found_and_what_happens(knowledge: KnowledgeBase) -> None:
    made, words = about(knowledge, ROUTINE), knowledge.handout.letter
    assert "neurological examination" in part(made, "question")
    assert "reach below the knee. Leg pain, tingling or numbness: below knee." in part(
        made, "reasons"
    )
    examined = part(made, "examined")
    fault = knowledge.faults["lumbar_flexion"].title
    for expected in (
        f"{fault} (",
        "Time with this back pain: 4 to 12 weeks",
        "in drills, 0 to 10: 3",
    ):
        assert expected in examined
    for expected in ("knees straight: shin", "Wall drill; Stick drill", words.all_asked):
        assert expected in examined
    assert f"{words.triage} {knowledge.level('triage', 'routine_referral').title}" in part(
        made, "meanwhile"
    )
    assert words.undecided in part(made, "meanwhile")


def test_who_it_is_about_and_what_is_to_be_written_by_hand(knowledge: KnowledgeBase) -> None:
    words = knowledge.handout.letter
    made = about(knowledge, ROUTINE)
    assert {line.label: line.text for line in (*made.head, *made.foot)} == {
        words.to: None,
        words.date: "20 November 2026",
        words.about: "Robin Example",
        words.number: "P-21",
        words.born: None,
        knowledge.handout.doctor.seen_by: "R. Gray, 20 November 2026",
        words.signature: None,
    }


def test_what_was_not_asked_is_named_and_counted(knowledge: KnowledgeBase) -> None:
    examined = part(about(knowledge, UNASKED), "examined")
    assert f"{knowledge.handout.doctor.not_asked} New trouble with peeing;" in examined
    assert "more" in examined
    assert knowledge.handout.letter.all_asked not in examined


def test_what_is_more_urgent_comes_first_and_no_movement_is_told(knowledge: KnowledgeBase) -> None:
    made, words = about(knowledge, URGENT), knowledge.handout.letter
    assert part(made, "question").index("same day") < part(made, "question").index("neurological")
    assert words.faults not in part(made, "examined")
    assert f"{words.drills} {words.no_drill}" in part(made, "meanwhile")


def test_only_a_reason_for_a_routine_referral_gives_a_letter_of_one_page(
    knowledge: KnowledgeBase, outcomes: list[Outcome], tmp_path: Path
) -> None:
    """On the shorter paper, with a clinic; the longest ten of the worked cases."""
    head = "1234567-ABCD-EFGH-JKMN-PQRS-3"
    wishes = Wishes(clinic=CLINIC, paper="us-letter", drills=2, head=head)
    routine = {
        f"triage.routine_referral.{rule.id}"
        for rule in knowledge.level("triage", "routine_referral").rules
    }
    made = []
    for outcome in outcomes:
        reasons = {item.rule for item in outcome.diagnosis.triage.evidence}
        assert has_letter(knowledge, outcome.diagnosis) == bool(routine & reasons), (
            outcome.case.file
        )
        if routine & reasons:
            made.append(letter(knowledge, outcome.case.assessment, outcome.diagnosis, wishes))
    assert len(made) > 30
    made.sort(key=lambda one: -len(one.model_dump_json()))
    for one in made[:10]:
        (tmp_path / "letter.pdf").write_bytes(letter_pdf(one, wishes))
        assert facts(tmp_path / "letter.pdf")["Pages"] == "1"


@pytest.mark.parametrize(
    ("name", "told"), [("emergency", True), ("urgent_open", True), ("clean", False)]
)
def test_without_a_letter_the_message_names_the_sheet_to_hand_over(
    knowledge: KnowledgeBase, name: str, told: bool
) -> None:
    diagnosis = diagnose(knowledge, form(knowledge, name))
    assert not has_letter(knowledge, diagnosis)
    assert (INSTEAD in why_no_letter(knowledge, diagnosis)) == told


@pytest.mark.parametrize(("wished", "title"), [(False, ""), (True, ": Robin Example")])
def test_a_name_stands_in_the_title_only_if_that_was_wished(
    knowledge: KnowledgeBase, tmp_path: Path, wished: bool, title: str
) -> None:
    wishes = Wishes(name_in_file=wished, clinic=CLINIC)
    made, path = about(knowledge, ROUTINE, wishes), tmp_path / "letter.pdf"
    path.write_bytes(letter_pdf(made, wishes))
    with pikepdf.open(path) as pdf:
        assert str(pdf.docinfo["/Title"]) == made.title + title
    assert f"<title>{made.title}{title}</title>" in letter_html(made, wishes)
    assert CLINIC.name in read(path)
    assert letter_pdf(made, wishes) == path.read_bytes()
