"""Every day is proved: answers pass, mistakes fail and are named, the whole notebook runs."""

from pathlib import Path

import pytest

from autograder.grading import Settings
from autograder.reader import find_days, read_day
from autograder.verifying import verify

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("path", find_days(ROOT), ids=lambda path: path.stem)
def test_the_day_is_proved(path):
    proof = verify(read_day(path), Settings())
    assert not proof.problems
    assert proof.ok
