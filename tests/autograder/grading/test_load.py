"""A machine with far too much to do changes no verdict."""

import contextlib
import subprocess
import sys
from textwrap import dedent

from autograder.grading.grader import Settings, grade_submissions
from autograder.result import Status
from tests.support.sample_notebooks import answered, sample_day, submission

BUSY = 14  # processes that want a core all the time
RIGHT_BUT_SLOW = """\
import time
started = time.process_time()
while time.process_time() < started + 0.6: pass
def welford_update(count, mean, m2, x):
    delta = x - mean
    mean += delta / (count + 1)
    return count + 1, mean, m2 + delta * (x - mean)
"""
ENDLESS = "def welford_update(count, mean, m2, x):\n    while True: pass\n"
ASLEEP = "import time\ndef welford_update(count, mean, m2, x):\n    time.sleep(100)\n"
WRONG = dedent("""\
    def welford_update(count, mean, m2, x):
        count += 1
        delta = x - mean
        mean += delta / count
        return count, mean, m2 + delta * delta
    """)
CLASS = {"right": RIGHT_BUT_SLOW, "endless": ENDLESS, "asleep": ASLEEP, "wrong": WRONG}


@contextlib.contextmanager
def busy_machine():
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def verdicts():
    settings = Settings(limits=(("seconds_per_call", 1.0),), workers=2)
    klass = [submission(answered(welford_update=answer), name) for name, answer in CLASS.items()]
    return {
        graded.submission.student: [
            (each.name, each.status, each.points, each.message, each.hint) for each in graded.result.exercises
        ]
        for graded in grade_submissions(sample_day(), klass, settings)
    }


def test_a_class_is_judged_alike_on_a_quiet_and_on_a_busy_machine():
    quiet = verdicts()
    assert {name: found[0][1] for name, found in quiet.items()} == {
        "right": Status.PASSED,
        "endless": Status.TIMEOUT,
        "asleep": Status.TIMEOUT,
        "wrong": Status.FAILED,
    }
    assert quiet["wrong"][0][4]
    with busy_machine():
        assert verdicts() == quiet
