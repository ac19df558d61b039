"""What an answer may do to others: nothing. Not to their scores, their hints, their files or the machine."""

import contextlib
import json
import shutil
import tempfile
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from autograder.days.reader import read_day
from autograder.engine.client import runtime_folder
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Grader, Settings, grade_submissions
from autograder.notebooks.building import student_bytes
from autograder.notebooks.plain import as_bytes, with_answers
from autograder.submission import Submission

LIMITS = (("seconds_per_call", 1.0), ("seconds", 20.0), ("memory_mb", 512), ("scratch_mb", 8))
RIGHT = """
    def welford_update(count, mean, m2, x):
        delta = x - mean
        mean += delta / (count + 1)
        return count + 1, mean, m2 + delta * (x - mean)
"""
MISTAKEN = RIGHT.replace("delta * (x - mean)", "delta * delta")
HOSTILE = {
    "dies": "import os\ndef welford_update(*a):\n    os._exit(1)",
    "hangs": "def welford_update(*a):\n    while True: pass",
    "floods": "def welford_update(*a):\n    return [b'x' * 10**6] * 50",
    "spins": (
        "import threading\ndef spin():\n    while True: pass\n"
        "def welford_update(*a):\n    threading.Thread(target=spin, daemon=True).start()\n    return 1"
    ),
    "swarms": (
        "import threading\ndef spin():\n    while True: sum(range(10**6))\n"
        "for _ in range(120):\n    threading.Thread(target=spin, daemon=True).start()\n"
        "def welford_update(*a):\n    while True: pass"
    ),
    "fills": "def welford_update(*a):\n    open('f', 'wb').write(bytes(2**25))",
    "hoards": "x = []\ndef welford_update(*a):\n    while True: x.append(bytearray(2**24))",
    "signals": "import os\ndef welford_update(*a):\n    os.kill(-1, 9)",
    "forges": "from autograder.engine import server\nserver.Server.handle = lambda *a: ['ok', {}, 5]",
}  # fmt: skip


def notebook(day, source: str) -> bytes:
    """The learner's notebook with the first exercise answered so and the second rightly."""
    answers = day.answers | {"welford_update": textwrap.dedent(source)}
    return as_bytes(with_answers(json.loads(student_bytes(day)), answers))


def results(day, submissions, workers: int) -> dict:
    """Every student's result, but for the seconds it took."""
    graded = grade_submissions(day, submissions, Settings(limits=LIMITS, workers=workers))
    return {
        each.submission.student: tuple(replace(exercise, seconds=0.0) for exercise in each.result.exercises)
        for each in graded
    }


def test_everyone_gets_the_same_result_alone_and_beside_others_in_any_order(day):
    klass = {"right": RIGHT, "mistaken": MISTAKEN, **HOSTILE}
    submissions = [Submission(name, notebook(day, source), name) for name, source in klass.items()]
    together = results(day, submissions, workers=2)
    assert [exercise.points for exercise in together["right"]] == [3, 2]
    assert together["mistaken"][0].hint.startswith("m2 needs one deviation")
    assert all(exercise.points == 0 for name in HOSTILE for exercise in together[name])
    assert results(day, submissions[::-1], workers=1) == together
    for submission in submissions[:3]:
        assert results(day, [submission], workers=1) == {submission.student: together[submission.student]}


@pytest.fixture
def own_warm_process(monkeypatch):
    """A runtime folder in which no one else's warm process serves."""
    folder = tempfile.mkdtemp(prefix="dd")
    monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
    yield folder
    for number in warm_family(folder):
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(number).kill()
    shutil.rmtree(folder, ignore_errors=True)


def warm_family(folder: str) -> set[int]:
    """The process numbers of a folder's warm processes and of all that they have forked."""
    found = set()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(part.startswith(folder) for part in process.cmdline()):
                found.add(process.pid)
    return found


