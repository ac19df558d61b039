"""Likely causes: what a wrong shape, or an array of wrong values, most often comes from."""

import numpy as np

from deepdays.tensors import widened

_NOTICEABLE = 1e-3  # a factor nearer to 1 is no one's idea


def shape_hint(came: tuple, due: tuple) -> str:
    """The likely cause of shape `came` where the other shape `due` was called for, or an empty string."""
    if len(came) == len(due):
        hints = _same_rank(came, due)
    else:
        hints = _too_few_axes(came, due) if len(came) < len(due) else _too_many_axes(came, due)
    return next(hints, "")


def _same_rank(came, due):
    if came == due[::-1]:
        yield "it looks transposed"
    if sorted(came) == sorted(due):
        yield "the axes are the right ones in another order"
    wrong = [axis for axis in range(len(due)) if came[axis] != due[axis]]
    if len(wrong) > 1:
        return
    axis = wrong[0]
    if abs(came[axis] - due[axis]) == 1:
        yield f"axis {axis} is one too {'long' if came[axis] > due[axis] else 'short'}"


def _too_few_axes(came, due):
    if not came:
        yield "it is a single number: was every axis reduced where only some should be?"
    if due == (*came, 1):
        yield (
            "the last axis, of length 1, is missing: keepdims=True or x[..., None] keeps it"
            if len(came) > 1
            else ("it is a rank-1 array where a column was due: keepdims=True or reshape(-1, 1) keeps the axis")
        )
    if len(came) == 1 and due == (1, *came):
        yield "it is a rank-1 array where a row was due: keepdims=True or reshape(1, -1) keeps the axis"
    for axis, length in enumerate(due):
        if due[:axis] + due[axis + 1 :] == came:
            if length == 1:
                yield f"axis {axis}, of length 1, is missing: keepdims=True keeps it"
            yield f"axis {axis}, of length {length}, is missing: was it summed or averaged away?"
    if np.prod(came) == np.prod(due):
        yield "the number of elements is right, their arrangement is not"


def _too_many_axes(came, due):
    if not due:
        yield "every axis should be reduced, without keepdims"
    if len(due) == 1 and came == due * 2:
        yield f"{due} and {(*due, 1)} broadcast to such a square: were a rank-1 array and a column combined?"
    for axis, length in enumerate(came):
        if came[:axis] + came[axis + 1 :] == due:
            if length == 1:
                yield f"axis {axis}, of length 1, is one too many: leave out keepdims, or squeeze it"
            yield f"axis {axis}, of length {length}, should have been reduced"
    if np.prod(came) == np.prod(due):
        yield "the number of elements is right, their arrangement is not"


def value_hint(came: np.ndarray, due: np.ndarray) -> str:
    """What the numbers `came` are to `due`, of the same shape, if it is something simple; else an empty string."""
    with np.errstate(all="ignore"):
        return next(_value_hints(came, widened(came), widened(due)), "")


def _value_hints(raw, came, due):
    if not (np.isfinite(came).all() and np.isfinite(due).all() and due.any()):
        return
    largest = np.unravel_index(np.abs(due).argmax(), due.shape)

    def same(a, b, rtol=1e-6):
        return np.allclose(a, b, rtol=rtol, atol=1e-3 * rtol * np.abs(due[largest]))

    if raw.dtype.kind in "iu" and due.dtype.kind == "f" and same(came, np.trunc(due)) and (due % 1).any():
        yield f"fractions were cut off: its dtype is {raw.dtype}"
    if raw.dtype.itemsize < 8 and raw.dtype.kind in "fV" and same(came, due, rtol=_rounding(raw.dtype)):
        yield f"that is no more than the rounding of {raw.dtype}"
    if same(came, -due):
        yield "every sign is reversed" if due.size > 1 else "the sign is reversed"
    if due.size == 1:
        return
    if not came.any():
        yield "every element is 0"
    if due.ndim == 2 and due.shape[0] == due.shape[1] and same(came.T, due):
        yield "it is the transpose of what was due"
    factor = came[largest] / due[largest]
    if np.count_nonzero(due) > 1 and abs(factor - 1) > _NOTICEABLE and same(came / factor, due):
        yield f"every element is {factor:.4g} times what was due"
    offset = came[largest] - due[largest]
    if abs(offset) > 1e-6 * abs(due[largest]) and same(came - offset, due):
        yield f"every element is off by the same {offset:.4g}"
    are_distinct = due.dtype.kind != "b" and np.unique(due).size == due.size
    if are_distinct and same(np.sort(came, axis=None), np.sort(due, axis=None)):
        yield "the values are right, their order is not"


def _rounding(dtype: np.dtype) -> float:
    """The relative error that a few operations in a float dtype of 4 bytes or fewer may leave."""
    return 1e-5 if dtype.itemsize == 4 else 1e-2
