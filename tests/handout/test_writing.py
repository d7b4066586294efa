"""The sheet to take home: what stands on it and what must not, over every worked case."""

import datetime
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from counts import count, examples, thorough
from folders import FORMS
from hypothesis import given
from hypothesis import strategies as st
from papers import (
    CLINIC,
    NAMES,
    NO_LOAD,
    form,
    ids,
    languages,
    read,
    section,
    sheet,
    sheet_of,
    texts,
    typed,
)
from small import copied
from strategies import answers

from hingeexpert.assurance.one_piece import things_in
from hingeexpert.assurance.readability import grade, long_words, sentences, smog_of
from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.handout import Handout, Wishes, handout, handout_pdf
from hingeexpert.handout.clinical import BETWEEN
from hingeexpert.handout.document import Care, Drawing, DrawnPanel, Earlier, Log, Points, Section
from hingeexpert.handout.telephone import bound
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase, in_language, load_knowledge
from hingeexpert.knowledge.condition import observables_in
from hingeexpert.knowledge.models.conclusions import Fault
from hingeexpert.knowledge.models.words import as_regex

LOT = 30
STRAIN = "safety.dizzy_or_no_strain"
"""Sheets that are printed together; more take much memory."""
MOST_SMOG, MOST_GRADE = 7.0, 6.8
"""A person of about twelve reads it: see docs/handout.md."""
WITHOUT_DRILL = {"drill", "cue", "log"}


@pytest.fixture(scope="module")
def sheets(knowledge: KnowledgeBase, outcomes: list[Outcome]) -> list[tuple[Outcome, Handout]]:
    """Return the sheet of every worked case, with a clinic."""
    return [(outcome, sheet_of(knowledge, outcome, Wishes(clinic=CLINIC))) for outcome in outcomes]


@pytest.mark.parametrize(("name", "cards"), [("emergency", []), ("urgent_open", ["care"])])
def test_a_referral_has_no_drill_and_says_why_where_and_what_to_tell(
    knowledge: KnowledgeBase, name: str, cards: list[str]
) -> None:
    made = sheet(knowledge, name)
    parts = ["doctor", "found", "tell", "until", *cards]
    assert (made.kind, ids(made)) == ("referral", parts)
    assert all(section(made, part).count(" ") > 5 for part in ids(made))
    assert made.title == knowledge.handout.titles.referral
    assert not any(isinstance(block, Drawing) for part in made.sections for block in part.blocks)


def test_every_case_that_must_be_seen_first_gets_a_referral_and_no_other_does(
    sheets: list[tuple[Outcome, Handout]],
) -> None:
    for outcome, made in sheets:
        first = outcome.diagnosis.triage.at_least in ("emergency", "urgent")
        assert (made.kind == "referral") == first, outcome.case.file
        if first:
            assert not WITHOUT_DRILL & set(ids(made)), outcome.case.file
            assert {"doctor", "found", "tell", "until"} <= set(ids(made)), outcome.case.file


def test_a_hold_gives_no_drill_and_no_cue(sheets: list[tuple[Outcome, Handout]]) -> None:
    held = [
        made for outcome, made in sheets if outcome.diagnosis.readiness.verdict == "hold_reassess"
    ]
    assert len(held) > 10
    assert all(made.kind == "pause" and not WITHOUT_DRILL & set(ids(made)) for made in held)


def test_a_sheet_without_a_drill_says_nothing_that_fits_only_one_with_a_drill(
    knowledge: KnowledgeBase, sheets: list[tuple[Outcome, Handout]]
) -> None:
    """Neither that nothing needs a change, nor that practice makes it easier; the nerve that holds
    the drills back is always told.
    """
    practice = {knowledge.handout.nothing_seen, knowledge.contributors["motor_control"].patient}
    why = knowledge.contributors["neural_sensitivity"].patient
    for outcome, made in sheets:
        present = [item.id for item in outcome.diagnosis.contributors if item.status == "present"]
        if made.kind == "pause":
            assert not practice & set(texts(made)), outcome.case.file
            assert (why in texts(made)) == ("neural_sensitivity" in present), outcome.case.file


