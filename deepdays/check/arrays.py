"""Comparers for arrays: shape, finiteness, values, and a gradient against central differences."""

import numpy as np

from deepdays.check.hints import shape_hint, value_hint
from deepdays.check.wording import describe, describe_shape, failure, number, number_pair, place, plain_scalar, subject
from deepdays.tensors import NotAnArray, is_number, to_array, widened


def close(actual, expected, *, rtol=1e-6, atol=1e-8, why="", what="result", equal_nan=False):
    """Compare numbers, element by element: |actual - expected| <= atol + rtol * |expected|.

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
    came = numbers(actual, describe_shape(due.shape), what, why)
    same_shape(came.shape, due.shape, what, why)
    differing = _differing(came, due, rtol, atol, equal_nan)
    if differing.any():
        raise wrong_values(came, due, differing, what=what, why=why)


def shape(actual, shape, *, why="", what="result"):
    """Require an exact shape.

    Args:
        actual: an array, a tensor, a number or nested lists.
        shape: the shape due, a tuple of ints, or one int for a vector.
        why, what: as in `close`.

    Raises:
        AssertionError: actual is no array, or its shape is another.
        TypeError: shape is no shape.
    """
    due = (shape,) if isinstance(shape, int) else tuple(shape)
    if not all(isinstance(length, int | np.integer) for length in due):
        raise TypeError(f"shape must be a tuple of ints. Received: {shape!r}")
    try:
        came = to_array(actual)
    except NotAnArray as error:
        raise _no_array(actual, error, describe_shape(due), what, why) from None
    same_shape(came.shape, due, what, why)


def finite(actual, *, why="", what="result"):
    """Require numbers without NaN and without infinity.

    Args:
        actual: an array, a tensor, a number or nested lists of numbers.
        why, what: as in `close`.

    Raises:
        AssertionError: actual is not numbers, or some are not finite.
    """
    came = widened(numbers(actual, "finite numbers", what, why))
    bad = ~np.isfinite(came)
    if not bad.any():
        return
    first = tuple(np.argwhere(bad)[0])
    if came.ndim == 0:
        raise failure(f"{subject(what, 'is')} {number(came)}, where a finite number was due", why)
    counts = f"{np.isnan(came).sum()} NaN and {np.isinf(came).sum()} infinite of {came.size} elements"
    raise failure(f"{subject(what, 'is')} not finite: element {place(first)} is {number(came[first])} ({counts})", why)


def gradient(f, x, analytic, *, step=1e-5, rtol=1e-5, atol=1e-7, why="", what="gradient"):
    """Compare an analytic gradient with central differences, (f(x + step) - f(x - step)) / (2 step).

    Args:
        f: a function of one float64 array with the shape of x that returns a single number.
        x: where the gradient is taken, an array; f is called twice for each element, on a copy of x.
        analytic: the gradient to check, with the shape of x.
        step: the difference step. 1e-5 suits a float64 f; a float32 f needs about 1e-2, with rtol=1e-2.
        rtol, atol: tolerances around the central differences, as in `close`.
        why, what: as in `close`.

    Raises:
        AssertionError: f does not return a single finite number, or the gradient has another shape or other values.
        TypeError: x is not numbers.
    """
    x = expected_numbers(x, "x").astype(np.float64)
    came = numbers(analytic, describe_shape(x.shape), what, why)
    same_shape(came.shape, x.shape, what, why)
    numeric, dtype = np.empty_like(x), np.dtype(np.float64)
    for index in np.ndindex(x.shape):
        above, below = (_value_at(f, x, index, offset) for offset in (step, -step))
        numeric[index] = (above.astype(np.float64) - below.astype(np.float64)) / (2 * step)
        dtype = above.dtype
    differing = _differing(came, numeric, rtol, atol, equal_nan=False)
    if differing.any():
        hint = f"the function returns {dtype}, which is too coarse for a step of {step:g}" if dtype.itemsize < 8 else ""
        raise wrong_values(came, numeric, differing, what=what, why=why, hint=hint, source="by central differences ")


def _value_at(f, x, index, offset) -> np.ndarray:
    """f, as a 0-d array, where one element of x is moved."""
    moved = x.copy()
    moved[index] += offset
    what = "the function's value"
    value = numbers(f(moved), "a single number", what, "")
    same_shape(value.shape, (), what, "")
    finite(value, what=what, why=f"x{place(index)} was moved by {offset:g}" if index else "")
    return value


def numbers(actual, due: str, what: str, why: str) -> np.ndarray:
    """What came as an array of numbers; fails, saying what was due, if it is none."""
    try:
        array = to_array(actual)
    except NotAnArray as error:
        raise _no_array(actual, error, due, what, why) from None
    if not is_number(array.dtype):
        problem = "is text" if array.dtype.kind in "US" else f"has dtype {array.dtype}"
        raise _no_array(actual, problem, due, what, why)
    return array


def _no_array(actual, problem, due: str, what: str, why: str) -> AssertionError:
    hint = "is a return missing?" if actual is None else f"it {problem}"
    return failure(f"{subject(what, 'is')} {describe(actual)}, where {due} was due", hint, why)


def expected_numbers(expected, name: str = "expected") -> np.ndarray:
    """What is due as an array of numbers; a TypeError, the test's own fault, if it is none."""
    try:
        array = to_array(expected)
    except NotAnArray as error:
        raise TypeError(f"{name} must be one array of numbers; it {error}. Received: {describe(expected)}") from None
    if not is_number(array.dtype):
        raise TypeError(f"{name} must be numbers; `equal` compares text. Received: {describe(expected)}")
    return array


