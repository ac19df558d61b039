"""Verdicts and messages of common failures, on a real examinee."""

import time

import pytest

from autograder.day import Kind
from autograder.days.reader import read_day
from autograder.engine import examination as examining
from autograder.engine.diagnosis import Diagnosis
from autograder.engine.examination import Examination
from autograder.engine.limits import Limits
from autograder.engine.notebook_code import day_cells
from autograder.engine.sandbox import BEST_EFFORT
from autograder.engine.trusted import TrustedDay
from autograder.result import Status
from autograder.submission import SubmittedCell

LIMITS = Limits(seconds_per_call=1, seconds=20)
WELFORD, VARIANCE = "welford_update", "running_variance"
PASSED, FAILED, ERROR, TIMEOUT, CRASHED, MISSING, UNANSWERED = Status


@pytest.fixture(scope="module")
def day(sample):
    return TrustedDay(sample)


@pytest.fixture
def verdicts(day, zygote):
    def examine(cells, limits=LIMITS, on=day, diagnose=None):
        examination = Examination(on, tuple(cells), zygote, limits, BEST_EFFORT)
        names = [exercise.name for exercise in on.day.exercises]
        return {result.name: result for result in examination.results(names, diagnose)}

    return examine


@pytest.fixture
def diagnosis(day, zygote):
    found = Diagnosis(day, zygote, {})
    yield found
    found.end()


def cells(day, **answers: str):
    return day_cells(day.day, answers)


def welford(*body: str) -> str:
    return "def welford_update(count, mean, m2, x):\n" + "\n".join(f"    {line}" for line in body)


RIGHT = ("delta = x - mean", "mean += delta / (count + 1)", "return count + 1, mean, m2 + delta * (x - mean)")


def test_right_answers_pass(day, verdicts):
    assert {result.status for result in verdicts(cells(day)).values()} == {PASSED}
    for source in day.day.exercise(WELFORD).accepts:
        assert verdicts(cells(day, welford_update=source))[WELFORD].status == PASSED


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (("return None",), FAILED,
         "None came; (1, 5.0, 0.0) was due: is a return missing?\n"
         "Last call: welford_update(0, 0.0, 0.0, 5.0) returned None"),
        (("pass",), FAILED, "None came; (1, 5.0, 0.0) was due: is a return missing?"),
        (("return count + 1, x, 1.0",), FAILED, "(1, 5.0, 1.0) came; (1, 5.0, 0.0) was due"),
        (("import numpy as np", "return np.array([count + 1, x, 0.0])"), FAILED,
         "array([1., 5., 0.]) came; (1, 5.0, 0.0) was due: one value, not an array"),
        (("return count + mean",), FAILED, "0.0 came; (1, 5.0, 0.0) was due"),
        (("return sum(x)",), ERROR,
         "welford_update(0, 0.0, 0.0, 5.0): raised TypeError: 'float' object is not iterable, in line 2 of the cell "
         "`welford_update`: return sum(x)"),
        (("return welford(x)",), ERROR, "raised NameError: name 'welford' is not defined"),
        (("return welford_update(count, mean, m2, x)",), ERROR, "raised RecursionError: maximum recursion depth"),
        (("while True:", "    pass"), TIMEOUT,
         "welford_update(0, 0.0, 0.0, 5.0): did not finish within 1 s; is there a loop that never ends?"),
        (("import os", "os._exit(3)"), CRASHED, "the process ended itself with exit status 3"),
        (("import ctypes", "ctypes.string_at(0)"), CRASHED, "the process was killed by signal 11"),
        (("import sys", "sys.exit()"), ERROR, "raised SystemExit"),
        (("return float('nan'), x, m2",), FAILED, "(nan, 5.0, 0.0) came; (1, 5.0, 0.0) was due"),
        (("assert False, 'my own'",), ERROR, "raised AssertionError: my own"),
        (("return lambda: 3",), FAILED, "a function came where (1, 5.0, 0.0) was due"),
        (("return 10**5000, x, m2",), FAILED, "a whole number of 16610 bits"),
    ],
    ids=lambda value: value[0][:30] if isinstance(value, tuple) else None,
)  # fmt: skip
def test_common_failures(day, verdicts, body, status, says):
    result = verdicts(cells(day, welford_update=welford(*body)))[WELFORD]
    assert (result.status, result.points) == (status, 0)
    assert says in result.message


