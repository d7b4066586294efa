"""What a referral sheet tells the doctor: the signs, since when, what was not asked, who saw it;
and what a sheet without a drill says and does not say.
"""

import itertools
import re
from collections import Counter
from pathlib import Path

import pytest
from papers import CLINIC, ids, languages, section, sheet, sheet_of, texts, typed
from papers import facts as pdf_facts

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.pdf import Paper
from hingeexpert.handout import Handout, Wishes, handout_html, handout_pdf
from hingeexpert.handout.document import Care, Facts, KeyCue, Points
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.translation import in_language

KNOWN = (
    "patient: {id: P-1}\ndate: 2026-11-20\nclinician: R. Gray\nsafety: {screen: all_no, "
    "past_cancer: yes, weight_loss: yes}\nsymptom: {low_back_pain: yes, duration: under_4_weeks, "
    "pain_now: 6}\n"
    "screen: {toe_touch: shin}\n"
)
"""All that the part has room for."""


def facts(made: Handout) -> dict[str, str | None]:
    """Return what stands beside each label that may be a line to write on."""
    (part,) = (part for part in made.sections if part.id == "doctor")
    lines = (block for block in part.blocks if isinstance(block, Facts))
    return {fact.label: fact.text for block in lines for fact in block.items}


def short(knowledge: KnowledgeBase, name: str) -> str:
    said = knowledge.observables[name].short
    assert said is not None
    return said


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_doctor_is_told_the_answers_that_led_there_in_the_language_of_the_sheet(
    knowledge: KnowledgeBase, language: str
) -> None:
    made = sheet(knowledge, typed(knowledge, KNOWN), language=language)
    told, spoken = section(made, "doctor"), in_language(knowledge, language)
    for name in ("past_cancer", "weight_loss"):
        assert short(spoken, f"safety.{name}") in told
    assert short(spoken, "safety.major_trauma") not in told
    touch = {"en": "knees straight: shin", "es": "rodillas rectas: espinilla"}[language]
    assert touch in told


def test_what_is_known_stands_beside_its_label(knowledge: KnowledgeBase) -> None:
    words = knowledge.handout.doctor
    assert facts(sheet(knowledge, typed(knowledge, KNOWN))) == {
        short(knowledge, words.since): "under 4 weeks",
        words.pain: f"{short(knowledge, 'symptom.pain_now')}: 6",
        words.seen_by: "R. Gray",
        words.clinic: None,
        words.day: "20 November 2026",
        words.time: None,
        words.signature: None,
    }


def test_what_is_not_known_is_a_line_to_write_on(knowledge: KnowledgeBase) -> None:
    words = knowledge.handout.doctor
    made = sheet(knowledge, "urgent_open")
    written = (words.seen_by, words.clinic, words.day, words.time, words.began, words.pain)
    assert facts(made) == dict.fromkeys((*written, words.signature))
    assert words.tests not in texts(made)


def test_a_few_blank_questions_are_named_and_the_rest_is_counted(knowledge: KnowledgeBase) -> None:
    blank = sheet(knowledge, "urgent_open")
    told = section(blank, "doctor").partition(f"{knowledge.handout.doctor.not_asked} ")[2]
    named = [item.short for item in knowledge.observables.values() if f"{item.short};" in told]
    assert len(named) == knowledge.handout.most.unasked
    assert named[0] == short(knowledge, "safety.saddle_numbness")
    assert "; and 28 more" in told
    whole = sheet(knowledge, typed(knowledge, KNOWN))
    assert knowledge.handout.doctor.not_asked not in texts(whole)


def test_whether_a_sign_is_old_is_asked_where_it_is_only_assumed(knowledge: KnowledgeBase) -> None:
    """It is never shown as given; where the sign is not there it is no blank question."""
    old = short(knowledge, "safety.cauda_equina_investigated")
    words = knowledge.handout.doctor
    for answered, expected in (("", f"{words.not_asked} {old}"), (", X: no", f"{old}: no")):
        more = answered.replace("X", "cauda_equina_investigated")
        form = typed(knowledge, f"safety: {{saddle_numbness: yes{more}}}\n")
        assert expected in section(sheet(knowledge, form), "doctor")
    assert old not in section(sheet(knowledge, "urgent_open"), "doctor")


