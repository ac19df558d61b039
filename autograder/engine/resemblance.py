"""How much of what is wrong in a learner's replies a known mistake accounts for.

A reply is taken apart into its leaves: the entries of tuples and lists by place, of dicts by key, of sets as they are;
a table's columns, and its labels.
Leaves that differ from the reference's are wrong; those that are the mistake's too are explained by it.
"""

import contextlib
import re
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from autograder.engine import wire

_RTOL, _ATOL = 1e-4, 1e-6  # mistakes differ by ideas, not by rounding; wide enough for float32
_MAX_LABELS = 100_000  # of a range that is compared with other labels
_SAY_LITTLE = ("RecursionError", "MemoryError")  # their texts depend on where just the limit was reached
_MAX_LEAVES = 64  # of one reply; what lies deeper is compared as a whole


def same_reply(first, second, due) -> bool:
    """Whether two answers replied alike: equal but for rounding, or exceptions of one type that say the same.

    Args:
        due: the reference's reply; where that is an exception of the same type, it doesn't matter what they say.
    """
    return _leaves_agree(leaves(first, due), leaves(second, due))


def _leaves_agree(first: dict, second: dict) -> bool:
    return first.keys() == second.keys() and all(same_leaf(leaf, second[path]) for path, leaf in first.items())


def share_explained(replies: Sequence, of_mistake: Sequence, of_reference: Sequence) -> tuple[float, bool]:
    """How well a mistake accounts for a learner's replies.

    Args:
        replies, of_mistake, of_reference: to the same requests, in order.

    Returns:
        (share, whether it accounts for all of the first reply that is wrong). The share is that of the explained
        among all leaves that are wrong with the learner or with the mistake; each reply weighs the same.
    """
    explained = concerned = 0.0
    accounts_for_first = None
    for reply, wrong, right in zip(replies, of_mistake, of_reference, strict=False):
        mine, theirs, due = (leaves(each, right) for each in (reply, wrong, right))
        paths = mine.keys() | theirs.keys() | due.keys()
        off = {path for path in paths if not _agree(mine, due, path)}
        concerns = off | {path for path in paths if not _agree(theirs, due, path)}
        hits = {path for path in off if _agree(mine, theirs, path)}
        explained += len(hits) / len(paths)
        concerned += len(concerns) / len(paths)
        if off and accounts_for_first is None:
            accounts_for_first = hits == off
    return (explained / concerned if concerned else 0.0), bool(accounts_for_first)


def _agree(first: dict, second: dict, path) -> bool:
    """Whether two replies are alike at a path, where neither may have a leaf."""
    if path in first and path in second:
        return same_leaf(first[path], second[path])
    return path not in first and path not in second


def leaves(reply, due) -> dict:
    """A reply's leaves by their paths; what an exception says counts only where the reply due is none of its type."""
    match reply:
        case ["ok", value, changes]:
            found = dict(islice(_parts((), value), _MAX_LEAVES + 1))
            if len(found) > _MAX_LEAVES:
                found = {(): value}
            return found | {("changed", repr(key)): change for key, change in changes}
        case ["raise", [kind, *_], text, *_]:
            is_due = due[0] == "raise" and due[1][:1] == [kind]
            return {("raised",): [kind, [] if is_due or kind in _SAY_LITTLE else _words(text)]}
        case [status, *_]:
            return {(status,): None}
    return {}


def _parts(path: tuple, tagged) -> Iterator[tuple[tuple, object]]:
    match tagged:
        case ["tuple" | "list" as tag, list(items)] if items:
            for place, item in enumerate(items):
                yield from _parts((*path, tag, len(items), place), item)
        case ["dict", list(pairs)] if pairs:
            for key, value in pairs:
                yield from _parts((*path, repr(key)), value)
        case ["frame", columns, index, list(values)]:
            yield (*path, "columns"), _labels(columns)
            yield (*path, "index"), _labels(index)
            for place, value in enumerate(values):
                yield (*path, "column", place), value
        case ["series", _, index, values]:
            yield (*path, "index"), _labels(index)
            yield (*path, "values"), values
        case ["set" | "frozenset" as tag, list(items)]:
            yield path, [tag, sorted(items, key=repr)]
        case _:
            yield path, tagged


def _labels(tagged):
    """An index's labels, whatever it is called and however it is kept."""
    match tagged:
        case ["rangeindex", int(start), int(stop), int(step), _] if (
            step and len(range(start, stop, step)) < _MAX_LABELS
        ):
            return ["labels", wire.frozen(wire.encode(np.arange(start, stop, step)))]
        case ["index", _, values, _]:
            return ["labels", values]
    return tagged


def _words(text: str) -> list[str]:
    """What a message says, its numbers, names in quotes and addresses left out."""
    return re.findall(r"[a-z]+", re.sub(r"'[^']*'|0x[0-9a-f]+|\d+", " ", text.lower()))


def same_leaf(first, second) -> bool:
    """Whether two tagged values are alike; an array, a tensor and a number count by their shape and values."""
    one, other = numbers(first), numbers(second)
    if one is not None and other is not None:
        return _close(one, other)
    if isinstance(first, list) and isinstance(second, list):
        if first[:1] == ["handle"] == second[:1]:
            return first[2] == second[2]
        return len(first) == len(second) and all(map(same_leaf, first, second))
    return type(first) is type(second) and first == second


def numbers(tagged) -> np.ndarray | None:
    """The array that a tagged value stands for, None if it is not numeric."""
    if isinstance(tagged, (bool, int, float)):
        return np.asarray(tagged)
    if isinstance(tagged, list) and tagged and tagged[0] in ("array", "tensor", "scalar", "complex"):
        with contextlib.suppress(Exception):
            array = np.asarray(wire.decode(tagged))
            return array if array.dtype.kind in "biufc" else array.astype(np.float64)
    return None


def _close(first: np.ndarray, second: np.ndarray) -> bool:
    kinds = ["b" if x.dtype.kind == "b" else "i" if x.dtype.kind in "iu" else "f" for x in (first, second)]
    if first.shape != second.shape or kinds[0] != kinds[1]:
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(first, second, _RTOL, _ATOL, equal_nan=True))
