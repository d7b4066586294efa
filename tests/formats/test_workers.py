"""Processes that work side by side."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from hingeexpert.errors import HingeError, InputError
from hingeexpert.formats.workers import AHEAD, Aside, Workers

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


@pytest.fixture
def aside() -> Iterator[Aside]:
    made = Aside()
    yield made
    made.stop()


def all_made(aside: Aside) -> object:
    """Return what is made, once it is there."""
    while not (made := aside.made()):
        time.sleep(0.01)
    return made[0]


def slept(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def test_work_aside_is_done_in_one_process_and_given_up_for_the_next(aside: Aside) -> None:
    assert aside.made() == ()
    aside.begin(doubled, 4)
    assert all_made(aside) == 8
    assert aside.made() == ()
    aside.begin(slept, 600.0)
    aside.begin(doubled, 5)
    assert all_made(aside) == 10


def test_what_work_aside_cannot_do_is_raised_where_it_is_looked_for(aside: Aside) -> None:
    aside.begin(doubled, -1)
    with pytest.raises(InputError, match="no such number"):
        all_made(aside)
    aside.begin(doubled, -2)
    with pytest.raises(HingeError, match="ended from outside"):
        all_made(aside)
    aside.begin(doubled, 1)
    assert all_made(aside) == 2