@pytest.mark.parametrize(
    ("source", "status", "says"),
    [
        ("def welford_update(count, mean, m2, x):\n    return (1 +", ERROR,
         "running the cell raised SyntaxError: '(' was never closed in line 2: return (1 +"),
        ("def welford_update(count):\nreturn 1", ERROR, "raised IndentationError: expected an indented block"),
        ("def welford(count, mean, m2, x):\n    return 1", MISSING, "`welford_update` is not defined after the cell"),
        ("", MISSING, "`welford_update` is not defined"),
        ("welford_update = 3", FAILED, "`welford_update` is 3, which cannot be called"),
        ("raise ValueError('top')", ERROR, "running the cell raised ValueError: top in line 1: raise ValueError"),
        ("while True: pass", TIMEOUT, "running the cell: did not finish within 1 s"),
        ("import os; os._exit(0)", CRASHED, "running the cell: the process ended itself with exit status 0"),
        ("raise ExceptionGroup('two', [ValueError('x')])", ERROR, "raised ExceptionGroup: two"),
        ("def welford_update(a, b):\n    return a", ERROR, "takes 2 positional arguments but 4 were given"),
    ],
    ids=lambda value: value.splitlines()[0][:30] if value else "empty",
)  # fmt: skip
def test_cells_that_do_not_run(day, verdicts, source, status, says):
    result = verdicts(cells(day, welford_update=source))[WELFORD]
    assert (result.status, result.points) == (status, 0)
    assert says in result.message


def test_what_was_not_answered(day, verdicts):
    stub = day.day.exercise(WELFORD).stub
    for source in (stub, "# thinking\n" + stub.replace("count + 1", "count+1") + "\n\n"):
        results = verdicts(cells(day, welford_update=source))
        assert results[WELFORD].status == UNANSWERED
        assert results[VARIANCE].status == ERROR
        assert results[VARIANCE].message == "it builds on `welford_update`, which has no answer yet"
        assert results[VARIANCE].hint.startswith("It uses `welford_update`, which has no answer yet: mend that first.")
        assert results[VARIANCE].right_by_itself


@pytest.mark.parametrize(
    "source",
    [welford("return count, mean, m2"), welford("raise ValueError('not yet')"), "while True: pass"],
    ids=["wrong", "raises", "hangs"],
)
def test_what_builds_on_a_wrong_answer_is_to_be_mended_later(day, verdicts, source):
    results = verdicts(cells(day, welford_update=source))
    assert results[WELFORD].hint is None
    mend = "It uses `welford_update`, which is not right yet: mend that first. This answer itself is right."
    assert (results[VARIANCE].hint, results[VARIANCE].right_by_itself) == (mend, True)
    assert results[VARIANCE].points == 0


def test_what_is_wrong_besides_a_wrong_answer_that_it_builds_on_is_told_its_own_fault(day, verdicts, diagnosis):
    mistake = day.day.exercise(VARIANCE).mistakes[0]
    wrong = cells(day, welford_update=welford("return count, mean, m2"), running_variance=mistake.answer)
    result = verdicts(wrong, diagnose=diagnosis.hint)[VARIANCE]
    assert (result.hint, result.right_by_itself) == (mistake.hint, False)


def test_an_answer_that_reaches_a_wrong_one_through_a_helper_is_right_by_itself_too(day, verdicts):
    helper = SubmittedCell(Kind.EXTRA, "", "def fold(state, x):\n    return welford_update(*state, x)")
    using = (
        "def running_variance(stream):\n    state = (0, 0.0, 0.0)\n    for x in stream:\n"
        "        state = fold(state, x)\n    return state[2] / state[0]"
    )
    wrong = cells(day, welford_update=welford("return count + 1, mean, m2"), running_variance=using)
    assert verdicts((helper, *wrong))[VARIANCE].right_by_itself


def test_what_does_not_build_on_a_wrong_answer_has_its_own_faults(day, verdicts):
    independent = "def running_variance(stream):\n    return 0.0"
    results = verdicts(cells(day, welford_update=welford("return count, mean, m2"), running_variance=independent))
    assert results[VARIANCE].status == FAILED
    assert results[VARIANCE].hint is None


