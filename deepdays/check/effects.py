"""Comparers for what a block does besides computing: the error it raises, the argument it changes."""

import contextlib
import re

import numpy as np

from deepdays.check.wording import class_name, describe, failure, number, place, text
from deepdays.tensors import NotAnArray, is_instance, to_array

_LEAVES = (type(None), bool, int, float, complex, str, bytes)


class raises:  # noqa: N801 (reads as a verb: with raises(ValueError))
    """Context manager that requires its block to raise an error.

    Args:
        error_type: the class of the error due, or a tuple of classes.
        match: a regular expression that the error's text must contain.
        why: a clause that says why the error is called for.

    Raises:
        AssertionError: nothing was raised, or another error, or one with another text. An exercise that is not
            done yet, NotImplementedError, counts as another error even where RuntimeError is due.
    """

    def __init__(self, error_type, match="", why=""):
        self.error_types = error_type if isinstance(error_type, tuple) else (error_type,)
        self.match, self.why = match, why

    def __enter__(self):
        return self

    def __exit__(self, _, error, traceback):
        due = " or ".join(class_name(one) for one in self.error_types)
        if error is None:
            raise failure(f"{due} was due, nothing was raised", self.why)
        if not isinstance(error, Exception):
            return False
        came = f"{class_name(error.__class__)} ({text(str(error))})"
        unfinished = isinstance(error, NotImplementedError) and NotImplementedError not in self.error_types
        if unfinished or not any(isinstance(error, one) for one in self.error_types):
            raise failure(f"{due} was due, {came} was raised", self.why) from error
        if not re.search(self.match, str(error)):
            raise failure(f"the text of {came} should match {self.match!r}", self.why) from error
        return True


@contextlib.contextmanager
def unchanged(x, *, why="", what="the argument"):
    """Context manager that requires its block to leave a value as it was.

    Args:
        x: an array, a tensor or variable, a DataFrame or Series, or lists, tuples, sets and dicts of these and of
            numbers and strings.
        why: a clause that says why it must stay as it was.
        what: what x is called in the message.

    Raises:
        AssertionError: the block changed a value, a shape, a dtype, a length or a key of x.
        TypeError: x holds something that cannot be watched, such as a model.
    """
    before = _snapshot(x)
    yield
    try:
        change = _change(before, _snapshot(x), "it")
    except NotAnArray as error:
        change = f"it now {error}"
    if change:
        raise failure(f"{what} was changed in place: {change}", "work on a copy", why)


def _snapshot(value):
    """A deep copy of value: dicts, lists, frozensets, arrays, pandas objects and plain leaves."""
    cls = type(value)
    if cls in _LEAVES:
        return value
    if issubclass(cls, dict):
        return {key: _snapshot(entry) for key, entry in value.items()}
    if issubclass(cls, list | tuple):
        return [_snapshot(entry) for entry in value]
    if issubclass(cls, set | frozenset):
        return frozenset(value)
    if any(is_instance(value, "pandas", name) for name in ("DataFrame", "Series", "Index")):
        return value.copy(deep=True)
    if issubclass(cls, np.ndarray) and value.dtype == object:
        return [_snapshot(entry) for entry in value.tolist()]
    return to_array(value).copy()


def _change(before, after, path: str) -> str:
    """The first difference between two snapshots as a clause; empty if there is none."""
    if type(before) is not type(after):
        return f"{path} was {describe(before)} and is now {describe(after)}"
    if isinstance(before, dict):
        return _changed_dict(before, after, path)
    if isinstance(before, list):
        if len(before) != len(after):
            return f"{path} had {len(before)} entries and has {len(after)} now"
        changes = (_change(*pair, f"{path}[{i}]") for i, pair in enumerate(zip(before, after, strict=True)))
        return next(filter(None, changes), "")
    if isinstance(before, np.ndarray):
        return _changed_array(before, after, path)
    if isinstance(before, _LEAVES):
        return "" if repr(before) == repr(after) else f"{path} was {text(before)} and is now {text(after)}"
    if isinstance(before, frozenset):
        return (
            ""
            if before == after
            else f"{path} lost {len(before - after)} and gained {len(after - before)} entries"
        )
    return "" if before.equals(after) else _changed_frame(before, after, path)


def _changed_dict(before: dict, after: dict, path: str) -> str:
    lost, added = before.keys() - after.keys(), after.keys() - before.keys()
    if lost or added:
        key, verb = (lost.pop(), "lost") if lost else (added.pop(), "gained")
        return f"{path} {verb} the key {text(key)}"
    return next(
        filter(None, (_change(before[key], after[key], f"{path}[{text(key)}]") for key in before)), ""
    )


def _changed_array(before: np.ndarray, after: np.ndarray, path: str) -> str:
    for aspect in ("shape", "dtype"):
        old, new = getattr(before, aspect), getattr(after, aspect)
        if old != new:
            return f"the {aspect} of {path} was {old} and is now {new}"
    differing = (before != after) & ~(
        (before != before) & (after != after)
    )  # NaN is the one that is not itself
    if not differing.any():
        return ""
    first = tuple(np.argwhere(differing)[0])
    where = f"element {place(first)} of {path}" if before.ndim else path
    count = f" ({differing.sum()} of {before.size} elements changed)" if before.size > 1 else ""
    return f"{where} was {number(before[first])} and is now {number(after[first])}{count}"


def _changed_frame(before, after, path: str) -> str:
    """What differs between two pandas objects of one class that are not equal."""
    if not hasattr(before, "columns"):
        return f"the values, the index or the dtype of {path} differ now"
    if list(before.columns) != list(after.columns):
        return (
            f"the columns of {path} were {text(list(before.columns))} and are now {text(list(after.columns))}"
        )
    changed = [name for name in before.columns if not before[name].equals(after[name])]
    return (
        f"the columns {text(changed)} of {path} differ now" if changed else f"the index of {path} differs now"
    )
