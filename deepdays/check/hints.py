"""Likely causes: what a wrong shape or a wrong array most often comes from."""

import numpy as np


def shape_hint(came: tuple, due: tuple) -> str:
    """The likely cause of shape `came` where `due` was called for, or an empty string."""
    if len(came) == len(due):
        return _same_rank(came, due)
    if not came:
        return "it is a single number: was every axis summed over where only some should be?"
    if len(came) == 1 and due in ((*came, 1), (1, *came)):
        row_or_column = "column" if due[-1] == 1 else "row"
        return (
            f"it is a rank-1 array where a {row_or_column} was due; keep the axis with keepdims=True "
            f"or reshape({', '.join('1' if n == 1 else '-1' for n in due)})"
        )
    if len(came) < len(due):
        return _missing_axis(came, due)
    return _extra_axis(came, due)


def _same_rank(came: tuple, due: tuple) -> str:
    if came == due[::-1]:
        return "it looks transposed"
    if sorted(came) == sorted(due):
        return "the axes are the right ones in another order"
    wrong = [axis for axis in range(len(due)) if came[axis] != due[axis]]
    if len(wrong) == 1:
        axis = wrong[0]
        if due[axis] == 1:
            return f"axis {axis} was not reduced to length 1"
        if came[axis] == 1:
            return f"axis {axis} was reduced to length 1 and should not be"
        if abs(came[axis] - due[axis]) == 1:
            return f"axis {axis} is one too {'long' if came[axis] > due[axis] else 'short'}"
        return f"axis {axis} has the wrong length"
    return ""


def _missing_axis(came: tuple, due: tuple) -> str:
    for axis in range(len(due)):
        if due[:axis] + due[axis + 1 :] == came:
            if due[axis] == 1:
                return f"axis {axis}, of length 1, is missing; keepdims=True keeps it"
            return f"axis {axis}, of length {due[axis]}, is missing: was it summed or averaged away?"
    return _reshaped(came, due)


def _extra_axis(came: tuple, due: tuple) -> str:
    if len(due) == 1 and came == due * 2:
        return (
            f"shapes {due} and {(*due, 1)} broadcast to such a square: were a vector and a column combined?"
        )
    if not due:
        return "a single number was due: reduce over every axis, without keepdims"
    for axis in range(len(came)):
        if came[:axis] + came[axis + 1 :] == due:
            if came[axis] == 1:
                return f"axis {axis}, of length 1, is one too many; leave out keepdims, or squeeze it"
            return f"axis {axis}, of length {came[axis]}, should have been reduced"
    return _reshaped(came, due)


def _reshaped(came: tuple, due: tuple) -> str:
    return (
        "the number of elements is right, their arrangement is not" if np.prod(came) == np.prod(due) else ""
    )


def value_hint(came: np.ndarray, due: np.ndarray) -> str:
    """What `came` is to `due`, two arrays of one shape and of floats, if it is something simple."""
    if not (np.isfinite(came).all() and np.isfinite(due).all()) or not due.any():
        return ""

    def same(a, b):
        return np.allclose(a, b, rtol=1e-6, atol=1e-9 * np.abs(due).max())

    if same(came, -due):
        return "every sign is reversed" if due.size > 1 else "the sign is reversed"
    if due.size < 2:
        return ""
    if not came.any():
        return "every element is 0"
    if due.ndim == 2 and due.shape[0] == due.shape[1] and same(came.T, due):
        return "it is the transpose of what was due"
    largest = np.unravel_index(np.abs(due).argmax(), due.shape)
    factor = came[largest] / due[largest]
    if np.count_nonzero(due) > 1 and same(came / factor if factor else came, due):
        return f"every element is {factor:.4g} times what was due"
    if same(came - due, (came - due)[largest]):
        return f"every element is off by the same {(came - due)[largest]:.4g}"
    if same(np.sort(came, axis=None), np.sort(due, axis=None)):
        return "the values are right, their order is not"
    return ""
