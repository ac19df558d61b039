"""Comparers for what a block does besides returning: the error it raises, the argument it changes."""

import contextlib
import re
import sys
from types import FrameType

import numpy as np

from deepdays.check.wording import class_name, describe, failure, number, place, subject, text
from deepdays.tensors import NotAnArray, is_instance, to_array, widened

_LEAVES = (type(None), bool, int, float, complex, str, bytes)


@contextlib.contextmanager
def raises(error_type, match="", why=""):
    """Context manager that requires its block to raise an error.

    Args:
        error_type: the class of the error due, or a tuple of classes.
        match: a regular expression that must be found in the error's text.
        why: a clause that says why the error is called for.

    Raises:
        AssertionError: the block raised nothing, another error, or one with another text. NotImplementedError, of
            an exercise not yet done, is no RuntimeError here.
    """
    types = error_type if isinstance(error_type, tuple) else (error_type,)
    due = " or ".join(map(class_name, types))
    try:
        yield
    except Exception as error:
        came = f"{class_name(error.__class__)} ({text(str(error))})"
        unfinished = isinstance(error, NotImplementedError) and not any(one is NotImplementedError for one in types)
        if unfinished or not any(isinstance(error, one) for one in types):
            raise failure(f"{due} was due, {came} was raised", why) from error
        if not re.search(match, str(error)):
            raise failure(f"{came} was raised as it should be, but its text does not match {match!r}", why) from error
    else:
        raise failure(f"{due} was due, nothing was raised", why)


@contextlib.contextmanager
def unchanged(x, *, why="", what=None):
    """Context manager that requires its block to leave a value as it was.

    Args:
        x: an array, a variable, a DataFrame or Series, a number or string, or lists, tuples, sets and dicts of these.
        why: a clause that says why it must stay as it was.
        what: what x is called in the message; by default its name in the caller's code.

    Raises:
        AssertionError: the block changed a value, shape, dtype, length or key in x.
        TypeError: x holds something that cannot be watched, such as a model.
    """
    what = what or _name_in_callers_code(x) or "the argument"
    try:
        before = _snapshot(x)
    except NotAnArray as error:
        raise TypeError(f"{what} cannot be watched: it {error}. Received: {describe(x)}") from None
    yield
    try:
        change = next(_changes(before, _snapshot(x), ""), None)
    except NotAnArray as error:
        change = f"it now {error}"
    if change:
        raise failure(f"{subject(what, 'was')} changed in place: {change}", "work on a copy", why)


def _name_in_callers_code(x) -> str | None:
    """The only name that the code around a block has for a value, or for each entry of a list or tuple of values."""
    frame: FrameType | None = sys._getframe(1)
    while frame and frame.f_globals.get("__name__") in (__name__, "contextlib"):
        frame = frame.f_back
    known = {**frame.f_globals, **frame.f_locals} if frame else {}

    def name(value) -> str | None:
        names = [name for name, one in known.items() if one is value and not name.startswith("_")]
        return f"`{names[0]}`" if len(names) == 1 else None

    if isinstance(x, list | tuple) and not name(x):
        entries = [name(entry) for entry in x]
        return "one of " + ", ".join(filter(None, entries)) if x and all(entries) else None
    return name(x)


def _snapshot(value):
    """A deep copy as dicts, lists, frozensets, arrays, pandas objects and plain leaves."""
    if isinstance(value, dict):
        return {key: _snapshot(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_snapshot(entry) for entry in value]
    if isinstance(value, set | frozenset):
        return frozenset(value)
    if any(is_instance(value, "pandas", name) for name in ("DataFrame", "Series", "Index")):
        return value.copy(deep=True)
    return value if type(value) in _LEAVES else to_array(value).copy()


def _changes(before, after, path: str):
    """Each difference between two snapshots, as a clause; path leads to them from the whole."""
    subject = f"entry {path}" if path else "it"
    if type(before) is not type(after):
        yield f"{subject} was {describe(before)} and is {describe(after)} now"
    elif isinstance(before, dict):
        yield from _dict_changes(before, after, path, subject)
    elif isinstance(before, list):
        yield from _list_changes(before, after, path, subject)
    elif isinstance(before, np.ndarray):
        yield from _array_changes(before, after, path, subject)
    elif isinstance(before, frozenset):
        if before != after:
            yield f"{subject} lost {len(before - after)} and gained {len(after - before)} members"
    elif isinstance(before, _LEAVES):
        if repr(before) != repr(after):  # by repr, because NaN is unequal to itself
            yield f"{subject} was {number(before)} and is {number(after)} now"
    elif not before.equals(after):
        yield _frame_change(before, after, subject)


def _dict_changes(before: dict, after: dict, path: str, subject: str):
    for key in [*before, *after]:
        if key not in after or key not in before:
            yield f"{subject} {'lost' if key in before else 'gained'} the key {text(key)}"
        else:
            yield from _changes(before[key], after[key], f"{path}[{text(key)}]")


def _list_changes(before: list, after: list, path: str, subject: str):
    if len(before) != len(after):
        yield f"{subject} had {len(before)} entries and has {len(after)} now"
    for i, (old, new) in enumerate(zip(before, after, strict=False)):
        yield from _changes(old, new, f"{path}[{i}]")


def _array_changes(before: np.ndarray, after: np.ndarray, path: str, subject: str):
    for aspect in ("shape", "dtype"):
        old, new = getattr(before, aspect), getattr(after, aspect)
        if old != new:
            yield f"the {aspect} was {old} and is {new} now"
            return
    changed = before != after
    if before.dtype.kind in "fcV":
        changed &= ~(np.isnan(widened(before)) & np.isnan(widened(after)))
    if changed.any():
        first = tuple(np.argwhere(changed)[0])
        subject = f"element {path}{place(first)}" if before.ndim else subject
        count = f" ({changed.sum()} of {changed.size} elements changed)" if changed.size > 1 else ""
        yield f"{subject} was {number(before[first])} and is {number(after[first])} now{count}"


def _frame_change(before, after, subject: str) -> str:
    """What differs between two pandas objects of one class that are not equal."""
    if not is_instance(before, "pandas", "DataFrame"):
        return f"{subject} has other values, another index or another dtype now"
    if list(before.columns) != list(after.columns):
        return f"{subject} had the columns {list(before.columns)} and has {list(after.columns)} now"
    changed = [name for name in before.columns if not before[name].equals(after[name])]
    return f"{subject} has other values, another index or another dtype in {changed} now"
