"""equal: exact values, nested or not."""

import collections
import enum

import ml_dtypes
import numpy as np
import pytest

from deepdays import check


def complaint(actual, expected, **kwargs) -> str:
    with pytest.raises(AssertionError) as caught:
        check.equal(actual, expected, **kwargs)
    return str(caught.value)


class YesInt(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = int.__hash__


class YesStr(str):
    __slots__ = ()

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = str.__hash__


class YesDict(dict):
    def __eq__(self, other):
        return True

    def items(self):
        return [("a", 1)]

    def keys(self):
        return {"a"}

    def __getitem__(self, key):
        return 1

    __hash__ = None


class YesList(list):
    def __eq__(self, other):
        return True

    def __len__(self):
        return 2

    __hash__ = None


Point = collections.namedtuple("Point", "x y")
Colour = enum.IntEnum("Colour", "RED GREEN")


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1, 1),
        (2**70, 2**70),
        (True, np.True_),
        (np.int64(3), 3),
        (0.1, np.float64(0.1)),
        ("ab", np.str_("ab")),
        (b"ab", b"ab"),
        (None, None),
        ((1, 2), [1, 2]),
        ([1, 2], np.array([1, 2])),
        (np.array(["a", "b"]), ["a", "b"]),
        ([(1, "a"), (2, None)], [[1, "a"], [2, None]]),
        ([[1], [2, 3]], [np.array([1]), (2, 3)]),
        ({"a": (1, 2), 3: {"b": np.ones((2, 2))}}, {3: {"b": [[1, 1], [1, 1]]}, "a": np.array([1, 2])}),
        ({1, "a", (2, 3)}, {(2, 3), "a", 1}),
        ([], ()),
        ([[], []], np.zeros((2, 0))),
        ({}, {}),
        (Point(1, 2), (1, 2)),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (Colour.GREEN, 2),
        (np.ones(2, ml_dtypes.bfloat16), [1, 1]),
        ([2**63, 2**64 - 1], np.array([2**63, 2**64 - 1], np.uint64)),
        ((None, 3), [None, 3]),
        (range(3), [0, 1, 2]),
    ],
)
def test_equal_accepts(actual, expected):
    check.equal(actual, expected)
    check.equal(expected, actual)


@pytest.mark.parametrize(
    ("actual", "expected", "says"),
    [
        (2, 3, "result has the wrong value: 2 came back, 3 was due."),
        (2**70, 2**70 + 1, "1180591620717411303424 came back, 1180591620717411303425 was due"),
        (0.1 + 0.2, 0.3, "0.30000000000000004 came back"),
        ([1, 2, 3], [1, 5, 3], "element [1] is 2, 5 was due (off by 3; 1 of 3 elements differ)"),
        ([True, False], [True, True], "element [1] is False, True was due (1 of 2 elements differ)"),
        ("kat", "cat", "'kat' came back, 'cat' was due"),
        ("1", 1, "result is '1', where 1 was due"),
        (1, "1", "result is 1, where '1' was due"),
        ([1, "a"], ["1", "a"], "result[0] is 1, where '1' was due"),
        (None, (1, 2), "result is None, where a list or array of shape (2,) was due. Is a return missing?"),
        ([1, 2], {"a": 1}, "result is a list or array of shape (2,), where a dict of length 1 was due"),
        ({"a": 1}, {"b": 1}, "result lacks the key 'b'"),
        ({"a": 1, "b": 2}, {"a": 1}, "result has the key 'b', which was not due"),
        ({1, 2}, {1, 3}, "result lacks the member 3"),
        ({1}, {1, 2, 3}, "result lacks the members 2, 3"),
        ({"a": 1, "b": 2, "c": 3}, {"a": 1}, "result has the keys 'b', 'c', which were not due"),
        ({"a": [1, {"b": 2.5}]}, {"a": [1, {"b": 2.25}]}, "result['a'][1]['b'] has the wrong value: 2.5 came back"),
        ({"w": np.eye(2)}, {"w": np.ones((2, 2))}, "result['w'] has the wrong value: element [0, 1] is 0, 1 was due"),
        (["a", "b"], ["a", "c", "d"], "result[1] has the wrong value: 'b' came back"),
        (["a"], ["a", "b"], "result has length 1, where 2 was due"),
        (
            [[1], [2, 3]],
            [[1], [2]],
            "result[1] has the wrong shape: (2,) came back, (1,) was due. Axis 0 is one too long",
        ),
        ([[1, 2], [3, 4]], [[1, 2], [3]], "result[1] has the wrong shape: (2,) came back, (1,) was due"),
        ("a" * 30 + "x" * 30, "a" * 30 + "y" * 30, "They part at position 30: 'xxxxxxxxxxxxxxxxxxxx' and"),
        ("a" * 30, "a" * 40, "The lengths are 30 and 40"),
    ],
)
def test_a_difference_is_located(actual, expected, says):
    assert says in complaint(actual, expected)


def test_nan_equals_nothing():
    assert "NaN came back, NaN was due" in complaint(np.nan, np.nan)
    assert "element [0] is NaN" in complaint([np.nan, 1], [np.nan, 1])


def test_subclasses_that_lie_about_equality_are_taken_at_their_true_value():
    assert "2 came back, 3 was due" in complaint(YesInt(2), 3)
    assert "'kat' came back, 'cat' was due" in complaint(YesStr("kat"), "cat")
    assert "result['a'] has the wrong value: 5 came back, 1 was due" in complaint(YesDict(a=5), {"a": 1})
    assert "(3,) came back, (2,) was due" in complaint(YesList([1, 2, 3]), [1, 2])
    assert "lacks the key 'cat'" in complaint({YesStr("kat"): 1}, {"cat": 1})
    assert "lacks the member 3" in complaint({YesInt(2)}, {3})


def test_what_is_plural_lacks_nothing_in_the_singular():
    assert complaint({1}, {2}, what="the numbers of layers") == "the numbers of layers lack the member 2."
    check.equal({YesStr("cat"): YesInt(3)}, {"cat": 3})


def test_objects_that_cannot_be_compared_are_refused():
    assert "result is an object, where 1 was due. It is no number and no array." in complaint(object(), 1)
    assert "holds Python objects" in complaint(np.array(["a", None]), ["a", None])
    assert "no number and no array" in complaint({"a": object()}, {"a": 1})
    with pytest.raises(TypeError, match=r"expected cannot be compared: .* Received: an object"):
        check.equal(1, object())


def test_the_reason_and_the_name_are_told():
    message = complaint(3, 4, what="num_params", why="w holds 3 and b holds 1")
    assert message == "num_params has the wrong value: 3 came back, 4 was due. w holds 3 and b holds 1."


@pytest.mark.parametrize(("came", "due"), [((), (2, 3)), ((2,), (2, 3)), ((3, 2), (2, 3)), ((2, 3), ())])
def test_shapes_are_compared_as_the_tuples_that_they_are(came, due):
    with pytest.raises(AssertionError) as caught:
        check.equal(came, due, what="out.shape")
    assert str(caught.value) == f"out.shape has the wrong value: {came} came back, {due} was due."
