"""The texts of the rules in another language: every one is there, none is stale, and no other
language shines through.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from papers import form, languages, sheet, sheet_of, texts

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.knowledge import KnowledgeBase, in_language, load_knowledge
from hingeexpert.knowledge.models.conclusions import Fault, FaultRule
from hingeexpert.knowledge.models.handout import places_in
from hingeexpert.knowledge.models.languages import LanguageFile, Translation
from hingeexpert.knowledge.texts import entries_by_file, strings
from hingeexpert.knowledge.translation import (
    spoken,
    texts_to_translate,
    translation_problems,
    words_in,
)


def changed(knowledge: KnowledgeBase, code: str, texts_: tuple[Translation, ...]) -> KnowledgeBase:
    """Return the knowledge base with other translations in a language."""
    file = knowledge.languages[code].model_copy(update={"texts": texts_})
    return replace(knowledge, languages={**knowledge.languages, code: file})


@pytest.fixture(
    params=sorted(path.stem for path in (data_folder("rules") / "languages").glob("*.yaml"))
)
def code(request: pytest.FixtureRequest, knowledge: KnowledgeBase) -> str:
    assert request.param in knowledge.languages
    return str(request.param)


def test_spanish_is_there(knowledge: KnowledgeBase) -> None:
    assert "es" in knowledge.languages


def test_every_language_is_complete(knowledge: KnowledgeBase) -> None:
    assert list(translation_problems(knowledge)) == []


@pytest.mark.parametrize(
    ("name", "english", "spanish"),
    [
        ("tearing_pain", "In the last days", "En los últimos días"),
        ("chest_pain_or_faint", "In the last days", "En los últimos días"),
        ("fever_or_chills", "In the last two weeks", "En las últimas dos semanas"),
        ("both_legs_pain", "In the last 12 weeks", "En las últimas 12 semanas"),
        ("sexual_function_change", "In the last 12 weeks", "En las últimas 12 semanas"),
        ("fall_last_year", "in the last year", "en el último año"),
        ("growing_hip", "under 17", "menos de 17 años"),
    ],
)
def test_a_question_with_a_time_frame_says_it_in_every_language(
    knowledge: KnowledgeBase, name: str, english: str, spanish: str
) -> None:
    asked = knowledge.observables[f"safety.{name}"].question
    translated = in_language(knowledge, "es").observables[f"safety.{name}"].question

    assert english in asked
    assert spanish in translated


def test_a_text_without_translation_is_told_with_its_place(
    knowledge: KnowledgeBase, code: str
) -> None:
    first, *rest = knowledge.languages[code].texts
    (problem,) = translation_problems(changed(knowledge, code, tuple(rest)))
    assert problem == (
        f'languages/{code}.yaml: texts: no translation of "{first.from_}" '
        f"({texts_to_translate(knowledge)[first.from_]})"
    )


def test_a_stale_translation_is_told_with_the_nearest_text(
    knowledge: KnowledgeBase, code: str
) -> None:
    file = knowledge.languages[code]
    text = knowledge.handout.titles.practice
    stale = Translation.model_validate({"from": text + "s", "to": "other"})
    (problem,) = translation_problems(changed(knowledge, code, (*file.texts, stale)))
    assert (
        f"texts[{len(file.texts)}]: \"{text}s\" stands nowhere in the rules; did you mean '{text}'?"
        in problem
    )


def test_a_doubled_translation_is_told(knowledge: KnowledgeBase, code: str) -> None:
    file = knowledge.languages[code]
    (problem,) = translation_problems(changed(knowledge, code, (*file.texts, file.texts[0])))
    assert problem == (
        f'languages/{code}.yaml: texts[{len(file.texts)}]: "{file.texts[0].from_}" is '
        "translated twice"
    )


def test_every_lost_or_invented_place_is_told(knowledge: KnowledgeBase, code: str) -> None:
    file = knowledge.languages[code]
    for number, item in enumerate(file.texts):
        if places_in(item.from_):
            lost = item.model_copy(update={"to": re.sub(r"\[\w+\]", "", item.to)})
            (problem,) = translation_problems(
                changed(knowledge, code, (*file.texts[:number], lost, *file.texts[number + 1 :]))
            )
            allowed = ", ".join(sorted(places_in(item.from_)))
            assert f"texts[{number}]" in problem
            assert problem.endswith(
                "has other places in square brackets than the text it stands for; allowed: "
                f"{allowed}"
            )
    invented = file.texts[0].model_copy(update={"to": "[name]"})
    assert "[name]" in next(
        translation_problems(changed(knowledge, code, (invented, *file.texts[1:])))
    )


def test_a_broken_line_in_the_rules_is_the_same_text(knowledge: KnowledgeBase, code: str) -> None:
    """Where a text is folded over lines makes no difference."""
    file = knowledge.languages[code]
    folded = tuple(
        item.model_copy(update={"from_": item.from_.replace(" ", "\n  ")}) for item in file.texts
    )
    assert list(translation_problems(changed(knowledge, code, folded))) == []


def test_rules_check_tells_a_missing_translation(
    knowledge: KnowledgeBase, code: str, tmp_path: Path
) -> None:
    """A sentence that was changed in the rules alone does not load, and what to do is told."""
    shutil.copytree(data_folder("rules"), tmp_path / "rules")
    path = tmp_path / "rules" / "handout.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Do none of the drills.", "Do no drills."),
        encoding="utf-8",
    )
    with pytest.raises(KnowledgeError, match="no translation of") as caught:
        in_language(load_knowledge(tmp_path / "rules"), code)
    assert "Do no drills." in str(caught.value)


def test_a_language_without_its_months_is_named(knowledge: KnowledgeBase, code: str) -> None:
    months = knowledge.handout.dates.months
    kept = tuple(item for item in knowledge.languages[code].texts if item.from_ not in months)
    assert list(translation_problems(changed(knowledge, code, kept))) == [
        (
            f'languages/{code}.yaml: texts: no translation of "{month}" (handout.yaml: '
            f"dates.months[{number}])"
        )
        for number, month in enumerate(months)
    ]


def test_an_unknown_language_lists_those_allowed(knowledge: KnowledgeBase) -> None:
    with pytest.raises(
        KnowledgeError,
        match=f"there is no such language; allowed: {', '.join(languages(knowledge))}$",
    ):
        in_language(knowledge, "xx")


def test_the_language_of_the_rules_is_the_rules(knowledge: KnowledgeBase) -> None:
    assert in_language(knowledge, knowledge.info.language) is knowledge
    assert words_in(knowledge, knowledge.info.language)("any text") == "any text"


def test_an_incomplete_language_is_refused_whole(knowledge: KnowledgeBase, code: str) -> None:
    """It never falls back: one missing text and no sheet is written in it."""
    with pytest.raises(KnowledgeError, match="no translation of"):
        words_in(changed(knowledge, code, knowledge.languages[code].texts[1:]), code)


def test_no_text_for_the_person_stays_as_it_was(knowledge: KnowledgeBase, code: str) -> None:
    """What is put in place is the translation, for every place of every text."""
    table = {" ".join(item.from_.split()): item.to for item in knowledge.languages[code].texts}
    before, after = entries_by_file(knowledge), entries_by_file(in_language(knowledge, code))
    asked, put = texts_to_translate(knowledge), 0
    assert before.keys() == after.keys()
    for file, entry in before.items():
        for (path, old), (same, new) in zip(strings(entry), strings(after[file]), strict=True):
            assert path == same
            if new != old and (file, path) != ("knowledge.yaml", ("language",)):
                assert table[" ".join(old.split())] == new, (file, path)
                put += 1
    values = {spoken(value) for item in knowledge.observables.values() for value in item.values}
    assert put >= len(asked) - len(values) - len([text for text in asked if table[text] == text])


def test_what_stands_on_a_sheet_is_never_left_in_english(
    knowledge: KnowledgeBase, outcomes: list[Outcome], code: str
) -> None:
    """No text of a sheet is one that should have been translated, unless both languages say it
    alike.
    """
    table = {" ".join(item.from_.split()): item.to for item in knowledge.languages[code].texts}
    english = {text for text, other in table.items() if text != other}
    left = {
        text
        for outcome in outcomes
        for text in texts(sheet_of(knowledge, outcome, language=code))
        if " ".join(text.split()) in english
    }
    assert left == set()


def unsaid(fault: Fault) -> list[FaultRule]:
    """Return the rules of a fault without what a person is told."""
    return [rule.model_copy(update={"seen": None}) for rule in fault.rules]


def test_only_texts_are_changed(knowledge: KnowledgeBase, code: str) -> None:
    """Names, conditions, numbers and sources stay; so does what only a clinician reads."""
    other = in_language(knowledge, code)
    assert (other.conditions, other.observables.keys(), other.parameters) == (
        knowledge.conditions,
        knowledge.observables.keys(),
        knowledge.parameters,
    )
    assert other.faults.keys() == knowledge.faults.keys()
    for name, fault in knowledge.faults.items():
        assert (unsaid(other.faults[name]), other.faults[name].title) == (
            unsaid(fault),
            fault.title,
        )
        assert other.faults[name].drills == fault.drills
    for ladder, levels in knowledge.ladders.items():
        for old, new in zip(levels, other.ladders[ladder], strict=True):
            assert (new.id, new.homework, new.referral, new.clinician) == (
                old.id,
                old.homework,
                old.referral,
                old.clinician,
            )
            assert [(rule.id, rule.when, rule.because) for rule in new.rules] == [
                (rule.id, rule.when, rule.because) for rule in old.rules
            ]


def conclusions(diagnosis: Diagnosis) -> list[Any]:
    found = [
        (item.id, item.status, item.confidence)
        for item in (*diagnosis.faults, *diagnosis.contributors)
    ]
    return [
        found,
        diagnosis.triage.verdict,
        diagnosis.readiness.verdict,
        diagnosis.focus and diagnosis.focus.fault,
    ]


def test_the_same_follows_in_every_language(
    knowledge: KnowledgeBase, outcomes: list[Outcome], code: str
) -> None:
    other = in_language(knowledge, code)
    for outcome in outcomes[::10]:
        assert conclusions(diagnose(other, outcome.case.assessment)) == conclusions(
            outcome.diagnosis
        ), outcome.case.file


def test_a_sheet_has_the_same_parts_in_every_language(
    knowledge: KnowledgeBase, outcomes: list[Outcome], code: str
) -> None:
    for outcome in outcomes[::4]:
        own, other = (
            sheet_of(knowledge, outcome, language=language)
            for language in (knowledge.info.language, code)
        )
        assert [(part.id, [block.kind for block in part.blocks]) for part in own.sections] == [
            (part.id, [block.kind for block in part.blocks]) for part in other.sections
        ]


def test_a_language_from_right_to_left_says_so(knowledge: KnowledgeBase) -> None:
    """A made-up language: every text is itself, read the other way."""
    said: Iterator[Translation] = (
        Translation.model_validate({"from": text, "to": text})
        for text in texts_to_translate(knowledge)
    )
    arabic = LanguageFile(language="ar", direction="rtl", texts=tuple(said))
    made = sheet(
        replace(knowledge, languages={"ar": arabic}), Assessment({}, {"id": "P"}), language="ar"
    )
    assert (made.language, made.direction) == ("ar", "rtl")
    assert sheet(knowledge, form(knowledge, "clean")).direction == "ltr"
