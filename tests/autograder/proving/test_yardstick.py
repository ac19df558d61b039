"""How slow a machine is, by a fixed piece of work."""

import pytest

from autograder.proving import yardstick
from autograder.proving.yardstick import REFERENCE_SECONDS, slowness


@pytest.mark.parametrize(("seconds", "factor"), [(1.0, 1.0), (0.4, 1.0), (2.5, 2.5)])
def test_slowness_is_against_the_reference_and_never_below_one(monkeypatch, seconds, factor):
    monkeypatch.setattr(yardstick, "_seconds", lambda: seconds * REFERENCE_SECONDS)
    assert slowness() == pytest.approx(factor)


def test_one_repeat_that_was_disturbed_changes_nothing(monkeypatch):
    times = iter([1.0, 1.0, 40.0, 1.0, 1.0])
    monkeypatch.setattr(yardstick, "_seconds", lambda: next(times) * REFERENCE_SECONDS)
    assert slowness() == pytest.approx(1.0)


def test_the_work_is_work():
    assert 0.005 < yardstick._seconds() < 5