def test_nothing_of_it_outlives_its_run(day, own_warm_process):
    with Grader(day, Settings(limits=LIMITS)) as grader:
        grader.examine(day_cells(day, {"welford_update": textwrap.dedent(MISTAKEN)}))  # the reference answers run, too
        before = warm_family(own_warm_process)
        files = sorted(path.name for path in runtime_folder().iterdir())
        for source in [*HOSTILE.values(), "open('x', 'w').write('mine')\nimport os\nos.makedirs('a/b/c')"]:
            grader.examine(day_cells(day, {"welford_update": source}))
        deadline = time.monotonic() + 10
        while warm_family(own_warm_process) - before and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not warm_family(own_warm_process) - before
        assert sorted(path.name for path in runtime_folder().iterdir()) == files


SHARED = '''# ---
# day: 0
# title: Shared
# week: 0
# minutes: 5
# backend: numpy
# needs: []
# data: []
# papers: []
# ---

# %% [markdown]
# # Shared

# %% setup
import functools
import math

import numpy as np

WEIGHTS = np.arange(4.0)
TABLE = {"limit": 3, "names": ["a", "b"]}


# %% exercise: total
def total(weights, table, f):
    """Add up."""
    ### BEGIN SOLUTION
    return f(float(weights.sum()))
    ### END SOLUTION


# %% test: total, points=1
count = 0


def f(x):
    global count
    count += 1
    return x + count


assert total(WEIGHTS, TABLE, f) == 7.0
### BEGIN HIDDEN TESTS
assert total(WEIGHTS * 2, TABLE, f) == 14.0
### END HIDDEN TESTS

# %% mistakes: total
# - replace: weights.sum()
#   with: weights.mean()
#   hint: "A mean."
# - replace: float(weights.sum())
#   with: float(weights.sum()) + table["limit"]
#   hint: "The limit does not count."


# %% exercise: largest
def largest(weights, table):
    """Find the largest."""
    ### BEGIN SOLUTION
    return float(weights.max()) + table["limit"] + len(table["names"])
    ### END SOLUTION


# %% test: largest, points=1
assert largest(WEIGHTS, TABLE) == 8.0
### BEGIN HIDDEN TESTS
assert math.pi > 3 and np.float64(1.0) == 1.0
### END HIDDEN TESTS

# %% mistakes: largest
# - replace: weights.max()
#   with: weights.min()
#   hint: "The smallest."
'''
POISON = """
def total(weights, table, f):
    for _ in range(20):
        f(1.0)
    weights[:] = -1e9
    table.clear()
    table["limit"] = float("nan")
    return 0.0
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    path = tmp_path_factory.mktemp("shared") / "day_000_shared.py"
    path.write_text(SHARED)
    return read_day(path)


def test_set_up_objects_changed_by_one_answer_are_fresh_for_the_next(shared):
    with Grader(shared, Settings(limits=LIMITS)) as grader:
        for _ in range(2):
            first, second = grader.examine(day_cells(shared, {"total": POISON}))
            assert (first.points, second.points) == (0, 1)
        assert [verdict.points for verdict in grader.examine(day_cells(shared))] == [1, 1]


def test_hints_are_the_same_before_and_after_a_hostile_answer(shared):
    mistakes = shared.exercise("total").mistakes

    def hints(grader):
        answers = [mistake.answer for mistake in mistakes]
        return [grader.examine(day_cells(shared, {"total": answer}))[0].hint for answer in answers]

    with Grader(shared, Settings(limits=LIMITS)) as grader:
        before = hints(grader)
        assert before == ["A mean.", "The limit does not count."]
    with Grader(shared, Settings(limits=LIMITS)) as grader:
        grader.examine(day_cells(shared, {"total": POISON}))
        assert hints(grader) == before


def test_the_rights_of_other_files_stay(day, grader, tmp_path):
    """An owner may change a file's mode and times; an answer is nobody, or sees the file as read-only."""
    victim = tmp_path / "gradebook.db"
    victim.write_text("kept")
    before = victim.stat()
    ways = ["os.chmod(p, 0)", "os.utime(p, (0, 0))", "os.chown(p, 1, 1)", "os.chmod(os.path.dirname(p), 0)"]
    for way in ways:
        grader.examine(day_cells(day, {"welford_update": f"import os\np = {str(victim)!r}\n{way}"}))
    after = victim.stat()
    assert (after.st_mode, after.st_uid, after.st_mtime) == (before.st_mode, before.st_uid, before.st_mtime)
    assert victim.read_text() == "kept"
    assert Path(tmp_path).stat().st_mode & 0o700 == 0o700
