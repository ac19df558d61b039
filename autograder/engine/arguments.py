"""Arguments that the learner's code changed in place: the test's own are made to be what its copies became."""

import collections
from collections.abc import Callable

import numpy as np

from autograder.engine.wire import tables

_MERGED = (np.ndarray, list, dict, set, bytearray, collections.deque)


def write_back(local, changed) -> bool:
    """Make a local argument, in place, what the learner's code made of its copy; whether that could be done."""
    if tables.is_table_type(type(local)):
        return type(local) is type(changed) and local._update_inplace(changed) is None
    for kind, write in _WRITERS.items():
        if isinstance(local, kind):
            return isinstance(changed, kind) and write(local, changed)
    return False


def _write_array(local: np.ndarray, changed: np.ndarray) -> bool:
    if local.shape != changed.shape or local.dtype != changed.dtype:
        return False
    if local.flags.writeable:
        local[...] = changed
    return True


def _write_rng(local: np.random.Generator, changed: np.random.Generator) -> bool:
    """Take over how far the generator was used; another stream of numbers it must not become."""
    before, after = local.bit_generator.state, changed.bit_generator.state
    if before["state"]["inc"] != after["state"]["inc"]:
        return False
    local.bit_generator.state = after
    return True


def _write_items(local, changed) -> bool:
    merged = _merged_items(local, changed)
    local.clear()
    local.extend(merged)
    return True


def _write_dict(local: dict, changed: dict) -> bool:
    merged = {key: _merged(local[key], value) if key in local else value for key, value in changed.items()}
    local.clear()
    local.update(merged)
    return True


def _write_set(local: set, changed: set) -> bool:
    local.clear()
    local.update(changed)
    return True


def _write_what_it_holds(local: tuple, changed: tuple) -> bool:
    """A tuple itself cannot change, only what it holds."""
    return len(local) == len(changed) and len(_merged_items(local, changed)) == len(local)


def _merged_items(old, new) -> list:
    """The new items; one that stands where an old one of its kind stood is the old one, changed."""
    old = list(old)
    return [_merged(old[index], item) if index < len(old) else item for index, item in enumerate(new)]


def _merged(old, new):
    """`old` changed in place to `new` where both are mutable and of one kind and shape, else `new`."""
    if old is not new and isinstance(old, _MERGED) and write_back(old, new):
        return old
    if type(old) is type(new) is tuple:
        return tuple(_merged_items(old, new))
    return new


_WRITERS: dict[type, Callable[..., bool]] = {
    np.ndarray: _write_array,
    list: _write_items,
    dict: _write_dict,
    set: _write_set,
    bytearray: _write_items,
    collections.deque: _write_items,
    tuple: _write_what_it_holds,
    np.random.Generator: _write_rng,
}
