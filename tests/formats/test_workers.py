"""Processes that work side by side."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from hingeexpert.errors import HingeError, InputError
from hingeexpert.formats.workers import AHEAD, Workers

PROCESSES = 2


def doubled(number: int) -> int:
    time.sleep(0.02 if number % 3 == 0 else 0)
    if number == -1:
        raise InputError("no such number")
    if number == -2:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(PROCESSES)
    yield made
    made.close()


def test_results_come_in_order_and_pieces_are_taken_as_they_are_needed(workers: Workers) -> None:
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for number in range(30):
            taken.append(number)
            yield number

    made = workers.each(pieces(), doubled)
    first = [next(made) for _ in range(3)]
    ahead = len(taken) - len(first)

    assert first == [0, 2, 4]
    assert ahead <= AHEAD * PROCESSES
    assert list(made) == [2 * number for number in range(3, 30)]
    assert list(workers.each(iter([]), doubled)) == []
    assert list(workers.each([7], doubled)) == [14]


def test_what_a_worker_cannot_do_is_raised_here_and_others_can_be_had(workers: Workers) -> None:
    with pytest.raises(InputError, match="no such number") as raised:
        list(workers.each([1, 2, -1, 4], doubled))

    assert "in doubled" in "".join(raised.value.__notes__)
    assert list(workers.each([1], doubled)) == [2]


def test_a_worker_that_is_ended_from_outside_ends_the_work(workers: Workers) -> None:
    with pytest.raises(HingeError, match="ended from outside"):
        list(workers.each([1, 2, -2, 4], doubled))
