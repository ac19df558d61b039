"""What a cell is, and which cells grading runs."""

import pytest

from autograder.day import Kind
from autograder.engine.notebook_code import day_cells, facts_of, needed_cells, plain_python, schedule
from autograder.engine.trusted import TrustedDay, as_facts
from autograder.submission import SubmittedCell


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("x = 1", "x = 1"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("x = 1\n!pip install numpy\ny = 2", "x = 1\npass\ny = 2"),
        ("if True:\n    %time x = 1\n    y = 2", "if True:\n    pass\n    y = 2"),
        ("np.sum?\nx = 1", "pass\nx = 1"),
        ("?np.sum", "pass"),
        ("files = !ls\nx = 1", "pass\nx = 1"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%timeit -n 3\nx = 1", "\n\nx = 1"),
        ("%%bash\nrm -rf /", ""),
        ("%%html\n<b>", ""),
        ("x = (7\n  % 4)", "x = (7\n  % 4)"),
        ("ok = (1\n!= 2)", "ok = (1\n!= 2)"),
        ('"""\n% of all\n! and more\n"""\nx = 1', '"""\n% of all\n! and more\n"""\nx = 1'),
        ("def f(:\n    pass", "def f(:\n    pass"),
        ("%cd x\n%%wrong\ndef f(:", "pass\npass\ndef f(:"),
    ],
    ids=lambda text: repr(text[:25]),
)
def test_plain_python(source, plain):
    assert plain_python(source) == plain


@pytest.mark.parametrize(
    ("source", "bound", "loaded"),
    [
        ("x = y", {"x"}, {"y"}),
        ("import numpy as np, os.path", {"np", "os"}, set()),
        ("def f(a):\n    return a + helper(a)", {"f"}, {"helper"}),
        ("def f():\n    global count\n    count = 1", {"f", "count"}, set()),
        ("class A(B):\n    x = C()\n    def g(self):\n        return D", {"A"}, {"B", "C", "D"}),
        ("Value.tanh = tanh", {"Value"}, {"Value", "tanh"}),
        ("table['x'] = 1", {"table"}, {"table"}),
        ("for i in items: pass", {"i"}, {"items"}),
        ("x += 1", {"x"}, set()),
        ("%time x = 1", set(), set()),
    ],
    ids=lambda value: repr(value)[:25],
)
def test_names(source, bound, loaded):
    found = as_facts(facts_of(source))
    assert found.bound == bound
    assert found.loaded >= loaded


def test_digests_are_of_the_program():
    assert facts_of("x = 1  # one")[2] == facts_of("# here\n\nx  =  1\n")[2]
    assert facts_of("x = 1")[2] != facts_of("x = 2")[2]
    assert facts_of("def f(:") == ([], [], None)
    assert facts_of("x = '\ud800'")[2] is None or len(facts_of("x = '\ud800'")[2]) == 64


@pytest.mark.parametrize("source", ["-" * 100_000 + "1", "(" * 5000, "x = " + "[" * 300 + "]" * 300, "\0", "\x0c" * 9])
def test_facts_of_code_that_no_one_writes(source):
    assert facts_of(source)[0] == [] or facts_of(source)[0] == ["x"]


@pytest.fixture(scope="module")
def day(sample):
    return TrustedDay(sample)


def needed(day, *cells: SubmittedCell) -> list[str]:
    """The sources of the extra and demo cells that are kept."""
    kept = needed_cells(day.day, day.given, cells, lambda source: as_facts(facts_of(source)))
    return [cell.source for cell in kept if cell.kind != "exercise"]


def extra(source: str) -> SubmittedCell:
    return SubmittedCell(Kind.EXTRA, "", source)


def exercise(source: str, name: str = "welford_update") -> SubmittedCell:
    return SubmittedCell(Kind.EXERCISE, name, source)


USES_HELPER = exercise("def welford_update(count, mean, m2, x):\n    return helper(count, mean, m2, x)")


def test_helpers_of_the_learners_own_are_kept(day):
    helper = extra("def helper(*state):\n    return deeper(*state)")
    deeper = extra("from functools import reduce as deeper")
    assert needed(day, deeper, helper, extra("train_for_an_hour()"), USES_HELPER) == [deeper.source, helper.source]


def test_cells_that_change_an_answer_or_a_set_up_name_are_kept(day):
    change = extra("welford_update = cached(welford_update)")
    assert needed(day, USES_HELPER, change) == [change.source]
    assert needed(day, USES_HELPER, extra("np = my_numpy")) == ["np = my_numpy"]


def test_trying_things_out_is_not(day):
    assert needed(day, USES_HELPER, extra("print(welford_update(1, 2, 3, 4))"), extra("result = 5")) == []
    assert needed(day, USES_HELPER, SubmittedCell(Kind.DEMO, "", "total = 0")) == []


def test_the_days_own_cells_are_scheduled_in_its_order(day):
    cells = list(day_cells(day.day))
    kinds = [cell.kind for cell in schedule(day.day, cells)]
    assert kinds[0] == "setup"
    assert [cell for cell in schedule(day.day, cells) if cell.kind in ("exercise", "demo")] == cells


def test_set_up_comes_before_exercises_whatever_the_notebooks_order(day):
    ordered = schedule(day.day, [extra("x = 1"), exercise("second = 1", day.day.exercises[-1].name), USES_HELPER])
    assert [cell.kind for cell in ordered if cell.kind in ("setup", "exercise")][:1] == ["setup"]
    assert [cell.source for cell in ordered if cell.kind in ("extra", "exercise")] == [
        "x = 1", "second = 1", USES_HELPER.source,
    ]  # fmt: skip
