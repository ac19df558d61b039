"""One comparer for the whole of what came: its kind, shape, dtype, finiteness and values, in that order."""

import numpy as np

from deepdays.check.arrays import close, expected_numbers, finite, shape
from deepdays.check.kinds import dtype as require_dtype
from deepdays.check.kinds import family
from deepdays.check.kinds import kind as require_kind
from deepdays.check.wording import describe, failure, subject, text
from deepdays.tensors import is_tensor, widened

_COLLECTIONS = (tuple, list, dict)


def like(actual, expected, *, kind=None, dtype=None, rtol=1e-6, atol=1e-8, why="", what="result", equal_nan=False):
    """Require the kind, shape, dtype and values of what is due, and finite numbers where those are due.

    Args:
        actual: what came.
        expected: what was due: an array, a tensor, a Python or NumPy number, or a tuple, list or dict of these, in
            which each entry is compared; `dtype` and the tolerances hold for all of them.
        kind: another kind than expected's own, as in `kind`: `(int, float)` where either will do.
        dtype: another dtype than any of expected's family (bool, int, float, complex), as in `dtype`.
        rtol, atol, equal_nan: as in `close`.
        why: a clause that says why the expected values are right.
        what: what `actual` is called in the message.

    Raises:
        AssertionError: actual differs from what was due; the message is about the first thing that does.
        TypeError: expected is none of the above.
    """
    rules = {"dtype": dtype, "rtol": rtol, "atol": atol, "why": why, "equal_nan": equal_nan}
    collection = next((one for one in _COLLECTIONS if isinstance(expected, one)), None)
    if collection:
        require_kind(actual, kind or collection, why=why, what=what)
        for path, came, due in _entries(actual, expected, what, why):
            like(came, due, what=path, **rules)
    else:
        _same(actual, expected, kind, what, **rules)


def _entries(actual, expected, what: str, why: str):
    """Each entry's name, what came for it and what was due; fails if the lengths or the keys differ."""
    if not isinstance(expected, dict):
        if len(actual) != len(expected):
            raise failure(f"{subject(what, 'has')} length {len(actual)}, where {len(expected)} was due", why)
        return [(f"{what}[{i}]", *pair) for i, pair in enumerate(zip(actual, expected, strict=True))]
    if actual.keys() != expected.keys():
        came, due = ("{" + ", ".join(map(text, keys)) + "}" for keys in (actual, expected))
        raise failure(f"{subject(what, 'has')} the keys {came}, where {due} were due", why)
    return [(f"{what}[{text(key)}]", actual[key], due) for key, due in expected.items()]


def _same(actual, expected, kind, what: str, *, dtype, rtol, atol, why, equal_nan):
    """Compare what is no collection."""
    due = expected_numbers(expected)
    require_kind(actual, kind or _kind(expected, due), why=why, what=what)
    shape(actual, due.shape, why=why, what=what)
    if dtype or not (kind or _is_scalar(expected)):  # a number's kind has said its dtype
        require_dtype(actual, dtype or family(due.dtype), why=why, what=what)
    if np.isfinite(widened(due)).all():
        finite(actual, why=why, what=what)
    close(actual, due, rtol=rtol, atol=atol, why=why, what=what, equal_nan=equal_nan)


def _is_scalar(expected) -> bool:
    return isinstance(expected, bool | int | float | complex | np.generic)


def _kind(expected, due: np.ndarray):
    if is_tensor(expected):
        return "tensor"
    if isinstance(expected, np.ndarray):
        return "array"
    if _is_scalar(expected):
        return {"bool": bool, "int": int, "float": float, "complex": complex}[family(due.dtype)]
    raise TypeError(f"expected must be an array, a tensor, a number or a collection. Received: {describe(expected)}")
