"""Every day is proved: answers pass, mistakes fail and are named, the whole notebook runs."""

import pytest

from autograder.days.reader import read_day
from autograder.grading.grader import Settings
from autograder.project import find_days
from autograder.proving.proof import verify
from tests.support.places import ROOT


@pytest.mark.parametrize("path", find_days(ROOT), ids=lambda path: path.stem)
def test_the_day_is_proved(path):
    proof = verify(read_day(path), Settings())
    assert not proof.problems
    assert proof.ok