def test_what_builds_on_a_right_answer_has_its_own_faults(day, verdicts):
    using = "def running_variance(stream):\n    return welford_update(0, 0.0, 0.0, 1.0)[1] - 1.0"
    results = verdicts(cells(day, running_variance=using))
    assert (results[WELFORD].status, results[VARIANCE].status) == (PASSED, FAILED)
    assert results[VARIANCE].hint is None


def test_what_is_not_in_the_notebook(day, verdicts):
    without = [cell for cell in cells(day) if cell.name != WELFORD]
    results = verdicts(without)
    assert (results[WELFORD].status, results[VARIANCE].status) == (MISSING, ERROR)
    assert results[WELFORD].message == "the cell of `welford_update` is not in the notebook"
    assert "name 'welford_update' is not defined" in results[VARIANCE].message


def test_one_that_dies_or_hangs_costs_itself_only(day, verdicts):
    for body in (("import os", "os._exit(1)"), ("while True: pass",)):
        broken = f"def running_variance(stream):\n    {body[0]}\n    {body[-1]}"
        results = verdicts(cells(day, running_variance=broken))
        assert results[WELFORD].status == PASSED and results[VARIANCE].status in (CRASHED, TIMEOUT)
    reversed_roles = welford("global calls", "calls = globals().get('calls', 0) + 1", "import os",
                             "calls > 1 and os._exit(1)", *RIGHT)  # fmt: skip
    independent = "def running_variance(stream):\n    import numpy as np\n    return float(np.var(list(stream)))"
    results = verdicts(cells(day, welford_update=reversed_roles, running_variance=independent))
    assert (results[WELFORD].status, results[VARIANCE].status) == (CRASHED, PASSED)


def test_a_cell_that_hangs_is_left_out_of_the_next_process(day, verdicts):
    independent = "def running_variance(stream):\n    import numpy as np\n    return float(np.var(list(stream)))"
    results = verdicts(cells(day, welford_update="while True: pass", running_variance=independent))
    assert (results[WELFORD].status, results[VARIANCE].status) == (TIMEOUT, PASSED)


def test_many_short_calls_do_not_use_up_the_time_of_the_others(day, verdicts):
    endless = """
class Endless:
    def __iter__(self):
        return self
    def __next__(self):
        return 1.0
    def __len__(self):
        return 2**40

def welford_update(count, mean, m2, x):
    return Endless()
"""
    text = day.day.path.read_text().replace(
        "assert welford_update(0, 0.0, 0.0, 5.0) == (1, 5.0, 0.0)", "assert list(welford_update(0, 0.0, 0.0, 5.0))"
    )
    path = day.day.path.with_name("day_000_endless.py")
    try:
        path.write_text(text)
        other = TrustedDay(read_day(path))
    finally:
        path.unlink()
    independent = "def running_variance(stream):\n    import numpy as np\n    return float(np.var(list(stream)))"
    started = time.monotonic()
    results = verdicts(
        cells(day, welford_update=endless, running_variance=independent), Limits(seconds_per_call=1, seconds=4), other
    )
    assert results[WELFORD].status in (TIMEOUT, FAILED)
    assert results[VARIANCE].status == PASSED
    assert time.monotonic() - started < 15


def test_a_cell_may_fail_after_it_has_defined_its_names(day, verdicts):
    tried_out = welford(*RIGHT) + "\nprint(undefined)"
    assert verdicts(cells(day, welford_update=tried_out))[WELFORD].status == PASSED
    wrong = welford("return 1, 2, 3") + "\nprint(undefined)"
    result = verdicts(cells(day, welford_update=wrong))[WELFORD]
    assert result.status == ERROR and "name 'undefined' is not defined in line 3" in result.message


def test_of_two_copies_the_later_counts(day, verdicts):
    right, wrong = welford(*RIGHT), welford("return 0")
    rest = [cell for cell in cells(day) if cell.name != WELFORD]

    def twice(first, second):
        return [SubmittedCell(Kind.EXERCISE, WELFORD, source) for source in (first, second)] + rest

    assert verdicts(twice(wrong, right))[WELFORD].status == PASSED
    assert verdicts(twice(right, wrong))[WELFORD].status == FAILED
    assert verdicts(twice("while True: pass", right))[WELFORD].status == PASSED
    assert verdicts(twice(day.day.exercise(WELFORD).stub, right))[WELFORD].status == PASSED


