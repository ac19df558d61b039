"""Bare assertions say what came and what was due."""

import numpy as np
import pytest

from autograder.engine.assertions import EXPLAIN, explain_comparison, explained


def run(source: str, **names):
    exec(explained(source, "test"), {EXPLAIN: explain_comparison, "np": np, **names})


@pytest.mark.parametrize(
    "source",
    [
        "assert f(2) == 4", "assert 1 < 2", "assert 2 >= 2", "assert None is None", "assert 'a' in 'abc'",
        "assert 1 not in [2]", "assert f(2) != 5", "assert f", "assert 1 < 2 < 3", "assert np.array(3) == 3",
        "assert f(2) is not None", "assert (1, 2) == (1, 2), 'own text'", "if True:\n    assert 2 <= 2",
    ],
)  # fmt: skip
def test_what_holds_passes(source):
    run(source, f=lambda x: x * x)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("assert f(2) == 5", "4 came; 5 was due"),
        ("assert f(2) != 4", "4 came; anything but 4 was due"),
        ("assert f(2) < 3", "4 came; less than 3 was due"),
        ("assert f(2) >= 4.5", "4 came; at least 4.5 was due"),
        ("assert f(2) is None", "4 came; None itself was due"),
        ("assert f(2) in (1, 2)", "4 came; one of (1, 2) was due"),
        ("assert (1, 0.25) == (1, 0.5)", "(1, 0.25) came; (1, 0.5) was due"),
        ("assert None == 3.0", "None came; 3.0 was due: is a return missing?"),
        ("assert np.zeros(2) == 0", "array([0., 0.]) came; 0 was due: one value, not an array"),
        ("assert (np.ones(2), 1) == (np.ones(2), 1)", "came; (array([1., 1.]), 1) was due: one value, not an array"),
        ("assert 0.1 + 0.2 == 0.3", "0.30000000000000004 came; 0.3 was due"),
        ("assert 1000.0 == 1000.0001", "1000.0 came; 1000.0001 was due"),
        ("assert np.nan == np.nan", "nan came; nan was due"),
        ("assert np.nan != 5", "nan came; anything but 5 was due"),
        ("assert np.float32('nan') is not None", "nan came"),
    ],
)
def test_what_does_not_hold_is_explained(source, text):
    with pytest.raises(AssertionError) as caught:
        run(source, f=lambda x: x * x)
    assert text in str(caught.value)


def test_an_own_message_stays():
    with pytest.raises(AssertionError, match=r"^the cost is a mean$"):
        run("assert 1 == 2, 'the cost is a mean'")


def test_each_side_is_evaluated_once():
    calls = []
    run("assert f(1) == f(1)", f=calls.append)
    assert calls == [1, 1]


def test_lines_stay_where_they_are():
    with pytest.raises(AssertionError) as caught:
        run("x = 1\n\nassert x == 2")
    lines = [entry.lineno + 1 for entry in caught.traceback if str(entry.path) == "test"]
    assert lines == [3]
