"""Comparers for arrays: shape, finiteness, values, and a gradient against central differences."""

import numpy as np

from deepdays.check.hints import shape_hint, value_hint
from deepdays.check.wording import describe, failure, number, number_pair, place, scalar
from deepdays.tensors import NotAnArray, is_small_number, to_array


def close(actual, expected, *, rtol=1e-6, atol=1e-8, why="", what="result", equal_nan=False):
    """Compare numbers within a tolerance: |actual - expected| <= atol + rtol * |expected|, element by element.

    The shapes must be the same; nothing is broadcast. NaN and infinity pass only where they are due.

    Args:
        actual: what came: an array, a tensor of any backend, a number or nested lists of numbers.
        expected: what was due, of the same sorts.
        rtol: relative tolerance, >= 0.
        atol: absolute tolerance, >= 0.
        why: a clause that says why the expected values are right, such as "the cost is a mean".
        what: what `actual` is called in the message.
        equal_nan: whether NaN matches NaN; without it NaN never passes.

    Raises:
        AssertionError: actual is not numbers, or has another shape or other values.
        TypeError: expected is not numbers.
    """
    due = expected_numbers(expected)
    came = numbers(actual, what, why, due.shape)
    same_shape(came.shape, due.shape, what, why)
    differing = _differing(came, due, rtol, atol, equal_nan)
    if differing.any():
        raise wrong_values(came, due, differing, what, why)


def shape(actual, shape, *, why="", what="result"):
    """Require an exact shape.

    Args:
        actual: an array, a tensor, a number or nested lists.
        shape: the shape due, a tuple of ints, or one int for a vector.
        why, what: as in `close`.

    Raises:
        AssertionError: actual is no array, or its shape is another.
    """
    due = (shape,) if isinstance(shape, int) else tuple(shape)
    try:
        came = to_array(actual)
    except NotAnArray as error:
        raise failure(f"{what} {error}, where an array of shape {due} was due", why) from None
    same_shape(came.shape, due, what, why)


def finite(actual, *, why="", what="result"):
    """Require numbers without NaN and without infinity.

    Args:
        actual: an array, a tensor, a number or nested lists of numbers.
        why, what: as in `close`.

    Raises:
        AssertionError: actual is not numbers, or some are not finite.
    """
    came = numbers(actual, what, why)
    wide = _wide(came)
    bad = ~np.isfinite(wide)
    if not bad.any():
        return
    first = tuple(np.argwhere(bad)[0])
    value = number(wide[first])
    if came.ndim == 0:
        raise failure(f"{what} is {value}, where a finite number was due", why)
    counts = f"{np.isnan(wide).sum()} NaN and {np.isinf(wide).sum()} infinite of {came.size} elements"
    raise failure(f"{what} is not finite: element {place(first)} is {value} ({counts})", why)


def gradient(f, x, analytic, *, step=1e-5, rtol=1e-5, atol=1e-7, why="", what="gradient"):
    """Compare an analytic gradient with central differences, (f(x + step) - f(x - step)) / (2 step).

    Args:
        f: a function of one float64 array with the shape of x that returns a single number.
        x: where the gradient is taken, an array; f is called twice for each element.
        analytic: the gradient to check, with the shape of x.
        step: the difference step. It suits float64; a float32 f needs about 1e-2 and rtol=1e-2.
        rtol, atol: tolerances relative to the central differences, as in `close`.
        why, what: as in `close`.

    Raises:
        AssertionError: f does not return one finite number, or the gradient has another shape or other values.
    """
    x = np.array(expected_numbers(x, "x"), dtype=np.float64)
    came = numbers(analytic, what, why, x.shape)
    same_shape(came.shape, x.shape, what, why)
    numeric = np.empty_like(x)
    for index in np.ndindex(x.shape):
        above, below = (_evaluate(f, x, index, offset) for offset in (step, -step))
        numeric[index] = (above.astype(np.float64) - below.astype(np.float64)) / (2 * step)
    differing = _differing(came, numeric, rtol, atol, equal_nan=False)
    if differing.any():
        coarse = above.dtype.itemsize < 8 and (
            f"the function returns {above.dtype}, too coarse for a step of {step:g}; compute in float64"
        )
        raise wrong_values(came, numeric, differing, what, why, coarse or "", by="by central differences ")