Sheets = list[tuple[str, Outcome, Handout]]


@pytest.fixture(scope="module")
def without_drill(knowledge: KnowledgeBase, outcomes: list[Outcome]) -> Sheets:
    """Return the referral and pause sheets of all worked cases in each language, with a clinic. Of
    which kind a sheet is, is the same in any language.
    """
    wishes = Wishes(clinic=CLINIC)
    chosen = [one for one in outcomes if sheet_of(knowledge, one, wishes).kind != "practice"]
    return [
        (language, outcome, sheet_of(knowledge, outcome, wishes, language))
        for language, outcome in itertools.product(languages(knowledge), chosen)
    ]


def test_no_answer_stands_twice_and_no_drill_at_all(
    knowledge: KnowledgeBase, without_drill: Sheets
) -> None:
    untold = {language: drill_names(knowledge, language) for language in languages(knowledge)}
    seen = 0
    for language, outcome, made in without_drill:
        if made.kind == "referral":
            seen += 1
            told = section(made, "doctor").split("; ")
            assert len(told) == len(set(told)), outcome.case.file
            assert not [name for name in untold[language] if name in " ".join(told)], (
                outcome.case.file
            )
    assert seen > 80


def drill_names(knowledge: KnowledgeBase, language: str) -> set[str]:
    """Return what drills, and the tests that may be left out, are called."""
    spoken = in_language(knowledge, language)
    drills = {drill.brief.name for drill in spoken.drills.values() if drill.brief}
    return drills | {group.title for group in spoken.groups if group.not_done_when is not None}


def test_one_action_stands_in_the_head_with_the_number_in_an_emergency(
    knowledge: KnowledgeBase, without_drill: Sheets
) -> None:
    """It is where the first reason leads; no other way stands anywhere on the sheet."""
    counts: Counter[str] = Counter()
    for language, outcome, made in without_drill:
        spoken, level = in_language(knowledge, language), outcome.diagnosis.triage.at_least
        assert (made.alarm is not None) == (made.kind == "referral"), outcome.case.file
        if made.kind == "referral":
            rules = spoken.level("triage", level).rules
            ways = {way for rule in rules for way in (rule.go, rule.go_with_number) if way}
            filled_in = {way.replace("[number]", "112") for way in ways}
            assert made.lead in filled_in, outcome.case.file
            assert not filled_in & set(texts(made)[1:]) - {made.lead}, outcome.case.file
            assert texts(made).count(made.lead) == 1, outcome.case.file
            assert ("112" in made.lead) == (level == "emergency"), outcome.case.file
            counts[level] += 1
    assert min(counts.values()) > 10
    assert set(counts) == {"emergency", "urgent"}


def test_the_most_urgent_way_is_the_first(knowledge: KnowledgeBase) -> None:
    """Who may wait for some days on one account is seen today on another."""
    text = KNOWN.replace("weight_loss: yes", "weight_loss: yes, fever_or_chills: yes")
    assert sheet(knowledge, typed(knowledge, text)).lead == "See a doctor today."
    assert "few days" in sheet(knowledge, typed(knowledge, KNOWN)).lead
    both = "safety: {saddle_numbness: yes, cauda_equina_investigated: no, tearing_pain: yes}\n"
    assert sheet(knowledge, typed(knowledge, both)).lead.startswith("Call the emergency number")
    rules = [rule.go or "" for rule in knowledge.level("triage", "urgent").rules]
    today = ["today" in way for way in rules]
    assert today == sorted(today, reverse=True)


def test_a_referral_has_no_card_that_says_something_else(without_drill: Sheets) -> None:
    for _, outcome, made in without_drill:
        blocks = (block for part in made.sections for block in part.blocks)
        tones = [card.tone for block in blocks if isinstance(block, Care) for card in block.cards]
        level = outcome.diagnosis.triage.at_least
        if made.kind == "referral":
            assert tones == ([] if level == "emergency" else ["emergency"]), outcome.case.file


def test_no_sentence_stands_twice_on_a_sheet_without_a_drill(without_drill: Sheets) -> None:
    for _, outcome, made in without_drill:
        said = [
            sentence.strip().casefold()
            for text in texts(made)
            for sentence in re.split(r"(?<=[.!?])\s+", text)
            if sentence.strip().endswith((".", "!", "?"))
        ]
        assert len(said) == len(set(said)), (outcome.case.file, Counter(said).most_common(1))