def same_shape(came: tuple, due: tuple, what: str, why: str):
    """Fail unless the shape that came is the one due."""
    if came != due:
        raise failure(
            f"{subject(what, 'has')} the wrong shape: {came} came back, {due} was due", shape_hint(came, due), why
        )


def wrong_values(came, due, differing, *, what, why, hint="", source="") -> AssertionError:
    """The failure that names the worst element of two arrays of numbers of one shape.

    Args:
        came, due: the arrays.
        differing: where they differ too much, at least once.
        what, why: as in `close`.
        hint: the likely cause, where it is known better than from the values.
        source: how the values due were found, a phrase with a space at its end.
    """
    index, count = _worst(widened(came), widened(due), differing)
    came_text, due_text = number_pair(came[index], due[index])
    if came_text == due_text == "NaN":
        hint = "NaN passes only with equal_nan=True"
    element = f"element {place(index)} is {came_text}" if came.ndim else f"{came_text} came back"
    details = "; ".join(filter(None, [_off_by(came[index], due[index]), count]))
    text = f"{subject(what, 'has')} the wrong value: {element}, {source}{due_text} was due" + (
        f" ({details})" if details else ""
    )
    return failure(text, hint or value_hint(came, due), why)


def _worst(came, due, differing) -> tuple[tuple, str]:
    """The index of the worst element, and how many are like it: NaN first, then infinity, then the distance."""
    for name, test in (("NaN", np.isnan), ("infinite", np.isinf)):
        bad = test(came) & differing
        if bad.any():
            return tuple(np.argwhere(bad)[0]), f"{_share(bad)} are {name}" if bad.ndim else ""
    with np.errstate(all="ignore"):
        distance = np.where(differing, np.abs(came - due), -1)
    worst = np.unravel_index(np.nan_to_num(distance, nan=np.inf).argmax(), distance.shape)
    return worst, f"{_share(differing)} differ" if differing.size > 1 else ""


def _share(mask) -> str:
    return f"all {mask.size} elements" if mask.all() else f"{mask.sum()} of {mask.size} elements"


def _off_by(came, due) -> str:
    came, due = plain_scalar(came), plain_scalar(due)
    if isinstance(came, bool) and isinstance(due, bool):
        return ""
    distance = abs(came - due)
    return f"off by {number(distance, 3)}" if np.isfinite(float(distance)) else ""


def _differing(came, due, rtol, atol, equal_nan) -> np.ndarray:
    """Where two arrays of one shape are not close, as a boolean array."""
    came, due = widened(came), widened(due)
    with np.errstate(all="ignore"):
        near = np.abs(came - due) <= atol + rtol * np.abs(due)
    passing = np.where(np.isfinite(due), near, came == due)
    return ~(passing | (equal_nan & np.isnan(came) & np.isnan(due)))
