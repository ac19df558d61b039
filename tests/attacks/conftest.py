"""Hostile answers to the sample day, examined as a class's are."""

import textwrap

import pytest

from autograder.days.reader import read_day
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Grader, Settings
from tests.support.places import SAMPLE

CANARY = "a-canary-that-no-answer-may-see"


@pytest.fixture(scope="session")
def day():
    return read_day(SAMPLE)


@pytest.fixture(scope="session")
def grader(day):
    limits = (("seconds_per_call", 1.0), ("seconds", 20.0), ("memory_mb", 512), ("scratch_mb", 8))
    with Grader(day, Settings(limits=limits)) as examining:
        yield examining


@pytest.fixture
def examine(day, grader):
    """Examine a notebook whose first exercise is `source`; returns the verdicts by exercise."""

    def run(source: str) -> dict:
        cells = day_cells(day, {"welford_update": textwrap.dedent(source)})
        return {verdict.name: verdict for verdict in grader.examine(cells)}

    return run


@pytest.fixture
def canary(tmp_path):
    """A file outside the sandbox, with content that must stay where it is."""
    path = tmp_path / "gradebook.db"
    path.write_text(CANARY)
    yield path
    assert path.read_text() == CANARY