def test_a_pause_says_what_may_be_done_has_no_cue_and_at_most_four_things_to_look_at(
    knowledge: KnowledgeBase, without_drill: Sheets
) -> None:
    most = 0
    for language, outcome, made in without_drill:
        words = in_language(knowledge, language).handout
        if made.kind == "pause":
            blocks = [block for part in made.sections for block in part.blocks]
            assert made.sections[0].id == "today", outcome.case.file
            assert isinstance(made.sections[0].blocks[1], Facts), outcome.case.file
            assert not [block for block in blocks if isinstance(block, KeyCue)]
            assert words.one_thing_to_try not in texts(made), outcome.case.file
            for part in made.sections:
                if part.id == "check":
                    (points,) = part.blocks
                    assert isinstance(points, Points), outcome.case.file
                    most = max(most, len(points.items))
    assert most == 4


def test_a_routine_referral_without_a_drill_has_a_short_part_for_the_doctor(
    knowledge: KnowledgeBase, outcomes: list[Outcome]
) -> None:
    words, seen = knowledge.handout.doctor, 0
    for outcome in outcomes:
        triage = outcome.diagnosis.triage
        made = sheet_of(knowledge, outcome, Wishes(clinic=CLINIC))
        routine = triage.decided and triage.at_least == "routine_referral"
        if made.kind != "referral":
            assert ("doctor" in ids(made)) == (routine and made.kind == "pause"), outcome.case.file
        if routine and made.kind == "pause":
            seen += 1
            assert set(facts(made)) & {words.seen_by} == {words.seen_by}
            assert words.not_asked not in section(made, "doctor")
    assert seen > 10


def test_reasons_of_one_topic_are_told_once(knowledge: KnowledgeBase) -> None:
    text = (
        "safety: {screen: all_no}\nsymptom: {leg_symptoms: below_knee}\n"
        "screen: {slump: own_symptom_left}\n"
    )
    told = section(sheet(knowledge, typed(knowledge, text)), "seen")
    assert told.count("nerves of") == 1
    topics = [rule.topic for level in knowledge.triage for rule in level.rules if rule.topic]
    topics += [rule.topic for level in knowledge.readiness for rule in level.rules if rule.topic]
    topics += [item.topic for item in knowledge.contributors.values() if item.topic]
    assert min(Counter(topics).values()) > 1


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_fullest_sheets_without_a_drill_are_one_page(
    knowledge: KnowledgeBase,
    without_drill: Sheets,
    tmp_path: Path,
    paper: Paper,
    language: str,
) -> None:
    """With a clinic; the longest of both kinds, which are the same on any paper."""
    wishes = Wishes(clinic=CLINIC, paper=paper)
    for kind in ("referral", "pause"):
        some = [
            (outcome, made)
            for spoken, outcome, made in without_drill
            if (spoken, made.kind) == (language, kind)
        ]
        some.sort(key=lambda pair: -len(str(pair[1])))
        fullest = [outcome for outcome, _ in some[:6]]
        made = [sheet_of(knowledge, outcome, wishes, language) for outcome in fullest]
        (tmp_path / "sheets.pdf").write_bytes(handout_pdf(made, wishes))
        assert pdf_facts(tmp_path / "sheets.pdf")["Pages"] == "6"


def test_the_head_is_told_apart_by_colour_and_sign_and_is_black_in_grey(
    knowledge: KnowledgeBase,
) -> None:
    """White on each head has a contrast of at least 7 to 1."""
    style = (data_folder("reports") / "handout" / "referral.css").read_text(encoding="utf-8")
    for name in ("emergency", "urgent_open"):
        made = sheet(knowledge, name)
        assert made.alarm is not None
        page = handout_html(made, Wishes(grey=True))
        assert f'class="alarm {made.alarm.shape}"' in page
        colour, grey = re.findall(rf"--{made.alarm.shape}: #([0-9a-f]{{6}})", style)
        assert grey == "000000"
        assert contrast_with_white(colour) > 7


def contrast_with_white(colour: str) -> float:
    """Return the contrast of WCAG of white with a colour."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (light + 0.05)
