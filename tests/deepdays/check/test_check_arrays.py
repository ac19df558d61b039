"""close, shape, finite and gradient."""

import re

import ml_dtypes
import numpy as np
import pytest

from deepdays import check

MATRIX = np.random.default_rng(0).normal(size=(4, 3))


class EqualToEverything:
    """Says yes to every comparison, and offers no array."""

    shape = (4, 3)
    dtype = np.dtype(float)

    def __eq__(self, other):
        return True

    __hash__ = None

    def __sub__(self, other):
        return np.zeros(self.shape)

    __rsub__ = __abs__ = __sub__


class Agreeable(np.ndarray):
    """A true array whose operators, shape and reductions all lie."""

    shape = (4, 3)

    def __eq__(self, other):
        return np.ones((4, 3), bool)

    __hash__ = None

    def __sub__(self, other):
        return np.zeros((4, 3))

    __rsub__ = __sub__

    def __array_ufunc__(self, *args, **kwargs):
        return np.zeros((4, 3))

    def __array_function__(self, *args, **kwargs):
        return np.ones((4, 3), bool)


class Shifty:
    """An array that answers differently each time it is read."""

    def __init__(self, *answers):
        self.answers, self.reads = answers, 0

    def __array__(self, dtype=None, copy=None):
        self.reads += 1
        return np.asarray(self.answers[min(self.reads, len(self.answers)) - 1])


def complaint(function, *args, **kwargs) -> str:
    """The message of the failure that the call must end in."""
    with pytest.raises(AssertionError) as caught:
        function(*args, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (MATRIX, MATRIX.copy()),
        (1, 1.0),
        (np.float32(0.1), 0.1),
        ([[1, 2], [3, 4]], np.array([[1.0, 2.0], [3.0, 4.0]])),
        ((np.float64(1), 2), [1, np.array(2)]),
        (np.array(3.0), 3),
        (np.zeros((0, 3)), np.ones((0, 3))),
        ([], np.zeros(0)),
        (1 + 2j, np.array(1 + 2j)),
        ([np.inf, -np.inf, 0], [np.inf, -np.inf, 0]),
        (np.ones(2, ml_dtypes.bfloat16), [1, 1]),
        (range(3), [0, 1, 2]),
        (Shifty(MATRIX), MATRIX),
        ([Shifty(MATRIX[0]), MATRIX[1]], MATRIX[:2]),
        (1e9 * (1 + 5e-7), 1e9),
        (5e-9, 0),
    ],
)
def test_close_accepts(actual, expected):
    check.close(actual, expected)


def test_the_worst_element_is_named_with_its_distance_and_the_reason():
    wrong = np.full((4, 3), 0.25)
    wrong[2, 0], wrong[0, 1], wrong[3, 2] = 0.5, 0.3, 0.2
    message = complaint(
        check.close, wrong, np.full((4, 3), 0.25), what="dw", why="the gradient is the mean over examples"
    )
    assert message == (
        "dw has the wrong value: element [2, 0] is 0.5, 0.25 was due (off by 0.25; 3 of 12 elements differ). "
        "The gradient is the mean over examples."
    )


def test_a_scalar_is_not_given_an_index():
    assert complaint(check.close, 0.5, 0.25) == "result has the wrong value: 0.5 came back, 0.25 was due (off by 0.25)."


def test_numbers_that_look_alike_are_written_out():
    message = complaint(check.close, 1.0000001, 1.0, rtol=1e-9)
    assert "1.0000001 came back, 1 was due" in message


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.ones(3), np.ones((3, 1))),
        (np.ones((3, 1)), np.ones(3)),
        (np.ones((1, 3)), np.ones((4, 3))),
        (1.0, np.ones(3)),
        (np.ones(3), 1.0),
        (np.ones(1), 1.0),
        (np.ones((1, 1)), np.ones(1)),
        (np.ones((2, 3)), np.ones((3, 2))),
        (np.ones((0, 3)), np.ones((0, 4))),
        (np.ones(0), 1.0),
    ],
)
def test_nothing_is_broadcast(actual, expected):
    came, due = np.shape(actual), np.shape(expected)
    for comparer in (check.close, check.equal):
        assert f"wrong shape: {came} came back, {due} was due" in complaint(comparer, actual, expected)
    assert f"wrong shape: {came} came back, {due} was due" in complaint(check.shape, actual, due)


