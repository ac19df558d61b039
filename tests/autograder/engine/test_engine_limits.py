"""Limits: defaults, overrides, and what a wrong one says."""

import pytest

from autograder.engine.limits import Limits
from autograder.errors import DeepDaysError


def test_overrides():
    limits = Limits().overridden({"seconds_per_call": 2.5, "memory_mb": 100}, "the day")
    assert (limits.seconds_per_call, limits.memory_mb, limits.seconds) == (2.5, 100, Limits().seconds)
    assert Limits().overridden({}, "nowhere") == Limits()


@pytest.mark.parametrize(
    ("override", "text"),
    [
        ({"second": 3}, "the limit 'second' is wrong"),
        ({"seconds": 0}, "the limit 'seconds' is wrong"),
        ({"seconds": -1.0}, "seconds=-1.0"),
        ({"memory_mb": 1.5}, "the limit 'memory_mb' is wrong"),
        ({"seconds": float("nan")}, "the limit 'seconds' is wrong"),
        ({"seconds": float("inf")}, "the limit 'seconds' is wrong"),
        ({"threads": "many"}, "threads='many'"),
    ],
    ids=repr,
)
def test_wrong_ones_name_place_and_mend(override, text):
    with pytest.raises(DeepDaysError) as caught:
        Limits().overridden(override, "day_000.py")
    assert str(caught.value).startswith("day_000.py: ")
    assert text in str(caught.value)
    assert "seconds_per_call, seconds, memory_mb, scratch_mb, open_files, threads" in str(caught.value)
