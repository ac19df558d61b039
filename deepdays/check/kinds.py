"""Comparers for types: what kind of value, which dtype."""

from functools import lru_cache

import numpy as np

from deepdays.check.wording import class_name, describe, failure, subject, with_article
from deepdays.tensors import NotAnArray, is_small_number, is_tensor, to_array

_DTYPE_KINDS = {"bool": "b", "int": "iu", "float": "f", "complex": "c", "str": "U"}
_NUMPY_SCALARS = ((bool, np.bool_), (int, np.integer), (float, np.floating), (complex, np.complexfloating))


def kind(actual, types, *, why="", what="result"):
    """Require an instance of a type.

    A NumPy scalar counts as the Python number it is like, so float accepts np.float32. A bool is no int.

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
    if not any(_fits(actual, one) for one in types):
        due = " or ".join(map(_type_in_words, types))
        hint = "is a return missing?" if actual is None else ""
        raise failure(f"{subject(what, 'is')} {describe(actual)}, where {due} was due", hint, why)


def dtype(actual, kind, *, why="", what="result"):
    """Require a dtype.

    Args:
        actual: an array, a tensor, a number or nested lists of numbers.
        kind: "bool", "int" (signed or not), "float", "complex" or "str" for any width; or for exactly that one, a
            dtype such as "float32", "bfloat16" or np.int64.
        why, what: as in `kind`.

    Raises:
        AssertionError: actual is no array, or its dtype is another.
        TypeError: kind names no dtype.
    """
    if kind in (bool, int, float, complex, str):
        kind = kind.__name__
    is_family = isinstance(kind, str) and kind in _DTYPE_KINDS
    if not is_family and kind != "bfloat16":  # which NumPy knows only once ml_dtypes is imported
        kind = np.dtype(kind).name
    due = f"{with_article(kind)} dtype" if is_family else kind
    try:
        came = to_array(actual).dtype
    except NotAnArray as error:
        raise failure(f"{subject(what, 'is')} {describe(actual)}, where {due} was due", f"it {error}", why) from None
    if not (family(came) == kind if is_family else came.name == kind):
        raise failure(f"{subject(what, 'has')} dtype {came.name}, where {due} was due", why)


@lru_cache(maxsize=256)
def family(came: np.dtype) -> str:
    """The family of a dtype: bool, int, float, complex or str, or "" for another."""
    if is_small_number(came):
        return "int" if "int" in came.name else "float"
    return next((name for name, kinds in _DTYPE_KINDS.items() if came.kind in kinds), "")


def _fits(actual, one) -> bool:
    if isinstance(one, str):
        if one not in ("array", "tensor"):
            raise TypeError(f'types must be classes, "array" or "tensor". Received: {one!r}')
        return isinstance(actual, np.ndarray) if one == "array" else is_tensor(actual)
    if one is int and isinstance(actual, bool):
        return False
    scalars = tuple(scalar for python, scalar in _NUMPY_SCALARS if python is one)
    return isinstance(actual, (one, *scalars))


def _type_in_words(one) -> str:
    if one is np.ndarray:
        return "a NumPy array"
    if isinstance(one, str):
        return {"array": "a NumPy array", "tensor": "a tensor"}[one]
    return "None" if one is type(None) else with_article(class_name(one))