def _evaluate(f, x, index, offset) -> np.ndarray:
    """f at x with one element moved, as a 0-d array."""
    moved = x.copy()
    moved[index] += offset
    value = numbers(f(moved), "the function's value", "")
    if value.shape != ():
        raise failure(
            f"the function to differentiate returned shape {value.shape}, where a single number was due"
        )
    if not np.isfinite(_wide(value)):
        raise failure(
            f"the function to differentiate is {number(_wide(value))} at x{place(index)} + {offset:g}"
        )
    return value


def numbers(actual, what, why, due_shape=None) -> np.ndarray:
    """What came as an array of numbers; a failure if it is none."""
    due = "numbers were" if due_shape is None else f"numbers of shape {due_shape} were"
    if actual is None:
        raise failure(f"{what} is None, where {due} due: is a return missing?", why)
    try:
        array = to_array(actual)
    except NotAnArray as error:
        raise failure(f"{what} is {describe(actual)} that {error}, where {due} due", why) from None
    if not is_number(array.dtype):
        raise failure(f"{what} is {describe(actual)} of dtype {array.dtype}, where {due} due", why)
    return array


def expected_numbers(expected, name="expected") -> np.ndarray:
    """What is due as an array of numbers; a TypeError, the test's own fault, if it is none."""
    try:
        array = to_array(expected)
    except NotAnArray as error:
        raise TypeError(
            f"{name} {error}. Compare its parts one by one. Received: {describe(expected)}"
        ) from None
    if not is_number(array.dtype):
        raise TypeError(f"{name} must be numbers; use equal for others. Received: {describe(expected)}")
    return array


def is_number(dtype: np.dtype) -> bool:
    return dtype.kind in "biufc" or is_small_number(dtype)


def same_shape(came: tuple, due: tuple, what: str, why: str):
    """Fail unless the shape that came is the one due."""
    if came != due:
        raise failure(
            f"{what} has the wrong shape: {came} came back, {due} was due", shape_hint(came, due), why
        )


def wrong_values(came, due, differing, what, why, remark="", by="") -> AssertionError:
    """The failure that names the worst element of two arrays of one shape.

    Args:
        came, due: the arrays. differing: where they differ too much, at least once.
        what, why: as in `close`. remark: a further clause. by: how the due values were had, if that matters.
    """
    wide_came, wide_due = _wide(came), _wide(due)
    count = f"{differing.sum()} of {came.size} elements differ"
    for name, test in (("NaN", np.isnan), ("infinite", np.isinf)):
        bad = differing & test(wide_came)
        if bad.any():
            index = tuple(np.argwhere(bad)[0])
            due_text = (
                "NaN is never close to NaN"
                if np.isnan(wide_due[index])
                else f"{by}{number(due[index])} was due"
            )
            where = f" at {place(index)}" if came.ndim else ""
            counted = f" ({bad.sum()} of {came.size} elements are {name})" if came.ndim else ""
            return failure(f"{what} is {number(wide_came[index])}{where}, {due_text}{counted}", remark, why)
    with np.errstate(all="ignore"):
        distance = np.where(differing, np.abs(wide_came - wide_due), -1)
    distance[np.isnan(distance)] = np.inf
    index = np.unravel_index(distance.argmax(), distance.shape)
    came_text, due_text = number_pair(came[index], due[index])
    off = f"off by {number(abs(scalar(came[index]) - scalar(due[index])), 3)}"
    if came.ndim == 0:
        text = f"{came_text} came back, {by}{due_text} was due ({off})"
    else:
        text = f"element {place(index)} is {came_text}, {by}{due_text} was due ({off}; {count})"
    return failure(f"{what} has the wrong value: {text}", remark or value_hint(wide_came, wide_due), why)


def _differing(came, due, rtol, atol, equal_nan) -> np.ndarray:
    """Where two arrays of one shape are not close, as a boolean array."""
    came, due = _wide(came), _wide(due)
    with np.errstate(all="ignore"):
        near = np.abs(came - due) <= atol + rtol * np.abs(due)
    passing = np.where(np.isfinite(due), near, came == due)
    if equal_nan:
        passing |= np.isnan(came) & np.isnan(due)
    return ~passing


def _wide(array: np.ndarray) -> np.ndarray:
    """The array in float64 or complex128, or in a wider type that it has already."""
    if is_small_number(array.dtype):
        return array.astype(np.float64)
    return array.astype(np.result_type(array.dtype, np.float64))