@pytest.mark.parametrize(
    ("came", "due", "cause"),
    [
        ((3, 4), (4, 3), "transposed"),
        ((2, 4, 3), (2, 3, 4), "another order"),
        ((4,), (4, 1), "rank-1 array where a column was due"),
        ((4,), (1, 4), "rank-1 array where a row was due"),
        ((2, 3), (2, 1, 3), "axis 1, of length 1, is missing: keepdims"),
        ((2, 3), (2, 3, 1), "last axis, of length 1, is missing"),
        ((2, 1, 3), (2, 3), "axis 1, of length 1, is one too many"),
        ((), (2, 3), "every axis reduced"),
        ((2, 3), (), "every axis should be reduced"),
        ((3,), (2, 3), "axis 0, of length 2, is missing: was it summed"),
        ((2, 3), (3,), "axis 0, of length 2, should have been reduced"),
        ((4, 4), (4,), "broadcast to such a square"),
        ((5,), (6,), "one too short"),
        ((2, 7), (2, 6), "axis 1 is one too long"),
        ((12,), (4, 3), "arrangement"),
    ],
)
def test_a_wrong_shape_is_explained(came, due, cause):
    assert cause.lower() in complaint(check.shape, np.zeros(came), due).lower()


def test_a_shape_without_a_likely_cause_is_just_stated():
    message = complaint(check.shape, np.zeros((5, 7)), (2, 3), why="there are two classes")
    assert message == "result has the wrong shape: (5, 7) came back, (2, 3) was due. There are two classes."


def test_shape_takes_an_int_for_a_vector_and_refuses_nonsense():
    check.shape([1, 2, 3], 3)
    check.shape(2.0, ())
    with pytest.raises(TypeError, match=r"tuple of ints\. Received: 'a'"):
        check.shape([1], "a")


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda m: -m, "every sign is reversed"),
        (lambda m: 5 * m, "every element is 5 times"),
        (lambda m: m + 2, "off by the same 2"),
        (lambda m: m.T, "transpose"),
        (lambda m: m[::-1], "their order is not"),
        (lambda m: 0 * m, "every element is 0"),
    ],
)
def test_wrong_values_with_a_simple_relation_are_explained(change, cause):
    due = np.array([[1.5, -2.25, 3.5], [0.5, 7.0, 1.25], [4.0, -6.0, 0.75]])
    assert cause.lower() in complaint(check.close, change(due), due).lower()


def test_wrong_values_without_a_simple_relation_are_just_stated():
    message = complaint(check.close, [1.0, 5.0, 2.0], [1.0, 4.0, 3.5])
    assert message == (
        "result has the wrong value: element [2] is 2, 3.5 was due (off by 1.5; 2 of 3 elements differ)."
    )


def test_lost_fractions_and_rounding_are_explained():
    due = np.array([1.5, 2.25, -3.75])
    assert "Fractions were cut off: its dtype is int64" in complaint(check.close, due.astype(np.int64), due)
    third = np.full(3, 1 / 3)
    assert "rounding of float32" in complaint(check.close, third.astype(np.float32), third, rtol=1e-12, atol=0)


@pytest.mark.parametrize(("bad", "name"), [(np.nan, "NaN"), (np.inf, "inf"), (-np.inf, "-inf")])
def test_a_number_that_is_not_finite_never_passes_where_one_is_due(bad, name):
    wrong = MATRIX.copy()
    wrong[1, 2] = bad
    message = complaint(check.close, wrong, MATRIX, rtol=1e300, atol=1e300)
    assert f"element [1, 2] is {name}" in message
    assert "1 of 12 elements are" in message
    assert f"element [1, 2] is {name} (" in complaint(check.finite, wrong)
    assert f"{name} came back" in complaint(check.close, bad, 1.0)
    assert complaint(check.finite, bad) == f"result is {name}, where a finite number was due."


