"""How much a run tries: little in the quick profile, which is the one that runs, and more in the
thorough one.

`pytest -m thorough --hypothesis-profile=thorough` runs the tests whose counts differ, with the
larger ones.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

QUICK, THOROUGH = "quick", "thorough"
BUSY = [HealthCheck.too_slow, HealthCheck.data_too_large]
"""What a busy machine, or a form of a hundred answers, is no reason to fail for."""

Test = TypeVar("Test", bound=Callable[..., Any])

thorough = pytest.mark.thorough
"""Marks a test that tries more in the thorough profile. A test of hypothesis is marked by
itself.
"""


def register() -> None:
    """Make the profiles known, and take the quick one until another is asked for."""
    settings.register_profile(QUICK, max_examples=20, deadline=None, suppress_health_check=BUSY)
    settings.register_profile(THOROUGH, max_examples=50, deadline=None, suppress_health_check=BUSY)
    settings.load_profile(QUICK)


def count(*, quick: int, thorough: int) -> int:
    """Return the count of the profile that runs.

    In `conftest.py` it is too early to ask: the profile is chosen after that is read.
    """
    return thorough if settings.get_current_profile_name() == THOROUGH else quick


def examples(*, quick: int, thorough: int) -> Callable[[Test], Test]:
    """Return the settings of a test of hypothesis that needs other counts than most."""
    return settings(max_examples=count(quick=quick, thorough=thorough))
