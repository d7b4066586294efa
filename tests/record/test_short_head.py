"""The short head: what stands on paper, and what is read of it."""

import pytest
from counts import examples
from hypothesis import given
from hypothesis import strategies as st

from hingeexpert.errors import InputError
from hingeexpert.record.short_head import LETTERS, matches, read_short_head, short_head

HEADS = st.binary(min_size=32, max_size=32)
NUMBERS = st.integers(1, 10**9)


def test_it_is_a_number_and_letters_in_groups() -> None:
    assert short_head(1234, bytes(range(32))) == "1234-000G-40R4-0M30-E209-V"


@examples(quick=50, thorough=500)
@given(NUMBERS, HEADS)
def test_it_is_read_as_it_was_written(number: int, head: bytes) -> None:
    read = read_short_head(short_head(number, head))

    assert read.number == number
    assert matches(read, head)
    assert not matches(read, bytes([head[0] ^ 1, *head[1:]]))


@pytest.mark.parametrize(
    "typed",
    [
        "1234-000g-40r4-0m30-e209-v",
        "1234000G40R40M30E209V",
        " i234 oooG 4OR4 OM3O E2O9 v ",
        "l234\u2013000G\u201340R4\u20130M30\u2013E209\u2013V",
    ],
)
def test_what_is_typed_otherwise_is_the_same(typed: str) -> None:
    assert read_short_head(typed) == read_short_head("1234-000G-40R4-0M30-E209-V")


@examples(quick=100, thorough=1000)
@given(NUMBERS, HEADS, st.data())
def test_a_wrong_letter_is_noticed(number: int, head: bytes, data: st.DataObject) -> None:
    code = short_head(number, head).replace("-", "")
    place = data.draw(st.integers(0, len(code) - 1))
    allowed = "0123456789" if place < len(str(number)) else LETTERS
    other = data.draw(st.sampled_from([one for one in allowed if one != code[place]]))
    with pytest.raises(InputError, match="notices a slip"):
        read_short_head(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(
    "typed", ["", "1234", "1234-ABCD", "U" * 20, "9" * 5000, "1234-ABCD-\x1b[2J"]
)
def test_what_is_none_is_told(typed: str) -> None:
    with pytest.raises(InputError, match="this is no head of a record"):
        read_short_head(typed)