def test_infinity_passes_only_for_infinity_of_the_same_sign():
    for wrong in (1e308, -np.inf, np.nan):
        assert "inf was due" in complaint(check.close, [wrong], [np.inf])


def test_nan_passes_only_where_due_and_allowed():
    check.close([1, np.nan], [1, np.nan], equal_nan=True)
    assert "equal_nan=True" in complaint(check.close, [1, np.nan], [1, np.nan])
    assert "element [1] is 2, NaN was due" in complaint(check.close, [1, 2], [1, np.nan], equal_nan=True)
    assert "element [0] is NaN, 1 was due" in complaint(check.close, [np.nan, 2], [1, 2], equal_nan=True)


@pytest.mark.parametrize("comparer", [check.close, check.equal])
def test_liars_fool_no_comparer(comparer):
    assert "no number and no array" in complaint(comparer, EqualToEverything(), MATRIX)
    assert "no number and no array" in complaint(comparer, [EqualToEverything()] * 4, MATRIX)
    agreeable = np.zeros((2, 2)).view(Agreeable)
    assert "wrong shape: (2, 2) came back, (4, 3)" in complaint(comparer, agreeable, MATRIX)
    assert "12 elements differ" in complaint(comparer, np.zeros((4, 3)).view(Agreeable), MATRIX)
    assert "holds Python objects" in complaint(comparer, np.full((4, 3), EqualToEverything()), MATRIX)


def test_liars_fool_neither_shape_nor_finite_nor_gradient():
    assert "no number and no array" in complaint(check.shape, EqualToEverything(), (4, 3))
    assert "(2, 2) came back" in complaint(check.shape, np.zeros((2, 2)).view(Agreeable), (4, 3))
    assert "4 NaN" in complaint(check.finite, np.full((2, 2), np.nan).view(Agreeable))
    lie = np.zeros((4, 3)).view(Agreeable)
    assert "12 elements differ" in complaint(check.gradient, lambda x: (x**2).sum(), MATRIX, lie)


def test_a_foreign_object_is_read_exactly_once():
    for call in (
        lambda value: complaint(check.close, value, MATRIX),
        lambda value: complaint(check.equal, value, MATRIX),
        lambda value: complaint(check.equal, [[1, [2]], value], [[1, [2]], MATRIX]),
        lambda value: complaint(check.shape, value, (4, 3, 1)),
        lambda value: complaint(check.finite, value),
        lambda value: complaint(check.dtype, value, "int"),
    ):
        shifty = Shifty(MATRIX * np.nan, MATRIX)
        call(shifty)
        assert shifty.reads == 1


