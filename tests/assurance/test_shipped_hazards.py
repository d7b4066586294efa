"""The hazard log of the shipped rules: nobody is harmed but where that is known, and what it names
outside of the rules is there and is printed.
"""

import html
import re

import pytest
from papers import CLINIC, form, sheet, texts, typed
from planted import SHIPPED

from hingeexpert.assurance.authoring.seeing.quick_proofs import QuickProofs
from hingeexpert.assurance.hazards.log import HazardLog, read_log
from hingeexpert.assurance.hazards.proof import HazardProof
from hingeexpert.forms.writing import yaml_form
from hingeexpert.handout import Wishes
from hingeexpert.handout.paper_form import paper_form, paper_html
from hingeexpert.handout.quick_card import quick_card, quick_html
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.hazards import Control, Hazard

MOST_FAULTS = 2
MANY = 5
FEARFUL = (
    "context: {visit: first, age_years: 40}\nsafety: {screen: all_no}\n"
    "symptom: {low_back_pain: yes, duration: over_3_months, pain_now: 3, "
    "pain_average: 3, fear_of_bending: 9, leg_symptoms: none, groin_pinch: none, "
    "pain_with_deadlift: no, pain_with_swing: no, avoids_hinging: yes}\n"
    "wall: {done: yes, hips: down, knees: forward, feet: toes_lift, balance: wobbles}\n"
    "stick: {done: yes, sacrum: lost, sacrum_when: early, midback: kept, head: kept, "
    "depth_degrees: 25, knees: forward, return: chest_first, breath: held, clean_reps: 6}\n"
    "pain: {during_drill: 2, behaviour: steady}\n"
)


@pytest.fixture(scope="module")
def log(knowledge: KnowledgeBase) -> HazardLog:
    return read_log(SHIPPED, knowledge)


def controls(hazard: Hazard, kind: str) -> list[Control]:
    return [control for control in hazard.controls if control.kind == kind]


def by_words_alone(log: HazardLog) -> list[Hazard]:
    """Return the hazards for which neither the rules nor a test can stand."""
    return [
        hazard for hazard in log.hazards if hazard.happens is None and not controls(hazard, "test")
    ]


def test_nobody_is_harmed_but_where_that_is_known(knowledge: KnowledgeBase, log: HazardLog) -> None:
    shown = QuickProofs(knowledge, log).shown

    assert [item.id for item in shown] == known_to_be_open(log)
    assert all(item.person for item in shown)


def known_to_be_open(log: HazardLog) -> list[str]:
    return [hazard.id for hazard in log.hazards if hazard.known_open is not None]


def test_only_what_is_known_to_be_open_may_be_open_and_it_must_be(log: HazardLog) -> None:
    known = next(hazard for hazard in log.hazards if hazard.known_open is not None)
    settled = known.model_copy(update={"known_open": None})

    assert HazardProof(known, "open").holds
    assert not HazardProof(known, "proven").holds
    assert not HazardProof(settled, "open").holds
    assert HazardProof(settled, "proven").holds


def test_the_words_that_alone_stand_for_a_hazard_are_printed(
    knowledge: KnowledgeBase, log: HazardLog
) -> None:
    printed = plain(" ".join(pages(knowledge)))
    words = {
        str(item.words) for hazard in by_words_alone(log) for item in controls(hazard, "words")
    }

    assert len(by_words_alone(log)) == 3
    assert sorted(text for text in words if plain(text) not in printed) == []


def pages(knowledge: KnowledgeBase) -> list[str]:
    """Return what is printed or handed out: sheets with and without the numbers of a clinic, the
    form on paper, the quick card, and the form as text.
    """
    clean = form(knowledge, "clean")
    sheets = [sheet(knowledge, clean), sheet(knowledge, clean, Wishes(clinic=CLINIC))]
    language = knowledge.info.language
    return [
        *(text for made in sheets for text in texts(made)),
        paper_html(paper_form(knowledge, language), "a4"),
        quick_html(quick_card(knowledge, language), "a4"),
        yaml_form(knowledge).replace("\n# ", " ").replace("\n  # ", " "),
    ]


def plain(text: str) -> str:
    """Return the words of a text or a page, without its signs."""
    without_tags = re.sub(r"<style>.*?</style>|<[^>]+>", "", text, flags=re.DOTALL)
    return " ".join(re.findall(r"\w+", html.unescape(without_tags)))


def test_every_hazard_has_somebody_who_prevents_it_too(log: HazardLog) -> None:
    """A program alone prevents nothing: each hazard says what a person does."""
    assert [hazard.id for hazard in log.hazards if not controls(hazard, "person")] == []


def test_a_fearful_person_is_told_of_few_faults(knowledge: KnowledgeBase) -> None:
    person = typed(knowledge, FEARFUL)
    seen = {
        fault.id
        for fault in diagnose(knowledge, person).faults
        if fault.status == "present" and fault.confidence != "low"
    }
    said = texts(sheet(knowledge, person))
    told = [name for name in seen if sentences_of(knowledge, name) & set(said)]

    assert len(seen) >= MANY
    assert 0 < len(told) <= MOST_FAULTS


def sentences_of(knowledge: KnowledgeBase, name: str) -> set[str]:
    """Return all that a sheet may say of a fault as seen."""
    fault = knowledge.faults[name]
    return {said for said in (fault.seen, *(rule.seen for rule in fault.rules)) if said}
