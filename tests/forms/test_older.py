"""Forms of an older kind: their tags, retired identifiers, flags that they did not have."""

import pytest
from shipped import shipped
from small import SMALL

from hingeexpert.errors import InputError
from hingeexpert.forms import Assessment, answered_by_older_shorthand, form_of, read_form
from hingeexpert.knowledge import KnowledgeBase, load_knowledge


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    return load_knowledge(SMALL)


def read(knowledge: KnowledgeBase, text: str) -> Assessment:
    return read_form(knowledge, "form.yaml", text.encode())


@pytest.mark.parametrize(
    ("tag", "older"), [("", None), ("form: small/2\n", None), ("form: small/1\n", "small/1")]
)
def test_the_tag_of_an_older_form_is_kept_and_written_again(
    small: KnowledgeBase, tag: str, older: str | None
) -> None:
    form = read(small, f"{tag}stick: {{hold: secure}}\n")

    assert form.older_form == older
    assert form_of(small, form).splitlines()[0] == f"form: {older or 'small/2'}"
    assert read(small, form_of(small, form)) == form


def test_flags_that_an_older_shorthand_answered_are_known(small: KnowledgeBase) -> None:
    pressed = "safety: {screen: all_no}\n"

    assert answered_by_older_shorthand(small, read(small, f"form: small/1\n{pressed}")) == (
        "safety.numbness",
    )
    for same in ("form: small/2\n" + pressed, pressed):
        assert answered_by_older_shorthand(small, read(small, same)) == ()


def test_a_flag_with_an_answer_of_its_own_was_not_answered_by_the_shorthand(
    small: KnowledgeBase,
) -> None:
    form = read(small, "form: small/1\nsafety: {screen: all_no, numbness: no}\n")

    assert answered_by_older_shorthand(small, form) == ()


@pytest.mark.parametrize("tag", ["", "form: hinge/1\n", "form: hinge/2\n"])
def test_a_retired_identifier_is_told_with_its_successors(tag: str) -> None:
    with pytest.raises(InputError) as caught:
        read(shipped(), f"{tag}safety: {{tearing_or_pulsating_pain: no}}\n")

    (problem,) = caught.value.problems
    assert problem.path == "safety.tearing_or_pulsating_pain"
    assert problem.message == (
        "'safety.tearing_or_pulsating_pain' is retired since hinge/2; answer safety.tearing_pain "
        "and safety.pulsating_belly instead"
    )


@pytest.mark.parametrize(("age", "onset"), [(44, "onset_under_45"), (34, "onset_under_35")])
def test_an_answer_that_the_age_rules_out_is_refused_and_both_are_named(
    age: int, onset: str
) -> None:
    limit = onset.rpartition("_")[2]
    with pytest.raises(InputError) as caught:
        read(shipped(), f"context: {{age_years: {age}}}\nspa:\n  {onset}: no\n")

    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == (f"spa.{onset}", 3)
    assert problem.message == (
        f"'no' is not possible while context.age_years is below {limit} (context.age_years is "
        f"{age}); correct one of the two"
    )


@pytest.mark.parametrize(
    "text",
    [
        "context: {age_years: 45}\nspa: {onset_under_45: no}\n",
        "context: {age_years: 29}\nspa: {onset_under_45: yes}\n",
        "spa: {onset_under_45: no}\n",
    ],
)
def test_an_answer_that_no_age_rules_out_is_read(text: str) -> None:
    assert "spa.onset_under_45" in read(shipped(), text).answers