def test_a_verdict_that_could_still_forbid_a_drill_gives_none_and_says_what_is_checked(
    knowledge: KnowledgeBase, sheets: list[tuple[Outcome, Handout]]
) -> None:
    """Open between two verdicts, of which one asks for an easier drill or none: nothing to do at
    home.
    """
    order = [level.id for level in knowledge.ladders["readiness"]]
    asking = [level.id for level in knowledge.ladders["readiness"] if level.homework]
    seen = 0
    for outcome, made in sheets:
        verdict = outcome.diagnosis.readiness
        open_ = order[order.index(verdict.not_ruled_out) : order.index(verdict.at_least) + 1]
        if not verdict.decided and made.kind != "referral" and set(open_) & set(asking):
            seen += 1
            assert not {"drill", "log"} & set(ids(made)), outcome.case.file
            assert section(made, "check").strip() != knowledge.handout.headings.check, (
                outcome.case.file
            )
    assert seen > 10


@examples(quick=15, thorough=40)
@given(data=st.data())
def test_any_answers_give_a_sheet_that_is_no_bolder_than_the_verdict(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    """A drill stands there only if every verdict that is still open allows one; who is not sent on
    is always told when to stop.
    """
    person = Assessment(data.draw(answers(knowledge)), {"id": "P"})
    diagnosis = diagnose(knowledge, person)
    made = handout(knowledge, person, diagnosis, Wishes(drills=2))
    ladder = knowledge.ladders["readiness"]
    order = [level.id for level in ladder]
    verdict = diagnosis.readiness
    open_ = ladder[order.index(verdict.not_ruled_out) : order.index(verdict.at_least) + 1]
    if "drill" in ids(made):
        assert not any(level.homework == "none" or level.referral for level in open_)
        assert len(open_) == 1 or not any(level.homework for level in open_)
    assert made.kind == "referral" or ids(made)[-1] == "care"
    assert ("check" in ids(made)) == (not verdict.decided and made.kind != "referral")
    assert [text for text in texts(made) if not text.strip()] == []


def test_a_sheet_without_a_drill_gives_something_to_do_and_a_referral_does_not(
    knowledge: KnowledgeBase, sheets: list[tuple[Outcome, Handout]]
) -> None:
    """What it is depends on whether the drills pause."""
    today, counts = knowledge.handout.today, Counter[bool]()
    for outcome, made in sheets:
        assert ("today" in ids(made)) == (made.kind == "pause"), outcome.case.file
        if made.kind == "pause":
            held = outcome.diagnosis.readiness.at_least == "hold_reassess"
            (part,) = (part for part in made.sections if part.id == "today")
            points = part.blocks[0]
            chosen = today.held if held else today.otherwise
            assert isinstance(points, Points)
            assert 1 <= len(points.items) <= knowledge.handout.most.today
            assert points.items == tuple(item.say for item in chosen), outcome.case.file
            counts[held] += 1
    assert min(counts.values()) > 10


def test_what_may_be_done_without_a_drill_is_none_and_no_cue(knowledge: KnowledgeBase) -> None:
    today = knowledge.handout.today
    said = " ".join(item.say for item in (*today.held, *today.otherwise))
    drills = [drill.brief for drill in knowledge.drills.values() if drill.brief]
    taught = [text for brief in drills for text in (brief.name, brief.dose, *brief.steps)]
    cues = [cue.say for fault in knowledge.faults.values() for cue in fault.cues]
    assert not [text for text in (*taught, *cues) if text.casefold() in said.casefold()]
    assert not things_in(knowledge, said)


def test_an_easier_version_gives_one_easier_drill_to_be_tried_first(
    knowledge: KnowledgeBase,
) -> None:
    made = sheet(knowledge, "regress", Wishes(drills=2))
    (heading,) = (part.heading for part in made.sections if part.id == "drill")
    (drill,) = (
        drill
        for drill in knowledge.drills.values()
        if drill.brief and heading.endswith(f": {drill.brief.name}")
    )
    assert drill.easier
    assert ids(made).count("drill") == 1
    assert knowledge.handout.try_first in section(made, "drill")
    assert "log" not in ids(made)


def test_what_was_not_tried_in_the_room_says_so_and_has_no_log(
    knowledge: KnowledgeBase, sheets: list[tuple[Outcome, Handout]]
) -> None:
    counts: Counter[bool] = Counter()
    for outcome, made in sheets:
        if made.kind == "practice":
            tried = outcome.diagnosis.home[0].tried
            assert (knowledge.handout.try_first in texts(made)) != tried, outcome.case.file
            assert ("log" in ids(made)) == tried, outcome.case.file
            counts[tried] += 1
    assert min(counts.values()) > 20


def test_who_goes_on_gets_the_drill_and_the_cue_of_the_focus(
    knowledge: KnowledgeBase, sheets: list[tuple[Outcome, Handout]]
) -> None:
    seen = 0
    for outcome, made in sheets:
        focus = outcome.diagnosis.focus
        if outcome.diagnosis.readiness.verdict != "continue_pattern" or focus is None:
            continue
        drill = knowledge.drills[focus.drill].brief
        assert drill is not None
        assert focus.cue in section(made, "cue"), outcome.case.file
        assert drill.name in section(made, "drill"), outcome.case.file
        seen += 1
    assert seen > 100


def test_who_is_ready_gets_the_first_drill_of_the_rung_with_its_cue(
    knowledge: KnowledgeBase,
) -> None:
    made = sheet(knowledge, "clean")
    bag = knowledge.drills["goat_bag_hinge"]
    assert (made.kind, ids(made)) == ("practice", ["seen", "cue", "drill", "next", "care"])
    assert knowledge.handout.nothing_seen in section(made, "seen")
    assert bag.brief
    assert bag.cue
    assert bag.load
    assert bag.brief.name in made.lead
    assert bag.cue.say in section(made, "cue")
    assert bag.load.do in section(made, "drill")


def test_what_never_stands_together_never_does(
    knowledge: KnowledgeBase, sheets: list[tuple[Outcome, Handout]]
) -> None:
    for outcome, made in sheets:
        assert not list(clashes(knowledge, given_texts(made))), outcome.case.file


@examples(quick=15, thorough=60)
@given(data=st.data())
def test_any_sheet_is_of_one_piece(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    person = Assessment(data.draw(answers(knowledge, calm=True)), {"id": "P"})
    made = handout(knowledge, person, diagnose(knowledge, person), Wishes())
    assert not list(clashes(knowledge, given_texts(made)))
    if {"cue", "drill"} <= set(ids(made)):
        (heading,) = (part.heading for part in made.sections if part.id == "drill")
        (drill,) = (
            drill
            for drill in knowledge.drills.values()
            if drill.brief and heading.endswith(f": {drill.brief.name}")
        )
        assert things_in(knowledge, section(made, "cue")) <= set(drill.needs)


def given_texts(made: Handout) -> set[str]:
    """Return what a sheet says, but for what is looked at next time."""
    parts = tuple(part for part in made.sections if part.id != "check")
    return set(texts(made.model_copy(update={"sections": parts})))


def clashes(knowledge: KnowledgeBase, said: set[str]) -> Iterator[str]:
    """Yield the reason of each pair of texts that stand together and must not."""
    for pair in knowledge.handout.apart:
        if said.intersection(pair.one) and said.intersection(pair.other):
            yield pair.because


def test_no_more_drills_than_were_wished(
    knowledge: KnowledgeBase, outcomes: list[Outcome], sheets: list[tuple[Outcome, Handout]]
) -> None:
    of_one = {ids(made).count("drill") for _, made in sheets}
    of_two = {ids(made).count("drill") for made in with_two(knowledge, outcomes, "en")}
    assert (max(of_one), max(of_two)) == (1, 2)


def with_two(knowledge: KnowledgeBase, outcomes: list[Outcome], language: str) -> Iterator[Handout]:
    """Yield the sheets on which two drills were wished; every other has a clinic, not the same in
    each language.
    """
    first = languages(knowledge).index(language)
    for place, outcome in enumerate(outcomes, start=first):
        clinic = CLINIC if place % 2 else None
        yield sheet_of(knowledge, outcome, Wishes(clinic=clinic, drills=2), language)


def test_the_lead_names_every_drill(knowledge: KnowledgeBase) -> None:
    made = sheet(knowledge, "clean", Wishes(drills=2))
    headings = [part.heading.partition(": ")[2] for part in made.sections if part.id == "drill"]
    assert len(headings) == 2
    assert all(name in made.lead for name in headings)


def test_when_to_stop_stands_on_each_sheet_that_sends_nobody_on_with_the_numbers_of_the_clinic(
    sheets: list[tuple[Outcome, Handout]],
) -> None:
    """Three levels, the most urgent first, last on the sheet."""
    for outcome, made in sheets:
        if made.kind == "referral":
            continue
        (care,) = made.sections[-1].blocks
        assert isinstance(care, Care)
        assert [card.tone for card in care.cards] == ["emergency", "doctor", "clinician"], (
            outcome.case.file
        )
        assert all(card.items for card in care.cards)
        assert "112" in care.cards[0].heading
        assert "555 0142" in care.cards[2].heading.replace("\u00a0", " ")


def test_each_sign_of_an_emergency_has_a_line_of_its_own(knowledge: KnowledgeBase) -> None:
    """Not being able to pee is no late word in a line on numbness."""
    lines = {
        item.say: sorted(observables_in(item.when))
        for item in knowledge.handout.care[0].items
        if item.when is not None
    }
    tested = "safety.cauda_equina_investigated"
    assert [names for say, names in lines.items() if "can not pee" in say] == [
        ["safety.bladder_change", "safety.bowel_change", tested]
    ]
    assert [names for say, names in lines.items() if "when you wipe" in say] == [
        [tested, "safety.saddle_numbness"]
    ]
    assert [names for say, names in lines.items() if "tearing" in say] == [["safety.tearing_pain"]]


def test_without_numbers_the_care_box_names_places(knowledge: KnowledgeBase) -> None:
    (care,) = sheet(knowledge, "clean").sections[-1].blocks
    assert isinstance(care, Care)
    assert [card.heading for card in care.cards] == [
        bound(level.heading) for level in knowledge.handout.care
    ]


def test_one_number_without_the_other_fills_its_own_heading(knowledge: KnowledgeBase) -> None:
    only = CLINIC.model_copy(update={"phone": None})
    (care,) = sheet(knowledge, "clean", Wishes(clinic=only)).sections[-1].blocks
    assert isinstance(care, Care)
    assert "112" in care.cards[0].heading
    assert care.cards[2].heading == bound(knowledge.handout.care[2].heading)


def test_no_step_is_named_while_readiness_is_open(
    knowledge: KnowledgeBase, sheets: list[tuple[Outcome, Handout]]
) -> None:
    """Neither a rung nor what comes next: an open verdict is a floor of caution."""
    coming = [level.next for level in knowledge.ladders["readiness"] if level.next]
    for outcome, made in sheets:
        if not outcome.diagnosis.readiness.decided:
            all_text = " ".join(texts(made))
            assert "next" not in ids(made), outcome.case.file
            assert not [text for text in (*knowledge.handout.rungs, *coming) if text in all_text], (
                outcome.case.file
            )


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", NO_LOAD)
def test_who_may_not_load_is_told_of_no_load(
    knowledge: KnowledgeBase, name: str, language: str
) -> None:
    """Where no drill of the verdict opens, a sheet neither says that it may start nor names the
    step, however the visit before was.
    """
    answers, verdict = NO_LOAD[name]
    clean = form(knowledge, "clean")
    person = replace(clean, answers={**clean.answers, **answers})
    said = " ".join(texts(sheet(knowledge, person, Wishes(before=BEFORE), language)))
    spoken = in_language(knowledge, language)
    level = next(level for level in spoken.readiness if level.id == verdict)
    starting = next(item for item in level.said if item.id == "may_start")

    assert diagnose(knowledge, person).readiness.verdict == verdict
    assert starting.patient not in said
    assert str(starting.next) not in said
    assert f"{spoken.handout.rungs[int(level.rung or 0) - 1]}." not in said
    assert diagnose(knowledge, person).readiness.said in {"no_strain", "fell", "pregnant"}


def test_what_was_not_asked_is_no_permission(knowledge: KnowledgeBase) -> None:
    """While nobody asked whether the person may strain, no load is told of."""
    clean = form(knowledge, "clean")
    answers = {key: value for key, value in clean.answers.items() if key != STRAIN}
    made = sheet(knowledge, replace(clean, answers=answers))
    asked = sheet(knowledge, clean)

    assert "light weight" in " ".join(texts(asked))
    assert "light weight" not in " ".join(texts(made))
    assert "next" not in ids(made)


def test_the_drawing_takes_the_lean_that_was_measured(knowledge: KnowledgeBase) -> None:
    """Another depth of the bend is another drawing of the cue that depends on it; no depth is the
    usual one.
    """

    def drawn(degrees: float) -> list[str]:
        answers = {
            **form(knowledge, "fault").answers,
            "stick.depth_degrees": degrees,
            "wall.barefoot": "yes",
        }
        made = sheet(knowledge, replace(form(knowledge, "fault"), answers=answers))
        (cue,) = (part for part in made.sections if part.id == "cue")
        return [panel.svg for panel in drawn_panels(cue)]

    assert len({*drawn(20), *drawn(30), *drawn(45)}) == 6
    assert drawn(30) == drawn(30)


def drawn_panels(part: Section) -> list[DrawnPanel]:
    drawings = [block for block in part.blocks if isinstance(block, Drawing)]
    return [panel for drawing in drawings for panel in drawing.panels]


def test_grey_drawings_have_no_colour(knowledge: KnowledgeBase, outcomes: list[Outcome]) -> None:
    for outcome in outcomes[::5]:
        for part in sheet_of(knowledge, outcome, Wishes(grey=True, drills=2)).sections:
            for panel in drawn_panels(part):
                inks = re.findall(r"#([0-9a-fA-F]{6})\b", panel.svg)
                assert all(ink[:2] == ink[2:4] == ink[4:] for ink in inks), outcome.case.file


def test_the_log_has_a_row_for_two_weeks_and_a_box_for_each_set(knowledge: KnowledgeBase) -> None:
    (part,) = (part for part in sheet(knowledge, "fault").sections if part.id == "log")
    (log,) = (block for block in part.blocks if isinstance(block, Log))
    assert (len(log.weeks), len(log.days)) == (2, 7)
    assert 1 <= log.boxes <= knowledge.handout.log.boxes


@pytest.mark.parametrize(
    ("stands", "put", "changed"),
    [
        ("boxes: 5", "boxes: 2", {"boxes": 2}),
        ("weeks: 2", "weeks: 3", {"weeks": 3}),
        ("faults: 2", "faults: 1", {"faults": 1}),
        ("remarks: 2", "remarks: 0", {"remarks": 0}),
        ("today: 3", "today: 2", {"today": 2}),
    ],
)
def test_a_changed_number_in_the_rules_changes_the_sheet(
    tmp_path: Path, stands: str, put: str, changed: dict[str, int]
) -> None:
    file = copied(tmp_path, data_folder("rules")) / "handout.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(stands) == 1
    file.write_text(text.replace(stands, put), encoding="utf-8")

    shipped = {"boxes": 5, "weeks": 2, "faults": 2, "remarks": 1, "today": 3}
    assert how_much(load_knowledge(file.parent)) == shipped | changed


def words_of(fault: Fault) -> set[str]:
    """Return all that a person may be told of a fault."""
    return {said for said in (fault.seen, *(rule.seen for rule in fault.rules)) if said}


def how_much(knowledge: KnowledgeBase) -> dict[str, int]:
    """Return how much stands on the sheet of a pregnant person with three faults."""
    text = (FORMS / "fault.yaml").read_text(encoding="utf-8")
    text = text.replace("screen: all_no", "screen: all_no, pregnancy: yes")
    made = sheet(knowledge, typed(knowledge, text))
    (log,) = (block for part in made.sections for block in part.blocks if isinstance(block, Log))
    seen, drill = section(made, "seen"), section(made, "drill")
    faults = knowledge.faults.values()
    paused = sheet(knowledge, "hold")
    (points,) = (part.blocks[0] for part in paused.sections if part.id == "today")
    assert isinstance(points, Points)
    return {
        "today": len(points.items),
        "boxes": log.boxes,
        "weeks": len(log.weeks),
        "faults": sum(any(said in seen for said in words_of(fault)) for fault in faults),
        "remarks": sum(item.patient in drill for item in knowledge.remarks if item.patient),
    }


@pytest.mark.parametrize("numbers", ["boxes: 6", "boxes: 0", "weeks: 5", "faults: 0", "remarks: 5"])
def test_a_number_for_which_there_is_no_room_is_refused(tmp_path: Path, numbers: str) -> None:
    file = copied(tmp_path) / "handout.yaml"
    name = numbers.partition(":")[0]
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(rf"\b{name}: \d", numbers, text), encoding="utf-8")

    with pytest.raises(KnowledgeError, match=name):
        load_knowledge(file.parent)


def test_no_sheet_speaks_the_language_of_the_trade(
    knowledge: KnowledgeBase, sheets: list[tuple[Outcome, Handout]]
) -> None:
    """Nothing that `words.yaml` forbids stands on any sheet."""
    patterns = [
        (as_regex(item.say), as_regex(item.unless) if item.unless else None, item.asked_in)
        for item in knowledge.words.forbidden
    ]
    asked = {
        name: knowledge.observables[name].short for _, _, places in patterns for name in places
    }
    found = set()
    lines = {line for _, made in sheets for line in texts(made)}
    for text in {part for line in lines for part in line.split(BETWEEN)}:
        for say, unless, places in patterns:
            if (
                say.search(text)
                and not (unless and unless.search(text))
                and text not in [asked[name] for name in places]
            ):
                found.add(text)
    assert found == set()


def test_every_sheet_is_easy_to_read(sheets: list[tuple[Outcome, Handout]]) -> None:
    """SMOG, counted up to 30 sentences where a sheet has fewer, and Flesch-Kincaid over all that
    stands there; the hardest are told.
    """
    different = {tuple(texts(made)): outcome.case.file for outcome, made in sheets}
    measured = []
    for all_text, file in different.items():
        found = [sentence for text in all_text for sentence in sentences(text)]
        long = [word for sentence in found for word in long_words(sentence)]
        measured.append(
            (
                round(smog_of(len(long), len(found)), 2),
                round(grade(found), 2),
                file,
                sorted(set(long)),
            )
        )
    assert sorted((item for item in measured if item[0] > MOST_SMOG), reverse=True)[:5] == []
    assert (
        sorted((item for item in measured if item[1] > MOST_GRADE), key=lambda item: -item[1])[:5]
        == []
    )


def test_a_sheet_is_of_the_same_kind_in_any_language(
    knowledge: KnowledgeBase, outcomes: list[Outcome]
) -> None:
    kinds = [
        [made.kind for made in with_two(knowledge, outcomes, language)]
        for language in languages(knowledge)
    ]
    assert len(kinds) > 1
    assert all(others == kinds[0] for others in kinds)


def test_no_place_is_left_to_be_filled_in(
    knowledge: KnowledgeBase, outcomes: list[Outcome]
) -> None:
    """No `[place]` stands in any text of any sheet, in any language; every other has a clinic."""
    found = set()
    for language in languages(knowledge):
        for made in with_two(knowledge, outcomes, language):
            found |= {(language, text) for text in texts(made) if re.search(r"\[\w*\]", text)}
    assert found == set()


@thorough
def test_every_sheet_of_one_drill_fits_on_one_page(
    knowledge: KnowledgeBase, sheets: list[tuple[Outcome, Handout]], tmp_path: Path
) -> None:
    """On the shorter paper, with a clinic: each begins on a page of its own and says that there is
    no other.
    """
    wishes = Wishes(clinic=CLINIC, paper="us-letter")
    different = {tuple(texts(made)): outcome.case.name for outcome, made in sheets}
    firsts = {
        outcome.case.name: made
        for outcome, made in sheets
        if outcome.case.name in different.values()
    }
    names, path = [*firsts][:: count(quick=10, thorough=3)], tmp_path / "lot.pdf"
    for start in range(0, len(names), LOT):
        lot = names[start : start + LOT]
        path.write_bytes(handout_pdf([firsts[name] for name in lot], wishes))
        lengths = re.findall(r"Page 1 of (\d+)$", read(path), flags=re.MULTILINE)
        assert [name for name, length in zip(lot, lengths, strict=True) if length != "1"] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_title_never_holds_the_name(knowledge: KnowledgeBase, name: str) -> None:
    made = sheet(knowledge, form(knowledge, name, name="Zoe Secret"))
    assert made.name == "Zoe Secret"
    assert not any("Secret" in text for text in texts(made.model_copy(update={"name": None})))


@pytest.mark.parametrize(
    ("language", "paper", "expected"),
    [
        ("en", "a4", "4 December 2026"),
        ("en", "us-letter", "December 4, 2026"),
        ("es", "a4", "4 de diciembre de 2026"),
        ("es", "us-letter", "4 de diciembre de 2026"),
    ],
)
def test_a_day_is_written_as_it_is_where_the_paper_is_used(
    knowledge: KnowledgeBase, language: str, paper: str, expected: str
) -> None:
    person = replace(form(knowledge, "clean"), date="2026-12-04")
    made = sheet(
        knowledge, person, Wishes(paper=paper, next_visit=datetime.date(2026, 12, 4)), language
    )  # type: ignore[arg-type]
    assert (made.date, made.next_visit) == (expected, expected)


@pytest.mark.parametrize(
    ("stands", "put", "told"),
    [
        (
            "November, December]",
            "November]",
            "dates.months: at least 12 entries are needed; found 11",
        ),
        (
            "December]",
            "December, Undecember]",
            "dates.months: at most 12 entries are allowed; found 13",
        ),
        (
            '"[month] [day], [year]"',
            '"[month] [day]"',
            "dates.on_paper.us-letter: a day is written with [day], [month], [year]; [year] is "
            "missing",
        ),
    ],
)
def test_a_day_that_cannot_be_written_is_told_with_its_place(
    tmp_path: Path, stands: str, put: str, told: str
) -> None:
    file = Path(shutil.copytree(data_folder("rules"), tmp_path / "rules")) / "handout.yaml"
    text = file.read_text(encoding="utf-8")
    assert stands in text
    file.write_text(text.replace(stands, put), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=re.escape(told)):
        load_knowledge(file.parent)


def test_what_was_not_given_is_left_to_write_on(knowledge: KnowledgeBase) -> None:
    made = sheet(knowledge, "urgent_open")
    assert (made.name, made.date, made.next_visit, made.clinic) == (None, None, None, None)


def test_a_name_cannot_turn_the_line_around(knowledge: KnowledgeBase) -> None:
    assert (
        sheet(knowledge, form(knowledge, "clean", name="\u202eSam\u200b\n Example")).name
        == "Sam Example"
    )


def test_nothing_answered_gives_no_drill_and_says_so(knowledge: KnowledgeBase) -> None:
    made = sheet(knowledge, typed(knowledge, "patient: {id: P1}\n"))
    assert (made.kind, made.lead) == ("pause", knowledge.handout.open)
    assert ids(made) == ["today", "seen", "check", "care"]


def test_the_same_person_gets_the_same_sheet(knowledge: KnowledgeBase) -> None:
    assert sheet(knowledge, "fault") == sheet(knowledge, "fault")


BEFORE = Earlier("2026-10-30", "continue_pattern", {"wall.clean_reps": 6, "stick.clean_reps": 4})


@pytest.mark.parametrize(
    ("language", "counted", "step"),
    [
        (
            "en",
            "Good bends at the wall: 6 of 10 on 30 October 2026",
            "On 30 October 2026 you were on step 1. Today you are on step 2.",
        ),
        (
            "es",
            "Inclinaciones bien hechas en la pared: 6 de 10 el 30 de octubre de 2026",
            "El 30 de octubre de 2026 estaba en la etapa 1. Hoy está en la etapa 2.",
        ),
    ],
)
def test_the_visit_before_is_told_with_numbers_and_steps(
    knowledge: KnowledgeBase, language: str, counted: str, step: str
) -> None:
    told = section(sheet(knowledge, "clean", Wishes(before=BEFORE), language), "seen")

    assert counted in told
    assert step in told


def test_nothing_is_told_of_a_visit_before_that_was_not_counted(knowledge: KnowledgeBase) -> None:
    nothing = Earlier("2026-10-30", "incomplete", {})

    assert texts(sheet(knowledge, "clean", wishes=Wishes(before=nothing))) == texts(
        sheet(knowledge, "clean")
    )


def test_a_low_fault_is_not_told_but_its_cue_is_given(
    knowledge: KnowledgeBase, sheets: list[tuple[Outcome, Handout]]
) -> None:
    """What was seen for sure is told; where the focus is not, that there is one thing to try: a
    drill to try it with goes home.
    """
    words, untold = knowledge.handout, 0
    for outcome, made in sheets:
        present = {item.id: item.confidence for item in outcome.diagnosis.faults if item.confidence}
        low = {
            said
            for name, sure in present.items()
            if sure == "low"
            for said in words_of(knowledge.faults[name])
        }
        focus = outcome.diagnosis.focus
        unsure = focus is not None and present[focus.fault] == "low" and made.kind == "practice"
        assert not low & set(texts(made)), outcome.case.file
        assert (words.one_thing_to_try in texts(made)) == unsure, outcome.case.file
        if unsure:
            untold += 1
            assert not {words.nothing_seen, words.not_enough_seen} & set(texts(made))
            assert focus.cue in section(made, "cue")
    assert untold > 20


FEET = {"wall.barefoot": "no", "screen.toe_turnout": "left_more"}


@pytest.mark.parametrize(
    ("answers", "told", "untold"),
    [
        (FEET, "One foot was turned out more.", "shoes"),
        ({"wall.touch": "not_reached"}, "The wall was a bit far.", "leaned"),
        ({"wall.touch": "leaning", "wall.distance_feet": 2}, "The wall was a bit far.", "leaned"),
        ({"wall.touch": "leaning", "wall.distance_feet": 1}, None, "The wall was"),
    ],
)
def test_a_person_is_told_what_was_seen_and_no_other_cause(
    knowledge: KnowledgeBase, answers: dict[str, str | float], told: str | None, untold: str
) -> None:
    """The words are those of the surest rule that is true; a low fault has none."""
    person = form(knowledge, "clean")
    seen = section(sheet(knowledge, replace(person, answers=person.answers | answers)), "seen")

    assert told is None or told in seen
    assert untold not in seen


@pytest.mark.parametrize(("test", "told"), [("negative", True), ("left", False)])
def test_the_stiffer_hip_is_not_told_of_while_a_doctor_is_to_see_it(
    knowledge: KnowledgeBase, test: str, told: bool
) -> None:
    answers = {
        "symptom.groin_pinch": "left",
        "screen.hip_impingement": test,
        "screen.hip_flexion": "limited_left",
    }
    person = form(knowledge, "clean")
    seen = texts(sheet(knowledge, replace(person, answers=person.answers | answers)))

    assert (knowledge.contributors["hip_asymmetry"].patient in seen) == told


def test_why_at_all_stands_once_beside_a_drill_of_the_source_article(
    knowledge: KnowledgeBase, sheets: list[tuple[Outcome, Handout]]
) -> None:
    why = " ".join(line.say for line in knowledge.handout.encourage)
    seed = {
        drill.brief.name
        for drill in knowledge.drills.values()
        if drill.seed == "yes"
        if drill.brief
    }
    for outcome, made in sheets:
        headings = {part.heading.partition(": ")[2] for part in made.sections if part.id == "drill"}
        assert " ".join(texts(made)).count(why) == bool(headings & seed), outcome.case.file


def test_the_step_away_from_the_wall_is_that_of_the_source_article(
    knowledge: KnowledgeBase,
) -> None:
    """Heel to toe of the own foot, then no more than a pencil at a time, as far as a light tap."""
    brief = knowledge.drills["wall_drill"].brief
    assert brief is not None
    steps = " ".join(brief.steps)
    assert all(words in steps for words in ("heel to toe", "width of a pencil", "sweet spot"))
    assert " or more" not in brief.dose
