"""A form as a few letters: back as it was, or refused; never another form."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from doors import without_head
from papers import form, typed
from shown_forms import shown_forms
from small import SMALL

from hingeexpert.cli import main
from hingeexpert.errors import InputError
from hingeexpert.forms import Assessment, read_form
from hingeexpert.interop.pocket import LETTERS, pocket_text, read_pocket
from hingeexpert.knowledge import KnowledgeBase, in_language, load_knowledge

FRENCH = str.maketrans("AQWZM234567", "QAZW?É\"'(-È")
GERMAN = str.maketrans("YZ", "ZY")
SHORT = 61
"""Letters that a QR code of 29 modules holds at level M."""


def code(knowledge: KnowledgeBase, text: str) -> str:
    """Return the code of a form that a text is."""
    return pocket_text(knowledge, typed(knowledge, text))


def test_case_blanks_and_the_keyboard_do_not_matter(knowledge: KnowledgeBase) -> None:
    for person in shown_forms(knowledge, 30, seed=3):
        text = pocket_text(knowledge, person)
        lines = f" {text[:9].lower()}\n{text[9:]}\r\n"
        for scanned in (text, lines, text.translate(FRENCH), text.lower().translate(GERMAN)):
            assert read_pocket(knowledge, scanned) == without_head(person)
        assert read_pocket(knowledge, text.translate(FRENCH).lower()) == without_head(person)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_language_does_not_matter(knowledge: KnowledgeBase, language: str) -> None:
    spoken, person = in_language(knowledge, language), form(knowledge, "fault")
    assert pocket_text(spoken, person) == pocket_text(knowledge, person)
    assert read_pocket(spoken, pocket_text(knowledge, person)) == without_head(person)


def test_a_slip_is_refused_wherever_it_stands(knowledge: KnowledgeBase) -> None:
    """Another letter, one missing, one twice, two in the wrong order; but for what another keyboard
    makes of the same code, which is no slip.
    """
    text = pocket_text(knowledge, form(knowledge, "fault"))
    slips = {text[:place] + text[place + 1 :] for place in range(len(text))}
    for place, letter in enumerate(text):
        before, after = text[:place], text[place + 1 :]
        slips |= {before + other + after for other in LETTERS}
        slips |= {before + letter + letter + after, before + after[:1] + letter + after[1:]}
    slips -= {text, text.translate(FRENCH), text.translate(GERMAN)}
    assert len(slips) > 1000
    for slip in slips:
        with pytest.raises(InputError):
            read_pocket(knowledge, slip)


@pytest.mark.parametrize(
    ("typed_in", "said"),
    [
        ("", "there is no code"),
        (" \n", "there is no code"),
        ("A", "do not fit their checksum"),
        ("ABC0", "character 4 is none that a code has"),
        ("BABCDEF", "a code begins with A; this is none, or one of a newer program"),
        ("A" * 5000 * 2, "10000 characters; a code has at most 4296"),
        ("Ä=/:?", "character 1 is none that a code has"),
    ],
)
def test_what_is_no_code_is_refused_in_words(
    knowledge: KnowledgeBase, typed_in: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read_pocket(knowledge, typed_in)


def test_a_number_is_never_rounded(knowledge: KnowledgeBase) -> None:
    """One beside the steps of the form comes back; one that the code can not hold is refused, and
    not told.
    """
    text = "wall: {distance_feet: %s}\nscreen: {wall_to_neck_cm: %s}"
    for pair in (("1.1", "9.3"), ("0", "30"), ("4.99", "0.01"), ("1.25", "1.0"), ("2.0", "7")):
        person = typed(knowledge, text % pair)
        assert read_pocket(knowledge, pocket_text(knowledge, person)) == person
    with pytest.raises(InputError, match=r"finer than a hundredth") as caught:
        code(knowledge, text % ("1.333", "9.3001"))
    assert [problem.path for problem in caught.value.problems] == [
        "screen.wall_to_neck_cm",
        "wall.distance_feet",
    ]
    assert "1.333" not in str(caught.value)


def test_at_once_and_one_by_one_both_come_back_as_they_were(knowledge: KnowledgeBase) -> None:
    flags = [name.partition(".")[2] for name in knowledge.shorthands["safety.screen"].flags]
    one_by_one = ", ".join(f"{name}: no" for name in flags)
    forms = [
        typed(knowledge, f"safety: {{{text}}}")
        for text in (
            "screen: all_no",
            one_by_one,
            f"screen: all_no, {flags[3]}: no",
            f"screen: all_no, {flags[0]}: yes",
            f"{flags[0]}: no",
        )
    ]
    codes = [pocket_text(knowledge, person) for person in forms]
    assert len(set(codes)) == len(forms)
    assert [read_pocket(knowledge, text) for text in codes] == forms
    assert len(codes[0]) < len(codes[1])


def test_what_was_said_at_once_beside_a_blank_is_refused(knowledge: KnowledgeBase) -> None:
    person = typed(knowledge, "safety: {screen: all_no, left_blank: [gait_change]}")
    with pytest.raises(InputError, match="34 flags were answered at once beside 1 left blank"):
        pocket_text(knowledge, person)


def test_nothing_of_the_head_is_in_it(knowledge: KnowledgeBase) -> None:
    person = form(knowledge, "fault")
    nobody = Assessment(person.answers, at_once=person.at_once)
    other = replace(nobody, patient={"id": "9", "name": "Zoe Secret"}, date="2020-01-01")
    assert pocket_text(knowledge, person) == pocket_text(knowledge, other)
    assert read_pocket(knowledge, pocket_text(knowledge, person)) == nobody


def test_a_form_of_an_older_kind_comes_back_as_one(knowledge: KnowledgeBase) -> None:
    older = typed(knowledge, f"form: {knowledge.info.reads[0]}\nsafety: {{screen: all_no}}")
    assert older.older_form is not None
    assert read_pocket(knowledge, pocket_text(knowledge, older)) == older


def test_other_rules_are_told_by_their_hash(knowledge: KnowledgeBase) -> None:
    small = load_knowledge(SMALL)
    name, (answer, *_) = next(iter(small.answers.items()))
    person = Assessment({name: answer})
    assert read_pocket(small, pocket_text(small, person)) == person
    with pytest.raises(InputError, match=small.sha256[:8]) as caught:
        read_pocket(knowledge, pocket_text(small, person))
    assert knowledge.sha256[:8] in str(caught.value)


def test_safety_at_once_and_all_else_answered_fits_a_small_code(knowledge: KnowledgeBase) -> None:
    """The answers are the last of each question, the largest digits; what contradicts another is
    not asked here.
    """
    largest = {
        name: item.answer.categories[-1] if item.range is None else int(item.range.most)
        for name, item in knowledge.observables.items()
    }
    flags = dict.fromkeys(knowledge.shorthands["safety.screen"].flags, "no")
    person = Assessment({**largest, **flags}, at_once=frozenset(flags))
    assert len(pocket_text(knowledge, person)) <= SHORT


def test_convert_reads_what_a_scanner_types(knowledge: KnowledgeBase) -> None:
    person = form(knowledge, "fault")
    text = pocket_text(knowledge, person).lower()
    line = ["convert", "--from", "pocket", "-", "--to", "yaml"]
    result = CliRunner().invoke(main, line, input=text)
    assert result.exit_code == 0
    assert read_form(knowledge, "f.yaml", result.stdout.encode()) == without_head(person)
