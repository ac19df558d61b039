"""Values that exhaust the test itself: each costs its exercise alone, and the examiner goes on or is replaced."""

import time

import pytest

from autograder.days.reader import read_day
from autograder.engine.notebook_code import day_cells
from autograder.grading import grader as grading
from autograder.grading.grader import Grader, Settings

DAY = '''# ---
# day: 0
# title: Exhausting
# week: 0
# minutes: 5
# backend: numpy
# needs: []
# data: []
# papers: []
# ---

# %% [markdown]
# # Exhausting

# %% setup
import numpy as np


# %% exercise: few
def few():
    """A few."""
    ### BEGIN SOLUTION
    return 3
    ### END SOLUTION


# %% test: few, points=1
n = few()
### BEGIN HIDDEN TESTS
total = {loop}
assert total == 3
### END HIDDEN TESTS

# %% mistakes: few
# - replace: return 3
#   with: return 4
#   hint: "Fewer."


# %% exercise: other
def other():
    """Another."""
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION


# %% test: other, points=1
assert other() == 1
### BEGIN HIDDEN TESTS
assert other() == 1
### END HIDDEN TESTS

# %% mistakes: other
# - replace: return 1
#   with: return 2
#   hint: "Less."
'''
LOOPS = {
    "a loop in Python": "len([i for i in range(n) if i > -1])",
    "a loop in C": "sum(range(n)) - n * (n - 1) // 2 + n",
    "an array": "np.zeros(n).size",
    "a power": "len(str(10**n)) and n",
    "asking it again and again": "len(list(n)) if hasattr(n, '__iter__') else n",
}
ANSWERS = {
    "a loop in Python": "def few():\n    return 10**12",
    "a loop in C": "def few():\n    return 10**14",
    "an array": "def few():\n    return 10**15",
    "a power": "def few():\n    return 10**11",
    "asking it again and again": "class Endless:\n    __iter__ = lambda self: self\n    __next__ = lambda self: 1\n\ndef few():\n    return Endless()",
}


@pytest.mark.parametrize("way", LOOPS, ids=lambda name: name.replace(" ", "-"))
def test_it_costs_one_exercise(way, tmp_path, monkeypatch):
    monkeypatch.setattr(grading, "_GRACE_SECONDS", 4)
    path = tmp_path / "day_000_exhausting.py"
    path.write_text(DAY.replace("{loop}", LOOPS[way]))
    day = read_day(path)
    limits = (("seconds_per_call", 1.0), ("seconds", 3.0), ("memory_mb", 512))
    started = time.monotonic()
    with Grader(day, Settings(limits=limits)) as grader:
        first, second = grader.examine(day_cells(day, {"few": ANSWERS[way]}))
        assert first.points == 0
        assert first.status in ("timeout", "failed", "crashed")
        assert second.points == 1, second
        assert [verdict.points for verdict in grader.examine(day_cells(day))] == [1, 1]
    assert time.monotonic() - started < 40
