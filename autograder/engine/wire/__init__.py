"""Values on the wire between examiner and examinee: explicit tags, never pickle.

Plain data travels as itself; every container and every special value is a list whose first item is its tag,
so nothing a sender writes can turn into anything but the kinds listed in the modules of this package. What has no
tag crosses as a handle (see `autograder.engine.handles`).
"""

from functools import lru_cache

import numpy as np

from autograder.engine.wire import arrays, plain, tables
from autograder.engine.wire.frames import (
    Block,
    Closed,
    TimedOut,
    WireError,
    from_bytes,
    frozen,
    receive,
    send,
    to_bytes,
    within,
)

__all__ = [
    "Block", "Closed", "TimedOut", "WireError", "decode", "encode", "from_bytes", "frozen", "is_mutable", "receive",
    "send", "to_bytes", "within",
]  # fmt: skip

MAX_DEPTH = 64
_PLAIN = (type(None), bool, float, str)
_MUTABLE = (*arrays.MUTABLE, *plain.MUTABLE)
_READERS = {**arrays.READERS, **plain.READERS, **tables.READERS}


def encode(value, to_tag=None, given=()):
    """Turn a value into plain, tagged data; large arrays in it are views of the value's memory.

    Args:
        value: anything; containers are walked.
        to_tag: called with an object that cannot cross by value; returns its tagged form. Without it such an
            object raises WireError.
        given: (key, value) of what the other side holds too. One of these crosses as its key, and an array that is a
            view of one as a description of the view, so that the other side sees the same memory.
    """
    return _Encoder(to_tag, given).value(value, 0)


def decode(data, from_tag=None, given=(), copy: bool = False):
    """Turn tagged data back into values; strict, because the sender may be hostile.

    Args:
        data: what `receive` returned.
        from_tag: called with (tag, rest) for tags this package does not know, such as handles; without it they
            raise WireError.
        given: (key, value) of what `same` and `view` refer to.
        copy: arrays get memory of their own; otherwise they may lie in the message's.
    """
    return _Decoder(from_tag, dict(given), copy).value(data, 0)


def is_mutable(value) -> bool:
    """Whether the other side may change such a value in place, and this side is told."""
    kind: type = type(value)
    return _is_mutable_type(kind)


@lru_cache(maxsize=1024)
def _is_mutable_type(kind: type) -> bool:
    return issubclass(kind, _MUTABLE) or tables.is_table_type(kind)


class _Encoder:
    """What the writers of a value get to write its parts with."""

    def __init__(self, to_tag, given):
        self.to_tag = to_tag
        self.given = {id(value): key for key, value in given if is_mutable(value)}
        self.arrays = [(key, value) for key, value in given if isinstance(value, np.ndarray)]

    def value(self, value, depth: int):
        if type(value) in _PLAIN:
            return value
        if depth > MAX_DEPTH:
            raise WireError(f"containers nested more than {MAX_DEPTH} deep")
        if id(value) in self.given:
            return ["same", self.given[id(value)]]
        kind: type = type(value)
        writer = _writer(kind)
        tagged = writer(value, self, depth + 1) if writer else None
        if tagged is not None or writer is plain.write_int:
            return tagged
        if self.to_tag is None:
            raise WireError(f"a {type(value).__name__} cannot cross by value")
        return self.to_tag(value)

    def items(self, values, depth: int) -> list:
        return [value if type(value) in _PLAIN else self.value(value, depth) for value in values]


@lru_cache(maxsize=1024)
def _writer(kind: type):
    """How values of this type are written: as their nearest base that has a way; None where there is none."""
    ways = (tables.writer(base) or arrays.WRITERS.get(base) or plain.WRITERS.get(base) for base in kind.__mro__)
    return arrays.writer(kind) or next(filter(None, ways), None)


class _Decoder:
    """What the readers of a tag get to read its parts with."""

    def __init__(self, from_tag, given: dict, copy: bool):
        self.from_tag, self.given, self.copy = from_tag, given, copy

    def value(self, data, depth: int):
        if not isinstance(data, list):
            if data is None or isinstance(data, (bool, int, float, str, bytes)):
                return data
            raise WireError(f"a {type(data).__name__} where a tagged value was due")
        if depth > MAX_DEPTH:
            raise WireError(f"containers nested more than {MAX_DEPTH} deep")
        if not data or not isinstance(data[0], str):
            raise WireError("a list without a tag")
        tag, *rest = data
        reader = _READERS.get(tag)
        try:
            if reader is not None:
                return reader(self, depth + 1, *rest)
            if self.from_tag is not None:
                return self.from_tag(tag, rest)
        except WireError:
            raise
        except Exception as error:
            raise WireError(f"a malformed {tag[:40]!r} ({type(error).__name__}: {str(error)[:200]})") from None
        raise WireError(f"an unknown tag {tag[:40]!r}")

    def items(self, values, depth: int) -> list:
        if not isinstance(values, list):
            raise WireError("a container without its items")
        return [value if type(value) in _PLAIN else self.value(value, depth) for value in values]

    def same(self, key):
        return self.given[key]
