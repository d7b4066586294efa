"""What a kind of answer takes, and what it makes of what was typed."""

import pytest

from hingeexpert.knowledge.answer_kinds import Flag, Number, Range, WholeNumber
from hingeexpert.knowledge.condition import Value

LIMITS = Range(least=0, most=120, unit="degrees", step=5, marks=(30, 60, 90))


@pytest.mark.parametrize(
    ("value", "accepted"), [(30, True), (30.0, True), (30.5, False), (121.0, False), ("30", False)]
)
def test_a_whole_number_may_be_held_as_a_float(value: Value, accepted: bool) -> None:
    assert WholeNumber(LIMITS).accepts(value) is accepted


def test_in_a_form_a_whole_number_has_no_decimals() -> None:
    assert WholeNumber(LIMITS).slip(30.0) is not None
    assert Number(LIMITS).slip(30.0) is None


@pytest.mark.parametrize("raw", [True, float("nan"), float("inf"), "30", None, [], -1])
def test_no_number_takes_what_is_none(raw: object) -> None:
    assert "allowed" in str(Number(LIMITS).slip(raw))


@pytest.mark.parametrize(
    ("text", "value"), [(" 30 ", 30), ("30,5", 30.5), ("30.0", 30), ("1e999", "1e999"), ("x", "x")]
)
def test_a_typed_number_is_read(text: str, value: Value) -> None:
    assert Number(LIMITS).read(text) == value


@pytest.mark.parametrize(("value", "presses", "moved"), [(None, 1, 60), (118, 1, 120), (2, -1, 0)])
def test_a_press_stays_within_the_limits(value: Value | None, presses: int, moved: float) -> None:
    assert Number(LIMITS).moved(value, presses) == moved


def test_a_flag_names_the_nearest_word() -> None:
    assert "did you mean 'yes'?" in str(Flag({"yes": "It is.", "no": "It is not."}).slip(True))
