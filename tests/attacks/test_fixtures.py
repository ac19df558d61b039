"""Fixtures run beside the learner's code; whatever that binds, a test gets the day's own."""

import pytest

from autograder.day import Kind
from autograder.days.reader import read_day
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Grader, Settings
from autograder.result import Status
from autograder.submission import SubmittedCell
from tests.support.places import SAMPLE

FIXTURE = '''\
# %% fixture
def folded_once(function):
    """What the function makes of one observation, and of nothing."""
    return list(function(0, 0.0, 0.0, FIRST)), int(np.sum(beginning()))


def beginning():
    return 0


FIRST = 5.0


# %% test: welford_update, points=3
assert folded_once(welford_update) == ([1, 5.0, 0.0], 0)
'''
WRONG = "def welford_update(count, mean, m2, x):\n    return count, mean, m2"
RIGHT_TRIPLE = "([1, 5.0, 0.0], 0)"


@pytest.fixture(scope="module")
def fixture_day(tmp_path_factory):
    text = SAMPLE.read_text()
    marker = "# %% test: welford_update, points=3\n"
    assert text.count(marker) == 1
    path = tmp_path_factory.mktemp("fixtures") / SAMPLE.name
    path.write_text(text.replace(marker, FIXTURE))
    return read_day(path)


@pytest.fixture(scope="module")
def grader(fixture_day):
    with Grader(fixture_day, Settings()) as grader:
        yield grader


def verdict(grader, day, own: str, answer: str = WRONG, last: bool = False):
    cells = day_cells(day, {"welford_update": answer})
    extra = SubmittedCell(Kind.EXTRA, "", own)
    (found,) = grader.examine((*cells, extra) if last else (extra, *cells), only="welford_update")
    return found


def test_the_fixture_works(grader, fixture_day):
    right = fixture_day.answers["welford_update"]
    assert verdict(grader, fixture_day, "x = 1", right).status == Status.PASSED
    assert verdict(grader, fixture_day, "x = 1").status == Status.FAILED


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize(
    "own",
    [
        f"def folded_once(function):\n    return {RIGHT_TRIPLE}",
        f"folded_once = lambda function: {RIGHT_TRIPLE}",
        "class folded_once:\n    pass",
        f"from functools import partial as folded_once\nfolded_once = folded_once(lambda r, f: r, {RIGHT_TRIPLE})",
    ],
)
def test_a_binding_of_a_fixtures_name_is_refused_by_name(grader, fixture_day, own, last):
    for answer in (WRONG, fixture_day.answers["welford_update"]):
        found = verdict(grader, fixture_day, own, answer, last)
        assert (found.status, found.points) == (Status.FAILED, 0)
        assert found.message.startswith(
            "a cell of yours binds `folded_once`, a name that the notebook's own cells define"
        )


@pytest.mark.parametrize(
    "own",
    [
        f"exec('def folded_once(function): return {RIGHT_TRIPLE}')",
        f"globals()['folded_once'] = lambda function: {RIGHT_TRIPLE}",
        f"globals().update(folded_once=lambda function: {RIGHT_TRIPLE})",
        f"get_ipython().user_ns['folded_once'] = lambda function: {RIGHT_TRIPLE}",
        f"import sys\nsys.modules['__main__'].folded_once = lambda function: {RIGHT_TRIPLE}",
        f"globals()['folded_once'].__code__ = (lambda function: {RIGHT_TRIPLE}).__code__",
        "globals()['folded_once'].__globals__['list'] = lambda *_: [1, 5.0, 0.0]",
        "globals()['list'] = lambda *_: [1, 5.0, 0.0]",
        "globals()['beginning'] = lambda: [][0]",
        "globals()['FIRST'] = 7.0",
        "np = None",
    ],
)
def test_no_trick_puts_another_function_in_a_fixtures_place(grader, fixture_day, own):
    attempts = f"try:\n    {own.replace(chr(10), chr(10) + '    ')}\nexcept Exception:\n    pass"
    assert verdict(grader, fixture_day, attempts, last=True).points == 0
    right = fixture_day.answers["welford_update"]
    assert verdict(grader, fixture_day, attempts, right, last=True).status == Status.PASSED
