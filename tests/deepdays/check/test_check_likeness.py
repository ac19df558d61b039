"""like: kind, shape, dtype, finiteness and values with one call, in that order."""

import numpy as np
import pytest

from deepdays import check

tf = pytest.importorskip("tensorflow")


def complaint(actual, expected, **kwargs) -> str:
    with pytest.raises(AssertionError) as caught:
        check.like(actual, expected, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("actual", "expected", "rules"),
    [
        (np.zeros((2, 3)), np.zeros((2, 3)), {}),
        (np.zeros(3, np.float32), np.zeros(3), {}),
        (np.arange(3, dtype=np.int8), np.arange(3), {}),
        (np.array([True]), np.array([True]), {}),
        (2.0, 2.0, {}),
        (np.float32(2), 2.0, {}),
        (2, 2, {}),
        (True, True, {}),
        (2, 2.0, {"kind": (int, float)}),
        (np.array(2.0), np.array(2.0), {}),
        ([1.0, 2.0], np.array([1.0, 2.0]), {"kind": (list, "array")}),
        ((1, np.zeros(2)), (1, np.zeros(2)), {}),
        ({"b": 1.0, "a": [np.zeros(2)]}, {"a": [np.zeros(2)], "b": 1.0}, {}),
        (np.array([1.0, np.inf]), np.array([1.0, np.inf]), {}),
        (np.array([np.nan]), np.array([np.nan]), {"equal_nan": True}),
        (1.0 + 1e-4, 1.0, {"rtol": 1e-3}),
        (1e-4, 0.0, {"atol": 1e-3}),
        (np.zeros(2, np.float32), np.zeros(2), {"dtype": "float32"}),
    ],
)
def test_like_accepts(actual, expected, rules):
    check.like(actual, expected, **rules)


def test_a_tensor_is_like_a_tensor_and_not_like_an_array():
    check.like(tf.zeros((2, 3)), tf.zeros((2, 3)))
    check.like(tf.zeros(2, tf.bfloat16), tf.zeros(2))
    assert "where a tensor was due" in complaint(np.zeros((2, 3)), tf.zeros((2, 3)))
    assert "where a NumPy array was due" in complaint(tf.zeros((2, 3)), np.zeros((2, 3)))


@pytest.mark.parametrize(
    ("actual", "expected", "rules", "said"),
    [
        (None, np.zeros(2), {}, "result is None, where a NumPy array was due. Is a return missing?"),
        ([0.0, 0.0], np.zeros(2), {}, "where a NumPy array was due"),
        (2, 2.0, {}, "where a float was due"),
        (2.0, 2, {}, "where an int was due"),
        (True, 1, {}, "where an int was due"),
        (np.zeros((3, 2)), np.zeros((2, 3)), {}, "wrong shape: (3, 2) came back, (2, 3) was due"),
        (np.zeros(2, int), np.zeros(2), {}, "dtype int64, where a float dtype was due"),
        (np.zeros(2), np.zeros(2), {"dtype": "float32"}, "dtype float64, where float32 was due"),
        (np.array([0.0, np.nan]), np.zeros(2), {}, "result is not finite: element [1] is NaN"),
        (np.array([0.0, 1.0]), np.zeros(2), {}, "element [1] is 1, 0 was due"),
        (2.5, 2.0, {"why": "it is a mean", "what": "the cost"}, "the cost has the wrong value: 2.5 came back"),
        ([1, 2], (1, 2), {}, "where a tuple was due"),
        ((1, 2, 3), (1, 2), {}, "result has length 3, where 2 was due"),
        ((1, 2.5), (1, 2.0), {}, "result[1] has the wrong value: 2.5 came back, 2 was due"),
        ({"a": 1}, {"b": 1}, {}, "result has the keys {'a'}, where {'b'} were due"),
        ({"w": np.zeros(3)}, {"w": np.zeros(2)}, {"what": "grads"}, "grads['w'] has the wrong shape"),
    ],
)
def test_like_complains(actual, expected, rules, said):
    text = complaint(actual, expected, **rules)
    assert said in text
    assert rules.get("why", "")[1:] in text


def test_the_first_difference_is_the_one_named():
    wrong = np.full((3, 2), np.nan, np.float32)
    assert "wrong shape" in complaint(wrong, np.zeros((2, 3), int))
    assert "dtype float32" in complaint(wrong.T, np.zeros((2, 3), int))
    assert "not finite" in complaint(wrong.T, np.zeros((2, 3)))


@pytest.mark.parametrize("expected", ["text", None, object(), {1.0}])
def test_what_cannot_be_due_is_the_tests_own_fault(expected):
    with pytest.raises(TypeError, match="Received"):
        check.like(1.0, expected)
