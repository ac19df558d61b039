"""Comparers for types: what kind of value, which dtype."""

import numpy as np

from deepdays.check.wording import article, class_name, describe, failure
from deepdays.tensors import NotAnArray, is_small_number, is_tensor, to_array

_DTYPE_KINDS = {"bool": "b", "int": "iu", "float": "f", "complex": "c", "str": "U"}
_NUMPY_SCALARS = ((bool, np.bool_), (int, np.integer), (float, np.floating), (complex, np.complexfloating))


def kind(actual, types, *, why="", what="result"):
    """Require an instance of a type.

    NumPy's scalars count as the Python numbers they are like, so float accepts np.float32; a bool is no int.

    Args:
        actual: any object.
        types: a class, "array" for a NumPy array, "tensor" for a tensor of an imported backend, or a tuple of
            these, one of which must fit.
        why: a clause that says why that kind is called for.
        what: what `actual` is called in the message.

    Raises:
        AssertionError: actual is of another kind.
        TypeError: types is neither a class nor one of the names.
    """
    types = types if isinstance(types, tuple) else (types,)
    if any(_fits(actual, one) for one in types):
        return
    due = " or ".join(_kind_name(one) for one in types)
    hint = "is a return missing?" if actual is None else ""
    raise failure(f"{what} is {describe(actual)}, where {due} was due", hint, why)


def dtype(actual, kind, *, why="", what="result"):
    """Require a dtype.

    Args:
        actual: an array, a tensor, a number or nested lists of numbers.
        kind: "bool", "int" (signed or not), "float", "complex" or "str" for any width, or a dtype such as "float32",
            "bfloat16" or np.int64 for exactly that one.
        why, what: as in `kind`.

    Raises:
        AssertionError: actual is no array, or its dtype is another.
        TypeError: kind names no dtype.
    """
    if isinstance(kind, str) and kind in _DTYPE_KINDS:
        due = f"{article(kind)} dtype"
    else:
        due = kind = "bfloat16" if str(kind) == "bfloat16" else np.dtype(kind).name
    try:
        came = to_array(actual).dtype
    except NotAnArray as error:
        raise failure(f"{what} {error}, where {due} was due", why) from None
    if came.name != kind and not _is_dtype_kind(came, kind):
        raise failure(f"{what} has dtype {came.name}, where {due} was due", why)


def _fits(actual, one) -> bool:
    if isinstance(one, str):
        if one not in ("array", "tensor"):
            raise TypeError(f'types must be a class, "array" or "tensor". Received: {one!r}')
        return isinstance(actual, np.ndarray) if one == "array" else is_tensor(actual)
    if one is int and isinstance(actual, bool):
        return False
    return isinstance(actual, one) or any(
        one is python and isinstance(actual, scalar) for python, scalar in _NUMPY_SCALARS
    )


def _kind_name(one) -> str:
    if one is np.ndarray or (isinstance(one, str) and one == "array"):
        return "a NumPy array"
    if isinstance(one, str):
        return article(one)
    return "None" if one is type(None) else article(class_name(one))


def _is_dtype_kind(came: np.dtype, kind: str) -> bool:
    if is_small_number(came):
        return kind == ("int" if "int" in came.name else "float")
    return came.kind in _DTYPE_KINDS.get(kind, "")
