"""Invented people: legal forms, asked as the rules ask, and people whom a clinic might see."""

import shutil
from pathlib import Path

import pytest
from planted import replaced
from shipped import shipped
from small import copied

from hingeexpert.assurance.chance import Chance
from hingeexpert.assurance.invented import Inventor, invented
from hingeexpert.assurance.shares import read_shares
from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import read_form
from hingeexpert.forms.writing import filled_form
from hingeexpert.inference.crowd import Crowd, Judged, judged
from hingeexpert.inference.labels import FOCUS, NOT_PRESENT
from hingeexpert.knowledge import load_knowledge, naming
from hingeexpert.knowledge.rule_files import CROWD

RULES = data_folder("rules")
PEOPLE = 20_000


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    return Inventor(shipped(), read_shares(RULES, shipped()), PEOPLE).crowd()


@pytest.fixture(scope="module")
def people(crowd: Crowd) -> Judged:
    return judged(shipped(), crowd)


def test_each_form_is_one_that_is_read(crowd: Crowd) -> None:
    for number in range(0, PEOPLE, PEOPLE // 100):
        answers = crowd.form(number)
        form = read_form(shipped(), "form", filled_form(shipped(), answers).encode())
        assert dict(form.answers) == answers


def test_nobody_is_asked_what_the_rules_do_not_ask(people: Judged) -> None:
    for name, item in shipped().observables.items():
        answered = 0
        for mask in people.crowd.answers.get(name, {}).values():
            answered |= mask
        if item.ask_when is not None:
            assert not answered & people.truth(naming.ask(name)).false, name


def test_every_rule_but_few_every_verdict_and_every_fault_has_somebody(people: Judged) -> None:
    knowledge = shipped()
    rules = [name for name in knowledge.network.names if naming.is_rule(name)]
    nobody = [name for name in rules if not people.truth(name).true]

    assert len(nobody) < len(rules) // 20, nobody
    for ladder in knowledge.ladders:
        assert knowledge.levels(ladder).keys() <= people.labels[ladder].keys()
    for name in knowledge.conclusions:
        assert set(people.labels[name]) - {NOT_PRESENT}
    assert knowledge.faults.keys() <= people.labels[FOCUS].keys()


def test_most_are_nobodys_emergency(people: Judged) -> None:
    """Shares of a clinic as one might imagine it: a slip of a share moves them far."""
    share = {label: mask.bit_count() / PEOPLE for label, mask in people.labels["triage"].items()}

    assert 0.001 < share["emergency"] < 0.008
    assert 0.01 < share["urgent"] < 0.05
    assert share["note"] + share["clear"] > 0.65


def test_one_in_eight_leaves_something_blank(people: Judged) -> None:
    crowd, asked_of_all = (
        people.crowd,
        [
            name
            for name, item in shipped().observables.items()
            if item.ask_when is None and item.follows is None and name.startswith("safety.")
        ],
    )
    blank = 0
    for name in asked_of_all:
        blank |= crowd.everyone & ~sum(crowd.answers[name].values())

    assert 0.08 < blank.bit_count() / PEOPLE < 0.125


def test_the_same_people_come_however_many_are_asked_for(crowd: Crowd) -> None:
    few = Inventor(shipped(), read_shares(RULES, shipped()), 50).crowd()

    assert [few.form(number) for number in range(50)] == [
        crowd.form(number) for number in range(50)
    ]


def test_nobody_may_be_asked_for() -> None:
    nobody = Inventor(shipped(), read_shares(RULES, shipped()), 0).crowd()

    assert (nobody.count, judged(shipped(), nobody).labels["triage"]) == (0, {})


def test_people_are_kept_until_rules_or_shares_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = copied(tmp_path)
    shutil.copy(RULES / CROWD, folder / CROWD)
    replaced(folder / CROWD, "\nanswers:\n", "\nanswers: []\nOLD:\n")
    text = (folder / CROWD).read_text(encoding="utf-8").partition("OLD:")[0]
    (folder / CROWD).write_text(text, encoding="utf-8")
    knowledge = load_knowledge(folder)

    first = invented(folder, knowledge, 40)
    again = invented(folder, knowledge, 40)
    replaced(folder / CROWD, "people: 12.5", "people: 100")
    blanks = invented(folder, knowledge, 40)

    assert first.answers == again.answers != blanks.answers
    kept = list((tmp_path / "cache").rglob("crowd-*"))
    assert len(kept) == 2


def test_a_share_is_met_and_the_order_of_people_says_nothing() -> None:
    chance = Chance("anything", 100_000)

    for share in (0.0, 0.001, 0.25, 0.5, 0.99, 1.0):
        below = chance.below(share)
        assert abs(below.bit_count() / 100_000 - share) < 0.006
        assert chance.below(share / 2) & ~below == 0
    assert Chance("something else", 100_000).below(0.5) != chance.below(0.5)


MISTAKES = {
    "unknown-answer": ("rest: 1 to 3", "rest: mild", "answers[26].rest: 'mild' is not allowed"),
    "stretch-outside": (
        "6 to 8: 25}",
        "6 to 18: 25}",
        "'6 to 18' is not allowed; symptom.pain_now",
    ),
    "too-much": (
        "strong: {0: 5,",
        "strong: {0: 55,",
        "the shares are 125 per cent; 100 is the most",
    ),
    "unknown-kind": ("strong: {0: 5,", "fierce: {0: 5,", "'fierce' is not allowed"),
    "kinds-not-whole": ("quiet: 52", "quiet: 50", "the shares are 98 per cent together"),
    "unknown-question": (
        "asks: [context.goal]",
        "asks: [context.gaol]",
        "did you mean 'context.goal'",
    ),
    "twice": (
        "asks: [context.goal]",
        "asks: [context.age_years]",
        "context.age_years stands twice",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_slip_in_the_shares_is_told_where_it_stands(tmp_path: Path, mistake: str) -> None:
    old, new, told = MISTAKES[mistake]
    text = (RULES / CROWD).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / CROWD).write_text(text.replace(old, new, 1), encoding="utf-8")
    for path in RULES.rglob("*.yaml"):
        if path.name != CROWD and "cases" not in path.parts:
            place = tmp_path / path.relative_to(RULES)
            place.parent.mkdir(exist_ok=True)
            shutil.copy(path, place)

    with pytest.raises(KnowledgeError) as caught:
        read_shares(tmp_path, shipped())

    assert told in str(caught.value)
    assert all(problem.line for problem in caught.value.problems)


def test_rules_without_shares_have_no_invented_people(tmp_path: Path) -> None:
    folder = copied(tmp_path)

    with pytest.raises(KnowledgeError, match=r"crowd\.yaml: there is no such file"):
        invented(folder, load_knowledge(folder), 10)