def test_what_an_extra_cell_does(day, verdicts):
    uses_helper = welford("return helper(count, mean, m2, x)")
    helper = SubmittedCell(Kind.EXTRA, "", "def helper(count, mean, m2, x):\n    " + "\n    ".join(RIGHT))
    for extra in (
        [helper],
        [SubmittedCell(Kind.EXTRA, "", "while True: pass"), helper],
        [SubmittedCell(Kind.EXTRA, "", "%pip install x\n1 / 0"), helper],
    ):
        assert verdicts([*extra, *cells(day, welford_update=uses_helper)])[WELFORD].status == PASSED


def test_output_and_warnings_cost_nothing(day, verdicts):
    noisy = welford(
        "import sys, warnings, numpy as np", "print('x' * 10_000_000)", "print('y', file=sys.stderr)",
        "warnings.warn('careful')", "np.array(1.0) / 0", "sys.stdout = sys.stderr = None", *RIGHT,
    )  # fmt: skip
    assert verdicts(cells(day, welford_update=noisy))[WELFORD].status == PASSED


def test_an_exercise_gets_the_same_random_numbers_whatever_ran_before(day, verdicts):
    seen = set()
    for before in ("", "import random, numpy as np\nrandom.random(); np.random.rand(5)\n"):
        source = before + welford(
            "import random, numpy as np", "raise ValueError(random.random() + np.random.rand() * 10)"
        )
        seen.add(verdicts(cells(day, welford_update=source))[WELFORD].message.split("ValueError: ")[1][:10])
    assert len(seen) == 1


def test_messages_are_bounded_and_visible(day, verdicts):
    loud = welford("raise ValueError('\\x1b[31mred\\u202e' + 'x' * 100_000 + '\\ud800')")
    message = verdicts(cells(day, welford_update=loud))[WELFORD].message
    assert "\x1b" not in message and "\u202e" not in message and "red\\u202e" in message
    assert len(message) < examining.MAX_MESSAGE + 100
    message.encode()


def test_a_day_without_time_is_lost_in_time(day, verdicts):
    started = time.monotonic()
    results = verdicts(cells(day, welford_update="import time; time.sleep(30)"), Limits(seconds_per_call=9, seconds=1))
    assert {result.status for result in results.values()} == {TIMEOUT}
    assert time.monotonic() - started < 8


def test_a_learners_own_objects_are_shown_as_their_repr_has_them(day, verdicts):
    value = "class Value:\n    def __init__(self, data):\n        self.data = data\n"
    shown = value + "    def __repr__(self):\n        return f'Value({self.data})'\n"
    for source, says in ((shown, "Value(5.0) came"), (value, "a Value came")):
        answer = source + welford("return Value(x)")
        assert says in verdicts(cells(day, welford_update=answer))[WELFORD].message


@pytest.mark.parametrize(
    "body", ["raise ValueError", "return 3", "while True: pass", "import os; os._exit(1)", "return 'x' * 10**6"]
)
def test_a_repr_that_does_not_work_spoils_no_message(day, verdicts, body):
    answer = f"class Value:\n    def __repr__(self):\n        {body}\n" + welford("return Value()")
    result = verdicts(cells(day, welford_update=answer))[WELFORD]
    assert result.status in (FAILED, TIMEOUT, CRASHED)
    assert "Traceback" not in result.message


def test_a_message_that_points_into_another_cell_says_so(day, verdicts):
    helper = SubmittedCell(Kind.EXTRA, "", "def divided(x):\n    return 1 / x")
    using = cells(day, welford_update=welford("return divided(0)"))
    assert "in line 2 of a cell of your own: return 1 / x" in verdicts((helper, *using))[WELFORD].message
    wrong = verdicts(cells(day, welford_update=welford("return 1 / 0")))
    assert "in line 2 of the cell `welford_update`: return 1 / 0" in wrong[WELFORD].message
    assert "in line 2 of another cell, that of `welford_update`: return 1 / 0" in wrong[VARIANCE].message