@pytest.mark.parametrize(
    ("actual", "says"),
    [
        (None, "result is None, where an array of shape (4, 3) was due. Is a return missing?"),
        ("abc", "result is a str ('abc'), where an array of shape (4, 3) was due. It is text."),
        ({"w": 1}, "result is a dict, where an array"),
        ((n for n in range(3)), "result is a generator, where an array"),
        (([1.0], [1.0, 2.0]), "result is a tuple, where an array of shape (4, 3) was due. It has parts of the shapes"),
        (np.array([None, 1]), "holds Python objects"),
        ([1, "a"], "mixes text and numbers"),
        (np.zeros(2, [("x", float)]), "holds records"),
        (np.array(["2020-01-01"], "datetime64[D]"), "has dtype datetime64[D]"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused_with_its_kind(actual, says):
    assert says in complaint(check.close, actual, MATRIX)


def test_an_array_protocol_that_fails_is_the_results_fault():
    class Broken:
        def __array__(self, dtype=None, copy=None):
            raise KeyError("weights")

    assert "cannot be read as an array (KeyError: 'weights')" in complaint(check.close, Broken(), 1.0)


@pytest.mark.parametrize("expected", [None, "abc", [[1], [1, 2]], object(), np.array(["a"])])
def test_a_senseless_expected_value_is_the_tests_fault(expected):
    with pytest.raises(TypeError, match="Received: "):
        check.close(1.0, expected)


def test_complex_numbers_are_compared_in_both_parts():
    check.close([1 + 1e-9j], [1])
    assert "1+2j came back, 1-2j was due (off by 4)" in complaint(check.close, 1 + 2j, 1 - 2j)
    assert "NaN" in complaint(check.finite, [complex(0, np.nan)])


def test_failing_comparisons_print_no_warning(recwarn):
    big = np.array([1e308, -1e308, 1.0])
    complaint(check.close, -big, big[::-1])
    complaint(check.close, [np.inf, np.nan, 0], big)
    complaint(check.close, big.astype(np.longdouble), [0, 0, 0])
    assert not recwarn.list


def test_gradient_accepts_the_right_one_for_several_shapes():
    for shape in ((), (1,), (5,), (2, 3), (1, 4), (0, 2)):
        x = np.random.default_rng(1).normal(size=shape)
        check.gradient(lambda x: np.sum(np.sin(x) * x**2), x, np.cos(x) * x**2 + 2 * x * np.sin(x))


def test_gradient_names_the_worst_element_and_the_factor():
    message = complaint(
        check.gradient, lambda x: np.mean(x**2), MATRIX, 2 * MATRIX, what="dx", why="the cost is a mean"
    )
    assert re.match(
        r"dx has the wrong value: element \[2, 0\] is 2\.608, by central differences 0\.2173\d* was", message
    )
    assert "Every element is 12 times what was due. The cost is a mean." in message


def test_gradient_leaves_x_alone_even_if_f_writes_to_its_argument():
    x = MATRIX.copy()

    def f(x):
        value = np.sum(x**2)
        x *= 0
        return value

    check.gradient(f, x, 2 * MATRIX)
    assert np.array_equal(x, MATRIX)


def test_gradient_says_what_is_wrong_with_f():
    assert "function's value has the wrong shape: (4, 3)" in complaint(check.gradient, lambda x: x, MATRIX, MATRIX)
    assert "function's value is None" in complaint(check.gradient, lambda x: None, MATRIX, MATRIX)
    assert "function's value is NaN" in complaint(check.gradient, lambda x: np.nan, MATRIX, MATRIX)
    coarse = complaint(check.gradient, lambda x: np.float32(np.sum(x**2)), MATRIX, 2 * MATRIX)
    assert "returns float32, which is too coarse for a step of 1e-05" in coarse
    check.gradient(lambda x: np.float32(np.sum(x**2)), MATRIX, 2 * MATRIX, step=1e-2, rtol=1e-2, atol=1e-3)


def test_gradient_requires_the_shape_of_x():
    assert "(3, 4) came back, (4, 3) was due" in complaint(check.gradient, np.sum, MATRIX, np.ones((3, 4)))


def test_a_remark_is_made_only_where_it_is_someones_idea():
    due = np.array([1.0, 2.0, 4.0])
    assert "times" not in complaint(check.close, due * 1.0001, due)
    repeated = np.array([1.0, 1.0, 2.0])
    assert "order" not in complaint(check.close, repeated[::-1], repeated)
    assert "order" not in complaint(check.close, [True, False, False], [False, False, True])
    assert "reduced" not in complaint(check.shape, np.zeros((2, 3)), (2, 1))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("the weights", "the weights have"),
        ("the loss", "the loss has"),
        ("the bias", "the bias has"),
        ("the axis", "the axis has"),
        ("mean and variance", "mean and variance have"),
        ("probs[2]", "probs[2] has"),
        ("the logits", "the logits have"),
    ],
)
def test_subject_and_verb_agree(what, said):
    assert complaint(check.shape, [1.0], (2,), what=what).startswith(f"{said} the wrong shape")
