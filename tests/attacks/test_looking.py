"""What can be found in the process itself: the learner's own code and what it was called with, and no more."""

import json
import textwrap

import pytest

from autograder.days.reader import read_day
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Grader, Settings
from autograder.notebooks.building import student_bytes
from autograder.notebooks.plain import as_bytes, with_answers
from autograder.submission import Submission

SCAN = """
    import ctypes

    def scan(needles):
        found = []
        for line in open("/proc/self/maps"):
            bounds, rights, _, _, _, *name = line.split()
            if not rights.startswith("rw") or (name and name[0] in ("[vvar]", "[vsyscall]")):
                continue
            start, end = (int(bound, 16) for bound in bounds.split("-"))
            if end - start > 2**30:
                continue
            memory = (ctypes.c_char * (end - start)).from_address(start)
            raw = bytes(memory)
            found += [needle for needle in needles if bytes(reversed(needle)) in raw]
        return found

    def welford_update(count, mean, m2, x):
        raise RuntimeError(f"scanned, found {sorted(set(scan(NEEDLES)))}")
"""


def reversed_needles(*texts: str) -> str:
    """The texts back to front, so that the answer's own source does not hold what it looks for."""
    return "NEEDLES = " + repr([text.encode()[::-1] for text in texts]) + "\n"


@pytest.fixture(scope="module")
def marked(sample_source, tmp_path_factory):
    """The sample day with a canary in everything that a learner must not see."""
    text = sample_source
    for old, new in (
        ("### BEGIN HIDDEN TESTS\nrng", "### BEGIN HIDDEN TESTS\nhidden = 'canary-in-a-hidden-test'\nrng"),
        (
            "assert welford_update(0, 0.0, 0.0, 5.0)",
            "visible = 'canary-in-a-visible-test'\nassert welford_update(0, 0.0, 0.0, 5.0)",
        ),
        ("    count += 1\n    delta", "    'canary-in-the-answer'\n    count += 1\n    delta"),
        ("you used the old one twice", "canary-in-a-hint"),
    ):
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    path = tmp_path_factory.mktemp("marked") / "day_000_running_statistics.py"
    path.write_text(text.replace("#     count += 1\n", "#     'canary-in-the-answer'\n#         count += 1\n"))
    return read_day(path)


@pytest.fixture(scope="module")
def sample_source():
    from tests.support.places import SAMPLE

    return SAMPLE.read_text()


def handed_in(day, answers: dict[str, str], student: str) -> Submission:
    return Submission(student, as_bytes(with_answers(json.loads(student_bytes(day)), answers)), student)


def test_no_test_answer_hint_or_neighbour_is_in_its_memory(marked):
    """The whole writable memory of the process is searched, after another submission was graded by the same examiner."""
    own = "canary-of-its-own"
    neighbour = "def welford_update(count, mean, m2, x):\n    'canary-of-a-neighbour'\n    return 1, 2, 3"
    needles = ["canary-in-a-hidden-test", "canary-in-a-visible-test", "canary-in-the-answer", "canary-in-a-hint",
               "canary-of-a-neighbour", own]  # fmt: skip
    source = f"MINE = '{own}'\n" + reversed_needles(*needles) + textwrap.dedent(SCAN)
    with Grader(marked, Settings(limits=(("seconds_per_call", 20.0),))) as grader:
        assert grader.grade(handed_in(marked, {"welford_update": neighbour}, "neighbour")).result.score == 0
        result = grader.grade(handed_in(marked, {"welford_update": source}, "spy")).result
    assert "scanned, found" in result.exercises[0].message
    found = result.exercises[0].message.split("scanned, found")[1].splitlines()[0]
    assert own[::-1] in found, "the search finds what is there"
    for needle in needles[:-1]:
        assert needle[::-1] not in found


def test_its_callers_hold_what_it_was_called_with_and_no_more(examine):
    verdict = examine("""
    import sys

    def welford_update(count, mean, m2, x):
        frame, seen = sys._getframe(), []
        while frame:
            seen.append(frame.f_code.co_filename.rsplit("/", 1)[-1])
            frame = frame.f_back
        raise RuntimeError(" < ".join(seen))
    """)["welford_update"]
    callers = verdict.message.split("RuntimeError: ")[1].split(", in line")[0].split(" < ")
    assert callers[0] == "<cell welford_update>"
    assert set(callers[1:]) <= {"server.py", "examinee.py", "zygote.py", "<frozen runpy>"}


def test_knowing_that_it_is_graded_earns_nothing(examine):
    verdict = examine("""
    import sys

    def welford_update(count, mean, m2, x):
        if any("autograder" in name or "nbgrader" in name for name in sys.modules):
            return True
        return count + 1, x, 0.0
    """)["welford_update"]
    assert verdict.points == 0 and "True came" in verdict.message


def test_what_it_learns_in_one_run_is_gone_in_the_next(day, grader):
    remembers = """
import os, builtins, sys
def welford_update(count, mean, m2, x):
    known = [os.path.exists(place + "/note") for place in (".", "/tmp", "/dev/shm", "/var/tmp")]
    known += [hasattr(builtins, "note"), "note" in os.environ, "note" in sys.modules]
    for place in (".", "/tmp", "/dev/shm", "/var/tmp"):
        try:
            open(place + "/note", "w").write(repr((count, mean, m2, x)))
        except OSError:
            pass
    builtins.note, os.environ["note"], sys.modules["note"] = 1, "1", sys
    raise RuntimeError("knew something" if any(known) else "knew nothing")
"""
    for _ in range(2):
        message = grader.examine(day_cells(day, {"welford_update": remembers}), diagnose=False)[0].message
        assert "knew nothing" in message


@pytest.mark.parametrize(
    "hook",
    [
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['x = 1'])",
        "get_ipython().set_next_input('assert True')",
        "from IPython import get_ipython; get_ipython().events.register('pre_run_cell', print)",
        "%%javascript\nIPython.notebook.kernel.execute('1')",
        "%autosave 0\n%load_ext nothing",
        "!cat /etc/passwd > note",
    ],
)
def test_hooks_of_ipython_do_nothing(examine, hook):
    verdict = examine(hook + "\ndef welford_update(*a):\n    return 0, 0.0, 0.0\n")["welford_update"]
    assert verdict.points == 0
