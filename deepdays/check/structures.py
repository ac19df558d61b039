"""Exact equality of numbers, strings, arrays and whatever nests them."""

import contextlib

import numpy as np

from deepdays.check.arrays import same_shape, wrong_values
from deepdays.check.wording import describe, failure, number_pair, scalar, text
from deepdays.tensors import NotAnArray, is_small_number, to_array

_NUMBERS = (bool, int, float, complex, np.ndarray)


def equal(actual, expected, *, why="", what="result"):
    """Require exactly equal values and shapes.

    A list, a tuple and an array with the same entries are equal, and so are 1, 1.0 and True: `kind` and `dtype` are
    there for types. NaN equals nothing.

    Args:
        actual: what came: numbers, strings, bytes, None, arrays, tensors, and lists, tuples, sets and dicts of these.
        expected: what was due, of the same sorts.
        why: a clause that says why the expected value is right.
        what: what `actual` is called in the message.

    Raises:
        AssertionError: they differ, or actual holds something else.
        TypeError: expected holds something else.
    """
    try:
        due = _plain(expected)
    except NotAnArray as error:
        raise TypeError(f"expected {error}. Received: {describe(expected)}") from None
    try:
        came = _plain(actual)
    except NotAnArray as error:
        raise failure(
            f"{what} is {describe(actual)} that {error}, where {_in_words(due)} was due", why
        ) from None
    _compare(came, due, what, why)


def _plain(value):
    """The value rebuilt from exact builtin types and real arrays, each part read once.

    Arrays of text become lists; lists and tuples of numbers become arrays where they are rectangular.
    """
    cls = type(value)
    if value is None or cls in (bool, int, float, complex, str, bytes):
        return value
    if issubclass(cls, str):
        return str.__str__(value)
    if issubclass(cls, bytes):
        return b"".join([value])
    if issubclass(cls, int):
        return int.__int__(value)
    if issubclass(cls, dict):
        return {_plain_key(key): _plain(entry) for key, entry in dict.items(value)}
    if issubclass(cls, set | frozenset):
        return frozenset(_plain_key(entry) for entry in list(value))
    if issubclass(cls, list | tuple):
        return _packed([_plain(entry) for entry in list(value)])
    return _unpacked(to_array(value))


def _unpacked(value):
    """An array as a plain value: a 0-d one as what it holds, one of text as lists."""
    if type(value) is not np.ndarray:
        return value
    if value.ndim == 0:
        return scalar(value)
    if is_small_number(value.dtype):
        return value.astype(np.float32)
    return value if value.dtype.kind in "biufc" else value.tolist()


def _plain_key(value):
    """A dict's key or a set's entry, hashable again."""
    key = _plain(value)
    if type(key) in (list, np.ndarray):
        return tuple(_plain_key(entry) for entry in key)
    return key


def _packed(entries: list):
    """The entries as one array if they are numbers of one shape, else as they are."""
    if all(type(entry) in _NUMBERS for entry in entries):
        with contextlib.suppress(NotAnArray):
            return to_array(entries)
    return entries


def _compare(came, due, what, why):
    """Compare two plain values; `what` grows by the path to the part at hand."""
    if type(came) is dict and type(due) is dict:
        _compare_dicts(came, due, what, why)
    elif type(came) is set and type(due) is set:
        _compare_members(came, due, "entry", what, why)
    elif type(came) in _NUMBERS and type(due) in _NUMBERS:
        _compare_numbers(came, due, what, why)
    elif {type(came), type(due)} <= {list, np.ndarray}:
        _compare_entries(list(came), list(due), what, why)
    elif type(came) is not type(due):
        hint = "is a return missing?" if came is None else ""
        raise failure(f"{what} is {_in_words(came)}, where {_in_words(due)} was due", hint, why)
    elif came != due:
        hint = _first_difference(came, due)
        raise failure(f"{what} has the wrong value: {text(came)} came back, {text(due)} was due", hint, why)


def _compare_numbers(came, due, what, why):
    same_shape(np.shape(came), np.shape(due), what, why)
    if type(due) is np.ndarray:
        differing = came != due
        if differing.any():
            raise wrong_values(came, due, differing, what, why)
    elif came != due:
        came_text, due_text = number_pair(came, due)
        hint = "NaN equals nothing, not even NaN" if due != due else ""
        raise failure(f"{what} has the wrong value: {came_text} came back, {due_text} was due", hint, why)


def _compare_entries(came: list, due: list, what, why):
    for i, (one, other) in enumerate(zip(came, due, strict=False)):
        _compare(_unpacked(one), _unpacked(other), f"{what}[{i}]", why)
    if len(came) != len(due):
        raise failure(f"{what} has {len(came)} entries, where {len(due)} were due", why)


def _compare_dicts(came: dict, due: dict, what, why):
    _compare_members(came.keys(), due.keys(), "key", what, why)
    for key, entry in due.items():
        _compare(came[key], entry, f"{what}[{text(key)}]", why)


def _compare_members(came, due, member: str, what, why):
    """Compare two sets, or the keys of two dicts."""
    for verb, extra in (("lacks", due - came), ("has", came - due)):
        if extra:
            listed = ", ".join(sorted(map(text, extra))[:4]) + (", …" if len(extra) > 4 else "")
            not_due = ", which was not due" if verb == "has" else ""
            raise failure(f"{what} {verb} the {member} {listed}{not_due}", why)


def _in_words(value) -> str:
    """A plain value in words, for two values of different sorts."""
    if type(value) is np.ndarray:
        return f"an array of shape {value.shape}"
    if type(value) in (list, set, dict):
        return f"a {type(value).__name__} of {len(value)}"
    return text(value)


def _first_difference(came, due) -> str:
    """Where two strings part, if they are too long to see it at a glance."""
    if min(len(came), len(due)) < 20:
        return ""
    at = next((i for i, (one, other) in enumerate(zip(came, due, strict=False)) if one != other), None)
    if at is None:
        return f"the lengths are {len(came)} and {len(due)}"
    return f"they part at position {at}: {text(came[at : at + 20])} for {text(due[at : at + 20])}"
