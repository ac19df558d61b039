"""Exact equality of numbers, strings and arrays, and of whatever nests them."""

import contextlib

import numpy as np

from deepdays.check.arrays import same_shape, wrong_values
from deepdays.check.wording import describe, failure, number_pair, plain_scalar, subject, text
from deepdays.tensors import NotAnArray, is_number, is_small_number, to_array

_NUMBERS = (bool, int, float, complex, np.ndarray)
_EXACT = ((str, str.__str__), (bytes, bytes.__bytes__), (int, int.__int__))


def equal(actual, expected, *, why="", what="result"):
    """Require exactly equal values and shapes.

    A list, a tuple and an array of the same entries are equal, and so are 1, 1.0 and True: types are the business of
    `kind` and `dtype`. NaN equals nothing.

    Args:
        actual: what came: numbers, strings, bytes, None, arrays, tensors; lists, tuples, sets and dicts of these.
        expected: what was due, of the same sorts.
        why: a clause that says why the expected value is right.
        what: what `actual` is called in the message.

    Raises:
        AssertionError: they differ, or actual holds something else.
        TypeError: expected holds something else.
    """
    if _is_shape(actual) and _is_shape(expected) and actual != expected:
        came_text, due_text = text(actual), text(expected)
        raise failure(f"{subject(what, 'has')} the wrong value: {came_text} came back, {due_text} was due", why)
    try:
        due = _plain(expected)
    except NotAnArray as error:
        raise TypeError(f"expected cannot be compared: it {error}. Received: {describe(expected)}") from None
    try:
        came = _plain(actual)
    except NotAnArray as error:
        due_text = _in_words(due)
        raise failure(
            f"{subject(what, 'is')} {describe(actual)}, where {due_text} was due", f"it {error}", why
        ) from None
    _compare(came, due, what, why)


def _is_shape(value) -> bool:
    """Whether a value is written as shapes are: a short tuple of whole numbers."""
    return type(value) is tuple and len(value) < 9 and all(type(entry) is int for entry in value)


def _plain(value):
    """The value rebuilt from exact builtin types and real arrays, each part read once.

    Rectangular lists and tuples of numbers become arrays, arrays of text become lists, NumPy scalars Python ones.
    """
    cls = type(value)
    if cls in (type(None), bool, float, complex):
        return value
    for base, exactly in _EXACT:
        if issubclass(cls, base):
            return exactly(value)
    if issubclass(cls, dict):
        return {_plain_key(key): _plain(entry) for key, entry in dict.items(value)}
    if issubclass(cls, set | frozenset):
        return frozenset(map(_plain_key, list(value)))
    if issubclass(cls, list | tuple):
        return _packed(list(map(_plain, list(value))))
    return _unpacked(to_array(value))


def _plain_key(value):
    """A dict's key or a set's member as a plain value that is hashable again."""
    key = _plain(value)
    return tuple(map(_plain_key, key)) if type(key) in (list, np.ndarray) else key


def _packed(entries: list):
    """The entries as one array if they are numbers of one shape, else as they are."""
    if all(type(entry) in _NUMBERS for entry in entries):
        with contextlib.suppress(NotAnArray):
            return to_array(entries)
    return entries


def _unpacked(array: np.ndarray | np.generic):
    """An array as a plain value."""
    if array.ndim == 0:
        return plain_scalar(array)
    if is_small_number(array.dtype):
        return array.astype(np.float32)
    return array if is_number(array.dtype) else array.tolist()


def _compare(came, due, what, why):
    """Compare two plain values; `what` grows by the path to the part at hand."""
    types = {type(came), type(due)}
    if types == {dict}:
        _compare_members(came.keys(), due.keys(), "key", what, why)
        for key, entry in due.items():
            _compare(came[key], entry, f"{what}[{text(key)}]", why)
    elif types == {frozenset}:
        _compare_members(came, due, "member", what, why)
    elif types.issubset(_NUMBERS):
        _compare_numbers(came, due, what, why)
    elif types <= {list, np.ndarray}:
        _compare_entries(came, due, what, why)
    elif len(types) > 1:
        hint = "is a return missing?" if came is None else ""
        raise failure(f"{subject(what, 'is')} {_in_words(came)}, where {_in_words(due)} was due", hint, why)
    elif came != due:
        hint = _parting(came, due)
        raise failure(f"{subject(what, 'has')} the wrong value: {text(came)} came back, {text(due)} was due", hint, why)


def _compare_numbers(came, due, what, why):
    same_shape(np.shape(came), np.shape(due), what, why)
    if type(due) is np.ndarray:
        differing = came != due
        if differing.any():
            raise wrong_values(came, due, differing, what=what, why=why)
    elif came != due:
        came_text, due_text = number_pair(came, due)
        raise failure(f"{subject(what, 'has')} the wrong value: {came_text} came back, {due_text} was due", why)


def _compare_entries(came, due, what, why):
    """Compare two sequences, at least one of which is no array."""
    for i, (one, other) in enumerate(zip(came, due, strict=False)):
        _compare(_entry(one), _entry(other), f"{what}[{i}]", why)
    if len(came) != len(due):
        raise failure(f"{subject(what, 'has')} length {len(came)}, where {len(due)} was due", why)


def _entry(value):
    """An entry of a sequence, which may be an array, as a plain value."""
    return _unpacked(value) if isinstance(value, np.ndarray | np.generic) else value


def _compare_members(came, due, member: str, what, why):
    """Compare two sets, or the keys of two dicts."""
    if due - came:
        raise failure(f"{subject(what, 'lacks')} the {_listed(member, due - came)}", why)
    if came - due:
        was = "was" if len(came - due) == 1 else "were"
        raise failure(f"{subject(what, 'has')} the {_listed(member, came - due)}, which {was} not due", why)


def _listed(member: str, members) -> str:
    """Keys or members by name, the first four: key 'a'; members 1, 2."""
    names = ", ".join(sorted(map(text, members))[:4]) + (", …" if len(members) > 4 else "")
    return f"{member}{'s' if len(members) > 1 else ''} {names}"


def _in_words(value) -> str:
    """A plain value in words, for two values of different sorts."""
    if type(value) is np.ndarray:
        return f"a list or array of shape {value.shape}"
    names: dict[type, str] = {list: "list", frozenset: "set", dict: "dict"}
    return f"a {names[type(value)]} of length {len(value)}" if type(value) in names else text(value)


def _parting(came, due) -> str:
    """Where two strings part, if they are too long to see it at a glance."""
    if min(len(came), len(due)) < 20:
        return ""
    at = next((i for i, (one, other) in enumerate(zip(came, due, strict=False)) if one != other), None)
    if at is None:
        return f"the lengths are {len(came)} and {len(due)}"
    return f"they part at position {at}: {came[at : at + 20]!r} and {due[at : at + 20]!r}"
